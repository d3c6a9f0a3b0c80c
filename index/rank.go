package index

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"verbatim/corpus"
)

// A scored sentence is a candidate with the features it was ranked by.
type scored struct {
	doc     *analysed
	ordinal int
	// first is the score of the first ranking; score, of the final one.
	first, score float64
	parts        parts
	vector       vector
	// asked is how much a question that the document answers with this sentence is the one asked, 0 to
	// 1; it is -1 for such a question itself.
	asked float64
	// age is how much older the document is than the newest of the candidates, in years.
	age float64
	// outdated says that the document is archived, or replaced by one of another candidate.
	outdated bool
	// matched holds the spans of the sentence's content words that the question holds.
	matched [][2]int
	// held has a bit for each content word of the question that the sentence holds.
	held uint64
	// lifted are the points that [lift] has added.
	lifted float64
}

// parts are the scores that the first ranking adds up, and all of which [vector] is made.
type parts struct {
	sentence, paragraph, title, heading, document, pairs float64
}

// rank orders the candidates and their neighbours, best first, without sentences of equal words.
// A first ranking by the scores of all candidates picks those that a second one looks at closely. Of
// the others as many follow, in the order of the first, as make up the number wanted.
func (r *ranker) rank(ctx context.Context, found []Candidate, wanted int) ([]scored, error) {
	list, err := r.candidates(ctx, found)
	if err != nil {
		return nil, err
	}
	pointers := make([]*scored, len(list))
	for i := range list {
		pointers[i] = &list[i]
	}
	r.eachDocument(pointers, r.score)
	slices.SortFunc(pointers, func(a, b *scored) int {
		return cmp.Or(cmp.Compare(b.first, a.first), cmp.Compare(a.doc.doc.ID, b.doc.doc.ID), cmp.Compare(a.ordinal, b.ordinal))
	})
	best := withoutRepeats(r.st.holdPhrases(pointers), max(reranked, wanted))
	r.examine(best)
	return best, nil
}

// examine orders the candidates, which are in the order of the first ranking, by the second.
func (r *ranker) examine(list []scored) {
	if len(list) == 0 {
		return
	}
	byDocument := make([]*scored, len(list))
	for i := range list {
		byDocument[i] = &list[i]
	}
	r.eachDocument(byDocument, func(doc *analysed, group []*scored) {
		for _, s := range group {
			r.read(s)
			s.matched = r.matched(s)
			s.asked = r.asked(doc, s.ordinal)
		}
	})
	markOutdated(list)
	best, others := list[:min(reranked, len(list))], list[min(reranked, len(list)):]
	r.relate(best)
	least, leastFirst := math.Inf(1), best[len(best)-1].first
	for i := range best {
		best[i].score = second(&best[i])
	}
	lift(best)
	for i := range best {
		least = min(least, best[i].score)
	}
	byScore(best)
	for i := range others {
		others[i].score = least - (leastFirst - others[i].first)
	}
}

// byScore orders candidates by the second ranking.
func byScore(list []scored) {
	slices.SortStableFunc(list, func(a, b scored) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.first, a.first)) })
}

// isHeading says whether the sentence is a heading.
func (s *scored) isHeading() bool {
	return s.doc.doc.Sentences[s.ordinal].Kind == corpus.Heading
}

type ranker struct {
	st   *statistics
	view *view
	// wordOf gives for each term number of the document at hand the word of the question it is,
	// plus one.
	wordOf []uint8
	// inDocument is how often each word of the question stands in the document at hand.
	inDocument [maxWords]int32
	// words and around are used again from candidate to candidate.
	words  []int8
	around surrounding
}

// candidates returns the sentences found and, for the best of them, the others of their paragraph, or
// what stands under a heading.
func (r *ranker) candidates(ctx context.Context, found []Candidate) ([]scored, error) {
	list := make([]scored, 0, len(found)+4*expanded)
	seen := make(map[SentenceKey]bool, cap(list))
	add := func(doc *analysed, ordinal int) {
		key := SentenceKey{doc.doc.ID, ordinal}
		if !seen[key] {
			seen[key] = true
			list = append(list, scored{doc: doc, ordinal: ordinal})
		}
	}
	for i, c := range found {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		doc, err := r.view.analysed(c.Key.Doc)
		if err != nil {
			return nil, err
		}
		if c.Key.Ordinal >= len(doc.under) {
			continue
		}
		add(doc, c.Key.Ordinal)
		if i < expanded {
			from, to := doc.about(c.Key.Ordinal)
			for o := max(from, c.Key.Ordinal-expanded); o < min(to, c.Key.Ordinal+expanded); o++ {
				add(doc, o)
			}
		}
	}
	return list, nil
}

