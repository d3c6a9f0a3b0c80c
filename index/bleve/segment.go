package bleve

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/blevesearch/bleve/v2/index/scorch"
	segmentapi "github.com/blevesearch/scorch_segment_api/v2"

	"verbatim/index/cache"
)

// A segment is one of the immutable files of a Bleve index, with the postings that were read lately
// decoded.
type segment struct {
	of        *scorch.SegmentSnapshot
	sentences int
	// numbers are those of the sentences in the order they were added, by their numbers in the segment.
	numbers []uint32
	// dictionaries are readers of the terms; one is not safe for concurrent use.
	dictionaries sync.Pool // of segmentapi.TermDictionary
	tallies      sync.Pool // of *tally
	// decoded and present are postings and presences by their terms.
	decoded *cache.Names[*postings]
	present *cache.Names[*presence]
	mapped  *pages
}

func newSegment(of *scorch.SegmentSnapshot, numbers []uint32, c *cache.Cache) (*segment, error) {
	s := &segment{of: of, numbers: numbers, sentences: len(numbers), decoded: cache.NamesIn[*postings](c), present: cache.NamesIn[*presence](c), mapped: pagesOf(of.Segment())}
	terms, err := of.Segment().Dictionary(termsField)
	if err != nil {
		return nil, err
	}
	s.dictionaries.Put(terms)
	s.tallies.New = func() any { return newTally(s.sentences) }
	return s, nil
}

// list returns the encoded postings of a term.
func (s *segment) list(term string) (segmentapi.PostingsList, error) {
	terms, ok := s.dictionaries.Get().(segmentapi.TermDictionary)
	if !ok {
		var err error
		if terms, err = s.of.Segment().Dictionary(termsField); err != nil {
			return nil, err
		}
	}
	defer s.dictionaries.Put(terms)
	s.mapped.read()
	return terms.PostingsList([]byte(term), nil, nil)
}

// frequency is the number of sentences that hold a term.
func (s *segment) frequency(term string) (int, error) {
	if p, ok := s.decoded.Get(term); ok {
		return len(p.sentences), nil
	}
	list, err := s.list(term)
	if err != nil {
		return 0, err
	}
	return int(list.Count()), nil
}

// postings are the sentences that hold a term, by their number in the segment.
type postings struct {
	sentences []uint32
	// lengths says how many terms each sentence has, if it has fewer than manyTerms and holds the term
	// once, as most do; else it is manyTerms, and others has the next one.
	lengths []uint8
	others  []occurrence
}

// An occurrence says how often a sentence holds a term, and how many terms it has.
type occurrence struct{ frequency, length int32 }

const manyTerms = math.MaxUint8

// bytes is the size of the postings in memory.
func (p *postings) bytes() int { return 5*len(p.sentences) + 8*len(p.others) }

// postings returns the postings of a term.
func (s *segment) postings(term string) (*postings, error) {
	if p, ok := s.decoded.Get(term); ok {
		return p, nil
	}
	list, err := s.list(term)
	if err != nil {
		return nil, err
	}
	n := int(list.Count())
	p := &postings{sentences: make([]uint32, 0, n), lengths: make([]uint8, 0, n)}
	if err := each(list, p.add); err != nil {
		return nil, err
	}
	p.others = slices.Clip(p.others)
	s.decoded.Put(term, p, p.bytes())
	return p, nil
}

func (p *postings) add(sentence uint32, o occurrence) {
	p.sentences = append(p.sentences, sentence)
	if o.frequency == 1 && o.length < manyTerms {
		p.lengths = append(p.lengths, uint8(o.length))
		return
	}
	p.lengths = append(p.lengths, manyTerms)
	p.others = append(p.others, o)
}

// each calls do for each sentence of a list of postings, in order of their numbers.
func each(list segmentapi.PostingsList, do func(sentence uint32, o occurrence)) error {
	it := list.Iterator(true, true, false, nil)
	for {
		at, err := it.Next()
		if err != nil || at == nil {
			return err
		}
		norm, ok := at.(interface{ NormUint64() uint64 })
		if !ok {
			return fmt.Errorf("posting %T tells no length", at)
		}
		do(uint32(at.Number()), occurrence{int32(min(at.Frequency(), math.MaxInt32)), int32(min(norm.NormUint64(), math.MaxInt32))})
	}
}

// A presence says which sentences hold a term, for one that stands in so many that nobody reads all its
// postings: it is only asked of a few sentences.
type presence struct {
	in, twice []uint64 // a bit for each sentence: whether it holds the term, and whether more than once
	// often are the sentences that hold the term more than once, in order, and how often.
	often []repeated
	// most is how often one sentence holds the term at most, and shortest how many terms the shortest
	// of the sentences has.
	most, shortest int32
}

type repeated struct{ sentence, frequency uint32 }

// presence returns the presence of a term.
func (s *segment) presence(term string) (*presence, error) {
	if p, ok := s.present.Get(term); ok {
		return p, nil
	}
	list, err := s.list(term)
	if err != nil {
		return nil, err
	}
	p := &presence{in: make([]uint64, s.sentences/64+1), twice: make([]uint64, s.sentences/64+1), shortest: math.MaxInt32}
	err = each(list, func(sentence uint32, o occurrence) {
		p.in[sentence/64] |= 1 << (sentence % 64)
		p.most, p.shortest = max(p.most, o.frequency), min(p.shortest, o.length)
		if o.frequency > 1 {
			p.twice[sentence/64] |= 1 << (sentence % 64)
			p.often = append(p.often, repeated{sentence, uint32(o.frequency)})
		}
	})
	if err != nil {
		return nil, err
	}
	p.often = slices.Clip(p.often)
	s.present.Put(term, p, 8*(2*len(p.in)+len(p.often)))
	return p, nil
}

// frequency is how often a sentence holds the term.
func (p *presence) frequency(sentence uint32) int {
	switch {
	case p.in[sentence/64]>>(sentence%64)&1 == 0:
		return 0
	case p.twice[sentence/64]>>(sentence%64)&1 == 0:
		return 1
	}
	at, _ := slices.BinarySearchFunc(p.often, sentence, func(r repeated, n uint32) int { return cmp.Compare(r.sentence, n) })
	return int(p.often[at].frequency)
}
