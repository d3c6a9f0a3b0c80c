package shared_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"verbatim/bot/journal"
	"verbatim/bot/shared"
	"verbatim/bot/sharedtest"
)

// A member is a replica with its journal, in a test that lets it end as it wants.
type member struct {
	*shared.Replica
	t       *testing.T
	journal *journal.Journal
	view    *sharedtest.View
	woken   chan struct{}
	stop    context.CancelFunc
	ended   sync.WaitGroup
}

// join starts a replica on a data folder.
func join(t *testing.T, s *sharedtest.Store, dir string, duties ...string) *member {
	t.Helper()
	return joinWith(t, s, dir, func(o *shared.Options) { o.Duties = duties })
}

// joinWith is join with further options.
func joinWith(t *testing.T, s *sharedtest.Store, dir string, with func(*shared.Options)) *member {
	t.Helper()
	m := &member{t: t, view: s.View(), woken: make(chan struct{}, 100)}
	o := shared.Options{Store: m.view, Dir: dir, Woken: func() { m.woken <- struct{}{} }}
	with(&o)
	var err error
	if m.Replica, err = shared.Join(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	if m.journal, err = journal.Open(dir, journal.Options{Claims: m.Claims()}); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	m.stop = stop
	m.ended.Go(func() { m.Run(ctx, m.journal) })
	return m
}

// leave ends a replica in order; kill ends it as if its machine had lost its power.
func (m *member) leave() {
	m.stop()
	m.ended.Wait()
	if err := m.journal.Close(); err != nil {
		m.t.Error(err)
	}
}

func (m *member) kill() {
	m.view.Away(true)
	m.leave()
}

// receive takes a question and wants it fresh or not.
func (m *member) receive(key, alias string, want bool) {
	m.t.Helper()
	fresh, err := m.journal.Receive(m.t.Context(), journal.Entry{Key: key, Alias: alias, Kind: "mention", Payload: []byte("why?")})
	if err != nil || fresh != want {
		m.t.Errorf("%s, %s: fresh %v, %v; want %v", key, alias, fresh, err, want)
	}
}

// opens waits until the journal has an open question, and returns how long that took.
func (m *member) opens(key string, most time.Duration) time.Duration {
	m.t.Helper()
	begun := time.Now()
	for time.Since(begun) <= most {
		if e, err := m.journal.Get(m.t.Context(), key); err == nil && e.State.Open() {
			return time.Since(begun)
		}
		pass(100 * time.Millisecond)
	}
	m.t.Errorf("%s is not open here within %v", key, most)
	return 0
}

// pass lets time pass, and then everything settle.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// bubble runs a test with a store and folders for three replicas.
func bubble(t *testing.T, test func(t *testing.T, s *sharedtest.Store, dirs []string)) {
	t.Helper()
	dirs := []string{quickDir(t), quickDir(t), quickDir(t)}
	synctest.Test(t, func(t *testing.T) { test(t, new(sharedtest.Store), dirs) })
}

// TestDeadReplicaIsTakenOver wants the questions of a dead replica at another one within 30 s, as far as
// they had come.
func TestDeadReplicaIsTakenOver(t *testing.T) {
	bubble(t, func(t *testing.T, s *sharedtest.Store, dirs []string) {
		a, b := join(t, s, dirs[0]), join(t, s, dirs[1])
		a.receive("k1", "m1", true)
		a.receive("k2", "", true)
		if err := errors.Join(a.journal.Posting(t.Context(), "k2"), a.journal.Tried(t.Context(), "k2"), a.journal.Survived(t.Context(), "k2")); err != nil {
			t.Fatal(err)
		}
		pass(5 * time.Second)
		a.kill()
		took := b.opens("k1", 30*time.Second)
		t.Logf("taken over after %v", took)
		e, err := b.journal.Get(t.Context(), "k2")
		if err != nil || e.State != journal.Posting || e.Attempts != 1 || e.Tries != 1 || e.Survived != 1 || string(e.Payload) != "why?" {
			t.Errorf("taken over as %+v: %v", e, err)
		}
		select {
		case <-b.woken:
		default:
			t.Error("nobody was woken")
		}
		if err := errors.Join(b.journal.Posting(t.Context(), "k1"), b.journal.Answered(t.Context(), "k1", "1.2")); err != nil {
			t.Error(err)
		}
		a = join(t, s, dirs[0])
		if _, err := a.journal.Claim(t.Context(), "k1"); !errors.Is(err, journal.ErrTaken) {
			t.Errorf("the first replica is back and claims the question: %v", err)
		}
		if e, err := a.journal.Find(t.Context(), "m1"); err != nil || e.AnswerTS != "1.2" || !e.Elsewhere {
			t.Errorf("found by its message: %+v, %v", e, err)
		}
		a.receive("other", "m1", false)
		a.leave()
		b.leave()
	})
}

// TestStalledReplicaLearnsThatItIsTaken lets a replica stand still until another has its question.
func TestStalledReplicaLearnsThatItIsTaken(t *testing.T) {
	bubble(t, func(t *testing.T, s *sharedtest.Store, dirs []string) {
		a, b := join(t, s, dirs[0]), join(t, s, dirs[1])
		a.receive("k", "m", true)
		pass(5 * time.Second)
		resume := a.view.Stall()
		b.opens("k", 30*time.Second)
		if err := b.journal.Posting(t.Context(), "k"); err != nil {
			t.Fatal(err)
		}
		resume()
		if err := a.journal.Posting(t.Context(), "k"); err == nil {
			t.Error("the replica that stalled may post at once")
		}
		pass(4 * time.Second) // what it had asked then was answered too late
		if err := a.journal.Posting(t.Context(), "k"); !errors.Is(err, journal.ErrTaken) {
			t.Errorf("the replica that stalled may post: %v", err)
		}
		if _, err := a.journal.Get(t.Context(), "k"); !errors.Is(err, journal.ErrUnknown) {
			t.Errorf("it keeps the question: %v", err)
		}
		pass(10 * time.Second)
		if _, err := b.journal.Claim(t.Context(), "k"); err != nil {
			t.Errorf("the other has lost it: %v", err)
		}
		a.leave()
		b.leave()
	})
}

// TestAnswerIsAFact lets a replica that has stalled with its post under way tell that it stands.
func TestAnswerIsAFact(t *testing.T) {
	bubble(t, func(t *testing.T, s *sharedtest.Store, dirs []string) {
		a, b := join(t, s, dirs[0]), join(t, s, dirs[1])
		a.receive("k", "m", true)
		if err := a.journal.Posting(t.Context(), "k"); err != nil {
			t.Fatal(err)
		}
		resume := a.view.Stall()
		b.opens("k", 40*time.Second)
		resume()
		if err := a.journal.Answered(t.Context(), "k", "1.2"); err != nil {
			t.Fatal(err)
		}
		pass(4 * time.Second)
		if err := b.journal.Posting(t.Context(), "k"); !errors.Is(err, journal.ErrTaken) {
			t.Errorf("the other may post what stands: %v", err)
		}
		a.leave()
		b.leave()
	})
}

// TestLeavingHandsOver wants what a replica leaves open at another one in seconds, and its duties.
func TestLeavingHandsOver(t *testing.T) {
	bubble(t, func(t *testing.T, s *sharedtest.Store, dirs []string) {
		a := join(t, s, dirs[0], "digest")
		pass(4 * time.Second)
		b := join(t, s, dirs[1], "digest")
		a.receive("k", "m", true)
		pass(4 * time.Second)
		if !a.Leases().Holds("digest") || b.Leases().Holds("digest") {
			t.Fatal("the first has no duty, or both have it")
		}
		a.leave()
		b.opens("k", 8*time.Second)
		pass(4 * time.Second)
		if !b.Leases().Holds("digest") {
			t.Error("the duty was not handed over")
		}
		b.leave()
	})
}

// TestRestartGoesOnAtOnce wants no wait for the questions of the process before on the same data folder. Its duties wait:
// whether it has ended, or the folder is a copy of one in use, nobody knows.
func TestRestartGoesOnAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T, s *sharedtest.Store, dirs []string) {
		a := join(t, s, dirs[0], "digest")
		a.receive("k", "m", true)
		pass(4 * time.Second)
		a.kill()
		a = join(t, s, dirs[0], "digest")
		if _, err := a.journal.Claim(t.Context(), "k"); err != nil {
			t.Errorf("claimed after a restart: %v", err)
		}
		pass(30 * time.Second)
		if !a.Leases().Holds("digest") {
			t.Error("the duty of the process before waits")
		}
		a.leave()
	})
}

