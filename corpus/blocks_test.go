package corpus

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// show writes each block as its kind, its level if it has one, and its text.
func show(text string, blocks []Block) []string {
	out := []string{}
	for _, b := range blocks {
		kind := string(b.Kind)
		if b.Level > 0 {
			kind = fmt.Sprint(kind, b.Level)
		}
		out = append(out, kind+": "+text[b.Start:b.End])
	}
	return out
}

type blockCase struct {
	name, text string
	want       []string
}

func testBlocks(t *testing.T, find func(string) []Block, cases []blockCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			blocks := find(c.text)
			checkOrder(t, c.text, blocks)
			if got := show(c.text, blocks); !slices.Equal(got, c.want) {
				t.Errorf("blocks of %q\n got %q\nwant %q", c.text, got, c.want)
			}
		})
	}
}

var wrappedText = strings.TrimSpace(`
The bakery opens at six in the morning and closes when the last loaf is
sold. On most days that is early in the afternoon, so whoever wants rye
bread should come before noon.
`)

func TestTextBlocks(t *testing.T) {
	long := strings.Repeat("A line that nobody wrapped is a paragraph of its own. ", 3)
	testBlocks(t, TextBlocks, []blockCase{
		{"nothing", "", nil},
		{"blanks", " \n\t\n", nil},
		{"blank lines", "One.\n\n\nTwo.", []string{"paragraph: One.", "paragraph: Two."}},
		{"line ends", "One.\r\n\r\nTwo.\r\rThree.\u2029Four.\x0cFive.", []string{"paragraph: One.", "paragraph: Two.", "paragraph: Three.", "paragraph: Four.", "paragraph: Five."}},
		{"byte order mark", "\ufeffOne.\n", []string{"paragraph: One."}},
		{"hard-wrapped", wrappedText + "\n\nNext.", []string{"paragraph: " + wrappedText, "paragraph: Next."}},
		{"hard-wrapped with CR LF", strings.ReplaceAll(wrappedText, "\n", "\r\n"), []string{"paragraph: " + strings.ReplaceAll(wrappedText, "\n", "\r\n")}},
		{"a paragraph a line", long + "\n" + long, []string{"paragraph: " + strings.TrimSpace(long), "paragraph: " + strings.TrimSpace(long)}},
		{"a fact a line", "The guest Wi-Fi is called Orchard\nThe printer stands on floor three beside the lift\nThe alarm code is with Sam", []string{"paragraph: The guest Wi-Fi is called Orchard", "paragraph: The printer stands on floor three beside the lift", "paragraph: The alarm code is with Sam"}},
		{"lower case goes on", "We close at five\nand open at nine.", []string{"paragraph: We close at five\nand open at nine."}},
		{"bullets", "- One\n* Two\n• Three\n–  Four", []string{"item: One", "item: Two", "item: Three", "item: Four"}},
		{"numbers", "1. One\n2) Two\n(3) Three\na) Four", []string{"item: 1. One", "item: 2) Two", "item: (3) Three", "item: a) Four"}},
		{"wrapped item", "- One that goes\n  on here\n- Two", []string{"item: One that goes\n  on here", "item: Two"}},
		{"indented item", "- One.\n  Two.\nThree.", []string{"item: One.\n  Two.", "paragraph: Three."}},
		{"capitals within wrapped prose", "Every year the members meet to talk about the budget. Only\nEFTA, ESA, FAO, IAEA, NATO, OECD, OPEC, OSCE, UNESCO, WTO\nand the banks send observers.", []string{"paragraph: Every year the members meet to talk about the budget. Only\nEFTA, ESA, FAO, IAEA, NATO, OECD, OPEC, OSCE, UNESCO, WTO\nand the banks send observers."}},
		{"no bullet", "-5 degrees\n*Bold* words", []string{"paragraph: -5 degrees", "paragraph: *Bold* words"}},
		{"number within wrapped prose", "Whoever is absent for longer than a week has to tell the office before\n12. After that the pay may be stopped, and a letter goes to whoever was\nmissing.", []string{"paragraph: Whoever is absent for longer than a week has to tell the office before\n12. After that the pay may be stopped, and a letter goes to whoever was\nmissing."}},
		{"underlined headings", "Guide\n=====\nText.\n\nPart\n----\nMore.", []string{"heading1: Guide", "paragraph: Text.", "heading2: Part", "paragraph: More."}},
		{"heading in capitals", "GUIDE\nText.\n\nPART TWO\n\nMore.", []string{"heading1: GUIDE", "paragraph: Text.", "heading2: PART TWO", "paragraph: More."}},
		{"lonely title", "Travel policy\n\nBook early.\n\nHotels\n\nBook late.", []string{"heading1: Travel policy", "paragraph: Book early.", "heading2: Hotels", "paragraph: Book late."}},
		{"no titles", "Yes\n\nNo\n\nMaybe", []string{"paragraph: Yes", "paragraph: No", "paragraph: Maybe"}},
		{"sentence is no title", "It rains.\n\nTake a coat.", []string{"paragraph: It rains.", "paragraph: Take a coat."}},
		{"rulers", "One.\n-----\nTwo.\n\n* * *\n\nThree.", []string{"paragraph: One.", "paragraph: Two.", "paragraph: Three."}},
		{"table", "name\tage\nAnn\t30\n\n| a | b |\n|---|---|\n| 1 | 2 |", []string{"row: name\tage", "row: Ann\t30", "row: | a | b |", "row: | 1 | 2 |"}},
		{"emoji", "🎉\n\nDone.", []string{"paragraph: 🎉", "paragraph: Done."}},
		{"Chinese", "今天天气很好。\n我们去公园吧。\n\n好。", []string{"paragraph: 今天天气很好。", "paragraph: 我们去公园吧。", "paragraph: 好。"}},
	})
}

