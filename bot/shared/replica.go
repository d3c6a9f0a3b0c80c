package shared

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"verbatim/bot/journal"
)

// FileName is the name of the file, in the folder of the journal, that holds the name of the process.
const FileName = "replica"

const (
	// beatEvery is the time between two beats, and between two looks at the others; beatSoon is the same
	// while the store is away, so that questions that wait are answered soon after.
	beatEvery = 3 * time.Second
	beatSoon  = time.Second
	// deadAfter is how long a replica that others see must have been silent to count as dead. It is more than
	// the 15 s that a request to Slack may take, and with two looks and the work of one round it stays below
	// the 30 s within which a dead replica's questions are to be taken up.
	deadAfter = 20 * time.Second
	// kindReplica are the records that replicas beat in, by their names.
	kindReplica = "replica"
)

// Options are the settings of [Join].
type Options struct {
	// Store is what the replicas share. Required.
	Store Store
	// Dir is the folder of the journal, where the name of the process is kept for the next. Required.
	Dir string
	// Duties are those that the replica strives for once it is ready; see [Leases].
	Duties []string
	// Ready says whether the bot can answer. Before it can, and while it ends, the replica takes over nothing from
	// others, who may be able to. Default: always.
	Ready func() bool
	// Woken is called when there is something to be done that was not: questions were taken over, or the
	// store is back. It must not wait. Default: nothing.
	Woken func()
	// Gained is called when a duty has become the replica's. It must not wait. Default: nothing.
	Gained func(duty string)
	// Logger gets ids, never texts. Default: none.
	Logger *slog.Logger
}

// A Replica is one of the processes that share a store.
type Replica struct {
	opts   Options
	name   string
	store  Store // asked only while it can be reached
	claims *Claims
	leases *Leases
	link   *link
	log    *slog.Logger

	watched watch
	// striving says that the duties are striven for.
	striving bool
}

// A beat is what a replica writes of itself.
type beat struct {
	// Count rises with each.
	Count int64 `json:"count"`
	// Gone says that the replica has ended and left nothing in hand.
	Gone bool `json:"gone,omitempty"`
}

// Join makes this process a replica, and beats once, so that it may claim questions; where the store is away
// that waits for [Replica.Run], which does the rest.
func Join(ctx context.Context, o Options) (*Replica, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Woken == nil {
		o.Woken = func() {}
	}
	if o.Gained == nil {
		o.Gained = func(string) {}
	}
	if o.Ready == nil {
		o.Ready = func() bool { return true }
	}
	name, former, err := rename(o.Dir)
	if err != nil {
		if !journal.RefusesWrites(err) {
			return nil, fmt.Errorf("join the replicas: %w", err)
		}
		o.Logger.Warn("the disk takes no name of the replica: after a restart its questions wait until it counts as dead", "error", err)
	}
	r := &Replica{opts: o, name: name, log: o.Logger}
	r.link = &link{log: o.Logger, back: func() { r.watched.forgive(); o.Woken() }}
	r.store = r.link.gate(o.Store)
	r.claims = newClaims(r.store, name, former)
	r.leases = newLeases(name, o)
	r.beat(ctx, beat{})
	r.watched.known, r.watched.unreadable = map[string]*seen{}, map[string]bool{}
	return r, nil
}

// rename draws a name for this process, writes it in the place of that of the process before on the same
// folder, and returns both. On an error the name holds all the same.
func rename(dir string) (name, former string, err error) {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails
	name = hex.EncodeToString(b)
	path := filepath.Join(dir, FileName)
	old, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return name, "", err
	}
	if former = strings.TrimSpace(string(old)); len(former) != len(name) {
		former = "" // none, or half a name: it counts as dead after a while
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return name, former, err
	}
	beside := path + ".new"
	if err := os.WriteFile(beside, []byte(name+"\n"), 0o600); err != nil {
		return name, former, err
	}
	return name, former, os.Rename(beside, path)
}

// Store is what the replicas share: while it is known to be away each call says so at once.
func (r *Replica) Store() Store { return r.store }

// Claims are what the journal of this process is opened with.
func (r *Replica) Claims() *Claims { return r.claims }

// Leases are the duties of this process.
func (r *Replica) Leases() *Leases { return r.leases }

// Run beats, takes over what dead replicas have left, and strives for duties, until ctx ends. It returns
// when the others know that this replica has ended; what it has left open they take over at once then. So
// ctx is to end after the bot has.
func (r *Replica) Run(ctx context.Context, j *journal.Journal) {
	var running sync.WaitGroup
	count := int64(0)
	running.Go(func() {
		for ok := true; ok; ok = pause(ctx, r.every()) {
			count++
			r.beat(ctx, beat{Count: count})
			r.strive()
			r.leases.renew(ctx)
		}
	})
	running.Go(func() {
		for ok := true; ok; ok = pause(ctx, beatEvery) {
			r.look(ctx, j)
		}
	})
	running.Wait()
	bye, cancel := context.WithTimeout(context.WithoutCancel(ctx), callWithin)
	defer cancel()
	if r.link.up() == nil {
		_ = r.claims.tell(bye) // else what is not told is looked for
		r.leases.leave(bye)
		r.beat(bye, beat{Count: count + 1, Gone: true})
	}
}

// strive begins to strive for the duties once the bot can do them.
func (r *Replica) strive() {
	if r.striving || !r.opts.Ready() {
		return
	}
	r.striving = true
	for _, duty := range r.opts.Duties {
		r.leases.want(duty)
	}
}

// every is the time until the next beat.
func (r *Replica) every() time.Duration {
	if r.link.up() != nil {
		return beatSoon
	}
	return beatEvery
}

// beat writes that this replica lives.
func (r *Replica) beat(ctx context.Context, b beat) {
	body, err := json.Marshal(b)
	if err == nil {
		err = put(ctx, r.opts.Store, Record{Kind: kindReplica, ID: r.name, Body: body, At: time.Now()})
	}
	if err != nil && ctx.Err() != nil {
		return
	}
	if err != nil && !errors.Is(err, journal.ErrAway) {
		err = fmt.Errorf("%w: %w", journal.ErrAway, err) // whatever it is, nothing can be shared
	}
	r.link.beaten(err)
}

// pause waits, and reports false when ctx has ended.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// WasReplica says that the last process on a folder of a journal was a replica, whose memory is in the store.
func WasReplica(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, FileName))
	return err == nil
}

// Alone notes that the process on a folder of a journal shares nothing, as its memory is a file again.
func Alone(dir string) error {
	if err := os.Remove(filepath.Join(dir, FileName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("leave the replicas: %w", err)
	}
	return nil
}
