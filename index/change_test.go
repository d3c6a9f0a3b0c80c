package index_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"verbatim/corpus"
	"verbatim/index"
	"verbatim/index/bleve"
)

// in returns a document in a collection.
func in(collection, path, title, text string) *corpus.Document {
	return &corpus.Document{ID: corpus.DocumentID(collection, path), Collection: collection, Path: path, Title: title, Language: "en", Text: text}
}

func apply(t *testing.T, x *index.Index, c index.Change) {
	t.Helper()
	if err := x.Apply(t.Context(), c); err != nil {
		t.Fatal(err)
	}
}

func TestApply(t *testing.T) {
	dir := t.TempDir()
	x, _ := update(t, dir, handbook...)
	question := "How many weeks of leave may parents take?"
	quote := func() string {
		a := ask(t, x, question, 1)
		if len(a.Passages) == 0 || !strings.HasPrefix(a.Passages[0].Quote, "Parents") {
			return ""
		}
		return a.Passages[0].Quote
	}
	old := ask(t, x, question, 1).Passages[0]
	for _, tt := range []struct {
		name   string
		change index.Change
		want   string
	}{
		{"nothing", index.Change{}, "Parents may take twelve weeks of leave."},
		{"the same again", index.Change{Put: handbook[:1]}, "Parents may take twelve weeks of leave."},
		{"other text", index.Change{Put: []*corpus.Document{document("leave.txt", "Leave", "Parents may take forty weeks of leave.")}}, "Parents may take forty weeks of leave."},
		{"a further document", index.Change{Put: []*corpus.Document{document("new.txt", "New", "Bring a cake.")}}, "Parents may take forty weeks of leave."},
		{"removed", index.Change{Remove: []string{handbook[0].ID, "nobody"}}, ""},
		{"back", index.Change{Put: handbook[:1]}, "Parents may take twelve weeks of leave."},
	} {
		apply(t, x, tt.change)
		if got := quote(); got != tt.want {
			t.Errorf("%s: quoted %q, want %q", tt.name, got, tt.want)
		}
		if tt.name == "removed" {
			if err := x.Check(t.Context(), old); err == nil {
				t.Error("a removed quote is still checked")
			}
		}
	}
	again, changed := update(t, dir, append(slices.Clone(handbook), document("new.txt", "New", "Bring a cake."))...)
	if changed {
		t.Error("what was applied was not there after opening")
	}
	if a, b := ask(t, x, question, 9), ask(t, again, question, 9); !cmp.Equal(a, b) {
		t.Error(cmp.Diff(a, b))
	}
}

