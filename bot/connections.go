package bot

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
	"golang.org/x/sync/errgroup"
	"golang.org/x/time/rate"
)

const (
	// DefaultConnections is how many connections are kept open. Slack sends each event to any one
	// of them, so a second covers the gap while the first is replaced. Slack allows ten per app.
	DefaultConnections = 2
	// MaxConnections leaves room for each to be open twice while it is replaced.
	MaxConnections = 5
	// shortLife: a connection that ends before it is this old died early, so that one which opens and
	// dies at once does not make a storm.
	shortLife = time.Minute
	// refreshPause is the least time between opening a connection and opening its replacement.
	// Slack's warning comes about 10 s before it closes.
	refreshPause = 5 * time.Second
	// disabledPause is how long to wait when Socket Mode is switched off: only a person can switch it on
	// again. The first waits are shorter, from disabledFirst, as it may be a short interruption.
	disabledPause = 5 * time.Minute
	disabledFirst = 30 * time.Second
	// disabledBriefly is the wait when it is said for the first time, or while another connection stays: perhaps
	// it is not switched off for good.
	disabledBriefly = 2 * time.Second
	// closedPause is the longest wait after a link that was greeted and then broke early: Slack can be
	// reached, so that waiting longer would only mean to hear less. opensPerMinute bounds it.
	closedPause = 500 * time.Millisecond
	// opensPerMinute is how often apps.connections.open is called at most, by all connections together;
	// opensAtOnce without a wait. Slack allows 50 a minute. Source: docs.slack.dev, the method's page.
	opensPerMinute = 40
	opensAtOnce    = 8
	// startTime is how long after the first link was opened a refusal of the token counts as one at the
	// start: the other links are opened at the same time.
	startTime = 5 * time.Second
)

// connections keeps a number of links to Slack open.
type connections struct {
	api    *slack.Client
	dialer *websocket.Dialer
	handle handler
	log    *slog.Logger
	opens  *rate.Limiter
	// held stops the calls of all slots when Slack says to one of them that there are too many.
	held hold
	// off says that Slack gives addresses and nothing comes, as Socket Mode is switched off.
	off *atomic.Bool
	// refusals has the app-level token while Slack refuses it.
	refusals *refusals
	// since is when the first link was open; nil before that.
	since atomic.Pointer[time.Time]

	mu    sync.Mutex
	links map[*link]bool   // that are open
	ends  map[ending]int64 // how many links came to which end
	// lastPong is when Slack last answered on a link that is left.
	lastPong time.Time

	// tried is closed once Slack has not refused the app-level token: it gave an address, or was
	// not to be reached.
	tried    chan struct{}
	tellOnce sync.Once
}

// run keeps n links open until ctx ends, or until Slack gives an answer that no second try heals.
// Handlers run with work, which should outlive ctx.
func (c *connections) run(ctx, work context.Context, n int) error {
	group, ctx := errgroup.WithContext(ctx)
	for i := range n {
		s := &slot{connections: c, log: c.log.With("connection", i+1)}
		group.Go(func() error { return s.keep(ctx, work) })
	}
	return group.Wait()
}

// opened counts a link in.
func (c *connections) opened(l *link) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.links[l] = true
}

// left counts a link out.
func (c *connections) left(l *link) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.links, l)
	c.lastPong = later(c.lastPong, l.answered())
}

// ended counts an end. One that fell silent counts as closed, as does what is new of what Slack calls it.
func (c *connections) ended(end ending) {
	switch end {
	case endRefresh, endDisabled, endTooMany, endStopped:
	default:
		end = endClosed
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ends[end]++
}

// open is how many links are open.
func (c *connections) open() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.links)
}

// stay is how many of them need no replacement.
func (c *connections) stay() (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for l := range c.links {
		if !l.parting.Load() {
			n++
		}
	}
	return n
}

// heard is how many of them Slack answers on.
func (c *connections) heard() (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for l := range c.links {
		if lately(l.answered()) {
			n++
		}
	}
	return n
}

// hears says that Slack has answered a ping lately, on whichever link: one that was just replaced counts, as
// its successor has not had the time.
func (c *connections) hears() bool {
	if c.off.Load() {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	last := c.lastPong
	for l := range c.links {
		last = later(last, l.answered())
	}
	return lately(last)
}

// lately says that a pong is younger than the time after which a link is closed as dead. How long nothing was
// asked does not matter.
func lately(pong time.Time) bool { return time.Since(pong) <= pongWithin+pingEvery }

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// endings is how many links came to which end.
func (c *connections) endings() map[string]int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := map[string]int64{}
	for end, n := range c.ends {
		all[string(end)] = n
	}
	return all
}

// A slot is the place of one link. It is only ever used by one goroutine.
type slot struct {
	*connections
	log *slog.Logger
	// old still works while its replacement is opened; nil when there is none.
	old *link
	// end is how the link before came to its end, "" before the first.
	end ending
	// failures counts tries that failed, in a row.
	failures int
	// disabled counts the links in a row that ended because Socket Mode was switched off, and tooMany those
	// that ended because others had too many open.
	disabled, tooMany int
}

// keep keeps one link open.
func (s *slot) keep(ctx, work context.Context) error {
	defer s.leaveOld()
	for ctx.Err() == nil {
		pause, err := s.once(ctx, work)
		if err != nil {
			return err
		}
		s.rest(ctx, pause)
	}
	return nil
}

