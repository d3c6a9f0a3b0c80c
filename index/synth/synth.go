// Package synth makes corpora of any size out of the sentences of given documents, for measuring.
//
// A [Source] takes the sentences of the documents apart: what stays, and the words of content, names
// and numbers that may stand in each other's place. A [Corpus] puts them together again: each of its
// documents takes whole sentences, those of one document of the source more often than others, and
// exchanges about half of their words for others as frequent as in the source. Where a text of that
// length would go on to say words that the source has not, words are coined, the rare ones rarer by
// the square of their rank, so that the vocabulary grows as in natural text, by Heaps' law.
//
// The same source, seed and number give the same document, whatever was made before; so a corpus need
// not be kept anywhere.
package synth

import (
	"context"
	"fmt"
	"math/rand/v2"

	"verbatim/corpus"
	"verbatim/corpus/format"
)

// A Corpus is a number of sentences, made of a source as they are asked for. It is safe for
// concurrent use.
type Corpus struct {
	source    *Source
	sentences int
	seed      uint64
}

// Corpus returns a corpus of so many sentences, headings included; a splitter may find one in a hundred
// more or less.
func (s *Source) Corpus(sentences int, seed uint64) *Corpus {
	return &Corpus{source: s, sentences: sentences, seed: seed}
}

// Documents of 20 to 40 sentences follow each other so that each cycle of them has as many of each
// length.
const (
	shortest     = 20
	cycle        = 21
	cycleLengths = cycle * (shortest + (cycle-1)/2)
	lengthStep   = 8 // has no factor in common with cycle
)

// length is the number of sentences of document n, were the corpus without an end.
func length(n int) int { return shortest + n*lengthStep%cycle }

// before is the number of sentences of the documents before document n.
func before(n int) int {
	sum := n / cycle * cycleLengths
	for i := n - n%cycle; i < n; i++ {
		sum += length(i)
	}
	return sum
}

// Len returns the number of documents.
func (c *Corpus) Len() int {
	n := c.sentences / cycleLengths * cycle
	for before(n) < c.sentences {
		n++
	}
	return n
}

// File returns the path and the text of the file of document n, from 0, as it was written the given
// number of times; each time it reads otherwise. It is Markdown.
func (c *Corpus) File(n, revision int) (path, text string) {
	w := newWriter(c.source, rand.New(rand.NewPCG(mix(c.seed, uint64(n)), mix(uint64(revision), uint64(n))))) //nolint:gosec // G404: nothing is secret here
	return fmt.Sprintf("%07d.md", n), w.document(min(length(n), c.sentences-before(n)))
}

// Document returns document n as a reader of files finds it.
func (c *Corpus) Document(n, revision int) (*corpus.Document, error) {
	path, text := c.File(n, revision)
	docs, err := format.Read(path, []byte(text))
	if err != nil {
		return nil, fmt.Errorf("read synthetic document %d: %w", n, err)
	}
	doc := docs[0]
	doc.Collection = corpus.DefaultCollection
	doc.ID = corpus.DocumentID(doc.Collection, doc.Path)
	return doc, nil
}

// Documents calls yield for each document in order; it is an index.Documents. Never more than one is
// in memory.
func (c *Corpus) Documents(ctx context.Context, yield func(*corpus.Document) error) error {
	for n := range c.Len() {
		if err := ctx.Err(); err != nil {
			return err
		}
		doc, err := c.Document(n, 0)
		if err != nil {
			return err
		}
		if err := yield(doc); err != nil {
			return err
		}
	}
	return nil
}

// mix makes seeds that differ in all bits of numbers that differ in one. Source: the finaliser of
// SplitMix64.
func mix(a, b uint64) uint64 {
	x := a*0x9e3779b97f4a7c15 + b + 0x632be59bd9b4e019
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
