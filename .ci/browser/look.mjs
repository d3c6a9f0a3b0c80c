// What the tests judge a page by: pictures, its width, and axe-core.

import assert from "node:assert/strict";
import { readFileSync, mkdtempSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const artifacts = process.env.ARTIFACTS || mkdtempSync(join(tmpdir(), "verbatim-"));

/** launch starts the browser, which asks nothing of the world outside. */
export const launch = () => chromium.launch({
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
  args: [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
  ],
});

/** shoot keeps a picture of what is shown. */
export const shoot = (page, name) => page.screenshot({ path: join(artifacts, `${name}.png`) });

/** look judges what is shown now, in both colour schemes, and keeps a picture of each. */
export async function look(page, name) {
  await page.evaluate(() => Promise.all(document.getAnimations().map((a) => a.finished)));
  const width = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(width[0] <= width[1], `${name} is ${width[0]} pixels wide on a screen of ${width[1]}`);
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    await shoot(page, `${name}-${colorScheme}`);
    await accessible(page, `${name} ${colorScheme}`);
  }
}

/** accessible lets axe-core judge the page: nothing serious, nothing critical. */
export async function accessible(page, name) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  const grave = violations.filter((v) => ["serious", "critical"].includes(v.impact));
  const words = grave.map((v) => `${v.id}: ${v.help}\n  ${v.nodes.map((n) => `${n.target} ${n.failureSummary}`).join("\n  ")}`);
  assert.equal(grave.length, 0, `${name}:\n${words.join("\n")}`);
}
