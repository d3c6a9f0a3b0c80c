package eval

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// letters reduces a text to what is compared: its letters and digits, in compatibility form and
// without case, so that neither markup nor quotation marks nor white space matter.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			return r
		}
		return -1
	}, cases.Fold().String(norm.NFKC.String(s)))
}

// A span is a part of a text that was reduced by [letters], in bytes.
type span struct{ start, end int }

// spans returns every place of part in text, overlapping ones too; none for an empty part.
func spans(text, part string) []span {
	var list []span
	for from := 0; part != ""; {
		i := strings.Index(text[from:], part)
		if i < 0 {
			break
		}
		i += from
		list = append(list, span{i, i + len(part)})
		_, size := utf8.DecodeRuneInString(part)
		from = i + size
	}
	return list
}

// overlap says whether two spans of text share at least half the characters of the shorter one.
func overlap(text string, a, b span) bool {
	start, end := max(a.start, b.start), min(a.end, b.end)
	if start >= end {
		return false
	}
	length := func(s span) int { return utf8.RuneCountInString(text[s.start:s.end]) }
	return 2*length(span{start, end}) >= min(length(a), length(b))
}
