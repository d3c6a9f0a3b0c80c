package shared_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"verbatim/bot/journal"
	"verbatim/bot/memory"
	"verbatim/bot/shared"
	"verbatim/bot/sharedtest"
)

// TestRecordsAreDeleted has somebody delete all records while a question is open: it is claimed anew and answered, and
// stays in the journal until then.
func TestRecordsAreDeleted(t *testing.T) {
	for name, wait := range map[string]time.Duration{"just claimed": 0, "claimed before": 4 * time.Second} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, s *sharedtest.Store, dirs []string) {
				a := join(t, s, dirs[0])
				a.receive("k", "m", true)
				for _, kind := range []string{"question", "message", "replica"} {
					for _, r := range s.Records(kind) {
						if err := s.Delete(t.Context(), kind, r.ID); err != nil {
							t.Fatal(err)
						}
					}
				}
				pass(wait)
				if wait == 0 { // it is not known yet that the record is gone
					if err := a.journal.Posting(t.Context(), "k"); !errors.Is(err, journal.ErrAway) {
						t.Errorf("posting: %v", err)
					}
				}
				if _, err := a.journal.Claim(t.Context(), "k"); err != nil {
					t.Errorf("claim: %v", err)
				}
				if err := errors.Join(a.journal.Posting(t.Context(), "k"), a.journal.Answered(t.Context(), "k", "1.2")); err != nil {
					t.Errorf("answer: %v", err)
				}
				b := join(t, s, dirs[1])
				b.receive("other", "m", false)
				a.leave()
				b.leave()
			})
		})
	}
}

// TestEndThatCannotBeTold makes the record of a question unreadable that has an end to be told: a dead replica's
// questions are taken over all the same.
func TestEndThatCannotBeTold(t *testing.T) {
	bubble(t, func(t *testing.T, s *sharedtest.Store, dirs []string) {
		a, b := join(t, s, dirs[0]), join(t, s, dirs[1])
		b.receive("k2", "m2", true)
		a.receive("k", "m", true)
		if err := a.journal.Posting(t.Context(), "k"); err != nil {
			t.Fatal(err)
		}
		pass(time.Second)
		a.view.Away(true)
		if err := a.journal.Answered(t.Context(), "k", "1.2"); err != nil {
			t.Fatal(err)
		}
		for _, r := range s.Records("question") {
			if bytes.Contains(r.Body, []byte(`"key":"k"`)) {
				r.Body = []byte(`{"key":7}`)
				if _, err := s.Put(t.Context(), r); err != nil {
					t.Fatal(err)
				}
			}
		}
		a.view.Away(false)
		b.kill()
		a.opens("k2", 40*time.Second)
		a.leave()
	})
}

// TestSlowStoreIsNotAway lets the store take longer than a question waits before it is acknowledged: it can be claimed
// right after that.
func TestSlowStoreIsNotAway(t *testing.T) {
	bubble(t, func(t *testing.T, s *sharedtest.Store, dirs []string) {
		a := join(t, s, dirs[0])
		pass(time.Second)
		s.Plan(func(o sharedtest.Op) sharedtest.Fault {
			if o.Kind == "question" {
				return sharedtest.Fault{Wait: time.Second}
			}
			return sharedtest.Fault{}
		})
		a.receive("k", "m", true)
		if _, err := a.journal.Claim(t.Context(), "k"); err != nil {
			t.Errorf("claimed after a slow answer: %v", err)
		}
		a.leave()
	})
}

// TestDutyOfACopiedFolder runs two processes on copies of one data folder: never both have its duty.
func TestDutyOfACopiedFolder(t *testing.T) {
	bubble(t, func(t *testing.T, s *sharedtest.Store, dirs []string) {
		a := join(t, s, dirs[0], "digest")
		pass(4 * time.Second)
		name, err := os.ReadFile(filepath.Join(dirs[0], shared.FileName))
		if err == nil {
			err = os.WriteFile(filepath.Join(dirs[1], shared.FileName), name, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		b := join(t, s, dirs[1], "digest")
		for range 300 {
			if n := holders("digest", a, b); n != 1 {
				t.Fatalf("%d have the duty", n)
			}
			pass(100 * time.Millisecond)
		}
		a.leave()
		b.leave()
	})
}

// TestDutyIsHeldForDays wants no more memory for a duty that is held for three days.
func TestDutyIsHeldForDays(t *testing.T) {
	bubble(t, func(t *testing.T, s *sharedtest.Store, dirs []string) {
		a := join(t, s, dirs[0])
		ctx, stop := context.WithCancel(t.Context())
		var working sync.WaitGroup
		working.Go(func() {
			_ = a.Leases().While(ctx, "documents", func(ctx context.Context) error { <-ctx.Done(); return nil })
		})
		pass(time.Hour)
		before := inUse()
		pass(3 * 24 * time.Hour)
		if grown := inUse() - before; grown > 1<<20 {
			t.Errorf("%d KiB more are in use", grown>>10)
		}
		stop()
		working.Wait()
		a.leave()
	})
}

func inUse() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapInuse + m.StackInuse)
}

// TestForgetMany forgets a user of whom there is more than is read at once.
func TestForgetMany(t *testing.T) {
	s := new(sharedtest.Store)
	m := shared.NewMemory(s, shared.MemoryOptions{})
	for i := range 1_500 {
		if err := m.SaveGap(t.Context(), memory.Gap{ID: fmt.Sprint("g", i), User: "U1", At: time.Unix(int64(i), 0)}); err != nil {
			t.Fatal(err)
		}
	}
	n, err := m.Forget(t.Context(), "U1")
	if left := len(s.Records("gaps")); err != nil || n != 1_500 || left > 0 {
		t.Errorf("%d forgotten, %d left: %v", n, left, err)
	}
}

// TestUnreadyTakesNothing lets a replica die beside one that cannot answer yet, as it waits for its index, and one that can:
// this one takes over the questions and the duty, and the other only when it is alone and can.
func TestUnreadyTakesNothing(t *testing.T) {
	bubble(t, func(t *testing.T, s *sharedtest.Store, dirs []string) {
		var ready atomic.Bool
		waiting := joinWith(t, s, dirs[2], func(o *shared.Options) { o.Ready, o.Duties = ready.Load, []string{"digest"} })
		pass(4 * time.Second)
		a, b := join(t, s, dirs[0], "digest"), join(t, s, dirs[1], "digest")
		a.receive("k", "m", true)
		b.receive("k2", "m2", true)
		pass(4 * time.Second)
		a.kill()
		b.opens("k", 30*time.Second)
		pass(time.Minute)
		if !b.Leases().Holds("digest") || waiting.Leases().Holds("digest") {
			t.Error("who can answer has no duty, or who cannot has one")
		}
		b.kill()
		pass(time.Minute)
		if n := waiting.journal.Stats().Open; n > 0 || waiting.Leases().Holds("digest") {
			t.Errorf("who cannot answer has taken over %d questions, or a duty", n)
		}
		ready.Store(true)
		waiting.opens("k2", 10*time.Second)
		pass(30 * time.Second)
		if !waiting.Leases().Holds("digest") {
			t.Error("the duty is nobody's")
		}
		waiting.leave()
	})
}
