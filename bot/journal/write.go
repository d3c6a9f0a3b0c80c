package journal

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"go.etcd.io/bbolt"
)

const (
	// maxBatch is the most calls that share one transaction, so that none of
	// them waits for many more than it came with.
	maxBatch = 1000
	// pruneStep is the most questions one call of Prune drops: some 10 ms of work.
	pruneStep = 1000
	// pruneExtra is how many dropped questions a write makes room for beyond
	// twice the changes it brings, so that the file shrinks faster than it grows.
	pruneExtra = 100
)

// Receive writes a question down, in state received. The caller acts on fresh,
// and on err:
//
//   - fresh is true when neither Key nor Alias is remembered: answer it. It is
//     false for a repeat: drop it.
//   - err is nil: the question is on disk; acknowledge the envelope.
//   - err wraps ErrNotDurable: the question is in memory alone; acknowledge and
//     go on by fresh, and tell the operator.
//   - any other err: the question is not remembered. Neither acknowledge nor
//     answer; Slack will deliver it again.
//
// ctx is looked at when the call begins. A write under way is waited for, as
// nobody could tell how it ended.
func (j *Journal) Receive(ctx context.Context, e Entry) (fresh bool, err error) {
	if err := e.check(); err != nil {
		return false, fmt.Errorf("receive question %.*q: %w", MaxName, e.Key, err)
	}
	q := Entry{Key: e.Key, Alias: e.Alias, Kind: e.Kind, Payload: slices.Clone(e.Payload)}
	err = j.do(ctx, func(v *view) (err error) {
		fresh, err = v.receive(q)
		return err
	})
	if err != nil {
		if fresh = fresh && errors.Is(err, ErrNotDurable); fresh && j.opts.Claims != nil {
			fresh = j.claim(ctx, e.Key)
		}
		return fresh, fmt.Errorf("receive question %q: %w", e.Key, err)
	}
	if fresh && j.opts.Claims != nil {
		fresh = j.claim(ctx, e.Key)
	}
	return fresh, nil
}

// Posting marks that a post of the answer may be under way from now on, and
// counts the attempt. It and the three calls that close a question return
// ErrUnknown for a question the journal does not hold, ErrFinal for one closed
// in another way, and ErrNotDurable as Receive does. A caller that shuts down
// passes a context that is not cancelled yet. With [Options.Claims] an error that wraps ErrTaken or
// ErrAway means that nothing may be posted.
func (j *Journal) Posting(ctx context.Context, key string) error {
	if j.opts.Claims == nil {
		return j.mark(ctx, key, Posting, func(e *Entry) { e.Attempts++ })
	}
	attempt := 1
	for range postRounds {
		count, begun := func(e *Entry) { e.Attempts += attempt }, time.Now()
		if err := j.share(ctx, key, func(e *Entry) { e.State = Posting; count(e) }); err != nil {
			return fmt.Errorf("mark question %q as %s: %w", key, Posting, err)
		}
		if err := j.mark(ctx, key, Posting, count); time.Since(begun) <= postFresh {
			return err
		}
		attempt = 0
	}
	return fmt.Errorf("mark question %q as %s: %w: it takes too long", key, Posting, ErrAway)
}

const (
	// postFresh is the longest time from the claim of a post to its request, but for the request's own way: who
	// stalled meanwhile may have been given up for dead, and claims it again.
	postFresh = 5 * time.Second
	// postRounds is how often that is tried.
	postRounds = 5
)

// Tried counts that an open question is worked on once more after an earlier process has ended with it
// open, so that one which ends every process is found. It returns what Posting does.
func (j *Journal) Tried(ctx context.Context, key string) error {
	return j.tally(ctx, key, "a try", func(e *Entry) { e.Tries++ })
}

// Survived counts that what [Journal.Tried] announced has not ended the process. It returns what Posting does.
func (j *Journal) Survived(ctx context.Context, key string) error {
	return j.tally(ctx, key, "a survived try", func(e *Entry) { e.Survived++ })
}

func (j *Journal) tally(ctx context.Context, key, what string, count func(*Entry)) error {
	err := j.share(ctx, key, count)
	if !errors.Is(err, ErrTaken) {
		err = j.do(ctx, func(v *view) error { return v.tally(key, count) })
	}
	if err != nil {
		return fmt.Errorf("count %s of question %q: %w", what, key, err)
	}
	return nil
}

// Answered closes a question whose answer stands in Slack as message ts, which
// is empty when the answer travelled in the acknowledgement. A second call
// changes nothing.
func (j *Journal) Answered(ctx context.Context, key, ts string) error {
	return j.end(ctx, key, Answered, func(e *Entry) { e.AnswerTS = note(ts) })
}

// Failed closes a question that cannot be answered. The reason must not hold
// the text of the question. A second call changes nothing.
func (j *Journal) Failed(ctx context.Context, key, reason string) error {
	return j.end(ctx, key, Failed, func(e *Entry) { e.Error = note(reason) })
}

