package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"syscall"
	"time"
)

const (
	// minStop and maxStop are how long a process is stopped: the others take it for dead after 20 seconds.
	minStop, maxStop = time.Second, 40 * time.Second
	// longStop is the least time of a stop in which others may take a question over.
	longStop = 15 * time.Second
)

// A stop is a time in which a process stood still, as on a machine that was paused. It may have been killed in it.
type stop struct {
	from, to time.Time
	killed   bool
}

// halt stops the process at random moments, and lets it go on, until asking ends.
func (p *process) halt(asking context.Context) error {
	r := rand.New(rand.NewPCG(p.seed, 11+100*uint64(p.number)))
	for sleep(asking, time.Duration(r.ExpFloat64()*float64(p.stop))) {
		p.mu.Lock()
		cmd, from := p.cmd, time.Now()
		stopped := cmd != nil && cmd.Process.Signal(syscall.SIGSTOP) == nil // else it has ended
		p.mu.Unlock()
		if !stopped {
			continue
		}
		sleep(asking, minStop+time.Duration(r.Int64N(int64(maxStop-minStop))))
		p.mu.Lock()
		s := stop{from: from, to: time.Now()}
		if i := len(p.deaths) - 1; i >= 0 && p.deaths[i].died.After(from) {
			s.to, s.killed = p.deaths[i].died, true
		}
		p.stops = append(p.stops, s)
		err := goOn(cmd)
		p.mu.Unlock()
		if err != nil {
			return err
		}
	}
	return nil
}

// goOn ends a stop of a process that may have ended.
func goOn(cmd *exec.Cmd) error {
	if err := cmd.Process.Signal(syscall.SIGCONT); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("SIGCONT for process %d: %w", cmd.Process.Pid, err)
	}
	return nil
}

// release lets a process that is about to be asked to end go on, and not be stopped any more.
func (p *process) release(cmd *exec.Cmd) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd == cmd {
		p.cmd = nil
		_ = goOn(cmd) // that it cannot be ended shows right after
	}
}

// stops counts how often processes were stopped.
func (f *fleet) stops() (n int) {
	for _, p := range f.processes {
		n += len(p.stops)
	}
	return n
}
