package index

import (
	"context"

	"verbatim/corpus"
)

// Stored passes the documents of the index to yield, as they are stored, until it fails: it is a [Documents] source
// for an index that is made of this one.
func (x *Index) Stored(ctx context.Context, yield func(*corpus.Document) error) error {
	s := x.present()
	defer x.leave(s)
	for _, seg := range s.segments {
		if err := seg.source(nil)(ctx, yield); err != nil {
			return err
		}
	}
	return ctx.Err()
}
