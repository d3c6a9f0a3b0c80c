//go:build unix

package opensearch

import (
	"errors"
	"testing"
	"time"

	"verbatim/index"
	"verbatim/index/enginetest"
	"verbatim/index/opensearch/cluster"
)

// TestClusterThreeNodes runs the contract on a cluster of three nodes, of which then one is killed and another hangs:
// questions are answered from the copies.
func TestClusterThreeNodes(t *testing.T) {
	nodes := cluster.ForTest(t, cluster.Options{Nodes: 3})
	c, err := New(Config{Addresses: nodes.Addresses(), Name: "v", Shards: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Run("contract", func(t *testing.T) {
		c.patience = time.Minute // as the machine may be busy
		defer func() { c.patience = attemptTime }()
		enginetest.Run(t, c.Engine())
	})
	t.Run("failures", func(t *testing.T) {
		p := newIdleProxy(t, nodes.Addresses()[0])
		p.Start()
		behind, err := New(Config{Addresses: []string{p.URL}, Name: "f", Shards: 2})
		if err != nil {
			t.Fatal(err)
		}
		fails(t, behind, p, nodes.Addresses()[0])
		if err := behind.Close(); err != nil {
			t.Error(err)
		}
	})
	_, s := filled(t, c)
	if _, err := c.Records().Put(t.Context(), Record{Kind: "k", ID: "i"}); err != nil {
		t.Fatal(err)
	}
	if err := nodes.Green(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := nodes.Kill(0); err != nil {
		t.Fatal(err)
	}
	t.Run("one killed", func(t *testing.T) { answers(t, c, s) })
	if err := nodes.Restart(0); err != nil {
		t.Fatal(err)
	}
	if err := nodes.Green(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := nodes.Pause(1); err != nil {
		t.Fatal(err)
	}
	t.Run("one hangs", func(t *testing.T) { answers(t, c, s) })
	if err := nodes.Continue(1); err != nil {
		t.Fatal(err)
	}
}

// answers asks until many questions in a row were answered, and a record was read and written. On the way there may be
// errors that tell to try again, and nothing else.
func answers(t *testing.T, c *Client, s index.Searcher) {
	t.Helper()
	for row, refused := 0, 0; row < 20; row++ {
		record, err := c.Records().Get(t.Context(), "k", "i")
		if err == nil {
			_, err = c.Records().Replace(t.Context(), record)
		}
		if err := errors.Join(err, cats(t.Context(), s)); err == nil {
			continue
		} else if !errors.Is(err, index.ErrAway) || errors.Is(err, index.ErrDamaged) {
			t.Fatal(err)
		}
		t.Log(err)
		if row, refused = 0, refused+1; refused > 100 {
			t.Fatal("it does not come back")
		}
	}
}
