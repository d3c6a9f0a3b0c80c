package opensearch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"

	"verbatim/index"
)

// A searcher asks one index.
type searcher struct {
	client  *Client
	near    *automata
	pointer pointer
	words   vocabulary
	// verified tells that the index was seen to be the right one since the last failure.
	verified atomic.Bool
}

var _ index.Dictionary = (*searcher)(nil)

// Frequencies returns the number of sentences that hold each term, from the vocabulary.
func (s *searcher) Frequencies(ctx context.Context, terms []string) ([]int, error) {
	counts := make([]int, len(terms))
	for i, name := range terms {
		t, ok, err := s.words.find(name)
		if err := errors.Join(err, ctx.Err()); err != nil {
			return nil, s.named(err)
		}
		if ok {
			counts[i] = int(t.sentences)
		}
	}
	return counts, nil
}

// Similar returns the indexed terms that begin with prefix and resemble prefix+term, from the vocabulary.
func (s *searcher) Similar(_ context.Context, prefix, term string, edits, limit int) ([]index.SimilarTerm, error) {
	found, err := s.words.similar(s.near, prefix, term, edits, limit)
	return found, s.named(err)
}

// Close does nothing: the connections are the client's.
func (s *searcher) Close() error { return nil }

// named says of an error which index was asked.
func (s *searcher) named(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("search OpenSearch index %s: %w", s.pointer.Index, err)
}

// Candidates returns the best sentences that hold any of the terms, and those that tie with the last.
func (s *searcher) Candidates(ctx context.Context, q index.Query) ([]index.Candidate, error) {
	if err := ctx.Err(); err != nil {
		return nil, s.named(err)
	}
	if q.Limit <= 0 {
		return nil, nil
	}
	h, err := s.hunt(&q)
	if err != nil || len(h.groups) == 0 {
		return nil, s.named(err)
	}
	if !s.verified.Load() {
		if err := s.client.verify(ctx, s.pointer); err != nil {
			return nil, s.named(err)
		}
		s.verified.Store(true)
	}
	found, err := h.run(ctx)
	if err != nil {
		s.verified.Store(false)
		return nil, s.named(gone(err))
	}
	return found, nil
}

// gone turns the answer that there is no such index into [ErrGone].
func gone(err error) error {
	if missing(err) {
		return fmt.Errorf("%w: %w", ErrGone, err)
	}
	return err
}

// verify sees that the index a pointer names is the one that was written, and whole.
func (c *Client) verify(ctx context.Context, p pointer) error {
	found, err := c.metas(ctx, p.Index)
	if err != nil {
		return gone(err)
	}
	if m := found[p.Index]; m.Schema != schema || m.Build != p.Build {
		return fmt.Errorf("%w: %s has schema %d and build %.30q, not schema %d and build %q", ErrVersion, p.Index, m.Schema, m.Build, schema, p.Build)
	}
	var count struct {
		outcome
		Count int `json:"count"`
	}
	if err := c.call(ctx, request{method: http.MethodGet, path: "/" + p.Index + "/_count"}, nil, &count); err != nil {
		return gone(err)
	}
	if err := count.failure(); err != nil {
		return err
	}
	if count.Count != p.Sentences {
		return fmt.Errorf("%w: %s holds %d sentences, not %d", ErrVersion, p.Index, count.Count, p.Sentences)
	}
	return nil
}
