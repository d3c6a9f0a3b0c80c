package bot

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"verbatim/bot/journal"
	"verbatim/bot/localslack"
)

// The faults of production that are most likely, each with what must hold. Those that need processes of
// their own stand in cmd/verbatim, and all together in the torture test.

// TestFault01Redelivery delivers each of many events up to four times within an hour, with the same and
// with new envelope ids, over other sockets, to a bot that is started anew in between; and one that comes only as
// a retry. Some come back with their event id or with their message alone.
func TestFault01Redelivery(t *testing.T) {
	for _, same := range []bool{false, true} {
		t.Run(map[bool]string{true: "same envelope id", false: "new envelope id"}[same], func(t *testing.T) {
			inWorld(t, func(c *localslack.Config) { c.SameEnvelopeID, c.Limits = same, false }, func(w *world) {
				const seed, questions = 20261125, 40
				rnd := rand.New(rand.NewPCG(seed, 1))
				asked := []string{w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)}
				w.pass(4 * time.Second) // its first delivery finds nobody
				b := w.start()
				for range questions {
					w.slack.Faults().Duplicate(rnd.IntN(2), rnd.IntN(2) == 0)
					w.slack.Faults().DropAcks(rnd.IntN(4))
					asked = append(asked, w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion))
					w.pass(time.Duration(rnd.Int64N(int64(5 * time.Second))))
				}
				w.slack.Faults().DropAcks(0)
				w.slack.Faults().Duplicate(0, false)
				var events []json.RawMessage
				for _, e := range w.slack.Envelopes() {
					if e.Kind == typeEvent && e.Retry == 0 {
						events = append(events, e.Payload)
					}
				}
				chatter := w.say(localslack.Ada, localslack.General, "Not asked of anyone")
				before, repeated := len(w.slack.Envelopes()), int64(0)
				for i := range 60 {
					w.pass(time.Minute)
					if i%25 == 10 {
						repeated += b.Stats().Repeated
						b.mustStop()
						b = w.start()
					}
					w.slack.SendEnvelope(typeEvent, broughtBack(t, events[rnd.IntN(len(events))], i, chatter))
				}
				w.pass(10 * time.Minute)
				w.wantAnsweredOnce(localslack.General, asked)
				if n := len(w.answers(localslack.General)); n != len(asked) {
					t.Errorf("%d answers to %d questions", n, len(asked))
				}
				wantRedelivered(t, w, before)
				if repeated += b.Stats().Repeated; repeated < 60 {
					t.Errorf("%d repeats were seen, want each of those sent", repeated)
				}
				b.mustStop()
			})
		})
	}
}

// broughtBack is an event that comes back: as it was, with its message under another event id or under none, and with its
// event id on the message other, which Slack does not do: so it is known by that alone.
func broughtBack(t *testing.T, event json.RawMessage, n int, other string) json.RawMessage {
	t.Helper()
	var e map[string]any
	if err := json.Unmarshal(event, &e); err != nil {
		t.Fatal(err)
	}
	switch n % 4 {
	case 1:
		e["event_id"] = fmt.Sprint("EvOther", n)
	case 2:
		delete(e, "event_id")
	case 3:
		message, _ := e["event"].(map[string]any)
		message["ts"] = other
	}
	back, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	return back
}

// wantRedelivered fails the test unless every event was acknowledged in the end, and every envelope from one on at
// once, and some events came over several sockets.
func wantRedelivered(t *testing.T, w *world, from int) {
	t.Helper()
	acked, sockets, elsewhere := map[string]bool{}, map[string]int{}, 0
	for i, e := range w.slack.Envelopes() {
		if e.Latency > time.Second || i >= from && e.Acked.IsZero() {
			t.Errorf("envelope %s of event %q was acknowledged: %t, after %v", e.ID, e.EventID, !e.Acked.IsZero(), e.Latency)
		}
		if e.EventID == "" {
			continue
		}
		acked[e.EventID] = acked[e.EventID] || !e.Acked.IsZero()
		if before := sockets[e.EventID]; before != 0 && e.Conn != 0 && before != e.Conn {
			elsewhere++
		}
		sockets[e.EventID] = e.Conn
	}
	for event, ok := range acked {
		if !ok {
			t.Errorf("event %q was never acknowledged", event)
		}
	}
	if elsewhere == 0 {
		t.Error("no event came over another socket")
	}
}

