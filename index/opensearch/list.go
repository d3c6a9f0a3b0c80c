package opensearch

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// A RecordQuery asks for records.
type RecordQuery struct {
	// Kind is theirs.
	Kind string
	// Keys are those that they have, all of them.
	Keys map[string]string
	// From and Before bound [Record.At]: From itself is in, Before is not; zero is no bound.
	From, Before time.Time
	// Newest has the newest first, instead of the oldest. Records of the same time are in order of their IDs.
	Newest bool
	// Limit is how many are wanted; 0 means all.
	Limit int
}

// listPage is how many records are read at a time. With bodies of 10 KB, more than they have, an answer has 10 MB.
const listPage = 1000

// List returns the records that q asks for. It sees everything that was written before the call.
func (r *Records) List(ctx context.Context, q RecordQuery) (list []Record, err error) {
	err = r.use(ctx, func() (err error) {
		list, err = r.list(ctx, q)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list records of kind %.100q: %w", q.Kind, err)
	}
	return list, nil
}

func (r *Records) list(ctx context.Context, q RecordQuery) ([]Record, error) {
	if err := r.of.refresh(ctx, r.alias()); err != nil {
		return nil, err
	}
	search := q.search()
	var all []Record
	for {
		size := listPage
		if q.Limit > 0 {
			size = min(size, q.Limit-len(all))
		}
		search["size"] = size
		hits, err := r.of.recordHits(ctx, r.alias(), search)
		if err != nil {
			return nil, err
		}
		for _, h := range hits {
			all = append(all, h.Source.record(Version{h.SeqNo, h.PrimaryTerm}))
		}
		if len(hits) < size || len(all) == q.Limit {
			return all, nil
		}
		search["search_after"] = hits[len(hits)-1].Sort
	}
}

// search is the query in OpenSearch's language.
func (q RecordQuery) search() map[string]any {
	filters := []any{map[string]any{"term": map[string]any{"kind": q.Kind}}}
	for name, value := range q.Keys {
		filters = append(filters, map[string]any{"term": map[string]any{"keys": name + "=" + value}})
	}
	bounds := map[string]any{}
	if !q.From.IsZero() {
		bounds["gte"] = q.From.UnixNano()
	}
	if !q.Before.IsZero() {
		bounds["lt"] = q.Before.UnixNano()
	}
	if len(bounds) > 0 {
		filters = append(filters, map[string]any{"range": map[string]any{"at": bounds}})
	}
	order := "asc"
	if q.Newest {
		order = "desc"
	}
	return map[string]any{
		"query": map[string]any{"bool": map[string]any{"filter": filters}},
		"sort":  []any{map[string]any{"at": order}, map[string]any{"id": "asc"}}, "seq_no_primary_term": true, "track_total_hits": false,
	}
}

// A recordHit is a record that a search found.
type recordHit struct {
	SeqNo       int64             `json:"_seq_no"`
	PrimaryTerm int64             `json:"_primary_term"`
	Source      storedRecord      `json:"_source"`
	Sort        []json.RawMessage `json:"sort"`
}

func (c *Client) recordHits(ctx context.Context, name string, search any) ([]recordHit, error) {
	var answer struct {
		outcome
		Hits struct {
			Hits []recordHit `json:"hits"`
		} `json:"hits"`
	}
	err := c.search(ctx, name, nil, search, &answer)
	return answer.Hits.Hits, err
}
