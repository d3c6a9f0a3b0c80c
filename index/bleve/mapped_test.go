package bleve_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"verbatim/index"
	"verbatim/index/bleve"
)

// TestPagesAreGivenBack reads more lists of postings than pages are kept for, and finds each sentence still.
func TestPagesAreGivenBack(t *testing.T) {
	const sentences = 100
	dir := filepath.Join(t.TempDir(), "engine")
	w, err := bleve.Engine{}.Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	for i := range sentences {
		if err := w.Add(t.Context(), []index.Entry{{Terms: []string{"all", fmt.Sprint("term", i)}}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	s, err := bleve.Engine{}.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if bleve.MappedBytes(s) == 0 {
		t.Error("the pages of no file are known, so that all of them stay resident")
	}
	for i := range sentences {
		q := index.Query{Terms: []index.QueryTerm{{Term: fmt.Sprint("term", i), Weight: 1}}, MeanLength: 2, Limit: 1}
		if found, err := s.Candidates(t.Context(), q); err != nil || len(found) != 1 || int(found[0].Number) != i {
			t.Errorf("term %d: found %v, %v", i, found, err)
		}
	}
}
