package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"verbatim/corpus"
	"verbatim/index"
	"verbatim/index/bench"
	"verbatim/index/bleve"
)

// benchStepUse names the hidden command that does one step of a measurement in a process of its own, so
// that no step's memory is another's.
const benchStepUse = "bench-step"

// The steps.
const (
	stepBuild  = "build"
	stepServe  = "serve"
	stepChange = "change"
	stepWay    = "way"
)

// A benchStep is what that command is to do; it stands on its standard input as JSON.
type benchStep struct {
	Do string `json:"do"`
	// Started is when the process was started, in nanoseconds since 1970.
	Started int64 `json:"started"`
	// Dir is the folder of the index.
	Dir         string   `json:"dir"`
	Recipe      recipe   `json:"recipe"`
	Questions   []string `json:"questions,omitempty"`
	Concurrency []int    `json:"concurrency,omitempty"`
	Rounds      int      `json:"rounds,omitempty"`
	// Cache bounds what is kept in memory of the index while it is asked, in MiB.
	Cache int `json:"cache"`
}

// newBenchStep returns the command.
func newBenchStep(io streams) *cobra.Command {
	return &cobra.Command{
		Use:    benchStepUse,
		Short:  "Does one step for another verbatim bench, from standard input to standard output",
		Hidden: true,
		Args:   noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var s benchStep
			if err := json.NewDecoder(io.in).Decode(&s); err != nil {
				return usagef("read the step to do: %w", err)
			}
			result, err := s.run(cmd.Context())
			if err != nil {
				return err
			}
			return json.NewEncoder(io.out).Encode(result)
		},
	}
}

func (s *benchStep) run(ctx context.Context) (any, error) {
	switch s.Do {
	case stepBuild:
		return s.build(ctx)
	case stepServe:
		return s.serve(ctx)
	case stepChange:
		return s.change(ctx)
	case stepWay:
		return s.way(ctx)
	}
	return nil, usagef("no step %q", s.Do)
}

// step has a step done by a process of its own, and returns how long that kept the processors busy.
func (b *benchCommand) step(ctx context.Context, s benchStep, result any) (busy time.Duration, err error) {
	program, err := ownProgram()
	if err != nil {
		return 0, err
	}
	cmd := exec.CommandContext(ctx, program)
	cmd.Args = []string{os.Args[0], benchStepUse}
	cmd.Stderr = b.err
	s.Started = time.Now().UnixNano()
	said, err := json.Marshal(s)
	if err != nil {
		return 0, err
	}
	cmd.Stdin = bytes.NewReader(said)
	out, err := cmd.Output()
	if err != nil {
		return 0, fmt.Errorf("%s in a process of its own: %w", s.Do, err)
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), json.Unmarshal(out, result)
}

// benchBuild says how an index was built.
type benchBuild struct {
	Documents int `json:"documents"`
	Sentences int `json:"sentences"`
	// Seconds is how long it took until the index was published, and Reading what of it went into
	// making or reading the documents.
	Seconds float64 `json:"seconds"`
	Reading float64 `json:"reading_seconds"`
	// Busy is how many seconds of processors it took, on machines with other work the truer figure.
	Busy float64 `json:"cpu_seconds"`
	// TextBytes is the length of all texts, and DiskBytes the size of the index.
	TextBytes int64 `json:"text_bytes"`
	DiskBytes int64 `json:"disk_bytes"`
	// PeakBytes is the most memory that was resident, 0 where the system does not tell.
	PeakBytes int64 `json:"peak_bytes"`
}

// build builds an index.
func (s *benchStep) build(ctx context.Context) (*benchBuild, error) {
	docs, err := s.Recipe.documents(ctx)
	if err != nil {
		return nil, err
	}
	b := new(benchBuild)
	var indexing time.Duration
	began := time.Now()
	err = index.Build(ctx, s.Dir, bleve.New(0), func(ctx context.Context, yield func(*corpus.Document) error) error {
		began := time.Now()
		err := docs(ctx, func(doc *corpus.Document) error {
			taken := time.Now()
			defer func() { indexing += time.Since(taken) }()
			b.TextBytes += int64(len(doc.Text))
			return yield(doc)
		})
		b.Reading += (time.Since(began) - indexing).Seconds()
		return err
	})
	if err != nil {
		return nil, err
	}
	b.Seconds, b.PeakBytes = time.Since(began).Seconds(), bench.ReadMemory().Peak
	x, err := index.Open(s.Dir, bleve.New(0))
	if err != nil {
		return nil, err
	}
	m := x.Manifest()
	b.Documents, b.Sentences = m.Documents, m.Sentences
	size, err := bench.DiskBytes(s.Dir)
	b.DiskBytes = size
	return b, errors.Join(err, x.Close())
}

// kept is what stands beside an index that is kept, so that another run knows it.
type kept struct {
	Recipe recipe     `json:"recipe"`
	Build  benchBuild `json:"build"`
}

