package format

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"verbatim/corpus"
)

const englishText = "The bakery opens at six in the morning and closes when the last loaf is sold.\n"

func TestRead(t *testing.T) {
	day := time.Date(2026, 3, 12, 0, 0, 0, 0, time.UTC)
	cases := []struct {
		name string
		path string
		data string
		want corpus.Document
	}{
		{"plain text", "a/travel-policy_2026.txt", englishText, corpus.Document{
			Title: "Travel policy 2026", Language: "en", Text: englishText,
			Blocks: []corpus.Block{{Kind: corpus.Paragraph, Start: 0, End: 77}}}},
		{"plain text with a title", "x.TEXT", "Bread\n\n" + englishText, corpus.Document{
			Title: "Bread", Language: "en", Text: "Bread\n\n" + englishText,
			Blocks: []corpus.Block{{Kind: corpus.Heading, Level: 1, Start: 0, End: 5}, {Kind: corpus.Paragraph, Start: 7, End: 84}}}},
		{"Markdown", "x.md", "Intro\n\n# The\tbread #\n", corpus.Document{
			Title: "The bread", Text: "Intro\n\n# The\tbread #\n",
			Blocks: []corpus.Block{{Kind: corpus.Paragraph, End: 5}, {Kind: corpus.Heading, Level: 1, Start: 9, End: 18}}}},
		{"Markdown without level 1", "x.markdown", "## Two\n### Three\n", corpus.Document{
			Title: "Two", Text: "## Two\n### Three\n",
			Blocks: []corpus.Block{{Kind: corpus.Heading, Level: 2, Start: 3, End: 6}, {Kind: corpus.Heading, Level: 3, Start: 11, End: 16}}}},
		{"front matter", "x.md", "---\ntitle: \"On bread\"\nauthor: Ann\ndate: 2026-03-12T10:00\nurl: https://example.org/b\nlanguage: nl\ntags:\n  - a\n---\n# B\n", corpus.Document{
			Title: "On bread", Author: "Ann", Published: day, URL: "https://example.org/b", Language: "nl",
			Text:   "---\ntitle: \"On bread\"\nauthor: Ann\ndate: 2026-03-12T10:00\nurl: https://example.org/b\nlanguage: nl\ntags:\n  - a\n---\n# B\n",
			Blocks: []corpus.Block{{Kind: corpus.Heading, Level: 1, Start: 115, End: 116}}}},
		{"front matter with CR LF and a byte order mark", "x.md", "\ufeff---\r\ntitle: T\r\n---\r\nb\r\n", corpus.Document{
			Title: "T", Text: "\ufeff---\r\ntitle: T\r\n---\r\nb\r\n",
			Blocks: []corpus.Block{{Kind: corpus.Paragraph, Start: 23, End: 24}}}},
		{"front matter that lies", "x.md", "---\ntitle:\ndate: yesterday\nurl: javascript:alert(1)\n---\n", corpus.Document{
			Title: "X", Text: "---\ntitle:\ndate: yesterday\nurl: javascript:alert(1)\n---\n", Blocks: []corpus.Block{}}},
		{"ruler, not front matter", "x.md", "---\nOne\n---\n", corpus.Document{
			Title: "One", Text: "---\nOne\n---\n", Blocks: []corpus.Block{{Kind: corpus.Heading, Level: 2, Start: 4, End: 7}}}},
		{"UTF-16", "x.txt", "\xff\xfeO\x00k\x00\xfc\x00", corpus.Document{
			Title: "X", Text: "Okü", Blocks: []corpus.Block{{Kind: corpus.Paragraph, End: 4}}}},
		{"Windows-1252", "x.txt", "\x93Caf\xe9\x94 5 \x80", corpus.Document{
			Title: "X", Text: "“Café” 5 €", Blocks: []corpus.Block{{Kind: corpus.Paragraph, End: 17}}}},
		{"nothing", "x.txt", "", corpus.Document{Title: "X", Blocks: []corpus.Block{}}},
		{"no name", "-.txt", "ok", corpus.Document{Title: "-.txt", Text: "ok", Blocks: []corpus.Block{{Kind: corpus.Paragraph, End: 2}}}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			c.want.Path = c.path
			got, err := Read(c.path, []byte(c.data))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(&c.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestReadErrors(t *testing.T) {
	cases := []struct {
		name, path, data string
		want             string
	}{
		{"unknown format", "a/b.pdf", "%PDF", `unsupported format: only .txt, .text, .md and .markdown are read`},
		{"no extension", "LICENSE", "text", `unsupported format: only .txt, .text, .md and .markdown are read`},
		{"binary", "x.txt", "\x7fELF\x00\x00\x00\xff\xfe", `holds binary data, not text`},
		{"zeros", "x.md", strings.Repeat("ab\x00", 100), `holds binary data, not text`},
		{"too large", "x.txt", strings.Repeat(" ", MaxFileSize+1), `67108865 bytes are more than the limit of 67108864`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := Read(c.path, []byte(c.data))
			if err == nil || err.Error() != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
			if unsupported := errors.Is(err, ErrUnsupported); unsupported == Supported(c.path) {
				t.Errorf("errors.Is(%v, ErrUnsupported) is %v, Supported is %v", err, unsupported, Supported(c.path))
			}
		})
	}
}

// FuzzRead holds every reader to what a document must be, and its sentences to their offsets.
func FuzzRead(f *testing.F) {
	for _, name := range []string{"x.txt", "x.md"} {
		f.Add(name, []byte("---\ntitle: T\ndate: 2026-01-02\n---\n# A\n\n- b\n\n| c | d |\n|---|---|\n| e | f |\n"))
		f.Add(name, []byte("\xff\xfea\x00.\x00\x00\xd8 \x00"))
		f.Add(name, []byte("Caf\xe9. \x93Yes.\x94 \xfe"))
		f.Add(name, []byte("```\ncode\n> quote\n<!-- c -->\n[a]: b\n    d"))
	}
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		doc, err := Read(name, data)
		if err != nil {
			return
		}
		if doc.Title == "" || !utf8.ValidString(doc.Title) || !utf8.ValidString(doc.Text) {
			t.Fatalf("%q is read with title %q and text %q", data, doc.Title, doc.Text)
		}
		if _, err := json.Marshal(doc); err != nil {
			t.Fatal(err)
		}
		end := 0
		for i, b := range doc.Blocks {
			if b.Start < end || b.End <= b.Start || b.End > len(doc.Text) || b.Kind == corpus.Heading != (b.Level > 0) {
				t.Fatalf("%q: block %d is %+v after %d", data, i, b, end)
			}
			end = b.End
		}
		if doc.Blocks == nil {
			t.Fatalf("%q is read without blocks", data)
		}
		end = 0
		for i, s := range doc.Sentences() {
			if s.Start < end || s.End <= s.Start || doc.Text[s.Start:s.End] != s.Text || len(s.Text) > corpus.MaxSentence {
				t.Fatalf("%q: sentence %d is %+v after %d", data, i, s, end)
			}
			end = s.End
		}
	})
}
