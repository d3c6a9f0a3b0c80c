package localslack

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

func TestLocalCalls(t *testing.T) {
	w := start(t)
	w.connect()
	ts := w.local("say", map[string]any{"as": Ada, "channel": General, "text": "hello"}).str("ts")
	for _, c := range []struct {
		name, call string
		args       map[string]any
		want       string
		status     int
	}{
		{"reply", "say", map[string]any{"as": Grace, "channel": General, "text": "hi", "thread_ts": ts}, "", 200},
		{"nobody", "say", map[string]any{"as": "U1", "channel": General, "text": "hi"}, "user_not_found", 404},
		{"the bot", "say", map[string]any{"as": Bot, "channel": General, "text": "hi"}, "user_not_found", 404},
		{"nothing", "say", map[string]any{"as": Ada, "channel": General, "text": " "}, "no_text", 400},
		{"nowhere", "say", map[string]any{"as": Ada, "channel": "C1", "text": "x"}, "channel_not_found", 404},
		{"unseen", "say", map[string]any{"as": Linus, "channel": Leaders, "text": "x"}, "channel_not_found", 404},
		{"others' DM", "say", map[string]any{"as": Grace, "channel": "D0ADA", "text": "x"}, "channel_not_found", 404},
		{"no member", "say", map[string]any{"as": Grace, "channel": Random, "text": "x"}, "not_in_channel", 403},
		{"no thread", "say", map[string]any{"as": Ada, "channel": General, "text": "x", "thread_ts": "1.000001"}, "thread_not_found", 404},
		{"react", "react", map[string]any{"as": Grace, "channel": General, "ts": ts, "name": "eyes"}, "", 200},
		{"react again", "react", map[string]any{"as": Grace, "channel": General, "ts": ts, "name": "eyes"}, "already_reacted", 409},
		{"unreact", "react", map[string]any{"as": Grace, "channel": General, "ts": ts, "name": "eyes", "remove": true}, "", 200},
		{"react badly", "react", map[string]any{"as": Grace, "channel": General, "ts": ts, "name": "a b"}, "invalid_name", 400},
		{"edit", "edit", map[string]any{"as": Ada, "channel": General, "ts": ts, "text": "hello!"}, "", 200},
		{"edit to nothing", "edit", map[string]any{"as": Ada, "channel": General, "ts": ts, "text": ""}, "no_text", 400},
		{"edit others'", "edit", map[string]any{"as": Grace, "channel": General, "ts": ts, "text": "x"}, "not_yours", 403},
		{"delete others'", "delete", map[string]any{"as": Grace, "channel": General, "ts": ts}, "not_yours", 403},
		{"delete nothing", "delete", map[string]any{"as": Ada, "channel": General, "ts": "1.000001"}, "message_not_found", 404},
		{"slash", "slash", map[string]any{"as": Ada, "channel": General, "command": "/ask", "text": "x"}, "", 200},
		{"bad slash", "slash", map[string]any{"as": Ada, "channel": General, "command": "/fly"}, "unknown_command", 400},
		{"bad click", "click", map[string]any{"as": Ada, "channel": General, "ts": ts, "action_id": "a"}, "action_not_found", 404},
		{"bad shortcut", "shortcut", map[string]any{"as": Ada, "channel": General, "ts": ts, "callback_id": "a"}, "unknown_shortcut", 404},
		{"home", "home", map[string]any{"as": Ada}, "", 200},
		{"bad submit", "submit", map[string]any{"as": Ada, "view_id": "V1"}, "view_not_found", 404},
		{"bad close", "close", map[string]any{"as": Ada, "view_id": "V1"}, "view_not_found", 404},
		{"join", "join", map[string]any{"as": Grace, "channel": Random}, "", 200},
		{"leave", "leave", map[string]any{"as": Grace, "channel": Random}, "", 200},
		{"leave a DM", "leave", map[string]any{"as": Ada, "channel": "D0ADA"}, "cant_leave", 400},
		{"invite", "invite", map[string]any{"as": Ada, "channel": Random}, "", 200},
		{"read", "read", map[string]any{"as": Linus, "channel": General}, "", 200},
		{"stop", "stop", map[string]any{"as": Ada, "channel": General, "thread_ts": ts}, "", 200},
		{"unknown", "dance", map[string]any{}, "unknown_call", 404},
		{"delete", "delete", map[string]any{"as": Ada, "channel": General, "ts": ts}, "", 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := w.local(c.call, c.args)
			if a.code() != c.want || a.status != c.status || a.body["ok"] != (c.want == "") || c.want != "" && a.str("hint") == "" {
				t.Errorf("got %d %v, want %d %q", a.status, a.body, c.status, c.want)
			}
		})
	}
	if a := w.request("POST", "/local/say", "application/json", "", "{"); a.code() != "invalid_json" {
		t.Errorf("broken JSON: %v", a.body)
	}
}

