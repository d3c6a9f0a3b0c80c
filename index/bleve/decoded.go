package bleve

import (
	"container/list"
	"sync"
)

// decodedBytes bounds the decoded postings kept for each segment: 32 MiB are those of the terms of
// some thousand questions to a million sentences. To decode postings takes ten times as long as to use
// them.
const decodedBytes = 32 << 20

// decoded keeps the postings that were used lately; it is safe for concurrent use.
type decoded struct {
	mu    sync.Mutex
	at    map[string]*list.Element // of decodedTerm
	order *list.List               // most recently used first
	bytes int
}

type decodedTerm struct {
	term     string
	postings *postings
}

func newDecoded() *decoded {
	return &decoded{at: map[string]*list.Element{}, order: list.New()}
}

// get returns the postings of a term, nil if they are not there.
func (d *decoded) get(term string) *postings {
	d.mu.Lock()
	defer d.mu.Unlock()
	el, ok := d.at[term]
	if !ok {
		return nil
	}
	d.order.MoveToFront(el)
	return el.Value.(decodedTerm).postings
}

func (d *decoded) put(term string, p *postings) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, ok := d.at[term]; ok {
		return
	}
	d.at[term] = d.order.PushFront(decodedTerm{term, p})
	d.bytes += p.bytes()
	for d.bytes > decodedBytes && d.order.Len() > 1 {
		old := d.order.Remove(d.order.Back()).(decodedTerm)
		delete(d.at, old.term)
		d.bytes -= old.postings.bytes()
	}
}
