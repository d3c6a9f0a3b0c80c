package memory

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"verbatim/bot/journal"
)

func open(t *testing.T, dir string) *Store {
	t.Helper()
	s, err := Open(dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func at(minute int) time.Time { return time.Date(2026, 11, 25, 12, minute, 0, 0, time.UTC) }

func TestRecordsSurviveAClose(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	ctx := t.Context()
	answer := Answer{ID: "a1", Channel: "C1", TS: "1.2", User: "U1", Question: "Why?", Collections: []string{"hr"}, At: at(1),
		Passages: []Quoted{{Document: "d", Ordinal: 3, Start: 5, End: 9, Hash: "x"}}}
	channel := Channel{ID: "C1", Private: true, By: "U1", At: at(1)}
	for _, err := range []error{
		s.SaveAnswer(ctx, answer), s.SaveChannel(ctx, channel),
		s.SaveGap(ctx, Gap{ID: "g", User: "U1", At: at(1)}), s.SaveThread(ctx, Thread{Channel: "C1", TS: "1", User: "U1", At: at(1)}),
		s.SaveCall(ctx, Call{ID: "c", User: "U1", At: at(1)}), s.SaveProposal(ctx, Proposal{ID: "p", User: "U1", At: at(1)}), s.SaveMark(ctx, Mark{ID: "m", At: at(1)}), s.SaveVote(ctx, Vote{Answer: "a1", User: "U1", At: at(1)}), s.Close(),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	s = open(t, dir)
	got, err := s.Answer(ctx, "a1")
	if diff := cmp.Diff(answer, got); err != nil || diff != "" {
		t.Errorf("answer: %v\n%s", err, diff)
	}
	if got, err := s.Channel(ctx, "C1"); err != nil || !got.Private {
		t.Errorf("channel %+v: %v", got, err)
	}
	_, gap := s.Gap(ctx, "g")
	_, thread := s.Thread(ctx, "C1", "1")
	_, call := s.Call(ctx, "c")
	_, vote := s.Vote(ctx, "a1", "U1")
	_, proposal := s.Proposal(ctx, "p")
	_, mark := s.Mark(ctx, "m")
	if err := errors.Join(proposal, mark, gap, thread, call, vote); err != nil {
		t.Error(err)
	}
	if _, err := s.Answer(ctx, "a2"); !errors.Is(err, ErrUnknown) {
		t.Errorf("error %v, want unknown", err)
	}
}

func TestForget(t *testing.T) {
	s, ctx := open(t, t.TempDir()), t.Context()
	for _, user := range []string{"U1", "U2"} {
		for _, err := range []error{
			s.SaveAnswer(ctx, Answer{ID: "a" + user, User: user, Question: "secret", At: at(1)}), s.SaveVote(ctx, Vote{Answer: "a", User: user, At: at(1)}),
			s.SaveGap(ctx, Gap{ID: "g" + user, User: user, At: at(1)}), s.SaveThread(ctx, Thread{Channel: "C", TS: user, User: user, At: at(1)}),
			s.SaveCall(ctx, Call{ID: "c" + user, User: user, At: at(1)}), s.SaveChannel(ctx, Channel{ID: "C" + user, By: user, Private: true, At: at(1)}),
			s.SaveProposal(ctx, Proposal{ID: "p" + user, User: user, Answer: "secret", At: at(1)}),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if n, err := s.Forget(ctx, "U1"); err != nil || n != 6 {
		t.Errorf("forgot %d records: %v, want 6", n, err)
	}
	if c, err := s.Channel(ctx, "CU1"); err != nil || c.By != "" || !c.Private {
		t.Errorf("settings %+v: %v, want them kept without the name", c, err)
	}
	err := s.db.View(func(tx *bbolt.Tx) error {
		return tx.ForEach(func(name []byte, b *bbolt.Bucket) error {
			return b.ForEach(func(k, v []byte) error {
				if s := string(k) + string(v); len(s) > 0 && containsUser(s) {
					t.Errorf("bucket %s still holds %q", name, s)
				}
				return nil
			})
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Answer(ctx, "aU2"); err != nil {
		t.Errorf("another user's answer: %v", err)
	}
	if _, err := s.Forget(ctx, ""); err == nil {
		t.Error("forgot nobody without an error")
	}
}

// containsUser finds U1 but not as the id of the channel CU1.
func containsUser(s string) bool {
	for i := 0; i+2 <= len(s); i++ {
		if s[i:i+2] == "U1" && (i == 0 || s[i-1] != 'C') {
			return true
		}
	}
	return false
}

func TestPrune(t *testing.T) {
	s, ctx := open(t, t.TempDir()), t.Context()
	for i := range 10 {
		if err := s.SaveAnswer(ctx, Answer{ID: fmt.Sprint(i), User: "U", At: at(i)}); err != nil {
			t.Fatal(err)
		}
	}
	s.now = func() time.Time { return at(4).Add(DefaultKeep) }
	if n, err := s.Prune(ctx); err != nil || n != 4 {
		t.Errorf("pruned %d: %v, want the 4 before", n, err)
	}
	err := s.db.Update(func(tx *bbolt.Tx) error {
		n, err := s.answers.prune(tx, time.Time{}, 2, 3)
		if n != 3 {
			t.Errorf("pruned %d, want a step of 3", n)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	list, err := s.Answers(ctx, "U", 99)
	if err != nil || len(list) != 3 || list[2].ID != "7" {
		t.Errorf("left are %+v: %v, want 9, 8 and 7", list, err)
	}
}

func TestWhatDoesNotFit(t *testing.T) {
	s, ctx := open(t, t.TempDir()), t.Context()
	for name, a := range map[string]Answer{
		"no id": {User: "U"}, "long id": {ID: string(make([]byte, maxID+1))}, "zero in user": {ID: "a", User: "U\x00"},
		"large": {ID: "a", Question: string(make([]byte, maxRecord))},
	} {
		if err := s.SaveAnswer(ctx, a); err == nil {
			t.Errorf("%s was written", name)
		}
	}
}

func TestDamagedFileIsPutAside(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, FileName)
	if err := os.WriteFile(path, []byte("this is no memory of anything, and long enough to be read as a page"), 0o600); err != nil {
		t.Fatal(err)
	}
	open(t, dir)
	files, err := filepath.Glob(path + "*")
	if err != nil || len(files) != 2 {
		t.Errorf("files %v: %v, want the damaged one and a new one", files, err)
	}
}

func TestNewerAndLocked(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	if _, err := Open(dir, slog.New(slog.DiscardHandler)); !errors.Is(err, journal.ErrLocked) {
		t.Errorf("error %v, want locked", err)
	}
	err := s.db.Update(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte(metaBucket)).Put([]byte(versionKey), []byte("99"))
	})
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, slog.New(slog.DiscardHandler)); !errors.Is(err, journal.ErrNewer) {
		t.Errorf("error %v, want newer", err)
	}
}

// TestNoDisk opens a store where no file can be made, as on a full disk, and lets the disk come back.
func TestNoDisk(t *testing.T) {
	for _, known := range []bool{true, false} {
		dir := t.TempDir()
		if known {
			s, err := Open(dir, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(s.SaveVote(t.Context(), Vote{Answer: "a", User: "U1", At: time.Now()}), s.Close()); err != nil {
				t.Fatal(err)
			}
		}
		s := &Store{tables: newTables(), dir: dir, log: slog.New(slog.DiscardHandler), now: time.Now, sound: journal.Sound}
		if err := s.openReadable(); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Vote(t.Context(), "a", "U1"); errors.Is(err, ErrUnknown) == known {
			t.Errorf("known %t: Vote: %v", known, err)
		}
		if err := s.SaveVote(t.Context(), Vote{Answer: "b", User: "U1", At: time.Now()}); err != nil {
			t.Errorf("known %t: SaveVote when the disk is back: %v", known, err)
		}
		if _, err := s.Vote(t.Context(), "b", "U1"); err != nil {
			t.Errorf("known %t: Vote: %v", known, err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestDiskFails opens a store whose file cannot be read: what was set is not taken for never set, and is known again
// as soon as the disk reads, without a write.
func TestDiskFails(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.SaveChannel(t.Context(), Channel{ID: "C1", Private: true, At: time.Now()}), s.Close()); err != nil {
		t.Fatal(err)
	}
	fails, log := syscall.EIO, &strings.Builder{}
	s, err = begin(&Store{
		tables: newTables(), dir: dir, log: slog.New(slog.NewTextHandler(log, nil)), now: time.Now, keep: DefaultKeep,
		sound: func(path string, wait time.Duration) (string, error) {
			if fails != 0 {
				return "", &fs.PathError{Op: "read", Path: path, Err: fails}
			}
			return journal.Sound(path, wait)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, fails = range []syscall.Errno{syscall.EIO, syscall.EMFILE, syscall.EIO} {
		if _, err := s.Channel(t.Context(), "C1"); !errors.Is(err, fails) || errors.Is(err, ErrUnknown) {
			t.Errorf("Channel of a file that cannot be read: %v", err)
		}
		if err := s.SaveVote(t.Context(), Vote{Answer: "a", User: "U1", At: time.Now()}); !errors.Is(err, errNoDisk) {
			t.Errorf("SaveVote: %v", err)
		}
	}
	if n := strings.Count(log.String(), "cannot be read"); n != 1 {
		t.Errorf("told %d times:\n%s", n, log)
	}
	fails = 0
	if c, err := s.Channel(t.Context(), "C1"); err != nil || !c.Private {
		t.Errorf("Channel with the disk back: %+v, %v", c, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
