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

	"verbatim/index"
	"verbatim/index/cache"
)

// A searcher reads the postings of terms itself, through Bleve's public readers, rather than through
// Bleve's queries: nine tenths of their time goes into bookkeeping for each posting, and their scores
// weigh a term by its frequency in one part of the documents.
type searcher struct {
	dir      string
	index    bleve.Index
	reader   *scorch.IndexSnapshot
	segments []*segment
}

// openReader opens the Bleve index in dir read-only: Bleve opened for writing deletes the segments of an
// index whose root file is damaged.
func openReader(dir string) (bleve.Index, *scorch.IndexSnapshot, error) {
	x, err := bleve.OpenUsing(dir, map[string]any{"read_only": true, "bolt_timeout": lockTimeout})
	if err != nil {
		return nil, nil, err
	}
	advanced, err := x.Advanced()
	if err != nil {
		return nil, nil, errors.Join(err, x.Close())
	}
	reader, err := advanced.Reader()
	if err != nil {
		return nil, nil, errors.Join(err, x.Close())
	}
	snapshot, ok := reader.(*scorch.IndexSnapshot)
	if !ok {
		return nil, nil, errors.Join(fmt.Errorf("its reader is a %T", reader), reader.Close(), x.Close())
	}
	return x, snapshot, nil
}

func newSearcher(dir string, c *cache.Cache) (s *searcher, err error) {
	s = &searcher{dir: dir}
	if s.index, s.reader, err = openReader(dir); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	numbers, err := readNumbers(dir)
	if err != nil {
		return s, err
	}
	for _, of := range s.reader.Segments() {
		n := int(of.Segment().Count())
		if n > len(numbers) {
			return s, fmt.Errorf("%w: %s has less than %d sentences", index.ErrDamaged, numbersFile, n)
		}
		seg, err := newSegment(of, numbers[:n], c)
		if err != nil {
			return s, err
		}
		s.segments, numbers = append(s.segments, seg), numbers[n:]
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
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Number, b.Number))
	})
	n := min(q.Limit, len(found))
	for n < len(found) && found[n].Score == found[n-1].Score {
		n++
	}
	return found[:n], nil
}

// candidates returns the best sentences of the segment, and those that tie with the last of them.
func (s *segment) candidates(ctx context.Context, q *index.Query) ([]index.Candidate, error) {
	near, err := s.near(ctx, q)
	if err != nil {
		return nil, err
	}
	found := make([]index.Candidate, len(near))
	for i, n := range near {
		found[i] = index.Candidate{Number: int(s.numbers[n.number]), Score: n.score}
	}
	return found, nil
}

// near returns the best sentences, and those that tie with the last of them.
//
// The postings of each term are read in the order of the query. When those terms that are left stand in so
// many sentences that reading them takes long, and together can add too little to bring a sentence among
// the best that holds none of the others, only the sentences near the best are asked for them: that gives
// the same sentences with the same scores.
func (s *segment) near(ctx context.Context, q *index.Query) ([]scored, error) {
	t := s.tallies.Get().(*tally)
	defer s.tallies.Put(t)
	for read := s.rare(q); ; read++ {
		rest, spare, err := s.rest(q, q.Terms[read:])
		if err != nil {
			return nil, err
		}
		t.begin(q, spare)
		if err := s.lists(ctx, q.Terms[:read], t); err != nil {
			return nil, err
		}
		if err := t.addAll(ctx, q, s.sentences); err != nil {
			return nil, err
		}
		if len(rest) == 0 || spare < t.least()*almost {
			return slices.Clone(t.complete(q, rest)), nil
		}
	}
}

const (
	// A term is common when at least commonFrom sentences and one in commonShare hold it: its presence
	// takes no more memory than its postings then.
	commonFrom  = 4096
	commonShare = 32
	// commonWeight is the part of the weight of a query up to which its common terms are not read. More
	// would be asked of too many sentences, or in vain.
	commonWeight = 0.2
	// almost leaves room for what rounding can change in a sum.
	almost = 1 - 1e-9
)

// rare returns how many terms of a query are left without the common ones at its end, as far as those weigh
// little together.
func (s *segment) rare(q *index.Query) int {
	all, rest := 0.0, 0.0
	for _, term := range q.Terms {
		all += term.Weight
	}
	n := len(q.Terms)
	for n > 0 {
		term := q.Terms[n-1]
		rest += term.Weight
		held, err := s.frequency(term.Term)
		if err != nil || held < commonFrom || held < s.sentences/commonShare || rest > all*commonWeight {
			break
		}
		n--
	}
	return n
}

// A restTerm is a term of a query whose postings are not read.
type restTerm struct {
	*presence
	weight float64
}

// rest returns the presence of the terms that are left, and what they can add to the score of a sentence at
// most.
func (s *segment) rest(q *index.Query, terms []index.QueryTerm) (rest []restTerm, spare float64, err error) {
	for _, term := range terms {
		p, err := s.presence(term.Term)
		if err != nil {
			return nil, 0, err
		}
		rest = append(rest, restTerm{p, term.Weight})
		spare += q.Score(term.Weight, int(p.most), int(p.shortest))
	}
	return rest, spare, nil
}

// lists gives the postings of some terms to a tally.
func (s *segment) lists(ctx context.Context, terms []index.QueryTerm, t *tally) error {
	for _, term := range terms {
		if err := ctx.Err(); err != nil {
			return err
		}
		p, err := s.postings(term.Term)
		if err != nil {
			return err
		}
		if len(p.sentences) > 0 {
			t.lists = append(t.lists, list{postings: p, weight: term.Weight})
		}
	}
	return nil
}
