// Interactive Block Kit elements: buttons, menus, and what inputs.js knows. Each calls
// env.click when a person uses it; inside a modal the inputs only hold their value for
// the submit button.

import { h, icon, link, safeURL } from "./dom.js";
import { INPUTS, words } from "./inputs.js";
import { menuButton } from "./menu.js";

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

const ELEMENTS = { button, feedback_buttons: feedback, icon_button: iconButton, overflow, ...INPUTS };

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

// An icon button may be for some people alone; the others do not see it.
function iconButton(el, block, env) {
  const node = h("button", {
    type: "button", class: "b-feedback", "aria-label": el.accessibility_label || words(el.text), title: words(el.text),
    onclick: () => env.click(block, el, el.value, node),
  }, icon(el.icon === "trash" ? "trash" : "bolt"));
  node.hidden = Boolean(el.visible_to_user_ids && !el.visible_to_user_ids.includes(env.names.me()));
  return node;
}

function overflow(el, block, env) {
  const pick = (o) => {
    env.click(block, el, o.value, node);
    if (safeURL(o.url)) open(o.url, "_blank", "noopener,noreferrer");
  };
  const node = menuButton({ class: "b-button overflow" }, "More actions", () =>
    (el.options || []).map((o) => ({ label: words(o.text), testid: "overflow-item", run: () => pick(o) })));
  return node;
}

function other(el) {
  const href = safeURL(el.url);
  return h("span", { class: "unknown" }, `An element of type “${el.type}” cannot be used here.`, href ? [" ", link(href, href)] : null);
}
