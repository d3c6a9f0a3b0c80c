package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"verbatim/bot/journal"
	"verbatim/bot/localslack"
	"verbatim/bot/memory"
	"verbatim/bot/rights"
	"verbatim/bot/shared"
	"verbatim/bot/sharedtest"
	"verbatim/index"
)

// A replica is one of several bots of a world, which share a store.
type replica struct {
	*Bot
	w       *world
	journal *journal.Journal
	shared  *shared.Replica
	view    *sharedtest.View
	cables  *cables
	stop    context.CancelFunc // of the bot
	leave   context.CancelFunc // of the replicas
	running sync.WaitGroup
	done    chan error
}

// cables are the connections of one replica, which can be cut all at once.
type cables struct {
	net *inMemory

	mu   sync.Mutex
	cut  bool
	open []net.Conn
}

func (c *cables) dial(ctx context.Context, network, address string) (net.Conn, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cut {
		return nil, &net.OpError{Op: "dial", Net: network, Err: errors.New("no power")}
	}
	conn, err := c.net.dial(ctx, network, address)
	if err == nil {
		c.open = append(c.open, conn)
	}
	return conn, err
}

// cutAll ends all connections and lets no new one be made.
func (c *cables) cutAll() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cut = true
	for _, conn := range c.open {
		_ = conn.Close()
	}
}

// replica starts one with a data folder of its own.
func (w *world) replica(s *sharedtest.Store, name string) *replica {
	w.t.Helper()
	r := &replica{w: w, view: s.View(), cables: &cables{net: w.net}, done: make(chan error, 1)}
	dir := filepath.Join(w.dir, name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		w.t.Fatal(err)
	}
	logger := slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug})).With("replica", name)
	var b atomic.Pointer[Bot]
	var err error
	r.shared, err = shared.Join(w.t.Context(), shared.Options{
		Store: r.view, Dir: dir, Duties: Duties(), Logger: logger,
		Woken: func() {
			if b := b.Load(); b != nil {
				b.Wake()
			}
		},
	})
	if err == nil {
		r.journal, err = journal.Open(dir, journal.Options{Claims: r.shared.Claims()})
	}
	if err != nil {
		w.t.Fatal(err)
	}
	config := Config{
		Catalog: w.library, Memory: shared.NewMemory(r.shared.Store(), shared.MemoryOptions{}).Memory(), Leads: r.shared.Leases().Holds,
		BotToken: w.slack.Config().BotToken, AppToken: w.slack.Config().AppToken, APIURL: "http://127.0.0.1/api/",
		Asker: w.library, Journal: r.journal, Logger: logger, Dial: r.cables.dial, Connections: 1,
	}
	if w.change != nil {
		w.change(&config)
	}
	if r.Bot, err = New(config); err != nil {
		w.t.Fatal(err)
	}
	b.Store(r.Bot)
	var ctx, beating context.Context
	ctx, r.stop = context.WithCancel(w.t.Context())
	beating, r.leave = context.WithCancel(w.t.Context())
	r.running.Go(func() { r.shared.Run(beating, r.journal) })
	go func() { r.done <- r.Run(ctx) }()
	return r
}

// end ends a replica in order.
func (r *replica) end() {
	r.w.t.Helper()
	r.stop()
	if err := <-r.done; err != nil {
		r.w.t.Errorf("Run: %v", err)
	}
	r.leave()
	r.running.Wait()
	if err := r.journal.Close(); err != nil {
		r.w.t.Error(err)
	}
}

// kill cuts a replica off from everything and then ends it: nothing of what it does meanwhile arrives.
func (r *replica) kill() {
	r.view.Away(true)
	r.cables.cutAll()
	r.end()
}

// replicas starts some, and waits until all are connected.
func (w *world) replicas(s *sharedtest.Store, n int) (all []*replica) {
	w.t.Helper()
	for i := range n {
		all = append(all, w.replica(s, fmt.Sprint("r", i)))
	}
	if err := w.slack.WaitForConnections(w.within(time.Minute), n); err != nil {
		w.t.Fatal(err)
	}
	w.pass(5 * time.Second)
	return all
}

// endAll ends replicas in order, and returns how many of them have answered a question.
func endAll(all []*replica) (busy int) {
	for _, r := range all {
		if r.Stats().Answered > 0 {
			busy++
		}
		r.end()
	}
	return busy
}

