package index

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"
)

// quotationMarks pair opening marks with what closes them.
var quotationMarks = map[rune]string{'"': "\"", '“': "”\"", '„': "“”\"", '«': "»", '»': "«", '「': "」", '『': "』", '《': "》", '＂': "＂"}

// phrasesIn returns what stands in quotation marks, if it is more than one word: it must be found so.
func phrasesIn(text string) []string {
	var list []string
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		i += size
		closing, opens := quotationMarks[r]
		if !opens {
			continue
		}
		end := strings.IndexAny(text[i:], closing)
		if end < 0 {
			continue
		}
		if phrase := strings.TrimSpace(text[i : i+end]); len(Analyze(phrase, "")) > 1 {
			list = append(list, phrase)
		}
		_, size = utf8.DecodeRuneInString(text[i+end:])
		i += end + size
	}
	return list
}

// plain returns the words of a text in the form in which they are compared, with a space around each;
// without spaces for scripts that have none.
func plain(text string) string {
	words := strings.FieldsFunc(text, func(r rune) bool { return !isWord(r) })
	if slices.ContainsFunc(words, func(w string) bool { r, _ := utf8.DecodeRuneInString(w); return isBigram(r) }) {
		return fold(strings.Join(words, ""))
	}
	return " " + strings.Join(forms(text), " ") + " "
}

// forms returns the words of a text, folded.
func forms(text string) []string {
	words := strings.FieldsFunc(text, func(r rune) bool { return !isWord(r) })
	for i, w := range words {
		words[i] = fold(w)
	}
	return words
}

// withPhrases adds to found the sentences that hold the words of each quoted phrase.
func (v *view) withPhrases(ctx context.Context, st *statistics, found []candidate) ([]candidate, error) {
	for _, phrase := range st.question.Phrases {
		var terms []QueryTerm
		for _, lang := range v.Languages {
			for _, t := range Analyze(phrase, lang) {
				if !slices.ContainsFunc(terms, func(o QueryTerm) bool { return o.Term == t.Term }) {
					terms = append(terms, QueryTerm{Term: t.Term, Weight: 1})
				}
			}
		}
		more, err := v.candidates(ctx, terms, candidates)
		if err != nil {
			return nil, err
		}
		found = append(found, more...)
	}
	return found, nil
}

// holdPhrases keeps, of the candidates, those that hold each quoted phrase in the sentence, its
// paragraph, headings or title. A phrase that none of them holds is an unknown term, and then what is
// near is kept.
func (r *ranker) holdPhrases(list []*scored) ([]*scored, error) {
	for _, phrase := range r.st.question.Phrases {
		w := wantedPhrase{text: phrase, plain: plain(phrase), terms: map[termsKey][]uint32{}}
		var held []*scored
		for _, s := range list {
			holds, err := w.heldBy(s, r.words)
			if err != nil {
				return nil, err
			}
			if holds {
				held = append(held, s)
			}
		}
		if len(held) == 0 {
			r.st.missingPhrases = append(r.st.missingPhrases, phrase)
			continue
		}
		list = held
	}
	return list, nil
}

// A wantedPhrase is one that is looked for word by word.
type wantedPhrase struct {
	text, plain string
	// terms are the numbers of the phrase's terms in the dictionary of a part, nil where one is missing.
	terms map[termsKey][]uint32
}

type termsKey struct {
	in       *texts
	language string
}

// heldBy says whether the phrase stands in a sentence, its paragraph, headings or title. Their texts are
// only read where all of its terms stand.
func (w *wantedPhrase) heldBy(s *scored, words *vocabulary) (bool, error) {
	numbers := w.numbers(s.doc, words)
	if len(numbers) == 0 || slices.ContainsFunc(numbers, func(n uint32) bool { return !s.around(n) }) {
		return false, nil
	}
	at, span := &s.doc.sentences[s.ordinal], s.paragraph()
	texts := append([]string{s.doc.Title}, s.doc.paths[at.path]...)
	paragraph := make([]string, 0, span[1]-span[0])
	for o := span[0]; o < span[1]; o++ {
		text, err := s.doc.text(int(o))
		if err != nil {
			return false, err
		}
		paragraph = append(paragraph, text)
	}
	texts = append(texts, strings.Join(paragraph, " "))
	return slices.ContainsFunc(texts, func(t string) bool {
		t = plain(t)
		return strings.Contains(t, w.plain) || !strings.HasPrefix(t, " ") && strings.Contains(t, strings.ReplaceAll(w.plain, " ", ""))
	}), nil
}

func (w *wantedPhrase) numbers(doc *outline, words *vocabulary) []uint32 {
	key := termsKey{doc.store, doc.Language}
	numbers, known := w.terms[key]
	if known {
		return numbers
	}
	for _, t := range words.analyze(w.text, doc.Language) {
		n, ok := doc.store.dictionary.number(t.term)
		if !ok {
			numbers = nil
			break
		}
		numbers = append(numbers, n)
	}
	w.terms[key] = numbers
	return numbers
}

// around says whether a term stands in the paragraph of the sentence, in the headings or the title.
func (s *scored) around(number uint32) bool {
	if slices.Contains(s.doc.title, number) || slices.Contains(s.doc.above[s.doc.sentences[s.ordinal].path], number) {
		return true
	}
	span := s.paragraph()
	for o := span[0]; o < span[1]; o++ {
		for n := range s.doc.numbers(int(o)) {
			if n == number {
				return true
			}
		}
	}
	return false
}
