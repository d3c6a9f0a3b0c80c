// What the page does: each thing a person can do, as one method.

import { post, upload } from "./api.js";
import { $ } from "./dom.js";
import { toWire } from "./typed.js";
import { readValues } from "./elements.js";
import { wordsOf } from "./message.js";
import { isTop } from "./store.js";
import { ask, showErrors } from "./views.js";
import { plainText } from "./blocks.js";

const NOTICE_SHOWN = 8000; // milliseconds a notice stays

/** Page holds where the reader is (ui) and turns wishes into requests. draw asks for a new drawing. */
export class Page {
  constructor(store, draw) {
    Object.assign(this, { store, draw });
    this.ui = { channel: "", thread: "", open: "", tab: "messages", editing: "" };
    this.asked = new Map(); // ts of questions asked here, so that their first answer opens beside them
    this.names = {
      me: () => store.me,
      user: (id) => store.userName(id),
      channel: (id) => (store.channels.has(id) ? store.channelName(id) : ""),
      group: (id) => this.group(id),
      people: () => [...store.users.values()].filter((u) => !u.bot).map((u) => ({ id: u.id, name: store.userName(u.id) })),
      places: (kinds) => this.places(kinds),
      openChannel: (id) => this.openChannel(id, { focus: true }),
    };
  }

  group(id) {
    const group = this.store.groups.get(id);
    return group && { ...group, mine: (group.users || []).includes(this.store.me) };
  }

  /** places lists the conversations that a menu offers; kinds are those of Slack's filter. */
  places(kinds) {
    const slackKind = { channel: "public", shared: "public", private: "private", im: "im" };
    return [...this.store.channels.values()].filter((c) => !kinds || kinds.includes(slackKind[c.kind]))
      .map((c) => ({ id: c.id, name: (c.kind === "im" ? "" : "#") + this.store.channelName(c.id) }));
  }

  send(method, body) { return post(method, { as: this.store.me, ...body }); }

  /** try runs something and shows its error, instead of losing it. */
  async try(action) {
    try {
      return await action();
    } catch (err) {
      this.notice(err.message);
      return null;
    }
  }

  notice(text) {
    clearTimeout(this.noticeTimer);
    $("notice").textContent = text;
    this.noticeTimer = setTimeout(() => { $("notice").textContent = ""; }, NOTICE_SHOWN);
  }

  // ---- where one is

  openChannel(id, { focus = false, tab = "messages" } = {}) {
    if (!this.store.channels.has(id)) return;
    if (id !== this.ui.channel) Object.assign(this.ui, { thread: "", open: "", editing: "" });
    Object.assign(this.ui, { channel: id, tab });
    this.read(id);
    this.drawer.set(false);
    this.draw();
    this.opened();
    if (focus && matchMedia("(hover: hover)").matches) this.composer.focus(); // on a phone this would raise the keyboard
  }

  /** opened tells the app, as Slack does, that its own conversation was opened; it may then suggest questions. */
  opened() {
    if (this.store.isAppDM(this.store.channels.get(this.ui.channel))) this.try(() => this.send("home", { tab: "messages" }));
  }

  /** read marks a channel as read, here and in the workspace. */
  read(id) {
    const channel = this.store.channels.get(id);
    if (!channel?.unread) return;
    channel.unread = 0;
    this.try(() => this.send("read", { channel: id }));
  }

  openThread(channel, ts, { focus = true } = {}) {
    this.opener = document.activeElement;
    if (channel !== this.ui.channel) this.openChannel(channel);
    Object.assign(this.ui, { thread: ts, open: ts, tab: "messages" });
    this.draw();
    if (!focus) return;
    if (matchMedia("(hover: hover)").matches) this.threadComposer.focus();
    else $("thread-title").focus();
  }

  /** openMessage goes to one message, in its thread where it stands in one. */
  openMessage(channel, ts) {
    this.openChannel(channel);
    const m = this.store.message(channel, ts), inThread = m && !isTop(m);
    if (inThread) this.openThread(channel, m.thread_ts);
    queueMicrotask(() => { // after the drawing that shows it
      const row = $(inThread ? "thread-messages" : "messages").querySelector(`[data-ts="${ts}"]`);
      row?.scrollIntoView({ block: "center" });
      row?.focus({ preventScroll: true });
    });
  }

  closeThread() {
    const { thread } = this.ui;
    Object.assign(this.ui, { thread: "", open: "", editing: "" });
    this.draw();
    const row = $("messages").querySelector(`[data-ts="${thread}"]`);
    const back = this.opener?.isConnected && this.opener !== document.body ? this.opener : row?.querySelector(".thread-link") || row;
    (back || this.composer.text).focus({ preventScroll: true });
  }

  openTab(tab) {
    this.ui.tab = tab;
    this.draw();
    return this.try(() => this.send("home", { tab }));
  }

  join(channel) { return this.try(() => this.send("join", { channel })); }

  // ---- saying

  /** say sends what was typed, with files where there are some; it throws an Error with words for people. */
  async say(text, channel, thread, files = []) {
    if (text.startsWith("/") && !files.length) return this.slash(text, channel, thread);
    const body = { channel, text: toWire(text, this.store), files: [] };
    for (const file of files) body.files.push({ id: (await upload(this.store.me, file)).id });
    if (thread) body.thread_ts = thread;
    const { ts } = await this.send("say", body);
    if (!ts || thread) return;
    this.asked.set(`${channel}/${ts}`, true);
    // The answer may have come over the event stream before the reply to this request.
    const answer = this.store.replies(channel, ts).find((m) => this.store.isApp(m.user));
    if (answer) this.answered(answer);
  }

