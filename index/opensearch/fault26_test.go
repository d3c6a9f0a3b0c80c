package opensearch

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"verbatim/index"
	"verbatim/index/enginetest"
)

// do does something to an OpenSearch that is no part of the client.
func do(t *testing.T, node, method, path, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), method, node+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if said, err := io.ReadAll(res.Body); err != nil || res.StatusCode >= 300 {
		t.Fatalf("%s %s: %s: %s, %v", method, path, res.Status, said, err)
	}
}

// pointed returns the index of OpenSearch that belongs to a folder.
func pointed(t *testing.T, dir string) string {
	t.Helper()
	p, _, err := readPointer(dir)
	if err != nil {
		t.Fatal(err)
	}
	return p.Index
}

func TestFault26Failures(t *testing.T) {
	p := newProxy(t)
	c := at(t, p.URL)
	fails(t, c, p, address(t))
}

// fails runs the part of the contract that is about failures: of an OpenSearch behind a proxy, which c knows alone.
func fails(t *testing.T, c *Client, p *proxy, node string) {
	c.patience = time.Minute // as the machine may be busy
	readOnly := func(value string) {
		do(t, node, http.MethodPut, "/_cluster/settings", `{"transient":{"cluster.blocks.read_only":`+value+`}}`)
	}
	enginetest.RunFailures(t, enginetest.Failures{
		Engine: c.Engine(),
		Away:   p.forever(cutOff),
		Slow: func(*testing.T, string) func() {
			c.patience = 300 * time.Millisecond
			mend := p.make(stall)
			return func() { mend(); c.patience = time.Minute }
		},
		Overloaded: p.forever(answer(http.StatusTooManyRequests, "circuit_breaking_exception")),
		Partial:    p.forever(on("/_search", 0, partial())),
		ReadOnly: func(t *testing.T, _ string) func() {
			readOnly("true")
			t.Cleanup(func() { readOnly("null") })
			return func() { readOnly("null") }
		},
		OtherVersion: func(t *testing.T, dir string) {
			do(t, node, http.MethodPut, "/"+pointed(t, dir)+"/_mapping", `{"_meta":{"schema":99}}`)
		},
		Deleted: func(t *testing.T, dir string) { do(t, node, http.MethodDelete, "/"+pointed(t, dir), "") },
		Left:    func(t *testing.T) []string { return sentenceIndexes(t, c) },
	})
}

// fill writes an index of three sentences and returns its folder.
func fill(c *Client, dir string) error {
	w, err := c.Engine().Create(dir)
	if err != nil {
		return err
	}
	added := w.Add(context.Background(), []index.Entry{{Terms: []string{"cat", "mat"}}, {Terms: []string{"dog"}}, {Terms: []string{"cat"}}})
	return errors.Join(added, w.Close(context.Background()))
}

// filled opens an index of three sentences.
func filled(t *testing.T, c *Client) (dir string, s index.Searcher) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "engine")
	if err := fill(c, dir); err != nil {
		t.Fatal(err)
	}
	s, err := c.Engine().Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return dir, s
}

// cats wants the sentences with cats, the shorter first.
func cats(ctx context.Context, s index.Searcher) error {
	found, err := s.Candidates(ctx, index.Query{Terms: []index.QueryTerm{{Term: "cat", Weight: 1}}, MeanLength: 1.5, Limit: 5})
	if err == nil && (len(found) != 2 || found[0].Number != 2 || found[1].Number != 0) {
		err = fmt.Errorf("found %v", found)
	}
	return err
}

