package localslack

import (
	"encoding/json"
	"testing"
)

func TestAgentSessions(t *testing.T) {
	w := start(t)
	ts := must1[string](t)(w.Say(Ada, General, "hello"))
	at := []string{"channel_id", General, "thread_ts", ts}
	call := func(method string, args ...string) answer { return w.api(method, append(args, at...)...) }
	if a := call("agents.sessions.setStatus", "status", "processing", "title", "T"); a.body["ok"] != true || a.str("agent_status") != "processing" || a.str("title") != "T" || a.body["warning"] != nil {
		t.Errorf("processing: %v", a.body)
	}
	if s := w.Status(General, ts); s.Status != working || w.Session(General, ts) != "processing" {
		t.Errorf("the page shows %+v", s)
	}
	call("assistant.threads.setStatus", "status", "is searching 214 documents")
	call("agents.sessions.setStatus", "status", "processing")
	if s := w.Status(General, ts); s.Status != "is searching 214 documents" {
		t.Errorf("the app's own words are gone: %+v", s)
	}
	if a := call("agents.sessions.setStatus", "status", "active"); a.body["ok"] != true || w.Status(General, ts).Status != "" {
		t.Errorf("active: %v", a.body)
	}
	call("assistant.threads.setStatus", "status", "is searching")
	if w.Session(General, ts) != "processing" {
		t.Error("a status starts no session")
	}
	w.api("chat.postMessage", "channel", General, "thread_ts", ts, "text", "here")
	if w.Status(General, ts).Status != "" {
		t.Error("the status outlives the answer")
	}
	if a := call("agents.sessions.rename", "title", "New"); a.str("title") != "New" || w.Title(General, ts) != "New" {
		t.Errorf("rename: %v", a.body)
	}
	if a := call("agents.sessions.setStatus", "status", "asleep"); a.code() != "invalid_arguments" {
		t.Errorf("an unknown state: %v", a.body)
	}
	if a := w.api("agents.sessions.setStatus", "channel_id", Random, "thread_ts", ts, "status", "active"); a.code() != "channel_not_found" {
		t.Errorf("where the app is not: %v", a.body)
	}
}

func TestAgentSessionWithoutStop(t *testing.T) {
	w := start(t, func(c *Config) { c.Events = []string{"app_mention"} })
	ts := must1[string](t)(w.Say(Ada, General, "hello"))
	a := w.api("agents.sessions.setStatus", "channel_id", General, "thread_ts", ts, "status", "processing")
	if a.body["ok"] != true || a.str("warning") != "missing_agent_session_stopped_event_subscription" {
		t.Errorf("%v", a.body)
	}
}

// In an agent view prompts for one thread are taken and never shown; elsewhere there are
// none without a thread.
func TestPromptsByView(t *testing.T) {
	prompts := `[{"title":"T","message":"M"}]`
	for _, agent := range []bool{true, false} {
		w := start(t, grants("assistant:write"), func(c *Config) { c.AgentView = agent })
		dm := w.DM(Ada)
		ts := must1[string](t)(w.Say(Ada, dm, "hello"))
		whole := w.api("assistant.threads.setSuggestedPrompts", "channel_id", dm, "prompts", prompts)
		thread := w.api("assistant.threads.setSuggestedPrompts", "channel_id", dm, "prompts", prompts, "thread_ts", ts)
		if (whole.body["ok"] == true) != agent || thread.body["ok"] != true || len(w.Prompts(dm, "").Prompts) == 1 != agent || len(w.Prompts(dm, ts).Prompts) == 1 == agent {
			t.Errorf("agent view %v: %v, %v", agent, whole.body, thread.body)
		}
	}
}

