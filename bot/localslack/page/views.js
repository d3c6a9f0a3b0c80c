// Views of the app: modals, and its Home tab. And a small question with two buttons.

import { blocks, plainText } from "./blocks.js";
import { $, h, icon } from "./dom.js";
import { carryOver } from "./elements.js";

/** renderModal shows the topmost modal, or closes the dialog. The dialog keeps the focus inside itself. */
export function renderModal(page) {
  const dialog = $("modal"), view = page.store.modals.at(-1);
  if (!view) {
    if (dialog.open) dialog.close();
    dialog.view = "";
    return;
  }
  const sig = JSON.stringify(view);
  if (dialog.view === sig) return;
  dialog.view = sig;
  const next = modal(view, page), old = dialog.querySelector("form");
  if (old?.dataset.viewId === view.id) carryOver(old, next); // a changed view keeps what was typed into the same inputs
  dialog.replaceChildren(next);
  dialog.oncancel = (e) => { e.preventDefault(); page.closeView(view); };
  if (!dialog.open) dialog.showModal();
  dialog.querySelector(".modal-body input, .modal-body textarea, .modal-body select, .modal-body button")?.focus();
}

function modal(view, page) {
  const body = h("div", { class: "modal-body" }, blocks(view.blocks, viewEnvironment(view, page)));
  return h("form", {
    dataset: { viewId: view.id }, onsubmit: (e) => { e.preventDefault(); page.submitView(view, e.target); },
  },
  h("header", { class: "modal-head" }, h("h2", { id: "modal-title" }, plainText(view.title) || "Dialog"),
    h("button", { type: "button", class: "icon-button", "aria-label": "Close", onclick: () => page.closeView(view) }, icon("close"))),
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
    control?.setAttribute("aria-invalid", String(Boolean(words)));
    if (words && control) {
      control.setAttribute("aria-errormessage", p.id);
      control.focus();
    }
  }
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
