package corpus

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// hostile are texts that break scanners, and the seeds of the fuzz tests.
var hostile = []string{
	"",
	" ",
	".",
	"...",
	". . . . x",
	"A. B. C. D.",
	"\xff\xfe\x00.\xc3",
	"Hello\x00 World.\x00 Again.",
	"e\u0301. \u0301 X. \u200d Y",
	"a.\u0600 B. c",
	"\u202eabc. Def.\u202c",
	"👨‍👩‍👧. 👨‍👩‍👧! 🇫🇷🇩🇪. 🇫",
	"“‘(«[{“ . ”’)»]}",
	"他说：“好。”然后走了。我不知道！",
	"नमस्ते। क्या हाल है? ठीक।",
	"السلام عليكم. كيف حالك؟ بخير.",
	"ยินดีต้อนรับ สู่ประเทศไทย",
	"1.) One 2.) Two 3.) Three",
	"• a • b • c",
	"\u1100\u1161\u11a8. \u1100",
	"x.[1][2][note 3] Y",
	"end.\r\nNext.\rThird\u2028Fourth\u2029Fifth\x0cSixth",
	strings.Repeat("word ", 1000),
	strings.Repeat("x", 3*MaxSentence),
	"a" + strings.Repeat("\u0301", 2*MaxSentence),
	strings.Repeat("語", MaxSentence),
}

// checkSpans holds the spans of a block of text to what Split promises.
func checkSpans(t *testing.T, text string, spans []Span) {
	t.Helper()
	boundaries := clusterBoundaries(text)
	end := 0
	for i, s := range spans {
		if s.Start < end || s.End <= s.Start || s.End > len(text) {
			t.Fatalf("span %d of %q is %v after %d", i, text, s, end)
		}
		checkGap(t, text, end, s.Start)
		checkBoundary(t, text, boundaries, s.Start)
		checkBoundary(t, text, boundaries, s.End)
		if first, size := utf8.DecodeRuneInString(text[s.Start:]); isBlank(first) && boundaries[s.Start+size] {
			t.Fatalf("span %d of %q starts blank", i, text)
		}
		end = s.End
	}
	checkGap(t, text, end, len(text))
}

func clusterBoundaries(text string) map[int]bool {
	boundaries := map[int]bool{0: true}
	for iter := clustersOf(text); iter.Next(); {
		boundaries[iter.End()] = true
	}
	return boundaries
}

// checkGap fails when text outside the sentences is more than blanks.
func checkGap(t *testing.T, text string, start, end int) {
	t.Helper()
	for i, r := range text[start:end] {
		if !isBlank(r) {
			t.Fatalf("%q of %q at %d is in no sentence", r, text, start+i)
		}
	}
}

// checkBoundary fails when i lies inside a rune, or inside a cluster that is not too long to be
// quoted whole.
func checkBoundary(t *testing.T, text string, boundaries map[int]bool, i int) {
	t.Helper()
	if runeStart(text, i) != i {
		t.Fatalf("offset %d of %q lies inside a rune", i, text)
	}
	if boundaries[i] {
		return
	}
	from, to := i, i
	for !boundaries[from] {
		from--
	}
	for to < len(text) && !boundaries[to] {
		to++
	}
	if to-from <= MaxSentence {
		t.Fatalf("offset %d of %q lies inside the cluster %q", i, text, text[from:to])
	}
}

func FuzzSplit(f *testing.F) {
	for _, text := range hostile {
		f.Add(text, "en")
		f.Add(text, "")
	}
	f.Fuzz(func(t *testing.T, text, lang string) {
		checkSpans(t, text, Split(text, lang))
	})
}

func FuzzSentences(f *testing.F) {
	for i, text := range hostile {
		f.Add(text, "en", -1, 0, 0, 0, byte(0))
		f.Add(text, "de", i, len(text), 1, 2, byte(i))
	}
	kinds := []BlockKind{Heading, Paragraph, ListItem, TableRow, Code, "unknown"}
	f.Fuzz(func(t *testing.T, text, lang string, start, end, start2, end2 int, kind byte) {
		doc := Document{Text: text, Language: lang, Pages: []int{0, start, end}}
		switch {
		case start == -1:
			doc.Blocks = TextBlocks(text)
			checkTextBlocks(t, text, doc.Blocks)
		case start == -2:
			doc.Blocks = MarkdownBlocks(text)
			checkOrder(t, text, doc.Blocks)
		default:
			k := kinds[int(kind)%len(kinds)]
			doc.Blocks = []Block{{Kind: k, Level: int(kind), Start: start, End: end}, {Kind: Paragraph, Start: start2, End: end2}, {Kind: k, Level: 1, Start: end, End: start2}}
		}
		checkSentences(t, &doc)
	})
}

// checkSentences holds the sentences of a document to what Sentences promises.
func checkSentences(t *testing.T, doc *Document) {
	t.Helper()
	perBlock := map[int][]Span{}
	end, cut := 0, false
	sentences := doc.Sentences()
	for i, s := range sentences {
		if s.Ordinal != i || s.Start < end || s.Text != doc.Text[s.Start:s.End] || s.Text == "" {
			t.Fatalf("sentence %d of %q is %+v after %d", i, doc.Text, s, end)
		}
		if len(s.Text) > MaxSentence {
			t.Fatalf("sentence %d of %q is %d bytes long", i, doc.Text, len(s.Text))
		}
		if s.Page < 1 {
			t.Fatalf("sentence %d of %q is on page %d", i, doc.Text, s.Page)
		}
		if s.CutStart != cut || i > 0 && cut && s.Paragraph != sentences[i-1].Paragraph {
			t.Fatalf("sentence %d of %q is %+v, and the one before is cut: %v", i, doc.Text, s, cut)
		}
		cut = s.CutEnd
		perBlock[s.Paragraph] = append(perBlock[s.Paragraph], Span{s.Start, s.End})
		end = s.End
	}
	if cut {
		t.Fatalf("the last sentence of %q goes on", doc.Text)
	}
	for i, b := range sanitise(doc.Text, doc.Blocks) {
		spans := perBlock[i]
		for j := range spans {
			spans[j].Start -= b.Start
			spans[j].End -= b.Start
		}
		checkSpans(t, doc.Text[b.Start:b.End], spans)
	}
}

// checkOrder fails when blocks overlap, are empty or lie outside the text.
func checkOrder(t *testing.T, text string, blocks []Block) {
	t.Helper()
	end := 0
	for i, b := range blocks {
		if b.Start < end || b.End <= b.Start || b.End > len(text) {
			t.Fatalf("block %d of %q is %+v after %d", i, text, b, end)
		}
		end = b.End
	}
}

// checkTextBlocks fails when a letter or a digit of plain text is in no block.
func checkTextBlocks(t *testing.T, text string, blocks []Block) {
	t.Helper()
	checkOrder(t, text, blocks)
	end := 0
	for _, b := range append(blocks[:len(blocks):len(blocks)], Block{Start: len(text)}) {
		for _, r := range text[end:b.Start] {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				t.Fatalf("%q of %q is in no block", r, text)
			}
		}
		end = b.End
	}
}
