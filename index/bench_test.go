package index_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"verbatim/corpus"
	"verbatim/index"
	"verbatim/index/bleve"
)

// BenchmarkAsk asks questions of 100,000 sentences made of words as frequent as those of a language
// are; the engine's share is that of BenchmarkCandidates.
func BenchmarkAsk(b *testing.B) {
	x, questions := bigIndex(b)
	b.ResetTimer()
	for i := range b.N {
		if _, err := x.Ask(b.Context(), questions[i%len(questions)], index.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCandidates asks the engine alone for what an answer needs.
func BenchmarkCandidates(b *testing.B) {
	x, questions := bigIndex(b)
	b.ResetTimer()
	for i := range b.N {
		if err := x.CandidatesOnly(b.Context(), questions[i%len(questions)]); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRanking asks the same questions of the engine alone and of all, in turn, and reports what
// the rest adds, in milliseconds a question and as a multiple of the engine's own time. It must stay
// under 2 ms.
func BenchmarkRanking(b *testing.B) {
	x, questions := bigIndex(b)
	var engine, all time.Duration
	b.ResetTimer()
	for i := range b.N {
		q := questions[i%len(questions)]
		began := time.Now()
		if err := x.CandidatesOnly(b.Context(), q); err != nil {
			b.Fatal(err)
		}
		engine += time.Since(began)
		began = time.Now()
		if _, err := x.Ask(b.Context(), q, index.Options{}); err != nil {
			b.Fatal(err)
		}
		all += time.Since(began)
	}
	b.ReportMetric(float64((all-engine).Microseconds())/1000/float64(b.N), "ms-ranking/op")
	b.ReportMetric(float64(engine.Microseconds())/1000/float64(b.N), "ms-engine/op")
	b.ReportMetric(float64(all)/float64(engine), "all/engine")
}

func bigIndex(b *testing.B) (*index.Index, []string) {
	b.Helper()
	const documents, sentences, length = 1000, 100, 18
	random := rand.New(rand.NewPCG(1, 2))
	zipf := rand.NewZipf(random, 1.1, 4, 60_000)
	sentence := func() string {
		words := make([]string, length)
		for i := range words {
			words[i] = fmt.Sprintf("w%s", strings.Map(letter, fmt.Sprint(zipf.Uint64())))
		}
		return strings.Join(words, " ")
	}
	var docs []*corpus.Document
	var questions []string
	for d := range documents {
		var text strings.Builder
		for s := range sentences {
			said := sentence()
			fmt.Fprintf(&text, "T%s.", said[1:])
			if s%5 == 4 {
				text.WriteString("\n\n")
			} else {
				text.WriteString(" ")
			}
			if s == 7 {
				questions = append(questions, "What "+strings.Join(strings.Fields(said)[3:12], " ")+"?")
			}
		}
		docs = append(docs, document(fmt.Sprintf("%d.txt", d), sentence()[:30], text.String()))
	}
	x, _, err := index.Update(b.Context(), b.TempDir(), bleve.New(0), index.Of(docs...))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { x.Close() })
	questions = questions[:400]
	for _, q := range questions { // so that the documents are in memory
		if _, err := x.Ask(b.Context(), q, index.Options{}); err != nil {
			b.Fatal(err)
		}
	}
	return x, questions
}

func letter(r rune) rune { return r - '0' + 'a' }
