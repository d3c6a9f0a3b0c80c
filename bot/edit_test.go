package bot

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"verbatim/bot/localslack"
	"verbatim/bot/rights"
	"verbatim/index"
)

// readsChannels gives the app what it needs to hear of what happens in channels.
func readsChannels(c *localslack.Config) {
	c.Events = append(c.Events, "message.channels")
	c.Scopes = append(c.Scopes, "channels:history", "assistant:write")
}

// called counts the calls of a method.
func (w *world) called(method string) (n int) {
	for _, c := range w.slack.Calls() {
		if c.Method == method {
			n++
		}
	}
	return n
}

const (
	chargerQuestion = "Where do chargers go?"
	chargerQuote    = "Chargers go back with the laptop."
)

func TestEdits(t *testing.T) {
	tests := []struct {
		name    string
		channel string
		wait    time.Duration // before the edit
		first   string
		edited  string
		want    []string // in the one answer then
		changed bool
	}{
		{"direct message", "", time.Minute, laptopQuestion, chargerQuestion, []string{chargerQuote}, true},
		{"mention", localslack.General, time.Minute, "@verbatim " + laptopQuestion, "@verbatim " + chargerQuestion, []string{chargerQuote}, true},
		{"at once", localslack.General, 0, "@verbatim " + laptopQuestion, "@verbatim " + chargerQuestion, []string{chargerQuote}, true},
		{"after a call for help", localslack.General, time.Minute, "@verbatim", "@verbatim " + chargerQuestion, []string{chargerQuote}, true},
		{"to two questions", "", time.Minute, laptopQuestion, laptopQuestion + " " + chargerQuestion, []string{laptopQuote, chargerQuote}, true},
		{"from two questions", "", time.Minute, laptopQuestion + " Who is it?", chargerQuestion, []string{chargerQuote}, true},
		{"to nothing that is answered", "", time.Minute, laptopQuestion, "Where is the moon?", []string{"No passage"}, true},
		{"nothing changed", "", time.Minute, laptopQuestion, laptopQuestion, []string{laptopQuote}, false},
		{"too late", "", 11 * time.Minute, laptopQuestion, chargerQuestion, []string{laptopQuote}, false},
		{"too late in a channel", localslack.General, 11 * time.Minute, "@verbatim " + laptopQuestion, "@verbatim " + chargerQuestion, []string{laptopQuote}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, readsChannels, func(w *world) {
				w.library.set(chargerQuestion, quoting(chargerQuote))
				b := w.start()
				channel := tt.channel
				if channel == "" {
					channel = w.slack.DM(localslack.Ada)
				}
				ts := w.say(localslack.Ada, channel, tt.first)
				w.pass(tt.wait)
				if err := w.slack.Edit(localslack.Ada, channel, ts, tt.edited); err != nil {
					t.Fatal(err)
				}
				m := w.oneAnswer(channel, 10*time.Second)
				for _, want := range tt.want {
					w.wantText(m, want)
				}
				if n := w.called("chat.update"); (n == 1) != tt.changed || n > 1 {
					t.Errorf("%d updates, want one: %v", n, tt.changed)
				}
				w.wantRemembered(b, m, tt.edited, tt.changed)
				w.wantAcked()
				b.mustStop()
			})
		})
	}
}

// wantRemembered wants the memory to have what stands, and the buttons below it to work.
func (w *world) wantRemembered(b *runningBot, m localslack.Message, text string, changed bool) {
	w.t.Helper()
	if !changed {
		return
	}
	for _, a := range answersOf(w.t, b, localslack.Ada) {
		if a.TS == m.TS && !strings.Contains(text, a.Question) {
			w.t.Errorf("remembered %q of an answer to %q", a.Question, text)
		}
	}
	tried := false
	for _, c := range clickables(m.Blocks) {
		if c.action == "why" {
			tried = true
			if err := w.slack.Click(localslack.ClickArgs{As: localslack.Ada, Channel: m.Channel, TS: m.TS, BlockID: c.block, ActionID: c.action}); err != nil {
				w.t.Error(err)
			}
		}
	}
	w.pass(2 * time.Second)
	if seen := w.sees(localslack.Ada); tried && !strings.Contains(seen, "Why these passages") && !strings.Contains(seen, english().WhyNothing) {
		w.t.Errorf("the buttons do not work: %s", seen)
	}
}

