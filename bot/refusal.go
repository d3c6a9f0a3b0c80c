package bot

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	// refusedPause is the time between two tries with a token that Slack has refused while the bot ran:
	// only a person can heal that, and nobody is helped by a storm of tries.
	refusedPause = 30 * time.Second
	// checkEvery is how often a bot token is shown to Slack though nothing is posted, so that one that was
	// revoked in a quiet hour is known before the next question.
	checkEvery = 5 * time.Minute
)

// refusals are the tokens that Slack has refused since the bot worked, by the names of the tokens. What
// is refused at the start ends the bot instead, as somebody is there who sees it.
type refusals struct {
	mu    sync.Mutex
	by    map[string]*SetupError
	tries *rate.Limiter // of connections with a refused token
}

func newRefusals() *refusals {
	return &refusals{by: map[string]*SetupError{}, tries: rate.NewLimiter(rate.Every(refusedPause), 1)}
}

// note notes a refusal, and reports whether it is the first since the token was accepted.
func (r *refusals) note(token string, why *SetupError) (first bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	first = r.by[token] == nil
	if first {
		r.tries.Allow() // this try counts
	}
	r.by[token] = why
	return first
}

// heal forgets a refusal, and reports whether there was one.
func (r *refusals) heal(token string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	was := r.by[token] != nil
	delete(r.by, token)
	return was
}

// of returns why a token is refused, nil if it is not.
func (r *refusals) of(token string) *SetupError {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.by[token]
}

// pace waits before a try with a token that is refused.
func (r *refusals) pace(ctx context.Context, token string) error {
	if r.of(token) == nil {
		return nil
	}
	return r.tries.Wait(ctx)
}

// Refused returns why Slack refuses a token of the running bot, nil if it refuses none. While it does, the
// bot is not ready: questions stay open in the journal and are answered once the token is good again.
func (b *Bot) Refused() error {
	var all []error
	for _, token := range []string{BotTokenName, AppTokenName} {
		if why := b.refusals.of(token); why != nil {
			all = append(all, why)
		}
	}
	return errors.Join(all...)
}

// unfit notes that Slack refused the bot token, or that it lacks a right.
func (b *Bot) unfit(why *SetupError) {
	if b.refusals.note(BotTokenName, why) {
		b.log.Error("slack refuses the bot token: questions stay open until it is good again", "error", why)
		select {
		case b.doubted <- struct{}{}:
		default:
		}
	}
}

// recheck shows the bot token to Slack now and then until ctx ends, and soon again after a refusal.
func (b *Bot) recheck(ctx context.Context) {
	for {
		pause := checkEvery
		if b.refusals.of(BotTokenName) != nil {
			pause = refusedPause
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
		case <-b.doubted:
		case <-timer.C:
			b.recheckOnce(ctx)
		}
		timer.Stop()
		if ctx.Err() != nil {
			return
		}
	}
}

// recheckOnce shows the bot token to Slack. That Slack is not to be reached says nothing about the token.
func (b *Bot) recheckOnce(ctx context.Context) {
	asking, cancel := context.WithTimeout(ctx, introduceWithin)
	defer cancel()
	who, err := b.api.AuthTestContext(asking)
	if err == nil {
		err = b.mayWork(who)
	} else {
		err = asSetup(BotTokenName, "auth.test", err)
		if err == nil {
			return
		}
	}
	var why *SetupError
	switch {
	case errors.As(err, &why):
		b.unfit(why)
	case b.refusals.heal(BotTokenName):
		b.log.Info("slack accepts the bot token again")
		b.wake()
	}
}
