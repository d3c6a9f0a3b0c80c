//go:build unix

package source

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// TestFault24FileSystem: nothing outside the folder is read, nothing blocks, all is reported.
func TestFault24FileSystem(t *testing.T) {
	outside := writeFiles(t, map[string]string{"secret.txt": "Secret.", "folder/secret.txt": "Secret."})
	long := strings.Repeat("x", 251) + ".txt"
	dir := writeFiles(t, map[string]string{
		"a.txt": "A.", "sub/b.txt": "B.", long: "Long.", "new\nline.txt": "Newline.", "..txt": "Hidden.",
		"Case.txt": "Upper.", "case.txt": "Lower.", "bad\xff.txt": "Bytes.", "bad\xff/c.txt": "Bytes.",
	})
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe.txt"), 0o600); err != nil {
		t.Skipf("pipes cannot be made here: %v", err)
	}
	link(t, filepath.Join(outside, "secret.txt"), dir, "absolute.txt")
	link(t, "../"+filepath.Base(outside)+"/secret.txt", dir, "relative.txt")
	link(t, filepath.Join(outside, "folder"), dir, "folder")
	link(t, "/dev/zero", dir, "zero.txt")
	link(t, "/etc/passwd", dir, "passwd.txt")
	link(t, ".", dir, "loop")
	link(t, "round.txt", dir, "round.txt")
	link(t, "nothing.txt", dir, "gone.txt")
	link(t, "pipe.txt", dir, "topipe.txt")
	link(t, "sub/b.txt", dir, "inside.txt")
	got, problems := read(t, dir)
	want := []string{"default Case.txt", "default a.txt", "default case.txt", "default inside.txt", "default new\nline.txt", "default " + long, "sub sub/b.txt"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	reasons := map[string]error{
		"pipe.txt": errNotRegular, "topipe.txt": errNotRegular, "absolute.txt": errOutside, "relative.txt": errOutside,
		"folder": errOutside, "zero.txt": errOutside, "passwd.txt": errOutside, "loop": errFolderLink, "round.txt": errOutside,
		"gone.txt": errOutside, "bad\ufffd.txt": errName, "bad\ufffd": errName, "case.txt": errCaseClash,
	}
	for _, p := range problems {
		if !errors.Is(p.Err, reasons[p.Path]) || reasons[p.Path] == nil || p.Kept != (p.Path == "case.txt") {
			t.Errorf("problem %q, kept %t", p, p.Kept)
		}
		delete(reasons, p.Path)
	}
	if len(reasons) > 0 {
		t.Errorf("not reported: %v", reasons)
	}
}

// TestReadStable looks at a file that is another one by the time it is read.
func TestReadStable(t *testing.T) {
	for name, c := range map[string]struct {
		meanwhile func(dir string) error
		want      error
	}{
		"nothing":   {func(string) error { return nil }, nil},
		"longer":    {func(dir string) error { return os.WriteFile(filepath.Join(dir, "a.txt"), []byte("A, longer."), 0o600) }, errUnstable},
		"cut":       {func(dir string) error { return os.Truncate(filepath.Join(dir, "a.txt"), 1) }, errUnstable},
		"gone":      {func(dir string) error { return os.Remove(filepath.Join(dir, "a.txt")) }, fs.ErrNotExist},
		"exchanged": {func(dir string) error { return os.Rename(filepath.Join(dir, "b.txt"), filepath.Join(dir, "a.txt")) }, errUnstable},
		"a pipe": {func(dir string) error {
			return errors.Join(os.Remove(filepath.Join(dir, "a.txt")), syscall.Mkfifo(filepath.Join(dir, "a.txt"), 0o600))
		}, errNotRegular},
	} {
		dir := writeFiles(t, map[string]string{"a.txt": "A.", "b.txt": "B."})
		root, err := os.OpenRoot(dir)
		if err != nil {
			t.Fatal(err)
		}
		info, err := root.Stat("a.txt")
		if err != nil {
			t.Fatal(err)
		}
		if err := c.meanwhile(dir); err != nil {
			t.Fatal(err)
		}
		data, err := readStable(root, job{name: "a.txt", info: info})
		if !errors.Is(err, c.want) || c.want == nil && string(data) != "A." {
			t.Errorf("%s: %q, error %v", name, data, err)
		}
		root.Close()
	}
}

// TestFault24Unreadable has files and folders that may not be read: they are reported and stop nothing.
func TestFault24Unreadable(t *testing.T) {
	dir := writeFiles(t, map[string]string{"a.txt": "A.", "locked.txt": "B.", "shut/c.txt": "C."})
	withoutRoot(t, dir)
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

// withoutRoot gives a test's folder to nobody, and makes nobody of root for this test, as root may read
// and write everything.
func withoutRoot(t *testing.T, dir string) {
	t.Helper()
	const nobody, keep = 65534, -1
	if os.Geteuid() != 0 {
		return
	}
	give := func(path string, _ fs.DirEntry, err error) error {
		return errors.Join(err, os.Lchown(path, nobody, keep))
	}
	if err := errors.Join(os.Lchown(filepath.Dir(dir), nobody, keep), filepath.WalkDir(dir, give), syscall.Setreuid(keep, nobody)); err != nil {
		t.Fatalf("root cannot become somebody else: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Setreuid(keep, 0); err != nil {
			t.Errorf("become root again: %v", err)
		}
	})
}
