// What stands in a channel before anything was said: where one is, and three ways to ask.

import { h, icon } from "./dom.js";

const EXAMPLES = ["How long did the call last?", "When was their previous conversation?", "What did Macron urge for?"];

/** introKey changes when the intro must be drawn anew. */
export function introKey({ store, ui }) {
  return [ui.channel, store.me, store.appName(), JSON.stringify(store.app.examples || ""), JSON.stringify(store.prompts.get(ui.channel) || "")].join("|");
}

/** intro builds the empty state of the channel shown. */
export function intro(page) {
  const { store, ui } = page;
  const channel = store.channels.get(ui.channel);
  const dm = store.isAppDM(channel);
  const promise = "sentences quoted word for word from the documents, each with its source";
  return [
    h("h2", {}, dm ? `Ask ${store.appName()} anything` : channel.kind === "im" ? `You and ${store.channelName(channel.id)}` : `Welcome to #${channel.name}`),
    h("p", {}, dm
      ? `You get ${promise}. Type a question below, or try one:`
      : `This is a small Slack on your own machine; nothing you type leaves it. Ask ${store.appName()} a question: it answers with ${promise}. Try one of these:`),
    h("div", { class: "examples" }, (dm ? direct(page) : ways(page, channel)).map(example)),
  ];
}

const example = ({ kind, how, text, go }) => h("button", {
  type: "button", class: "example", dataset: { testid: "example", example: kind }, onclick: go,
}, h("span", { class: "how" }, how), h("span", { class: "what" }, text), icon("send"));

const questions = (store) => (store.app.examples?.length ? store.app.examples : EXAMPLES);

const question = (store, n) => questions(store)[n % questions(store).length];

// In the app's own conversation every example is a plain question; the app may have suggested its own.
function direct(page) {
  const { store, ui } = page;
  const given = store.prompts.get(ui.channel)?.prompts;
  const list = given?.length ? given : questions(store).slice(0, 3).map((q) => ({ title: q, message: q }));
  return list.map((p) => ({
    kind: "dm", how: p.title === p.message ? "Ask" : p.title, text: p.message, go: () => page.ask(ui.channel, p.message),
  }));
}

function ways(page, channel) {
  const { store } = page;
  const home = store.hasApp(channel) ? channel : [...store.channels.values()].find((c) => c.kind === "channel" && store.hasApp(c));
  const dm = [...store.channels.values()].find((c) => store.isAppDM(c));
  const command = store.app.commands?.[0]?.command;
  const bot = store.appName(), out = [];
  if (home) {
    const q = question(store, 0);
    out.push({ kind: "mention", how: `Mention ${bot} in #${home.name}`, text: `@${bot} ${q}`, go: () => page.ask(home.id, `@${bot} ${q}`) });
  }
  if (dm) {
    const q = question(store, 1);
    out.push({ kind: "dm", how: `Write to ${bot} directly`, text: q, go: () => page.ask(dm.id, q) });
  }
  if (command && !store.user(store.me).stranger) { // commands are for the own organisation
    const q = question(store, 2);
    out.push({ kind: "slash", how: "Ask where only you see the answer", text: `${command} ${q}`, go: () => page.ask(channel.id, `${command} ${q}`) });
  }
  return out;
}
