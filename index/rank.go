package index

import (
	"cmp"
	"math"
	"slices"
)

// The weights of the ranking. They stand here and nowhere else. Each is the known recipe for
// sentences (parameters of BM25 lower than for documents, the paragraph's score added at 0.8, the
// title's at 0.5, 0.15 for words that stay neighbours), checked with `verbatim ask --questions` on
// two sets of judged questions; figures in DESIGN.md, "Ranking".
const (
	k1 = 0.9 // how soon a repeated term stops adding to the score
	b  = 0.4 // how much length counts against a sentence

	paragraphWeight = 0.8
	titleWeight     = 0.5
	headingWeight   = 0.3
	pairWeight      = 0.15
	// kindWeight is the part of the weight of the rarest possible term that a sentence gains by
	// holding the kind of thing asked for.
	kindWeight = 0.25
	// functionWeight is the part of a function word's weight that counts.
	functionWeight = 0.3

	// candidates is how many sentences the engine is asked for, and expanded how many of the best
	// of them bring the other sentences of their paragraph along, which may answer without holding
	// a word of the question.
	candidates = 300
	expanded   = 30
)

// A scored sentence is a candidate with the features it was ranked by.
type scored struct {
	doc     *analysed
	ordinal int
	score   float64
	features
}

// features says why a sentence was ranked where it is.
type features struct {
	// sentence, paragraph, title and heading are BM25 scores.
	sentence, paragraph, title, heading float64
	// pairs is the weight of neighbouring words of the question that are neighbours here.
	pairs float64
	// kind says how surely the sentence holds the kind of thing asked for, 0 to 1.
	kind float64
	// coverage and context are the part of the weight of the question's content words found in
	// the sentence, and in it, its paragraph, headings and title together; 0 to 1.
	coverage, context float64
	// matched holds the spans of the sentence's words that the question holds.
	matched [][2]int
}

// rank scores the candidates and their neighbours, best first, without sentences of equal words.
func (x *Index) rank(q *Question, st *statistics, found []Candidate) ([]scored, error) {
	r := ranker{st: st, seen: map[SentenceKey]bool{}}
	for i, c := range found {
		doc, err := x.texts.analysed(c.Key.Doc)
		if err != nil {
			return nil, err
		}
		if c.Key.Ordinal >= len(doc.sentences) {
			continue
		}
		r.add(doc, c.Key.Ordinal)
		if i < expanded {
			span := doc.paragraphs[c.Key.Ordinal]
			for o := max(span[0], c.Key.Ordinal-expanded); o < min(span[1], c.Key.Ordinal+expanded); o++ {
				r.add(doc, o)
			}
		}
	}
	slices.SortStableFunc(r.ranked, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.doc.doc.ID, b.doc.doc.ID), cmp.Compare(a.ordinal, b.ordinal))
	})
	return withoutRepeats(r.ranked), nil
}

type ranker struct {
	st     *statistics
	seen   map[SentenceKey]bool
	ranked []scored
}

func (r *ranker) add(doc *analysed, ordinal int) {
	key := SentenceKey{doc.doc.ID, ordinal}
	if r.seen[key] {
		return
	}
	r.seen[key] = true
	s := scored{doc: doc, ordinal: ordinal, features: r.st.features(doc, ordinal)}
	s.score = r.st.score(&s.features)
	r.ranked = append(r.ranked, s)
}

// score weighs the features into one number.
func (st *statistics) score(f *features) float64 {
	rarest := math.Log(1 + float64(st.manifest.Sentences))
	return f.sentence + paragraphWeight*f.paragraph + titleWeight*f.title + headingWeight*f.heading +
		pairWeight*f.pairs + kindWeight*rarest*f.kind
}

func (st *statistics) features(doc *analysed, ordinal int) features {
	m := st.manifest
	words := len(st.question.Words)
	inSentence, inParagraph := make([]int, words), make([]int, words)
	tokens := doc.sentences[ordinal]
	matched := st.count(tokens, inSentence)
	for o := doc.paragraphs[ordinal][0]; o < doc.paragraphs[ordinal][1]; o++ {
		st.count(doc.sentences[o], inParagraph)
	}
	inTitle, inHeading := st.countTerms(doc.titles), make([]int, words)
	headings := 0
	for _, h := range doc.doc.Sentences[ordinal].Headings {
		t := Analyze(h, doc.doc.Language)
		headings += len(t)
		st.count(t, inHeading)
	}
	f := features{
		sentence:  st.bm25(inSentence, len(tokens), mean(m.Terms, m.Sentences)),
		paragraph: st.bm25(inParagraph, doc.lengths[ordinal], mean(m.Terms, m.Paragraphs)),
		title:     st.bm25(inTitle, len(doc.titles), mean(m.Titles, m.Documents)),
		heading:   st.bm25(inHeading, headings, float64(headings)),
		pairs:     st.pairs(tokens, matched),
		kind: st.question.Kind.holds(doc.doc.Sentences[ordinal].Text, tokens, func(i int) bool {
			return matched[i] >= 0
		}),
	}
	for i, w := range matched {
		if w >= 0 && st.question.Words[w].Content {
			f.matched = append(f.matched, [2]int{tokens[i].Start, tokens[i].End})
		}
	}
	if st.total > 0 {
		for i, w := range st.question.Words {
			if !w.Content {
				continue
			}
			if inSentence[i] > 0 {
				f.coverage += st.idf[i] / st.total
			}
			if inSentence[i]+inParagraph[i]+inTitle[i]+inHeading[i] > 0 {
				f.context += st.idf[i] / st.total
			}
		}
	}
	return f
}

// count adds to counts how often each word of the question stands among tokens, and returns for
// each token the word it is, or -1.
func (st *statistics) count(tokens []Token, counts []int) []int {
	matched := make([]int, len(tokens))
	for i, t := range tokens {
		matched[i] = -1
		if w, ok := st.byTerm[t.Term]; ok {
			counts[w]++
			matched[i] = w
		}
	}
	return matched
}

func (st *statistics) countTerms(terms []string) []int {
	counts := make([]int, len(st.question.Words))
	for _, t := range terms {
		if w, ok := st.byTerm[t]; ok {
			counts[w]++
		}
	}
	return counts
}

// bm25 is the textbook score of a text of length terms in which each word stands counts times.
func (st *statistics) bm25(counts []int, length int, average float64) float64 {
	norm := k1 * (1 - b + b*float64(length)/max(average, 1))
	sum := 0.0
	for i, n := range counts {
		if n > 0 {
			sum += st.idf[i] * float64(n) * (k1 + 1) / (float64(n) + norm)
		}
	}
	return sum
}

// pairs adds up the weight of words that stand side by side in the question and, in the same
// order, in the sentence.
func (st *statistics) pairs(tokens []Token, matched []int) float64 {
	sum := 0.0
	seen := map[int]bool{}
	for i := 1; i < len(tokens); i++ {
		a, b := matched[i-1], matched[i]
		if a < 0 || b < 0 || seen[b] || st.question.Words[b].place != st.question.Words[a].place+1 {
			continue
		}
		seen[b] = true
		sum += st.idf[a] + st.idf[b]
	}
	return sum
}

func mean(total, n int) float64 { return float64(total) / float64(max(n, 1)) }

// withoutRepeats keeps the best of sentences that read the same.
func withoutRepeats(ranked []scored) []scored {
	seen := map[string]bool{}
	return slices.DeleteFunc(ranked, func(s scored) bool {
		text := s.text()
		twice := seen[text]
		seen[text] = true
		return twice
	})
}

func (s *scored) text() string { return s.doc.doc.Sentences[s.ordinal].Text }
