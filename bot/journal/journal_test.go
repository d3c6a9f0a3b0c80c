package journal

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// clock is a wall clock that a test sets.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock {
	return &clock{now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func mustOpen(t testing.TB, dir string, opts Options) *Journal {
	t.Helper()
	j, err := Open(dir, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	return j
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func receive(t testing.TB, j *Journal, e Entry, want bool) {
	t.Helper()
	fresh, err := j.Receive(t.Context(), e)
	if err != nil || fresh != want {
		t.Fatalf("Receive(%q) = %t, %v; want %t", e.Key, fresh, err, want)
	}
}

// lookup returns what the journal holds under key, whatever its state.
func lookup(t testing.TB, j *Journal, key string) (e Entry, ok bool) {
	t.Helper()
	j.mu.Lock()
	defer j.mu.Unlock()
	must(t, j.view(func(v *view) (err error) {
		e, ok, err = v.get(key)
		return err
	}))
	return e, ok
}

func pendingKeys(t testing.TB, j *Journal) []string {
	t.Helper()
	open, err := j.Pending(t.Context())
	must(t, err)
	keys := []string{}
	for _, e := range open {
		keys = append(keys, e.Key)
	}
	return keys
}

func TestQuestionFromReceiptToAnswer(t *testing.T) {
	dir, now := t.TempDir(), newClock()
	j := mustOpen(t, dir, Options{Clock: now.Now})
	start := now.Now()
	payload := []byte(`{"text":"where is the key?"}`)
	receive(t, j, Entry{Key: "Ev1", Alias: "T1/C1/1.2", Kind: "mention", Payload: payload}, true)
	payload[2] = 'X' // the journal keeps its own copy
	now.advance(time.Second)
	must(t, j.Posting(t.Context(), "Ev1"))
	must(t, j.Posting(t.Context(), "Ev1"))

	must(t, j.Close())
	j = mustOpen(t, dir, Options{Clock: now.Now})
	open, err := j.Pending(t.Context())
	must(t, err)
	want := Entry{
		Key: "Ev1", Alias: "T1/C1/1.2", Kind: "mention", Payload: []byte(`{"text":"where is the key?"}`),
		State: Posting, Received: start, Changed: start.Add(time.Second), Attempts: 2,
	}
	if len(open) != 1 || fmt.Sprint(open[0]) != fmt.Sprint(want) {
		t.Fatalf("Pending = %v, want %v", open, want)
	}

	now.advance(time.Second)
	must(t, j.Answered(t.Context(), "Ev1", "3.4"))
	want.State, want.AnswerTS, want.Payload, want.Changed = Answered, "3.4", nil, now.Now()
	if e, _ := lookup(t, j, "Ev1"); fmt.Sprint(e) != fmt.Sprint(want) {
		t.Errorf("answered question = %v, want %v", e, want)
	}
	if got := j.Stats(); got != (Stats{Open: 0, Total: 1}) {
		t.Errorf("Stats = %+v", got)
	}
}

func TestTransitions(t *testing.T) {
	ctx := context.Background()
	steps := map[string]func(*Journal) error{
		"posting":  func(j *Journal) error { return j.Posting(ctx, "k") },
		"answered": func(j *Journal) error { return j.Answered(ctx, "k", "1.1") },
		"failed":   func(j *Journal) error { return j.Failed(ctx, "k", "no_permission") },
		"expired":  func(j *Journal) error { return j.Expired(ctx, "k", "older than 10 min") },
	}
	tests := []struct {
		name    string
		steps   string // the last one is judged
		unknown bool   // do not receive the question first
		want    error
		state   State
	}{
		{name: "answered without a post", steps: "answered", state: Answered},
		{name: "answered after a post", steps: "posting answered", state: Answered},
		{name: "failed at once", steps: "failed", state: Failed},
		{name: "expired after two posts", steps: "posting posting expired", state: Expired},
		{name: "answered twice", steps: "answered answered", state: Answered},
		{name: "failed twice", steps: "failed failed", state: Failed},
		{name: "post after the answer", steps: "answered posting", want: ErrFinal, state: Answered},
		{name: "answer after giving up", steps: "expired answered", want: ErrFinal, state: Expired},
		{name: "failed after the answer", steps: "answered failed", want: ErrFinal, state: Answered},
		{name: "post of an unknown question", steps: "posting", unknown: true, want: ErrUnknown},
		{name: "answer of an unknown question", steps: "answered", unknown: true, want: ErrUnknown},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			j := mustOpen(t, t.TempDir(), Options{})
			if !tt.unknown {
				receive(t, j, Entry{Key: "k"}, true)
			}
			names := strings.Fields(tt.steps)
			for _, name := range names[:len(names)-1] {
				must(t, steps[name](j))
			}
			err := steps[names[len(names)-1]](j)
			if !errors.Is(err, tt.want) || err != nil && !strings.Contains(err.Error(), `"k"`) {
				t.Errorf("error = %v, want %v that names the key", err, tt.want)
			}
			if e, _ := lookup(t, j, "k"); e.State != tt.state {
				t.Errorf("state = %q, want %q", e.State, tt.state)
			}
		})
	}
}

func TestSecondAnswerKeepsFirstTS(t *testing.T) {
	j := mustOpen(t, t.TempDir(), Options{})
	receive(t, j, Entry{Key: "k"}, true)
	must(t, j.Answered(t.Context(), "k", "1.1"))
	must(t, j.Answered(t.Context(), "k", "2.2"))
	if e, _ := lookup(t, j, "k"); e.AnswerTS != "1.1" {
		t.Errorf("AnswerTS = %q, want 1.1", e.AnswerTS)
	}
}

func TestRepeats(t *testing.T) {
	const keep = time.Hour
	first := Entry{Key: "Ev1", Alias: "T/C/1"}
	tests := []struct {
		name   string
		closed bool
		age    time.Duration
		repeat Entry
		fresh  bool
	}{
		{name: "same key", repeat: Entry{Key: "Ev1"}},
		{name: "same key, other alias", repeat: Entry{Key: "Ev1", Alias: "T/C/9"}},
		{name: "same alias, other key", repeat: Entry{Key: "Ev2", Alias: "T/C/1"}},
		{name: "other key, no alias", repeat: Entry{Key: "Ev2"}, fresh: true},
		{name: "key that equals an alias", repeat: Entry{Key: "T/C/1"}, fresh: true},
		{name: "alias that equals a key", repeat: Entry{Key: "Ev2", Alias: "Ev1"}, fresh: true},
		{name: "open for ten times Keep", age: 10 * keep, repeat: first},
		{name: "closed just now", closed: true, repeat: first},
		{name: "closed a moment less than Keep ago", closed: true, age: keep - 1, repeat: first},
		{name: "closed Keep ago", closed: true, age: keep, repeat: first, fresh: true},
		{name: "closed Keep ago, by alias", closed: true, age: keep, repeat: Entry{Key: "Ev2", Alias: "T/C/1"}, fresh: true},
		{name: "clock set back", closed: true, age: -48 * time.Hour, repeat: first},
	}
	for _, reopen := range []bool{false, true} {
		for _, tt := range tests {
			t.Run(fmt.Sprintf("%s/reopen=%t", tt.name, reopen), func(t *testing.T) {
				dir, now := t.TempDir(), newClock()
				opts := Options{Clock: now.Now, Keep: keep}
				j := mustOpen(t, dir, opts)
				receive(t, j, first, true)
				if tt.closed {
					must(t, j.Answered(t.Context(), "Ev1", "5.5"))
				}
				if reopen {
					must(t, j.Close())
					j = mustOpen(t, dir, opts)
				}
				now.advance(tt.age)
				receive(t, j, tt.repeat, tt.fresh)
				receive(t, j, tt.repeat, false)
			})
		}
	}
}

func TestPendingIsOldestFirst(t *testing.T) {
	now := newClock()
	j := mustOpen(t, t.TempDir(), Options{Clock: now.Now})
	for _, key := range []string{"c", "a", "d", "b"} {
		receive(t, j, Entry{Key: key}, true)
		now.advance(time.Second)
	}
	must(t, j.Posting(t.Context(), "c"))
	must(t, j.Answered(t.Context(), "a", ""))
	if got := pendingKeys(t, j); !slices.Equal(got, []string{"c", "d", "b"}) {
		t.Errorf("Pending = %q, want c d b", got)
	}
}

func TestUnfitEntriesAreRefused(t *testing.T) {
	tests := []struct {
		name  string
		entry Entry
	}{
		{"no key", Entry{Alias: "a"}},
		{"long key", Entry{Key: strings.Repeat("k", MaxName+1)}},
		{"long alias", Entry{Key: "k", Alias: strings.Repeat("k", MaxName+1)}},
		{"key not UTF-8", Entry{Key: "\xff"}},
		{"alias not UTF-8", Entry{Key: "k", Alias: "\xff"}},
		{"long payload", Entry{Key: "k", Payload: make([]byte, MaxPayload+1)}},
	}
	j := mustOpen(t, t.TempDir(), Options{})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if fresh, err := j.Receive(t.Context(), tt.entry); err == nil || fresh {
				t.Errorf("Receive = %t, %v; want an error", fresh, err)
			}
		})
	}
	receive(t, j, Entry{Key: strings.Repeat("k", MaxName), Payload: make([]byte, MaxPayload)}, true)
}