// TestFault26Again has what passes soon: nobody notices.
func TestFault26Again(t *testing.T) {
	p := newProxy(t)
	c := at(t, p.URL)
	for name, f := range map[string]fault{
		"429":            answer(http.StatusTooManyRequests, "rejected_execution_exception"),
		"503":            answer(http.StatusServiceUnavailable, "cluster_block_exception"),
		"500":            answer(http.StatusInternalServerError, "node_disconnected_exception"),
		"502":            answer(http.StatusBadGateway, ""),
		"connection cut": cutOff,
		"answer lost":    loseAnswer,
		"answer makes no sense": func(w http.ResponseWriter, _ *http.Request, _ http.Handler) bool {
			w.WriteHeader(http.StatusServiceUnavailable)
			w.Write([]byte("<html>"))
			return true
		},
	} {
		t.Run(name, func(t *testing.T) {
			for _, part := range []string{"", "/_search", "/_bulk", "/_count", "/_settings"} {
				mend := p.make(on(part, 1, f))
				dir := filepath.Join(t.TempDir(), "engine")
				err := fill(c, dir)
				mend()
				if err != nil {
					t.Errorf("on %q: write: %v", part, err)
					continue
				}
				mend = p.make(on(part, 1, f))
				s, err := c.Engine().Open(dir)
				if err == nil {
					err = cats(t.Context(), s)
				}
				if err != nil {
					t.Errorf("on %q: search: %v", part, err)
				}
				mend()
			}
		})
	}
}

// TestFault26AliasSwap refuses the one request that moves the alias, and loses its answer: the alias stands for all of the
// index before or all of the new one, and the next push brings it to where it belongs.
func TestFault26AliasSwap(t *testing.T) {
	p := newProxy(t)
	c := at(t, p.URL)
	here := t.TempDir()
	x := builtIn(t, c, here, shelf(1, 10))
	push(t, c, here)
	standsFor := func() []string {
		t.Helper()
		there, err := c.aliased(t.Context(), c.config.Name)
		if err != nil {
			t.Fatal(err)
		}
		return slices.Sorted(maps.Keys(there))
	}
	for n, f := range []fault{answer(http.StatusServiceUnavailable, "cluster_block_exception"), loseAnswer} {
		before := standsFor()
		if err := x.Rebuild(t.Context(), index.Of(shelf(n+2, 1000))); err != nil {
			t.Fatal(err)
		}
		e, err := c.Depot().editionIn(here)
		if err != nil {
			t.Fatal(err)
		}
		mend := p.make(on("/_aliases", 0, f))
		err = c.Depot().Push(t.Context(), here)
		mend()
		if !errors.Is(err, index.ErrAway) {
			t.Errorf("fault %d: %v", n, err)
		}
		if now := standsFor(); len(now) == 0 || !slices.Equal(now, before) && !slices.Equal(now, e.Indices) {
			t.Errorf("fault %d: the alias stands for %v, before for %v", n, now, before)
		}
		push(t, c, here)
		if now := standsFor(); !slices.Equal(now, e.Indices) {
			t.Errorf("fault %d: in the end the alias stands for %v, want %v", n, now, e.Indices)
		}
	}
}

// TestFault26LostAnswers loses the answers of writes that were done: trying again neither does them twice nor
// takes them for somebody else's.
func TestFault26LostAnswers(t *testing.T) {
	p := newProxy(t)
	c, ctx := at(t, p.URL), t.Context()
	r, lose := c.Records(), func() func() { return p.make(on("/_doc/", 1, loseAnswer)) }
	if _, err := r.Put(ctx, Record{Kind: "k", ID: "before"}); err != nil { // so that the index is there
		t.Fatal(err)
	}
	mend := lose()
	v, err := r.Create(ctx, Record{Kind: "k", ID: "one", Body: json.RawMessage("1")})
	if err != nil {
		t.Fatalf("create: %v", err)
	}
	mend()
	if _, err := r.Create(ctx, Record{Kind: "k", ID: "one", Body: json.RawMessage("1")}); !errors.Is(err, ErrExists) {
		t.Errorf("create again, by somebody else: %v", err)
	}
	mend = lose()
	v2, err := r.Replace(ctx, Record{Kind: "k", ID: "one", Body: json.RawMessage("2"), Version: v})
	if err != nil {
		t.Fatalf("replace: %v", err)
	}
	mend()
	if _, err := r.Replace(ctx, Record{Kind: "k", ID: "one", Body: json.RawMessage("3"), Version: v}); !errors.Is(err, ErrConflict) {
		t.Errorf("replace what was replaced: %v", err)
	}
	mend = lose()
	if err := r.Delete(ctx, "k", "before"); err != nil {
		t.Errorf("delete: %v", err)
	}
	mend()
	if got, err := r.Get(ctx, "k", "one"); err != nil || string(got.Body) != "2" || got.Version != v2 {
		t.Errorf("got %+v, %v", got, err)
	}
}

