package memory

import (
	"context"
	"errors"

	"go.etcd.io/bbolt"
)

// save writes one record of a table.
func save[T any](ctx context.Context, s *Store, t table[T], v T) error {
	return s.write(ctx, "save "+t.name, func(tx *bbolt.Tx) error { return t.put(tx, v) })
}

// change replaces one record of a table, if it is there, by what f makes of it.
func change[T any](ctx context.Context, s *Store, t table[T], id string, f func(*T)) error {
	return s.write(ctx, "change "+t.name, func(tx *bbolt.Tx) error {
		v, err := t.get(tx, id)
		if err != nil {
			return err
		}
		f(&v)
		return t.put(tx, v)
	})
}

// load reads one record of a table.
func load[T any](ctx context.Context, s *Store, t table[T], id string) (v T, err error) {
	err = s.read(ctx, "read "+t.name, func(tx *bbolt.Tx) error {
		v, err = t.get(tx, id)
		return err
	})
	return v, err
}

// list reads the newest records of a table.
func list[T any](ctx context.Context, s *Store, t table[T], user string, n int) (all []T, err error) {
	err = s.read(ctx, "list "+t.name, func(tx *bbolt.Tx) error {
		all = t.newest(tx, user, n)
		return nil
	})
	return all, err
}

// SaveAnswer implements [Answers].
func (s *Store) SaveAnswer(ctx context.Context, a Answer) error { return save(ctx, s, s.answers, a) }

// Answer implements [Answers].
func (s *Store) Answer(ctx context.Context, id string) (Answer, error) {
	return load(ctx, s, s.answers, id)
}

// Answers implements [Answers].
func (s *Store) Answers(ctx context.Context, user string, n int) ([]Answer, error) {
	return list(ctx, s, s.answers, user, n)
}

// SaveVote implements [Votes].
func (s *Store) SaveVote(ctx context.Context, v Vote) error {
	return s.write(ctx, "save vote", func(tx *bbolt.Tx) error {
		old, err := s.votes.get(tx, voteID(v.Answer, v.User))
		if err == nil && old.At.After(v.At) {
			return nil
		}
		return s.votes.put(tx, v)
	})
}

// Vote implements [Votes].
func (s *Store) Vote(ctx context.Context, answer, user string) (Vote, error) {
	return load(ctx, s, s.votes, voteID(answer, user))
}

// Votes implements [Votes].
func (s *Store) Votes(ctx context.Context, n int) ([]Vote, error) {
	return list(ctx, s, s.votes, "", n)
}

// SaveGap implements [Gaps].
func (s *Store) SaveGap(ctx context.Context, g Gap) error { return save(ctx, s, s.gaps, g) }

// Gap implements [Gaps].
func (s *Store) Gap(ctx context.Context, id string) (Gap, error) { return load(ctx, s, s.gaps, id) }

// Gaps implements [Gaps].
func (s *Store) Gaps(ctx context.Context, n int) ([]Gap, error) { return list(ctx, s, s.gaps, "", n) }

// ChangeAnswer implements [Changes].
func (s *Store) ChangeAnswer(ctx context.Context, id string, f func(*Answer)) error {
	return change(ctx, s, s.answers, id, f)
}

// ChangeGap implements [Changes].
func (s *Store) ChangeGap(ctx context.Context, id string, f func(*Gap)) error {
	return change(ctx, s, s.gaps, id, f)
}

// ChangeVote implements [Changes].
func (s *Store) ChangeVote(ctx context.Context, answer, user string, f func(*Vote)) error {
	return change(ctx, s, s.votes, voteID(answer, user), f)
}

// SaveThread implements [Threads].
func (s *Store) SaveThread(ctx context.Context, t Thread) error { return save(ctx, s, s.threads, t) }

// Thread implements [Threads].
func (s *Store) Thread(ctx context.Context, channel, ts string) (Thread, error) {
	return load(ctx, s, s.threads, threadID(channel, ts))
}

// ChangeThread implements [Threads].
func (s *Store) ChangeThread(ctx context.Context, channel, ts string, f func(*Thread)) error {
	return change(ctx, s, s.threads, threadID(channel, ts), f)
}

// SaveChannel implements [Channels].
func (s *Store) SaveChannel(ctx context.Context, c Channel) error {
	return save(ctx, s, s.channels, c)
}

// Channel implements [Channels].
func (s *Store) Channel(ctx context.Context, id string) (Channel, error) {
	return load(ctx, s, s.channels, id)
}

// Channels implements [Channels].
func (s *Store) Channels(ctx context.Context) ([]Channel, error) {
	return list(ctx, s, s.channels, "", maxRecords)
}

// SaveCall implements [Calls].
func (s *Store) SaveCall(ctx context.Context, c Call) error { return save(ctx, s, s.calls, c) }

// Call implements [Calls].
func (s *Store) Call(ctx context.Context, id string) (Call, error) { return load(ctx, s, s.calls, id) }

// ChangeCall implements [Calls].
func (s *Store) ChangeCall(ctx context.Context, id string, f func(*Call)) error {
	return change(ctx, s, s.calls, id, f)
}

// Withdraw implements [People]. Votes stay: they say what people thought of what they read.
func (s *Store) Withdraw(ctx context.Context, answer string) error {
	return s.write(ctx, "withdraw an answer", func(tx *bbolt.Tx) error {
		a, err := s.answers.get(tx, answer)
		if err != nil { // there is none, or nobody can read which thread is its own
			return errors.Join(s.gaps.drop(tx, answer), s.answers.drop(tx, answer))
		}
		return s.withdraw(tx, a)
	})
}

// withdraw drops an answer, and the gap and the thread that came of its question.
func (s *Store) withdraw(tx *bbolt.Tx, a Answer) error {
	if t, err := s.threads.get(tx, threadID(a.Channel, a.Thread)); err == nil && t.Answer == a.ID {
		if err := s.threads.drop(tx, threadID(a.Channel, a.Thread)); err != nil {
			return err
		}
	}
	return errors.Join(s.gaps.drop(tx, a.ID), s.answers.drop(tx, a.ID))
}

// Prune implements [Upkeep]. Settings of channels and marks are kept whatever their age.
func (s *Store) Prune(ctx context.Context) (removed int, err error) {
	before := s.now().Add(-s.keep)
	for {
		n := 0
		err = s.write(ctx, "prune memory", func(tx *bbolt.Tx) error {
			n = 0
			prune := func(pruned int, err error) error { n += pruned; return err }
			return errors.Join(
				prune(s.answers.prune(tx, before, maxRecords, pruneStep)),
				prune(s.votes.prune(tx, before, maxRecords, pruneStep)),
				prune(s.gaps.prune(tx, before, maxRecords, pruneStep)),
				prune(s.threads.prune(tx, before, maxRecords, pruneStep)),
				prune(s.calls.prune(tx, before, maxRecords, pruneStep)),
				prune(s.proposals.prune(tx, before, maxRecords, pruneStep)),
			)
		})
		if err != nil || n == 0 {
			return removed, err
		}
		removed += n
	}
}
