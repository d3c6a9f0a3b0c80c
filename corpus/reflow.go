package corpus

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The widths, in runes, to which people and programs wrap text. Lines that are all shorter were
// broken on purpose, as verses and addresses are; longer ones were not wrapped at all.
const (
	minWrap = 40
	maxWrap = 120
)

// titleLength is the length in runes up to which a line that stands alone may be a heading.
const titleLength = 60

// wrapWidth returns the width to which lines were wrapped, 0 when they were not: most breaks must
// stand where the next word would not have fitted.
func wrapWidth(lines []line) int {
	width := 0
	for _, l := range lines {
		width = max(width, l.indent+utf8.RuneCountInString(l.text))
	}
	if len(lines) < 2 || width < minWrap || width > maxWrap {
		return 0
	}
	forced := 0
	for i := range lines[1:] {
		if isForced(lines[i], lines[i+1], width) {
			forced++
		}
	}
	breaks := len(lines) - 1
	if 10*forced < 6*breaks || breaks == 1 && width < titleLength {
		return 0
	}
	return width
}

// isForced says whether the first word of next would not have fitted on the line before it.
func isForced(l, next line, width int) bool {
	first, _, _ := strings.Cut(next.text, " ")
	length := utf8.RuneCountInString(first)
	if r, _ := utf8.DecodeRuneInString(first); isHanOrKana(r) {
		length = 1
	}
	return l.indent+utf8.RuneCountInString(l.text)+1+length > width
}

// joins says whether next goes on with the paragraph of the line before it: the text is wrapped
// and the break was forced, or the next line starts lower case in the middle of a sentence.
func joins(l, next line, wrapped int) bool {
	if wrapped > 0 && isForced(l, next, wrapped) {
		return true
	}
	r, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(next.text, isOpener))
	return unicode.IsLower(r) && !endsSentence(l.text)
}

// endsSentence says whether text ends with a terminator, closing quotes and brackets aside.
func endsSentence(text string) bool {
	r, _ := utf8.DecodeLastRuneInString(strings.TrimRightFunc(text, isCloser))
	return isStop(r)
}

// underline returns the level of the heading that a line underlines, 0 when it does not.
func underline(text string) int {
	switch {
	case len(text) < 3:
		return 0
	case strings.Trim(text, "=") == "":
		return 1
	case strings.Trim(text, "-") == "":
		return 2
	}
	return 0
}

// isCapitals says whether a line is a heading in capitals: two letters or more, none lower case.
func isCapitals(text string) bool {
	upper := 0
	for _, r := range text {
		switch {
		case unicode.IsUpper(r):
			upper++
		case unicode.IsLetter(r):
			return false
		}
	}
	return upper > 3 && utf8.RuneCountInString(text) <= titleLength && !endsSentence(text)
}

// isTitle says whether a line that stands alone may be a heading.
func isTitle(text string) bool {
	first, _ := utf8.DecodeRuneInString(text)
	last, _ := utf8.DecodeLastRuneInString(text)
	return utf8.RuneCountInString(text) <= titleLength && strings.Count(text, " ") < 10 &&
		(unicode.IsLetter(first) || unicode.IsDigit(first)) && !unicode.IsLower(first) && !isStop(last) && !strings.ContainsRune(",;:、，；：…\"”»", last)
}
