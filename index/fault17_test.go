package index_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gofrs/flock"

	"verbatim/corpus"
	"verbatim/index"
	"verbatim/index/bleve"
)

// TestFault17IndexDamage: each file of an index empty, missing, cut, with 1 to a million flipped bytes,
// of a wrong version, locked; read-only is [TestFault17ReadOnly]. Damage is found before anything is asked, what was damaged is
// put aside and nothing is deleted, and the index is built again; damage while it is asked ends in an
// error and never the process.
func TestFault17IndexDamage(t *testing.T) {
	t.Run("empty, missing, cut, altered", damagedFiles)
	t.Run("flipped bytes", flippedBytes)
	t.Run("wrong version", wrongVersion)
	t.Run("locked", locked)
	t.Run("damage while asked", damageWhileAsked)
}

// manyDocuments returns documents that make files of some size.
func manyDocuments() []*corpus.Document {
	r := rand.New(rand.NewPCG(17, 0))
	docs := append([]*corpus.Document(nil), handbook...)
	for i := range 50 {
		var b strings.Builder
		for range 200 {
			fmt.Fprintf(&b, "Item %d of shelf %d holds %d screws.\n\n", r.IntN(1e6), r.IntN(1e4), r.IntN(1e6))
		}
		docs = append(docs, document(fmt.Sprintf("shelf%d.txt", i), "Shelf", b.String()))
	}
	return docs
}

// flip changes n bytes of a file, at most each.
func flip(t *testing.T, path string, n int, r *rand.Rand) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for range n {
		data[r.IntN(len(data))] ^= byte(1 + r.IntN(255))
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func flippedBytes(t *testing.T) {
	docs := manyDocuments()
	r := rand.New(rand.NewPCG(17, 1))
	for _, n := range []int{1, 100, 10_000, 1_000_000} {
		dir := t.TempDir()
		update(t, dir, docs...)
		gen := filepath.Join(dir, "gen-000001")
		for file := 0; ; file++ {
			victim, ok := nth(t, gen, file)
			if !ok {
				break
			}
			whole, err := os.ReadFile(victim)
			if err != nil {
				t.Fatal(err)
			}
			flip(t, victim, n, r)
			if now, err := os.ReadFile(victim); err != nil || bytes.Equal(now, whole) {
				continue // flipped back
			}
			if x, err := index.OpenWhole(dir, bleve.Engine{}); !errors.Is(err, index.ErrDamaged) && !errors.Is(err, index.ErrNoIndex) {
				t.Errorf("%d bytes of %s: error %v", n, filepath.Base(victim), err)
				if err == nil {
					x.Close()
				}
			}
			if err := os.WriteFile(victim, whole, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := index.OpenWhole(dir, bleve.Engine{}); err != nil {
			t.Errorf("after mending: %v", err)
		}
	}
}

func wrongVersion(t *testing.T) {
	for old, other := range map[string]string{`"version": 6`: `"version": 99`, bleve.Engine{}.Name(): "other/1", `"analysis": `: `"analysis": 9`} {
		dir := t.TempDir()
		update(t, dir, handbook...)
		manifest := filepath.Join(dir, "gen-000001", "MANIFEST.json")
		data, err := os.ReadFile(manifest)
		if err != nil || !bytes.Contains(data, []byte(old)) {
			t.Fatalf("%s is not in the manifest, error %v", old, err)
		}
		if err := os.WriteFile(manifest, bytes.Replace(data, []byte(old), []byte(other), 1), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := index.OpenWhole(dir, bleve.Engine{}); !errors.Is(err, index.ErrNoIndex) {
			t.Errorf("%s: error %v", other, err)
		}
		if x, built := update(t, dir, handbook...); !built || ask(t, x, "What do hotels cost?", 1).Verdict != index.VerdictAnswer {
			t.Errorf("%s: built again: %v", other, built)
		}
	}
}

// locked asks an index in which another process builds. It cannot be changed until that ends.
func locked(t *testing.T) {
	dir := t.TempDir()
	update(t, dir, handbook...)
	other := flock.New(filepath.Join(dir, "LOCK"))
	if ok, err := other.TryLock(); err != nil || !ok {
		t.Fatalf("locked %v, error %v", ok, err)
	}
	x, err := index.OpenWhole(dir, bleve.Engine{})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	if ask(t, x, "What do hotels cost?", 1).Verdict != index.VerdictAnswer {
		t.Error("a locked index has no answer")
	}
	ctx, stop := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer stop()
	change := index.Change{Put: []*corpus.Document{document("new.txt", "New", "Bring a cake.")}}
	if err := x.Apply(ctx, change); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("changed a locked index: %v", err)
	}
	if err := other.Unlock(); err != nil {
		t.Fatal(err)
	}
	if err := x.Apply(t.Context(), change); err != nil {
		t.Errorf("after the lock: %v", err)
	}
}

// damageWhileAsked alters and cuts the files of an index that is open.
func damageWhileAsked(t *testing.T) {
	docs := manyDocuments()
	r := rand.New(rand.NewPCG(17, 2))
	for name, do := range map[string]func(path string) error{
		"flipped": func(path string) error {
			f, err := os.OpenFile(path, os.O_RDWR, 0)
			if err != nil {
				return err
			}
			info, err := f.Stat()
			for range 5000 { // in place, so that what is mapped into memory changes
				if err == nil {
					_, err = f.WriteAt([]byte{byte(r.IntN(256))}, r.Int64N(max(info.Size(), 1)))
				}
			}
			return errors.Join(err, f.Close())
		},
		"cut": func(path string) error { return os.Truncate(path, 0) },
	} {
		dir := t.TempDir()
		x, _ := update(t, dir, docs...)
		var files []string
		if err := filepath.WalkDir(filepath.Join(dir, "gen-000001"), func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				files = append(files, path)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for _, path := range files {
			if err := do(path); err != nil {
				t.Fatal(err)
			}
		}
		failed := 0
		for i := range 20 {
			a, err := x.Ask(t.Context(), fmt.Sprintf("How many screws does item %d of shelf %d hold?", i*31, i*7), index.Options{Top: 5})
			if err != nil {
				failed++
			}
			for _, p := range a.Passages {
				if !quotedFrom(docs, p) {
					t.Errorf("%s: quoted %q", name, p.Quote)
				}
			}
		}
		if err := x.Verify(t.Context()); !errors.Is(err, index.ErrDamaged) {
			t.Errorf("%s: %d of 20 questions failed, verifying says %v", name, failed, err)
		}
		if err := x.Rebuild(t.Context(), index.Of(docs...)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if a := ask(t, x, "How many euros do hotels cost at most a night?", 1); a.Verdict != index.VerdictAnswer || x.Verify(t.Context()) != nil {
			t.Errorf("%s: built again, it does not answer: %s at %g", name, a.Verdict, a.Confidence)
		}
	}
}

// quotedFrom says whether a passage stands in its document.
func quotedFrom(docs []*corpus.Document, p index.Passage) bool {
	for _, doc := range docs {
		if doc.ID == p.Document.ID {
			return p.End <= len(doc.Text) && doc.Text[p.Start:p.End] == p.Quote
		}
	}
	return false
}