func TestLocale(t *testing.T) {
	w := start(t, grants("users:read", "user_change"))
	s := w.connect()
	if a := w.local("locale", map[string]any{"as": Ada, "locale": "pt-BR"}); a.body["ok"] != true {
		t.Fatalf("%v", a.body)
	}
	if ev := eventOf(s.take()); ev["type"] != "user_change" || dig(ev, "user", "locale") != "pt-BR" || dig(ev, "user", "id") != Ada {
		t.Errorf("event: %v", ev)
	}
	for locale, want := range map[string]string{"true": "pt-BR", "": ""} {
		if got, _ := dig(w.api("users.info", "user", Ada, "include_locale", locale).body, "user", "locale").(string); got != want {
			t.Errorf("include_locale %q gives %q", locale, got)
		}
	}
	if w.SetLocale(Ada, "English") == nil || w.SetLocale("U1", "en-GB") == nil {
		t.Error("a wrong locale was taken")
	}
	w.Reset()
	if got := dig(w.api("users.info", "user", Ada, "include_locale", "1").body, "user", "locale"); got != "en-GB" {
		t.Errorf("after a reset %v", got)
	}
}

// An unfurl changes the message and none of its words; the app hears of it as of an edit.
func TestUnfurl(t *testing.T) {
	w := start(t)
	s := w.connect()
	dm := w.DM(Ada)
	ts := must1[string](t)(w.Say(Ada, dm, "see https://example.org/page"))
	s.take()
	if a := w.local("unfurl", map[string]any{"as": Ada, "channel": dm, "ts": ts}); a.body["ok"] != true {
		t.Fatalf("%v", a.body)
	}
	ev := eventOf(s.take())
	if ev["subtype"] != "message_changed" || dig(ev, "message", "text") != dig(ev, "previous_message", "text") || dig(ev, "message", "attachments", 0, "from_url") != "https://example.org/page" || dig(ev, "message", "edited") != nil {
		t.Errorf("event: %v", ev)
	}
	ok(t, w.Edit(Ada, dm, ts, "no page any more"))
	if ev := eventOf(s.take()); dig(ev, "message", "attachments") != nil || dig(ev, "previous_message", "attachments") == nil || dig(ev, "message", "edited", "user") != Ada {
		t.Errorf("event: %v", ev)
	}
	plain := must1[string](t)(w.Say(Ada, dm, "no link"))
	if w.Unfurl(Ada, dm, plain) == nil {
		t.Error("a message without a link was given a preview")
	}
}

func TestUserGroups(t *testing.T) {
	w := start(t, grants("usergroups:read"))
	s := w.connect()
	ts := must1[string](t)(w.Say(Ada, General, "@verbatim ask @OnCall"))
	if ev := eventOf(s.take()); ev["text"] != "<@U0VERBATIM> ask <!subteam^S0ONCALL>" {
		t.Errorf("event: %v", ev)
	}
	if got := string(w.Messages(General)[0].Blocks); got == "" || ts == "" || !json.Valid([]byte(got)) || dig(mustDecode([]byte(got)), 0, "elements", 0, "elements", 2, "usergroup_id") != OnCall {
		t.Errorf("blocks: %s", got)
	}
	if a := w.api("usergroups.users.list", "usergroup", OnCall); dig(a.body, "users", 1) != Linus {
		t.Errorf("users: %v", a.body)
	}
	if a := w.api("usergroups.users.list", "usergroup", "S1"); a.code() != "no_such_subteam" {
		t.Errorf("unknown: %v", a.body)
	}
}

// The bot hears that it was invited, by whom, and that others come and go, by the scope
// of the channel's kind.
func TestComingAndGoing(t *testing.T) {
	w := start(t, grants("channels:read", "member_joined_channel", "member_left_channel"))
	s := w.connect()
	w.local("slash", map[string]any{"as": Ada, "channel": Random, "command": "/invite", "text": "@verbatim"})
	if ev := eventOf(s.take()); ev["type"] != "member_joined_channel" || ev["user"] != Bot || ev["inviter"] != Ada || ev["channel_type"] != "C" {
		t.Errorf("invited: %v", ev)
	}
	ok(t, w.Leave(Mei, Random))
	if ev := eventOf(s.take()); ev["type"] != "member_left_channel" || ev["user"] != Mei {
		t.Errorf("left: %v", ev)
	}
	ok(t, w.Leave(Grace, Leaders)) // private: groups:read is not granted
	w.local("remove", map[string]any{"as": Ada, "channel": Random})
	if ev := eventOf(s.take()); ev["user"] != Bot || ev["channel"] != Random {
		t.Errorf("removed: %v", ev)
	}
}

