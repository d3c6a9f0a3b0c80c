package corpus

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// endsWithDot decides for a single full stop before a word that may start a sentence: the word
// before it may be an abbreviation, an initial, an acronym, an ordinal or a list marker.
func (s *splitter) endsWithDot(st stop, ld lead) bool {
	token := tokenBefore(s.text, st.start, s.start)
	first, size := utf8.DecodeRuneInString(token)
	switch {
	case token == "":
		return true
	case s.opensWith(st, token):
		return false
	case st.bracket && s.paren > s.start && !s.starts(ld):
		return false
	case isDigits(token):
		return s.endsWithNumber(st, token, ld)
	case strings.Contains(token, "//") || strings.Contains(token, "@"):
		return true
	case unicode.IsLetter(first) && onlyMarks(token[size:]):
		return s.endsWithLetter(st, token, ld)
	case isDotted(token):
		return s.endsWithAcronym(token, ld)
	}
	return s.endsWithWord(st, token, ld)
}

// opensWith says whether a number or a letter and a full stop stand at the start of the sentence,
// behind a bullet or not, or of a bracket: they number what follows.
func (s *splitter) opensWith(st stop, token string) bool {
	if !isMarker(token) {
		return false
	}
	before := s.text[s.start : st.start-len(token)]
	if len(before) <= len("• ") && strings.IndexFunc(before, func(r rune) bool { return !isBlank(r) && !isBullet(r) }) < 0 {
		return true
	}
	return isDigits(token) && strings.HasSuffix(before, "(")
}

// starts says whether the lead is a word that commonly begins a sentence, and no initial.
func (s *splitter) starts(ld lead) bool {
	return s.words.starts(ld.word) && !strings.HasPrefix(s.text[ld.at+len(ld.word):], ".")
}

// endsWithNumber decides for a number and a full stop. Some languages write ordinals so: then only
// a word that commonly begins a sentence shows that it ends there.
func (s *splitter) endsWithNumber(st stop, token string, ld lead) bool {
	if s.words.lang == "" && len(token) <= 2 && isOrdinalNoun(ld.word) {
		return false
	}
	if !s.words.ordinals() || len(token) > 2 {
		return true
	}
	if at := st.start - len(token); at > s.start && !isBlank(rune(s.text[at-1])) && s.text[at-1] != '(' {
		return true // The end of a name, such as "U-18".
	}
	return !unicode.IsDigit(ld.rune) && s.starts(ld)
}

// joinLetters returns token behind the single letters and full stops that stand before it with
// spaces between, at most three: "z.B" for "z. B". It also returns where that starts.
func (s *splitter) joinLetters(st stop, token string) (string, int) {
	joined, at := token, st.start-len(token)
	for range 3 {
		gap, size := utf8.DecodeLastRuneInString(s.text[s.start:at])
		if size == 0 || !isBlank(gap) || !strings.HasSuffix(s.text[s.start:at-size], ".") {
			break
		}
		before := tokenBefore(s.text, at-size-1, s.start)
		if utf8.RuneCountInString(before) != 1 {
			break
		}
		joined = before + "." + joined
		at -= size + 1 + len(before)
	}
	return joined, at
}

// endsWithLetter decides for a single letter and a full stop: an initial, or the last letter of an
// abbreviation written with spaces, such as "z. B.".
func (s *splitter) endsWithLetter(st stop, token string, ld lead) bool {
	if s.isWordOfOneLetter(token) {
		return true
	}
	joined, at := s.joinLetters(st, token)
	switch {
	case joined != token:
		return s.endsWithAcronym(joined, ld)
	case s.isSuffix(at):
		return true
	case s.words.lang == "en" && token >= "a" && token <= "z" && !strings.Contains("bcdv", token):
		return !unicode.IsDigit(ld.rune) // A variable, or the "p." of a page.
	}
	return s.starts(ld) && (!isParticle(ld.word) || s.isArticle(ld))
}

// isWordOfOneLetter says whether a single letter is a word: a syllable of Korean, a character of
// Chinese or Japanese, or a letter of Hindi that is no abbreviation.
func (s *splitter) isWordOfOneLetter(token string) bool {
	r, _ := utf8.DecodeRuneInString(token)
	return unicode.Is(unicode.Hangul, r) || isHanOrKana(r) || unicode.Is(unicode.Devanagari, r) && s.words.class(token) == word
}

