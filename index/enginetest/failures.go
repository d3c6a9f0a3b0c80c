package enginetest

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"verbatim/index"
)

// Failures say how to make an engine fail. Each function does so to the index in dir, and what it returns mends it. One that
// is nil stands for what the engine cannot meet.
type Failures struct {
	Engine index.Engine
	// Away: the engine cannot be reached. Slow: it takes longer than anyone waits. Overloaded: it has too much to do.
	Away, Slow, Overloaded func(t *testing.T, dir string) (mend func())
	// Partial: a part of the index is missing. ReadOnly: nothing can be written.
	Partial, ReadOnly func(t *testing.T, dir string) (mend func())
	// OtherVersion: the index is of another version. Deleted: it was deleted underneath.
	OtherVersion, Deleted func(t *testing.T, dir string)
	// Left says what is there of indexes outside of their folders; nil where nothing is kept so.
	Left func(t *testing.T) []string
}

// RunFailures tests that an engine that fails says so, and as what: never with a short answer, and well again once it
// is mended.
func RunFailures(t *testing.T, f Failures) {
	t.Run("deadline", func(t *testing.T) { f.deadline(t) })
	t.Run("given up while writing", func(t *testing.T) { f.givenUp(t) })
	for _, one := range []struct {
		name string
		make func(t *testing.T, dir string) func()
	}{
		{"away", f.Away}, {"overloaded", f.Overloaded}, {"a part is missing", f.Partial},
	} {
		when(t, one.name+" at start", one.make, f.atStart)
		when(t, one.name+" in mid-question", one.make, f.midQuestion)
	}
	when(t, "away while writing", f.Away, f.whileWriting)
	when(t, "read-only", f.ReadOnly, f.readOnly)
	when(t, "slow", f.Slow, f.slow)
	when(t, "another version", f.OtherVersion, f.damaged)
	when(t, "deleted underneath", f.Deleted, f.damaged)
}

// when runs a test where the engine can fail so.
func when[F func(*testing.T, string) | func(*testing.T, string) func()](t *testing.T, name string, make F, test func(*testing.T, F)) {
	t.Helper()
	if make != nil {
		t.Run(name, func(t *testing.T) { test(t, make) })
	}
}

// right asks what is known to have an answer.
func right(ctx context.Context, s index.Searcher) error {
	found, err := s.Candidates(ctx, query(2, "cat", "dog"))
	if err != nil {
		return err
	}
	if len(found) != 2 || found[0].Number != 2 || found[1].Number != 3 {
		return errors.New("the answer is another one")
	}
	return nil
}

// away wants an error that tells to try again, and none that tells to build the index again.
func away(t *testing.T, err error) {
	t.Helper()
	if !errors.Is(err, index.ErrAway) || errors.Is(err, index.ErrDamaged) {
		t.Errorf("got %v, not an error that wraps index.ErrAway", err)
	}
}

func (f Failures) deadline(t *testing.T) {
	s := open(t, f.Engine, built(t, f.Engine, few))
	ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancel()
	if err := right(ctx, s); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("after its deadline: %v", err)
	}
	if err := right(t.Context(), s); err != nil {
		t.Errorf("and then: %v", err)
	}
}

// atStart opens the index while the engine fails: that is no reason to build it again.
func (f Failures) atStart(t *testing.T, make func(*testing.T, string) func()) {
	dir := built(t, f.Engine, few)
	mend := make(t, dir)
	s := open(t, f.Engine, dir)
	away(t, right(t.Context(), s))
	mend()
	if err := right(t.Context(), s); err != nil {
		t.Errorf("when it is mended: %v", err)
	}
}

