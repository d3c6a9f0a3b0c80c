// The box people type in: Enter sends, Shift+Enter breaks the line, "/" and "@" offer what they can mean.

import { h, icon } from "./dom.js";
import { Suggest } from "./suggest.js";
import { commandsOf, toTyped, toWire } from "./typed.js";

const TALLEST = 220; // pixels a box grows to before it scrolls

/** Composer is one message box. options: {id, testid, page, onSend(text) → Promise, inThread}. */
export class Composer {
  constructor(options) {
    Object.assign(this, options);
    this.drafts = new Map();
    this.text = h("textarea", {
      id: this.id, rows: "1", autocomplete: "off", spellcheck: "true", enterkeyhint: "send", dataset: { testid: this.testid },
      oninput: () => this.changed(), onkeydown: (e) => this.keys(e), onblur: () => this.suggest.close(),
    });
    this.button = h("button", {
      type: "submit", class: "send", "aria-label": "Send", title: "Send (Enter)", disabled: true,
      dataset: { testid: this.inThread ? "thread-send" : "send" },
    }, icon("send"));
    this.hint = h("p", { class: "hint-line", id: this.id + "-hint" });
    this.problem = h("p", { class: "problem", role: "alert", dataset: { testid: this.testid + "-error" } });
    this.suggest = new Suggest(this.text, this.page, this.inThread);
    this.text.setAttribute("aria-describedby", this.hint.id);
    this.el = h("form", { class: "composer", onsubmit: (e) => { e.preventDefault(); this.send(); } },
      this.suggest.box, this.problem, h("div", { class: "box" }, this.text, this.button), this.hint);
  }

  /** show turns the box to a place (a channel or thread), with the draft left there. */
  show(place, label) {
    this.text.placeholder = label;
    this.text.setAttribute("aria-label", label);
    if (this.place === place) return;
    if (this.place) this.drafts.set(this.place, this.text.value);
    this.place = place;
    this.set(this.drafts.get(place) || "");
  }

  set(text) {
    this.text.value = text;
    this.changed();
  }

  focus() { this.text.focus(); }

  empty() { return this.text.value.trim() === ""; }

  changed() {
    this.problem.textContent = "";
    this.button.disabled = this.empty();
    this.text.style.height = "auto";
    this.text.style.height = Math.min(this.text.scrollHeight, TALLEST) + "px";
    this.hint.textContent = this.usage();
    this.suggest.update();
  }

  usage() {
    const word = this.text.value.match(/^(\/\S+)\s/)?.[1];
    const command = word && commandsOf(this.page).find((c) => c.command === word);
    if (command) return [command.command, command.hint].filter(Boolean).join(" ") + (command.description ? `: ${command.description}` : "");
    return this.empty() ? "" : "Enter to send · Shift+Enter for a new line";
  }

  keys(e) {
    if (e.isComposing || this.suggest.keys(e)) return; // Enter that ends an input method's word does not send
    if (e.key === "Enter" && !e.shiftKey && !e.altKey && !e.ctrlKey && !e.metaKey) {
      e.preventDefault();
      this.send();
    } else if (e.key === "ArrowUp" && this.empty()) {
      if (this.page.editLast(this.inThread)) e.preventDefault();
    }
  }

  async send() {
    const text = this.text.value, place = this.place;
    if (text.trim() === "" || this.busy) return;
    this.busy = true;
    this.set("");
    try {
      await this.onSend(text.trim());
    } catch (err) {
      // Nothing typed is ever lost: it comes back with the reason, where it was written.
      if (this.place === place && this.empty()) this.set(text);
      else this.drafts.set(place, text);
      this.problem.textContent = err.message;
    } finally {
      this.busy = false;
    }
  }
}

/** editor is the box that stands in place of a message while its author edits it. */
export function editor(m, page) {
  const save = () => page.saveEdit(m, toWire(text.value.trim(), page.store));
  const text = h("textarea", {
    "aria-label": "Edit message", rows: "2", dataset: { testid: "edit-text" },
    onkeydown: (e) => {
      if (e.key === "Escape") { e.stopPropagation(); page.endEdit(); }
      if (e.key === "Enter" && !e.shiftKey && !e.isComposing) { e.preventDefault(); save(); }
    },
  });
  text.value = toTyped(m.text, page.names);
  queueMicrotask(() => { text.focus(); text.setSelectionRange(text.value.length, text.value.length); });
  return h("div", { class: "editor", dataset: { testid: "editor" } }, text,
    h("div", { class: "editor-buttons" },
      h("button", { type: "button", class: "b-button", dataset: { testid: "edit-cancel" }, onclick: () => page.endEdit() }, "Cancel"),
      h("button", { type: "button", class: "b-button primary", dataset: { testid: "edit-save" }, onclick: save }, "Save")));
}
