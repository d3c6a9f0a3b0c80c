package bot

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"verbatim/bot/localslack"
)

func TestSharedChannel(t *testing.T) {
	tests := []struct {
		name, user string
		open       bool
		want       string
	}{
		{"own people", localslack.Ada, false, "shared with other organisations"},
		{"strangers", localslack.Outsider, false, "shared with other organisations"},
		{"opened", localslack.Ada, true, laptopQuote},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, nil, func(w *world) {
				w.change = func(c *Config) { c.AnswerExternal = tt.open }
				w.slack.Faults().Duplicate(1, true)
				b := w.start()
				w.say(tt.user, localslack.Partners, "@verbatim "+laptopQuestion)
				m := w.oneAnswer(localslack.Partners, time.Minute)
				w.wantText(m, tt.want)
				if asked := w.library.questions(); !tt.open && len(asked) > 0 {
					t.Errorf("the documents were searched: %q", asked)
				}
				b.mustStop()
			})
		})
	}
}

// TestCommandInASharedChannel is answered, as nobody but the asker sees it.
func TestCommandInASharedChannel(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		b := w.start()
		if err := w.slack.Slash(localslack.Ada, localslack.Partners, "/ask", laptopQuestion); err != nil {
			t.Fatal(err)
		}
		w.pass(time.Minute)
		if all := w.slack.Whispers(localslack.Ada, localslack.Partners); len(all) != 1 || !strings.Contains(all[0].Text, laptopQuote) {
			t.Errorf("answers %q, want one with the quote", texts(all))
		}
		if all := append(w.answers(localslack.Partners), w.slack.Whispers(localslack.Outsider, localslack.Partners)...); len(all) > 0 {
			t.Errorf("others see %q", texts(all))
		}
		b.mustStop()
	})
}

// TestStrangerAlone is asked by a stranger where nobody else reads, and must name no door that is
// closed to strangers as well.
func TestStrangerAlone(t *testing.T) {
	inWorld(t, func(c *localslack.Config) { c.Timing.Retries = []time.Duration{} }, func(w *world) {
		dm := w.slack.DM(localslack.Ada)
		ts := w.say(localslack.Ada, dm, "Before the bot came.")
		b := w.start()
		w.slack.SendEnvelope(typeEvent, json.RawMessage(`{"type":"event_callback","team_id":"T0LOCAL","event_id":"Ev1","event":{"type":"message","channel_type":"im","user":"U0OUTSIDE","user_team":"T0PARTNER","text":"Laptop?","ts":"`+ts+`","channel":"`+dm+`"}}`))
		m := w.oneAnswer(dm, time.Minute)
		w.wantText(m, "only people of the organisation")
		if strings.Contains(m.Text, "direct message") || strings.Contains(m.Text, "channel") {
			t.Errorf("%q names a door that is closed", m.Text)
		}
		if asked := w.library.questions(); len(asked) > 0 {
			t.Errorf("the documents were searched: %q", asked)
		}
		b.mustStop()
	})
}
