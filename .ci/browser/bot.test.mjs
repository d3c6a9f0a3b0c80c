// People use everything that Verbatim itself offers, in the small Slack of `verbatim try`: threads, modals,
// votes, the Home tab, sharing, settings, shortcuts; with a mouse, with keys alone and with fingers.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";

import { Person } from "../lib/person.mjs";
import { start } from "../lib/process.mjs";
import { fingers, keys, mouse } from "./hands.mjs";
import { launch, look } from "./look.mjs";
import { closeModals, closePage, openPage } from "./watch.mjs";

const BOT = '[data-user="U0VERBATIM"]';

const DOCUMENTS = {
  "handbook/equipment.md": `# Equipment

Equipment stays the property of the company. It is lent for as long as someone works here.

## Returning a laptop

Clean the keyboard before you hand it in. The laptop must be returned within 14 days of the last working day. Bring it to the service desk on the second floor.

Chargers and cables go back with the laptop.

## Buying a screen

A screen of at most 400 euros needs no approval. Larger screens are approved by the team lead.
`,
  "handbook/travel.md": `---
title: Travel rules
date: 2019-05-20
---
# Travel rules

## Hotels

A hotel may cost up to 120 euros a night. Breakfast is paid in addition.
`,
  "it/passwords.md": `# Passwords

## Forgotten passwords

Reset a forgotten password at the self-service portal. The help desk never asks for a password.
`,
};

// What it says to all is English; what it says to each is in their own language.
const ASKED = "asked:", FOUND = "found this for a message of";
const ENGLISH = {
  context: "In context", why: "Why these passages", more: "More passages", wrong: "What was wrong?", old: "It is out of date",
  thanks: "Thank you.", know: "What I know", handbook: "handbook: 2 documents",
  years: /⚠ 7 years old/, saved: "Saved.", refused: "Only the people who run me may do that.",
};
const FRENCH = {
  context: "Dans son contexte", why: "Pourquoi ces passages", more: "D’autres passages", wrong: "Qu’y avait-il de faux ?", old: "C’est périmé",
  thanks: "Merci.", know: "Ce que je connais", handbook: "handbook : 2 documents",
  years: /⚠ .*\b7 ans\b/, refused: "Seules les personnes qui me gèrent",
};

const PEOPLE = [
  { id: "U0ADA", called: "Ada Admin", name: "a mouse", hand: mouse, says: ENGLISH, admin: true, view: { viewport: { width: 1280, height: 800 } } },
  { id: "U0GRACE", called: "Grace Field", name: "keys alone", hand: keys, says: ENGLISH, view: { viewport: { width: 1280, height: 800 } } },
  { id: "U0INES", called: "Inès Moreau", name: "fingers", hand: fingers, says: FRENCH, view: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true } },
];

let program, browser, base, folder;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "verbatim-documents-"));
  for (const [name, text] of Object.entries(DOCUMENTS)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  program = await start(process.env.VERBATIM, ["try", "--no-browser", "--addr", "127.0.0.1:0", "--corpus", folder], /(http:\/\/127\.0\.0\.1:\d+)/);
  base = program.match[1];
  browser = await launch();
});

after(async () => {
  await browser?.close();
  const code = await program?.stop();
  rmSync(folder, { recursive: true, force: true });
  assert.equal(code, 0, program?.said.join("\n"));
});

