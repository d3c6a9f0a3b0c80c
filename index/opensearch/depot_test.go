package opensearch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"verbatim/corpus"
	"verbatim/index"
)

// shelf returns a document with text that does not compress.
func shelf(n, sentences int) *corpus.Document {
	r := rand.New(rand.NewPCG(uint64(n), 1))
	var b strings.Builder
	for range sentences {
		fmt.Fprintf(&b, "Box %d of shelf %d holds %x and %x.\n\n", r.IntN(1e9), n, r.Uint64(), r.Uint64())
	}
	path := fmt.Sprintf("shelf%d.txt", n)
	return &corpus.Document{ID: corpus.DocumentID(corpus.DefaultCollection, path), Collection: corpus.DefaultCollection, Path: path,
		Title: fmt.Sprint("Shelf ", n), Language: "en", Text: b.String()}
}

// builtIn builds an index of shelves in a folder.
func builtIn(t *testing.T, c *Client, dir string, docs ...*corpus.Document) *index.Index {
	t.Helper()
	x, _, err := index.Update(t.Context(), dir, c.Engine(), index.Of(docs...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
	return x
}

// documentsIn opens the index in a folder and counts its documents, 0 where there is none.
func documentsIn(t *testing.T, c *Client, dir string) int {
	t.Helper()
	x, err := index.OpenWhole(dir, c.Engine())
	if errors.Is(err, index.ErrNoIndex) {
		return 0
	}
	if err != nil {
		t.Fatal(err)
	}
	n := x.Manifest().Documents
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	return n
}

func push(t *testing.T, c *Client, dir string) {
	t.Helper()
	if err := c.Depot().Push(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
}

func pull(t *testing.T, c *Client, dir string, want bool) {
	t.Helper()
	changed, err := c.Depot().Pull(t.Context(), dir)
	if err != nil || changed != want {
		t.Fatalf("changed %v, want %v: %v", changed, want, err)
	}
}

// TestClusterDepot pushes on one machine and pulls on another, and refuses who has not seen what was pushed last.
func TestClusterDepot(t *testing.T) {
	c := node(t)
	here, there := t.TempDir(), t.TempDir()
	if _, err := c.Depot().State(t.Context()); !errors.Is(err, ErrNothingPushed) || !errors.Is(err, index.ErrNoIndex) {
		t.Errorf("the state of nothing: %v", err)
	}
	if _, err := c.Depot().Pull(t.Context(), there); !errors.Is(err, ErrNothingPushed) {
		t.Errorf("pull of nothing: %v", err)
	}
	x := builtIn(t, c, here, shelf(1, 50_000), shelf(2, 10))
	push(t, c, here)
	pull(t, c, there, true)
	pull(t, c, there, false)
	first, err := c.Depot().State(t.Context())
	if err != nil || first.Parts != 1 || first.Built.IsZero() {
		t.Errorf("state %+v, %v", first, err)
	}
	y, err := index.OpenWhole(there, c.Engine())
	if err != nil {
		t.Fatal(err)
	}
	defer y.Close()
	if err := x.Apply(t.Context(), index.Change{Put: []*corpus.Document{shelf(3, 10)}, Remove: []string{shelf(2, 10).ID}}); err != nil {
		t.Fatal(err)
	}
	push(t, c, here)
	push(t, c, here) // which changes nothing
	pull(t, c, there, true)
	if err := y.Refresh(); err != nil {
		t.Fatal(err)
	}
	for _, question := range []string{"What does shelf 3 hold?", "What does shelf 1 hold?"} {
		a, errA := x.Ask(t.Context(), question, index.Options{Top: 3})
		b, errB := y.Ask(t.Context(), question, index.Options{Top: 3})
		if a.TookMS, b.TookMS = 0, 0; errA != nil || errB != nil || fmt.Sprint(a) != fmt.Sprint(b) || len(a.Passages) == 0 {
			t.Errorf("%s: %v, %v: %v and %v", question, a, b, errA, errB)
		}
	}
	stale := t.TempDir()
	pull(t, c, stale, true)
	if err := y.Apply(t.Context(), index.Change{Put: []*corpus.Document{shelf(4, 10)}}); err != nil {
		t.Fatal(err)
	}
	push(t, c, there)
	z := builtIn(t, c, stale, shelf(5, 10))
	if err := c.Depot().Push(t.Context(), stale); !errors.Is(err, ErrConflict) {
		t.Errorf("push of who has not seen the last push: %v", err)
	}
	pull(t, c, stale, true)
	if err := z.Refresh(); err != nil || z.Manifest().Documents != 3 {
		t.Errorf("%d documents, %v", z.Manifest().Documents, err)
	}
	push(t, c, stale)
}

// A cable counts what is sent through it and is cut after so many bytes; with less than 0 it never is. Broken is called
// when it is cut.
type cable struct {
	left, sent atomic.Int64
	broken     func()
}

func (w *cable) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	return cableConn{conn, w}, err
}

type cableConn struct {
	net.Conn
	w *cable
}

func (c cableConn) Write(p []byte) (int, error) {
	c.w.sent.Add(int64(len(p)))
	if left := c.w.left.Load(); left >= 0 && c.w.left.Add(-int64(len(p))) < 0 {
		c.w.left.Store(0)
		c.w.broken()
		return 0, errors.Join(net.ErrClosed, c.Close())
	}
	return c.Conn.Write(p)
}

// wired returns a client of the same indexes whose cable can be cut.
func wired(t *testing.T, c *Client) (*Client, *cable) {
	t.Helper()
	w := &cable{}
	w.left.Store(-1)
	config := c.config
	config.Dial = w.dial
	other, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.Close() }) // whose connections may be cut
	return other, w
}

