package opensearch

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestClusterRecords(t *testing.T) {
	r, ctx := node(t).Records(), t.Context()
	if _, err := r.Get(ctx, "claim", "Ev1"); !errors.Is(err, ErrUnknown) {
		t.Errorf("get before anything was written: %v", err)
	}
	if list, err := r.List(ctx, RecordQuery{Kind: "claim"}); err != nil || len(list) > 0 {
		t.Errorf("list before anything was written: %v, %v", list, err)
	}
	if err := r.Delete(ctx, "claim", "Ev1"); err != nil {
		t.Errorf("delete before anything was written: %v", err)
	}
	first := Record{Kind: "claim", ID: "Ev1", Body: json.RawMessage(`{"a":[1,"ü\u0000<>"]}`), Keys: map[string]string{"state": "open", "owner": "a=b"},
		At: time.Date(2026, 11, 25, 12, 0, 0, 123456789, time.UTC)}
	v, err := r.Create(ctx, first)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Create(ctx, first); !errors.Is(err, ErrExists) {
		t.Errorf("create twice: %v", err)
	}
	got, err := r.Get(ctx, "claim", "Ev1")
	first.Version = v
	if err != nil || fmt.Sprint(got) != fmt.Sprint(first) {
		t.Errorf("got %+v, %v; want %+v", got, err, first)
	}
	if _, err := r.Get(ctx, "other", "Ev1"); !errors.Is(err, ErrUnknown) {
		t.Errorf("get of another kind: %v", err)
	}
	got.Body = json.RawMessage(`null`)
	v2, err := r.Replace(ctx, got)
	if err != nil || v2 == v {
		t.Fatalf("replace: %v, %v", v2, err)
	}
	if _, err := r.Replace(ctx, got); !errors.Is(err, ErrConflict) {
		t.Errorf("replace what was replaced: %v", err)
	}
	if _, err := r.Put(ctx, got); err != nil {
		t.Errorf("put: %v", err)
	}
	if err := errors.Join(r.Delete(ctx, "claim", "Ev1"), r.Delete(ctx, "claim", "Ev1")); err != nil {
		t.Errorf("delete twice: %v", err)
	}
	if _, err := r.Replace(ctx, got); !errors.Is(err, ErrConflict) {
		t.Errorf("replace what is gone: %v", err)
	}
	if _, err := r.Create(ctx, got); err != nil {
		t.Errorf("create what is gone: %v", err)
	}
}

