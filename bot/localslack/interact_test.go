package localslack

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

func TestSlashPayload(t *testing.T) {
	for _, c := range []struct {
		name, channel, typed, text, channelName string
		escape                                  bool
	}{
		{"raw", General, "who is @grace & <co>", "who is @grace & <co>", "general", false},
		{"escaped", General, "ask @grace & <co> in #leadership", "ask <@U0GRACE> &amp; &lt;co&gt; in <#C0LEADERS|>", "general", true},
		{"direct message", "D0ADA", "x", "x", "directmessage", true},
		{"private channel", Leaders, "x", "x", "privategroup", true},
		{"channel without the bot", Random, "x", "x", "random", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := start(t, func(cfg *Config) { cfg.Commands[0].ShouldEscape = c.escape })
			s := w.connect()
			ok(t, w.Slash(Ada, c.channel, "/ask", c.typed))
			e := s.take()
			p := e["payload"].(map[string]any)
			for key, want := range map[string]any{"command": "/ask", "text": c.text, "channel_id": c.channel, "channel_name": c.channelName, "user_id": Ada, "team_id": "T0LOCAL", "api_app_id": "A0VERBATIM", "is_enterprise_install": "false"} {
				if p[key] != want {
					t.Errorf("%s is %v, want %v", key, p[key], want)
				}
			}
			if e["type"] != "slash_commands" || e["accepts_response_payload"] != true || e["retry_attempt"] != nil {
				t.Errorf("envelope: %v", e)
			}
		})
	}
}

func TestSlashAnswers(t *testing.T) {
	for _, c := range []struct {
		name    string
		payload any
		private bool
		texts   string // what Grace then reads in the channel
	}{
		{"ephemeral", map[string]any{"text": "for you"}, true, ""},
		{"in the channel", map[string]any{"text": "for all", "response_type": "in_channel"}, false, "/ask something|for all"},
		{"empty in the channel", map[string]any{"response_type": "in_channel"}, false, "/ask something"},
		{"refused", map[string]any{"blocks": []any{map[string]any{"type": "x"}}}, true, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := start(t)
			s := w.connect()
			ok(t, w.Slash(Ada, General, "/ask", "something"))
			s.take(c.payload)
			must1[Envelope](t)(w.WaitForEnvelope(w.ctx, func(e Envelope) bool { return !e.Acked.IsZero() }))
			var texts []string
			for _, m := range w.Messages(General) {
				texts = append(texts, m.Text)
			}
			if got := strings.Join(texts, "|"); got != c.texts {
				t.Errorf("the channel reads %q, want %q", got, c.texts)
			}
			if n := len(w.Whispers(Ada, General)); (n == 1) != c.private || len(w.Whispers(Grace, General)) != 0 {
				t.Errorf("%d messages only for Ada", n)
			}
		})
	}
}

func TestSlashWithoutAnswer(t *testing.T) {
	w := start(t, quick)
	ok(t, w.Slash(Ada, General, "/ask", "x"))
	if got := w.Whispers(Ada, General); len(got) != 1 || got[0].Text != `/ask failed with the error "dispatch_failed"` {
		t.Errorf("with no app: %v", got)
	}
	s := w.connect()
	ok(t, w.Slash(Ada, General, "/ask", "x"))
	s.read()
	ok(t, w.wait(w.ctx, "the complaint", func() bool { return len(w.channels[General].whispers) == 2 }))
	if got := w.Whispers(Ada, General)[1]; got.Text != `/ask failed with the error "operation_timeout"` || got.To != Ada {
		t.Errorf("with a silent app: %+v", got)
	}
	if n := len(w.Envelopes()); n != 2 {
		t.Errorf("%d deliveries: a command is not retried", n)
	}
	for name, err := range map[string]error{"unknown": w.Slash(Ada, General, "/fly", ""), "stranger": w.Slash(Outsider, Partners, "/ask", "x"), "unseen": w.Slash(Linus, Leaders, "/ask", "x")} {
		if err == nil {
			t.Errorf("%s: the command was taken", name)
		}
	}
}