// A tombstone goes with the last reply under it.
func TestTombstoneGoes(t *testing.T) {
	w := start(t)
	ts := must1[string](t)(w.Say(Ada, w.DM(Ada), "question"))
	answer := w.api("chat.postMessage", "channel", w.DM(Ada), "thread_ts", ts, "text", "answer").str("ts")
	ok(t, w.Delete(Ada, w.DM(Ada), ts))
	if got := w.Messages(w.DM(Ada)); len(got) != 2 || got[0].Subtype != subtypeTombstone {
		t.Fatalf("%+v", got)
	}
	w.api("chat.delete", "channel", w.DM(Ada), "ts", answer)
	if got := w.Messages(w.DM(Ada)); len(got) != 0 {
		t.Errorf("left: %+v", got)
	}
}

// chat.update keeps blocks that no new text replaces, and metadata until {} takes it away.
func TestUpdateKeeps(t *testing.T) {
	w := start(t)
	ts := w.api("chat.postMessage", "channel", General, "text", "x", "blocks", `[{"type":"divider"}]`, "metadata", `{"event_type":"e","event_payload":{"k":"v"}}`).str("ts")
	update := func(args ...string) Message {
		if a := w.api("chat.update", append(args, "channel", General, "ts", ts)...); a.body["ok"] != true {
			t.Fatalf("%v: %v", args, a.body)
		}
		return w.Messages(General)[0]
	}
	if m := update("attachments", `[{"text":"a"}]`); m.Text != "x" || m.Blocks == nil || m.Metadata == nil {
		t.Errorf("without text: %+v", m)
	}
	if m := update("text", "y"); m.Text != "y" || m.Blocks != nil || m.Metadata == nil {
		t.Errorf("with text alone: %+v", m)
	}
	if m := update("text", "z", "metadata", ` { } `); m.Metadata != nil {
		t.Errorf("with empty metadata: %+v", m)
	}
}

// Strangers have no shortcuts, and nobody has one on what only they see.
func TestShortcutRights(t *testing.T) {
	w := start(t, func(c *Config) {
		c.Shortcuts = []Shortcut{{"This", "this", "message"}, {"Any", "any", "global"}}
	})
	s := w.connect()
	ts := must1[string](t)(w.Say(Ada, Partners, "hello"))
	w.api("chat.postEphemeral", "channel", General, "user", Ada, "text", "x")
	whisper := w.Whispers(Ada, General)[0].TS
	for name, err := range map[string]error{
		"stranger": w.Shortcut(Outsider, Partners, ts, "this"), "stranger anywhere": w.Shortcut(Outsider, "", "", "any"), "ephemeral": w.Shortcut(Ada, General, whisper, "this"),
		"global on a message": w.Shortcut(Ada, Partners, ts, "any"), "message shortcut without one": w.Shortcut(Ada, "", "", "this"),
	} {
		if err == nil {
			t.Errorf("%s: the shortcut was taken", name)
		}
	}
	ok(t, w.Shortcut(Grace, Partners, ts, "this"))
	address, _ := dig(s.take(), "payload", "response_url").(string)
	path := address[len(w.server.URL()):]
	if a := w.request("POST", path, "application/json", "", `{"delete_original":true}`); a.code() != "message_not_found" {
		t.Errorf("Ada's message was deleted: %v", a.body)
	}
	w.request("POST", path, "application/json", "", `{"text":"for you","replace_original":true}`)
	if m := w.Messages(Partners); len(m) != 1 || m[0].Text != "hello" || len(w.Whispers(Grace, Partners)) != 1 {
		t.Errorf("the channel reads %+v", m)
	}
}