// isArticle says whether the lead is a word of one letter before a lower-case word, as "A" is in
// "A year later" but not in "J. A Smith".
func (s *splitter) isArticle(ld lead) bool {
	next, found := strings.CutPrefix(s.text[ld.at+len(ld.word):], " ")
	r, _ := utf8.DecodeRuneInString(next)
	return found && len(ld.word) == 1 && unicode.IsLower(r)
}

// isSuffix says whether an apostrophe within a word stands before offset at, as in "Newton's".
func (s *splitter) isSuffix(at int) bool {
	r, size := utf8.DecodeLastRuneInString(s.text[:at])
	if r != '\'' && r != '’' {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(s.text[:at-size])
	after, _ := utf8.DecodeRuneInString(s.text[at:])
	return unicode.IsLetter(before) && unicode.IsLower(after)
}

// endsWithAcronym decides for a word with inner full stops, such as "U.S." or "e.g.".
func (s *splitter) endsWithAcronym(token string, ld lead) bool {
	switch s.words.class(token) {
	case title:
		return false
	case clock:
		return !unicode.IsDigit(ld.rune) && !isTimeWord(ld.word) && (s.starts(ld) || s.wordsUntil(ld.at) > 3)
	}
	return s.starts(ld)
}

// endsWithWord decides for an ordinary word and a full stop.
func (s *splitter) endsWithWord(st stop, token string, ld lead) bool {
	if joined, _ := s.joinLetters(st, token); joined != token && s.words.class(joined) == title {
		return false
	}
	switch s.words.class(token) {
	case title:
		return false
	case numbered:
		return !unicode.IsDigit(ld.rune) && !isRoman(ld.word)
	case shortened:
		return s.starts(ld)
	}
	if s.words.ordinals() && isRoman(token) || looksShortened(token) {
		return s.starts(ld)
	}
	return true
}

// wordsUntil counts the words of the current sentence before end, to 4 at most. Every blank parts
// words, else it would read a sentence without spaces again for each abbreviation.
func (s *splitter) wordsUntil(end int) int {
	n, inside := 0, false
	for _, r := range s.text[s.start:end] {
		blank := isBlank(r)
		if !blank && !inside {
			n++
		}
		if n == 4 {
			break
		}
		inside = !blank
	}
	return n
}

// tokenBefore returns what stands directly before end: back to a blank, an opening or closing mark or
// the slash of "Mr./Mrs.", to from, or to maxWord bytes.
func tokenBefore(text string, end, from int) string {
	at := end
	for at > from && end-at < maxWord {
		r, size := utf8.DecodeLastRuneInString(text[from:at])
		if isBlank(r) || isOpener(r) || isCloser(r) || r == '/' && strings.HasSuffix(text[from:at-size], ".") {
			break
		}
		at -= size
	}
	return text[at:end]
}

// isMarker says whether token can number an item of a list: up to three digits, or one letter.
func isMarker(token string) bool {
	return isDigits(token) && len(token) <= 3 || len(token) == 1 && token != "I"
}

func isDigits(token string) bool {
	return token != "" && strings.Trim(token, "0123456789") == ""
}

func onlyMarks(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return !unicode.IsMark(r) }) < 0
}

// isRoman says whether word is a Roman numeral of up to six letters.
func isRoman(word string) bool {
	return word != "" && len(word) <= 6 && strings.Trim(word, "IVXLC") == ""
}

// isDotted says whether token is letters with full stops between groups of at most two.
func isDotted(token string) bool {
	dots, run := 0, 0
	for _, r := range token {
		switch {
		case r == '.':
			dots++
			run = 0
		case unicode.IsLetter(r) && run < 2:
			run++
		default:
			return false
		}
	}
	return dots > 0 && run > 0
}

// looksShortened says whether token is a capital and up to three consonants, as abbreviations of
// many languages are ("Bldg", "Hwy"), but no acronym and no unit; or a doubled capital, as the plural
// abbreviations of Spanish are ("EE. UU.").
func looksShortened(token string) bool {
	if len(token) == 2 && token[0] == token[1] && token[0] >= 'A' && token[0] <= 'Z' {
		return true
	}
	switch token {
	case "Hz", "Mb", "Gb", "Kb", "Tb":
		return false
	}
	if len(token) < 2 || len(token) > 4 || token == strings.ToUpper(token) {
		return false
	}
	for i := range len(token) {
		c := token[i]
		if i == 0 && (c < 'A' || c > 'Z') || i > 0 && (c < 'a' || c > 'z') || strings.IndexByte("AEIOUYaeiouy", c) >= 0 {
			return false
		}
	}
	return true
}