func TestResponseURL(t *testing.T) {
	w := start(t)
	s := w.connect()
	ok(t, w.Slash(Ada, General, "/ask", "x"))
	address, _ := dig(s.take(), "payload", "response_url").(string)
	path := strings.TrimPrefix(address, w.server.URL())
	post := func(body map[string]any) answer {
		return w.request("POST", path, "application/json", "", string(mustJSON(body)))
	}
	if a := post(map[string]any{"text": " "}); a.code() != "no_text" {
		t.Errorf("nothing said: %v", a.body)
	}
	for i, body := range []map[string]any{
		{"text": "one"}, {"text": "two", "response_type": "in_channel"}, {"text": "three", "response_type": "ephemeral"},
		{"blocks": mustDecode([]byte(sections(14, 1000)))}, {"text": "five", "metadata": map[string]any{"event_type": "", "event_payload": nil}, "blocks": nil},
	} {
		if a := post(body); a.status != 200 {
			t.Errorf("use %d: %d %v", i+1, a.status, a.body)
		}
	}
	if a := post(map[string]any{"text": "six"}); a.status != 404 || a.code() != "used_url" {
		t.Errorf("use 6: %d %v", a.status, a.body)
	}
	if got := len(w.Whispers(Ada, General)); got != 4 {
		t.Errorf("%d messages only for Ada", got)
	}
	if got := w.Messages(General); len(got) != 1 || got[0].Text != "two" || got[0].Subtype != "bot_message" {
		t.Errorf("the channel reads %+v", got)
	}
}

func TestResponseURLExpires(t *testing.T) {
	w := start(t, func(c *Config) { c.Timing.ResponseLife = 1 })
	s := w.connect()
	ok(t, w.Slash(Ada, General, "/ask", "x"))
	address, _ := dig(s.take(), "payload", "response_url").(string)
	a := w.request("POST", strings.TrimPrefix(address, w.server.URL()), "application/json", "", `{"text":"x"}`)
	if a.status != 404 || a.code() != "expired_url" {
		t.Errorf("%d %v", a.status, a.body)
	}
}

const feedback = `[{"type":"section","block_id":"s","text":{"type":"mrkdwn","text":"x"},"accessory":{"type":"button","action_id":"why","value":"v1","text":{"type":"plain_text","text":"Why?"}}},
{"type":"context_actions","block_id":"f","elements":[{"type":"feedback_buttons","action_id":"vote","positive_button":{"text":{"type":"plain_text","text":"Good"},"value":"up"},"negative_button":{"text":{"type":"plain_text","text":"Bad"},"value":"down"}}]}]`

func TestClick(t *testing.T) {
	w := start(t)
	s := w.connect()
	parent := must1[string](t)(w.Say(Ada, General, "hello"))
	ts := w.api("chat.postMessage", "channel", General, "thread_ts", parent, "text", "x", "blocks", feedback).str("ts")
	ok(t, w.Click(ClickArgs{As: Grace, Channel: General, TS: ts, BlockID: "f", ActionID: "vote", Value: json.RawMessage(`"down"`)}))
	e := s.take()
	for _, c := range []struct {
		keys []any
		want any
	}{
		{[]any{"type"}, "block_actions"}, {[]any{"team", "id"}, "T0LOCAL"}, {[]any{"user", "id"}, Grace}, {[]any{"channel", "id"}, General},
		{[]any{"message", "ts"}, ts}, {[]any{"container", "message_ts"}, ts}, {[]any{"container", "thread_ts"}, parent}, {[]any{"container", "is_ephemeral"}, false},
		{[]any{"actions", 0, "action_id"}, "vote"}, {[]any{"actions", 0, "block_id"}, "f"}, {[]any{"actions", 0, "value"}, "down"},
		{[]any{"actions", 0, "text", "text"}, "Bad"}, {[]any{"actions", 0, "type"}, "feedback_buttons"}, {[]any{"api_app_id"}, "A0VERBATIM"},
	} {
		if got := dig(e["payload"], c.keys...); got != c.want {
			t.Errorf("%v is %v, want %v", c.keys, got, c.want)
		}
	}
	if dig(e, "payload", "state", "values") == nil || dig(e, "payload", "trigger_id") == nil || dig(e, "payload", "actions", 0, "action_ts") == nil {
		t.Errorf("payload: %v", e["payload"])
	}
	address, _ := dig(e, "payload", "response_url").(string)
	path := strings.TrimPrefix(address, w.server.URL())
	w.request("POST", path, "application/json", "", `{"text":"thanks"}`)
	if got := w.Whispers(Grace, General); len(got) != 1 || got[0].ThreadTS != parent {
		t.Errorf("the answer stands at %+v", got)
	}
	w.request("POST", path, "application/json", "", `{"text":"changed","replace_original":true}`)
	if got := w.Messages(General)[1]; got.Text != "changed" || got.Edited == nil {
		t.Errorf("replaced: %+v", got)
	}
	w.request("POST", path, "application/json", "", `{"delete_original":true}`)
	if got := w.Messages(General); len(got) != 1 {
		t.Errorf("deleted: %+v", got)
	}
	if err := w.Click(ClickArgs{As: Grace, Channel: General, TS: parent, ActionID: "vote"}); err == nil {
		t.Error("a button that is not there was clicked")
	}
}

