package opensearch

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"time"
)

// adminTime is for how long a host is waited for that makes, closes, removes or refreshes an index: the machine that
// manages the cluster does so one by one.
const adminTime = 30 * time.Second

// An outcome tells whether an answer is whole. OpenSearch answers with success when shards failed.
type outcome struct {
	TimedOut bool `json:"timed_out"`
	Shards   struct {
		Failed   int `json:"failed"`
		Failures []struct {
			Reason failureDetail `json:"reason"`
		} `json:"failures"`
	} `json:"_shards"`
}

func (o *outcome) failure() error {
	if o.Shards.Failed > 0 {
		reason := "no reason given"
		if len(o.Shards.Failures) > 0 {
			kind, text := o.Shards.Failures[0].Reason.root()
			reason = kind + ": " + cut(text)
		}
		return fmt.Errorf("%w: %d shards failed: %s", ErrRed, o.Shards.Failed, reason)
	}
	if o.TimedOut {
		return fmt.Errorf("%w: it timed out", ErrAway)
	}
	return nil
}

// failed makes every answer with an outcome in it tell of it.
type failed interface{ failure() error }

// search asks an index, and takes no answer that lacks a part. How has further parameters, or is nil.
func (c *Client) search(ctx context.Context, name string, how url.Values, search any, answer failed) error {
	query := url.Values{"allow_partial_search_results": {"false"}}
	maps.Copy(query, how)
	r := request{method: http.MethodPost, path: "/" + name + "/_search", query: query}
	if err := c.call(ctx, r, search, answer); err != nil {
		return err
	}
	if err := answer.failure(); err != nil {
		return fmt.Errorf("OpenSearch search in %s: %w", name, err)
	}
	return nil
}

// refresh makes what was written searchable.
func (c *Client) refresh(ctx context.Context, name string) error {
	var answer outcome
	if err := c.call(ctx, request{method: http.MethodPost, path: "/" + name + "/_refresh", time: adminTime}, nil, &answer); err != nil {
		return err
	}
	if err := answer.failure(); err != nil {
		return fmt.Errorf("OpenSearch refresh of %s: %w", name, err)
	}
	return nil
}

// hasKind tells whether err is an answer with this type of error.
func hasKind(err error, kind string) bool {
	var e *statusError
	return errors.As(err, &e) && e.kind == kind
}
