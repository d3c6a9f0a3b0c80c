package bench_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"verbatim/corpus"
	"verbatim/index"
	"verbatim/index/bench"
	"verbatim/index/bleve"
	"verbatim/index/enginetest"
	"verbatim/index/synth"
)

// TestTapIsAnEngine holds a tap to the contract of engines.
func TestTapIsAnEngine(t *testing.T) {
	enginetest.Run(t, bench.Tap{Engine: bleve.Engine{}, Adding: func([]index.Entry) error { return nil }, Asking: func(index.Query) {}})
}

// build builds an index of a small synthetic corpus with an engine and opens it.
func build(t *testing.T, engine index.Engine) (*index.Index, string, *synth.Corpus) {
	t.Helper()
	s, err := synth.NewSource(corpus.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	c, dir := s.Corpus(200, 1), t.TempDir()
	if err := index.Build(t.Context(), dir, engine, c.Documents); err != nil {
		t.Fatal(err)
	}
	x, err := index.Open(dir, engine)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
	return x, dir, c
}

func questions(t *testing.T, c *synth.Corpus, n int) []string {
	t.Helper()
	list, err := c.Questions(n)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestTapTellsAll wants every sentence and every question to come by, and no answer to change.
func TestTapTellsAll(t *testing.T) {
	var mu sync.Mutex
	entries, queries := 0, 0
	tapped, _, c := build(t, bench.Tap{Engine: bleve.Engine{}, Adding: func(list []index.Entry) error {
		entries += len(list)
		return nil
	}, Asking: func(q index.Query) {
		mu.Lock()
		defer mu.Unlock()
		queries++
		if len(q.Terms) == 0 || q.Limit == 0 || q.MeanLength == 0 {
			t.Errorf("an empty query: %+v", q)
		}
	}})
	plain, _, _ := build(t, bleve.Engine{})
	if n := tapped.Manifest().Sentences; entries != n {
		t.Errorf("%d sentences came by, of %d", entries, n)
	}
	list := questions(t, c, 20)
	for _, q := range list {
		a, err := tapped.Ask(t.Context(), q, index.Options{})
		b, err2 := plain.Ask(t.Context(), q, index.Options{})
		if err := errors.Join(err, err2); err != nil {
			t.Fatal(err)
		}
		a.TookMS, b.TookMS = 0, 0
		if d := cmp.Diff(b, a); d != "" {
			t.Errorf("%q is answered otherwise: %s", q, d)
		}
	}
	if queries < len(list) {
		t.Errorf("%d queries came by, of %d questions", queries, len(list))
	}
}

func TestTapEndsABuild(t *testing.T) {
	want := errors.New("enough")
	err := index.Build(t.Context(), t.TempDir(), bench.Tap{Engine: bleve.Engine{}, Adding: func([]index.Entry) error { return want }}, index.Of(corpus.Embedded()...))
	if !errors.Is(err, want) {
		t.Errorf("the build ended with %v", err)
	}
}

func TestAsk(t *testing.T) {
	x, _, c := build(t, bench.Tap{Engine: bleve.Engine{}})
	for _, at := range []int{1, 3} {
		p, err := bench.Ask(t.Context(), x, questions(t, c, 30), at)
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Took) != 30 || p.Wall <= 0 || p.Allocations == 0 || p.Bytes == 0 {
			t.Errorf("%d at a time: %+v", at, p)
		}
		for i := range p.Took {
			if p.Engine[i] <= 0 || p.Engine[i] > p.Took[i] {
				t.Errorf("question %d took %v, the engine %v of it", i, p.Took[i], p.Engine[i])
			}
		}
	}
}

func TestSpread(t *testing.T) {
	var all []time.Duration
	for i := range 200 {
		all = append(all, time.Duration(200-i)*time.Millisecond)
	}
	want := bench.Times{P50: 100, P95: 190, P99: 198, Max: 200, Mean: 100.5}
	if got := bench.Spread(all); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := bench.Spread(nil); got != (bench.Times{}) {
		t.Errorf("of none: %+v", got)
	}
	if all[0] != 200*time.Millisecond {
		t.Error("the times were put in order")
	}
	one := bench.Times{P50: 3, P95: 3, P99: 3, Max: 3, Mean: 3}
	if got := bench.Spread([]time.Duration{3 * time.Millisecond}); got != one {
		t.Errorf("of one: %+v", got)
	}
}

func TestMedian(t *testing.T) {
	got := bench.Median([][]time.Duration{{5, 1}, {1, 2}, {3, 9}})
	if want := []time.Duration{3, 2}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := bench.Median(nil); got != nil {
		t.Errorf("of none: %v", got)
	}
}

func TestDisk(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a", "sub/b", "sub/deeper/c"} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, bytes.Repeat([]byte("x"), 100), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	size, err := bench.DiskBytes(dir)
	folders, err2 := bench.Folders(dir)
	if size != 300 || folders != 1 || err != nil || err2 != nil {
		t.Errorf("%d bytes, %d folders, %v %v", size, folders, err, err2)
	}
	if _, err := bench.DiskBytes(filepath.Join(dir, "nowhere")); err == nil {
		t.Error("a folder that is not there has a size")
	}
}

func TestMemory(t *testing.T) {
	m, fds := bench.ReadMemory(), bench.Descriptors()
	if m.Heap == 0 {
		t.Error("an empty heap")
	}
	if _, err := os.Stat("/proc/self/status"); err == nil && (m.Anon == 0 || m.Peak < m.Anon || fds < 3) {
		t.Errorf("%+v, %d descriptors", m, fds)
	}
}

// TestLoad asks and changes an index for a moment: the first interval must tell of both.
func TestLoad(t *testing.T) {
	x, dir, c := build(t, bleve.Engine{})
	enough := errors.New("enough")
	var told bench.Interval
	asked := 0
	l := bench.Load{Index: x, Dir: dir, Questions: questions(t, c, 10), Rate: 50, Workers: 2, For: time.Hour, Every: 1300 * time.Millisecond,
		Change: func(n int) (*corpus.Document, error) {
			text := fmt.Sprintf("The new harbour master counted %d boats.", n)
			return &corpus.Document{ID: "new", Collection: corpus.DefaultCollection, Path: "new.txt", Title: "New", Language: "en", Text: text}, nil
		},
		Report: func(i bench.Interval) error {
			asked += i.Questions
			if told = i; i.Changes == 0 { // a slow disk
				return nil
			}
			return enough
		}}
	if err := l.Run(t.Context()); !errors.Is(err, enough) {
		t.Fatal(err)
	}
	if asked == 0 || told.Changes == 0 || told.Apply.Max == 0 || told.Goroutines == 0 || told.Parts < 2 {
		t.Errorf("%+v", told)
	}
	a, err := x.Ask(t.Context(), "How many boats did the harbour master count?", index.Options{})
	if err != nil || len(a.Passages) == 0 || !strings.Contains(a.Passages[0].Quote, "harbour master") {
		t.Errorf("the change is not found: %v %v", a.Passages, err)
	}
}

// TestLoadEnds wants the end of the time to be no error, and a fault to be one.
func TestLoadEnds(t *testing.T) {
	x, dir, c := build(t, bleve.Engine{})
	l := bench.Load{Index: x, Dir: dir, Questions: questions(t, c, 10), Rate: 20, Workers: 1, For: 200 * time.Millisecond, Every: time.Hour}
	if err := l.Run(t.Context()); err != nil {
		t.Errorf("after its time: %v", err)
	}
	broken := errors.New("broken")
	l.For, l.Change = time.Hour, func(int) (*corpus.Document, error) { return nil, broken }
	if err := l.Run(t.Context()); !errors.Is(err, broken) {
		t.Errorf("a document that cannot be made: %v", err)
	}
}
