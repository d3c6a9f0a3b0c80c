package localslack

import (
	"context"
	crand "crypto/rand"
	"encoding/binary"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"
)

// Workspace is one Slack workspace in memory. Its methods may be called from
// any goroutine. Close ends everything it started.
type Workspace struct {
	cfg    Config
	log    *slog.Logger
	faults *Faults

	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup

	mu      sync.Mutex // guards everything below
	closed  bool
	rng     *rand.Rand
	lastTS  int64
	changed chan struct{} // closed and replaced whenever something happened
	base    string        // http://host of the last listener or opener

	users    map[string]*User
	channels map[string]*channel
	order    []string // channel ids as they were made
	status   map[string]Status
	prompts  map[string]Prompts
	titles   map[string]string
	sessions map[string]string // states of agent sessions, by channel and thread
	files    map[string]*stored
	views    map[string]*view
	homes    map[string]*view
	triggers map[string]*trigger
	urls     map[string]*responseURL

	calls     []Call
	envelopes []*Envelope
	stray     []StrayAck
	ends      []SocketEnd
	held      []outgoing    // by Faults.OutOfOrder
	era       chan struct{} // closed by Reset: ends what was still to be delivered
	tickets   map[string]bool
	conns     []*conn
	connSeq   int
	limits    limiter
	revoked   map[string]string // codes by token, see Revoke
	socketOff bool              // see SocketMode
	ledger    ledger
	lastURL   *responseURL // made last
	hub       hub
}

// New returns a workspace of cfg. It starts no goroutine and listens nowhere:
// use Handler, or Start.
func New(cfg Config) (*Workspace, error) {
	cfg, err := cfg.ready()
	if err != nil {
		return nil, err
	}
	seed := cfg.Seed
	if seed == 0 {
		var b [8]byte
		if _, err := crand.Read(b[:]); err != nil {
			return nil, fmt.Errorf("draw a seed for localslack: %w", err)
		}
		seed = binary.LittleEndian.Uint64(b[:])
	}
	w := &Workspace{cfg: cfg, log: cfg.Logger, faults: cfg.Faults, rng: rand.New(rand.NewPCG(seed, 0)), changed: make(chan struct{})}
	w.ctx, w.cancel = context.WithCancel(context.Background())
	w.tickets, w.revoked, w.era = map[string]bool{}, map[string]string{}, make(chan struct{})
	w.fill()
	return w, nil
}

// fill makes the users and channels of the configuration, with no messages.
func (w *Workspace) fill() {
	w.users, w.channels, w.order = map[string]*User{}, map[string]*channel{}, nil
	w.status, w.prompts, w.titles = map[string]Status{}, map[string]Prompts{}, map[string]string{}
	w.sessions, w.files = map[string]string{}, map[string]*stored{}
	w.views, w.homes = map[string]*view{}, map[string]*view{}
	w.triggers, w.urls = map[string]*trigger{}, map[string]*responseURL{}
	w.limits = limiter{on: w.cfg.Limits}
	app := w.cfg.App
	w.users[app.BotUserID] = &User{ID: app.BotUserID, Name: app.Name, RealName: app.Name, Locale: "en-US", TZ: "Etc/UTC", BotID: app.BotID, TeamID: w.cfg.Team.ID}
	for _, ch := range w.cfg.Channels {
		w.addChannel(ch)
	}
	for _, u := range w.cfg.Users {
		if u.TeamID == "" {
			u.TeamID = w.cfg.Team.ID
		}
		w.users[u.ID] = &u
		if u.BotID == "" && u.TeamID == w.cfg.Team.ID {
			w.addChannel(Channel{ID: "D" + u.ID[1:], Kind: Direct, Members: []string{u.ID, app.BotUserID}})
		}
	}
}

// Config returns the configuration in force, with every default filled in.
func (w *Workspace) Config() Config { return w.cfg }

// Faults returns the faults of this workspace, to add some or take them away.
func (w *Workspace) Faults() *Faults { return w.faults }

// Reset forgets messages, views, statuses and pending deliveries. Connections,
// memberships of the configuration and the records stay.
func (w *Workspace) Reset() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, e := range w.envelopes {
		e.abandon()
	}
	close(w.era)
	w.era, w.held = make(chan struct{}), nil
	for _, s := range w.status {
		close(s.stop)
	}
	w.fill()
	w.publish(update{Type: "reset"}, nil)
}

// Close cuts every connection and waits until all goroutines have ended.
func (w *Workspace) Close() {
	w.mu.Lock()
	w.closed = true
	conns := w.conns
	w.mu.Unlock()
	w.cancel()
	for _, c := range conns {
		c.cut()
	}
	w.wg.Wait()
}

// spawn runs f in a goroutine that Close waits for; after Close it does nothing.
// The caller holds w.mu.
func (w *Workspace) spawn(f func()) {
	if !w.closed {
		w.wg.Go(f)
	}
}

// enter counts a handler among what Close waits for; leave must follow when it reports true.
func (w *Workspace) enter() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return false
	}
	w.wg.Add(1)
	return true
}

func (w *Workspace) leave() { w.wg.Done() }

// after runs f with w.mu held once d has passed, unless stop is closed or the workspace ends
// first. The caller holds w.mu.
func (w *Workspace) after(d time.Duration, stop <-chan struct{}, f func()) {
	w.spawn(func() {
		t := time.NewTimer(d)
		defer t.Stop()
		select {
		case <-w.ctx.Done():
			return
		case <-stop:
			return
		case <-t.C:
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		select {
		case <-stop:
		default:
			f()
		}
	})
}

// touch wakes everybody who waits for a change. The caller holds w.mu.
func (w *Workspace) touch() {
	w.trim()
	close(w.changed)
	w.changed = make(chan struct{})
}

// wait returns once ready, called with w.mu held, reports true.
func (w *Workspace) wait(ctx context.Context, what string, ready func() bool) error {
	for {
		w.mu.Lock()
		ok, changed := ready(), w.changed
		w.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-changed:
		case <-w.ctx.Done():
			return fmt.Errorf("wait for %s: the workspace is closed", what)
		case <-ctx.Done():
			return fmt.Errorf("wait for %s: %w", what, ctx.Err())
		}
	}
}
