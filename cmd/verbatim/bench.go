package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"verbatim/index/bench"
	"verbatim/index/bleve"
)

type benchCommand struct {
	streams
	recipe
	judged      []string
	sizes, way  string
	size        string
	concurrency []int
	questions   int
	rounds      int
	cache       int // in MiB
	dir, svg    string
	json        bool
	load        time.Duration
	rate        float64
	keep        bool // what is built in dir
}

func newBench(io streams) *cobra.Command {
	b := &benchCommand{streams: io}
	cmd := &cobra.Command{
		Use:   "bench",
		Short: "Measure speed, memory and disk on this machine",
		Long: `Bench builds indexes of growing corpora and asks them, each in a process of its own, and
says how long building, opening and answering take, what fits on the disk and in memory, and
where the time goes on the way from an event of Slack to the posted answer. It needs nothing
but this program; it connects to no network.

The corpora are made of the sentences of a text, recombined so that words are as frequent as
in it: of the embedded articles, or of the folders named by --text. --corpus measures a folder
of your own documents as it is. Half of the questions are made of sentences of the corpus; the
other half are those of files named by --judged, one JSON object with a question under "q" a
line, or again made of sentences.

With --load it asks one corpus at a steady rate, with two workers, while a document changes
every second, and tells twelve times, at most every five minutes, how it went.`,
		Example: `  verbatim bench
  verbatim bench --sizes 10k,100k,1M --text ./wiki --judged wiki.jsonl --svg speed.svg
  verbatim bench --corpus ./handbook
  verbatim bench --load 1h --size 1M --rate 20`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return b.run(cmd.Context()) },
	}
	f := cmd.Flags()
	f.StringArrayVar(&b.Text, "text", nil, "folder of documents whose sentences are recombined; may be given several times\n(default: the two embedded articles)")
	f.StringVar(&b.Corpus, "corpus", "", "folder of documents to measure as it is, instead of synthetic corpora")
	f.StringArrayVar(&b.judged, "judged", nil, "`FILE` of judged questions for half of those asked; may be given several times")
	f.StringVar(&b.sizes, "sizes", "1k,10k,100k", "numbers of sentences of the synthetic corpora")
	f.IntVar(&b.questions, "questions", 500, "how many questions to ask")
	f.IntSliceVar(&b.concurrency, "concurrency", []int{1, 2}, "how many to ask at a time")
	f.IntVar(&b.rounds, "rounds", 5, "how often to ask each; its median counts")
	f.IntVar(&b.cache, "cache", bleve.DefaultCache>>20, "MiB that are kept in memory of an index while it is asked, as cache: in the settings")
	f.Uint64Var(&b.Seed, "seed", 1, "of corpora and questions; the same seed makes the same")
	f.StringVar(&b.dir, "dir", "", "folder to keep the indexes of synthetic corpora in, for further runs (default: a temporary one)")
	f.StringVar(&b.way, "way", "", "size to measure the way from event to answer at, 0 for none (default: the largest up to 100k)")
	f.BoolVar(&b.json, "json", false, "print the report as one JSON object; with --load one for each line")
	f.StringVar(&b.svg, "svg", "", "write a plot of latency and throughput to `FILE`, as SVG")
	f.DurationVar(&b.load, "load", 0, "ask and change the index for so long instead, such as 1h")
	f.StringVar(&b.size, "size", "1M", "number of sentences of the corpus for --load")
	f.Float64Var(&b.rate, "rate", 20, "questions a second for --load")
	return cmd
}

// A benchPlan is what the flags ask for.
type benchPlan struct {
	sizes []int
	// way is the size to measure the whole way at, -1 for none.
	way int
}

// mostSentences bounds a corpus.
const mostSentences = 100_000_000

// parseSize reads a number of sentences such as 1000, 10k or 1M.
func parseSize(flag, s string) (int, error) {
	digits, factor := strings.TrimSpace(s), 1
	switch {
	case strings.HasSuffix(digits, "k"):
		digits, factor = strings.TrimSuffix(digits, "k"), 1000
	case strings.HasSuffix(digits, "M"):
		digits, factor = strings.TrimSuffix(digits, "M"), 1_000_000
	}
	n, err := strconv.Atoi(digits)
	if err != nil || n < 0 || n > mostSentences/factor {
		return 0, usagef("%s %q: give a number of sentences such as 1000, 10k or 1M, at most 100M", flag, s)
	}
	return n * factor, nil
}

// plan reads the flags and says what is wrong with them.
func (b *benchCommand) plan() (p benchPlan, err error) {
	for _, s := range strings.Split(b.sizes, ",") {
		n, err := parseSize("--sizes", s)
		if err == nil && n == 0 {
			err = usagef("--sizes %q: a corpus has at least one sentence", b.sizes)
		}
		if err != nil {
			return p, err
		}
		p.sizes = append(p.sizes, n)
	}
	slices.Sort(p.sizes)
	p.sizes = slices.Compact(p.sizes)
	if b.Corpus != "" {
		p.sizes = []int{0} // its own
	}
	if p.way, err = b.wayAt(p.sizes); err != nil {
		return p, err
	}
	return p, errors.Join(b.checkFolders(), b.checkNumbers())
}

// mostWay is the size up to which the whole way is measured unless another is asked for.
const mostWay = 100_000

// wayAt returns the size to measure the whole way at, -1 for none.
func (b *benchCommand) wayAt(sizes []int) (int, error) {
	if b.way == "" {
		at := sizes[0]
		for _, n := range sizes {
			if n <= mostWay {
				at = n
			}
		}
		return at, nil
	}
	n, err := parseSize("--way", b.way)
	switch {
	case err != nil:
		return 0, err
	case n == 0:
		return -1, nil
	case !slices.Contains(sizes, n):
		return 0, usagef("--way %s: give one of --sizes, or 0 for none", b.way)
	}
	return n, nil
}