func TestClickOnEphemeral(t *testing.T) {
	w := start(t, quick)
	s := w.connect()
	w.api("chat.postEphemeral", "channel", General, "user", Ada, "text", "x", "blocks", feedback)
	ts := w.Whispers(Ada, General)[0].TS
	if err := w.Click(ClickArgs{As: Grace, Channel: General, TS: ts, ActionID: "why"}); err == nil {
		t.Error("Grace clicked what only Ada sees")
	}
	ok(t, w.Click(ClickArgs{As: Ada, Channel: General, TS: ts, ActionID: "why"}))
	e := s.read()
	if dig(e, "payload", "container", "is_ephemeral") != true || dig(e, "payload", "message") != nil || dig(e, "payload", "actions", 0, "value") != "v1" {
		t.Errorf("payload: %v", e["payload"])
	}
	must1[Message](t)(w.WaitForMessage(w.ctx, General, func(m Message) bool { return m.Ephemeral && strings.Contains(m.Text, "did not react") }))
	if n := len(w.Envelopes()); n != 1 {
		t.Errorf("%d deliveries: a click is not retried", n)
	}
}

func TestShortcuts(t *testing.T) {
	w := start(t, func(c *Config) {
		c.Shortcuts = []Shortcut{{"Ask about this", "ask_this", "message"}, {"Ask", "ask_any", "global"}}
	})
	s := w.connect()
	ts := must1[string](t)(w.Say(Ada, Random, "hello"))
	ok(t, w.Shortcut(Linus, Random, ts, "ask_this"))
	e := s.take()
	if dig(e, "payload", "type") != "message_action" || dig(e, "payload", "message", "ts") != ts || dig(e, "payload", "callback_id") != "ask_this" || dig(e, "payload", "response_url") == nil {
		t.Errorf("payload: %v", e["payload"])
	}
	ok(t, w.Shortcut(Linus, "", "", "ask_any"))
	if e := s.take(); dig(e, "payload", "type") != "shortcut" || dig(e, "payload", "response_url") != nil {
		t.Errorf("payload: %v", e["payload"])
	}
	if w.Shortcut(Linus, Random, ts, "nothing") == nil || w.Shortcut(Grace, Leaders, ts, "ask_this") == nil {
		t.Error("a wrong shortcut was taken")
	}
}

const modal = `{"type":"modal","callback_id":"cb","notify_on_close":true,"title":{"type":"plain_text","text":"T"},"submit":{"type":"plain_text","text":"OK"},
"blocks":[{"type":"input","block_id":"b","label":{"type":"plain_text","text":"L"},"element":{"type":"plain_text_input","action_id":"a"}},
{"type":"actions","block_id":"x","elements":[{"type":"button","action_id":"go","text":{"type":"plain_text","text":"Go"}}]}]}`

// opened makes a world with a modal that Ada sees.
func opened(t *testing.T) (w *world, s *socket, view string) {
	w = start(t)
	s = w.connect()
	ok(t, w.Slash(Ada, General, "/ask", "x"))
	trigger, _ := dig(s.take(), "payload", "trigger_id").(string)
	if a := w.api("views.open", "trigger_id", trigger, "view", `{"type":"modal"}`); a.code() != "invalid_arguments" {
		t.Errorf("a view without title: %v", a.body)
	}
	a := w.api("views.open", "trigger_id", trigger, "view", modal)
	view, _ = dig(a.body, "view", "id").(string)
	if view == "" {
		t.Fatalf("views.open: %v", a.body)
	}
	for id, want := range map[string]string{trigger: "exchanged_trigger_id", "1.2.3": "invalid_trigger_id"} {
		if a := w.api("views.open", "trigger_id", id, "view", modal); a.code() != want {
			t.Errorf("trigger %s again: %v", id, a.body)
		}
	}
	return w, s, view
}

func TestTriggerExpires(t *testing.T) {
	w := start(t, func(c *Config) { c.Timing.TriggerLife = 1 })
	s := w.connect()
	ok(t, w.Slash(Ada, General, "/ask", "x"))
	trigger, _ := dig(s.take(), "payload", "trigger_id").(string)
	if a := w.api("views.open", "trigger_id", trigger, "view", modal); a.code() != "expired_trigger_id" {
		t.Errorf("%v", a.body)
	}
}

