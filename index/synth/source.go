package synth

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"verbatim/corpus"
	"verbatim/index"
)

// A Source is what sentences are made of. It is safe for concurrent use.
type Source struct {
	// sentences are those of all documents in their order; document i has sentences[starts[i]:starts[i+1]].
	sentences    []template
	starts       []int
	words, names pool
	coin         coiner
	content      map[string]bool // by language and word
}

// A template is a sentence and the places in it that may be filled anew, in order.
type template struct {
	text  string
	slots []slot
}

// A slot is a span of bytes of a sentence that holds something to exchange.
type slot struct {
	start, end uint16
	kind       slotKind
}

type slotKind uint8

const (
	wordSlot   slotKind = iota // a word of content, in lower case
	nameSlot                   // a word with a capital, not the first of its sentence
	numberSlot                 // digits
)

// A pool holds the words of one kind as often as they stand in the source; document i has
// tokens[starts[i]:starts[i+1]].
type pool struct {
	tokens []string
	starts []int
	// distinct is the number of different words.
	distinct int
	// fresh is the share of draws that give a new word: twice the share of the tokens that stand once,
	// which is how often a text would go on with a new word (Good and Turing), as half of the words are
	// drawn.
	fresh float64
}

// Sentences outside these lengths in bytes are left out: fragments, and what was cut badly. So are those
// with little to exchange.
const (
	shortestSentence = 20
	longestSentence  = 400
	// leastSlots is how many words must be there to exchange, so that no sentence is made twice.
	leastSlots = 3
)

// NewSource takes the sentences of documents apart. It is an error if they hold no prose.
func NewSource(docs []*corpus.Document) (*Source, error) {
	s := &Source{content: map[string]bool{}}
	for _, doc := range docs {
		s.startDocument()
		for _, sentence := range doc.Sentences() {
			if t := strings.Join(strings.Fields(sentence.Text), " "); usable(&sentence, t) {
				s.add(t, doc.Language)
			}
		}
		if len(s.sentences) == s.starts[len(s.starts)-1] {
			s.starts = s.starts[:len(s.starts)-1]
			s.words.starts, s.names.starts = s.words.starts[:len(s.words.starts)-1], s.names.starts[:len(s.names.starts)-1]
		}
	}
	if len(s.words.tokens) == 0 {
		return nil, errors.New("take sentences apart: the documents hold no sentences of prose")
	}
	s.startDocument()
	s.words.close()
	s.names.close()
	s.coin = newCoiner(s.words.tokens, s.names.tokens)
	return s, nil
}

// startDocument notes that what is added from now on is of the next document.
func (s *Source) startDocument() {
	s.starts = append(s.starts, len(s.sentences))
	s.words.starts = append(s.words.starts, len(s.words.tokens))
	s.names.starts = append(s.names.starts, len(s.names.tokens))
}

// usable says whether a sentence of prose will be found again as one wherever it is put.
func usable(s *corpus.Sentence, text string) bool {
	first, _ := utf8.DecodeRuneInString(text)
	return s.Kind == corpus.Paragraph && !s.CutStart && !s.CutEnd && len(text) >= shortestSentence && len(text) <= longestSentence &&
		unicode.IsUpper(first) && strings.ContainsRune(".!?", rune(text[len(text)-1]))
}

// add takes a sentence apart.
func (s *Source) add(text, language string) {
	t := template{text: text}
	for start := 0; start < len(text); {
		r, size := utf8.DecodeRuneInString(text[start:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			start += size
			continue
		}
		end := start + runLength(text[start:])
		if kind, ok := s.slotOf(text, start, end, language); ok {
			t.slots = append(t.slots, slot{uint16(start), uint16(end), kind})
			switch kind {
			case wordSlot:
				s.words.tokens = append(s.words.tokens, text[start:end])
			case nameSlot:
				s.names.tokens = append(s.names.tokens, text[start:end])
			}
		}
		start = end
	}
	if len(t.slots) >= leastSlots {
		s.sentences = append(s.sentences, t)
	}
}

// runLength is the length of the run of letters, digits and what joins them that text begins with.
func runLength(text string) int {
	end := 0
	for i, r := range text {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r):
			end = i + utf8.RuneLen(r)
		case !strings.ContainsRune("-'’.,/&", r): // of which only those between letters belong to the run
			return end
		case i > end:
			return end
		}
	}
	return end
}

// slotOf returns what may stand in the place of a run of letters; not ok where it must stay.
func (s *Source) slotOf(text string, start, end int, language string) (kind slotKind, ok bool) {
	run := text[start:end]
	letters := strings.IndexFunc(run, func(r rune) bool { return !unicode.IsLetter(r) }) < 0
	first, size := utf8.DecodeRuneInString(run)
	switch {
	case strings.Trim(run, "0123456789") == "":
		return numberSlot, len(run) > 1
	case !letters || start == 0 || utf8.RuneCountInString(run) < 3:
		return 0, false
	case run == strings.ToLower(run):
		return wordSlot, s.hasContent(run, language)
	case unicode.IsUpper(first) && run[size:] == strings.ToLower(run[size:]):
		return nameSlot, true
	}
	return 0, false
}

// hasContent says whether a word has a meaning of its own, by the analysis of questions.
func (s *Source) hasContent(word, language string) bool {
	key := language + " " + word
	content, known := s.content[key]
	if !known {
		q := index.ParseQuestion(word, []string{language})
		content = len(q.Words) == 1 && q.Words[0].Content
		s.content[key] = content
	}
	return content
}

// mostFresh bounds the share of coined words where the source is a page.
const mostFresh = 0.9

// close counts the words of a pool that is complete.
func (p *pool) close() {
	counts := map[string]int{}
	for _, t := range p.tokens {
		counts[t]++
	}
	once := 0
	for _, n := range counts {
		if n == 1 {
			once++
		}
	}
	p.distinct = len(counts)
	p.fresh = min(mostFresh, 2*float64(once)/float64(max(1, len(p.tokens))))
}

// of returns the words of document i of the source.
func (p *pool) of(i int) []string { return p.tokens[p.starts[i]:p.starts[i+1]] }
