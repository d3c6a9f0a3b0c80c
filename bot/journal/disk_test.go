package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

// disk stands between the journal and bbolt and fails when told to.
type disk struct {
	before error // instead of the write
	after  error // although the write was done, as when the last sync fails
	writes int
}

func (d *disk) attach(j *Journal) {
	j.mu.Lock()
	defer j.mu.Unlock()
	real := j.db.Update
	j.update = func(f func(*bbolt.Tx) error) error {
		d.writes++
		if d.before != nil {
			return d.before
		}
		return errors.Join(real(f), d.after)
	}
}

func TestDiskFailsAndRecovers(t *testing.T) {
	faults := map[string]disk{
		"nothing written":           {before: syscall.ENOSPC},
		"written but not confirmed": {after: syscall.EIO},
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			var logged strings.Builder
			dir, d := t.TempDir(), &disk{}
			j := mustOpen(t, dir, Options{Logger: slog.New(slog.NewTextHandler(&logged, nil))})
			d.attach(j)
			receive(t, j, Entry{Key: "before", Payload: []byte("{}")}, true)

			d.before, d.after = fault.before, fault.after
			for _, key := range []string{"open", "answered"} {
				payload := []byte("{}")
				fresh, err := j.Receive(t.Context(), Entry{Key: key, Alias: "of " + key, Payload: payload})
				if !fresh || !errors.Is(err, ErrNotDurable) {
					t.Fatalf("Receive(%q) = %t, %v; want true, ErrNotDurable", key, fresh, err)
				}
				payload[0] = 'X' // the journal keeps its own copy
			}
			if fresh, err := j.Receive(t.Context(), Entry{Key: "repeat", Alias: "of open"}); fresh || !errors.Is(err, ErrNotDurable) {
				t.Errorf("repeat by alias = %t, %v; want false, ErrNotDurable", fresh, err)
			}
			for _, key := range []string{"before", "answered"} {
				if err := j.Answered(t.Context(), key, "1.1"); !errors.Is(err, ErrNotDurable) {
					t.Errorf("Answered(%q) = %v, want ErrNotDurable", key, err)
				}
			}
			if err := j.Answered(t.Context(), "nobody", ""); !errors.Is(err, ErrUnknown) {
				t.Errorf("Answered of an unknown question = %v", err)
			}
			if got := pendingKeys(t, j); !slices.Equal(got, []string{"open"}) {
				t.Errorf("Pending = %q, want open", got)
			}
			if got := j.Stats(); got != (Stats{Open: 1, Total: 3, Unwritten: 3}) {
				t.Errorf("Stats = %+v", got)
			}

			d.before, d.after = nil, nil
			receive(t, j, Entry{Key: "open"}, false) // even a repeat writes the backlog
			if got := j.Stats(); got != (Stats{Open: 1, Total: 3}) {
				t.Errorf("Stats = %+v after recovery", got)
			}
			must(t, j.Close())
			j = mustOpen(t, dir, Options{})
			for key, want := range map[string]State{"before": Answered, "answered": Answered, "open": Received} {
				if e, _ := lookup(t, j, key); e.State != want {
					t.Errorf("state of %q = %q, want %q", key, e.State, want)
				}
			}
			if e, _ := lookup(t, j, "open"); string(e.Payload) != "{}" {
				t.Errorf("payload = %q", e.Payload)
			}
			if n := strings.Count(logged.String(), "level=ERROR"); n != 1 {
				t.Errorf("%d errors logged, want 1:\n%s", n, &logged)
			}
			if !strings.Contains(logged.String(), "writes again") {
				t.Errorf("the recovery is not logged:\n%s", &logged)
			}
		})
	}
}

