package bleve_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"verbatim/index"
	"verbatim/index/bleve"
	"verbatim/index/enginetest"
)

func TestContract(t *testing.T) { enginetest.Run(t, bleve.Engine{}) }

// TestFailures has what can fail of files alone: the rest needs a network.
func TestFailures(t *testing.T) {
	enginetest.RunFailures(t, enginetest.Failures{
		Engine: bleve.Engine{},
		OtherVersion: func(t *testing.T, dir string) {
			if err := os.WriteFile(filepath.Join(dir, "store", "root.bolt"), []byte("another version"), 0o600); err != nil {
				t.Fatal(err)
			}
		},
		Deleted: func(t *testing.T, dir string) {
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
		},
	})
}

// TestCandidatesAllocateLittle bounds what a question takes from the heap when its postings are decoded: the candidates
// themselves and a handful more, however many sentences are looked at.
func TestCandidatesAllocateLittle(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "engine")
	w, err := bleve.Engine{}.Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []index.Entry
	for i := range 20_000 {
		all = append(all, index.Entry{Terms: []string{fmt.Sprint("a", i%3), fmt.Sprint("b", i%50), fmt.Sprint("c", i%400)}})
	}
	if err := errors.Join(w.Add(t.Context(), all), w.Close(t.Context())); err != nil {
		t.Fatal(err)
	}
	s, err := bleve.New(1 << 20).Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	q := index.Query{Terms: []index.QueryTerm{{Term: "c7", Weight: 4}, {Term: "b7", Weight: 2}, {Term: "a1", Weight: 1}}, MeanLength: 3, Limit: 300}
	ask := func() {
		if found, err := s.Candidates(t.Context(), q); err != nil || len(found) < q.Limit {
			t.Fatal(len(found), err)
		}
	}
	ask()
	const most = 16
	least := testing.AllocsPerRun(10, ask)
	for range 30 { // as the race detector takes things out of pools by chance
		least = min(least, testing.AllocsPerRun(1, ask))
	}
	if least > most {
		t.Errorf("a question allocates %.0f times, more than %d", least, most)
	}
	t.Logf("a question allocates %.0f times", least)
}
