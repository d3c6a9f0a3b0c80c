// Package journal is the crash-safe memory of the bot: which questions were
// received, which are still open, and how each of them ended.
//
// # Order of work
//
// The bot writes a question with [Journal.Receive] before it acknowledges the
// envelope, marks it with [Journal.Posting] before every attempt to post, and
// closes it with [Journal.Answered], [Journal.Failed] or [Journal.Expired].
//
//	received ──► posting ──► answered
//	    │          │  ▲ └──► failed
//	    │          └──┘ └──► expired
//	    └──► answered, failed or expired
//
// received and posting are open, the other three are final. After a restart
// [Journal.Pending] lists the open questions. One in state received was never
// posted. One in state posting is ambiguous: the bot looks in the thread for
// its own message before it posts again.
//
// # Durability
//
// When a call returns nil, what it said is in the file and the file is synced:
// it survives the death of the process and, on disks that honour a sync, the
// loss of power. Calls that arrive while a sync is under way share the next one.
//
// When the disk is full or broken a call returns [ErrNotDurable]. The change is
// then kept in memory: this process still recognises repeats and still knows
// which question is answered. Every later call writes the backlog before it
// returns, so the journal recovers by itself; a crash before that forgets the
// backlog.
//
// # Replicas
//
// With [Options.Claims] several processes, each with a journal of its own, share the questions of one app.
// [Journal.Receive] then also asks for the question, and tells of one that is another replica's as of a
// repeat; [Journal.Claim] and [Journal.Posting] return [ErrTaken] for one that was lost since, and [ErrAway]
// while nobody can tell. [Journal.Adopt] takes over what another has left open.
//
// # Bounds
//
// A repeat is recognised while its question is open and for [Options.Keep] after
// it was closed, by key and by alias. Each write drops some of the closed
// questions older than that, and the oldest closed ones above
// [Options.MaxEntries]. Open questions are never dropped; the bot ends them.
// Times count from the wall clock at Open, so only a clock set forward by Keep
// between two runs ends the memory of closed questions early.
//
// The payload, which holds the text of the question, is deleted with the write
// that closes the question. The bytes leave the file when bbolt uses the page
// again, or with [Journal.Renew], which also lets the file shrink.
//
// # Damage
//
// Every record carries a checksum, and [Open] reads the whole file: first its
// pages, because bbolt trusts them, then its records. A damaged file is renamed,
// never deleted, and a new one begun with every record of the old one that is
// whole: damage costs the records it hits and no others. When damage appears
// later, every call returns [ErrDamaged] and the process should end; the next
// one finds it in Open.
//
// # No disk
//
// Where the disk is full, may only be read or fails, Open works too: what stands
// in the file is known if it can be read, and every call returns [ErrNotDurable]
// until the disk takes writes. [Journal.Failing] says so before the first.
package journal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"
)

// FileName is the name of the journal's file in its directory.
const FileName = "journal.db"

// Errors a caller may decide on; each arrives wrapped with the call and its object.
var (
	// ErrLocked means that another process has the journal open.
	ErrLocked = errors.New("locked by another process")
	// ErrNewer means that a newer version of the bot wrote the file, which is left as it is.
	ErrNewer = errors.New("written by a newer version of Verbatim: run that version, or restore a backup of before")
	// ErrDamaged means that the file turned out damaged after it was opened.
	// Nothing works any more until the process starts again and Open puts the file
	// aside: bbolt keeps the file locked after such a fault.
	ErrDamaged = errors.New("damaged")
	// ErrNotDurable means that the change is remembered by this process alone.
	ErrNotDurable = errors.New("not written to disk, kept in memory only")
	// ErrFull means that the disk takes no writes and the memory for unwritten
	// questions is used up: the question is not remembered at all.
	ErrFull = errors.New("too many questions wait for the disk")
	// ErrUnknown means that the journal holds no such question.
	ErrUnknown = errors.New("unknown question")
	// ErrFinal means that the question was closed before, in another way.
	ErrFinal = errors.New("question is already closed")
	// ErrClosed means that the journal itself was closed.
	ErrClosed = errors.New("journal is closed")
)

