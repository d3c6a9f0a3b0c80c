package bot

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"verbatim/bot/localslack"
	"verbatim/bot/memory"
)

// knownBy are the ways in which the bot knows the channel of the direct messages with Ada.
var knownBy = map[string]struct {
	scopes []string
	asked  bool // she has asked there before
}{
	"scope":  {scopes: []string{scopeOpen}},
	"memory": {asked: true},
}

// direct are the answers that Ada got as direct messages because she could not be answered where she asked.
func (w *world) direct() (all []localslack.Message) {
	for _, m := range w.answers(w.slack.DM(localslack.Ada)) {
		if m.ThreadTS == "" {
			all = append(all, m)
		}
	}
	return all
}

// wantDirect fails the test unless Ada got her answer once as a direct message, and nothing is open.
func (w *world) wantDirect() {
	w.t.Helper()
	all := w.direct()
	if len(all) != 1 {
		w.t.Fatalf("%d direct messages, want 1: %v", len(all), texts(all))
	}
	w.wantText(all[0], laptopQuote)
}

// askInPrivate asks in direct messages, so that the memory knows their channel.
func (w *world) askInPrivate() {
	w.say(localslack.Ada, w.slack.DM(localslack.Ada), laptopQuestion)
	w.pass(10 * time.Second)
}

// TestDirectMessageOfUnknownFate archives the channel of a question, and lets the fate of the direct message that
// brings its answer be unknown in every way: she gets it once.
func TestDirectMessageOfUnknownFate(t *testing.T) {
	for name, fault := range doubts {
		for how, known := range knownBy {
			for _, taken := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s, known by %s, taken %v", name, how, taken), func(t *testing.T) {
					inWorld(t, func(c *localslack.Config) { c.Scopes = append(c.Scopes, known.scopes...) }, func(w *world) {
						b := w.start()
						if known.asked {
							w.askInPrivate()
						}
						fault.AfterEffect = taken
						w.slack.Faults().API("chat.postMessage", 1, localslack.SlackError("is_archived"))
						w.slack.Faults().API("chat.postMessage", 2, fault)
						w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
						w.pass(3 * time.Minute)
						w.wantDirect()
						b.mustStop()
						wantClosed(t, w)
						if got := b.Stats(); got.Failed != 0 {
							t.Errorf("stats %+v", got)
						}
					})
				})
			}
		}
	}
}

// TestDirectMessageWhereNobodyMayLook repeats a direct message of unknown fate, as any post: an answer twice is
// better than none.
func TestDirectMessageWhereNobodyMayLook(t *testing.T) {
	for _, taken := range []bool{false, true} {
		t.Run(fmt.Sprintf("taken %v", taken), func(t *testing.T) {
			inWorld(t, nil, func(w *world) {
				b := w.start()
				fault := localslack.ServerError(502)
				fault.AfterEffect = taken
				w.slack.Faults().API("chat.postMessage", 1, localslack.SlackError("is_archived"))
				w.slack.Faults().API("chat.postMessage", 1, fault)
				w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
				w.pass(3 * time.Minute)
				if all := w.direct(); len(all) == 0 || len(all) > 2 {
					t.Errorf("%d direct messages, want 1 or 2: %v", len(all), texts(all))
				}
				b.mustStop()
				wantClosed(t, w)
			})
		})
	}
}

// TestDirectMessageWaits has Slack put a direct message off for longer than a bot has to stop, or refuse the token
// just then: the question stays open, and is answered once by who takes it up.
func TestDirectMessageWaits(t *testing.T) {
	faults := map[string]localslack.APIFault{
		"rate limited": localslack.RateLimited(600), "token refused": localslack.SlackError("token_revoked"), "not available": localslack.ServerError(503),
	}
	for name, fault := range faults {
		for _, stopped := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, stopped %v", name, stopped), func(t *testing.T) {
				inWorld(t, func(c *localslack.Config) { c.Scopes = append(c.Scopes, scopeOpen) }, func(w *world) {
					w.library.set("Slow?", slow(3*time.Second, quoting(laptopQuote)))
					b := w.start()
					w.say(localslack.Ada, localslack.General, "@verbatim Slow?")
					w.pass(time.Second)
					if err := w.slack.Archive(localslack.General, true); err != nil {
						t.Fatal(err)
					}
					w.slack.Faults().API("chat.postMessage", 1, localslack.SlackError("is_archived"))
					w.slack.Faults().API("chat.postMessage", 1, fault)
					w.pass(2*time.Second + 100*time.Millisecond)
					if stopped {
						b.mustStop()
						b = w.start()
					}
					w.pass(12 * time.Minute)
					w.wantDirect()
					b.mustStop()
					wantClosed(t, w)
				})
			})
		}
	}
}

