// Command scale measures an index in OpenSearch: it starts a cluster of three nodes on this machine, has a real
// verbatim load a corpus of any size into it, asks, and tells what that took and what it needs on disk and in memory.
//
//	go run ./.ci/scale -sentences 1000000 -text DIR -judged FILE
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
	"strings"
	"syscall"
	"time"

	"verbatim/corpus"
	"verbatim/index"
	"verbatim/index/bench"
	"verbatim/index/opensearch"
	"verbatim/index/opensearch/cluster"
	"verbatim/index/synth"
)

// settings are what the command line says.
type settings struct {
	sentences int
	text      list
	judged    list
	questions int
	rounds    int
	heap      string
	nodes     int
	dir       string
	seed      uint64
}

// A list is a flag that may be given several times.
type list []string

func (l *list) String() string { return strings.Join(*l, ",") }

// Set adds a value.
func (l *list) Set(s string) error { *l = append(*l, s); return nil }

func main() {
	var s settings
	flag.IntVar(&s.sentences, "sentences", 1_000_000, "how many sentences")
	flag.Var(&s.text, "text", "`folder` whose sentences are recombined; may be given several times; default: the embedded articles")
	flag.Var(&s.judged, "judged", "`file` of judged questions for half of those asked; may be given several times")
	flag.IntVar(&s.questions, "questions", 500, "how many questions")
	flag.IntVar(&s.rounds, "rounds", 3, "how often each is asked; its median counts")
	flag.StringVar(&s.heap, "heap", "512m", "memory of a node's objects")
	flag.IntVar(&s.nodes, "nodes", 3, "how many nodes")
	flag.StringVar(&s.dir, "dir", "", "`folder` for everything; default: a temporary one")
	flag.Uint64Var(&s.seed, "seed", 1, "of corpus and questions")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := s.run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "scale:", err)
		os.Exit(1)
	}
}

func (s settings) run(ctx context.Context) (err error) {
	if s.dir == "" {
		if s.dir, err = os.MkdirTemp("", "scale-"); err != nil {
			return err
		}
		defer os.RemoveAll(s.dir)
	}
	binary, data, docs := filepath.Join(s.dir, "verbatim"), filepath.Join(s.dir, "data"), filepath.Join(s.dir, "documents")
	build := exec.CommandContext(ctx, "go", "build", "-o", binary, "./cmd/verbatim")
	build.Stdout, build.Stderr = os.Stderr, os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("build verbatim: %w", err)
	}
	made, err := s.corpus(ctx)
	if err != nil {
		return err
	}
	size, err := write(ctx, made, docs)
	if err != nil {
		return err
	}
	asked, err := s.ask(made)
	if err != nil {
		return err
	}
	c, err := cluster.Start(ctx, cluster.Options{Nodes: s.nodes, Heap: s.heap, Dir: filepath.Join(s.dir, "cluster"), Fast: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	m := &meter{address: c.Addresses()[0]}
	engine := "opensearch:" + strings.Join(c.Addresses(), ",") + "/scale"
	fmt.Printf("%d documents of %d MB in %d nodes of %s\n", made.Len(), size>>20, s.nodes, s.heap)
	if err := s.load(ctx, m, binary, engine, docs, data); err != nil {
		return err
	}
	if err := c.Green(ctx); err != nil {
		return err
	}
	return s.serve(ctx, m, engine, filepath.Join(data, "index"), asked)
}

// corpus returns the corpus that is made of the given texts.
func (s settings) corpus(ctx context.Context) (*synth.Corpus, error) {
	docs := corpus.Embedded()
	if len(s.text) > 0 {
		docs = nil
	}
	for _, dir := range s.text {
		if err := readFolder(ctx, dir, &docs); err != nil {
			return nil, err
		}
	}
	from, err := synth.NewSource(docs)
	if err != nil {
		return nil, err
	}
	return from.Corpus(s.sentences, s.seed), nil
}

// load has a verbatim index the documents into the engine.
func (s settings) load(ctx context.Context, m *meter, binary, engine, docs, data string) error {
	before, err := m.read(ctx)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, binary, "index", "--engine", engine, "--corpus", docs, "--data", data)
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	began := time.Now()
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("verbatim index: %w", err)
	}
	took := time.Since(began)
	after, err := m.read(ctx)
	if err != nil {
		return err
	}
	own := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	fmt.Printf("loaded in %.0f s: %.0f sentences a second; processor: verbatim %.0f s, nodes %.0f s\n", took.Seconds(),
		float64(s.sentences)/took.Seconds(), own.Seconds(), (after.cpu - before.cpu).Seconds())
	return nil
}