func TestApplyRefusesBadDocuments(t *testing.T) {
	x, _ := update(t, t.TempDir(), handbook...)
	twin := document("leave.txt", "Leave", "Other.")
	for name, docs := range map[string][]*corpus.Document{
		"same ID twice": {twin, twin},
		"invalid UTF-8": {document("bad.txt", "Bad", "a\xffb")},
	} {
		if err := x.Apply(t.Context(), index.Change{Put: docs}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if a := ask(t, x, "What do hotels cost?", 1); a.Verdict != index.VerdictAnswer || len(x.Documents()) != len(handbook) {
		t.Errorf("after refused changes: %+v", a)
	}
}

// library is a corpus that a random program changes.
type library struct {
	random *rand.Rand
	docs   map[string]*corpus.Document
	serial int
}

var libraryWords = strings.Fields(`river bridge engine school museum treaty battle island painter station forest
	library winter harbour festival council railway garden castle market journal village mountain doctor`)

func (l *library) text() string {
	var b strings.Builder
	for range 1 + l.random.IntN(6) {
		fmt.Fprintf(&b, "The %s of %d was", l.word(), 1900+l.random.IntN(100))
		for range 3 + l.random.IntN(6) {
			b.WriteString(" " + l.word())
		}
		b.WriteString(". ")
		if l.random.IntN(3) == 0 {
			b.WriteString("\n\n")
		}
	}
	return b.String()
}

func (l *library) word() string { return libraryWords[l.random.IntN(len(libraryWords))] }

// change changes some documents, and returns how.
func (l *library) change() index.Change {
	var c index.Change
	for id := range l.docs {
		if l.random.IntN(4) > 0 {
			continue
		}
		if l.random.IntN(2) == 0 {
			c.Remove = append(c.Remove, id)
			delete(l.docs, id)
			continue
		}
		doc := *l.docs[id]
		doc.Text = l.text()
		l.docs[id] = &doc
		c.Put = append(c.Put, &doc)
	}
	for range l.random.IntN(6) {
		l.serial++
		doc := in([]string{"north", "south", "west"}[l.random.IntN(3)], fmt.Sprintf("%d.txt", l.serial), "On the "+l.word(), l.text())
		l.docs[doc.ID] = doc
		c.Put = append(c.Put, doc)
	}
	return c
}

func (l *library) all() []*corpus.Document {
	var docs []*corpus.Document
	for _, doc := range l.docs {
		docs = append(docs, doc)
	}
	slices.SortFunc(docs, func(a, b *corpus.Document) int { return strings.Compare(a.ID, b.ID) })
	return docs
}

// TestChangedIndexIsAFreshOne compares an index after many changes, compacted or not, with one that is
// built from the same documents: the same statistics, the same answers, in every set of collections.
func TestChangedIndexIsAFreshOne(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			l := &library{random: rand.New(rand.NewPCG(seed, 7)), docs: map[string]*corpus.Document{}}
			x, _ := update(t, t.TempDir())
			x.SetTail(20)
			compacted, parts := 0, 0
			for round := range 31 { // the last is not compacted
				apply(t, x, l.change())
				parts = max(parts, x.Parts())
				if round%3 == 2 {
					done, err := x.Compact(t.Context())
					if err != nil {
						t.Fatal(err)
					}
					if done {
						compacted++
					}
				}
			}
			if compacted == 0 || parts < 3 || x.Parts() > parts {
				t.Errorf("compacted %d times, %d parts at the most, %d now", compacted, parts, x.Parts())
			}
			fresh, _ := update(t, t.TempDir(), l.all()...)
			sameAnswers(t, l, x, fresh)
		})
	}
}

func sameAnswers(t *testing.T, l *library, x, fresh *index.Index) {
	t.Helper()
	if a, b := x.Documents(), fresh.Documents(); !cmp.Equal(a, b) || len(a) == 0 {
		t.Errorf("%d documents: %s", len(a), cmp.Diff(a, b))
	}
	a, b := x.Manifest(), fresh.Manifest()
	if b.Built = a.Built; !cmp.Equal(a, b) {
		t.Error(cmp.Diff(a, b))
	}
	for range 40 {
		question := fmt.Sprintf("Which %s was the %s %s of the casttle?", l.word(), l.word(), l.word())
		for _, collections := range [][]string{nil, {}, {"north"}, {"south", "west"}, {"nowhere"}} {
			opts := index.Options{Top: 12, Collections: collections}
			a, err := x.Ask(t.Context(), question, opts)
			if err != nil {
				t.Fatal(err)
			}
			b, err := fresh.Ask(t.Context(), question, opts)
			if err != nil {
				t.Fatal(err)
			}
			a.TookMS, b.TookMS = 0, 0
			if !cmp.Equal(a, b) {
				t.Errorf("%q in %v: %s", question, collections, cmp.Diff(a, b))
			}
			sameCandidates(t, x, fresh, question, collections)
			for _, p := range a.Passages {
				if collections != nil && !slices.Contains(collections, p.Document.Collection) {
					t.Errorf("asked of %v, quoted from %s", collections, p.Document.Collection)
				}
			}
		}
	}
}

// sameCandidates compares the best candidates, of which there are more than are wanted: what parts need not name and
// which documents are gone makes no difference.
func sameCandidates(t *testing.T, x, fresh *index.Index, question string, collections []string) {
	t.Helper()
	for _, limit := range []int{1, 2, 7, 30} {
		got, err := x.CandidatesFor(t.Context(), question, collections, limit)
		if err != nil {
			t.Fatal(err)
		}
		want, err := fresh.CandidatesFor(t.Context(), question, collections, limit)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q in %v, the best %d: %s", question, collections, limit, cmp.Diff(want, got))
		}
	}
}

