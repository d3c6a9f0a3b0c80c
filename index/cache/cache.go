// Package cache keeps what was used lately in memory, up to a number of bytes: postings, outlines of
// documents, blocks of text. What is kept must never change.
package cache

import (
	"container/list"
	"math"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"sync/atomic"
)

// A Cache bounds what is kept by [Names] and [Numbers]. When there is too much, what was not used for long
// goes. It is safe for concurrent use, and so are they.
type Cache struct {
	most int
	// host is the cache of which this one uses the room that it leaves, and guest the one that uses this one's.
	host, guest *Cache
	bytes       atomic.Int64 // changes with mu held

	mu    sync.Mutex
	order *list.List // of item: those put, or looked at and found used, most recently in front
	puts  int
}

// New returns a cache that keeps at most so many bytes. The value put last is kept even if it takes more.
func New(bytes int) *Cache { return &Cache{most: bytes, order: list.New()} }

// Guest returns a cache that keeps at most so many bytes and what c leaves of its own; when c takes its room back,
// even the value put last may go. A cache has one guest.
func (c *Cache) Guest(bytes int) *Cache {
	c.guest = New(bytes)
	c.guest.host = c
	return c.guest
}

// Bytes is about how much memory the values take.
func (c *Cache) Bytes() int { return int(c.bytes.Load()) }

// An item is a value in the order of a cache.
type item struct {
	used  *atomic.Bool // since the cache last looked
	bytes int
	drop  func()
}

// room is how many bytes may be kept now.
func (c *Cache) room() int {
	if c.host == nil {
		return c.most
	}
	return c.most + max(0, c.host.most-c.host.Bytes())
}

// put takes an item in and notes its element, unless place says that there is one already. When the program nears
// its limit of memory (GOMEMLIMIT), half of all goes, and half of what the guest keeps.
func (c *Cache) put(i item, at **list.Element, place func() bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !place() {
		return
	}
	c.puts++
	short := c.puts%looks == 0 && pressed()
	c.shrink(i.bytes, short)
	*at = c.order.PushFront(i)
	c.bytes.Add(int64(i.bytes))
	if c.guest != nil {
		c.guest.giveWay(short)
	}
}

// giveWay leaves the host the room that it has taken back, and half of all where memory is short.
func (c *Cache) giveWay(short bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.shrink(0, short)
}

// shrink makes room for so many bytes, and drops half of all where memory is short: what was used longest ago, from
// the back of the order. What was used since it was last looked at goes back in front.
func (c *Cache) shrink(wanted int, short bool) {
	room := c.room()
	if short {
		room = min(room, c.Bytes()/2)
	}
	room -= wanted
	for c.Bytes() > room && c.order.Len() > 0 {
		last := c.order.Back()
		if last.Value.(item).used.Swap(false) {
			c.order.MoveToFront(last)
			continue
		}
		c.drop(last)
	}
}

func (c *Cache) drop(el *list.Element) {
	i := c.order.Remove(el).(item)
	c.bytes.Add(-int64(i.bytes))
	i.drop()
}

// kept is a value at its place.
type kept[V any] struct {
	value V
	used  atomic.Bool
	at    *list.Element
}

// get returns the value, and whether there is one.
func (k *kept[V]) get() (value V, ok bool) {
	if k == nil {
		return value, false
	}
	if !k.used.Load() { // most are, and to write what is so takes the line from other processors
		k.used.Store(true)
	}
	return k.value, true
}

// Numbers keeps values by their numbers, from 0. Its own 8 bytes for each number count as no value's.
type Numbers[V any] struct {
	cache  *Cache
	places []atomic.Pointer[kept[V]]
}

// NumbersIn returns where n values are kept in c.
func NumbersIn[V any](c *Cache, n int) *Numbers[V] {
	return &Numbers[V]{c, make([]atomic.Pointer[kept[V]], n)}
}

// Get returns a value, and whether it is there.
func (n *Numbers[V]) Get(number int) (V, bool) { return n.places[number].Load().get() }

// Put keeps a value that takes about so many bytes; one that is there already stays.
func (n *Numbers[V]) Put(number int, value V, bytes int) {
	k, place := &kept[V]{value: value}, &n.places[number]
	n.cache.put(item{&k.used, bytes + overhead, func() { place.Store(nil) }}, &k.at, func() bool { return place.CompareAndSwap(nil, k) })
}

// Forget drops all values.
func (n *Numbers[V]) Forget() {
	n.cache.mu.Lock()
	defer n.cache.mu.Unlock()
	for i := range n.places {
		if k := n.places[i].Load(); k != nil {
			n.cache.drop(k.at)
		}
	}
}

// Names keeps values by their names.
type Names[V any] struct {
	cache *Cache
	at    sync.Map // of *kept[V] by name
}

// NamesIn returns where values are kept in c by their names.
func NamesIn[V any](c *Cache) *Names[V] { return &Names[V]{cache: c} }

// Get returns a value, and whether it is there.
func (n *Names[V]) Get(name string) (value V, ok bool) {
	if k, known := n.at.Load(name); known {
		return k.(*kept[V]).get()
	}
	return value, false
}

// Put keeps a value that takes about so many bytes; one that is there already stays.
func (n *Names[V]) Put(name string, value V, bytes int) {
	k := &kept[V]{value: value}
	n.cache.put(item{&k.used, bytes + overhead, func() { n.at.Delete(name) }}, &k.at, func() bool {
		_, known := n.at.LoadOrStore(name, k)
		return !known
	})
}

// Forget drops all values.
func (n *Names[V]) Forget() {
	n.cache.mu.Lock()
	defer n.cache.mu.Unlock()
	n.at.Range(func(_, k any) bool {
		n.cache.drop(k.(*kept[V]).at)
		return true
	})
}

const (
	// overhead is what a value costs beside its own bytes: its place and its part in the order.
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
