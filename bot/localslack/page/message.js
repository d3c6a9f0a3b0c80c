// One row of a message list.

import { blocks } from "./blocks.js";
import { h, icon, link, replaceKeepingFocus, safeURL } from "./dom.js";
import { emoji } from "./emoji.js";
import { dateOf, initials, plural, sameDay, sizeOf, dayOf, timeOf, tint, unescape } from "./format.js";
import { editor } from "./composer.js";
import { mrkdwn } from "./mrkdwn.js";

const SPOKEN = 600; // characters read out when a row gets the focus; the rest is read inside it

/** avatar draws a name's initials; the app has a mark of its own. */
export function avatar(store, m) {
  const app = m.bot || store.isApp(m.user);
  return h("span", { class: `avatar tint-${app ? "app" : tint(m.user)}`, "aria-hidden": "true" }, initials(store.author(m)));
}

/** signature changes whenever the row of m must be drawn anew. */
export function signature(m, { store, ui }, extra) {
  // A row under edit keeps its node, else an update from outside would throw the typed text away.
  if (ui.editing === `${m.channel}/${m.ts}/${extra.inThread}`) return "editing";
  return JSON.stringify([m, extra, ui.open === m.ts, [...store.pressed].filter(([k]) => k.includes(m.ts))]);
}

/** messageRow builds the row of m. extra is {follows, inThread, replies, lastReply, repliers}. */
export function messageRow(m, page, extra) {
  const { store } = page;
  const author = store.author(m);
  const row = h("li", {
    class: ["message", extra.follows && "follows", m.ephemeral && "ephemeral", m.subtype === "tombstone" && "tombstone", page.ui.open === m.ts && !extra.inThread && "open"].filter(Boolean).join(" "),
    tabindex: "-1", "aria-label": `${author}, ${dayOf(m.ts)} ${timeOf(m.ts)}: ${wordsOf(m, page.names).slice(0, SPOKEN)}`,
    dataset: { testid: "message", ts: m.ts, channel: m.channel, user: m.user || "", ephemeral: m.ephemeral ? "true" : "false" },
  });
  row.append(
    h("div", { class: "gutter" }, extra.follows ? time(m, timeOf(m.ts).replace(/\s?[AP]M$/, "")) : avatar(store, m)),
    h("div", { class: "content" },
      m.ephemeral ? onlyYou(m, page) : null,
      extra.follows ? null : byline(m, page, author),
      body(m, page, extra),
      reactions(m, page),
      extra.inThread || m.ephemeral ? null : threadLink(m, page, extra)));
  return row;
}

/** patchRow gives an old row the content of a new one; its toolbar, with a menu perhaps open, stays. */
export function patchRow(row, next) {
  row.className = next.className;
  row.setAttribute("aria-label", next.getAttribute("aria-label"));
  for (const part of [".gutter", ".content"]) {
    replaceKeepingFocus(row.querySelector(":scope > " + part), next.querySelector(":scope > " + part));
  }
  if (row.querySelector(".editor")) row.querySelector(":scope > .toolbar")?.remove();
}

const time = (m, words = timeOf(m.ts)) =>
  h("time", { datetime: dateOf(m.ts).toISOString(), title: dateOf(m.ts).toLocaleString("en") }, words);

function byline(m, { store }, author) {
  const app = m.bot || store.isApp(m.user);
  const outside = store.user(m.user)?.stranger, guest = store.user(m.user)?.guest;
  return h("div", { class: "byline" },
    h("span", { class: "author" }, author),
    app ? h("span", { class: "badge" }, "APP") : null,
    outside ? h("span", { class: "badge", title: "From another organisation" }, "EXTERNAL") : null,
    guest ? h("span", { class: "badge", title: "A guest, who sees some channels alone" }, "GUEST") : null,
    time(m));
}

function onlyYou(m, page) {
  return h("div", { class: "only-you" }, icon("eye"), h("span", {}, "Only visible to you"),
    h("button", { type: "button", class: "plain", dataset: { testid: "dismiss" }, onclick: () => page.dismiss(m) }, "Dismiss"));
}

