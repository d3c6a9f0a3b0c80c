package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"verbatim/corpus"
	"verbatim/corpus/source"
	"verbatim/index"
)

// editions writes a folder of n files of an edition.
func editions(t *testing.T, dir, edition string, n int) {
	t.Helper()
	for i := range n {
		text := fmt.Sprintf("Desk %d of the %s edition stands in room %d.", i, edition, i*7%100)
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("f%03d.txt", i)), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// TestFault16Reindex: an index that is built anew while it is asked fails no question, answers from one
// of both states and never from a mixture; an interrupted build leaves the old one; and an index that
// would lose nearly everything is refused.
func TestFault16Reindex(t *testing.T) {
	dir := t.TempDir()
	editions(t, dir, "first", 100)
	lib := library{corpus: dir, data: t.TempDir(), bare: true}
	x, _, closeIndex, err := lib.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	rebuild := func(ctx context.Context, after int) error {
		return lib.known().Rebuild(func(docs source.Documents) error {
			return x.Rebuild(ctx, func(ctx context.Context, yield func(*corpus.Document) error) error {
				n := 0
				return docs(ctx, func(doc *corpus.Document) error {
					if n++; n == after {
						return errInterrupted
					}
					return yield(doc)
				})
			})
		})
	}
	t.Run("asked meanwhile", func(t *testing.T) { askedMeanwhile(t, dir, x, func() error { return rebuild(t.Context(), -1) }) })
	t.Run("interrupted", func(t *testing.T) {
		before := x.Manifest()
		editions(t, dir, "broken", 100)
		for after := 1; after <= 100; after += 11 {
			if err := rebuild(t.Context(), after); !errors.Is(err, errInterrupted) {
				t.Fatalf("interrupted at document %d: %v", after, err)
			}
			ended, stop := context.WithCancel(t.Context())
			stop()
			if err := rebuild(ended, -1); !errors.Is(err, context.Canceled) {
				t.Fatalf("cancelled: %v", err)
			}
			if x.Manifest().Built != before.Built || edition(t, x, 5) == "broken" {
				t.Fatal("an interrupted build took the place of the old one")
			}
		}
	})
	if err := closeIndex(); err != nil {
		t.Fatal(err)
	}
	t.Run("shrunk", func(t *testing.T) { refusesShrunk(t, lib.data) })
}

var errInterrupted = errors.New("interrupted")

// edition returns the edition from which a question about a desk is answered, "" for none.
func edition(t *testing.T, x *index.Index, desk int) string {
	t.Helper()
	a, err := x.Ask(t.Context(), fmt.Sprintf("In which room does desk %d of the edition stand?", desk), index.Options{Top: 10})
	if err != nil {
		t.Errorf("a question failed: %v", err)
		return ""
	}
	found, asked := map[string]bool{}, fmt.Sprintf("Desk %d of ", desk)
	if !slices.ContainsFunc(a.Passages, func(p index.Passage) bool { return strings.HasPrefix(p.Quote, asked) }) {
		t.Errorf("asked for desk %d it quotes %d passages about others", desk, len(a.Passages))
	}
	for _, p := range a.Passages {
		_, rest, _ := strings.Cut(p.Quote, "of the ")
		name, _, _ := strings.Cut(rest, " ")
		found[name] = true
	}
	if len(found) > 1 {
		t.Errorf("one answer from several states: %v", found)
	}
	for name := range found {
		return name
	}
	return ""
}

// askedMeanwhile builds again and again while questions are asked.
func askedMeanwhile(t *testing.T, dir string, x *index.Index, rebuild func() error) {
	var done atomic.Bool
	var asking sync.WaitGroup
	var asked atomic.Int64
	for range 2 {
		asking.Go(func() {
			for !done.Load() {
				edition(t, x, int(asked.Add(1))%100)
			}
		})
	}
	for _, name := range []string{"second", "third", "fourth"} {
		editions(t, dir, name, 100)
		if err := rebuild(); err != nil {
			t.Error(err)
		}
		if got := edition(t, x, 7); got != name {
			t.Errorf("after the build of the %s edition the answer is from the %q", name, got)
		}
	}
	done.Store(true)
	asking.Wait()
	if asked.Load() < 3 {
		t.Errorf("only %d questions were asked", asked.Load())
	}
}

// refusesShrunk opens the same data with folders that hold little or nothing.
func refusesShrunk(t *testing.T, data string) {
	few := t.TempDir()
	editions(t, few, "few", 9)
	for name, folder := range map[string]string{"empty": t.TempDir(), "nine in ten gone": few} {
		other := library{corpus: folder, data: data, bare: true}
		y, _, closeIndex, err := other.open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !errors.Is(other.shrunk, source.ErrShrunk) || y.Manifest().Documents < 100 {
			t.Errorf("%s: %d documents left, %v", name, y.Manifest().Documents, other.shrunk)
		}
		if err := closeIndex(); err != nil {
			t.Error(err)
		}
	}
	forced := library{corpus: few, data: data, bare: true, force: true}
	y, _, closeIndex, err := forced.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if y.Manifest().Documents != 9 || forced.shrunk != nil {
		t.Errorf("forced: %d documents, %v", y.Manifest().Documents, forced.shrunk)
	}
	if err := closeIndex(); err != nil {
		t.Error(err)
	}
}
