package journal

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"go.etcd.io/bbolt"
)

// ownAll are claims that are always granted; marks counts how often a question was marked.
type ownAll struct{ marks int }

func (*ownAll) Claim(_ context.Context, e Entry) (Entry, error)   { return e, nil }
func (c *ownAll) Mark(context.Context, Entry) error               { c.marks++; return nil }
func (*ownAll) Look(context.Context, string) (e Entry, err error) { return e, ErrUnknown }

// TestStallBeforeAPost lets the disk, or the whole process, stand still after a post was claimed: it is claimed again
// before it may be made, and counted once. A disk that always takes so long lets nothing be posted.
func TestStallBeforeAPost(t *testing.T) {
	for stalls, want := range map[int]int{0: 1, 1: 2, 3: 4, 100: postRounds} {
		dir := t.TempDir()
		synctest.Test(t, func(t *testing.T) {
			claims := &ownAll{}
			j, err := Open(dir, Options{Claims: claims})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := j.Receive(t.Context(), Entry{Key: "k"}); err != nil {
				t.Fatal(err)
			}
			real, left := j.db.Update, stalls
			j.update = func(f func(*bbolt.Tx) error) error {
				if left--; left >= 0 {
					<-time.After(2 * postFresh)
				}
				return real(f)
			}
			err = j.Posting(t.Context(), "k")
			e, gone := j.Get(t.Context(), "k")
			if errors.Is(err, ErrAway) != (stalls == 100) || gone != nil || claims.marks != want || e.Attempts != 1 || e.State != Posting {
				t.Errorf("%d stalls: marked %d times, want %d; %+v, %v, %v", stalls, claims.marks, want, e, err, gone)
			}
			if err := j.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}
