package corpus

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MarkdownBlocks finds the blocks of Markdown (CommonMark with tables, footnotes and task lists)
// and leaves their inline markup as it is. The marks of headings, lists, quotations, tables and
// fences stand outside the blocks, except where a quotation goes on within one paragraph; comments,
// rulers, link definitions and lines of nothing but HTML tags are in no block. A paragraph that is
// broken over lines is one block. The result is never nil. It takes linear time.
func MarkdownBlocks(text string) []Block {
	m := markdown{text: text, blocks: []Block{}, lastComment: strings.LastIndex(text, "-->")}
	for at := 0; at < len(text); {
		end, next := len(text), len(text)
		if i := strings.IndexAny(text[at:], "\r\n"); i >= 0 {
			end, next = at+i, at+i+1
			if strings.HasPrefix(text[end:], "\r\n") {
				next++
			}
		}
		m.line(at, end, next)
		at = next
	}
	m.closeCode(len(text))
	return m.blocks
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

// content reads the text of a line, which is not blank: first the list markers before it.
func (m *markdown) content(at, end, next, column int) {
	kind := Paragraph
	for at < end && !isRuler(m.text[at:end]) {
		length := listMarker(m.text[at:end], kind == Paragraph && m.openParagraph())
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

// openParagraph says whether the line could go on with a paragraph outside lists.
func (m *markdown) openParagraph() bool {
	return m.open && m.indent == 0 && m.blocks[len(m.blocks)-1].Kind == Paragraph
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
	switch level := underline(content); {
	case m.open && kind == Paragraph && level > 0:
		last := &m.blocks[len(m.blocks)-1]
		last.Kind, last.Level = Heading, level
		m.open = false
		return
	case m.open && kind == Paragraph && (content == "=" || content == "=="):
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
	m.add(kind, 0, at+footnoteMarker(content), end)
	m.open = true
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
		line, _, _ := strings.Cut(m.text[next:], "\n")
		if _, depth := m.unquote(next, next+len(line)); depth > 0 {
			line = line[strings.LastIndexByte(line, '>')+1:]
		}
		if !isDelimiterRow(line) {
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

// skipSpaces returns the offset of the first byte at or after i that is neither space nor tab.
func skipSpaces(text string, i int) int {
	for i < len(text) && (text[i] == ' ' || text[i] == '\t') {
		i++
	}
	return i
}

// columns returns the width of the white space that text starts with; tabs go to multiples of 4.
func columns(text string) int {
	n := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case ' ':
			n++
		case '\t':
			n += 4 - n%4
		default:
			return n
		}
	}
	return n
}

func isListMarker(content string) bool { return listMarker(content, false) > 0 }

// listMarker returns the length of the list marker at the start of content with its spaces; 0 when
// there is none. An ordered list interrupts a paragraph only when it starts with 1.
func listMarker(content string, interrupts bool) int {
	i := 0
	for i < len(content) && i < 9 && content[i] >= '0' && content[i] <= '9' {
		i++
	}
	switch {
	case i > 0 && i < len(content) && (content[i] == '.' || content[i] == ')'):
		if interrupts && content[:i] != "1" {
			return 0
		}
	case i > 0 || content == "" || !strings.ContainsRune("-+*", rune(content[0])):
		return 0
	}
	i++
	if i == len(content) && !interrupts {
		return i
	}
	if end := skipSpaces(content, i); end > i && end < len(content) {
		return end
	}
	return 0
}

// taskMarker returns the length of a task's check box at the start of content.
func taskMarker(content string) int {
	for _, box := range []string{"[ ] ", "[x] ", "[X] "} {
		if strings.HasPrefix(content, box) {
			return len(box)
		}
	}
	return 0
}

// openingFence returns the run of marks that opens a fenced code block; "" when there is none.
func openingFence(content string) string {
	for _, mark := range []string{"`", "~"} {
		rest := strings.TrimLeft(content, mark)
		if n := len(content) - len(rest); n >= 3 && (mark == "~" || !strings.Contains(rest, "`")) {
			return content[:n]
		}
	}
	return ""
}

// atxHeading returns the level of a heading with "#" marks and where its text stands in content;
// the level is 0 when content is none.
func atxHeading(content string) (level, start, end int) {
	level = len(content) - len(strings.TrimLeft(content, "#"))
	if level == 0 || level > 6 || level < len(content) && content[level] != ' ' && content[level] != '\t' {
		return 0, 0, 0
	}
	start, end = skipSpaces(content, level), len(content)
	if closed := strings.TrimRight(content[start:], "#"); closed == "" || strings.HasSuffix(closed, " ") || strings.HasSuffix(closed, "\t") {
		end = start + len(strings.TrimRight(closed, " \t"))
	}
	return level, start, end
}

// isRuler says whether content is a thematic break: three or more of one mark, and blanks.
func isRuler(content string) bool {
	if content == "" || !strings.ContainsRune("-*_", rune(content[0])) {
		return false
	}
	mark := content[:1]
	return strings.Trim(content, mark+" \t") == "" && strings.Count(content, mark) >= 3
}

// isDelimiterRow says whether content is the row between a table's header and its body.
func isDelimiterRow(content string) bool {
	return strings.Trim(content, "|-: \t\r") == "" && strings.Contains(content, "-") && strings.Contains(content, "|")
}

// isLinkDefinition says whether content defines a link, such as `[name]: https://example.org`.
func isLinkDefinition(content string) bool {
	end := strings.Index(content, "]:")
	return end > 1 && content[0] == '[' && content[1] != '^' && strings.TrimSpace(content[end+2:]) != "" &&
		!strings.Contains(content[1:end], "]") &&
		strings.IndexFunc(strings.TrimSpace(content[end+2:]), unicode.IsSpace) < 0
}

// footnoteMarker returns the length of the marker of a footnote at the start of content.
func footnoteMarker(content string) int {
	if !strings.HasPrefix(content, "[^") {
		return 0
	}
	end := strings.Index(content, "]:")
	if end < 0 || strings.ContainsAny(content[:end], " \t") {
		return 0
	}
	return skipSpaces(content, end+2)
}

// isTags says whether content has no text outside HTML tags.
func isTags(content string) bool {
	if r, _ := utf8.DecodeRuneInString(strings.TrimPrefix(strings.TrimPrefix(content, "<"), "/")); !strings.HasPrefix(content, "<") || !unicode.IsLetter(r) {
		return false
	}
	for content != "" {
		if content[0] != '<' {
			return false
		}
		end := strings.IndexByte(content, '>')
		if end < 0 || strings.Contains(content[:end], "://") && !strings.Contains(content[:end], "=") {
			return false
		}
		content = strings.TrimLeft(content[end+1:], " \t")
	}
	return true
}