// midQuestion asks from many sides while the engine fails: each question has the right answer or an error.
func (f Failures) midQuestion(t *testing.T, make func(*testing.T, string) func()) {
	dir := built(t, f.Engine, few)
	s := open(t, f.Engine, dir)
	var wg sync.WaitGroup
	var answered, refused atomic.Int32
	ctx, stop := context.WithCancel(t.Context())
	for range 4 {
		wg.Go(func() {
			for ctx.Err() == nil {
				switch err := right(t.Context(), s); {
				case err == nil:
					answered.Add(1)
				case errors.Is(err, index.ErrAway) && !errors.Is(err, index.ErrDamaged):
					refused.Add(1)
				default:
					t.Errorf("while it fails: %v", err)
					return
				}
			}
		})
	}
	until(t, &answered)
	mend := make(t, dir)
	until(t, &refused)
	mend()
	answered.Store(0)
	until(t, &answered)
	stop()
	wg.Wait()
}

// until waits until something was counted.
func until(t *testing.T, n *atomic.Int32) {
	t.Helper()
	for n.Load() == 0 {
		select {
		case <-t.Context().Done():
			t.Fatal("the test ended before")
		case <-time.After(time.Millisecond):
		}
		if t.Failed() {
			return
		}
	}
}

func (f Failures) whileWriting(t *testing.T, make func(*testing.T, string) func()) {
	mend := make(t, "")
	away(t, f.write(t))
	mend()
	if err := f.write(t); err != nil {
		t.Errorf("when it is mended: %v", err)
	}
}

// write writes a small index.
func (f Failures) write(t *testing.T) error {
	w, err := f.Engine.Create(filepath.Join(t.TempDir(), "engine"))
	if err != nil {
		return err
	}
	added := w.Add(t.Context(), few)
	return errors.Join(added, w.Close(t.Context()))
}

// givenUp ends the context of who writes, before and after the first sentences: nothing is finished, and nothing left.
func (f Failures) givenUp(t *testing.T) {
	for _, added := range []bool{false, true} {
		w, err := f.Engine.Create(filepath.Join(t.TempDir(), "engine"))
		if err != nil {
			t.Fatal(err)
		}
		before := f.left(t)
		if added {
			err = w.Add(t.Context(), few)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if closed := w.Close(ctx); err != nil || !errors.Is(closed, context.Canceled) {
			t.Errorf("added %v: %v; closing: %v", added, err, closed)
		}
		if after := f.left(t); !slices.Equal(before, after) {
			t.Errorf("added %v: there was %v, and is %v", added, before, after)
		}
	}
}

func (f Failures) left(t *testing.T) []string {
	if f.Left == nil {
		return nil
	}
	return f.Left(t)
}

// readOnly wants answers, and errors of who writes.
func (f Failures) readOnly(t *testing.T, make func(*testing.T, string) func()) {
	dir := built(t, f.Engine, few)
	mend := make(t, dir)
	if err := right(t.Context(), open(t, f.Engine, dir)); err != nil {
		t.Errorf("a question: %v", err)
	}
	away(t, f.write(t))
	mend()
	if err := f.write(t); err != nil {
		t.Errorf("when it is mended: %v", err)
	}
}

// slow asks with a deadline, which has to end the wait.
func (f Failures) slow(t *testing.T, make func(*testing.T, string) func()) {
	dir := built(t, f.Engine, few)
	s := open(t, f.Engine, dir)
	mend := make(t, dir)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	err := right(ctx, s)
	away(t, err)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, which does not wrap the context's error", err)
	}
	away(t, right(t.Context(), s)) // without a deadline there is one all the same
	mend()
	if err := right(t.Context(), s); err != nil {
		t.Errorf("when it is mended: %v", err)
	}
}

// damaged wants an error that tells to build the index again.
func (f Failures) damaged(t *testing.T, make func(*testing.T, string)) {
	dir := built(t, f.Engine, few)
	make(t, dir)
	s, err := f.Engine.Open(dir)
	if err != nil {
		if errors.Is(err, index.ErrAway) { // package index takes any other error for damage
			t.Errorf("opened: %v", err)
		}
		return
	}
	if err := right(t.Context(), s); !errors.Is(err, index.ErrDamaged) || errors.Is(err, index.ErrAway) {
		t.Errorf("got %v, not an error that wraps index.ErrDamaged", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
