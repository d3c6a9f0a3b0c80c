package localslack

import (
	"strings"
	"testing"
)

func eventOf(e map[string]any) map[string]any {
	m, _ := dig(e, "payload", "event").(map[string]any)
	return m
}

func TestDirectMessageEvents(t *testing.T) {
	w := start(t)
	s := w.connect()
	dm := w.DM(Ada)
	ts := must1[string](t)(w.Say(Ada, dm, "see https://x.test/a?b=1&c=2 @here <@"+Grace+"> now"))
	e := s.take()
	ev := eventOf(e)
	if ev["type"] != "message" || ev["channel_type"] != "im" || ev["subtype"] != nil || ev["bot_id"] != nil || ev["client_msg_id"] == nil || ev["team"] != "T0LOCAL" || ev["event_ts"] != ts {
		t.Errorf("event: %v", ev)
	}
	if want := "see <https://x.test/a?b=1&amp;c=2> <!here> <@" + Grace + "> now"; ev["text"] != want {
		t.Errorf("text is %q, want %q", ev["text"], want)
	}
	var types []string
	for _, el := range dig(ev, "blocks", 0, "elements", 0, "elements").([]any) {
		types = append(types, typeOf(el))
	}
	if got := strings.Join(types, " "); got != "text link text broadcast text user text" {
		t.Errorf("rich text: %s", got)
	}
	p := e["payload"].(map[string]any)
	for _, c := range []struct {
		keys []any
		want any
	}{
		{[]any{"type"}, "event_callback"}, {[]any{"team_id"}, "T0LOCAL"}, {[]any{"api_app_id"}, "A0VERBATIM"}, {[]any{"is_ext_shared_channel"}, false},
		{[]any{"authorizations", 0, "user_id"}, Bot}, {[]any{"authorizations", 0, "is_bot"}, true},
	} {
		if got := dig(p, c.keys...); got != c.want {
			t.Errorf("%v is %v, want %v", c.keys, got, c.want)
		}
	}
	if p["event_context"] == nil || p["event_time"] == nil || !strings.HasPrefix(p["event_id"].(string), "Ev") || e["accepts_response_payload"] != false {
		t.Errorf("envelope: %v", e)
	}
}

// What the app itself says in a DM comes back to it, so that loops show.
func TestOwnMessagesComeBack(t *testing.T) {
	w := start(t)
	s := w.connect()
	dm := w.DM(Ada)
	ts := w.api("chat.postMessage", "channel", dm, "text", "hi").str("ts")
	if ev := eventOf(s.take()); ev["ts"] != ts || ev["bot_id"] != "B0VERBATIM" || ev["app_id"] != "A0VERBATIM" || ev["user"] != Bot || ev["bot_profile"] == nil {
		t.Errorf("posted: %v", ev)
	}
	w.api("chat.update", "channel", dm, "ts", ts, "text", "hi there")
	if ev := eventOf(s.take()); ev["subtype"] != "message_changed" || ev["hidden"] != true || dig(ev, "message", "text") != "hi there" || dig(ev, "previous_message", "text") != "hi" {
		t.Errorf("updated: %v", ev)
	}
	w.api("chat.delete", "channel", dm, "ts", ts)
	if ev := eventOf(s.take()); ev["subtype"] != "message_deleted" || ev["deleted_ts"] != ts {
		t.Errorf("deleted: %v", ev)
	}
	ok(t, w.Slash(Ada, dm, "/ask", "x"))
	address, _ := dig(s.take(), "payload", "response_url").(string)
	w.request("POST", strings.TrimPrefix(address, w.server.URL()), "application/json", "", `{"text":"x","response_type":"in_channel"}`)
	if ev := eventOf(s.take()); ev["subtype"] != "bot_message" || ev["bot_id"] != "B0VERBATIM" || ev["user"] != nil {
		t.Errorf("answered: %v", ev)
	}
}

