package synth_test

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"verbatim/corpus"
	"verbatim/corpus/format"
	"verbatim/index"
	"verbatim/index/synth"
)

// article is a source of a page or two.
func article(t *testing.T) *synth.Source {
	t.Helper()
	s, err := synth.NewSource(corpus.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A tally is what is counted of a corpus.
type tally struct {
	sentences, unique, documents, tokens int
	frequency                            map[string]int
	// vocabulary is the number of different terms after so many tokens, at each doubling of them.
	vocabulary [][2]int
}

func count(t *testing.T, docs index.Documents) tally {
	t.Helper()
	c := tally{frequency: map[string]int{}}
	seen := map[string]bool{}
	next := 1024
	err := docs(t.Context(), func(doc *corpus.Document) error {
		c.documents++
		for _, s := range doc.Sentences() {
			c.sentences++
			if !seen[s.Text] {
				seen[s.Text] = true
				c.unique++
			}
			for _, token := range index.Analyze(s.Text, doc.Language) {
				c.tokens++
				c.frequency[token.Term]++
				if c.tokens == next {
					c.vocabulary = append(c.vocabulary, [2]int{c.tokens, len(c.frequency)})
					next *= 2
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// heaps returns the exponent with which the vocabulary grew over the last doublings.
func (c *tally) heaps(doublings int) float64 {
	last := len(c.vocabulary) - 1
	a, b := c.vocabulary[last-doublings], c.vocabulary[last]
	return math.Log(float64(b[1])/float64(a[1])) / math.Log(float64(b[0])/float64(a[0]))
}

// zipf returns the exponent with which the frequency falls from one rank to another.
func (c *tally) zipf(from, to int) float64 {
	var f []int
	for _, n := range c.frequency {
		f = append(f, n)
	}
	slices.Sort(f)
	slices.Reverse(f)
	return math.Log(float64(f[from-1])/float64(f[to-1])) / math.Log(float64(to)/float64(from))
}

func TestSizes(t *testing.T) {
	s := article(t)
	for _, want := range []int{1, 2, 19, 20, 629, 630, 631} {
		c := s.Corpus(want, 1)
		got := count(t, c.Documents)
		if math.Abs(float64(got.sentences-want)) > 0.01*float64(want) {
			t.Errorf("%d sentences, want %d", got.sentences, want)
		}
		if got.documents != c.Len() {
			t.Errorf("of %d sentences: %d documents, want %d", want, got.documents, c.Len())
		}
	}
}

// TestNatural compares how words are distributed with what is known of texts: Heaps' exponent is 0.4 to
// 0.7, Zipf's about 1 for common words and greater for rare ones.
func TestNatural(t *testing.T) {
	c := count(t, article(t).Corpus(20_000, 1).Documents)
	heaps, common, rare := c.heaps(4), c.zipf(10, 500), c.zipf(1000, 5000)
	t.Logf("%d sentences, %d of them unique, %d tokens, %d terms; Heaps %.2f, Zipf %.2f and %.2f", c.sentences, c.unique, c.tokens, len(c.frequency), heaps, common, rare)
	if heaps < 0.4 || heaps > 0.7 {
		t.Errorf("the vocabulary grows by the power %.2f", heaps)
	}
	if common < 0.5 || common > 1.4 || rare < common {
		t.Errorf("frequencies fall by the powers %.2f and %.2f", common, rare)
	}
	if share := float64(c.unique) / float64(c.sentences); share < 0.99 {
		t.Errorf("only %.3f of the sentences are unique", share)
	}
}

// TestNaturalSets reports the same of the judged sets, of which the large corpora are made.
func TestNaturalSets(t *testing.T) {
	folders, err := filepath.Glob(filepath.Join(os.Getenv("VERBATIM_SHARED"), "eval", "squad*", "corpus", "*.md"))
	if err != nil || os.Getenv("VERBATIM_SHARED") == "" || len(folders) == 0 {
		t.Skip("VERBATIM_SHARED names no folder with judged sets")
	}
	var docs []*corpus.Document
	for _, file := range folders {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		read, err := format.Read(filepath.Base(file), data)
		if err != nil {
			t.Fatal(err)
		}
		docs = append(docs, read...)
	}
	natural := count(t, index.Of(docs...))
	s, err := synth.NewSource(docs)
	if err != nil {
		t.Fatal(err)
	}
	made := count(t, s.Corpus(natural.sentences, 1).Documents)
	for _, c := range []tally{natural, made} {
		t.Logf("%d sentences, %d tokens, %.2f for each, %d terms; Heaps %.2f, Zipf %.2f and %.2f", c.sentences, c.tokens,
			float64(c.tokens)/float64(c.sentences), len(c.frequency), c.heaps(3), c.zipf(10, 500), c.zipf(1000, 10_000))
	}
	if ratio := float64(len(made.frequency)) / float64(len(natural.frequency)); ratio < 0.6 || ratio > 1.7 {
		t.Errorf("%.2f times as many terms as in the text it is made of", ratio)
	}
}

func TestSameSeedSameCorpus(t *testing.T) {
	a, b, other := article(t).Corpus(1000, 7), article(t).Corpus(1000, 7), article(t).Corpus(1000, 8)
	n := a.Len() - 2
	path, text := a.File(n, 0)
	if p, again := b.File(n, 0); p != path || again != text {
		t.Error("the same seed gives another document")
	}
	if _, later := a.File(n, 1); later == text {
		t.Error("a document that is written again reads the same")
	}
	if _, text2 := other.File(n, 0); text2 == text {
		t.Error("another seed gives the same document")
	}
	if _, next := a.File(n+1, 0); next == text {
		t.Error("two documents read the same")
	}
	doc, err := a.Document(n, 0)
	if err != nil {
		t.Fatal(err)
	}
	if doc.Text != text || doc.Path != path || doc.ID == "" || doc.Language != "en" || doc.Title == "" || !strings.HasPrefix(text, "# "+doc.Title) {
		t.Errorf("document %q %q %q %q", doc.Path, doc.ID, doc.Language, doc.Title)
	}
}

func TestQuestions(t *testing.T) {
	for _, size := range []int{1, 1000} {
		c := article(t).Corpus(size, 3)
		questions, err := c.Questions(50)
		if err != nil {
			t.Fatal(err)
		}
		again, err := c.Questions(50)
		if err != nil || !slices.Equal(questions, again) || len(questions) != 50 {
			t.Errorf("%d questions, and other ones the second time: %v", len(questions), err)
		}
		for _, q := range questions {
			if n := len(index.ParseQuestion(q, []string{"en"}).Words); n < 3 {
				t.Errorf("%q asks for %d words", q, n)
			}
		}
	}
}

func TestNoSource(t *testing.T) {
	for _, docs := range [][]*corpus.Document{nil, {{Text: "# Only\n\n- short\n", Language: "en"}}} {
		if _, err := synth.NewSource(docs); err == nil {
			t.Errorf("%d documents without prose are a source", len(docs))
		}
	}
}

func TestDocumentsStop(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	err := article(t).Corpus(1000, 1).Documents(ctx, func(*corpus.Document) error {
		n++
		cancel()
		return nil
	})
	if err == nil || n != 1 {
		t.Errorf("after the end of the context: %d documents, %v", n, err)
	}
}

// BenchmarkSentence makes sentences: it must be cheap beside indexing them.
func BenchmarkSentence(b *testing.B) {
	s, err := synth.NewSource(corpus.Embedded())
	if err != nil {
		b.Fatal(err)
	}
	c := s.Corpus(1_000_000, 1)
	for b.Loop() {
		for n := range 21 { // which have 630 sentences
			c.File(n, 0)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/630, "ns/sentence")
}
