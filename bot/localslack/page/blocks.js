// Block Kit to DOM nodes. What cannot be shown is labelled, never dropped.

import { h, link, safeURL } from "./dom.js";
import { element } from "./elements.js";
import { withEmoji } from "./emoji.js";
import { markdown } from "./markdown.js";
import { mrkdwn } from "./mrkdwn.js";
import { richText } from "./richtext.js";

/**
 * blocks renders a list of blocks. env is {names, click(block, el, value, node), pressed(block, el), where}:
 * where is "message", "home" or "modal"; inside a modal inputs wait for the submit button.
 */
export function blocks(list, env) {
  return (Array.isArray(list) ? list : []).map((block) => {
    const make = Object.hasOwn(BLOCKS, block.type) ? BLOCKS[block.type] : unknown;
    const el = make(block, env);
    el.classList.add("block");
    el.dataset.blockType = block.type;
    if (block.block_id) el.dataset.blockId = block.block_id;
    return el;
  });
}

// A mrkdwn or plain_text object.
function textObject(obj, names) {
  if (!obj) return [];
  if (obj.type === "mrkdwn") return mrkdwn(obj.text, names, { verbatim: obj.verbatim === true });
  return [plainText(obj)];
}

/** plainText gives the words of a plain_text object; nothing in it is live. */
export const plainText = (obj) => (obj && obj.emoji === false ? obj.text : withEmoji(obj?.text ?? ""));

const BLOCKS = {
  rich_text: (b, env) => h("div", { class: "b-rich" }, richText(b, env.names)),
  section,
  context: (b, env) => h("div", { class: "b-context" }, (b.elements || []).map((el) =>
    el.type === "image" ? image(el) : h("span", { class: "text" }, textObject(el, env.names)))),
  header: (b) => h("h3", { class: "b-header" }, plainText(b.text)),
  divider: () => h("hr"),
  actions: (b, env) => h("div", { class: "b-actions" }, (b.elements || []).map((el) => element(el, b, env))),
  context_actions: (b, env) => h("div", { class: "b-context-actions" }, (b.elements || []).map((el) => element(el, b, env))),
  image: (b) => h("figure", { class: "b-image" }, b.title ? h("figcaption", {}, plainText(b.title)) : null, image(b)),
  markdown: (b) => h("div", { class: "b-markdown text" }, markdown(b.text)),
  input,
  table,
};

function section(block, env) {
  const fields = (block.fields || []).map((f) => h("div", { class: "text" }, textObject(f, env.names)));
  return h("div", { class: "b-section" },
    h("div", { class: "b-section-main" },
      block.text ? h("div", { class: "text" }, textObject(block.text, env.names)) : null,
      fields.length ? h("div", { class: "fields" }, fields) : null),
    block.accessory
      ? h("div", { class: "accessory" }, block.accessory.type === "image" ? image(block.accessory) : element(block.accessory, block, env))
      : null);
}

// Pictures stay outside: the page loads nothing from other places, so their alternative text and a link stand for them.
function image(el) {
  const url = el.image_url || el.slack_file?.url || "";
  const alt = el.alt_text || "image";
  return h("span", { class: "picture" }, h("span", { "aria-hidden": "true" }, "🖼 "), safeURL(url) ? link(url, alt) : alt);
}

function input(block, env) {
  const id = `in-${block.block_id}-${block.element?.action_id}`;
  const hint = block.hint ? h("p", { class: "hint", id: id + "-hint" }, plainText(block.hint)) : null;
  const control = element(block.element || {}, block, { ...env, controlId: id, described: hint && hint.id, required: !block.optional });
  const isGroup = control.matches("[role=radiogroup], [role=group]");
  const label = h(isGroup ? "p" : "label", { class: "label", id: id + "-label", for: isGroup ? null : id },
    plainText(block.label), block.optional ? h("span", { class: "optional" }, " (optional)") : null);
  if (isGroup) control.setAttribute("aria-labelledby", label.id);
  return h("div", { class: "b-input" }, label, control, hint,
    h("p", { class: "error", id: id + "-error", role: "alert", dataset: { errorFor: block.block_id || "" }, hidden: true }));
}

function table(block, env) {
  const cell = (c) => (c.type === "rich_text" ? richText(c, env.names) : String(c.text ?? ""));
  const rows = (block.rows || []).map((row, n) =>
    h("tr", {}, row.map((c) => h(n ? "td" : "th", n ? {} : { scope: "col" }, cell(c)))));
  return h("div", { class: "b-table" }, h("table", {}, rows));
}

function unknown(block) {
  return h("div", { class: "unknown", role: "note" },
    `A block of type “${block.type}” cannot be shown here.`,
    h("details", {}, h("summary", {}, "What was sent"), h("pre", {}, h("code", {}, JSON.stringify(block, null, 2)))));
}