// working is the replica that has questions in hand, and one of the others.
func working(w *world, all []*replica) (one, other *replica) {
	w.t.Helper()
	for _, r := range all {
		if r.Stats().InHand > 0 {
			one = r
		} else {
			other = r
		}
	}
	if one == nil || other == nil {
		w.t.Fatal("no replica works, or all do")
	}
	return one, other
}

// TestReplicasAnswerOnce spreads questions over three replicas, each event twice and each mention as two
// events, and wants one answer to each.
func TestReplicasAnswerOnce(t *testing.T) {
	inWorld(t, func(c *localslack.Config) { c.Limits = false }, func(w *world) {
		store := new(sharedtest.Store)
		all := w.replicas(store, 3)
		w.slack.Faults().MentionAsMessage(true)
		w.slack.Faults().Duplicate(1000, true)
		var asked, direct []string
		for range 40 {
			asked = append(asked, w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion))
			direct = append(direct, w.say(localslack.Grace, w.slack.DM(localslack.Grace), laptopQuestion))
			w.pass(200 * time.Millisecond)
		}
		w.pass(2 * time.Minute)
		w.wantAnsweredOnce(localslack.General, asked)
		w.wantAnsweredOnce(w.slack.DM(localslack.Grace), direct)
		w.wantAcked()
		if busy := endAll(all); busy < 2 {
			t.Errorf("%d replicas answered: the questions were not spread", busy)
		}
	})
}

// TestTenReplicas has ten replicas share the ten connections that Slack allows to an app, while it replaces each of
// these again and again and three replicas die: every question is answered once, by many of them.
func TestTenReplicas(t *testing.T) {
	inWorld(t, func(c *localslack.Config) { c.Limits, c.Timing.Refresh = false, 40*time.Second }, func(w *world) {
		all := w.replicas(new(sharedtest.Store), 10)
		var asked []string
		for i := range 120 {
			asked = append(asked, w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion))
			w.pass(500 * time.Millisecond)
			if i%40 == 20 {
				all[0].kill()
				all = all[1:]
			}
		}
		w.pass(10 * time.Minute)
		w.wantAnsweredOnce(localslack.General, asked)
		if busy := endAll(all); busy < 5 {
			t.Errorf("%d of %d replicas answered", busy, len(all))
		}
	})
}

// TestKilledReplicaIsReplaced kills the replica that works on questions by each door; another answers them
// within 30 s and some, while response_urls live as well.
func TestKilledReplicaIsReplaced(t *testing.T) {
	for name, ask := range map[string]func(w *world) func() int{
		"mention": func(w *world) func() int {
			w.say(localslack.Ada, localslack.General, "@verbatim Slow?")
			return func() int { return len(w.answers(localslack.General)) }
		},
		"direct": func(w *world) func() int {
			w.say(localslack.Ada, w.slack.DM(localslack.Ada), "Slow?")
			return func() int { return len(w.answers(w.slack.DM(localslack.Ada))) }
		},
		"command": func(w *world) func() int {
			if err := w.slack.Slash(localslack.Ada, localslack.General, "/ask", "Slow?"); err != nil {
				w.t.Fatal(err)
			}
			return func() int { return len(whispered(w, laptopQuote)) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, nil, func(w *world) {
				var stuck atomic.Bool
				stuck.Store(true)
				w.library.set("Slow?", func(ctx context.Context) (index.Answer, error) {
					if stuck.Load() {
						<-ctx.Done()
						return index.Answer{}, ctx.Err()
					}
					return quoting(laptopQuote)(ctx)
				})
				all := w.replicas(new(sharedtest.Store), 2)
				answers := ask(w)
				w.pass(3 * time.Second)
				one, other := working(w, all)
				stuck.Store(false)
				begun := time.Now()
				one.kill()
				for answers() == 0 && time.Since(begun) < time.Minute {
					w.pass(time.Second)
				}
				t.Logf("answered %v after the kill", time.Since(begun))
				if took := time.Since(begun); took > 30*time.Second {
					t.Errorf("it took %v", took)
				}
				w.pass(5 * time.Minute)
				if n := answers(); n != 1 {
					t.Errorf("%d answers, want 1", n)
				}
				other.end()
			})
		})
	}
}

