// Slack's own SDK for JavaScript against the local Slack: what it accepts and sends is
// what a real client accepts and sends.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Person } from "../lib/person.mjs";
import { start } from "../lib/process.mjs";
import { makeApp } from "./app.mjs";

let server, app, heard, ada, grace, general;

before(async () => {
  server = await start(process.env.LOCALSLACK, [], /^\{.*\}$/);
  const info = JSON.parse(server.match[0]);
  ({ app, heard } = makeApp(info));
  await app.start();
  [ada, grace] = ["U0ADA", "U0GRACE"].map((id) => new Person(info.url, id));
  general = await ada.channel("general");
});

after(async () => {
  await app?.stop();
  const code = await server.finish();
  const envelopes = JSON.parse(server.said.at(-1));
  assert.equal(code, 0, server.said.join("\n"));
  assert.ok(envelopes.length >= 6, `only ${envelopes.length} envelopes were sent`);
  for (const e of envelopes) {
    assert.ok(e.acked && e.retry === 0 && e.seconds < 3, `not acknowledged in time: ${JSON.stringify(e)}`);
  }
  console.log(`${envelopes.length} envelopes, all acknowledged, the slowest after ${Math.max(...envelopes.map((e) => e.seconds)).toFixed(3)} s`);
});

const replyTo = (ts) => (m) => m.thread_ts === ts && m.bot;
const buttons = (m) => m.blocks?.find((b) => b.type === "actions")?.elements ?? [];

test("the SDK knows who it is", async () => {
  const me = await app.client.auth.test();
  assert.equal(me.ok, true);
  assert.equal(me.user_id, (await ada.state()).app.bot_user_id);
  assert.ok(me.response_metadata.scopes.includes("chat:write"), `scopes: ${me.response_metadata.scopes}`);
});

test("a mention is answered in its thread, with blocks and buttons", async () => {
  const { ts } = await ada.say(general, "@verbatim how long?");
  const answer = await grace.sees(general, "the answer", replyTo(ts));
  assert.equal(answer.text, "How many days?");
  assert.deepEqual(answer.blocks.map((b) => b.type), ["section", "context", "actions"]);
  assert.deepEqual(buttons(answer).map((b) => b.action_id), ["more", "less"]);
  const mention = heard.find((e) => e.type === "app_mention");
  assert.match(mention.body.event.text, /^<@U\w+> how long\?$/);
  assert.equal(mention.body.event.user, "U0ADA");
});

test("a click on a button changes the message for everyone", async () => {
  const { ts } = await ada.say(general, "@verbatim and now?");
  const answer = await grace.sees(general, "the answer", replyTo(ts));
  await grace.click(general, answer, "choice", "more", "seven");
  const changed = await ada.sees(general, "the changed message", (m) => m.ts === answer.ts && m.edited);
  assert.equal(changed.text, "<@U0GRACE> chose seven");
  assert.equal(buttons(changed).length, 0);
});

test("a slash command is answered for one person alone, in the ack and later", async () => {
  await grace.slash(general, "/ask", "who & why?");
  const first = await grace.sees(general, "the answer in the ack", (m) => m.text?.startsWith("You asked:"));
  assert.equal(first.text, "You asked: who &amp; why?");
  assert.ok(first.ephemeral);
  const second = await grace.sees(general, "the later answer", (m) => m.text === "And here is more.");
  assert.ok(second.ephemeral);
  const others = await ada.messages(general);
  assert.ok(!others.some((m) => m.ephemeral), "another person sees it");

  await grace.click(general, second, "choice", "less", "three");
  const replaced = await grace.sees(general, "the replaced answer", (m) => m.text === "Only you chose three");
  assert.ok(replaced.ephemeral);
  assert.ok(!(await grace.messages(general)).some((m) => m.text === "And here is more."), "the original is still there");
});

test("a direct message is answered there, and nobody else sees it", async () => {
  const dm = await ada.channel();
  const { ts } = await ada.say(dm, "hello <you>");
  const answer = await ada.sees(dm, "the answer", replyTo(ts));
  assert.equal(answer.text, "You wrote: hello &lt;you&gt;");
  assert.equal((await grace.state()).messages[dm], undefined);
});

test("what Slack would refuse is refused by its own name", async () => {
  const refused = (error) => (err) => err.data?.error === error || assert.fail(`got ${JSON.stringify(err.data ?? String(err))}`);
  const post = (message) => app.client.chat.postMessage(message);
  await assert.rejects(post({ channel: "C0NOWHERE", text: "x" }), refused("channel_not_found"));
  await assert.rejects(post({ channel: general }), refused("no_text"));
  await assert.rejects(post({ channel: general, text: "x", blocks: [{ type: "nonsense" }] }), refused("invalid_blocks"));
  await assert.rejects(app.client.users.list(), refused("missing_scope"));
});
