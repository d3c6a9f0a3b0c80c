package bot

import (
	"context"
	"strings"
	"testing"
	"time"

	"verbatim/bot/localslack"
	"verbatim/bot/rights"
	"verbatim/index"
)

// agentView gives the app what Slack's agent view needs.
func agentView(c *localslack.Config) { c.Scopes = append(c.Scopes, scopeAgent) }

// statuses are the texts that were shown as a status, in order; "" for one cleared.
func (w *world) statuses() (all []string) {
	for _, c := range w.slack.Calls() {
		if c.Method == "assistant.threads.setStatus" {
			all = append(all, c.Text("status"))
		}
	}
	return all
}

func TestStatusOnlyWhereItTakesLong(t *testing.T) {
	tests := []struct {
		name    string
		takes   time.Duration
		ask     func(*world)
		private bool
		want    int
	}{
		{"at once", 0, func(w *world) { w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion) }, false, 0},
		{"just in time", 690 * time.Millisecond, func(w *world) { w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion) }, false, 0},
		{"slow", 710 * time.Millisecond, func(w *world) { w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion) }, false, 1},
		{"slow in a direct message", 5 * time.Second, func(w *world) { w.say(localslack.Ada, w.slack.DM(localslack.Ada), laptopQuestion) }, false, 1},
		{"slow for the asker alone", 5 * time.Second, func(w *world) { w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion) }, true, 0},
		{"slow and untagged", 5 * time.Second, func(w *world) { w.say(localslack.Ada, localslack.General, laptopQuestion) }, false, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, readsChannels, func(w *world) {
				w.change = func(c *Config) {
					c.Rules.Channels = map[string]rights.Channel{localslack.General: {Private: tt.private, Untagged: rights.Answer}}
				}
				w.library.set(laptopQuestion, slow(tt.takes, sure(1)))
				b := w.start()
				tt.ask(w)
				w.pass(20 * time.Second)
				shown := w.statuses()
				if len(shown) != tt.want || tt.want > 0 && shown[0] != "is searching 3 documents" {
					t.Errorf("statuses %q, want %d", shown, tt.want)
				}
				if n := len(w.answers(localslack.General)) + len(w.answers(w.slack.DM(localslack.Ada))) + len(w.slack.Whispers(localslack.Ada, localslack.General)); n != 1 {
					t.Errorf("%d answers", n)
				}
				b.mustStop()
			})
		})
	}
}

// TestStatusCostsNoAnswer has Slack fail in every way when it is told a status.
func TestStatusCostsNoAnswer(t *testing.T) {
	for name, fault := range map[string]localslack.APIFault{
		"unknown": localslack.SlackError("unknown_method"), "no right": localslack.SlackError("missing_scope"),
		"broken": localslack.ServerError(500), "limited": localslack.RateLimited(30), "silent": localslack.Hangs(),
		"lost": localslack.LostReply(), "page": localslack.HTMLPage(),
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, nil, func(w *world) {
				w.library.set(laptopQuestion, slow(time.Second, sure(1)))
				w.slack.Faults().API("assistant.threads.setStatus", 99, fault)
				b := w.start()
				thread := w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
				w.pass(1100 * time.Millisecond) // no later than without a status
				if n := len(w.answers(localslack.General)); n != 1 {
					t.Errorf("%d answers after a second", n)
				}
				w.pass(10 * time.Second)
				if s := w.slack.Status(localslack.General, thread); s.Status != "" {
					t.Errorf("the status %q stays", s.Status)
				}
				b.mustStop()
			})
		})
	}
}

// TestStatusOfAnEdit wants the status gone although no message was posted that clears it.
func TestStatusOfAnEdit(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.library.set(chargerQuestion, slow(2*time.Second, quoting(chargerQuote)))
		b := w.start()
		dm := w.slack.DM(localslack.Ada)
		ts := w.say(localslack.Ada, dm, laptopQuestion)
		w.pass(time.Second)
		if err := w.slack.Edit(localslack.Ada, dm, ts, chargerQuestion); err != nil {
			t.Fatal(err)
		}
		w.wantText(w.oneAnswer(dm, 5*time.Second), chargerQuote)
		if s := w.slack.Status(dm, ts); s.Status != "" || len(w.statuses()) != 2 {
			t.Errorf("status %q after %q", s.Status, w.statuses())
		}
		b.mustStop()
	})
}

