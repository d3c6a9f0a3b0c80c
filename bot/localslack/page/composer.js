// The box people type in: Enter sends, Shift+Enter breaks the line, "/" and "@" offer what they can mean.

import { h, icon } from "./dom.js";
import { sizeOf } from "./format.js";
import { menuButton } from "./menu.js";
import { Suggest } from "./suggest.js";
import { commandsOf, toTyped, toWire } from "./typed.js";

const TALLEST = 220; // pixels a box grows to before it scrolls

/** Composer is one message box. options: {id, testid, page, onSend(text, files) → Promise, inThread}. */
export class Composer {
  constructor(options) {
    Object.assign(this, options);
    this.drafts = new Map();
    this.files = [];
    this.text = h("textarea", {
      id: this.id, rows: "1", autocomplete: "off", spellcheck: "true", enterkeyhint: "send", dataset: { testid: this.testid },
      oninput: () => this.changed(), onkeydown: (e) => this.keys(e), onblur: () => this.suggest.close(),
      onpaste: (e) => { if (e.clipboardData?.files.length) { e.preventDefault(); this.attach(e.clipboardData.files); } },
    });
    this.button = h("button", {
      type: "submit", class: "send", "aria-label": "Send", title: "Send (Enter)", disabled: true,
      dataset: { testid: this.inThread ? "thread-send" : "send" },
    }, icon("send"));
    this.hint = h("p", { class: "hint-line", id: this.id + "-hint" });
    this.problem = h("p", { class: "problem", role: "alert", dataset: { testid: this.testid + "-error" } });
    this.pending = h("ul", { class: "pending", "aria-label": "Files to send", dataset: { testid: this.testid + "-files" }, hidden: true });
    this.suggest = new Suggest(this.text, this.page, this.inThread);
    this.text.setAttribute("aria-describedby", this.hint.id);
    this.el = h("form", { class: "composer", onsubmit: (e) => { e.preventDefault(); this.send(); } },
      this.suggest.box, this.problem, this.pending, h("div", { class: "box" }, this.tools(), this.text, this.button), this.hint);
  }

  // What stands left of the text: files, and the app's shortcuts.
  tools() {
    const picker = h("input", {
      type: "file", multiple: true, class: "sr-only", tabindex: "-1", "aria-hidden": "true", dataset: { testid: this.testid + "-picker" },
      onchange: () => { this.attach(picker.files); picker.value = ""; },
    });
    const name = this.inThread ? "thread-" : "";
    this.bolt = this.inThread ? null : menuButton({ class: "icon-button", image: "bolt", dataset: { testid: "shortcuts" } }, "Shortcuts of the app", () =>
      this.shortcuts().map((s) => ({ label: s.name, image: "bolt", testid: "global-shortcut", run: () => this.page.globalShortcut(s.callback_id) })));
    return [picker, h("button", {
      type: "button", class: "icon-button", "aria-label": "Add a file", title: "Add a file", dataset: { testid: name + "attach" }, onclick: () => picker.click(),
    }, icon("plus")), this.bolt];
  }

  shortcuts() {
    const { store } = this.page;
    return store.user(store.me)?.stranger ? [] : store.app.shortcuts.filter((s) => s.type === "global");
  }

  /** show turns the box to a place (a channel or thread), with the draft left there. */
  show(place, label) {
    this.text.placeholder = label;
    this.text.setAttribute("aria-label", label);
    if (this.bolt) this.bolt.hidden = !this.shortcuts().length;
    if (this.place === place) return;
    if (this.place) this.drafts.set(this.place, { text: this.text.value, files: this.files });
    this.place = place;
    const draft = this.drafts.get(place) || { text: "", files: [] };
    this.set(draft.text, draft.files);
  }

  set(text, files = []) {
    this.text.value = text;
    this.files = files;
    this.changed();
    this.list();
  }

  /** begin puts the beginning of a message into the box. */
  begin(text) {
    this.set(text, this.files);
    this.focus();
  }

  /** attach adds files that go with the next message. */
  attach(files) {
    this.files = [...this.files, ...files];
    this.changed();
    this.list();
    this.focus();
  }

  list() {
    this.pending.hidden = !this.files.length;
    this.pending.replaceChildren(...this.files.map((f) => h("li", { class: "file" }, icon("file"), h("span", { class: "name" }, f.name),
      h("span", { class: "quiet" }, sizeOf(f.size)),
      h("button", {
        type: "button", class: "icon-button", "aria-label": `Take ${f.name} away`, title: "Take away",
        onclick: () => { this.files = this.files.filter((x) => x !== f); this.list(); this.changed(); this.focus(); },
      }, icon("close")))));
  }

  focus() { this.text.focus(); }

  empty() { return this.text.value.trim() === "" && !this.files.length; }

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
    const { files, place } = this, text = this.text.value;
    if (this.empty() || this.busy) return;
    this.busy = true;
    this.set("");
    try {
      await this.onSend(text.trim(), files);
    } catch (err) {
      // Nothing typed is ever lost: it comes back with the reason, where it was written.
      if (this.place === place && this.empty()) this.set(text, files);
      else this.drafts.set(place, { text, files });
      this.problem.textContent = err.message;
    } finally {
      this.busy = false;
    }
  }
}

/** takeDrops lets files be dropped anywhere on el; composer() says which box takes them. */
export function takeDrops(el, composer) {
  const withFiles = (e) => e.dataTransfer?.types.includes("Files");
  el.addEventListener("dragover", (e) => {
    if (!withFiles(e)) return;
    e.preventDefault();
    el.classList.add("dropping");
  });
  el.addEventListener("dragleave", (e) => { if (!el.contains(e.relatedTarget)) el.classList.remove("dropping"); });
  el.addEventListener("drop", (e) => {
    el.classList.remove("dropping");
    if (!withFiles(e)) return;
    e.preventDefault();
    composer.attach(e.dataTransfer.files);
  });
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
