package bot

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"

	"verbatim/bot/journal"
	"verbatim/bot/localslack"
	"verbatim/index"
)

// TestShutdownFinishesWhatIsInHand stops a bot while it works on a mention and a command, and wants it to part from
// Slack with a close frame on each socket.
func TestShutdownFinishesWhatIsInHand(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.library.set("Slow?", slow(8*time.Second, quoting(laptopQuote)))
		b := w.start()
		asked := w.say(localslack.Ada, localslack.General, "@verbatim Slow?")
		if err := w.slack.Slash(localslack.Ada, localslack.General, "/ask", "Slow?"); err != nil {
			t.Fatal(err)
		}
		w.pass(500 * time.Millisecond)
		begun := time.Now()
		b.mustStop()
		if took := time.Since(begun); took > 20*time.Second || took < 7*time.Second {
			t.Errorf("stopping took %v", took)
		}
		w.wantAnsweredOnce(localslack.General, []string{asked})
		if n := len(w.slack.Whispers(localslack.Ada, localslack.General)); n != 1 {
			t.Errorf("%d answers to the command, want 1", n)
		}
		w.wantAcked()
		wantClosed(t, w)
		synctest.Wait()
		ends := w.slack.SocketEnds()
		for _, e := range ends {
			if e.Code != websocket.CloseNormalClosure || e.Told {
				t.Errorf("socket %d ended with %d, told by Slack: %t", e.Conn, e.Code, e.Told)
			}
		}
		if len(ends) != b.config.Connections {
			t.Errorf("%d sockets ended, want %d", len(ends), b.config.Connections)
		}
	})
}

// TestWaitingForItsTurnEndsNothing ends bots whose answer was made and waits until Slack takes it: however many
// they are, its question is not taken for the one that ends them. Only while it is searched for is that to be feared.
func TestWaitingForItsTurnEndsNothing(t *testing.T) {
	inWorld(t, func(c *localslack.Config) { c.Timing.Retries = []time.Duration{} }, func(w *world) {
		deaths := w.deathsFeared(laptopQuestion, quoting(laptopQuote))
		w.slack.Faults().API("chat.postMessage", maxTries+3, localslack.RateLimited(600))
		b := w.start()
		w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
		for range maxTries + 3 {
			w.pass(10 * time.Second)
			b.mustStop()
			b = w.start()
		}
		w.wantText(w.oneAnswer(localslack.General, time.Minute), laptopQuote)
		b.mustStop()
		if want := slices.Concat([]int{0}, slices.Repeat([]int{1}, maxTries+3)); !slices.Equal(*deaths, want) {
			t.Errorf("while it was searched for it was feared to have ended %v processes, want %v", *deaths, want)
		}
	})
}

// TestSearchAfterAwayIsFeared has the engine away when a question is taken up first: that is survived, and the
// search that follows may yet end the process.
func TestSearchAfterAwayIsFeared(t *testing.T) {
	inWorld(t, func(c *localslack.Config) { c.Timing.Retries = []time.Duration{} }, func(w *world) {
		n := 0
		deaths := w.deathsFeared(laptopQuestion, func(ctx context.Context) (index.Answer, error) {
			if n++; n < 3 {
				return index.Answer{}, index.ErrAway
			}
			return quoting(laptopQuote)(ctx)
		})
		b := w.start()
		w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
		w.oneAnswer(localslack.General, time.Minute)
		b.mustStop()
		if want := []int{0, 1, 1}; !slices.Equal(*deaths, want) {
			t.Errorf("while it was searched for it was feared to have ended %v processes, want %v", *deaths, want)
		}
	})
}

// deathsFeared notes, at each search for a question, how many ends of the process the journal blames on it.
func (w *world) deathsFeared(question string, answer func(context.Context) (index.Answer, error)) *[]int {
	var kept *journal.Journal
	w.alter = func(b *Bot) { kept = b.config.Journal }
	var deaths []int
	w.library.set(question, func(ctx context.Context) (index.Answer, error) {
		open, err := kept.Pending(ctx)
		if err != nil || len(open) != 1 {
			w.t.Errorf("open questions %v: %v", open, err)
			return index.Answer{}, errors.Join(err, errors.New("not one question"))
		}
		deaths = append(deaths, open[0].Deaths())
		return answer(ctx)
	})
	return &deaths
}