// rest waits. A link that Slack has closed meanwhile is left at once, and where it was to be refreshed, its
// replacement waits no longer.
func (s *slot) rest(ctx context.Context, pause time.Duration) {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	for {
		var closed <-chan struct{}
		if s.old != nil {
			closed = s.old.done
		}
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
			return
		case <-closed:
			s.leaveOld()
			if s.end == endRefresh {
				return
			}
		}
	}
}

// once opens a link, leaves the one it replaces, and waits until it needs a replacement or has ended. One that
// needs a replacement is heard until that is there. It returns how long to wait before the next.
func (s *slot) once(ctx, work context.Context) (time.Duration, error) {
	s.forgetDead()
	next, err := s.dial(ctx, work)
	if err != nil {
		return s.failed(ctx, err)
	}
	s.opened(next)
	opened := time.Now()
	s.since.CompareAndSwap(nil, &opened)
	s.log.Info("connected to slack")
	if s.refusals.heal(AppTokenName) {
		s.log.Info("slack accepts the app-level token again")
	}
	s.leaveOld()
	s.failures = 0
	if s.off.Load() {
		next.part(endDisabled)
	}
	s.end = next.wait(ctx)
	s.ended(s.end)
	s.old = next
	if s.end == endClosed {
		s.leaveOld()
		s.log.Info("connection ended", "error", next.err)
	}
	return s.pauseAfter(s.end, time.Since(opened)), nil
}

// forgetDead closes the link to be replaced if Slack has closed it first.
func (s *slot) forgetDead() {
	if s.old == nil {
		return
	}
	select {
	case <-s.old.done:
		s.leaveOld()
	default:
	}
}

// leaveOld closes the link that was replaced or has ended.
func (s *slot) leaveOld() {
	if s.old != nil {
		s.old.leave()
		s.left(s.old)
		s.old = nil
	}
}

// dial asks Slack for an address and opens a link there.
func (s *slot) dial(ctx, work context.Context) (*link, error) {
	if err := errors.Join(s.refusals.pace(ctx, AppTokenName), s.held.turn(ctx, s.opens)); err != nil {
		return nil, err
	}
	opening, cancel := context.WithTimeout(ctx, openWithin)
	defer cancel()
	_, url, err := s.api.StartSocketModeContext(opening)
	if ctx.Err() == nil && asSetup(AppTokenName, methodOpen, err) == nil {
		s.tellOnce.Do(func() { close(s.tried) })
	}
	if err != nil {
		return nil, err
	}
	if url == "" {
		return nil, errors.New(methodOpen + ": Slack gave no address")
	}
	return dial(opening, work, s.dialer, url, s.handle, s.log)
}

// wait returns when the link has ended, is to be replaced, or ctx has ended.
func (l *link) wait(ctx context.Context) ending {
	select {
	case <-ctx.Done():
		return endStopped
	case end := <-l.parts:
		return end
	case <-l.done:
	}
	select {
	case end := <-l.parts: // said just before it closed
		return end
	default:
		return endClosed
	}
}

// failed decides what to do when a link did not open.
func (s *slot) failed(ctx context.Context, err error) (time.Duration, error) {
	if ctx.Err() != nil {
		return 0, nil
	}
	var setup *SetupError
	if errors.As(asSetup(AppTokenName, methodOpen, err), &setup) {
		return 0, s.turnedAway(setup)
	}
	var refused *disconnected
	if errors.As(err, &refused) {
		s.end = refused.reason
		s.ended(s.end)
		return s.pauseAfter(s.end, 0), nil
	}
	s.failures++
	pause := backoff(s.failures)
	var limited *slack.RateLimitedError
	if errors.As(err, &limited) {
		pause = max(pause, min(limited.RetryAfter, maxHold))
		s.held.pause(limited.RetryAfter)
	}
	s.log.Warn("cannot connect to slack", "error", err, "failures", s.failures, "pause", pause)
	return pause, nil
}

// turnedAway returns the error that ends the bot when Slack refuses the app-level token. Once the token has
// worked for [startTime] there is none: the bot goes on, not ready, and tries every [refusedPause].
func (s *slot) turnedAway(why *SetupError) error {
	if since := s.since.Load(); since == nil || time.Since(*since) < startTime {
		return why
	}
	if s.refusals.note(AppTokenName, why) {
		s.log.Error("slack refuses the app-level token: nothing is heard until it is good again", "error", why, "pause", refusedPause)
	}
	return nil
}

// pauseAfter returns how long to wait after a link that lived so long ended.
func (s *slot) pauseAfter(end ending, life time.Duration) time.Duration {
	switch end {
	case endStopped:
		return 0
	case endRefresh:
		s.disabled, s.tooMany = 0, 0
		return max(0, refreshPause-life)
	case endDisabled:
		if life >= shortLife {
			s.disabled = 0
		}
		s.disabled++
		if s.stay() > 0 || s.disabled == 1 { // perhaps it is not switched off for good
			return disabledBriefly
		}
		pause := min(disabledPause, disabledFirst<<min(s.disabled-2, 8)) + backoff(1)
		s.log.Error("socket mode is switched off in the app's settings: switch it on at \"Socket Mode\"", "pause", pause)
		return pause
	}
	if life >= shortLife {
		s.disabled, s.tooMany = 0, 0
		return 0
	}
	pause := closedPause - rand.N(closedPause/2)
	if end == endTooMany { // no other fault says that there are too many
		s.tooMany++
		pause = backoff(s.tooMany)
	} else {
		s.tooMany = 0
	}
	s.log.Warn("connection ended early", "reason", string(end), "life", life, "pause", pause)
	return pause
}