func TestEditsAndDeletesOfPeople(t *testing.T) {
	w := start(t)
	s := w.connect()
	dm := w.DM(Ada)
	ts := must1[string](t)(w.Say(Ada, dm, "one"))
	s.take()
	ok(t, w.Edit(Ada, dm, ts, "two"))
	if ev := eventOf(s.take()); ev["subtype"] != "message_changed" || dig(ev, "message", "text") != "two" || dig(ev, "message", "edited", "user") != Ada || dig(ev, "previous_message", "text") != "one" || ev["ts"] == ts {
		t.Errorf("edited: %v", ev)
	}
	ok(t, w.Delete(Ada, dm, ts))
	if ev := eventOf(s.take()); ev["subtype"] != "message_deleted" || dig(ev, "previous_message", "text") != "two" {
		t.Errorf("deleted: %v", ev)
	}
	if w.Edit(Grace, dm, ts, "x") == nil || w.Delete(Grace, General, ts) == nil {
		t.Error("Grace changed what is not hers")
	}
}

func TestMentionAddedByEdit(t *testing.T) {
	w := start(t)
	s := w.connect()
	ts := must1[string](t)(w.Say(Ada, General, "hello"))
	ok(t, w.Edit(Ada, General, ts, "hello @verbatim"))
	if ev := eventOf(s.take()); ev["type"] != "app_mention" || ev["ts"] != ts || ev["edited"] == nil {
		t.Errorf("event: %v", ev)
	}
	ok(t, w.Edit(Ada, General, ts, "hello again @verbatim"))
	if n := len(w.Envelopes()); n != 1 {
		t.Errorf("%d events: the mention was there before", n)
	}
}

func TestWhatIsAMention(t *testing.T) {
	for _, c := range []struct {
		name, typed string
		mention     bool
	}{
		{"by name", "@verbatim hi", true}, {"in other case", "hi @Verbatim.", true}, {"by id", "<@" + Bot + "> hi", true},
		{"part of an address", "mail me@verbatim", false}, {"longer name", "@verbatimly", false}, {"someone else", "@grace hi", false}, {"none", "verbatim hi", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := start(t)
			must1[string](t)(w.Say(Ada, General, c.typed))
			if got := len(w.Envelopes()) > 0; got != c.mention {
				t.Errorf("mentioned: %v; text %q", got, w.Messages(General)[0].Text)
			}
		})
	}
}

func TestSharedChannel(t *testing.T) {
	w := start(t)
	s := w.connect()
	must1[string](t)(w.Say(Outsider, Partners, "hi @verbatim"))
	e := s.take()
	if ev := eventOf(e); dig(e, "payload", "is_ext_shared_channel") != true || ev["team"] != "T0PARTNER" || ev["user_team"] != "T0PARTNER" || ev["source_team"] != "T0PARTNER" {
		t.Errorf("event: %v", e["payload"])
	}
	if _, err := w.Say(Outsider, General, "hi"); err == nil {
		t.Error("a stranger writes in #general")
	}
}

func TestInviteDeliversWaitingMention(t *testing.T) {
	w := start(t, grants("channels:read", "member_joined_channel"))
	s := w.connect()
	ts := must1[string](t)(w.Say(Ada, Random, "@verbatim hello?"))
	if n := w.Whispers(Ada, Random); len(n) != 1 || !strings.Contains(n[0].Text, "/invite @verbatim") || len(w.Envelopes()) != 0 {
		t.Errorf("Ada reads %v, %d events", n, len(w.Envelopes()))
	}
	ok(t, w.Slash(Ada, Random, "/invite", "@verbatim"))
	if ev := eventOf(s.take()); ev["type"] != "member_joined_channel" || ev["user"] != Bot || ev["inviter"] != Ada {
		t.Errorf("event: %v", ev)
	}
	if ev := eventOf(s.take()); ev["type"] != "app_mention" || ev["ts"] != ts {
		t.Errorf("event: %v", ev)
	}
}

func TestSubscriptionsAndScopes(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Config)
		want   string
	}{
		{"as it comes", func(*Config) {}, "app_mention"},
		{"everything", grants(strings.Join(OptionalScopes(), " "), "message.channels", "reaction_added", "reaction_removed"), "app_mention message reaction_added reaction_removed"},
		{"subscribed without scope", grants("", "message.channels", "reaction_added"), "app_mention"},
		{"not subscribed", func(cfg *Config) { cfg.Events = nil }, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := start(t, c.change)
			ts := must1[string](t)(w.Say(Ada, General, "hi @verbatim"))
			ok(t, w.React(Ada, General, ts, "eyes"))
			ok(t, w.Unreact(Ada, General, ts, "eyes"))
			var got []string
			for _, e := range w.Envelopes() {
				if e.Retry == 0 {
					got = append(got, e.Type)
				}
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("events %v, want %q", got, c.want)
			}
		})
	}
}

