// The basic part of CommonMark that a markdown block uses: headings, lists,
// quotes, fences, rules, emphasis, code and links.

import { h, link } from "./dom.js";
import { withEmoji } from "./emoji.js";

/** markdown renders one markdown block's text. */
export function markdown(text) {
  const lines = String(text ?? "").split("\n");
  const out = [];
  for (let i = 0; i < lines.length; ) {
    const rule = RULES.find((r) => r.test.test(lines[i]));
    const [el, next] = rule ? rule.take(lines, i) : paragraph(lines, i);
    if (el) out.push(el);
    i = next;
  }
  return out;
}

const RULES = [
  { test: /^\s*$/, take: (_, i) => [null, i + 1] },
  { test: /^```/, take: fence },
  { test: /^#{1,6} /, take: heading },
  { test: /^ {0,3}([-*_])( *\1){2,} *$/, take: (_, i) => [h("hr"), i + 1] },
  { test: /^> ?/, take: quote },
  { test: /^\s*[-*+] /, take: (lines, i) => list(lines, i, "ul", /^\s*[-*+] /) },
  { test: /^\s*\d+[.)] /, take: (lines, i) => list(lines, i, "ol", /^\s*\d+[.)] /) },
];

function fence(lines, i) {
  const end = lines.findIndex((line, n) => n > i && /^```\s*$/.test(line));
  const last = end < 0 ? lines.length : end;
  return [h("pre", {}, h("code", {}, lines.slice(i + 1, last).join("\n"))), last + 1];
}

// The page's own headings are h1 and h2, so a message's begin at h3 to keep the outline true.
function heading(lines, i) {
  const [, marks, text] = lines[i].match(/^(#{1,6}) (.*?)\s*#*$/);
  return [h(`h${Math.min(marks.length + 2, 6)}`, {}, spans(text)), i + 1];
}

function quote(lines, i) {
  let end = i;
  while (end < lines.length && /^> ?/.test(lines[end])) end++;
  const body = lines.slice(i, end).map((line) => line.replace(/^> ?/, "")).join("\n");
  return [h("blockquote", {}, spans(body)), end];
}

function list(lines, i, tag, mark) {
  const el = h(tag, { class: "rich-list" });
  if (tag === "ol") el.start = Number.parseInt(lines[i], 10);
  let end = i;
  for (; end < lines.length && mark.test(lines[end]); end++) {
    el.append(h("li", {}, spans(lines[end].replace(mark, ""))));
  }
  return [el, end];
}

function paragraph(lines, i) {
  let end = i + 1;
  while (end < lines.length && !RULES.some((r) => r.test.test(lines[end]))) end++;
  return [h("p", {}, spans(lines.slice(i, end).join("\n"))), end];
}

const SPAN = new RegExp([
  /`([^`\n]+)`/,
  /\[([^\]\n]*)\]\(([^()\s]+)\)/,
  /\*\*(?=\S)([\s\S]*?\S)\*\*/,
  /(?<!\w)__(?=\S)([\s\S]*?\S)__(?!\w)/,
  /~~(?=\S)([\s\S]*?\S)~~/,
  /\*(?=\S)([^*\n]*?\S)\*/,
  /(?<!\w)_(?=\S)([^_\n]*?\S)_(?!\w)/,
].map((r) => r.source).join("|"));

function spans(text) {
  const out = [];
  for (let rest = text; rest; ) {
    const m = SPAN.exec(rest);
    if (!m) { out.push(withEmoji(rest)); break; }
    if (m.index) out.push(withEmoji(rest.slice(0, m.index)));
    out.push(span(m));
    rest = rest.slice(m.index + m[0].length);
  }
  return out;
}

function span([, code, label, url, stars, bars, struck, star, bar]) {
  if (code) return h("code", {}, code);
  if (url) return link(url, label || url);
  if (stars || bars) return h("strong", {}, spans(stars || bars));
  if (struck) return h("s", {}, spans(struck));
  return h("em", {}, spans(star || bar));
}
