package journal

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"
)

// quickDir is a folder in memory where the system has one: what is tested with it is no crash.
func quickDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "journal-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) }) // what stays is gone with the machine
	return dir
}

// wrecked writes a damaged copy of a journal, opens it, and returns the keys of the questions that are
// still known and of those still open.
func wrecked(t *testing.T, dir string, data []byte, all []string) (known, open []string) {
	t.Helper()
	must(t, os.RemoveAll(dir))
	must(t, os.MkdirAll(dir, 0o700))
	must(t, os.WriteFile(filepath.Join(dir, FileName), data, 0o600))
	j, err := Open(dir, Options{Clock: newClock().Now})
	must(t, err)
	defer j.Close()
	for _, key := range all {
		if _, ok := lookup(t, j, key); ok {
			known = append(known, key)
		}
	}
	return known, pendingKeys(t, j)
}

// built returns the file of a journal of n questions, every third of them answered.
func built(t *testing.T, n int) (data []byte, all, open []string) {
	t.Helper()
	dir := t.TempDir()
	j := mustOpen(t, dir, Options{Clock: newClock().Now})
	populate(t, j, n)
	open = pendingKeys(t, j)
	must(t, j.Close())
	data, err := os.ReadFile(filepath.Join(dir, FileName))
	must(t, err)
	for i := range n {
		all = append(all, fmt.Sprintf("k%d", i))
	}
	return data, all, open
}

// TestFlippedBitCostsItsEntryAtMost flips one bit of each byte of a journal in turn: nothing but the
// question in whose record it stands may be forgotten, and no closed one but that may open again.
func TestFlippedBitCostsItsEntryAtMost(t *testing.T) {
	data, all, open := built(t, 30)
	step := 37
	if os.Getenv("VERBATIM_LONG") != "" {
		step = 1
	}
	dir, most, flips := filepath.Join(quickDir(t), "j"), 0, 0
	for at := 0; at < len(data); at += step {
		damaged := bytes.Clone(data)
		damaged[at] ^= 1 << (at % 8)
		known, still := wrecked(t, dir, damaged, all)
		forgotten := len(all) - len(known)
		reopened := 0
		for _, key := range still {
			if !slices.Contains(open, key) {
				reopened++
			}
		}
		most, flips = max(most, forgotten+reopened), flips+1
		if forgotten+reopened > 1 {
			t.Errorf("bit at %d: %d questions forgotten, %d open again", at, forgotten, reopened)
		}
	}
	t.Logf("%d flips, at most %d question touched by one", flips, most)
}

// TestTornTail cuts a journal at every byte of its last page in use, and of its last page.
func TestTornTail(t *testing.T) {
	data, all, _ := built(t, 30)
	size := os.Getpagesize()
	last := len(bytes.TrimRight(data, "\x00")) / size * size
	step := 61
	if os.Getenv("VERBATIM_LONG") != "" {
		step = 1
	}
	dir, cuts, least := filepath.Join(quickDir(t), "j"), 0, len(all)
	for _, page := range []int{last, len(data) - size} {
		for at := page; at < page+size; at += step {
			known, _ := wrecked(t, dir, data[:at], all)
			least, cuts = min(least, len(known)), cuts+1
		}
	}
	t.Logf("%d cuts; at worst %d of %d questions were still known", cuts, least, len(all))
	if least < len(all)-1 {
		t.Errorf("a cut in the last page cost %d questions", len(all)-least)
	}
}

