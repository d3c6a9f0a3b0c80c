// What stands in a channel before anything was said: where one is, and ways to ask.

import { h, icon } from "./dom.js";

/** introKey changes when the intro must be drawn anew. */
export function introKey({ store, ui }) {
  const channel = store.channels.get(ui.channel);
  return [ui.channel, channel.member, channel.members, store.me, store.appName(), JSON.stringify([store.app.examples, ...store.prompts.values()])].join("|");
}

/** intro builds the empty state of the channel shown. */
export function intro(page) {
  const { store, ui } = page;
  const channel = store.channels.get(ui.channel);
  const dm = store.isAppDM(channel), bot = store.appName();
  const promise = "sentences quoted word for word from the documents, each with its source";
  const list = dm ? direct(page) : ways(page, channel);
  const offer = list.length ? (questions(page).length ? "Try one of these:" : "This is how:") : "Type a question below.";
  return [
    h("h2", {}, dm ? `Ask ${bot} anything` : channel.kind === "im" ? `You and ${store.channelName(channel.id)}` : `Welcome to #${channel.name}`),
    h("p", {}, dm
      ? `You get ${promise}. ${offer}`
      : `This is a small Slack on your own machine; nothing you type leaves it. Ask ${bot} a question: it answers with ${promise}. ${offer}`),
    h("div", { class: "examples" }, list.map(example)),
  ];
}

const example = ({ kind, how, text, go }) => h("button", {
  type: "button", class: "example", dataset: { testid: "example", example: kind }, onclick: go,
}, h("span", { class: "how" }, how), h("span", { class: "what" }, text), icon("send"));

// Questions that fit the documents: what the app suggests, else what the workspace was given.
function questions({ store }) {
  const dm = [...store.channels.values()].find((c) => store.isAppDM(c));
  const given = dm && store.prompts.get(dm.id)?.prompts;
  if (given?.length) return given;
  return (store.app.examples || []).map((q) => ({ title: q, message: q }));
}

// In the app's own conversation every example is a plain question.
function direct(page) {
  const { ui } = page;
  return questions(page).slice(0, 4).map((p) => ({
    kind: "dm", how: p.title === p.message ? "Ask" : p.title, text: p.message, go: () => page.ask(ui.channel, p.message),
  }));
}

// Each way is a whole question where one is known, else its beginning is put into the box.
function ways(page, channel) {
  const { store } = page, list = questions(page), bot = store.appName();
  const usable = (c) => c.member && !c.archived && store.hasApp(c);
  const home = usable(channel) ? channel : [...store.channels.values()].find((c) => c.kind === "channel" && usable(c));
  const dm = [...store.channels.values()].find((c) => store.isAppDM(c));
  const command = store.app.commands?.[0]?.command;
  const out = [];
  const way = (kind, how, where, before) => {
    const text = before + (list.length ? list[out.length % list.length].message : "");
    out.push({ kind, how, text: list.length ? text : `${before}${before ? "your" : "Your"} question…`, go: () => (list.length ? page.ask(where, text) : page.begin(where, text)) });
  };
  if (home) way("mention", `Mention ${bot} in #${home.name}`, home.id, `@${bot} `);
  if (dm) way("dm", `Write to ${bot} directly`, dm.id, "");
  // Commands are for the own organisation, and need a box to type in.
  if (command && channel.member && !store.user(store.me).stranger) way("slash", "Ask where only you see the answer", channel.id, `${command} `);
  return out;
}