  async slash(text, channel, thread) {
    const [, command, rest] = text.match(/^(\/\S*)\s*([\s\S]*)$/);
    if (thread) throw new Error("Slash commands do not work in threads. Ask in the channel, or mention the app here.");
    await this.send("slash", { channel, command, text: toWire(rest, this.store) });
  }

  /** ask opens a channel and says one of the examples there. */
  ask(channel, text) {
    this.openChannel(channel);
    this.composer.focus();
    return this.try(() => this.say(text, channel, ""));
  }

  /** begin opens a channel and puts the beginning of a question into its box. */
  begin(channel, text) {
    this.openChannel(channel);
    queueMicrotask(() => this.composer.begin(text)); // after the drawing that turns the box there
  }

  /** answered opens the thread in which the app answers the reader's own question, where there is room for it. */
  answered(m) {
    const key = `${m.channel}/${m.thread_ts}`;
    if (!this.store.isApp(m.user) || !this.asked.delete(key) || m.channel !== this.ui.channel) return;
    const busy = this.ui.thread && !this.threadComposer.empty();
    if (!busy && matchMedia("(min-width: 900px)").matches) this.openThread(m.channel, m.thread_ts, { focus: false });
  }

  // ---- doing something with a message

  /** dismiss takes an ephemeral message away, here at once and in the workspace. */
  dismiss(m) {
    this.store.dismiss(m);
    return this.try(() => this.send("delete", { channel: m.channel, ts: m.ts }));
  }

  react(m, name, remove) { return this.try(() => this.send("react", { channel: m.channel, ts: m.ts, name, remove })); }

  async click(m, block, el, value, node, key) {
    if (!(await this.sure(el))) return;
    const body = { channel: m.channel, ts: m.ts, block_id: block.block_id, action_id: el.action_id, value };
    body.values = readValues(node.closest("li.message"));
    if (m.ephemeral) body.ephemeral = true;
    const done = await this.busy(node, () => this.send("click", body));
    if (done && el.type === "feedback_buttons") {
      this.store.pressed.set(key, value);
      this.draw();
    }
  }

  async busy(node, action) {
    node?.setAttribute("aria-busy", "true");
    const done = await this.try(action);
    node?.removeAttribute("aria-busy");
    return done;
  }

  sure(el) {
    const c = el.confirm;
    if (!c) return true;
    return ask({
      title: plainText(c.title) || "Are you sure?", text: c.text?.text || "", danger: c.style === "danger",
      yes: plainText(c.confirm) || "Yes", no: plainText(c.deny) || "No",
    });
  }

  unfurl(m) { return this.try(() => this.send("unfurl", { channel: m.channel, ts: m.ts })); }

  stop(status) { return this.try(() => this.send("stop", { channel: status.channel, thread_ts: status.thread_ts })); }

  globalShortcut(callback_id) { return this.try(() => this.send("shortcut", { callback_id })); }

  setLocale(locale) { return this.try(() => this.send("locale", { locale })); }

  shortcut(m, callback_id) { return this.try(() => this.send("shortcut", { channel: m.channel, ts: m.ts, callback_id })); }

  async copy(m) {
    await this.try(() => navigator.clipboard.writeText(wordsOf(m, this.names)));
    this.notice("Copied.");
  }

  edit(m, inThread) {
    this.ui.editing = `${m.channel}/${m.ts}/${inThread}`;
    this.draw();
  }

  endEdit() {
    const ts = this.ui.editing.split("/")[1], list = this.ui.editing.endsWith("true") ? "thread-messages" : "messages";
    this.ui.editing = "";
    this.draw();
    queueMicrotask(() => $(list).querySelector(`[data-ts="${ts}"]`)?.focus({ preventScroll: true })); // after the drawing, which brings its toolbar back
  }

  async saveEdit(m, text) {
    if (!text) return this.remove(m);
    if (await this.try(() => this.send("edit", { channel: m.channel, ts: m.ts, text }))) this.endEdit();
  }

  /** editLast edits the reader's newest message, as ArrowUp in an empty box does in Slack. */
  editLast(inThread) {
    const { channel, thread } = this.ui;
    const list = inThread ? this.store.replies(channel, thread) : this.store.top(channel);
    const mine = list.filter((m) => m.user === this.store.me && !m.ephemeral).at(-1);
    if (mine) this.edit(mine, inThread);
    return Boolean(mine);
  }

  async remove(m) {
    const yes = await ask({ title: "Delete this message?", text: wordsOf(m, this.names).slice(0, 300), yes: "Delete", danger: true });
    if (yes) await this.try(() => this.send("delete", { channel: m.channel, ts: m.ts }));
  }

  // ---- views

  async clickView(view, block, el, value, node) {
    if (!(await this.sure(el))) return;
    const values = readValues(node.closest(".modal-body, .home"));
    await this.busy(node, () => this.send("click", { view_id: view.id, block_id: block.block_id, action_id: el.action_id, value, values }));
  }

  // What becomes of a submitted view (closed, changed, another on top) comes as an event; only errors come back here.
  async submitView(view, form) {
    const button = form.querySelector("[type=submit]");
    showErrors(form, {});
    button.setAttribute("aria-busy", "true");
    try {
      await this.send("submit", { view_id: view.id, values: readValues(form) });
    } catch (err) {
      showErrors(form, err.body?.errors || { "": err.message });
    } finally {
      button.removeAttribute("aria-busy");
    }
  }

  /** closeView closes a modal; with all set, those under it too. */
  closeView(view, all = false) {
    this.store.modals = all ? [] : this.store.modals.filter((v) => v.id !== view.id);
    this.draw();
    return this.try(() => this.send("close", { view_id: view.id, all }));
  }
}
