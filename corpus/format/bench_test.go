package format

import (
	"strings"
	"testing"
)

// BenchmarkZoo reads the files of each format in a sandbox and reports sentences for each second, with
// their cutting; most files are so small that the way to the process and back counts.
func BenchmarkZoo(b *testing.B) {
	files := map[string][]string{}
	var kinds []string
	for _, name := range zoo(b) {
		kind, _, _ := strings.Cut(name, "-")
		if files[kind] == nil {
			kinds = append(kinds, kind)
		}
		files[kind] = append(files[kind], name)
	}
	sandbox := newSandbox(b)
	if _, err := sandbox.ReadAs(b.Context(), "", "x.pdf", zooFile(b, "pdf-named.txt")); err != nil {
		b.Fatal(err) // The first PDF of a machine has PDFium compiled.
	}
	for _, kind := range kinds {
		if kind == "bad" {
			continue
		}
		b.Run(kind, func(b *testing.B) {
			data := map[string][]byte{}
			for _, name := range files[kind] {
				data[name] = zooFile(b, name)
			}
			sentences := 0
			for b.Loop() {
				for _, name := range files[kind] {
					docs, err := sandbox.ReadAs(b.Context(), "", name, data[name])
					if err != nil {
						continue // Some files are there to be refused.
					}
					for _, doc := range docs {
						sentences += len(doc.Sentences())
					}
				}
			}
			b.ReportMetric(float64(sentences)/b.Elapsed().Seconds(), "sentences/s")
		})
	}
}
