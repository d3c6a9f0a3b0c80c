package shared_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"verbatim/bot/journal"
	"verbatim/bot/shared"
	"verbatim/bot/sharedtest"
)

// A model is a Slack that delivers questions to replicas which die, stall and lose the store, and a ledger of
// what was posted. Each replica works as the bot does: claim, look if a post may have been made, mark, post, note.
type model struct {
	t     *testing.T
	dir   string
	plan  plan
	store *sharedtest.Store

	mu     sync.Mutex
	rand   *rand.Rand
	posted map[string][]string // keys by message
	kills  int
	faults int
}

// A plan says what goes wrong, each as a chance in a thousand.
type plan struct {
	replicas, messages int
	// kill is for each point of the way, stall for each before a post is marked.
	kill, stall int
	// away and lost are for each call of the store.
	away, lost int
	// twice is that an event is delivered once more to any replica, both that a message has two events.
	twice, both int
	// forget is that a data folder is gone after a kill.
	forget int
	// slow lets calls of the store take some time.
	slow bool
}

func (m *model) chance(of func(plan) int) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.rand.IntN(1000) < of(m.plan)
}

func (m *model) upTo(d time.Duration) time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	return time.Duration(m.rand.Int64N(int64(d)))
}

func (m *model) post(message, key string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.posted[message] = append(m.posted[message], key)
}

func (m *model) stands(message string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.posted[message]) > 0
}

// A process is one life of a replica.
type process struct {
	*model
	place   string
	journal *journal.Journal
	replica *shared.Replica
	dead    atomic.Bool
	view    *sharedtest.View // of which it sees nothing once it is dead
	end     context.CancelFunc
	ended   sync.WaitGroup
	hands   sync.WaitGroup
	wake    chan struct{}

	busyMu sync.Mutex
	busy   map[string]bool
}

// start begins a life of the replica at a place.
func (m *model) start(place string) *process {
	p := &process{model: m, place: place, view: m.store.View(), busy: map[string]bool{}, wake: make(chan struct{}, 1)}
	dir := filepath.Join(m.dir, place)
	replica, err := shared.Join(context.Background(), shared.Options{Store: p.view, Dir: dir, Woken: func() {
		select {
		case p.wake <- struct{}{}:
		default:
		}
	}})
	if err != nil {
		m.t.Fatal(err)
	}
	p.replica = replica
	if p.journal, err = journal.Open(dir, journal.Options{Claims: replica.Claims(), Logger: slog.New(slog.DiscardHandler)}); err != nil {
		m.t.Fatal(err)
	}
	ctx, end := context.WithCancel(context.Background())
	p.end = end
	p.ended.Go(func() { p.replica.Run(ctx, p.journal) })
	p.ended.Go(func() { p.sweep(ctx) })
	return p
}

// kill ends a process as kill -9 does: what it does from now on arrives nowhere.
func (p *process) kill() {
	if p.dead.Swap(true) {
		return
	}
	p.view.Away(true)
	p.mu.Lock()
	p.kills++
	p.mu.Unlock()
	p.end()
}

// bury waits for the goroutines of a dead process and lets go of its file.
func (p *process) bury() {
	p.hands.Wait()
	p.ended.Wait()
	if err := p.journal.Close(); err != nil {
		p.t.Error(err)
	}
}

// point is a moment at which the process may die; it reports whether it lives on.
func (p *process) point() bool {
	if !p.dead.Load() && p.chance(func(p plan) int { return p.kill }) {
		p.kill()
	}
	return !p.dead.Load()
}

// stall stops all that the process does for a while, sometimes.
func (p *process) stall() {
	if !p.chance(func(p plan) int { return p.stall }) {
		return
	}
	if resume := p.view.Stall(); resume != nil {
		<-time.After(15*time.Second + p.upTo(30*time.Second))
		resume()
	}
}

// hear takes an event, and reports whether it acknowledged it.
func (p *process) hear(ctx context.Context, key, message string) bool {
	if !p.point() {
		return false
	}
	_, err := p.journal.Receive(ctx, journal.Entry{Key: key, Alias: message, Kind: "mention", Payload: []byte(message)})
	return err == nil && p.point()
}

