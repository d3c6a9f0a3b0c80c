package format

import (
	"strings"
	"unicode/utf8"

	"verbatim/corpus"
)

// A markupLine is a line of reStructuredText or AsciiDoc.
type markupLine struct {
	// start and end are the offsets of the line's text without the white space around it.
	start, end int
	text       string
	indent     int // in columns, a tab being one
}

// markupLines cuts text into lines.
func markupLines(text string) []markupLine {
	var lines []markupLine
	at := 0
	for line := range strings.Lines(text) {
		trimmed := strings.TrimRight(line, " \t\r\n\f\v")
		body := strings.TrimLeft(trimmed, " \t")
		start := at + len(trimmed) - len(body)
		lines = append(lines, markupLine{start: start, end: start + len(body), text: body, indent: len(trimmed) - len(body)})
		at += len(line)
	}
	return lines
}

// A markup scans a text line by line and collects blocks, which keep the offsets of the text.
type markup struct {
	lines  []markupLine
	blocks []corpus.Block
	at     int // the line to be read next
}

// add appends a block from the start of a line, some bytes into it, to the end of another.
func (m *markup) add(kind corpus.BlockKind, level, first, skip, last int) {
	start, end := m.lines[first].start+skip, m.lines[last].end
	if start < end {
		m.blocks = append(m.blocks, corpus.Block{Kind: kind, Level: level, Start: start, End: end})
	}
}

// addCode appends the lines from first to before last as code, without empty lines around them.
func (m *markup) addCode(first, last int) {
	for first < last && m.lines[first].text == "" {
		first++
	}
	for last > first && m.lines[last-1].text == "" {
		last--
	}
	if first < last {
		m.blocks = append(m.blocks, corpus.Block{
			Kind: corpus.Code, Start: m.lines[first].start - m.lines[first].indent, End: m.lines[last-1].end,
		})
	}
}

// more says whether there is a line at i.
func (m *markup) more(i int) bool { return i < len(m.lines) }

// indented returns where the block of lines that are indented by more than depth, empty ones
// included, ends.
func (m *markup) indented(from, depth int) int {
	end := from
	for i := from; m.more(i) && (m.lines[i].text == "" || m.lines[i].indent > depth); i++ {
		if m.lines[i].text != "" {
			end = i + 1
		}
	}
	return end
}

// isRun says whether text is nothing but one of the marks, at least so many times.
func isRun(text, marks string, least int) bool {
	return len(text) >= least && strings.IndexByte(marks, text[0]) >= 0 && strings.Trim(text, text[:1]) == ""
}

// wide returns how many columns text takes at most, with two for characters beyond Latin scripts.
func wide(text string) int {
	n := 0
	for _, r := range text {
		n++
		if r >= 0x1100 {
			n++
		}
	}
	return n
}

// narrow returns how many columns text takes at least.
func narrow(text string) int { return utf8.RuneCountInString(text) }

// enumerator returns the length of a number or letter with its mark at the start of a list item,
// such as "1. ", "(b) " or "#. ", with the blanks behind it; 0 when there is none.
func enumerator(text string) int {
	i := 0
	if strings.HasPrefix(text, "(") {
		i++
	}
	begun := i
	for i < len(text) && i < begun+4 && (text[i] >= '0' && text[i] <= '9') {
		i++
	}
	if i == begun && i < len(text) && (text[i] == '#' || text[i] >= 'a' && text[i] <= 'z' || text[i] >= 'A' && text[i] <= 'Z') {
		i++
	}
	if i == begun || i >= len(text) || text[i] != '.' && text[i] != ')' || begun == 1 && text[i] != ')' {
		return 0
	}
	return blanksBehind(text, i+1)
}

// bullet returns the length of a bullet of one of the marks with the blanks behind it; 0 when there
// is none.
func bullet(text, marks string) int {
	if text == "" || strings.IndexByte(marks, text[0]) < 0 {
		return 0
	}
	return blanksBehind(text, 1)
}

// blanksBehind returns where text goes on behind the blanks at i; 0 when there are none or no text.
func blanksBehind(text string, i int) int {
	rest := strings.TrimLeft(text[i:], " \t")
	if len(rest) == len(text)-i || rest == "" {
		return 0
	}
	return len(text) - len(rest)
}
