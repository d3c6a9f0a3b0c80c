// People use the page itself, with a small app on the other side: threads, modals,
// feedback, the Home tab, sharing, settings, shortcuts, files; with a mouse, with keys
// alone and with fingers.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";

import { start } from "../lib/process.mjs";
import { makeApp, WORKSPACE } from "./app.mjs";
import { fingers, keys, mouse } from "./hands.mjs";
import { launch, look, shoot } from "./look.mjs";
import { closeModals, closePage, openPage } from "./watch.mjs";

const PEOPLE = [
  { id: "U0ADA", called: "Ada Admin", name: "a mouse", hand: mouse, view: { viewport: { width: 1280, height: 800 } } },
  { id: "U0LINUS", called: "Linus Berg", name: "keys alone", hand: keys, view: { viewport: { width: 1280, height: 800 } } },
  { id: "U0MEI", called: "Mei Tanaka", name: "fingers", hand: fingers, view: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true } },
];

let server, browser, app, heard, base;

before(async () => {
  server = await start(process.env.LOCALSLACK, [JSON.stringify(WORKSPACE)], /^\{.*\}$/);
  const info = JSON.parse(server.match[0]);
  base = info.url;
  ({ app, heard } = makeApp(info));
  await app.start();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await app?.stop();
  assert.equal(await server.finish(), 0, server.said.join("\n"));
});

