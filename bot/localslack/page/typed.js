// What people type, and how it stands on the wire.

import { unescape } from "./format.js";

// Slack's own commands that the local workspace knows as well.
const OWN = [
  { command: "/invite", hint: "@name", description: "Bring someone, or the app, into this channel" },
  { command: "/remove", hint: "@name", description: "Take someone, or the app, out of this channel" },
];

/** commandsOf lists the slash commands, the app's first, as {command, hint, description}. */
export const commandsOf = (page) => [...(page.store.app.commands || []), ...OWN];

/** toWire turns the @names that a person typed or picked into <@ID>; the longest names first. */
export function toWire(text, store) {
  const names = [...store.users.values()]
    .flatMap((u) => [u.real_name, u.name].filter(Boolean).map((n) => [n, u.id]))
    .sort((a, b) => b[0].length - a[0].length);
  for (const [name, id] of names) {
    const safe = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    text = text.replace(new RegExp(`(^|[^\\p{L}\\p{N}<@])@${safe}(?![\\p{L}\\p{N}])`, "giu"), (_, before) => `${before}<@${id}>`);
  }
  return text;
}

/** toTyped is the way back, for editing: mentions as @names, channels as #names, entities as characters. */
export function toTyped(text, names) {
  return unescape(String(text)
    .replace(/<@([A-Z0-9]+)(?:\|[^>]*)?>/g, (_, id) => "@" + (names.user(id) || id))
    .replace(/<#([A-Z0-9]+)(?:\|([^>]*))?>/g, (_, id, name) => "#" + (names.channel(id) || name || id))
    .replace(/<!subteam\^(\w+)(?:\|[^>]*)?>/g, (_, id) => "@" + (names.group(id)?.handle || id))
    .replace(/<!(here|channel|everyone)>/g, "@$1")
    .replace(/<(https?:[^|>]+)(?:\|[^>]*)?>/g, (_, url) => url));
}
