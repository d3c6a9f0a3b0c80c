package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"verbatim/bot/journal"
	"verbatim/bot/localslack"
)

// wantAnsweredOnce fails the test unless each of the messages has exactly one answer in its thread.
func (w *world) wantAnsweredOnce(channel string, asked []string) {
	w.t.Helper()
	answers := map[string]int{}
	for _, m := range w.answers(channel) {
		answers[m.ThreadTS]++
	}
	lost, twice := 0, 0
	for _, ts := range asked {
		switch n := answers[ts]; {
		case n == 0:
			lost++
		case n > 1:
			twice++
		}
	}
	if lost+twice > 0 || len(asked) == 0 {
		w.t.Errorf("of %d questions %d were lost and %d answered twice", len(asked), lost, twice)
	}
}

func TestRepeatsAreAnsweredOnce(t *testing.T) {
	tests := []struct {
		name  string
		slack func(*localslack.Config)
		fault func(*localslack.Faults)
	}{
		{"same envelope twice", nil, func(f *localslack.Faults) { f.Duplicate(1, false) }},
		{"new envelope, as a retry", nil, func(f *localslack.Faults) { f.Duplicate(1, true) }},
		{"acknowledgement lost", nil, func(f *localslack.Faults) { f.DropAcks(1) }},
		{"all acknowledgements lost", nil, func(f *localslack.Faults) { f.DropAcks(4) }},
		{"the same envelope id again", func(c *localslack.Config) { c.SameEnvelopeID = true }, func(f *localslack.Faults) { f.DropAcks(2) }},
		{"mention and message of one post", nil, func(f *localslack.Faults) { f.MentionAsMessage(true) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, tt.slack, func(w *world) {
				tt.fault(w.slack.Faults())
				b := w.start()
				w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
				w.oneAnswer(localslack.General, 15*time.Minute)
				if n := len(w.slack.Envelopes()); n < 2 {
					t.Errorf("%d deliveries: the fault did not happen", n)
				}
				b.mustStop()
			})
		})
	}
}

// TestRepeatAfterARestart delivers an event again to a bot that was started after it was answered.
func TestRepeatAfterARestart(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.slack.Faults().DropAcks(2)
		b := w.start()
		w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
		w.pass(10 * time.Second)
		b.mustStop()
		b = w.start()
		w.oneAnswer(localslack.General, 10*time.Minute)
		b.mustStop()
	})
}

func TestEventThatComesOnlyAsARetry(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		ts := w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
		w.pass(10 * time.Second)
		b := w.start()
		m := w.oneAnswer(localslack.General, 10*time.Minute)
		if m.ThreadTS != ts {
			t.Errorf("answered in thread %q, want %q", m.ThreadTS, ts)
		}
		b.mustStop()
		if !strings.Contains(w.log.String(), "retry=2") {
			t.Error("the event did not come as a retry")
		}
	})
}

func TestOddFramesAreAckedOrIgnored(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		b := w.start()
		w.slack.SendText(0, `{"envelope_id":"x"`)
		w.slack.SendText(0, `[]`)
		w.slack.SendText(0, ``)
		w.slack.SendText(0, `{"type":"something_new"}`)
		w.slack.SendText(0, `{"envelope_id":7,"type":8,"payload":9}`)
		w.slack.SendBinary(0, []byte{0, 1, 2})
		for _, kind := range []string{"events_api", "slash_commands", "interactive", "workflow", ""} {
			for _, payload := range []string{`{}`, `[]`, `null`, `"x"`, `{"event":7}`, `{"type":"event_callback","event":{"type":"app_mention"}}`} {
				w.slack.SendEnvelope(kind, json.RawMessage(payload))
			}
		}
		w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
		w.oneAnswer(localslack.General, time.Minute)
		w.wantAcked()
		if n := len(w.slack.StrayAcks()); n > 0 {
			t.Errorf("%d acknowledgements that Slack did not ask for", n)
		}
		b.mustStop()
	})
}