func TestMarkdownBlocks(t *testing.T) {
	testBlocks(t, MarkdownBlocks, []blockCase{
		{"nothing", "", nil},
		{"headings", "# One\n## Two ##\nText\n####### Seven\n#No\n", []string{"heading1: One", "heading2: Two", "paragraph: Text\n####### Seven\n#No"}},
		{"empty heading", "#\n\n# #\nText", []string{"paragraph: Text"}},
		{"underlined headings", "One\n===\n\nTwo\nlines\n---\nText", []string{"heading1: One", "heading2: Two\nlines", "paragraph: Text"}},
		{"soft line breaks", "One\n  two\r\nthree\n\nfour", []string{"paragraph: One\n  two\r\nthree", "paragraph: four"}},
		{"lists", "- one\n- two\n  more\n\n  own paragraph\n* three\n1. four\n2) five\n", []string{"item: one", "item: two\n  more", "paragraph: own paragraph", "item: three", "item: four", "item: five"}},
		{"nested lists", "- one\n  - two\n    1. three\n- - four\n", []string{"item: one", "item: two", "item: three", "item: four"}},
		{"tasks", "- [ ] open\n- [x] done\n", []string{"item: open", "item: done"}},
		{"number within a paragraph", "It ended in\n1945. That was\nlate.\n", []string{"paragraph: It ended in\n1945. That was\nlate."}},
		{"list after a paragraph", "Bring\n- bread\n1. salt\n", []string{"paragraph: Bring", "item: bread", "item: salt"}},
		{"fenced code", "Run\n```sh\nls  -l\n\ncd\n```\nthen\n~~~\n# no heading\n~~~\n", []string{"paragraph: Run", "code: ls  -l\n\ncd\n", "paragraph: then", "code: # no heading\n"}},
		{"fence never closed", "```\na\n# b", []string{"code: a\n# b"}},
		{"indented code", "Run\n\n    ls\n\n    cd\n\nthen", []string{"paragraph: Run", "code:     ls\n\n    cd", "paragraph: then"}},
		{"indented text goes on", "Run\n    ls", []string{"paragraph: Run\n    ls"}},
		{"code in a list", "1. One\n\n   Two\n\n       code\n\n2. Three", []string{"item: One", "paragraph: Two", "code:        code", "item: Three"}},
		{"quotation", "> One\n> two\n>\n> three\nfour\n\nfive", []string{"paragraph: One\n> two", "paragraph: three\nfour", "paragraph: five"}},
		{"quotation with blocks", "> # One\n> - two\n>> three", []string{"heading1: One", "item: two", "paragraph: three"}},
		{"table", "Intro\n\n| a | b |\n|---|:-:|\n| 1 | 2 |\n3 | 4\n\nOutro", []string{"paragraph: Intro", "row: a | b", "row: 1 | 2", "row: 3 | 4", "paragraph: Outro"}},
		{"no table", "a | b\nc", []string{"paragraph: a | b\nc"}},
		{"rulers", "One\n\n***\n\n- - -\n\n___\nTwo", []string{"paragraph: One", "paragraph: Two"}},
		{"comments", "<!-- one -->\nTwo\n\n<!-- a\nb -->\n\nThree <!-- c -->", []string{"paragraph: Two", "paragraph: Three <!-- c -->"}},
		{"comment never closed", "<!-- one\n\nTwo", []string{"paragraph: <!-- one", "paragraph: Two"}},
		{"tags", "<div align=\"center\">\n\nText\n\n</div>\n\n<b>Bold</b>", []string{"paragraph: Text", "paragraph: <b>Bold</b>"}},
		{"link definitions", "Text [a].\n\n[a]: https://example.org/a\n[b c]: <x> \"X\"\n\n[a]: not a definition", []string{"paragraph: Text [a].", "paragraph: [a]: not a definition"}},
		{"footnotes", "Text[^1].\n\n[^1]: The note.", []string{"paragraph: Text[^1].", "paragraph: The note."}},
		{"empty footnote", "[^1]:\nText", []string{"paragraph: Text"}},
		{"short underlines", "One\n=\nTwo\n-\nThree\n\n=", []string{"heading1: One", "heading2: Two", "paragraph: Three", "paragraph: ="}},
		{"ruler under a list", "- one\n---\ntwo", []string{"item: one", "paragraph: two"}},
		{"number within an item", "- It ended in\n  1945. That was late.\n2. two", []string{"item: It ended in\n  1945. That was late.", "item: two"}},
		{"ruler behind a marker", "1. One\n2. - - -\n- - two\n- 1. ***", []string{"item: One", "item: two"}},
		{"too many markers", strings.Repeat("- ", maxMarkers+2) + "a", []string{"item: - - a"}},
		{"CR table", "| a |\r|---|\r| b |\r\rOne", []string{"row: a", "row: b", "paragraph: One"}},
		{"quoted table", "> | a |\n> |---|\n> | b |", []string{"row: a", "row: b"}},
		{"quoted line above a row with a quotation mark", "> a | b\n> c > |---|", []string{"paragraph: a | b\n> c > |---|"}},
		{"inline markup stays", "**Bold** and `code` and [link](https://example.org).", []string{"paragraph: **Bold** and `code` and [link](https://example.org)."}},
	})
}