func TestSubmit(t *testing.T) {
	w, s, view := opened(t)
	values := json.RawMessage(`{"b":{"a":{"type":"plain_text_input","value":"typed"}}}`)
	submit := func(ack ...any) error {
		done := make(chan error, 1)
		go func() { done <- w.Submit(w.ctx, Ada, view, values) }()
		e := s.take(ack...)
		if dig(e, "payload", "type") != "view_submission" || dig(e, "payload", "view", "state", "values", "b", "a", "value") != "typed" || dig(e, "payload", "view", "callback_id") != "cb" {
			t.Errorf("payload: %v", e["payload"])
		}
		return <-done
	}
	var refused ViewErrors
	if err := submit(map[string]any{"response_action": "errors", "errors": map[string]any{"b": "too short"}}); !errors.As(err, &refused) || refused["b"] != "too short" {
		t.Errorf("errors: %v", err)
	}
	ok(t, submit(map[string]any{"response_action": "update", "view": mustDecode([]byte(modal))}))
	if n := len(w.Views(Ada)); n != 1 {
		t.Errorf("%d views after an update", n)
	}
	ok(t, submit(map[string]any{"response_action": "push", "view": mustDecode([]byte(modal))}))
	if got := w.Views(Ada); len(got) != 2 || got[1]["previous_view_id"] != view || got[1]["root_view_id"] != view {
		t.Errorf("views after a push: %v", got)
	}
	ok(t, submit(map[string]any{"response_action": "clear"}))
	if n := len(w.Views(Ada)); n != 0 {
		t.Errorf("%d views after clear", n)
	}
	if w.Submit(w.ctx, Ada, view, nil) == nil {
		t.Error("a closed view was submitted")
	}
}

func TestViewClicksUpdateAndClose(t *testing.T) {
	w, s, view := opened(t)
	ok(t, w.Click(ClickArgs{As: Ada, ViewID: view, BlockID: "x", ActionID: "go"}))
	e := s.take()
	if dig(e, "payload", "container", "view_id") != view || dig(e, "payload", "actions", 0, "action_id") != "go" || dig(e, "payload", "message") != nil {
		t.Errorf("payload: %v", e["payload"])
	}
	trigger, _ := dig(e, "payload", "trigger_id").(string)
	if a := w.api("views.push", "trigger_id", trigger, "view", modal); dig(a.body, "view", "previous_view_id") != view {
		t.Errorf("views.push: %v", a.body)
	}
	if a := w.api("views.update", "view_id", view, "hash", "old", "view", modal); a.code() != "hash_conflict" {
		t.Errorf("views.update: %v", a.body)
	}
	if a := w.api("views.update", "view_id", view, "view", modal); a.body["ok"] != true {
		t.Errorf("views.update: %v", a.body)
	}
	if err := w.CloseView(Grace, view); err == nil {
		t.Error("Grace closed Ada's view")
	}
	ok(t, w.CloseView(Ada, view))
	if e := s.take(); dig(e, "payload", "type") != "view_closed" || dig(e, "payload", "is_cleared") != false || len(w.Views(Ada)) != 0 {
		t.Errorf("payload: %v", e["payload"])
	}
	if a := w.api("views.update", "view_id", view, "view", modal); a.code() != "not_found" {
		t.Errorf("views.update of a closed one: %v", a.body)
	}
}

func TestHomeTab(t *testing.T) {
	w := start(t)
	s := w.connect()
	ok(t, w.Home(Ada, ""))
	if e := s.take(); dig(e, "payload", "event", "type") != "app_home_opened" || dig(e, "payload", "event", "tab") != "home" || dig(e, "payload", "event", "view") != nil {
		t.Errorf("read %v", e["payload"])
	}
	home := `{"type":"home","blocks":[{"type":"divider"}]}`
	a := w.api("views.publish", "user_id", Ada, "view", home)
	id, hash := dig(a.body, "view", "id"), dig(a.body, "view", "hash")
	if a := w.api("views.publish", "user_id", Ada, "view", home, "hash", hash.(string)); dig(a.body, "view", "id") != id {
		t.Errorf("published again: %v", a.body)
	}
	if a := w.api("views.publish", "user_id", Ada, "view", home, "hash", hash.(string)); a.code() != "hash_conflict" {
		t.Errorf("with an old hash: %v", a.body)
	}
	ok(t, w.Home(Ada, "messages"))
	if e := s.take(); dig(e, "payload", "event", "tab") != "messages" {
		t.Errorf("read %v", e["payload"])
	}
	if v := w.HomeView(Ada); v == nil || v["id"] != id {
		t.Errorf("home view: %v", v)
	}
}
