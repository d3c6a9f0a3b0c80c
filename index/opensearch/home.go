package opensearch

import (
	"context"
	"fmt"
	"net/http"
)

// recordsSchema is the version of how records are stored.
const recordsSchema = 1

// call is [Client.call] on the index of records.
func (r *Records) call(ctx context.Context, send request, in, out any) error {
	return r.use(ctx, func() error { return r.of.call(ctx, send, in, out) })
}

// use does something with the index of records, once it is there and of this version. When it turns out to be gone, or
// its alias, it is made anew and the thing done again.
func (r *Records) use(ctx context.Context, do func() error) error {
	for tries := 0; ; tries++ {
		if !r.ready.Load() {
			if err := r.make(ctx); err != nil {
				return err
			}
			r.ready.Store(true)
		}
		err := do()
		if !missing(err) || tries > 0 {
			return err
		}
		r.ready.Store(false)
	}
}

// make makes the index of records unless it is there, and sees that it is of this version.
func (r *Records) make(ctx context.Context) error {
	err := r.check(ctx)
	if !missing(err) {
		return err
	}
	keyword := map[string]any{"type": "keyword"}
	aside := map[string]any{"type": "keyword", "index": false, "doc_values": false}
	name := r.alias() + "-1"
	err = r.of.create(ctx, name, map[string]any{
		"settings": map[string]any{"number_of_shards": 1, "auto_expand_replicas": "0-2", "translog.durability": "request"},
		"mappings": map[string]any{"dynamic": "strict", "_meta": meta{Schema: recordsSchema, Prefix: r.of.config.Name}, "properties": map[string]any{
			"kind": keyword, "id": map[string]any{"type": "keyword", "ignore_above": 8191}, "keys": keyword,
			"at": map[string]any{"type": "long"}, "body": aside, "write": aside,
		}},
	})
	if err != nil {
		return err
	}
	// Somebody may have made the index and died before this, or removed the alias alone.
	err = r.of.call(ctx, request{method: http.MethodPut, path: "/" + name + "/_alias/" + r.alias(), time: adminTime}, map[string]any{"is_write_index": true}, nil)
	if err != nil {
		return err
	}
	return r.check(ctx)
}

// check looks whether the records are there, and of which version.
func (r *Records) check(ctx context.Context) error {
	// By the name of an alias nothing else is found: an index of that name would not do.
	found, err := r.of.metas(ctx, r.alias())
	if err != nil {
		return err
	}
	if _, real := found[r.alias()]; real {
		return fmt.Errorf("%s is an index and no alias: remove it, or take another name", r.alias())
	}
	for name, m := range found {
		if m.Schema != recordsSchema {
			return fmt.Errorf("%w: %s has schema %d, not %d", ErrNewer, name, m.Schema, recordsSchema)
		}
	}
	return nil
}

// metas returns what the mappings of the indexes of a name say of them.
func (c *Client) metas(ctx context.Context, name string) (map[string]meta, error) {
	var found map[string]struct {
		Mappings struct {
			Meta meta `json:"_meta"`
		} `json:"mappings"`
	}
	if err := c.call(ctx, request{method: http.MethodGet, path: "/" + name + "/_mapping"}, nil, &found); err != nil {
		return nil, err
	}
	all := map[string]meta{}
	for index, f := range found {
		all[index] = f.Mappings.Meta
	}
	return all, nil
}

// create makes an index. That it is there already is no error.
func (c *Client) create(ctx context.Context, name string, what map[string]any) error {
	err := c.call(ctx, request{method: http.MethodPut, path: "/" + name, time: adminTime}, what, nil)
	if hasKind(err, "resource_already_exists_exception") {
		return nil
	}
	return err
}
