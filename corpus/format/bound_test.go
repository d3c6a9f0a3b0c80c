package format

import (
	"fmt"
	"strings"
	"testing"

	"verbatim/corpus"
)

// TestBound reads texts that hold more than one document may: what is kept is their beginning, and the
// report says what is missing.
func TestBound(t *testing.T) {
	limits := bounds{text: 3000, blocks: 40, sentences: 100}
	const line = "The valve opens at three bar, which is enough for most of the houses on the northern side.\n\n"
	for _, c := range []struct {
		name, text string
		kept       int // bytes
	}{
		{"fits.md", strings.Repeat(line, 10), 10 * len(line)},
		{"long.txt", strings.Repeat(line, 50), limits.text / len(line) * len(line)},
		{"line.txt", strings.Repeat("ä", 2000), 3000},
		{"odd.txt", "x" + strings.Repeat("ä", 2000), 2999},
		{"blocks.md", strings.Repeat("a\n\n", 45), 3 * 40},
		{"sentences.txt", strings.Repeat("Go! ", 105), 4 * 100},
		{"paragraphs.txt", strings.Repeat("Go! Go! Go!\n\n", 38), 33*13 + 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			docs, err := Read(c.name, []byte(c.text))
			if err != nil {
				t.Fatal(err)
			}
			doc := docs[0]
			limits.bound(doc)
			if len(doc.Text) != c.kept || !strings.HasPrefix(c.text, doc.Text) {
				t.Errorf("%d bytes are kept, want the first %d", len(doc.Text), c.kept)
			}
			want := ""
			if c.kept < len(c.text) {
				want = fmt.Sprintf("all behind the first %d of %d bytes of text", c.kept, len(c.text))
			}
			if doc.Missing != want {
				t.Errorf("missing %q, want %q", doc.Missing, want)
			}
			checkDocument(t, doc)
		})
	}
}

// TestCut cuts a document with blocks and pages at every byte.
func TestCut(t *testing.T) {
	text := "One.\n\nTwo.\n\nThree."
	for end := range len(text) {
		doc := &corpus.Document{Title: "T", Text: text, Pages: []int{0, 6, 12}, Blocks: []corpus.Block{
			{Kind: corpus.Paragraph, Start: 0, End: 4}, {Kind: corpus.Paragraph, Start: 6, End: 10}, {Kind: corpus.Paragraph, Start: 12, End: 18}}}
		cut(doc, end)
		checkDocument(t, doc)
		for _, at := range doc.Pages {
			if at > end {
				t.Errorf("cut at %d: a page at %d", end, at)
			}
		}
	}
}

// TestLacks collects what several steps found missing.
func TestLacks(t *testing.T) {
	doc := new(corpus.Document)
	lacks(doc)
	lacks(doc, "page 3")
	lacks(doc, "", "page 5", "the end")
	if want := "page 3; page 5; the end"; doc.Missing != want {
		t.Errorf("missing %q, want %q", doc.Missing, want)
	}
}
