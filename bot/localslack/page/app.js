// The start of the page: reads the state, follows events, draws.

import { ApiError, getState, listen, post } from "./api.js";
import { Composer, takeDrops } from "./composer.js";
import { $, h, icon } from "./dom.js";
import { intro, introKey } from "./intro.js";
import { List } from "./list.js";
import { wordsOf } from "./message.js";
import { Page } from "./page.js";
import { Drawer, renderSidebar } from "./sidebar.js";
import { isTop, Store } from "./store.js";
import { ask, renderHome, renderModal } from "./views.js";

let drawing = false;

// Many changes in one turn make one drawing.
function draw() {
  if (drawing) return;
  drawing = true;
  queueMicrotask(() => {
    drawing = false;
    if (store.me) render();
  });
}

const store = new Store(draw);
const page = new Page(store, draw);
page.drawer = new Drawer();
page.composer = new Composer({ id: "composer", testid: "composer", page, inThread: false, onSend: (text, files) => page.say(text, page.ui.channel, "", files) });
page.threadComposer = new Composer({
  id: "thread-composer", testid: "thread-composer", page, inThread: true, onSend: (text, files) => page.say(text, page.ui.channel, page.ui.thread, files),
});
$("composer-slot").append(page.composer.el);
$("thread-composer-slot").append(page.threadComposer.el);
const list = new List($("messages"), $("scroller"), page, false, (away) => { $("jump").hidden = !away || page.ui.tab === "home"; });
const threadList = new List($("thread-messages"), $("thread-scroller"), page, true);

function render() {
  renderSidebar(page);
  renderHead();
  renderChannel();
  renderThread();
  renderModal(page);
  renderTitle();
}

function renderHead() {
  const channel = store.channels.get(page.ui.channel), name = store.channelName(channel.id);
  const sign = { im: "", private: "🔒 ", shared: "#" }[channel.kind] ?? "#";
  $("channel-title").textContent = sign + name;
  $("topic").textContent = [channel.kind === "shared" ? "Shared with another organisation" : "", channel.topic].filter(Boolean).join(" · ");
  $("tabs").hidden = !store.isAppDM(channel);
  for (const tab of $("tabs").children) {
    tab.setAttribute("aria-pressed", String(tab.dataset.tab === page.ui.tab));
    tab.hidden = tab.dataset.tab === "home" && !store.app.home_tab;
  }
}

function renderChannel() {
  const { ui } = page, atHome = ui.tab === "home";
  const messages = store.top(ui.channel);
  $("home").hidden = !atHome;
  $("messages").hidden = $("composer-slot").hidden = $("typing").hidden = atHome;
  $("intro").hidden = atHome || messages.length > 0;
  if (atHome) renderHome(page);
  if (!$("intro").hidden && $("intro").dataset.for !== introKey(page)) {
    $("intro").dataset.for = introKey(page);
    $("intro").replaceChildren(...intro(page));
  }
  list.render(messages, `${store.me}/${ui.channel}`);
  const channel = store.channels.get(ui.channel), name = store.channelName(ui.channel);
  page.composer.show(`${store.me}/${ui.channel}`, `Message ${channel.kind === "im" ? "" : "#"}${name}`);
  renderJoin(channel, name, atHome);
  renderStatus($("typing"), store.statusIn(ui.channel, ""));
  renderPrompts(atHome || !messages.length ? [] : store.prompts.get(ui.channel)?.prompts || []);
}

// Who may read a channel without being in it, or one that is closed, sees why nothing can be written.
function renderJoin(channel, name, atHome) {
  const { member, archived } = channel, key = `${channel.id}/${archived}`;
  const barred = !atHome && (!member || archived);
  $("join").hidden = !barred;
  if (!barred) return;
  $("composer-slot").hidden = true;
  if ($("join").dataset.for === key) return;
  $("join").dataset.for = key;
  $("join").replaceChildren(h("p", {}, archived ? `#${name} is archived.` : `You are reading #${name} without being in it.`), archived ? "" : h("button", {
    type: "button", class: "b-button primary", dataset: { testid: "join" }, onclick: () => page.join(channel.id),
  }, `Join #${name}`));
}

