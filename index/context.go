package index

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"verbatim/corpus"
)

// Surroundings are sentences of a document around one of them, read from the text store.
type Surroundings struct {
	Document Source
	// Sentences stand in the order of the document.
	Sentences []corpus.Sentence
}

// Around returns the sentence of a document with this ordinal, and as many as wanted before and after
// it, fewer where the document begins or ends. The error says so when the document is gone or has no
// such sentence.
func (x *Index) Around(ctx context.Context, docID string, ordinal, before, after int) (Surroundings, error) {
	if err := ctx.Err(); err != nil {
		return Surroundings{}, fmt.Errorf("read around a sentence: %w", err)
	}
	doc, err := x.texts.read(docID)
	if err != nil {
		return Surroundings{}, fmt.Errorf("read around a sentence: %w", err)
	}
	if ordinal < 0 || ordinal >= len(doc.Sentences) {
		return Surroundings{}, fmt.Errorf("read around a sentence: document %s has no sentence %d", docID, ordinal)
	}
	from, to := max(0, ordinal-max(0, before)), min(len(doc.Sentences), ordinal+max(0, after)+1)
	return Surroundings{Document: sourceOf(&doc.Document), Sentences: slices.Clone(doc.Sentences[from:to])}, nil
}

// A Collection is what the index holds of one collection.
type Collection struct {
	// Name is "" for documents that are in none.
	Name      string
	Documents int
	// Newest is the latest date of publication of its documents, as [DateFormat]; "" without one.
	Newest string
	// Headings are some of its documents' headings, at most [maxHeadings], one of each document.
	Headings []Heading
}

// A Heading is a heading of a document, as an example of what can be asked.
type Heading struct {
	Document string // id
	Text     string
}

// maxHeadings is how many headings of a collection are told: enough to choose examples from.
const maxHeadings = 12

// Collections returns the collections of the index in order of their names. It reads all texts.
func (x *Index) Collections(ctx context.Context) ([]Collection, error) {
	by := map[string]*Collection{}
	err := x.texts.each(ctx, func(doc *storedText) {
		c := by[doc.Collection]
		if c == nil {
			c = &Collection{Name: doc.Collection}
			by[doc.Collection] = c
		}
		c.add(doc)
	})
	if err != nil {
		return nil, fmt.Errorf("list collections: %w", err)
	}
	list := make([]Collection, 0, len(by))
	for _, c := range by {
		list = append(list, *c)
	}
	slices.SortFunc(list, func(a, b Collection) int { return cmp.Compare(a.Name, b.Name) })
	return list, nil
}

func (c *Collection) add(doc *storedText) {
	c.Documents++
	c.Newest = max(c.Newest, sourceOf(&doc.Document).Published)
	if len(c.Headings) == maxHeadings {
		return
	}
	for _, s := range doc.Sentences {
		if n := len(s.Headings); n > 1 || n == 1 && s.Headings[0] != doc.Title {
			c.Headings = append(c.Headings, Heading{Document: doc.ID, Text: s.Headings[n-1]})
			return
		}
	}
}

// each calls f with every document, in the order of the store.
func (t *texts) each(ctx context.Context, f func(*storedText)) error {
	entries := slices.SortedFunc(maps.Values(t.at), func(a, b catalogEntry) int { return cmp.Compare(a.Offset, b.Offset) })
	for _, e := range entries {
		if err := ctx.Err(); err != nil {
			return err
		}
		doc, err := t.read(e.ID)
		if err != nil {
			return err
		}
		f(doc)
	}
	return nil
}
