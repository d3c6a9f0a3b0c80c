package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"verbatim/corpus"
	"verbatim/index"
	"verbatim/index/bench"
	"verbatim/index/bleve"
	"verbatim/index/synth"
)

// Bounds of the time between two reports of a load, of which there are twelve otherwise.
const (
	shortestInterval = time.Second
	longestInterval  = 5 * time.Minute
)

// loadWorkers is how many questions of a load are asked at a time.
const loadWorkers = 2

// runLoad asks and changes an index for a long time.
func (b *benchCommand) runLoad(ctx context.Context) (err error) {
	r := b.recipe
	if r.Sentences, err = parseSize("--size", b.size); err == nil && r.Sentences == 0 {
		err = usagef("--size %q: a corpus has at least one sentence", b.size)
	}
	if err != nil {
		return err
	}
	var built benchBuild
	dir, err := b.prepare(ctx, r, &built)
	if err != nil {
		return err
	}
	asked, err := r.questions(ctx, b.questions, b.judged)
	if err != nil {
		return err
	}
	made, err := r.synthetic(ctx)
	if err != nil {
		return err
	}
	serveSmall()
	x, changing, end, err := openToChange(dir, b.cache)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, end()) }()
	l := bench.Load{Index: x, Dir: changing, Questions: asked, Rate: b.rate, Workers: loadWorkers, Change: changes(made),
		For: b.load, Every: max(shortestInterval, min(longestInterval, b.load/12))}
	b.tell("asking %s, %v questions and one change a second, for %v", plural(built.Sentences, "sentence"), b.rate, b.load)
	var all []bench.Interval
	l.Report = func(i bench.Interval) error {
		all = append(all, i)
		return b.tellInterval(i, len(all) == 1)
	}
	if err := l.Run(ctx); err != nil {
		return err
	}
	return b.sayDrift(all)
}

// openToChange opens a copy of an index, as one that is kept for other runs must stay as it is.
func openToChange(dir string, cache int) (x *index.Index, changing string, end func() error, err error) {
	changing = filepath.Join(filepath.Dir(dir), "changing")
	if err := errors.Join(os.RemoveAll(changing), linkTree(dir, changing, func(string) bool { return true })); err != nil {
		return nil, "", nil, err
	}
	x, err = index.Open(changing, bleve.New(cache<<20))
	if err != nil {
		return nil, "", nil, errors.Join(err, os.RemoveAll(changing))
	}
	return x, changing, func() error { return errors.Join(x.Close(), os.RemoveAll(changing)) }, nil
}

// changesMeasured is how many changes of a document are measured: with more than some sixty the part that each is
// written to would be as large as it gets, and begin anew.
const changesMeasured = 60

// change changes one document after the other, and tells how long each took until it could be searched.
func (s *benchStep) change(ctx context.Context) (times *bench.Times, err error) {
	made, err := s.Recipe.synthetic(ctx)
	if err != nil {
		return nil, err
	}
	serveSmall()
	x, _, end, err := openToChange(s.Dir, s.Cache)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, end()) }()
	var took []time.Duration
	next := changes(made)
	for n := range changesMeasured {
		doc, err := next(n)
		if err != nil {
			return nil, err
		}
		began := time.Now()
		if err := x.Apply(ctx, index.Change{Put: []*corpus.Document{doc}}); err != nil {
			return nil, err
		}
		took = append(took, time.Since(began))
	}
	spread := bench.Spread(took)
	return &spread, nil
}

// changes returns documents of a corpus, each as it was not before.
func changes(c *synth.Corpus) func(n int) (*corpus.Document, error) {
	const scatter = 7919 // so that neighbours do not change one after the other
	return func(n int) (*corpus.Document, error) {
		return c.Document(n*scatter%c.Len(), n+1)
	}
}

// tellInterval prints one line of the table, or one JSON object.
func (b *benchCommand) tellInterval(i bench.Interval, first bool) error {
	if b.json {
		return json.NewEncoder(b.out).Encode(i)
	}
	if first {
		fmt.Fprintf(b.out, "%7s %9s %8s %8s %8s %8s %9s %9s %8s %6s %6s %6s\n", "minutes", "questions", "p50 ms", "p99 ms", "change", "p99 ms",
			"anon MB", "mapped", "heap MB", "files", "gorout", "parts")
	}
	_, err := fmt.Fprintf(b.out, "%7.1f %9d %8.2f %8.2f %8.1f %8.1f %9.1f %9.1f %8.1f %6d %6d %6d\n", i.Minutes, i.Questions, i.Ask.P50, i.Ask.P99,
		i.Apply.P50, i.Apply.P99, megabytes(i.Memory.Anon), megabytes(i.Memory.Mapped), megabytes(i.Memory.Heap), i.Descriptors, i.Goroutines, i.Parts)
	return err
}

// megabytes returns bytes in units of a million.
func megabytes(n int64) float64 { return float64(n) / 1e6 }

// sayDrift compares the last third of the intervals with the first, after the one in which caches fill.
func (b *benchCommand) sayDrift(all []bench.Interval) error {
	if len(all) > 1 {
		all = all[1:]
	}
	third := max(1, len(all)/3)
	if b.json || len(all) < 2 {
		return nil
	}
	line := func(name string, of func(bench.Interval) float64) error {
		middle := func(some []bench.Interval) float64 {
			some = slices.SortedFunc(slices.Values(some), func(i, j bench.Interval) int { return cmp.Compare(of(i), of(j)) })
			return of(some[len(some)/2])
		}
		_, err := fmt.Fprintf(b.out, "%-22s %10.2f %10.2f\n", name, middle(all[:third]), middle(all[len(all)-third:]))
		return err
	}
	_, err := fmt.Fprintf(b.out, "\n%-22s %10s %10s\n", "medians of", "first", "last third")
	return errors.Join(err,
		line("p99 of questions, ms", func(i bench.Interval) float64 { return i.Ask.P99 }),
		line("p99 of changes, ms", func(i bench.Interval) float64 { return i.Apply.P99 }),
		line("memory not mapped, MB", func(i bench.Interval) float64 { return megabytes(i.Memory.Anon) }),
		line("descriptors", func(i bench.Interval) float64 { return float64(i.Descriptors) }))
}