// Nobody reads, in state or events, what is not theirs.
func TestRights(t *testing.T) {
	w := start(t)
	visible := map[string]string{
		Ada:      "C0ADMINS C0GENERAL C0LEADERS C0NEWS C0PARTNERS C0RANDOM D0ADA",
		Linus:    "C0GENERAL C0NEWS C0PARTNERS C0RANDOM D0LINUS",
		Outsider: "C0PARTNERS",
		Gil:      "C0NEWS D0GIL",
	}
	for user, want := range visible {
		a := w.request("GET", "/local/state?as="+user, "", "", "")
		var got []string
		for _, ch := range a.body["channels"].([]any) {
			got = append(got, dig(ch, "id").(string))
		}
		messages := a.body["messages"].(map[string]any)
		if s := strings.Join(sortedKeys(messages), " "); s != want || len(got) != len(messages) {
			t.Errorf("%s sees %v and messages of %s", user, got, s)
		}
	}
	must1[string](t)(w.Say(Ada, Leaders, "secret one"))
	w.api("chat.postEphemeral", "channel", General, "user", Ada, "text", "secret two")
	must1[string](t)(w.Say(Ada, w.DM(Ada), "secret three"))
	b, err := json.Marshal(w.request("GET", "/local/state?as="+Linus, "", "", "").body)
	ok(t, err)
	if strings.Contains(string(b), "secret") {
		t.Error("Linus reads a secret")
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	list, _ := w.updatesSince(0, Linus)
	for _, p := range list {
		if strings.Contains(string(p.data), "secret") {
			t.Errorf("Linus is told %s", p.data)
		}
	}
	if list, _ := w.updatesSince(0, Ada); len(list) != 3 {
		t.Errorf("Ada is told %d things", len(list))
	}
}

func TestState(t *testing.T) {
	w := start(t)
	ts := must1[string](t)(w.Say(Ada, General, "hello"))
	must1[string](t)(w.Reply(Ada, General, ts, "more"))
	must1[string](t)(w.Say(Ada, News, "news"))
	a := w.request("GET", "/local/state?as="+Grace, "", "", "")
	for _, c := range []struct {
		keys []any
		want any
	}{
		{[]any{"team", "name"}, "Verbatim Local"}, {[]any{"app", "bot_user_id"}, Bot}, {[]any{"app", "commands", 0, "command"}, "/ask"},
		{[]any{"me", "id"}, Grace}, {[]any{"users", 0, "real_name"}, "Ada Admin"}, {[]any{"users", 5, "guest"}, true}, {[]any{"users", 6, "stranger"}, true}, {[]any{"users", 7, "bot"}, true},
		{[]any{"channels", 0, "kind"}, "channel"}, {[]any{"channels", 0, "unread"}, 1.0}, {[]any{"channels", 0, "topic"}, "Everyone is here"},
		{[]any{"messages", General, 0, "reply_count"}, 1.0}, {[]any{"messages", General, 0, "username"}, "Ada Admin"}, {[]any{"messages", General, 1, "thread_ts"}, ts},
	} {
		if got := dig(a.body, c.keys...); got != c.want {
			t.Errorf("%v is %v, want %v", c.keys, got, c.want)
		}
	}
	w.local("read", map[string]any{"as": Grace, "channel": General})
	if got := dig(w.request("GET", "/local/state?as="+Grace, "", "", "").body, "channels", 0, "unread"); got != 0.0 {
		t.Errorf("unread after reading: %v", got)
	}
	if a := w.request("GET", "/local/state?as=U1", "", "", ""); a.status != 404 {
		t.Errorf("state of nobody: %d", a.status)
	}
	w.local("reset", map[string]any{})
	if n := len(w.Messages(General)); n != 0 {
		t.Errorf("%d messages after a reset", n)
	}
}

// stream opens the event stream and returns its lines.
func (wd *world) stream(user, last string) (lines *bufio.Scanner, end func()) {
	wd.t.Helper()
	ctx, cancel := context.WithCancel(wd.ctx)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, wd.server.URL()+"/local/events?as="+user, nil)
	ok(wd.t, err)
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	res, err := wd.http.Do(req)
	ok(wd.t, err)
	if ct := res.Header.Get("Content-Type"); ct != "text/event-stream" {
		wd.t.Fatalf("content type %q", ct)
	}
	return bufio.NewScanner(res.Body), func() { cancel(); res.Body.Close() }
}

