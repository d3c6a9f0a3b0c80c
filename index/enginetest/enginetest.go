// Package enginetest holds the contract of [index.Engine] as a test that every engine runs.
package enginetest

import (
	"context"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"verbatim/index"
)

// Run tests that engine keeps the contract.
func Run(t *testing.T, engine index.Engine) {
	t.Run("finds any term, best first", func(t *testing.T) { findsAnyTerm(t, engine) })
	t.Run("scores", func(t *testing.T) { scores(t, engine) })
	t.Run("as by hand", func(t *testing.T) { asByHand(t, engine) })
	t.Run("common terms", func(t *testing.T) { commonTerms(t, engine) })
	t.Run("ties by number", func(t *testing.T) { ties(t, engine) })
	t.Run("nothing asked, nothing found", func(t *testing.T) { nothingFound(t, engine) })
	t.Run("limit", func(t *testing.T) { limit(t, engine) })
	t.Run("frequencies", func(t *testing.T) { frequencies(t, engine) })
	t.Run("similar terms", func(t *testing.T) { similar(t, engine) })
	t.Run("terms of every script", func(t *testing.T) { scripts(t, engine) })
	t.Run("no sentences", func(t *testing.T) { noSentences(t, engine) })
	t.Run("many batches", func(t *testing.T) { manyBatches(t, engine) })
	t.Run("concurrent and repeatable", func(t *testing.T) { concurrent(t, engine) })
	t.Run("opening writes nothing", func(t *testing.T) { readOnly(t, engine) })
	t.Run("cancelled", func(t *testing.T) { cancelled(t, engine) })
	t.Run("missing index", func(t *testing.T) { missing(t, engine) })
}

func entry(terms ...string) index.Entry { return index.Entry{Terms: terms} }

// built returns the folder of an index of entries.
func built(t *testing.T, engine index.Engine, batches ...[]index.Entry) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "engine")
	w, err := engine.Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, batch := range batches {
		if err := w.Add(t.Context(), batch); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	return dir
}

