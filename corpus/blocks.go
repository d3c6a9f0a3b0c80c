package corpus

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// TextBlocks finds the blocks of plain text. A blank line always separates. Lines that follow each
// other are one paragraph when the text is hard-wrapped, and paragraphs of their own when it is
// not. Lines with a bullet or a number are list items: the bullet is markup and stands outside
// the block, the number is text and stands inside. Lines with "|" or tabs between words are table
// rows. Underlined lines, lines in capitals and short lines that stand alone above a paragraph are
// headings.
//
// Lines end with LF, CR LF, CR, VT, FF, NEL, LS or PS. Lines without letters, digits and symbols
// (rulers, underlines, table borders) are in no block. The result is never nil.
func TextBlocks(text string) []Block {
	var t textBlocks
	run := []line{}
	for at := 0; at < len(text); {
		var l line
		l, at = readLine(text, at)
		if l.start == l.end || l.page {
			t.run(run)
			run = run[:0]
		}
		if l.start < l.end {
			run = append(run, l)
		}
	}
	t.run(run)
	t.promote()
	return t.blocks()
}

// A line is a line of text without the white space around it.
type line struct {
	text       string // the trimmed line
	start, end int
	indent     int  // bytes of white space before it
	page       bool // a form feed or paragraph separator stands before it
}

// readLine reads the line at the given offset and returns it with the offset of the next one.
func readLine(text string, at int) (line, int) {
	l := line{page: at > 0 && (text[at-1] == '\f' || strings.HasSuffix(text[:at], "\u2029"))}
	end, next := lineEnd(text, at)
	l.start, l.end = at, end
	for l.end > l.start {
		r, size := utf8.DecodeLastRuneInString(text[l.start:l.end])
		if !isBlank(r) {
			break
		}
		l.end -= size
	}
	l.start = min(skipBlank(text[:l.end], at), l.end)
	l.indent = l.start - at
	l.text = text[l.start:l.end]
	return l, next
}

// lineEnd returns where the line at the given offset ends and where the next one starts.
func lineEnd(text string, at int) (end, next int) {
	for i, r := range text[at:] {
		switch r {
		case '\n', '\v', '\f', '\u0085', '\u2028', '\u2029':
			return at + i, at + i + utf8.RuneLen(r)
		case '\r':
			if strings.HasPrefix(text[at+i:], "\r\n") {
				return at + i, at + i + 2
			}
			return at + i, at + i + 1
		}
	}
	return len(text), len(text)
}

// textBlocks collects blocks from runs of lines that no blank line separates.
type textBlocks struct {
	found []textBlock
	runs  int
}

// A textBlock is a block with its first line, how many lines it has, and the run it stands in.
type textBlock struct {
	Block
	first line
	lines int
	run   int
}

func (t *textBlocks) run(lines []line) {
	wrapped := wrapWidth(lines)
	t.runs++
	var open *textBlock // The block that takes further lines, if any does.
	for i, l := range lines {
		kind, start := kindOf(l)
		switch {
		case kind == "":
			if level := underline(l.text); open != nil && level > 0 && open.lines == 1 && !endsSentence(lines[i-1].text) {
				open.Kind, open.Level = Heading, level
			}
			open = nil
		case open != nil && open.takes(kind, lines[i-1], l, wrapped):
			open.End = l.end
			open.lines++
		default:
			t.found = append(t.found, textBlock{Block: Block{Kind: kind, Start: start, End: l.end}, first: l, lines: 1, run: t.runs})
			open = &t.found[len(t.found)-1]
			if kind == Heading {
				open.Level = 2
				open = nil
			}
		}
	}
}

// takes says whether the block goes on with next, which is of the given kind by itself.
func (b *textBlock) takes(kind BlockKind, before, next line, wrapped int) bool {
	switch {
	case b.Kind == TableRow || kind == TableRow || beginsTurn(next.text):
		return false
	case b.Kind == ListItem && kind == Paragraph && next.indent > b.first.indent:
		return true
	case kind != Paragraph && (b.Kind != Paragraph || endsSentence(before.text)):
		return false // A marker or capitals in the middle of wrapped prose are part of it.
	}
	return joins(before, next, wrapped)
}

// promote makes headings of the short lines that stand alone above a paragraph or a list.
func (t *textBlocks) promote() {
	for i := range t.found {
		b := &t.found[i]
		alone := (i == 0 || t.found[i-1].run != b.run) && i+1 < len(t.found) && t.found[i+1].run != b.run
		if b.Kind == Paragraph && alone && b.lines == 1 && isTitle(b.first.text) &&
			(t.found[i+1].Kind != Paragraph || !isTitle(t.found[i+1].first.text)) {
			b.Kind, b.Level = Heading, 2
		}
		if b.Kind == Heading && i == 0 {
			b.Level = 1
		}
	}
}

func (t *textBlocks) blocks() []Block {
	out := make([]Block, len(t.found))
	for i, b := range t.found {
		out[i] = b.Block
	}
	return out
}

// kindOf says what a line is by itself, and where its text starts; "" means that it has none.
func kindOf(l line) (BlockKind, int) {
	if strings.IndexFunc(l.text, func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.Is(unicode.So, r)
	}) < 0 {
		return "", l.start
	}
	if marker, bare := itemMarker(l.text); marker > 0 {
		if bare {
			return ListItem, l.start + marker
		}
		return ListItem, l.start
	}
	switch {
	case strings.HasPrefix(l.text, "|") || strings.Count(l.text, " | ") > 1 || strings.Contains(l.text, "\t"):
		return TableRow, l.start
	case isCapitals(l.text):
		return Heading, l.start
	}
	return Paragraph, l.start
}

// itemMarker returns the length of the list marker at the start of a line with the blanks behind
// it, and whether it is a bare bullet; 0 when there is none.
func itemMarker(text string) (length int, bare bool) {
	r, size := utf8.DecodeRuneInString(text)
	if isBullet(r) {
		return skipBlank(text, size), true
	}
	if r == '-' || r == '*' || r == '+' || r == '–' || r == '·' {
		if after := skipBlank(text, size); after > size && after < len(text) {
			return after, true
		}
		return 0, false
	}
	open := 0
	if r == '(' {
		open = 1
	}
	m := leadingMark(text[open:])
	if m.suffix == "" || open == 1 && m.suffix != ")" || m.letter != 0 && m.suffix == "." {
		return 0, false
	}
	return open + m.length, false
}
