// Block Kit elements that hold a value: texts, dates, menus, boxes. Each node reads itself
// as state.values has it.

import { h } from "./dom.js";
import { withEmoji } from "./emoji.js";

/** words gives the text of a plain_text or mrkdwn object, with its emoji. */
export const words = (obj) => (obj && obj.emoji === false ? obj.text : withEmoji(obj?.text ?? ""));

const label = (el, env, otherwise) => (env.controlId ? null : words(el.placeholder) || el.accessibility_label || otherwise);

const shared = (el, env, otherwise) => ({
  id: env.controlId, "aria-label": label(el, env, otherwise), "aria-describedby": env.described || null,
  "aria-required": env.required ? "true" : null, autofocus: el.focus_on_load || null,
});

// ---- what is chosen from a list: options, people, conversations

const asOptions = (el) => ({
  groups: el.option_groups?.map((g) => ({ label: words(g.label), list: g.options || [] })) || [{ list: el.options || [] }],
  entry: (o) => ({ value: o.value, text: words(o.text), hint: o.description && words(o.description) }),
  first: el.initial_options || (el.initial_option ? [el.initial_option] : []),
  read: (o) => o,
});

const people = (el, env) => ({
  groups: [{ list: env.names.people() }],
  entry: (u) => ({ value: u.id, text: u.name }),
  first: [].concat(el.initial_users || el.initial_user || []).map((id) => ({ id })),
  read: (u) => u.id,
});

const places = (el, env, all) => ({
  groups: [{ list: env.names.places(all ? el.filter?.include : ["public"]) }],
  entry: (c) => ({ value: c.id, text: c.name }),
  first: [].concat(el.initial_conversations || el.initial_conversation || el.initial_channels || el.initial_channel || []).map((id) => ({ id })),
  read: (c) => c.id,
});

function single(el, block, env, source, key) {
  const all = source.groups.flatMap((g) => g.list), first = source.first[0] && source.entry(source.first[0]).value;
  const option = (x) => { const o = source.entry(x); return h("option", { value: o.value, selected: o.value === first }, o.text); };
  const node = h("select", { ...shared(el, env, "Choose"), class: "b-select", onchange: () => env.click(block, el, node.read(), node) },
    h("option", { value: "", selected: !first }, words(el.placeholder) || "Choose…"),
    source.groups.map((g) => (g.label ? h("optgroup", { label: g.label }, g.list.map(option)) : g.list.map(option))));
  node.read = () => {
    const found = all.find((x) => source.entry(x).value === node.value);
    return { type: el.type, [key]: found ? source.read(found) : null };
  };
  return node;
}

// Boxes stand for menus of which several may be chosen: they need no holding of keys, on a phone neither.
function several(el, block, env, source, key, kind = "checkbox") {
  const name = `${el.action_id}-${crypto.randomUUID()}`; // radios of one group share it; a message may stand here twice
  const first = new Set(source.first.map((x) => source.entry(x).value));
  const made = [], one = (x) => {
    const o = source.entry(x);
    const box = h("input", {
      type: kind, name, value: o.value, checked: first.has(o.value),
      onchange: () => { limit(); env.click(block, el, node.read(), node); },
    });
    made.push({ x, box });
    return h("label", {}, box, h("span", {}, o.text, o.hint ? h("span", { class: "hint" }, o.hint) : null));
  };
  const { autofocus, "aria-required": required, ...props } = shared(el, env, "Choose");
  const long = el.type.startsWith("multi_");
  const node = h("div", {
    ...props, class: long ? "choices long" : "choices", role: kind === "radio" ? "radiogroup" : "group",
    "aria-required": kind === "radio" ? required : null, // a group of boxes has no such state
  }, source.groups.map((g) => [g.label ? h("p", { class: "hint" }, g.label) : null, g.list.map(one)]));
  const chosen = () => made.filter(({ box }) => box.checked).map(({ x }) => source.read(x));
  const limit = () => {
    const full = el.max_selected_items && chosen().length >= el.max_selected_items;
    for (const { box } of made) box.disabled = Boolean(full && !box.checked);
  };
  node.read = () => ({ type: el.type, [key]: kind === "radio" ? chosen()[0] || null : chosen() });
  limit();
  return node;
}

// ---- what is typed

const TYPES = { email_text_input: "email", url_text_input: "url", number_input: "number" };

function text(el, block, env) {
  const props = { ...shared(el, env, "Text"), class: "b-text", placeholder: words(el.placeholder) || null, maxlength: el.max_length || null };
  const node = el.multiline || el.type === "rich_text_input" ? h("textarea", { ...props, rows: "4" })
    : h("input", { ...props, type: TYPES[el.type] || "text", step: el.is_decimal_allowed ? "any" : null });
  node.value = typeof el.initial_value === "string" ? el.initial_value : "";
  if (el.dispatch_action_config?.trigger_actions_on?.includes("on_character_entered")) {
    node.addEventListener("input", () => env.click(block, el, node.read(), node));
  } else if (block.dispatch_action) {
    node.addEventListener("keydown", (e) => {
      if (e.key !== "Enter" || el.multiline) return;
      e.preventDefault();
      env.click(block, el, node.read(), node);
    });
  }
  node.read = () => ({ type: el.type, value: node.value === "" ? null : node.value });
  return node;
}

function rich(el, block, env) {
  const node = text(el, block, env);
  const section = (value) => ({ type: "rich_text_section", elements: [{ type: "text", text: value }] });
  node.read = () => ({ type: el.type, rich_text_value: node.value ? { type: "rich_text", elements: [section(node.value)] } : null });
  return node;
}

function dated(el, block, env, kind, key, initial, parse = (value) => value) {
  const node = h("input", {
    ...shared(el, env, kind), type: kind, class: "b-text", value: initial || null, onchange: () => env.click(block, el, node.read(), node),
  });
  node.read = () => ({ type: el.type, [key]: node.value ? parse(node.value) : null });
  return node;
}

const minutes = (seconds) => {
  const d = new Date(seconds * 1000);
  return new Date(d - d.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
};

/** INPUTS renders each kind of element that holds a value. */
export const INPUTS = {
  plain_text_input: text, email_text_input: text, url_text_input: text, number_input: text, rich_text_input: rich,
  static_select: (el, b, env) => single(el, b, env, asOptions(el), "selected_option"),
  radio_buttons: (el, b, env) => several(el, b, env, asOptions(el), "selected_option", "radio"),
  checkboxes: (el, b, env) => several(el, b, env, asOptions(el), "selected_options"),
  multi_static_select: (el, b, env) => several(el, b, env, asOptions(el), "selected_options"),
  users_select: (el, b, env) => single(el, b, env, people(el, env), "selected_user"),
  multi_users_select: (el, b, env) => several(el, b, env, people(el, env), "selected_users"),
  conversations_select: (el, b, env) => single(el, b, env, places(el, env, true), "selected_conversation"),
  multi_conversations_select: (el, b, env) => several(el, b, env, places(el, env, true), "selected_conversations"),
  channels_select: (el, b, env) => single(el, b, env, places(el, env, false), "selected_channel"),
  multi_channels_select: (el, b, env) => several(el, b, env, places(el, env, false), "selected_channels"),
  datepicker: (el, b, env) => dated(el, b, env, "date", "selected_date", el.initial_date),
  timepicker: (el, b, env) => dated(el, b, env, "time", "selected_time", el.initial_time),
  datetimepicker: (el, b, env) => dated(el, b, env, "datetime-local", "selected_date_time",
    el.initial_date_time && minutes(el.initial_date_time), (value) => Math.floor(new Date(value) / 1000)),
};
