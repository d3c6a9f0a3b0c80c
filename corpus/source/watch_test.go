package source

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// watched runs Watch on dir until the test ends, and waits for the first documents.
func watched(t *testing.T, dir string, x *memory, opts FolderOptions) *Folder {
	t.Helper()
	f := NewFolder(dir, opts)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		f.Watch(ctx, x.Apply, func(r Report) {
			if r.Err != nil {
				t.Errorf("watching %s: %v", dir, r.Err)
			}
		})
	}()
	t.Cleanup(func() {
		stop()
		<-done
	})
	return f
}

// TestFault06LiveEdits: what is saved is found, what is removed is not, and no half of a file ever.
func TestFault06LiveEdits(t *testing.T) {
	t.Run("events", func(t *testing.T) { liveEdits(t, FolderOptions{Rescan: time.Hour}) })
	t.Run("missed events", func(t *testing.T) {
		liveEdits(t, FolderOptions{PollOnly: true, Poll: 50 * time.Millisecond, Settle: 50 * time.Millisecond})
	})
	t.Run("half-written file", halfWritten)
	t.Run("10,000 files at once", func(t *testing.T) { checkout(t, 10_000) })
}

func liveEdits(t *testing.T, opts FolderOptions) {
	dir := writeFiles(t, map[string]string{"a.txt": "A.", "hr/b.txt": "B.", "keep.txt": "Keep."})
	x := newMemory()
	watched(t, dir, x, opts)
	has := func(path, text string) {
		t.Helper()
		t.Log(path, text)
		x.waitFor(t, path+" holds "+text, func() bool { return x.text(path) == text })
	}
	has("hr/b.txt", "B.")
	has("keep.txt", "Keep.")

	write(t, dir, "a.txt", "A in place.")
	has("a.txt", "A in place.")
	write(t, dir, ".a.txt.swp", "A by an editor.") // which saves beside and renames
	move(t, dir, ".a.txt.swp", "a.txt")
	has("a.txt", "A by an editor.")
	write(t, dir, "new/deep/c.txt", "C.")
	has("new/deep/c.txt", "C.")
	write(t, dir, "new/deep/d.txt", "D.")
	has("new/deep/d.txt", "D.")
	move(t, dir, "new", "moved")
	has("moved/deep/c.txt", "C.")
	has("new/deep/c.txt", "")
	write(t, dir, "moved/deep/c.txt", "C, moved and changed.")
	has("moved/deep/c.txt", "C, moved and changed.")
	write(t, dir, "other/deep/c.txt", "C of another folder.")
	has("other/deep/c.txt", "C of another folder.")
	remove(t, dir, "moved")
	move(t, dir, "other", "moved") // in the place of one that was known
	has("moved/deep/c.txt", "C of another folder.")
	has("other/deep/c.txt", "")
	remove(t, dir, "hr/b.txt")
	has("hr/b.txt", "")
	write(t, dir, ignoreFile, "moved/\n")
	has("moved/deep/c.txt", "")
	remove(t, dir, ignoreFile)
	has("moved/deep/c.txt", "C of another folder.")
	configMap(t, dir, x, has)
}

// configMap replaces files as Kubernetes does: they are links into a hidden folder that is exchanged.
func configMap(t *testing.T, dir string, x *memory, has func(path, text string)) {
	t.Helper()
	write(t, dir, "..2026_01/map.txt", "Map, version 1.")
	link(t, "..2026_01", dir, "..data")
	link(t, "..data/map.txt", dir, "map.txt")
	has("map.txt", "Map, version 1.")
	write(t, dir, "..2026_02/map.txt", "Map, version 2.")
	link(t, "..2026_02", dir, "..data_tmp")
	move(t, dir, "..data_tmp", "..data")
	remove(t, dir, "..2026_01")
	has("map.txt", "Map, version 2.")
}

// TestWatchFollowsTheFolder exchanges the folder itself, as a link to the newest release does.
func TestWatchFollowsTheFolder(t *testing.T) {
	dir := writeFiles(t, map[string]string{"1/a.txt": "A, release 1.", "2/a.txt": "A, release 2."})
	link(t, "1", dir, "current")
	x := newMemory()
	watched(t, filepath.Join(dir, "current"), x, FolderOptions{Rescan: time.Hour})
	x.waitFor(t, "release 1", func() bool { return x.text("a.txt") == "A, release 1." })
	link(t, "2", dir, "next")
	move(t, dir, "next", "current")
	x.waitFor(t, "release 2", func() bool { return x.text("a.txt") == "A, release 2." })
	write(t, dir, "2/a.txt", "A, release 2, changed.")
	x.waitFor(t, "a change of release 2", func() bool { return x.text("a.txt") == "A, release 2, changed." })
}

// scripted is a watcher that tells what the test tells it to.
func scripted(t *testing.T, f *Folder, x *memory) *hints {
	h := newHints()
	done := make(chan struct{})
	go func() {
		defer close(done)
		f.watchWith(t.Context(), x.Apply, func(Report) {}, scriptedWatcher{}, h)
	}()
	t.Cleanup(func() { <-done })
	return h
}

type scriptedWatcher struct{ noWatcher }

func (scriptedWatcher) run(ctx context.Context) { <-ctx.Done() }

