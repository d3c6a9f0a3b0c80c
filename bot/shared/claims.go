package shared

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"verbatim/bot/journal"
)

const (
	// confirmFor is how long a claim is believed before the store is asked again whether it still holds.
	confirmFor = 2 * time.Second
	// maxRounds is how often a write is tried that others come before.
	maxRounds = 10
)

// Claims are a replica's: they implement [journal.Claims].
type Claims struct {
	store Store
	owner string // this replica
	// former is the process before on the same data folder, whose questions are ours; "" for none.
	former string

	mu   sync.Mutex
	held map[string]hold          // open questions that are ours, by key
	owed map[string]journal.Entry // ends of questions that are yet to be told, by key
}

// A hold is what is known of a question that is ours.
type hold struct {
	version Version
	// alias is what the record has: a journal may have given it to another question.
	alias string
	// message says that its message is claimed as well.
	message bool
	// confirmed is when the store last said that it is ours.
	confirmed time.Time
}

func newClaims(s Store, owner, former string) *Claims {
	return &Claims{store: s, owner: owner, former: former, held: map[string]hold{}, owed: map[string]journal.Entry{}}
}

// Claim implements [journal.Claims].
func (c *Claims) Claim(ctx context.Context, e journal.Entry) (journal.Entry, error) {
	if planted("no-claim") {
		return e, nil
	}
	h, held := c.hold(e.Key)
	if held && h.message && time.Since(h.confirmed) < confirmFor {
		return e, nil
	}
	known, err := c.claimQuestion(ctx, e, held)
	if err == nil {
		err = c.claimMessage(ctx, known)
	}
	return known, err
}

func (c *Claims) claimQuestion(ctx context.Context, e journal.Entry, held bool) (journal.Entry, error) {
	if held {
		known, err := c.confirm(ctx, e.Key)
		if !errors.Is(err, ErrUnknown) {
			return known, err
		}
	}
	return c.claim(ctx, e)
}

// claim makes a question ours that is not known to be.
func (c *Claims) claim(ctx context.Context, e journal.Entry) (journal.Entry, error) {
	for range maxRounds {
		r, err := questionOf(e, c.owner).record(Version{})
		if err != nil {
			return e, err
		}
		asked := time.Now()
		v, err := create(ctx, c.store, r)
		if err == nil {
			c.keep(e.Key, hold{version: v, alias: e.Alias, confirmed: asked})
			return e, nil
		}
		if !errors.Is(err, ErrExists) {
			return e, err
		}
		known, err := c.confirm(ctx, e.Key)
		if !errors.Is(err, ErrUnknown) {
			return known, err
		}
	}
	return e, fmt.Errorf("%w: the question comes and goes", journal.ErrAway)
}

// confirm reads whose a question is, and how far it has come. What the process before had is ours.
func (c *Claims) confirm(ctx context.Context, key string) (journal.Entry, error) {
	for range maxRounds {
		asked := time.Now()
		q, version, err := c.read(ctx, key)
		switch {
		case err != nil:
			return q.entry(), err
		case !q.State.Open(), q.Owner != c.owner && (q.Owner != c.former || c.former == ""):
			c.drop(key)
			return q.entry(), journal.ErrTaken
		case q.Owner == c.owner:
			c.confirmed(q, version, asked)
			return q.entry(), nil
		}
		if err := c.take(ctx, q, version); !errors.Is(err, ErrConflict) {
			return q.entry(), err
		}
	}
	return journal.Entry{}, fmt.Errorf("%w: the question changes too often", journal.ErrAway)
}

// take makes a question ours that was read as another's. [ErrConflict] means that somebody was faster.
func (c *Claims) take(ctx context.Context, q question, version Version) error {
	q.Owner = c.owner
	r, err := q.record(version)
	if err != nil {
		return err
	}
	asked := time.Now()
	v, err := replace(ctx, c.store, r)
	if err == nil {
		c.keep(q.Key, hold{version: v, alias: q.Alias, confirmed: asked})
	}
	return err
}

