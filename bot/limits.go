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

// turns say when a message may be posted.
type turns struct {
	mu       sync.Mutex
	channels map[string]*rate.Limiter
	until    time.Time // nothing is posted before: Slack said so
}

func newTurns() *turns { return &turns{channels: map[string]*rate.Limiter{}} }

// wait returns when a message may be posted in channel, or with an error when ctx ends first.
func (t *turns) wait(ctx context.Context, channel string) error {
	if err := t.limiter(channel).Wait(ctx); err != nil {
		return err
	}
	for {
		pause := t.left()
		if pause <= 0 {
			return nil
		}
		if !sleep(ctx, pause) {
			return ctx.Err()
		}
	}
}

// pause stops all posting for a time. Slack does not say which of its limits was met: that of the
// channel or that of the workspace.
func (t *turns) pause(d time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if until := time.Now().Add(d); until.After(t.until) {
		t.until = until
	}
}

func (t *turns) left() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	return time.Until(t.until)
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