// TestFault26PartialBulk has a bulk answer with success and one item that was not written.
func TestFault26PartialBulk(t *testing.T) {
	p := newProxy(t)
	c := at(t, p.URL)
	var bulks atomic.Int32
	mend := p.make(on("/_bulk", 1, refuseOne(http.StatusTooManyRequests, "rejected_execution_exception", &bulks)))
	dir, s := filled(t, c)
	mend()
	if bulks.Load() == 0 {
		t.Fatal("no bulk request was changed")
	}
	if err := cats(t.Context(), s); err != nil {
		t.Error(err)
	}
	p.make(on("/_bulk", 0, refuseOne(http.StatusBadRequest, "mapper_parsing_exception", &bulks)))
	other := filepath.Join(filepath.Dir(dir), "other")
	if err := fill(c, other); err == nil || !strings.Contains(err.Error(), "mapper_parsing_exception") || errors.Is(err, index.ErrAway) {
		t.Errorf("an item that is never written: %v", err)
	}
	if _, err := c.Engine().Open(other); err == nil {
		t.Error("opened an index that lacks a sentence")
	}
	if left := sentenceIndexes(t, c); len(left) != 1 {
		t.Errorf("%d indexes are left, not the one that is whole: %v", len(left), left)
	}
}

// refuseOne writes all documents of a bulk request but the first, and says so.
func refuseOne(status int, kind string, n *atomic.Int32) fault {
	return func(w http.ResponseWriter, r *http.Request, forward http.Handler) bool {
		body, err := io.ReadAll(r.Body)
		lines := bytes.SplitAfterN(body, []byte("\n"), 3)
		if err != nil || len(lines) < 3 || len(lines[2]) == 0 {
			return false
		}
		n.Add(1)
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(lines[2])), int64(len(lines[2]))
		failed := fmt.Sprintf(`"errors":true,"items":[{"create":{"status":%d,"error":{"type":%q,"reason":"a fault"}}},`, status, kind)
		return change(`"errors":false,"items":[`, failed)(w, r, forward)
	}
}

// sentenceIndexes lists the indexes of sentences of a client.
func sentenceIndexes(t *testing.T, c *Client) []string {
	t.Helper()
	all, err := c.metas(t.Context(), c.sentencesIndex()+"*")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for name := range all {
		names = append(names, name)
	}
	return names
}

// TestFault26PartialShards has answers with success that lack a part, of each kind.
func TestFault26PartialShards(t *testing.T) {
	p := newProxy(t)
	c := at(t, p.URL)
	_, s := filled(t, c)
	for name, f := range map[string]fault{
		"search": on("/_search", 0, partial()), "count": on("/_count", 0, partial()),
		"time": on("/_search", 0, change(`"timed_out":false`, `"timed_out":true`)),
	} {
		mend := p.make(f)
		s.(*searcher).verified.Store(false)
		if err := cats(t.Context(), s); !errors.Is(err, ErrAway) {
			t.Errorf("%s: %v", name, err)
		}
		mend()
	}
	if _, err := c.Records().Put(t.Context(), Record{Kind: "k", ID: "i"}); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"/_search", "/_refresh"} {
		mend := p.make(on(part, 0, partial()))
		if list, err := c.Records().List(t.Context(), RecordQuery{Kind: "k"}); !errors.Is(err, ErrRed) {
			t.Errorf("list, %s: %v, %v", part, list, err)
		}
		mend()
	}
}

// TestFault26Red has an index none of whose shards has a place.
func TestFault26Red(t *testing.T) {
	c := node(t)
	dir, s := filled(t, c)
	p, _, err := readPointer(dir)
	if err != nil {
		t.Fatal(err)
	}
	do(t, address(t), http.MethodDelete, "/"+p.Index, "")
	do(t, address(t), http.MethodPut, "/"+p.Index+"?wait_for_active_shards=0", fmt.Sprintf(`{"settings":{"index.routing.allocation.require._name":"nowhere"},
		"mappings":{"_meta":{"schema":%d,"build":%q}}}`, schema, p.Build))
	for _, verified := range []bool{false, true} {
		s.(*searcher).verified.Store(verified)
		if err := cats(t.Context(), s); !errors.Is(err, ErrRed) || !errors.Is(err, index.ErrAway) || errors.Is(err, index.ErrDamaged) {
			t.Errorf("verified %t: got %v", verified, err)
		}
	}
}

