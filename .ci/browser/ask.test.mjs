// Three people ask Verbatim in a real browser, each in three ways, and read the answer
// where Slack would show it.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { start } from "../lib/process.mjs";
import { fingers, keys, mouse } from "./hands.mjs";
import { accessible, launch, look, shoot } from "./look.mjs";
import { closePage, openPage } from "./watch.mjs";

const QUOTE = "The two-hour call was prompted by the recent U.S. bombing of Iran’s nuclear sites.";
const TITLE = "Macron and Putin speak for the first time in nearly three years";

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

let program, browser, base;

before(async () => {
  program = await start(process.env.VERBATIM, ["try", "--no-browser", "--addr", "127.0.0.1:0"], /(http:\/\/127\.0\.0\.1:\d+)/);
  base = program.match[1];
  browser = await launch();
});

after(async () => {
  await browser?.close();
  const code = await program.stop();
  assert.equal(code, 0, program.said.join("\n"));
});

for (const person of PEOPLE) {
  describe(`with ${person.name}`, () => {
    let page, watch;

    before(async () => {
      ({ page, watch } = await openPage(browser, base, person.id, person.view));
      await shoot(page, `${person.prefix}-start`);
    });

    after(() => closePage({ page, watch }));

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
      await page.getByTestId("example").getByText("How long did the call last?").waitFor(); // a question that the article answers
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