func TestHeadingPaths(t *testing.T) {
	doc := Document{Text: "# A\na\n### C\nc\n## B\nb\n# D\nd"}
	doc.Blocks = MarkdownBlocks(doc.Text)
	want := []string{"A []", "a [A]", "C [A]", "c [A C]", "B [A]", "b [A B]", "D []", "d [D]"}
	var got []string
	for _, s := range doc.Sentences() {
		got = append(got, fmt.Sprint(s.Text, " ", s.Headings))
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

// TestHeadingLevels holds paths to six headings, whatever levels the blocks claim.
func TestHeadingLevels(t *testing.T) {
	doc := Document{Text: strings.Repeat("A", 1000)}
	for i := range doc.Text {
		doc.Blocks = append(doc.Blocks, Block{Kind: Heading, Level: i - 500, Start: i, End: i + 1})
	}
	for _, s := range doc.Sentences() {
		if len(s.Headings) > 6 {
			t.Fatalf("sentence %d stands under %d headings", s.Ordinal, len(s.Headings))
		}
	}
}

func TestPages(t *testing.T) {
	doc := Document{Text: "One. Two. Three.", Pages: []int{0, 5, 5, 10}, Blocks: []Block{{Kind: Paragraph, End: 16}}}
	var got []int
	for _, s := range doc.Sentences() {
		got = append(got, s.Page)
	}
	if want := []int{1, 3, 4}; !slices.Equal(got, want) {
		t.Errorf("pages %d, want %d", got, want)
	}
}

// TestLongSentences holds what is cut because it is too long to the places where it may be cut.
func TestLongSentences(t *testing.T) {
	clause := strings.Repeat("word ", 100)
	cases := []struct {
		name  string
		block Block
		text  string
		ends  string // what each piece but the last ends with
		most  int    // pieces
	}{
		{"clauses", Block{Kind: Paragraph}, strings.Repeat(clause+"end; ", 10), "end;", 4},
		{"words", Block{Kind: Paragraph}, strings.Repeat("word ", 1000), "word", 3},
		{"lines of code", Block{Kind: Code}, strings.Repeat("call(a, b);\n", 500), ");", 4},
		{"Han", Block{Kind: Paragraph}, strings.Repeat("語", 2000), "語", 4},
		{"clusters", Block{Kind: Heading, Level: 1}, strings.Repeat("e\u0301", 2000), "e\u0301", 4},
		{"one cluster", Block{Kind: TableRow}, "e" + strings.Repeat("\u0301", 4000), "\u0301", 5},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			c.block.End = len(c.text)
			doc := Document{Text: c.text, Blocks: []Block{c.block}, Pages: []int{0}}
			checkSentences(t, &doc)
			sentences := doc.Sentences()
			if len(sentences) < 2 || len(sentences) > c.most {
				t.Errorf("%d pieces, want 2 to %d", len(sentences), c.most)
			}
			for i, s := range sentences {
				if first, last := i == 0, i == len(sentences)-1; s.CutStart == first || s.CutEnd == last {
					t.Errorf("piece %d of %d: CutStart is %v, CutEnd %v", i, len(sentences), s.CutStart, s.CutEnd)
				}
			}
			for _, s := range sentences[:len(sentences)-1] {
				if !strings.HasSuffix(s.Text, c.ends) {
					t.Errorf("a piece ends with %q, want %q", s.Text[len(s.Text)-10:], c.ends)
				}
			}
		})
	}
}

