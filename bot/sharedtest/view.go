package sharedtest

import (
	"context"
	"sync/atomic"

	"verbatim/bot/journal"
	"verbatim/bot/shared"
)

// A View is how one process sees a [Store], from which it alone may be cut off.
type View struct {
	store *Store
	away  atomic.Bool
	stall atomic.Pointer[chan struct{}]
}

// View returns a view of the store.
func (s *Store) View() *View { return &View{store: s} }

// Away cuts this view off, or brings it back.
func (v *View) Away(away bool) { v.away.Store(away) }

// Stall lets each call of this view wait until the function that it returns is called, as in a process that
// stands still. It returns nil when it stalls already.
func (v *View) Stall() (resume func()) {
	wait := make(chan struct{})
	if !v.stall.CompareAndSwap(nil, &wait) {
		return nil
	}
	return func() { v.stall.Store(nil); close(wait) }
}

// through makes a call as far as the view lets it.
func through[T any](ctx context.Context, v *View, f func() (T, error)) (none T, err error) {
	if wait := v.stall.Load(); wait != nil {
		<-*wait
	}
	if v.away.Load() {
		return none, journal.ErrAway
	}
	if err := ctx.Err(); err != nil {
		return none, err
	}
	return f()
}

// Get implements [shared.Reader].
func (v *View) Get(ctx context.Context, kind, id string) (shared.Record, error) {
	return through(ctx, v, func() (shared.Record, error) { return v.store.Get(ctx, kind, id) })
}

// List implements [shared.Reader].
func (v *View) List(ctx context.Context, q shared.Query) ([]shared.Record, error) {
	return through(ctx, v, func() ([]shared.Record, error) { return v.store.List(ctx, q) })
}

// Create implements [shared.Writer].
func (v *View) Create(ctx context.Context, r shared.Record) (shared.Version, error) {
	return through(ctx, v, func() (shared.Version, error) { return v.store.Create(ctx, r) })
}

// Replace implements [shared.Writer].
func (v *View) Replace(ctx context.Context, r shared.Record) (shared.Version, error) {
	return through(ctx, v, func() (shared.Version, error) { return v.store.Replace(ctx, r) })
}

// Put implements [shared.Writer].
func (v *View) Put(ctx context.Context, r shared.Record) (shared.Version, error) {
	return through(ctx, v, func() (shared.Version, error) { return v.store.Put(ctx, r) })
}

// Delete implements [shared.Remover].
func (v *View) Delete(ctx context.Context, kind, id string) error {
	_, err := through(ctx, v, func() (struct{}, error) { return struct{}{}, v.store.Delete(ctx, kind, id) })
	return err
}