func TestFilesAndBroadcasts(t *testing.T) {
	w := start(t, grants("channels:history", "message.channels"))
	s := w.connect()
	ts := must1[string](t)(w.Post(SayArgs{As: Ada, Channel: General, Files: []File{{ID: "F1", Name: "a.pdf"}}}))
	if ev := eventOf(s.take()); ev["subtype"] != "file_share" || dig(ev, "files", 0, "id") != "F1" {
		t.Errorf("event: %v", ev)
	}
	must1[string](t)(w.Post(SayArgs{As: Ada, Channel: General, ThreadTS: ts, Text: "x", Broadcast: true}))
	if ev := eventOf(s.take()); ev["subtype"] != "thread_broadcast" || ev["thread_ts"] != ts {
		t.Errorf("event: %v", ev)
	}
}

func TestAnotherBot(t *testing.T) {
	w := start(t, func(c *Config) {
		c.Users = append(c.Users, User{ID: "U0RELAY", Name: "relay", RealName: "Relay", BotID: "B0RELAY"})
	})
	s := w.connect()
	ok(t, w.Join("U0RELAY", General))
	must1[string](t)(w.Say("U0RELAY", General, "@verbatim answer me"))
	if ev := eventOf(s.take()); ev["type"] != "app_mention" || ev["bot_id"] != "B0RELAY" || ev["app_id"] != nil {
		t.Errorf("event: %v", ev)
	}
	if w.DM("U0RELAY") != "" {
		t.Error("two bots have no direct messages")
	}
}

func TestStopSession(t *testing.T) {
	w := start(t, grants("assistant:write"))
	s := w.connect()
	ts := must1[string](t)(w.Say(Ada, General, "hello"))
	ok(t, w.StopSession(Ada, General, ts))
	if ev := eventOf(s.take()); ev["type"] != "agent_session_stopped" || ev["thread_ts"] != ts || ev["user"] != Ada {
		t.Errorf("event: %v", ev)
	}
}

func TestStatusEndsWithTheAnswer(t *testing.T) {
	w := start(t)
	ts := must1[string](t)(w.Say(Ada, General, "hello"))
	set := func(s string) {
		t.Helper()
		if a := w.json("assistant.threads.setStatus", map[string]any{"channel_id": General, "thread_ts": ts, "status": s, "loading_messages": []string{"looking, and looking"}}); a.body["ok"] != true {
			t.Fatalf("%v", a.body)
		}
	}
	set("is searching")
	if s := w.Status(General, ts); s.Status != "is searching" || len(s.Loading) != 1 {
		t.Errorf("status: %+v", s)
	}
	w.api("chat.postMessage", "channel", General, "thread_ts", ts, "text", "x")
	if s := w.Status(General, ts); s.Status != "" {
		t.Errorf("status after the answer: %+v", s)
	}
	set("is searching")
	w.Reset()
}

// A thread outlives its first message.
func TestTombstone(t *testing.T) {
	w := start(t)
	s := w.connect()
	dm := w.DM(Ada)
	ts := must1[string](t)(w.Say(Ada, dm, "question"))
	s.take()
	w.api("chat.postMessage", "channel", dm, "thread_ts", ts, "text", "answer")
	s.take()
	ok(t, w.Delete(Ada, dm, ts))
	if ev := eventOf(s.take()); ev["subtype"] != "message_changed" || dig(ev, "message", "subtype") != "tombstone" || dig(ev, "previous_message", "text") != "question" {
		t.Errorf("event: %v", ev)
	}
	if a := w.api("conversations.replies", "channel", dm, "ts", ts); dig(a.body, "messages", 0, "subtype") != "tombstone" || dig(a.body, "messages", 1, "text") != "answer" {
		t.Errorf("the thread reads %v", a.body)
	}
	if w.Edit(Ada, dm, ts, "x") == nil {
		t.Error("a deleted message was edited")
	}
}