// sweep works on what is open, until ctx ends.
func (p *process) sweep(ctx context.Context) {
	for ctx.Err() == nil {
		open, err := p.journal.Pending(context.Background())
		if err != nil {
			p.t.Error(err)
		}
		for _, e := range open {
			p.busyMu.Lock()
			taken := p.busy[e.Key]
			p.busy[e.Key] = true
			p.busyMu.Unlock()
			if !taken && ctx.Err() == nil {
				p.hands.Go(func() {
					p.work(e)
					p.busyMu.Lock()
					delete(p.busy, e.Key)
					p.busyMu.Unlock()
				})
			}
		}
		select {
		case <-time.After(500 * time.Millisecond):
		case <-p.wake:
		case <-ctx.Done():
		}
	}
}

// work answers one question.
func (p *process) work(e journal.Entry) {
	ctx, message := context.Background(), string(e.Payload)
	if !p.point() {
		return
	}
	// The entry may be of before, when another has answered it: what the journal says now counts.
	if _, err := p.journal.Claim(ctx, e.Key); err != nil || !p.point() {
		return
	}
	p.stall()
	e, err := p.journal.Get(ctx, e.Key)
	if err != nil || !e.State.Open() {
		return
	}
	if e.State == journal.Posting && p.stands(message) {
		p.end1(ctx, e.Key)
		return
	}
	if err := p.journal.Posting(ctx, e.Key); err != nil || !p.point() {
		return
	}
	p.post(message, e.Key)
	if p.point() {
		p.end1(ctx, e.Key)
	}
}

func (p *process) end1(ctx context.Context, key string) {
	if err := p.journal.Answered(ctx, key, "ts"); err != nil && !errors.Is(err, journal.ErrFinal) && !p.dead.Load() {
		p.t.Errorf("note the answer to %s: %v", key, err)
	}
}

// A fleet are the places of replicas, each with a process that lives or is about to.
type fleet struct {
	*model
	mu     sync.Mutex
	places []*process
}

// any is a process at random; nil for a place where none lives.
func (f *fleet) any() *process {
	i := int(f.upTo(time.Duration(f.plan.replicas)))
	f.mu.Lock()
	defer f.mu.Unlock()
	if p := f.places[i]; !p.dead.Load() {
		return p
	}
	return nil
}

// tend starts a process again some time after it died, until ctx ends.
func (f *fleet) tend(ctx context.Context, i int) {
	for ctx.Err() == nil {
		f.mu.Lock()
		p := f.places[i]
		f.mu.Unlock()
		select {
		case <-time.After(200 * time.Millisecond):
		case <-ctx.Done():
			return
		}
		if !p.dead.Load() {
			continue
		}
		p.bury()
		<-time.After(f.upTo(30 * time.Second))
		if f.chance(func(p plan) int { return p.forget }) {
			if err := os.RemoveAll(filepath.Join(f.dir, p.place)); err != nil {
				f.t.Error(err)
			}
		}
		p = f.start(p.place)
		f.mu.Lock()
		f.places[i] = p
		f.mu.Unlock()
	}
}

// deliver brings an event to any replica until one acknowledges it, as Slack does, though more often.
func (f *fleet) deliver(key, message string) {
	for {
		if p := f.any(); p != nil && p.hear(context.Background(), key, message) {
			return
		}
		<-time.After(f.upTo(20 * time.Second))
	}
}

// run delivers all messages, lets everything come to rest, and returns how many were answered never, and
// more than once.
func (m *model) run() (lost, doubled int) {
	f := &fleet{model: m}
	for i := range m.plan.replicas {
		f.places = append(f.places, m.start(fmt.Sprint("replica", i)))
	}
	ctx, end := context.WithCancel(context.Background())
	var tending, delivering sync.WaitGroup
	for i := range f.places {
		tending.Go(func() { f.tend(ctx, i) })
	}
	m.store.Plan(m.fault)
	for i := range m.plan.messages {
		message := fmt.Sprint("message", i)
		delivering.Go(func() { f.deliver("k"+message, message) })
		if m.chance(func(p plan) int { return p.twice }) {
			delivering.Go(func() { <-time.After(m.upTo(4 * time.Second)); f.deliver("k"+message, message) })
		}
		if m.chance(func(p plan) int { return p.both }) {
			delivering.Go(func() { f.deliver("other"+message, message) })
		}
		<-time.After(m.upTo(400 * time.Millisecond))
	}
	delivering.Wait()
	m.mu.Lock()
	m.plan.kill, m.plan.stall, m.plan.away, m.plan.lost = 0, 0, 0, 0
	m.mu.Unlock()
	<-time.After(5 * time.Minute)
	synctest.Wait()
	end()
	tending.Wait()
	m.rest(f)
	for i := range m.plan.messages {
		switch n := len(m.posted[fmt.Sprint("message", i)]); {
		case n == 0:
			lost++
		case n > 1:
			doubled++
		}
	}
	return lost, doubled
}

