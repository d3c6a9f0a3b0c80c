// Three people ask Verbatim in a real browser, each in three ways, and read the answer
// where Slack would show it.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { chromium } from "playwright-core";

import { start } from "../lib/process.mjs";
import { fingers, keys, mouse } from "./hands.mjs";
import { noteRefusals, Watch } from "./watch.mjs";

const QUOTE = "The two-hour call was prompted by the recent U.S. bombing of Iran’s nuclear sites.";
const TITLE = "Macron and Putin speak for the first time in nearly three years";
const PATIENCE = 15_000; // milliseconds for an answer on a busy machine

const PEOPLE = [
  {
    id: "U0ADA", name: "a mouse on a desktop", hand: mouse, prefix: "desktop",
    question: "How long did the call last?", view: { viewport: { width: 1280, height: 800 }, colorScheme: "light" },
  },
  {
    id: "U0GRACE", name: "keys alone", hand: keys, prefix: "keys",
    question: "how long did the call last", view: { viewport: { width: 1280, height: 800 }, colorScheme: "dark" },
  },
  {
    id: "U0LINUS", name: "fingers on a phone", hand: fingers, prefix: "phone",
    question: "What prompted the call between Macron and Putin?",
    view: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, colorScheme: "light" },
  },
];

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let artifacts, program, browser, base;

before(async () => {
  artifacts = process.env.ARTIFACTS || mkdtempSync(join(tmpdir(), "verbatim-"));
  program = await start(process.env.VERBATIM, ["try", "--no-browser", "--addr", "127.0.0.1:0"], /(http:\/\/127\.0\.0\.1:\d+)/);
  base = program.match[1];
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync",
    ],
  });
});

after(async () => {
  await browser?.close();
  const code = await program.stop();
  assert.equal(code, 0, program.said.join("\n"));
});

for (const person of PEOPLE) {
  describe(`with ${person.name}`, () => {
    let context, page, watch;

    before(async () => {
      context = await browser.newContext({ ...person.view, locale: "en-GB", timezoneId: "Europe/London" });
      await context.addInitScript(noteRefusals);
      page = await context.newPage();
      page.setDefaultTimeout(PATIENCE);
      watch = new Watch(page, base);
      await page.goto(`${base}/?as=${person.id}`);
      await page.getByTestId("composer").waitFor();
      await shoot(page, `${person.prefix}-start`);
    });

    after(async () => {
      await watch.refusals(page);
      await context.close();
      assert.deepEqual(watch.faults, [], "the page is not clean");
    });

    test("the page is that person's", async () => {
      assert.equal(await page.getByTestId("user-switcher").inputValue(), person.id);
      await accessible(page, "start");
    });

    test("a mention is answered in its thread", async () => {
      await openChannel(page, person, '[data-channel="C0GENERAL"]');
      await person.hand.write(page, `@verbatim ${person.question}`);
      const mine = page.getByTestId("message-list").locator(`[data-user="${person.id}"]`, { hasText: person.question }).last();
      await opened(page, person, mine);
      await quoted(page.getByTestId("thread-list"));
      assert.equal(await page.getByTestId("message-list").locator("blockquote").count(), 0, "an answer stands outside its thread");
      assert.match(await mine.getByTestId("thread-link").textContent(), /1 reply/);
      await look(page, `${person.prefix}-thread`);
      await person.hand.press(page, page.getByTestId("close-thread"));
      await page.getByTestId("thread-pane").waitFor({ state: "hidden" });
    });

    test("a direct message is answered in its thread, and stays between the two", async () => {
      await openChannel(page, person, '[data-kind="im"]');
      await person.hand.write(page, person.question);
      const list = page.getByTestId("message-list");
      const mine = list.locator(`[data-user="${person.id}"]`, { hasText: person.question }).last();
      await opened(page, person, mine);
      await quoted(page.getByTestId("thread-list"));
      const others = await list.locator("[data-user]").evaluateAll((rows, me) => rows.map((r) => r.dataset.user).filter((u) => u !== me), person.id);
      assert.ok(others.every((u) => u === "U0VERBATIM"), `others write here: ${others}`);
      await look(page, `${person.prefix}-dm`);
      await person.hand.press(page, page.getByTestId("close-thread"));
    });

    test("/ask is answered for the person alone", async () => {
      await openChannel(page, person, '[data-channel="C0NEWS"]');
      const whispers = page.getByTestId("message-list").locator('[data-ephemeral="true"]');
      assert.equal(await whispers.count(), 0, "another person's answer can be seen");
      await person.hand.write(page, `/ask ${person.question}`);
      await quoted(whispers);
      assert.match(await whispers.textContent(), /Only visible to you/);
      assert.ok((await whispers.textContent()).includes(person.question), "the question is not restated");
      await look(page, `${person.prefix}-ask`);
      await person.hand.press(page, whispers.getByTestId("dismiss"));
      await whispers.waitFor({ state: "detached" });
    });
  });
}

/** openChannel opens the channel whose link in the list matches the selector. */
async function openChannel(page, person, selector) {
  const link = page.locator(`[data-testid="channel-link"]${selector}`).first();
  if ((await link.getAttribute("aria-current")) !== "page") await person.hand.openChannel(page, link);
}

/** opened waits for the thread of the question; it opens by itself where there is room for it. */
async function opened(page, person, question) {
  if (person.hand === fingers) await person.hand.press(page, question.getByTestId("thread-link"));
  await page.getByTestId("thread-pane").waitFor();
}

/** quoted waits for the answer inside place: the sentence, word for word, and its source. */
async function quoted(place) {
  const quote = place.locator("blockquote", { hasText: QUOTE });
  await quote.first().waitFor();
  assert.equal(await quote.count(), 1, "the sentence is quoted more than once");
  assert.ok((await quote.textContent()).includes(QUOTE));
  assert.ok(await quote.isVisible());
  assert.ok((await place.allTextContents()).join("\n").includes(TITLE), "the source is not named");
}

/** look judges what is shown now, in both colour schemes, and keeps a picture of each. */
async function look(page, name) {
  const width = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(width[0] <= width[1], `${name} is ${width[0]} pixels wide on a screen of ${width[1]}`);
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    await shoot(page, `${name}-${colorScheme}`);
    await accessible(page, `${name} ${colorScheme}`);
  }
}

const shoot = (page, name) => page.screenshot({ path: join(artifacts, `${name}.png`) });

/** accessible lets axe-core judge the page: nothing serious, nothing critical. */
async function accessible(page, name) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  const grave = violations.filter((v) => ["serious", "critical"].includes(v.impact));
  const words = grave.map((v) => `${v.id}: ${v.help}\n  ${v.nodes.map((n) => `${n.target} ${n.failureSummary}`).join("\n  ")}`);
  assert.equal(grave.length, 0, `${name}:\n${words.join("\n")}`);
}
