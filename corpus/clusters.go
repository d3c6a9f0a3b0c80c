package corpus

import (
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

// clusters tells whether offsets of a text are boundaries of grapheme clusters (Unicode Standard
// Annex #29). It must be asked in ascending order, and then takes linear time over all.
type clusters struct {
	text string
	iter *graphemes.Iterator[string]
	at   int
}

func newClusters(text string) clusters { return clusters{text: text} }

// boundary says whether no cluster spans offset i.
func (c *clusters) boundary(i int) bool {
	if i <= 0 || i >= len(c.text) {
		return true
	}
	before, _ := utf8.DecodeLastRuneInString(c.text[:i])
	after, _ := utf8.DecodeRuneInString(c.text[i:])
	if isPlain(before) && isPlain(after) {
		return before != '\r' || after != '\n'
	}
	if c.iter == nil {
		c.iter = clustersOf(c.text)
	}
	for c.at < i && c.iter.Next() {
		c.at = c.iter.End()
	}
	return c.at == i
}

// clustersOf iterates over the grapheme clusters of text. Each byte of invalid UTF-8 counts as a
// character of its own.
func clustersOf(text string) *graphemes.Iterator[string] {
	if !utf8.ValidString(text) {
		masked := []byte(text)
		for i := 0; i < len(masked); {
			r, size := utf8.DecodeRune(masked[i:])
			if r == utf8.RuneError && size == 1 {
				masked[i] = '?'
			}
			i += size
		}
		text = string(masked)
	}
	return graphemes.FromString(text)
}

// trim returns the span from start, where no blank stands, to end without the blanks before end.
// It reports false when the end would cut a cluster.
func (c *clusters) trim(start, end int) (Span, bool) {
	to := end
	for to > start {
		r, size := utf8.DecodeLastRuneInString(c.text[:to])
		if !isBlank(r) {
			break
		}
		to -= size
	}
	if to > start && to < end && bindsBlank(c.text, to) {
		_, size := utf8.DecodeRuneInString(c.text[to:])
		to += size
	}
	return Span{start, to}, to < end || c.boundary(end)
}

// skipToText returns the offset of the first rune at or after i that is not blank. A blank that
// carries a combining mark counts as text.
func skipToText(text string, i int) int {
	at := skipBlank(text, i)
	if at > i && at < len(text) && bindsBlank(text, at) {
		_, size := utf8.DecodeLastRuneInString(text[:at])
		at -= size
	}
	return at
}

// bindsBlank says whether a cluster spans offset i, before or after which a blank stands. There
// the runes next to it decide.
func bindsBlank(text string, i int) bool {
	before, start := utf8.DecodeLastRuneInString(text[:i])
	after, end := utf8.DecodeRuneInString(text[i:])
	if isPlain(before) && isPlain(after) {
		return false
	}
	iter := clustersOf(text[i-start : i+end])
	return iter.Next() && iter.End() != start
}

// isPlain says whether r is one of the common runes that neither extend a cluster nor bind the
// next rune to it, so that a boundary lies between any two of them (but CR LF).
func isPlain(r rune) bool {
	return r < 0x300 || // Latin
		r >= 0x0400 && r <= 0x0482 || // Cyrillic
		r >= 0x2010 && r <= 0x205f || // general punctuation
		r >= 0x3000 && r <= 0x3029 || // CJK punctuation
		r >= 0x3041 && r <= 0x3096 || // Hiragana
		r >= 0x30a1 && r <= 0x30ff || // Katakana
		r >= 0x4e00 && r <= 0x9fff || // Han
		r >= 0xff01 && r <= 0xff60 // full-width forms
}
