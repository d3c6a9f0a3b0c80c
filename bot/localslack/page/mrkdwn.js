// Slack's mrkdwn to DOM nodes. The text comes escaped (&amp; &lt; &gt;): what is
// between a real "<" and ">" is live syntax, everything else is text.

import { h, link } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { unescape } from "./format.js";

const MAX_DEPTH = 8; // bold in italic in strike…: deeper nesting is shown as typed

/** mrkdwn renders text; names is {user(id), channel(id), openChannel(id)}; verbatim switches off bare links. */
export function mrkdwn(text, names, { verbatim = false } = {}) {
  const out = [];
  const parts = String(text ?? "").split(/```([\s\S]+?)```/);
  parts.forEach((part, i) => {
    if (i % 2) out.push(h("pre", {}, h("code", {}, inlineText(part.replace(/^\n|\n$/g, "")))));
    else if (part) out.push(...quoted(part, names, verbatim));
  });
  return out;
}

// Inside code nothing is formatted, but <url|label> still shows as its label, as in Slack.
const inlineText = (text) => unescape(text.replace(/<([^<>|]+)\|?([^<>]*)>/g, (_, target, label) => label || target));

const QUOTE = /^(?:&gt;|>) ?/;

function quoted(text, names, verbatim) {
  const out = [];
  const all = text.match(/(^|\n)(?:&gt;|>){3}/);
  if (all) {
    const cut = all.index + all[1].length;
    const rest = text.slice(cut).replace(/^(?:&gt;|>){3} ?/, "");
    return [...quoted(text.slice(0, cut), names, verbatim), h("blockquote", {}, inline(rest, names, verbatim, 0))];
  }
  let run = [], inQuote = false;
  const flush = () => {
    if (!run.length) return;
    const body = inline(run.join("\n"), names, verbatim, 0);
    out.push(...(inQuote ? [h("blockquote", {}, body)] : body));
    run = [];
  };
  for (const line of text.split("\n")) {
    const isQuote = QUOTE.test(line);
    if (isQuote !== inQuote) { flush(); inQuote = isQuote; }
    run.push(isQuote ? line.replace(QUOTE, "") : line);
  }
  flush();
  return out;
}

const STYLES = { "*": "strong", "_": "em", "~": "s" };
// One alternative per construct; the first that fits at the leftmost place wins.
const TOKEN = /`([^`\n]+)`|<([^<>\n]+)>|([*_~])(?=\S)|(https?:\/\/[^\s<>|]+)/g;

function inline(text, names, verbatim, depth) {
  const out = [];
  let from = 0;
  const plain = (to) => { if (to > from) out.push(withEmoji(unescape(text.slice(from, to)))); };
  const scan = new RegExp(TOKEN); // its own position, since styles nest
  for (let m; (m = scan.exec(text)); ) {
    const node = token(m, text, names, verbatim, depth);
    if (!node) { scan.lastIndex = m.index + 1; continue; }
    plain(m.index);
    out.push(node.el);
    from = scan.lastIndex = node.end;
  }
  plain(text.length);
  return out;
}

function token(m, text, names, verbatim, depth) {
  const end = m.index + m[0].length;
  if (m[1]) return { el: h("code", {}, inlineText(m[1])), end };
  if (m[2]) return { el: reference(m[2], names), end };
  if (m[3]) return styled(m, text, names, verbatim, depth);
  if (verbatim || /\w/.test(text[m.index - 1] || "")) return null;
  const url = m[4].replace(/(?:[.,;:!?)'"*_~]|&gt;)+$/, "");
  return { el: link(unescape(url), unescape(url)), end: m.index + url.length };
}

const WORD = /[\p{L}\p{N}]/u;
const REACH = 3000; // how far a closing mark is looked for: the longest text object, and a bound on the work

// A style mark opens after a boundary and closes before one, so that a_file_name and 2*3*4 stay as typed.
function styled(m, text, names, verbatim, depth) {
  const mark = m[3], start = m.index + 1;
  if (depth >= MAX_DEPTH || WORD.test(text[m.index - 1] || "")) return null;
  const line = text.indexOf("\n", start);
  const stop = Math.min(line < 0 ? text.length : line, start + REACH);
  for (let i = text.indexOf(mark, start + 1); i > 0 && i < stop; i = text.indexOf(mark, i + 1)) {
    if (/\s/.test(text[i - 1]) || WORD.test(text[i + 1] || "")) continue;
    return { el: h(STYLES[mark], {}, inline(text.slice(start, i), names, verbatim, depth + 1)), end: i + 1 };
  }
  return null;
}

function reference(body, names) {
  const cut = body.indexOf("|");
  const target = cut < 0 ? body : body.slice(0, cut);
  const label = cut < 0 ? "" : unescape(body.slice(cut + 1));
  if (target.startsWith("@")) return userTag(target.slice(1), names, label);
  if (target.startsWith("#")) return channelTag(target.slice(1), names, label);
  if (target.startsWith("!subteam^")) return groupTag(target.slice("!subteam^".length), names, label);
  if (target.startsWith("!date^")) return h("span", {}, label || "a date");
  if (target.startsWith("!")) return broadcastTag(target.slice(1));
  return link(unescape(target), withEmoji(label || unescape(target)));
}

/** userTag shows @name; the reader's own name and the app's stand out like Slack's. */
export function userTag(id, names, label = "") {
  const me = names.me && names.me() === id;
  return h("span", { class: me ? "mention me" : "mention" }, "@" + (names.user(id) || label || id));
}

/** groupTag shows @handle; a group that the reader belongs to stands out. */
export function groupTag(id, names, label = "") {
  const group = names.group(id);
  return h("span", { class: group?.mine ? "mention me" : "mention" }, group ? "@" + group.handle : label || "@group");
}

/** channelTag is a button that opens the channel, or plain text for one the reader cannot see. */
export function channelTag(id, names, label = "") {
  const name = names.channel(id);
  if (!name) return h("span", { class: "mention" }, "#" + (label || "a private channel"));
  return h("button", { type: "button", class: "mention", onclick: () => names.openChannel(id) }, "#" + name);
}

export const broadcastTag = (range) => h("span", { class: "mention me" }, "@" + String(range).split("|")[0]);
