package opensearch

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"verbatim/index"
)

// An Engine keeps indexes of sentences in OpenSearch. The folder of an index holds a pointer to the index of OpenSearch,
// and its vocabulary.
type Engine struct {
	client *Client
	near   *automata
}

var _ index.Engine = (*Engine)(nil)

// Engine returns the engine of the cluster under the client's name.
func (c *Client) Engine() *Engine { return &Engine{client: c, near: c.near} }

// Name identifies the engine and the version of its schema.
func (*Engine) Name() string { return "opensearch/" + strconv.Itoa(schema) }

// Create begins an index in dir. OpenSearch is not asked before sentences come.
func (e *Engine) Create(dir string) (index.Writer, error) {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, fmt.Errorf("create OpenSearch index: %w", err)
	}
	return newWriter(e.client, dir), nil
}

// Open opens the index in dir. It makes no connection: that OpenSearch is away shows when it is asked.
func (e *Engine) Open(dir string) (index.Searcher, error) {
	p, v, err := readPointer(dir)
	if err != nil {
		return nil, fmt.Errorf("open OpenSearch index in %q: %w", dir, err)
	}
	return &searcher{client: e.client, near: e.near, pointer: p, words: v}, nil
}

// sentencesIndex is the first part of the names of all indexes of sentences.
func (c *Client) sentencesIndex() string { return c.config.Name + "-s-" }

// newIndexName returns a name that no index has.
func (c *Client) newIndexName() string {
	return c.sentencesIndex() + time.Now().UTC().Format("20060102t150405-") + strings.ToLower(rand.Text()[:10])
}

// A meta says in a mapping what an index is.
type meta struct {
	Schema int    `json:"schema"`
	Build  string `json:"build"`
	// Prefix is the client's name: another client's may begin alike.
	Prefix string `json:"prefix"`
}

// Of the two fields with terms, "t" has our formula with the mean length of the index, and "u" with wide times that: k1 and b
// are chosen so. It is for questions of sentences that are longer than those of the index in the mean, as those of one
// collection may be: a bound that is too high costs little, one that has to be raised much.
const (
	wide   = 2
	wideK1 = index.K1 * (1 - index.B + index.B/wide)
	wideB  = index.B / (wide*(1-index.B) + index.B)
)

// createSentences makes an index of sentences that is quick to fill: without copies, and not searchable yet. Its documents
// are not kept as they came: what ranking needs is a value beside the postings, which is read several times faster.
func (c *Client) createSentences(ctx context.Context, name, build string) error {
	err := c.create(ctx, name, map[string]any{
		"settings": map[string]any{
			"number_of_shards": max(c.config.Shards, 1), "number_of_replicas": 0, "refresh_interval": "-1", "translog.durability": "async",
			"similarity": map[string]any{
				"ours": map[string]any{"type": "BM25", "k1": index.K1, "b": index.B},
				"wide": map[string]any{"type": "BM25", "k1": wideK1, "b": wideB},
			},
		},
		"mappings": map[string]any{
			"dynamic": "strict", "_source": map[string]any{"enabled": false}, "_meta": meta{schema, build, c.config.Name},
			"properties": map[string]any{
				"n": map[string]any{"type": "integer", "index": false},
				"t": map[string]any{"type": "text", "analyzer": "whitespace", "similarity": "ours", "index_options": "freqs", "copy_to": "u"},
				"u": map[string]any{"type": "text", "analyzer": "whitespace", "similarity": "wide", "index_options": "freqs"},
				"d": map[string]any{"type": "binary", "doc_values": true},
			},
		},
	})
	if err != nil {
		return fmt.Errorf("create OpenSearch index %s: %w", name, err)
	}
	return nil
}
