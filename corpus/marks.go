package corpus

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The marks of Markdown within one line.

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
func isRuler(content string) bool { return content != "" && rulerStart(content) == 0 }

// rulerStart returns where the thematic break starts that content ends with; len(content) when it
// ends with none. Text may stand before the break.
func rulerStart(content string) int {
	if content == "" || !strings.ContainsRune("-*_", rune(content[len(content)-1])) {
		return len(content)
	}
	mark := content[len(content)-1:]
	before := strings.TrimRight(content, mark+" \t")
	if strings.Count(content[len(before):], mark) < 3 {
		return len(content)
	}
	return skipSpaces(content, len(before))
}

// isDelimiterRow says whether content is the row between a table's header and its body.
func isDelimiterRow(content string) bool {
	return strings.Trim(content, "|-: \t\r") == "" && strings.Contains(content, "-") && strings.Contains(content, "|")
}

// isLinkDefinition says whether content defines a link, such as `[name]: https://example.org "Title"`.
func isLinkDefinition(content string) bool {
	end := strings.Index(content, "]:")
	if end < 2 || content[0] != '[' || content[1] == '^' || strings.Contains(content[1:end], "]") {
		return false
	}
	target, title, _ := strings.Cut(strings.TrimSpace(content[end+2:]), " ")
	title = strings.TrimSpace(title)
	return target != "" && (title == "" || strings.ContainsRune("\"'(", rune(title[0])))
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
