package memory

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

// fillFor saves a record of each kind for a user, and some of others that name them.
func fillFor(t *testing.T, s *Store, user, other, text string) {
	t.Helper()
	ctx := t.Context()
	for _, err := range []error{
		s.SaveAnswer(ctx, Answer{ID: "a" + user, User: user, Channel: "C", Thread: "1", Question: text, At: at(1), Passages: []Quoted{{Document: "d", Hash: "h", Words: []uint32{1}}}}),
		s.SaveVote(ctx, Vote{Answer: "a", User: user, Text: text, At: at(1)}),
		s.SaveGap(ctx, Gap{ID: "g" + user, User: user, Question: text, At: at(1)}),
		s.SaveThread(ctx, Thread{Channel: "C", TS: user, User: user, Question: text, At: at(1)}),
		s.SaveCall(ctx, Call{ID: "c" + user, User: user, At: at(1)}),
		s.SaveProposal(ctx, Proposal{ID: "p" + user, User: user, Question: text, Answer: text, At: at(1)}),
		s.SaveChannel(ctx, Channel{ID: "H" + user, By: user, Private: true, At: at(1)}),
		s.SaveAnswer(ctx, Answer{ID: "about" + user, User: other, Author: user, Question: text, At: at(2)}),
		s.SaveGap(ctx, Gap{ID: "about" + user, User: other, Question: text, At: at(2)}),
		s.SaveAnswer(ctx, Answer{ID: "shared" + user, User: other, By: user, Question: "theirs", At: at(3)}),
		s.SaveCall(ctx, Call{ID: "resolved" + user, User: other, By: user, At: at(3)}),
		s.SaveProposal(ctx, Proposal{ID: "decided" + user, User: other, By: user, At: at(3)}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestForgottenLeavesTheDisk looks for what was forgotten in the bytes of the file.
func TestForgottenLeavesTheDisk(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	fillFor(t, s, "UADA", "UBOB", "canary of mine")
	fillFor(t, s, "UEVE", "UBOB", "words of another")
	holds := func(what string) bool {
		data, err := os.ReadFile(filepath.Join(dir, FileName))
		if err != nil {
			t.Fatal(err)
		}
		return bytes.Contains(data, []byte(what))
	}
	if n, err := s.Forget(t.Context(), "UADA"); err != nil || n != 7 {
		t.Fatalf("forgot %d records: %v, want 7", n, err)
	}
	if !holds("canary of mine") {
		t.Log("the bytes went with the record")
	}
	if err := s.Renew(); err != nil {
		t.Fatal(err)
	}
	for _, gone := range []string{"canary of mine", `"UADA"`, "UADA\x00"} {
		if holds(gone) {
			t.Errorf("the file still holds %q", gone)
		}
	}
	if !holds("words of another") {
		t.Error("what was not forgotten is gone")
	}
	fillFor(t, s, "UNEW", "UBOB", "later")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	for _, id := range []string{"aUEVE", "aUNEW", "sharedUADA"} {
		if a, err := s.Answer(t.Context(), id); err != nil || a.By == "UADA" {
			t.Errorf("answer %s after the file was renewed: %+v, %v", id, a, err)
		}
	}
	if c, err := s.Call(t.Context(), "resolvedUADA"); err != nil || c.By == "" || c.By == "UADA" {
		t.Errorf("a call that was resolved is %+v: %v", c, err)
	}
}

// TestPruneTakesAll has more to prune than one step deletes.
func TestPruneTakesAll(t *testing.T) {
	s := open(t, t.TempDir())
	err := s.db.Update(func(tx *bbolt.Tx) (err error) {
		for i := 0; i < pruneStep+50 && err == nil; i++ {
			err = s.votes.put(tx, Vote{Answer: fmt.Sprint(i), User: "U", At: at(0)})
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	s.now = func() time.Time { return at(1).Add(DefaultKeep) }
	if n, err := s.Prune(t.Context()); err != nil || n != pruneStep+50 {
		t.Errorf("pruned %d: %v, want %d", n, err, pruneStep+50)
	}
}

// TestSnapshotOfTheMemory copies a store that is written to meanwhile.
func TestSnapshotOfTheMemory(t *testing.T) {
	s := open(t, t.TempDir())
	fillFor(t, s, "UADA", "UBOB", "before")
	done := make(chan error, 1)
	go func() {
		var err error
		for i := 0; i < 50 && err == nil; i++ {
			err = s.SaveVote(t.Context(), Vote{Answer: fmt.Sprint("later", i), User: "U", At: at(5)})
		}
		done <- err
	}()
	to := t.TempDir()
	err := s.Snapshot(filepath.Join(to, FileName))
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	c := open(t, to)
	if p, err := c.Export(t.Context(), "UADA"); err != nil || p.Records() != 7 {
		t.Errorf("the copy holds %d records: %v, want 7", p.Records(), err)
	}
	if err := s.Snapshot(filepath.Join(to, FileName)); err == nil {
		t.Error("a copy was written over a file")
	}
}
