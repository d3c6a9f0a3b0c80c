package bench_test

import (
	"context"
	"testing"
	"time"

	"verbatim/corpus"
	"verbatim/index"
	"verbatim/index/bench"
	"verbatim/index/bleve"
	"verbatim/index/synth"
)

// speedSentences is the size of the corpus of BenchmarkSpeed.
const speedSentences = 3000

// BenchmarkSpeed holds the benchmarks that CI compares with the release before: of a corpus so small that
// they take seconds. The large ones are those of verbatim bench.
func BenchmarkSpeed(b *testing.B) {
	s, err := synth.NewSource(corpus.Embedded())
	if err != nil {
		b.Fatal(err)
	}
	c := s.Corpus(speedSentences, 1)
	var docs []*corpus.Document
	if err := c.Documents(b.Context(), func(d *corpus.Document) error {
		docs = append(docs, d)
		return nil
	}); err != nil {
		b.Fatal(err)
	}
	questions, err := c.Questions(200)
	if err != nil {
		b.Fatal(err)
	}
	dir, engine := b.TempDir(), bench.Tap{Engine: bleve.Engine{}}
	if err := index.Build(b.Context(), dir, engine, index.Of(docs...)); err != nil {
		b.Fatal(err)
	}
	x, err := index.Open(dir, engine)
	if err != nil {
		b.Fatal(err)
	}
	defer x.Close()
	if _, err := bench.Ask(b.Context(), x, questions, 1); err != nil { // so that caches are warm
		b.Fatal(err)
	}
	b.Run("build", func(b *testing.B) { speedOfBuild(b, docs) })
	b.Run("open", func(b *testing.B) { speedOfOpen(b, dir, questions[0]) })
	b.Run("ask", func(b *testing.B) { speedOfAsk(b, x, questions) })
	b.Run("ask in parallel", func(b *testing.B) { speedInParallel(b, x, questions) })
	b.Run("change", func(b *testing.B) { speedOfChange(b, x, c) })
}

// speedOfBuild splits, analyses, indexes and publishes.
func speedOfBuild(b *testing.B, docs []*corpus.Document) {
	b.ReportAllocs()
	for b.Loop() {
		if err := index.Build(b.Context(), b.TempDir(), bleve.Engine{}, index.Of(docs...)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(speedSentences*float64(b.N)/b.Elapsed().Seconds(), "sentences/s")
}

// speedOfOpen opens an index and asks it once.
func speedOfOpen(b *testing.B, dir, question string) {
	for b.Loop() {
		x, err := index.Open(dir, bleve.Engine{})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := x.Ask(b.Context(), question, index.Options{}); err != nil {
			b.Fatal(err)
		}
		if err := x.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// speedOfAsk asks all questions, and tells the engine's share of the time.
func speedOfAsk(b *testing.B, x *index.Index, questions []string) {
	var engine time.Duration
	b.ReportAllocs()
	for b.Loop() {
		p, err := bench.Ask(b.Context(), x, questions, 1)
		if err != nil {
			b.Fatal(err)
		}
		for _, d := range p.Engine {
			engine += d
		}
	}
	asked := float64(b.N * len(questions))
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/asked, "ns/question")
	b.ReportMetric(float64(engine.Nanoseconds())/asked, "ns-engine/question")
}

// speedInParallel asks as many at a time as there are processors.
func speedInParallel(b *testing.B, x *index.Index, questions []string) {
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			if _, err := x.Ask(context.Background(), questions[i%len(questions)], index.Options{}); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

// speedOfChange changes one document of some 100, until that can be searched.
func speedOfChange(b *testing.B, x *index.Index, c *synth.Corpus) {
	n := 0
	for b.Loop() {
		n++
		doc, err := c.Document(n%c.Len(), n)
		if err != nil {
			b.Fatal(err)
		}
		if err := x.Apply(b.Context(), index.Change{Put: []*corpus.Document{doc}}); err != nil {
			b.Fatal(err)
		}
	}
}
