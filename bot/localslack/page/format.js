// Times, names and other words made from data.

const clock = new Intl.DateTimeFormat("en", { hour: "numeric", minute: "2-digit" });
const longDay = new Intl.DateTimeFormat("en", { weekday: "long", month: "long", day: "numeric" });
const yearDay = new Intl.DateTimeFormat("en", { year: "numeric", month: "long", day: "numeric" });

/** dateOf turns a Slack ts ("seconds.sequence") into a Date. */
export const dateOf = (ts) => new Date(Number.parseFloat(ts) * 1000);

export const timeOf = (ts) => clock.format(dateOf(ts));

const dayNumber = (d) => Math.floor((d.getTime() - d.getTimezoneOffset() * 60000) / 86400000);

export const sameDay = (a, b) => dayNumber(dateOf(a)) === dayNumber(dateOf(b));

/** dayOf names a day as people do: Today, Yesterday, else weekday and date, with the year when it is another. */
export function dayOf(ts, now = new Date()) {
  const date = dateOf(ts);
  const ago = dayNumber(now) - dayNumber(date);
  if (ago === 0) return "Today";
  if (ago === 1) return "Yesterday";
  return (date.getFullYear() === now.getFullYear() ? longDay : yearDay).format(date);
}

/** compareTs orders two ts; their parts are compared as numbers because a double cannot hold all 16 digits. */
export function compareTs(a, b) {
  const [as, an = "0"] = a.split("."), [bs, bn = "0"] = b.split(".");
  return Number(as) - Number(bs) || Number(an) - Number(bn);
}

/** sizeOf tells a size in bytes in the unit that fits it. */
export const sizeOf = (bytes) => {
  const units = ["bytes", "kB", "MB", "GB"], power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), 3);
  return `${Number((bytes / 1000 ** power).toPrecision(2))} ${units[power]}`;
};

export const plural = (n, one, many) => `${n} ${n === 1 ? one : many}`;

/** initials gives one or two letters for an avatar. */
export function initials(name) {
  const words = String(name || "?").trim().split(/[\s._-]+/).filter(Boolean);
  const first = (w) => [...w][0].toUpperCase();
  if (!words.length) return "?";
  return words.length > 1 ? first(words[0]) + first(words.at(-1)) : first(words[0]);
}

/** tint picks one of the eight avatar colours of the style sheet, always the same for the same id. */
export function tint(id) {
  let sum = 0;
  for (const c of String(id)) sum = (sum * 31 + c.codePointAt(0)) % 9973;
  return sum % 8;
}

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };

/** unescape undoes Slack's three entities in one pass, so that "&amp;lt;" stays the text "&lt;". */
export const unescape = (text) => String(text).replace(/&(?:lt|gt|amp);/g, (e) => ENTITIES[e]);
