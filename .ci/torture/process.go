package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"verbatim/bot/localslack"
)

// A death is the end of one process.
type death struct {
	born   time.Time
	begun  time.Time // when the signal was about to be sent
	died   time.Time
	signal os.Signal
}

// A process runs verbatim again and again.
type process struct {
	settings
	binary, dir string
	town        *town
	log         io.WriteCloser

	mu     sync.Mutex
	cmd    *exec.Cmd
	deaths []death
	heard  []time.Time   // when each process first had a connection
	crash  []string      // ends that nobody asked for
	slow   time.Duration // the slowest end after SIGTERM
	asked  int
	raged  int // disconnects of the storm
}

func (p *process) open() (err error) {
	p.log = nopCloser{io.Discard}
	if p.settings.log != "" {
		p.log, err = os.Create(p.settings.log)
	}
	p.log = &numbers{WriteCloser: p.log}
	return err
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

func (p *process) close() { p.log.Close() }

// start starts verbatim.
func (p *process) start() (*exec.Cmd, error) {
	cmd := exec.Command(p.binary, "serve", "--slack-api", p.town.server.APIURL(), "--data", p.dir, "--health-addr", "")
	c := p.town.slack.Config()
	cmd.Env = append(os.Environ(), "SLACK_BOT_TOKEN="+c.BotToken, "SLACK_APP_TOKEN="+c.AppToken, "VERBATIM_FAULTY="+p.plant)
	cmd.Stdout, cmd.Stderr = p.log, p.log
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
	p.cmd = cmd
	p.mu.Unlock()
	return cmd, nil
}

// live runs verbatim until ctx ends, kills it at random moments and starts it again. At the end it
// asks the last one to stop and wants exit code 0.
func (p *process) live(ctx context.Context, kills context.Context) error {
	r := rand.New(rand.NewPCG(p.seed, 9))
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

// listen notes when a process first has a connection, until ctx ends.
func (p *process) listen(ctx context.Context) {
	for deaths := -1; sleep(ctx, 20*time.Millisecond); {
		open := len(p.town.slack.Connections()) > 0
		p.mu.Lock()
		if open && deaths != len(p.deaths) {
			deaths = len(p.deaths)
			p.heard = append(p.heard, time.Now())
		}
		p.mu.Unlock()
	}
}

// moment is how long the next process may live: one in three dies while it starts.
func (p *process) moment(r *rand.Rand) time.Duration {
	if r.IntN(3) == 0 {
		return time.Duration(r.Int64N(int64(300 * time.Millisecond)))
	}
	return time.Duration(r.ExpFloat64() * float64(p.kill) * 1.4)
}

// term asks a process to stop and returns what was wrong about how it did.
func (p *process) term(cmd *exec.Cmd, ended <-chan error) string {
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

// torture does it all: questions, faults and kills for a time, then patience, then the judgement.
func (p *process) torture(ctx context.Context) error {
	asking, enough := context.WithTimeout(ctx, p.lasting)
	defer enough()
	living, stop := context.WithCancel(ctx)
	defer stop()
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return p.live(living, asking) })
	group.Go(func() error { p.listen(living); return nil })
	if err := p.town.slack.WaitForConnections(ctx, 1); err != nil {
		return err
	}
	p.town.slack.Faults().Plan(&localslack.Plan{Seed: p.seed, API: p.api, Frames: p.frames, Every: p.socket, Pause: 3 * time.Second})
	if p.socket > 0 {
		group.Go(func() error { p.town.slack.Misbehave(asking); return nil })
	}
	if p.storm > 0 {
		group.Go(func() error { p.rage(asking); return nil })
	}
	if p.calm {
		group.Go(func() error { return p.watch(asking) })
	}
	group.Go(func() (err error) {
		defer stop()
		p.asked, err = p.town.ask(asking, p.settings)
		p.town.slack.Faults().Plan(nil)
		p.settle(ctx)
		return err
	})
	if err := group.Wait(); err != nil {
		return err
	}
	return p.judge()
}

// settle waits until every question has come to an end, or patience has.
func (p *process) settle(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, p.patience)
	defer cancel()
	for quiet := 0; quiet < 5 && sleep(ctx, time.Second); {
		if open := count(p.town.slack.Ledger(), open); open == 0 {
			quiet++
		} else {
			quiet = 0
		}
	}
}