// TestKilledAfterTheDirectMessage leaves a question open whose answer stands in direct messages, as the process was
// killed before it noted that: it is not said again, by whatever door it came.
func TestKilledAfterTheDirectMessage(t *testing.T) {
	for how, known := range knownBy {
		for _, kind := range []Kind{KindMention, KindSlash} {
			t.Run(fmt.Sprintf("%s, known by %s", kind, how), func(t *testing.T) {
				inWorld(t, func(c *localslack.Config) {
					c.Timing.Retries, c.Scopes = []time.Duration{}, append(c.Scopes, known.scopes...)
				}, func(w *world) {
					b := w.start()
					if known.asked {
						w.askInPrivate()
					}
					b.mustStop()
					in := Incoming{Kind: kind, Key: "Ev1", Channel: localslack.General, User: localslack.Ada, Question: laptopQuestion, Received: time.Now()}
					if kind == KindMention {
						in.TS = w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
						in.Thread, in.Alias = in.TS, placeName("T0LOCAL", in.Channel, in.TS)
					}
					w.remembered(in, true)
					direct, _ := in.elsewhere()
					_, err := w.poster().send(w.t.Context(), direct, plain(laptopQuote, Options{}))
					if err := errors.Join(err, w.slack.Archive(localslack.General, true)); err != nil {
						t.Fatal(err)
					}
					w.pass(40 * time.Minute) // no response_url lives that long
					b = w.start()
					w.pass(3 * time.Minute)
					w.wantDirect()
					b.mustStop()
					wantClosed(t, w)
				})
			})
		}
	}
}

// TestDirectMessagesOfOthers remembers a command that somebody gave in direct messages with somebody else: no answer of
// the bot is looked for there.
func TestDirectMessagesOfOthers(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		b := w.start()
		for i, a := range []memory.Answer{
			{ID: "1", Channel: "D0WITHGRACE", User: localslack.Ada, Kind: string(KindSlash)},
			{ID: "2", Channel: w.slack.DM(localslack.Ada), User: localslack.Ada, Kind: string(KindDirect)},
		} {
			if i == 1 {
				if channel, err := b.directWith(t.Context(), localslack.Ada); !errors.Is(err, errMayNotLook) {
					t.Errorf("found %s, %v", channel, err)
				}
			}
			a.At = time.Now()
			if err := b.config.Memory.Answers.SaveAnswer(t.Context(), a); err != nil {
				t.Fatal(err)
			}
		}
		if channel, err := b.directWith(t.Context(), localslack.Ada); err != nil || channel != w.slack.DM(localslack.Ada) {
			t.Errorf("found %s, %v", channel, err)
		}
		b.mustStop()
	})
}

// TestAnOfferIsTakenOnce has the acknowledgement of a command fail, and then panics: the answer that is given in its
// stead finds no offer to wait for.
func TestAnOfferIsTakenOnce(t *testing.T) {
	o := &offer{message: make(chan Message, 1), result: make(chan error, 1)}
	o.result <- errPanic
	j := job{in: Incoming{Kind: KindSlash, Received: time.Now()}, offer: o}
	func() {
		defer func() { _ = recover() }()
		_, _ = (&Bot{}).deliver(t.Context(), &j, Message{}, func() error { return nil }) // a bot without a responder
	}()
	if j.offer != nil {
		t.Error("the offer is still there")
	}
}

// TestAskedIsATime tells the time of a message from the rest of an alias.
func TestAskedIsATime(t *testing.T) {
	for alias, want := range map[string]string{"C1:1700000000.000100": "1700000000.000100", "offered:0123456789abcdef": "", "offered:1e5": "", "": ""} {
		if got := (Incoming{Alias: alias}).asked(); got != want {
			t.Errorf("%q: %q", alias, got)
		}
	}
}
