// What one can do with a message: a toolbar on hover or focus, a menu, the emoji picker.

import { h, icon } from "./dom.js";
import { emoji, PICKS } from "./emoji.js";

/** showToolbar puts the toolbar on a row and takes it from the others of its list. */
export function showToolbar(row, page, inThread) {
  if (row.querySelector(":scope > .toolbar") || row.querySelector(".editor")) return;
  hideToolbar(row.parentElement);
  const m = page.store.message(row.dataset.channel, row.dataset.ts);
  if (m && !m.ephemeral && m.subtype !== "tombstone") row.append(toolbar(m, row, page, inThread));
}

/** hideToolbar takes the toolbar away, unless its menu is open or it holds the focus. */
export function hideToolbar(list) {
  for (const bar of list?.querySelectorAll(".toolbar") || []) {
    if (!bar.contains(document.activeElement)) bar.remove();
  }
}

function toolbar(m, row, page, inThread) {
  const bar = h("div", { class: "toolbar", role: "toolbar", "aria-label": "Message actions", dataset: { testid: "message-toolbar" } });
  const one = (name, image, label, onclick, popup) => h("button", {
    type: "button", class: "icon-button", "aria-label": label, title: label, dataset: { testid: name },
    "aria-haspopup": popup || null, "aria-expanded": popup ? "false" : null, onclick,
  }, icon(image));
  bar.append(
    one("react", "smile", "Add a reaction", (e) => popup(bar, e.currentTarget, picker(m, page)), "true"),
    inThread ? "" : one("reply", "reply", "Reply in thread", () => page.openThread(m.channel, m.thread_ts || m.ts)),
    one("more", "more", "More actions", (e) => popup(bar, e.currentTarget, menu(m, bar, page, inThread)), "menu"));
  bar.addEventListener("keydown", (e) => arrows(e, bar));
  bar.addEventListener("focusout", (e) => { if (!row.contains(e.relatedTarget)) closePopup(bar); });
  return bar;
}

function arrows(e, bar) {
  const open = bar.querySelector(".popup");
  if (e.key === "Escape" && open) {
    e.stopPropagation();
    bar.querySelector('[aria-expanded="true"]')?.focus();
    closePopup(bar);
    return;
  }
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[e.key];
  if (!step) return;
  e.preventDefault();
  e.stopPropagation();
  const buttons = [...(open || bar).querySelectorAll("button")];
  buttons.at((buttons.indexOf(document.activeElement) + step) % buttons.length)?.focus();
}

// The focus must have left the popup before: removing what holds it would call this again from focusout.
function closePopup(bar) {
  bar.querySelector('[aria-expanded="true"]')?.setAttribute("aria-expanded", "false");
  bar.querySelector(".popup")?.remove();
}

function popup(bar, opener, content) {
  const wasOpen = opener.getAttribute("aria-expanded") === "true";
  closePopup(bar);
  if (wasOpen) return;
  opener.setAttribute("aria-expanded", "true");
  bar.append(content);
  // The menu opens upwards where there is no room below it.
  const box = content.getBoundingClientRect(), frame = bar.closest(".scroller").getBoundingClientRect();
  if (box.bottom > frame.bottom) content.classList.add("upwards");
  content.querySelector("button")?.focus();
}

function picker(m, page) {
  // Asked when pressed: the message may have changed while the picker was open.
  const mine = (name) => page.store.message(m.channel, m.ts)?.reactions?.some((r) => r.name === name && r.users?.includes(page.store.me));
  return h("div", { class: "popup picker", role: "group", "aria-label": "Reactions", dataset: { testid: "picker" } },
    PICKS.map((name) => h("button", {
      type: "button", "aria-label": name.replaceAll("_", " "), title: `:${name}:`, dataset: { name },
      onclick: (e) => { leave(e); page.react(m, name, mine(name)); },
    }, emoji(name))));
}

// The row gets the focus back, so that a keyboard user goes on where the menu was opened.
function leave(e) {
  const row = e.currentTarget.closest("li.message");
  row.focus({ preventScroll: true });
  closePopup(row.querySelector(".toolbar"));
}

function menu(m, bar, page, inThread) {
  const own = m.user === page.store.me;
  const item = (name, image, label, act, style = "") => h("button", {
    type: "button", role: "menuitem", class: style, dataset: { testid: "menu-" + name },
    onclick: (e) => { leave(e); act(); },
  }, icon(image), label);
  return h("div", { class: "popup menu", role: "menu", "aria-label": "More actions", dataset: { testid: "message-menu" } },
    inThread ? null : item("reply", "reply", "Reply in thread", () => page.openThread(m.channel, m.thread_ts || m.ts)),
    item("copy", "copy", "Copy text", () => page.copy(m)),
    own ? item("edit", "edit", "Edit message", () => page.edit(m, inThread)) : null,
    own && /<https?:/.test(m.text) ? item("unfurl", "image", "Show previews of its links", () => page.unfurl(m)) : null,
    own ? item("delete", "trash", "Delete message…", () => page.remove(m), "danger") : null,
    messageShortcuts(page).map((s) => item("shortcut", "bolt", s.name, () => page.shortcut(m, s.callback_id))));
}

// Shortcuts are for the own organisation.
const messageShortcuts = ({ store }) => (store.user(store.me).stranger ? [] : store.app.shortcuts.filter((s) => s.type === "message"));