// TestOlderFormatIsMigrated opens a file that the first version of this package wrote.
func TestOlderFormatIsMigrated(t *testing.T) {
	data, err := os.ReadFile("testdata/format1.db")
	must(t, err)
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, FileName), data, 0o600))
	opts := Options{Clock: func() time.Time { return time.Date(2026, 11, 25, 13, 0, 0, 0, time.UTC) }}
	for range 2 { // the second time it is of the present format
		j := mustOpen(t, dir, opts)
		if got := pendingKeys(t, j); !slices.Equal(got, []string{"posting", "received"}) {
			t.Errorf("open: %q", got)
		}
		e, _ := lookup(t, j, "posting")
		if e.State != Posting || e.Attempts != 1 || string(e.Payload) != `{"key":"posting"}` {
			t.Errorf("posting: %+v", e)
		}
		if e, _ := lookup(t, j, "answered"); e.State != Answered || e.AnswerTS != "1.1" {
			t.Errorf("answered: %+v", e)
		}
		receive(t, j, Entry{Key: "x", Alias: "of failed"}, false)
		must(t, j.Close())
	}
	if names := aside(t, dir); len(names) > 0 {
		t.Errorf("put aside: %q", names)
	}
}

// TestTries counts how often a question was taken up again and how often it survived that, across a restart.
func TestTries(t *testing.T) {
	dir := t.TempDir()
	j := mustOpen(t, dir, Options{})
	receive(t, j, Entry{Key: "k"}, true)
	must(t, j.Tried(t.Context(), "k"))
	must(t, j.Close())
	j = mustOpen(t, dir, Options{})
	must(t, j.Tried(t.Context(), "k"))
	must(t, j.Survived(t.Context(), "k"))
	if e, _ := lookup(t, j, "k"); e.Tries != 2 || e.Deaths() != 1 || e.State != Received {
		t.Errorf("%+v, want two tries and one death", e)
	}
	must(t, j.Answered(t.Context(), "k", ""))
	if err := j.Tried(t.Context(), "k"); !errors.Is(err, ErrUnknown) {
		t.Errorf("Tried of a closed question: %v", err)
	}
}

// TestNoDiskAtTheStart opens a journal where no file can be written, and lets the disk come back. A real
// disk for reading alone is in TestReadOnlyDisk; here the folder itself stands in for it.
func TestNoDiskAtTheStart(t *testing.T) {
	dir := t.TempDir()
	j := mustOpen(t, dir, Options{})
	receive(t, j, Entry{Key: "before", Alias: "of before", Payload: []byte("{}")}, true)
	receive(t, j, Entry{Key: "closed"}, true)
	must(t, j.Answered(t.Context(), "closed", "1"))
	must(t, j.Close())

	for _, known := range []bool{true, false} {
		j := &Journal{opts: Options{}.withDefaults(), mem: newMemory(), dir: dir}
		if !known {
			j.dir = filepath.Join(t.TempDir(), "new")
		}
		must(t, j.openDegraded())
		j.publish()
		j.degraded = true
		want := Stats{}
		if known {
			want = Stats{Open: 1, Total: 2}
		}
		if got := j.Stats(); got != want {
			t.Errorf("Stats = %+v, want %+v", got, want)
		}
		if got := len(pendingKeys(t, j)); got != want.Open {
			t.Errorf("%d pending, want %d", got, want.Open)
		}
		receive(t, j, Entry{Key: "new", Alias: "of new", Payload: []byte("{}")}, true) // the disk is back
		receive(t, j, Entry{Key: "x", Alias: "of new"}, false)
		receive(t, j, Entry{Key: "closed"}, !known)
		if got := j.Stats(); got.Unwritten != 0 || got.Total != want.Total+1+map[bool]int{true: 0, false: 1}[known] {
			t.Errorf("Stats = %+v", got)
		}
		must(t, j.Close())
	}
}

func TestRefusesWrites(t *testing.T) {
	for err, want := range map[error]bool{
		syscall.ENOSPC: true, syscall.EROFS: true, syscall.EIO: true, syscall.EACCES: false, nil: false,
		fmt.Errorf("write: %w", &os.PathError{Err: syscall.ENOSPC}): true,
	} {
		if got := RefusesWrites(err); got != want {
			t.Errorf("RefusesWrites(%v) = %t", err, got)
		}
	}
}
