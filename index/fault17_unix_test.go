//go:build unix

package index_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"verbatim/index"
	"verbatim/index/bleve"
)

// TestFault17ReadOnly asks an index on a read-only disk, which cannot be changed and says so.
func TestFault17ReadOnly(t *testing.T) {
	dir := t.TempDir()
	update(t, dir, handbook...)
	withoutRoot(t, dir)
	chmod := func(file, folder os.FileMode) {
		var folders []string
		if err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				folders = append(folders, path)
				return err
			}
			return os.Chmod(path, file)
		}); err != nil {
			t.Fatal(err)
		}
		for _, path := range folders {
			if err := os.Chmod(path, folder); err != nil {
				t.Fatal(err)
			}
		}
	}
	chmod(0o400, 0o500)
	t.Cleanup(func() { chmod(0o600, 0o700) })
	x, err := index.OpenWhole(dir, bleve.Engine{})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	if err := x.Apply(t.Context(), index.Change{Remove: []string{handbook[0].ID}}); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("changed a read-only index: %v", err)
	}
	if ask(t, x, "What do hotels cost?", 1).Verdict != index.VerdictAnswer {
		t.Error("a read-only index has no answer")
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
