package bot

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"verbatim/bot/localslack"
)

// A saboteur is a part of the program that panics at one stage of a question's way, or after a call to Slack, as
// often as left says.
type saboteur struct {
	stage  Stage
	method string
	left   atomic.Int64
}

func (s *saboteur) strike(there bool) {
	if there && s.left.Add(-1) >= 0 {
		panic("secret text of a question")
	}
}

func (s *saboteur) Passed(step Step) { s.strike(step.Stage == s.stage) }
func (s *saboteur) Ended(End)        {}
func (s *saboteur) Called(c Call)    { s.strike(c.Method == s.method) }

// A mine is documents whose list panics while it is armed: it is looked at when a message is built.
type mine struct {
	*library
	armed *atomic.Bool
}

func (m mine) Collections() []Collection {
	if m.armed.Load() {
		panic("secret text of a question")
	}
	return m.library.Collections()
}

// wantBroken fails the test unless an asker was told that something broke, with a reference that is in the log,
// and the log does not tell what the panic held.
func (w *world) wantBroken(m localslack.Message) {
	w.t.Helper()
	_, after, ok := strings.Cut(m.Text, "Something broke on my side (ref ")
	ref, _, _ := strings.Cut(after, ")")
	if log := w.log.String(); !ok || !strings.Contains(log, "ref="+ref) || strings.Contains(log, "secret text") {
		w.t.Errorf("message %q with reference %q, want one that is in the log, and nothing of the question there", m.Text, ref)
	}
}

// poisoned asks by each door, and returns what was said there.
func (w *world) poisoned() map[Kind][]localslack.Message {
	w.t.Helper()
	dm := w.slack.DM(localslack.Grace)
	w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
	w.pass(2 * time.Second)
	w.say(localslack.Grace, dm, laptopQuestion)
	w.pass(2 * time.Second)
	if err := w.slack.Slash(localslack.Linus, localslack.News, "/ask", laptopQuestion); err != nil {
		w.t.Fatal(err)
	}
	w.pass(2 * time.Minute)
	return map[Kind][]localslack.Message{
		KindMention: w.answers(localslack.General), KindDirect: w.answers(dm), KindSlash: w.slack.Whispers(localslack.Linus, localslack.News),
	}
}

// TestPanicWhileWorking has questions panic before they are searched for, while their answers are built and before
// they are posted: askers are told, once, and the next question is answered.
func TestPanicWhileWorking(t *testing.T) {
	for _, where := range []string{string(StageWait), "documents", string(StageAnswer)} {
		t.Run(where, func(t *testing.T) {
			inWorld(t, nil, func(w *world) {
				s, armed := &saboteur{stage: Stage(where)}, &atomic.Bool{}
				s.left.Store(3)
				armed.Store(where == "documents")
				w.change = func(c *Config) {
					c.Watchers, c.Catalog = []Watcher{s}, mine{w.library, armed}
				}
				b := w.start()
				for kind, all := range w.poisoned() {
					if len(all) != 1 {
						t.Fatalf("%s: %d answers, want 1: %v", kind, len(all), texts(all))
					}
					w.wantBroken(all[0])
				}
				armed.Store(false)
				w.say(localslack.Ada, localslack.Leaders, "@verbatim "+laptopQuestion)
				w.wantText(w.oneAnswer(localslack.Leaders, 10*time.Second), laptopQuote)
				w.wantAcked()
				b.mustStop()
				wantClosed(t, w)
			})
		})
	}
}

// TestPanicOnceTheAnswerStands has questions panic when their answers are posted: nobody is told anything more.
func TestPanicOnceTheAnswerStands(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		s := &saboteur{stage: StagePost}
		s.left.Store(3)
		w.change = func(c *Config) { c.Watchers = []Watcher{s} }
		b := w.start()
		for kind, all := range w.poisoned() {
			if len(all) != 1 {
				t.Fatalf("%s: %d answers, want 1: %v", kind, len(all), texts(all))
			}
			w.wantText(all[0], laptopQuote)
		}
		b.mustStop()
		wantClosed(t, w)
		if got := b.Stats(); got.Failed != 0 {
			t.Errorf("stats %+v", got)
		}
	})
}

