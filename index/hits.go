package index

// A hit is a term of the question in a document.
type hit struct {
	// token is its place among the terms of its sentence.
	token int32
	// term is its place in [statistics.lookedFor].
	term uint16
}

// entered are the sentences at hand.
type entered struct {
	doc      *outline
	from, to int32
}

// inDocument is how often each word of the question stands in a document; of a word with several terms, the
// term that stands there most often counts.
type inDocument [maxWords]int32

// counts is how often each word of the question stands in a text.
type counts [maxWords]uint16

// marksIn returns the marks of the terms of the question by their numbers in a dictionary: the place of
// each in [statistics.lookedFor] plus one.
func (r *ranker) marksIn(t *texts) *marks {
	if t == r.markedLast {
		return r.marks
	}
	m, ok := r.marked[t]
	if !ok {
		m = t.dictionary.marks.Get().(*marks)
		m.numbers = m.numbers[:0]
		for i, term := range r.st.lookedFor {
			number, ok := t.dictionary.number(term)
			if ok {
				m.set(number, uint16(i+1))
			} else {
				number = absent
			}
			m.numbers = append(m.numbers, number)
		}
		if r.marked == nil {
			r.marked = map[*texts]*marks{}
		}
		r.marked[t] = m
	}
	r.markedLast, r.marks = t, m
	return m
}

// enter looks for the terms of the question in a paragraph, or other sentences [from, to) of a document, which
// are those at hand from then on.
func (r *ranker) enter(doc *outline, from, to int32) {
	r.entered = entered{doc, from, to}
	r.hits, r.firstHit = r.hits[:0], append(r.firstHit[:0], 0)
	m, begin := r.marksIn(doc.store), doc.begin(int(from))
	for ordinal := from; ordinal < to; ordinal++ {
		end := int(doc.extents[ordinal].end)
		tokens := doc.tokens[begin:end]
		skipped := 0 // places that are no terms of their own
		for i := 0; i < len(tokens); i++ {
			if !m.flagged(tokens[i]) {
				continue
			}
			number, at := uint32(tokens[i]), i-skipped
			if number == longNumber && i+2 < len(tokens) {
				number = uint32(tokens[i+1])<<16 | uint32(tokens[i+2])
				i += 2
				skipped += 2
			}
			if mark := m.of(number); mark != 0 {
				r.hits = append(r.hits, hit{int32(at), mark - 1})
			}
		}
		begin = end
		r.firstHit = append(r.firstHit, int32(len(r.hits)))
	}
}

// hitsIn returns the hits in the sentences [from, to), which are among those at hand.
func (r *ranker) hitsIn(from, to int32) []hit {
	return r.hits[r.firstHit[from-r.entered.from]:r.firstHit[to-r.entered.from]]
}

// count adds how often each word stands in the sentences [from, to), which are among those at hand.
func (r *ranker) count(from, to int32, c *counts) {
	for _, h := range r.hitsIn(from, to) {
		c[r.st.wordOf[h.term]]++
	}
}

// countTerms counts the words among terms of a document.
func (r *ranker) countTerms(doc *outline, terms []uint32) (c counts) {
	m := r.marksIn(doc.store)
	for _, number := range terms {
		if mark := m.of(number); mark != 0 {
			c[r.st.wordOf[mark-1]]++
		}
	}
	return c
}

// tokensAtOnce is how many tokens [ranker.inDocument] looks through before it looks at those that are flagged.
const tokensAtOnce = 512

// inDocument returns how often each word of the question stands in a document. The tokens that may be one are
// picked out first, without a branch, since which they are cannot be foretold.
func (r *ranker) inDocument(doc *outline) *inDocument {
	if c, known := r.inDocuments[doc]; known {
		return c
	}
	m := r.marksIn(doc.store)
	r.termCounts = append(r.termCounts[:0], make([]int32, len(r.st.lookedFor))...)
	count := r.termCounts
	var picked [tokensAtOnce]uint16
	next := 0 // what stands before belongs to a number that takes several places
	for begin := 0; begin < len(doc.tokens); begin += tokensAtOnce {
		n := 0
		for i, token := range doc.tokens[begin:min(begin+tokensAtOnce, len(doc.tokens))] {
			picked[n%tokensAtOnce] = uint16(i)
			n += int(m.flags[token])
		}
		for _, i := range picked[:n] {
			at := begin + int(i)
			if at < next {
				continue
			}
			number := uint32(doc.tokens[at])
			if number == longNumber && at+2 < len(doc.tokens) {
				number = uint32(doc.tokens[at+1])<<16 | uint32(doc.tokens[at+2])
				next = at + 3
			}
			if mark := m.of(number); mark != 0 {
				count[mark-1]++
			}
		}
	}
	c := r.newCount()
	for i, terms := range r.st.termsOf {
		for _, t := range terms {
			c[i] = max(c[i], count[t])
		}
	}
	r.inDocuments[doc] = c
	return c
}