// TestFault02Refresh has Slack replace each connection every ten seconds, ten minutes long, under five
// questions a second: no gap with two connections, and none that loses anything with one.
func TestFault02Refresh(t *testing.T) {
	for _, connections := range []int{1, 2} {
		t.Run(fmt.Sprint(connections), func(t *testing.T) {
			inWorld(t, func(c *localslack.Config) { c.Timing.Refresh, c.Limits = 20*time.Second, false }, func(w *world) {
				w.change = func(c *Config) { c.Connections = connections }
				b := w.start()
				w.pass(time.Second)
				before, channels := runtime.NumGoroutine(), []string{localslack.General, localslack.News, localslack.Leaders}
				asked := map[string][]string{}
				length := time.Minute
				if os.Getenv("VERBATIM_LONG") != "" {
					length = 10 * time.Minute
				}
				open := 0
				for i := range int(5 * length.Seconds()) {
					channel := channels[i%len(channels)]
					asked[channel] = append(asked[channel], w.say(localslack.Ada, channel, "@verbatim "+laptopQuestion))
					w.pass(200 * time.Millisecond)
					open = max(open, len(w.slack.Connections()))
				}
				w.pass(20 * time.Minute)
				for _, channel := range channels {
					w.wantAnsweredOnce(channel, asked[channel])
				}
				for _, e := range w.slack.Envelopes() {
					if e.Retry > 0 || e.Acked.IsZero() {
						t.Errorf("envelope %s: retry %d, acknowledged %v: there was a gap", e.ID, e.Retry, !e.Acked.IsZero())
					}
				}
				if after := runtime.NumGoroutine(); after > before+4*connections {
					t.Errorf("%d goroutines, %d at the beginning", after, before)
				}
				if open > 2*connections {
					t.Errorf("%d sockets at once", open)
				}
				b.mustStop()
			})
		})
	}
}

// TestFault03RollingRestart stops the bot two hundred times at random points, some in the middle of an
// answer, and starts it again. TestStopsAndStarts in cmd/verbatim does so to processes.
func TestFault03RollingRestart(t *testing.T) {
	inWorld(t, func(c *localslack.Config) { c.Limits = false }, func(w *world) {
		const seed, stops = 20261125, 200
		rnd := rand.New(rand.NewPCG(seed, 3))
		w.library.set("Slow?", slow(700*time.Millisecond, quoting(laptopQuote)))
		channels := []string{localslack.General, localslack.News, localslack.Leaders}
		asked := map[string][]string{}
		for range stops {
			begun := time.Now()
			b := w.start()
			if took := time.Since(begun); took > 20*time.Second {
				t.Errorf("ready after %v", took)
			}
			for range rnd.IntN(3) {
				channel := channels[rnd.IntN(len(channels))]
				asked[channel] = append(asked[channel], w.say(localslack.Ada, channel, "@verbatim Slow?"))
				w.pass(time.Duration(rnd.Int64N(int64(time.Second))))
			}
			begun = time.Now()
			b.mustStop()
			if took := time.Since(begun); took > 25*time.Second {
				t.Errorf("stopping took %v", took)
			}
		}
		b := w.start()
		w.pass(10 * time.Minute)
		for _, channel := range channels {
			w.wantAnsweredOnce(channel, asked[channel])
		}
		b.mustStop()
		wantClosed(t, w)
	})
}

// TestFault05Burst asks fifty questions in one channel and five hundred in a hundred others, while Slack
// says again and again that it is too much, for 1 to 30 s, and replaces the sockets.
func TestFault05Burst(t *testing.T) {
	const rooms = 100
	methods := []string{"chat.postMessage", "apps.connections.open", "auth.test"}
	busy := func(c *localslack.Config) {
		c.Timing.Refresh = 30 * time.Second
		for i := range rooms {
			room := localslack.Channel{ID: fmt.Sprintf("C0ROOM%02d", i), Name: fmt.Sprintf("room%02d", i), Kind: localslack.Public}
			room.Members = []string{localslack.Ada, localslack.Bot}
			c.Channels = append(c.Channels, room)
		}
	}
	inWorld(t, busy, func(w *world) {
		const seed = 20261125
		rnd := rand.New(rand.NewPCG(seed, 5))
		b := w.start()
		asked := map[string][]string{}
		ask := func(channel string) {
			asked[channel] = append(asked[channel], w.say(localslack.Ada, channel, "@verbatim "+laptopQuestion))
		}
		for i := range 50 {
			ask(localslack.General)
			for j := range 10 {
				ask(fmt.Sprintf("C0ROOM%02d", (10*i+j)%rooms))
			}
			w.pass(10 * time.Millisecond)
		}
		for range 12 {
			for _, method := range methods {
				w.slack.Faults().API(method, 1, localslack.RateLimited(1+rnd.IntN(30)))
			}
			w.pass(10 * time.Second)
		}
		w.pass(30 * time.Minute)
		for channel, all := range asked {
			w.wantAnsweredOnce(channel, all)
			var order []string
			for _, m := range w.answers(channel) {
				order = append(order, m.ThreadTS)
			}
			if !slices.IsSorted(order) {
				t.Errorf("answers in %s stand in another order than the questions", channel)
			}
		}
		wantPauses(t, w, methods...)
		wantSlow(t, w)
		w.wantAcked()
		b.mustStop()
		wantClosed(t, w)
	})
}

