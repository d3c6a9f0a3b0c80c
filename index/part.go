package index

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"

	"verbatim/index/cache"
)

// A part is some documents as they were built together: their texts and an engine's index of their
// terms. It never changes once it is published; an index is one part or several.
type part struct {
	name        string // of its folder
	collections []string
	texts       *texts
	search      Searcher
	manifest    partManifest
	superseders map[named][]*catalogEntry // by what they replace
	refs        int                       // how many snapshots hold it; guarded by Index.mu
}

func openPart(dir, name string, engine Engine, c *cache.Cache, verify bool) (*part, error) {
	folder := filepath.Join(dir, name)
	m, err := checkPart(folder, engine.Name(), verify)
	if err != nil {
		return nil, err
	}
	t, err := openTexts(folder, c)
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

// sentenceAt returns the document and the ordinal of the sentence with this number in the part.
func (t *texts) sentenceAt(number int) (e *catalogEntry, ordinal int, err error) {
	at, _ := slices.BinarySearch(t.starts, uint32(number+1))
	at-- // the last that begins at number or before; one without sentences begins where the next one does
	if number < 0 || at < 0 || number-t.entries[at].first >= t.entries[at].Sentences {
		return nil, 0, fmt.Errorf("%w: the engine has a sentence %d, the catalog has not", ErrDamaged, number)
	}
	return &t.entries[at], number - t.entries[at].first, nil
}

// A segment is a part as a snapshot sees it: without the documents that were changed or removed since
// the part was built.
type segment struct {
	*part
	// gone are the documents that no longer count, and lost says for each term of a collection how many
	// of their sentences hold it.
	gone map[string]bool
	lost map[lostTerm]int
	// sums are those of the other documents, by collection.
	sums map[string]*sums
}

// A lostTerm is a term by its number in the dictionary of the part, and a collection by its place there.
type lostTerm struct {
	collection int
	number     uint32
}

// newSegment returns p without the documents gone.
func newSegment(p *part, gone []string) (*segment, error) {
	s := &segment{part: p, gone: map[string]bool{}, lost: map[lostTerm]int{}, sums: map[string]*sums{}}
	for i := range p.texts.entries {
		e := &p.texts.entries[i]
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

// revives says whether a document that does not count is none of those gone, which are in order: so it is where
// [Adopt] goes back to what was before.
func (s *segment) revives(gone []string) bool {
	for id := range s.gone {
		if _, found := slices.BinarySearch(gone, id); !found {
			return true
		}
	}
	return false
}

func (s *segment) remove(ids []string) error {
	for _, id := range ids {
		e, ok := s.texts.at[id]
		if !ok || s.gone[id] {
			continue
		}
		o, err := s.texts.outline(e)
		if err != nil {
			return err
		}
		s.gone[id] = true
		s.sumsOf(e.Collection).add(e, -1)
		collection := slices.Index(s.collections, e.Collection)
		for i := range o.sentences {
			terms := slices.Collect(o.numbers(i))
			if i == 0 {
				terms = append(terms, o.title...)
			}
			slices.Sort(terms)
			for _, number := range slices.Compact(terms) {
				s.lost[lostTerm{collection, number}]++
			}
		}
	}
	return nil
}

// losses is how many sentences that no longer count hold a term of a collection.
func (s *segment) losses(collection int, term string) int {
	if len(s.lost) == 0 {
		return 0
	}
	number, ok := s.texts.dictionary.number(term)
	if !ok {
		return 0
	}
	return s.lost[lostTerm{collection, number}]
}

// holds says whether the segment has a document that counts.
func (s *segment) holds(id string) bool { return s.texts.at[id] != nil && !s.gone[id] }

// documents yields the documents that count, in their order in the text store.
func (s *segment) documents() func(yield func(*catalogEntry) bool) {
	return func(yield func(*catalogEntry) bool) {
		for i := range s.texts.entries {
			if e := &s.texts.entries[i]; !s.gone[e.ID] && !yield(e) {
				return
			}
		}
	}
}

// sentences is the number of sentences that count.
func (s *segment) sentences() int {
	n := 0
	for _, one := range s.sums {
		n += one.sentences
	}
	return n
}

// wasted is the number of sentences that no longer count.
func (s *segment) wasted() int {
	last := len(s.texts.entries) - 1
	if last < 0 {
		return 0
	}
	return s.texts.entries[last].first + s.texts.entries[last].Sentences - s.sentences()
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
