package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"verbatim/bot/journal"
	"verbatim/bot/localslack"
	"verbatim/bot/memory"
	"verbatim/bot/rights"
)

// forged clicks a button of a message with another value than it carries.
func (w *world) forged(user string, m localslack.Message, action, value string) {
	w.t.Helper()
	click := localslack.ClickArgs{As: user, Channel: m.Channel, TS: m.TS, ActionID: action, Forged: map[string]any{"value": value}}
	if err := w.slack.Click(click); err != nil {
		w.t.Fatal(err)
	}
	w.pass(time.Second)
}

// sees is all that a user is shown alone: ephemeral messages, modals and the Home tab.
func (w *world) sees(user string) string {
	all := fmt.Sprint(w.slack.HomeView(user))
	for _, v := range w.slack.Views(user) {
		all += string(raw(v))
	}
	for _, c := range append([]string{w.slack.DM(user)}, localslack.General, localslack.News, localslack.Leaders, localslack.Partners) {
		for _, m := range w.slack.Whispers(user, c) {
			all += m.Text + string(m.Blocks)
		}
	}
	return all
}

// TestForgedButtons uses the ids of others' answers on one's own buttons.
func TestForgedButtons(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.change = func(c *Config) {
			c.Rules = rights.Rules{Collections: map[string]rights.Audience{"default": {Users: []string{localslack.Grace}}, "open": {Everyone: true}}}
		}
		b := w.start()
		w.say(localslack.Grace, w.slack.DM(localslack.Grace), laptopQuestion)
		hers := w.oneAnswer(w.slack.DM(localslack.Grace), time.Second)
		id := answersOf(t, b, localslack.Grace)[0].ID
		// An answer of Mei's own, the buttons of which she forges.
		if err := b.memory.SaveAnswer(t.Context(), memory.Answer{ID: "mine", Channel: w.slack.DM(localslack.Mei), TS: "1.1", User: localslack.Mei, Question: laptopQuestion, At: time.Now()}); err != nil {
			t.Fatal(err)
		}
		w.forged(localslack.Grace, hers, "context", id)
		if !strings.Contains(w.sees(localslack.Grace), laptopQuote) {
			t.Fatal("she does not see her own answer in context: the test shows nothing")
		}
		dm := w.slack.DM(localslack.Mei)
		a := Act{Name: "context", User: localslack.Mei, Channel: dm, Message: "1.1", Key: "k", Value: id, TriggerID: "x"}
		if _, _, err := b.recalled(t.Context(), a, id); err == nil {
			t.Error("a foreign answer is recalled in another message")
		}
		a.Channel, a.Message = hers.Channel, hers.TS
		if _, _, err := b.recalled(t.Context(), a, id); err == nil {
			t.Error("passages that are not open to her are recalled in their own message")
		}
		// An answer to a command stands in no message that others see.
		private := memory.Answer{ID: "private", Channel: localslack.General, User: localslack.Grace, Question: laptopQuestion, At: time.Now()}
		if err := b.memory.SaveAnswer(t.Context(), private); err != nil {
			t.Fatal(err)
		}
		a.Channel, a.Message = localslack.General, ""
		if _, _, err := b.recalled(t.Context(), a, private.ID); err == nil {
			t.Error("somebody else's private answer is recalled")
		}
		b.mustStop()
	})
}

// answersOf are the answers remembered of a user.
func answersOf(t *testing.T, b *runningBot, user string) []memory.Answer {
	t.Helper()
	all, err := b.memory.Answers(t.Context(), user, 99)
	if err != nil || len(all) == 0 {
		t.Fatalf("%d answers remembered: %v", len(all), err)
	}
	return all
}

// TestForgedValuesInAChannel clicks with ids that are none, or belong elsewhere.
func TestForgedValuesInAChannel(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		b := w.start()
		w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
		m := w.oneAnswer(localslack.General, time.Second)
		w.say(localslack.Ada, localslack.Leaders, "@verbatim "+laptopQuestion)
		w.pass(time.Second)
		secret := ""
		for _, a := range answersOf(t, b, localslack.Ada) {
			if a.Channel == localslack.Leaders {
				secret = a.ID
			}
		}
		for _, action := range []string{"context", "why", "more", "vote", "person"} {
			for _, value := range []string{secret, "", "nonsense", secret + voteDown, strings.Repeat("x", 150)} {
				w.forged(localslack.Linus, m, strings.Replace(action, "person", "context", 1), value)
			}
		}
		if seen := w.sees(localslack.Linus); strings.Contains(seen, laptopQuote) || !strings.Contains(seen, english().Forgotten) {
			t.Errorf("he sees %s", seen)
		}
		if votes, err := b.memory.Votes(t.Context(), 9); err != nil || len(votes) > 0 {
			t.Errorf("votes %v: %v", votes, err)
		}
		w.wantAcked()
		b.mustStop()
	})
}

// TestRightsThatEndedCloseOldAnswers takes a right away after an answer was given.
func TestRightsThatEndedCloseOldAnswers(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		b := w.start()
		w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
		m := w.oneAnswer(localslack.General, time.Second)
		id := answersOf(t, b, localslack.Ada)[0].ID
		b.mustStop()
		w.change = func(c *Config) {
			c.Rules = rights.Rules{Collections: map[string]rights.Audience{"default": {}}}
		}
		b = w.start()
		for _, action := range []string{"context", "why", "more", "vote"} {
			w.forged(localslack.Ada, m, action, id+map[bool]string{true: voteDown}[action == "vote"])
		}
		if seen := w.sees(localslack.Ada); strings.Contains(seen, laptopQuote) || !strings.Contains(seen, english().NotForYou) {
			t.Errorf("she sees %s", seen)
		}
		w.say(localslack.Ada, localslack.News, "@verbatim "+laptopQuestion)
		w.wantText(w.oneAnswer(localslack.News, time.Second), english().NothingOpen)
		b.mustStop()
	})
}

