package corpus

import "strings"

// MarkdownBlocks finds the blocks of Markdown (CommonMark with tables, footnotes and task lists)
// and leaves their inline markup as it is. The marks of headings, lists, quotations, tables and
// fences stand outside the blocks, except where a quotation goes on within one paragraph; comments,
// rulers, link definitions and lines of nothing but HTML tags are in no block. A paragraph that is
// broken over lines is one block. The result is never nil. It takes linear time.
func MarkdownBlocks(text string) []Block {
	m := markdown{text: text, blocks: []Block{}, lastComment: strings.LastIndex(text, "-->")}
	for at := 0; at < len(text); {
		end, next := markdownLineEnd(text, at)
		m.line(at, end, next)
		at = next
	}
	m.closeCode(len(text))
	questionsAndAnswers(text, m.blocks)
	return m.blocks
}

// markdownLineEnd returns where the line at the given offset ends, with LF, CR LF or CR, and where
// the next one starts.
func markdownLineEnd(text string, at int) (end, next int) {
	i := strings.IndexAny(text[at:], "\r\n")
	switch {
	case i < 0:
		return len(text), len(text)
	case strings.HasPrefix(text[at+i:], "\r\n"):
		return at + i, at + i + 2
	}
	return at + i, at + i + 1
}

// markdown is the state of the scanner between two lines.
type markdown struct {
	text   string
	blocks []Block

	open   bool // the last block is a paragraph or an item that takes further lines
	table  bool // the last block is a row of a table
	quote  int  // depth of quotation of the line before
	indent int  // column at which the text of the current list item starts, 0 outside lists
	blank  bool // the line before was blank, or there was none that a paragraph could go on from

	fence       string // the run of marks that opened the code block being read, "" outside
	code        int    // where a code block's text starts, when fence or indented code is open
	indented    bool   // indented code is open
	codeEnd     int    // where the last line of indented code ended
	lastComment int    // where the last end of a comment stands
	hidden      int    // a comment reaches to here
}

// line reads the line from start to end; the next one starts at next.
func (m *markdown) line(start, end, next int) {
	at, depth := m.unquote(start, end)
	column := columns(m.text[at:end])
	at = skipSpaces(m.text[:end], at)
	content := strings.TrimRightFunc(m.text[at:end], isBlank)
	switch {
	case start < m.hidden:
		return
	case m.fence != "":
		if rest := strings.TrimLeft(content, m.fence[:1]); len(content)-len(rest) >= len(m.fence) && strings.TrimSpace(rest) == "" {
			m.closeCode(start)
		}
		return
	case content == "":
		m.open, m.table, m.blank = false, false, true
		return
	case m.indented && column >= m.indent+4:
		m.codeEnd = end
		return
	}
	m.closeCode(0)
	if depth > m.quote {
		m.open = false
	}
	m.quote = depth
	if !m.open && !m.table && column >= m.indent+4 {
		m.indented, m.code, m.codeEnd = true, start, end
		return
	}
	if m.blank && column < m.indent && !isListMarker(content) {
		m.indent = 0
	}
	m.content(at, at+len(content), next, column)
	m.blank = false
}

// maxQuotes is how deep quotations are followed; deeper marks count as text.
const maxQuotes = 64

// unquote returns where the line's text starts behind its quotation marks, and how many there are.
func (m *markdown) unquote(start, end int) (at, depth int) {
	at = start
	for depth < maxQuotes {
		i := skipSpaces(m.text[:end], at)
		if i-at > 3 || i == end || m.text[i] != '>' {
			break
		}
		at = i + 1
		if at < end && m.text[at] == ' ' {
			at++
		}
		depth++
	}
	return at, depth
}

// maxMarkers is how many list markers before the text of a line are followed; further ones count as
// text.
const maxMarkers = 64

// content reads the text of a line, which is not blank: first the list markers before it.
func (m *markdown) content(at, end, next, column int) {
	kind := Paragraph
	ruler := at + rulerStart(m.text[at:end])
	for range maxMarkers {
		if at >= ruler {
			break
		}
		length := listMarker(m.text[at:end], kind == Paragraph && m.open && column >= m.indent)
		if length == 0 {
			break
		}
		kind, m.open, m.table = ListItem, false, false
		column += length
		m.indent = column
		at += length
	}
	if kind == ListItem {
		at += taskMarker(m.text[at:end])
	}
	if at >= end {
		return
	}
	m.leaf(kind, at, end, next)
}

// leaf reads the text of a line behind all markers of containers.
func (m *markdown) leaf(kind BlockKind, at, end, next int) {
	content := m.text[at:end]
	if fence := openingFence(content); fence != "" {
		m.fence, m.code, m.open, m.table = fence, next, false, false
		return
	}
	if level, from, to := atxHeading(content); level > 0 {
		m.add(Heading, level, at+from, at+to)
		return
	}
	switch {
	case m.open && kind == Paragraph && m.underlines(content):
		return
	case isRuler(content):
		m.open, m.table = false, false
		return
	}
	if !m.open && m.hides(content, at) {
		return
	}
	if m.row(at, end, next) {
		return
	}
	if m.open && kind == Paragraph {
		m.blocks[len(m.blocks)-1].End = end
		return
	}
	start := at + footnoteMarker(content)
	m.add(kind, 0, start, end)
	m.open = start < end
}

// underlines says whether content makes a heading of the open paragraph, and does so.
func (m *markdown) underlines(content string) bool {
	last := &m.blocks[len(m.blocks)-1]
	switch {
	case last.Kind != Paragraph:
		return false
	case strings.Trim(content, "=") == "":
		last.Level = 1
	case strings.Trim(content, "-") == "":
		last.Level = 2
	default:
		return false
	}
	last.Kind, m.open = Heading, false
	return true
}

// add appends a block that takes no further lines, unless it is empty.
func (m *markdown) add(kind BlockKind, level, start, end int) {
	m.open, m.table = false, false
	if start < end {
		m.blocks = append(m.blocks, Block{Kind: kind, Level: level, Start: start, End: end})
	}
}

// hides says whether a line is a comment, a link definition or nothing but HTML tags.
func (m *markdown) hides(content string, at int) bool {
	if strings.HasPrefix(content, "<!--") && m.lastComment >= at {
		m.hidden = at + strings.Index(m.text[at:], "-->") + len("-->")
		return true
	}
	return isLinkDefinition(content) || isTags(content)
}

// row reads a line of a table: a header, which a delimiter row follows, or a line after one.
func (m *markdown) row(at, end, next int) bool {
	content := m.text[at:end]
	if !strings.Contains(content, "|") {
		m.table = false
		return false
	}
	if !m.table {
		below, _ := markdownLineEnd(m.text, next)
		from, _ := m.unquote(next, below)
		if !isDelimiterRow(m.text[from:below]) {
			return false
		}
	}
	if !isDelimiterRow(content) {
		from := skipSpaces(content, len(content)-len(strings.TrimPrefix(content, "|")))
		to := len(strings.TrimRightFunc(strings.TrimSuffix(content, "|"), isBlank))
		m.add(TableRow, 0, at+from, at+max(from, to))
	}
	m.open, m.table = false, true
	return true
}

// closeCode ends the code block being read, if any; a fenced one ends at the given offset.
func (m *markdown) closeCode(end int) {
	if m.indented {
		end = m.codeEnd
	} else if m.fence == "" {
		return
	}
	m.fence, m.indented = "", false
	if strings.TrimFunc(m.text[m.code:max(m.code, end)], isBlank) != "" {
		m.add(Code, 0, m.code, end)
	}
	m.blank = true
}
