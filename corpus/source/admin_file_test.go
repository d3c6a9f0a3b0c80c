package source

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"verbatim/corpus"
	"verbatim/corpus/format"
)

// TestAddFile takes files in by name, replaces, keeps and forgets them.
func TestAddFile(t *testing.T) {
	x := newMemory()
	o := LibraryOptions{Dir: t.TempDir(), Folder: writeFiles(t, map[string]string{"added/a.md": "Of the folder."}),
		Static: []*corpus.Document{{ID: corpus.DocumentID("default", "static.txt"), Path: "static.txt", Text: "Static."}}}
	l := openLibrary(t, o)
	syncLibrary(t, l, x, Counts{Put: 2})
	for _, step := range []struct {
		name, text string
		want       Counts
	}{
		{"a.md", "One.", Counts{Put: 1}}, {"a.md", "One.", Counts{}}, {"a.md", "Two.", Counts{Put: 1}}, {"b.md", "B.", Counts{Put: 1}},
	} {
		if got, err := l.AddFile(t.Context(), x, step.name, "added", []byte(step.text)); err != nil || got != step.want {
			t.Errorf("added %q: counts %+v, want %+v; error %v", step.text, got, step.want, err)
		}
	}
	if all := []string{"a.md", "added/a.md", "b.md", "static.txt"}; !slices.Equal(x.paths(), all) || x.text("a.md") != "Two." {
		t.Errorf("the index holds %q, and %q", x.paths(), x.text("a.md"))
	}
	for name, reason := range map[string]error{
		"": nil, ".": errFileName, "../x.md": errFileName, `a\b.md`: errFileName, "a\nb.md": errFileName, "a\xff.md": errFileName, "a\u202e.md": errFileName,
		strings.Repeat("x", 256): errFileName, "a.png": format.ErrUnsupported, "empty.md": format.ErrEmpty,
	} {
		content := "Text."
		if name == "empty.md" {
			content = ""
		}
		if _, err := l.AddFile(t.Context(), x, name, "added", []byte(content)); err == nil || reason != nil && !errors.Is(err, reason) {
			t.Errorf("added %q: error %v, want %v", name, err, reason)
		}
	}
	if _, err := l.AddFile(t.Context(), x, "a.md", "added", []byte("\x00\x01\x02binary")); err == nil || x.text("a.md") != "Two." {
		t.Errorf("a version that cannot be read: error %v, the index holds %q", err, x.text("a.md"))
	}
	if l.Due() != 0 || l.Formats()[".md"] != 3 || l.Formats()["web"] != 0 {
		t.Errorf("%d are due, formats %v", l.Due(), l.Formats())
	}

	restarted := reopenLibrary(t, l, o)
	fresh := newMemory()
	syncLibrary(t, restarted, fresh, Counts{Put: 4})
	for _, d := range [][2]string{{"added", "a.md"}, {"default", "static.txt"}} {
		if err := restarted.Forget(t.Context(), fresh, corpus.DocumentID(d[0], d[1]), d[1]); err != nil {
			t.Fatal(err)
		}
	}
	left := []string{"added/a.md", "b.md"}
	if bodies, err := os.ReadDir(filepath.Join(o.Dir, "web", "bodies")); err != nil || len(bodies) != 1 || !slices.Equal(fresh.paths(), left) {
		t.Errorf("%d bodies are kept, error %v; the index holds %q", len(bodies), err, fresh.paths())
	}
	third := newMemory()
	l = reopenLibrary(t, restarted, o)
	syncLibrary(t, l, third, Counts{Put: 2})
	if !slices.Equal(third.paths(), left) {
		t.Errorf("after another start the index holds %q", third.paths())
	}
	if counts, err := reopenLibrary(t, l, o).AddFile(t.Context(), third, "a.md", "added", []byte("Two.")); err != nil || counts.Put != 1 {
		t.Errorf("added again: counts %+v, error %v", counts, err)
	}
}

// TestMissingIsReported reads what cannot be read whole: as a file of a folder, of an admin, and as a page.
func TestMissingIsReported(t *testing.T) {
	mbox := "From a@b Thu Jan  1 00:00:00 2026\nFrom: Jo <jo@example.org>\nMessage-Id: <1@b>\nSubject: Key\n\nThe key hangs behind the door.\n\n" +
		"From a@b Thu Jan  1 00:00:00 2026\nthis is no header at all\n\nLost.\n"
	s, x := newSite(t), newMemory()
	s.text("/page.mbox", "application/mbox", mbox)
	o := LibraryOptions{Dir: t.TempDir(), Folder: writeFiles(t, map[string]string{"mail.mbox": mbox}), Fetcher: newFetcher(t, s)}
	l := openLibrary(t, o)
	if _, err := l.Sync(t.Context(), x, false); err != nil {
		t.Fatal(err)
	}
	if _, err := l.AddFile(t.Context(), x, "dropped.mbox", "added", []byte(mbox)); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Add(t.Context(), x, s.URL+"/page.mbox", "added", nil); err != nil {
		t.Fatal(err)
	}
	check := func(l *Library) {
		t.Helper()
		for _, path := range []string{"mail.mbox", "dropped.mbox", s.URL + "/page.mbox"} {
			if !slices.ContainsFunc(l.Problems(), func(p Problem) bool { return p.Path == path && p.Kept && p.Err.Error() == "1 damaged messages" }) {
				t.Errorf("%s: problems %v, want its damaged message", path, l.Problems())
			}
		}
	}
	check(l)
	if len(l.ProblemsOf("dropped.mbox", "added")) != 1 || len(l.ProblemsOf(s.URL+"/page.mbox#top", "added")) != 1 || len(l.ProblemsOf("mail.mbox", "added")) != 0 {
		t.Error("the problems of what was added are not those of others")
	}
	if err := l.Save(x); err != nil {
		t.Fatal(err)
	}
	again := reopenLibrary(t, l, o)
	again.Resume(x)
	syncLibrary(t, again, x, Counts{})
	check(again)
}
