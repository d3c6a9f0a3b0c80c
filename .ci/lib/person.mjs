// A person in the local Slack, who acts through the documented JSON API as the page does.

/** Person is one user of the workspace at the address base. */
export class Person {
  constructor(base, id) {
    Object.assign(this, { base, id });
  }

  async #post(path, body) {
    const response = await fetch(`${this.base}/local/${path}`, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ as: this.id, ...body }),
    });
    const answer = await response.json();
    if (!response.ok || answer.ok === false) throw new Error(`${path} as ${this.id}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  }

  say(channel, text, thread_ts) { return this.#post("say", { channel, text, thread_ts }); }

  slash(channel, command, text) { return this.#post("slash", { channel, command, text }); }

  click(channel, message, block_id, action_id, value) {
    return this.#post("click", { channel, ts: message.ts, block_id, action_id, value, ephemeral: Boolean(message.ephemeral) });
  }

  async state() {
    const response = await fetch(`${this.base}/local/state?as=${this.id}`);
    if (!response.ok) throw new Error(`state as ${this.id}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  /** channel returns the id of a channel by its name; without a name that of the messages with the app. */
  async channel(name) {
    const { channels, app } = await this.state();
    const found = channels.find((c) => (name ? c.name === name : c.kind === "im" && c.members.includes(app.bot_user_id)));
    if (!found) throw new Error(`${this.id} sees no channel ${name || "with the app"}: ${JSON.stringify(channels)}`);
    return found.id;
  }

  /** messages returns all that the person sees in a channel, oldest first. */
  async messages(channel) {
    return (await this.state()).messages[channel] ?? [];
  }

  /**
   * sees waits until a message of the channel matches, and returns it. It looks anew at
   * each event that the workspace sends this person, so it never waits longer than needed.
   */
  async sees(channel, what, matches, seconds = 20) {
    const watch = new AbortController();
    const late = setTimeout(() => watch.abort(new Error("late")), seconds * 1000);
    try {
      const events = await fetch(`${this.base}/local/events?as=${this.id}`, { signal: watch.signal });
      const reader = events.body.getReader();
      for (;;) {
        const found = (await this.messages(channel)).find(matches);
        if (found) return found;
        const { done } = await reader.read();
        if (done) throw new Error("the event stream ended");
      }
    } catch (err) {
      const all = JSON.stringify(await this.messages(channel).catch(String), null, 1);
      throw new Error(`${this.id} did not see ${what} within ${seconds} s (${err.message}); there is:\n${all}`);
    } finally {
      clearTimeout(late);
      watch.abort();
    }
  }
}
