package memory

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
	"golang.org/x/sync/errgroup"
)

const (
	// carriedMark is where a store keeps that what it holds was carried over to another.
	carriedMark = "carried over"
	// carryAtOnce is how many records are carried over at the same time.
	carryAtOnce = 8
)

// CarryOver moves all that the store holds into another memory, once, and returns how many records that
// were. What is there already stays. Settings of channels come first: they say who may see answers. The store
// is empty then, as what is to be forgotten is forgotten there alone. Where it is cut short it is done again
// by the next call.
func (s *Store) CarryOver(ctx context.Context, to Memory) (carried int, err error) {
	if _, err := s.Mark(ctx, carriedMark); err == nil {
		return 0, nil
	}
	if err := s.settingsRead(ctx); err != nil {
		return 0, err
	}
	for _, carry := range []func() (int, error){
		func() (int, error) {
			return carry(ctx, s, s.channels, func(c Channel) error { _, err := to.Channels.Channel(ctx, c.ID); return err }, to.Channels.SaveChannel)
		},
		func() (int, error) {
			return carry(ctx, s, s.marks, func(m Mark) error { _, err := to.Marks.Mark(ctx, m.ID); return err }, to.Marks.SaveMark)
		},
		func() (int, error) {
			return carry(ctx, s, s.answers, func(a Answer) error { _, err := to.Answers.Answer(ctx, a.ID); return err }, to.Answers.SaveAnswer)
		},
		func() (int, error) {
			return carry(ctx, s, s.votes, func(v Vote) error { _, err := to.Votes.Vote(ctx, v.Answer, v.User); return err }, to.Votes.SaveVote)
		},
		func() (int, error) {
			return carry(ctx, s, s.gaps, func(g Gap) error { _, err := to.Gaps.Gap(ctx, g.ID); return err }, to.Gaps.SaveGap)
		},
		func() (int, error) {
			return carry(ctx, s, s.threads, func(t Thread) error { _, err := to.Threads.Thread(ctx, t.Channel, t.TS); return err }, to.Threads.SaveThread)
		},
		func() (int, error) {
			return carry(ctx, s, s.calls, func(c Call) error { _, err := to.Calls.Call(ctx, c.ID); return err }, to.Calls.SaveCall)
		},
		func() (int, error) {
			return carry(ctx, s, s.proposals, func(p Proposal) error { _, err := to.Proposals.Proposal(ctx, p.ID); return err }, to.Proposals.SaveProposal)
		},
	} {
		n, err := carry()
		if carried += n; err != nil {
			return carried, fmt.Errorf("carry over what is remembered: %w", err)
		}
	}
	if carried == 0 {
		return 0, nil
	}
	if err := s.empty(ctx); err != nil {
		return carried, err
	}
	return carried, s.Renew()
}

// settingsRead returns an error where settings of a channel cannot be read: without them it would be open to all.
func (s *Store) settingsRead(ctx context.Context) error {
	err := s.read(ctx, "carry over settings", func(tx *bbolt.Tx) error {
		for id := range s.channels.each(tx, func(Channel) {}) {
			return fmt.Errorf("%w: settings of channel %s", errUnreadable, id)
		}
		return nil
	})
	if errors.Is(err, ErrUnknown) {
		return nil // there is no file
	}
	return err
}

// empty deletes all records, and notes that they were carried over: here nobody would forget or prune them.
func (s *Store) empty(ctx context.Context) error {
	return s.write(ctx, "empty the memory", func(tx *bbolt.Tx) error {
		for _, name := range s.buckets() {
			if err := tx.DeleteBucket([]byte(name)); err != nil {
				return err
			}
		}
		if err := s.layOut(tx); err != nil {
			return err
		}
		return s.marks.put(tx, Mark{ID: carriedMark, At: time.Now().UTC()})
	})
}

// carry carries over one table: those records that are unknown there.
func carry[T any](ctx context.Context, s *Store, t table[T], known func(T) error, save func(context.Context, T) error) (int, error) {
	var all []T
	err := s.read(ctx, "list "+t.name, func(tx *bbolt.Tx) error {
		all = t.newest(tx, "", maxRecords)
		return nil
	})
	if errors.Is(err, ErrUnknown) {
		return 0, nil // there is no file
	}
	if err != nil {
		return 0, err
	}
	var group errgroup.Group
	group.SetLimit(carryAtOnce)
	for _, v := range all {
		group.Go(func() error {
			if err := known(v); !errors.Is(err, ErrUnknown) {
				return err
			}
			return save(ctx, v)
		})
	}
	return len(all), group.Wait()
}