func open(t *testing.T, engine index.Engine, dir string) index.Searcher {
	t.Helper()
	s, err := engine.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// query asks for terms that weigh the same.
func query(limit int, terms ...string) index.Query {
	q := index.Query{MeanLength: 2, Limit: limit}
	for _, term := range terms {
		q.Terms = append(q.Terms, index.QueryTerm{Term: term, Weight: 1})
	}
	return q
}

func numbers(t *testing.T, s index.Searcher, limit int, terms ...string) []int {
	t.Helper()
	found, err := s.Candidates(t.Context(), query(limit, terms...))
	if err != nil {
		t.Fatal(err)
	}
	var list []int
	for i, c := range found {
		if i > 0 && c.Score > found[i-1].Score {
			t.Errorf("candidate %d scores %g, more than %g before it", i, c.Score, found[i-1].Score)
		}
		list = append(list, c.Number)
	}
	return list
}

func same[T comparable](t *testing.T, got, want []T) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

var few = []index.Entry{
	entry("cat", "sat", "mat"),
	entry("dog", "ran"),
	entry("cat", "dog"),
	entry("cat"),
}

func findsAnyTerm(t *testing.T, engine index.Engine) {
	s := open(t, engine, built(t, engine, few))
	same(t, numbers(t, s, 10, "cat", "dog"), []int{2, 3, 1, 0})
	same(t, numbers(t, s, 10, "mat", "nowhere"), []int{0})
}

// scores compares the scores with those of the formula, summed in the order of the terms.
func scores(t *testing.T, engine index.Engine) {
	s := open(t, engine, built(t, engine, []index.Entry{
		entry("cat", "cat", "dog"), entry("dog"), entry("cat", "bird", "bird", "bird", "bird")}))
	q := index.Query{MeanLength: 3, Limit: 10, Terms: []index.QueryTerm{{Term: "cat", Weight: 1.5}, {Term: "dog", Weight: 0.25}, {Term: "bird", Weight: 0.01}}}
	got, err := s.Candidates(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	want := []index.Candidate{
		{Number: 0, Score: q.Score(1.5, 2, 3) + q.Score(0.25, 1, 3)},
		{Number: 2, Score: q.Score(1.5, 1, 5) + q.Score(0.01, 4, 5)},
		{Number: 1, Score: q.Score(0.25, 1, 1)},
	}
	if !slices.EqualFunc(got, want, func(a, b index.Candidate) bool { return a.Number == b.Number && math.Abs(a.Score-b.Score) < 1e-9 }) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func ties(t *testing.T, engine index.Engine) {
	var list []index.Entry
	for range 36 {
		list = append(list, entry("same"))
	}
	s := open(t, engine, built(t, engine, list))
	found := numbers(t, s, 3, "same")
	if len(found) != len(list) {
		t.Fatalf("%d candidates, want all %d, which tie", len(found), len(list))
	}
	same(t, found[9:14], []int{9, 10, 11, 12, 13})
}

func nothingFound(t *testing.T, engine index.Engine) {
	s := open(t, engine, built(t, engine, few))
	same(t, numbers(t, s, 10), nil)
	same(t, numbers(t, s, 10, "nowhere"), nil)
	same(t, numbers(t, s, 10, ""), nil)
}

func limit(t *testing.T, engine index.Engine) {
	s := open(t, engine, built(t, engine, few))
	same(t, numbers(t, s, 1, "cat", "dog"), []int{2})
	same(t, numbers(t, s, 0, "cat"), nil)
}

func frequencies(t *testing.T, engine index.Engine) {
	s := open(t, engine, built(t, engine, few))
	got, err := s.Frequencies(t.Context(), []string{"cat", "dog", "nowhere", "mat", "cat"})
	if err != nil {
		t.Fatal(err)
	}
	if want := []int{3, 2, 0, 1, 3}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// similar is for engines whose searcher is a dictionary as well.
func similar(t *testing.T, engine index.Engine) {
	s := open(t, engine, built(t, engine, []index.Entry{
		entry("defense", "defence", "point", "joint"), entry("defense", "paint"), entry("größe", "tire", "tier")}))
	d, ok := s.(index.Dictionary)
	if !ok {
		t.Skip("the searcher is no dictionary")
	}
	for _, tt := range []struct {
		prefix, term string
		edits, limit int
		want         []string
	}{
		{"", "ooint", 1, 9, []string{"joint 1", "point 1"}},
		{"", "defenze", 1, 9, []string{"defence 1", "defense 1"}},
		{"", "defenze", 1, 1, []string{"defence 1"}},
		{"", "defensse", 2, 9, []string{"defense 1", "defence 2"}},
		{"", "teir", 1, 9, []string{"tier 1"}},
		{"", "größen", 1, 9, []string{"größe 1"}},
		{"", "nowhere", 2, 9, nil},
		{"p", "oimt", 1, 9, []string{"point 1"}},
		{"j", "oimt", 1, 9, []string{"joint 1"}},
		{"j", "paint", 1, 9, nil},
	} {
		found, err := d.Similar(t.Context(), tt.prefix, tt.term, tt.edits, tt.limit)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range found {
			got = append(got, fmt.Sprint(f.Term, " ", f.Edits))
		}
		same(t, got, tt.want)
	}
}

func scripts(t *testing.T, engine index.Engine) {
	for _, term := range []string{"élysée", "战争", "кот", "مرحبا", "नमस्ते", "1.5", "a+b*c?\"(x)~2", "o’neil", "\x00odd", "🙂"} {
		s := open(t, engine, built(t, engine, []index.Entry{entry(term, "other"), entry("other")}))
		same(t, numbers(t, s, 10, term), []int{0})
	}
}

func noSentences(t *testing.T, engine index.Engine) {
	s := open(t, engine, built(t, engine))
	same(t, numbers(t, s, 10, "cat"), nil)
	got, err := s.Frequencies(t.Context(), []string{"cat"})
	if err != nil || !slices.Equal(got, []int{0}) {
		t.Errorf("frequencies: got %v, %v", got, err)
	}
	s = open(t, engine, built(t, engine, []index.Entry{entry()}))
	same(t, numbers(t, s, 10, "cat"), nil)
}

func manyBatches(t *testing.T, engine index.Engine) {
	const batches, size = 12, 500
	var all [][]index.Entry
	for b := range batches {
		var batch []index.Entry
		for i := range size {
			batch = append(batch, entry("common", fmt.Sprintf("rare%d-%d", b, i)))
		}
		all = append(all, batch)
	}
	s := open(t, engine, built(t, engine, all...))
	got, err := s.Frequencies(t.Context(), []string{"common", "rare7-499"})
	if err != nil || !slices.Equal(got, []int{batches * size, 1}) {
		t.Errorf("frequencies: got %v, %v", got, err)
	}
	same(t, numbers(t, s, 1, "common", "rare7-499"), []int{7*size + 499})
}

// concurrent asks for many terms from many sides, each for others first.
func concurrent(t *testing.T, engine index.Engine) {
	const terms = 400
	var list []index.Entry
	for i := range terms {
		list = append(list, entry("common", fmt.Sprintf("rare%d", i)))
	}
	s := open(t, engine, built(t, engine, list))
	var wg sync.WaitGroup
	for from := range 8 {
		wg.Go(func() {
			for i := range terms {
				n := (i + from*terms/8) % terms
				asked := []string{fmt.Sprintf("rare%d", n), "common"}
				counts, err := s.Frequencies(t.Context(), asked)
				if err != nil || !slices.Equal(counts, []int{1, terms}) {
					t.Errorf("%v: frequencies %v, %v", asked, counts, err)
				}
				found, err := s.Candidates(t.Context(), query(1, asked...))
				if err != nil || len(found) != 1 || found[0].Number != n {
					t.Errorf("%v: found %v, %v", asked, found, err)
				}
			}
		})
	}
	wg.Wait()
}

func readOnly(t *testing.T, engine index.Engine) {
	dir := built(t, engine, few)
	before := listing(t, dir)
	one, two := open(t, engine, dir), open(t, engine, dir)
	same(t, numbers(t, one, 1, "mat"), []int{0})
	same(t, numbers(t, two, 1, "mat"), []int{0})
	same(t, listing(t, dir), before)
}

func listing(t *testing.T, dir string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := os.Stat(path)
		files = append(files, fmt.Sprintf("%s %d %s", path, info.Size(), info.ModTime()))
		return err
	})
	if err != nil || len(files) == 0 {
		t.Fatalf("list %q: %v, %d files", dir, err, len(files))
	}
	return files
}

func cancelled(t *testing.T, engine index.Engine) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := open(t, engine, built(t, engine, few))
	if found, err := s.Candidates(ctx, query(10, "cat")); err == nil {
		t.Errorf("got %v and no error", found)
	}
}

func missing(t *testing.T, engine index.Engine) {
	if _, err := engine.Open(filepath.Join(t.TempDir(), "nowhere")); err == nil {
		t.Error("opened an index that does not exist")
	}
}
