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
	doc     *outline
	ordinal int
	// first is the score of the first ranking; score, of the final one.
	first, score float64
	parts        parts
	*examined
}

// examined is what is known of a candidate that the second ranking has looked at.
type examined struct {
	text   string
	tokens []token
	vector vector
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
func (r *ranker) rank(ctx context.Context, found []candidate, wanted int) ([]scored, error) {
	defer r.release()
	list, err := r.candidates(ctx, found)
	if err != nil {
		return nil, err
	}
	pointers := make([]*scored, len(list))
	for i := range list {
		pointers[i] = &list[i]
	}
	if err := r.eachDocument(pointers, r.score); err != nil {
		return nil, err
	}
	slices.SortFunc(pointers, func(a, b *scored) int {
		return cmp.Or(cmp.Compare(b.first, a.first), a.inDocument(b))
	})
	if pointers, err = r.holdPhrases(pointers); err != nil {
		return nil, err
	}
	best, err := r.withoutRepeats(pointers, max(reranked, wanted))
	if err != nil {
		return nil, err
	}
	return best, r.examine(best)
}

// inDocument orders candidates by document and place.
func (s *scored) inDocument(o *scored) int {
	return cmp.Or(cmp.Compare(s.doc.ID, o.doc.ID), cmp.Compare(s.ordinal, o.ordinal))
}

// examine orders the candidates, which are in the order of the first ranking, by the second.
func (r *ranker) examine(list []scored) error {
	if len(list) == 0 {
		return nil
	}
	byDocument := make([]*scored, len(list))
	for i := range list {
		byDocument[i] = &list[i]
	}
	err := r.eachDocument(byDocument, func(doc *outline, group []*scored) (err error) {
		for _, s := range group {
			r.read(s)
			if s.asked, err = r.asked(doc, s.ordinal); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
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
	return nil
}

// byScore orders candidates by the second ranking.
func byScore(list []scored) {
	slices.SortStableFunc(list, func(a, b scored) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.first, a.first)) })
}

// isHeading says whether the sentence is a heading.
func (s *scored) isHeading() bool { return s.doc.kindOf(s.ordinal) == corpus.Heading }

// paragraph holds the ordinals [from, to) of the sentences of the paragraph.
func (s *scored) paragraph() [2]int32 { return s.doc.sentences[s.ordinal].paragraph }

// load reads the text of the sentence and analyses it.
func (s *scored) load(words *analyzer) error {
	if s.examined != nil {
		return nil
	}
	text, err := s.doc.text(s.ordinal)
	if err != nil {
		return err
	}
	s.examined = &examined{text: text, tokens: words.tokens(text, s.doc.Language)}
	return nil
}

type ranker struct {
	st   *statistics
	view *view
	// marked are the dictionaries of which the terms of the question are looked up, with a mark at each.
	marked map[*texts]*marks
	// hits are those in the document at hand, and firstHit the place there of the first one of each
	// sentence.
	hits     []hit
	firstHit []int32
	// inDocument is how often each word of the question stands in the document at hand.
	inDocument [maxWords]int32
	// wordAt and around are used again from candidate to candidate.
	wordAt []int8
	around surrounding
	words  *analyzer
}

// candidates returns the sentences found and, for the best of them, the others of their paragraph, or
// what stands under a heading.
func (r *ranker) candidates(ctx context.Context, found []candidate) ([]scored, error) {
	list := make([]scored, 0, len(found)+4*expanded)
	type place struct {
		doc     *outline
		ordinal int
	}
	seen := make(map[place]bool, cap(list))
	docs := make(map[*catalogEntry]*outline, len(found))
	add := func(doc *outline, ordinal int) {
		if at := (place{doc, ordinal}); !seen[at] {
			seen[at] = true
			list = append(list, scored{doc: doc, ordinal: ordinal})
		}
	}
	for i, c := range found {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		doc := docs[c.catalogEntry]
		if doc == nil {
			var err error
			if doc, err = c.in.outline(c.catalogEntry); err != nil {
				return nil, err
			}
			docs[c.catalogEntry] = doc
		}
		add(doc, c.ordinal)
		if i < expanded {
			from, to := doc.about(c.ordinal)
			for o := max(from, c.ordinal-expanded); o < min(to, c.ordinal+expanded); o++ {
				add(doc, o)
			}
		}
	}
	return list, nil
}

// eachDocument calls do for the candidates of each document in turn, in order of their place. It
// changes the order of list.
func (r *ranker) eachDocument(list []*scored, do func(doc *outline, group []*scored) error) error {
	slices.SortFunc(list, (*scored).inDocument)
	for len(list) > 0 {
		doc, n := list[0].doc, 1
		for n < len(list) && list[n].doc == doc {
			n++
		}
		r.enter(doc)
		if err := do(doc, list[:n]); err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}

// score gives the candidates of one document the score of the first ranking.
func (r *ranker) score(doc *outline, group []*scored) error {
	m := r.st.manifest
	title := r.bm25(r.countTerms(doc, doc.title), len(doc.title), mean(m.Titles, m.Documents))
	document := r.document()
	var heading, paragraph float64
	lastParagraph := int32(-1)
	for _, s := range group {
		at := &doc.sentences[s.ordinal]
		if span := at.paragraph; span[0] != lastParagraph {
			lastParagraph = span[0]
			above := doc.above[at.above]
			in := r.countTerms(doc, above)
			heading = r.bm25(in, len(above), float64(len(above)))
			terms := 0
			for o := span[0]; o < span[1]; o++ {
				terms += int(doc.sentences[o].terms)
			}
			r.count(span[0], span[1], in) // a heading belongs to each paragraph under it
			paragraph = r.bm25(in, len(above)+terms, mean(m.Terms, m.Paragraphs))
		}
		var in counts
		r.count(int32(s.ordinal), int32(s.ordinal)+1, &in)
		s.parts = parts{
			sentence:  r.bm25(&in, int(at.terms), mean(m.Terms, m.Sentences)),
			paragraph: paragraph, title: title, heading: heading, document: document,
			pairs: r.pairs(s.ordinal),
		}
		s.first = s.parts.sentence + paragraphWeight*paragraph + titleWeight*title + headingWeight*heading +
			documentWeight*document + pairWeight*s.parts.pairs
	}
	return nil
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
	return weight * frequency * (K1 + 1) / (frequency + K1*(1-B+B*length/max(average, 1)))
}

// pairs adds up the weight of words that stand side by side in the question and, in the same
// order, in the sentence.
func (r *ranker) pairs(ordinal int) float64 {
	sum := 0.0
	var seen [maxWords]bool
	before, at := -1, int32(-2)
	for _, h := range r.hitsIn(int32(ordinal), int32(ordinal)+1) {
		w := r.st.wordOf[h.term]
		if h.token != at+1 {
			before = -1
		}
		if before >= 0 && !seen[w] && r.st.question.Words[w].place == r.st.question.Words[before].place+1 {
			seen[w] = true
			sum += r.st.idf[before] + r.st.idf[w]
		}
		before, at = w, h.token
	}
	return sum
}

func mean(total, n int) float64 { return float64(total) / float64(max(n, 1)) }

// folded returns text with each run of white space as one space: as people see it.
func folded(text string) string { return strings.Join(strings.Fields(text), " ") }