func TestClusterRecordsList(t *testing.T) {
	r, ctx := node(t).Records(), t.Context()
	day := func(n int) time.Time { return time.Date(2026, 1, 1, 0, 0, 0, n, time.UTC) } // nanoseconds, so that they count
	for n := range 30 {
		if _, err := r.Put(ctx, Record{Kind: "answer", ID: fmt.Sprintf("%02d", n), At: day(n), Keys: map[string]string{"third": fmt.Sprint(n % 3), "half": fmt.Sprint(n % 2)}}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.Put(ctx, Record{Kind: "vote", ID: "x", Keys: map[string]string{"third": "1"}}); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		q    RecordQuery
		want string
	}{
		{"keys", RecordQuery{Keys: map[string]string{"third": "1", "half": "0"}}, "04 10 16 22 28"},
		{"newest", RecordQuery{Keys: map[string]string{"third": "0"}, Newest: true, Limit: 3}, "27 24 21"},
		{"times", RecordQuery{From: day(3), Before: day(6)}, "03 04 05"},
		{"of another value", RecordQuery{Keys: map[string]string{"third": "7"}}, ""},
		{"of another kind", RecordQuery{Kind: "vote"}, "x"},
	} {
		if tt.q.Kind == "" {
			tt.q.Kind = "answer"
		}
		list, err := r.List(ctx, tt.q)
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, record := range list {
			ids = append(ids, record.ID)
		}
		if got := strings.Join(ids, " "); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
	list, err := r.List(ctx, RecordQuery{Kind: "vote"})
	if err != nil || len(list) != 1 {
		t.Fatalf("%v, %v", list, err)
	}
	if !list[0].At.IsZero() || string(list[0].Body) != "null" {
		t.Errorf("a record without time and body reads %+v", list[0])
	}
	if _, err := r.Replace(ctx, list[0]); err != nil {
		t.Errorf("replace what was listed: %v", err)
	}
}

// TestClusterRecordsListPages lists more records than one answer holds, of which many have the same time.
func TestClusterRecordsListPages(t *testing.T) {
	r, ctx := node(t).Records(), t.Context()
	const n = 2*listPage + 7
	ids := make(chan int)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for id := range ids {
				if _, err := r.Put(ctx, Record{Kind: "many", ID: fmt.Sprintf("%05d", id), At: time.Unix(1_700_000_000, int64(id/700)), Body: json.RawMessage("1")}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for id := range n {
		ids <- id
	}
	close(ids)
	wg.Wait()
	for _, limit := range []int{0, listPage, listPage + 1, 5} {
		list, err := r.List(ctx, RecordQuery{Kind: "many", Limit: limit})
		want := limit
		if limit == 0 {
			want = n
		}
		if err != nil || len(list) != want {
			t.Fatalf("limit %d: %d records, %v", limit, len(list), err)
		}
		if !slices.IsSortedFunc(list, func(a, b Record) int { return strings.Compare(a.ID, b.ID) }) {
			t.Errorf("limit %d: not in order", limit)
		}
	}
}

// TestClusterRecordsOneWins has many processes claim the same at the same time, before the index of records is there.
func TestClusterRecordsOneWins(t *testing.T) {
	c, ctx := node(t), t.Context()
	var won atomic.Int32
	var wg sync.WaitGroup
	for n := range 12 {
		wg.Go(func() {
			other, err := New(c.config)
			if err != nil {
				t.Error(err)
				return
			}
			defer other.Close()
			switch _, err := other.Records().Create(ctx, Record{Kind: "claim", ID: "Ev1", Body: json.RawMessage(fmt.Sprint(n))}); {
			case err == nil:
				won.Add(1)
			case !errors.Is(err, ErrExists):
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		t.Errorf("%d have claimed it", won.Load())
	}
}

func TestClusterRecordsRefuse(t *testing.T) {
	r, ctx := node(t).Records(), t.Context()
	for name, record := range map[string]Record{
		"no kind":  {ID: "x"},
		"no ID":    {Kind: "x"},
		"no JSON":  {Kind: "x", ID: "y", Body: json.RawMessage("{")},
		"long key": {Kind: "x", ID: "y", Keys: map[string]string{"k": strings.Repeat("v", MaxKey)}},
		"key with": {Kind: "x", ID: "y", Keys: map[string]string{"a=b": "v"}},
	} {
		if _, err := r.Put(ctx, record); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// TestClusterRecordsHostile keeps what nobody should write.
func TestClusterRecordsHostile(t *testing.T) {
	r, ctx := node(t).Records(), t.Context()
	deep := strings.Repeat("[", 2000) + strings.Repeat("]", 2000)
	for n, record := range []Record{
		{ID: strings.Repeat("ü", 600)},
		{ID: "a/b?c#d%2F../_search"},
		{ID: "\x00\n\"'"},
		{ID: "deep", Body: json.RawMessage(deep)},
		{ID: "long", Body: json.RawMessage(`"` + strings.Repeat("x", 200_000) + `"`)},
		{ID: "twice", Body: json.RawMessage(`{"a":1,"a":2}`)},
		{ID: "odd keys", Keys: map[string]string{"_id": "*", "a.b.c": "\x00", "": "none"}},
	} {
		record.Kind, record.At = "hostile", time.Unix(int64(n+1), 0).UTC()
		if _, err := r.Create(ctx, record); err != nil {
			t.Errorf("record %d: %v", n, err)
			continue
		}
		got, err := r.Get(ctx, record.Kind, record.ID)
		if err != nil || got.ID != record.ID || len(got.Keys) != len(record.Keys) || len(record.Body) > 0 && string(got.Body) != string(record.Body) {
			t.Errorf("record %d: reads back otherwise: %v", n, err)
		}
	}
	if list, err := r.List(ctx, RecordQuery{Kind: "hostile", Keys: map[string]string{"a.b.c": "\x00"}}); err != nil || len(list) != 1 {
		t.Errorf("%d found by an odd key, %v", len(list), err)
	}
}