// halfWritten writes a file in two halves with a pause between that is shorter than the time to rest,
// and counts how long it takes until the whole is found.
func halfWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		x := newMemory()
		f := NewFolder(dir, FolderOptions{})
		h := scripted(t, f, x)
		half, whole := "The first half", "The first half and the second."
		time.Sleep(time.Second)
		for _, name := range []string{"a.txt", "b.txt"} {
			write(t, dir, name, half)
			h.add(".", false)
			time.Sleep(DefaultSettle/2 - 25*time.Millisecond)
			h.add(".", false) // of something else
			time.Sleep(DefaultSettle/2 - 25*time.Millisecond)
			write(t, dir, name, whole)
			h.add(".", false)
			time.Sleep(2 * time.Second)
			if x.text(name) != whole || x.held(half) {
				t.Errorf("%s: the index holds %q; it ever held the half: %t", name, x.text(name), x.held(half))
			}
		}
		remove(t, dir, "a.txt")
		h.add(".", false)
		time.Sleep(time.Second)
		if x.text("a.txt") != "" {
			t.Error("a removed file is still there after a second")
		}
	})
}

// TestScanLooksOnce is told of a folder and of one in it: each file is read once.
func TestScanLooksOnce(t *testing.T) {
	dir := writeFiles(t, map[string]string{"a/b/c.txt": "C.", "a/d.txt": "D."})
	old := time.Now().Add(-time.Hour)
	for _, name := range []string{"a/b/c.txt", "a/d.txt"} {
		if err := os.Chtimes(filepath.Join(dir, name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	x, f := newMemory(), NewFolder(dir, FolderOptions{})
	f.mu.Lock()
	defer f.mu.Unlock()
	_, err := f.scan(t.Context(), scanOptions{apply: x.Apply, first: true}, map[string]bool{"a": true, "a/b": true, "a/b/c.txt": true})
	if err != nil || x.takePuts() != 2 {
		t.Errorf("error %v, documents %q", err, x.paths())
	}
}

// TestWatchGoesOn meets an index that fails for a while, and a folder that is away for a while.
func TestWatchGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		parent := writeFiles(t, map[string]string{"docs/a.txt": "A.", "docs/b.txt": "B."})
		x := newMemory()
		scripted(t, NewFolder(filepath.Join(parent, "docs"), FolderOptions{}), x)
		time.Sleep(time.Second)
		x.mu.Lock()
		x.fail = errors.New("disk full")
		x.mu.Unlock()
		write(t, parent, "docs/a.txt", "A, changed.")
		time.Sleep(time.Minute)
		if got := x.text("a.txt"); got != "A." {
			t.Errorf("a.txt holds %q although nothing could be written", got)
		}
		move(t, parent, "docs", "away")
		x.mu.Lock()
		x.fail = nil
		x.mu.Unlock()
		time.Sleep(time.Minute)
		if want := []string{"a.txt", "b.txt"}; !slices.Equal(x.paths(), want) {
			t.Errorf("without the folder the index holds %q, want %q", x.paths(), want)
		}
		move(t, parent, "away", "docs")
		time.Sleep(2 * time.Second)
		if got := x.text("a.txt"); got != "A, changed." {
			t.Errorf("a.txt holds %q after the folder came back", got)
		}
	})
}

// checkout writes very many files at once, as a version control system does, and then other versions
// of them.
func checkout(t *testing.T, n int) {
	dir := t.TempDir()
	x := newMemory()
	watched(t, dir, x, FolderOptions{Rescan: time.Hour})
	for _, version := range []string{"one", "two"} {
		for i := range n {
			if version == "two" && i%10 != 0 {
				continue
			}
			write(t, dir, fmt.Sprintf("d%02d/e%d/f%d.txt", i%50, i%7, i), fmt.Sprintf("File %d of version %s.", i, version))
		}
		x.waitFor(t, "version "+version, func() bool {
			x.mu.Lock()
			defer x.mu.Unlock()
			count := 0
			for _, doc := range x.docs {
				if strings.HasSuffix(doc.Text, version+".") {
					count++
				}
			}
			return version == "one" && count == n || version == "two" && count == (n+9)/10
		})
	}
	if got := len(x.paths()); got != n {
		t.Errorf("%d documents, want %d", got, n)
	}
}

// TestWatcherTells compares what the system tells with what a scan of everything finds.
func TestWatcherTells(t *testing.T) {
	dir := writeFiles(t, map[string]string{"a/b/c.txt": "C."})
	h := newHints()
	w := newWatcher(dir, h)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.run(ctx)
	}()
	defer func() { <-done }()
	defer stop()
	f := NewFolder(dir, FolderOptions{Settle: time.Millisecond})
	f.mu.Lock()
	_, err := f.scan(t.Context(), scanOptions{apply: newMemory().Apply, watcher: w}, everything())
	f.mu.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	if h.isBlind() {
		t.Skip("the system does not tell of changes here")
	}
	if err := os.WriteFile(filepath.Join(dir, "a", "b", "d.txt"), []byte("D."), 0o600); err != nil {
		t.Fatal(err)
	}
	<-h.wake
	folders := h.take()
	if _, told := folders["a/b"]; !told {
		t.Errorf("told of %v, want a/b", folders)
	}
}
