package memory_test

import (
	"errors"
	"log/slog"
	"testing"
	"time"

	"verbatim/bot/journal"
	"verbatim/bot/memory"
	"verbatim/bot/shared"
	"verbatim/bot/sharedtest"
)

// TestCarryOver brings a file's memory into a store that fails on the way: all of it arrives in the end, what
// is newer there stays, and a second time nothing is done.
func TestCarryOver(t *testing.T) {
	s, err := memory.Open(t.TempDir(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	store := new(sharedtest.Store)
	to := shared.NewMemory(store, shared.MemoryOptions{}).Memory()
	sharedtest.Fill(t, s.Memory(), "UADA", "UBOB", "mine")
	if err := errors.Join(s.SaveMark(t.Context(), memory.Mark{ID: "digest", At: time.Now()}),
		to.Answers.SaveAnswer(t.Context(), memory.Answer{ID: "aUADA", User: "UADA", Question: "newer", At: time.Now()})); err != nil {
		t.Fatal(err)
	}
	store.Plan(func(o sharedtest.Op) sharedtest.Fault { return sharedtest.Fault{Away: o.Kind == "votes"} })
	if _, err := s.CarryOver(t.Context(), to); !errors.Is(err, journal.ErrAway) {
		t.Errorf("the store fails, and CarryOver says %v", err)
	}
	if c, err := to.Channels.Channel(t.Context(), "HUADA"); err != nil || !c.Private {
		t.Errorf("settings of a channel did not come first: %+v, %v", c, err)
	}
	store.Plan(nil)
	if n, err := s.CarryOver(t.Context(), to); err != nil || n != 13 {
		t.Errorf("carried over %d: %v, want all 13", n, err)
	}
	p, err := to.People.Export(t.Context(), "UADA")
	if err != nil || p.Records() != 7 || p.Named != 3 || len(p.Channels) != 1 {
		t.Errorf("of the user there are %d records, named %d times: %v", p.Records(), p.Named, err)
	}
	if a, err := to.Answers.Answer(t.Context(), "aUADA"); err != nil || a.Question != "newer" {
		t.Errorf("what was newer is %+v: %v", a, err)
	}
	if p, err := s.Export(t.Context(), "UADA"); err != nil || p.Records() != 0 || len(p.Channels) != 0 {
		t.Errorf("the store still holds %+v: %v", p, err)
	}
	if _, err := to.People.Forget(t.Context(), "UADA"); err != nil {
		t.Fatal(err)
	}
	if n, err := s.CarryOver(t.Context(), to); err != nil || n != 0 {
		t.Errorf("carried over %d once more: %v", n, err)
	}
}