// TestFault05Looking has answers in doubt in many channels at once, while Slack says that the bot looks for them
// too often: it asks none of the threads before the pause is over.
func TestFault05Looking(t *testing.T) {
	const rooms = 10
	granted := func(c *localslack.Config) {
		c.Scopes = append(c.Scopes, "channels:history")
		for i := range rooms {
			room := localslack.Channel{ID: fmt.Sprintf("C0ROOM%02d", i), Name: fmt.Sprintf("room%02d", i), Kind: localslack.Public}
			room.Members = []string{localslack.Ada, localslack.Bot}
			c.Channels = append(c.Channels, room)
		}
	}
	inWorld(t, granted, func(w *world) {
		b := w.start()
		w.slack.Faults().API("chat.postMessage", rooms, localslack.LostReply())
		w.slack.Faults().API("conversations.replies", 1, localslack.RateLimited(20))
		asked := map[string]string{}
		for i := range rooms {
			channel := fmt.Sprintf("C0ROOM%02d", i)
			asked[channel] = w.say(localslack.Ada, channel, "@verbatim "+laptopQuestion)
			w.pass(700 * time.Millisecond)
		}
		w.pass(5 * time.Minute)
		for channel, ts := range asked {
			w.wantAnsweredOnce(channel, []string{ts})
		}
		wantPauses(t, w, "conversations.replies")
		b.mustStop()
		wantClosed(t, w)
	})
}

// wantPauses fails the test where a method was called while Slack had asked for a pause: in the whole workspace,
// as Slack limits methods there and does not say when it is a channel's limit that was met. What was under way
// when Slack said so counts for nothing. It wants such pauses, some of them long, for each of the methods named.
func wantPauses(t *testing.T, w *world, methods ...string) {
	t.Helper()
	said, until, longest := map[string]time.Time{}, map[string]time.Time{}, map[string]time.Duration{}
	for _, c := range inOrder(w) {
		if early := until[c.Method].Sub(c.Time); early > 0 && c.Time.After(said[c.Method]) {
			t.Errorf("%s was called %v before Slack allowed it", c.Method, early)
		}
		if c.Status == http.StatusTooManyRequests {
			said[c.Method], until[c.Method] = c.Time, later(until[c.Method], c.Time.Add(c.RetryAfter))
			longest[c.Method] = max(longest[c.Method], c.RetryAfter)
		}
	}
	for _, method := range methods {
		if longest[method] < 10*time.Second {
			t.Errorf("Slack never asked for a long pause of %s: %v", method, longest[method])
		}
	}
}

// wantSlow fails the test where more was posted in a channel than one message a second, but for the short burst
// that Slack tolerates.
func wantSlow(t *testing.T, w *world) {
	t.Helper()
	posts := map[string][]time.Time{}
	for _, c := range inOrder(w) {
		if c.Method == "chat.postMessage" {
			posts[c.Text("channel")] = append(posts[c.Text("channel")], c.Time)
		}
	}
	for channel, times := range posts {
		for i, first := range times {
			for j, last := range times[i:] {
				if over := j + 1 - postsAtOnce; time.Duration(over)*time.Second > last.Sub(first)+time.Millisecond {
					t.Fatalf("%d messages in %s within %v", j+1, channel, last.Sub(first))
				}
			}
		}
	}
}

// inOrder are the calls so far in the order in which they came.
func inOrder(w *world) []localslack.Call {
	all := w.slack.Calls()
	slices.SortStableFunc(all, func(a, b localslack.Call) int { return a.Time.Compare(b.Time) })
	return all
}

