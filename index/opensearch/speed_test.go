package opensearch

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"verbatim/corpus"
	"verbatim/corpus/format"
	"verbatim/index"
	"verbatim/index/bench"
	"verbatim/index/synth"
)

var (
	sentences = flag.Int("sentences", 10_000, "how many sentences BenchmarkCluster asks")
	text      = flag.String("text", "", "folder of Markdown whose sentences are recombined; default: the embedded articles")
)

// BenchmarkCluster loads sentences and asks for candidates, with the mean length of the index and with others.
func BenchmarkCluster(b *testing.B) {
	c := node(b)
	dir, entries, queries := workload(b, c)
	b.Run("load", func(b *testing.B) {
		for b.Loop() {
			w, err := c.Engine().Create(filepath.Join(b.TempDir(), "engine"))
			for _, some := range entries {
				err = errors.Join(err, w.Add(b.Context(), some))
			}
			if err := errors.Join(err, w.Close(b.Context())); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(*sentences*b.N)/b.Elapsed().Seconds(), "sentences/s")
	})
	parts, err := filepath.Glob(filepath.Join(dir, "gen-*", "engine"))
	if err != nil || len(parts) != 1 {
		b.Fatalf("parts %v, %v", parts, err)
	}
	s, err := c.Engine().Open(parts[0])
	if err != nil {
		b.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		factor float64
	}{{"mean", 1}, {"mean half more", 1.5}, {"mean a third less", 0.7}} {
		b.Run(tt.name, func(b *testing.B) {
			var times []time.Duration
			for b.Loop() {
				q := queries[len(times)%len(queries)]
				q.MeanLength *= tt.factor
				began := time.Now()
				if _, err := s.Candidates(b.Context(), q); err != nil {
					b.Fatal(err)
				}
				times = append(times, time.Since(began))
			}
			slices.Sort(times)
			b.ReportMetric(bench.Milliseconds(times[len(times)/2]), "p50-ms")
			b.ReportMetric(bench.Milliseconds(times[len(times)*9/10]), "p90-ms")
		})
	}
}

// workload builds an index, asks it, and returns its folder, what was indexed and what was asked for.
func workload(b *testing.B, c *Client) (dir string, entries [][]index.Entry, queries []index.Query) {
	b.Helper()
	docs := corpus.Embedded()
	files, err := filepath.Glob(filepath.Join(*text, "*.md"))
	if *text != "" {
		docs = nil
		for _, name := range files {
			data, read := os.ReadFile(name)
			some, parsed := format.Read(filepath.Base(name), data)
			docs, err = append(docs, some...), errors.Join(err, read, parsed)
		}
	}
	source, made := synth.NewSource(docs)
	if err := errors.Join(err, made); err != nil {
		b.Fatal(err)
	}
	tap := bench.Tap{Engine: c.Engine(), Asking: func(q index.Query) { queries = append(queries, q) }, Adding: func(e []index.Entry) error {
		entries = append(entries, e)
		return nil
	}}
	dir, all := b.TempDir(), source.Corpus(*sentences, 1)
	if err := index.Build(b.Context(), dir, tap, all.Documents); err != nil {
		b.Fatal(err)
	}
	x, err := index.Open(dir, tap)
	if err != nil {
		b.Fatal(err)
	}
	defer x.Close()
	questions, err := all.Questions(200)
	if err != nil {
		b.Fatal(err)
	}
	_, err = bench.Ask(b.Context(), x, questions, 1)
	if err != nil || len(queries) == 0 {
		b.Fatalf("%d queries, %v", len(queries), err)
	}
	return dir, entries, queries
}
