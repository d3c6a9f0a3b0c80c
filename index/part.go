package index

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
)

// A part is some documents as they were built together: their texts and an engine's index of their
// terms. It never changes once it is published; an index is one part or several.
type part struct {
	name        string // of its folder
	collections []string
	texts       *texts
	search      Searcher
	manifest    partManifest
	superseders map[named][]string // ids of documents, by what they replace
	refs        int                // how many snapshots hold it; guarded by Index.mu
}

func openPart(dir, name string, engine Engine, verify bool) (*part, error) {
	folder := filepath.Join(dir, name)
	m, err := checkPart(folder, engine.Name(), verify)
	if err != nil {
		return nil, err
	}
	t, err := openTexts(folder)
	if err != nil {
		return nil, damaged(folder, err)
	}
	search, err := engine.Open(filepath.Join(folder, engineDir))
	if err != nil {
		return nil, errors.Join(damaged(folder, err), t.close())
	}
	return &part{name: name, collections: m.Collections, texts: t, search: search, manifest: m, superseders: supersedersIn(t)}, nil
}

func (p *part) close() error { return errors.Join(p.search.Close(), p.texts.close()) }

// Terms are indexed behind the number of their document's collection in the part, so that a search
// reads only what it may see: nothing has to be left out of what it finds, and the frequencies are those
// of the collections that are searched.
func prefix(collection int) string { return strconv.Itoa(collection) + ":" }

// entryTerms returns the terms by which a sentence is found: its own and, for the first one, those of
// the title, so that what only the title mentions leads to the beginning of the document.
func (a *analysed) entryTerms(ordinal int, prefixed []string) []string {
	tokens := a.of(ordinal, ordinal+1)
	terms := make([]string, 0, len(tokens))
	for _, t := range tokens {
		terms = append(terms, prefixed[t.number])
	}
	if ordinal == 0 {
		for _, number := range a.title {
			terms = append(terms, prefixed[number])
		}
	}
	return terms
}

// prefixed returns the terms of a document as they are indexed.
func (a *analysed) prefixed(collection int) []string {
	pre := prefix(collection)
	terms := make([]string, len(a.terms))
	for i, term := range a.terms {
		terms[i] = pre + term
	}
	return terms
}

// A segment is a part as a snapshot sees it: without the documents that were changed or removed since
// the part was built.
type segment struct {
	*part
	// gone are the documents that no longer count, and lost says for each indexed term how many of
	// their sentences hold it.
	gone map[string]bool
	lost map[string]int
	// sums are those of the other documents, by collection.
	sums map[string]*sums
}

// newSegment returns p without the documents gone.
func newSegment(p *part, gone []string) (*segment, error) {
	s := &segment{part: p, gone: map[string]bool{}, lost: map[string]int{}, sums: map[string]*sums{}}
	for _, e := range p.texts.at {
		s.sumsOf(e.Collection).add(e, 1)
	}
	return s, s.remove(gone)
}

func (s *segment) sumsOf(collection string) *sums {
	if s.sums[collection] == nil {
		s.sums[collection] = &sums{}
	}
	return s.sums[collection]
}

// without returns the segment less the documents that are given and in it. The receiver stays as it is.
func (s *segment) without(ids []string) (*segment, error) {
	next := &segment{part: s.part, gone: maps.Clone(s.gone), lost: maps.Clone(s.lost), sums: map[string]*sums{}}
	for collection, one := range s.sums {
		next.sumsOf(collection).addAll(one)
	}
	return next, next.remove(ids)
}

func (s *segment) remove(ids []string) error {
	for _, id := range ids {
		e, ok := s.texts.at[id]
		if !ok || s.gone[id] {
			continue
		}
		doc, err := s.texts.read(id)
		if err != nil {
			return err
		}
		s.gone[id] = true
		s.sumsOf(e.Collection).add(e, -1)
		a := analyse(doc)
		terms := a.prefixed(slices.Index(s.collections, e.Collection))
		for i := range doc.Sentences {
			for _, term := range distinct(a.entryTerms(i, terms)) {
				s.lost[term]++
			}
		}
	}
	return nil
}

func distinct(terms []string) []string {
	slices.Sort(terms)
	return slices.Compact(terms)
}

// holds says whether the segment has a document that counts.
func (s *segment) holds(id string) bool { return s.texts.at[id] != nil && !s.gone[id] }

// documents returns the IDs of the documents that count, in their order in the text store.
func (s *segment) documents() []string {
	ids := make([]string, 0, len(s.texts.at)-len(s.gone))
	for id := range s.texts.at {
		if !s.gone[id] {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b string) int { return int(s.texts.at[a].Offset - s.texts.at[b].Offset) })
	return ids
}

// sentences is the number of sentences that count.
func (s *segment) sentences() int {
	n := 0
	for _, one := range s.sums {
		n += one.sentences
	}
	return n
}

func damaged(folder string, err error) error {
	return &partError{folder, fmt.Errorf("open index %q: %w: %w", folder, ErrDamaged, err)}
}

// A partError is a fault of one part of an index.
type partError struct {
	folder string
	err    error
}

func (e *partError) Error() string { return e.err.Error() }
func (e *partError) Unwrap() error { return e.err }
