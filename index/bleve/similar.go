package bleve

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	api "github.com/blevesearch/bleve_index_api"

	"verbatim/index"
)

var _ index.Dictionary = (*searcher)(nil)

// mostSimilar bounds how many terms are read for one that is looked up.
const mostSimilar = 200

// Similar returns the indexed terms that resemble term.
func (s *searcher) Similar(ctx context.Context, term string, edits, limit int) (terms []string, err error) {
	defer s.rescue(&err)
	found, err := s.within(term, edits)
	if err != nil {
		return nil, fmt.Errorf("look up %d edits in bleve index in %q: %w", edits, s.dir, err)
	}
	for _, e := range found {
		terms = append(terms, e.Term)
	}
	counts, err := s.Frequencies(ctx, terms)
	if err != nil {
		return nil, err
	}
	for i := range found {
		found[i].Count = uint64(counts[i])
	}
	slices.SortFunc(found, func(a, b api.DictEntry) int {
		return cmp.Or(cmp.Compare(a.EditDistance, b.EditDistance), cmp.Compare(b.Count, a.Count), cmp.Compare(a.Term, b.Term))
	})
	terms = terms[:0]
	for _, e := range found[:min(limit, len(found))] {
		terms = append(terms, e.Term)
	}
	return terms, nil
}

// within returns the first terms that are at most edits away from term.
func (s *searcher) within(term string, edits int) (found []api.DictEntry, err error) {
	advanced, err := s.index.Advanced()
	if err != nil {
		return nil, err
	}
	reader, err := advanced.Reader()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	fuzzy, ok := reader.(api.IndexReaderFuzzy)
	if !ok {
		return nil, errors.New("the reader has no fuzzy dictionary")
	}
	dict, automaton, err := fuzzy.FieldDictFuzzyAutomaton(termsField, term, edits, "")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, dict.Close()) }()
	for len(found) < mostSimilar {
		e, err := dict.Next()
		if err != nil || e == nil {
			return found, err
		}
		_, distance := automaton.MatchAndDistance(e.Term)
		found = append(found, api.DictEntry{Term: e.Term, EditDistance: distance})
	}
	return found, nil
}
