package bot

import (
	"context"
	"encoding/json"
	"errors"
	"runtime"
	"time"

	"verbatim/bot/journal"
)

const (
	// pruneEvery is how often the journal forgets what is too old to be repeated. Its writes do so as
	// well; without any, a quiet bot would keep its last questions' ids.
	pruneEvery = time.Hour
	// renewEvery is how often the files of journal and memory are written anew, so that what was deleted
	// leaves the disk; after somebody was forgotten it is done within [pruneEvery]. Where it fails it is tried
	// again as soon.
	renewEvery = 24 * time.Hour
	// upkeepAfter is how long after the start it begins, when open questions had their time. It is no whole second: in
	// a bubble of synctest, a renewal waits for ever for a write of the same moment, whose timer waits for it.
	upkeepAfter = 9637 * time.Millisecond
	// sweepEvery is how often the journal is searched for open questions that nobody works on: those
	// that could not be delivered for long. sweepSoon is the same while some wait there for room.
	sweepEvery = time.Minute
	sweepSoon  = time.Second
	// probeEvery is how often a journal that cannot write is tried again.
	probeEvery = 10 * time.Second
)

// upkeep prunes the journal and the memory, posts the digest, and finds out when a disk takes writes again, until ctx ends.
// It begins with all of it: nobody knows what the run before has left undone, and many runs are short.
func (b *Bot) upkeep(ctx context.Context) {
	var pruned, tried, renewed time.Time
	for pause := upkeepAfter; sleep(ctx, pause); pause = probeEvery {
		s := b.Stats()
		b.log.Debug("numbers", "goroutines", runtime.NumGoroutine(), "connections", s.Connections, "in_hand", s.InHand,
			"open", b.config.Journal.Stats().Open, "received", s.Received, "answered", s.Answered, "failed", s.Failed)
		if time.Since(pruned) >= pruneEvery || b.config.Journal.Failing() != nil {
			pruned = time.Now()
			b.prune(ctx)
		}
		due := b.forgot.Load() || time.Since(renewed) >= renewEvery
		if due && time.Since(tried) >= pruneEvery {
			tried = time.Now()
			if b.renewFiles() {
				renewed = tried
			}
		}
	}
}

// prune posts the digest if it is due, and deletes what is too old.
func (b *Bot) prune(ctx context.Context) {
	if err := b.digest(ctx); err != nil {
		b.log.Error("no digest", "error", err)
	}
	removed, err := b.config.Journal.Prune(ctx)
	_ = b.note("", err)
	b.log.Debug("journal pruned", "removed", removed)
	if b.leads(DutyUpkeep) {
		removed, err = b.config.Memory.Upkeep.Prune(ctx)
		b.noteMemory("", err)
		b.log.Debug("memory pruned", "removed", removed)
	}
}

// renewFiles writes the files of journal and memory anew, without what was deleted in them. It reports whether both are.
func (b *Bot) renewFiles() bool {
	forgot := b.forgot.Swap(false) // who is forgotten meanwhile may still be in them
	err := b.config.Journal.Renew()
	if errors.Is(err, journal.ErrDamaged) {
		b.fail(err)
	}
	if err = errors.Join(err, b.config.Memory.Upkeep.Renew()); err == nil {
		return true
	}
	if forgot {
		b.forgot.Store(true)
	}
	b.log.Warn("what was deleted stays on the disk for now", "error", err)
	return false
}

// takeUp works through the open questions of the journal until ctx ends: those of an earlier run,
// those for which there was no room, and those that could not be delivered for a while. It begins once
// the app-level token has been tried: finishing them takes time, which would put off the report of a
// wrong one.
func (b *Bot) takeUp(ctx, work context.Context) {
	select {
	case <-b.socket.tried:
	case <-ctx.Done():
		return
	}
	for {
		pause := sweepEvery
		if b.sweep(ctx, work) {
			pause = sweepSoon
		} else if b.postponed.waiting() {
			pause = awayPause
		}
		select {
		case <-time.After(pause):
		case <-b.behind:
			if !sleep(ctx, sweepSoon) {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

// sweep puts the open questions that nobody works on in their lanes, oldest first, as far as there is
// room. It reports whether some are left.
func (b *Bot) sweep(ctx, work context.Context) (left bool) {
	b.lanes.begin()
	open, err := b.config.Journal.Pending(ctx)
	if b.note("", err) != nil {
		return false
	}
	full := map[string]bool{}
	for _, entry := range open {
		if ctx.Err() != nil {
			return false
		}
		p, due := b.postponed.due(entry.Key)
		if b.lanes.wasHeld(entry.Key) || !due {
			continue
		}
		j, ok := b.stored(work, entry)
		if !ok {
			continue
		}
		j.blind, j.uses = p.blind, p.uses
		j.waited = p.away
		name := lane(j.in)
		if full[name] || !b.lanes.retake(j.in) {
			full[name] = true
			b.lanes.mark(name)
			continue
		}
		say := b.log.Info
		if j.waited { // which is every few seconds
			say = b.log.Debug
		}
		say("question taken up again", "key", entry.Key, "kind", entry.Kind, "state", string(entry.State), "tries", entry.Tries,
			"survived", entry.Survived)
		b.lanes.add(work, j)
	}
	return b.lanes.finish()
}

// stored reads a question or an act of the journal that nobody works on. One that cannot be read or is
// too old comes to its end here.
func (b *Bot) stored(work context.Context, entry journal.Entry) (j job, ok bool) {
	j = job{maybePosted: entry.State == journal.Posting, attempts: entry.Attempts, tries: entry.Deaths() + 1}
	var err error
	if entry.Kind == string(kindAct) {
		j.act = new(Act)
		err = json.Unmarshal(entry.Payload, j.act)
		j.in = j.act.place()
	} else {
		err = json.Unmarshal(entry.Payload, &j.in)
	}
	if err != nil || j.in.Key != entry.Key {
		_ = b.note(entry.Key, b.config.Journal.Failed(work, entry.Key, "not readable after a restart"))
		return j, false
	}
	if age := time.Since(entry.Received); age > maxAge {
		b.log.Warn("question too old to answer", "key", entry.Key, "age", age)
		if j.act == nil {
			b.ended(j.in, EndExpired)
		}
		_ = b.note(entry.Key, b.config.Journal.Expired(work, entry.Key, "open for too long"))
		return j, false
	}
	if j.restored = entry.Restored; j.restored && (j.act != nil || j.in.Kind.private()) {
		b.expireRestored(work, entry.Key) // it came to its end long ago, and nobody can look
		return j, false
	}
	return j, true
}

// standsSince looks for the answer to a question that was open when a backup was made, and may have been
// answered since. Where the bot may not look nobody knows: then the question ends without another answer.
func (b *Bot) standsSince(ctx context.Context, j job) (ended bool) {
	ts, err := b.poster.find(ctx, j.in)
	switch {
	case ts != "":
		b.close(ctx, j, ts, nil)
	case errors.Is(err, errMayNotLook):
		b.expireRestored(ctx, j.in.Key)
	case err != nil: // ctx has ended: the question stays open
	default:
		return false
	}
	return true
}

func (b *Bot) expireRestored(ctx context.Context, key string) {
	b.log.Info("question of a backup not answered again", "key", key)
	_ = b.note(key, b.config.Journal.Expired(context.WithoutCancel(ctx), key, "restored from a backup: it may have been answered"))
}
