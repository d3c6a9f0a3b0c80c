package source

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"verbatim/corpus/format"
)

// TestTooManyFiles fills a folder beyond what is taken in: the first files stay in the index however often
// it is looked at, the report counts the others, and they come in when there is room.
func TestTooManyFiles(t *testing.T) {
	files := map[string]string{"z.txt": "Z."}
	for i := range 6 {
		files[fmt.Sprintf("d%d/a.txt", i)] = "A."
	}
	dir := writeFiles(t, files)
	old := time.Now().Add(-time.Hour)
	for name := range files {
		if err := os.Chtimes(filepath.Join(dir, name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	x := newMemory()
	f := NewFolder(dir, FolderOptions{Settle: time.Millisecond, MaxFiles: 7}) // the folder, three below it, a file in each
	if n, err := f.Changed(t.Context()); err != nil || n != 6 {
		t.Errorf("%d files are to be read, error %v", n, err)
	}
	look := func(what string, left int, want ...string) {
		t.Helper()
		if _, err := f.Scan(t.Context(), x.Apply, false); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(x.paths(), want) {
			t.Errorf("%s: got %q, want %q", what, x.paths(), want)
		}
		problems := f.Problems()
		if left == 0 && len(problems) == 0 {
			return
		}
		if len(problems) != 1 || !errors.Is(problems[0].Err, errTooMany) || problems[0].Kept {
			t.Fatalf("%s: problems %v", what, problems)
		}
		if want := fmt.Sprintf("(7 files and folders are the limit, %d are left out)", left); !strings.HasSuffix(problems[0].Err.Error(), want) {
			t.Errorf("%s: %q does not end with %q", what, problems[0].Err, want)
		}
	}
	look("first", 4, "d0/a.txt", "d1/a.txt", "d2/a.txt")
	look("again", 4, "d0/a.txt", "d1/a.txt", "d2/a.txt")
	remove(t, dir, "d1")
	look("one is gone", 4, "d0/a.txt", "d2/a.txt")
	look("there is room", 3, "d0/a.txt", "d2/a.txt", "d3/a.txt")
	f.opts.MaxFiles = DefaultMaxFiles
	look("enough room", 0, "d0/a.txt", "d2/a.txt", "d3/a.txt", "d4/a.txt", "d5/a.txt", "z.txt")
}

// TestManyProblems has more left out than can be named, most of it for its format.
func TestManyProblems(t *testing.T) {
	f := NewFolder(t.TempDir(), FolderOptions{})
	b := f.tree.at(".")
	for i := range maxProblems + 3 {
		b.problems[fmt.Sprintf("a%d.png", i)] = trouble{err: format.ErrUnsupported}
	}
	for i := range maxProblems + 5 {
		b.problems[fmt.Sprintf("b%d.pdf", i)] = trouble{err: format.ErrDamaged}
	}
	list := f.Problems()
	if len(list) != 2*maxProblems+2 {
		t.Fatalf("%d problems", len(list))
	}
	for i, want := range []string{"(5 more)", "(3 more)"} {
		if p := list[i]; p.Path != "." || !errors.Is(p.Err, errMoreProblems) || !strings.HasSuffix(p.Err.Error(), want) {
			t.Errorf("problem %d is %v, want one that ends with %s", i, p, want)
		}
	}
}
