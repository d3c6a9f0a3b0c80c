package memory

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"

	"verbatim/bot/journal"
)

// FileName is the name of the store's file in its directory.
const FileName = "memory.db"

const (
	// Keep is how long a record is kept: what was asked in the last quarter is of use to who keeps
	// the documents.
	Keep = 90 * 24 * time.Hour
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
	// version is the layout of the file. It rises when an older version of the bot could no longer
	// read it.
	version = "1"
)

const (
	metaBucket = "meta"
	versionKey = "version"
)

// Tables of a store.
type tables struct {
	answers  table[Answer]
	votes    table[Vote]
	gaps     table[Gap]
	threads  table[Thread]
	channels table[Channel]
	calls    table[Call]
}

func newTables() tables {
	return tables{
		answers: table[Answer]{"answers", func(a *Answer) string { return a.ID }, func(a *Answer) string { return a.User }, func(a *Answer) time.Time { return a.At }},
		votes:   table[Vote]{"votes", func(v *Vote) string { return voteID(v.Answer, v.User) }, func(v *Vote) string { return v.User }, func(v *Vote) time.Time { return v.At }},
		gaps:    table[Gap]{"gaps", func(g *Gap) string { return g.ID }, func(g *Gap) string { return g.User }, func(g *Gap) time.Time { return g.At }},
		threads: table[Thread]{"threads", func(t *Thread) string { return threadID(t.Channel, t.TS) }, func(t *Thread) string { return t.User }, func(t *Thread) time.Time { return t.At }},
		channels: table[Channel]{"channels", func(c *Channel) string { return c.ID }, func(c *Channel) string { return c.By },
			func(c *Channel) time.Time { return c.At }},
		calls: table[Call]{"calls", func(c *Call) string { return c.ID }, func(c *Call) string { return c.User }, func(c *Call) time.Time { return c.At }},
	}
}

func voteID(answer, user string) string { return answer + "/" + user }

func threadID(channel, ts string) string { return channel + "/" + ts }

func (t tables) buckets() (all []string) {
	for _, names := range [][]string{t.answers.buckets(), t.votes.buckets(), t.gaps.buckets(), t.threads.buckets(), t.channels.buckets(), t.calls.buckets()} {
		all = append(all, names...)
	}
	return all
}

// A Store keeps a memory in a file. Its methods may be called concurrently.
type Store struct {
	tables
	db *bbolt.DB
	// now tells the time.
	now func() time.Time
}

// Open opens the store in dir, and makes both if need be. A damaged file is renamed, which is logged,
// and a new one begun. The error wraps [journal.ErrLocked] when another process has it open, and
// [journal.ErrNewer] when a newer version of the bot wrote it.
func Open(dir string, log *slog.Logger) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open memory: %w", err)
	}
	path := filepath.Join(dir, FileName)
	aside, err := journal.Sound(path, lockWait)
	if err != nil {
		return nil, fmt.Errorf("open memory in %q: %w", dir, err)
	}
	if aside != "" {
		log.Error("memory is damaged: put aside, a new one begun", "file", aside)
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: lockWait})
	if err != nil {
		return nil, fmt.Errorf("open memory in %q: %w", dir, err)
	}
	s := &Store{tables: newTables(), db: db, now: time.Now}
	if err := db.Update(s.prepare); err != nil {
		return nil, errors.Join(fmt.Errorf("open memory in %q: %w", dir, err), db.Close())
	}
	return s, nil
}

// prepare lays out a new file, and checks the version of an old one.
func (s *Store) prepare(tx *bbolt.Tx) error {
	meta, err := tx.CreateBucketIfNotExists([]byte(metaBucket))
	if err != nil {
		return err
	}
	if found := meta.Get([]byte(versionKey)); found != nil && string(found) != version {
		return fmt.Errorf("%w: layout %q", journal.ErrNewer, found)
	}
	for _, name := range s.buckets() {
		if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
			return err
		}
	}
	return meta.Put([]byte(versionKey), []byte(version))
}

// Memory returns the store as one for each purpose.
func (s *Store) Memory() Memory {
	return Memory{Answers: s, Votes: s, Gaps: s, Threads: s, Channels: s, Calls: s, People: s}
}

// Close releases the file. No call may be under way.
func (s *Store) Close() error {
	if err := s.db.Close(); err != nil {
		return fmt.Errorf("close memory: %w", err)
	}
	return nil
}

// write runs f in a transaction. What is done when ctx has ended is done all the same: it takes
// milliseconds.
func (s *Store) write(ctx context.Context, what string, f func(*bbolt.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if err := s.db.Update(f); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

func (s *Store) read(ctx context.Context, what string, f func(*bbolt.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if err := s.db.View(f); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}
