//go:build unix

package cluster

import (
	"fmt"
	"syscall"
)

// Pause stops node i where it is, as a machine does that has hung: its connections stay open and nobody answers.
func (c *Cluster) Pause(i int) error { return c.nodes[i].signal(syscall.SIGSTOP) }

// Continue ends a pause.
func (c *Cluster) Continue(i int) error { return c.nodes[i].signal(syscall.SIGCONT) }

func (n *node) signal(s syscall.Signal) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.cmd == nil {
		return fmt.Errorf("signal %s: it does not run", n.address)
	}
	return n.cmd.Process.Signal(s)
}