// TestRefreshLosesNothing replaces every connection again and again while questions come.
func TestRefreshLosesNothing(t *testing.T) {
	short := func(c *localslack.Config) { c.Timing.Refresh, c.Limits = 25*time.Second, false }
	for _, connections := range []int{1, 2} {
		t.Run(fmt.Sprintf("%d connections", connections), func(t *testing.T) {
			inWorld(t, short, func(w *world) {
				w.change = func(c *Config) { c.Connections = connections }
				b := w.start()
				var asked []string
				for range 150 {
					asked = append(asked, w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion))
					w.pass(2 * time.Second)
				}
				w.pass(time.Minute)
				w.wantAnsweredOnce(localslack.General, asked)
				w.wantAcked()
				highest := 0
				for _, e := range w.slack.Envelopes() {
					highest = max(highest, e.Conn)
					if e.Retry > 0 {
						t.Errorf("envelope %s came as a retry: there was a gap", e.ID)
					}
				}
				if highest < 10*connections {
					t.Errorf("%d connections in five minutes: they were not refreshed", highest)
				}
				b.mustStop()
			})
		})
	}
}

func TestConnectionsComeBack(t *testing.T) {
	tests := []struct {
		name   string
		breaks func(*world)
		within time.Duration
	}{
		{"cut", func(w *world) { w.slack.Cut(0) }, 5 * time.Second},
		{"closed without a warning", func(w *world) { w.slack.CloseConnection(0) }, 5 * time.Second},
		{"warning", func(w *world) { w.slack.Disconnect(0, "warning") }, 20 * time.Second},
		{"refresh requested", func(w *world) { w.slack.Disconnect(0, "refresh_requested") }, 20 * time.Second},
		{"no reason", func(w *world) { w.slack.Disconnect(0, "") }, 20 * time.Second},
		{"unknown reason", func(w *world) { w.slack.Disconnect(0, "spring_cleaning") }, 20 * time.Second},
		{"too many", func(w *world) { w.slack.Disconnect(0, "too_many_websockets") }, 20 * time.Second},
		{"no pings", func(w *world) { w.slack.Faults().NoPings(true); w.pass(time.Minute); w.slack.Faults().NoPings(false) }, 40 * time.Second},
		{"no pongs", func(w *world) { w.slack.Faults().NoPongs(true); w.pass(time.Minute); w.slack.Faults().NoPongs(false) }, 40 * time.Second},
		{"close frame not answered", func(w *world) { w.slack.Faults().NoCloseEcho(true); w.slack.Disconnect(0, "warning") }, 20 * time.Second},
		{"half an hour without a network", func(w *world) {
			w.net.breaks(errors.New("no route to host"))
			w.slack.Cut(0)
			w.pass(30 * time.Minute)
			w.net.breaks(nil)
		}, time.Minute},
		{"server errors", func(w *world) {
			w.slack.Faults().API("apps.connections.open", 4, localslack.ServerError(500))
			w.slack.Faults().API("apps.connections.open", 2, localslack.HTMLPage())
			w.slack.Faults().API("apps.connections.open", 2, localslack.BrokenJSON())
			w.slack.Faults().API("apps.connections.open", 2, localslack.ServerError(404))
			w.slack.Faults().API("apps.connections.open", 2, localslack.SlackError("internal_error"))
			w.slack.Cut(0)
		}, 2 * time.Minute},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, nil, func(w *world) {
				b := w.start()
				before := w.slack.Connections()
				tt.breaks(w)
				w.pass(tt.within)
				after := w.slack.Connections()
				if len(after) != 2 || after[0] == before[0] || after[1] == before[1] {
					t.Errorf("connections %v, want two other than %v", after, before)
				}
				if got := b.Stats().Connections; got != 2 {
					t.Errorf("the bot counts %d connections", got)
				}
				w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
				w.oneAnswer(localslack.General, time.Second)
				b.mustStop()
				w.pass(11 * time.Second)
				if left := w.slack.Connections(); len(left) > 0 && tt.name != "close frame not answered" {
					t.Errorf("connections %v are still open", left)
				}
			})
		})
	}
}

