package index_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"verbatim/corpus"
	"verbatim/index"
	"verbatim/index/bleve"
)

// A counting engine counts the sentences that it is sent.
type counting struct {
	bleve.Engine
	sent *int
}

func (e counting) Create(dir string) (index.Writer, error) {
	w, err := e.Engine.Create(dir)
	return countingWriter{w, e.sent}, err
}

type countingWriter struct {
	index.Writer
	sent *int
}

func (w countingWriter) Add(ctx context.Context, entries []index.Entry) error {
	*w.sent += len(entries)
	return w.Writer.Add(ctx, entries)
}

func shelves(n int) []*corpus.Document {
	docs := make([]*corpus.Document, 0, n)
	for i := range n {
		docs = append(docs, document(fmt.Sprintf("shelf%03d.txt", i), fmt.Sprint("Shelf ", i), strings.Repeat(fmt.Sprintf("Shelf %d holds screws. ", i), 20)))
	}
	return docs
}

// TestBuildInSteps stops a build half way and begins it again: what is there is not sent again, and the
// index answers as one built at once.
func TestBuildInSteps(t *testing.T) {
	const step = 2000 // bytes of text
	docs := shelves(60)
	dir, sent := t.TempDir(), 0
	engine := counting{sent: &sent}
	stopped := errors.New("stopped")
	stopAfter := func(n int) index.Documents {
		return func(_ context.Context, yield func(*corpus.Document) error) error {
			for _, d := range docs[:n] {
				if err := yield(d); err != nil {
					return err
				}
			}
			return stopped
		}
	}
	old, _ := update(t, dir, handbook...)
	if err := index.BuildInStepsOf(t.Context(), dir, engine, stopAfter(40), step); !errors.Is(err, stopped) {
		t.Fatalf("error %v", err)
	}
	if err := old.Refresh(); err != nil || old.Manifest().Documents != len(handbook) {
		t.Errorf("half of an index is asked: %v", err)
	}
	stage, err := index.Open(filepath.Join(dir, "stage"), engine)
	if err != nil {
		t.Fatal(err)
	}
	stands := stage.Manifest().Sentences
	if err := stage.Close(); err != nil || stands < 200 {
		t.Fatalf("%d sentences stand in whole steps, %v", stands, err)
	}
	first := sent
	docs[3] = document(docs[3].Path, "Shelf 3", "This shelf is empty.")
	docs = docs[1:58] // the first stands and is gone, the last two were not reached
	if err := index.BuildInStepsOf(t.Context(), dir, engine, index.Of(docs...), step); err != nil {
		t.Fatal(err)
	}
	if again, want := sent-first, 20*(len(docs)-1)-(stands-40)+1; again != want {
		t.Errorf("%d sentences stood, then %d were sent, want %d", stands, again, want)
	}
	x, err := index.OpenWhole(dir, bleve.Engine{})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	if x.Parts() < 3 {
		t.Errorf("%d parts", x.Parts())
	}
	once, _ := update(t, t.TempDir(), docs...)
	for _, question := range []string{"What does shelf 3 hold?", "Which shelf is empty?", "What does shelf 41 hold?"} {
		if a, b := ask(t, once, question, 5), ask(t, x, question, 5); !cmp.Equal(a, b) {
			t.Errorf("%s: %s", question, cmp.Diff(a, b))
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "stage", "gen-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if err := x.RebuildInSteps(t.Context(), index.Of()); err != nil {
		t.Fatal(err)
	}
	if m := x.Manifest(); m.Documents != 0 {
		t.Errorf("%d documents after a build of none", m.Documents)
	}
}