// TestDiskFailsAtTheStart opens a journal on a disk that fails, for writing alone or for reading as well: it works
// from memory and says so before anything is to be written, tells once that nothing earlier is known, and goes on
// with the file as soon as the disk is back, without an end of the process.
func TestDiskFailsAtTheStart(t *testing.T) {
	for _, reads := range []bool{true, false} {
		for _, exists := range []bool{true, false} {
			t.Run(fmt.Sprintf("reads %t, exists %t", reads, exists), func(t *testing.T) {
				dir := t.TempDir()
				if exists {
					j := mustOpen(t, dir, Options{})
					receive(t, j, Entry{Key: "open", Payload: []byte("{}")}, true)
					receive(t, j, Entry{Key: "closed"}, true)
					must(t, j.Answered(t.Context(), "closed", "1.1"))
					must(t, j.Close())
				}
				fails, known := true, exists && reads
				var logged strings.Builder
				j := mustOpen(t, dir, Options{
					Logger: slog.New(slog.NewTextHandler(&logged, nil)),
					openFile: func(name string, flag int, mode os.FileMode) (*os.File, error) {
						if fails && (!reads || flag&os.O_RDWR != 0) {
							return nil, &fs.PathError{Op: "open", Path: name, Err: syscall.EIO}
						}
						return os.OpenFile(name, flag, mode)
					},
				})
				want := map[bool]Stats{true: {Open: 1, Total: 2}, false: {}}[known]
				if got := j.Stats(); got != want || !errors.Is(j.Failing(), syscall.EIO) {
					t.Fatalf("Stats = %+v, want %+v; Failing = %v", got, want, j.Failing())
				}
				for n := range 3 {
					fresh, err := j.Receive(t.Context(), Entry{Key: fmt.Sprint(n)})
					if !fresh || !errors.Is(err, ErrNotDurable) {
						t.Errorf("Receive = %t, %v", fresh, err)
					}
				}
				if fresh, err := j.Receive(t.Context(), Entry{Key: "closed"}); fresh == known || !errors.Is(err, ErrNotDurable) {
					t.Errorf("a repeat = %t, %v", fresh, err)
				}
				mem := map[bool]int{true: 3, false: 4}[known]
				if got := j.Stats(); got != (Stats{Open: want.Open + mem, Total: want.Total + mem, Unwritten: mem}) {
					t.Errorf("Stats = %+v", got)
				}
				told := map[bool]int{true: 1, false: 0}[exists && !reads]
				if log := logged.String(); strings.Count(log, "nothing earlier is known") != told || strings.Count(log, "ERROR") != 1+told {
					t.Errorf("the log:\n%s", log)
				}
				fails = false
				if _, err := j.Prune(t.Context()); err != nil || j.Failing() != nil {
					t.Errorf("with the disk back: %v, %v", err, j.Failing())
				}
				total := 4 // with "closed"
				if exists {
					total = 5
				}
				if got := j.Stats(); got.Total != total || got.Unwritten != 0 || len(pendingKeys(t, j)) != got.Open || len(aside(t, dir)) > 0 {
					t.Errorf("Stats = %+v, want %d in all; %d open, put aside %q", got, total, len(pendingKeys(t, j)), aside(t, dir))
				}
			})
		}
	}
}

// TestFailingWithoutAQuestion lets the disk fail while nobody asks: the hourly look at it finds that, and that it is
// back.
func TestFailingWithoutAQuestion(t *testing.T) {
	j, d := mustOpen(t, t.TempDir(), Options{}), &disk{}
	d.attach(j)
	d.before = syscall.ENOSPC
	if _, err := j.Prune(t.Context()); !errors.Is(err, ErrNotDurable) || !errors.Is(j.Failing(), syscall.ENOSPC) {
		t.Errorf("Prune: %v; Failing: %v", err, j.Failing())
	}
	d.before = nil
	if _, err := j.Prune(t.Context()); err != nil || j.Failing() != nil {
		t.Errorf("Prune: %v; Failing: %v", err, j.Failing())
	}
}

