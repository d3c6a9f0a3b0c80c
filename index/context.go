package index

import (
	"context"
	"fmt"

	"verbatim/corpus"
)

// Surroundings are sentences of a document around one of them, read from the text store.
type Surroundings struct {
	Document Source
	// Sentences stand in the order of the document.
	Sentences []corpus.Sentence
}

// Around returns the sentence of a document with this ordinal, and as many as wanted before and after
// it, fewer where the document begins or ends. The error wraps [ErrNotThere] when the document is gone
// or has no such sentence.
func (x *Index) Around(ctx context.Context, docID string, ordinal, before, after int) (Surroundings, error) {
	s := x.present()
	defer x.leave(s)
	seg := s.segmentOf(docID)
	if seg == nil {
		return Surroundings{}, fmt.Errorf("read around a sentence of document %s: %w", docID, ErrNotThere)
	}
	if err := ctx.Err(); err != nil {
		return Surroundings{}, fmt.Errorf("read around a sentence of document %s: %w", docID, err)
	}
	doc, err := seg.texts.outline(seg.texts.at[docID])
	if err != nil {
		return Surroundings{}, fmt.Errorf("read around a sentence: %w", err)
	}
	if ordinal < 0 || ordinal >= len(doc.sentences) {
		return Surroundings{}, fmt.Errorf("read around sentence %d of document %s: %w", ordinal, docID, ErrNotThere)
	}
	around := Surroundings{Document: s.source(doc.catalogEntry)}
	for i := max(0, ordinal-max(0, before)); i < min(len(doc.sentences), ordinal+max(0, after)+1); i++ {
		sentence, err := doc.sentence(i)
		if err != nil {
			return Surroundings{}, fmt.Errorf("read around a sentence: %w", err)
		}
		around.Sentences = append(around.Sentences, sentence)
	}
	return around, nil
}