// prepare builds the index of a corpus, unless one of an earlier run is there, and returns its folder.
func (b *benchCommand) prepare(ctx context.Context, r recipe, built *benchBuild) (dir string, err error) {
	folder := filepath.Join(b.dir, strconv.Itoa(r.Sentences))
	dir, note := filepath.Join(folder, "index"), filepath.Join(folder, "bench.json")
	var before kept
	if data, err := os.ReadFile(note); err == nil && json.Unmarshal(data, &before) == nil && reflect.DeepEqual(before.Recipe, r) && opens(dir) {
		b.tell("using the index of %s in %s", plural(before.Build.Sentences, "sentence"), dir)
		*built = before.Build
		return dir, nil
	}
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(folder, 0o700)); err != nil {
		return "", err
	}
	if r.Corpus == "" {
		b.tell("building %s", plural(r.Sentences, "sentence"))
	} else {
		b.tell("building %s", r.Corpus)
	}
	busy, err := b.step(ctx, benchStep{Do: stepBuild, Dir: dir, Recipe: r}, built)
	if err != nil {
		return "", err
	}
	built.Busy = busy.Seconds()
	data, err := json.Marshal(kept{r, *built})
	if err != nil {
		return "", err
	}
	return dir, os.WriteFile(note, data, 0o600)
}

// opens says whether there is an index in dir that this version reads.
func opens(dir string) bool {
	x, err := index.Open(dir, bleve.New(0))
	if err != nil {
		return false
	}
	return x.Close() == nil
}

// benchServe says how an index answers.
type benchServe struct {
	// Open is how long it took from the start of the process until the index was open, and First until
	// the first question was answered, in milliseconds.
	Open  float64 `json:"open_ms"`
	First float64 `json:"first_answer_ms"`
	// Whole is how long it takes to open the index and compare all of it with its sums, as serve does once.
	Whole float64 `json:"open_whole_ms"`
	// Cold is how long each question took when it was first asked.
	Cold   bench.Times  `json:"cold"`
	Passes []benchPass  `json:"passes"`
	Memory bench.Memory `json:"memory"`
	// Allocations and Bytes are what a question allocates on average.
	Allocations float64 `json:"allocations"`
	Bytes       float64 `json:"bytes"`
}

// benchPass says how questions were answered, so many at a time.
type benchPass struct {
	At int `json:"at_a_time"`
	// Took is how long each question took, by the median of its rounds; All counts every round, and
	// Engine what of Took was the engine's.
	Took   bench.Times `json:"took"`
	All    bench.Times `json:"all_rounds"`
	Engine bench.Times `json:"engine"`
	// PerSecond is how many questions were answered in a second, by the median of the rounds.
	PerSecond float64 `json:"per_second"`
}

// serve opens an index and asks it.
func (s *benchStep) serve(ctx context.Context) (*benchServe, error) {
	serveSmall()
	x, err := index.Open(s.Dir, bench.Tap{Engine: bleve.New(s.Cache << 20)})
	if err != nil {
		return nil, err
	}
	f, began := new(benchServe), time.Unix(0, s.Started)
	f.Open = bench.Milliseconds(time.Since(began))
	if _, err := bench.Ask(ctx, x, s.Questions[:1], 1); err != nil {
		return nil, errors.Join(err, x.Close())
	}
	f.First = bench.Milliseconds(time.Since(began))
	err = s.passes(ctx, x, f)
	f.Memory = bench.ReadMemory()
	if err = errors.Join(err, x.Close()); err != nil {
		return nil, err
	}
	began = time.Now()
	if x, err = index.OpenWhole(s.Dir, bleve.New(0)); err != nil {
		return nil, err
	}
	f.Whole = bench.Milliseconds(time.Since(began))
	return f, x.Close()
}

// passes asks all questions once, and then in rounds at each concurrency in turn.
func (s *benchStep) passes(ctx context.Context, x *index.Index, f *benchServe) error {
	cold, err := bench.Ask(ctx, x, s.Questions, 1)
	if err != nil {
		return err
	}
	f.Cold = bench.Spread(cold.Took)
	rounds := make([][]bench.Pass, len(s.Concurrency))
	for range s.Rounds {
		for i, at := range s.Concurrency {
			p, err := bench.Ask(ctx, x, s.Questions, at)
			if err != nil {
				return err
			}
			rounds[i] = append(rounds[i], p)
		}
	}
	for i, at := range s.Concurrency {
		f.Passes = append(f.Passes, passOf(at, rounds[i]))
	}
	first := rounds[0][s.Rounds-1]
	n := float64(len(s.Questions))
	f.Allocations, f.Bytes = float64(first.Allocations)/n, float64(first.Bytes)/n
	return nil
}

// passOf sums rounds up.
func passOf(at int, rounds []bench.Pass) benchPass {
	var took, engine [][]time.Duration
	var all, walls []time.Duration
	for _, p := range rounds {
		took, engine, all, walls = append(took, p.Took), append(engine, p.Engine), append(all, p.Took...), append(walls, p.Wall)
	}
	return benchPass{At: at, Took: bench.Spread(bench.Median(took)), All: bench.Spread(all), Engine: bench.Spread(bench.Median(engine)),
		PerSecond: float64(len(rounds[0].Took)) / bench.Middle(walls).Seconds()}
}
