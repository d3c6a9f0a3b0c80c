package opensearch

import (
	"bytes"
	"fmt"
	"maps"
	"math"
	"slices"
	"sync"

	"github.com/blevesearch/vellum"
	"github.com/blevesearch/vellum/levenshtein"

	"verbatim/index"
)

// The vocabulary of an index lies beside its pointer: OpenSearch is sent and asked for numbers in place of terms. So no
// term is too long or too odd for it, frequencies take no request, and what resembles a term is found as the embedded
// engine finds it.

// A term in a vocabulary: its number, and how many sentences hold it.
type term struct{ number, sentences uint32 }

func (t term) packed() uint64 { return uint64(t.number)<<32 | uint64(t.sentences) }

func unpacked(v uint64) term { return term{number: uint32(v >> 32), sentences: uint32(v)} }

// A collector collects the vocabulary of an index that is written. Terms are numbered in the order they come, so most
// of the common ones have small numbers.
type collector struct {
	numbers   map[string]uint32
	sentences []uint32 // by number
	last      []uint32 // the last sentence that held the term, from 1
	current   uint32
}

func newCollector() *collector { return &collector{numbers: map[string]uint32{}} }

// add returns the numbers of a sentence's terms.
func (c *collector) add(terms []string, numbers []uint32) ([]uint32, error) {
	c.current++
	for _, name := range terms {
		n, known := c.numbers[name]
		if !known {
			if len(c.numbers) == math.MaxInt32 {
				return nil, fmt.Errorf("more than %d terms: divide the documents into several indexes", math.MaxInt32)
			}
			n = uint32(len(c.numbers))
			c.numbers[name] = n
			c.sentences, c.last = append(c.sentences, 0), append(c.last, 0)
		}
		if c.last[n] != c.current {
			c.last[n] = c.current
			c.sentences[n]++
		}
		numbers = append(numbers, n)
	}
	return numbers, nil
}

// pack returns the vocabulary as a finite-state transducer.
func (c *collector) pack() ([]byte, error) {
	var b bytes.Buffer
	terms, err := vellum.New(&b, nil)
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(c.numbers)) {
		n := c.numbers[name]
		if err := terms.Insert([]byte(name), term{n, c.sentences[n]}.packed()); err != nil {
			return nil, err
		}
	}
	err = terms.Close()
	return b.Bytes(), err
}

// A vocabulary knows the terms of an index. It is safe for concurrent use.
type vocabulary struct{ terms *vellum.FST }

// find returns a term, and whether the index has it.
func (v vocabulary) find(name string) (term, bool, error) {
	packed, ok, err := v.terms.Get([]byte(name))
	return unpacked(packed), ok, err
}

// automata builds automata for all terms near one; what they are built from is the same for all, and takes a while.
type automata [2]func() (*levenshtein.LevenshteinAutomatonBuilder, error)

func newAutomata() *automata {
	var a automata
	for i := range a {
		a[i] = sync.OnceValues(func() (*levenshtein.LevenshteinAutomatonBuilder, error) {
			return levenshtein.NewLevenshteinAutomatonBuilder(uint8(i+1), true)
		})
	}
	return &a
}

// similar is [index.Dictionary.Similar].
func (v vocabulary) similar(a *automata, prefix, name string, edits, limit int) ([]index.SimilarTerm, error) {
	if edits < 1 || edits > len(a) {
		return nil, fmt.Errorf("%d edits, not 1 or 2", edits)
	}
	builder, err := a[edits-1]()
	if err != nil {
		return nil, err
	}
	near, err := builder.BuildDfa(prefix+name, uint8(edits))
	if err != nil {
		return nil, err
	}
	var found []index.SimilarTerm
	at, err := v.terms.Search(near, []byte(prefix), behind(prefix))
	for ; err == nil; err = at.Next() {
		key, _ := at.Current()
		_, distance := near.MatchAndDistance(string(key))
		found = append(found, index.SimilarTerm{Term: string(key), Edits: int(distance)})
	}
	if err != vellum.ErrIteratorDone {
		return nil, err
	}
	slices.SortStableFunc(found, func(a, b index.SimilarTerm) int { return a.Edits - b.Edits })
	return found[:min(limit, len(found))], nil
}

// behind returns the first text after all that begin with prefix, nil where there is none.
func behind(prefix string) []byte {
	end := []byte(prefix)
	for i := len(end) - 1; i >= 0; i-- {
		if end[i] < math.MaxUint8 {
			end[i]++
			return end[:i+1]
		}
	}
	return nil
}
