package index

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"verbatim/corpus"
)

// A scored sentence is a candidate with the features it was ranked by.
type scored struct {
	doc     *outline
	ordinal int
	// first is the score of the first ranking; score, of the final one. Until settled, the first is what it
	// is at most.
	first, score float64
	settled      bool
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
	// headed is how much the heading right above the sentence asks what is asked, 0 to 1.
	headed float64
	// age is how much older the document is than the newest of the candidates, in years.
	age float64
	// outdated says that the document is archived, or replaced by one of another candidate.
	outdated bool
	// matched holds the spans of the sentence's content words that the question holds.
	matched [][2]int
	// held has a bit for each content word of the question that the sentence holds.
	held uint64
	// above has a bit for each of them that stands in the title or a heading above the sentence.
	above uint64
	// lifted are the points that [lift] has added.
	lifted float64
	// listened says that [ranker.listen] has been here: sure was the confidence before, heard are the points for what
	// sounds like the question in the sentence, and heardAround those for what does in its paragraph.
	listened                 bool
	sure, heard, heardAround float64
}

// parts are the scores that the first ranking adds up, and all of which [vector] is made.
type parts struct {
	sentence, paragraph, title, heading, document, pairs float64
}

// rank orders the candidates and their neighbours, best first, without sentences of equal words.
// A first ranking by the scores of all candidates picks those that a second one looks at closely. Of
// the others as many follow, in the order of the first, as make up the number wanted.
func (r *ranker) rank(ctx context.Context, found []candidate, wanted int) ([]scored, error) {
	r.begin()
	defer r.release()
	if err := r.candidates(ctx, found); err != nil {
		return nil, err
	}
	r.score(r.list)
	for i := range r.list {
		r.ranked = append(r.ranked, &r.list[i])
	}
	held, err := r.holdPhrases(r.ranked)
	if err != nil {
		return nil, err
	}
	best, err := r.withoutRepeats(r.inOrder(held), max(reranked, wanted))
	if err != nil {
		return nil, err
	}
	return best, r.examine(best)
}

// byPlace orders candidates by document and place.
func (s *scored) byPlace(o *scored) int {
	return cmp.Or(cmp.Compare(s.doc.ID, o.doc.ID), cmp.Compare(s.ordinal, o.ordinal))
}