// What the app suggests stays in reach above the box; before the first message the intro shows it.
function renderPrompts(list) {
  const key = JSON.stringify([page.ui.channel, list]);
  $("prompts").hidden = !list.length;
  if ($("prompts").dataset.for === key) return;
  $("prompts").dataset.for = key;
  $("prompts").replaceChildren(...list.map((p) => h("button", {
    type: "button", class: "prompt", title: p.message, dataset: { testid: "prompt" }, onclick: () => page.ask(page.ui.channel, p.message),
  }, p.title)));
}

// What the app is at, and a button that asks it to stop where it can be asked.
function renderStatus(line, status) {
  const key = status ? JSON.stringify([status, store.me]) : "";
  if (line.dataset.for === key) return;
  line.dataset.for = key;
  const may = status && store.app.stoppable && store.channels.get(status.channel)?.member;
  line.replaceChildren(...(status ? [h("span", { class: "words" }, `${store.appName()} ${status.status}`)] : []), ...(may ? [h("button", {
    type: "button", class: "plain stop", dataset: { testid: "stop" }, onclick: () => page.stop(status),
  }, icon("stop"), "Stop")] : []));
}

function renderThread() {
  const { ui } = page, parent = ui.thread && store.message(ui.channel, ui.thread);
  const replies = ui.thread ? store.replies(ui.channel, ui.thread) : [];
  const open = Boolean(ui.thread && (parent || replies.length));
  document.body.classList.toggle("thread-open", open);
  $("thread").hidden = !open;
  if (!open) {
    ui.thread = ui.open = "";
    return;
  }
  $("thread-where").textContent = $("channel-title").textContent;
  threadList.render(parent ? [parent, ...replies] : replies, `${store.me}/${ui.channel}/${ui.thread}`);
  page.threadComposer.show(`${store.me}/${ui.channel}/${ui.thread}`, "Reply…");
  renderStatus($("thread-typing"), store.statusIn(ui.channel, ui.thread));
}

function renderTitle() {
  const unread = [...store.channels.values()].reduce((n, c) => n + c.unread, 0);
  document.title = `${unread ? `(${unread}) ` : ""}${$("channel-title").textContent} · ${store.team.name}`;
  remember();
}

// The address keeps who and where: a reload stays there, Back returns, a second window can show another user.
function remember() {
  const where = `?as=${encodeURIComponent(store.me)}#${page.ui.channel}`;
  if (where === location.search + location.hash) return;
  history[location.hash ? "pushState" : "replaceState"](null, "", where);
}

function recall() {
  const user = new URLSearchParams(location.search).get("as"), channel = location.hash.slice(1);
  if (user && user !== store.me) page.try(() => become(user, channel));
  else page.openChannel(channel);
}

// ---- events

let reading = null; // the reading of the state that is under way
let meanwhile = []; // events that came during it: what was read may be older than they are

function onEvent(event) {
  const m = event.message;
  const isNew = (event.type === "message" || event.type === "ephemeral") && !store.message(m.channel, m.ts);
  if (reading) meanwhile.push(event);
  if (!store.apply(event)) return reload();
  if (isNew) arrived(m);
  return undefined;
}

function arrived(m) {
  if (m.user === store.me) return list.toEnd();
  const here = m.channel === page.ui.channel && page.ui.tab === "messages" && !document.hidden;
  if (here) announce(m);
  if (isTop(m) && !m.ephemeral) {
    store.channels.get(m.channel).unread++;
    if (here) page.read(m.channel);
  }
  page.answered(m);
  return draw();
}

