package format

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"verbatim/corpus"
)

var update = flag.Bool("update", false, "write the golden files anew")

// minZoo guards against a zoo that is not there.
const minZoo = 60

// zoo returns the names of the files of the zoo, which testdata/zoo.py makes.
func zoo(t testing.TB) []string {
	t.Helper()
	entries, err := os.ReadDir("testdata/zoo")
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) < minZoo {
		t.Fatalf("the zoo holds %d files, want at least %d", len(entries), minZoo)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// zooFile returns the content of a file of the zoo.
func zooFile(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata/zoo", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestZoo reads every file of the zoo in a sandbox and compares what it finds with its golden file.
func TestZoo(t *testing.T) {
	sandbox := newSandbox(t)
	wanted := map[string]bool{}
	for _, name := range zoo(t) {
		golden := goldenOf(name)
		wanted[filepath.Base(golden)] = true
		t.Run(name, func(t *testing.T) {
			docs, err := sandbox.ReadAs(t.Context(), "", name, zooFile(t, name))
			for _, doc := range docs {
				checkDocument(t, doc)
			}
			got := describe(docs, err)
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s is read otherwise than %s says; run with -update and read the difference", name, golden)
			}
		})
	}
	left, err := filepath.Glob("testdata/golden/*.golden")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range left {
		if !wanted[filepath.Base(name)] {
			t.Errorf("%s belongs to no file of the zoo", name)
		}
	}
}

func goldenOf(name string) string {
	return filepath.Join("testdata/golden", strings.ReplaceAll(name, "~$", "lock-")+".golden")
}

// describe writes what was read as a person reads it: each document with what is known of it, then
// its sentences, each with its page, kind, headings and link.
func describe(docs []*corpus.Document, err error) string {
	var b strings.Builder
	if err != nil {
		fmt.Fprintf(&b, "error: %v\n", err)
	}
	for _, doc := range docs {
		fmt.Fprintf(&b, "# %s: %s\n", doc.Path, doc.Title)
		published := ""
		if !doc.Published.IsZero() {
			published = doc.Published.Format(time.RFC3339)
		}
		facts := []string{"author", doc.Author, "published", published, "language", doc.Language, "url", doc.URL,
			"supersedes", strings.Join(doc.Supersedes, " + "), "missing", doc.Missing}
		for i := 0; i < len(facts); i += 2 {
			if facts[i+1] != "" {
				fmt.Fprintf(&b, "%s: %s\n", facts[i], facts[i+1])
			}
		}
		if doc.Archived {
			b.WriteString("archived\n")
		}
		if len(doc.Pages) > 0 {
			fmt.Fprintf(&b, "pages: %d\n", len(doc.Pages))
		}
		above := ""
		for _, s := range doc.Sentences() {
			if path := strings.Join(s.Headings, " › "); path != above && s.Kind != corpus.Heading {
				above = path
				fmt.Fprintf(&b, "[%s]\n", path)
			}
			page := ""
			if s.Page > 0 {
				page = fmt.Sprintf(" p%d", s.Page)
			}
			if s.URL != "" {
				page += " <" + s.URL + ">"
			}
			fmt.Fprintf(&b, "%s%s: %q\n", s.Kind, page, s.Text)
		}
	}
	return b.String()
}
