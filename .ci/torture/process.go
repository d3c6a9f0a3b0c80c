package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// maxAbsence is twice the time after which the others take a dead replica's questions over.
const maxAbsence = time.Minute

// A death is the end of one process.
type death struct {
	born   time.Time
	begun  time.Time // when the signal was about to be sent
	died   time.Time
	signal os.Signal
}

// A process runs one verbatim, a replica of several or the only one, again and again.
type process struct {
	settings
	number      int // from 0
	binary, dir string
	engine      string // what --engine says; empty for the embedded one
	documents   string // folder of documents; empty for those embedded
	town        *town
	log         *tap

	mu     sync.Mutex
	cmd    *exec.Cmd // nil once it is about to be ended
	born   time.Time // of cmd
	deaths []death
	stops  []stop
	crash  []string      // ends that nobody asked for
	slow   time.Duration // the slowest end after SIGTERM

	samples []sample // of a calm run, one each minute
}

// start starts verbatim.
func (p *process) start() (*exec.Cmd, error) {
	cmd := exec.Command(p.binary, "serve", "--slack-api", p.town.server.APIURL(), "--data", p.dir, "--health-addr", "")
	c := p.town.slack.Config()
	cmd.Env = append(os.Environ(), "SLACK_BOT_TOKEN="+c.BotToken, "SLACK_APP_TOKEN="+c.AppToken, "VERBATIM_FAULTY="+p.plant)
	cmd.Stdout, cmd.Stderr = p.log, p.log
	p.log.begin()
	if p.engine != "" {
		cmd.Args = append(cmd.Args, "--engine", p.engine, "--corpus", p.documents)
	}
	if p.calm {
		cmd.Args = append(cmd.Args, "--log-level", "debug")
	}
	if p.plant == "one-connection" {
		cmd.Args = append(cmd.Args, "--connections", "1")
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p.mu.Lock()
	p.cmd, p.born = cmd, time.Now()
	p.mu.Unlock()
	return cmd, nil
}

// live runs verbatim until ctx ends, kills it at random moments and starts it again. At the end it
// asks the last one to stop and wants exit code 0.
func (p *process) live(ctx context.Context, kills context.Context) error {
	r := rand.New(rand.NewPCG(p.seed, 9+100*uint64(p.number)))
	for {
		cmd, err := p.start()
		if err != nil {
			return err
		}
		born, ended := time.Now(), make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		var due <-chan time.Time
		if p.kill > 0 && kills.Err() == nil {
			due = time.After(p.moment(r))
		}
		select {
		case err := <-ended:
			p.note(death{born, time.Now(), time.Now(), nil}, fmt.Sprint("ended by itself: ", err))
			if !sleep(ctx, time.Second) {
				return nil
			}
		case <-due:
			begun := time.Now()
			if r.IntN(10) == 0 {
				fault := p.term(cmd, ended)
				p.note(death{born, begun, time.Now(), syscall.SIGTERM}, fault)
				continue
			}
			err := cmd.Process.Kill()
			<-ended
			p.note(death{born, begun, time.Now(), syscall.SIGKILL}, "")
			if err != nil {
				return err
			}
			if !sleep(ctx, p.absence(r)) {
				return nil
			}
		case <-ctx.Done():
			if fault := p.term(cmd, ended); fault != "" {
				return errors.New(fault)
			}
			return nil
		case <-kills.Done():
			// The same process lives on; only the next kill is called off.
			select {
			case err := <-ended:
				p.note(death{born, time.Now(), time.Now(), nil}, fmt.Sprint("ended by itself: ", err))
			case <-ctx.Done():
				if fault := p.term(cmd, ended); fault != "" {
					return errors.New(fault)
				}
				return nil
			}
		}
	}
}

// moment is how long the next process may live: one in three dies while it starts.
func (p *process) moment(r *rand.Rand) time.Duration {
	if r.IntN(3) == 0 {
		return time.Duration(r.Int64N(int64(300 * time.Millisecond)))
	}
	return time.Duration(r.ExpFloat64() * float64(p.kill) * 1.4)
}

// absence is how long a killed process stays away: where others can take its questions over, half of the time
// so long that they must.
func (p *process) absence(r *rand.Rand) time.Duration {
	if p.replicas < 2 || r.IntN(2) == 0 {
		return 0
	}
	return time.Duration(r.Int64N(int64(maxAbsence)))
}

// term asks a process to stop and returns what was wrong about how it did.
func (p *process) term(cmd *exec.Cmd, ended <-chan error) string {
	p.release(cmd)
	begun := time.Now()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return fmt.Sprint("SIGTERM: ", err)
	}
	select {
	case err := <-ended:
		p.mu.Lock()
		p.slow = max(p.slow, time.Since(begun))
		p.mu.Unlock()
		// A process that has not set up its handling of signals yet dies of this one.
		if err != nil && !dies(err) {
			return fmt.Sprint("after SIGTERM: ", err)
		}
		return ""
	case <-time.After(25 * time.Second):
		_ = cmd.Process.Kill()
		<-ended
		return "still there 25 s after SIGTERM"
	}
}

func dies(err error) bool {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return false
	}
	status, ok := exit.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGTERM
}

func (p *process) note(d death, crash string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.deaths = append(p.deaths, d)
	if crash != "" {
		p.crash = append(p.crash, crash)
	}
}
