package journal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Errors of questions that several replicas share.
var (
	// ErrTaken means that another replica answers the question, or has answered it: this journal has let go
	// of it, and nothing is to be said.
	ErrTaken = errors.New("taken by another replica")
	// ErrAway means that the store which the replicas share cannot be reached: whose a question is cannot be
	// told now. It stays open.
	ErrAway = errors.New("the store that the replicas share cannot be reached")
)

// Claims decide which of several replicas, each with a journal of its own, answers a question. A journal
// that has them stands in front: a question is written to the file first, so that none is lost while the
// shared store is away. Errors that are not [ErrTaken] mean that nobody could be asked, as [ErrAway] does.
type Claims interface {
	// Claim makes an open question this replica's, or confirms that it is, and returns it as far as any replica
	// has come with it.
	Claim(ctx context.Context, e Entry) (Entry, error)
	// Mark shares how far a question has come. One that is open must be this replica's. That one is answered
	// or expired is a fact, whoever tells it. An end that cannot be told now is told later, and no error.
	Mark(ctx context.Context, e Entry) error
	// Look returns the question that bears an alias, without its payload, or [ErrUnknown].
	Look(ctx context.Context, alias string) (Entry, error)
}

// claimWithin is how long Receive waits for a claim: Slack wants its acknowledgement within three seconds,
// of which a command's answer may take a part as well.
const claimWithin = 800 * time.Millisecond

// claim asks for a question that was just received. It reports false for one that is another's, of which
// the journal lets go. While nobody can tell, the question is kept: it is claimed before it is answered.
func (j *Journal) claim(ctx context.Context, key string) bool {
	ctx, cancel := context.WithTimeout(ctx, claimWithin)
	defer cancel()
	_, err := j.Claim(ctx, key)
	return !errors.Is(err, ErrTaken)
}

// Claim makes sure that an open question is this replica's, before it is worked on, and returns it as far as
// any replica has come with it. It returns [ErrTaken] when it is not, or not open any more. Without
// [Options.Claims] it does nothing.
func (j *Journal) Claim(ctx context.Context, key string) (e Entry, err error) {
	if j.opts.Claims == nil {
		return e, nil
	}
	here, err := j.Get(ctx, key)
	if errors.Is(err, ErrUnknown) || err == nil && !here.State.Open() {
		return e, fmt.Errorf("claim question %q: %w", key, ErrTaken)
	}
	if err == nil {
		if e, err = j.opts.Claims.Claim(ctx, here); err == nil && e.further(here) {
			err = j.Adopt(ctx, e)
		}
		err = j.letGo(key, err)
	}
	if err != nil {
		return e, fmt.Errorf("claim question %q: %w", key, err)
	}
	return e, nil
}

// further says that a question has come further than another state of it.
func (e Entry) further(than Entry) bool {
	return e.State == Posting && than.State == Received || e.Attempts > than.Attempts || e.Tries > than.Tries || e.Survived > than.Survived
}

// with returns an open question with how far another state of it has come.
func (e Entry) with(other Entry) Entry {
	if other.State == Posting {
		e.State = Posting
	}
	e.Attempts, e.Tries, e.Survived = max(e.Attempts, other.Attempts), max(e.Tries, other.Tries), max(e.Survived, other.Survived)
	return e
}

// share tells the other replicas of a change to an open question, before it is made. What keeps it from that
// is [ErrTaken] or [ErrAway].
func (j *Journal) share(ctx context.Context, key string, change func(*Entry)) error {
	if j.opts.Claims == nil {
		return nil
	}
	e, err := j.Get(ctx, key)
	if errors.Is(err, ErrUnknown) || err == nil && !e.State.Open() {
		return ErrTaken // or closed by who took its question back
	}
	if err == nil {
		change(&e)
		err = j.letGo(key, j.opts.Claims.Mark(ctx, e))
	}
	if err != nil && !errors.Is(err, ErrTaken) && !errors.Is(err, ErrAway) {
		err = fmt.Errorf("%w: %w", ErrAway, err)
	}
	return err
}

// shareEnd runs closing, and meanwhile tells the other replicas how a question ended: neither waits for
// the other, as the end of the process between the two is when an answer may come twice. A question that
// is another replica's is closed there alone.
func (j *Journal) shareEnd(ctx context.Context, key string, to State, fill func(*Entry), closing func() error) error {
	if j.opts.Claims == nil {
		return closing()
	}
	e, err := j.Get(ctx, key)
	known := err == nil
	if known && !e.State.Open() || !known && !errors.Is(err, ErrUnknown) {
		return closing()
	}
	e.Key, e.State, e.Changed, e.Payload = key, to, j.now(), nil
	fill(&e)
	told := make(chan error, 1)
	go func() { told <- j.opts.Claims.Mark(ctx, e) }()
	err = nil
	if known {
		err = closing()
	}
	<-told // what could not be told is told later
	return err
}

// letGo removes a question that turned out to be another replica's.
func (j *Journal) letGo(key string, err error) error {
	if !errors.Is(err, ErrTaken) {
		return err
	}
	removal := j.do(context.Background(), func(v *view) error { return v.release(key) })
	if removal != nil && !errors.Is(removal, ErrNotDurable) {
		return errors.Join(err, removal)
	}
	return err
}

// Get returns a question with its payload, open or closed, or [ErrUnknown].
func (j *Journal) Get(ctx context.Context, key string) (Entry, error) {
	var found Entry
	err := j.do(ctx, func(v *view) error {
		e, ok, err := v.get(key)
		if err == nil && (!ok || !v.remembered(e)) {
			err = ErrUnknown
		}
		e.Payload = slices.Clone(e.Payload)
		found = e
		return err
	})
	if err != nil && !errors.Is(err, ErrNotDurable) {
		return Entry{}, fmt.Errorf("get question %q: %w", key, err)
	}
	return found, nil
}

// Adopt writes down an open question that was taken over from another replica, as far as it has come there.
// One that is open here, too, is from then on as far as in either place. Errors are those of [Journal.Receive].
func (j *Journal) Adopt(ctx context.Context, e Entry) error {
	err := e.check()
	if err == nil && !e.State.Open() {
		err = errors.New("the question is not open")
	}
	if err == nil {
		e.Payload = slices.Clone(e.Payload)
		err = j.do(ctx, func(v *view) error { return v.adopt(e) })
	}
	if err != nil && !errors.Is(err, ErrNotDurable) {
		return fmt.Errorf("adopt question %.*q: %w", MaxName, e.Key, err)
	}
	return nil
}

// now is the time by the journal's clock, as its entries have it.
func (j *Journal) now() time.Time { return j.opts.Clock().Round(0).UTC() }
