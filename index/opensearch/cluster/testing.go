package cluster

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// Wanted skips t unless VERBATIM_OPENSEARCH is set, as it is in .ci/run opensearch: go test ./... alone needs no
// Java and takes seconds. With it, and under CI, Java and Maven must be there. The name of a test that calls it
// begins with TestCluster or TestFault26: .ci/steps.sh runs these names on OpenSearch and lets them be skipped elsewhere.
func Wanted(t testing.TB) {
	t.Helper()
	if os.Getenv("VERBATIM_OPENSEARCH") == "" {
		t.Skip("runs on a real OpenSearch where VERBATIM_OPENSEARCH is set, as .ci/run opensearch does; it needs Java 17 or newer and Maven")
	}
	for _, program := range []string{java("java"), java("javac"), "mvn"} {
		if _, err := exec.LookPath(program); err != nil {
			if os.Getenv("CI") != "" {
				t.Fatalf("OpenSearch needs a Java Development Kit and Maven: %v", err)
			}
			t.Skipf("OpenSearch needs a Java Development Kit and Maven: %v", err)
		}
	}
}

// startTime bounds the start of a test's cluster: it took 12 s on a machine that did nothing else.
const startTime = 5 * time.Minute

// ForTest is Start for a test that has asked Wanted, in a folder of its own. The cluster ends with the test; when the
// test fails, the logs of the nodes go to the folder that ARTIFACTS names, or their ends into the test's output.
func ForTest(t testing.TB, o Options) *Cluster {
	t.Helper()
	Wanted(t)
	o.Dir = t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), startTime)
	defer cancel()
	c, err := Start(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			c.keepLogs(t, t.Name())
		}
	})
	return c
}

// A Shared is one cluster for all tests of a package: a package variable of its tests, closed by TestMain after
// m.Run. It starts when a test first asks for it.
type Shared struct {
	Options Options

	once    sync.Once
	cluster *Cluster
	err     error
}

// Cluster returns the cluster, started; it skips t as Wanted does. Where VERBATIM_OPENSEARCH is the address of a
// running OpenSearch, it is that one, which saves those who work on such tests the start.
func (s *Shared) Cluster(t testing.TB) *Cluster {
	t.Helper()
	Wanted(t)
	s.once.Do(func() {
		if running := os.Getenv("VERBATIM_OPENSEARCH"); strings.HasPrefix(running, "http") {
			s.cluster = &Cluster{nodes: []*node{{address: running}}}
			return
		}
		if s.Options.Dir, s.err = os.MkdirTemp("", "verbatim-opensearch-"); s.err != nil {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), startTime)
		defer cancel()
		s.cluster, s.err = Start(ctx, s.Options)
	})
	if s.err != nil {
		t.Fatal(s.err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			s.cluster.keepLogs(t, t.Name())
		}
	})
	return s.cluster
}

// Close ends the cluster, if it was started, and removes its folder.
func (s *Shared) Close() error {
	if s.cluster != nil {
		if err := s.cluster.Close(); err != nil {
			return err
		}
	}
	if s.Options.Dir == "" {
		return nil
	}
	return os.RemoveAll(s.Options.Dir)
}

// keepLogs keeps the logs of a failed test called name.
func (c *Cluster) keepLogs(t testing.TB, name string) {
	artifacts := os.Getenv("ARTIFACTS")
	for _, n := range c.nodes {
		if n.log == "" {
			continue
		}
		if artifacts == "" {
			t.Logf("the log of %s ends:\n%s", n.address, tail(n.log))
			continue
		}
		kept := filepath.Join(artifacts, filepath.Base(name)+"-"+filepath.Base(n.log))
		if err := copyFile(kept, n.log); err != nil {
			t.Errorf("keep the log of %s: %v", n.address, err)
		}
	}
}

func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}
