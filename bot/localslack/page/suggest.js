// The list above a message box: slash commands after "/", people after "@".

import { h } from "./dom.js";
import { commandsOf } from "./typed.js";

const MOST = 8; // entries shown at once

/** Suggest watches a textarea. The focus stays in it; aria-activedescendant tells which entry is chosen. */
export class Suggest {
  constructor(text, page, inThread) {
    Object.assign(this, { text, page, inThread, entries: [], at: 0 });
    this.box = h("ul", { class: "suggest", role: "listbox", id: text.id + "-suggest", "aria-label": "Suggestions", hidden: true, dataset: { testid: "suggestions" } });
    text.setAttribute("aria-autocomplete", "list");
    text.setAttribute("aria-controls", this.box.id);
  }

  update() {
    const before = this.text.value.slice(0, this.text.selectionStart ?? this.text.value.length);
    this.entries = (slash(before, this) || mention(before, this.page.store) || []).slice(0, MOST);
    this.at = 0;
    this.draw();
  }

  close() {
    this.entries = [];
    this.draw();
  }

  draw() {
    const open = this.entries.length > 0;
    this.box.hidden = !open;
    this.box.replaceChildren(...this.entries.map((e, i) => h("li", {
      role: "option", id: `${this.box.id}-${i}`, "aria-selected": String(i === this.at), dataset: { testid: "suggestion" },
      onmousedown: (ev) => ev.preventDefault(), // keeps the focus in the box
      onclick: () => this.take(i),
    }, h("strong", {}, e.label), e.extra ? h("span", { class: "extra" }, e.extra) : null)));
    if (open) this.text.setAttribute("aria-activedescendant", `${this.box.id}-${this.at}`);
    else this.text.removeAttribute("aria-activedescendant");
  }

  /** keys handles a key while the list is open; it returns true when the key is used up. */
  keys(e) {
    if (!this.entries.length) return false;
    if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      const n = this.entries.length;
      this.at = (this.at + (e.key === "ArrowDown" ? 1 : n - 1)) % n;
      this.draw();
    } else if ((e.key === "Enter" && !e.shiftKey) || e.key === "Tab" && !e.shiftKey) this.take(this.at);
    else if (e.key === "Escape") this.close();
    else return false;
    e.preventDefault();
    e.stopPropagation();
    return true;
  }

  take(i) {
    const { from, insert } = this.entries[i];
    this.text.setRangeText(insert, from, this.text.selectionStart, "end");
    this.text.dispatchEvent(new Event("input"));
    this.close();
    this.text.focus();
  }
}

function slash(before, { page, inThread }) {
  const typed = before.match(/^\/(\S*)$/);
  if (!typed || inThread) return null; // Slack's slash commands do not work in threads
  return commandsOf(page)
    .filter((c) => c.command.toLowerCase().startsWith(typed[0].toLowerCase()))
    .map((c) => ({ label: [c.command, c.hint].filter(Boolean).join(" "), extra: c.description || "", from: 0, insert: c.command + " " }));
}

function mention(before, store) {
  const typed = before.match(/(?:^|[\s(])@([\p{L}\p{N}._-]*)$/u);
  if (!typed) return null;
  const wanted = typed[1].toLowerCase();
  const fits = (u) => [u.name, u.real_name].some((n) => n.toLowerCase().split(/\s+/).concat(n.toLowerCase()).some((w) => w.startsWith(wanted)));
  const from = before.length - typed[1].length - 1;
  const groups = [...store.groups.values()].filter((g) => g.handle.toLowerCase().startsWith(wanted))
    .map((g) => ({ label: "@" + g.handle, extra: g.name, from, insert: `@${g.handle} ` }));
  return [...store.users.values()].filter(fits)
    .sort((a, b) => store.isApp(b.id) - store.isApp(a.id)) // the app first: it is whom one asks
    .map((u) => ({
      label: store.userName(u.id), extra: store.isApp(u.id) ? "APP" : u.name && u.name !== store.userName(u.id) ? "@" + u.name : "",
      from, insert: `@${store.userName(u.id)} `,
    })).concat(groups);
}