// TestAnActSurvivesACrash leaves a vote in the journal that an earlier run acknowledged.
func TestAnActSurvivesACrash(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.change = func(c *Config) { c.Rules.AdminChannel = localslack.Leaders }
		b := w.start()
		w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
		m := w.oneAnswer(localslack.General, time.Second)
		id := answersOf(t, b, localslack.Ada)[0].ID
		b.mustStop()
		act := Act{Name: "vote", Key: "tr1", User: localslack.Ada, Channel: m.Channel, Message: m.TS, Thread: m.ThreadTS, Value: id + voteDown, TriggerID: "gone", At: time.Now()}
		payload, err := json.Marshal(act)
		if err != nil {
			t.Fatal(err)
		}
		j, err := journal.Open(w.dir, journal.Options{})
		if err != nil {
			t.Fatal(err)
		}
		_, err = j.Receive(t.Context(), journal.Entry{Key: act.Key, Kind: string(kindAct), Payload: payload})
		if err != nil || j.Close() != nil {
			t.Fatal(err)
		}
		b = w.start()
		w.pass(10 * time.Second)
		if v, err := b.memory.Vote(t.Context(), id, localslack.Ada); err != nil || v.Up {
			t.Errorf("vote %+v: %v, want it counted", v, err)
		}
		if n := len(w.answers(localslack.Leaders)); n != 1 {
			t.Errorf("the admins were told %d times, want once", n)
		}
		b.mustStop()
		wantClosed(t, w)
	})
}

// TestVotesOfOneUser clicks both buttons, each twice: the last one holds, and the admins are told once.
func TestVotesOfOneUser(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.change = func(c *Config) { c.Rules.AdminChannel = localslack.Leaders }
		b := w.start()
		w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
		m := w.oneAnswer(localslack.General, time.Second)
		id := answersOf(t, b, localslack.Ada)[0].ID
		for _, value := range []string{voteUp, voteDown, voteDown, voteUp, voteDown} {
			w.forged(localslack.Linus, m, "vote", id+value)
		}
		if v, err := b.memory.Vote(t.Context(), id, localslack.Linus); err != nil || v.Up {
			t.Errorf("vote %+v: %v, want it down", v, err)
		}
		told := w.answers(localslack.Leaders)
		if len(told) != 1 || strings.Contains(told[0].Text, laptopQuestion) || strings.Contains(told[0].Text, localslack.Linus) {
			t.Errorf("the admins were told %q, want it once, without the question and the voter", texts(told))
		}
		// A form of somebody who did not vote is not believed.
		a := Act{Name: "vote_reason", Key: "f", User: localslack.Mei, Value: id, Form: map[string][]string{inputReason: {"old"}}, At: time.Now()}
		if err := b.voteReason(t.Context(), a); err == nil {
			t.Error("a reason without a vote was taken")
		}
		w.wantAcked()
		b.mustStop()
	})
}

// TestLocaleIsAskedForWhereItMayBe asks Slack once a day, and only with the right to.
func TestLocaleIsAskedForWhereItMayBe(t *testing.T) {
	for _, granted := range []bool{true, false} {
		t.Run(fmt.Sprint(granted), func(t *testing.T) {
			inWorld(t, func(c *localslack.Config) {
				if granted {
					c.Scopes = append(c.Scopes, scopeLocale)
				}
			}, func(w *world) {
				b := w.start()
				for range 3 {
					w.say(localslack.Linus, w.slack.DM(localslack.Linus), laptopQuestion)
					w.pass(2 * time.Second)
				}
				asked := 0
				for _, c := range w.slack.Calls() {
					if c.Method == "users.info" {
						asked++
					}
				}
				if want := map[bool]int{true: 1}[granted]; asked != want {
					t.Errorf("asked %d times, want %d", asked, want)
				}
				w.slack.Faults().API("users.info", 99, localslack.ServerError(http.StatusInternalServerError))
				w.say(localslack.Mei, w.slack.DM(localslack.Mei), laptopQuestion)
				w.oneAnswer(w.slack.DM(localslack.Mei), 3*time.Second)
				b.mustStop()
			})
		})
	}
}

// TestMemoryThatFailsCostsNoAnswer runs a bot whose memory cannot be written.
func TestMemoryThatFailsCostsNoAnswer(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.change = func(c *Config) { c.Memory.Answers = failing{newStore(t)} }
		b := w.start()
		w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
		m := w.oneAnswer(localslack.General, time.Second)
		w.wantText(m, laptopQuote)
		w.forged(localslack.Ada, m, "why", answerID("x"))
		if seen := w.sees(localslack.Ada); !strings.Contains(seen, english().Forgotten) {
			t.Errorf("she sees %s", seen)
		}
		b.mustStop()
		wantClosed(t, w)
	})
}

// failing is a memory that cannot be written.
type failing struct{ *memory.Store }

func (failing) SaveAnswer(context.Context, memory.Answer) error { return errors.New("disk full") }

func newStore(t *testing.T) *memory.Store {
	t.Helper()
	s, err := memory.Open(t.TempDir(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}