// TestEditInvitesTheBot mentions the bot only in the second version of a message.
func TestEditInvitesTheBot(t *testing.T) {
	inWorld(t, readsChannels, func(w *world) {
		b := w.start()
		ts := w.say(localslack.Ada, localslack.General, laptopQuestion)
		if err := w.slack.Edit(localslack.Ada, localslack.General, ts, "@verbatim "+laptopQuestion); err != nil {
			t.Fatal(err)
		}
		w.wantText(w.oneAnswer(localslack.General, 5*time.Second), laptopQuote)
		b.mustStop()
	})
}

// TestEditThatSlackDoesNotTake has every change of the answer fail.
func TestEditThatSlackDoesNotTake(t *testing.T) {
	for name, fault := range map[string]localslack.APIFault{
		"gone": localslack.SlackError("message_not_found"), "too late": localslack.SlackError("edit_window_closed"),
		"broken": localslack.ServerError(http.StatusInternalServerError), "limited": localslack.RateLimited(3),
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, readsChannels, func(w *world) {
				w.library.set(chargerQuestion, quoting(chargerQuote))
				b := w.start()
				dm := w.slack.DM(localslack.Ada)
				ts := w.say(localslack.Ada, dm, laptopQuestion)
				w.pass(time.Second)
				w.slack.Faults().API("chat.update", 99, fault)
				if err := w.slack.Edit(localslack.Ada, dm, ts, chargerQuestion); err != nil {
					t.Fatal(err)
				}
				w.wantText(w.oneAnswer(dm, 5*time.Minute), chargerQuote)
				b.mustStop()
			})
		})
	}
}

func TestDeletedQuestion(t *testing.T) {
	for name, wait := range map[string]time.Duration{"at once": 0, "a minute later": time.Minute, "a week later": 7 * 24 * time.Hour} {
		for _, channel := range []string{"", localslack.General} {
			t.Run(name+" "+channel, func(t *testing.T) {
				inWorld(t, readsChannels, func(w *world) {
					b := w.start()
					if channel == "" {
						channel = w.slack.DM(localslack.Ada)
					}
					ts := w.say(localslack.Ada, channel, "@verbatim "+laptopQuestion+" Where is the moon?")
					if w.pass(min(wait, time.Minute)); wait > time.Minute {
						b.mustStop()
						w.pass(wait)
						b = w.start()
					}
					if err := w.slack.Delete(localslack.Ada, channel, ts); err != nil {
						t.Fatal(err)
					}
					w.pass(10 * time.Second)
					if all := w.answers(channel); len(all) > 0 {
						t.Errorf("answers stand: %q", texts(all))
					}
					if n, err := b.memory.Forget(t.Context(), localslack.Ada); err != nil || n > 1 {
						t.Errorf("%d records are kept: %v", n, err) // the last question of a direct conversation
					}
					w.wantAcked()
					b.mustStop()
				})
			})
		}
	}
}

