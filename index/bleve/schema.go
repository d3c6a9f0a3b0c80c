package bleve

import (
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/whitespace"
	"github.com/blevesearch/bleve/v2/mapping"
)

// The schema: a Bleve document is one sentence, with its terms in one field.
//
// The terms come ready from package index, so that the only analysis left is to cut at spaces.
// Nothing is stored and no positions are kept: texts stand in the text store, from which the few
// sentences that are shown are ranked and quoted. Without them the index takes a third of the disk.
const (
	termsField    = "terms"
	termsAnalyzer = "terms"
)

// sentence is what Bleve indexes of one sentence.
type sentence struct {
	Terms string `json:"terms"`
}

func schema() (*mapping.IndexMappingImpl, error) {
	m := mapping.NewIndexMapping()
	err := m.AddCustomAnalyzer(termsAnalyzer, map[string]any{"type": custom.Name, "tokenizer": whitespace.Name})
	if err != nil {
		return nil, err
	}
	terms := mapping.NewTextFieldMapping()
	terms.Analyzer = termsAnalyzer
	terms.Store, terms.IncludeInAll, terms.IncludeTermVectors, terms.DocValues = false, false, false, false
	m.DefaultMapping = mapping.NewDocumentStaticMapping()
	m.DefaultMapping.AddSubDocumentMapping("_all", mapping.NewDocumentDisabledMapping()) // a field of all fields
	m.DefaultMapping.AddFieldMappingsAt(termsField, terms)
	return m, nil
}
