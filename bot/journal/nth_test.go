package journal

import (
	"errors"
	"fmt"
	"slices"
	"syscall"
	"testing"

	"go.etcd.io/bbolt"
)

// TestFault18NthWriteFails lets the N-th write of the journal fail, for every N until none is left, before
// and after it is done, and once for all that follow: work goes on in memory, and the file holds all of
// it as soon as the disk takes writes.
func TestFault18NthWriteFails(t *testing.T) {
	for _, fault := range []disk{{before: syscall.ENOSPC}, {after: syscall.EIO}} {
		for _, lasting := range []bool{false, true} {
			n := 1
			for ; nthWriteFails(t, fault, n, lasting); n++ {
				if n > 100 {
					t.Fatal("the work never comes to its end")
				}
			}
			if n < 10 {
				t.Errorf("only %d writes", n)
			}
		}
	}
}

// nthWriteFails does some work while write n fails, and reports whether there was such a write.
func nthWriteFails(t *testing.T, fault disk, n int, lasting bool) (failed bool) {
	t.Helper()
	dir := quickDir(t)
	j := mustOpen(t, dir, Options{})
	writes := 0
	real := j.update
	j.update = func(f func(*bbolt.Tx) error) error {
		writes++
		if writes != n && (!lasting || writes < n) {
			return real(f)
		}
		failed = true
		if fault.before != nil {
			return fault.before
		}
		return errors.Join(real(f), fault.after)
	}
	note := func(err error) {
		t.Helper()
		if err != nil && !errors.Is(err, ErrNotDurable) {
			t.Errorf("write %d: %v", n, err)
		}
	}
	for i := range 6 {
		key := fmt.Sprint("k", i)
		fresh, err := j.Receive(t.Context(), Entry{Key: key, Alias: "of " + key, Payload: []byte(key)})
		note(err)
		if again, err := j.Receive(t.Context(), Entry{Key: "x", Alias: "of " + key}); !fresh || again {
			t.Errorf("write %d: fresh %t, its repeat %t, %v", n, fresh, again, err)
		}
		note(j.Posting(t.Context(), key))
		if i%2 == 0 {
			note(j.Answered(t.Context(), key, "1.1"))
		}
	}
	want := []string{"k1", "k3", "k5"}
	if got := pendingKeys(t, j); !slices.Equal(got, want) {
		t.Errorf("write %d: open %q, want %q", n, got, want)
	}
	j.update = real // the disk is back
	if _, err := j.Prune(t.Context()); err != nil || j.Stats() != (Stats{Open: 3, Total: 6}) {
		t.Errorf("write %d: %v, %+v", n, err, j.Stats())
	}
	must(t, j.Close())
	j = mustOpen(t, dir, Options{})
	if got := pendingKeys(t, j); !slices.Equal(got, want) || len(aside(t, dir)) > 0 {
		t.Errorf("write %d: open after a restart %q, want %q", n, got, want)
	}
	must(t, j.Close())
	return failed
}
