package index

import (
	"hash/maphash"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// A vocabulary remembers words that were met lately, so that most are stemmed once. It is safe for concurrent
// use; the zero value remembers nothing.
type vocabulary struct {
	seed maphash.Seed
	// words has one place for each of the words that have the same hash: the last one stays there.
	words []atomic.Pointer[knownWord]
}

// knownWords is how many places a vocabulary has. When all are taken, it takes some 4 MB.
const knownWords = 1 << 15

// A knownWord is a word as it is spelled in a text of a language. It takes one line of a processor's cache, with
// all letters of a word that is not long.
type knownWord struct {
	letters  [29]byte
	length   uint8
	language string
	term     string
	// marks are those that the spelling alone tells.
	marks mark
}

func newVocabulary() *vocabulary {
	return &vocabulary{seed: maphash.MakeSeed(), words: make([]atomic.Pointer[knownWord], knownWords)}
}

// is says whether a word is spelled so in a language.
func (w *knownWord) is(spelled, language string) bool {
	return int(w.length) == len(spelled) && string(w.letters[:w.length]) == spelled && w.language == language
}

// word returns what is known of a word that a scanner has met.
func (v *vocabulary) word(spelled string, s *scanner) (term string, marks mark) {
	if v.words == nil || len(spelled) > len(knownWord{}.letters) {
		return s.termOf(spelled), s.marksOf(spelled)
	}
	place := &v.words[maphash.String(v.seed, spelled)%knownWords]
	w := place.Load()
	if w == nil || !w.is(spelled, s.lang) {
		w = &knownWord{length: uint8(len(spelled)), language: s.lang, marks: wordMarks(spelled, s.lang)}
		copy(w.letters[:], spelled)
		w.term = strings.Clone(s.termOf(spelled)) // of the text nothing else must stay
		place.Store(w)
	}
	return w.term, w.marks
}

// analyze returns the tokens of a text, without their marks.
func (v *vocabulary) analyze(text, lang string) []token {
	return v.scan(&scanner{text: text, lang: lang})
}

// tokens returns the tokens of a sentence.
func (v *vocabulary) tokens(text, lang string) []token {
	tokens := v.scan(&scanner{text: text, lang: lang, marking: true})
	for i := range tokens {
		t := &tokens[i]
		t.marks = marksOf(text, t, i == 0)
	}
	return tokens
}

// scan returns what a scanner finds, in no more room than that takes.
func (v *vocabulary) scan(s *scanner) []token {
	room := tokenRooms.Get().(*[]token)
	defer tokenRooms.Put(room)
	s.vocabulary, s.tokens = v, (*room)[:0]
	s.scan()
	tokens := slices.Clone(s.tokens)
	clear(s.tokens) // terms may be parts of the text
	*room = s.tokens
	return tokens
}

// tokenRooms are for tokens of a text, as long as it is not known how many there are.
var tokenRooms = sync.Pool{New: func() any { return new([]token) }}
