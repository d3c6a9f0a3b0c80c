// Command torture asks a real verbatim, in processes of its own, thousands of questions by every door
// of a local Slack that misbehaves by a seeded plan, and kills it at random moments. What was asked
// and what was said is judged by the workspace's ledger, not by the bot's word: it ends with exit code
// 1 when a question was lost or answered twice where that can be helped, and when the bot said what belongs to none.
//
//	go run ./.ci/torture                    two minutes
//	go run ./.ci/torture -long              more than 10,000 questions and 200 kills
//	go run ./.ci/torture -seed 7 -tags faulty -plant ack-first
//	                                        finds a planted fault, or ends with 1
//	go run ./.ci/torture -storm 1000 -for 10m -rate 5
//	                                        disconnects of all reasons instead of kills
//	go run ./.ci/torture -calm -rate 50 -for 30m
//	                                        load instead of torture: times, memory, descriptors, each with its limit
//	go run ./.ci/torture -replicas 3 -opensearch
//	                                        three replicas over a cluster of three nodes, both killed, and replicas
//	                                        stopped for a while
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

// settings are what the command line says.
type settings struct {
	seed     uint64
	lasting  time.Duration
	rate     float64       // questions a second
	kill     time.Duration // mean time between kills; 0 means none
	stop     time.Duration // mean time between stops of a process for a while; 0 means none
	api      float64       // share of API calls that meet a fault
	frames   float64       // share of frames that do
	refusals float64       // share of posts in channels that Slack refuses for good
	socket   time.Duration // mean time between faults of sockets
	places   time.Duration // mean time between channels that close under a question
	tokens   time.Duration // mean time between refusals of a token
	patience time.Duration // for what is open when the questions end
	long     bool
	calm     bool
	storm    int // disconnects within the time of the run
	tags     string
	plant    string
	log      string

	replicas   int           // processes that share one app
	opensearch bool          // they share a cluster of OpenSearch
	killNode   time.Duration // mean time between kills of nodes; 0 means none
	blackout   int           // of so many kills of nodes one is of all at once; 0 means none
	nodeLogs   string        // folder for the logs of nodes
}

// nodes is how many nodes a cluster has: two of three agree, and every record has three copies.
const nodes = 3

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, flags())
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "torture:", err)
		os.Exit(1)
	}
}

func flags() settings {
	var s settings
	flag.Uint64Var(&s.seed, "seed", 1, "of faults, kills and questions")
	flag.DurationVar(&s.lasting, "for", 2*time.Minute, "how long questions are asked")
	flag.Float64Var(&s.rate, "rate", 10, "questions a second")
	flag.DurationVar(&s.kill, "kill", 4*time.Second, "mean time between kills, 0 for none")
	flag.DurationVar(&s.stop, "stop", 0, "mean time between SIGSTOPs of a process for 1 to 40 s, then SIGCONT, 0 for none; with replicas 1m")
	flag.Float64Var(&s.api, "api", 0.05, "share of API calls that meet a fault")
	flag.Float64Var(&s.frames, "frames", 0.03, "share of frames that are lost, doubled or out of order, or hold fields that nobody knows")
	flag.Float64Var(&s.refusals, "refusals", 0.05, "share of posts in channels that Slack refuses for good, so that the answer must come as a direct message, and of those with blocks that it refuses for them; none with -plant")
	flag.DurationVar(&s.socket, "socket", 3*time.Second, "mean time between faults of sockets, 0 for none")
	flag.DurationVar(&s.places, "places", 2*time.Second, "mean time between channels that are archived, or that the app is removed from, under a question, 0 for none; none with -plant")
	flag.DurationVar(&s.tokens, "tokens", 0, "mean time between refusals of one of the tokens, 0 for none; wants -storm")
	flag.DurationVar(&s.patience, "patience", 3*time.Minute, "how long open questions are waited for at the end")
	flag.BoolVar(&s.long, "long", false, "more than 10,000 questions and 200 kills: -for 18m; with -opensearch more than 3,000: -for 11m")
	flag.BoolVar(&s.calm, "calm", false, "no faults and no kills: measure times, memory and descriptors")
	flag.IntVar(&s.storm, "storm", 0, "no kills; so many disconnects of all reasons, evenly over the time of the run")
	flag.StringVar(&s.tags, "tags", "", "build tags of verbatim; faulty makes -plant possible")
	flag.StringVar(&s.plant, "plant", "", "a fault to plant: ack-first, no-dedupe, no-look, one-connection or no-claim; the run must find it")
	flag.StringVar(&s.log, "log", "", "file for verbatim's log; default: none")
	flag.IntVar(&s.replicas, "replicas", 1, "processes of verbatim on one app token; more than one want -opensearch")
	flag.BoolVar(&s.opensearch, "opensearch", false, "a cluster of three OpenSearch nodes in place of the embedded engine")
	flag.DurationVar(&s.killNode, "kill-node", 20*time.Second, "mean time from a whole cluster to the next kill of a node, 0 for none")
	flag.IntVar(&s.blackout, "blackout", 4, "of so many kills of nodes one is of all nodes at once, 0 for none")
	flag.StringVar(&s.nodeLogs, "node-logs", "", "`folder` for the logs of nodes; default: none are kept")
	flag.Parse()
	if s.long {
		s.lasting = 18 * time.Minute
	}
	if s.opensearch {
		s.gently()
	}
	if s.opensearch && s.long {
		s.lasting = 11 * time.Minute
	}
	if s.plant != "" {
		s.refusals, s.places, s.tokens = 0, 0, 0 // a planted fault is to be found by what itself does
	}
	if s.calm {
		s.kill, s.stop, s.api, s.frames, s.refusals, s.socket, s.places, s.tokens = 0, 0, 0, 0, 0, 0, 0, 0
	}
	if s.storm > 0 {
		s.kill, s.socket = 0, 0
		s.patience = 8 * time.Minute // Slack's last retry comes after six
	}
	return s
}

// gently changes what the command line leaves open to what a cluster of small nodes beside the replicas bears on two cores.
func (s *settings) gently() {
	given := map[string]bool{}
	flag.Visit(func(f *flag.Flag) { given[f.Name] = true })
	if !given["rate"] {
		s.rate = 5
	}
	if !given["kill"] {
		s.kill = 20 * time.Second
	}
	if !given["stop"] && s.replicas > 1 && s.plant == "" {
		s.stop = time.Minute
	}
}

func run(ctx context.Context, s settings) (err error) {
	if s.replicas < 1 || s.replicas > 1 && !s.opensearch {
		return errors.New("replicas share their memory in OpenSearch: -replicas wants -opensearch")
	}
	if s.tokens > 0 && s.storm == 0 {
		return errors.New("a process that starts while its token is refused ends, as it must, and one that runs is deaf for a while: -tokens wants -storm")
	}
	if s.plant != "" && plants[s.plant] == nil {
		return fmt.Errorf("-plant %s: no such fault", s.plant)
	}
	dir, err := os.MkdirTemp("", "torture-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	binary := filepath.Join(dir, "verbatim")
	build := exec.CommandContext(ctx, "go", "build", "-tags", s.tags, "-o", binary, "./cmd/verbatim")
	build.Stdout, build.Stderr = os.Stderr, os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("build verbatim: %w", err)
	}
	t, err := newTown(ctx, s)
	if err != nil {
		return err
	}
	defer t.server.Close()
	f, err := gather(ctx, s, binary, dir, t)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.close()) }()
	return f.torture(ctx)
}
