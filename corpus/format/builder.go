package format

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"verbatim/corpus"
)

// maxBlocks is the number of blocks of the largest document that is made: they take more room than the
// text of short rows. A sheet of Excel has up to a million rows, hardly one of them with this many.
const maxBlocks = 100_000

// A builder writes the text of a document whose format keeps none that could be quoted as it is:
// blocks one behind the other, with an empty line between them.
type builder struct {
	text   strings.Builder
	blocks []corpus.Block
	pages  []int
	// url is where the blocks that follow can be opened.
	url string
	// full says that the text has reached [MaxText] or [maxBlocks]; what comes then is left out.
	full bool
}

// add appends a block. White space in it is folded except in code, and what nobody sees is left out;
// a block in which nothing is left is none. Level counts for headings alone.
func (b *builder) add(kind corpus.BlockKind, level int, text string) {
	if kind == corpus.Code {
		text = strings.Trim(visible(text), "\n\r")
	} else {
		text = fold(visible(text))
	}
	switch {
	case strings.TrimSpace(text) == "":
		return
	case b.text.Len()+len(text)+2 > MaxText || len(b.blocks) == maxBlocks:
		b.full = true
		return
	}
	if b.text.Len() > 0 {
		b.text.WriteString(b.gap(kind))
	}
	if kind != corpus.Heading {
		level = 0
	} else {
		level = min(max(level, 1), 6)
	}
	start := b.text.Len()
	b.text.WriteString(text)
	b.blocks = append(b.blocks, corpus.Block{Kind: kind, Level: level, Start: start, End: b.text.Len(), URL: b.url})
}

// longCell is the length in bytes of a table's cell from which the table is taken for a means to
// place text.
const longCell = 1000

// addRow adds a row whose cells hold paragraphs: as a row, as the paragraphs when it has one cell or
// a cell as long as a page, and to the cell that its table stands in, if any.
func (b *builder) addRow(outer *[]string, cells [][]string) {
	layout := len(cells) == 1
	line := make([]string, len(cells))
	for i, paragraphs := range cells {
		line[i] = strings.ReplaceAll(strings.Join(paragraphs, " "), "\n", " ")
		layout = layout || len(line[i]) > longCell
	}
	switch {
	case outer != nil:
		*outer = append(*outer, strings.Join(line, " "))
	case layout:
		for _, paragraphs := range cells {
			for _, text := range paragraphs {
				b.add(corpus.Paragraph, 0, text)
			}
		}
	default:
		b.add(corpus.TableRow, 0, joinCells(line))
	}
}

// gap returns what stands between the last block and one of this kind: rows and items stay together.
func (b *builder) gap(kind corpus.BlockKind) string {
	last := b.blocks[len(b.blocks)-1]
	if last.Kind == kind && (kind == corpus.TableRow || kind == corpus.ListItem) {
		return "\n"
	}
	return "\n\n"
}

// page starts a page: what is added next stands on it.
func (b *builder) page() {
	at := b.text.Len()
	if at > 0 {
		at += 2 // Behind the gap, so that the page starts with its first block at the latest.
	}
	b.pages = append(b.pages, at)
}

// document returns what was written. It fails when that is nothing.
func (b *builder) document() (*corpus.Document, error) {
	if len(b.blocks) == 0 {
		return nil, ErrNoText
	}
	doc := &corpus.Document{Text: b.text.String(), Blocks: b.blocks, Pages: b.pages}
	if b.full {
		doc.Missing = fmt.Sprintf("all behind the first %d blocks, %d bytes of text", len(b.blocks), b.text.Len())
	}
	for i, at := range doc.Pages {
		doc.Pages[i] = min(at, len(doc.Text))
	}
	return doc, nil
}

// fold makes one blank of each run of white space, and a line feed where a run has one: lines within
// a block are where its author broke them.
func fold(text string) string {
	var out strings.Builder
	out.Grow(len(text))
	space := rune(0)
	for _, r := range text {
		switch {
		case r == '\n' || r == '\u2028':
			space = '\n'
			continue
		case unicode.IsSpace(r):
			if space == 0 {
				space = ' '
			}
			continue
		}
		if space != 0 && out.Len() > 0 {
			out.WriteRune(space)
		}
		space = 0
		out.WriteRune(r)
	}
	return out.String()
}

// visible leaves out of text what nobody sees: control characters, bidirectional controls, soft
// hyphens, zero-width spaces and marks of byte order. Letters are composed (NFC), and the ligatures
// and Arabic letter forms that fonts are made of are the letters they stand for.
func visible(text string) string {
	plain := true
	for _, r := range text {
		if r >= 0x7f || r < ' ' && r != '\n' && r != '\t' {
			plain = false
			break
		}
	}
	if plain {
		return text
	}
	var out strings.Builder
	out.Grow(len(text))
	for _, r := range strings.ToValidUTF8(text, "\ufffd") {
		switch {
		case r == '\n', r == '\t':
			out.WriteRune(r)
		case r == '\r', r == '\v', r == '\f', r == '\u0085':
			out.WriteByte('\n')
		case isUnseen(r):
		case isForm(r):
			out.WriteString(norm.NFKC.String(string(r)))
		default:
			out.WriteRune(r)
		}
	}
	return norm.NFC.String(strings.ReplaceAll(out.String(), "\n\n\n", "\n\n"))
}

// isUnseen says whether r shows nothing and joins nothing.
func isUnseen(r rune) bool {
	switch {
	case unicode.IsControl(r), r == '\u00ad', r == '\u200b', r == '\u2060', r == '\ufeff', r == '\u200e', r == '\u200f', r == '\u061c',
		r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069', r >= '\ufff9' && r <= '\ufffb',
		r >= 0xe0000 && r <= 0xe007f, unicode.Is(unicode.Co, r):
		return true
	}
	return false
}

// isForm says whether r is a shape of other letters: a Latin ligature or an Arabic letter form.
func isForm(r rune) bool {
	return r >= 0xfb00 && r <= 0xfb06 || r >= 0xfb50 && r <= 0xfdfb && r != 0xfd3e && r != 0xfd3f || r >= 0xfe70 && r <= 0xfefc
}