// TestOthersMessagesAreNoneOfItsBusiness edits and deletes what was never a question to the bot.
func TestOthersMessagesAreNoneOfItsBusiness(t *testing.T) {
	inWorld(t, readsChannels, func(w *world) {
		b := w.start()
		ts := w.say(localslack.Ada, localslack.General, "Lunch?")
		for _, text := range []string{"Lunch at noon?", "Lunch at one?"} {
			if err := w.slack.Edit(localslack.Ada, localslack.General, ts, text); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.slack.Delete(localslack.Ada, localslack.General, ts); err != nil {
			t.Fatal(err)
		}
		w.pass(time.Minute)
		if n := w.called("chat.postMessage") + w.called("chat.update") + w.called("chat.delete") + w.called("chat.postEphemeral"); n > 0 {
			t.Errorf("%d calls", n)
		}
		if total := b.journal.Stats().Total; total > 0 {
			t.Errorf("the journal holds %d messages that were not for the bot", total)
		}
		b.mustStop()
	})
}

// sure is an answer as likely as wanted.
func sure(confidence float64) func(context.Context) (index.Answer, error) {
	return func(ctx context.Context) (index.Answer, error) {
		a, err := quoting(laptopQuote)(ctx)
		a.Confidence = confidence
		return a, err
	}
}

// TestUntagged says things to nobody in particular, in channels that are set one way and another.
func TestUntagged(t *testing.T) {
	tests := []struct {
		name       string
		mode       rights.Mode
		text       string
		confidence float64
		answers    int
		offers     int
	}{
		{"never", rights.Never, laptopQuestion, 1, 0, 0},
		{"unset", "", laptopQuestion, 1, 0, 0},
		{"answer", rights.Answer, laptopQuestion, 0.9, 1, 0},
		{"answer below the higher bar", rights.Answer, laptopQuestion, 0.7, 0, 0},
		{"answer without one", rights.Answer, "Where is the moon?", 1, 0, 0},
		{"ask", rights.Ask, laptopQuestion, 0.7, 0, 1},
		{"ask without an answer", rights.Ask, "Where is the moon?", 1, 0, 0},
		{"no question", rights.Answer, "I returned the laptop.", 1, 0, 0},
		{"thanks", rights.Answer, "thanks", 1, 0, 0},
		{"help", rights.Answer, "help", 1, 0, 0},
		{"to somebody", rights.Answer, "@mei " + laptopQuestion, 1, 0, 0},
		{"to everybody", rights.Answer, "@here " + laptopQuestion, 1, 0, 0},
		{"tagged", rights.Answer, "@verbatim " + laptopQuestion, 0.6, 1, 0},
		{"tagged, asks first", rights.Ask, "@verbatim " + laptopQuestion, 0.6, 1, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, readsChannels, func(w *world) {
				w.library.set(laptopQuestion, sure(tt.confidence))
				w.change = func(c *Config) {
					c.Rules.Channels = map[string]rights.Channel{localslack.General: {Untagged: tt.mode}}
				}
				b := w.start()
				ts := w.say(localslack.Ada, localslack.General, tt.text)
				w.pass(5 * time.Second)
				all, offers := w.answers(localslack.General), w.slack.Whispers(localslack.Ada, localslack.General)
				if len(all) != tt.answers || len(offers) != tt.offers {
					t.Fatalf("%d answers and %d offers, want %d and %d", len(all), len(offers), tt.answers, tt.offers)
				}
				if tt.offers > 0 {
					w.acceptTwice(offers[0])
					m := w.oneAnswer(localslack.General, 5*time.Second)
					if w.wantText(m, laptopQuote); m.ThreadTS != ts {
						t.Errorf("the answer stands in thread %q, want %q", m.ThreadTS, ts)
					}
					if left := w.slack.Whispers(localslack.Ada, localslack.General); len(left) > 0 {
						t.Errorf("the offer stays: %q", texts(left))
					}
				}
				w.wantAcked()
				b.mustStop()
			})
		})
	}
}

// acceptTwice clicks the button of an offer twice.
func (w *world) acceptTwice(m localslack.Message) {
	w.t.Helper()
	for _, c := range clickables(m.Blocks) {
		for range 2 {
			if err := w.slack.Click(localslack.ClickArgs{As: localslack.Ada, Channel: m.Channel, TS: m.TS, BlockID: c.block, ActionID: c.action}); err != nil {
				w.t.Fatal(err)
			}
		}
	}
}

// TestTalkBetweenPeople has people talk in a thread that the bot was called into.
func TestTalkBetweenPeople(t *testing.T) {
	const next = "How long do I have to return it?"
	type line struct {
		user, text string
		answered   bool
	}
	tests := []struct {
		name  string
		lines []line
	}{
		{"who asked asks on", []line{{localslack.Ada, next, true}, {localslack.Ada, next, true}}},
		{"another one asks", []line{{localslack.Mei, next, false}}},
		{"who asked asks on after another one spoke", []line{{localslack.Mei, "I think 14 days.", false}, {localslack.Ada, next, false}}},
		{"who asked speaks to another one", []line{{localslack.Ada, "@mei " + next, false}, {localslack.Ada, next, false}}},
		{"calling the bot again ends the talk", []line{{localslack.Mei, "I think 14 days.", false}, {localslack.Ada, "@verbatim " + next, true}, {localslack.Ada, next, true}}},
		{"remarks", []line{{localslack.Ada, "Good to know.", false}, {localslack.Ada, "thanks", false}, {localslack.Ada, next, true}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, readsChannels, func(w *world) {
				w.library.set(laptopQuestion, sure(1))
				w.library.set(next, sure(1))
				w.change = func(c *Config) {
					c.Rules.Channels = map[string]rights.Channel{localslack.General: {FollowUps: rights.Answer}}
				}
				b := w.start()
				thread := w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
				w.pass(3 * time.Second)
				want := 1
				for _, l := range tt.lines {
					if _, err := w.slack.Reply(l.user, localslack.General, thread, l.text); err != nil {
						t.Fatal(err)
					}
					w.pass(5 * time.Second)
					if l.answered {
						want++
					}
					if got := len(w.answers(localslack.General)); got != want {
						t.Fatalf("%d answers after %q, want %d", got, l.text, want)
					}
				}
				// A thread that the bot was not called into is not its thread.
				other := w.say(localslack.Ada, localslack.General, "Hello everybody.")
				if _, err := w.slack.Reply(localslack.Ada, localslack.General, other, laptopQuestion); err != nil {
					t.Fatal(err)
				}
				w.pass(5 * time.Second)
				if got := len(w.answers(localslack.General)); got != want {
					t.Errorf("%d answers after a question in another thread, want %d", got, want)
				}
				b.mustStop()
			})
		})
	}
}

