// Views of the app: modals, and its Home tab. And a small question with two buttons.

import { blocks, plainText } from "./blocks.js";
import { $, h, icon } from "./dom.js";
import { carryOver } from "./elements.js";

/** renderModal shows the topmost modal, or closes the dialog. The dialog keeps the focus inside itself. */
export function renderModal(page) {
  const dialog = $("modal"), view = page.store.modals.at(-1);
  if (!view) {
    if (dialog.open) {
      dialog.close();
      dialog.back();
    }
    dialog.view = "";
    return;
  }
  if (!dialog.open) dialog.back = wayBack(page);
  const sig = JSON.stringify(view);
  if (dialog.view === sig) return;
  dialog.view = sig;
  const next = modal(view, page), old = dialog.querySelector("form");
  if (old?.dataset.viewId === view.id) carryOver(old, next); // a changed view keeps what was typed into the same inputs
  dialog.replaceChildren(next);
  dialog.oncancel = (e) => { e.preventDefault(); page.closeView(view); };
  if (!dialog.open) dialog.showModal();
  const first = ".modal-body :is(input, textarea, select, button):not([hidden], .sr-only)";
  (dialog.querySelector("[autofocus]") || dialog.querySelector(first) || dialog.querySelector(".modal-foot button"))?.focus();
}

// Where the focus was goes on living under another node when its message is drawn anew
// while the modal is open: it is found again by what it was.
function wayBack(page) {
  const was = document.activeElement, row = was?.closest("li.message"), list = row?.parentElement.id;
  return () => {
    if (was?.isConnected && was !== document.body && document.activeElement === was) return;
    const again = row && $(list).querySelector(`[data-ts="${row.dataset.ts}"]`);
    const same = again && was.dataset.actionId && again.querySelector(`[data-action-id="${CSS.escape(was.dataset.actionId)}"]`);
    const node = was?.isConnected && was !== document.body ? was : same || again || page.composer.text;
    node.focus({ preventScroll: true });
  };
}

function modal(view, page) {
  const body = h("div", { class: "modal-body" }, blocks(view.blocks, viewEnvironment(view, page)));
  return h("form", {
    novalidate: true, dataset: { viewId: view.id }, onsubmit: (e) => { e.preventDefault(); page.submitView(view, e.target); },
  },
  h("header", { class: "modal-head" }, h("h2", { id: "modal-title" }, plainText(view.title) || "Dialog"),
    h("button", { type: "button", class: "icon-button", "aria-label": "Close", onclick: () => page.closeView(view, true) }, icon("close"))),
  body,
  h("p", { class: "error", role: "alert", dataset: { errorFor: "" }, hidden: true }),
  h("footer", { class: "modal-foot" },
    h("button", { type: "button", class: "b-button", dataset: { testid: "modal-close" }, onclick: () => page.closeView(view) }, plainText(view.close) || "Cancel"),
    view.submit ? h("button", { type: "submit", class: "b-button primary", dataset: { testid: "modal-submit" } }, plainText(view.submit)) : null));
}

function viewEnvironment(view, page) {
  // Inputs of a view wait for its submit button, unless their block asks for every change.
  const waits = (block, el) => block.type === "input" && !block.dispatch_action || !el.action_id;
  return {
    names: page.names,
    click: (block, el, value, node) => { if (!waits(block, el)) page.clickView(view, block, el, value, node); },
  };
}

/** showErrors puts errors of {block_id: words} under their inputs; others stand at the foot. */
export function showErrors(form, errors) {
  for (const p of form.querySelectorAll("[data-error-for]")) {
    const words = errors[p.dataset.errorFor] || "";
    p.textContent = words;
    p.hidden = !words;
    const control = p.closest(".b-input")?.querySelector("[data-action-id]");
    if (!control) continue;
    if (words) Object.entries({ "aria-invalid": "true", "aria-errormessage": p.id }).forEach(([k, v]) => control.setAttribute(k, v));
    else ["aria-invalid", "aria-errormessage"].forEach((k) => control.removeAttribute(k));
  }
  const wrong = form.querySelector('[aria-invalid="true"]');
  (wrong?.matches("[role]") ? wrong.querySelector("input") : wrong)?.focus();
}

/** renderHome draws the Home tab of the app. */
export function renderHome(page) {
  const view = page.store.home, home = $("home"), sig = JSON.stringify(view);
  if (home.view === sig) return;
  home.view = sig;
  const nothing = () => [h("p", { class: "quiet" }, `${page.store.appName()} has not shown anything here yet.`)];
  home.replaceChildren(...(view ? blocks(view.blocks, viewEnvironment(view, page)) : nothing()));
}

/** ask shows a question and resolves to true when the person says yes. */
export function ask({ title, text, yes, no = "Cancel", danger = false }) {
  const dialog = $("confirm");
  return new Promise((resolve) => {
    dialog.returnValue = "";
    dialog.replaceChildren(h("form", { method: "dialog" },
      h("header", { class: "modal-head" }, h("h2", { id: "confirm-title" }, title)),
      text ? h("p", { class: "modal-body" }, text) : null,
      h("footer", { class: "modal-foot" },
        h("button", { class: "b-button", value: "no", dataset: { testid: "confirm-no" } }, no),
        h("button", { class: "b-button " + (danger ? "danger" : "primary"), value: "yes", dataset: { testid: "confirm-yes" } }, yes))));
    dialog.onclose = () => resolve(dialog.returnValue === "yes");
    dialog.showModal();
  });
}