function body(m, page, extra) {
  if (page.ui.editing === `${m.channel}/${m.ts}/${extra.inThread}`) return editor(m, page);
  // As in Slack, what an app shows in blocks carries no such mark.
  const edited = m.edited ? h("span", { class: "edited" }, " (edited)") : null;
  // What people type comes as one literal rich_text element as well; their *bold* shows only from the text.
  const content = m.blocks?.length && (m.bot || !m.text)
    ? blocks(m.blocks, environment(m, page))
    : h("div", { class: "text" }, mrkdwn(m.text, page.names), edited);
  return h("div", { class: "body", dataset: { testid: "body" } }, content, previews(m), files(m, page));
}

function environment(m, page) {
  // Whoever reads sees their own choice alone.
  const key = (block, el) => `${page.store.me}/${m.channel}/${m.ts}/${block.block_id}/${el.action_id}`;
  return {
    names: page.names,
    pressed: (block, el) => page.store.pressed.get(key(block, el)),
    click: (block, el, value, node) => page.click(m, block, el, value, node, key(block, el)),
  };
}

function previews(m) {
  const list = (m.attachments || []).filter((a) => a.title || a.text || a.fallback);
  if (!list.length) return null;
  return h("div", { class: "previews", dataset: { testid: "previews" } }, list.map((a) => h("div", { class: "preview-card" },
    safeURL(a.title_link) ? link(a.title_link, a.title || a.title_link) : h("strong", {}, a.title || a.fallback), a.text ? h("p", {}, a.text) : null)));
}

function files(m, page) {
  if (!m.files?.length) return null;
  return h("ul", { class: "files" }, m.files.map((f) => {
    const what = [icon("file"), h("span", { class: "name" }, f.name || "file"), f.size ? h("span", { class: "quiet" }, sizeOf(f.size)) : null];
    const href = `/local/file?as=${encodeURIComponent(page.store.me)}&id=${encodeURIComponent(f.id)}`;
    return h("li", {}, f.size ? h("a", { class: "file", href, download: f.name, dataset: { testid: "file" } }, what) : h("span", { class: "file" }, what));
  }));
}

function reactions(m, page) {
  if (!m.reactions?.length) return null;
  return h("div", { class: "reactions" }, m.reactions.map((r) => {
    const users = r.users, mine = users.includes(page.store.me), count = r.count;
    const who = users.map((id) => (id === page.store.me ? "you" : page.store.userName(id))).join(", ");
    return h("button", {
      type: "button", class: "reaction", "aria-pressed": String(mine), title: `${who} reacted with :${r.name}:`,
      "aria-label": `${r.name}, ${plural(count, "reaction", "reactions")}${mine ? ", yours too" : ""}`,
      dataset: { testid: "reaction", name: r.name }, onclick: () => page.react(m, r.name, mine),
    }, h("span", { class: "emoji", "aria-hidden": "true" }, emoji(r.name)), h("span", { "aria-hidden": "true" }, String(count)));
  }));
}

function threadLink(m, page, { replies, lastReply, repliers, preview }) {
  if (!replies) return null;
  const when = lastReply ? `${sameDay(lastReply, String(Date.now() / 1000)) ? "today" : dayOf(lastReply)} at ${timeOf(lastReply)}` : "";
  return h("button", {
    type: "button", class: "thread-link", dataset: { testid: "thread-link" }, onclick: () => page.openThread(m.channel, m.ts),
  },
  h("span", { class: "faces", "aria-hidden": "true" }, repliers.map((r) => avatar(page.store, r))),
  h("span", { class: "count" }, plural(replies, "reply", "replies")),
  when ? h("span", { class: "when" }, `Last reply ${when}`) : null,
  preview ? h("span", { class: "preview" }, preview) : null);
}

/** wordsOf gives the plain words of a message, for announcements and for copying. */
export function wordsOf(m, names) {
  if (m.text) return h("div", {}, mrkdwn(m.text, names)).textContent;
  const box = h("div", {}, blocks(m.blocks, { names, click() {} }));
  return unescape(box.innerText || box.textContent).trim();
}
