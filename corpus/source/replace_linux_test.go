package source

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// TestChangesOfListsAreDurable changes the lists in a folder that cannot be synced, as it may be written and not
// be opened: nobody is told that a document was added or forgotten which a loss of power would bring back.
func TestChangesOfListsAreDurable(t *testing.T) {
	dir := t.TempDir()
	l, err := openLists(filepath.Join(dir, "added.json"))
	if err != nil {
		t.Fatal(err)
	}
	forget := func(s *listState) { s.Forgotten = append(s.Forgotten, Forgotten{ID: "a", Path: "a.md"}) }
	if err := os.Chmod(dir, 0o300); err != nil {
		t.Fatal(err)
	}
	withoutRights(t, func() { err = l.change(forget) })
	if !errors.Is(err, fs.ErrPermission) || l.forgotten("a") {
		t.Errorf("forgotten %t: %v", l.forgotten("a"), err)
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := l.change(forget); err != nil || !l.forgotten("a") {
		t.Errorf("forgotten %t: %v", l.forgotten("a"), err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("%d files are left: %v", len(entries), err)
	}
}

// withoutRights runs f without the rights of root, which may read all.
func withoutRights(t *testing.T, f func()) {
	t.Helper()
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // for good: the thread ends with the goroutine
		var none [2]unix.CapUserData
		err := unix.Capset(&unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}, &none[0])
		if err == nil {
			f()
		}
		done <- err
	}()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}
