package localslack

import (
	"net/http"
	"testing"
)

// A mention travels to the app and its answer back to everyone who may see it.
func TestMentionIsAnswered(t *testing.T) {
	w := start(t)
	if a := w.api("auth.test"); a.str("user_id") != Bot || a.str("team_id") != "T0LOCAL" || a.header.Get("X-OAuth-Scopes") == "" {
		t.Fatalf("auth.test: %v %v", a.body, a.header)
	}
	s := w.connect()
	ts := must1[string](t)(w.Say(Grace, General, "@verbatim how long <b> & more?"))
	e := s.take()
	event := dig(e, "payload", "event")
	for key, want := range map[string]any{"type": "app_mention", "user": Grace, "channel": General, "ts": ts, "text": "<@" + Bot + "> how long &lt;b&gt; &amp; more?"} {
		if got := dig(event, key); got != want {
			t.Errorf("event %s is %v, want %v", key, got, want)
		}
	}
	if a := w.api("chat.postMessage", "channel", General, "thread_ts", ts, "text", "about an hour"); a.body["ok"] != true {
		t.Fatalf("chat.postMessage: %v", a.body)
	}
	m := must1[Message](t)(w.WaitForMessage(w.ctx, General, nil))
	if m.Text != "about an hour" || m.ThreadTS != ts || !m.Bot {
		t.Errorf("the answer is %+v", m)
	}
	state := w.request("GET", "/local/state?as="+Linus, "", "", "")
	if got := dig(state.body, "messages", General, 1, "text"); state.status != http.StatusOK || got != "about an hour" {
		t.Errorf("Linus sees %v", got)
	}
	sent := must1[Envelope](t)(w.WaitForEnvelope(w.ctx, func(e Envelope) bool { return !e.Acked.IsZero() }))
	if sent.Type != "app_mention" || sent.Retry != 0 || sent.EventID != dig(e, "payload", "event_id") || sent.Latency <= 0 {
		t.Errorf("recorded envelope: %+v", sent)
	}
}