// TestKilledWhileWorking ends bots that cannot finish and starts others, which answer.
func TestKilledWhileWorking(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		var stuck atomic.Bool
		stuck.Store(true)
		w.library.set("Stuck?", func(ctx context.Context) (index.Answer, error) {
			if !stuck.Load() {
				return quoting(laptopQuote)(ctx)
			}
			<-ctx.Done()
			return index.Answer{}, ctx.Err()
		})
		w.change = func(c *Config) { c.Workers = 1 }
		b := w.start()
		var asked []string
		for _, channel := range []string{localslack.General, localslack.News, localslack.Leaders} {
			asked = append(asked, w.say(localslack.Ada, channel, "@verbatim Stuck?"))
		}
		w.pass(time.Second)
		begun := time.Now()
		b.mustStop()
		if took := time.Since(begun); took > 20*time.Second {
			t.Errorf("stopping took %v", took)
		}
		stuck.Store(false)
		b = w.start()
		w.pass(10 * time.Minute)
		// The first was given up after its ten seconds, and told so, while the bot stopped.
		for i, channel := range []string{localslack.General, localslack.News, localslack.Leaders} {
			w.wantAnsweredOnce(channel, asked[i:i+1])
		}
		b.mustStop()
		wantClosed(t, w)
		if !strings.Contains(w.log.String(), "question taken up again") {
			t.Error("no question was left for the second bot")
		}
	})
}

// remembered writes a question into the journal as an earlier run would have left it.
func (w *world) remembered(in Incoming, posting bool) {
	w.t.Helper()
	j, err := journal.Open(w.dir, journal.Options{})
	if err != nil {
		w.t.Fatal(err)
	}
	payload, err := json.Marshal(in)
	if err != nil {
		w.t.Fatal(err)
	}
	_, err = j.Receive(w.t.Context(), journal.Entry{Key: in.Key, Alias: in.Alias, Kind: string(in.Kind), Payload: payload})
	if posting {
		err = errors.Join(err, j.Posting(w.t.Context(), in.Key))
	}
	if err := errors.Join(err, j.Close()); err != nil {
		w.t.Fatal(err)
	}
}

// poster is a poster without a bot.
func (w *world) poster() *poster {
	client := &http.Client{Transport: &http.Transport{DialContext: w.net.dial, DisableKeepAlives: true}}
	return &poster{turns: newTurns(), log: slog.New(slog.DiscardHandler), api: slack.New(w.slack.Config().BotToken,
		slack.OptionAPIURL("http://127.0.0.1/api/"), slack.OptionHTTPClient(client))}
}

func TestOpenQuestionsAreTakenUp(t *testing.T) {
	tests := []struct {
		name    string
		direct  bool
		posting bool
		// standing says that the answer was posted before the crash.
		standing bool
		age      time.Duration
		want     int
		end      string
	}{
		{"received, mention", false, false, false, time.Minute, 1, "answer"},
		{"received, direct", true, false, false, time.Hour, 1, "answer"},
		{"posting, mention: may not look", false, true, false, time.Minute, 1, "answer"},
		{"posting, direct, not posted", true, true, false, time.Minute, 1, "answer"},
		{"posting, direct, posted", true, true, true, time.Minute, 1, EndStood},
		{"a day late", false, false, false, 47 * time.Hour, 1, "answer"},
		{"too old", false, false, false, 49 * time.Hour, 0, EndExpired},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(c *localslack.Config) { c.Timing.Retries = []time.Duration{} }, func(w *world) {
				channel, kind := localslack.General, KindMention
				if tt.direct {
					channel, kind = w.slack.DM(localslack.Ada), KindDirect
				}
				ts := w.say(localslack.Ada, channel, laptopQuestion)
				in := Incoming{Kind: kind, Key: "Ev1", Alias: "x", Channel: channel, User: localslack.Ada, Thread: ts, Question: laptopQuestion, Received: time.Now()}
				w.remembered(in, tt.posting)
				if tt.standing {
					if _, err := w.poster().send(w.t.Context(), in, plain("An answer.", Options{})); err != nil {
						t.Fatal(err)
					}
				}
				w.pass(tt.age)
				seen := &witness{}
				w.change = func(c *Config) { c.Watchers = []Watcher{seen} }
				b := w.start()
				w.pass(time.Minute)
				if got := w.answers(channel); len(got) != tt.want {
					t.Errorf("%d answers, want %d: %v", len(got), tt.want, texts(got))
				}
				if _, ends := seen.way(in.Key); !slices.Equal(ends, []string{tt.end}) {
					t.Errorf("it ended as %v, want %s", ends, tt.end)
				}
				b.mustStop()
				wantClosed(t, w)
			})
		})
	}
}