// Screen readers hear each new message once; what stood there before is dropped so that the region stays small.
function announce(m) {
  const where = m.thread_ts && m.thread_ts !== m.ts ? " in a thread" : "";
  $("live").append(h("p", {}, `${store.author(m)}${where}: ${wordsOf(m, page.names)}`));
  while ($("live").children.length > 5) $("live").firstChild.remove();
}

// Several events that need the whole state again share one reading of it.
function reload() {
  reading ||= page.try(() => getState(store.me)).then((state) => {
    reading = null;
    if (state) show(state, page.ui.channel);
    const complete = meanwhile.splice(0).map((event) => store.apply(event));
    if (complete.includes(false)) reload();
  });
  return reading;
}

function show(state, wanted) {
  store.load(state);
  const channels = [...store.channels.values()];
  const first = channels.find((c) => c.kind === "channel" && store.hasApp(c)) || channels[0];
  page.ui.channel = store.channels.has(wanted) ? wanted : first?.id;
  page.read(page.ui.channel);
  draw();
}

// ---- the connection

let hangUp = () => {};

function connection(state) {
  const lost = state === "lost";
  $("connection").hidden = !lost;
  $("connection").textContent = lost ? "Connection lost. Reconnecting…" : "";
  if (!lost) reload(); // what happened between the first reading, or the break, and now
}

async function become(user, wanted) {
  const state = await getState(user);
  hangUp();
  Object.assign(page.ui, { thread: "", open: "", editing: "", tab: "messages" });
  show(state, wanted);
  hangUp = listen(store.me, onEvent, connection);
  page.opened();
}

async function start() {
  wire();
  const asked = new URLSearchParams(location.search).get("as"), wanted = location.hash.slice(1);
  for (let wait = 500; ; wait = Math.min(wait * 2, 8000)) {
    try {
      return await become(asked, wanted).catch((err) => {
        if (asked && err instanceof ApiError && err.code !== "offline") return become("", wanted); // a user of another workspace
        throw err;
      });
    } catch (err) {
      $("connection").hidden = false;
      $("connection").textContent = err.message + " Trying again…";
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}

function wire() {
  $("close-thread").append(icon("close"));
  $("close-thread").addEventListener("click", () => page.closeThread());
  $("thread").addEventListener("keydown", (e) => { if (e.key === "Escape" && !e.defaultPrevented) page.closeThread(); });
  $("jump").addEventListener("click", () => { list.toEnd(); page.composer.focus(); });
  $("user-switcher").addEventListener("change", (e) => page.try(() => become(e.target.value, page.ui.channel)));
  $("reset").addEventListener("click", startOver);
  for (const [tab, label] of [["home", "Home"], ["messages", "Messages"]]) {
    $("tabs").append(h("button", { type: "button", dataset: { testid: "tab-" + tab, tab }, onclick: () => page.openTab(tab) }, label));
  }
  $("locale").addEventListener("change", (e) => page.setLocale(e.target.value));
  takeDrops($("main"), page.composer);
  takeDrops($("thread"), page.threadComposer);
  document.addEventListener("click", followPermalink);
  window.addEventListener("popstate", recall);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || page.ui.tab === "home") return;
    page.read(page.ui.channel);
    draw();
  });
}

// A link to a message of this workspace leads to it here; its own host does not exist.
function followPermalink(e) {
  const url = e.target.closest?.("a[href]")?.href || "";
  const found = url.match(/^https?:\/\/([^/]+)\/archives\/(\w+)\/p(\d+)(\d{6})(?:\?|$)/);
  if (!found || !store.channels.has(found[2])) return;
  const [, host, channel, seconds, sequence] = found;
  if (host !== location.host && host !== `${store.team.domain}.slack.com`) return;
  e.preventDefault();
  page.openMessage(channel, `${seconds}.${sequence}`);
}

async function startOver() {
  const yes = await ask({ title: "Start over?", text: "Every message in this local workspace is deleted, for all its users.", yes: "Delete all messages", danger: true });
  if (yes && await page.try(() => post("reset", { as: store.me }))) await reload();
}

start();
