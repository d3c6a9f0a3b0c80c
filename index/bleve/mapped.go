package bleve

import (
	"sync/atomic"

	segmentapi "github.com/blevesearch/scorch_segment_api/v2"
)

// Bleve maps its files into memory, where the system keeps what was read of them, and what lies around that,
// resident. What is wanted again is decoded and in the cache by then, so the pages are given back now and then:
// they stay with the system, which lends them again or takes them for others.

// keptReads is how many lists of postings are read from a file before its pages are given back: some ten
// megabytes of them.
const keptReads = 32

// Pages are a file as it is mapped.
type pages struct {
	data  []byte
	reads atomic.Int64
}

// pagesOf returns those of a segment, and nothing of one that is not read from a file: memory of another kind would
// be erased.
func pagesOf(of segmentapi.Segment) *pages {
	if file, ok := of.(interface {
		segmentapi.PersistedSegment
		Data() []byte
	}); ok {
		return &pages{data: file.Data()}
	}
	return new(pages)
}

// read counts a read, and gives the pages back when it is time.
func (m *pages) read() {
	if len(m.data) > 0 && m.reads.Add(1)%keptReads == 0 {
		giveBack(m.data)
	}
}