// TestPanicWhilePosting has a question panic when Slack has taken its answer, or has not, in a direct message,
// where the bot may look.
func TestPanicWhilePosting(t *testing.T) {
	for _, taken := range []bool{false, true} {
		t.Run(fmt.Sprintf("taken %v", taken), func(t *testing.T) {
			inWorld(t, nil, func(w *world) {
				s := &saboteur{method: "chat.postMessage"}
				s.left.Store(1)
				w.change = func(c *Config) { c.Watchers = []Watcher{s} }
				if !taken {
					w.slack.Faults().API("chat.postMessage", 1, localslack.ServerError(503))
				}
				b := w.start()
				dm := w.slack.DM(localslack.Ada)
				w.say(localslack.Ada, dm, laptopQuestion)
				m := w.oneAnswer(dm, time.Minute)
				if taken {
					w.wantText(m, laptopQuote)
				} else {
					w.wantBroken(m)
				}
				b.mustStop()
				wantClosed(t, w)
			})
		})
	}
}

// TestPanicThatDoesNotEnd has even the word that something broke panic: the question is closed, and harms nobody.
func TestPanicThatDoesNotEnd(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		s := &saboteur{method: "chat.postMessage"}
		s.left.Store(2)
		w.slack.Faults().API("chat.postMessage", 2, localslack.ServerError(503))
		w.change = func(c *Config) { c.Watchers = []Watcher{s} }
		b := w.start()
		w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
		w.pass(2 * time.Minute)
		if all := w.answers(localslack.General); len(all) != 0 || b.Stats().Failed != 1 {
			t.Errorf("stats %+v, answers %v", b.Stats(), texts(all))
		}
		w.say(localslack.Grace, localslack.News, "@verbatim "+laptopQuestion)
		w.wantText(w.oneAnswer(localslack.News, 10*time.Second), laptopQuote)
		b.mustStop()
		wantClosed(t, w)
	})
}

// A trap is a context that panics when it is looked at, as often as left says: the journal does so before it writes.
type trap struct {
	context.Context
	left *atomic.Int64
}

func (c trap) Err() error {
	if c.left.Add(-1) >= 0 {
		panic("secret text of a question")
	}
	return c.Context.Err()
}

// TestPanicWhileHandling has questions panic before they are remembered, once they are and once that was acknowledged:
// of the first askers are told that something broke, the others are answered, and Slack need not send them
// again.
func TestPanicWhileHandling(t *testing.T) {
	for _, where := range []string{"before", string(StageJournal), string(StageAck)} {
		t.Run(where, func(t *testing.T) {
			inWorld(t, nil, func(w *world) {
				s, traps := &saboteur{stage: Stage(where)}, &atomic.Int64{}
				s.left.Store(3)
				w.change = func(c *Config) { c.Watchers = []Watcher{s} }
				w.alter = func(b *Bot) {
					receive := b.socket.handle
					b.socket.handle = func(ctx context.Context, e Envelope, ack func(any) error) {
						if in, reason := Decode(e, b.self); where == "before" && reason == Taken && in.Kind != KindUntagged {
							traps.Store(1)
							ctx = trap{ctx, traps}
						}
						receive(ctx, e, ack)
					}
				}
				b := w.start()
				for kind, all := range w.poisoned() {
					most := 1
					if kind == KindSlash && where == string(StageAck) {
						most = 2 // whether the acknowledgement carried it nobody knows
					}
					if len(all) == 0 || len(all) > most {
						t.Fatalf("%s: %d answers, want 1 to %d: %v", kind, len(all), most, texts(all))
					}
					if where == "before" {
						w.wantBroken(all[0])
					} else {
						w.wantText(all[0], laptopQuote)
					}
				}
				w.wantAcked()
				if n := len(w.slack.StrayAcks()); n > 0 {
					t.Errorf("%d acknowledgements that Slack did not ask for", n)
				}
				if n := strings.Count(w.log.String(), "panic while handling an envelope"); n != 3 || b.Stats().InHand != 0 {
					t.Errorf("%d panics in the log, want 3; %d questions in hand, want none", n, b.Stats().InHand)
				}
				b.mustStop()
				wantClosed(t, w)
			})
		})
	}
}
