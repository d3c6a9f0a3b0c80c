// A button with a menu that opens over everything, dialogs too: the browser's popover.

import { h, icon } from "./dom.js";

/**
 * menuButton builds a button of props that opens a menu. items() gives [{label, testid, image, run}] at
 * each opening; what is picked runs, and the focus goes back to the button.
 */
export function menuButton(props, label, items) {
  const menu = h("div", { class: "popup menu floating", role: "menu", popover: "auto", "aria-label": label });
  const button = h("button", {
    type: "button", "aria-haspopup": "menu", "aria-expanded": "false", "aria-label": label, title: label, ...props,
    onclick: () => (menu.matches(":popover-open") ? menu.hidePopover() : open(button, menu, items())),
  }, icon(props.image || "more"));
  button.removeAttribute("image");
  menu.addEventListener("toggle", (e) => button.setAttribute("aria-expanded", String(e.newState === "open")));
  menu.addEventListener("keydown", (e) => keys(e, menu, button));
  return h("span", { class: "menu-button-wrap" }, button, menu);
}

function open(button, menu, items) {
  menu.replaceChildren(...items.map((item) => h("button", {
    type: "button", role: "menuitem", dataset: { testid: item.testid || "menu-item" },
    onclick: () => {
      menu.hidePopover();
      button.focus({ preventScroll: true });
      item.run();
    },
  }, item.image ? icon(item.image) : null, item.label)));
  menu.showPopover();
  place(button, menu);
  menu.querySelector("button")?.focus();
}

// Below the button, or above it where there is no room; never outside the window.
function place(button, menu) {
  const at = button.getBoundingClientRect(), box = menu.getBoundingClientRect(), gap = 4;
  const below = at.bottom + gap + box.height <= innerHeight;
  menu.style.top = `${Math.max(gap, below ? at.bottom + gap : at.top - gap - box.height)}px`;
  menu.style.left = `${Math.max(gap, Math.min(at.left, innerWidth - box.width - gap))}px`;
}

function keys(e, menu, button) {
  if (e.key === "Escape" || e.key === "Tab") {
    if (e.key === "Escape") e.preventDefault(); // else a dialog below would close as well
    e.stopPropagation();
    menu.hidePopover();
    button.focus({ preventScroll: true });
    return;
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
  if (!step) return;
  e.preventDefault();
  e.stopPropagation();
  const all = [...menu.querySelectorAll("button")];
  all.at((all.indexOf(document.activeElement) + step) % all.length)?.focus();
}
