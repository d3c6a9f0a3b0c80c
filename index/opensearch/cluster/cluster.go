// Package cluster starts real clusters of OpenSearch on the loopback interface, for tests and for the programs of
// the build: several nodes, each a process of its own, which can be killed, started again and stopped for a while.
// It needs Java 17 or newer and Maven, which fetches OpenSearch once.
package cluster

import (
	"cmp"
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Options say what cluster is wanted.
type Options struct {
	Nodes int    // how many; default 1
	Heap  string // memory of a node's objects, as Java names it; default "256m"
	Dir   string // where data goes; must be given
	Logs  string // where logs go; default Dir
	// Fast is for runs of many minutes: Java's better compiler, which takes its time.
	Fast bool
	// Settings are further settings of each node, by their names.
	Settings map[string]string
	// Security is a folder with files of the security plugin, config.yml, roles.yml and so on, in place of its own, for
	// nodes with encryption and rights; "" means without. internal_users.yml is written there for a user [User] with [Password].
	Security string
}

// A Cluster is a running cluster. Its methods may be called from several goroutines, for different nodes.
type Cluster struct {
	nodes []*node
	taken []io.Closer // hold the nodes' ports for them, also while they are dead
	// Roots are the authorities for the nodes' certificates; nil where they have none.
	Roots  *x509.CertPool
	client *http.Client
}

// poll is how often a cluster is asked whether it is ready.
const poll = 100 * time.Millisecond

// Start starts a cluster and returns when all its nodes have found each other. Ctx bounds the start alone.
// The logs of the nodes are node1.log and so on.
func Start(ctx context.Context, o Options) (*Cluster, error) {
	in, err := prepare(ctx, o.Security != "")
	if err != nil {
		return nil, err
	}
	o.Logs = cmp.Or(o.Logs, o.Dir)
	if err := errors.Join(os.MkdirAll(o.Dir, 0o700), os.MkdirAll(o.Logs, 0o700)); err != nil {
		return nil, err
	}
	count := max(1, o.Nodes)
	ports, taken, err := takePorts(2 * count)
	if err != nil {
		return nil, err
	}
	c := &Cluster{client: http.DefaultClient, taken: taken}
	scheme := "http://"
	if o.Security != "" {
		scheme = "https://"
		if err := c.secure(&o, count, in.defaults); err != nil {
			return nil, errors.Join(err, c.Close())
		}
	}
	var names, seeds []string
	for i := range count {
		names = append(names, "node"+strconv.Itoa(i+1))
		seeds = append(seeds, "127.0.0.1:"+strconv.Itoa(ports[2*i+1]))
	}
	for i, name := range names {
		settings := map[string]string{
			"cluster.name": "verbatim", "node.name": name, "path.home": filepath.Join(o.Dir, name),
			"network.host": "127.0.0.1", "http.port": strconv.Itoa(ports[2*i]), "transport.port": strconv.Itoa(ports[2*i+1]),
			"discovery.seed_hosts": strings.Join(seeds, ","), "cluster.initial_cluster_manager_nodes": strings.Join(names, ","),
			"cluster.routing.allocation.disk.threshold_enabled": "false", // the disk of a test machine may be nearly full
			// What Java has not collected yet counts otherwise, and a small node refuses requests for it.
			"indices.breaker.total.use_real_memory": "false",
		}
		for k, v := range o.Settings {
			settings[k] = v
		}
		c.nodes = append(c.nodes, &node{
			log: filepath.Join(o.Logs, name+".log"), address: scheme + "127.0.0.1:" + strconv.Itoa(ports[2*i]),
			arguments: arguments(in.classPath, o, settings),
		})
	}
	for i := range c.nodes {
		if err := c.Restart(i); err != nil {
			return nil, errors.Join(err, c.Close())
		}
	}
	if err := c.Green(ctx); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// Addresses returns the nodes' addresses, as "http://127.0.0.1:9200", or with "https" where they are secure.
func (c *Cluster) Addresses() []string {
	var list []string
	for _, n := range c.nodes {
		list = append(list, n.address)
	}
	return list
}

// Kill ends node i, from 0, as kill -9 does, and waits until it is gone.
func (c *Cluster) Kill(i int) error { return c.nodes[i].kill() }

// Restart starts node i, which was killed, again on its data and address, without waiting for it; Green does.
func (c *Cluster) Restart(i int) error { return c.nodes[i].start() }

// Green waits until all nodes are together and every copy of every index is where it belongs; on one node, where copies
// have no place, until every index is there. It fails when a node
// has ended by itself, with the end of its log, and when ctx does.
func (c *Cluster) Green(ctx context.Context) error {
	last := errors.New("nobody was asked")
	for {
		for _, n := range c.nodes {
			if err := n.ended(); err != nil {
				return err
			}
			if last = c.ask(ctx, n.address); last == nil {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for a whole cluster of %d nodes: %w; at last: %w", len(c.nodes), ctx.Err(), last)
		case <-time.After(poll):
		}
	}
}

// ask asks one node whether the cluster is green.
func (c *Cluster) ask(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second) // of a node that was stopped
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"/_cluster/health", nil)
	if err != nil {
		return err
	}
	if c.Roots != nil {
		req.SetBasicAuth(User, Password)
	}
	resp, err := c.client.Do(req)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		return err
	}
	var health struct {
		Status string `json:"status"`
		Nodes  int    `json:"number_of_nodes"`
		Moving int    `json:"relocating_shards"`
	}
	if err := json.Unmarshal(body, &health); err != nil {
		return fmt.Errorf("ask %s for the cluster's health: %w: %s", address, err, body)
	}
	whole := health.Status == "green" || health.Status == "yellow" && len(c.nodes) == 1
	if !whole || health.Nodes != len(c.nodes) || health.Moving > 0 {
		return fmt.Errorf("%s says: %s, %d nodes, %d shards moving", address, health.Status, health.Nodes, health.Moving)
	}
	return nil
}

// Close ends all nodes. The folder with data and logs stays.
func (c *Cluster) Close() error {
	var errs []error
	for i := range c.nodes {
		errs = append(errs, c.Kill(i))
	}
	errs = append(errs, closeAll(c.taken))
	c.taken = nil
	return errors.Join(errs...)
}

// Ports are chosen below those that systems give to outgoing connections: a killed node needs its own again.
const lowestPort, ports = 20000, 10000

// takePorts returns count ports of the loopback interface on which nobody listens. Who else takes ports so, in any
// process, gets others until taken is closed: it holds the ports of the same numbers for datagrams, which no node uses.
func takePorts(count int) (found []int, taken []io.Closer, err error) {
	for range 100 * count {
		port := lowestPort + rand.IntN(ports)
		address := "127.0.0.1:" + strconv.Itoa(port)
		held, err := net.ListenPacket("udp", address)
		if err != nil {
			continue
		}
		l, err := net.Listen("tcp", address)
		if err != nil {
			held.Close()
			continue
		}
		l.Close()
		found, taken = append(found, port), append(taken, held)
		if len(found) == count {
			return found, taken, nil
		}
	}
	return nil, nil, errors.Join(fmt.Errorf("find %d free ports from %d to %d: found %d", count, lowestPort, lowestPort+ports, len(found)), closeAll(taken))
}

func closeAll(list []io.Closer) error {
	var errs []error
	for _, c := range list {
		errs = append(errs, c.Close())
	}
	return errors.Join(errs...)
}

// tail returns the end of the file at name, for an error message.
func tail(name string) string {
	data, err := os.ReadFile(name)
	if err != nil {
		return err.Error()
	}
	return string(data[max(0, len(data)-3000):])
}