// TestNoStorm counts how often a bot whose connections die at once comes back in an hour.
func TestNoStorm(t *testing.T) {
	tests := []struct {
		name, reason string
		most         int
	}{
		{"link disabled", "link_disabled", 2 * 17},
		{"too many", "too_many_websockets", 2 * 250},
		{"refresh", "refresh_requested", 2 * 721},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, nil, func(w *world) {
				b := w.start()
				end := time.Now().Add(time.Hour)
				for time.Now().Before(end) {
					w.slack.Disconnect(0, tt.reason)
					w.pass(500 * time.Millisecond)
				}
				opened := 0
				for _, c := range w.slack.Calls() {
					if c.Method == "apps.connections.open" {
						opened++
					}
				}
				if opened > tt.most || opened < 3 {
					t.Errorf("%d connections opened in an hour, want 3 to %d", opened, tt.most)
				}
				if tt.reason == "link_disabled" && !strings.Contains(w.log.String(), "socket mode is switched off") {
					t.Error("the log does not tell that Socket Mode is off")
				}
				b.mustStop()
			})
		})
	}
}

// TestMoreConnectionsThanSlackAllows starts three bots with five connections each, where ten may be.
func TestMoreConnectionsThanSlackAllows(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.change = func(c *Config) { c.Connections = MaxConnections }
		first := w.start()
		w.dir = filepath.Join(w.dir, "second")
		second := w.start()
		w.pass(time.Second)
		w.dir = filepath.Join(w.dir, "third")
		third := w.launch()
		w.pass(5 * time.Minute)
		if got := third.Stats().Connections; got != 0 {
			t.Errorf("the third bot counts %d connections", got)
		}
		if !strings.Contains(w.log.String(), "reason=too_many_websockets") {
			t.Error("the log does not tell why")
		}
		first.mustStop()
		w.pass(time.Minute)
		if got := third.Stats().Connections; got != MaxConnections {
			t.Errorf("the third bot counts %d connections, want %d", got, MaxConnections)
		}
		second.mustStop()
		third.mustStop()
	})
}

// TestPanicInAHandlerIsSurvived also wants no acknowledgement: nobody knows what was remembered.
func TestPanicInAHandlerIsSurvived(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		var once sync.Once
		w.alter = func(b *Bot) {
			receive := b.socket.handle
			b.socket.handle = func(ctx context.Context, e Envelope, ack func(any) error) {
				once.Do(func() { panic("secret text of a question") })
				receive(ctx, e, ack)
			}
		}
		b := w.start()
		w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
		w.oneAnswer(localslack.General, 2*time.Minute)
		if e := w.slack.Envelopes()[0]; !e.Acked.IsZero() {
			t.Error("the envelope was acknowledged")
		}
		b.mustStop()
		if strings.Contains(w.log.String(), "secret text") || !strings.Contains(w.log.String(), "panic while handling") {
			t.Error("the log does not tell of the panic, or tells its value")
		}
	})
}

func TestRateLimitOnOpening(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.slack.Faults().API("apps.connections.open", 1, localslack.RateLimited(45))
		started := time.Now()
		b := w.start()
		if took := time.Since(started); took < 45*time.Second {
			t.Errorf("connected after %v, inside Retry-After", took)
		}
		b.mustStop()
	})
}

// TestBurst asks much at once in one channel and a little in another.
func TestBurst(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		b := w.start()
		var asked []string
		for range 50 {
			asked = append(asked, w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion))
		}
		other := w.say(localslack.Grace, localslack.News, "@verbatim "+laptopQuestion)
		w.pass(2 * time.Second)
		w.wantAnsweredOnce(localslack.News, []string{other})
		w.pass(time.Minute)
		w.wantAnsweredOnce(localslack.General, asked)
		for _, c := range w.slack.Calls() {
			if c.Status == 429 {
				t.Error("the bot posted faster than Slack allows")
			}
		}
		w.wantAcked()
		b.mustStop()
	})
}

