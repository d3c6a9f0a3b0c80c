package opensearch

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
)

// Health is how a cluster is.
type Health struct {
	// Distribution and Version are what the program calls itself, as in "opensearch" and "2.19.1".
	Distribution, Version string
	// Status is green when all copies of the client's indexes are there, yellow when copies are missing, and red when
	// sentences, records or files are.
	Status string
	// Nodes is how many machines there are, and Missing how many copies are on none.
	Nodes, Missing int
}

// Health looks at the cluster and at the client's indexes in it.
func (c *Client) Health(ctx context.Context) (h Health, err error) {
	var about struct {
		Version struct {
			Distribution string `json:"distribution"`
			Number       string `json:"number"`
		} `json:"version"`
	}
	if err := c.call(ctx, request{method: http.MethodGet, path: "/"}, nil, &about); err != nil {
		return h, fmt.Errorf("look at OpenSearch: %w", err)
	}
	h.Distribution, h.Version = about.Version.Distribution, about.Version.Number
	var health struct {
		Status     string `json:"status"`
		Nodes      int    `json:"number_of_nodes"`
		Unassigned int    `json:"unassigned_shards"`
	}
	r := request{method: http.MethodGet, path: "/_cluster/health/" + c.config.Name + "-*", query: url.Values{"expand_wildcards": {"all"}}}
	if err := c.call(ctx, r, nil, &health); err != nil {
		return h, fmt.Errorf("look at OpenSearch: %w", err)
	}
	h.Status, h.Nodes, h.Missing = health.Status, health.Nodes, health.Unassigned
	return h, nil
}
