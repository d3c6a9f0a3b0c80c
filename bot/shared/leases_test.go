package shared_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"verbatim/bot/sharedtest"
)

// holders counts the replicas that have a duty.
func holders(duty string, all ...*member) (n int) {
	for _, m := range all {
		if m.Leases().Holds(duty) {
			n++
		}
	}
	return n
}

// TestOneHasADuty looks every tenth of a second, while holders die, stall and lose the store, that never two
// have a duty, and that it is had again within 30 s.
func TestOneHasADuty(t *testing.T) {
	for name, fault := range map[string]func(m *member) (heal func()){
		"killed": func(m *member) func() { m.kill(); return func() {} },
		"left":   func(m *member) func() { m.leave(); return func() {} },
		"stalls": func(m *member) func() { return m.view.Stall() },
		"cut off": func(m *member) func() {
			m.view.Away(true)
			return func() { m.view.Away(false) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, s *sharedtest.Store, dirs []string) {
				var all []*member
				for _, dir := range dirs {
					all = append(all, join(t, s, dir, "digest"))
				}
				pass(4 * time.Second)
				first := 0
				for i, m := range all {
					if m.Leases().Holds("digest") {
						first = i
					}
				}
				heal := fault(all[first])
				vacant, longest := time.Duration(0), time.Duration(0)
				for range 600 {
					switch n := holders("digest", all...); {
					case n > 1:
						t.Fatal("two have the duty")
					case n == 0:
						vacant += 100 * time.Millisecond
						longest = max(longest, vacant)
					default:
						vacant = 0
					}
					pass(100 * time.Millisecond)
				}
				t.Logf("nobody had it for %v", longest)
				if longest > 30*time.Second || holders("digest", all...) != 1 {
					t.Errorf("nobody had it for %v, and now %d have", longest, holders("digest", all...))
				}
				heal()
				pass(10 * time.Second)
				if n := holders("digest", all...); n != 1 {
					t.Errorf("%d have the duty in the end", n)
				}
				for i, m := range all {
					if i != first || name == "stalls" || name == "cut off" {
						m.leave()
					}
				}
			})
		})
	}
}

// TestWhile runs work that wants a duty at two replicas: at one at a time, ended when the duty is lost, and
// at the other when the first gives it back.
func TestWhile(t *testing.T) {
	bubble(t, func(t *testing.T, s *sharedtest.Store, dirs []string) {
		a, b := join(t, s, dirs[0]), join(t, s, dirs[1])
		var at [2]atomic.Int64
		var runs, ended sync.WaitGroup
		ctx, stop := context.WithCancel(t.Context())
		done := errors.New("done")
		finish := make(chan struct{})
		results := make([]error, 2)
		for i, m := range []*member{a, b} {
			runs.Go(func() {
				results[i] = m.Leases().While(ctx, "documents", func(ctx context.Context) error {
					at[i].Add(1)
					ended.Add(1)
					defer ended.Done()
					select {
					case <-ctx.Done():
						at[i].Add(-1)
						return ctx.Err()
					case <-finish:
						at[i].Add(-1)
						return done
					}
				})
			})
		}
		pass(8 * time.Second)
		first := 0
		if at[1].Load() == 1 {
			first = 1
		}
		if at[0].Load()+at[1].Load() != 1 {
			t.Fatalf("it runs at %d and %d", at[0].Load(), at[1].Load())
		}
		members := []*member{a, b}
		members[first].view.Away(true)
		pass(40 * time.Second)
		if at[first].Load() != 0 || at[1-first].Load() != 1 {
			t.Errorf("after the first is cut off it runs at %d there and at %d elsewhere", at[first].Load(), at[1-first].Load())
		}
		members[first].view.Away(false)
		pass(10 * time.Second)
		finish <- struct{}{} // the second has done its work, and gives the duty back
		pass(10 * time.Second)
		if at[first].Load() != 1 {
			t.Errorf("it runs at %d where it waited", at[first].Load())
		}
		stop()
		runs.Wait()
		ended.Wait()
		if results[1-first] != done || results[first] != context.Canceled && results[first] != nil {
			t.Errorf("results %v", results)
		}
		a.leave()
		b.leave()
	})
}