// TestClusterDepotCut cuts the cable of who pushes after more and more bytes: what is pulled meanwhile is the index before,
// whole; what was sent is not sent again; in the end the push is there.
func TestClusterDepotCut(t *testing.T) {
	c := node(t)
	here, there := t.TempDir(), t.TempDir()
	x := builtIn(t, c, here, shelf(1, 10))
	push(t, c, here)
	pull(t, c, there, true)
	docs := []*corpus.Document{shelf(1, 10)}
	for n := range 6 {
		docs = append(docs, shelf(n+10, 10_000))
	}
	if err := x.Rebuild(t.Context(), index.Of(docs...)); err != nil {
		t.Fatal(err)
	}
	pusher, w := wired(t, c)
	var whole int64
	cuts := 0
	for budget := int64(2_000); ; budget += 1_500_000 {
		ctx, cancel := context.WithCancel(t.Context())
		w.broken = cancel // which ends the tries
		if budget > 60_000_000 {
			t.Fatal("it never ends")
		}
		w.left.Store(budget)
		err := pusher.Depot().Push(ctx, here)
		cancel()
		if err == nil {
			break
		}
		cuts++
		if n := documentsIn(t, c, there); n != 1 {
			t.Fatalf("%d documents", n)
		}
		changed, err := c.Depot().Pull(t.Context(), there)
		if err != nil {
			t.Fatal(err)
		}
		if changed { // what was cut is what comes after
			break
		}
	}
	w.left.Store(-1)
	whole = w.sent.Load()
	if err := pusher.Depot().Push(t.Context(), here); err != nil {
		t.Fatal(err)
	}
	if cuts < 2 {
		t.Errorf("%d cuts", cuts)
	}
	if _, err := c.Depot().Pull(t.Context(), there); err != nil {
		t.Fatal(err)
	}
	if n := documentsIn(t, c, there); n != len(docs) {
		t.Errorf("%d documents, want %d", n, len(docs))
	}
	e, err := c.Depot().editionIn(here)
	if err != nil {
		t.Fatal(err)
	}
	var size int64
	for _, f := range e.Parts[0].Files {
		size += f.Size
	}
	if whole < size {
		t.Errorf("sent %d bytes for %d", whole, size)
	}
	before := w.sent.Load()
	if err := pusher.Depot().upload(t.Context(), e, nil); err != nil {
		t.Fatal(err)
	}
	if again := w.sent.Load() - before; again > size/10 {
		t.Errorf("sent %d bytes for files of %d that are there", again, size)
	}
}

// TestClusterDepotChangedMeanwhile changes an index while it is pushed: the next push sends the change.
func TestClusterDepotChangedMeanwhile(t *testing.T) {
	p := newProxy(t)
	c := at(t, p.URL)
	here, there := t.TempDir(), t.TempDir()
	x := builtIn(t, c, here, shelf(1, 10))
	var changed atomic.Bool
	mend := p.make(func(_ http.ResponseWriter, r *http.Request, _ http.Handler) bool {
		if strings.HasSuffix(r.URL.Path, c.Depot().blobs()+"/_bulk") && changed.CompareAndSwap(false, true) {
			if err := x.Apply(t.Context(), index.Change{Put: []*corpus.Document{shelf(2, 10)}}); err != nil {
				t.Error(err)
			}
		}
		return false
	})
	push(t, c, here)
	mend()
	pull(t, c, there, true)
	if n := documentsIn(t, c, there); n != 1 {
		t.Errorf("%d documents of the index that was pushed", n)
	}
	push(t, c, here)
	pull(t, c, there, true)
	if n := documentsIn(t, c, there); n != 2 {
		t.Errorf("%d documents after another push", n)
	}
}