// Expired closes a question that is too old to be answered. The reason must not
// hold the text of the question. A second call changes nothing.
func (j *Journal) Expired(ctx context.Context, key, reason string) error {
	return j.end(ctx, key, Expired, func(e *Entry) { e.Error = note(reason) })
}

// end closes a question, and tells the other replicas.
func (j *Journal) end(ctx context.Context, key string, to State, fill func(*Entry)) error {
	return j.shareEnd(ctx, key, to, fill, func() error { return j.mark(ctx, key, to, fill) })
}

func (j *Journal) mark(ctx context.Context, key string, to State, fill func(*Entry)) error {
	err := j.do(ctx, func(v *view) error { return v.move(key, to, fill) })
	if err != nil {
		return fmt.Errorf("mark question %q as %s: %w", key, to, err)
	}
	return nil
}

// request is one call that waits for its transaction. Journal.mu guards it.
type request struct {
	op   func(*view) error
	err  error
	done bool
}

// do runs op and writes what it changed. Calls queue up while another one
// writes; the first to get the lock then writes for all of them.
func (j *Journal) do(ctx context.Context, op func(*view) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	r := &request{op: op}
	j.queueMu.Lock()
	j.queue = append(j.queue, r)
	j.queueMu.Unlock()

	j.mu.Lock()
	defer j.mu.Unlock()
	for !r.done {
		j.commit(j.take())
	}
	return r.err
}

func (j *Journal) take() []*request {
	j.queueMu.Lock()
	defer j.queueMu.Unlock()
	n := min(len(j.queue), maxBatch)
	batch := slices.Clone(j.queue[:n])
	j.queue = slices.Delete(j.queue, 0, n)
	return batch
}

func (j *Journal) commit(batch []*request) {
	err := j.view(func(v *view) error {
		for _, r := range batch {
			if r.err = r.op(v); errors.Is(r.err, ErrDamaged) {
				return r.err
			}
		}
		return nil
	})
	if err == nil && j.mem.len() > 0 {
		_, err = j.flush(2*j.mem.len() + pruneExtra)
	}
	for _, r := range batch {
		if r.err == nil {
			r.err = err
		}
		r.done = true
	}
}

// view runs f over the journal as it stands, the memory included.
func (j *Journal) view(f func(*view) error) error {
	if j.unfit != nil {
		return j.unfit
	}
	return j.read(func(r rows) error {
		now := j.opts.Clock().Round(0).UTC()
		return f(&view{rows: r, mem: j.mem, count: &j.count, now: now, keep: j.opts.Keep})
	})
}

// read runs f over the file, which has no rows while there is none.
func (j *Journal) read(f func(rows) error) error {
	return j.watch(func() error {
		if j.db == nil {
			return f(rows{})
		}
		return j.db.View(func(tx *bbolt.Tx) error {
			r, err := rowsOf(tx)
			if err != nil {
				return err
			}
			return f(r)
		})
	})
}

// flush writes the memory into the file and drops up to limit old questions in
// the same transaction. On failure the memory keeps all of it.
func (j *Journal) flush(limit int) (removed int, err error) {
	defer j.publish()
	if err := j.reopen(); err != nil {
		j.report(err)
		return 0, fmt.Errorf("%w: %w", ErrNotDurable, err)
	}
	total := j.count.Total
	err = j.watch(func() error {
		return j.update(func(tx *bbolt.Tx) error {
			r, err := rowsOf(tx)
			if err != nil {
				return err
			}
			if err := j.mem.writeTo(r); err != nil {
				return err
			}
			if j.Failing() != nil { // a write that reported an error may have dropped questions all the same
				total = r.total()
			}
			removed, err = r.prune(pruning{
				horizon: j.opts.Clock().Add(-j.opts.Keep),
				excess:  total - j.opts.MaxEntries,
				limit:   limit,
			})
			return err
		})
	})
	j.report(err)
	if err != nil {
		return 0, fmt.Errorf("%w: %w", ErrNotDurable, err)
	}
	j.mem.clear()
	j.count.Total = total - removed
	return removed, nil
}

// report notes, and logs, when the disk stops taking writes and when it starts again.
func (j *Journal) report(err error) {
	failing := j.Failing() != nil
	if err != nil && !failing {
		j.opts.Logger.Error("journal cannot write, goes on in memory", "error", err)
	}
	if err == nil && failing {
		j.opts.Logger.Info("journal writes again", "caught_up", j.mem.len())
	}
	j.refused.Store(&err)
}

// publish makes the present numbers readable for Stats. Between two
// transactions the memory holds what the disk refused.
func (j *Journal) publish() {
	j.count.Unwritten = j.mem.len()
	now := j.count
	j.stats.Store(&now)
}

// watch runs f and takes the journal out of use when f meets damage.
func (j *Journal) watch(f func() error) error {
	err := guard(f)
	if errors.Is(err, ErrDamaged) {
		j.unfit = err
		j.opts.Logger.Error("journal is damaged and out of use until the process starts again", "error", err)
	}
	return err
}

// guard runs f and returns its panic as an error: bbolt panics, or touches
// memory that is not mapped, when its file is damaged.
func guard(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", ErrDamaged, r)
		}
	}()
	return f()
}
