package bleve

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	api "github.com/blevesearch/bleve_index_api"

	"verbatim/index"
)

// A searcher reads the postings of terms itself, through Bleve's public readers, rather than through
// Bleve's queries: nine tenths of their time goes into bookkeeping for each posting, and their scores
// weigh a term by its frequency in one part of the documents.
type searcher struct {
	dir      string
	index    bleve.Index
	reader   api.IndexReader
	segments []*segment
}

func newSearcher(dir string, x bleve.Index) (*searcher, error) {
	advanced, err := x.Advanced()
	if err != nil {
		return nil, err
	}
	reader, err := advanced.Reader()
	if err != nil {
		return nil, err
	}
	snapshot, ok := reader.(*scorch.IndexSnapshot)
	if !ok {
		return nil, errors.Join(fmt.Errorf("its reader is a %T", reader), reader.Close())
	}
	s := &searcher{dir: dir, index: x, reader: reader}
	for _, of := range snapshot.Segments() {
		seg, err := newSegment(of)
		if err != nil {
			return nil, errors.Join(err, reader.Close())
		}
		s.segments = append(s.segments, seg)
	}
	return s, nil
}

// Frequencies returns the number of sentences that hold each term.
func (s *searcher) Frequencies(ctx context.Context, terms []string) (counts []int, err error) {
	defer s.rescue(&err)
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	counts = make([]int, len(terms))
	for _, seg := range s.segments {
		for i, term := range terms {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			n, err := seg.frequency(term)
			if err != nil {
				return nil, fmt.Errorf("count term in bleve index in %q: %w", s.dir, err)
			}
			counts[i] += n
		}
	}
	return counts, nil
}

// Candidates returns the best sentences that hold any of the terms.
func (s *searcher) Candidates(ctx context.Context, q index.Query) (found []index.Candidate, err error) {
	defer s.rescue(&err)
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	if q.Limit <= 0 {
		return nil, nil
	}
	for _, seg := range s.segments {
		some, err := seg.candidates(ctx, &q)
		if err != nil {
			return nil, fmt.Errorf("search bleve index in %q: %w", s.dir, err)
		}
		found = append(found, some...)
	}
	slices.SortFunc(found, func(a, b index.Candidate) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Key.Doc, b.Key.Doc), cmp.Compare(a.Key.Ordinal, b.Key.Ordinal))
	})
	return found[:min(q.Limit, len(found))], nil
}

// A tally adds up the scores of the sentences of a segment; it is used again from question to question.
type tally struct {
	scores []float64
	// touched are the sentences with a score.
	touched []uint32
}

// candidates returns the best sentences of the segment, and those that tie with the last of them.
func (s *segment) candidates(ctx context.Context, q *index.Query) ([]index.Candidate, error) {
	t := s.tallies.Get().(*tally)
	defer s.tallies.Put(t)
	defer t.clear()
	for _, term := range q.Terms {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		p, err := s.postings(term.Term)
		if err != nil {
			return nil, err
		}
		t.add(p, q, term.Weight)
	}
	least := t.least(q.Limit)
	var found []index.Candidate
	for _, number := range t.touched {
		score := t.scores[number]
		if score < least {
			continue
		}
		id, err := s.of.DocID(uint64(number))
		if err != nil {
			return nil, err
		}
		key, err := parseID(string(id))
		if err != nil {
			return nil, err
		}
		found = append(found, index.Candidate{Key: key, Score: score})
	}
	return found, nil
}

// add adds what a term gives to the scores of the sentences that hold it.
func (t *tally) add(p *postings, q *index.Query, weight float64) {
	for i, number := range p.sentences {
		if t.scores[number] == 0 {
			t.touched = append(t.touched, number)
		}
		t.scores[number] += q.Score(weight, int(p.frequencies[i]), int(p.lengths[i]))
	}
}

// clear makes the tally ready for the next question.
func (t *tally) clear() {
	for _, number := range t.touched {
		t.scores[number] = 0
	}
	t.touched = t.touched[:0]
}

// least returns the score of the sentence that is in place limit, 0 if there are fewer.
func (t *tally) least(limit int) float64 {
	if len(t.touched) <= limit {
		return 0
	}
	best := make([]float64, 0, limit) // a heap, the least on top
	for _, number := range t.touched {
		score := t.scores[number]
		switch {
		case len(best) < limit:
			best = append(best, score)
			if len(best) == limit {
				for i := limit/2 - 1; i >= 0; i-- {
					sink(best, i)
				}
			}
		case score > best[0]:
			best[0] = score
			sink(best, 0)
		}
	}
	return best[0]
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
