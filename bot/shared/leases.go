package shared

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// kindLease are the records that say who has a duty, by its name.
const kindLease = "lease"

// holdFor is how long a duty is believed to be ours after it was last renewed. It is less than [deadAfter]
// by more than a call may take, so that who has stalled, or lost the store, stops before another begins.
const holdFor = 10 * time.Second

// Leases are the duties that only one replica has at a time. A duty is handed over when its holder ends, or
// has not renewed it for [deadAfter] by the clock of who wants it.
type Leases struct {
	store  Store
	owner  string
	gained func(string)
	log    *slog.Logger

	mu     sync.Mutex
	duties map[string]*duty // those that are wanted
}

// A duty is what is known of one.
type duty struct {
	wanted int // by how many
	// renewed is when we last had it for sure; zero while we do not.
	renewed time.Time
	version Version
	// silent is how long the version has not changed, looked is when that was last looked at.
	silent time.Duration
	looked time.Time
	// changed is closed when the duty is gained or lost.
	changed chan struct{}
}

// A lease is what the store keeps of a duty.
type lease struct {
	// Holder is "" for a duty that was given back.
	Holder string `json:"holder"`
	Count  int64  `json:"count"`
}

func newLeases(owner string, o Options) *Leases {
	return &Leases{store: o.Store, owner: owner, gained: o.Gained, log: o.Logger, duties: map[string]*duty{}}
}

// Holds says that a duty is ours now.
func (l *Leases) Holds(name string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	d := l.duties[name]
	return d != nil && d.holds()
}

func (d *duty) holds() bool { return !d.renewed.IsZero() && time.Since(d.renewed) < holdFor }

// While strives for a duty, and runs f whenever it is ours, with a context that ends when it is lost. It
// returns when ctx ends, or with what f returns while the duty is ours; then the duty is given back.
func (l *Leases) While(ctx context.Context, name string, f func(context.Context) error) error {
	l.want(name)
	defer l.unwant(context.WithoutCancel(ctx), name)
	for {
		if err := l.await(ctx, name, true); err != nil {
			return nil
		}
		held, lost := context.WithCancel(ctx)
		var watching sync.WaitGroup
		watching.Go(func() {
			if l.await(held, name, false) == nil {
				l.log.Warn("a duty is lost: another replica has it, or the store is away", "duty", name)
			}
			lost()
		})
		err := f(held)
		still := held.Err() == nil
		lost()
		watching.Wait()
		if still || ctx.Err() != nil {
			return err
		}
	}
}

// await waits until a duty is held, or is not; it returns an error when ctx ends before.
func (l *Leases) await(ctx context.Context, name string, held bool) error {
	for {
		l.mu.Lock()
		d := l.duties[name]
		now, changed, left := d.holds(), d.changed, holdFor-time.Since(d.renewed)
		l.mu.Unlock()
		if now == held {
			return nil
		}
		if err := waitFor(ctx, changed, now, left); err != nil {
			return err
		}
	}
}

