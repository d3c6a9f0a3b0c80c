package sharedtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"verbatim/bot/shared"
)

// RunStore tests that a store keeps its contract. Open gives an empty one for each test.
func RunStore(t *testing.T, open func(t *testing.T) shared.Store) {
	for name, test := range map[string]func(*testing.T, shared.Store){
		"create only": createOnly, "compare and swap": compareAndSwap, "put and delete": putAndDelete, "list": listInOrder,
		"many counters": countTogether, "one creator": createTogether, "odd names": oddNames,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

func record(kind, id, body string) shared.Record {
	return shared.Record{Kind: kind, ID: id, Body: json.RawMessage(body), At: moment(0)}
}

func moment(minute int) time.Time { return time.Date(2026, 11, 25, 12, minute, 0, 0, time.UTC) }

func createOnly(t *testing.T, s shared.Store) {
	ctx := t.Context()
	v, err := s.Create(ctx, record("a", "1", `{"by":1}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Create(ctx, record("a", "1", `{"by":2}`)); !errors.Is(err, shared.ErrExists) {
		t.Errorf("created again: %v, want that it exists", err)
	}
	if _, err := s.Create(ctx, record("b", "1", `{"by":3}`)); err != nil {
		t.Errorf("of another kind: %v", err)
	}
	r, err := s.Get(ctx, "a", "1")
	if err != nil || string(r.Body) != `{"by":1}` || r.Version != v || !r.At.Equal(moment(0)) {
		t.Errorf("got %+v: %v, want what was created as version %v", r, err, v)
	}
	if _, err := s.Get(ctx, "a", "2"); !errors.Is(err, shared.ErrUnknown) {
		t.Errorf("got one that is not there: %v", err)
	}
}

func compareAndSwap(t *testing.T, s shared.Store) {
	ctx := t.Context()
	first, err := s.Create(ctx, record("a", "1", `1`))
	if err != nil {
		t.Fatal(err)
	}
	r := record("a", "1", `2`)
	r.Version = first
	second, err := s.Replace(ctx, r)
	if err != nil || second == first {
		t.Fatalf("replaced %v by %v: %v", first, second, err)
	}
	if _, err := s.Replace(ctx, r); !errors.Is(err, shared.ErrConflict) {
		t.Errorf("replaced an old version: %v", err)
	}
	if err := s.Delete(ctx, "a", "1"); err != nil {
		t.Fatal(err)
	}
	r.Version = second
	if _, err := s.Replace(ctx, r); !errors.Is(err, shared.ErrConflict) {
		t.Errorf("replaced what is gone: %v, want a conflict", err)
	}
	if v, err := s.Create(ctx, record("a", "1", `3`)); err != nil || v == second {
		t.Errorf("created anew as %v: %v", v, err)
	}
}

func putAndDelete(t *testing.T, s shared.Store) {
	ctx := t.Context()
	for i := range 2 {
		if _, err := s.Put(ctx, record("a", "1", strconv.Itoa(i))); err != nil {
			t.Fatal(err)
		}
	}
	if r, err := s.Get(ctx, "a", "1"); err != nil || string(r.Body) != "1" {
		t.Errorf("got %s: %v", r.Body, err)
	}
	for range 2 {
		if err := s.Delete(ctx, "a", "1"); err != nil {
			t.Errorf("delete: %v", err)
		}
	}
	if _, err := s.Get(ctx, "a", "1"); !errors.Is(err, shared.ErrUnknown) {
		t.Errorf("got what was deleted: %v", err)
	}
}

func listInOrder(t *testing.T, s shared.Store) {
	ctx := t.Context()
	if all, err := s.List(ctx, shared.Query{Kind: "a", Limit: 9}); err != nil || len(all) != 0 {
		t.Fatalf("an empty store lists %v: %v", all, err)
	}
	for i, user := range []string{"U1", "U10", "U1", "U2", "U1"} {
		r := record("a", strconv.Itoa(i), strconv.Itoa(i))
		r.At, r.Keys = moment(i), map[string]string{"user": user, "open": strconv.FormatBool(i%2 == 0)}
		if _, err := s.Create(ctx, r); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name string
		q    shared.Query
		want []string
	}{
		{"all", shared.Query{}, []string{"0", "1", "2", "3", "4"}},
		{"newest", shared.Query{Newest: true, Limit: 2}, []string{"4", "3"}},
		{"oldest", shared.Query{Limit: 2}, []string{"0", "1"}},
		{"a user", shared.Query{Keys: map[string]string{"user": "U1"}}, []string{"0", "2", "4"}},
		{"two keys", shared.Query{Keys: map[string]string{"user": "U2", "open": "true"}}, nil},
		{"times", shared.Query{From: moment(1), Before: moment(3)}, []string{"1", "2"}},
		{"another kind", shared.Query{Kind: "b"}, nil},
	} {
		if tt.q.Kind == "" {
			tt.q.Kind = "a"
		}
		if tt.q.Limit == 0 {
			tt.q.Limit = 100
		}
		all, err := s.List(ctx, tt.q)
		var ids []string
		for _, r := range all {
			ids = append(ids, r.ID)
			if r.Version == (shared.Version{}) || r.Keys["user"] == "" || string(r.Body) != r.ID {
				t.Errorf("%s: record %+v is not whole", tt.name, r)
			}
		}
		if err != nil || !slices.Equal(ids, tt.want) {
			t.Errorf("%s: listed %v: %v, want %v", tt.name, ids, err, tt.want)
		}
	}
}

// countTogether has several count in one record; no step may be lost.
func countTogether(t *testing.T, s shared.Store) {
	const counters, steps = 4, 10
	if _, err := s.Create(t.Context(), record("count", "1", `0`)); err != nil {
		t.Fatal(err)
	}
	together(t, counters, func() error {
		for done := 0; done < steps; {
			r, err := s.Get(t.Context(), "count", "1")
			if err != nil {
				return err
			}
			n, err := strconv.Atoi(string(r.Body))
			if err != nil {
				return err
			}
			r.Body = json.RawMessage(strconv.Itoa(n + 1))
			switch _, err := s.Replace(t.Context(), r); {
			case err == nil:
				done++
			case !errors.Is(err, shared.ErrConflict):
				return err
			}
		}
		return nil
	})
	if r, err := s.Get(t.Context(), "count", "1"); err != nil || string(r.Body) != strconv.Itoa(counters*steps) {
		t.Errorf("counted to %s: %v, want %d", r.Body, err, counters*steps)
	}
}

// createTogether has several create the same records; each has one creator.
func createTogether(t *testing.T, s shared.Store) {
	var mu sync.Mutex
	created := map[string]int{}
	together(t, 4, func() error {
		for i := range 20 {
			id := strconv.Itoa(i)
			_, err := s.Create(t.Context(), record("once", id, `{}`))
			if err == nil {
				mu.Lock()
				created[id]++
				mu.Unlock()
			} else if !errors.Is(err, shared.ErrExists) {
				return err
			}
		}
		return nil
	})
	for id, n := range created {
		if n != 1 {
			t.Errorf("record %s was created %d times", id, n)
		}
	}
	if len(created) != 20 {
		t.Errorf("%d records were created, want 20", len(created))
	}
}

func oddNames(t *testing.T, s shared.Store) {
	for i, id := range []string{"a/b", "a b", "ü", "?x=1", "..", "%2f", "\"", "x\\y"} {
		body := fmt.Sprintf(`{"n":%d,"text":"\u0000 <&> 🙂"}`, i)
		r := record("odd", id, body)
		r.Keys = map[string]string{"user": id}
		if _, err := s.Create(t.Context(), r); err != nil {
			t.Errorf("create %q: %v", id, err)
			continue
		}
		if r, err := s.Get(t.Context(), "odd", id); err != nil || r.ID != id || string(r.Body) != body {
			t.Errorf("get %q: %+v, %v", id, r, err)
		}
		all, err := s.List(t.Context(), shared.Query{Kind: "odd", Keys: map[string]string{"user": id}, Limit: 9})
		if err != nil || len(all) != 1 || all[0].ID != id {
			t.Errorf("list of %q: %+v, %v", id, all, err)
		}
	}
}

// together runs f in several goroutines and reports their errors.
func together(t *testing.T, n int, f func() error) {
	var running sync.WaitGroup
	for range n {
		running.Go(func() {
			if err := f(); err != nil {
				t.Error(err)
			}
		})
	}
	running.Wait()
}