func TestReasonIsCut(t *testing.T) {
	j := mustOpen(t, t.TempDir(), Options{})
	receive(t, j, Entry{Key: "k"}, true)
	must(t, j.Failed(t.Context(), "k", "\xffé"+strings.Repeat("é", maxNote)))
	e, _ := lookup(t, j, "k")
	if len(e.Error) > maxNote || len(e.Error) < maxNote-3 || !strings.HasPrefix(e.Error, "\uFFFDéé") {
		t.Errorf("Error has %d bytes and begins %.9q", len(e.Error), e.Error)
	}
}

func TestPayloadLeavesTheFile(t *testing.T) {
	j := mustOpen(t, t.TempDir(), Options{})
	receive(t, j, Entry{Key: "k", Payload: []byte("a secret question")}, true)
	must(t, j.Failed(t.Context(), "k", "no_permission"))
	j.mu.Lock()
	defer j.mu.Unlock()
	must(t, j.view(func(v *view) error {
		if n := v.rows.payloads.Stats().KeyN; n != 0 {
			t.Errorf("%d payloads are left", n)
		}
		return nil
	}))
}

func TestCancelledContextWritesNothing(t *testing.T) {
	j := mustOpen(t, t.TempDir(), Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, received := j.Receive(ctx, Entry{Key: "k"})
	_, listed := j.Pending(ctx)
	_, pruned := j.Prune(ctx)
	for _, err := range []error{received, listed, pruned, j.Answered(ctx, "k", "")} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error = %v, want context.Canceled", err)
		}
	}
	if got := j.Stats(); got != (Stats{}) {
		t.Errorf("Stats = %+v", got)
	}
}

func TestClosedJournal(t *testing.T) {
	j := mustOpen(t, t.TempDir(), Options{})
	must(t, j.Close())
	must(t, j.Close())
	_, received := j.Receive(t.Context(), Entry{Key: "k"})
	_, listed := j.Pending(t.Context())
	_, pruned := j.Prune(t.Context())
	for _, err := range []error{received, listed, pruned, j.Posting(t.Context(), "k")} {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("error = %v, want ErrClosed", err)
		}
	}
}

func TestModes(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no such modes.")
	}
	dir := filepath.Join(t.TempDir(), "data", "journal")
	mustOpen(t, dir, Options{})
	for path, want := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, FileName): 0o600} {
		info, err := os.Stat(path)
		must(t, err)
		if got := info.Mode().Perm(); got != want {
			t.Errorf("mode of %s = %o, want %o", filepath.Base(path), got, want)
		}
	}
}
