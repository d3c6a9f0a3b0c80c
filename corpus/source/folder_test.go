package source

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"verbatim/corpus"
	"verbatim/corpus/format"
)

// writeFiles writes files below a new folder and returns its path.
func writeFiles(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// read returns "collection path" of all documents in dir, and the problems.
func read(t *testing.T, dir string) ([]string, []Problem) {
	t.Helper()
	var got []string
	problems, err := Folder(t.Context(), dir, func(doc *corpus.Document) error {
		if doc.ID != corpus.DocumentID(doc.Collection, doc.Path) {
			t.Errorf("%s has the ID %q", doc.Path, doc.ID)
		}
		got = append(got, doc.Collection+" "+doc.Path)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return got, problems
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
	want := []string{"default a.md", "default b.txt", "hr hr/leave.txt", "hr hr/old/2019.txt", "default z.txt"}
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

func TestFolderLinks(t *testing.T) {
	outside := writeFiles(t, map[string]string{"secret.txt": "Secret.", "folder/secret.txt": "Secret."})
	dir := writeFiles(t, map[string]string{"a.txt": "A."})
	for name, target := range map[string]string{
		"file.txt": filepath.Join(outside, "secret.txt"),
		"folder":   filepath.Join(outside, "folder"),
		"loop":     dir,
		"gone.txt": filepath.Join(dir, "nothing.txt"),
	} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Skipf("symbolic links cannot be made here: %v", err)
		}
	}
	got, problems := read(t, dir)
	if want := []string{"default a.txt"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if len(problems) != 4 {
		t.Errorf("problems: %v", problems)
	}
}

func TestFolderUnreadable(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("every file is readable for root")
	}
	dir := writeFiles(t, map[string]string{"a.txt": "A.", "locked.txt": "B.", "shut/c.txt": "C."})
	for _, name := range []string{"locked.txt", "shut"} {
		if err := os.Chmod(filepath.Join(dir, name), 0); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		if err := os.Chmod(filepath.Join(dir, "shut"), 0o755); err != nil {
			t.Error(err)
		}
	})
	got, problems := read(t, dir)
	if want := []string{"default a.txt"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if len(problems) != 2 || !errors.Is(problems[0].Err, fs.ErrPermission) || !errors.Is(problems[1].Err, fs.ErrPermission) {
		t.Errorf("problems: %v", problems)
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
			_, err := Folder(c.ctx, c.dir, func(*corpus.Document) error {
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
