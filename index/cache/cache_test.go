package cache_test

import (
	"fmt"
	"runtime/debug"
	"sync"
	"testing"

	"verbatim/index/cache"
)

func TestBounded(t *testing.T) {
	const most = 1 << 20
	c := cache.New(most)
	values, others := cache.NumbersIn[int](c, 100), cache.NamesIn[int](c)
	has := func(number int) bool { _, ok := values.Get(number); return ok }
	for i := range 100 {
		values.Put(i, i, most/10)
		if !has(0) {
			t.Fatalf("what is used again and again is gone after %d more", i)
		}
		if c.Bytes() > most {
			t.Fatalf("%d bytes, the bound is %d", c.Bytes(), most)
		}
	}
	if has(1) || !has(99) {
		t.Error("not what was used longest ago is gone")
	}
	values.Put(99, 0, 1)
	if got, _ := values.Get(99); got != 99 {
		t.Errorf("what is there was replaced by %v", got)
	}
	others.Put("seven", 7, 1)
	others.Put("seven", 8, 1)
	values.Forget()
	if got, _ := others.Get("seven"); has(99) || got != 7 {
		t.Error("not what was to be forgotten is gone")
	}
	others.Forget()
	if _, ok := others.Get("seven"); ok || c.Bytes() != 0 {
		t.Errorf("%d bytes are left when all is forgotten", c.Bytes())
	}
	values.Put(1, 1, 2*most)
	if !has(1) {
		t.Error("what was put last is gone")
	}
}

// TestGuest fills the room that a cache leaves, and takes it back.
func TestGuest(t *testing.T) {
	const most = 1 << 20
	host := cache.New(2 * most)
	guest := host.Guest(most)
	mine, theirs := cache.NamesIn[int](host), cache.NumbersIn[int](guest, 100)
	for i := range 100 {
		theirs.Put(i, i, most/20)
	}
	if n := guest.Bytes(); n > 3*most || n < 5*most/2 {
		t.Errorf("the guest of an empty cache keeps %d bytes, want about %d", n, 3*most)
	}
	for i := range 100 {
		mine.Put(fmt.Sprint(i), i, most/20)
		if n := host.Bytes() + guest.Bytes(); n > 3*most {
			t.Fatalf("together they keep %d bytes, the bound is %d", n, 3*most)
		}
	}
	if n := guest.Bytes(); n > most*6/5 || n < most*4/5 {
		t.Errorf("the guest of a full cache keeps %d bytes, want about %d", n, most)
	}
	theirs.Put(0, 0, 1)
	if n := host.Bytes(); n < 3*most/2 {
		t.Errorf("the host keeps %d bytes beside its guest", n)
	}
}

// TestUsedTogether puts, gets and forgets from several goroutines.
func TestUsedTogether(t *testing.T) {
	c := cache.New(20_000)
	guest := c.Guest(10_000)
	numbers, names := cache.NumbersIn[int](c, 50), cache.NamesIn[int](guest)
	var all sync.WaitGroup
	for g := range 4 {
		all.Go(func() {
			for i := range 2000 {
				number := (i*7 + g*13) % 50
				name := fmt.Sprint(number)
				if v, ok := numbers.Get(number); ok && v != number {
					t.Errorf("number %d has the value %d", number, v)
				}
				if v, ok := names.Get(name); ok && v != number {
					t.Errorf("name %s has the value %d", name, v)
				}
				numbers.Put(number, number, 500)
				names.Put(name, number, 500)
				if i%500 == 499 {
					numbers.Forget()
					names.Forget()
				}
			}
		})
	}
	all.Wait()
	numbers.Forget()
	names.Forget()
	if n := c.Bytes() + guest.Bytes(); n != 0 {
		t.Errorf("%d bytes are left when all is forgotten", n)
	}
}

// TestGivesWay sets a limit of memory that the program is beyond.
func TestGivesWay(t *testing.T) {
	host := cache.New(1 << 30)
	guest := host.Guest(1 << 20)
	values, idle := cache.NumbersIn[int](host, 1100), cache.NumbersIn[int](guest, 1000)
	for i := range 1000 {
		values.Put(i, i, 1000)
		idle.Put(i, i, 1000)
	}
	before := host.Bytes()
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(1 << 20))
	for i := range 100 {
		values.Put(1000+i, i, 1000)
	}
	for who, c := range map[string]*cache.Cache{"the host": host, "its guest": guest} {
		if c.Bytes() > before*2/3 {
			t.Errorf("%s keeps %d bytes, %d before the memory was short", who, c.Bytes(), before)
		}
	}
}
