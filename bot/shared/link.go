package shared

import (
	"context"
	"errors"
	"log/slog"
	"sync"

	"verbatim/bot/journal"
)

// A link knows whether the store can be reached, from what came of the last calls.
type link struct {
	log *slog.Logger
	// back is called when it can be reached again.
	back func()

	mu sync.Mutex
	// joined says that this replica has beaten: before, others would not know whose its questions are.
	joined bool
	away   bool
}

// up returns [journal.ErrAway] while nothing is to be asked of the store. Only beats are then, so that
// questions wait for none of its timeouts.
func (l *link) up() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.joined || l.away {
		return journal.ErrAway
	}
	return nil
}

// heard notes what came of a call, and returns its error.
func (l *link) heard(err error) error {
	if errors.Is(err, journal.ErrAway) {
		l.mu.Lock()
		defer l.mu.Unlock()
		if !l.away {
			l.log.Warn("the store that replicas share cannot be reached: questions wait in the journal", "error", err)
		}
		l.away = true
	}
	return err
}

// beaten notes what came of a beat: after one that was written the store is there.
func (l *link) beaten(err error) {
	if err != nil {
		_ = l.heard(err)
		return
	}
	l.mu.Lock()
	was := l.away || !l.joined
	if l.away {
		l.log.Info("the store that replicas share is back")
	}
	l.joined, l.away = true, false
	l.mu.Unlock()
	if was {
		l.back()
	}
}

// gate returns a store that is asked only while it can be reached, in bounded time, and of which every call
// tells the link what came of it.
func (l *link) gate(s Store) Store { return &gated{s, l} }

type gated struct {
	store Store
	link  *link
}

// pass makes a call, if the store can be reached. One that its caller did not wait for tells nothing of the store.
func pass[T any](ctx context.Context, g *gated, f func() (T, error)) (T, error) {
	if err := g.link.up(); err != nil {
		var none T
		return none, err
	}
	v, err := f()
	if ctx.Err() != nil {
		return v, err
	}
	return v, g.link.heard(err)
}

// Get implements [Reader].
func (g *gated) Get(ctx context.Context, kind, id string) (Record, error) {
	return pass(ctx, g, func() (Record, error) { return get(ctx, g.store, kind, id) })
}

// List implements [Reader].
func (g *gated) List(ctx context.Context, q Query) ([]Record, error) {
	return pass(ctx, g, func() ([]Record, error) { return list(ctx, g.store, q) })
}

// Create implements [Writer].
func (g *gated) Create(ctx context.Context, r Record) (Version, error) {
	return pass(ctx, g, func() (Version, error) { return create(ctx, g.store, r) })
}

// Replace implements [Writer].
func (g *gated) Replace(ctx context.Context, r Record) (Version, error) {
	return pass(ctx, g, func() (Version, error) { return replace(ctx, g.store, r) })
}

// Put implements [Writer].
func (g *gated) Put(ctx context.Context, r Record) (Version, error) {
	return pass(ctx, g, func() (Version, error) {
		return call(ctx, callWithin, func(ctx context.Context) (Version, error) { return g.store.Put(ctx, r) })
	})
}

// Delete implements [Remover].
func (g *gated) Delete(ctx context.Context, kind, id string) error {
	_, err := pass(ctx, g, func() (struct{}, error) { return struct{}{}, remove(ctx, g.store, kind, id) })
	return err
}