// TestClusterDepotDamage alters and removes chunks: who pulls keeps the index that was there, and says so.
func TestClusterDepotDamage(t *testing.T) {
	c := node(t)
	here, there := t.TempDir(), t.TempDir()
	x := builtIn(t, c, here, shelf(1, 10))
	push(t, c, here)
	pull(t, c, there, true)
	if err := x.Rebuild(t.Context(), index.Of(shelf(1, 10), shelf(2, 1000))); err != nil {
		t.Fatal(err)
	}
	push(t, c, here)
	d := c.Depot()
	e, err := d.editionIn(here)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range e.Parts[0].Files {
		path := "/" + d.blobs() + "/_doc/" + chunksOf("", file)[0].id()
		var was struct {
			Source storedChunk `json:"_source"`
		}
		if err := c.call(t.Context(), request{method: "GET", path: path}, nil, &was); err != nil {
			t.Fatal(err)
		}
		for name, data := range map[string][]byte{"altered": bytes.ToUpper(append([]byte("x"), was.Source.Data[1:]...)), "cut": was.Source.Data[1:], "removed": nil} {
			other := was.Source
			other.Data = data
			err := c.call(t.Context(), request{method: "PUT", path: path}, other, nil)
			if data == nil {
				err = c.call(t.Context(), request{method: "DELETE", path: path}, nil, nil)
			}
			if err != nil {
				t.Fatal(err)
			}
			if _, err := d.Pull(t.Context(), there); !errors.Is(err, index.ErrDamaged) {
				t.Errorf("%s %s: %v", file.Path, name, err)
			}
			if n := documentsIn(t, c, there); n != 1 {
				t.Fatalf("%s %s: %d documents", file.Path, name, n)
			}
		}
		if err := c.call(t.Context(), request{method: "PUT", path: path}, was.Source, nil); err != nil {
			t.Fatal(err)
		}
	}
	gone := chunksOf("", e.Parts[0].Files[0])[0].id()
	if err := c.call(t.Context(), request{method: "DELETE", path: "/" + d.blobs() + "/_doc/" + gone}, nil, nil); err != nil {
		t.Fatal(err)
	}
	now, _, err := d.current(t.Context())
	if err := errors.Join(err, d.mend(t.Context(), here, now)); err != nil { // as a push does each hour
		t.Fatal(err)
	}
	pull(t, c, there, true)
}

