package bleve

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"

	"verbatim/index"
)

var _ index.Dictionary = (*searcher)(nil)

// Similar returns the indexed terms that begin with prefix and resemble prefix+term.
func (s *searcher) Similar(_ context.Context, prefix, term string, edits, limit int) (terms []index.SimilarTerm, err error) {
	defer s.rescue(&err)
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	dict, automaton, err := s.reader.FieldDictFuzzyAutomaton(termsField, prefix+term, edits, prefix)
	if err != nil {
		return nil, fmt.Errorf("look up %d edits in bleve index in %q: %w", edits, s.dir, err)
	}
	defer func() { err = errors.Join(err, dict.Close()) }()
	for {
		e, err := dict.Next()
		if err != nil {
			return nil, fmt.Errorf("look up %d edits in bleve index in %q: %w", edits, s.dir, err)
		}
		if e == nil {
			break
		}
		_, distance := automaton.MatchAndDistance(e.Term)
		terms = append(terms, index.SimilarTerm{Term: e.Term, Edits: int(distance)})
	}
	slices.SortStableFunc(terms, func(a, b index.SimilarTerm) int { return a.Edits - b.Edits })
	return terms[:min(limit, len(terms))], nil
}