// TestFault12SlackIsDown takes Slack away for half an hour in each of the ways in which it goes.
func TestFault12SlackIsDown(t *testing.T) {
	everything := func(f localslack.APIFault) func(*world) {
		return func(w *world) { w.slack.Faults().API("*", 20_000, f); w.slack.Cut(0) }
	}
	down := map[string]func(*world){
		"no name":        func(w *world) { w.net.breaks(errors.New("lookup slack.com: no such host")); w.slack.Cut(0) },
		"500":            everything(localslack.ServerError(500)),
		"503":            everything(localslack.ServerError(503)),
		"page":           everything(localslack.HTMLPage()),
		"half a reply":   everything(localslack.BrokenJSON()),
		"TLS":            func(w *world) { w.net.breaks(errors.New("tls: handshake failure")); w.slack.Cut(0) },
		"silence":        everything(localslack.Hangs()),
		"cut":            everything(localslack.APIFault{CutReply: true}),
		"internal_error": everything(localslack.SlackError("internal_error")),
	}
	for name, fails := range down {
		t.Run(name, func(t *testing.T) {
			inWorld(t, nil, func(w *world) {
				b := w.start()
				w.library.set("Slow?", slow(2*time.Second, quoting(laptopQuote)))
				dm := w.slack.DM(localslack.Ada)
				asked := w.say(localslack.Ada, dm, "Slow?")
				w.pass(time.Second)
				fails(w)
				b.transport.CloseIdleConnections()
				w.pass(time.Minute)
				early := runtime.NumGoroutine()
				w.pass(28 * time.Minute)
				if late := runtime.NumGoroutine(); late > early+10 {
					t.Errorf("%d goroutines, %d half an hour before", late, early)
				}
				w.slack.Faults().Clear()
				w.net.breaks(nil)
				w.pass(time.Minute)
				if got := b.Stats().Connections; got != 2 {
					t.Errorf("%d connections a minute after", got)
				}
				w.pass(time.Minute)
				w.wantAnsweredOnce(dm, []string{asked})
				w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
				w.oneAnswer(localslack.General, 5*time.Second)
				b.mustStop()
				wantClosed(t, w)
			})
		})
	}
}

// TestFault13HalfOpen lets connections die without a word, often or for long, and clocks jump.
func TestFault13HalfOpen(t *testing.T) {
	tests := map[string]func(*world){
		"packets dropped": func(w *world) { w.slack.Stall(0) },
		"one by one": func(w *world) {
			for range 5 {
				if all := w.slack.Connections(); len(all) > 0 {
					w.slack.Stall(all[0])
				}
				w.pass(40 * time.Second)
			}
		},
		"NAT with a short memory": func(w *world) {
			for range 20 {
				w.slack.Cut(0)
				w.pass(30 * time.Second)
			}
		},
		"asleep for eight hours": func(w *world) {
			w.net.breaks(errors.New("network is unreachable"))
			w.slack.Stall(0)
			w.pass(8 * time.Hour)
			w.net.breaks(nil)
		},
	}
	for name, happens := range tests {
		t.Run(name, func(t *testing.T) {
			inWorld(t, nil, func(w *world) {
				b := w.start()
				happens(w)
				w.pass(time.Minute)
				if got, at := b.Stats().Connections, w.slack.Connections(); got != 2 || len(at) < 2 {
					t.Errorf("the bot counts %d connections, Slack %d", got, len(at))
				}
				w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
				w.oneAnswer(localslack.General, 10*time.Second)
				w.pass(2 * time.Minute)
				if n := len(w.slack.Connections()); n != 2 {
					t.Errorf("%d sockets, want one for each connection", n)
				}
				b.mustStop()
			})
		})
	}
}

