package cluster

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
)

// A node is one process of a cluster.
type node struct {
	log, address string
	arguments    []string // of Java

	mu   sync.Mutex
	cmd  *exec.Cmd // nil when it was killed
	gone chan struct{}
}

// arguments returns what Java is started with: for a small node that is ready soon, unless o wants a fast one.
func arguments(classPath string, o Options, settings map[string]string) []string {
	heap := cmp.Or(o.Heap, "256m")
	list := []string{"-Xms" + heap, "-Xmx" + heap, "-XX:+UseSerialGC", "-Xshare:auto",
		"-Dlog4j2.level=WARN", "-Dlog4j2.disableJmx=true", "-cp", classPath, "Node"}
	if !o.Fast {
		list = append([]string{"-XX:TieredStopAtLevel=1"}, list...)
	}
	if o.Security != "" {
		list = append(list, "org.opensearch.security.OpenSearchSecurityPlugin")
	}
	for name, value := range settings {
		list = append(list, name+"="+value)
	}
	return list
}

// start starts the process; its log is appended to.
func (n *node) start() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.cmd != nil {
		return fmt.Errorf("start %s: it runs", n.address)
	}
	log, err := os.OpenFile(n.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close() // the process has its own
	cmd := exec.CommandContext(context.Background(), java("java"), n.arguments...)
	cmd.Stdout, cmd.Stderr = log, log
	if _, err := cmd.StdinPipe(); err != nil { // stays open as long as this process lives
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start a node of OpenSearch: %w", err)
	}
	gone := make(chan struct{})
	go func() {
		cmd.Wait() // how it ended is of no interest: nodes are killed
		close(gone)
	}()
	n.cmd, n.gone = cmd, gone
	return nil
}

// kill ends the process and waits for its end; none is no error.
func (n *node) kill() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.cmd == nil {
		return nil
	}
	err := n.cmd.Process.Kill()
	if errors.Is(err, os.ErrProcessDone) {
		err = nil
	}
	<-n.gone
	n.cmd = nil
	return err
}

// ended returns an error with the end of the log when the process has ended unasked.
func (n *node) ended() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.cmd == nil {
		return nil
	}
	select {
	case <-n.gone:
		return fmt.Errorf("node %s has ended by itself; its log ends:\n%s", n.address, tail(n.log))
	default:
		return nil
	}
}
