// What the page knows of the workspace, as one user sees it.

import { compareTs } from "./format.js";

/** isTop tells whether a message stands in the channel itself, not only in a thread. */
export const isTop = (m) => !m.thread_ts || m.thread_ts === m.ts || Boolean(m.broadcast);

const byTs = (a, b) => compareTs(a.ts, b.ts);

/** Store holds the state and applies events to it; onChange is called after each change. */
export class Store {
  constructor(onChange) {
    this.onChange = onChange;
    this.gone = new Set(); // ts of ephemerals the reader dismissed
    this.clear();
  }

  clear() {
    this.team = { name: "" };
    this.app = { commands: [], shortcuts: [] };
    this.me = "";
    this.users = new Map();
    this.groups = new Map();
    this.channels = new Map();
    this.messages = new Map();
    this.statuses = new Map();
    this.prompts = new Map();
    this.pressed = new Map();
    this.home = null;
    this.modals = [];
  }

  /** load replaces everything by what /local/state gave. */
  load(raw) {
    const { pressed } = this;
    this.clear();
    this.pressed = pressed;
    this.team = raw.team;
    this.app = raw.app;
    this.me = raw.me.id;
    for (const u of raw.users) this.users.set(u.id, u);
    for (const g of raw.usergroups || []) this.groups.set(g.id, g);
    for (const c of raw.channels) this.channels.set(c.id, c);
    for (const list of Object.values(raw.messages)) for (const m of list) this.put(m);
    for (const s of raw.statuses || []) this.setStatus(s);
    for (const p of raw.prompts || []) this.setPrompts(p);
    this.home = raw.home || null;
    this.modals = raw.views || [];
    this.onChange();
  }

  put(message) {
    if (!this.messages.has(message.channel)) this.messages.set(message.channel, new Map());
    this.messages.get(message.channel).set(message.ts, message);
  }

  /** apply takes one event; it returns false for one that needs the whole state read again. */
  apply(event) {
    const handler = EVENTS[event.type];
    if (!handler || handler(this, event) === false) return false;
    this.onChange();
    return true;
  }

  setStatus(s) {
    const key = `${s.channel}/${s.thread_ts || ""}`;
    if (s.status) this.statuses.set(key, s);
    else this.statuses.delete(key);
  }

  // Only suggestions for a whole conversation are shown; those of a thread come too late to be of use.
  setPrompts(p) { if (!p.thread_ts) this.prompts.set(p.channel, p); }

  /** statusIn gives the status of the app's work in a thread, or of any in the channel when thread is "". */
  statusIn(channel, thread) {
    if (thread) return this.statuses.get(`${channel}/${thread}`);
    return [...this.statuses.values()].find((s) => s.channel === channel);
  }

  all(channel) {
    return [...(this.messages.get(channel)?.values() || [])].filter((m) => !this.gone.has(`${m.channel}/${m.ts}`)).sort(byTs);
  }

  message(channel, ts) { return this.messages.get(channel)?.get(ts); }

  /** top lists the messages of a channel outside threads. */
  top(channel) { return this.all(channel).filter(isTop); }

  /** replies lists the messages of a thread, without its parent. */
  replies(channel, ts) { return this.threads(channel).get(ts) || []; }

  /** threads groups the replies of a channel by the ts of their parent. */
  threads(channel) {
    const out = new Map();
    for (const m of this.all(channel)) {
      if (!m.thread_ts || m.thread_ts === m.ts) continue;
      if (!out.has(m.thread_ts)) out.set(m.thread_ts, []);
      out.get(m.thread_ts).push(m);
    }
    return out;
  }

  dismiss(message) {
    this.gone.add(`${message.channel}/${message.ts}`);
    this.onChange();
  }

  user(id) { return this.users.get(id); }

  isApp(id) { return id === this.app.bot_user_id; }

  appName() { return this.userName(this.app.bot_user_id) || this.app.name || "the app"; }

  userName(id) {
    const u = this.users.get(id);
    return u ? u.real_name || u.name || id : "";
  }

  /** author names who wrote a message; an app may give its own name. */
  author(m) { return this.userName(m.user) || m.username || (m.bot ? this.appName() : m.user) || "someone"; }

  /** partner is the other user of a direct message. */
  partner(channel) { return channel.members.find((id) => id !== this.me) || this.me; }

  isAppDM(channel) { return channel?.kind === "im" && this.isApp(this.partner(channel)); }

  channelName(id) {
    const c = this.channels.get(id);
    if (!c) return "";
    return c.kind === "im" ? this.userName(this.partner(c)) || c.name || "Direct message" : c.name;
  }

  hasApp(channel) { return channel.members.includes(this.app.bot_user_id); }
}

// Each handler returns false when the event does not say enough, and the state must be read again.

const EVENTS = {
  message: (store, e) => incoming(store, e),
  ephemeral: (store, e) => incoming(store, e),
  update: (store, e) => put(store, e),
  delete: (store, e) => {
    store.messages.get(e.channel)?.delete(e.ts);
  },
  reaction: (store, e) => put(store, e),
  status: (store, e) => { store.setStatus(e.status); },
  view: (store, e) => view(store, e.view),
  user: (store, e) => { store.users.set(e.user.id, e.user); },
  prompts: (store, e) => { store.setPrompts(e.prompts); },
};

function put(store, e) { store.put(e.message); }

function incoming(store, e) {
  put(store, e);
  return store.channels.has(e.channel);
}

// A view with an id already open replaces that one; another is pushed on top, as views.push does.
function view(store, v) {
  if (v.type === "home") {
    store.home = v;
    return;
  }
  const at = store.modals.findIndex((m) => m.id === v.id);
  if (v.closed) store.modals = at < 0 ? store.modals : store.modals.slice(0, at);
  else if (at >= 0) store.modals = [...store.modals.slice(0, at), v];
  else store.modals = [...store.modals, v];
}