// TestFault13ClockJump sets the clock a day forward or back between two runs: repeats are still known, and
// what was open is still answered.
func TestFault13ClockJump(t *testing.T) {
	for _, jump := range []time.Duration{24 * time.Hour, -24 * time.Hour} {
		t.Run(jump.String(), func(t *testing.T) {
			inWorld(t, func(c *localslack.Config) { c.Timing.Retries = []time.Duration{} }, func(w *world) {
				at := func() time.Time { return time.Now().Add(-jump) } // before the clock was set
				j, err := journal.Open(w.dir, journal.Options{Clock: at})
				if err != nil {
					t.Fatal(err)
				}
				ts := w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
				open := Incoming{Kind: KindMention, Key: "EvOpen", Channel: localslack.General, User: localslack.Ada, Thread: ts, Question: laptopQuestion, Received: at()}
				payload, err := json.Marshal(open)
				if err != nil {
					t.Fatal(err)
				}
				done := w.slack.Envelopes()[0].EventID
				_, err = j.Receive(t.Context(), journal.Entry{Key: "EvOpen", Payload: payload})
				_, err2 := j.Receive(t.Context(), journal.Entry{Key: done, Payload: payload})
				if err := errors.Join(err, err2, j.Answered(t.Context(), done, "1.1"), j.Close()); err != nil {
					t.Fatal(err)
				}
				b := w.start()
				w.slack.SendEnvelope(typeEvent, w.slack.Envelopes()[0].Payload)
				w.oneAnswer(localslack.General, time.Minute)
				if got := b.Stats().Repeated; got != 1 {
					t.Errorf("%d repeats were seen, want 1", got)
				}
				b.mustStop()
				wantClosed(t, w)
			})
		})
	}
}

// TestFault14PostOutcomeUnknown lets the fate of a post be unknown in every way, taken by Slack and not, in
// a channel and in a direct message that the bot may read: the answer stands there once, whatever happens.
func TestFault14PostOutcomeUnknown(t *testing.T) {
	granted := func(c *localslack.Config) { c.Scopes = append(c.Scopes, "channels:history") }
	for name, fault := range doubts {
		for n, taken := range []bool{false, true, true} {
			t.Run(name+" "+strconv.Itoa(n), func(t *testing.T) {
				inWorld(t, granted, func(w *world) {
					fault.AfterEffect = taken
					b := w.start()
					dm := w.slack.DM(localslack.Ada)
					for _, channel := range []string{localslack.General, dm} {
						w.slack.Faults().API("chat.postMessage", 1+n, fault)
						w.say(localslack.Ada, channel, "@verbatim "+laptopQuestion)
						w.oneAnswer(channel, 2*time.Minute)
					}
					b.mustStop()
					wantClosed(t, w)
				})
			})
		}
	}
}

// TestAnswerInALongThread looks for an answer far below the first page of its thread.
func TestAnswerInALongThread(t *testing.T) {
	granted := func(c *localslack.Config) { c.Scopes, c.Limits = append(c.Scopes, "channels:history"), false }
	inWorld(t, granted, func(w *world) {
		thread := w.say(localslack.Ada, localslack.General, "A long story")
		for range 3 * lookLimit {
			if _, err := w.slack.Reply(localslack.Grace, localslack.General, thread, "and then"); err != nil {
				t.Fatal(err)
			}
		}
		w.slack.Faults().API("chat.postMessage", 1, localslack.LostReply())
		b := w.start()
		if _, err := w.slack.Reply(localslack.Ada, localslack.General, thread, "@verbatim "+laptopQuestion); err != nil {
			t.Fatal(err)
		}
		w.oneAnswer(localslack.General, time.Minute)
		b.mustStop()
	})
}

// TestQuestionThatEndsTheProcess leaves a question open at one end after the other: it gets a last try, and
// then an answer that says so; others are not held up.
func TestQuestionThatEndsTheProcess(t *testing.T) {
	inWorld(t, func(c *localslack.Config) { c.Timing.Retries = []time.Duration{} }, func(w *world) {
		ts := w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
		in := Incoming{Kind: KindMention, Key: "Ev1", Channel: localslack.General, User: localslack.Ada, Thread: ts, Question: laptopQuestion, Received: time.Now()}
		w.remembered(in, false)
		j, err := journal.Open(w.dir, journal.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for range maxTries {
			err = errors.Join(err, j.Tried(t.Context(), "Ev1"))
		}
		if err := errors.Join(err, j.Close()); err != nil {
			t.Fatal(err)
		}
		b := w.start()
		m := w.oneAnswer(localslack.General, 10*time.Second)
		w.wantText(m, "Something broke on my side (ref "+reference("Ev1"))
		if n := len(w.library.questions()); n != 0 {
			t.Errorf("it was searched for %d times more", n)
		}
		b.mustStop()
		wantClosed(t, w)
	})
}

// TestSecondBotOnTheSameData is refused by the journal.
func TestSecondBotOnTheSameData(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		b := w.start()
		if _, err := journal.Open(w.dir, journal.Options{LockTimeout: time.Millisecond}); !errors.Is(err, journal.ErrLocked) {
			t.Errorf("a second journal on %s: %v, want that it is locked", filepath.Base(w.dir), err)
		}
		b.mustStop()
	})
}