// TestPrivateChannel answers the asker alone, in a thread and at the root, and where Slack shows nothing.
func TestPrivateChannel(t *testing.T) {
	inWorld(t, readsChannels, func(w *world) {
		w.change = func(c *Config) {
			c.Rules.Channels = map[string]rights.Channel{localslack.General: {Private: true}}
		}
		b := w.start()
		ts := w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
		w.pass(2 * time.Second)
		if _, err := w.slack.Reply(localslack.Ada, localslack.General, ts, "@verbatim "+laptopQuestion); err != nil {
			t.Fatal(err)
		}
		w.pass(2 * time.Second)
		shown := w.slack.Whispers(localslack.Ada, localslack.General)
		if len(shown) != 2 || shown[0].ThreadTS != "" || shown[1].ThreadTS != ts || len(w.answers(localslack.General)) > 0 {
			t.Fatalf("she sees %+v, all see %q", shown, texts(w.answers(localslack.General)))
		}
		w.forged(localslack.Ada, shown[0], "why", answersOf(t, b, localslack.Ada)[0].ID)
		if !strings.Contains(w.sees(localslack.Ada), english().WhyNothing) {
			t.Error("the buttons of a private answer do not work")
		}
		w.slack.Faults().API("chat.postEphemeral", 9, localslack.SlackError("user_not_in_channel"))
		w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
		w.wantText(w.oneAnswer(w.slack.DM(localslack.Ada), 5*time.Second), laptopQuote)
		b.mustStop()
		wantClosed(t, w)
	})
}

// TestChangeBeforeItsQuestionsTurn changes a question that is remembered and not in its lane yet: the
// change is answered in its place, and its own turn then brings nothing.
func TestChangeBeforeItsQuestionsTurn(t *testing.T) {
	for _, deleted := range []bool{false, true} {
		t.Run(map[bool]string{true: "deleted", false: "edited"}[deleted], func(t *testing.T) {
			inWorld(t, func(c *localslack.Config) { c.Events = slices.Replace(c.Events, 0, len(c.Events), "app_home_opened") }, func(w *world) {
				w.library.set(chargerQuestion, quoting(chargerQuote))
				b := w.start()
				dm := w.slack.DM(localslack.Ada)
				ts := w.say(localslack.Ada, dm, laptopQuestion)
				first := Incoming{
					Kind: KindDirect, Key: "EvFirst", Alias: placeName(b.self.TeamID, dm, ts), Team: b.self.TeamID, Channel: dm, User: localslack.Ada,
					Thread: ts, TS: ts, Question: laptopQuestion, Received: time.Now(),
				}
				if fresh, err := b.remember(w.t.Context(), first); err != nil || !fresh {
					t.Fatal(fresh, err)
				}
				event := map[string]any{"type": "message", "subtype": actEdited, "channel": dm,
					"message":          map[string]any{"user": localslack.Ada, "text": chargerQuestion, "ts": ts},
					"previous_message": map[string]any{"user": localslack.Ada, "text": laptopQuestion, "ts": ts}}
				want := 1
				if deleted {
					want, event["subtype"], event["deleted_ts"] = 0, actDeleted, ts
					delete(event, "message")
				}
				b.receive(w.t.Context(), Envelope{ID: "e", Type: typeEvent, Payload: raw(map[string]any{"type": "event_callback", "event_id": "EvChange", "event": event})}, func(any) error { return nil })
				w.pass(5 * time.Second)
				b.work(w.t.Context(), job{in: first})
				w.pass(5 * time.Second)
				if all := w.answers(dm); len(all) != want || want > 0 && !strings.Contains(all[0].Text, chargerQuote) {
					t.Errorf("deleted %v: answers %q", deleted, texts(all))
				}
				b.mustStop()
				wantClosed(t, w)
			})
		})
	}
}
