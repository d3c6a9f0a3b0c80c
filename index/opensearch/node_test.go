package opensearch

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"verbatim/index/enginetest"
	"verbatim/index/opensearch/cluster"
)

// shared is one node for all tests.
var shared = cluster.Shared{Options: cluster.Options{Heap: "384m"}}

func TestMain(m *testing.M) {
	m.Run() // the program ends with what it returned
	if err := shared.Close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
}

// address returns that of a real OpenSearch: the shared node, or one that runs already and whose address stands in
// VERBATIM_OPENSEARCH, which spares a developer the start.
func address(t testing.TB) string {
	t.Helper()
	if named := os.Getenv("VERBATIM_OPENSEARCH"); strings.HasPrefix(named, "http") {
		return named
	}
	return shared.Cluster(t).Addresses()[0]
}

// node returns a client of a real OpenSearch, under a name of the test's own.
func node(t testing.TB) *Client {
	t.Helper()
	return at(t, address(t))
}

// at returns a client of the OpenSearch behind some addresses.
func at(t testing.TB, addresses ...string) *Client {
	t.Helper()
	c, err := New(Config{Addresses: addresses, Name: "test-" + strings.ToLower(rand.Text())})
	if err != nil {
		t.Fatal(err)
	}
	c.patience = time.Minute // as the machine may be busy
	t.Cleanup(func() {
		direct, err := New(Config{Addresses: []string{address(t)}, Name: c.config.Name})
		if err != nil {
			t.Fatal(err)
		}
		defer direct.Close()
		if err := direct.call(context.Background(), request{method: http.MethodDelete, path: "/" + c.config.Name + "-*"}, nil, nil); err != nil {
			t.Error(err)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func TestClusterContract(t *testing.T) { enginetest.Run(t, node(t).Engine()) }