func TestStop(t *testing.T) {
	inWorld(t, agentView, func(w *world) {
		w.library.set(laptopQuestion, slow(8*time.Second, sure(1)))
		b := w.start()
		dm := w.slack.DM(localslack.Ada)
		thread := w.say(localslack.Ada, dm, laptopQuestion)
		w.pass(2 * time.Second)
		if s := w.slack.Status(dm, thread); !strings.HasPrefix(s.Status, "is searching") {
			t.Errorf("status %q", s.Status)
		}
		if err := w.slack.StopSession(localslack.Ada, dm, thread); err != nil {
			t.Fatal(err)
		}
		w.wantText(w.oneAnswer(dm, time.Second), english().Stopped)
		w.pass(20 * time.Second)
		w.oneAnswer(dm, time.Second)
		if err := w.slack.StopSession(localslack.Ada, dm, thread); err != nil { // nothing to stop
			t.Fatal(err)
		}
		// Somebody else's button stops nothing.
		thread = w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
		w.pass(time.Second)
		if err := w.slack.StopSession(localslack.Mei, localslack.General, thread); err != nil {
			t.Fatal(err)
		}
		w.wantText(w.oneAnswer(localslack.General, 20*time.Second), laptopQuote)
		b.mustStop()
		wantClosed(t, w)
	})
}

// headed is a library with headings to suggest, some for one person alone.
type headed struct{ *library }

func (headed) Collections() []Collection {
	return []Collection{
		{Name: "hr", Documents: 1, Headings: []Heading{{"d2", "Parental leave"}}},
		{Name: "it", Documents: 2, Headings: []Heading{{"d1", "Returning a laptop"}, {"d3", "A <!channel> heading"}}},
	}
}

func TestSuggestedPrompts(t *testing.T) {
	open := func(c *Config) {
		c.Rules.Collections = map[string]rights.Audience{"hr": {Users: []string{localslack.Grace}}, "it": {Everyone: true}}
		c.Catalog = headed{c.Asker.(*library)}
	}
	for user, want := range map[string]string{
		localslack.Grace: "Parental leave, Returning a laptop, A <!channel> heading", localslack.Mei: "Returning a laptop, A <!channel> heading",
	} {
		t.Run(user, func(t *testing.T) {
			inWorld(t, agentView, func(w *world) {
				w.change = open
				b := w.start()
				if err := w.slack.Home(user, "messages"); err != nil {
					t.Fatal(err)
				}
				w.pass(time.Second)
				var got []string
				for _, p := range w.slack.Prompts(w.slack.DM(user), "").Prompts {
					if got = append(got, p.Message); p.Title != p.Message {
						t.Errorf("prompt %+v", p)
					}
				}
				if s := strings.Join(got, ", "); s != want {
					t.Errorf("prompts %q, want %q", s, want)
				}
				if n := w.called("views.publish"); n > 0 {
					t.Errorf("the Home tab was published %d times", n)
				}
				b.mustStop()
			})
		})
	}
}

// TestSuggestedPromptsAreOptional opens the tab without the right, and where Slack fails.
func TestSuggestedPromptsAreOptional(t *testing.T) {
	for name, workspace := range map[string]func(*localslack.Config){"without the right": nil, "broken": agentView} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, workspace, func(w *world) {
				w.change = func(c *Config) { c.Catalog = headed{c.Asker.(*library)} }
				w.slack.Faults().API("assistant.threads.setSuggestedPrompts", 9, localslack.SlackError("internal_error"))
				b := w.start()
				if err := w.slack.Home(localslack.Mei, "messages"); err != nil {
					t.Fatal(err)
				}
				w.pass(time.Second)
				if n := w.called("assistant.threads.setSuggestedPrompts"); (n > 0) != (workspace != nil) {
					t.Errorf("%d calls", n)
				}
				dm := w.slack.DM(localslack.Mei)
				if all := w.answers(dm); len(all) > 0 || len(w.slack.Whispers(localslack.Mei, dm)) > 0 {
					t.Errorf("she is told of it: %q", texts(all))
				}
				w.say(localslack.Mei, dm, laptopQuestion)
				w.wantText(w.oneAnswer(dm, time.Second), laptopQuote)
				b.mustStop()
			})
		})
	}
}

// TestSearchThatIgnoresTheStop has a search go on until it is through.
func TestSearchThatIgnoresTheStop(t *testing.T) {
	inWorld(t, agentView, func(w *world) {
		w.library.set(laptopQuestion, func(ctx context.Context) (index.Answer, error) {
			<-time.After(4 * time.Second)
			return quoting(laptopQuote)(ctx)
		})
		b := w.start()
		dm := w.slack.DM(localslack.Ada)
		thread := w.say(localslack.Ada, dm, laptopQuestion)
		w.pass(time.Second)
		if err := w.slack.StopSession(localslack.Ada, dm, thread); err != nil {
			t.Fatal(err)
		}
		w.wantText(w.oneAnswer(dm, 10*time.Second), english().Stopped)
		b.mustStop()
	})
}
