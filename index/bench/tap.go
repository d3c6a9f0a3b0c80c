// Package bench measures how fast an index answers, and what it needs for it.
//
// [Ask] asks questions as users do and times them; [Median] makes one figure of several rounds. A
// [Load] asks and changes an index for a long time. A [Tap] lies between an index and its engine: it
// tells how much of a question's time is the engine's, and hands out what is indexed and asked, so that
// other engines can be measured on the same.
package bench

import (
	"context"
	"sync/atomic"
	"time"

	"verbatim/index"
)

// A Tap is an engine that does its work through another one.
type Tap struct {
	index.Engine
	// Adding, where set, is called with entries before they are added. Its error ends the build.
	Adding func([]index.Entry) error
	// Asking, where set, is called with each query. It must be safe for concurrent use.
	Asking func(index.Query)
}

// Create begins an index in dir.
func (t Tap) Create(dir string) (index.Writer, error) {
	w, err := t.Engine.Create(dir)
	if err != nil || t.Adding == nil {
		return w, err
	}
	return tappedWriter{w, t.Adding}, nil
}

type tappedWriter struct {
	index.Writer
	adding func([]index.Entry) error
}

// Add hands entries on.
func (w tappedWriter) Add(ctx context.Context, entries []index.Entry) error {
	if err := w.adding(entries); err != nil {
		return err
	}
	return w.Writer.Add(ctx, entries)
}

// Open opens the index in dir.
func (t Tap) Open(dir string) (index.Searcher, error) {
	s, err := t.Engine.Open(dir)
	if err != nil {
		return nil, err
	}
	tapped := tappedSearcher{s, t.Asking}
	if d, ok := s.(index.Dictionary); ok {
		return tappedDictionary{tapped, d}, nil
	}
	return tapped, nil
}

type tappedSearcher struct {
	index.Searcher
	asking func(index.Query)
}

// Candidates asks the engine on the clock of ctx.
func (s tappedSearcher) Candidates(ctx context.Context, q index.Query) ([]index.Candidate, error) {
	if s.asking != nil {
		s.asking(q)
	}
	defer clockOf(ctx).start()()
	return s.Searcher.Candidates(ctx, q)
}

// Frequencies asks the engine on the clock of ctx.
func (s tappedSearcher) Frequencies(ctx context.Context, terms []string) ([]int, error) {
	defer clockOf(ctx).start()()
	return s.Searcher.Frequencies(ctx, terms)
}

type tappedDictionary struct {
	tappedSearcher
	dictionary index.Dictionary
}

// Similar asks the engine on the clock of ctx.
func (s tappedDictionary) Similar(ctx context.Context, prefix, term string, edits, limit int) ([]index.SimilarTerm, error) {
	defer clockOf(ctx).start()()
	return s.dictionary.Similar(ctx, prefix, term, edits, limit)
}

// A clock adds up the time that an engine works for a question.
type clock struct{ nanoseconds atomic.Int64 }

// clockKey is the key of a clock in a context.
type clockKey struct{}

// withClock returns a context whose questions run on a clock.
func withClock(ctx context.Context) (context.Context, *clock) {
	c := new(clock)
	return context.WithValue(ctx, clockKey{}, c), c
}

// clockOf returns the clock of a context, nil where it has none.
func clockOf(ctx context.Context) *clock {
	c, _ := ctx.Value(clockKey{}).(*clock)
	return c
}

// start returns what stops the clock again.
func (c *clock) start() (stop func()) {
	if c == nil {
		return func() {}
	}
	began := time.Now()
	return func() { c.nanoseconds.Add(int64(time.Since(began))) }
}

func (c *clock) time() time.Duration { return time.Duration(c.nanoseconds.Load()) }