// TestOverflow asks more in one channel than the bot holds: the rest waits in the journal, its askers are
// told, nobody else waits for it, and all are answered.
func TestOverflow(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		b := w.start()
		var asked []string
		const many = maxInLane + 60
		for range many {
			asked = append(asked, w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion))
		}
		w.pass(100 * time.Millisecond)
		if n := b.Stats().InHand; n > maxInLane {
			t.Errorf("%d questions in hand, more than %d", n, maxInLane)
		}
		dm := w.slack.DM(localslack.Grace)
		direct := w.say(localslack.Grace, dm, laptopQuestion)
		w.pass(time.Second)
		w.wantAnsweredOnce(dm, []string{direct})
		w.wantAcked()
		w.pass(many * 1200 * time.Millisecond)
		w.wantAnsweredOnce(localslack.General, asked)
		told := w.slack.Whispers(localslack.Ada, localslack.General)
		if len(told) < 10 {
			t.Fatalf("%d askers were told that their questions wait", len(told))
		}
		w.wantText(told[0], "waits its turn")
		b.mustStop()
		wantClosed(t, w)
	})
}

// TestCommandsWhileFull asks by a command while the bot holds all it can: it is told at once, and answered
// when there is room.
func TestCommandsWhileFull(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		b := w.start()
		var full []Incoming
		for i := range maxInHand {
			in := Incoming{Kind: KindDirect, Key: fmt.Sprint(i), Channel: fmt.Sprint("D", i)}
			if !b.lanes.reserve(in) {
				t.Fatal("no room")
			}
			full = append(full, in)
		}
		if err := w.slack.Slash(localslack.Ada, localslack.General, "/ask", laptopQuestion); err != nil {
			t.Fatal(err)
		}
		w.pass(10 * time.Second)
		all := w.slack.Whispers(localslack.Ada, localslack.General)
		if len(all) != 1 {
			t.Fatalf("%d answers to the command, want 1: %v", len(all), texts(all))
		}
		w.wantText(all[0], "waits its turn")
		for _, in := range full {
			b.lanes.release(in)
		}
		w.pass(5 * time.Second)
		all = w.slack.Whispers(localslack.Ada, localslack.General)
		if len(all) != 2 {
			t.Fatalf("%d answers to the command, want 2: %v", len(all), texts(all))
		}
		w.wantText(all[1], laptopQuote)
		b.mustStop()
		wantClosed(t, w)
	})
}

// TestJournalIsFull leaves to Slack what the bot cannot remember, and tells who uses a command.
func TestJournalIsFull(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		b := w.start()
		w.pass(time.Second) // the bot has looked for open questions, and does so again in a minute
		var fill errgroup.Group
		fill.SetLimit(1000) // which share their writes: one by one they take longer
		for i := range maxOpen {
			fill.Go(func() error {
				_, err := b.journal.Receive(t.Context(), journal.Entry{Key: fmt.Sprint(i), Payload: []byte("{}")})
				return err
			})
		}
		if err := fill.Wait(); err != nil {
			t.Fatal(err)
		}
		w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
		if err := w.slack.Slash(localslack.Ada, localslack.General, "/ask", laptopQuestion); err != nil {
			t.Fatal(err)
		}
		w.pass(10 * time.Second)
		for _, e := range w.slack.Envelopes() {
			if e.Kind == typeEvent && !e.Acked.IsZero() {
				t.Error("an event was acknowledged for which there was no room")
			}
		}
		all := w.slack.Whispers(localslack.Ada, localslack.General)
		if len(all) != 1 {
			t.Fatalf("%d answers to the command, want 1: %v", len(all), texts(all))
		}
		w.wantText(all[0], "more questions waiting")
		w.pass(2 * time.Minute) // the others cannot be read and are closed
		w.wantAnsweredOnce(localslack.General, []string{w.slack.Messages(localslack.General)[0].TS})
		b.mustStop()
	})
}
