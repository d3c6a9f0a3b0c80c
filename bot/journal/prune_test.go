package journal

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestPruneDropsOldClosedQuestions(t *testing.T) {
	now := newClock()
	j := mustOpen(t, t.TempDir(), Options{Clock: now.Now, Keep: time.Hour})
	for _, key := range []string{"open", "posting", "old", "new"} {
		receive(t, j, Entry{Key: key, Alias: "alias of " + key}, true)
	}
	must(t, j.Posting(t.Context(), "posting"))
	must(t, j.Answered(t.Context(), "old", "1.1"))
	now.advance(time.Hour - time.Minute)
	must(t, j.Answered(t.Context(), "new", "1.2"))
	now.advance(time.Minute)

	removed, err := j.Prune(t.Context())
	if err != nil || removed != 1 {
		t.Fatalf("Prune = %d, %v; want 1", removed, err)
	}
	for key, want := range map[string]bool{"open": true, "posting": true, "old": false, "new": true} {
		if _, ok := lookup(t, j, key); ok != want {
			t.Errorf("question %q is held: %t, want %t", key, ok, want)
		}
	}
	if got := j.Stats(); got != (Stats{Open: 2, Total: 3}) {
		t.Errorf("Stats = %+v", got)
	}
	receive(t, j, Entry{Key: "other", Alias: "alias of old"}, true)
}

func TestPruneIsBoundedPerCall(t *testing.T) {
	now := newClock()
	j := mustOpen(t, t.TempDir(), Options{Clock: now.Now, Keep: time.Hour})
	fill(t, j, pruneStep+10)
	now.advance(time.Hour)
	for _, want := range []int{pruneStep, 10, 0} {
		if removed, err := j.Prune(t.Context()); err != nil || removed != want {
			t.Errorf("Prune = %d, %v; want %d", removed, err, want)
		}
	}
}

// fill stores n closed questions in few transactions.
func fill(t testing.TB, j *Journal, n int) {
	t.Helper()
	j.mu.Lock()
	defer j.mu.Unlock()
	for done := 0; done < n; {
		must(t, j.view(func(v *view) error {
			for end := min(done+maxBatch, n); done < end; done++ {
				key := fmt.Sprintf("Ev%08X", uint32(done)*2654435761) // spread like Slack's ids
				e := Entry{Key: key, Alias: fmt.Sprintf("T012345678/C012345678/%d.000100", done), Kind: "mention"}
				if _, err := v.receive(e); err != nil {
					return err
				}
				if err := v.move(key, Answered, func(e *Entry) { e.AnswerTS = "1795424400.000200" }); err != nil {
					return err
				}
			}
			return nil
		}))
		_, err := j.flush(0)
		must(t, err)
	}
}

func TestOpenQuestionsOutliveTheBounds(t *testing.T) {
	now := newClock()
	j := mustOpen(t, t.TempDir(), Options{Clock: now.Now, Keep: time.Hour, MaxEntries: 3})
	for i := range 10 {
		receive(t, j, Entry{Key: fmt.Sprint(i)}, true)
	}
	now.advance(48 * time.Hour)
	if removed, err := j.Prune(t.Context()); err != nil || removed != 0 {
		t.Fatalf("Prune = %d, %v", removed, err)
	}
	if got := j.Stats(); got != (Stats{Open: 10, Total: 10}) {
		t.Errorf("Stats = %+v", got)
	}
}

func TestFileStaysBounded(t *testing.T) {
	dir, now := t.TempDir(), newClock()
	j := mustOpen(t, dir, Options{Clock: now.Now, MaxEntries: 50})
	var size int64
	for i := range 600 {
		key := fmt.Sprint("Ev", i)
		receive(t, j, Entry{Key: key, Payload: make([]byte, 2000)}, true)
		must(t, j.Answered(t.Context(), key, "1.1"))
		now.advance(time.Second)
		if got := j.Stats().Total; got > 50 {
			t.Fatalf("%d questions are held after %d", got, i+1)
		}
		info, err := os.Stat(filepath.Join(dir, FileName))
		must(t, err)
		if i == 150 {
			size = info.Size()
		}
		if i > 150 && info.Size() > size {
			t.Fatalf("file grew from %d to %d bytes", size, info.Size())
		}
	}
	for i := range 50 { // the newest are the ones that stay
		if _, ok := lookup(t, j, fmt.Sprint("Ev", 599-i)); !ok {
			t.Errorf("question %d is gone", 599-i)
		}
	}
}
