// Three ways to use a page: with a mouse, with keys alone, with fingers on a phone.

import assert from "node:assert/strict";

const MOST_TABS = 80; // more presses of Tab than a page may need to reach anything

const composer = (page) => page.getByTestId("composer");

/** mouse clicks on things and types. */
export const mouse = {
  press: (page, target) => target.click(),
  /** more opens the menu of a message. */
  async more(page, message) {
    await message.hover();
    await message.getByTestId("more").click();
  },
  async openChannel(page, link) {
    await link.click();
  },
  async write(page, text) {
    await composer(page).click();
    await page.keyboard.type(text);
    await page.getByTestId("send").click();
  },
};

/** keys reaches everything by Tab and never touches the mouse. */
export const keys = {
  async press(page, target) {
    await tabTo(page, target);
    await page.keyboard.press("Enter");
  },
  async more(page, message) {
    await message.focus(); // the arrow keys go from one message to the next
    await keys.press(page, message.getByTestId("more"));
  },
  async openChannel(page, link) {
    await keys.press(page, link);
  },
  async write(page, text) {
    await tabTo(page, composer(page));
    await page.keyboard.type(text);
    await page.keyboard.press("Escape"); // whatever is suggested is not wanted
    await page.keyboard.press("Enter");
  },
};

/** fingers taps; the channel list is a drawer on a phone. */
export const fingers = {
  press: (page, target) => target.tap(),
  async more(page, message) {
    await message.getByTestId("body").tap();
    await message.getByTestId("more").tap();
  },
  async openChannel(page, link) {
    await page.getByTestId("open-sidebar").tap();
    await link.tap();
    await composer(page).waitFor();
  },
  async write(page, text) {
    await composer(page).tap();
    await composer(page).fill(text);
    await page.getByTestId("send").tap();
  },
};

/** tabTo presses Tab until target has the focus, and checks that the focus can be seen. */
async function tabTo(page, target) {
  await target.waitFor();
  const focused = (el) => el === document.activeElement;
  for (let presses = 0; !(await target.evaluate(focused)); presses++) {
    assert.ok(presses < MOST_TABS, `Tab does not reach ${target}`);
    await page.keyboard.press("Tab");
  }
  const seen = await target.evaluate((el) => {
    const style = (e) => getComputedStyle(e);
    const ring = (e) => style(e).outlineStyle !== "none" || style(e).boxShadow !== "none" || style(e).borderStyle !== "none";
    return ring(el) || ring(el.parentElement);
  });
  assert.ok(seen, `the focus on ${target} cannot be seen`);
}
