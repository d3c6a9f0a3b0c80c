package localslack

import (
	"slices"
	"strings"
	"testing"
)

// A bot with too few rights is told which it lacks, for every method that asks for some.
func TestEveryScopeIsAsked(t *testing.T) {
	w := start(t, func(c *Config) { c.Scopes, c.Limits = []string{"commands"}, false })
	asked := 0
	for name, m := range methods() {
		if m.token != botToken || len(m.scopes) == 0 {
			continue
		}
		asked++
		a := w.api(name)
		if a.code() != "missing_scope" || a.str("needed") != strings.Join(m.scopes, ",") || a.str("provided") != "commands" {
			t.Errorf("%s: %v", name, a.body)
		}
		if a.header.Get("X-OAuth-Scopes") != "commands" || a.header.Get("X-Accepted-OAuth-Scopes") != strings.Join(m.scopes, ",") {
			t.Errorf("%s: the header names the scopes %q", name, a.header.Get("X-OAuth-Scopes"))
		}
	}
	if asked < 20 {
		t.Errorf("only %d methods ask for a scope", asked)
	}
	if a := w.api("auth.test"); a.header.Get("X-OAuth-Scopes") != "commands" {
		t.Errorf("auth.test names the scopes %q", a.header.Get("X-OAuth-Scopes"))
	}
}

// A message to a person's id goes into the direct messages with them.
func TestPostToUser(t *testing.T) {
	w := start(t)
	if a := w.api("chat.postMessage", "channel", Ines, "text", "hello"); a.str("channel") != w.DM(Ines) || len(w.Messages(w.DM(Ines))) != 1 {
		t.Errorf("%v", a.body)
	}
	if a := w.api("chat.postMessage", "channel", Outsider, "text", "hello"); a.code() != "channel_not_found" {
		t.Errorf("to a stranger: %v", a.body)
	}
	if a := w.api("chat.update", "channel", Ines, "ts", w.Messages(w.DM(Ines))[0].TS, "text", "x"); a.code() != "channel_not_found" {
		t.Errorf("chat.update takes ids of conversations alone: %v", a.body)
	}
}

// A button of the Home tab acts as one of a modal; the view comes along.
func TestHomeButtons(t *testing.T) {
	w := start(t)
	s := w.connect()
	view := `{"type":"home","private_metadata":"m","blocks":[{"type":"actions","block_id":"b","elements":[{"type":"button","action_id":"ask","value":"q","text":{"type":"plain_text","text":"Ask"}}]}]}`
	id, _ := dig(w.api("views.publish", "user_id", Ada, "view", view).body, "view", "id").(string)
	if w.Click(ClickArgs{As: Grace, ViewID: id, BlockID: "b", ActionID: "ask"}) == nil {
		t.Error("Grace pressed a button of Ada's Home")
	}
	ok(t, w.Click(ClickArgs{As: Ada, ViewID: id, BlockID: "b", ActionID: "ask"}))
	e := s.take()
	if dig(e, "payload", "view", "type") != "home" || dig(e, "payload", "view", "private_metadata") != "m" || dig(e, "payload", "actions", 0, "value") != "q" || dig(e, "payload", "response_url") != nil {
		t.Errorf("payload: %v", e["payload"])
	}
	trigger, _ := dig(e, "payload", "trigger_id").(string)
	if a := w.api("views.open", "trigger_id", trigger, "view", modal); a.body["ok"] != true {
		t.Errorf("a modal from Home: %v", a.body)
	}
	if w.CloseView(Ada, id) == nil || w.Submit(w.ctx, Ada, id, nil) == nil {
		t.Error("Home was closed or submitted")
	}
}

// Slack's own commands bring people and the bot in and out; guests find no channel by themselves.
func TestInviteAndRemove(t *testing.T) {
	w := start(t)
	command := func(user, channel, command, text string) string {
		return w.local("slash", map[string]any{"as": user, "channel": channel, "command": command, "text": text}).code()
	}
	has := func(channel, user string) bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		return w.channels[channel].has(user)
	}
	if c := command(Ada, Leaders, "/invite", "@linus and @verbatim"); c != "" || !has(Leaders, Linus) {
		t.Errorf("invite: %q", c)
	}
	if c := command(Ada, Leaders, "/remove", "@verbatim"); c != "" || has(Leaders, Bot) {
		t.Errorf("remove: %q", c)
	}
	if c := command(Ada, Leaders, "/remove", "@nobody"); c != "user_not_found" {
		t.Errorf("remove nobody: %q", c)
	}
	if c := command(Linus, Random, "/remove", "@mei"); c != "" || has(Random, Mei) {
		t.Errorf("remove from a public channel: %q", c)
	}
	if c := command(Mei, Random, "/invite", "@mei"); c != "not_in_channel" {
		t.Errorf("invite oneself: %q", c)
	}
	if c := command(Gil, General, "/invite", "@gil"); c != "channel_not_found" {
		t.Errorf("a guest sees #general: %q", c)
	}
}

// The default workspace has what a day in Slack needs.
func TestDefaultWorkspace(t *testing.T) {
	c := Default()
	locales, kinds := map[string]bool{}, map[Kind]bool{}
	strangers, guests := 0, 0
	for _, u := range c.Users {
		locales[u.Locale] = true
		if u.TeamID != "" {
			strangers++
		}
		if u.Guest {
			guests++
		}
	}
	for _, ch := range c.Channels {
		kinds[ch.Kind] = true
	}
	if len(c.Users) < 6 || len(locales) < 6 || strangers == 0 || guests == 0 || len(kinds) != 3 || len(c.Channels) < 5 || len(c.Examples) != 0 {
		t.Errorf("%d people of %v, %d strangers, %d guests, kinds %v, examples %q", len(c.Users), sortedKeys(locales), strangers, guests, kinds, c.Examples)
	}
	if !slices.ContainsFunc(c.Channels, func(ch Channel) bool {
		return ch.ID == Admins && ch.Kind == Private && slices.Contains(ch.Members, Bot)
	}) {
		t.Error("there is no channel for the admins")
	}
	c.Shortcuts = []Shortcut{{"x", "y", "sideways"}}
	if _, err := New(c); err == nil {
		t.Error("a shortcut of an unknown type was taken")
	}
}