// waitFor waits for a change of a duty, and where it is held at most until it lapses.
func waitFor(ctx context.Context, changed <-chan struct{}, held bool, left time.Duration) error {
	var lapses <-chan time.Time
	if held {
		timer := time.NewTimer(left)
		defer timer.Stop()
		lapses = timer.C
	}
	select {
	case <-changed:
	case <-lapses:
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

func (l *Leases) want(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.duties[name] == nil {
		l.duties[name] = &duty{changed: make(chan struct{})}
	}
	l.duties[name].wanted++
}

// unwant gives a duty back when nobody here wants it any more.
func (l *Leases) unwant(ctx context.Context, name string) {
	l.mu.Lock()
	d := l.duties[name]
	d.wanted--
	last := d.wanted == 0
	if last {
		delete(l.duties, name)
	}
	l.mu.Unlock()
	if last {
		l.giveBack(ctx, name, d)
	}
}

// leave gives all duties back.
func (l *Leases) leave(ctx context.Context) {
	for _, name := range l.names() {
		l.mu.Lock()
		d := l.duties[name]
		l.mu.Unlock()
		if d != nil {
			l.giveBack(ctx, name, d)
		}
	}
}

// giveBack lets another have a duty at once.
func (l *Leases) giveBack(ctx context.Context, name string, d *duty) {
	l.mu.Lock()
	had, version := !d.renewed.IsZero(), d.version
	d.renewed = time.Time{}
	l.mu.Unlock()
	if !had {
		return
	}
	if _, err := l.write(ctx, name, lease{}, version); err != nil {
		l.log.Info("a duty is not given back: another takes it when it has lapsed", "duty", name, "error", err)
	}
}

func (l *Leases) names() (all []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for name := range l.duties {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}

// renew renews the duties that are ours, and takes those that are free, in the time of one call: a beat
// waits for it.
func (l *Leases) renew(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, callWithin)
	defer cancel()
	for _, name := range l.names() {
		if err := l.renewOne(ctx, name); err != nil && !errors.Is(err, ErrConflict) && !errors.Is(err, ErrExists) {
			l.log.Debug("a duty is not renewed", "duty", name, "error", err)
			l.forgive(name)
		}
	}
}

// renewOne looks at one duty.
func (l *Leases) renewOne(ctx context.Context, name string) error {
	asked := time.Now()
	r, err := get(ctx, l.store, kindLease, name)
	if errors.Is(err, ErrUnknown) {
		return l.take(ctx, name, lease{}, Version{}, asked)
	}
	if err != nil {
		return err
	}
	var held lease
	if err := json.Unmarshal(r.Body, &held); err != nil {
		return fmt.Errorf("read duty %q: %w", name, err)
	}
	if held.Holder != l.owner && held.Holder != "" && !l.lapsed(name, r.Version, asked) {
		l.lose(name)
		return nil
	}
	return l.take(ctx, name, held, r.Version, asked)
}

// take writes that a duty is ours from a time on.
func (l *Leases) take(ctx context.Context, name string, held lease, version Version, asked time.Time) error {
	v, err := l.write(ctx, name, lease{Holder: l.owner, Count: held.Count + 1}, version)
	if err != nil {
		return err
	}
	l.mu.Lock()
	d := l.duties[name]
	if d == nil { // given back meanwhile
		l.mu.Unlock()
		_, err := l.write(ctx, name, lease{}, v)
		return err
	}
	new := !d.holds()
	d.renewed, d.version, d.silent = asked, v, 0
	if new {
		d.tell()
	}
	l.mu.Unlock()
	if new {
		l.log.Info("a duty is ours", "duty", name)
		l.gained(name)
	}
	return nil
}

// tell wakes who waits for a change. The lock is held.
func (d *duty) tell() {
	close(d.changed)
	d.changed = make(chan struct{})
}

// lapsed notes a look at another's duty, and says whether it has not been renewed for long.
func (l *Leases) lapsed(name string, v Version, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	d := l.duties[name]
	if d == nil {
		return false
	}
	if d.version != v {
		d.version, d.silent = v, 0
	} else if !d.looked.IsZero() {
		d.silent += now.Sub(d.looked)
	}
	d.looked = now
	return d.silent >= deadAfter
}

// forgive lets no time of silence pass while the store could not be asked.
func (l *Leases) forgive(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if d := l.duties[name]; d != nil {
		d.looked = time.Time{}
	}
}

// lose notes that a duty is another's.
func (l *Leases) lose(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if d := l.duties[name]; d != nil && !d.renewed.IsZero() {
		d.renewed = time.Time{}
		d.tell()
	}
}

// write writes who has a duty, in the place of the version that was read.
func (l *Leases) write(ctx context.Context, name string, w lease, version Version) (Version, error) {
	body, err := json.Marshal(w)
	if err != nil {
		return Version{}, err
	}
	r := Record{Kind: kindLease, ID: name, Body: body, At: time.Now(), Version: version}
	if version == (Version{}) {
		return create(ctx, l.store, r)
	}
	return replace(ctx, l.store, r)
}
