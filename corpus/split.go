package corpus

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Span is a range of bytes of a text: text[Start:End].
type Span struct {
	Start, End int
}

// Split cuts one block of prose into sentences. The spans are in order, do not overlap, have no
// white space at their ends and leave out nothing else. No boundary falls inside a rune or a
// grapheme cluster of text. White space, line breaks included, is the same wherever it stands.
//
// lang is a BCP 47 code; it selects abbreviations and the words that begin sentences. "" means
// unknown, and then those of all languages count. Split takes time linear in len(text), whatever
// the text is, and never panics; invalid UTF-8 is kept as it is.
//
// A text that begins with a lower-case letter is taken for informal: there a lower-case word may
// begin a sentence.
//
// Where a full stop may or may not end a sentence, Split rather keeps two sentences together than
// cuts one in half: a quote that is too long still says what its author said.
func Split(text, lang string) []Span {
	s := splitter{text: text, words: vocabularyOf(lang), clusters: newClusters(text)}
	s.start = skipToText(text, 0)
	s.paren = -1
	first, _ := utf8.DecodeRuneInString(text[s.start:])
	s.informal = unicode.IsLower(first) && !isCamel(wordAt(text, s.start))
	s.items = inlineItems(text[s.start:], s.start)
	for i := s.start; i < len(text); {
		i = s.step(i)
	}
	s.cut(len(text))
	return s.out
}

// splitter is the state of one Split: the sentence being read starts at start, and the last
// opening bracket seen stands at paren.
type splitter struct {
	text     string
	words    vocabulary
	clusters clusters
	start    int
	paren    int
	informal bool
	items    []int
	out      []Span
}

// step reads what stands at i, cuts where it ends a sentence, and returns where to read on.
func (s *splitter) step(i int) int {
	if len(s.items) > 0 && i >= s.items[0] {
		s.items = s.items[1:]
		s.cut(i)
	}
	if c := s.text[i]; c < utf8.RuneSelf {
		switch {
		case c == '(' || c == '[':
			s.paren = i
		case c == ' ' && s.thaiGap(i):
			s.cut(i)
		}
		if !isASCIIStop(c) && !(c == ';' && s.words.greek) {
			return i + 1
		}
	} else if r, size := utf8.DecodeRuneInString(s.text[i:]); !isStop(r) {
		return i + size
	}
	st := s.readStop(i)
	if s.ends(st) {
		s.cut(st.end)
	}
	return st.end
}

// cut ends the current sentence at end and starts the next one there, unless that would cut a
// grapheme cluster.
func (s *splitter) cut(end int) {
	span, ok := s.clusters.trim(s.start, end)
	if !ok {
		return
	}
	if span.End > span.Start {
		s.out = append(s.out, span)
	}
	s.start = skipToText(s.text, end)
}

// thaiPhrase is how many bytes a Thai sentence has at least: 50 letters of 3 bytes. Thai writes no
// full stops; a space ends a phrase or a sentence, and shorter phrases are kept with the next.
const thaiPhrase = 150

func (s *splitter) thaiGap(i int) bool {
	if i-s.start < thaiPhrase || i+1 >= len(s.text) {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(s.text[:i])
	after, _ := utf8.DecodeRuneInString(s.text[i+1:])
	return unicode.Is(unicode.Thai, before) && unicode.Is(unicode.Thai, after)
}

// isBlank says whether r is white space, a control character or a mark without width that may
// stand at the edge of a sentence: none of them is part of what is quoted.
func isBlank(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || r == '\ufeff' || r == '\u200b'
}

// skipBlank returns the offset of the first rune at or after i that is not blank.
func skipBlank(text string, i int) int {
	for i < len(text) {
		r, size := utf8.DecodeRuneInString(text[i:])
		if !isBlank(r) {
			return i
		}
		i += size
	}
	return i
}

// primaryLanguage returns the language of a BCP 47 code without script and region.
func primaryLanguage(lang string) string {
	lang, _, _ = strings.Cut(lang, "-")
	return strings.ToLower(lang)
}