// TestLostFolderIsTakenOver starts a replica anew without its data folder: what it had is a dead one's.
func TestLostFolderIsTakenOver(t *testing.T) {
	bubble(t, func(t *testing.T, s *sharedtest.Store, dirs []string) {
		a := join(t, s, dirs[0])
		a.receive("k", "m", true)
		pass(4 * time.Second)
		a.kill()
		b := join(t, s, dirs[1])
		b.opens("k", 30*time.Second)
		pass(time.Minute)
		if n := len(s.Records("replica")); n != 1 {
			t.Errorf("%d replicas are known a minute later, want the living one", n)
		}
		b.leave()
	})
}

// TestCopiedFolderHarmsNobody runs two processes on copies of one data folder.
func TestCopiedFolderHarmsNobody(t *testing.T) {
	bubble(t, func(t *testing.T, s *sharedtest.Store, dirs []string) {
		a := join(t, s, dirs[0])
		a.receive("k", "m", true)
		if err := a.journal.Snapshot(filepath.Join(dirs[1], journal.FileName)); err != nil {
			t.Fatal(err)
		}
		name, err := os.ReadFile(filepath.Join(dirs[0], shared.FileName))
		if err == nil {
			err = os.WriteFile(filepath.Join(dirs[1], shared.FileName), name, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		b := join(t, s, dirs[1])
		_, second := b.journal.Claim(t.Context(), "k")
		pass(5 * time.Second)
		_, first := a.journal.Claim(t.Context(), "k")
		if second != nil || !errors.Is(first, journal.ErrTaken) {
			t.Errorf("the copy: %v, the first: %v; want the one who claimed last to have it alone", second, first)
		}
		a.leave()
		b.leave()
	})
}

// TestAwayStoreMakesNobodyDead cuts all off for long: nobody may count as dead for that.
func TestAwayStoreMakesNobodyDead(t *testing.T) {
	bubble(t, func(t *testing.T, s *sharedtest.Store, dirs []string) {
		a, b := join(t, s, dirs[0]), join(t, s, dirs[1])
		a.receive("k", "m", true)
		pass(10 * time.Second)
		s.Away(true)
		pass(2 * time.Minute)
		if _, err := a.journal.Claim(t.Context(), "k"); !errors.Is(err, journal.ErrAway) {
			t.Errorf("claimed while the store is away: %v", err)
		}
		if err := a.journal.Posting(t.Context(), "k"); !errors.Is(err, journal.ErrAway) {
			t.Errorf("marked while the store is away: %v", err)
		}
		calls := s.Calls()
		a.receive("k2", "m2", true)
		if s.Calls() != calls {
			t.Error("a question waited for a store that is known to be away")
		}
		for len(a.woken) > 0 {
			<-a.woken
		}
		s.Away(false)
		pass(2 * time.Second)
		if len(a.woken) == 0 {
			t.Error("nobody was woken two seconds after the store came back")
		}
		pass(time.Minute)
		if _, err := a.journal.Claim(t.Context(), "k"); err != nil {
			t.Errorf("claimed after that: %v", err)
		}
		if _, err := b.journal.Get(t.Context(), "k"); !errors.Is(err, journal.ErrUnknown) {
			t.Errorf("the other has taken it over: %v", err)
		}
		a.leave()
		b.leave()
	})
}

// TestEndsAreToldLater closes a question while the store is away.
func TestEndsAreToldLater(t *testing.T) {
	for _, restart := range []bool{false, true} {
		bubble(t, func(t *testing.T, s *sharedtest.Store, dirs []string) {
			a := join(t, s, dirs[0])
			a.receive("k", "m", true)
			if err := a.journal.Posting(t.Context(), "k"); err != nil {
				t.Fatal(err)
			}
			s.Away(true)
			if err := a.journal.Answered(t.Context(), "k", "1.2"); err != nil {
				t.Error(err)
			}
			if restart {
				a.kill()
			}
			s.Away(false)
			if restart {
				a = join(t, s, dirs[0])
			}
			pass(10 * time.Second)
			b := join(t, s, dirs[1])
			if e, err := b.journal.Find(t.Context(), "m"); err != nil || e.State != journal.Answered || e.AnswerTS != "1.2" || len(e.Payload) > 0 {
				t.Errorf("restart %v: the others know %+v: %v", restart, e, err)
			}
			for _, r := range s.Records("question") {
				if bytes.Contains(r.Body, []byte("payload")) {
					t.Errorf("a closed question keeps its text: %s", r.Body)
				}
			}
			a.leave()
			b.leave()
		})
	}
}

// TestTwoEventsOfOneMessage brings two events of a message to two replicas at once; the one that loses is
// closed everywhere.
func TestTwoEventsOfOneMessage(t *testing.T) {
	bubble(t, func(t *testing.T, s *sharedtest.Store, dirs []string) {
		a, b := join(t, s, dirs[0]), join(t, s, dirs[1])
		s.Plan(func(sharedtest.Op) sharedtest.Fault { return sharedtest.Fault{Wait: 20 * time.Millisecond} })
		fresh := make(chan bool, 2)
		for m, key := range map[*member]string{a: "k1", b: "k2"} {
			go func() {
				ok, err := m.journal.Receive(t.Context(), journal.Entry{Key: key, Alias: "m"})
				if err != nil {
					t.Error(err)
				}
				fresh <- ok
			}()
		}
		if one, other := <-fresh, <-fresh; one == other {
			t.Errorf("fresh at both or none: %v", one)
		}
		open := a.journal.Stats().Open + b.journal.Stats().Open
		if open != 1 {
			t.Errorf("%d questions are open, want one", open)
		}
		a.leave()
		b.leave()
	})
}

// TestManyOpenQuestions takes over more than one round does, the oldest first.
func TestManyOpenQuestions(t *testing.T) {
	bubble(t, func(t *testing.T, s *sharedtest.Store, dirs []string) {
		a, b := join(t, s, dirs[0]), join(t, s, dirs[1])
		for i := range 150 {
			a.receive(string(rune('a'+i/26))+string(rune('a'+i%26)), "", true)
			<-time.After(10 * time.Millisecond)
		}
		a.kill()
		b.opens("aa", 30*time.Second)
		if n := b.journal.Stats().Open; n == 150 || n == 0 {
			t.Errorf("%d in the first round, want a part of them", n)
		}
		if _, err := b.journal.Get(t.Context(), "ft"); err == nil {
			t.Error("the youngest came first")
		}
		pass(10 * time.Second)
		if n := b.journal.Stats().Open; n != 150 {
			t.Errorf("%d are taken over in the end, want all 150", n)
		}
		b.leave()
	})
}

// TestUnreadableRecordIsReportedOnce leaves nonsense among the questions of a dead replica.
func TestUnreadableRecordIsReportedOnce(t *testing.T) {
	dir := quickDir(t)
	synctest.Test(t, func(t *testing.T) {
		s, out := new(sharedtest.Store), &bytes.Buffer{}
		r := shared.Record{Kind: "question", ID: "x", Body: []byte(`{"key":7}`), Keys: map[string]string{"open": "yes", "owner": "gone"}, At: time.Now()}
		if _, err := s.Put(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		replica, err := shared.Join(t.Context(), shared.Options{Store: s, Dir: dir, Logger: slog.New(slog.NewTextHandler(out, nil))})
		if err != nil {
			t.Fatal(err)
		}
		j, err := journal.Open(dir, journal.Options{Claims: replica.Claims()})
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { replica.Run(ctx, j) })
		pass(5 * time.Minute)
		stop()
		running.Wait()
		if n := bytes.Count(out.Bytes(), []byte("cannot be read")); n != 1 {
			t.Errorf("reported %d times: %s", n, out)
		}
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	})
}
