package memory

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

// flip changes a bit of a record, as a disk does: pages are whole, and one value is not.
func flip(t *testing.T, s *Store, bucket, id string, place int) {
	t.Helper()
	err := s.db.Update(func(tx *bbolt.Tx) error {
		b := tx.Bucket([]byte(bucket))
		v := bytes.Clone(b.Get([]byte(id)))
		v[place] ^= 1
		return b.Put([]byte(id), v)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// wantNothingOf looks for texts in all keys and values.
func wantNothingOf(t *testing.T, s *Store, texts ...string) {
	t.Helper()
	err := s.db.View(func(tx *bbolt.Tx) error {
		return tx.ForEach(func(name []byte, b *bbolt.Bucket) error {
			return b.ForEach(func(k, v []byte) error {
				for _, text := range texts {
					if bytes.Contains(k, []byte(text)) || bytes.Contains(v, []byte(text)) {
						t.Errorf("bucket %s holds %q: %q", name, k, v)
					}
				}
				return nil
			})
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestUnreadableRecordIsForgotten has one record that cannot be read: others are listed and forgotten, and it goes with
// whoever is forgotten first.
func TestUnreadableRecordIsForgotten(t *testing.T) {
	s := open(t, t.TempDir())
	fillFor(t, s, "UADA", "UBOB", "canary")
	fillFor(t, s, "UEVE", "UBOB", "another")
	for _, r := range [][2]string{{"answers", "aUADA"}, {"votes", voteID("a", "UADA")}, {"gaps", "gUADA"}, {"threads", threadID("C", "UADA")}, {"calls", "cUADA"}, {"proposals", "pUADA"}, {"channels", "HUADA"}} {
		flip(t, s, r[0], r[1], 0)
	}
	if list, err := s.Answers(t.Context(), "", 99); err != nil || len(list) != 5 {
		t.Errorf("%d answers are listed: %v, want the 5 that can be read", len(list), err)
	}
	if p, err := s.Export(t.Context(), "UEVE"); err != nil || p.Records() != 7 {
		t.Errorf("%d records of another: %v, want 7", p.Records(), err)
	}
	if _, err := s.CarryOver(t.Context(), open(t, t.TempDir()).Memory()); !errors.Is(err, errUnreadable) {
		t.Errorf("carried over without the settings of a channel: %v", err)
	}
	if n, err := s.Forget(t.Context(), "UEVE"); err != nil || n != 7+6 {
		t.Errorf("forgot %d records: %v, want 7, and the 6 that may be anybody's", n, err)
	}
	if _, err := s.Channel(t.Context(), "HUADA"); err == nil || errors.Is(err, ErrUnknown) {
		t.Errorf("settings that cannot be read: %v, want an error, as they say who may see answers", err)
	}
	if n, err := s.Forget(t.Context(), "UADA"); err != nil || n != 1 {
		t.Errorf("forgot %d records: %v, want what others looked up about her", n, err)
	}
	wantNothingOf(t, s, `"UADA"`, "UADA\x00", "canary", `"UEVE"`)
	if err := s.SaveChannel(t.Context(), Channel{ID: "HUADA", Private: true, By: "UBOB", At: at(9)}); err != nil {
		t.Errorf("set anew: %v", err)
	}
	if c, err := s.Channel(t.Context(), "HUADA"); err != nil || !c.Private {
		t.Errorf("set anew: %+v, %v", c, err)
	}
}

// TestUnreadableRecordIsPruned wants an end of pruning, with all that is old gone.
func TestUnreadableRecordIsPruned(t *testing.T) {
	s := open(t, t.TempDir())
	fillFor(t, s, "UADA", "UBOB", "canary")
	flip(t, s, "answers", "aUADA", 0)
	flip(t, s, "gaps", "gUADA", 0)
	if err := s.SaveAnswer(t.Context(), Answer{ID: "new", User: "UEVE", At: at(1).Add(DefaultKeep)}); err != nil {
		t.Fatal(err)
	}
	s.now = func() time.Time { return at(5).Add(DefaultKeep) }
	within, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if n, err := s.Prune(within); err != nil || n != 11 {
		t.Errorf("pruned %d: %v, want 11", n, err)
	}
	wantNothingOf(t, s, "canary", "UADA\x00a", "UADA\x00g")
	if _, err := s.Answer(t.Context(), "new"); err != nil {
		t.Errorf("what was not old: %v", err)
	}
}

// TestFlippedRecordIsForgottenAndPruned flips each byte of a record in turn, so that it cannot be read, or tells of
// another user, time or id.
func TestFlippedRecordIsForgottenAndPruned(t *testing.T) {
	s := open(t, t.TempDir())
	s.db.NoSync, s.db.MaxBatchDelay = true, 0
	s.now = func() time.Time { return at(0) }
	gap := Gap{ID: "g1", Channel: "C", User: "UADA", Question: "canary", At: at(0).Add(-DefaultKeep - time.Hour)}
	record, err := json.Marshal(gap)
	if err != nil {
		t.Fatal(err)
	}
	for place := range record {
		for _, way := range []string{"forget", "prune"} {
			if err := errors.Join(s.SaveGap(t.Context(), gap), s.SaveGap(t.Context(), Gap{ID: "other", User: "UBOB", At: at(0)})); err != nil {
				t.Fatal(err)
			}
			flip(t, s, "gaps", "g1", place)
			var err error
			if way == "forget" {
				_, err = s.Forget(t.Context(), "UADA")
			} else {
				_, err = s.Prune(t.Context())
			}
			_, left := s.Gap(t.Context(), "g1")
			_, other := s.Gap(t.Context(), "other")
			if err != nil || !errors.Is(left, ErrUnknown) || other != nil {
				t.Fatalf("%s after a flip at %d: %v; left is %v, of another's %v", way, place, err, left, other)
			}
			wantNothingOf(t, s, "UADA\x00")
		}
	}
}
