// Package sharedtest tests what replicas share: a store of records in memory that misbehaves on demand, the
// contract that every store of records keeps, and that of the bot's memory, whatever keeps it.
package sharedtest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"verbatim/bot/journal"
	"verbatim/bot/shared"
)

// An Op is one call of a [Store].
type Op struct {
	// Name is that of the method, Kind and ID those of the record.
	Name, Kind, ID string
	// N counts the calls of the store, from 1.
	N int
}

// A Fault is what happens to a call. The zero value is none.
type Fault struct {
	// Away keeps the call from reaching the store, Lost its answer from coming back.
	Away, Lost bool
	// Wait is how long it takes before that.
	Wait time.Duration
}

// A Store keeps records in memory: each call is one step that nobody sees half of. The zero value is ready.
type Store struct {
	mu      sync.Mutex
	records map[string]shared.Record
	seq     int64
	calls   int
	plan    func(Op) Fault
}

// Plan has a function decide on the fault of each call from now on; nil means none. It is called with the
// store locked.
func (s *Store) Plan(plan func(Op) Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.plan = plan
}

// Away cuts the store off, or brings it back.
func (s *Store) Away(away bool) {
	s.Plan(func(Op) Fault { return Fault{Away: away} })
}

// Calls is how many calls there were.
func (s *Store) Calls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

// Records are all records of a kind, in order of their ids.
func (s *Store) Records(kind string) (all []shared.Record) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.records {
		if r.Kind == kind {
			all = append(all, r.Copy())
		}
	}
	slices.SortFunc(all, func(a, b shared.Record) int { return strings.Compare(a.ID, b.ID) })
	return all
}

// do makes one call, with the fault that is planned for it.
func (s *Store) do(ctx context.Context, op Op, f func() error) error {
	s.mu.Lock()
	s.calls++
	op.N = s.calls
	fault := Fault{}
	if s.plan != nil {
		fault = s.plan(op)
	}
	s.mu.Unlock()
	if err := wait(ctx, fault.Wait); err != nil {
		return fmt.Errorf("%s record %s of kind %s: %w", op.Name, op.ID, op.Kind, err)
	}
	var err error
	if !fault.Away {
		s.mu.Lock()
		err = f()
		s.mu.Unlock()
	}
	if fault.Away || fault.Lost {
		err = journal.ErrAway
	}
	if err != nil {
		return fmt.Errorf("%s record %s of kind %s: %w", op.Name, op.ID, op.Kind, err)
	}
	return nil
}

func wait(ctx context.Context, d time.Duration) error {
	if d == 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func place(kind, id string) string { return kind + "\x00" + id }

// store writes a record. The lock is held.
func (s *Store) store(r shared.Record) shared.Version {
	if s.records == nil {
		s.records = map[string]shared.Record{}
	}
	s.seq++
	r = r.Copy()
	r.Version = shared.Version{SeqNo: s.seq, PrimaryTerm: 1}
	s.records[place(r.Kind, r.ID)] = r
	return r.Version
}

// Create implements [shared.Writer].
func (s *Store) Create(ctx context.Context, r shared.Record) (v shared.Version, err error) {
	err = s.do(ctx, Op{Name: "create", Kind: r.Kind, ID: r.ID}, func() error {
		if _, there := s.records[place(r.Kind, r.ID)]; there {
			return shared.ErrExists
		}
		v = s.store(r)
		return nil
	})
	return v, err
}

// Replace implements [shared.Writer].
func (s *Store) Replace(ctx context.Context, r shared.Record) (v shared.Version, err error) {
	err = s.do(ctx, Op{Name: "replace", Kind: r.Kind, ID: r.ID}, func() error {
		if old, there := s.records[place(r.Kind, r.ID)]; !there || old.Version != r.Version {
			return shared.ErrConflict
		}
		v = s.store(r)
		return nil
	})
	return v, err
}

// Put implements [shared.Writer].
func (s *Store) Put(ctx context.Context, r shared.Record) (v shared.Version, err error) {
	err = s.do(ctx, Op{Name: "put", Kind: r.Kind, ID: r.ID}, func() error { v = s.store(r); return nil })
	return v, err
}

// Get implements [shared.Reader].
func (s *Store) Get(ctx context.Context, kind, id string) (r shared.Record, err error) {
	err = s.do(ctx, Op{Name: "get", Kind: kind, ID: id}, func() error {
		old, there := s.records[place(kind, id)]
		if !there {
			return shared.ErrUnknown
		}
		r = old.Copy()
		return nil
	})
	return r, err
}

// Delete implements [shared.Remover].
func (s *Store) Delete(ctx context.Context, kind, id string) error {
	return s.do(ctx, Op{Name: "delete", Kind: kind, ID: id}, func() error { delete(s.records, place(kind, id)); return nil })
}

// List implements [shared.Reader].
func (s *Store) List(ctx context.Context, q shared.Query) (all []shared.Record, err error) {
	err = s.do(ctx, Op{Name: "list", Kind: q.Kind}, func() error {
		for _, r := range s.records {
			if matches(r, q) {
				all = append(all, r.Copy())
			}
		}
		return nil
	})
	slices.SortFunc(all, func(a, b shared.Record) int {
		by := a.At.Compare(b.At)
		if q.Newest {
			by = -by
		}
		if by != 0 {
			return by
		}
		return strings.Compare(a.ID, b.ID)
	})
	if q.Limit > 0 && len(all) > q.Limit {
		all = all[:q.Limit]
	}
	return all, err
}

func matches(r shared.Record, q shared.Query) bool {
	if r.Kind != q.Kind || !q.From.IsZero() && r.At.Before(q.From) || !q.Before.IsZero() && !r.At.Before(q.Before) {
		return false
	}
	for name, value := range q.Keys {
		if has, there := r.Keys[name]; !there || has != value {
			return false
		}
	}
	return true
}
