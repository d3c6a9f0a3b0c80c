package memory_test

import (
	"log/slog"
	"testing"
	"time"

	"verbatim/bot/memory"
	"verbatim/bot/sharedtest"
)

// TestMemoryInAFile runs the contract of all memories on that of a file.
func TestMemoryInAFile(t *testing.T) {
	sharedtest.RunMemory(t, func(t *testing.T, keep time.Duration, clock *sharedtest.Clock) memory.Memory {
		s, err := memory.Open(t.TempDir(), slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		s.SetClock(clock.Now)
		if keep > 0 {
			s.KeepFor(keep)
		}
		return s.Memory()
	})
}