func TestFault26Closed(t *testing.T) {
	c := node(t)
	dir, s := filled(t, c)
	do(t, address(t), http.MethodPost, "/"+pointed(t, dir)+"/_close", "")
	if err := cats(t.Context(), s); !errors.Is(err, ErrClosed) || !errors.Is(err, index.ErrAway) {
		t.Errorf("got %v", err)
	}
	do(t, address(t), http.MethodPost, "/"+pointed(t, dir)+"/_open", "")
	if err := cats(t.Context(), s); err != nil {
		t.Errorf("when it is open again: %v", err)
	}
}

// TestFault26ReadOnlyWhileLoading blocks writes as OpenSearch does when a disk is nearly full.
func TestFault26ReadOnlyWhileLoading(t *testing.T) {
	c := node(t)
	w := begun(t, c)
	do(t, address(t), http.MethodPut, "/"+w.pointer.Index+"/_settings", `{"index.blocks.read_only_allow_delete":true}`)
	if err := w.Close(t.Context()); !errors.Is(err, ErrReadOnly) || !errors.Is(err, index.ErrAway) {
		t.Errorf("got %v", err)
	}
	if left := sentenceIndexes(t, c); len(left) > 0 {
		t.Errorf("the half of an index is left: %v", left)
	}
}

// TestFault26DeletedWhileLoading: a bulk request makes an index that is not there, which must not be taken for ours.
func TestFault26DeletedWhileLoading(t *testing.T) {
	c := node(t)
	w := begun(t, c)
	do(t, address(t), http.MethodDelete, "/"+w.pointer.Index, "")
	if err := w.Close(t.Context()); !errors.Is(err, index.ErrDamaged) {
		t.Errorf("got %v", err)
	}
	if left := sentenceIndexes(t, c); len(left) > 0 {
		t.Errorf("what OpenSearch made by itself is left: %v", left)
	}
}

// begun returns a writer whose index is made and whose sentences are not sent yet.
func begun(t *testing.T, c *Client) *writer {
	t.Helper()
	w := newWriter(c, t.TempDir())
	if err := w.Add(t.Context(), []index.Entry{{Terms: []string{"cat"}}}); err != nil {
		t.Fatal(err)
	}
	return w
}

// TestFault26Replaced: an index of the same name that is another one, and one that lost sentences.
func TestFault26Replaced(t *testing.T) {
	c := node(t)
	dir, s := filled(t, c)
	name := pointed(t, dir)
	do(t, address(t), http.MethodPost, "/"+name+"/_delete_by_query?refresh=true", `{"query":{"term":{"t":"2"}}}`)
	if err := cats(t.Context(), s); !errors.Is(err, ErrVersion) || !errors.Is(err, index.ErrDamaged) {
		t.Errorf("one sentence less: %v", err)
	}
	do(t, address(t), http.MethodDelete, "/"+name, "")
	if err := c.createSentences(t.Context(), name, "other"); err != nil {
		t.Fatal(err)
	}
	if err := cats(t.Context(), s); !errors.Is(err, ErrVersion) {
		t.Errorf("another index of the same name: %v", err)
	}
}

