package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"verbatim/bot/localslack"
	"verbatim/index"
)

// TestReadyTellsDeafFromQuiet has a bot stand in a workspace in which nobody says a word for an hour, and
// then has its sockets die without one, at different moments between two pings and in the ways in which
// sockets die: it is ready all through the hour, and within 30 s of the death it is not.
func TestReadyTellsDeafFromQuiet(t *testing.T) {
	dies := map[string]func(*world){
		"packets dropped": func(w *world) {
			w.net.breaks(errors.New("network is unreachable"))
			w.slack.Stall(0)
		},
		"greets and is silent": func(w *world) { // new sockets open, and nothing comes over them but the hello
			w.slack.Faults().NoPongs(true)
			w.slack.Faults().NoPings(true)
			w.slack.Stall(0)
		},
		"closed, and no way back": func(w *world) {
			w.net.breaks(errors.New("connection refused"))
			w.slack.Cut(0)
		},
	}
	for name, die := range dies {
		for _, offset := range []time.Duration{0, 1700 * time.Millisecond, 4900 * time.Millisecond} {
			t.Run(fmt.Sprint(name, " ", offset), func(t *testing.T) {
				inWorld(t, func(c *localslack.Config) { c.Timing.Refresh = 20 * time.Minute }, func(w *world) {
					b := w.start()
					w.pass(time.Second)
					for range time.Hour / time.Second {
						if err := b.Ready(); err != nil {
							t.Fatalf("not ready in a quiet hour: %v", err)
						}
						w.pass(time.Second)
					}
					w.pass(offset)
					die(w)
					silent := 0
					for at := time.Second; at <= 10*time.Minute; at += time.Second {
						w.pass(time.Second)
						err := b.Ready()
						switch {
						case errors.Is(err, errDeaf):
							silent++
						case at >= 30*time.Second:
							t.Fatalf("ready %v after the sockets died", at)
						}
					}
					if silent < 570 {
						t.Errorf("not ready for %d s of ten minutes", silent)
					}
					w.net.breaks(nil)
					w.slack.Faults().NoPongs(false)
					w.slack.Faults().NoPings(false)
					w.pass(time.Minute)
					if err := b.Ready(); err != nil {
						t.Errorf("a minute after the network came back: %v", err)
					}
					b.mustStop()
				})
			})
		}
	}
}

// A witness remembers what watchers are told.
type witness struct {
	mu    sync.Mutex
	steps []Step
	ends  []End
	calls []Call
}

// Passed implements [Watcher].
func (w *witness) Passed(s Step) { w.mu.Lock(); defer w.mu.Unlock(); w.steps = append(w.steps, s) }

// Ended implements [Watcher].
func (w *witness) Ended(e End) { w.mu.Lock(); defer w.mu.Unlock(); w.ends = append(w.ends, e) }

// Called implements [Watcher].
func (w *witness) Called(c Call) { w.mu.Lock(); defer w.mu.Unlock(); w.calls = append(w.calls, c) }

// way is the stages that a question has passed, and how it ended.
func (w *witness) way(key string) (stages []Stage, verdicts []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range w.steps {
		if s.Key == key {
			stages = append(stages, s.Stage)
		}
	}
	for _, e := range w.ends {
		if e.Key == key {
			verdicts = append(verdicts, e.Verdicts...)
		}
	}
	return stages, verdicts
}

// TestWatchersSeeTheWay asks by several doors and wants each question's stages in order, once, with times
// that make sense, and its end.
func TestWatchersSeeTheWay(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		seen := &witness{}
		w.change = func(c *Config) { c.Watchers = []Watcher{seen} }
		w.library.set("What does the broken lamp in the kitchen cost?", func(context.Context) (index.Answer, error) { return index.Answer{}, errors.New("broken") })
		b := w.start()
		want := map[string][]string{}
		ask := func(user, channel, text string, verdicts ...string) {
			w.say(user, channel, text)
			w.pass(10 * time.Second)
			want[seen.ends[len(seen.ends)-1].Key] = verdicts
		}
		ask(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion, "answer")
		ask(localslack.Ada, w.slack.DM(localslack.Ada), "Where is the moon?", "near")
		ask(localslack.Ada, w.slack.DM(localslack.Ada), "What does the broken lamp in the kitchen cost?", EndFault)
		if err := w.slack.Slash(localslack.Ada, localslack.General, "/ask", laptopQuestion); err != nil {
			t.Fatal(err)
		}
		w.pass(10 * time.Second)
		want[seen.ends[len(seen.ends)-1].Key] = []string{"answer"}
		b.mustStop()
		if len(want) != 4 || len(seen.ends) != 4 {
			t.Fatalf("%d ends of %d questions, want 4", len(seen.ends), len(want))
		}
		for key, verdicts := range want {
			stages, got := seen.way(key)
			if !slices.Equal(got, verdicts) {
				t.Errorf("question %s ended as %v, want %v", key, got, verdicts)
			}
			for _, s := range Stages() {
				if n := len(slices.DeleteFunc(slices.Clone(stages), func(have Stage) bool { return have != s })); n != 1 {
					t.Errorf("question %s passed the stage %s %d times: %v", key, s, n, stages)
				}
			}
		}
		for _, s := range seen.steps {
			if s.Failed || s.Ended.Before(s.Begun) {
				t.Errorf("step %+v", s)
			}
		}
		if got := b.Stats(); got.Received != 4 || got.Ends["stopped"] != 2 {
			t.Errorf("stats %+v", got)
		}
	})
}

// TestCallsAreTold has calls fail in each way and wants watchers to hear its name.
func TestCallsAreTold(t *testing.T) {
	faults := map[string]localslack.APIFault{
		FaultRateLimited: localslack.RateLimited(1),
		FaultServer:      localslack.ServerError(503),
		FaultRefused:     localslack.ServerError(404),
		FaultMalformed:   localslack.HTMLPage(),
		FaultNetwork:     {CutReply: true},
		FaultTimeout:     localslack.Hangs(),
		"is_archived":    localslack.SlackError("is_archived"),
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			inWorld(t, nil, func(w *world) {
				seen := &witness{}
				w.change = func(c *Config) { c.Watchers = []Watcher{seen} }
				b := w.start()
				w.slack.Faults().API("chat.postMessage", 1, fault)
				w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
				w.pass(2 * time.Minute)
				b.mustStop()
				told := map[string]bool{}
				for _, c := range seen.calls {
					told[c.Method+" "+c.Fault] = true
					if strings.ContainsAny(c.Method, "/?") {
						t.Errorf("a method that is an address: %q", c.Method)
					}
				}
				for _, want := range []string{"auth.test ", "apps.connections.open ", "chat.postMessage " + name} {
					if !told[want] {
						t.Errorf("nobody was told of %q: %v", want, told)
					}
				}
			})
		})
	}
}
