package shared_test

import (
	"testing"
	"time"

	"verbatim/bot/memory"
	"verbatim/bot/shared"
	"verbatim/bot/sharedtest"
)

// TestMemoryInAStore runs the contract of all memories on that of a shared store.
func TestMemoryInAStore(t *testing.T) {
	sharedtest.RunMemory(t, func(_ *testing.T, keep time.Duration, clock *sharedtest.Clock) memory.Memory {
		return shared.NewMemory(new(sharedtest.Store), shared.MemoryOptions{Keep: keep, Now: clock.Now}).Memory()
	})
}
