// A small app on Slack's own SDK that does what a person can ask of an app: it answers,
// opens modals, takes feedback, shows a Home tab, and reads files and shortcuts.

import bolt from "@slack/bolt";

/** WORKSPACE is what the local Slack has beside its defaults for this app. */
export const WORKSPACE = {
  Scopes: ["app_mentions:read", "assistant:write", "chat:write", "commands", "files:read", "im:history", "users:read"],
  Shortcuts: [
    { name: "Find passages for this", callback_id: "find", type: "message" },
    { name: "Ask privately", callback_id: "ask", type: "global" },
  ],
};

const plain = (text) => ({ type: "plain_text", text });
const section = (text, more = {}) => ({ type: "section", text: { type: "mrkdwn", text }, ...more });
const button = (action_id, text, more = {}) => ({ type: "button", action_id, text: plain(text), value: action_id, ...more });
const option = (value, text) => ({ value, text: plain(text) });
const input = (block_id, label, element, more = {}) => ({ type: "input", block_id, label: plain(label), element: { action_id: "a", ...element }, ...more });

/** ANSWER is the message that the app answers a mention with. */
const ANSWER = [
  { type: "rich_text", elements: [{ type: "rich_text_quote", elements: [
    { type: "text", text: "The laptop must be returned " }, { type: "text", text: "within 14 days", style: { bold: true } }, { type: "text", text: "." }] }] },
  { type: "context", elements: [{ type: "mrkdwn", text: "Offboarding guide › Equipment · updated 12 Mar 2026" }] },
  { type: "actions", block_id: "more", elements: [
    button("context", "Show in context"), button("why", "Why this?"),
    button("forget", "Forget me", { style: "danger", confirm: { title: plain("Forget you?"), text: plain("Your questions are deleted."), confirm: plain("Forget"), deny: plain("Keep"), style: "danger" } }),
    { type: "overflow", action_id: "overflow", options: [option("person", "I need a person"), option("wrong", "Wrong passage")] }] },
  { type: "context_actions", block_id: "votes", elements: [{ type: "feedback_buttons", action_id: "vote",
    positive_button: { text: plain("Good answer"), value: "up", accessibility_label: "This answer helped" },
    negative_button: { text: plain("Bad answer"), value: "down", accessibility_label: "This answer did not help" } },
  { type: "icon_button", action_id: "bin", icon: "trash", text: plain("Delete the answer") }] },
];

const REASONS = {
  type: "modal", callback_id: "reasons", notify_on_close: true, title: plain("What was wrong?"), submit: plain("Send"), close: plain("Not now"),
  blocks: [
    input("reason", "Reason", { type: "radio_buttons", options: [option("wrong", "Wrong passage"), option("old", "Out of date"), option("other", "Something else")] }),
    input("words", "In your own words", { type: "plain_text_input", multiline: true, max_length: 300 }, { optional: true, hint: plain("Only the admins read this.") }),
  ],
};

const SETTINGS = {
  type: "modal", callback_id: "settings", title: plain("Settings of #general"), submit: plain("Save"),
  blocks: [
    section("What the bot does in this channel."),
    input("collections", "Collections", { type: "multi_static_select", options: [option("handbook", "Handbook"), option("it", "IT"), option("news", "News")], initial_options: [option("handbook", "Handbook")] }),
    input("follow", "Follow-ups", { type: "static_select", options: [option("never", "Never"), option("ask", "Ask me first"), option("answer", "Answer")], initial_option: option("never", "Never") }),
    input("private", "Answers", { type: "checkboxes", options: [option("private", "Only to who asks")] }, { optional: true }),
    input("people", "People to call", { type: "multi_users_select" }, { optional: true }),
    input("place", "Channel of the admins", { type: "conversations_select", placeholder: plain("Choose a channel") }, { optional: true }),
    input("since", "Since", { type: "datepicker" }, { optional: true }),
  ],
};

/** makeApp returns the app and what it heard: [{what, …}]. */
export function makeApp({ api, bot_token, app_token }) {
  const app = new bolt.App({ token: bot_token, appToken: app_token, socketMode: true, logLevel: bolt.LogLevel.WARN, clientOptions: { slackApiUrl: api } });
  const heard = [];
  const note = (what, more) => heard.push({ what, ...more });
  messages(app, note, bot_token);
  buttons(app, note);
  modals(app, note);
  home(app, note);
  return { app, heard };
}