// TestCollectionsAreApart asks of one collection while the others grow: nothing about the answer may
// change with what may not be seen.
func TestCollectionsAreApart(t *testing.T) {
	open := []*corpus.Document{
		in("open", "a.txt", "Leave", "Parents may take twelve weeks of leave. Ask your manager in March."),
		in("open", "b.txt", "Travel", "Hotels cost at most 120 euros a night."),
	}
	secret := []*corpus.Document{
		in("secret", "a.txt", "Salaries", "The director of Rotterdam earns 300000 euros. Hotels in Rotterdam cost 900 euros a night for her."),
		in("secret", "b.txt", "Parents", "Parents who take leave lose their parking space in Rotterdam."),
	}
	alone, _ := update(t, t.TempDir(), open...)
	both, _ := update(t, t.TempDir(), append(slices.Clone(open), secret...)...)
	for _, question := range []string{"How much may a hotel cost a night?", "How many weeks may parents take?", "What does the director of Rotterdam earn?",
		"Who lives in Roterdam?", "parking", "Which leave?"} {
		opts := index.Options{Top: 9, Explain: true, Collections: []string{"open"}}
		want, err := alone.Ask(t.Context(), question, opts)
		if err != nil {
			t.Fatal(err)
		}
		got, err := both.Ask(t.Context(), question, opts)
		if err != nil {
			t.Fatal(err)
		}
		got.TookMS, want.TookMS = 0, 0
		if !cmp.Equal(got, want) {
			t.Errorf("%q: %s", question, cmp.Diff(want, got))
		}
	}
	if a, _ := both.Ask(t.Context(), "What does the director of Rotterdam earn?", index.Options{}); a.Verdict != index.VerdictAnswer {
		t.Errorf("asked of all collections: %+v", a)
	}
}

// TestChangesWhileAsked changes, compacts and rebuilds an index while others ask it: each answer is from
// one state of the documents.
func TestChangesWhileAsked(t *testing.T) {
	pair := func(n int) []*corpus.Document {
		return []*corpus.Document{
			document("one.txt", "One", fmt.Sprintf("The first lighthouse keeper has %d lamps.", n)),
			document("two.txt", "Two", fmt.Sprintf("The second lighthouse keeper has %d lamps.", n)),
		}
	}
	x, _ := update(t, t.TempDir(), pair(0)...)
	ctx, stop := context.WithCancel(t.Context())
	var askers sync.WaitGroup
	asked := make([]int, 3)
	for i := range asked {
		askers.Go(func() {
			for ctx.Err() == nil {
				a, err := x.Ask(context.WithoutCancel(ctx), "How many lamps has the lighthouse keeper?", index.Options{Top: 2})
				if err != nil || len(a.Passages) != 2 {
					t.Errorf("%+v, %v", a, err)
					return
				}
				if _, first, _ := strings.Cut(a.Passages[0].Quote, " has "); !strings.HasSuffix(a.Passages[1].Quote, first) {
					t.Errorf("%q beside %q", a.Passages[0].Quote, a.Passages[1].Quote)
				}
				asked[i]++
			}
		})
	}
	for n := range 40 {
		apply(t, x, index.Change{Put: pair(n)})
		if n%10 == 5 {
			if err := x.Rebuild(t.Context(), index.Of(pair(n)...)); err != nil {
				t.Error(err)
			}
		}
		if _, err := x.Compact(t.Context()); err != nil {
			t.Error(err)
		}
	}
	stop()
	askers.Wait()
	for i, n := range asked {
		if n == 0 {
			t.Errorf("asker %d asked nothing", i)
		}
	}
}

// hooked is an engine that calls create, if any, before it begins an index.
type hooked struct {
	bleve.Engine
	create func()
}

func (h *hooked) Create(dir string) (index.Writer, error) {
	if do := h.create; do != nil {
		h.create = nil
		do()
	}
	return h.Engine.Create(dir)
}

// TestChangeWhileMerged changes an index while its parts are merged: neither is in vain.
func TestChangeWhileMerged(t *testing.T) {
	dir, engine := t.TempDir(), &hooked{}
	update(t, dir, handbook...)
	x, err := index.Open(dir, engine)
	if err != nil {
		t.Fatal(err)
	}
	lamps := func(n int) index.Change {
		return index.Change{Put: []*corpus.Document{document(fmt.Sprintf("%d.txt", n), "Lamps", fmt.Sprintf("Lighthouse %d has lamps.", n))}}
	}
	x.SetTail(0)
	for n := range 10 {
		apply(t, x, lamps(n))
	}
	x.SetTail(20)
	changed := false
	engine.create = func() {
		apply(t, x, lamps(10))
		changed = true
	}
	if done, err := x.Compact(t.Context()); err != nil || !done || !changed {
		t.Errorf("done %v, changed %v: %v", done, changed, err)
	}
	if n, m := x.Parts(), len(x.Documents()); n > 3 || m != len(handbook)+11 {
		t.Errorf("%d parts and %d documents, want 3 at most and %d", n, m, len(handbook)+11)
	}
	if err := x.Close(); err != nil {
		t.Error(err)
	}
}