// TestClusterDepotFolder keeps a folder beside the index.
func TestClusterDepotFolder(t *testing.T) {
	c := node(t)
	d, here, there := c.Depot(), t.TempDir(), filepath.Join(t.TempDir(), "sources")
	all := func(string) bool { return true }
	write := func(dir, name, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(there, "own.json", "mine")
	if err := d.PullFolder(t.Context(), "sources", there); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(there, "own.json")); err != nil {
		t.Errorf("a folder of which nothing was pushed: %v", err)
	}
	for _, text := range []string{"first", "second", ""} {
		write(here, "web/bodies/1", text)
		write(here, "added.json", strings.Repeat(text, 500_000))
		for range 2 {
			if err := d.PushFolder(t.Context(), "sources", here, func(name string) bool { return all(name) && name != pulledMark }); err != nil {
				t.Fatal(err)
			}
			if err := d.PullFolder(t.Context(), "sources", there); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(filepath.Join(there, "added.json"))
		if err != nil || string(got) != strings.Repeat(text, 500_000) {
			t.Errorf("%d bytes came, %v", len(got), err)
		}
		if got, err := os.ReadFile(filepath.Join(there, "web", "bodies", "1")); err != nil || string(got) != text {
			t.Errorf("%q came, %v", got, err)
		}
	}
	if _, err := os.Stat(filepath.Join(there, "own.json")); err == nil {
		t.Error("a file stayed that was not pushed")
	}
	grows := func(name string) bool {
		write(here, "web/bodies/1", fmt.Sprint(rand.Uint64()))
		return name != pulledMark
	}
	if err := d.PushFolder(t.Context(), "sources", here, grows); err == nil || !strings.Contains(err.Error(), "changes meanwhile") {
		t.Errorf("push of a folder that changes: %v", err)
	}
	beaten := func(name string) bool {
		if name == "added.json" {
			write(there, name, fmt.Sprint(rand.Uint64()))
			if err := d.PushFolder(t.Context(), "sources", there, func(name string) bool { return name != pulledMark }); err != nil {
				t.Fatal(err)
			}
		}
		return name != pulledMark
	}
	write(here, "added.json", "of who stood still")
	if err := d.PushFolder(t.Context(), "sources", here, beaten); !errors.Is(err, ErrConflict) {
		t.Errorf("push of a folder that another machine has pushed meanwhile: %v", err)
	}
	write(there+"-pull-123", "web/bodies/1", "of a process that died")
	if err := errors.Join(os.RemoveAll(there), d.PullFolder(t.Context(), "sources", there)); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(filepath.Dir(there)); err != nil || len(left) != 1 {
		t.Errorf("beside the folder: %v, %v", left, err)
	}
}

// TestClusterDepotCleanLate stops a machine while it removes what was replaced, until another one has pushed documents that were
// there before, and so the same files: they stay.
func TestClusterDepotCleanLate(t *testing.T) {
	c, p := node(t), newProxy(t)
	late, err := New(Config{Addresses: []string{p.URL}, Name: c.config.Name})
	if err != nil {
		t.Fatal(err)
	}
	defer late.Close()
	late.patience = c.patience
	here, there := t.TempDir(), t.TempDir()
	x := builtIn(t, c, here, shelf(1, 1000))
	push(t, c, here)
	if err := x.Rebuild(t.Context(), index.Of(shelf(2, 10))); err != nil {
		t.Fatal(err)
	}
	push(t, c, here)
	pull(t, c, there, true)
	mend := p.make(on("-records/_search", 1, func(http.ResponseWriter, *http.Request, http.Handler) bool {
		if err := errors.Join(x.Rebuild(t.Context(), index.Of(shelf(1, 1000))), c.Depot().Push(t.Context(), here)); err != nil {
			t.Error(err)
		}
		return false
	}))
	defer mend()
	d := late.Depot()
	d.Grace = time.Nanosecond
	if err := d.Push(t.Context(), there); err != nil {
		t.Fatal(err)
	}
	pull(t, c, t.TempDir(), true)
}

// TestClusterDepotUnnoted pulls where the last step fails, to note what was pulled: whoever has the index open is told that it is
// another one, now or the next time.
func TestClusterDepotUnnoted(t *testing.T) {
	c := node(t)
	here, there := t.TempDir(), t.TempDir()
	builtIn(t, c, here, shelf(1, 10))
	push(t, c, here)
	in := filepath.Join(there, agreedFile+".tmp")
	if err := os.MkdirAll(in, 0o700); err != nil {
		t.Fatal(err)
	}
	if changed, err := c.Depot().Pull(t.Context(), there); err == nil || !changed {
		t.Errorf("changed %v, %v", changed, err)
	}
	if err := os.Remove(in); err != nil {
		t.Fatal(err)
	}
	pull(t, c, there, false)
	if n := documentsIn(t, c, there); n != 1 {
		t.Errorf("%d documents", n)
	}
}

// indicesOf lists the client's indexes of sentences, whose names go on with a year.
func indicesOf(t *testing.T, c *Client) []string {
	t.Helper()
	var there map[string]any
	if err := c.call(t.Context(), request{method: "GET", path: "/" + c.sentencesIndex() + "2*/_alias"}, nil, &there); err != nil {
		t.Fatal(err)
	}
	return slices.Sorted(maps.Keys(there))
}

// TestClusterDepotClean replaces an index again and again: the alias stands for the present one, what was replaced goes after
// the grace and no sooner, and so does what a killed build left; what another client has stays.
func TestClusterDepotClean(t *testing.T) {
	c := node(t)
	other, err := New(Config{Addresses: c.config.Addresses, Name: c.config.Name + "-s"})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	theirs := t.TempDir()
	builtIn(t, other, theirs, shelf(9, 10))
	if err := other.Depot().Push(t.Context(), theirs); err != nil {
		t.Fatal(err)
	}
	here := t.TempDir()
	x := builtIn(t, c, here, shelf(1, 10))
	push(t, c, here)
	first := indicesOf(t, c)
	for n := range 3 {
		if err := x.Rebuild(t.Context(), index.Of(shelf(n+2, 1000))); err != nil {
			t.Fatal(err)
		}
		push(t, c, here)
		e, err := c.Depot().editionIn(here)
		if err != nil {
			t.Fatal(err)
		}
		var alias map[string]any
		if err := c.call(t.Context(), request{method: "GET", path: "/_alias/" + c.config.Name}, nil, &alias); err != nil || !slices.Equal(slices.Sorted(maps.Keys(alias)), e.Indices) {
			t.Errorf("the alias stands for %v, want %v: %v", slices.Sorted(maps.Keys(alias)), e.Indices, err)
		}
	}
	if all := indicesOf(t, c); len(all) != 4 || !slices.Contains(all, first[0]) {
		t.Errorf("within the grace there are %v", all)
	}
	left := filepath.Join(t.TempDir(), "engine")
	w, err := c.Engine().Create(left) // which a killed build left
	if err == nil {
		err = errors.Join(w.Add(t.Context(), []index.Entry{{Terms: []string{"left"}}}), w.Close(t.Context()))
	}
	if err != nil {
		t.Fatal(err)
	}
	d := c.Depot()
	if err := d.PushFolder(t.Context(), "sources", theirs, func(name string) bool { return name == "CURRENT" }); err != nil {
		t.Fatal(err)
	}
	if err := d.send(t.Context(), chunksOf(left, index.EditionFile{Path: pointerFile, Size: 1, SHA256: "left"})); err != nil {
		t.Fatal(err)
	}
	d.Grace = time.Nanosecond
	if err := d.Push(t.Context(), here); err != nil {
		t.Fatal(err)
	}
	if all := indicesOf(t, c); len(all) != 2 {
		t.Errorf("after the grace there are %v, want the present one and what was left", all)
	}
	now, v, err := d.current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	now.Touched = now.Touched.Add(-2 * touchEvery)
	if _, err := d.swap(t.Context(), now, v, true); err != nil {
		t.Fatal(err)
	}
	d.Abandoned = time.Nanosecond
	if err := d.Push(t.Context(), here); err != nil {
		t.Fatal(err)
	}
	e, err := d.editionIn(here)
	if err != nil {
		t.Fatal(err)
	}
	if all := indicesOf(t, c); !slices.Equal(all, e.Indices) {
		t.Errorf("after the sweep there are %v, want %v", all, e.Indices)
	}
	if err := c.refresh(t.Context(), d.blobs()); err != nil {
		t.Fatal(err)
	}
	files, err := d.oldFiles(t.Context())
	if want := len(e.Parts[0].Files) + 1; err != nil || len(files) != want {
		t.Errorf("%d files, want %d: %v", len(files), want, err)
	}
	editions, err := c.records.List(t.Context(), RecordQuery{Kind: kindEdition})
	if err != nil || len(editions) != 1 {
		t.Errorf("%d editions, %v", len(editions), err)
	}
	for _, one := range []struct {
		c   *Client
		dir string
	}{{c, here}, {other, theirs}} { // what is used is whole
		there := t.TempDir()
		pull(t, one.c, there, true)
		if n := documentsIn(t, one.c, there); n != 1 {
			t.Errorf("%d documents", n)
		}
		y, err := index.Open(there, one.c.Engine())
		if err == nil {
			err = errors.Join(y.VerifyEngine(t.Context()), y.Close())
		}
		if err != nil {
			t.Error(err)
		}
	}
	if err := d.Discard(t.Context(), here); err != nil {
		t.Fatal(err)
	}
	if all := indicesOf(t, c); !slices.Equal(all, e.Indices) {
		t.Errorf("what was pushed was discarded: %v", all)
	}
}

// TestClusterDepotGone removes the sentences under a copy, and then the files.
func TestClusterDepotGone(t *testing.T) {
	c := node(t)
	here := t.TempDir()
	x := builtIn(t, c, here, shelf(1, 10))
	push(t, c, here)
	for _, name := range indicesOf(t, c) {
		if err := c.call(t.Context(), request{method: "DELETE", path: "/" + name}, nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := x.VerifyEngine(t.Context()); !errors.Is(err, index.ErrDamaged) {
		t.Errorf("sentences that are gone: %v", err)
	}
	if err := x.Verify(t.Context()); err != nil {
		t.Errorf("the copy here is whole: %v", err)
	}
	if err := x.RebuildInSteps(t.Context(), index.Of(shelf(1, 10))); err != nil {
		t.Fatal(err)
	}
	push(t, c, here)
	if err := x.VerifyEngine(t.Context()); err != nil {
		t.Error(err)
	}
	if err := c.call(t.Context(), request{method: "DELETE", path: "/" + c.Depot().blobs() + "-1"}, nil, nil); err != nil {
		t.Fatal(err)
	}
	there := t.TempDir()
	if _, err := c.Depot().Pull(t.Context(), there); err == nil {
		t.Error("files came that are gone")
	}
	push(t, c, here)
	pull(t, c, there, true)
	if n := documentsIn(t, c, there); n != 1 {
		t.Errorf("%d documents", n)
	}
}