func (b *benchCommand) checkFolders() error {
	if b.Corpus != "" && len(b.Text) > 0 {
		return usagef("--corpus and --text: give one of them: a corpus is measured as it is, a text is recombined")
	}
	for _, dir := range append(slices.Clone(b.Text), b.Corpus) {
		if info, err := os.Stat(dir); dir != "" && (err != nil || !info.IsDir()) {
			return usagef("%q is no folder that can be read", dir)
		}
	}
	return nil
}

func (b *benchCommand) checkNumbers() error {
	switch {
	case b.questions < 1 || b.questions > 100_000:
		return usagef("--questions %d: give a number from 1 to 100000", b.questions)
	case b.cache < 1 || b.cache > maxCache:
		return usagef("--cache %d: give a number of MiB from 1 to %d", b.cache, maxCache)
	case b.rounds < 1 || b.rounds > 1000:
		return usagef("--rounds %d: give a number from 1 to 1000", b.rounds)
	case len(b.concurrency) == 0 || slices.Min(b.concurrency) < 1 || slices.Max(b.concurrency) > 1000:
		return usagef("--concurrency %v: give numbers from 1 to 1000", b.concurrency)
	case b.load < 0:
		return usagef("--load %v: give a time such as 1h", b.load)
	case !(b.rate > 0 && b.rate <= 10_000):
		return usagef("--rate %v: give a number of questions a second, at most 10000", b.rate)
	case b.load > 0 && b.Corpus != "":
		return usagef("--load changes its documents, so it takes a synthetic corpus: leave --corpus out")
	}
	return nil
}

// benchReport is what the command prints with --json. Its form is stable.
type benchReport struct {
	Version   string      `json:"version"`
	Go        string      `json:"go"`
	System    string      `json:"system"`
	CPUs      int         `json:"cpus"`
	Seed      uint64      `json:"seed"`
	Questions int         `json:"questions"`
	Rounds    int         `json:"rounds"`
	Sizes     []benchSize `json:"sizes"`
	Way       *benchWay   `json:"way,omitempty"`
}

// benchSize are the figures of one corpus.
type benchSize struct {
	Build benchBuild `json:"build"`
	Serve benchServe `json:"serve"`
	// Change is how long changes of one document took until they could be searched, in milliseconds; nil for
	// documents that are not ours to change.
	Change *bench.Times `json:"change,omitempty"`
}

func (b *benchCommand) run(ctx context.Context) (err error) {
	plan, err := b.plan()
	if err != nil {
		return err
	}
	if b.keep = b.dir != "" && b.Corpus == ""; !b.keep {
		if b.dir, err = os.MkdirTemp("", "verbatim-bench-"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	}
	if b.Corpus == "" { // a text without prose shows at once
		if _, err := b.synthetic(ctx); err != nil {
			return err
		}
	}
	if b.load > 0 {
		return b.runLoad(ctx)
	}
	report := benchReport{Version: version, Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH, CPUs: runtime.NumCPU(),
		Seed: b.Seed, Questions: b.questions, Rounds: b.rounds}
	for _, n := range plan.sizes {
		size, way, err := b.measure(ctx, n, n == plan.way)
		if err != nil {
			return err
		}
		report.Sizes = append(report.Sizes, size)
		if way != nil {
			report.Way = way
		}
	}
	return b.write(&report)
}

// measure measures one corpus, and the whole way with it if asked to.
func (b *benchCommand) measure(ctx context.Context, sentences int, whole bool) (size benchSize, way *benchWay, err error) {
	r := b.recipe
	r.Sentences = sentences
	dir, err := b.prepare(ctx, r, &size.Build)
	if err != nil {
		return size, nil, err
	}
	asked, err := r.questions(ctx, b.questions, b.judged)
	if err != nil {
		return size, nil, err
	}
	step := benchStep{Do: stepServe, Dir: dir, Questions: asked, Concurrency: b.concurrency, Rounds: b.rounds, Cache: b.cache}
	b.tell("asking %s", plural(size.Build.Sentences, "sentence"))
	if _, err := b.step(ctx, step, &size.Serve); err != nil {
		return size, nil, err
	}
	if r.Corpus == "" {
		size.Change = new(bench.Times)
		if _, err := b.step(ctx, benchStep{Do: stepChange, Dir: dir, Recipe: r, Cache: b.cache}, size.Change); err != nil {
			return size, nil, err
		}
	}
	if whole {
		way = new(benchWay)
		step.Do = stepWay
		if _, err := b.step(ctx, step, way); err != nil {
			return size, nil, err
		}
		way.Sentences = size.Build.Sentences
	}
	if !b.keep {
		err = os.RemoveAll(dir)
	}
	return size, way, err
}

// tell says on standard error what is under way.
func (b *benchCommand) tell(format string, args ...any) {
	fmt.Fprintf(b.err, "verbatim: "+format+"\n", args...)
}

// write prints the report and writes the plot.
func (b *benchCommand) write(r *benchReport) error {
	if b.svg != "" {
		if err := os.WriteFile(b.svg, []byte(benchPlot(r)), 0o644); err != nil { //nolint:gosec // G306: a plot is made to be shown
			return fmt.Errorf("write the plot: %w", err)
		}
	}
	if b.json {
		return json.NewEncoder(b.out).Encode(r)
	}
	_, err := b.out.Write(benchText(r))
	return err
}
