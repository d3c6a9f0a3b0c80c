package corpus

import (
	"cmp"
	"slices"
	"sort"
	"unicode/utf8"
)

// longItem is the length in bytes from which a list item is prose and is cut into sentences;
// shorter items are quoted whole.
const longItem = 200

// Sentences cuts the document into sentences, in the order of its text. Prose and long list items
// are cut by [Split]; a heading, a short item, a table row and a block of code are one sentence
// each. What is longer than [MaxSentence] bytes is cut into pieces, each a sentence that says where
// it was cut.
//
// Blocks is not trusted: blocks are sorted, cut to the text and to whole runes, and where two
// overlap the later one loses what they share; levels are kept within 0 to 6. Empty
// blocks yield nothing, and numbering counts them all the same.
func (d *Document) Sentences() []Sentence {
	blocks := d.Blocks
	if blocks == nil {
		blocks = TextBlocks(d.Text)
	}
	w := sentenceWriter{doc: d}
	for i, b := range sanitise(d.Text, blocks) {
		w.block(i, b)
	}
	return w.out
}

// sentenceWriter collects the sentences of a document; open holds the headings above the block.
type sentenceWriter struct {
	doc  *Document
	open []openHeading
	path []string
	out  []Sentence
}

type openHeading struct {
	level int
	text  string
}

func (w *sentenceWriter) block(number int, b Block) {
	text := w.doc.Text[b.Start:b.End]
	if b.Kind == Heading {
		w.closeHeadings(b.Level)
	}
	first := len(w.out)
	for _, span := range blockSentences(text, b.Kind, w.doc.Language) {
		if span.End-span.Start <= MaxSentence {
			w.sentence(number, b, span)
			continue
		}
		pieces := bound(text, span, b.Kind == Code)
		for i, piece := range pieces {
			s := w.sentence(number, b, piece)
			s.CutStart, s.CutEnd = i > 0, i < len(pieces)-1
		}
	}
	if b.Kind == Heading && len(w.out) > first {
		w.open = append(w.open, openHeading{b.Level, w.out[first].Text})
		w.path = w.headings()
	}
}

// sentence appends the sentence at span of the text of block b, and returns it until the next one.
func (w *sentenceWriter) sentence(number int, b Block, span Span) *Sentence {
	start, end := b.Start+span.Start, b.Start+span.End
	w.out = append(w.out, Sentence{
		Ordinal:   len(w.out),
		Start:     start,
		End:       end,
		Text:      w.doc.Text[start:end],
		Paragraph: number,
		Kind:      b.Kind,
		Headings:  w.path,
		Page:      w.page(start),
		URL:       b.URL,
	})
	return &w.out[len(w.out)-1]
}

// blockSentences returns the spans of the sentences of one block, however long, relative to its text.
func blockSentences(text string, kind BlockKind, lang string) []Span {
	switch {
	case kind == Heading, kind == TableRow, kind == Code, kind == ListItem && len(text) < longItem:
		c := newClusters(text)
		if span, _ := c.trim(skipToText(text, 0), len(text)); span.End > span.Start {
			return []Span{span}
		}
		return nil
	}
	return Split(text, lang)
}

// closeHeadings leaves the headings that a heading of the given level does not stand under.
func (w *sentenceWriter) closeHeadings(level int) {
	for len(w.open) > 0 && w.open[len(w.open)-1].level >= level {
		w.open = w.open[:len(w.open)-1]
	}
	w.path = w.headings()
}

// headings returns a new path of the open headings, which sentences may share.
func (w *sentenceWriter) headings() []string {
	var path []string
	for _, h := range w.open {
		path = append(path, h.text)
	}
	return path
}

func (w *sentenceWriter) page(offset int) int {
	if len(w.doc.Pages) == 0 {
		return 0
	}
	return max(1, sort.Search(len(w.doc.Pages), func(i int) bool { return w.doc.Pages[i] > offset }))
}

// maxLevel is the deepest level of a heading: deeper ones would make paths as long as the document.
const maxLevel = 6

// sanitise returns blocks in order, inside the text, on rune boundaries and without overlap, with
// levels from 0 to maxLevel.
func sanitise(text string, blocks []Block) []Block {
	byStart := func(a, b Block) int { return cmp.Compare(a.Start, b.Start) }
	blocks = slices.Clone(blocks)
	if !slices.IsSortedFunc(blocks, byStart) {
		slices.SortStableFunc(blocks, byStart)
	}
	end := 0
	for i := range blocks {
		b := &blocks[i]
		b.Start = max(end, runeStart(text, min(max(b.Start, 0), len(text))))
		b.End = max(b.Start, runeEnd(text, min(max(b.End, 0), len(text))))
		b.Level = min(max(b.Level, 0), maxLevel)
		end = b.End
	}
	return blocks
}

// runeStart moves i back to the start of the rune it lies in; invalid bytes are runes of their own.
func runeStart(text string, i int) int {
	for at := i; at > 0 && at > i-utf8.UTFMax && at < len(text); at-- {
		if utf8.RuneStart(text[at]) {
			if _, size := utf8.DecodeRuneInString(text[at:]); at+size > i {
				return at
			}
			break
		}
	}
	return i
}

// runeEnd moves i on to the end of the rune it lies in.
func runeEnd(text string, i int) int {
	at := runeStart(text, i)
	if at == i {
		return i
	}
	_, size := utf8.DecodeRuneInString(text[at:])
	return at + size
}
