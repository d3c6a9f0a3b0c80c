package records

import (
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"verbatim/bot/journal"
	"verbatim/bot/memory"
	"verbatim/bot/shared"
	"verbatim/bot/sharedtest"
	"verbatim/index/opensearch"
	"verbatim/index/opensearch/cluster"
)

// nodes is one node of OpenSearch for all tests.
var nodes = cluster.Shared{Options: cluster.Options{Nodes: 1}}

func TestMain(m *testing.M) {
	m.Run()
	if err := nodes.Close(); err != nil {
		panic(err)
	}
}

// store is an empty store in it.
func store(t *testing.T) *Store {
	t.Helper()
	c, err := opensearch.New(opensearch.Config{Addresses: nodes.Cluster(t).Addresses(), Name: "v" + strings.ToLower(rand.Text())})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return New(c.Records())
}

// TestClusterKeepsRecords runs the contract of stores on a real node.
func TestClusterKeepsRecords(t *testing.T) {
	sharedtest.RunStore(t, func(t *testing.T) shared.Store { return store(t) })
}

// TestClusterKeepsMemory runs the contract of memories on a real node.
func TestClusterKeepsMemory(t *testing.T) {
	sharedtest.RunMemory(t, func(t *testing.T, keep time.Duration, clock *sharedtest.Clock) memory.Memory {
		return shared.NewMemory(store(t), shared.MemoryOptions{Keep: keep, Now: clock.Now}).Memory()
	})
}

// TestErrorsAreTheContracts needs no node.
func TestErrorsAreTheContracts(t *testing.T) {
	for theirs, want := range map[error]error{
		opensearch.ErrExists: shared.ErrExists, opensearch.ErrUnknown: shared.ErrUnknown, opensearch.ErrConflict: shared.ErrConflict,
		opensearch.ErrAway: journal.ErrAway, opensearch.ErrRefused: journal.ErrAway, errors.New("status 400"): journal.ErrAway,
	} {
		if got := known(fmt.Errorf("create record: %w", theirs)); !errors.Is(got, want) || !errors.Is(got, theirs) {
			t.Errorf("%v became %v, want %v as well", theirs, got, want)
		}
	}
	c, err := opensearch.New(opensearch.Config{Addresses: []string{"http://127.0.0.1:1"}, Name: "none"})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := New(c.Records()).Get(t.Context(), "a", "1"); !errors.Is(err, journal.ErrAway) {
		t.Errorf("nothing listens, and the error is %v", err)
	}
}
