// The emoji most seen in workspaces, by Slack's short names. Others stay as :name:.

const TABLE = {
  "+1": "👍", thumbsup: "👍", "-1": "👎", thumbsdown: "👎", heart: "❤️", smile: "😄", grinning: "😀",
  slightly_smiling_face: "🙂", joy: "😂", wink: "😉", thinking_face: "🤔", confused: "😕", cry: "😢",
  tada: "🎉", eyes: "👀", pray: "🙏", clap: "👏", wave: "👋", raised_hands: "🙌", ok_hand: "👌", muscle: "💪",
  rocket: "🚀", fire: "🔥", star: "⭐", sparkles: "✨", bulb: "💡", zap: "⚡", bug: "🐛", wrench: "🔧",
  white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌", no_entry: "⛔", warning: "⚠️", question: "❓",
  exclamation: "❗", information_source: "ℹ️", hourglass: "⌛", hourglass_flowing_sand: "⏳", clock1: "🕐",
  calendar: "📅", date: "📅", book: "📖", books: "📚", bookmark: "🔖", page_facing_up: "📄", memo: "📝",
  newspaper: "📰", link: "🔗", mag: "🔍", mag_right: "🔎", lock: "🔒", key: "🔑", bell: "🔔", pushpin: "📌",
  speech_balloon: "💬", left_speech_bubble: "🗨️", robot_face: "🤖", gear: "⚙️", wastebasket: "🗑️", scroll: "📜",
  arrow_right: "➡️", arrow_left: "⬅️", arrow_up: "⬆️", arrow_down: "⬇️", point_right: "👉", point_up: "☝️",
  large_green_circle: "🟢", large_yellow_circle: "🟡", red_circle: "🔴", large_blue_circle: "🔵", coffee: "☕",
};

/** PICKS are the reactions the picker offers. */
export const PICKS = ["+1", "-1", "heart", "smile", "tada", "eyes", "white_check_mark", "x", "pray", "thinking_face", "rocket", "bulb"];

/** emoji returns the character of a short name (a skin tone is left off), or ":name:". */
export function emoji(name) {
  const bare = String(name).replace(/^:|:$/g, "").split("::")[0];
  return Object.hasOwn(TABLE, bare) ? TABLE[bare] : `:${bare}:`;
}

/** withEmoji replaces the known :short_names: in a plain text. */
export const withEmoji = (text) =>
  String(text).replace(/:([a-z0-9_+-]+):/g, (all, name) => (Object.hasOwn(TABLE, name) ? TABLE[name] : all));
