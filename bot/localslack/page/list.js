// A list of messages: day dividers, grouping, one tab stop with arrow keys, and staying at the newest.

import { dayOf, sameDay } from "./format.js";
import { h, reconcile } from "./dom.js";
import { messageRow, patchRow, signature, wordsOf } from "./message.js";
import { hideToolbar, showToolbar } from "./actions.js";

const GROUP_SECONDS = 300; // messages of one author within five minutes stand under one name, as in Slack
const PREVIEW = 140; // characters of the last reply, shown where the thread has no room beside the channel
const NEAR = 80; // pixels from the end that still count as reading the newest

/** List draws messages into an <ol> inside a scroller. */
export class List {
  constructor(ol, scroller, page, inThread, onAway = () => {}) {
    Object.assign(this, { ol, scroller, page, inThread, onAway, place: "" });
    ol.addEventListener("pointerover", (e) => this.hover(e));
    ol.addEventListener("click", (e) => this.tapped(e));
    // A lifted finger leaves the list before its click comes: only a mouse hides the toolbar by leaving.
    ol.addEventListener("pointerleave", (e) => { if (e.pointerType !== "touch") hideToolbar(ol); });
    ol.addEventListener("focusin", (e) => this.focused(e));
    ol.addEventListener("keydown", (e) => this.keys(e));
    scroller.addEventListener("scroll", () => this.onAway(!this.nearEnd()), { passive: true });
    // Pictures of text grow when a pane opens: whoever read the newest keeps reading it.
    new ResizeObserver(() => { if (this.atEnd) this.toEnd(); }).observe(scroller);
  }

  nearEnd() {
    const s = this.scroller;
    this.atEnd = s.scrollHeight - s.scrollTop - s.clientHeight < NEAR || s.scrollTop === this.placed;
    return this.atEnd;
  }

  /** toEnd shows the newest message: its end, or its beginning where there is no room for all of it. */
  toEnd() {
    const s = this.scroller, last = this.ol.lastElementChild;
    s.scrollTop = s.scrollHeight;
    if (last && last.offsetHeight > s.clientHeight) s.scrollTop += last.getBoundingClientRect().top - s.getBoundingClientRect().top;
    this.placed = s.scrollTop;
    this.atEnd = true;
    this.onAway(false);
  }

  /** render shows messages; place names what is shown, so that going elsewhere starts at the end. */
  render(messages, place) {
    const fresh = place !== this.place;
    const follow = fresh || this.nearEnd();
    if (fresh) this.ol.replaceChildren();
    this.place = place;
    reconcile(this.ol, this.items(messages), {
      key: (i) => i.key,
      sig: (i) => (i.day ? i.day : signature(i.message, this.page, i.extra)),
      build: (i) => (i.day ? divider(i.day) : messageRow(i.message, this.page, i.extra)),
      patch: (el, i) => !i.day && (patchRow(el, messageRow(i.message, this.page, i.extra)), true),
    });
    this.rove();
    if (follow) this.toEnd();
    else this.onAway(true);
  }

  items(messages) {
    const out = [], threads = this.inThread || !messages.length ? new Map() : this.page.store.threads(messages[0].channel);
    messages.forEach((message, n) => {
      const before = messages[n - 1];
      const sameAsBefore = before && sameDay(before.ts, message.ts);
      if (!sameAsBefore && !(this.inThread && n > 0)) out.push({ key: "day-" + dayOf(message.ts), day: dayOf(message.ts) });
      const afterParent = this.inThread && n === 1; // the first reply has its name, whoever began the thread
      out.push({ key: message.ts, message, extra: this.extra(message, sameAsBefore && !afterParent ? before : null, threads) });
    });
    return out;
  }

  extra(m, before, threads) {
    const follows = Boolean(before && before.user === m.user && !m.ephemeral && !before.ephemeral
      && Boolean(before.bot) === Boolean(m.bot) && Number(m.ts) - Number(before.ts) < GROUP_SECONDS);
    if (this.inThread) return { follows, inThread: true };
    const replies = threads.get(m.ts) || [];
    const spoken = replies.filter((r) => !r.ephemeral);
    const repliers = [...new Map(spoken.map((r) => [r.user, r])).values()].slice(0, 4);
    const last = replies.at(-1);
    const preview = last ? wordsOf(last, this.page.names).slice(0, PREVIEW) : "";
    return { follows, inThread: false, replies: replies.length || m.reply_count || 0, lastReply: last?.ts, repliers, preview };
  }

  rows() { return [...this.ol.querySelectorAll("li.message")]; }

  // Exactly one row is in the tab order; the arrow keys move it.
  rove(to) {
    const rows = this.rows();
    const at = to || rows.find((r) => r.contains(document.activeElement)) || rows.at(-1);
    for (const r of rows) r.tabIndex = r === at ? 0 : -1;
  }

  hover(e) {
    const row = e.target.closest?.("li.message");
    if (row && e.pointerType !== "touch") showToolbar(row, this.page, this.inThread);
  }

  // A finger has no hover: a tap on a message brings its toolbar.
  tapped(e) {
    const row = e.target.closest("li.message");
    if (row && e.pointerType === "touch") showToolbar(row, this.page, this.inThread);
  }

  focused(e) {
    const row = e.target.closest("li.message");
    if (!row) return;
    this.rove(row);
    if (e.target === row || row.matches(":focus-visible, :has(:focus-visible)")) showToolbar(row, this.page, this.inThread);
  }

  keys(e) {
    if (!e.target.matches("li.message")) return;
    const rows = this.rows(), at = rows.indexOf(e.target);
    const to = { ArrowUp: rows[at - 1], ArrowDown: rows[at + 1], Home: rows[0], End: rows.at(-1) }[e.key];
    if (!to) return;
    e.preventDefault();
    to.focus();
  }
}

const divider = (day) => h("li", { class: "day" }, h("span", {}, day));
