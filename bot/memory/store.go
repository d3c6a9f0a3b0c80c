package memory

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"verbatim/bot/journal"
)

// FileName is the name of the store's file in its directory.
const FileName = "memory.db"

const (
	// DefaultKeep is how long a record is kept: what was asked in the last quarter is of use to who keeps
	// the documents.
	DefaultKeep = 90 * 24 * time.Hour
	// maxRecords is the most records of one kind; at some 1 kB each they take 50 MB.
	maxRecords = 50_000
	// maxRecord is the most bytes of one record: a question of 4,000 characters, and what belongs to it.
	maxRecord = 64 << 10
	// maxID is the most bytes of an id. Slack's own are below 60.
	maxID = 200
	// pruneStep is the most records that are deleted at once.
	pruneStep = 1000
	// lockWait is how long another process may hold the file.
	lockWait = time.Second
	// FormatVersion is the layout of the file. It rises when an older version of the bot could no longer
	// read it.
	FormatVersion = 1
)

const (
	metaBucket = "meta"
	versionKey = "version"
)

// Tables of a store.
type tables struct {
	answers   table[Answer]
	votes     table[Vote]
	gaps      table[Gap]
	threads   table[Thread]
	channels  table[Channel]
	calls     table[Call]
	proposals table[Proposal]
	marks     table[Mark]
}

func newTables() tables {
	return tables{
		answers: table[Answer]{"answers", func(a *Answer) string { return a.ID }, func(a *Answer) string { return a.User }, func(a *Answer) time.Time { return a.At }},
		votes:   table[Vote]{"votes", func(v *Vote) string { return voteID(v.Answer, v.User) }, func(v *Vote) string { return v.User }, func(v *Vote) time.Time { return v.At }},
		gaps:    table[Gap]{"gaps", func(g *Gap) string { return g.ID }, func(g *Gap) string { return g.User }, func(g *Gap) time.Time { return g.At }},
		threads: table[Thread]{"threads", func(t *Thread) string { return threadID(t.Channel, t.TS) }, func(t *Thread) string { return t.User }, func(t *Thread) time.Time { return t.At }},
		channels: table[Channel]{"channels", func(c *Channel) string { return c.ID }, func(c *Channel) string { return c.By },
			func(c *Channel) time.Time { return c.At }},
		calls:     table[Call]{"calls", func(c *Call) string { return c.ID }, func(c *Call) string { return c.User }, func(c *Call) time.Time { return c.At }},
		proposals: proposalTable(), marks: markTable(),
	}
}

func voteID(answer, user string) string { return answer + "/" + user }

func threadID(channel, ts string) string { return channel + "/" + ts }

func (t tables) buckets() (all []string) {
	for _, names := range [][]string{t.answers.buckets(), t.votes.buckets(), t.gaps.buckets(), t.threads.buckets(), t.channels.buckets(), t.calls.buckets(), t.proposals.buckets(), t.marks.buckets()} {
		all = append(all, names...)
	}
	return all
}

// errNoDisk means that the disk takes no writes, so that nothing new is remembered.
var errNoDisk = errors.New("the disk takes no writes")

// A Store keeps a memory in a file. Its methods may be called concurrently.
type Store struct {
	tables
	dir string
	log *slog.Logger
	// now tells the time.
	now func() time.Time
	// keep is how long records are kept.
	keep time.Duration
	// sound is [journal.Sound], or a failing disk in a test.
	sound func(path string, wait time.Duration) (aside string, err error)

	mu sync.RWMutex
	db *bbolt.DB // nil while the disk gives no file, for reading or for writing
	// degraded says that db is nil or for reading alone.
	degraded bool
	// unread is why the file that is there cannot be read; nil where it can be, or there is none.
	unread error
}

// Open opens the store in dir, and makes both if need be. A damaged file is renamed, which is logged,
// and a new one begun. On a disk that takes no writes the store only reads what is there, and takes
// writes as soon as the disk does. What cannot be read either is no error here but one of each call, until it
// can be: who does not know what was set may not act as if nothing was. The error wraps [journal.ErrLocked] when
// another process has it open, and [journal.ErrNewer] when a newer version of the bot wrote it.
func Open(dir string, log *slog.Logger) (*Store, error) {
	return begin(&Store{tables: newTables(), dir: dir, log: log, now: time.Now, keep: DefaultKeep, sound: journal.Sound})
}

// begin opens what a store keeps.
func begin(s *Store) (*Store, error) {
	err := s.openWritable()
	if journal.RefusesWrites(err) {
		s.log.Error("the disk takes no memory: nothing new is remembered", "dir", s.dir, "error", err)
		err = s.openReadable()
	}
	if err != nil {
		return nil, fmt.Errorf("open memory in %q: %w", s.dir, err)
	}
	return s, nil
}

