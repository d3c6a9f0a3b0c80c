package bot

import (
	"context"
	"testing"
	"time"

	"verbatim/bot/localslack"
	"verbatim/index"
)

// TestTextAloneIsPlain has Slack refuse the blocks of an answer full of markup, and looks at what
// stands in their place.
func TestTextAloneIsPlain(t *testing.T) {
	const evil, link = ">>> *bold* `code` ``` <!channel> @here https://evil.example evil.example", "https://docs.example/a?b=1&c=2"
	refusal := localslack.APIFault{Status: 400, Body: `{"ok":false,"error":"invalid_blocks"}`}
	tests := []struct {
		name, method string
		fault        localslack.APIFault
		ask          func(*world) []localslack.Message
	}{
		{"post", "chat.postMessage", localslack.SlackError("invalid_blocks"), func(w *world) []localslack.Message {
			w.say(localslack.Ada, localslack.General, "@verbatim Evil?")
			w.pass(time.Minute)
			return w.answers(localslack.General)
		}},
		{"command", "response_url", refusal, func(w *world) []localslack.Message {
			if err := w.slack.Slash(localslack.Ada, localslack.General, "/ask", "Evil?"); err != nil {
				t.Fatal(err)
			}
			w.pass(time.Minute)
			return w.slack.Whispers(localslack.Ada, localslack.General)
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, nil, func(w *world) {
				w.library.set("Evil?", slow(3*time.Second, func(ctx context.Context) (index.Answer, error) {
					a, err := quoting(evil)(ctx)
					a.Passages[0].Document.Title, a.Passages[0].Document.URL = evil, link
					return a, err
				}))
				w.slack.Faults().API(tt.method, 1, tt.fault)
				b := w.start()
				all := tt.ask(w)
				if len(all) != 1 {
					t.Fatalf("%d answers, want 1: %v", len(all), texts(all))
				}
				m := all[0]
				if len(m.Blocks) > 0 || len(m.Pings) > 0 || m.Unfurls() && tt.method == "chat.postMessage" {
					t.Errorf("blocks %s, pings %v, unfurls %v; want none", m.Blocks, m.Pings, m.Unfurls())
				}
				if len(m.Links) != 1 || m.Links[0].URL != link || m.Links[0].Label != "" {
					t.Errorf("links %v, want %s alone", m.Links, link)
				}
				var last localslack.Call
				for _, c := range w.slack.Calls() {
					if c.Method == tt.method {
						last = c
					}
				}
				if last.Text("mrkdwn") != "false" || tt.method == "chat.postMessage" && last.Text("parse") != "none" {
					t.Errorf("mrkdwn %q, parse %q; want false and none", last.Text("mrkdwn"), last.Text("parse"))
				}
				b.mustStop()
			})
		})
	}
}
