package source

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// TestTwoLibraries wants a folder to have one library at a time: each would save over what the other has added, and a
// file that was sent cannot be fetched again.
func TestTwoLibraries(t *testing.T) {
	dir, x := t.TempDir(), newMemory()
	bot := openLibrary(t, LibraryOptions{Dir: dir})
	if _, err := OpenLibrary(LibraryOptions{Dir: dir}); !errors.Is(err, ErrBusy) {
		t.Fatalf("a second library of the folder: %v, want %v", err, ErrBusy)
	}
	add := func(l *Library, name string) error {
		_, err := l.AddFile(t.Context(), x, name, "added", []byte("Nobody may enter."))
		return err
	}
	if err := errors.Join(add(bot, "rules.txt"), bot.Save(x), bot.Close(), bot.Close()); err != nil {
		t.Fatal(err)
	}
	next := openLibrary(t, LibraryOptions{Dir: dir})
	for what, err := range map[string]error{"Save": bot.Save(x), "AddFile": add(bot, "late.txt"), "Forget": bot.Forget(t.Context(), x, "id", "rules.txt")} {
		if !errors.Is(err, errClosed) {
			t.Errorf("%s of a library that was closed: %v", what, err)
		}
	}
	if err := errors.Join(add(next, "more.md"), next.Save(x)); err != nil {
		t.Fatal(err)
	}
	fresh := newMemory()
	syncLibrary(t, reopenLibrary(t, next, LibraryOptions{Dir: dir}), fresh, Counts{Put: 2})
	if want := []string{"more.md", "rules.txt"}; !slices.Equal(fresh.paths(), want) {
		t.Errorf("after a restart the index holds %q, want %q", fresh.paths(), want)
	}
}

// TestTakeWaits takes a folder that is given free meanwhile, also when the folder itself is moved away.
func TestTakeWaits(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made", "sources")
	first, err := Take(t.Context(), dir, 0)
	if err != nil {
		t.Fatal(err)
	}
	taken := make(chan error, 1)
	go func() {
		second, err := Take(t.Context(), dir, time.Minute)
		taken <- errors.Join(err, second.Close())
	}()
	ended, stop := context.WithCancel(t.Context())
	stop()
	if _, err := Take(ended, dir, time.Minute); !errors.Is(err, context.Canceled) {
		t.Errorf("with a context that ended: %v", err)
	}
	if err := errors.Join(os.Mkdir(dir, 0o700), os.Rename(dir, dir+"-old")); err != nil {
		t.Fatal(err)
	}
	if _, err := Take(t.Context(), dir, time.Nanosecond); !errors.Is(err, ErrBusy) {
		t.Errorf("a folder that is taken and was moved: %v, want %v", err, ErrBusy)
	}
	if err := errors.Join(first.Close(), <-taken); err != nil {
		t.Error(err)
	}
}
