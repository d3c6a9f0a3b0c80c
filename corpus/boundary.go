package corpus

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// ends says whether the sentence being read ends with st.
func (s *splitter) ends(st stop) bool {
	next := skipBlank(s.text, st.end)
	if next == len(s.text) {
		return true
	}
	ld := s.readLead(next)
	gap := next > st.end
	switch {
	case ld.rune == 0 || isContinuation(ld, s.text):
		return false
	case isWide(st.last):
		return s.endsWide(st, next)
	case st.last >= utf8.RuneSelf && st.last != '…':
		return gap || unicode.IsLetter(ld.rune)
	case !gap:
		return s.endsWithoutGap(st, ld)
	case isLower(ld) && !isCamel(ld.word):
		return s.informal && s.endsInformally(st)
	case st.dots == 1:
		return s.endsWithDot(st, ld)
	case st.dots > 1:
		return s.endsWithEllipsis(st, ld)
	}
	return s.endsWithMark(st, ld)
}

// endsInformally decides in informal text before a lower-case word: a plain word of three letters or
// more and one mark end a sentence.
func (s *splitter) endsInformally(st stop) bool {
	token := tokenBefore(s.text, st.start, s.start)
	plain := strings.IndexFunc(token, func(r rune) bool { return !unicode.IsLetter(r) }) < 0
	return plain && utf8.RuneCountInString(token) > 2 && st.dots < 2 && !st.quoted && !st.bracket &&
		s.words.class(token) == word
}

// isContinuation says whether the lead is punctuation that goes on with the sentence before it.
func isContinuation(ld lead, text string) bool {
	switch ld.rune {
	case ',', ';', ':', ')', ']', '}', '%', '/', '、', '，', '；', '：', '）', '!', '?', '…',
		'+', '=', '×', '÷', '·', '&', '→', '|':
		return true
	case '.': // A name such as ".NET" begins a sentence, a lone dot does not.
		r, _ := utf8.DecodeRuneInString(text[ld.at+1:])
		return !unicode.IsLetter(r)
	}
	return false
}

func isLower(ld lead) bool { return unicode.IsLower(ld.rune) }

// isCamel says whether a word starts lower case by its nature, such as iOS or eBay.
func isCamel(word string) bool {
	first, size := utf8.DecodeRuneInString(word)
	return unicode.IsLower(first) && strings.IndexFunc(word[size:], unicode.IsUpper) >= 0
}

// endsWide decides for a terminator of Chinese or Japanese.
func (s *splitter) endsWide(st stop, next int) bool {
	r, _ := utf8.DecodeRuneInString(s.text[next:])
	if st.last == '．' && unicode.IsDigit(r) {
		return false
	}
	if !st.quoted || next > st.end || !unicode.IsLetter(r) {
		return true
	}
	switch r { // Japanese particles after a quotation go on with its sentence.
	case 'と', 'っ', 'な', 'の', 'は', 'が', 'を', 'に', 'で', 'も', 'や':
		return false
	}
	return st.last == '。' || st.last == '｡'
}

// endsWithoutGap decides for an ASCII terminator that no space follows: it ends a sentence between
// letters of scripts that are written without spaces, and after a footnote mark.
func (s *splitter) endsWithoutGap(st stop, ld lead) bool {
	if st.noted && ld.at == st.end {
		return unicode.IsUpper(ld.rune)
	}
	before, _ := utf8.DecodeLastRuneInString(s.text[:st.start])
	return st.last != '…' && isHanOrKana(before) && isHanOrKana(ld.rune)
}

func isHanOrKana(r rune) bool {
	return r >= 0x3041 && r <= 0x30ff || unicode.Is(unicode.Han, r)
}

// endsWithEllipsis decides for two dots or more, or "…", before a word that may start a sentence.
// Three dots between spaces stand for words left out, so that more is needed there.
func (s *splitter) endsWithEllipsis(st stop, ld lead) bool {
	before, _ := utf8.DecodeLastRuneInString(s.text[:st.start])
	switch {
	case before == '[' || before == '(':
		return false
	case isBlank(before) && st.dots == 3:
		return s.words.starts(ld.word) && ld.word != "I"
	}
	return true
}

// endsWithMark decides for "!" and "?" before a word that may start a sentence.
func (s *splitter) endsWithMark(st stop, ld lead) bool {
	if st.quoted && (s.attribution(ld) || strings.HasPrefix(s.text[skipBlank(s.text, st.end):], "(")) {
		return false // A question within a sentence, or a title with its year.
	}
	if st.bracket && !st.quoted && s.paren > s.start {
		return s.words.starts(ld.word)
	}
	if st.last == '!' && isShoutedName(tokenBefore(s.text, st.start, s.start)) {
		return s.words.starts(ld.word)
	}
	return true
}

// isShoutedName says whether token is a name that is written with an exclamation mark.
func isShoutedName(token string) bool {
	return token == "Yahoo" || token == "Jeopardy"
}

// attribution says whether the lead begins an attribution such as `Anna Smith asked` after a
// question in quotation marks: up to three capitalised words, and a verb of saying.
func (s *splitter) attribution(ld lead) bool {
	at := ld.at
	for range 3 {
		word := wordAt(s.text, at)
		first, _ := utf8.DecodeRuneInString(word)
		if !unicode.IsUpper(first) || s.words.starts(word) {
			return false
		}
		at += len(word)
		next := skipBlank(s.text, at)
		if next == at {
			return false
		}
		at = next
		switch wordAt(s.text, at) {
		case "asked", "said", "replied", "cried", "shouted", "exclaimed", "wondered", "demanded", "answered":
			return true
		}
	}
	return false
}