// Options are the settings of [Open]. The zero value of a field means its default.
type Options struct {
	// Clock tells the time. Default: the wall clock at Open, and from then on the time that has passed,
	// so that a clock that is set while the bot runs makes nothing old or young.
	Clock func() time.Time
	// Keep is how long a closed question is remembered. Default: 49 h. Slack
	// repeats an event after at most 5 minutes, and after a reconnect it has been
	// seen to do so within an hour, with its "Delayed Events" within a day; another
	// day is for a clock that is set forward between two runs.
	Keep time.Duration
	// MaxEntries is the number of questions, open and closed, above which the
	// oldest closed ones are dropped. Default: 100,000, a file of about 65 MiB.
	MaxEntries int
	// LockTimeout is how long Open waits for another process. Default: 1 s.
	LockTimeout time.Duration
	// Logger receives the journal's own condition, never a text. Default: none.
	Logger *slog.Logger
	// Claims decide which of several replicas answers a question. Default: none, every question is ours.
	Claims Claims

	openFile func(name string, flag int, mode os.FileMode) (*os.File, error) // os.OpenFile, or a failing disk in a test
}

func (o Options) withDefaults() Options {
	if o.Clock == nil {
		begun := time.Now()
		o.Clock = func() time.Time { return begun.Add(time.Since(begun)) }
	}
	if o.Keep <= 0 {
		o.Keep = 49 * time.Hour
	}
	if o.MaxEntries <= 0 {
		o.MaxEntries = 100_000
	}
	if o.LockTimeout <= 0 {
		o.LockTimeout = time.Second
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.openFile == nil {
		o.openFile = os.OpenFile
	}
	return o
}

// Stats are the journal's numbers at one moment.
type Stats struct {
	// Open counts the questions in state received or posting.
	Open int
	// Total counts all questions remembered, open and closed.
	Total int
	// Unwritten counts the questions of which the disk does not have the newest
	// state. Above 0 the disk takes no writes: see [Journal.Failing].
	Unwritten int
}

// Journal is an open journal. Its methods may be called concurrently.
type Journal struct {
	opts Options

	queueMu sync.Mutex
	queue   []*request

	mu  sync.Mutex // held through each transaction; guards all below
	db  *bbolt.DB  // nil while there is no file
	dir string
	// degraded says that db is nil or opened for reading alone, as the disk took no file for writing; unread
	// that there is a file which cannot be read.
	degraded, unread bool
	update           func(func(*bbolt.Tx) error) error // db.Update, or a failing disk in a test
	mem              *memory
	count            Stats
	unfit            error // why nothing works any more: ErrClosed or ErrDamaged

	stats   atomic.Pointer[Stats] // copy of count, readable while a disk hangs
	refused atomic.Pointer[error] // what Failing returns, for the same reason
}

// Stats returns the present numbers. It never waits for the disk.
func (j *Journal) Stats() Stats { return *j.stats.Load() }

// Failing returns why the disk takes no writes, as the last of them told, or [Open]; nil while it takes them. The
// bot is not ready then. It never waits for the disk.
func (j *Journal) Failing() error {
	if why := j.refused.Load(); why != nil {
		return *why
	}
	return nil
}

// Pending returns the open questions with their payloads, those received first
// in front. It works while the disk takes no writes, too.
func (j *Journal) Pending(ctx context.Context) ([]Entry, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("list open questions: %w", err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	var open []Entry
	err := j.view(func(v *view) (err error) {
		open, err = v.pending()
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list open questions: %w", err)
	}
	return open, nil
}

// Prune drops up to 1,000 questions that are no longer remembered and returns
// how many. Every other write does some of this work as well, so a quiet bot
// alone needs it, say once an hour. Prune always writes: it shows whether the
// disk works, and writes the backlog as soon as it does.
func (j *Journal) Prune(ctx context.Context) (removed int, err error) {
	if err := ctx.Err(); err != nil {
		return 0, fmt.Errorf("prune journal: %w", err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.unfit != nil {
		return 0, fmt.Errorf("prune journal: %w", j.unfit)
	}
	removed, err = j.flush(pruneStep)
	if err != nil {
		return 0, fmt.Errorf("prune journal: %w", err)
	}
	return removed, nil
}

// Close waits for the calls under way, writes the backlog and releases the file.
// It returns ErrNotDurable when the backlog could not be written and is lost.
// A second Close does nothing.
func (j *Journal) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if errors.Is(j.unfit, ErrClosed) {
		return nil
	}
	if j.unfit != nil {
		j.unfit = ErrClosed
		return nil // bbolt may hold its own lock since the fault, and its Close would hang
	}
	var unwritten error
	if j.mem.len() > 0 {
		_, unwritten = j.flush(0)
	}
	j.unfit = ErrClosed
	if j.db == nil {
		return unwritten
	}
	if err := errors.Join(unwritten, j.db.Close()); err != nil {
		return fmt.Errorf("close journal: %w", err)
	}
	return nil
}
