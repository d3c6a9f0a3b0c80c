package bot

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Slack takes about one message a second in a channel and tolerates short bursts.
// Source: docs.slack.dev, apis/web-api/rate-limits.
const (
	postsPerSecond = 1
	postsAtOnce    = 3
	// maxLimiters is from when on channels that have been quiet are forgotten.
	maxLimiters = 4096
)

// A hold stops calls for as long as Slack said. The zero value stops none.
type hold struct {
	mu    sync.Mutex
	until time.Time
}

// maxHold is the longest that one reply stops all calls: Slack asks for a minute at most, but what stands before it may
// ask for anything.
const maxHold = time.Hour

// pause stops all calls for a time, [maxHold] at most.
func (h *hold) pause(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.until = later(h.until, time.Now().Add(min(d, maxHold)))
}

// heed stops all calls where err is Slack's wish for it, and returns err.
func (h *hold) heed(err error) error {
	if what, pause := judge(err); what == wait {
		h.pause(pause)
	}
	return err
}

// turn returns when limiter and hold let a call go on, or with an error when ctx ends first. What the hold
// stopped takes another turn of the limiter, or it would come on top of what the limiter lets through by then.
func (h *hold) turn(ctx context.Context, limiter *rate.Limiter) error {
	for {
		if err := limiter.Wait(ctx); err != nil {
			return err
		}
		if h.left() <= 0 {
			return nil
		}
		if err := h.wait(ctx); err != nil {
			return err
		}
	}
}

// wait returns when the hold is over, or with an error when ctx ends first.
func (h *hold) wait(ctx context.Context) error {
	for left := h.left(); left > 0; left = h.left() {
		if !sleep(ctx, left) {
			return ctx.Err()
		}
	}
	return nil
}

func (h *hold) left() time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	return time.Until(h.until)
}

// turns say when a message may be posted. The hold is for all channels: Slack does not say which of its limits was
// met, that of the channel or that of the workspace.
type turns struct {
	held hold

	mu       sync.Mutex
	channels map[string]*rate.Limiter
}

func newTurns() *turns { return &turns{channels: map[string]*rate.Limiter{}} }

// wait returns when a message may be posted in channel, or with an error when ctx ends first.
func (t *turns) wait(ctx context.Context, channel string) error {
	return t.held.turn(ctx, t.limiter(channel))
}

func (t *turns) limiter(channel string) *rate.Limiter {
	t.mu.Lock()
	defer t.mu.Unlock()
	if l := t.channels[channel]; l != nil {
		return l
	}
	if len(t.channels) >= maxLimiters {
		for id, l := range t.channels {
			if l.Tokens() >= postsAtOnce {
				delete(t.channels, id)
			}
		}
	}
	l := rate.NewLimiter(postsPerSecond, postsAtOnce)
	t.channels[channel] = l
	return l
}