// claimMessage makes the message of a question ours. One that another event of the message came before is
// closed as a repeat.
func (c *Claims) claimMessage(ctx context.Context, e journal.Entry) error {
	h, held := c.hold(e.Key)
	if held && h.message {
		return nil
	}
	if e.Alias != "" {
		body, err := json.Marshal(messageClaim{Key: e.Key})
		if err != nil {
			return err
		}
		_, err = create(ctx, c.store, Record{Kind: kindMessage, ID: idOf(e.Alias), Body: body, At: e.Received})
		if errors.Is(err, ErrExists) {
			err = c.sameMessage(ctx, e)
		}
		if err != nil {
			return err
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if h, held := c.held[e.Key]; held {
		h.message = true
		c.held[e.Key] = h
	}
	return nil
}

// sameMessage looks whether the message of a question is claimed for it.
func (c *Claims) sameMessage(ctx context.Context, e journal.Entry) error {
	m, err := c.message(ctx, e.Alias)
	if err != nil {
		return err
	}
	if m.Key == e.Key {
		return nil
	}
	e.State, e.Error, e.Payload = journal.Expired, "another event of the same message came before", nil
	if err := c.mark(ctx, e); err != nil && !errors.Is(err, journal.ErrTaken) {
		return err
	}
	return journal.ErrTaken
}

// Mark implements [journal.Claims].
func (c *Claims) Mark(ctx context.Context, e journal.Entry) error {
	if planted("no-claim") {
		return nil
	}
	err := c.mark(ctx, e)
	if err == nil || errors.Is(err, journal.ErrTaken) || e.State.Open() {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.owed[e.Key] = e
	return nil
}

// mark writes how far a question has come.
func (c *Claims) mark(ctx context.Context, e journal.Entry) error {
	for range maxRounds {
		if err := c.markOnce(ctx, e); !errors.Is(err, ErrConflict) {
			return err
		}
	}
	return fmt.Errorf("%w: the question changes too often", journal.ErrAway)
}

// markOnce is one try of mark. That a question was answered, or is too old, is a fact, whoever tells it;
// all else only its owner may write.
func (c *Claims) markOnce(ctx context.Context, e journal.Entry) error {
	if h, held := c.hold(e.Key); held && h.version != (Version{}) {
		q := questionOf(e, c.owner)
		q.Alias = h.alias
		err := c.write(ctx, q, h.version)
		if errors.Is(err, ErrConflict) {
			c.confirmed(q, Version{}, h.confirmed) // it is to be read
		}
		return err
	}
	q, version, err := c.read(ctx, e.Key)
	if errors.Is(err, ErrUnknown) && !e.State.Open() {
		c.drop(e.Key)
		return nil // nobody claimed it, so nobody is to be told
	}
	fact := e.State == journal.Answered || e.State == journal.Expired
	switch {
	case errors.Is(err, ErrUnknown): // somebody has deleted it, which answers no question
		c.drop(e.Key)
		return fmt.Errorf("%w: the record of the question is gone, it is to be claimed anew", journal.ErrAway)
	case err != nil:
		return err
	case !q.State.Open() && q.State == e.State, !q.State.Open() && fact:
		c.drop(e.Key)
		return nil
	case !q.State.Open(), q.Owner != c.owner && !fact:
		c.drop(e.Key)
		return journal.ErrTaken
	}
	q.State, q.Changed, q.AnswerTS, q.Error = e.State, e.Changed, e.AnswerTS, e.Error
	q.Attempts, q.Tries, q.Survived = max(q.Attempts, e.Attempts), max(q.Tries, e.Tries), max(q.Survived, e.Survived)
	return c.write(ctx, q, version)
}

// write replaces the record of a question, and notes what is known of it then.
func (c *Claims) write(ctx context.Context, q question, version Version) error {
	if !q.State.Open() {
		q.Payload = nil
	}
	r, err := q.record(version)
	if err != nil {
		return err
	}
	asked := time.Now()
	v, err := replace(ctx, c.store, r)
	if err != nil {
		return err
	}
	if q.State.Open() {
		c.confirmed(q, v, asked)
	} else {
		c.drop(q.Key)
	}
	return nil
}

// Look implements [journal.Claims].
func (c *Claims) Look(ctx context.Context, alias string) (journal.Entry, error) {
	m, err := c.message(ctx, alias)
	if err == nil {
		var q question
		if q, _, err = c.read(ctx, m.Key); err == nil {
			q.Payload = nil
			return q.entry(), nil
		}
	}
	if errors.Is(err, ErrUnknown) {
		return journal.Entry{}, journal.ErrUnknown
	}
	return journal.Entry{}, err
}

// tell tells the ends of questions that could not be told before, until the store is away again. One that cannot be
// told although the store is there, as its record cannot be read, is given up: it must not keep others from being told.
func (c *Claims) tell(ctx context.Context) error {
	c.mu.Lock()
	owed := slices.Collect(maps.Values(c.owed))
	c.mu.Unlock()
	for _, e := range owed {
		if err := c.mark(ctx, e); errors.Is(err, journal.ErrAway) || ctx.Err() != nil {
			return err
		}
		c.mu.Lock()
		delete(c.owed, e.Key)
		c.mu.Unlock()
	}
	return nil
}

// read returns a question and its version.
func (c *Claims) read(ctx context.Context, key string) (question, Version, error) {
	r, err := get(ctx, c.store, kindQuestion, idOf(key))
	if err != nil {
		return question{}, Version{}, err
	}
	q, err := readQuestion(r)
	return q, r.Version, err
}

// message returns which question is answered for a message.
func (c *Claims) message(ctx context.Context, alias string) (m messageClaim, err error) {
	r, err := get(ctx, c.store, kindMessage, idOf(alias))
	if err == nil {
		err = json.Unmarshal(r.Body, &m)
	}
	return m, err
}

func (c *Claims) hold(key string) (h hold, held bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	h, held = c.held[key]
	return h, held
}

func (c *Claims) keep(key string, h hold) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held[key] = h
}

// confirmed notes that a question was ours at a time.
func (c *Claims) confirmed(q question, v Version, at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	h := c.held[q.Key]
	h.version, h.alias, h.confirmed = v, q.Alias, at
	c.held[q.Key] = h
}

func (c *Claims) drop(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.held, key)
}
