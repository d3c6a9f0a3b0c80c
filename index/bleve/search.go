package bleve

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"runtime/debug"
	"slices"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	api "github.com/blevesearch/bleve_index_api"

	"verbatim/index"
	"verbatim/index/cache"
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

func newSearcher(dir string, x bleve.Index, decoded *cache.Cache) (*searcher, error) {
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
		seg, err := newSegment(of, decoded)
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

// Candidates returns the best sentences that hold any of the terms, and those that tie with the last.
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
	n := min(q.Limit, len(found))
	for n < len(found) && found[n].Score == found[n-1].Score {
		n++
	}
	return found[:n], nil
}

// A tally adds up the scores of the sentences of a segment; it is used again from question to question.
type tally struct {
	scores []float64
	// touched are the sentences with a score, and lengths says how many terms each of them has.
	touched []uint32
	lengths []int32
	// once is what the term at hand gives to a sentence that holds it once, by the sentence's length.
	once [manyTerms]float64
}

// candidates returns the best sentences of the segment, and those that tie with the last of them.
//
// The postings of each term are read in the order of the query. When those terms that are left stand in so
// many sentences that reading them takes long, and together can add too little to bring a sentence among
// the best that holds none of the others, only the sentences near the best are asked for them: that gives
// the same sentences with the same scores.
func (s *segment) candidates(ctx context.Context, q *index.Query) ([]index.Candidate, error) {
	t := s.tallies.Get().(*tally)
	defer s.tallies.Put(t)
	defer t.clear()
	var rest []restTerm
	var spare float64 // what rest can add at most
	for i, term := range q.Terms {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		common, err := s.isCommon(term.Term)
		if err != nil {
			return nil, err
		}
		if common && len(t.touched) >= q.Limit {
			if rest, spare, err = s.rest(q, q.Terms[i:]); err != nil {
				return nil, err
			}
			if spare < t.least(q.Limit)*almost {
				break
			}
			rest, spare = nil, 0
		}
		p, err := s.postings(term.Term)
		if err != nil {
			return nil, err
		}
		t.add(p, q, term.Weight)
	}
	t.complete(q, rest, spare)
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

const (
	// A term is common when at least commonFrom sentences and one in commonShare hold it: its presence
	// takes no more memory than its postings then.
	commonFrom  = 4096
	commonShare = 32
	// almost leaves room for what rounding can change in a sum.
	almost = 1 - 1e-9
)

func (s *segment) isCommon(term string) (bool, error) {
	n, err := s.frequency(term)
	return n >= commonFrom && n >= s.sentences/commonShare, err
}

// A restTerm is a term of a query whose postings are not read.
type restTerm struct {
	*presence
	weight float64
}

// rest returns the terms that are left, and what they can add to the score of a sentence at most: more than
// any when one of them is not common.
func (s *segment) rest(q *index.Query, terms []index.QueryTerm) (rest []restTerm, spare float64, err error) {
	for _, term := range terms {
		common, err := s.isCommon(term.Term)
		if err != nil {
			return nil, 0, err
		}
		if !common {
			return nil, math.Inf(1), nil
		}
		p, err := s.presence(term.Term)
		if err != nil {
			return nil, 0, err
		}
		rest = append(rest, restTerm{p, term.Weight})
		spare += q.Score(term.Weight, int(p.most), int(p.shortest))
	}
	return rest, spare, nil
}

// complete adds what the rest of the terms gives to the sentences that it can bring among the best, and
// forgets the others.
func (t *tally) complete(q *index.Query, rest []restTerm, spare float64) {
	if len(rest) == 0 {
		return
	}
	least := t.least(q.Limit) * almost
	near := t.touched[:0]
	for _, number := range t.touched {
		if t.scores[number]+spare < least {
			t.scores[number] = 0
			continue
		}
		near = append(near, number)
		for _, term := range rest {
			if n := term.frequency(number); n > 0 {
				t.scores[number] += q.Score(term.weight, n, int(t.lengths[number]))
			}
		}
	}
	t.touched = near
}

// add adds what a term gives to the scores of the sentences that hold it.
func (t *tally) add(p *postings, q *index.Query, weight float64) {
	for length := range t.once {
		t.once[length] = q.Score(weight, 1, length)
	}
	others := p.others
	lengths := p.lengths[:len(p.sentences)]
	for i, number := range p.sentences {
		var more float64
		length := int32(lengths[i])
		if length < manyTerms {
			more = t.once[length]
		} else {
			length = others[0].length
			more = q.Score(weight, int(others[0].frequency), int(length))
			others = others[1:]
		}
		before := t.scores[number]
		if before == 0 {
			t.touched = append(t.touched, number)
			t.lengths[number] = length
		}
		t.scores[number] = before + more
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
