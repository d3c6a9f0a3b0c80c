package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"verbatim/index"
)

// A list is the bare inverted list: all postings in memory, term after term added up, the best kept in a
// heap. Nothing is compressed, nothing is skipped, nothing is read from a disk; so it is about as fast
// as one processor can score sentences. On disk it is a file with a sentence a line, which the other
// engines are filled from.
type list struct{}

var _ index.Engine = list{}

// Name identifies the engine.
func (list) Name() string { return "list/1" }

// termsFile has a sentence a line, with its terms.
const termsFile = "terms.txt"

// Create begins an index in dir.
func (list) Create(dir string) (index.Writer, error) {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	f, err := os.Create(filepath.Join(dir, termsFile))
	if err != nil {
		return nil, err
	}
	return &listWriter{file: f, to: bufio.NewWriterSize(f, 1<<20)}, nil
}

type listWriter struct {
	file *os.File
	to   *bufio.Writer
}

// Add writes the lines of entries.
func (w *listWriter) Add(ctx context.Context, entries []index.Entry) error {
	for _, e := range entries {
		if err := ctx.Err(); err != nil {
			return err
		}
		for i, term := range e.Terms {
			if i > 0 {
				w.to.WriteByte(' ')
			}
			w.to.WriteString(term)
		}
		if err := w.to.WriteByte('\n'); err != nil {
			return err
		}
	}
	return nil
}

func (w *listWriter) Close(context.Context) error { return errors.Join(w.to.Flush(), w.file.Close()) }

// eachEntry calls yield for each sentence of the index in dir.
func eachEntry(dir string, yield func(index.Entry) error) error {
	f, err := os.Open(filepath.Join(dir, termsFile))
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(make([]byte, 1<<20), 1<<26)
	for lines.Scan() {
		if err := yield(index.Entry{Terms: strings.Fields(lines.Text())}); err != nil {
			return err
		}
	}
	return lines.Err()
}

// Open reads the index in dir into memory.
func (list) Open(dir string) (index.Searcher, error) {
	s := &listSearcher{terms: map[string]*postings{}}
	var held []*postings // by the sentence at hand
	err := eachEntry(dir, func(e index.Entry) error {
		held = held[:0]
		for _, term := range e.Terms {
			p := s.terms[term]
			if p == nil {
				p = new(postings)
				s.terms[strings.Clone(term)] = p
			}
			if p.now++; p.now == 1 {
				held = append(held, p)
			}
		}
		for _, p := range held {
			p.add(uint32(s.sentences), p.now, len(e.Terms))
			p.now = 0
		}
		s.sentences++
		return nil
	})
	s.tallies.New = func() any { return &tally{scores: make([]float64, s.sentences)} }
	return s, err
}

// Postings are the sentences that hold a term. A code tells how often a sentence holds it and how many
// terms it has: so few differ that a question computes what each adds to a score only once.
type postings struct {
	sentences []uint32
	codes     []uint8
	// odd are the counts that no code tells, of the postings with the code 0, in order.
	odd [][2]int
	// now is how often the sentence that is being read holds the term.
	now int
}

// Codes tell up to so many repeats and terms.
const (
	mostRepeats = 4
	mostTerms   = 63
)

func (p *postings) add(sentence uint32, frequency, length int) {
	code := uint8(0)
	if frequency <= mostRepeats && length <= mostTerms {
		code = uint8((frequency-1)*(mostTerms+1) + length) // a sentence that holds a term has a length above 0
	} else {
		p.odd = append(p.odd, [2]int{frequency, length})
	}
	p.sentences, p.codes = append(p.sentences, sentence), append(p.codes, code)
}

type listSearcher struct {
	sentences int
	terms     map[string]*postings
	tallies   sync.Pool // of *tally
}

// A tally adds up scores.
type tally struct {
	scores  []float64
	touched []uint32
	adds    [mostRepeats * (mostTerms + 1)]float64
}

// Candidates returns the best sentences that hold any of the terms.
func (s *listSearcher) Candidates(ctx context.Context, q index.Query) ([]index.Candidate, error) {
	t := s.tallies.Get().(*tally)
	defer s.tallies.Put(t)
	defer t.clear()
	for _, term := range q.Terms {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if p := s.terms[term.Term]; p != nil {
			t.add(p, &q, term.Weight)
		}
	}
	return t.best(q.Limit), nil
}

func (t *tally) add(p *postings, q *index.Query, weight float64) {
	for code := range t.adds {
		t.adds[code] = q.Score(weight, 1+code/(mostTerms+1), code%(mostTerms+1))
	}
	scores, touched, odd := t.scores, t.touched, 0
	for i, number := range p.sentences {
		var more float64
		if code := p.codes[i]; code != 0 {
			more = t.adds[code]
		} else {
			more = q.Score(weight, p.odd[odd][0], p.odd[odd][1])
			odd++
		}
		before := scores[number]
		if before == 0 {
			touched = append(touched, number)
		}
		scores[number] = before + more
	}
	t.touched = touched
}

func (t *tally) clear() {
	for _, number := range t.touched {
		t.scores[number] = 0
	}
	t.touched = t.touched[:0]
}

// best returns the sentences with the highest scores and all that tie with the last of them, ties by
// number.
func (t *tally) best(limit int) []index.Candidate {
	if limit <= 0 {
		return nil
	}
	least := 0.0
	if len(t.touched) > limit {
		least = t.least(limit)
	}
	var found []index.Candidate
	for _, number := range t.touched {
		if score := t.scores[number]; score >= least {
			found = append(found, index.Candidate{Number: int(number), Score: score})
		}
	}
	slices.SortFunc(found, func(a, b index.Candidate) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Number, b.Number))
	})
	return found
}

// least returns the score in place limit, by a heap with the least of the best on top.
func (t *tally) least(limit int) float64 {
	heap := make([]float64, limit)
	for i, number := range t.touched {
		score := t.scores[number]
		if i < limit {
			at := i
			for ; at > 0 && heap[(at-1)/2] > score; at = (at - 1) / 2 {
				heap[at] = heap[(at-1)/2]
			}
			heap[at] = score
		} else if score > heap[0] {
			sink(heap, score)
		}
	}
	return heap[0]
}

// sink takes the least out of a heap and puts score in.
func sink(heap []float64, score float64) {
	at := 0
	for {
		child := 2*at + 1
		if child+1 < len(heap) && heap[child+1] < heap[child] {
			child++
		}
		if child >= len(heap) || heap[child] >= score {
			heap[at] = score
			return
		}
		heap[at] = heap[child]
		at = child
	}
}

// Frequencies returns the number of sentences that hold each term.
func (s *listSearcher) Frequencies(_ context.Context, terms []string) ([]int, error) {
	counts := make([]int, len(terms))
	for i, term := range terms {
		if p := s.terms[term]; p != nil {
			counts[i] = len(p.sentences)
		}
	}
	return counts, nil
}

func (s *listSearcher) Close() error { return nil }