// next returns id and data of the next event.
func next(t *testing.T, lines *bufio.Scanner) (id string, data map[string]any) {
	t.Helper()
	for lines.Scan() {
		if s, found := strings.CutPrefix(lines.Text(), "id: "); found {
			id = s
		}
		if s, found := strings.CutPrefix(lines.Text(), "data: "); found {
			ok(t, json.Unmarshal([]byte(s), &data))
			return id, data
		}
	}
	t.Fatalf("the stream ended: %v", lines.Err())
	return "", nil
}

func TestEventStream(t *testing.T) {
	w := start(t)
	lines, end := w.stream(Grace, "")
	defer end()
	if !lines.Scan() || !strings.HasPrefix(lines.Text(), ":") {
		t.Fatalf("first line %q", lines.Text())
	}
	ts := must1[string](t)(w.Say(Ada, General, "hello"))
	id, e := next(t, lines)
	if e["type"] != "message" || e["channel"] != General || dig(e, "message", "text") != "hello" {
		t.Errorf("event: %v", e)
	}
	ok(t, w.React(Ada, General, ts, "eyes"))
	if _, e := next(t, lines); e["type"] != "reaction" || dig(e, "message", "reactions", 0, "name") != "eyes" {
		t.Errorf("event: %v", e)
	}
	ok(t, w.Edit(Ada, General, ts, "hello!"))
	if _, e := next(t, lines); e["type"] != "update" || dig(e, "message", "edited") == nil {
		t.Errorf("event: %v", e)
	}
	w.api("assistant.threads.setStatus", "channel_id", General, "thread_ts", ts, "status", "is searching")
	if _, e := next(t, lines); e["type"] != "status" || dig(e, "status", "status") != "is searching" {
		t.Errorf("event: %v", e)
	}
	w.api("chat.postEphemeral", "channel", General, "user", Grace, "text", "psst")
	if _, e := next(t, lines); e["type"] != "ephemeral" || dig(e, "message", "ephemeral") != true {
		t.Errorf("event: %v", e)
	}
	ok(t, w.Delete(Ada, General, ts))
	if _, e := next(t, lines); e["type"] != "delete" || e["ts"] != ts {
		t.Errorf("event: %v", e)
	}
	ok(t, w.Join(Grace, Random))
	if _, e := next(t, lines); e["type"] != "channel" || e["channel"] != Random {
		t.Errorf("event: %v", e)
	}
	again, end2 := w.stream(Grace, id)
	defer end2()
	if _, e := next(t, again); e["type"] != "reaction" {
		t.Errorf("resumed with %v", e)
	}
	far, end3 := w.stream(Grace, "99999")
	defer end3()
	if _, e := next(t, far); e["type"] != "reset" {
		t.Errorf("from an unknown place: %v", e)
	}
}
