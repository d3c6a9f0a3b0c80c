// Documents, titles, questions and names of files that try to become a part of the page: a real browser shows
// them as text, and runs nothing of them.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { Person } from "../lib/person.mjs";
import { start } from "../lib/process.mjs";
import { launch, shoot } from "./look.mjs";
import { closePage, openPage } from "./watch.mjs";

const MARKUP = `<img src=x onerror="window.hacked=1"><svg onload="window.hacked=1"><script>window.hacked=1</script>`;

let program, browser, base, dir;

before(async () => {
  dir = mkdtempSync(join(tmpdir(), "hostile-"));
  writeFileSync(join(dir, "evil.md"), `---\ntitle: 'Teapots ${MARKUP}'\n---\n# Shelves ${MARKUP}\n\nThe harmless teapot stands on the ${MARKUP} upper shelf.\n`);
  writeFileSync(join(dir, "<img src=x onerror=hacked=1>.md"), "# Kettles\n\nThe quiet kettle hangs above the copper stove.\n");
  program = await start(process.env.VERBATIM, ["try", "--no-browser", "--addr", "127.0.0.1:0", "--corpus", dir], /(http:\/\/127\.0\.0\.1:\d+)/);
  base = program.match[1];
  browser = await launch();
});

after(async () => {
  await browser?.close();
  const code = await program.stop();
  rmSync(dir, { recursive: true });
  assert.equal(code, 0, program.said.join("\n"));
});

test("what documents and people write is shown as text", async () => {
  const { page, watch } = await openPage(browser, base, "U0ADA");
  const ada = new Person(base, "U0ADA");
  const general = await ada.channel("general");
  for (const [question, quote] of [[`Where does the harmless teapot stand? ${MARKUP}`, "upper shelf"], ["Where does the quiet kettle hang?", "copper stove"]]) {
    await ada.say(general, `Who knows? ${MARKUP}`);
    await ada.slash(general, "/ask", question);
    await page.waitForFunction((text) => document.body.innerText.includes(text), quote);
  }
  await shoot(page, "hostile");
  assert.equal(await page.evaluate(() => window.hacked), undefined, "the page ran what somebody wrote");
  assert.equal(await page.locator("#app img[src='x'], #app svg[onload], #app script").count(), 0, "markup became a part of the page");
  await closePage({ page, watch });
});
