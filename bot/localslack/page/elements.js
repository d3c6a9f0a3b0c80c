// Interactive Block Kit elements. Each calls env.click when a person uses it;
// inside a modal the inputs only hold their value for the submit button.

import { h, icon, link, safeURL } from "./dom.js";
import { withEmoji } from "./emoji.js";

const words = (obj) => (obj && obj.emoji === false ? obj.text : withEmoji(obj?.text ?? ""));

/** element renders one element of an actions, section, input or context_actions block. */
export function element(el, block, env) {
  const make = Object.hasOwn(ELEMENTS, el.type) ? ELEMENTS[el.type] : other;
  const node = make(el, block, env);
  // The hook for tests stands on what is pressed: of feedback_buttons that is each of the two.
  if (el.action_id && el.type !== "feedback_buttons") node.dataset.actionId = el.action_id;
  return node;
}

/** readValues gives what the inputs under root hold, as Slack's state: values[block_id][action_id]. */
export function readValues(root) {
  const out = {};
  for (const [block, action, control] of controls(root)) (out[block] ||= {})[action] = control.read();
  return out;
}

/** carryOver copies what a person entered from the inputs under old to the same inputs under next. */
export function carryOver(old, next) {
  const before = new Map(controls(old).map(([block, action, control]) => [`${block}/${action}`, control]));
  for (const [block, action, control] of controls(next)) {
    const source = before.get(`${block}/${action}`);
    if (!source || source.tagName !== control.tagName) continue;
    if (control.value !== undefined) control.value = source.value;
    const on = new Set([...source.querySelectorAll("input:checked")].map((box) => box.value));
    for (const box of control.querySelectorAll("input")) box.checked = on.has(box.value);
  }
}

// A control that holds a value carries its own read function.
function controls(root) {
  return [...root.querySelectorAll("[data-action-id]")]
    .filter((control) => control.read && control.closest("[data-block-id]"))
    .map((control) => [control.closest("[data-block-id]").dataset.blockId, control.dataset.actionId, control]);
}

const ELEMENTS = {
  button, feedback_buttons: feedback, icon_button: iconButton,
  static_select: select, overflow, radio_buttons: radios, checkboxes,
  plain_text_input: textInput, email_text_input: textInput, url_text_input: textInput, number_input: textInput,
  datepicker: (el, block, env) => dated(el, block, env, "date", el.initial_date),
  timepicker: (el, block, env) => dated(el, block, env, "time", el.initial_time),
};

function button(el, block, env) {
  const style = el.style === "primary" || el.style === "danger" ? " " + el.style : "";
  const node = h("button", {
    type: "button", class: "b-button" + style, "aria-label": el.accessibility_label || null,
    onclick: () => {
      env.click(block, el, el.value, node);
      if (safeURL(el.url)) open(el.url, "_blank", "noopener,noreferrer");
    },
  }, words(el.text), safeURL(el.url) ? h("span", { class: "outside", "aria-hidden": "true" }, " ↗") : null);
  return node;
}

function feedback(el, block, env) {
  const chosen = env.pressed?.(block, el);
  const one = (spec, image, side) => {
    const value = spec?.value ?? side;
    const label = spec?.accessibility_label || words(spec?.text);
    const node = h("button", {
      type: "button", class: "b-feedback", "aria-pressed": String(chosen === value), "aria-label": label, title: words(spec?.text),
      dataset: { actionId: el.action_id || "", feedback: side },
      onclick: () => env.click(block, el, value, node),
    }, icon(image));
    return node;
  };
  return h("span", { class: "feedback", role: "group", "aria-label": "Feedback" },
    one(el.positive_button, "up", "positive"), one(el.negative_button, "down", "negative"));
}

function iconButton(el, block, env) {
  const label = el.accessibility_label || words(el.text);
  const node = h("button", {
    type: "button", class: "b-feedback", "aria-label": label, title: words(el.text),
    onclick: () => env.click(block, el, el.value, node),
  }, icon(el.icon === "trash" ? "trash" : "bolt"));
  return node;
}