/** hears waits until the app has heard something. */
async function hears(what, matches = () => true) {
  for (let tries = 0; tries < 200; tries++) {
    const found = heard.findLast((e) => e.what === what && matches(e));
    if (found) return found;
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
  throw new Error(`the app did not hear ${what}; it heard ${JSON.stringify(heard)}`);
}

for (const person of PEOPLE) {
  describe(`with ${person.name}`, () => {
    const { hand } = person;
    let page, watch;
    const name = (what) => `page-${person.name.split(" ").at(-1)}-${what}`;
    const tid = (id) => page.getByTestId(id);
    const press = (target) => hand.press(page, target);
    const modal = () => tid("modal");
    const title = async (words) => modal().getByRole("heading", { name: words }).waitFor();
    const gone = () => modal().waitFor({ state: "hidden" });

    before(async () => { ({ page, watch } = await openPage(browser, base, `${person.id}#C0GENERAL`, { ...person.view, colorScheme: "light" })); });
    after(() => closePage({ page, watch }));
    afterEach(() => closeModals(page));

    const place = async (selector) => {
      const link = page.locator(`[data-testid="channel-link"]${selector}`).first();
      if ((await link.getAttribute("aria-current")) !== "page") await hand.openChannel(page, link);
    };

    // The last own message, and its thread.
    const asked = async (words) => {
      await place('[data-channel="C0GENERAL"]');
      await hand.write(page, words);
      const mine = tid("message-list").locator(`[data-user="${person.id}"]`, { hasText: words.replace("@verbatim ", "") }).last();
      await mine.waitFor();
      return mine;
    };
    const thread = async (mine) => {
      if (hand === fingers) await press(mine.getByTestId("thread-link"));
      await tid("thread-pane").waitFor();
      return tid("thread-list").locator('[data-user="U0VERBATIM"]').last();
    };
    const leave = async () => {
      await press(tid("close-thread"));
      await tid("thread-pane").waitFor({ state: "hidden" });
    };

    test("nothing of the article is offered where nothing was given", async () => {
      const examples = await tid("example").allTextContents();
      assert.ok(!examples.some((e) => /Macron|call last/.test(e)), examples.join("\n"));
      await look(page, name("start"));
    });

    test("thread: an answer opens beside its question, with its buttons", async () => {
      const answer = await thread(await asked("@verbatim when is the laptop due?"));
      await answer.locator("blockquote", { hasText: "within 14 days" }).waitFor();
      assert.equal(await answer.locator('[data-action-id="vote"]').count(), 2);
      await look(page, name("thread"));
    });

    test("modal: opened from a button, pushed, gone back, closed; the focus returns", async () => {
      const answer = tid("thread-list").locator('[data-user="U0VERBATIM"]').last();
      const button = answer.locator('[data-action-id="context"]');
      await press(button);
      await title("In context");
      await look(page, name("modal"));
      await press(modal().locator('[data-action-id="deeper"]'));
      await title("Next page");
      await press(modal().getByTestId("modal-close"));
      await title("In context");
      for (let n = 0; n < 12; n++) { // Tab goes round in the modal, by way of the browser itself
        await page.keyboard.press("Tab");
        const inside = await page.evaluate(() => document.activeElement === document.body || document.querySelector("#modal").contains(document.activeElement));
        assert.ok(inside, "the focus left the modal");
      }
      await page.keyboard.press("Escape");
      await gone();
      await hears("context closed");
      assert.ok(await button.evaluate((el) => el === document.activeElement), "the focus did not return to the button");
    });

    test("why: an answer for oneself alone, which can be dismissed", async () => {
      await press(tid("thread-list").locator('[data-user="U0VERBATIM"]').last().locator('[data-action-id="why"]'));
      const whisper = tid("thread-list").locator('[data-ephemeral="true"]').last();
      await whisper.waitFor();
      await press(whisper.getByTestId("dismiss"));
      await whisper.waitFor({ state: "detached" });
    });

    test("feedback: every press is told, also on what is chosen; a bad one asks why", async () => {
      const answer = tid("thread-list").locator('[data-user="U0VERBATIM"]').last();
      const up = answer.locator('[data-feedback="positive"]'), down = answer.locator('[data-feedback="negative"]');
      const before = heard.filter((e) => e.what === "vote").length;
      await press(up);
      await answer.locator('[data-feedback="positive"][aria-pressed="true"]').waitFor();
      await press(up);
      await hears("vote", () => heard.filter((e) => e.what === "vote").length === before + 2);
      await press(down);
      await title("What was wrong?");
      await answer.locator('[data-feedback="negative"][aria-pressed="true"]').waitFor(); // the modal may be there before the click is acknowledged
      await look(page, name("feedback"));

      watch.expect(422);
      await press(tid("modal-submit")); // nothing chosen yet: the page says so, and the app hears nothing
      await modal().getByText("Please complete this required field.").waitFor();
      await choose(modal().getByRole("radio", { name: "Out of date" }));
      await type(modal().getByLabel("In your own words"), "refuse me");
      watch.expect(422);
      await press(tid("modal-submit"));
      await modal().getByText("Please say it in other words.").waitFor();
      await look(page, name("refused"));
      await type(modal().getByLabel("In your own words"), "It is from 2019.");
      await press(tid("modal-submit"));
      await title("Thank you");
      const told = await hears("reasons", (e) => e.words === "It is from 2019.");
      assert.equal(told.reason, "old");
      await press(tid("modal-close"));
      await gone();
    });

    test("feedback: closing without words counts as closed", async () => {
      const before = heard.filter((e) => e.what === "closed").length;
      await press(tid("thread-list").locator('[data-user="U0VERBATIM"]').last().locator('[data-feedback="negative"]'));
      await title("What was wrong?");
      await press(modal().getByTestId("modal-close"));
      await gone();
      await hears("closed", () => heard.filter((e) => e.what === "closed").length === before + 1);
    });

    test("confirm and overflow: nothing happens before a yes; a menu tells what was picked", async () => {
      const answer = tid("thread-list").locator('[data-user="U0VERBATIM"]').last();
      await press(answer.locator('[data-action-id="forget"]'));
      await press(tid("confirm-no"));
      await press(answer.locator('[data-action-id="forget"]'));
      await shoot(page, name("confirm"));
      await press(tid("confirm-yes"));
      await hears("forget");
      await press(answer.locator('[data-action-id="overflow"] > button'));
      const item = page.getByRole("menuitem", { name: "Wrong passage" });
      await item.waitFor();
      await look(page, name("overflow"));
      await pick(item);
      assert.equal((await hears("overflow")).value, "wrong");
      await leave();
    });

    test("icon button: the app takes its answer away", async () => {
      const answer = await thread(await asked("@verbatim and a second time?"));
      await press(answer.locator('[data-action-id="bin"]'));
      await answer.waitFor({ state: "detached" });
      await leave();
    });

    test("share: an answer for one goes to all", async () => {
      await place('[data-channel="C0NEWS"]');
      await hand.write(page, "/ask laptop");
      const whisper = tid("message-list").locator('[data-ephemeral="true"]').last();
      await whisper.waitFor();
      await look(page, name("ask"));
      await press(whisper.locator('[data-action-id="share"]'));
      await tid("message-list").locator('[data-user="U0VERBATIM"][data-ephemeral="false"]', { hasText: `Asked by @${person.called}` }).waitFor();
      await tid("message-list").locator('[data-ephemeral="true"]').waitFor({ state: "detached" });
    });

    test("settings: every kind of input is kept and sent", async () => {
      await place('[data-channel="C0GENERAL"]');
      await hand.write(page, "/ask settings");
      await title("Settings of #general");
      await look(page, name("settings"));
      await choose(modal().getByRole("checkbox", { name: "IT", exact: true }));
      await set(modal().getByLabel("Follow-ups"), "Ask me first");
      await choose(modal().getByRole("checkbox", { name: "Only to who asks" }));
      await choose(modal().getByRole("checkbox", { name: "Grace Field" }));
      await set(modal().getByLabel("Channel of the admins"), "#news");
      await modal().getByLabel("Since").fill("2026-01-31");
      await press(tid("modal-submit"));
      await gone();
      const { values } = await hears("settings");
      assert.deepEqual(values.collections.selected_options.map((o) => o.value), ["handbook", "it"]);
      assert.equal(values.follow.selected_option.value, "ask");
      assert.deepEqual(values.private.selected_options.map((o) => o.value), ["private"]);
      assert.deepEqual(values.people.selected_users, ["U0GRACE"]);
      assert.equal(values.place.selected_conversation, "C0NEWS");
      assert.equal(values.since.selected_date, "2026-01-31");
      heard.splice(heard.findIndex((e) => e.what === "settings"), 1);
    });

    test("shortcut: on a message, and from the box", async () => {
      const mine = await asked("where do keys go?");
      await hand.more(page, mine);
      await shoot(page, name("menu"));
      await pick(page.getByRole("menuitem", { name: "Find passages for this" }));
      await hears("find", (e) => e.text === "where do keys go?");
      await tid("message-list").locator('[data-ephemeral="true"]', { hasText: "Passages for: where do keys go?" }).last().waitFor();
      await press(tid("shortcuts").first());
      await pick(page.getByRole("menuitem", { name: "Ask privately" }));
      await title("What was wrong?");
      await page.keyboard.press("Escape");
      await gone();
    });

    test("status: what the app is at is shown, and can be stopped", async () => {
      await asked("@verbatim slowly please");
      const status = tid("status");
      await status.getByText("is searching 214 documents").waitFor();
      await look(page, name("status"));
      await press(status.getByTestId("stop"));
      await status.getByText("is searching").waitFor({ state: "detached" });
      await hears("stopped");
    });

    test("App Home: its tabs, its view in one's own language, its buttons", async () => {
      await place('[data-kind="im"]');
      await tid("example").getByText("When is the laptop due?").waitFor(); // suggested by the app
      await press(tid("tab-home"));
      const greeting = person.id === "U0LINUS" ? "Was ich weiß" : "What I know";
      await tid("home-view").getByText(greeting).waitFor();
      await look(page, name("home"));
      await press(tid("home-view").locator('[data-action-id="home_ask"]'));
      await hears("home_ask");
      await press(tid("tab-messages"));
      await hears("home", (e) => e.tab === "messages");
    });

    test("files: one is dropped into the messages with the app, which reads it", async () => {
      await bring("notes.txt", "keys go to the desk");
      await tid("composer-files").getByText("notes.txt").waitFor();
      await hand.write(page, "please read");
      const mine = tid("message-list").locator(`[data-user="${person.id}"]`, { hasText: "please read" }).last();
      await mine.getByTestId("file").waitFor();
      const answer = await thread(mine);
      await answer.getByText("I read notes.txt: keys go to the desk").waitFor();
      await look(page, name("file"));
      await leave();
    });

    test("edit, previews and delete: the app hears of each what Slack tells", async () => {
      await hand.write(page, "see https://example.org/page");
      const mine = () => tid("message-list").locator(`[data-user="${person.id}"]`, { hasText: "see " }).last();
      await mine().getByTestId("thread-link").waitFor();
      if (await tid("thread-pane").isVisible()) await leave();
      await hand.more(page, mine());
      await pick(page.getByRole("menuitem", { name: "Show previews of its links" }));
      await mine().getByTestId("previews").waitFor();
      await hears("changed", (e) => e.previews === 1 && e.text === e.before);
      await hand.more(page, mine());
      await pick(page.getByRole("menuitem", { name: "Edit message" }));
      await type(tid("edit-text"), "see the other page");
      await press(tid("edit-save"));
      await mine().getByText("(edited)").waitFor();
      await hears("changed", (e) => e.text === "see the other page");
      await look(page, name("edited"));
      await press(tid("prompt").first()); // the app's suggestions stay in reach
      await tid("message-list").locator(`[data-user="${person.id}"]`, { hasText: "When is the laptop due?" }).last().getByTestId("thread-link").waitFor();
      if (await tid("thread-pane").isVisible()) await leave();
      await hand.more(page, mine());
      await pick(page.getByRole("menuitem", { name: "Delete message…" }));
      await press(tid("confirm-yes"));
      await tid("message-list").getByText("This message was deleted.").last().waitFor();
      await hears("changed", (e) => e.subtype === "tombstone");
    });

    test("language: chosen on the page, heard by the app", async () => {
      if (hand === fingers) await tid("open-sidebar").tap();
      await tid("locale").selectOption("de-DE");
      await look(page, name("sidebar"));
      if (hand === fingers) await page.keyboard.press("Escape");
      await press(tid("tab-home"));
      await tid("home-view").getByText("Was ich weiß").waitFor();
      assert.equal(await tid("locale").inputValue(), "de-DE");
    });

    /** bring drops a text file onto the page with the mouse, and picks it by the button otherwise. */
    async function bring(file, text) {
      if (hand === mouse) {
        const dataTransfer = await page.evaluateHandle(([n, t]) => {
          const data = new DataTransfer();
          data.items.add(new File([t], n, { type: "text/plain" }));
          return data;
        }, [file, text]);
        await page.dispatchEvent("#main", "dragover", { dataTransfer });
        await page.dispatchEvent("#main", "drop", { dataTransfer });
        return;
      }
      const chooser = page.waitForEvent("filechooser");
      await press(tid("attach"));
      await (await chooser).setFiles({ name: file, mimeType: "text/plain", buffer: Buffer.from(text) });
    }

    /** choose sets a radio button or a box; with keys by the space bar. */
    async function choose(target) {
      if (hand !== keys) return hand.press(page, target);
      await target.focus();
      return page.keyboard.press("Space");
    }

    /** set chooses an entry of a menu. */
    async function set(target, label) {
      await target.focus();
      return target.selectOption({ label });
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
