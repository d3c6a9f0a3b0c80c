// What must not happen in a page: errors, refused content, requests to elsewhere.

import assert from "node:assert/strict";

const PATIENCE = 15_000; // milliseconds for anything on a busy machine

/** openPage opens the page at base as the person with an id, behind which "#" and a channel may stand, and watches it until closePage. */
export async function openPage(browser, base, id, view = {}) {
  const context = await browser.newContext({ locale: "en-GB", timezoneId: "Europe/London", ...view });
  await context.addInitScript(noteRefusals);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const watch = new Watch(page, base);
  await page.goto(`${base}/?as=${id}`);
  await page.getByTestId("composer").waitFor();
  return { page, watch };
}

/** closePage closes the page, which must have been clean. */
export async function closePage({ page, watch }) {
  await watch.refusals(page);
  await page.context().close();
  assert.deepEqual(watch.faults, [], "the page is not clean");
}

/** closeModals leaves no modal to the next test after one that failed. */
export async function closeModals(page) {
  for (let n = 0; n < 3 && (await page.locator("dialog[open]").count()); n++) await page.keyboard.press("Escape");
}

/** Watch collects the faults of one page. */
class Watch {
  constructor(page, base) {
    this.faults = [];
    this.expected = [];
    const add = (fault) => this.faults.push(fault);
    page.on("pageerror", (err) => add(`page error: ${err.stack || err}`));
    page.on("console", (m) => {
      if (/status of (\d+)/.test(m.text()) && this.once(`${m.text().match(/status of (\d+)/)[1]} in the console`)) return;
      if (m.type() === "error" || m.type() === "warning") add(`console ${m.type()}: ${m.text()} (${m.location().url})`);
    });
    page.on("request", (r) => {
      if (!r.url().startsWith(base) && !/^(data|blob):/.test(r.url())) add(`request to elsewhere: ${r.url()}`);
    });
    page.on("response", (r) => {
      if (r.status() >= 400 && !this.once(String(r.status()))) add(`${r.status()} for ${r.url()}`);
    });
  }

  /** expect lets one answer with this status pass, and what the browser says of it. */
  expect(status) { this.expected.push(String(status), `${status} in the console`); }

  once(what) {
    const at = this.expected.indexOf(what);
    if (at >= 0) this.expected.splice(at, 1);
    return at >= 0;
  }

  /** refusals adds what the content security policy refused since the page was opened. */
  async refusals(page) {
    const refused = await page.evaluate(() => window.refused);
    this.faults.push(...refused.map((what) => `refused by the content security policy: ${what}`));
  }
}

/** noteRefusals makes a page remember what its content security policy refuses. */
function noteRefusals() {
  window.refused = [];
  document.addEventListener("securitypolicyviolation", (e) => {
    window.refused.push(`${e.violatedDirective} ${e.blockedURI} (${e.sourceFile}:${e.lineNumber})`);
  });
}