func (s *Store) openWritable() error {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return err
	}
	path := filepath.Join(s.dir, FileName)
	aside, err := s.sound(path, lockWait)
	if err != nil {
		return err
	}
	if aside != "" {
		s.log.Error("memory is damaged: put aside, a new one begun", "file", aside)
	}
	_, missing := os.Stat(path)
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: lockWait})
	if err == nil {
		if err = s.prepare(db); err != nil {
			err = errors.Join(err, db.Close())
		}
	}
	if err != nil {
		if missing != nil {
			_ = os.Remove(path) // the beginning of a file for which there is no room
		}
		return err
	}
	s.db, s.degraded, s.unread = db, false, nil
	return nil
}

// openReadable opens the file for reading alone, if there is one.
func (s *Store) openReadable() error {
	s.degraded, s.db = true, nil
	path := filepath.Join(s.dir, FileName)
	if info, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		return nil
	}
	_, err := s.sound(path, lockWait)
	if err == nil {
		s.db, err = bbolt.Open(path, 0o600, &bbolt.Options{Timeout: lockWait, ReadOnly: true})
	}
	told := s.unread != nil
	if s.unread = err; !journal.RefusesWrites(err) {
		return err
	}
	if !told { // it fails, or is damaged and cannot be put aside
		s.log.Error("the memory cannot be read: questions get no answer until it can", "dir", s.dir, "error", err)
	}
	return nil
}

// prepare lays out a new file, and checks the version of an old one, to which nothing is written where it
// is whole.
func (s *Store) prepare(db *bbolt.DB) error {
	whole := true
	err := db.View(func(tx *bbolt.Tx) error {
		for _, name := range append(s.buckets(), metaBucket) {
			whole = whole && tx.Bucket([]byte(name)) != nil
		}
		meta := tx.Bucket([]byte(metaBucket))
		if meta == nil {
			return nil
		}
		version := strconv.Itoa(FormatVersion)
		if found := meta.Get([]byte(versionKey)); found != nil && string(found) != version {
			return fmt.Errorf("%w: layout %q, this one reads %s", journal.ErrNewer, found, version)
		}
		return nil
	})
	if err != nil || whole {
		return err
	}
	return db.Update(s.layOut)
}

func (s *Store) layOut(tx *bbolt.Tx) error {
	for _, name := range append(s.buckets(), metaBucket) {
		if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
			return err
		}
	}
	return tx.Bucket([]byte(metaBucket)).Put([]byte(versionKey), []byte(strconv.Itoa(FormatVersion)))
}

// Memory returns the store as one for each purpose.
func (s *Store) Memory() Memory {
	return Memory{Answers: s, Votes: s, Gaps: s, Changes: s, Threads: s, Channels: s, Calls: s, Proposals: s, Marks: s, People: s, Upkeep: s}
}

// KeepFor sets how long records are kept, [DefaultKeep] without it. It is to be called before all else.
func (s *Store) KeepFor(d time.Duration) { s.keep = d }

// Snapshot writes the store as it stands to a new file, which [Open] opens. Calls go on meanwhile.
func (s *Store) Snapshot(path string) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.db == nil {
		return fmt.Errorf("copy memory: %w", errNoDisk)
	}
	return journal.Copy(s.db, path)
}

// Renew implements [Upkeep]. Other calls wait for it.
func (s *Store) Renew() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.degraded {
		return fmt.Errorf("renew memory: %w", errNoDisk)
	}
	next, err := journal.Renew(s.db, filepath.Join(s.dir, FileName), bbolt.Options{Timeout: lockWait})
	if next != nil {
		s.db = next
	}
	if err != nil {
		return fmt.Errorf("renew memory: %w", err)
	}
	return nil
}

// Close releases the file. No call may be under way.
func (s *Store) Close() error {
	if s.db == nil {
		return nil
	}
	if err := s.db.Close(); err != nil {
		return fmt.Errorf("close memory: %w", err)
	}
	return nil
}

// write runs f in a transaction, together with other calls under way; f may be called more than once. What
// is done when ctx has ended is done all the same: it takes milliseconds.
func (s *Store) write(ctx context.Context, what string, f func(*bbolt.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if err := s.awake(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.degraded {
		return fmt.Errorf("%s: %w", what, errNoDisk)
	}
	if err := s.db.Batch(f); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// blind is why the file cannot be read.
func (s *Store) blind() error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.unread
}

// awake opens the file for writing if it is not and the disk takes it.
func (s *Store) awake() error {
	s.mu.RLock()
	fine := !s.degraded
	s.mu.RUnlock()
	if fine {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.degraded {
		return nil
	}
	if s.db != nil {
		if err := s.db.Close(); err != nil {
			return err
		}
		s.db = nil
	}
	if err := s.openWritable(); err != nil {
		return errors.Join(errNoDisk, err, s.openReadable())
	}
	s.log.Info("memory is written again")
	return nil
}

// read runs f in a transaction. Without a file everything is unknown; with one that cannot be read, nothing is
// known of anything.
func (s *Store) read(ctx context.Context, what string, f func(*bbolt.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if s.blind() != nil {
		_ = s.awake() // which is told below
	}
	if err := s.blind(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.db == nil {
		return fmt.Errorf("%s: %w", what, ErrUnknown)
	}
	if err := s.db.View(f); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}
