package corpus

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files")

// TestArticles compares the sentences of the embedded articles with golden files that a careful
// reader has approved.
func TestArticles(t *testing.T) {
	docs := Embedded()
	if len(docs) != 2 {
		t.Fatalf("%d documents are embedded, want 2", len(docs))
	}
	for _, doc := range docs {
		t.Run(doc.Path, func(t *testing.T) {
			var b strings.Builder
			for _, s := range doc.Sentences() {
				fmt.Fprintf(&b, "%d %d %s %q %s\n", s.Ordinal, s.Paragraph, s.Kind, s.Headings, s.Text)
			}
			golden(t, strings.TrimSuffix(doc.Path, filepath.Ext(doc.Path))+".golden", b.String())
		})
	}
}

// golden compares got with a file of testdata, or writes it there.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got, -update writes it):\n%s", path, diff)
	}
}

// TestEmbedded holds the articles to what the source line and the checks of quotes rely on.
func TestEmbedded(t *testing.T) {
	ids := map[string]bool{}
	for _, doc := range Embedded() {
		if ids[doc.ID] || doc.ID != DocumentID(doc.Collection, doc.Path) {
			t.Errorf("%s: the ID %q is taken or wrong", doc.Path, doc.ID)
		}
		ids[doc.ID] = true
		if doc.Title == "" || doc.Source == "" || doc.Language != "en" || doc.Text == "" {
			t.Errorf("%s: title %q, source %q, language %q, %d bytes of text", doc.Path, doc.Title, doc.Source, doc.Language, len(doc.Text))
		}
		if got := DetectLanguage(doc.Text); got != doc.Language {
			t.Errorf("%s: detected language %q, want %q", doc.Path, got, doc.Language)
		}
		doc.Pages = []int{0}
		checkSentences(t, doc)
	}
}