function messages(app, note, token) {
  app.event("message", async ({ event }) => {
    if (event.subtype === "message_changed") note("changed", { text: event.message.text, before: event.previous_message.text, subtype: event.message.subtype, previews: event.message.attachments?.length });
  });
  app.event("app_mention", async ({ event, say, client }) => {
    if (event.text.includes("slowly")) {
      await client.assistant.threads.setStatus({ channel_id: event.channel, thread_ts: event.ts, status: "is searching 214 documents" });
      return;
    }
    await say({ thread_ts: event.thread_ts ?? event.ts, text: "The laptop must be returned within 14 days.", blocks: ANSWER });
  });
  app.event("agent_session_stopped", async ({ event, client }) => {
    note("stopped", { thread: event.thread_ts });
    await client.assistant.threads.setStatus({ channel_id: event.channel, thread_ts: event.thread_ts, status: "" });
  });
  app.event("message", async ({ event, say }) => {
    if (event.channel_type !== "im" || event.bot_id || event.subtype && event.subtype !== "file_share") return;
    const file = event.files?.[0];
    const response = file && await fetch(file.url_private_download, { headers: { Authorization: `Bearer ${token}` } });
    await say({ thread_ts: event.ts, text: file ? `I read ${file.name}: ${await response.text()}` : `You wrote: ${event.text}` });
  });
  app.command("/ask", async ({ command, ack, client }) => {
    if (command.text === "settings") {
      await ack();
      await client.views.open({ trigger_id: command.trigger_id, view: SETTINGS });
      return;
    }
    await ack({ response_type: "ephemeral", text: `You asked: ${command.text}`, blocks: [
      section(`*You asked:* ${command.text}`), section("The laptop must be returned within 14 days."),
      { type: "actions", elements: [button("share", "Share with the channel", { style: "primary" })] }] });
  });
}

function buttons(app, note) {
  app.action("bin", async ({ ack, body, client }) => {
    await ack();
    await client.chat.delete({ channel: body.channel.id, ts: body.message.ts });
  });
  app.action("share", async ({ ack, respond, client, body }) => {
    await ack();
    await respond({ delete_original: true });
    await client.chat.postMessage({ channel: body.channel.id, text: `Asked by <@${body.user.id}>: within 14 days.` });
  });
  app.action("context", async ({ ack, body, client }) => {
    await ack();
    await client.views.open({ trigger_id: body.trigger_id, view: {
      type: "modal", callback_id: "context", title: plain("In context"), close: plain("Close"), notify_on_close: true,
      blocks: [section("Everyone who leaves gives back what is the company's."), section("*The laptop must be returned within 14 days.*"), { type: "actions", elements: [button("deeper", "Next page")] }] } });
  });
  app.action("deeper", async ({ ack, body, client }) => {
    await ack();
    await client.views.push({ trigger_id: body.trigger_id, view: { type: "modal", title: plain("Next page"), close: plain("Back"), blocks: [section("Keys go to the front desk.")] } });
  });
  app.action("why", async ({ ack, respond }) => {
    await ack();
    await respond({ replace_original: false, response_type: "ephemeral", text: "Your words _laptop_ and _returned_ match." });
  });
  for (const id of ["forget", "overflow", "home_ask"]) {
    app.action(id, async ({ ack, action }) => {
      await ack();
      note(id, { value: action.value ?? action.selected_option?.value });
    });
  }
  app.action("vote", async ({ ack, action, body, client }) => {
    await ack();
    note("vote", { value: action.value, user: body.user.id });
    if (action.value === "down") await client.views.open({ trigger_id: body.trigger_id, view: REASONS });
  });
}

function modals(app, note) {
  app.view("reasons", async ({ ack, view }) => {
    const values = view.state.values;
    if (values.words.a.value === "refuse me") {
      await ack({ response_action: "errors", errors: { words: "Please say it in other words." } });
      return;
    }
    note("reasons", { reason: values.reason.a.selected_option.value, words: values.words.a.value });
    await ack({ response_action: "update", view: { type: "modal", title: plain("Thank you"), close: plain("Done"), blocks: [section("The admins have been told.")] } });
  });
  app.view({ type: "view_closed", callback_id: "reasons" }, async ({ ack }) => { await ack(); note("closed"); });
  app.view({ type: "view_closed", callback_id: "context" }, async ({ ack }) => { await ack(); note("context closed"); });
  app.view("settings", async ({ ack, view }) => {
    await ack();
    const values = Object.fromEntries(Object.entries(view.state.values).map(([k, v]) => [k, v.a]));
    note("settings", { values });
  });
  app.shortcut({ type: "message_action", callback_id: "find" }, async ({ ack, shortcut, respond }) => {
    await ack();
    note("find", { text: shortcut.message.text });
    await respond({ text: `Passages for: ${shortcut.message.text}` });
  });
  app.shortcut({ type: "shortcut", callback_id: "ask" }, async ({ ack, shortcut, client }) => {
    await ack();
    await client.views.open({ trigger_id: shortcut.trigger_id, view: REASONS });
  });
}

function home(app, note) {
  app.event("app_home_opened", async ({ event, client }) => {
    note("home", { tab: event.tab });
    if (event.tab === "messages") {
      await client.apiCall("assistant.threads.setSuggestedPrompts", { channel_id: event.channel, prompts: [{ title: "Equipment", message: "When is the laptop due?" }, { title: "Keys", message: "Where do keys go?" }] });
      return;
    }
    const { user } = await client.users.info({ user: event.user, include_locale: true });
    const hello = user.locale.startsWith("de") ? "Was ich weiß" : "What I know";
    await client.views.publish({ user_id: event.user, view: { type: "home", blocks: [
      { type: "header", text: plain(hello) }, section("*3 collections*, 214 documents, index 3 minutes old.", { accessory: button("refresh", "Look again") }),
      { type: "divider" }, section("*Example questions*"), { type: "actions", elements: [button("home_ask", "When is the laptop due?")] },
      { type: "context", elements: [{ type: "mrkdwn", text: "You can also mention me in any channel." }] }] } });
  });
}
