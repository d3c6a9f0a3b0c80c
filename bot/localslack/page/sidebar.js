// The sidebar: who you are, channels, direct messages, the app.

import { $, h, icon, reconcile } from "./dom.js";
import { initials, tint } from "./format.js";

const KIND_ICONS = { channel: "hash", private: "lock", shared: "shared" };
const KIND_WORDS = { private: "private channel", shared: "shared with another organisation" };

/** renderSidebar draws the lists; it keeps nodes that did not change. */
export function renderSidebar(page) {
  const { store, ui } = page;
  $("team-name").textContent = store.team.name || "Local Slack";
  renderSwitcher(store);
  const all = [...store.channels.values()];
  const groups = [
    { key: "channels", title: "Channels", list: all.filter((c) => c.kind !== "im") },
    { key: "people", title: "Direct messages", list: all.filter((c) => c.kind === "im" && !store.isAppDM(c)) },
    { key: "apps", title: "Apps", list: all.filter((c) => store.isAppDM(c)) },
  ].filter((g) => g.list.length);
  reconcile($("side-lists"), groups, { key: (g) => g.key, sig: () => "group", build: group });
  for (const g of groups) {
    const ul = $("side-lists").querySelector(`[data-key="${g.key}"] ul`);
    reconcile(ul, g.list, {
      key: (c) => c.id,
      sig: (c) => [store.channelName(c.id), c.kind, c.unread, c.id === ui.channel, store.me].join("|"),
      build: (c) => entry(c, page),
    });
  }
}

const group = (g) => h("section", { class: "side-group", "aria-labelledby": "side-" + g.key },
  h("h2", { id: "side-" + g.key }, g.title), h("ul", {}));

function entry(c, page) {
  const { store, ui } = page;
  const current = c.id === ui.channel, name = store.channelName(c.id), unread = !current && c.unread > 0;
  const words = [KIND_WORDS[c.kind], unread ? `${c.unread} unread` : ""].filter(Boolean).join(", ");
  return h("li", {}, h("button", {
    type: "button", class: ["channel-link", current && "current", unread && "unread"].filter(Boolean).join(" "),
    "aria-current": current ? "page" : null, title: KIND_WORDS[c.kind] || null,
    dataset: { testid: "channel-link", channel: c.id, kind: c.kind }, onclick: () => page.openChannel(c.id, { focus: true }),
  },
  mark(c, store), h("span", { class: "name" }, name),
  store.isAppDM(c) ? h("span", { class: "badge" }, "APP") : null,
  words ? h("span", { class: "sr-only" }, ", " + words) : null,
  unread ? h("span", { class: "count", "aria-hidden": "true", dataset: { testid: "unread" } }, String(Math.min(c.unread, 99))) : null));
}

function mark(c, store) {
  if (c.kind !== "im") return icon(KIND_ICONS[c.kind] || "hash");
  const id = store.partner(c);
  return h("span", { class: `avatar tiny tint-${store.isApp(id) ? "app" : tint(id)}`, "aria-hidden": "true" }, initials(store.userName(id)));
}

function renderSwitcher(store) {
  const select = $("user-switcher");
  const people = [...store.users.values()].filter((u) => !u.bot);
  reconcile(select, people, {
    key: (u) => u.id,
    sig: (u) => [store.userName(u.id), u.stranger, u.guest].join("|"),
    build: (u) => h("option", { value: u.id }, store.userName(u.id) + (u.stranger ? " (external)" : u.guest ? " (guest)" : "")),
  });
  select.value = store.me;
  renderLocale(store);
}

const LOCALES = ["en-GB", "en-US", "de-DE", "es-ES", "fr-FR", "it-IT", "nl-NL", "pt-BR", "ja-JP", "zh-CN"];
const languages = new Intl.DisplayNames(["en"], { type: "language" });

// The region is named only where a language is there twice.
const languageName = (locale) => {
  const [language] = locale.split("-");
  return languages.of(LOCALES.filter((l) => l.startsWith(language + "-")).length > 1 ? locale : language);
};

// The language that a person has chosen; the app may ask for it where it has the right to.
function renderLocale(store) {
  const select = $("locale"), mine = store.user(store.me)?.locale || LOCALES[0];
  reconcile(select, [...new Set([...LOCALES, mine])], { key: (l) => l, sig: (l) => l, build: (l) => h("option", { value: l }, languageName(l)) });
  select.value = mine;
}

/** Drawer makes the sidebar slide in on narrow screens, and takes it out of reach while it is shut. */
export class Drawer {
  constructor() {
    this.narrow = matchMedia("(max-width: 767px)");
    this.open = false;
    $("open-sidebar").append(icon("menu"));
    $("open-sidebar").addEventListener("click", () => this.set(true));
    $("backdrop").addEventListener("click", () => this.set(false));
    $("sidebar").addEventListener("keydown", (e) => { if (e.key === "Escape" && this.open) this.set(false); });
    this.narrow.addEventListener("change", () => this.set(false));
    this.set(false, false);
  }

  set(open, moveFocus = true) {
    const was = this.open;
    this.open = open && this.narrow.matches;
    document.body.classList.toggle("drawer-open", this.open);
    $("backdrop").hidden = !this.open;
    $("sidebar").inert = this.narrow.matches && !this.open;
    $("main").inert = this.open;
    $("open-sidebar").setAttribute("aria-expanded", String(this.open));
    if (!moveFocus) return;
    if (this.open) ($("sidebar").querySelector(".current") || $("user-switcher")).focus();
    else if (was) $("open-sidebar").focus();
  }
}