// TestCutMarks marks the pieces of a long sentence and nothing beside it.
func TestCutMarks(t *testing.T) {
	long := "A " + strings.Repeat("word ", 500) + "end."
	doc := Document{Text: "One. " + long + " Two. " + long + "\n\nThree.", Language: "en"}
	doc.Blocks = MarkdownBlocks(doc.Text)
	var got []string
	for _, s := range doc.Sentences() {
		got = append(got, fmt.Sprintf("%d %v %v", s.Paragraph, s.CutStart, s.CutEnd))
	}
	want := []string{"0 false false", "0 false true", "0 true false", "0 false false", "0 false true", "0 true false", "1 false false"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	data, err := json.Marshal(doc.Sentences()[:2])
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(data), `"cut`); n != 1 || !strings.Contains(string(data), `"cutEnd":true`) {
		t.Errorf("a whole sentence and the first piece of one: %s", data)
	}
}

func TestListItems(t *testing.T) {
	short := "Press A. Then press B."
	long := strings.Repeat("Press the key until the lamp lights. ", 8)
	doc := Document{Text: "- " + short + "\n- " + long, Language: "en"}
	doc.Blocks = MarkdownBlocks(doc.Text)
	sentences := doc.Sentences()
	if sentences[0].Text != short {
		t.Errorf("a short item is cut: %q", sentences[0].Text)
	}
	if len(sentences) != 9 {
		t.Errorf("%d sentences, want the short item and 8 of the long one", len(sentences))
	}
}
