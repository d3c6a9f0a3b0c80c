package bot

import (
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"
)

// TestFault13ClockSetWhileRunning sets the clock a day forward or back between a pong and the look at it: a
// link is silent for as long as nothing came, by whatever clock, and so is the bot deaf or not. The clock of the
// machine is not touched, and synctest has no other clock than that on the wall: so the times are made.
func TestFault13ClockSetWhileRunning(t *testing.T) {
	for _, by := range []time.Duration{24 * time.Hour, -24 * time.Hour} {
		for _, silent := range []time.Duration{time.Second, time.Minute} {
			now := time.Now()
			then := clockSet(t, now.Add(-silent), -by)
			l := &link{}
			l.ponged(then)
			c := &connections{links: map[*link]bool{}, off: new(atomic.Bool), refusals: newRefusals(), log: slog.New(slog.DiscardHandler)}
			c.opened(l)
			c.since.Store(&then)
			if got := l.silent(now); got != silent {
				t.Errorf("clock set by %v: silent for %v, want %v", by, got, silent)
			}
			hears := silent < pongWithin
			if got := c.heard() == 1; got != hears {
				t.Errorf("clock set by %v, %v after a pong: a link counts as heard: %t", by, silent, got)
			}
			if got := c.hears(); got != hears {
				t.Errorf("clock set by %v, %v after a pong: ready: %t", by, silent, got)
			}
			c.left(l)
			if got := c.hears(); got != hears {
				t.Errorf("clock set by %v, %v after the pong of a link that is left: ready: %t", by, silent, got)
			}
			ends := (&slot{connections: c, log: c.log}).turnedAway(&SetupError{Err: errors.New("token_revoked")}) != nil
			if want := silent < startTime; ends != want {
				t.Errorf("clock set by %v, %v after the first link: a refused token ends the bot: %t", by, silent, ends)
			}
		}
	}
}

// clockSet is the time that would have been read at that moment, had the clock on the wall stood by so much apart:
// its monotonic reading is the same. Nothing of package time makes such a time.
func clockSet(t *testing.T, at time.Time, by time.Duration) time.Time {
	t.Helper()
	const nanoseconds = 30 // the bits below those of the seconds
	was := at
	*(*uint64)(unsafe.Pointer(&at)) += uint64(by/time.Second) << nanoseconds
	if at.Sub(was) != 0 || at.Round(0).Sub(was.Round(0)) != by {
		t.Fatal("package time keeps its two readings in another way now: make the times anew")
	}
	return at
}
