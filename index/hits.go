package index

// A hit is a term of the question in a document.
type hit struct {
	// token is its place among the terms of its sentence.
	token int32
	// term is its place in [statistics.lookedFor].
	term uint16
}

// counts is how often each word of the question stands in a text.
type counts [maxWords]uint16

// marksIn returns the marks of the terms of the question by their numbers in a dictionary: the place of
// each in [statistics.lookedFor] plus one.
func (r *ranker) marksIn(t *texts) *marks {
	if m, ok := r.marked[t]; ok {
		return m
	}
	m := t.dictionary.marks.Get().(*marks)
	for i, term := range r.st.lookedFor {
		if number, ok := t.dictionary.number(term); ok {
			m.set(number, uint16(i+1))
		}
	}
	if r.marked == nil {
		r.marked = map[*texts]*marks{}
	}
	r.marked[t] = m
	return m
}

// release gives the marks back, cleared.
func (r *ranker) release() {
	for t, m := range r.marked {
		for _, term := range r.st.lookedFor {
			if number, ok := t.dictionary.number(term); ok {
				m.set(number, 0)
			}
		}
		t.dictionary.marks.Put(m)
	}
	r.marked = nil
}

// enter looks for the terms of the question in a document, which is the one at hand from then on.
func (r *ranker) enter(doc *outline) {
	r.scan(doc, r.marksIn(doc.store))
	clear(r.inDocument[:])
	count := make([]int32, len(r.st.lookedFor))
	for _, h := range r.hits {
		count[h.term]++
	}
	for i, terms := range r.st.termsOf {
		for _, t := range terms {
			r.inDocument[i] = max(r.inDocument[i], count[t])
		}
	}
}

// scan reads all terms of a document.
func (r *ranker) scan(doc *outline, m *marks) {
	r.hits, r.firstHit = r.hits[:0], append(r.firstHit[:0], 0)
	skipped := 0 // places of the sentence at hand that are no terms of their own
	for i := 0; i < len(doc.tokens); i++ {
		if !m.flagged(doc.tokens[i]) {
			continue
		}
		for uint32(i) >= doc.ends[len(r.firstHit)-1] {
			skipped = 0
			r.firstHit = append(r.firstHit, int32(len(r.hits)))
		}
		number, at := uint32(doc.tokens[i]), i-doc.begin(len(r.firstHit)-1)-skipped
		if number == longNumber && i+2 < len(doc.tokens) {
			number = uint32(doc.tokens[i+1])<<16 | uint32(doc.tokens[i+2])
			i += 2
			skipped += 2
		}
		if mark := m.of(number); mark != 0 {
			r.hits = append(r.hits, hit{int32(at), mark - 1})
		}
	}
	for len(r.firstHit) <= len(doc.ends) {
		r.firstHit = append(r.firstHit, int32(len(r.hits)))
	}
}

// hitsIn returns the hits in the sentences [from, to) of the document at hand.
func (r *ranker) hitsIn(from, to int32) []hit { return r.hits[r.firstHit[from]:r.firstHit[to]] }

// count adds how often each word stands in the sentences [from, to) of the document at hand.
func (r *ranker) count(from, to int32, c *counts) {
	for _, h := range r.hitsIn(from, to) {
		c[r.st.wordOf[h.term]]++
	}
}

// countTerms counts the words among terms of a document.
func (r *ranker) countTerms(doc *outline, terms []uint32) *counts {
	var c counts
	m := r.marksIn(doc.store)
	for _, number := range terms {
		if mark := m.of(number); mark != 0 {
			c[r.st.wordOf[mark-1]]++
		}
	}
	return &c
}
