// rich_text blocks: here text is literal, nothing in it is parsed.

import { h, link } from "./dom.js";
import { emoji } from "./emoji.js";
import { broadcastTag, channelTag, groupTag, userTag } from "./mrkdwn.js";

/** richText renders the elements of one rich_text block. */
export function richText(block, names) {
  return (block.elements || []).map((part) => piece(part, names));
}

function piece(part, names) {
  const leaves = () => (part.elements || []).map((el) => leaf(el, names));
  switch (part.type) {
    case "rich_text_section": return h("div", { class: "rich" }, leaves());
    case "rich_text_quote": return h("blockquote", {}, leaves());
    case "rich_text_preformatted": return h("pre", {}, h("code", {}, leaves()));
    case "rich_text_list": return list(part, names);
    default: return h("div", { class: "unknown" }, `A part of type “${part.type}” cannot be shown here.`);
  }
}

function list(part, names) {
  const ordered = part.style === "ordered";
  const depth = Math.min(Number(part.indent) || 0, 6);
  const el = h(ordered ? "ol" : "ul", { class: `rich-list indent-${depth}` });
  if (ordered && part.offset) el.start = Number(part.offset) + 1;
  for (const item of part.elements || []) {
    el.append(h("li", {}, (item.elements || []).map((leafOf) => leaf(leafOf, names))));
  }
  return el;
}

const LEAVES = {
  text: (el) => String(el.text ?? ""),
  link: (el) => link(el.url, el.text || el.url || ""),
  user: (el, names) => userTag(el.user_id, names),
  usergroup: (el, names) => groupTag(el.usergroup_id, names),
  channel: (el, names) => channelTag(el.channel_id, names),
  emoji: (el) => h("span", { class: "emoji", title: `:${el.name}:` }, emoji(el.name)),
  broadcast: (el) => broadcastTag(el.range),
  date: (el) => el.fallback || new Date(Number(el.timestamp) * 1000).toLocaleString("en"),
  color: (el) => String(el.value ?? ""),
};

function leaf(el, names) {
  const make = Object.hasOwn(LEAVES, el.type) ? LEAVES[el.type] : null;
  if (!make) return h("span", { class: "unknown" }, el.text || `[${el.type}]`);
  return style(make(el, names), el.style || {});
}

function style(node, s) {
  if (s.code) node = h("code", {}, node);
  if (s.strike) node = h("s", {}, node);
  if (s.italic) node = h("em", {}, node);
  if (s.bold) node = h("strong", {}, node);
  return node;
}