// fault decides on a call of the store.
func (m *model) fault(sharedtest.Op) sharedtest.Fault {
	m.mu.Lock()
	defer m.mu.Unlock()
	f := sharedtest.Fault{Away: m.rand.IntN(1000) < m.plan.away, Lost: m.rand.IntN(1000) < m.plan.lost}
	if m.plan.slow {
		f.Wait = time.Duration(m.rand.Int64N(int64(30 * time.Millisecond)))
	}
	if f.Away || f.Lost {
		m.faults++
	}
	return f
}

// rest ends all processes in order, and wants nothing left open anywhere.
func (m *model) rest(f *fleet) {
	for _, p := range f.places {
		if n := p.journal.Stats().Open; n > 0 && !p.dead.Load() {
			m.t.Errorf("%s has %d open questions", p.place, n)
		}
		p.end()
		p.bury()
	}
	for _, r := range m.store.Records("question") {
		if r.Keys["open"] != "no" {
			m.t.Errorf("a question is open in the store: %s", r.Body)
		}
	}
}

// quickDir is a folder in memory where the system has one.
func quickDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "verbatim-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// runModel runs one plan with a seed.
func runModel(t *testing.T, seed uint64, p plan) (lost, doubled int) {
	t.Helper()
	dir := quickDir(t)
	synctest.Test(t, func(t *testing.T) {
		m := &model{t: t, dir: dir, plan: p, store: new(sharedtest.Store), rand: rand.New(rand.NewPCG(seed, 8)), posted: map[string][]string{}}
		lost, doubled = m.run()
		t.Logf("seed %d: %d messages, %d kills, %d faults of the store, %d lost, %d doubled", seed, p.messages, m.kills, m.faults, lost, doubled)
		if p.kill > 0 && m.kills == 0 || p.away+p.lost > 0 && m.faults == 0 {
			t.Error("nothing went wrong: the plan does nothing")
		}
	})
	return lost, doubled
}

// plans are what TestEachQuestionOnce runs.
func plans() map[string]plan {
	return map[string]plan{
		"nothing wrong":      {replicas: 3, messages: 60, twice: 300, both: 300},
		"killed":             {replicas: 3, messages: 60, twice: 300, both: 300, kill: 40, slow: true},
		"store away":         {replicas: 3, messages: 60, twice: 300, both: 300, away: 100, lost: 100, slow: true},
		"killed, store away": {replicas: 3, messages: 60, twice: 300, both: 300, kill: 30, away: 60, lost: 60, slow: true},
		"stalled":            {replicas: 3, messages: 60, twice: 300, both: 300, stall: 200, slow: true},
		"folders lost":       {replicas: 2, messages: 60, twice: 300, both: 300, kill: 40, forget: 500},
		"one replica":        {replicas: 1, messages: 40, twice: 300, both: 300, kill: 40, away: 60, lost: 60},
	}
}

// TestEachQuestionOnce lets replicas die at any point, stall and lose the store; each message is answered
// once. VERBATIM_LONG=1 runs many seeds.
func TestEachQuestionOnce(t *testing.T) {
	seeds := uint64(2)
	if os.Getenv("VERBATIM_LONG") != "" {
		seeds = 40
	}
	for name, p := range plans() {
		t.Run(name, func(t *testing.T) {
			for seed := range seeds {
				if lost, doubled := runModel(t, seed, p); lost+doubled > 0 {
					t.Errorf("seed %d: %d lost, %d doubled", seed, lost, doubled)
				}
			}
		})
	}
}
