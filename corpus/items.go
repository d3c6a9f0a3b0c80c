package corpus

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// inlineItems finds the items of a list that runs on in one text, such as "1) First 2) Second" or
// "• First • Second": the offsets, shifted by base, of every marker but the first. The text must
// begin with a marker, and numbers and letters must count on from it.
func inlineItems(text string, base int) []int {
	if r, size := utf8.DecodeRuneInString(text); isBullet(r) {
		return bulletItems(text, text[:size], base)
	}
	mark := leadingMark(text)
	if mark.suffix == "" {
		return nil
	}
	var items []int
	for at := mark.length; ; {
		mark.next()
		found := mark.find(text, at)
		if found < 0 {
			return items
		}
		items = append(items, base+found)
		at = found + 1
	}
}

func isBullet(r rune) bool {
	switch r {
	case '•', '⁃', '◦', '‣', '▪', '●':
		return true
	}
	return false
}

func bulletItems(text, bullet string, base int) []int {
	var items []int
	for at := len(bullet); ; {
		i := strings.Index(text[at:], bullet)
		if i < 0 {
			return items
		}
		if r, _ := utf8.DecodeLastRuneInString(text[:at+i]); isBlank(r) {
			items = append(items, base+at+i)
		}
		at += i + len(bullet)
	}
}

// A mark numbers an item: a number or a lower-case letter, and one of the suffixes ")", ".)", ".".
type mark struct {
	number int
	letter byte
	suffix string
	length int
}

// leadingMark reads the mark at the start of text; its suffix is "" when there is none.
func leadingMark(text string) mark {
	var m mark
	for m.length < len(text) && m.length < 3 && text[m.length] >= '0' && text[m.length] <= '9' {
		m.number = 10*m.number + int(text[m.length]-'0')
		m.length++
	}
	if m.length == 0 && text != "" && text[0] >= 'a' && text[0] <= 'y' {
		m.letter = text[0]
		m.length = 1
	}
	if m.length == 0 {
		return mark{}
	}
	for _, suffix := range []string{".)", ")", "."} {
		if strings.HasPrefix(text[m.length:], suffix) && skipBlank(text, m.length+len(suffix)) > m.length+len(suffix) {
			m.suffix = suffix
			m.length += len(suffix)
			break
		}
	}
	return m
}

func (m *mark) next() {
	if m.letter != 0 {
		m.letter++
	}
	m.number++
}

// find returns where the mark stands in text, at or after from and between blanks; -1 for nowhere.
func (m *mark) find(text string, from int) int {
	label := strconv.Itoa(m.number)
	if m.letter != 0 {
		label = string(m.letter)
	}
	label += m.suffix
	for {
		i := strings.Index(text[from:], label)
		if i < 0 {
			return -1
		}
		from += i
		before, _ := utf8.DecodeLastRuneInString(text[:from])
		rest := text[from+len(label):]
		after, _ := utf8.DecodeRuneInString(rest[skipBlank(rest, 0):])
		if isBlank(before) && skipBlank(rest, 0) > 0 && (m.suffix != "." || unicode.IsUpper(after)) {
			return from
		}
		from += len(label)
	}
}
