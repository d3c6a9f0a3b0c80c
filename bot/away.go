package bot

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"verbatim/bot/journal"
	"verbatim/index"
)

// What is done while the search engine, or the store that several replicas share, cannot be reached: questions
// stay open and are tried again every few seconds, and their askers are told. Neither is ever the case with
// the embedded engine.

// awayPause is the time between two tries of what waits for an engine that is away. Only one question at a
// time is asked of such an engine, so that the others do not wait for its time-outs. A question which alone finds
// it away waits longer from time to time, maxAwayPause at most.
const (
	awayPause    = 2 * time.Second
	maxAwayPause = 10 * time.Second
)

// errInLine means that another question tries the engine, which is away.
var errInLine = fmt.Errorf("another question tries it: %w", index.ErrAway)

// The duties of a bot that only one of its replicas has; see [Config.Leads].
const (
	DutyDigest  = "digest"  // to post the weekly digest
	DutyUpkeep  = "upkeep"  // to delete what is old in the memory
	DutyRecheck = "recheck" // to keep answers true, and to ask again what had no answer
)

// Duties lists the duties of a bot.
func Duties() []string { return []string{DutyDigest, DutyUpkeep, DutyRecheck} }

// leads says that a duty is this bot's.
func (b *Bot) leads(duty string) bool { return b.config.Leads == nil || b.config.Leads(duty) }

// isAway says that an error is that of an engine or a store that cannot be reached for now.
func isAway(err error) bool { return errors.Is(err, index.ErrAway) || errors.Is(err, journal.ErrAway) }

// Wake tells the bot that open questions were put into its journal, or that an engine or store which was away
// is back: what waits is taken up at once. It returns at once, and may be called at any time.
func (b *Bot) Wake() {
	b.postponed.hurry()
	b.wake()
	if b.unrevised.Swap(false) {
		b.DocumentsChanged()
	}
}

// A gate keeps questions from an engine that is away, but for one at a time which tries it. The zero value is
// open.
type gate struct {
	mu   sync.Mutex
	next time.Time // when the next may try; zero while it is open
	// answered counts the questions that the engine has answered.
	answered int64
}

// enter says whether the engine may be asked now.
func (g *gate) enter() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.next.IsZero() {
		return true
	}
	if time.Now().Before(g.next) {
		return false
	}
	g.next = time.Now().Add(askWithin)
	return true
}

// away says that the engine is away and not to be asked yet.
func (g *gate) away() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return time.Now().Before(g.next)
}

// shut notes that the engine is away, and reports whether that is news.
func (g *gate) shut() (news bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	news = g.next.IsZero()
	g.next = time.Now().Add(awayPause)
	return news
}

// open notes that the engine has answered, and reports whether it was away.
func (g *gate) open() (news bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	news = !g.next.IsZero()
	g.next = time.Time{}
	g.answered++
	return news
}

// pass lets the next question try at once: of the last nobody knows whether the engine was asked.
func (g *gate) pass() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.next.IsZero() {
		g.next = time.Now()
	}
}

// answers is how many questions it has answered.
func (g *gate) answers() int64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.answered
}

// heard notes what came of asking the engine.
func (b *Bot) heard(a index.Answer, err error) {
	switch {
	case errors.Is(err, index.ErrAway):
		if b.engine.shut() {
			b.log.Warn("the search engine cannot be reached: questions wait", "error", err)
		}
	case err != nil, a.Verdict == index.VerdictChat:
		b.engine.pass()
	case b.engine.open():
		b.log.Info("the search engine is back")
		b.Wake()
	}
}

// maxUnlucky is how often a question may find the engine away that answers others in between, before it
// counts as one that the engine cannot answer.
const maxUnlucky = 20

// unlucky says that a question is to be tried again: what it needs is away.
func (b *Bot) unlucky(key string, err error) bool {
	return errors.Is(err, errInLine) || isAway(err) && b.postponed.unlucky(key, b.engine.answers()) <= maxUnlucky
}

// ours makes sure, before a question or a durable act is worked on, that no other replica has it. One that
// nobody can tell of waits.
func (b *Bot) ours(ctx context.Context, j *job) bool {
	e, err := b.config.Journal.Claim(ctx, j.in.Key)
	if err != nil && ctx.Err() == nil {
		b.letGo(ctx, *j, err)
	}
	j.maybePosted = j.maybePosted || e.State == journal.Posting
	j.attempts, j.tries = max(j.attempts, e.Attempts), max(j.tries, e.Deaths())
	return err == nil
}

// letGo ends the work on a question for now: another replica has it, or it waits for what is away.
func (b *Bot) letGo(ctx context.Context, j job, err error) {
	if errors.Is(err, errAtWork) {
		b.postponed.put(j.in.Key, awayPause, j.blind)
		b.wake()
		return
	}
	if errors.Is(err, journal.ErrTaken) {
		b.log.Info("question let go: another replica has it, or it was closed", "key", j.in.Key)
		b.postponed.drop(j.in.Key)
		return
	}
	p := b.postponed.wait(j.in.Key, j.blind)
	if !p.told {
		b.log.Info("question waits", "key", j.in.Key, "error", err)
		b.tellAway(ctx, j)
		b.wake() // what waits is looked at every few seconds from now on
	}
}

// tellAway tells who asked that the question waits for what is away, once in each run.
func (b *Bot) tellAway(ctx context.Context, j job) {
	in, uses := j.in, 0
	switch {
	case j.act != nil:
		if err := b.whisper(ctx, *j.act, plain(b.catalogue(ctx, in.User).AwayWaits, Options{})); err != nil {
			b.log.Info("cannot tell that an act waits", "key", in.Key, "error", err)
		}
	case in.Kind == KindUntagged || in.Kind == KindHome || in.Deleted:
	case j.offer != nil && j.offer.take(plain(english().AwayWaits, b.options(in))):
	case in.Kind.private():
		if uses = 1; time.Since(in.Received) < maxURLAge {
			m := plain(b.catalogue(ctx, in.User).AwayWaits, Options{})
			if err := b.responder.respond(ctx, in.ResponseURL, m, uses, func() error { return nil }); err != nil {
				b.log.Info("cannot tell that a question waits", "key", in.Key, "error", err)
			}
		}
	default:
		select {
		case b.notices <- notice{in: in, away: true}:
		default:
		}
	}
	b.postponed.tell(in.Key, uses)
}
