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
		{"no name", "-.txt", "ok", corpus.Document{Title: "-.txt", Text: "ok", Blocks: []corpus.Block{{Kind: corpus.Paragraph, End: 2}}}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			c.want.Path = c.path
			got, err := Read(c.path, []byte(c.data))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]*corpus.Document{&c.want}, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestReadErrors(t *testing.T) {
	cases := []struct {
		name, path, data string
		want             Reason
	}{
		{"unknown format", "a/b.xyz", "text", ErrUnsupported},
		{"program", "x.exe", "MZ\x00\x00", ErrUnsupported},
		{"no bytes", "x.txt", "", ErrEmpty},
		{"binary", "x.txt", "\x7fELF\x00\x00\x00\xff\xfe", ErrBinary},
		{"binary without extension", "data", "\x7fELF\x00\x00\x00\xff\xfe", ErrBinary},
		{"zeros", "x.md", strings.Repeat("ab\x00", 100), ErrBinary},
		{"too large", "x.txt", strings.Repeat(" ", MaxFileSize+1), ErrTooLarge},
		{"lock", "a/~$plan.docx", "\x05Anna", ErrLock},
		{"LibreOffice's lock", "a/.~lock.plan.odt#", "Anna", ErrLock},
		{"old Word", "plan.doc", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 Word", ErrLegacy},
		{"Pages", "plan.pages", "PK\x03\x04", ErrLegacy},
		{"RTF", "plan.rtf", `{\rtf1 Plan}`, ErrLegacy},
		{"RTF by another name", "plan.docx", `{\rtf1 Plan}`, ErrLegacy},
		{"encrypted Word", "plan.docx", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 Word", ErrEncrypted},
		{"not a PDF", "plan.pdf", "Plan", ErrDamaged},
		{"not a ZIP", "plan.docx", "Plan", ErrDamaged},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := Read(c.path, []byte(c.data))
			if !errors.Is(err, c.want) || ReasonOf(err) != c.want {
				t.Errorf("got %v, want %v", err, c.want)
			}
			if c.want == ErrUnsupported && Supported(c.path) {
				t.Errorf("%s is said to be supported", c.path)
			}
		})
	}
}

// checkDocument holds a document to what documents must be, and its sentences to their offsets.
func checkDocument(t *testing.T, doc *corpus.Document) {
	t.Helper()
	if doc.Title == "" || !utf8.ValidString(doc.Title) || !utf8.ValidString(doc.Text) {
		t.Fatalf("read with title %q and text %q", doc.Title, doc.Text)
	}
	if _, err := json.Marshal(doc); err != nil {
		t.Fatal(err)
	}
	end := 0
	for i, b := range doc.Blocks {
		if b.Start < end || b.End <= b.Start || b.End > len(doc.Text) || b.Kind == corpus.Heading != (b.Level > 0) {
			t.Fatalf("block %d is %+v after %d", i, b, end)
		}
		end = b.End
	}
	if doc.Blocks == nil {
		t.Fatalf("read without blocks")
	}
	end = 0
	for i, s := range doc.Sentences() {
		if s.Start < end || s.End <= s.Start || doc.Text[s.Start:s.End] != s.Text || len(s.Text) > corpus.MaxSentence {
			t.Fatalf("sentence %d is %+v after %d", i, s, end)
		}
		end = s.End
	}
}
