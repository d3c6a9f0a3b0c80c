package shared

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"verbatim/bot/journal"
)

const (
	// takeStep is the most questions that are taken over from one replica in one round.
	takeStep = 64
	// mostReplicas is the most replicas that are looked at; ten may connect to Slack.
	mostReplicas = 1000
	// strayEvery is how many rounds pass between two searches for open questions of replicas that beat
	// nowhere, and for our own that the journal does not have; strayStep is the most looked at.
	strayEvery = 10
	strayStep  = 500
	// mostSilence is the most silence that one look adds: where more time has passed since the last, this process may
	// have stood still itself, and the others with it.
	mostSilence = beatEvery + callWithin
)

// A watch is what a replica has seen of the others.
type watch struct {
	mu    sync.Mutex
	known map[string]*seen // by name
	// at is when the others were last looked at; zero after the store was away.
	at    time.Time
	round int
	// resumed says that nothing is left open of the process before on this data folder.
	resumed bool
	// unreadable are records that were reported.
	unreadable map[string]bool
	// strays are the versions of the open questions of unknown replicas that the last search met.
	strays map[string]Version
}

// seen is what was seen of one replica.
type seen struct {
	version Version
	// silent is how long it has not beaten while it was looked at.
	silent time.Duration
	gone   bool
}

// forgive begins the time of silence anew where the store was away: then nobody could be heard.
func (w *watch) forgive() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at = time.Time{}
}

// see notes a look at all replicas but this one, and returns the names of the dead.
func (w *watch) see(all []Record, own string) (dead []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now, passed := time.Now(), time.Duration(0)
	if !w.at.IsZero() {
		passed = min(now.Sub(w.at), mostSilence)
	}
	w.at = now
	known := map[string]*seen{}
	for _, r := range all {
		if r.ID == own {
			continue
		}
		s := w.known[r.ID]
		if s == nil || s.version != r.Version {
			b := beat{}
			_ = json.Unmarshal(r.Body, &b) // what cannot be read is not gone
			s = &seen{version: r.Version, gone: b.Gone}
		} else {
			s.silent += passed
		}
		known[r.ID] = s
		if s.gone || s.silent >= deadAfter {
			dead = append(dead, r.ID)
		}
	}
	w.known = known
	return dead
}

// look looks at the other replicas, and does what is to be done about them.
func (r *Replica) look(ctx context.Context, j *journal.Journal) {
	if r.link.up() != nil {
		return
	}
	taken, err := r.lookOnce(ctx, j)
	if taken > 0 {
		r.log.Info("questions of another replica taken over", "questions", taken)
		r.opts.Woken()
	}
	if err != nil && ctx.Err() == nil {
		r.watched.forgive()
		if !errors.Is(err, journal.ErrAway) {
			r.log.Error("cannot look after the other replicas", "error", err)
		}
	}
}

func (r *Replica) lookOnce(ctx context.Context, j *journal.Journal) (taken int, err error) {
	if err := r.claims.tell(ctx); err != nil {
		return 0, err
	}
	all, err := list(ctx, r.store, Query{Kind: kindReplica, Limit: mostReplicas})
	if err != nil {
		return 0, fmt.Errorf("look at the replicas: %w", err)
	}
	dead := r.watched.see(all, r.name)
	if !r.opts.Ready() {
		return 0, nil
	}
	if former := r.claims.former; former != "" && !r.watched.resumed {
		n, left, err := r.takeOver(ctx, j, former)
		if taken += n; err != nil {
			return taken, err
		}
		r.watched.resumed = !left
	}
	for _, name := range dead {
		n, left, err := r.takeOver(ctx, j, name)
		if taken += n; err != nil {
			return taken, err
		}
		if !left {
			if err := remove(ctx, r.store, kindReplica, name); err != nil {
				return taken, err
			}
		}
	}
	if r.watched.round++; r.watched.round%strayEvery != 1 {
		return taken, nil
	}
	n, err := r.takeStrays(ctx, j)
	return taken + n, err
}

// takeOver makes the oldest open questions of a dead replica ours. left says that there may be more.
func (r *Replica) takeOver(ctx context.Context, j *journal.Journal, name string) (taken int, left bool, err error) {
	open, err := list(ctx, r.store, Query{Kind: kindQuestion, Keys: map[string]string{keyOpen: yes, keyOwner: name}, Limit: takeStep})
	if err != nil {
		return 0, true, fmt.Errorf("list questions of replica %s: %w", name, err)
	}
	for _, record := range open {
		took, err := r.settle(ctx, j, record)
		if err != nil {
			return taken, true, err
		}
		if took {
			taken++
		}
	}
	return taken, len(open) > 0, nil
}

// settle brings the journal and the record of an open question into line. An end that the journal knows is
// told; a question that it does not have it adopts.
func (r *Replica) settle(ctx context.Context, j *journal.Journal, record Record) (took bool, err error) {
	q, err := readQuestion(record)
	if err != nil {
		r.unreadable(record.ID, err)
		return false, nil
	}
	here, err := j.Get(ctx, q.Key)
	known := err == nil
	if err != nil && !errors.Is(err, journal.ErrUnknown) {
		return false, err
	}
	if known && !here.State.Open() {
		err := r.claims.mark(ctx, here)
		if errors.Is(err, journal.ErrTaken) {
			err = nil
		}
		return false, err
	}
	if q.Owner != r.name {
		if err := r.claims.take(ctx, q, record.Version); errors.Is(err, ErrConflict) {
			return false, nil // another was faster, or it has ended
		} else if err != nil {
			return false, err
		}
	} else if known {
		return false, nil
	}
	if err := j.Adopt(ctx, q.entry()); err != nil {
		r.log.Error("a question that was taken over cannot be written down; it is tried again", "key", q.Key, "error", err)
		return false, nil // it is ours without being in the journal, see takeStrays
	}
	return true, nil
}

// unreadable reports a record of a question, once.
func (r *Replica) unreadable(id string, err error) {
	if !r.watched.unreadable[id] {
		r.log.Error("a question of another replica cannot be read", "record", id, "error", err)
	}
	r.watched.unreadable[id] = true
}

// takeStrays looks after open questions that nobody works on although no dead replica is known: those of
// replicas that beat nowhere any more, seen so twice, and our own that the journal does not have.
func (r *Replica) takeStrays(ctx context.Context, j *journal.Journal) (taken int, err error) {
	open, err := list(ctx, r.store, Query{Kind: kindQuestion, Keys: map[string]string{keyOpen: yes}, Limit: strayStep})
	if err != nil {
		return 0, fmt.Errorf("list open questions: %w", err)
	}
	all, err := list(ctx, r.store, Query{Kind: kindReplica, Limit: mostReplicas})
	if err != nil {
		return 0, fmt.Errorf("look at the replicas: %w", err)
	}
	beats := map[string]bool{}
	for _, b := range all {
		beats[b.ID] = true
	}
	before, now := r.watched.strays, map[string]Version{}
	for _, record := range open {
		owner := record.Keys[keyOwner]
		if owner != r.name && beats[owner] {
			continue
		}
		now[record.ID] = record.Version
		if owner != r.name && before[record.ID] != record.Version {
			continue
		}
		took, err := r.settle(ctx, j, record)
		if err != nil {
			return taken, err
		}
		if took {
			taken++
		}
	}
	r.watched.strays = now
	return taken, nil
}
