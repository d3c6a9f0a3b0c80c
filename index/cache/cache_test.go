package cache_test

import (
	"runtime/debug"
	"testing"

	"verbatim/index/cache"
)

func TestBounded(t *testing.T) {
	const most = 1 << 20
	c, of := cache.New(most), new(int)
	key := func(i int) cache.Key { return cache.Key{Of: of, Number: i} }
	for i := range 100 {
		c.Put(key(i), i, most/10)
		if c.Get(key(0)) == nil {
			t.Fatalf("what is used again and again is gone after %d more", i)
		}
		if c.Bytes() > most {
			t.Fatalf("%d bytes, the bound is %d", c.Bytes(), most)
		}
	}
	if c.Get(key(1)) != nil || c.Get(key(99)) != 99 {
		t.Error("not what was used longest ago is gone")
	}
	c.Put(key(99), 0, 1)
	if got := c.Get(key(99)); got != 99 {
		t.Errorf("what is there was replaced by %v", got)
	}
	c.Put(cache.Key{Of: "another"}, 7, 1)
	c.Forget(of)
	if c.Get(key(99)) != nil || c.Get(cache.Key{Of: "another"}) != 7 {
		t.Error("not what was to be forgotten is gone")
	}
	c.Put(key(1), 1, 2*most)
	if c.Get(key(1)) != 1 {
		t.Error("what was put last is gone")
	}
}

// TestGivesWay sets a limit of memory that the program is beyond.
func TestGivesWay(t *testing.T) {
	c := cache.New(1 << 30)
	for i := range 1000 {
		c.Put(cache.Key{Number: i}, i, 1000)
	}
	before := c.Bytes()
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(1 << 20))
	for i := range 100 {
		c.Put(cache.Key{Number: 1000 + i}, i, 1000)
	}
	if c.Bytes() > before*2/3 {
		t.Errorf("%d bytes, %d before the memory was short", c.Bytes(), before)
	}
}