// whispered are the messages that Ada alone sees and that hold a text.
func whispered(w *world, text string) (all []localslack.Message) {
	for _, channel := range []string{localslack.General, w.slack.DM(localslack.Ada)} {
		for _, m := range w.slack.Whispers(localslack.Ada, channel) {
			if strings.Contains(m.Text, text) {
				all = append(all, m)
			}
		}
	}
	return all
}

// TestStalledReplicaSaysNothing lets the replica that works stand still until another has answered.
func TestStalledReplicaSaysNothing(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		asking := make(chan struct{})
		var first atomic.Bool
		w.library.set("Slow?", func(ctx context.Context) (index.Answer, error) {
			if first.CompareAndSwap(false, true) {
				<-asking
			}
			return quoting(laptopQuote)(ctx)
		})
		all := w.replicas(new(sharedtest.Store), 2)
		w.say(localslack.Ada, localslack.General, "@verbatim Slow?")
		w.pass(time.Second)
		one, _ := working(w, all)
		resume := one.view.Stall()
		w.oneAnswer(localslack.General, time.Minute)
		close(asking)
		resume()
		w.oneAnswer(localslack.General, 5*time.Minute)
		if n := one.journal.Stats().Open; n > 0 {
			t.Errorf("it keeps %d questions", n)
		}
		for _, r := range all {
			r.end()
		}
	})
}

// TestStoreAway cuts the replicas off from their store: who asks is told, by each door, and answered once
// and within seconds when it is back.
func TestStoreAway(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		store := new(sharedtest.Store)
		all := w.replicas(store, 2)
		store.Away(true)
		w.pass(5 * time.Second)
		w.askByAllDoors(english().AwayWaits, 5*time.Minute, func() { store.Away(false) })
		for _, r := range all {
			r.end()
		}
	})
}

// TestEngineAway has the search engine away, without replicas.
func TestEngineAway(t *testing.T) {
	for name, fault := range map[string]func(ctx context.Context) error{
		"refuses": func(context.Context) error { return fmt.Errorf("search: %w", index.ErrAway) },
		"is silent": func(ctx context.Context) error {
			<-ctx.Done()
			return fmt.Errorf("search: %w: %w", index.ErrAway, ctx.Err())
		},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, nil, func(w *world) {
				var away atomic.Bool
				away.Store(true)
				w.library.set(laptopQuestion, func(ctx context.Context) (index.Answer, error) {
					if away.Load() {
						return index.Answer{}, fault(ctx)
					}
					return quoting(laptopQuote)(ctx)
				})
				b := w.start()
				w.askByAllDoors(english().AwayWaits, 5*time.Minute, func() { away.Store(false) })
				b.mustStop()
				wantClosed(t, w)
			})
		})
	}
}

// askByAllDoors asks while something is away, wants everyone told so and nobody answered, and, when it is
// back, each question answered once, within seconds.
func (w *world) askByAllDoors(says string, wait time.Duration, back func()) {
	w.t.Helper()
	direct := w.slack.DM(localslack.Ada)
	mention := w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
	message := w.say(localslack.Ada, direct, laptopQuestion)
	if err := w.slack.Slash(localslack.Ada, localslack.General, "/ask", laptopQuestion); err != nil {
		w.t.Fatal(err)
	}
	w.pass(wait)
	if n := len(w.answers(localslack.General)) + len(w.answers(direct)) + len(whispered(w, laptopQuote)); n > 0 {
		w.t.Errorf("%d answers while it is away: %v", n, append(texts(w.answers(localslack.General)), texts(append(w.answers(direct), whispered(w, laptopQuote)...))...))
	}
	if n := strings.Count(w.log.String(), `level=INFO msg="question taken up again"`); n > 9 {
		w.t.Errorf("the log tells %d times that one of three questions is tried", n)
	}
	if n := len(whispered(w, says)); n != 3 {
		w.t.Errorf("told %d times that it waits, want once for each of three questions", n)
	}
	back()
	w.pass(20 * time.Second)
	w.wantAnsweredOnce(localslack.General, []string{mention})
	w.wantAnsweredOnce(direct, []string{message})
	if n := len(whispered(w, laptopQuote)); n != 1 {
		w.t.Errorf("%d answers to the command, want 1", n)
	}
	w.pass(10 * time.Minute)
	w.wantAnsweredOnce(localslack.General, []string{mention})
	w.wantAnsweredOnce(direct, []string{message})
	if n := len(whispered(w, laptopQuote)); n != 1 {
		w.t.Errorf("%d answers to the command in the end, want 1", n)
	}
	w.wantAcked()
}

