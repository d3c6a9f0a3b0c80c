// Package records keeps what replicas of the bot share in the records of an OpenSearch cluster.
package records

import (
	"context"
	"errors"
	"fmt"

	"verbatim/bot/journal"
	"verbatim/bot/shared"
	"verbatim/index/opensearch"
)

// A Store is a [shared.Store] in a cluster. It may be used by several goroutines at once.
type Store struct{ records *opensearch.Records }

// New makes a store of the records of a cluster.
func New(r *opensearch.Records) *Store { return &Store{records: r} }

// Get implements [shared.Reader].
func (s *Store) Get(ctx context.Context, kind, id string) (shared.Record, error) {
	r, err := s.records.Get(ctx, kind, id)
	return from(r), known(err)
}

// List implements [shared.Reader].
func (s *Store) List(ctx context.Context, q shared.Query) ([]shared.Record, error) {
	list, err := s.records.List(ctx, opensearch.RecordQuery(q))
	all := make([]shared.Record, 0, len(list))
	for _, r := range list {
		all = append(all, from(r))
	}
	return all, known(err)
}

// Create implements [shared.Writer].
func (s *Store) Create(ctx context.Context, r shared.Record) (shared.Version, error) {
	v, err := s.records.Create(ctx, to(r))
	return shared.Version(v), known(err)
}

// Replace implements [shared.Writer].
func (s *Store) Replace(ctx context.Context, r shared.Record) (shared.Version, error) {
	v, err := s.records.Replace(ctx, to(r))
	return shared.Version(v), known(err)
}

// Put implements [shared.Writer].
func (s *Store) Put(ctx context.Context, r shared.Record) (shared.Version, error) {
	v, err := s.records.Put(ctx, to(r))
	return shared.Version(v), known(err)
}

// Delete implements [shared.Remover].
func (s *Store) Delete(ctx context.Context, kind, id string) error {
	return known(s.records.Delete(ctx, kind, id))
}

func to(r shared.Record) opensearch.Record {
	return opensearch.Record{Kind: r.Kind, ID: r.ID, Body: r.Body, Keys: r.Keys, At: r.At, Version: opensearch.Version(r.Version)}
}

func from(r opensearch.Record) shared.Record {
	return shared.Record{Kind: r.Kind, ID: r.ID, Body: r.Body, Keys: r.Keys, At: r.At, Version: shared.Version(r.Version)}
}

// known makes of an error of the cluster the one that the contract names. All that is none of its three
// answers, wrong credentials too, means that nothing can be shared now.
func known(err error) error {
	for _, same := range []struct{ theirs, ours error }{
		{opensearch.ErrExists, shared.ErrExists}, {opensearch.ErrUnknown, shared.ErrUnknown}, {opensearch.ErrConflict, shared.ErrConflict},
	} {
		if errors.Is(err, same.theirs) {
			return fmt.Errorf("%w: %w", same.ours, err)
		}
	}
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	return fmt.Errorf("%w: %w", journal.ErrAway, err)
}
