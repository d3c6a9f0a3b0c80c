package sharedtest

import (
	"errors"
	"testing"

	"verbatim/bot/journal"
	"verbatim/bot/shared"
)

// TestStoreInMemory holds the store that other tests rely on to the contract.
func TestStoreInMemory(t *testing.T) {
	RunStore(t, func(*testing.T) shared.Store { return new(Store) })
}

// TestPlannedFaults wants calls that do not arrive, and some whose answer is lost.
func TestPlannedFaults(t *testing.T) {
	s := new(Store)
	s.Plan(func(o Op) Fault { return Fault{Away: o.N == 1, Lost: o.N == 2} })
	for i, there := range []bool{false, true} {
		if _, err := s.Create(t.Context(), record("a", "1", `{}`)); !errors.Is(err, journal.ErrAway) {
			t.Errorf("call %d: %v, want away", i+1, err)
		}
		if (len(s.Records("a")) == 1) != there {
			t.Errorf("after call %d the record is there: %v", i+1, !there)
		}
	}
	if _, err := s.Create(t.Context(), record("a", "1", `{}`)); !errors.Is(err, shared.ErrExists) {
		t.Errorf("third call: %v, want that it exists", err)
	}
}
