package index

import (
	"context"
	"errors"
)

// ErrAway: the engine is a program of its own and cannot be asked now: it cannot be reached, did not answer in time,
// has too much to do, or lacks a part of the index. The index is whole as far as anyone knows; try again later.
var ErrAway = errors.New("engine is away")

// An Entry is one sentence as an engine stores it. Sentences are numbered from 0 in the order they are added.
type Entry struct {
	// Terms are the sentence's terms in order, repeats included. They hold no white space.
	Terms []string
}

// A Query asks for the sentences that hold any of some terms.
type Query struct {
	// Terms are what is looked for, each at most once.
	Terms []QueryTerm
	// MeanLength is the mean number of terms of a sentence.
	MeanLength float64
	// Limit is how many candidates are wanted, beside those that tie with the last.
	Limit int
	// Floor is a score that is known to be reached: candidates below it may be left out. 0 leaves out none.
	Floor float64
}

// A QueryTerm is a term and what it counts. The weight comes with the query, as an engine sees only
// a part of the documents that the question is asked of. It is above 0.
type QueryTerm struct {
	Term   string
	Weight float64
}

// Score is what a term that stands frequency times in a sentence of length terms adds to the score of
// the sentence: its weight by the formula of BM25.
func (q *Query) Score(weight float64, frequency, length int) float64 {
	return bm25(weight, float64(frequency), float64(length), q.MeanLength)
}

// A Candidate is a sentence that holds at least one of the terms asked for.
type Candidate struct {
	// Number is that of the sentence.
	Number int
	// Score is the sum of [Query.Score] over the terms, in their order.
	Score float64
}

// A Searcher finds sentences by their terms in one published index. It is safe for concurrent use,
// and answers the same question with the same candidates in the same order.
type Searcher interface {
	// Candidates returns the best sentences for q and all that tie with the last of them, best first,
	// ties by number. No terms, or none that is indexed, is no error and gives none.
	Candidates(ctx context.Context, q Query) ([]Candidate, error)
	// Frequencies returns for each term the number of sentences that hold it, 0 for unknown ones.
	Frequencies(ctx context.Context, terms []string) ([]int, error)
	Close() error
}

// A Writer fills an index that nobody searches yet. What it has taken is searchable once Close has
// returned without an error and the index has been opened.
type Writer interface {
	// Add takes entries into the index.
	Add(ctx context.Context, entries []Entry) error
	// Close finishes the index. When ctx has ended before that, or an Add has failed, it removes what was written
	// outside of the folder instead.
	Close(ctx context.Context) error
}

// An Engine keeps indexes in folders: one folder for each, written once, then only read.
type Engine interface {
	// Name identifies the engine and the version of its schema, as in "bleve/1". An index
	// written under another name is not opened but built again.
	Name() string
	// Create begins an index in dir, which must not exist yet.
	Create(dir string) (Writer, error)
	// Open opens the index in dir for searching. It never writes to dir.
	Open(dir string) (Searcher, error)
}

// A Checker is a [Searcher] of which a part is kept elsewhere, where it may be lost while the index folder is
// whole.
type Checker interface {
	// Check asks whether that part is there. The error wraps [ErrDamaged] when it is gone or another
	// one, and [ErrAway] when that cannot be told now.
	Check(ctx context.Context) error
}

// A Dictionary tells which indexed terms resemble another. A [Searcher] that is one as well lets
// questions with typing errors find what was meant.
type Dictionary interface {
	// Similar returns the indexed terms that begin with prefix and come from prefix+term by at most
	// edits characters inserted, left out or replaced, or neighbours swapped: nearest first, then
	// by their letters; at most limit. Edits is 1 or 2.
	Similar(ctx context.Context, prefix, term string, edits, limit int) ([]SimilarTerm, error)
}

// A SimilarTerm is an indexed term, prefix included, and the number of edits that make it.
type SimilarTerm struct {
	Term  string
	Edits int
}