// eachDocument calls do for the candidates of each document in turn, in order of their place. It
// changes the order of list.
func (r *ranker) eachDocument(list []*scored, do func(doc *analysed, group []*scored)) {
	slices.SortFunc(list, func(a, b *scored) int {
		return cmp.Or(cmp.Compare(a.doc.doc.ID, b.doc.doc.ID), cmp.Compare(a.ordinal, b.ordinal))
	})
	for len(list) > 0 {
		doc, n := list[0].doc, 1
		for n < len(list) && list[n].doc == doc {
			n++
		}
		r.enter(doc)
		do(doc, list[:n])
		r.leave(doc)
		list = list[n:]
	}
}

// enter makes wordOf that of doc, and leave clears it.
func (r *ranker) enter(doc *analysed) {
	if len(r.wordOf) < len(doc.terms) {
		r.wordOf = make([]uint8, 2*len(doc.terms))
	}
	for i := len(r.st.question.Words) - 1; i >= 0; i-- {
		r.inDocument[i] = 0
		for _, term := range r.st.question.Words[i].Terms {
			if n, ok := doc.numbers[term]; ok {
				r.wordOf[n] = uint8(i + 1)
				r.inDocument[i] = max(r.inDocument[i], doc.counts[n])
			}
		}
	}
}

func (r *ranker) leave(doc *analysed) {
	for _, w := range r.st.question.Words {
		for _, term := range w.Terms {
			if n, ok := doc.numbers[term]; ok {
				r.wordOf[n] = 0
			}
		}
	}
}

// counts is how often each word of the question stands in a text.
type counts [maxWords]uint16

func (r *ranker) count(tokens []token, c *counts) {
	for _, t := range tokens {
		if w := r.wordOf[t.number]; w > 0 {
			c[w-1]++
		}
	}
}

func (r *ranker) countTerms(terms []int32) *counts {
	var c counts
	for _, n := range terms {
		if w := r.wordOf[n]; w > 0 {
			c[w-1]++
		}
	}
	return &c
}

// score gives the candidates of one document the score of the first ranking.
func (r *ranker) score(doc *analysed, group []*scored) {
	m := r.st.manifest
	title := r.bm25(r.countTerms(doc.title), len(doc.title), mean(m.Titles, m.Documents))
	document := r.document()
	var heading, paragraph float64
	lastParagraph := int32(-1)
	for _, s := range group {
		span := doc.paragraphs[s.ordinal]
		if span[0] != lastParagraph {
			lastParagraph = span[0]
			above := doc.headings[doc.under[s.ordinal]]
			in := r.countTerms(above)
			heading = r.bm25(in, len(above), float64(len(above)))
			tokens := doc.of(int(span[0]), int(span[1]))
			r.count(tokens, in) // a heading belongs to each paragraph under it
			paragraph = r.bm25(in, len(above)+len(tokens), mean(m.Terms, m.Paragraphs))
		}
		tokens := doc.of(s.ordinal, s.ordinal+1)
		var in counts
		r.count(tokens, &in)
		s.parts = parts{
			sentence:  r.bm25(&in, len(tokens), mean(m.Terms, m.Sentences)),
			paragraph: paragraph, title: title, heading: heading, document: document,
			pairs: r.pairs(tokens),
		}
		s.first = s.parts.sentence + paragraphWeight*paragraph + titleWeight*title + headingWeight*heading +
			documentWeight*document + pairWeight*s.parts.pairs
	}
}

// document is the score of the whole document at hand: its words count however far they stand from
// the sentence, with little regard to how often.
func (r *ranker) document() float64 {
	sum := 0.0
	for i, idf := range r.st.idf {
		if n := r.inDocument[i]; n > 0 {
			sum += idf * (1 - math.Exp2(-float64(n)/2))
		}
	}
	return sum
}

// bm25 is the textbook score of a text of length terms in which each word stands counts times.
func (r *ranker) bm25(c *counts, length int, average float64) float64 {
	sum := 0.0
	for i, idf := range r.st.idf {
		if c[i] > 0 {
			sum += bm25(idf, float64(c[i]), float64(length), average)
		}
	}
	return sum
}

// bm25 is what a term of a given weight adds to the score of a text in which it stands frequency times.
func bm25(weight, frequency, length, average float64) float64 {
	return weight * frequency * (k1 + 1) / (frequency + k1*(1-b+b*length/max(average, 1)))
}

// pairs adds up the weight of words that stand side by side in the question and, in the same
// order, in the sentence.
func (r *ranker) pairs(tokens []token) float64 {
	sum := 0.0
	var seen [maxWords]bool
	before := -1
	for _, t := range tokens {
		w := int(r.wordOf[t.number]) - 1
		if w >= 0 && before >= 0 && !seen[w] && r.st.question.Words[w].place == r.st.question.Words[before].place+1 {
			seen[w] = true
			sum += r.st.idf[before] + r.st.idf[w]
		}
		before = w
	}
	return sum
}

func mean(total, n int) float64 { return float64(total) / float64(max(n, 1)) }

// folded returns text with each run of white space as one space: as people see it.
func folded(text string) string { return strings.Join(strings.Fields(text), " ") }

func (s *scored) text() string { return s.doc.doc.Sentences[s.ordinal].Text }