// lastAnswer is the last one that is remembered as given to Ada.
func (r *replica) lastAnswer() memory.Answer {
	r.w.t.Helper()
	answers, err := r.config.Memory.Answers.Answers(r.w.t.Context(), localslack.Ada, 1)
	if err != nil || len(answers) != 1 {
		r.w.t.Fatalf("%d answers are remembered: %v", len(answers), err)
	}
	return answers[0]
}

// TestVoteWaits votes while the store is away: the vote is counted when it is back, once, and told so before.
func TestVoteWaits(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		store := new(sharedtest.Store)
		all := w.replicas(store, 2)
		w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
		m := w.oneAnswer(localslack.General, time.Second)
		answer := all[0].lastAnswer()
		store.Away(true)
		w.pass(5 * time.Second)
		w.forged(localslack.Ada, m, "vote", answer.ID+voteUp)
		w.pass(time.Minute)
		if n := len(whispered(w, english().AwayWaits)); n != 1 {
			t.Errorf("told %d times that it waits, want once", n)
		}
		store.Away(false)
		w.pass(20 * time.Second)
		if v, err := all[1].config.Memory.Votes.Vote(w.t.Context(), answer.ID, localslack.Ada); err != nil || !v.Up {
			t.Errorf("vote %+v: %v", v, err)
		}
		if n := len(whispered(w, english().VoteThanks)); n != 1 {
			t.Errorf("thanked %d times, want once", n)
		}
		for _, r := range all {
			r.end()
		}
	})
}

// TestClicksWhileAway clicks what is neither a question nor a vote while the store is away: what something is to come of
// waits, its clicker is told so once, and it is done once when the store is back; all else asks to be tried again.
func TestClicksWhileAway(t *testing.T) {
	for name, tt := range map[string]struct {
		value func(id string) string
		done  func(w *world) int // how often it was done; nil where it is not to be done later
	}{
		"person": {func(id string) string { return id }, func(w *world) int {
			return strings.Count(strings.Join(texts(w.slack.Messages(localslack.General)), "\n"), "<@"+localslack.Linus+">")
		}},
		"forget_yes": {func(string) string { return "" }, func(w *world) int { return len(whispered(w, english().Forgot)) }},
		"context":    {func(id string) string { return id + ".0" }, nil},
		"why":        {func(id string) string { return id }, nil},
		"more":       {func(id string) string { return id + ".1" }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, nil, func(w *world) {
				w.change = func(c *Config) {
					c.Rules.Channels = map[string]rights.Channel{localslack.General: {People: []string{localslack.Linus}}}
				}
				store := new(sharedtest.Store)
				all := w.replicas(store, 2)
				w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
				m := w.oneAnswer(localslack.General, time.Second)
				answer := all[0].lastAnswer()
				if name == "forget_yes" { // which stands below what the bot asks back
					if err := w.slack.Slash(localslack.Ada, localslack.General, "/ask", "forget me"); err != nil {
						t.Fatal(err)
					}
					w.pass(time.Second)
					asked := w.slack.Whispers(localslack.Ada, localslack.General)
					m = asked[len(asked)-1]
				}
				store.Away(true)
				w.pass(5 * time.Second)
				f, known := all[0].feature(Act{Name: name})
				w.forged(localslack.Ada, m, name, tt.value(answer.ID))
				w.pass(time.Minute)
				waits, again := len(whispered(w, english().AwayWaits)), len(whispered(w, english().AwayTry))
				if !known || f.durable && (waits != 1 || again != 0) || !f.durable && (waits != 0 || again != 1) {
					t.Errorf("told %d times that it waits and %d times to try again; durable: %v", waits, again, f.durable)
				}
				if tt.done != nil && tt.done(w) != 0 {
					t.Error("it is done while the store is away")
				}
				store.Away(false)
				w.pass(time.Minute)
				if tt.done != nil && tt.done(w) != 1 {
					t.Errorf("done %d times, want once: %v", tt.done(w), w.sees(localslack.Ada))
				}
				for _, r := range all {
					if n := r.journal.Stats().Open; n > 0 {
						t.Errorf("%d acts are open", n)
					}
					r.end()
				}
			})
		})
	}
}

