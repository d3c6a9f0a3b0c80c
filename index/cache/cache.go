// Package cache keeps what was used lately in memory, up to a number of bytes: postings, outlines of
// documents, blocks of text. What is kept must never change.
package cache

import (
	"container/list"
	"math"
	"runtime/debug"
	"runtime/metrics"
	"sync"
)

// A Cache keeps values by their keys. It is safe for concurrent use.
type Cache struct {
	most int

	mu    sync.Mutex
	at    map[Key]*list.Element // of kept
	order *list.List            // most recently used first
	bytes int
	puts  int
}

// A Key names a value: by what it is of, such as a file, a name and a number there. Of must be comparable.
type Key struct {
	Of     any
	Name   string
	Number int
}

type kept struct {
	key   Key
	value any
	bytes int
}

// New returns a cache that keeps at most so many bytes; the value put last is kept in any case.
func New(bytes int) *Cache {
	return &Cache{most: bytes, at: map[Key]*list.Element{}, order: list.New()}
}

// Get returns what was put, nil if it is not there any more.
func (c *Cache) Get(key Key) any {
	c.mu.Lock()
	defer c.mu.Unlock()
	el, ok := c.at[key]
	if !ok {
		return nil
	}
	c.order.MoveToFront(el)
	return el.Value.(kept).value
}

// Put keeps a value that takes about so many bytes; one that is there already stays. What was used
// longest ago goes. When the program nears its limit of memory (GOMEMLIMIT), half of all goes.
func (c *Cache) Put(key Key, value any, bytes int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.at[key]; ok {
		return
	}
	bytes += overhead
	c.at[key] = c.order.PushFront(kept{key, value, bytes})
	c.bytes += bytes
	most := c.most
	if c.puts++; c.puts%looks == 0 && pressed() {
		most = min(most, c.bytes/2)
	}
	for c.bytes > most && c.order.Len() > 1 {
		c.drop(c.order.Back())
	}
}

// Forget drops what is kept of something.
func (c *Cache) Forget(of any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for key, el := range c.at {
		if key.Of == of {
			c.drop(el)
		}
	}
}

// Bytes is about how much memory the values take.
func (c *Cache) Bytes() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.bytes
}

func (c *Cache) drop(el *list.Element) {
	old := c.order.Remove(el).(kept)
	delete(c.at, old.key)
	c.bytes -= old.bytes
}

const (
	// overhead is what a value costs beside its own bytes: its places in the map and the list.
	overhead = 200
	// looks is after how many values the memory is looked at, which takes some microseconds.
	looks = 64
	// nearLimit is the part of the limit of memory from which on it is near.
	nearLimit = 0.9
)

// pressed says whether the program nears its limit of memory; it has none by default.
func pressed() bool {
	limit := debug.SetMemoryLimit(-1)
	if limit == math.MaxInt64 {
		return false
	}
	s := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(s)
	return float64(s[0].Value.Uint64()-s[1].Value.Uint64()) > nearLimit*float64(limit)
}
