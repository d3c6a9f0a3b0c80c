// Package bleve keeps the index of sentences in Bleve, inside the process. It is the only package
// that knows Bleve.
package bleve

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/blevesearch/bleve/v2"

	"verbatim/index"
	"verbatim/index/cache"
)

// Engine is the embedded engine; its zero value is ready for use.
type Engine struct {
	postings, texts *cache.Cache
}

// New returns an engine that keeps at most so many bytes of its indexes in memory, [DefaultCache] with 0: two
// thirds are for postings, as to decode them takes longest; the rest, and what postings do not take, is for what
// package index keeps.
func New(bytes int) Engine {
	if bytes <= 0 {
		bytes = DefaultCache
	}
	postings := cache.New(bytes / 3 * 2)
	return Engine{postings: postings, texts: postings.Guest(bytes / 3)}
}

// DefaultCache is what is kept in memory, in bytes: with it a million sentences are served in some 190 MB.
const DefaultCache = 52 << 20

// Cache returns the cache for what package index keeps of an index of this engine; nil for the zero value.
func (e Engine) Cache() *cache.Cache { return e.texts }

var _ index.Engine = Engine{}

// Name identifies the engine and the version of its schema.
func (Engine) Name() string { return "bleve/3" }

// batchSize is how many sentences Bleve analyses and writes at once. Between 1,000 and 10,000 the
// speed hardly differs and the memory grows.
const batchSize = 2000

// Create begins an index in dir.
func (Engine) Create(dir string) (index.Writer, error) {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, fmt.Errorf("create bleve index: %w", err)
	}
	return &writer{dir: dir}, nil
}

// A writer hands sentences to Bleve's builder, which writes one segment: that searches fastest. The
// builder is made with the first sentence, since it panics when it is closed without any.
type writer struct {
	dir     string
	builder bleve.Builder
	added   int
}

// Add takes entries into the index.
func (w *writer) Add(ctx context.Context, entries []index.Entry) error {
	for _, e := range entries {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := w.begin(); err != nil {
			return fmt.Errorf("create bleve index in %q: %w", w.dir, err)
		}
		if err := w.builder.Index(idOf(w.added), sentence{Terms: strings.Join(e.Terms, " ")}); err != nil {
			return fmt.Errorf("index sentence %d: %w", w.added, err)
		}
		w.added++
	}
	return nil
}

func (w *writer) begin() (err error) {
	if w.builder != nil {
		return nil
	}
	m, err := schema()
	if err != nil {
		return err
	}
	w.builder, err = bleve.NewBuilder(w.dir, m, map[string]any{"batchSize": batchSize, "buildPathPrefix": filepath.Dir(w.dir)})
	return err
}

// Close finishes the index. One without sentences is a folder with nothing but a mark.
func (w *writer) Close(ctx context.Context) error {
	if w.builder == nil {
		return errors.Join(ctx.Err(), os.WriteFile(filepath.Join(w.dir, emptyMark), nil, 0o600))
	}
	if err := errors.Join(w.builder.Close(), ctx.Err()); err != nil {
		return err
	}
	return writeNumbers(w.dir)
}

// emptyMark is the only file of an index without sentences.
const emptyMark = "EMPTY"

// lockTimeout bounds the wait for a lock on the index. Without it Bleve waits for ever.
const lockTimeout = "1s"

// Open opens the index in dir.
func (e Engine) Open(dir string) (found index.Searcher, err error) {
	defer func() {
		if p := recover(); p != nil {
			found, err = nil, fmt.Errorf("open bleve index in %q: it panicked: %v", dir, p)
		}
	}()
	if _, err := os.Stat(filepath.Join(dir, emptyMark)); err == nil {
		return empty{}, nil
	}
	s, err := newSearcher(dir, cmp.Or(e.postings, cache.New(DefaultCache)))
	if err != nil {
		return nil, fmt.Errorf("open bleve index in %q: %w", dir, err)
	}
	return s, nil
}

// Close releases the index's files.
func (s *searcher) Close() error {
	for _, seg := range s.segments {
		seg.decoded.Forget()
		seg.present.Forget()
	}
	return errors.Join(s.reader.Close(), s.index.Close())
}

// rescue turns a panic into an error: Bleve checks no sums, and a damaged segment can make it read
// outside its bounds. Callers have faults of memory made panics too: a file that is cut while it is
// mapped into memory gives one.
func (s *searcher) rescue(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("search bleve index in %q: %w: %v", s.dir, index.ErrDamaged, p)
	}
}

// empty is an index without sentences.
type empty struct{}

func (empty) Candidates(context.Context, index.Query) ([]index.Candidate, error) { return nil, nil }

func (empty) Frequencies(_ context.Context, terms []string) ([]int, error) {
	return make([]int, len(terms)), nil
}

func (empty) Close() error { return nil }
