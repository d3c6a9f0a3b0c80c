// A small app as Slack's own guide to Bolt would have it. All that is special is the
// address of the Web API.

import bolt from "@slack/bolt";

/** makeApp returns the app and a list of the events it heard. */
export function makeApp({ api, bot_token, app_token }) {
  const app = new bolt.App({
    token: bot_token,
    appToken: app_token,
    socketMode: true,
    logLevel: bolt.LogLevel.WARN,
    clientOptions: { slackApiUrl: api },
  });
  const heard = [];

  app.use(async ({ body, next }) => {
    heard.push({ type: body.event?.type ?? body.type ?? body.command, id: body.event_id, body });
    await next();
  });

  app.event("app_mention", async ({ event, say }) => {
    await say({ thread_ts: event.thread_ts ?? event.ts, text: "How many days?", blocks: question("How many *days*?") });
  });

  app.message(/./, async ({ message, say }) => {
    if (message.channel_type === "im") await say({ thread_ts: message.ts, text: `You wrote: ${message.text}` });
  });

  app.command("/ask", async ({ command, ack, respond }) => {
    await ack({ response_type: "ephemeral", text: `You asked: ${command.text}` });
    await respond({ text: "And here is more.", blocks: question("And here is *more*.") });
  });

  app.action("more", async ({ ack, body, client, action }) => {
    await ack();
    if (body.container.is_ephemeral) return;
    const text = `<@${body.user.id}> chose ${action.value}`;
    await client.chat.update({ channel: body.channel.id, ts: body.message.ts, text, blocks: [section(text)] });
  });

  app.action("less", async ({ ack, respond, action }) => {
    await ack();
    await respond({ replace_original: true, text: `Only you chose ${action.value}` });
  });

  return { app, heard };
}

const section = (text) => ({ type: "section", text: { type: "mrkdwn", text } });

const button = (action_id, text, value) => ({ type: "button", action_id, value, text: { type: "plain_text", text } });

function question(text) {
  return [
    section(text),
    { type: "context", elements: [{ type: "plain_text", text: "Asked by a client of another make" }] },
    { type: "actions", block_id: "choice", elements: [button("more", "More", "seven"), button("less", "Less", "three")] },
  ];
}
