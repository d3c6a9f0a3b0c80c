package index

import "sync"

// A scratch is what the ranking of one question needs beside its answer. The next question uses it again, since
// new memory is cold, and has to be cleared and collected.
type scratch struct {
	// places are those of the candidates, as [ranker.candidates] numbers them, list has the candidates, and ranked
	// leads to them.
	places []uint64
	list   []scored
	ranked []*scored
	// hits are those in the sentences at hand, and firstHit the place there of the first one of each
	// sentence.
	hits     []hit
	firstHit []int32
	// inDocuments has the documents that were looked through, and counted what it leads to.
	inDocuments map[*outline]*inDocument
	counted     []inDocument
	// termCounts are of the document that is looked through, and wordAt is of the sentence that is read.
	termCounts []int32
	wordAt     []int8
}

func newScratch() *scratch { return &scratch{inDocuments: map[*outline]*inDocument{}} }

var scratches = sync.Pool{New: func() any { return newScratch() }}

// begin gives the ranker what release takes back.
func (r *ranker) begin() { r.scratch = scratches.Get().(*scratch) }

// release gives back what the ranker has used, and forgets what it led to.
func (r *ranker) release() {
	for t, m := range r.marked {
		for _, number := range m.numbers {
			m.set(number, 0)
		}
		t.dictionary.marks.Put(m)
	}
	r.marked, r.markedLast, r.marks = nil, nil, nil
	r.entered, r.around = entered{}, surrounding{}
	clear(r.list) // documents are not to be kept
	clear(r.ranked)
	clear(r.inDocuments)
	r.list, r.ranked, r.counted = r.list[:0], r.ranked[:0], r.counted[:0]
	scratches.Put(r.scratch)
	r.scratch = nil
}

// newCount returns room for what a document holds, all 0.
func (s *scratch) newCount() *inDocument {
	if len(s.counted) == cap(s.counted) {
		s.counted = make([]inDocument, 0, max(leastCounted, 2*cap(s.counted))) // what the old one led to stays
	}
	s.counted = append(s.counted, inDocument{})
	return &s.counted[len(s.counted)-1]
}

// leastCounted is how many documents are looked through for most questions.
const leastCounted = 64
