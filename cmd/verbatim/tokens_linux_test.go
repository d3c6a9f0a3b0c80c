package main

import (
	"errors"
	"io/fs"
	"os"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// TestStoredTokensAreDurable keeps tokens in a folder that cannot be synced, as it may be written and not be
// opened: nobody is told that they are kept.
func TestStoredTokensAreDurable(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o300); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(dir, 0o700) }) // it is removed then
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // for good: the thread ends with the goroutine
		var none [2]unix.CapUserData
		err := unix.Capset(&unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}, &none[0]) // root may open all
		if err == nil {
			_, err = tokens{bot: "xoxb-1"}.store(dir)
		}
		done <- err
	}()
	if err := <-done; !errors.Is(err, fs.ErrPermission) {
		t.Errorf("tokens that may be lost are said to be kept: %v", err)
	}
}
