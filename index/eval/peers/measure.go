package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"verbatim/index"
	"verbatim/index/bench"
	"verbatim/index/bleve"
	"verbatim/index/synth"
)

// A collection is what all engines are filled from and asked.
type collection struct {
	dir string
	// terms is the folder of the list, with the terms of all sentences.
	terms string
	// sentences is their number.
	sentences int
	queries   []index.Query
}

// A build fills an engine, in a folder that is not there yet, and opens it.
type build func(ctx context.Context, dir string, c *collection) (searcher, error)

// A searcher answers questions.
type searcher interface {
	// round answers each question once, and says how long each took and what was found, best first.
	round(ctx context.Context, queries []index.Query) ([]time.Duration, [][]int, error)
	io.Closer
}

// An asker answers one question.
type asker interface {
	ask(ctx context.Context, q *index.Query) ([]int, error)
	io.Closer
}

// each is the searcher that asks one after the other.
func each(a asker) searcher { return oneByOne{a} }

type oneByOne struct{ asker }

func (o oneByOne) round(ctx context.Context, queries []index.Query) ([]time.Duration, [][]int, error) {
	took, found := make([]time.Duration, len(queries)), make([][]int, len(queries))
	for i := range queries {
		began := time.Now()
		numbers, err := o.ask(ctx, &queries[i])
		if err != nil {
			return nil, nil, err
		}
		took[i], found[i] = time.Since(began), numbers
	}
	return took, found, nil
}

// The peers, ours first.
const (
	ours       = "ours"
	bare       = "list"
	plainBleve = "bleve"
	sqlite     = "sqlite"
	apache     = "lucene"
)

func names() []string { return []string{ours, bare, plainBleve, sqlite, apache} }

// foreign says that a peer takes part up to a size only.
func foreign(name string) bool { return name == sqlite || name == apache }

// builds returns how to fill each of the peers that take part.
func (s *settings) builds(ctx context.Context) (map[string]build, error) {
	all := map[string]build{ours: buildEngine(bleve.New(s.cache << 20)), bare: buildEngine(list{}), plainBleve: buildPlain, sqlite: buildSQLite}
	if slices.Contains(s.peers, apache) {
		program, err := prepareLucene(ctx, s.dir)
		if err != nil {
			return nil, err
		}
		all[apache] = buildLucene(program)
	}
	return all, nil
}

// measure has all peers answer the same questions of one corpus.
func (s *settings) measure(ctx context.Context, made *synth.Corpus, sentences int, builds map[string]build) (f *figures, err error) {
	dir, err := fresh(s.dir, strconv.Itoa(sentences))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	c, err := s.collect(ctx, dir, made)
	if err != nil {
		return nil, err
	}
	f = &figures{Sentences: c.sentences, Questions: len(c.queries), Rounds: s.rounds}
	var running []searcher
	defer func() {
		for _, r := range running {
			err = errors.Join(err, r.Close())
		}
	}()
	for _, name := range names() {
		if !slices.Contains(s.peers, name) || foreign(name) && sentences > s.most {
			continue
		}
		fmt.Fprintf(os.Stderr, "peers: %d sentences: filling %s\n", c.sentences, name)
		p, r, err := fill(ctx, name, builds[name], c)
		if err != nil {
			return nil, fmt.Errorf("fill %s: %w", name, err)
		}
		f.Peers, running = append(f.Peers, p), append(running, r)
	}
	return f, s.rounded(ctx, f, running, c)
}

// fill fills one peer.
func fill(ctx context.Context, name string, fill build, c *collection) (peer, searcher, error) {
	p := peer{Name: name}
	dir := filepath.Join(c.dir, name)
	if foreign(name) {
		if err := os.Mkdir(dir, 0o700); err != nil {
			return p, nil, err
		}
	}
	began := time.Now()
	r, err := fill(ctx, dir, c)
	if err != nil {
		return p, nil, err
	}
	p.Build = time.Since(began).Seconds()
	p.Disk, err = bench.DiskBytes(dir)
	return p, r, err
}

// rounded has all peers answer in turn, round by round, of which the first warms up.
func (s *settings) rounded(ctx context.Context, f *figures, running []searcher, c *collection) error {
	took := make([][][]time.Duration, len(running))
	for round := range s.rounds + 1 {
		for i, r := range running {
			queries := c.queries
			if f.Peers[i].Name == sqlite {
				queries = queries[:min(len(queries), s.slow)]
			}
			times, found, err := r.round(ctx, queries)
			if err != nil {
				return fmt.Errorf("ask %s: %w", f.Peers[i].Name, err)
			}
			if round > 0 {
				took[i] = append(took[i], times)
			}
			f.Peers[i].found = found
		}
	}
	for i := range f.Peers {
		f.Peers[i].medians = bench.Median(took[i])
		f.Peers[i].Times = bench.Spread(f.Peers[i].medians)
		f.Peers[i].Ratio = f.Peers[i].by(&f.Peers[0])
	}
	return nil
}

// collect makes the corpus and reads it into the list, and asks that the questions as Verbatim would, to
// note what is asked of an engine.
func (s *settings) collect(ctx context.Context, dir string, made *synth.Corpus) (*collection, error) {
	c := &collection{dir: dir}
	var asked []index.Query
	tap := bench.Tap{Engine: noted{list{}, &c.terms}, Asking: func(q index.Query) { asked = append(asked, q) }}
	folder := filepath.Join(dir, "texts")
	fmt.Fprintf(os.Stderr, "peers: making sentences\n")
	if err := index.Build(ctx, folder, tap, made.Documents); err != nil {
		return nil, err
	}
	x, err := index.Open(folder, tap)
	if err != nil {
		return nil, err
	}
	questions, err := s.asked(made)
	for _, q := range questions {
		asked = nil
		if _, err := x.Ask(ctx, q, index.Options{}); err != nil {
			return nil, errors.Join(err, x.Close())
		}
		if len(asked) > 0 {
			c.queries = append(c.queries, asked[0])
		}
	}
	c.sentences = x.Manifest().Sentences
	if err := errors.Join(err, x.Close()); err != nil {
		return nil, err
	}
	if len(c.queries) == 0 {
		return nil, errors.New("no question asks for anything")
	}
	return c, nil
}

// asked returns the questions.
func (s *settings) asked(made *synth.Corpus) ([]string, error) {
	people, err := s.people()
	if err != nil {
		return nil, err
	}
	r := rand.New(rand.NewPCG(s.seed, 5)) //nolint:gosec // G404: nothing is secret here
	r.Shuffle(len(people), func(i, j int) { people[i], people[j] = people[j], people[i] })
	people = people[:min(len(people), s.questions/2)]
	questions, err := made.Questions(s.questions - len(people))
	questions = append(questions, people...)
	r.Shuffle(len(questions), func(i, j int) { questions[i], questions[j] = questions[j], questions[i] })
	return questions, err
}

// noted is the list, which notes in which folder it was opened.
type noted struct {
	list
	dir *string
}

// Open opens the index in dir.
func (n noted) Open(dir string) (index.Searcher, error) {
	*n.dir = dir
	return n.list.Open(dir)
}