// TestFault26AuthExpires refuses the credentials after a while, and takes them again.
func TestFault26AuthExpires(t *testing.T) {
	p := newProxy(t)
	c := at(t, p.URL)
	dir, s := filled(t, c)
	if err := cats(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	for _, status := range []int{http.StatusUnauthorized, http.StatusForbidden} {
		before := p.requests.Load()
		mend := p.make(answer(status, "security_exception"))
		if err := cats(t.Context(), s); !errors.Is(err, ErrRefused) || errors.Is(err, index.ErrAway) || errors.Is(err, index.ErrDamaged) {
			t.Errorf("status %d: %v", status, err)
		}
		if n := p.requests.Load() - before; n != 1 {
			t.Errorf("status %d: asked %d times", status, n)
		}
		if _, err := c.Records().Get(t.Context(), "k", "i"); !errors.Is(err, ErrRefused) {
			t.Errorf("status %d, records: %v", status, err)
		}
		if err := fill(c, filepath.Join(filepath.Dir(dir), fmt.Sprint(status))); !errors.Is(err, ErrRefused) {
			t.Errorf("status %d, write: %v", status, err)
		}
		mend()
		if err := cats(t.Context(), s); err != nil {
			t.Errorf("after status %d: %v", status, err)
		}
	}
}

// TestFault26AliasMissing removes the alias of the records: they are found again, and nothing is written beside them.
func TestFault26AliasMissing(t *testing.T) {
	c, ctx := node(t), t.Context()
	r := c.Records()
	for round, ask := range []func() error{
		func() error { _, err := r.Get(ctx, "k", "i"); return err },
		func() error { _, err := r.Put(ctx, Record{Kind: "k", ID: "j"}); return err },
		func() error {
			list, err := r.List(ctx, RecordQuery{Kind: "k"})
			if err == nil && len(list) != 2 {
				err = fmt.Errorf("%d records", len(list))
			}
			return err
		},
		func() error { return r.Delete(ctx, "k", "i") },
	} {
		if _, err := r.Put(ctx, Record{Kind: "k", ID: "i"}); err != nil {
			t.Fatal(err)
		}
		do(t, address(t), http.MethodDelete, "/"+r.alias()+"-1/_alias/"+r.alias(), "")
		if err := ask(); err != nil {
			t.Errorf("round %d: %v", round, err)
		}
	}
	if _, err := r.Get(ctx, "k", "i"); !errors.Is(err, ErrUnknown) {
		t.Errorf("a record that was removed: %v", err)
	}
	all, err := c.metas(ctx, c.config.Name+"-*")
	if err != nil || len(all) != 1 {
		t.Errorf("the indexes are %v, %v", all, err)
	}
}

// TestFault26VersionSkew has records of another version: nothing is read or written.
func TestFault26VersionSkew(t *testing.T) {
	c, ctx := node(t), t.Context()
	if _, err := c.Records().Put(ctx, Record{Kind: "k", ID: "i"}); err != nil {
		t.Fatal(err)
	}
	do(t, address(t), http.MethodPut, "/"+c.Records().alias()+"/_mapping", `{"_meta":{"schema":99}}`)
	later, err := New(c.config)
	if err != nil {
		t.Fatal(err)
	}
	defer later.Close()
	r := later.Records()
	if _, err := r.Get(ctx, "k", "i"); !errors.Is(err, ErrNewer) {
		t.Errorf("get: %v", err)
	}
	if _, err := r.Put(ctx, Record{Kind: "k", ID: "i"}); !errors.Is(err, ErrNewer) {
		t.Errorf("put: %v", err)
	}
	if _, err := r.List(ctx, RecordQuery{Kind: "k"}); !errors.Is(err, ErrNewer) {
		t.Errorf("list: %v", err)
	}
	if err := r.Delete(ctx, "k", "i"); !errors.Is(err, ErrNewer) {
		t.Errorf("delete: %v", err)
	}
}

// TestFault26Stall has one host of two that takes connections and answers nothing.
func TestFault26Stall(t *testing.T) {
	stalled, well := newProxy(t), newProxy(t)
	c := at(t, stalled.URL, well.URL)
	_, s := filled(t, c)
	c.patience = 3 * time.Second // of which each question that comes to the stalled host first takes some
	defer stalled.make(stall)()
	for n := range 6 {
		if err := cats(t.Context(), s); err != nil {
			t.Errorf("question %d: %v", n, err)
		}
	}
	if stalled.requests.Load() == 0 {
		t.Error("the host that stalls was never asked")
	}
	defer well.make(stall)()
	c.patience = 300 * time.Millisecond
	if err := cats(t.Context(), s); !errors.Is(err, ErrAway) {
		t.Errorf("both stall: %v", err)
	}
}
