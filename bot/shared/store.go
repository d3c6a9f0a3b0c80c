package shared

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"time"

	"verbatim/bot/journal"
)

// Errors of a [Store]; each arrives wrapped. Besides these, an error that wraps [journal.ErrAway] means that
// the store cannot be reached, and that nobody knows whether a write was done.
var (
	// ErrExists means that there is a record of that kind and id.
	ErrExists = errors.New("record exists")
	// ErrUnknown means that there is none.
	ErrUnknown = errors.New("no such record")
	// ErrConflict means that a record is not any more what was read.
	ErrConflict = errors.New("record has changed")
)

// A Version tells one state of a record from all others.
type Version struct{ SeqNo, PrimaryTerm int64 }

// A Record is a small document in the store.
type Record struct {
	// Kind and ID name it, at most 400 bytes together.
	Kind, ID string
	// Body is what the store keeps without looking at it.
	Body json.RawMessage
	// Keys are what records are listed by, when they are the same to the byte.
	Keys map[string]string
	// At orders records, and says how old they are.
	At time.Time
	// Version is that of what was read; writes return the new one.
	Version Version
}

// A Query asks for records of one kind.
type Query struct {
	Kind string
	// Keys are those that records must have; others may have more.
	Keys map[string]string
	// From and Before bound At, the first inclusive and the second exclusive; zero means no bound.
	From, Before time.Time
	// Newest asks for the newest first; else the oldest come first.
	Newest bool
	// Limit is the most records wanted.
	Limit int
}

// A Reader reads records.
type Reader interface {
	// Get returns a record as it was last written, or [ErrUnknown].
	Get(ctx context.Context, kind, id string) (Record, error)
	// List returns records by time. It sees all that was written before the call.
	List(ctx context.Context, q Query) ([]Record, error)
}

// A Writer writes records whole. What it reports as written is not lost when a machine is.
type Writer interface {
	// Create writes a record that is not there yet, or returns [ErrExists].
	Create(ctx context.Context, r Record) (Version, error)
	// Replace writes a record if its Version is still the present one, or returns [ErrConflict].
	Replace(ctx context.Context, r Record) (Version, error)
	// Put writes a record, whatever stands there.
	Put(ctx context.Context, r Record) (Version, error)
}

// A Remover deletes records.
type Remover interface {
	// Delete deletes a record. That there is none is no error.
	Delete(ctx context.Context, kind, id string) error
}

// A Store keeps records for all replicas. Its methods may be called concurrently.
type Store interface {
	Reader
	Writer
	Remover
}

const (
	// callWithin bounds each call to the store: a store that takes longer is as good as away.
	callWithin = 5 * time.Second
	// manyWithin bounds one that lists more than manyRecords, which takes several turns.
	manyWithin  = 30 * time.Second
	manyRecords = 1000
)

// call bounds one call, and makes of one that took too long, by this bound or its caller's, that the store is away.
func call[T any](ctx context.Context, bound time.Duration, f func(context.Context) (T, error)) (T, error) {
	within, cancel := context.WithTimeout(ctx, bound)
	defer cancel()
	v, err := f(within)
	if err != nil && errors.Is(within.Err(), context.DeadlineExceeded) && !errors.Is(err, journal.ErrAway) {
		err = fmt.Errorf("%w: %w", journal.ErrAway, err)
	}
	return v, err
}

// create, replace, put, get and list are the calls of a store, each bounded.
func create(ctx context.Context, s Store, r Record) (Version, error) {
	return call(ctx, callWithin, func(ctx context.Context) (Version, error) { return s.Create(ctx, r) })
}

func replace(ctx context.Context, s Store, r Record) (Version, error) {
	return call(ctx, callWithin, func(ctx context.Context) (Version, error) { return s.Replace(ctx, r) })
}

func put(ctx context.Context, s Store, r Record) error {
	_, err := call(ctx, callWithin, func(ctx context.Context) (Version, error) { return s.Put(ctx, r) })
	return err
}

func get(ctx context.Context, s Store, kind, id string) (Record, error) {
	return call(ctx, callWithin, func(ctx context.Context) (Record, error) { return s.Get(ctx, kind, id) })
}

func list(ctx context.Context, s Store, q Query) ([]Record, error) {
	within := callWithin
	if q.Limit > manyRecords {
		within = manyWithin
	}
	return call(ctx, within, func(ctx context.Context) ([]Record, error) { return s.List(ctx, q) })
}

func remove(ctx context.Context, s Store, kind, id string) error {
	_, err := call(ctx, callWithin, func(ctx context.Context) (struct{}, error) { return struct{}{}, s.Delete(ctx, kind, id) })
	return err
}

// Copy returns a record that shares no memory with r.
func (r Record) Copy() Record {
	r.Body, r.Keys = append(json.RawMessage(nil), r.Body...), maps.Clone(r.Keys)
	return r
}
