package source

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"verbatim/corpus"
	"verbatim/corpus/format"
)

// read returns "collection path" of all documents in dir, and the problems.
func read(t *testing.T, dir string) ([]string, []Problem) {
	t.Helper()
	var got []string
	f := NewFolder(dir, FolderOptions{Settle: time.Millisecond})
	err := f.Documents(t.Context(), func(doc *corpus.Document) error {
		if doc.ID != corpus.DocumentID(doc.Collection, doc.Path) {
			t.Errorf("%s has the ID %q", doc.Path, doc.ID)
		}
		got = append(got, doc.Collection+" "+doc.Path)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(got) // files that were just written come in another order
	return got, f.Problems()
}

func TestFolder(t *testing.T) {
	dir := writeFiles(t, map[string]string{
		"b.txt":           "B.",
		"a.md":            "# A",
		"hr/leave.txt":    "Leave.",
		"hr/old/2019.txt": "Old.",
		"hr/.hidden.txt":  "No.",
		".git/config.txt": "No.",
		"hr/scan.xyz":     "%PDF",
		"hr/broken.txt":   "\x00\x01\x02",
		"z.txt":           "Z.",
	})
	got, problems := read(t, dir)
	want := []string{"default a.md", "default b.txt", "default z.txt", "hr hr/leave.txt", "hr hr/old/2019.txt"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if len(problems) != 2 || problems[0].Path != "hr/broken.txt" || problems[1].Path != "hr/scan.xyz" {
		t.Fatalf("problems: %v", problems)
	}
	if errors.Is(problems[0].Err, format.ErrUnsupported) || !errors.Is(problems[1].Err, format.ErrUnsupported) {
		t.Errorf("problems: %v", problems)
	}
}

// TestFolderInOrder is what an index that was built twice from the same files is the same by.
// TestJustWrittenIsNoProblem looks again at a file that was read in the second in which it was written.
func TestJustWrittenIsNoProblem(t *testing.T) {
	f := NewFolder(writeFiles(t, map[string]string{"a.txt": "A."}), FolderOptions{})
	now := time.Now().Add(time.Hour) // it stays new
	if err := os.Chtimes(filepath.Join(f.dir, "a.txt"), now, now); err != nil {
		t.Fatal(err)
	}
	taken := func(context.Context, Change) error { return nil }
	if _, err := f.Scan(t.Context(), taken, false); err != nil {
		t.Fatal(err)
	}
	if _, err := f.scan(t.Context(), scanOptions{apply: taken}, everything()); err != nil {
		t.Fatal(err)
	}
	if f.tree.at(".").resting["a.txt"] == (look{}) {
		t.Fatal("it is not looked at again: the test shows nothing")
	}
	if list := f.Problems(); len(list) > 0 {
		t.Errorf("problems %v, want none", list)
	}
}

func TestFolderInOrder(t *testing.T) {
	files := map[string]string{"b.txt": "B.", "a/1.txt": "1.", "a/2.txt": "2.", "c.txt": "C.", "a.txt": "A."}
	dir := writeFiles(t, files)
	old := time.Now().Add(-time.Hour)
	for name := range files {
		if err := os.Chtimes(filepath.Join(dir, name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	f := NewFolder(dir, FolderOptions{})
	for range 2 {
		if err := f.Documents(t.Context(), func(doc *corpus.Document) error {
			got = append(got, doc.Path)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"a/1.txt", "a/2.txt", "a.txt", "b.txt", "c.txt"}
	if want = append(want, want...); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestFolderIgnore(t *testing.T) {
	dir := writeFiles(t, map[string]string{
		ignoreFile:         "drafts/\n*.log.txt\n!keep.log.txt\n",
		"a.txt":            "A.",
		"drafts/b.txt":     "B.",
		"hr/drafts/c.txt":  "C.",
		"build.log.txt":    "No.",
		"keep.log.txt":     "Yes.",
		"hr/build.log.txt": "No.",
	})
	got, problems := read(t, dir)
	if want := []string{"default a.txt", "default keep.log.txt"}; !slices.Equal(got, want) || len(problems) > 0 {
		t.Errorf("got %q, want %q; problems %v", got, want, problems)
	}
}

func TestFolderErrors(t *testing.T) {
	dir := writeFiles(t, map[string]string{"a.txt": "A.", "b.txt": "B."})
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	errStop := errors.New("stop")
	cases := []struct {
		name string
		ctx  context.Context
		dir  string
		want error
	}{
		{"no folder", t.Context(), filepath.Join(dir, "none"), fs.ErrNotExist},
		{"a file", t.Context(), filepath.Join(dir, "a.txt"), nil},
		{"context ended", ended, dir, context.Canceled},
		{"yield fails", t.Context(), dir, errStop},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			calls := 0
			err := NewFolder(c.dir, FolderOptions{Settle: time.Millisecond}).Documents(c.ctx, func(*corpus.Document) error {
				calls++
				return errStop
			})
			if err == nil || c.want != nil && !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
			if calls > 1 {
				t.Errorf("yield was called %d times", calls)
			}
		})
	}
}

// TestScanReadsOnlyWhatChanged looks at a folder again and again.
func TestScanReadsOnlyWhatChanged(t *testing.T) {
	dir := writeFiles(t, map[string]string{"a.txt": "A.", "b.txt": "B.", "hr/c.txt": "C.", "hr/d.txt": "D."})
	old := time.Now().Add(-time.Hour)
	age := func(names ...string) {
		for _, name := range names {
			if err := os.Chtimes(filepath.Join(dir, name), old, old); err != nil {
				t.Fatal(err)
			}
		}
	}
	age("a.txt", "b.txt", "hr/c.txt", "hr/d.txt")
	reads := make(chan string, 100)
	x := newMemory()
	f := NewFolder(dir, FolderOptions{Settle: time.Millisecond, Read: func(ctx context.Context, mediaType, name string, data []byte) ([]*corpus.Document, error) {
		reads <- name
		return readHere(ctx, mediaType, name, data)
	}})
	scan := func(name string, want Counts, wantReads ...string) {
		t.Helper()
		counts, err := f.Scan(t.Context(), x.Apply, false)
		if err != nil || counts != want {
			t.Errorf("%s: counts %+v, want %+v; error %v", name, counts, want, err)
		}
		var got []string
		for len(reads) > 0 {
			got = append(got, <-reads)
		}
		slices.Sort(got)
		if !slices.Equal(got, wantReads) {
			t.Errorf("%s: read %q, want %q", name, got, wantReads)
		}
	}
	rewrite := func(text string) { // its time stays that of a file just written, however slow the machine
		write(t, dir, "a.txt", text)
		if ahead := time.Now().Add(time.Hour); os.Chtimes(filepath.Join(dir, "a.txt"), ahead, ahead) != nil {
			t.Fatal("the time of a file cannot be set")
		}
	}
	scan("first", Counts{Put: 4}, "a.txt", "b.txt", "hr/c.txt", "hr/d.txt")
	scan("again", Counts{})
	rewrite("A, changed.")
	scan("changed", Counts{Put: 1}, "a.txt")
	if f.tree.file("a.txt").Time != 0 || f.tree.file("b.txt").Time == 0 {
		t.Error("the time of a file that was just written is trusted, or that of an old one is not")
	}
	rewrite("A, CHANGED.")
	scan("changed to the same size at once", Counts{Put: 1}, "a.txt")
	age("a.txt")
	scan("only touched", Counts{})
	remove(t, dir, "hr/c.txt")
	move(t, dir, "b.txt", "e.txt")
	scan("removed and renamed", Counts{Put: 1, Removed: 2}, "e.txt")
	remove(t, dir, "hr")
	scan("folder removed", Counts{Removed: 1})
	if want := []string{"a.txt", "e.txt"}; !slices.Equal(x.paths(), want) {
		t.Errorf("the index holds %q, want %q", x.paths(), want)
	}
	x.fail = errors.New("disk full")
	rewrite("A, again.")
	if _, err := f.Scan(t.Context(), x.Apply, false); !errors.Is(err, x.fail) {
		t.Errorf("error %v, want %v", err, x.fail)
	}
	x.fail = nil
	<-reads
	scan("after a failure", Counts{Put: 1}, "a.txt")
}

// TestStateSurvives reads nothing again after a restart but what the index lost.
func TestStateSurvives(t *testing.T) {
	dir := writeFiles(t, map[string]string{"a.txt": "A.", "b.txt": "B.", "bad.txt": "\x00\x01"})
	old := time.Now().Add(-time.Hour)
	for _, name := range []string{"a.txt", "b.txt", "bad.txt"} {
		if err := os.Chtimes(filepath.Join(dir, name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	x, file := newMemory(), filepath.Join(t.TempDir(), "known")
	f := NewFolder(dir, FolderOptions{})
	if _, err := f.Scan(t.Context(), x.Apply, false); err != nil {
		t.Fatal(err)
	}
	if err := f.save(file, x.Digests()); err != nil {
		t.Fatal(err)
	}
	restart := func(name string, want int, digests map[string]string) {
		t.Helper()
		x.takePuts()
		f := NewFolder(dir, FolderOptions{})
		f.load(file, digests)
		if _, err := f.Scan(t.Context(), x.Apply, false); err != nil {
			t.Fatal(err)
		}
		if got := x.takePuts(); got != want {
			t.Errorf("%s: put %d documents, want %d", name, got, want)
		}
		if problems := f.Problems(); len(problems) != 1 || problems[0].Path != "bad.txt" {
			t.Errorf("%s: problems %v", name, problems)
		}
	}
	restart("nothing happened", 0, x.Digests())
	other := x.Digests()
	other[corpus.DocumentID(corpus.DefaultCollection, "a.txt")] = "another"
	restart("the index holds an older text", 1, other)
	restart("the index is new", 2, map[string]string{})
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for cut := range len(data) {
		if err := os.WriteFile(file, data[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		for name := range loadTree(file, x.Digests()).below(".") {
			if !slices.Contains([]string{"a.txt", "b.txt", "bad.txt"}, name) {
				t.Fatalf("a state cut at byte %d holds the file %q", cut, name)
			}
		}
	}
}

// TestShrink is an unmounted disk: the documents stay.
func TestShrink(t *testing.T) {
	files := map[string]string{}
	for i := range 20 {
		files[string(rune('a'+i))+".txt"] = "Text."
	}
	dir := writeFiles(t, files)
	x := newMemory()
	f := NewFolder(dir, FolderOptions{Settle: time.Millisecond})
	scan := func(force bool) error {
		_, err := f.Scan(t.Context(), x.Apply, force)
		return err
	}
	if err := scan(false); err != nil {
		t.Fatal(err)
	}
	for name := range files {
		if name != "a.txt" {
			remove(t, dir, name)
		}
	}
	if err := scan(false); !errors.Is(err, ErrShrunk) || len(x.paths()) != 20 {
		t.Errorf("error %v, %d documents left; want %v and 20", err, len(x.paths()), ErrShrunk)
	}
	move(t, dir, ".", "../"+filepath.Base(dir)+"-away")
	if err := scan(true); err == nil || len(x.paths()) != 20 {
		t.Errorf("no folder: error %v, %d documents left; want an error and 20", err, len(x.paths()))
	}
	move(t, dir, "../"+filepath.Base(dir)+"-away", ".")
	if err := scan(true); err != nil || len(x.paths()) != 1 {
		t.Errorf("forced: error %v, %d documents left; want none and 1", err, len(x.paths()))
	}
}
