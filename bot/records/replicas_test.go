package records

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"verbatim/bot/journal"
	"verbatim/bot/shared"
)

// member starts a replica on a real node; end ends it, in order or as if its machine had died.
func member(t *testing.T, s shared.Store) (j *journal.Journal, end func()) {
	t.Helper()
	dir := t.TempDir()
	r, err := shared.Join(t.Context(), shared.Options{Store: s, Dir: dir})
	if err == nil {
		j, err = journal.Open(dir, journal.Options{Claims: r.Claims()})
	}
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { r.Run(ctx, j) })
	return j, sync.OnceFunc(func() {
		stop()
		running.Wait()
		_ = j.Close()
	})
}

// dying is a store that a replica loses when it dies.
type dying struct {
	*Store
	dead chan struct{}
}

func (d dying) Put(ctx context.Context, r shared.Record) (shared.Version, error) {
	select {
	case <-d.dead:
		return shared.Version{}, journal.ErrAway
	default:
		return d.Store.Put(ctx, r)
	}
}

// owns wants a question to be the one's or the other's. On a busy machine Receive keeps what it could not ask about
// in time, as a question that is fresh; whose it is is told by the claim before the answer.
func owns(t *testing.T, key string, one, other *journal.Journal) {
	t.Helper()
	owners := 0
	for _, j := range []*journal.Journal{one, other} {
		_, err := j.Claim(t.Context(), key)
		for until := time.Now().Add(5 * time.Minute); errors.Is(err, journal.ErrAway) && time.Now().Before(until); {
			<-time.After(100 * time.Millisecond)
			_, err = j.Claim(t.Context(), key)
		}
		if err == nil {
			owners++
		} else if !errors.Is(err, journal.ErrTaken) {
			t.Error(err)
		}
	}
	if owners != 1 {
		t.Errorf("%s belongs to %d replicas", key, owners)
	}
}

// TestClusterDecidesWhoAnswers brings each of many questions to two replicas at once, kills one, and wants
// what it had at the other.
func TestClusterDecidesWhoAnswers(t *testing.T) {
	s := store(t)
	d := dying{s, make(chan struct{})}
	one, endOne := member(t, d)
	other, endOther := member(t, s)
	defer endOne()
	defer endOther()
	const questions = 60
	fresh := make(chan string, 2*questions)
	var asking sync.WaitGroup
	for _, j := range []*journal.Journal{one, other} {
		asking.Go(func() {
			for i := range questions {
				key := fmt.Sprint("k", i)
				isFresh, err := j.Receive(t.Context(), journal.Entry{Key: key, Alias: "m" + key, Payload: []byte("why?")})
				if err != nil {
					t.Error(err)
				}
				if isFresh {
					fresh <- key
				}
			}
		})
	}
	asking.Wait()
	close(fresh)
	once := map[string]int{}
	for key := range fresh {
		once[key]++
	}
	for key := range once {
		owns(t, key, one, other)
	}
	if len(once) != questions {
		t.Errorf("%d questions were fresh, want %d", len(once), questions)
	}
	t.Logf("one has %d, the other %d", one.Stats().Open, other.Stats().Open)
	close(d.dead)
	endOne()
	begun := time.Now()
	for other.Stats().Open < questions && time.Since(begun) < 5*time.Minute {
		select {
		case <-time.After(100 * time.Millisecond):
		case <-t.Context().Done():
		}
	}
	if n := other.Stats().Open; n != questions {
		t.Errorf("the other has %d questions five minutes later, want all %d", n, questions)
	}
	t.Logf("taken over after %v", time.Since(begun))
}