// A write that reports an error may have pruned, too. The count must not drift,
// or the journal would drop more and more.
func TestUnconfirmedPruneIsCounted(t *testing.T) {
	now, d := newClock(), &disk{}
	j := mustOpen(t, t.TempDir(), Options{Clock: now.Now, Keep: time.Hour})
	d.attach(j)
	fill(t, j, 20)
	now.advance(time.Hour)
	d.after = syscall.EIO
	if _, err := j.Receive(t.Context(), Entry{Key: "k"}); !errors.Is(err, ErrNotDurable) {
		t.Fatal(err)
	}
	d.after = nil
	receive(t, j, Entry{Key: "k"}, false)
	if got := j.Stats(); got != (Stats{Open: 1, Total: 1}) {
		t.Errorf("Stats = %+v", got)
	}
}

func TestCloseReportsALostBacklog(t *testing.T) {
	d := &disk{}
	j := mustOpen(t, t.TempDir(), Options{})
	d.attach(j)
	d.before = syscall.ENOSPC
	_, err := j.Receive(t.Context(), Entry{Key: "k"})
	if !errors.Is(err, ErrNotDurable) || !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("Receive: %v", err)
	}
	if err := j.Close(); !errors.Is(err, ErrNotDurable) {
		t.Errorf("Close = %v, want ErrNotDurable", err)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	now, d := newClock(), &disk{before: syscall.ENOSPC}
	j := mustOpen(t, t.TempDir(), Options{Clock: now.Now})
	receive(t, j, Entry{Key: "stored"}, true)
	d.attach(j)
	j.mem.max, j.mem.maxBytes = 4, 10
	_ = j.Answered(t.Context(), "stored", "1.1") // the first of the four, never forgotten
	attempt := func(key string, size int, want error) {
		t.Helper()
		now.advance(time.Second)
		fresh, err := j.Receive(t.Context(), Entry{Key: key, Payload: make([]byte, size)})
		if !errors.Is(err, want) || fresh != (want == ErrNotDurable) {
			t.Errorf("Receive(%q) = %t, %v; want %v", key, fresh, err, want)
		}
	}
	attempt("a", 4, ErrNotDurable)
	attempt("b", 4, ErrNotDurable)
	attempt("too many bytes", 3, ErrFull)
	attempt("c", 2, ErrNotDurable)
	attempt("too many", 0, ErrFull)
	_ = j.Answered(t.Context(), "b", "1.2")
	attempt("d", 3, ErrNotDurable) // in place of b and its 4 bytes
	if _, held := lookup(t, j, "b"); held {
		t.Error("b is still held")
	}
	if got := j.Stats(); got != (Stats{Open: 3, Total: 4, Unwritten: 4}) {
		t.Errorf("Stats = %+v", got)
	}
	d.before = nil
	removed, err := j.Prune(t.Context())
	if err != nil || removed != 0 || j.Stats() != (Stats{Open: 3, Total: 4}) {
		t.Errorf("Prune = %d, %v; Stats = %+v", removed, err, j.Stats())
	}
}

// Calls that arrive while another one writes share one write.
func TestBurstSharesOneWrite(t *testing.T) {
	j := mustOpen(t, t.TempDir(), Options{})
	d := &disk{}
	d.attach(j)
	const calls = 500
	queued := func() int {
		j.queueMu.Lock()
		defer j.queueMu.Unlock()
		return len(j.queue)
	}
	j.mu.Lock() // as a write under way does
	var wg sync.WaitGroup
	for i := range calls {
		wg.Go(func() {
			if _, err := j.Receive(t.Context(), Entry{Key: fmt.Sprint(i / 2)}); err != nil {
				t.Error(err)
			}
		})
	}
	for queued() < calls {
		runtime.Gosched()
	}
	j.mu.Unlock()
	wg.Wait()
	if d.writes != 1 {
		t.Errorf("%d writes for %d calls, want 1", d.writes, calls)
	}
	if got := j.Stats(); got != (Stats{Open: calls / 2, Total: calls / 2}) {
		t.Errorf("Stats = %+v", got)
	}
}
