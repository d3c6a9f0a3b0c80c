package bleve

import (
	"context"

	"verbatim/index"
)

// blockSentences is how many sentences are scored at a time: their scores fit into the second cache of a
// processor.
const blockSentences = 1 << 15

// A scored sentence is one with its number in the segment.
type scored struct {
	number, length uint32
	score          float64
}

// A list is the postings of a term of a query, read up to a place.
type list struct {
	*postings
	weight float64
	at     int // of the next sentence
	others int // of the next of the others
	// once is what the term gives to a sentence that holds it once, by the sentence's length.
	once [manyTerms]float64
}

// A tally adds up the scores of the sentences of a segment, block by block, and keeps those that can be
// among the best. It is used again from question to question.
type tally struct {
	lists   []list
	scores  []float64 // of the block, 0 between blocks
	lengths []uint32
	touched []uint32 // the sentences of the block with a score
	near    []scored
	// best is a heap of the best scores, as many as are wanted, the least on top.
	best   []float64
	wanted int
	floor  float64 // of the scores that count
	// spare is what can still be added to a score.
	spare float64
}

func newTally(sentences int) *tally {
	n := min(sentences, blockSentences)
	return &tally{scores: make([]float64, n), lengths: make([]uint32, n)}
}

// begin makes the tally ready for a question.
func (t *tally) begin(q *index.Query, spare float64) {
	t.lists, t.near, t.best, t.wanted, t.floor, t.spare = t.lists[:0], t.near[:0], t.best[:0], q.Limit, q.Floor, spare
}

// addAll scores all sentences that hold a term, and keeps those that are near the best.
func (t *tally) addAll(ctx context.Context, q *index.Query, sentences int) error {
	for i := range t.lists {
		l := &t.lists[i]
		for length := range l.once {
			l.once[length] = q.Score(l.weight, 1, length)
		}
	}
	for from := 0; from < sentences; from += blockSentences {
		if err := ctx.Err(); err != nil {
			return err
		}
		for i := range t.lists {
			t.add(&t.lists[i], q, uint32(from))
		}
		t.keep(uint32(from))
	}
	return nil
}

// add adds what a term gives to the scores of the sentences of the block that begins with from.
func (t *tally) add(l *list, q *index.Query, from uint32) {
	sentences, lengths := l.sentences[l.at:], l.lengths[l.at:]
	n := 0
	for n < len(sentences) && n < len(lengths) {
		place := sentences[n] - from
		if place >= uint32(len(t.scores)) {
			break
		}
		length, more := uint32(lengths[n]), 0.0
		if length < manyTerms {
			more = l.once[length]
		} else {
			o := l.postings.others[l.others]
			l.others++
			length, more = uint32(o.length), q.Score(l.weight, int(o.frequency), int(o.length))
		}
		before := t.scores[place]
		if before == 0 {
			t.touched = append(t.touched, place)
			t.lengths[place] = length
		}
		t.scores[place] = before + more
		n++
	}
	l.at += n
}

// keep notes the sentences of the block that can be among the best, and clears the block.
func (t *tally) keep(from uint32) {
	least := t.least() * almost
	for _, place := range t.touched {
		score := t.scores[place]
		t.scores[place] = 0
		if score+t.spare < least {
			continue
		}
		t.near = append(t.near, scored{from + place, t.lengths[place], score})
		if t.offer(score) {
			least = t.least() * almost
		}
	}
	t.touched = t.touched[:0]
	if len(t.near) > 8*t.wanted {
		t.prune()
	}
}

// offer takes a score among the best if it is one of them.
func (t *tally) offer(score float64) bool {
	if len(t.best) < t.wanted {
		t.best = append(t.best, score)
		if len(t.best) == t.wanted {
			for i := t.wanted/2 - 1; i >= 0; i-- {
				sink(t.best, i)
			}
		}
		return true
	}
	if score <= t.best[0] {
		return false
	}
	t.best[0] = score
	sink(t.best, 0)
	return true
}

// least returns the score below which a sentence is not wanted.
func (t *tally) least() float64 {
	if len(t.best) < t.wanted {
		return t.floor
	}
	return max(t.best[0], t.floor)
}

// prune forgets the sentences that can no longer be among the best.
func (t *tally) prune() {
	least, kept := t.least()*almost, t.near[:0]
	for _, n := range t.near {
		if n.score+t.spare >= least {
			kept = append(kept, n)
		}
	}
	t.near = kept
}

// complete adds what the rest of the terms gives, and returns the best sentences and those that tie with
// the last of them; they are valid until the tally is used again.
func (t *tally) complete(q *index.Query, rest []restTerm) []scored {
	t.prune()
	t.best, t.spare = t.best[:0], 0
	for i := range t.near {
		n := &t.near[i]
		for _, term := range rest {
			if times := term.frequency(n.number); times > 0 {
				n.score += q.Score(term.weight, times, int(n.length))
			}
		}
		t.offer(n.score)
	}
	best, least := t.near[:0], t.least()
	for _, n := range t.near {
		if n.score >= least {
			best = append(best, n)
		}
	}
	return best
}

// sink restores the order of a heap whose element i may be too great for its place.
func sink(heap []float64, i int) {
	for {
		child := 2*i + 1
		if child >= len(heap) {
			return
		}
		if child+1 < len(heap) && heap[child+1] < heap[child] {
			child++
		}
		if heap[i] <= heap[child] {
			return
		}
		heap[i], heap[child] = heap[child], heap[i]
		i = child
	}
}