// TestEditAtAnotherReplica changes a question while a replica answers it: whichever replica gets the change,
// one answer stands in the end, and it is to the changed question.
func TestEditAtAnotherReplica(t *testing.T) {
	for i := range 6 {
		inWorld(t, func(c *localslack.Config) { c.Scopes = append(c.Scopes, "channels:history") }, func(w *world) {
			w.library.set("Slow?", slow(time.Second, quoting("Slow is smooth.")))
			all := w.replicas(new(sharedtest.Store), 3)
			direct := w.slack.DM(localslack.Ada)
			ts := w.say(localslack.Ada, direct, "Slow?")
			w.pass(time.Duration(i*300) * time.Millisecond)
			if err := w.slack.Edit(localslack.Ada, direct, ts, laptopQuestion); err != nil {
				t.Fatal(err)
			}
			m := w.oneAnswer(direct, time.Minute)
			w.wantText(m, laptopQuote)
			for _, r := range all {
				r.end()
			}
		})
	}
}

// TestQuestionThatTheEngineCannotAnswer wants a question that always finds the engine away, which answers
// others, to end with the word that something broke.
func TestQuestionThatTheEngineCannotAnswer(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.library.set("Poison?", func(context.Context) (index.Answer, error) { return index.Answer{}, index.ErrAway })
		b := w.start()
		ts := w.say(localslack.Ada, localslack.News, "@verbatim Poison?")
		for range 60 {
			w.say(localslack.Grace, localslack.General, "@verbatim "+laptopQuestion)
			w.pass(5 * time.Second)
		}
		w.pass(time.Minute)
		w.wantAnsweredOnce(localslack.News, []string{ts})
		w.wantText(w.answers(localslack.News)[0], "Something broke")
		if n := len(w.answers(localslack.General)); n != 60 {
			t.Errorf("%d of 60 others were answered", n)
		}
		b.mustStop()
		wantClosed(t, w)
	})
}

// TestPrivateChannelStaysPrivate has the settings of a channel unreadable: nothing may be said aloud there.
func TestPrivateChannelStaysPrivate(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		store := new(sharedtest.Store)
		all := w.replicas(store, 1)
		if err := all[0].config.Memory.Channels.SaveChannel(w.t.Context(), memory.Channel{ID: localslack.General, Private: true, At: time.Now()}); err != nil {
			t.Fatal(err)
		}
		store.Plan(func(o sharedtest.Op) sharedtest.Fault { return sharedtest.Fault{Away: o.Kind == "channels"} })
		w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
		w.pass(time.Minute)
		store.Plan(nil)
		w.pass(time.Minute)
		if n := len(w.answers(localslack.General)); n > 0 {
			t.Errorf("%d answers were said aloud", n)
		}
		if n := len(whispered(w, laptopQuote)); n != 1 {
			t.Errorf("%d answers to the asker alone, want 1", n)
		}
		all[0].end()
	})
}

// TestOthersDoNotDoDuties wants no digest of a bot whose duty it is not.
func TestOthersDoNotDoDuties(t *testing.T) {
	for _, leads := range []bool{false, true} {
		inWorld(t, nil, func(w *world) {
			w.change = func(c *Config) {
				c.Leads = func(duty string) bool { return leads || duty != DutyDigest }
				c.Desk.Weekly, c.Rules.AdminChannel = true, localslack.General
			}
			b := w.start()
			if err := b.memory.SaveMark(w.t.Context(), memory.Mark{ID: digestMark, At: time.Now().Add(-2 * week)}); err != nil {
				t.Fatal(err)
			}
			if err := b.digest(w.within(time.Minute)); err != nil {
				t.Error(err)
			}
			if n := len(w.answers(localslack.General)); (n > 0) != leads {
				t.Errorf("%d digests, and the duty is its: %v", n, leads)
			}
			b.mustStop()
		})
	}
}
