package index

import (
	"container/list"
	"sync"
)

// cacheBytes bounds the text of the documents kept analysed in memory; analysed text takes about
// five times its own size. A document that has to be read again costs a question as much as all else.
const cacheBytes = 32 << 20

// A cache keeps the documents that were used lately analysed; safe for concurrent use.
type cache struct {
	mu    sync.Mutex
	at    map[cacheKey]*list.Element // of *analysed
	order *list.List                 // most recently used first
	bytes int
}

// A cacheKey names a version of a document: what stands in a part never changes.
type cacheKey struct {
	part *part
	doc  string
}

type cached struct {
	key cacheKey
	doc *analysed
}

func newCache() *cache { return &cache{at: map[cacheKey]*list.Element{}, order: list.New()} }

// get returns a document of a part with its terms, from memory when it was used lately.
func (c *cache) get(p *part, id string) (*analysed, error) {
	key := cacheKey{p, id}
	c.mu.Lock()
	if el, ok := c.at[key]; ok {
		c.order.MoveToFront(el)
		c.mu.Unlock()
		return el.Value.(cached).doc, nil
	}
	c.mu.Unlock()

	doc, err := p.texts.read(id)
	if err != nil {
		return nil, err
	}
	a := analyse(doc)

	c.mu.Lock()
	defer c.mu.Unlock()
	if el, ok := c.at[key]; ok {
		return el.Value.(cached).doc, nil
	}
	c.at[key] = c.order.PushFront(cached{key, a})
	c.bytes += len(a.doc.Text)
	for c.bytes > cacheBytes && c.order.Len() > 1 {
		c.drop(c.order.Back())
	}
	return a, nil
}

func (c *cache) drop(el *list.Element) {
	old := c.order.Remove(el).(cached)
	delete(c.at, old.key)
	c.bytes -= len(old.doc.doc.Text)
}

// forget drops the documents of a part that is no longer searched.
func (c *cache) forget(p *part) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for key, el := range c.at {
		if key.part == p {
			c.drop(el)
		}
	}
}
