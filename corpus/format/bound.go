package format

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"verbatim/corpus"
)

// maxSentences is the number of sentences of the largest document: each takes more room than a short
// text. The Bible has some 30,000.
const maxSentences = maxBlocks

// bounds are what one document may hold at most, in bytes of text, blocks and sentences.
type bounds struct{ text, blocks, sentences int }

// bound cuts a document to what one may hold, and has it say so: a prefix is as true as the whole.
func (m bounds) bound(doc *corpus.Document) {
	whole := len(doc.Text)
	if whole > m.text {
		cut(doc, lineStart(doc.Text, m.text))
	}
	if len(doc.Blocks) > m.blocks {
		cut(doc, doc.Blocks[m.blocks].Start)
	}
	if len(doc.Text) > 2*m.sentences { // even of one letter each, with what parts them, they are too few
		cut(doc, m.enough(doc))
	}
	if len(doc.Text) < whole {
		lacks(doc, fmt.Sprintf("all behind the first %d of %d bytes of text", len(doc.Text), whole))
	}
}

// enough returns where the first sentence begins that is too many, else where the text ends. All
// sentences at once would take more memory than there is.
func (m bounds) enough(doc *corpus.Document) int {
	left := m.sentences
	for blocks := range slices.Chunk(doc.Blocks, 1000) {
		some := corpus.Document{Text: doc.Text, Blocks: blocks, Language: doc.Language}
		sentences := some.Sentences()
		if len(sentences) > left {
			return sentences[left].Start
		}
		left -= len(sentences)
	}
	return len(doc.Text)
}

// lacks notes what a document is missing, besides what is noted already.
func lacks(doc *corpus.Document, what ...string) {
	all := slices.DeleteFunc(append([]string{doc.Missing}, what...), func(s string) bool { return s == "" })
	doc.Missing = strings.Join(all, "; ")
}

// lineStart returns where the line of text that holds offset i begins; where the line is a long one,
// the start of the rune at i.
func lineStart(text string, i int) int {
	const far = 64 << 10
	if at := strings.LastIndexByte(text[:i], '\n'); at >= 0 && at > i-far {
		return at + 1
	}
	for !utf8.RuneStart(text[i]) {
		i--
	}
	return i
}

// cut leaves out all behind the first end bytes of the text.
func cut(doc *corpus.Document, end int) {
	doc.Text = doc.Text[:end]
	doc.Blocks = slices.DeleteFunc(doc.Blocks, func(b corpus.Block) bool { return b.Start >= end })
	if n := len(doc.Blocks); n > 0 {
		doc.Blocks[n-1].End = min(doc.Blocks[n-1].End, end)
	}
	doc.Pages = slices.DeleteFunc(doc.Pages, func(at int) bool { return at > end })
}
