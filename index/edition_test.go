package index_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"verbatim/corpus"
	"verbatim/index"
	"verbatim/index/bleve"
)

// copied fetches parts from the folders that they stand in.
func copied(_ context.Context, p index.EditionPart, folder string) error {
	return os.CopyFS(folder, os.DirFS(p.Folder))
}

// never is for editions of which all parts are there.
func never(context.Context, index.EditionPart, string) error {
	return errors.New("a part is fetched that is there")
}

func edition(t *testing.T, dir string) index.Edition {
	t.Helper()
	e, err := index.EditionIn(dir, bleve.Engine{})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// textsName is a file of a part that is not read as a whole when the part is opened.
const textsName = "texts.zst"

// altered changes a byte of a file.
func altered(name string) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	data[len(data)/2] ^= 1
	return os.WriteFile(name, data, 0o600)
}

func adopt(t *testing.T, dir string, e index.Edition, fetch func(context.Context, index.EditionPart, string) error, want bool) {
	t.Helper()
	changed, err := index.Adopt(t.Context(), dir, bleve.Engine{}, e, fetch)
	if err != nil || changed != want {
		t.Errorf("changed %v, want %v: %v", changed, want, err)
	}
}

// TestAdopt follows an index from another folder: built, changed, compacted and built anew.
func TestAdopt(t *testing.T) {
	here, there := t.TempDir(), t.TempDir()
	x, _ := update(t, here, handbook...)
	x.SetTail(0)
	const question = "How much may a hotel cost?"
	adopt(t, there, edition(t, here), copied, true)
	adopt(t, there, edition(t, here), never, false)
	y, err := index.OpenWhole(there, bleve.Engine{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := y.Close(); err != nil {
			t.Error(err)
		}
	}()
	follow := func(what string, change func() error) {
		t.Helper()
		if err := change(); err != nil {
			t.Fatal(err)
		}
		adopt(t, there, edition(t, here), copied, true)
		if err := y.Refresh(); err != nil {
			t.Fatal(err)
		}
		if a, b := ask(t, x, question, 9), ask(t, y, question, 9); !cmp.Equal(a, b) {
			t.Errorf("%s: %s", what, cmp.Diff(a, b))
		}
		if a, b := edition(t, here), edition(t, there); !a.Same(b) {
			t.Errorf("%s: the editions differ", what)
		}
	}
	follow("a document more", func() error {
		return x.Apply(t.Context(), index.Change{Put: []*corpus.Document{document("new.txt", "New", "A hotel near the office costs 80 euros.")}})
	})
	follow("one gone", func() error {
		return x.Apply(t.Context(), index.Change{Remove: []string{handbook[1].ID}})
	})
	follow("built anew", func() error { return x.Rebuild(t.Context(), index.Of(handbook...)) })
	if n := len(ask(t, y, question, 9).Passages); n == 0 {
		t.Error("nothing was found at all")
	}
}

// TestAdoptRefuses wants an edition that is not whole, or of another version, to leave the index as it was.
func TestAdoptRefuses(t *testing.T) {
	here, there := t.TempDir(), t.TempDir()
	update(t, here, handbook...)
	y, _ := update(t, there, handbook[:1]...)
	before := edition(t, there)
	whole := edition(t, here)
	other := whole
	other.Format = "bleve/1 layout/1 analysis/1"
	outside := edition(t, here)
	outside.Parts[0].Files = append(outside.Parts[0].Files, index.EditionFile{Path: "../../escaped"})
	otherSum := edition(t, here)
	otherSum.Parts[0].Sum = strings.Repeat("0", 64)
	for _, tt := range []struct {
		name    string
		edition index.Edition
		fetch   func(context.Context, index.EditionPart, string) error
		want    error
	}{
		{"another version", other, never, index.ErrNoIndex},
		{"a file outside", outside, never, index.ErrDamaged},
		{"another part", otherSum, copied, index.ErrDamaged},
		{"cut short", whole, func(ctx context.Context, p index.EditionPart, folder string) error {
			return errors.Join(copied(ctx, p, folder), os.Remove(filepath.Join(folder, filepath.FromSlash(p.Files[len(p.Files)-1].Path))))
		}, index.ErrDamaged},
		{"altered", whole, func(ctx context.Context, p index.EditionPart, folder string) error {
			return errors.Join(copied(ctx, p, folder), altered(filepath.Join(folder, textsName)))
		}, index.ErrDamaged},
		{"not to be fetched", whole, func(context.Context, index.EditionPart, string) error { return os.ErrDeadlineExceeded }, os.ErrDeadlineExceeded},
	} {
		t.Run(tt.name, func(t *testing.T) {
			changed, err := index.Adopt(t.Context(), there, bleve.Engine{}, tt.edition, tt.fetch)
			if changed || !errors.Is(err, tt.want) {
				t.Errorf("changed %v, error %v, want %v", changed, err, tt.want)
			}
			if !edition(t, there).Same(before) {
				t.Error("it is another index now")
			}
			if left, _ := filepath.Glob(filepath.Join(there, "pull-*")); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
			if err := y.Refresh(); err != nil {
				t.Error(err)
			}
		})
	}
	if changed, err := index.Adopt(t.Context(), there, bleve.Engine{}, whole, copied); err != nil || !changed {
		t.Errorf("the whole one: changed %v, %v", changed, err)
	}
}

// TestAdoptAfterDamage puts a damaged part aside and gets it again.
func TestAdoptAfterDamage(t *testing.T) {
	here, there := t.TempDir(), t.TempDir()
	update(t, here, handbook...)
	adopt(t, there, edition(t, here), copied, true)
	if err := os.WriteFile(filepath.Join(there, "gen-000001", textsName), []byte("other"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := index.OpenWhole(there, bleve.Engine{})
	if !errors.Is(err, index.ErrDamaged) {
		t.Fatalf("error %v, want damage", err)
	}
	for range 2 { // somebody else has seen it as well
		if err := index.PutAside(there, err); err != nil {
			t.Fatal(err)
		}
	}
	adopt(t, there, edition(t, here), copied, true)
	x, err := index.OpenWhole(there, bleve.Engine{})
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Close(); err != nil {
		t.Error(err)
	}
	if aside, _ := filepath.Glob(filepath.Join(there, "quarantine", "*")); len(aside) != 1 {
		t.Errorf("put aside: %v", aside)
	}
}

// TestAdoptUnderAnOpenIndex puts a damaged part aside and gets it again while the index is open, the second time into a
// folder that has lost its last name: the open index is whole with its next Refresh.
func TestAdoptUnderAnOpenIndex(t *testing.T) {
	here, there := t.TempDir(), t.TempDir()
	update(t, here, handbook...)
	adopt(t, there, edition(t, here), copied, true)
	x, err := index.Open(there, bleve.Engine{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	}()
	const question = "How many weeks of leave may parents take?"
	for _, last := range []string{"", "removed", "senseless"} {
		if err := scribbled(filepath.Join(edition(t, there).Parts[0].Folder, textsName)); err != nil {
			t.Fatal(err)
		}
		if err := index.PutAside(there, x.Verify(t.Context())); err != nil {
			t.Fatal(err)
		}
		switch name := filepath.Join(there, "LAST"); last {
		case "removed":
			err = os.Remove(name)
		case "senseless":
			err = os.WriteFile(name, []byte("gen-first"), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		adopt(t, there, edition(t, here), copied, true)
		if err := x.Refresh(); err != nil {
			t.Fatal(err)
		}
		if err := x.Verify(t.Context()); err != nil {
			t.Error(err)
		}
		if a, err := x.Ask(t.Context(), question, index.Options{}); err != nil || len(a.Passages) == 0 {
			t.Errorf("last name %q: %+v, %v", last, a, err)
		}
	}
	if aside, _ := filepath.Glob(filepath.Join(there, "quarantine", "*")); len(aside) != 3 {
		t.Errorf("put aside: %v", aside)
	}
}

// scribbled writes over the beginning of a file, which keeps its size.
func scribbled(name string) error {
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteAt([]byte("damage, and more of it, and still more"), 0)
	return errors.Join(err, f.Close())
}

// TestAdoptWhatWasBefore goes back to an edition of which a document was removed here: it is there again.
func TestAdoptWhatWasBefore(t *testing.T) {
	here, there := t.TempDir(), t.TempDir()
	update(t, here, handbook...)
	before := edition(t, here)
	adopt(t, there, before, copied, true)
	x, _ := update(t, there, handbook...)
	want := x.Digests()
	apply(t, x, index.Change{Remove: []string{handbook[0].ID}})
	adopt(t, there, before, never, true)
	if err := x.Refresh(); err != nil {
		t.Fatal(err)
	}
	if got := x.Digests(); !cmp.Equal(got, want) {
		t.Error(cmp.Diff(want, got))
	}
	fresh, err := index.Open(there, bleve.Engine{})
	if err != nil {
		t.Fatal(err)
	}
	defer fresh.Close()
	const question = "How many weeks of leave may parents take?"
	if a, b := ask(t, fresh, question, 9), ask(t, x, question, 9); !cmp.Equal(a, b) {
		t.Error(cmp.Diff(a, b))
	}
}
