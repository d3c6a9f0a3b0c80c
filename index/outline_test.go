package index

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"verbatim/corpus"
	"verbatim/index/cache"
)

// manyKinds is a document with all that an outline keeps.
func manyKinds() *storedText {
	var text strings.Builder
	d := corpus.Document{ID: "d1", Collection: "c", Path: "a.md", Title: "Guide", Language: "en"}
	add := func(kind corpus.BlockKind, level int, url, said string) {
		start := text.Len()
		text.WriteString(said)
		d.Blocks = append(d.Blocks, corpus.Block{Kind: kind, Level: level, URL: url, Start: start, End: text.Len()})
		text.WriteString("\n\n")
	}
	add(corpus.Heading, 1, "", "Guide")
	add(corpus.Paragraph, 0, "https://example.org/1", "Trains go at noon. They are red, and red again.")
	d.Pages = []int{0, text.Len()}
	add(corpus.Heading, 2, "", "Leave")
	add(corpus.ListItem, 0, "https://example.org/2", "Parents get twelve weeks")
	add(corpus.TableRow, 0, "", "weeks | 12")
	add(corpus.Code, 0, "", strings.Repeat("leave --weeks 12; ", 300))
	add(corpus.Paragraph, 0, "", "Q: Who approves it?")
	add(corpus.Paragraph, 0, "", "A: Your manager does. Ask early.")
	d.Text = text.String()
	return &storedText{Document: d, Sentences: d.Sentences()}
}

func TestOutlineComesBack(t *testing.T) {
	doc, e := manyKinds(), &catalogEntry{}
	numbers := &numbering{map[string]uint32{}}
	for i := range longNumber - 5 { // so that some numbers are long ones
		numbers.of(fmt.Sprint("x", i))
	}
	want, terms := outlineOf(e, doc, numbers, new(vocabulary))
	if len(want.replies) != 1 || len(want.urls) != 2 || len(want.paths) < 3 || want.sentences[len(want.sentences)-1].page != 2 || len(terms) != len(doc.Sentences) {
		t.Fatalf("the document does not have all that it should: %+v", want)
	}
	got, err := unpackOutline(e, nil, want.pack())
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got, cmp.AllowUnexported(outline{}, outlined{}, extent{}, reply{}, catalogEntry{}), cmpopts.IgnoreFields(outline{}, "drawing"), cmpopts.EquateEmpty()); d != "" {
		t.Errorf("packed and unpacked (-want +got):\n%s", d)
	}
	for o, s := range doc.Sentences {
		var of []string
		for number := range got.numbers(o) {
			for term, n := range numbers.numbers {
				if n == number {
					of = append(of, term)
				}
			}
		}
		if want := termsOf(Analyze(s.Text, "en")); !cmp.Equal(of, want) && len(of)+len(want) > 0 {
			t.Errorf("sentence %d has the terms %q, want %q", o, of, want)
		}
	}
}

func FuzzUnpackOutline(f *testing.F) {
	o, _ := outlineOf(&catalogEntry{}, manyKinds(), &numbering{map[string]uint32{}}, new(vocabulary))
	f.Add(o.pack())
	f.Fuzz(func(t *testing.T, record []byte) {
		o, err := unpackOutline(&catalogEntry{}, nil, record)
		if err != nil {
			return
		}
		for i := range o.sentences {
			o.about(i)
			for range o.numbers(i) {
			}
		}
	})
}

func FuzzReadCatalog(f *testing.F) {
	var c catalog
	c.table = []block{{length: 7}, {length: 3}}
	c.entries = []catalogEntry{{DocumentInfo: DocumentInfo{ID: "a", Supersedes: []string{"b"}, Sentences: 3}, textLength: 4}, {DocumentInfo: DocumentInfo{ID: "b"}}}
	f.Add(c.pack())
	f.Fuzz(func(t *testing.T, data []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, catalogFile), data, 0o600); err != nil {
			t.Fatal(err)
		}
		if c, err := readCatalog(dir); err == nil && len(c.at) > len(c.entries) {
			t.Errorf("%d documents of %d entries", len(c.at), len(c.entries))
		}
	})
}

// TestTextsComeBack writes documents of odd sizes and reads them, whole and in pieces.
func TestTextsComeBack(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	dir := t.TempDir()
	w, err := createTexts(dir)
	if err != nil {
		t.Fatal(err)
	}
	var docs []*storedText
	for i, size := range []int{0, 1, 50, blockBytes - 3, blockBytes, 3*blockBytes + 7, 100, sampleBytes, sampleBytes + 9, 0, 70} {
		var b strings.Builder
		for b.Len() < size {
			fmt.Fprintf(&b, "Item %d has %d parts. ", r.IntN(1000), r.IntN(1000))
		}
		d := corpus.Document{ID: fmt.Sprint(i), Path: fmt.Sprint(i, ".txt"), Language: "en", Text: b.String()[:size], Author: "Ann", Missing: "a page", Pages: []int{0, size}}
		switch i {
		case 0:
			d.Blocks = []corpus.Block{}
		case 2:
			d.Blocks = []corpus.Block{{Kind: corpus.Code, Start: 20, End: 50, URL: "https://example.org"}, {Kind: corpus.Heading, Level: 2, Start: 0, End: 20}}
		}
		docs = append(docs, &storedText{Document: d, Sentences: d.Sentences()})
		if _, err := w.add(docs[i], catalogEntry{DocumentInfo: DocumentInfo{ID: d.ID, Path: d.Path, Language: d.Language, Sentences: len(docs[i].Sentences)}, author: d.Author}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.close(); err != nil {
		t.Fatal(err)
	}
	store, err := openTexts(dir, cache.New(textsBytes))
	if err != nil {
		t.Fatal(err)
	}
	defer store.close()
	for i, want := range docs {
		e := store.at[want.ID]
		got, err := store.document(e)
		if err != nil || !cmp.Equal(*got, want.Document) {
			t.Fatalf("document %d comes back as %+v, error %v", i, got, err)
		}
		o, err := store.outline(e)
		if err != nil {
			t.Fatal(err)
		}
		for n, s := range want.Sentences {
			if got, err := o.sentence(n); err != nil || !cmp.Equal(got, s) {
				t.Errorf("sentence %d of document %d comes back as %+v, want %+v; error %v", n, i, got, s, err)
			}
		}
		for _, span := range [][2]int{{-1, 1}, {1, 0}, {0, len(want.Text) + 1}} {
			if got, err := store.text(e, span[0], span[1]); err == nil {
				t.Errorf("bytes %v of document %d are %q", span, i, got)
			}
		}
	}
}