func TestOpenCommandsAreTakenUp(t *testing.T) {
	tests := []struct {
		name string
		age  time.Duration
		want int
	}{
		{"in time", 20 * time.Minute, 1},
		{"response_url gone", 40 * time.Minute, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, nil, func(w *world) {
				w.change = func(c *Config) { c.Workers = 1 }
				b := w.start()
				var stuck atomic.Bool
				stuck.Store(true)
				w.library.set("Stuck?", func(ctx context.Context) (index.Answer, error) {
					if !stuck.Load() {
						return quoting(laptopQuote)(ctx)
					}
					<-ctx.Done()
					return index.Answer{}, ctx.Err()
				})
				// The first question holds the only worker, so that the second is still open at the end.
				for range 3 {
					if err := w.slack.Slash(localslack.Ada, localslack.News, "/ask", "Stuck?"); err != nil {
						t.Fatal(err)
					}
				}
				w.pass(2 * time.Second)
				b.mustStop()
				told := len(w.slack.Whispers(localslack.Ada, localslack.News))
				stuck.Store(false)
				w.pass(tt.age)
				b = w.start()
				w.pass(time.Minute)
				got := len(w.slack.Whispers(localslack.Ada, localslack.News)) - told
				// One that is taken up just as the bot stops is told then.
				if told < 3 && (got > 0) != (tt.want > 0) || told+got > 3 {
					t.Errorf("%d told at the first end, %d after, want some: %v", told, got, tt.want > 0)
				}
				b.mustStop()
				wantClosed(t, w)
			})
		})
	}
}

func TestUnreadableEntryIsClosed(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.remembered(Incoming{Kind: KindMention, Key: "Ev1"}, false)
		j, err := journal.Open(w.dir, journal.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := j.Receive(w.t.Context(), journal.Entry{Key: "Ev2", Payload: []byte(`{"key":`)}); err != nil {
			t.Fatal(err)
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
		b := w.start()
		w.pass(time.Second)
		b.mustStop()
		wantClosed(t, w)
	})
}

// TestJournalThatIsGone wants no acknowledgement for a question that is not remembered at all.
func TestJournalThatIsGone(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		b := w.start()
		if err := b.journal.Close(); err != nil {
			t.Fatal(err)
		}
		w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
		if err := w.slack.Slash(localslack.Ada, localslack.General, "/ask", laptopQuestion); err != nil {
			t.Fatal(err)
		}
		w.pass(10 * time.Second)
		for _, e := range w.slack.Envelopes() {
			if e.Kind == typeEvent && !e.Acked.IsZero() {
				t.Error("an event was acknowledged that nobody remembers")
			}
		}
		if n := len(w.slack.Whispers(localslack.Ada, localslack.General)); n != 1 {
			t.Errorf("the command was told %d times, want once", n)
		}
		b.mustStop()
	})
}

// TestOldQuestionsAreForgotten lets a bot stand idle for two days.
func TestOldQuestionsAreForgotten(t *testing.T) {
	rarely := func(c *localslack.Config) { c.Timing.PingEvery = 25 * time.Second }
	inWorld(t, rarely, func(w *world) {
		b := w.start()
		w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
		w.pass(48 * time.Hour)
		if n := b.journal.Stats().Total; n != 1 {
			t.Errorf("%d questions remembered after 48 hours, want 1", n)
		}
		w.pass(3 * time.Hour)
		if n := b.journal.Stats().Total; n != 0 {
			t.Errorf("%d questions remembered after 51 hours, want none", n)
		}
		b.mustStop()
	})
}

func TestNote(t *testing.T) {
	tests := []struct {
		name     string
		err      error
		lost     bool
		endsTheB bool
	}{
		{"written", nil, false, false},
		{"in memory alone", journal.ErrNotDurable, false, false},
		{"full", journal.ErrFull, true, false},
		{"damaged", journal.ErrDamaged, true, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, nil, func(w *world) {
				b := w.start()
				if err := b.note("Ev1", tt.err); (err != nil) != tt.lost {
					t.Errorf("error %v, want one: %v", err, tt.lost)
				}
				if !tt.endsTheB {
					b.mustStop()
					return
				}
				if err := b.wait(); !errors.Is(err, journal.ErrDamaged) {
					t.Errorf("Run: %v, want that the journal is damaged", err)
				}
			})
		})
	}
}
