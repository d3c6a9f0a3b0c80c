package cluster_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"verbatim/index/opensearch/cluster"
)

// send sends one request and returns what came back.
func send(t *testing.T, method, address, body string) (status int, answer string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(data)
}

// say sends a request that is to succeed.
func say(t *testing.T, method, address, body string) {
	t.Helper()
	if status, answer := send(t, method, address, body); status >= 300 {
		t.Fatalf("%s %s: %d: %s", method, address, status, answer)
	}
}

// patience bounds what is waited for: a machine that does much else takes its time, for an election too.
const patience = 5 * time.Minute

// wait fails unless a request is answered as wanted before patience ends.
func wait(t *testing.T, method, address string, wanted func(status int, answer string) bool) {
	t.Helper()
	status, answer := 0, ""
	for end := time.Now().Add(patience); time.Now().Before(end); <-time.After(200 * time.Millisecond) {
		if status, answer = send(t, method, address, ""); wanted(status, answer) {
			return
		}
	}
	t.Fatalf("%s %s: still %d: %s", method, address, status, answer)
}

// holds fails unless a search of the node's own copy finds the document that keep has written. A copy
// whose primary died goes back to what it has on disk and takes the rest from the new primary: until then it finds less.
func holds(t *testing.T, address string) {
	t.Helper()
	wait(t, "GET", address+"/tea/_search?preference=_only_local&q=harbour", func(status int, answer string) bool {
		if strings.Contains(answer, `"_id":"1"`) {
			return true
		}
		send(t, "POST", address+"/tea/_refresh", "") // what a copy takes over is not searched before
		return false
	})
}

func keep(t *testing.T, address string) {
	t.Helper()
	say(t, "PUT", address+"/tea/_doc/1?refresh=true&timeout=5m", `{"text":"the harbour opens at six"}`)
}

// TestClusterOfOne writes a document into a node, finds it, and finds it again after the node was killed.
func TestClusterOfOne(t *testing.T) {
	c := cluster.ForTest(t, cluster.Options{})
	address := c.Addresses()[0]
	keep(t, address)
	holds(t, address)
	if err := c.Kill(0); err != nil {
		t.Fatal(err)
	}
	if resp, err := http.Get(address); err == nil {
		resp.Body.Close()
		t.Error("a killed node answers")
	}
	if err := c.Restart(0); err != nil {
		t.Fatal(err)
	}
	if err := c.Green(t.Context()); err != nil {
		t.Fatal(err)
	}
	holds(t, address)
}

// TestClusterOfThree kills one node of three under writes: what was acknowledged is found on the others, and on all
// three once the node is back.
func TestClusterOfThree(t *testing.T) {
	c := cluster.ForTest(t, cluster.Options{Nodes: 3})
	all := c.Addresses()
	say(t, "PUT", all[0]+"/tea?timeout=5m&cluster_manager_timeout=5m", `{"settings":{"number_of_shards":1,"number_of_replicas":2}}`)
	if err := c.Green(t.Context()); err != nil {
		t.Fatal(err)
	}
	keep(t, all[0])
	if err := c.Kill(0); err != nil {
		t.Fatal(err)
	}
	for _, address := range all[1:] {
		wait(t, "GET", address+"/_cluster/health?wait_for_nodes=2&wait_for_status=yellow", func(status int, _ string) bool {
			return status < 300
		})
		holds(t, address)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if err := c.Green(ctx); err == nil {
		t.Error("two of three nodes are called whole")
	}
	if err := c.Restart(0); err != nil {
		t.Fatal(err)
	}
	if err := c.Green(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, address := range all {
		holds(t, address)
	}
}
