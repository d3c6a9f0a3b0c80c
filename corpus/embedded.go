package corpus

import (
	_ "embed"
)

//go:embed articles/macron-putin-call.txt
var macronPutinCall string

//go:embed articles/using-verbatim.md
var usingVerbatim string

// Embedded returns the articles that are part of the program, so that it answers before anybody
// has given it a document: a news article, and a guide to Verbatim itself. Each call returns new
// documents.
func Embedded() []*Document {
	return []*Document{
		{
			ID:         DocumentID(DefaultCollection, "macron-putin-call.txt"),
			Collection: DefaultCollection,
			Path:       "macron-putin-call.txt",
			Title:      "Macron and Putin speak for the first time in nearly three years",
			Source:     "News article, contributed by the project's owner",
			Language:   "en",
			Text:       macronPutinCall,
			Blocks:     TextBlocks(macronPutinCall),
		},
		Guide(),
	}
}

// Guide returns the guide to Verbatim itself, for those who ask and those who run it.
func Guide() *Document {
	return &Document{
		ID:         DocumentID(DefaultCollection, "using-verbatim.md"),
		Collection: DefaultCollection,
		Path:       "using-verbatim.md",
		Title:      "How to use Verbatim",
		Source:     "The guide that comes with Verbatim",
		Language:   "en",
		Text:       usingVerbatim,
		Blocks:     MarkdownBlocks(usingVerbatim),
	}
}