// serve asks, and tells.
func (s settings) serve(ctx context.Context, m *meter, engine, dir string, asked []string) (err error) {
	config, err := opensearch.Parse(engine)
	if err != nil {
		return err
	}
	client, err := opensearch.New(config)
	if err != nil {
		return err
	}
	defer client.Close()
	x, err := index.Open(dir, bench.Tap{Engine: client.Engine()})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	if n := x.Manifest().Sentences; n*100 < s.sentences*95 {
		return fmt.Errorf("%d sentences are indexed, not %d", n, s.sentences)
	}
	cold, err := bench.Ask(ctx, x, asked, 1)
	if err != nil {
		return err
	}
	fmt.Printf("asked first: p50 %.1f ms, p99 %.1f ms\n", bench.Spread(cold.Took).P50, bench.Spread(cold.Took).P99)
	if _, err := bench.Ask(ctx, x, asked, 2); err != nil { // Java compiles what is done often
		return err
	}
	fmt.Println("| at a time | engine p50, ms | engine p99, ms | question p50, ms | question p99, ms | a second | ms of processors: nodes | verbatim | a second and core |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|")
	for _, at := range []int{1, 2} {
		if err := s.pass(ctx, m, x, asked, at); err != nil {
			return err
		}
	}
	return s.needs(ctx, m, dir, x.Manifest().Sentences)
}

// pass asks all questions in rounds, so many at a time.
func (s settings) pass(ctx context.Context, m *meter, x *index.Index, asked []string, at int) error {
	before, err := m.read(ctx)
	if err != nil {
		return err
	}
	own := processor()
	var took, engine [][]time.Duration
	var walls []time.Duration
	for range s.rounds {
		p, err := bench.Ask(ctx, x, asked, at)
		if err != nil {
			return err
		}
		took, engine, walls = append(took, p.Took), append(engine, p.Engine), append(walls, p.Wall)
	}
	after, err := m.read(ctx)
	if err != nil {
		return err
	}
	n := time.Duration(s.rounds * len(asked))
	ours, theirs := (processor()-own)/n, (after.cpu-before.cpu)/n
	e, q := bench.Spread(bench.Median(engine)), bench.Spread(bench.Median(took))
	fmt.Printf("| %d | %.1f | %.1f | %.1f | %.1f | %.0f | %.1f | %.1f | %.0f |\n", at, e.P50, e.P99, q.P50, q.P99,
		float64(len(asked))/bench.Middle(walls).Seconds(), bench.Milliseconds(theirs), bench.Milliseconds(ours), 1/(ours+theirs).Seconds())
	return nil
}

// needs tells what the index needs on disk and in memory.
func (s settings) needs(ctx context.Context, m *meter, dir string, sentences int) error {
	after, err := m.read(ctx)
	if err != nil {
		return err
	}
	local, err := bench.DiskBytes(dir)
	if err != nil {
		return err
	}
	per := func(bytes int64) float64 { return float64(bytes) / float64(sentences) }
	fmt.Println("| index of OpenSearch | documents | bytes of the first copy | a sentence | bytes of all copies |")
	fmt.Println("|---|---|---|---|---|")
	for _, i := range after.indexes {
		fmt.Printf("| %s | %d | %d | %.1f | %d |\n", i.name, i.documents, i.first, per(i.first), i.all)
	}
	fmt.Printf("a replica's local copy: %d bytes, %.1f a sentence\n", local, per(local))
	fmt.Printf("a replica's memory: %+v\n", bench.ReadMemory())
	heaps, err := m.heaps(ctx)
	for i, heap := range heaps {
		fmt.Printf("node %d: %.0f MB of objects after a collection\n", i+1, float64(heap)/(1<<20))
	}
	return err
}
