package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"verbatim/bot/localslack"
	"verbatim/corpus"
	"verbatim/index/opensearch/cluster"
)

// A fleet is all that is tortured: the replicas of verbatim, or the one, and the cluster that they share.
type fleet struct {
	settings
	town      *town
	processes []*process
	cluster   *cluster.Cluster // nil for the embedded engine

	raged     int // disconnects of the storm
	nodeKills int
	blackouts int // times at which all nodes were killed at once
}

// clusterTime bounds the wait for a cluster that is whole, at first and after each kill of a node.
const clusterTime = 5 * time.Minute

// gather starts the cluster, if there is to be one, and names the processes.
func gather(ctx context.Context, s settings, binary, dir string, t *town) (f *fleet, err error) {
	f = &fleet{settings: s, town: t}
	var engine, documents string
	if s.opensearch {
		starting, cancel := context.WithTimeout(ctx, clusterTime)
		defer cancel()
		if f.cluster, err = cluster.Start(starting, cluster.Options{Nodes: nodes, Dir: dir, Logs: s.nodeLogs}); err != nil {
			return nil, err
		}
		if documents, err = embedded(filepath.Join(dir, "documents")); err != nil {
			return nil, errors.Join(err, f.close())
		}
		engine = "opensearch:" + strings.Join(f.cluster.Addresses(), ",") + "/torture"
	}
	for i := range s.replicas {
		p := &process{settings: s, number: i, binary: binary, engine: engine, documents: documents, town: t, dir: filepath.Join(dir, "data"+strconv.Itoa(i+1))}
		if p.log, err = openTap(s.log, i, s.replicas); err != nil {
			return nil, errors.Join(err, f.close())
		}
		f.processes = append(f.processes, p)
	}
	return f, nil
}

// embedded writes the embedded articles into a folder, for one of the replicas to read and push.
func embedded(dir string) (string, error) {
	errs := []error{os.MkdirAll(dir, 0o700)}
	for _, d := range corpus.Embedded() {
		errs = append(errs, os.WriteFile(filepath.Join(dir, d.Path), []byte(d.Text), 0o600))
	}
	return dir, errors.Join(errs...)
}

func (f *fleet) close() error {
	var errs []error
	for _, p := range f.processes {
		errs = append(errs, p.log.close())
	}
	if f.cluster != nil {
		errs = append(errs, f.cluster.Close())
	}
	return errors.Join(errs...)
}

// torture does it all: questions, faults and kills for a time, then patience, then the judgement.
func (f *fleet) torture(ctx context.Context) error {
	living, stop := context.WithCancel(ctx)
	defer stop()
	group, ctx := errgroup.WithContext(ctx)
	asking, enough := context.WithCancel(ctx)
	defer enough()
	for _, p := range f.processes {
		group.Go(func() error { return p.live(living, asking) })
	}
	if err := f.begin(ctx); err != nil {
		stop()
		return errors.Join(err, group.Wait())
	}
	if f.tokens > 0 && !sleep(ctx, startTime) {
		return ctx.Err()
	}
	end := time.AfterFunc(f.lasting, enough)
	defer end.Stop()
	f.town.slack.Faults().Plan(&localslack.Plan{Seed: f.seed, API: f.api, Frames: f.frames, Refusals: f.refusals, Every: f.socket, Places: f.places, Tokens: f.tokens, Pause: 3 * time.Second})
	if !f.calm {
		group.Go(func() error { f.town.slack.Misbehave(asking); return nil })
	}
	if f.storm > 0 {
		group.Go(func() error { f.rage(asking); return nil })
	}
	if f.calm {
		group.Go(func() error { return f.processes[0].watch(asking) })
	}
	if f.stop > 0 {
		for _, p := range f.processes {
			group.Go(func() error { return p.halt(asking) })
		}
	}
	strikes := make(chan error, 1)
	go func() { strikes <- f.strike(ctx, asking) }()
	group.Go(func() error {
		defer stop()
		err := f.town.ask(asking, f.settings)
		f.town.slack.Faults().Plan(nil)
		err = errors.Join(err, <-strikes)
		f.settle(ctx)
		return err
	})
	if err := group.Wait(); err != nil {
		return err
	}
	return f.judge()
}

// startTime is for how long after its first connection a bot ends when its token is refused, and a little more.
const startTime = 6 * time.Second

// begin waits until every process has been connected.
func (f *fleet) begin(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, clusterTime)
	defer cancel()
	for _, p := range f.processes {
		for len(p.log.connected()) == 0 {
			if !sleep(ctx, 100*time.Millisecond) {
				return fmt.Errorf("process %d is not connected after %s; its log ends with %q", p.number+1, clusterTime, p.log.end())
			}
		}
	}
	return nil
}

// strike kills nodes of the cluster until asking ends: one at a time or all at once, and the next only once the cluster
// is whole again. More is not promised: what was acknowledged stands on every copy that is in place, and a node that
// comes back takes time to be one.
func (f *fleet) strike(ctx, asking context.Context) error {
	if f.cluster == nil || f.killNode == 0 {
		return nil
	}
	r := rand.New(rand.NewPCG(f.seed, 13))
	for sleep(asking, time.Duration(r.ExpFloat64()*float64(f.killNode))) {
		struck := r.Perm(nodes)
		if f.blackout > 0 && r.IntN(f.blackout) == 0 {
			f.blackouts++
		} else {
			struck = struck[:1]
		}
		for _, node := range struck {
			if err := f.cluster.Kill(node); err != nil {
				return err
			}
			f.nodeKills++
		}
		sleep(asking, time.Duration(r.Int64N(int64(maxNodeAbsence))))
		for _, node := range struck {
			if err := f.cluster.Restart(node); err != nil {
				return err
			}
		}
		if err := f.whole(ctx); err != nil {
			return err
		}
	}
	return nil
}

// maxNodeAbsence is how long a killed node stays away at most.
const maxNodeAbsence = 15 * time.Second

func (f *fleet) whole(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, clusterTime)
	defer cancel()
	return f.cluster.Green(ctx)
}

// settle waits until every question has come to an end, or patience has.
func (f *fleet) settle(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, f.patience)
	defer cancel()
	for quiet := 0; quiet < f.quiet() && sleep(ctx, time.Second); {
		if open := count(f.town.slack.Ledger(), open); open == 0 {
			quiet++
		} else {
			quiet = 0
		}
	}
}

// quiet is for how many seconds nothing may be open: with replicas so long that one would have taken over what it
// held for open, and said it again.
func (f *fleet) quiet() int {
	if len(f.processes) > 1 && f.plant == "" {
		return int(maxAbsence / time.Second / 2)
	}
	return 5
}

// summary tells what else happened.
func (f *fleet) summary() string {
	if f.cluster == nil {
		return ""
	}
	return fmt.Sprintf("%d replicas on %d nodes, of which %d were killed, and %d times all at once; ", len(f.processes), nodes, f.nodeKills, f.blackouts)
}