for (const person of PEOPLE) {
  describe(`the bot, with ${person.name}`, () => {
    const { hand, says } = person;
    let page, watch;
    const name = (what) => `bot-${person.name.split(" ").at(-1)}-${what}`;
    const tid = (id) => page.getByTestId(id);
    const press = (target) => hand.press(page, target);
    const modal = () => tid("modal");
    const action = (place, id) => place.locator(`[data-action-id="${id}"]`);
    const answer = () => tid("thread-list").locator(`${BOT}[data-ephemeral="false"]`).first();
    const whisper = (words, place = tid("thread-list")) => place.locator('[data-ephemeral="true"]', { hasText: words }).last();

    before(async () => { ({ page, watch } = await openPage(browser, base, `${person.id}#C0GENERAL`, { ...person.view, colorScheme: "light" })); });
    after(() => closePage({ page, watch }));
    afterEach(() => closeModals(page));

    test("thread: the sentence stands in what surrounds it, with its source and its buttons", async () => {
      await ask("@verbatim When must the laptop be returned?");
      await answer().locator("blockquote", { hasText: "within 14 days of the last working day." }).waitFor();
      assert.ok((await answer().textContent()).includes("Equipment › Returning a laptop"));
      assert.equal(await action(answer(), "vote").count(), 2);
      await look(page, name("thread"));
    });

    test("modal: what stands around the quote in the document", async () => {
      const button = action(answer(), "context");
      await press(button);
      await modal().getByRole("heading", { name: says.context }).waitFor();
      await modal().getByText("Chargers and cables go back").waitFor();
      assert.equal(await modal().locator("blockquote", { hasText: "within 14 days" }).count(), 1);
      await look(page, name("context"));
      await press(tid("modal-close"));
      await modal().waitFor({ state: "hidden" });
      assert.ok(await button.evaluate((el) => el === document.activeElement), "the focus did not return to the button");
    });

    test("why and more: for oneself alone", async () => {
      await press(action(answer(), "why"));
      await whisper(says.why).waitFor();
      await look(page, name("why"));
      await press(whisper(says.why).getByTestId("dismiss"));
      await press(action(answer(), "more"));
      await whisper(says.more).waitFor();
      await press(whisper(says.more).getByTestId("dismiss"));
      await tid("thread-list").locator('[data-ephemeral="true"]').waitFor({ state: "detached" });
    });

    test("feedback: a good vote is thanked for; a bad one asks why, and the admins hear it", async () => {
      await press(answer().locator('[data-feedback="positive"]'));
      await whisper(says.thanks).waitFor();
      await press(answer().locator('[data-feedback="negative"]'));
      await modal().getByRole("heading", { name: says.wrong }).waitFor();
      await choose(modal().getByRole("radio", { name: says.old }));
      await type(modal().locator("textarea"), `It is ten days now, says ${person.called}.`);
      await look(page, name("feedback"));
      await press(tid("modal-submit"));
      await modal().waitFor({ state: "hidden" });
      await told("C0ADMINS", `says ${person.called}.`);
      await leave();
    });

    test("an old source says how old it is", async () => {
      await ask("@verbatim How much may a hotel cost a night?");
      await answer().getByText(says.years).waitFor();
      await look(page, name("old"));
      await leave();
    });

    test("a question without an answer; a person is called after a yes", async () => {
      await ask("@verbatim Where may I park my bicycle?");
      await answer().getByText("bicycle").first().waitFor();
      await look(page, name("none"));
      await press(action(answer(), "person"));
      await press(tid("confirm-yes"));
      await tid("thread-list").locator(BOT, { hasText: "@Grace Field" }).waitFor();
      await leave();
    });

    test("share: an answer for one goes to all, as asked by who asked", async () => {
      await place('[data-channel="C0NEWS"]');
      await hand.write(page, "/ask How many euros may a screen cost without approval?");
      const mine = whisper("400 euros", tid("message-list"));
      await mine.waitFor();
      await look(page, name("ask"));
      await press(action(mine, "share"));
      await tid("message-list").locator(`${BOT}[data-ephemeral="false"]`, { hasText: `@${person.called} ${ASKED}` }).waitFor();
      await tid("message-list").locator('[data-ephemeral="true"]').waitFor({ state: "detached" });
      await look(page, name("shared"));
    });

    test("shortcut: passages for somebody's message, for oneself, then in its thread", async () => {
      const words = "Where is a forgotten password reset?";
      await new Person(base, "U0LINUS").say("C0NEWS", words);
      await place('[data-channel="C0NEWS"]');
      const theirs = tid("message-list").locator('[data-user="U0LINUS"]', { hasText: words }).nth(PEOPLE.indexOf(person));
      await theirs.waitFor();
      await hand.more(page, theirs);
      await pick(page.getByRole("menuitem", { name: "Find passages for this" }));
      const mine = whisper("self-service portal", tid("message-list"));
      await mine.waitFor();
      await look(page, name("shortcut"));
      await press(action(mine, "share"));
      await told("C0NEWS", FOUND);
      await press(theirs.getByTestId("thread-link"));
      await answer().getByText(FOUND).waitFor();
      await look(page, name("found"));
      await leave();
    });

    test("settings: for admins, and they hold at once; others are told no", async () => {
      await place('[data-channel="C0NEWS"]');
      await hand.write(page, "/ask settings");
      if (!person.admin) {
        await whisper(says.refused, tid("message-list")).waitFor();
        return;
      }
      await modal().waitFor();
      await choose(modal().getByRole("checkbox", { name: "handbook" }));
      await choose(modal().getByRole("checkbox", { name: "it", exact: true }));
      await look(page, name("settings"));
      await press(tid("modal-submit"));
      await whisper(says.saved, tid("message-list")).waitFor();
      await hand.write(page, "/ask settings");
      await modal().waitFor();
      assert.ok(await modal().getByRole("checkbox", { name: "handbook" }).isChecked(), "what was saved is not shown");
      await press(tid("modal-close"));
    });

    test("App Home: what it knows, and a question to try", async () => {
      await place('[data-kind="im"]');
      await press(tid("tab-home"));
      const home = tid("home-view");
      await home.getByText(says.know, { exact: true }).waitFor();
      await home.getByText(says.handbook).waitFor();
      assert.equal(await home.getByText("Questions without an answer").count(), person.admin ? 1 : 0);
      await look(page, name("home"));
      await page.evaluate(() => document.querySelector('[data-testid="home-view"]').scrollTo(0, 1e6));
      await look(page, name("home-end"));
      await press(home.getByRole("button", { name: "Returning a laptop" }));
      await told(null, "within 14 days");
      await press(tid("tab-messages"));
      await tid("message-list").locator(BOT, { hasText: "within 14 days" }).last().waitFor();
    });

    test("agent view: the documents' own headings are suggested, and answered", async () => {
      await place('[data-kind="im"]');
      await tid("prompt").first().waitFor();
      assert.ok((await tid("prompt").allTextContents()).some((t) => t.includes("Forgotten passwords")));
      await press(tid("prompt").filter({ hasText: "Forgotten passwords" }).first());
      const mine = tid("message-list").locator(`[data-user="${person.id}"]`, { hasText: "Forgotten passwords" }).last();
      await thread(mine);
      await answer().getByText("self-service portal").waitFor();
      await look(page, name("prompt"));
      await leave();
    });

    test("edit: a changed question is answered again in place; a deleted one takes its answer along", async () => {
      await place('[data-kind="im"]');
      await hand.write(page, "When must the laptop be returned?");
      const mine = (words) => tid("message-list").locator(`[data-user="${person.id}"]`, { hasText: words }).last();
      await thread(mine("When must the laptop be returned?"));
      await answer().getByText("within 14 days").waitFor();
      await leave();
      await hand.more(page, mine("When must the laptop be returned?"));
      await pick(page.getByRole("menuitem", { name: "Edit message" }));
      await type(tid("edit-text"), "How much may a hotel cost a night?");
      await press(tid("edit-save"));
      await thread(mine("How much may a hotel cost a night?"), true);
      await answer().getByText("120 euros").waitFor();
      await leave();
      await hand.more(page, mine("How much may a hotel cost a night?"));
      await pick(page.getByRole("menuitem", { name: "Delete message…" }));
      await press(tid("confirm-yes"));
      await untold("120 euros");
    });

    async function place(selector) {
      const link = page.locator(`[data-testid="channel-link"]${selector}`).first();
      if ((await link.getAttribute("aria-current")) !== "page") await hand.openChannel(page, link);
    }

    /** ask writes to everyone and opens the thread. */
    async function ask(words) {
      await place('[data-channel="C0GENERAL"]');
      await hand.write(page, words);
      await thread(tid("message-list").locator(`[data-user="${person.id}"]`, { hasText: words.replace("@verbatim ", "") }).last());
    }

    /** thread opens that of a message; that of one just written opens by itself where there is room. */
    async function thread(mine, old = false) {
      await mine.waitFor();
      if (hand === fingers || old) await press(mine.getByTestId("thread-link"));
      await tid("thread-pane").waitFor();
    }

    async function leave() {
      await press(tid("close-thread"));
      await tid("thread-pane").waitFor({ state: "hidden" });
    }

    /** told waits until the bot has said words in a channel that Ada sees; null is the person's own with it. */
    async function told(channel, words) {
      const reader = new Person(base, channel ? "U0ADA" : person.id);
      await reader.sees(channel ?? await reader.channel(), `“${words}”`, (m) => m.user === "U0VERBATIM" && m.text.includes(words));
    }

    /** untold waits until none of the bot's words to the person hold these any more. */
    async function untold(words) {
      const reader = new Person(base, person.id), channel = await reader.channel();
      for (let n = 0; n < 200; n++) {
        if (!(await reader.messages(channel)).some((m) => m.user === "U0VERBATIM" && m.text.includes(words))) return;
        await page.waitForTimeout(50);
      }
      assert.fail(`“${words}” still stands there`);
    }

    /** choose sets a radio button or a box; with keys by the space bar. */
    async function choose(target) {
      if (hand !== keys) return hand.press(page, target);
      await target.focus();
      return page.keyboard.press("Space");
    }

    /** type puts words into an empty or filled box. */
    async function type(target, words) {
      if (hand !== keys) return target.fill(words);
      await target.focus();
      await page.keyboard.press("Control+A");
      return page.keyboard.type(words);
    }

    /** pick takes an entry of an open menu; with keys by the arrows. */
    async function pick(item) {
      await item.waitFor();
      if (hand !== keys) return hand.press(page, item);
      for (let n = 0; n < 12 && !(await item.evaluate((el) => el === document.activeElement)); n++) await page.keyboard.press("ArrowDown");
      return page.keyboard.press("Enter");
    }
  });
}
