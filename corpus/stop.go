package corpus

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A stop is a run of terminators with the closing quotes, brackets and footnote marks after it.
type stop struct {
	start int  // where the first terminator stands
	end   int  // where the closers end
	last  rune // the last terminator
	// dots counts full stops when the run has nothing else; an ellipsis counts as three.
	dots    int
	quoted  bool // a quotation mark closes it
	bracket bool // a bracket closes it
	noted   bool // a footnote mark follows
}

func isASCIIStop(c byte) bool { return c == '.' || c == '!' || c == '?' }

// isStop says whether r can end a sentence.
func isStop(r rune) bool {
	if r < utf8.RuneSelf {
		return isASCIIStop(byte(r))
	}
	if r < 0x589 { // The first terminator above ASCII is the Armenian full stop, but for the Greek question mark.
		return r == 0x37e
	}
	return r == '…' || unicode.Is(unicode.Sentence_Terminal, r)
}

// isWide says whether r is a terminator of Chinese or Japanese, which no space follows.
func isWide(r rune) bool {
	switch r {
	case '。', '！', '？', '｡', '．':
		return true
	}
	return false
}

// readStop reads the stop that begins at i.
func (s *splitter) readStop(i int) stop {
	st := stop{start: i, end: i}
	pure := true
	for st.end < len(s.text) {
		r, size := utf8.DecodeRuneInString(s.text[st.end:])
		if pure && (r == ' ' || r == '\n' || r == '\u00a0') && spacedDot(s.text[st.end+size:]) {
			size++
			r = '.'
		} else if !isStop(r) && !(r == ';' && st.end == i) {
			break
		}
		switch r {
		case '.':
			st.dots++
		case '…':
			st.dots += 3
		default:
			pure = false
		}
		st.last = r
		st.end += size
	}
	if !pure {
		st.dots = 0
	}
	s.readClosers(&st)
	return st
}

// spacedDot says whether text, behind a space, begins with a further dot of an ellipsis.
func spacedDot(text string) bool {
	if !strings.HasPrefix(text, ".") {
		return false
	}
	r, _ := utf8.DecodeRuneInString(text[1:])
	return len(text) == 1 || r == '.' || isBlank(r) || isCloser(r)
}

// readClosers moves the end of st behind the quotes, brackets and footnote marks that close it.
func (s *splitter) readClosers(st *stop) {
	for st.end < len(s.text) {
		rest := s.text[st.end:]
		r, size := utf8.DecodeRuneInString(rest)
		note := footnote(rest)
		switch {
		case note > 0:
			st.noted = true
			size = note
		case r == ')' || r == ']' || r == '}' || r == '）':
			st.bracket = true
		case opensQuote(r, rest[size:]):
			return
		case isCloser(r):
			st.quoted = st.quoted || r != '*' && r != '_'
		default:
			if size = spacedGuillemet(rest); size == 0 {
				return
			}
			st.quoted = true
		}
		st.end += size
	}
}

// opensQuote says whether r, a quotation mark that closes in one language and opens in another,
// opens a quotation because a word follows.
func opensQuote(r rune, rest string) bool {
	switch r {
	case '“', '‘', '«', '‹':
		next, _ := utf8.DecodeRuneInString(rest)
		return unicode.IsLetter(next) || unicode.IsDigit(next)
	}
	return false
}

// spacedGuillemet returns the length of a space and a closing guillemet, as French sets them, at
// the start of text; 0 when there is none, or when the guillemet opens the next quotation.
func spacedGuillemet(text string) int {
	r, size := utf8.DecodeRuneInString(text)
	if r != ' ' && r != '\u00a0' && r != '\u202f' || !strings.HasPrefix(text[size:], "»") {
		return 0
	}
	size += len("»")
	if next, _ := utf8.DecodeRuneInString(text[size:]); unicode.IsLetter(next) || unicode.IsDigit(next) {
		return 0
	}
	return size
}

// isCloser says whether r, directly after a terminator, belongs to the sentence that ends there:
// brackets, quotation marks of any language, and Markdown's emphasis.
func isCloser(r rune) bool {
	switch r {
	case '"', '\'', ')', ']', '}', '*', '_', '”', '’', '“', '‘', '»', '«', '›', '‹',
		'」', '』', '）', '】', '》', '〉', '〕', '｣', '＂', '＇':
		return true
	}
	return false
}

// maxFootnote is the length in bytes of the longest footnote mark, as Wikipedia's "[further
// explanation needed]" and its like.
const maxFootnote = 40

// footnote returns the length of the footnote mark at the start of text, such as "[1]", "[note 2]"
// or "²"; 0 when there is none.
func footnote(text string) int {
	r, size := utf8.DecodeRuneInString(text)
	switch r {
	case '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹', '⁰', '†', '‡':
		return size
	case '[':
	default:
		return 0
	}
	for i := 1; i < len(text) && i <= maxFootnote; i++ {
		c := text[i]
		switch {
		case c == ']':
			if i == 1 {
				return 0
			}
			return i + 1
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9':
		case c == ' ' || c == '\n' || c == ',' || c == '-' || c == '?':
		default:
			return 0
		}
	}
	return 0
}

// A lead is what stands behind a stop: the first rune after opening marks, and its word.
type lead struct {
	at   int
	rune rune
	word string
}

// maxWord is how many bytes of a word are looked at: longer ones are in no list.
const maxWord = 32

// readLead reads the lead at or after i, where no blank stands.
func (s *splitter) readLead(i int) lead {
	for i < len(s.text) {
		r, size := utf8.DecodeRuneInString(s.text[i:])
		if !isOpener(r) && !isBlank(r) {
			return lead{i, r, wordAt(s.text, i)}
		}
		i += size
	}
	return lead{at: i}
}

// isOpener says whether r may stand before the first word of a sentence.
func isOpener(r rune) bool {
	switch r {
	case '"', '\'', '(', '[', '{', '*', '_', '`', '~', '“', '‘', '„', '‚', '«', '»', '‹', '›', '”', '’',
		'¿', '¡', '-', '–', '—', '―', '「', '『', '（', '【', '《', '〈', '\u200e', '\u200f':
		return true
	}
	return isBullet(r)
}

// wordAt returns the word that begins at i, at most maxWord bytes of it.
func wordAt(text string, i int) string {
	end := i
	for end < len(text) {
		r, size := utf8.DecodeRuneInString(text[end:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) || end+size-i > maxWord {
			break
		}
		end += size
	}
	return text[i:end]
}
