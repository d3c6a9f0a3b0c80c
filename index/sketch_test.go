package index

import (
	"math/rand/v2"
	"testing"
)

// TestSketch compares what a sketch tells with how often terms stand in a document: it may say more, seldom, and
// never less.
func TestSketch(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))
	zipf := rand.NewZipf(random, 1.1, 4, 70_000)
	for _, length := range []int{0, 1, 2, 15, 1800, 20_000} {
		o, times := &outline{sentences: make([]outlined, 1)}, map[uint32]int{}
		for range length {
			number := uint32(zipf.Uint64())
			o.add(number)
			times[number]++
		}
		o.extents = []extent{{end: uint32(len(o.tokens))}}
		s, more := o.sketched(), 0
		for number := range uint32(70_000) {
			got, want := s.atMost(number), min(times[number], manyTimes)
			if got < want {
				t.Fatalf("%d tokens: term %d stands there at most %d times; it does %d times", length, number, got, times[number])
			}
			if got > want {
				more++
			}
		}
		if more > 70_000/2 {
			t.Errorf("%d tokens: of 70,000 terms, %d are said to stand there more often than they do", length, more)
		}
	}
}