// examine orders the candidates, which are in the order of the first ranking, by the second.
func (r *ranker) examine(list []scored) error {
	if len(list) == 0 {
		return nil
	}
	ordered := make([]*scored, len(list))
	for i := range list {
		ordered[i] = &list[i]
	}
	slices.SortFunc(ordered, (*scored).byPlace)
	for _, s := range ordered {
		var err error
		r.read(s)
		if s.asked, err = r.asked(s.doc, s.ordinal); err != nil {
			return err
		}
		if s.headed, err = r.headed(s); err != nil {
			return err
		}
	}
	markOutdated(list)
	best, others := list[:min(reranked, len(list))], list[min(reranked, len(list)):]
	r.relate(best)
	passOn(best, r.st)
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
func (s *scored) paragraph() [2]int32 { return s.doc.extents[s.ordinal].paragraph }

type ranker struct {
	st   *statistics
	view *view
	// marked are the dictionaries of which the terms of the question are looked up, with a mark at each.
	marked map[*texts]*marks
	// markedLast is the one of them that was looked at last, and marks its marks.
	markedLast *texts
	marks      *marks
	// entered are the sentences at hand, and around is the paragraph of the one that is read.
	entered entered
	around  surrounding
	words   *vocabulary
	*scratch
}

// candidates lists the sentences found and, for the best of them, the others of their paragraph, or
// what stands under a heading; those of a document stand together, in order of their place.
func (r *ranker) candidates(ctx context.Context, found []candidate) error {
	places := r.places[:0] // number of the outline, then ordinal
	outlines := make([]*outline, 0, len(found))
	number := make(map[*catalogEntry]int, len(found))
	for i, c := range found {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, known := number[c.catalogEntry]
		if !known {
			doc, err := c.in.outline(c.catalogEntry)
			if err != nil {
				return err
			}
			n = len(outlines)
			number[c.catalogEntry], outlines = n, append(outlines, doc)
		}
		first := uint64(n) << 32
		places = append(places, first|uint64(c.ordinal))
		if i < expanded {
			from, to := outlines[n].about(c.ordinal)
			for o := max(from, c.ordinal-expanded); o < min(to, c.ordinal+expanded); o++ {
				places = append(places, first|uint64(o))
			}
		}
	}
	slices.Sort(places)
	r.places = places
	for _, place := range slices.Compact(places) {
		r.list = append(r.list, scored{doc: outlines[place>>32], ordinal: int(uint32(place))})
	}
	return nil
}

// score gives the candidates the parts of the score of the first ranking but that of the whole document, for
// which the most that it can be stands until it is wanted; see [ranker.inOrder].
func (r *ranker) score(list []scored) {
	m := r.st.manifest
	var title, heading, paragraph, most float64
	var doc *outline
	for i := range list {
		s := &list[i]
		if s.doc != doc {
			doc = s.doc
			in := r.countTerms(doc, doc.title)
			title = r.bm25(&in, len(doc.title), mean(m.Titles, m.Documents))
			most = r.documentAtMost(doc)
		}
		at := &doc.extents[s.ordinal]
		if span := at.paragraph; r.entered != (entered{doc, span[0], span[1]}) {
			r.enter(doc, span[0], span[1])
			above := doc.above[at.above]
			in := r.countTerms(doc, above)
			heading = r.bm25(&in, len(above), float64(len(above)))
			terms := 0
			for o := span[0]; o < span[1]; o++ {
				terms += int(doc.extents[o].terms)
			}
			r.count(span[0], span[1], &in) // a heading belongs to each paragraph under it
			paragraph = r.bm25(&in, len(above)+terms, mean(m.Terms, m.Paragraphs))
		}
		var in counts
		r.count(int32(s.ordinal), int32(s.ordinal)+1, &in)
		s.parts = parts{
			sentence:  r.bm25(&in, int(at.terms), mean(m.Terms, m.Sentences)),
			paragraph: paragraph, title: title, heading: heading, document: most,
			pairs: r.pairs(s.ordinal),
		}
		s.first = s.parts.sum()
	}
}

// sum is the score of the first ranking.
func (p *parts) sum() float64 {
	return p.sentence + paragraphWeight*p.paragraph + titleWeight*p.title + headingWeight*p.heading +
		documentWeight*p.document + pairWeight*p.pairs
}

// document is the score of a whole document: its words count however far they stand from the sentence,
// with little regard to how often.
func (r *ranker) document(doc *outline) float64 {
	sum, in := 0.0, r.inDocument(doc)
	for i, idf := range r.st.idf {
		if n := in[i]; n > 0 {
			sum += idf * shareOf(n)
		}
	}
	return sum
}

// shareOf is the part of the weight of a word that counts where it stands n times in a document.
func shareOf(n int32) float64 { return 1 - math.Exp2(-float64(n)/2) }

// shareAtMost has the most that counts, by what a [sketch] tells.
var shareAtMost = [manyTimes + 1]float64{0, shareOf(1), shareOf(2), 1}

// documentAtMost is what [ranker.document] is at most, as far as the sketch of the document tells.
func (r *ranker) documentAtMost(doc *outline) float64 {
	sum, numbers, sketched := 0.0, r.marksIn(doc.store).numbers, doc.drawing.Load() == drawn
	for i, terms := range r.st.termsOf {
		most := 0
		for _, t := range terms {
			switch {
			case numbers[t] == absent:
			case !sketched:
				most = manyTimes
			default:
				most = max(most, doc.sketch.atMost(numbers[t]))
			}
		}
		sum += r.st.idf[i] * shareAtMost[most]
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
func folded(text string) string {
	if isFolded(text) {
		return text
	}
	return strings.Join(strings.Fields(text), " ")
}

// isFolded says whether a text is as [folded] returns it. It says no to one that is not plain ASCII.
func isFolded(text string) bool {
	before := byte(' ')
	for i := range len(text) {
		c := text[i]
		if c >= utf8.RuneSelf || c < ' ' || c == ' ' && before == ' ' {
			return false
		}
		before = c
	}
	return before != ' ' || text == ""
}