const optionsOf = (el) => el.options || (el.option_groups || []).flatMap((g) => g.options || []);

function select(el, block, env) {
  const first = el.initial_option?.value ?? "";
  const node = h("select", {
    id: env.controlId, class: "b-select", "aria-label": env.controlId ? null : words(el.placeholder) || "Choose",
    "aria-describedby": env.described || null,
    onchange: () => env.click(block, el, node.read(), node),
  }, h("option", { value: "", disabled: true, selected: !first }, words(el.placeholder) || "Choose…"),
  optionsOf(el).map((o) => h("option", { value: o.value, selected: o.value === first }, words(o.text))));
  node.read = () => ({ type: el.type, selected_option: optionsOf(el).find((o) => o.value === node.value) || null });
  return node;
}

function overflow(el, block, env) {
  const node = h("select", {
    class: "b-select overflow", "aria-label": el.accessibility_label || "More actions",
    onchange: () => { env.click(block, el, node.value, node); node.value = ""; },
  }, h("option", { value: "" }, "⋯"), optionsOf(el).map((o) => h("option", { value: o.value }, words(o.text))));
  return node;
}

function choices(el, block, env, kind, isOn) {
  // Radios of one group share a name; a message may stand in the list and in the thread, so the name is made unique.
  const name = `${el.action_id}-${crypto.randomUUID()}`;
  const boxes = optionsOf(el).map((o) => h("input", {
    type: kind, name, value: o.value, checked: isOn(o),
    onchange: () => env.click(block, el, node.read(), node),
  }));
  const node = h("div", {
    class: "choices", role: kind === "radio" ? "radiogroup" : "group", id: env.controlId,
    "aria-label": env.controlId ? null : el.accessibility_label || "Choose", "aria-describedby": env.described || null,
  }, optionsOf(el).map((o, i) => h("label", {}, boxes[i],
    h("span", {}, words(o.text), o.description ? h("span", { class: "hint" }, words(o.description)) : null))));
  node.chosen = () => optionsOf(el).filter((_, i) => boxes[i].checked);
  return node;
}

function radios(el, block, env) {
  const node = choices(el, block, env, "radio", (o) => o.value === el.initial_option?.value);
  node.read = () => ({ type: el.type, selected_option: node.chosen()[0] || null });
  return node;
}

function checkboxes(el, block, env) {
  const on = new Set((el.initial_options || []).map((o) => o.value));
  const node = choices(el, block, env, "checkbox", (o) => on.has(o.value));
  node.read = () => ({ type: el.type, selected_options: node.chosen() });
  return node;
}

const INPUT_TYPES = { email_text_input: "email", url_text_input: "url", number_input: "number" };

function textInput(el, block, env) {
  const shared = {
    id: env.controlId, class: "b-text", placeholder: words(el.placeholder) || null, maxlength: el.max_length || null,
    "aria-label": env.controlId ? null : words(el.placeholder) || "Text", "aria-describedby": env.described || null,
  };
  const node = el.multiline ? h("textarea", { ...shared, rows: "4" }) : h("input", { ...shared, type: INPUT_TYPES[el.type] || "text" });
  node.value = el.initial_value ?? "";
  node.read = () => ({ type: el.type, value: node.value === "" ? null : node.value });
  return node;
}

function dated(el, block, env, kind, initial) {
  const node = h("input", {
    type: kind, id: env.controlId, class: "b-text", value: initial || null,
    "aria-label": env.controlId ? null : words(el.placeholder) || kind, "aria-describedby": env.described || null,
    onchange: () => env.click(block, el, node.read(), node),
  });
  node.read = () => ({ type: el.type, [`selected_${kind}`]: node.value || null });
  return node;
}

function other(el) {
  const href = safeURL(el.url);
  return h("span", { class: "unknown" }, `An element of type “${el.type}” cannot be used here.`, href ? [" ", link(href, href)] : null);
}
