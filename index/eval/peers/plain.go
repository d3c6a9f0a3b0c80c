package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/whitespace"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search/query"
	api "github.com/blevesearch/bleve_index_api"

	"verbatim/index"
)

// plain is Bleve with its own search, well tuned: one field without positions, stored text or doc values,
// one segment, BM25.
type plain struct{ index bleve.Index }

const termsField = "t"

func plainMapping() (*mapping.IndexMappingImpl, error) {
	m := mapping.NewIndexMapping()
	if err := m.AddCustomAnalyzer("terms", map[string]any{"type": custom.Name, "tokenizer": whitespace.Name}); err != nil {
		return nil, err
	}
	terms := mapping.NewTextFieldMapping()
	terms.Analyzer = "terms"
	terms.Store, terms.IncludeInAll, terms.IncludeTermVectors, terms.DocValues = false, false, false, false
	m.DefaultMapping = mapping.NewDocumentStaticMapping()
	m.DefaultMapping.AddFieldMappingsAt(termsField, terms)
	m.ScoringModel = api.BM25Scoring
	return m, nil
}

func buildPlain(ctx context.Context, dir string, c *collection) (searcher, error) {
	m, err := plainMapping()
	if err != nil {
		return nil, err
	}
	b, err := bleve.NewBuilder(dir, m, map[string]any{"batchSize": 10_000, "buildPathPrefix": c.dir})
	if err != nil {
		return nil, fmt.Errorf("build with bleve: %w", err)
	}
	n := 0
	err = eachEntry(c.terms, func(e index.Entry) error {
		n++
		return errors.Join(ctx.Err(), b.Index(strconv.Itoa(n-1), map[string]any{termsField: strings.Join(e.Terms, " ")}))
	})
	if err = errors.Join(err, b.Close()); err != nil {
		return nil, err
	}
	x, err := bleve.OpenUsing(dir, map[string]any{"read_only": true})
	if err != nil {
		return nil, err
	}
	return each(&plain{x}), nil
}

// ask asks for any of the terms.
func (p *plain) ask(ctx context.Context, q *index.Query) ([]int, error) {
	any := make([]query.Query, len(q.Terms))
	for i, t := range q.Terms {
		term := bleve.NewTermQuery(t.Term)
		term.SetField(termsField)
		any[i] = term
	}
	request := bleve.NewSearchRequestOptions(bleve.NewDisjunctionQuery(any...), q.Limit, 0, false)
	result, err := p.index.SearchInContext(ctx, request)
	if err != nil {
		return nil, err
	}
	found := make([]int, len(result.Hits))
	for i, hit := range result.Hits {
		if found[i], err = strconv.Atoi(hit.ID); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func (p *plain) Close() error { return p.index.Close() }