// TestLeisurely wants a pause as long as the work while somebody asks, none else, and an end at once.
func TestLeisurely(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		busy := true
		run := func(ctx context.Context, each time.Duration, n int) (time.Duration, error) {
			began := time.Now()
			docs := index.Of(slices.Repeat(handbook[:1], n)...)
			err := index.Leisurely(docs, func() bool { return busy })(ctx, func(*corpus.Document) error {
				<-time.After(each)
				return nil
			})
			return time.Since(began), err
		}
		for _, each := range []time.Duration{index.RestAfter / 10, index.RestAfter, time.Second} {
			if took, err := run(t.Context(), each, 100); took != 200*each || err != nil {
				t.Errorf("100 documents of %v took %v: %v", each, took, err)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second/2)
		defer cancel()
		if took, err := run(ctx, time.Second, 100); took != 3*time.Second/2 || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("it ended after %v: %v", took, err)
		}
		busy = false
		if took, err := run(t.Context(), time.Second, 3); took != 3*time.Second || err != nil {
			t.Errorf("with nobody asking, 3 documents of 1s took %v: %v", took, err)
		}
	})
}

// TestTwoProcesses changes an index from two sides, as two processes would.
func TestTwoProcesses(t *testing.T) {
	dir := t.TempDir()
	a, _ := update(t, dir, handbook...)
	b, _ := update(t, dir, handbook...)
	apply(t, a, index.Change{Put: []*corpus.Document{document("a.txt", "A", "The archive holds 70 maps.")}})
	apply(t, b, index.Change{Put: []*corpus.Document{document("b.txt", "B", "The cellar holds 90 barrels.")}})
	if err := a.Refresh(); err != nil {
		t.Fatal(err)
	}
	for _, x := range []*index.Index{a, b} {
		if n := len(x.Documents()); n != len(handbook)+2 {
			t.Errorf("%d documents, want %d", n, len(handbook)+2)
		}
	}
}

// TestNoNameTwice has the newest part emptied and removed, and another one made, while a second process still has the old
// one open.
func TestNoNameTwice(t *testing.T) {
	dir := t.TempDir()
	a, _ := update(t, dir, handbook...)
	b, _ := update(t, dir, handbook...)
	a.SetTail(0) // as if each part were larger
	one, two := document("one.txt", "One", "The walrus sleeps on Mondays."), document("two.txt", "Two", "The penguin sleeps on Fridays.")
	apply(t, a, index.Change{Put: []*corpus.Document{one}})
	if err := b.Refresh(); err != nil {
		t.Fatal(err)
	}
	apply(t, a, index.Change{Remove: []string{one.ID}})
	apply(t, a, index.Change{Remove: []string{handbook[0].ID}})
	apply(t, a, index.Change{Put: []*corpus.Document{two}})
	if err := b.Refresh(); err != nil {
		t.Fatal(err)
	}
	if a, b := a.Digests(), b.Digests(); !cmp.Equal(a, b) {
		t.Error(cmp.Diff(a, b))
	}
	for question, there := range map[string]bool{"When does the penguin sleep?": true, "When does the walrus sleep?": false} {
		if found := ask(t, b, question, 1).Verdict == index.VerdictAnswer; found != there {
			t.Errorf("%s: answered %v, want %v", question, found, there)
		}
	}
}

// TestOlderLayout opens folders that earlier and later versions have left.
func TestOlderLayout(t *testing.T) {
	for _, said := range []string{"gen-000001\n", `{"version":99,"parts":[{"name":"gen-000001"}]}`} {
		dir := t.TempDir()
		update(t, dir, handbook...)
		if err := os.WriteFile(filepath.Join(dir, "CURRENT"), []byte(said), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := index.Open(dir, bleve.Engine{}); !errors.Is(err, index.ErrNoIndex) {
			t.Errorf("%s: error %v, want %v", said, err, index.ErrNoIndex)
		}
		if x, built := update(t, dir, handbook...); !built || len(x.Documents()) != len(handbook) {
			t.Errorf("%s: built again: %v", said, built)
		}
	}
}
