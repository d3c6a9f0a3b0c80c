package bleve

import (
	"fmt"
	"math"
	"sync"

	"github.com/blevesearch/bleve/v2/index/scorch"
	segmentapi "github.com/blevesearch/scorch_segment_api/v2"
)

// A segment is one of the immutable files of a Bleve index, with the postings that were read lately
// decoded.
type segment struct {
	of *scorch.SegmentSnapshot
	// dictionaries are readers of the terms; one is not safe for concurrent use.
	dictionaries sync.Pool // of segmentapi.TermDictionary
	tallies      sync.Pool // of *tally
	decoded      *decoded
}

func newSegment(of *scorch.SegmentSnapshot) (*segment, error) {
	s := &segment{of: of, decoded: newDecoded()}
	terms, err := of.Segment().Dictionary(termsField)
	if err != nil {
		return nil, err
	}
	s.dictionaries.Put(terms)
	sentences := of.Segment().Count()
	s.tallies.New = func() any { return &tally{scores: make([]float64, sentences)} }
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
	return terms.PostingsList([]byte(term), nil, nil)
}

// frequency is the number of sentences that hold a term.
func (s *segment) frequency(term string) (int, error) {
	if p := s.decoded.get(term); p != nil {
		return len(p.sentences), nil
	}
	list, err := s.list(term)
	if err != nil {
		return 0, err
	}
	return int(list.Count()), nil
}

// postings are the sentences that hold a term, by their number in the segment, with how often each
// holds it and how many terms each has.
type postings struct {
	sentences   []uint32
	frequencies []uint8
	lengths     []uint16
}

// bytes is the size of the postings in memory.
func (p *postings) bytes() int { return 7 * len(p.sentences) }

// postings returns the postings of a term.
func (s *segment) postings(term string) (*postings, error) {
	if p := s.decoded.get(term); p != nil {
		return p, nil
	}
	list, err := s.list(term)
	if err != nil {
		return nil, err
	}
	n := int(list.Count())
	p := &postings{make([]uint32, 0, n), make([]uint8, 0, n), make([]uint16, 0, n)}
	it := list.Iterator(true, true, false, nil)
	for {
		at, err := it.Next()
		if err != nil {
			return nil, err
		}
		if at == nil {
			break
		}
		length, ok := at.(interface{ NormUint64() uint64 })
		if !ok {
			return nil, fmt.Errorf("posting %T tells no length", at)
		}
		p.sentences = append(p.sentences, uint32(at.Number()))
		p.frequencies = append(p.frequencies, uint8(min(at.Frequency(), math.MaxUint8)))
		p.lengths = append(p.lengths, uint16(min(length.NormUint64(), math.MaxUint16)))
	}
	s.decoded.put(term, p)
	return p, nil
}
