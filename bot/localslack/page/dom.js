// Small helpers round the DOM. Nothing here takes HTML: text goes in as text
// nodes, so that no message can become markup.

/** h builds an element. Props: class, dataset, on… listeners; anything else is an attribute. */
export function h(tag, props = {}, ...children) {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") el.className = value;
    else if (name === "dataset") Object.assign(el.dataset, value);
    else if (name.startsWith("on")) el.addEventListener(name.slice(2), value);
    else el.setAttribute(name, value === true ? "" : value);
  }
  el.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false));
  return el;
}

export const $ = (id) => document.getElementById(id);

/** safeURL returns the address when it is http or https, else "": javascript:, data: and the rest stay text. */
export function safeURL(raw) {
  try {
    const url = new URL(String(raw));
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : "";
  } catch {
    return "";
  }
}

/** link builds an outside link, or just its label when the address is not a safe one. */
export function link(raw, ...label) {
  const href = safeURL(raw);
  if (!href) return h("span", { class: "dead-link" }, ...label);
  return h("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...label);
}

const FOCUSABLE = "button, a[href], select, input, textarea, [tabindex]";

// What can take the focus inside el, in order.
function focusables(el) {
  return [...el.querySelectorAll(FOCUSABLE)].filter((n) => !n.disabled);
}

/** replaceKeepingFocus puts next in the place of old; what had the focus there has it again, by its order. */
export function replaceKeepingFocus(old, next) {
  const active = document.activeElement;
  const place = active !== old && old.contains(active) ? focusables(old).indexOf(active) : -1;
  const held = old.contains(active);
  old.replaceWith(next);
  if (held) (focusables(next)[place] || (next.tabIndex >= 0 ? next : next.closest("[tabindex]")))?.focus({ preventScroll: true });
}

/**
 * reconcile makes parent's children match items: one node per key, built anew only
 * when its signature changes. patch, where given, brings a node up to date instead of
 * replacing it. Nodes that stay keep focus, hover and open menus.
 */
export function reconcile(parent, items, { key, sig, build, patch = null }) {
  const known = new Map([...parent.children].map((el) => [el.dataset.key, el]));
  let place = parent.firstElementChild;
  for (const item of items) {
    const k = key(item), s = sig(item);
    let el = known.get(k);
    known.delete(k);
    if (el && el.sig !== s && patch?.(el, item)) el.sig = s;
    if (!el || el.sig !== s) {
      const next = build(item);
      next.dataset.key = k;
      next.sig = s;
      if (el) {
        if (place === el) place = next;
        replaceKeepingFocus(el, next);
      }
      el = next;
    }
    if (el === place) place = place.nextElementSibling;
    else parent.insertBefore(el, place);
  }
  for (const el of known.values()) el.remove();
}

const ICONS = {
  hash: "M4 7h13M3 13h13M8 3 6 17M14 3l-2 14",
  lock: "M5 9h10v8H5zM7 9V6a3 3 0 0 1 6 0v3",
  shared: "M3 6h9v9H3zM8 6V3h9v9h-5",
  send: "M3 10 17 4l-5 13-3-5zM9 12l8-8",
  close: "M5 5l10 10M15 5 5 15",
  menu: "M3 5h14M3 10h14M3 15h14",
  smile: "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15zM7 12c1.5 2 4.5 2 6 0M7.5 7.5v.6M12.5 7.5v.6",
  reply: "M3 4h14v9H9l-4 4v-4H3z",
  more: "M4 9.5h1v1H4zM9.5 9.5h1v1h-1zM15 9.5h1v1h-1z",
  eye: "M2 10c4-7 12-7 16 0-4 7-12 7-16 0zM10 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4z",
  edit: "M4 16l1-4 8-8 3 3-8 8zM11 6l3 3",
  trash: "M4 6h12M8 6V3h4v3M6 6l1 11h6l1-11",
  plus: "M10 4v12M4 10h12",
  file: "M5 2h7l4 4v12H5zM12 2v4h4",
  image: "M3 4h14v12H3zM3 13l4-4 4 4 2-2 4 4",
  stop: "M5 5h10v10H5z",
  copy: "M7 7h9v10H7zM4 13V3h9",
  bolt: "M11 2 4 11h5l-1 7 8-10h-5z",
  up: "M7 9l3-6c2 0 2 2 2 4h4l-1 9H7M3 9h4v8H3z",
  down: "M13 11l-3 6c-2 0-2-2-2-4H4l1-9h8M17 11h-4V3h4z",
};

/** icon draws one of ICONS as decoration; the button round it carries the label. */
export function icon(name) {
  const ns = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(ns, "svg");
  const path = document.createElementNS(ns, "path");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "icon");
  path.setAttribute("d", ICONS[name] || ICONS.more);
  svg.append(path);
  return svg;
}
