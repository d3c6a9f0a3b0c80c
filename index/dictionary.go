package index

import (
	"bytes"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/blevesearch/vellum"
)

// A numbering gives the terms of a part their numbers, in the order they come: so most of the terms that
// come often have small numbers, which take a byte.
type numbering struct{ numbers map[string]uint32 }

func (n *numbering) of(term string) uint32 {
	number, known := n.numbers[term]
	if !known {
		number = uint32(len(n.numbers))
		n.numbers[strings.Clone(term)] = number // of the text nothing else must stay
	}
	return number
}

func (n *numbering) all(tokens []token) []uint32 {
	numbers := make([]uint32, len(tokens))
	for i, t := range tokens {
		numbers[i] = n.of(t.term)
	}
	return numbers
}

// path returns the terms of a heading path, without a first heading that only repeats the title.
func (n *numbering) path(headings []string, doc *storedText, words *vocabulary) []uint32 {
	if len(headings) > 0 && headings[0] == doc.Title {
		headings = headings[1:]
	}
	var numbers []uint32
	for _, h := range headings {
		numbers = append(numbers, n.all(words.analyze(h, doc.Language))...)
	}
	return numbers
}

// pack returns the dictionary of all terms.
func (n *numbering) pack() ([]byte, error) {
	var b bytes.Buffer
	terms, err := vellum.New(&b, nil)
	if err != nil {
		return nil, err
	}
	for _, term := range slices.Sorted(maps.Keys(n.numbers)) {
		if err := terms.Insert([]byte(term), uint64(n.numbers[term])); err != nil {
			return nil, err
		}
	}
	if err := terms.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// A dictionary tells the numbers of a part's terms; it is safe for concurrent use.
type dictionary struct {
	terms *vellum.FST
	// marks are for those who look for some terms; nothing is marked in them.
	marks sync.Pool // of *marks
}

func openDictionary(dir string) (*dictionary, error) {
	data, err := os.ReadFile(filepath.Join(dir, dictionaryFile))
	if err != nil {
		return nil, err
	}
	terms, err := vellum.Load(data)
	if err != nil {
		return nil, err
	}
	d := &dictionary{terms: terms}
	n := terms.Len()
	d.marks.New = func() any { return newMarks(n) }
	return d, nil
}

// number returns the number of a term, and whether the part has it.
func (d *dictionary) number(term string) (uint32, bool) {
	n, ok, err := d.terms.Get([]byte(term))
	return uint32(n), ok && err == nil
}

// marks tells which of the terms that are looked for a token is.
type marks struct {
	// flags is 1 for a token that may be one of them, and 0 for all others, nearly all.
	flags [longNumber + 1]uint8
	// terms has, for the number of each of them, its place among them plus one.
	terms []uint16
	// numbers are those of the terms in their order, absent for one that the part does not have.
	numbers []uint32
}

const absent = math.MaxUint32

func newMarks(terms int) *marks {
	m := &marks{terms: make([]uint16, terms)}
	m.flag(longNumber, true)
	return m
}

// set marks a number; 0 clears it.
func (m *marks) set(number uint32, mark uint16) {
	if int(number) >= len(m.terms) {
		return
	}
	m.terms[number] = mark
	if number < longNumber {
		m.flag(uint16(number), mark != 0)
	}
}

func (m *marks) flag(token uint16, on bool) {
	m.flags[token] = 0
	if on {
		m.flags[token] = 1
	}
}

// flagged says whether a token may be one of the terms.
func (m *marks) flagged(token uint16) bool { return m.flags[token] != 0 }

// of returns the mark of a number, 0 for none.
func (m *marks) of(number uint32) uint16 {
	if int(number) >= len(m.terms) {
		return 0
	}
	return m.terms[number]
}
