package index

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// AnalysisVersion changes whenever [Analyze] gives other terms for the same text, or other terms are
// indexed; an index built by another version is built again.
const AnalysisVersion = 5

// A Token is one term of a text and the bytes it was made from.
type Token struct {
	// Term is what is indexed and looked up: lower case, accents of Latin and Greek letters
	// removed, stemmed by the rules of the text's language.
	Term string
	// Start and End are byte offsets into the analysed text.
	Start, End int
}

// Analyze cuts text into the terms by which it is found. Words are runs of letters, marks and
// digits; hyphens and apostrophes divide them, "'s" and the like are dropped, "U.S." becomes one
// term, a number keeps its decimal point. Scripts written without spaces (Chinese, Japanese, Thai
// and the like) and Korean give pairs of neighbouring characters. Lang is a BCP 47 code; an
// unknown one, or "", means no stemming.
func Analyze(text, lang string) []Token {
	found := new(vocabulary).analyze(text, lang)
	tokens := make([]Token, len(found))
	for i, t := range found {
		tokens[i] = Token{t.term, t.start, t.end}
	}
	return tokens
}

type scanner struct {
	text       string
	lang       string
	pos        int
	stem       *stemmer // made for the first word that is not known
	vocabulary *vocabulary
	tokens     []token
	// marking asks for the marks of the tokens, as far as each word alone tells them.
	marking bool
}

// scan reads the text.
func (s *scanner) scan() {
	for s.pos < len(s.text) {
		r, size := utf8.DecodeRuneInString(s.text[s.pos:])
		switch {
		case isBigram(r):
			s.bigrams()
		case isWord(r):
			s.word()
		default:
			s.pos += size
		}
	}
}

// termOf returns the term of a word as it is spelled.
func (s *scanner) termOf(raw string) string {
	if s.stem == nil {
		stem := stemmerFor(s.lang)
		s.stem = &stem
	}
	return s.stem.term(baseForm(fold(singular(raw)), s.lang))
}

// word reads one word at pos, of which the first rune is known to be one of a word.
func (s *scanner) word() {
	start := s.pos
	if end := acronymEnd(s.text, start); end > start {
		s.pos = end
		s.emit(start, end, acronym(s.text[start:end]))
		return
	}
	end := s.runEnd(start)
	s.pos = end
	if start > 0 && end-start <= 2 && isApostropheBefore(s.text, start) && isClitic(s.text[start:end]) {
		return
	}
	raw := s.text[start:end]
	if raw == "US" || raw == "USA" {
		s.emit(start, end, acronym(raw))
		return
	}
	if term, marks := s.vocabulary.word(raw, s); term != "" {
		s.tokens = append(s.tokens, token{term, start, end, marks})
	}
}

// runEnd returns the end of the run of word runes at start. A full stop or comma between two
// digits belongs to the number.
func (s *scanner) runEnd(start int) int {
	prevDigit := false
	for i := start; i < len(s.text); {
		r, size := utf8.DecodeRuneInString(s.text[i:])
		if (r == '.' || r == ',') && prevDigit && i+1 < len(s.text) && s.text[i+1] >= '0' && s.text[i+1] <= '9' {
			prevDigit = false
			i++
			continue
		}
		if !isWord(r) && !joins(r) || isBigram(r) {
			return i
		}
		prevDigit = unicode.IsDigit(r)
		i += size
	}
	return len(s.text)
}

// emit adds a token that the vocabulary does not hold.
func (s *scanner) emit(start, end int, term string) {
	if term != "" {
		s.tokens = append(s.tokens, token{term, start, end, s.marksOf(s.text[start:end])})
	}
}

// marksOf returns the marks of a word, if they are asked for.
func (s *scanner) marksOf(spelled string) mark {
	if !s.marking {
		return 0
	}
	return wordMarks(spelled, s.lang)
}

// bigrams reads a run of a script without spaces: each pair of neighbours is a term, and a run of
// one is a term of its own.
func (s *scanner) bigrams() {
	prev, prevEnd := s.pos, -1
	for s.pos < len(s.text) {
		if r, _ := utf8.DecodeRuneInString(s.text[s.pos:]); !isBigram(r) {
			break
		}
		end := characterEnd(s.text, s.pos)
		if prevEnd >= 0 {
			s.emit(prev, end, fold(s.text[prev:end]))
			prev = s.pos
		}
		prevEnd = end
		s.pos = end
	}
	if n := len(s.tokens); n == 0 || s.tokens[n-1].end != s.pos {
		s.emit(prev, s.pos, fold(s.text[prev:s.pos]))
	}
}

// characterEnd returns the end of the character at start: in Thai and its kin a vowel that is written
// before its consonant, the consonant and the marks on it are one; elsewhere a letter with its marks.
func characterEnd(text string, start int) int {
	complete := false
	for i := start; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case unicode.IsMark(r) || r == 0x0E33 || r == 0x0EB3:
		case complete || !isBigram(r):
			return max(i, start+1)
		default:
			complete = !leadsConsonant(r)
		}
		i += size
	}
	return len(text)
}

// leadsConsonant says whether a letter of Thai or Lao is a vowel spoken after the consonant it stands
// before.
func leadsConsonant(r rune) bool { return r >= 0x0E40 && r <= 0x0E44 || r >= 0x0EC0 && r <= 0x0EC4 }

// acronymEnd returns the end of an acronym with full stops at start ("U.S.", "e.g."), or start
// when there is none. One letter and a full stop alone is an initial, not an acronym.
func acronymEnd(text string, start int) int {
	letters, end := 0, start
	for i := start; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if !unicode.IsLetter(r) || isBigram(r) || i+size >= len(text) || text[i+size] != '.' {
			break
		}
		i += size + 1
		letters++
		end = i
	}
	if letters < 2 || endsInsideWord(text, end) {
		return start
	}
	return end
}

func endsInsideWord(text string, end int) bool {
	r, _ := utf8.DecodeRuneInString(text[end:])
	return end < len(text) && isWord(r)
}

// acronym returns the term of an acronym: its letters in lower case. The United States get the
// term "usa" however they are abbreviated, since "us" is also a pronoun.
func acronym(s string) string {
	t := fold(strings.ReplaceAll(s, ".", ""))
	if t == "us" {
		return "usa"
	}
	return t
}

func isApostropheBefore(text string, i int) bool {
	r, _ := utf8.DecodeLastRuneInString(text[:i])
	return isApostrophe(r)
}

func isApostrophe(r rune) bool { return r == '\'' || r == '’' || r == 'ʼ' || r == '＇' }

// isClitic says whether what follows an apostrophe carries no meaning to search for, as in "it's",
// "don't", "we'll".
func isClitic(s string) bool {
	switch s {
	case "s", "S", "t", "re", "ve", "ll", "d", "m":
		return true
	}
	return false
}

func isWord(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	}
	return !isApostrophe(r) && (unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r))
}

// joins says whether a character that nobody sees stands within a word: the soft hyphen, the word
// joiner, and those that say whether neighbours are written as one. [fold] leaves them out.
func joins(r rune) bool { return r == 0xAD || r == 0x200C || r == 0x200D || r == 0x2060 }

// isBigram says whether words of the rune's script are not divided by spaces, or, for Korean, carry
// endings that hide them: such scripts are searched by pairs of characters.
func isBigram(r rune) bool {
	return r >= 0x0E00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul,
		unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) || r == 'ー'
}
