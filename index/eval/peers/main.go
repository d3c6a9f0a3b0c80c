// Command peers compares the embedded engine with others on the same sentences, the same questions and
// the same analysed terms: Bleve's own search, SQLite's FTS5, Apache Lucene, and a bare inverted list in
// memory. It is a module of its own, so that what it needs is not what Verbatim needs.
//
//	go run -tags sqlite_fts5 . -sizes 10k,100k,1M -text ../../../docs -svg latency.svg
//
// SQLite wants a C compiler; Lucene wants Java (JAVA_HOME, or the path) and Maven. All engines run in turn,
// round by round, one question at a time; of each question the median of its rounds counts.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"verbatim/corpus"
	"verbatim/corpus/source"
	"verbatim/index/bleve"
	"verbatim/index/eval"
	"verbatim/index/synth"
)

// settings are what the command line says.
type settings struct {
	sizes     []int
	text      []string
	judged    []string
	questions int
	slow      int
	rounds    int
	seed      uint64
	cache     int // MiB
	dir       string
	peers     []string
	most      int
	svg, json string
	check     bool
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	s, err := parse(os.Args[1:])
	if err == nil {
		err = s.run(ctx)
	}
	stop()
	if errors.Is(err, flag.ErrHelp) {
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}

// parse reads the flags.
func parse(args []string) (*settings, error) {
	s := new(settings)
	f := flag.NewFlagSet("peers", flag.ContinueOnError)
	sizes := f.String("sizes", "10k,100k,1M", "numbers of sentences")
	most := f.String("most", "1M", "number of sentences up to which SQLite and Lucene take part")
	text := f.String("text", "", "folders of documents whose sentences are recombined, with commas between them; default: the embedded articles")
	judged := f.String("judged", "", "files of judged questions for half of those asked, with commas between them")
	peers := f.String("peers", strings.Join(names(), ","), "who takes part")
	f.IntVar(&s.questions, "questions", 500, "how many questions are asked")
	f.IntVar(&s.slow, "slow", 100, "how many of them SQLite is asked, which takes a thousand times as long")
	f.IntVar(&s.rounds, "rounds", 5, "how often each is asked, after a round that warms up")
	f.Uint64Var(&s.seed, "seed", 1, "of sentences and questions")
	f.IntVar(&s.cache, "cache", bleve.DefaultCache>>20, "memory in MiB that Verbatim keeps of an index, two thirds of it postings, as the setting cache:")
	f.StringVar(&s.dir, "dir", "", "folder for the indexes, and for Lucene; default: a temporary one")
	f.StringVar(&s.svg, "svg", "", "file for a plot of latency against size")
	f.StringVar(&s.json, "json", "", "file for all figures")
	f.BoolVar(&s.check, "check", false, "fail where the list and our engine do not find the same")
	if err := f.Parse(args); err != nil {
		return nil, err
	}
	s.text, s.judged, s.peers = split(*text), split(*judged), split(*peers)
	for _, name := range s.peers {
		if !slices.Contains(names(), name) {
			return nil, fmt.Errorf("-peers %s: there are %s", name, strings.Join(names(), ", "))
		}
	}
	for _, size := range split(*sizes) {
		n, err := sizeOf(size)
		if err != nil {
			return nil, err
		}
		s.sizes = append(s.sizes, n)
	}
	slices.Sort(s.sizes)
	var err error
	s.most, err = sizeOf(*most)
	if s.questions < 1 || s.slow < 1 || s.rounds < 1 || len(s.sizes) == 0 {
		err = errors.Join(err, errors.New("-questions, -slow, -rounds and -sizes must be at least 1"))
	}
	return s, err
}

func split(list string) []string {
	return slices.DeleteFunc(strings.Split(list, ","), func(s string) bool { return s == "" })
}

// sizeOf reads a number such as 1000, 10k or 1M.
func sizeOf(s string) (int, error) {
	digits := strings.NewReplacer("k", "000", "M", "000000").Replace(s)
	n, err := strconv.Atoi(digits)
	if err != nil || n < 1 || n > 100_000_000 {
		return 0, fmt.Errorf("%q is no number of sentences such as 1000, 10k or 1M", s)
	}
	return n, nil
}

func (s *settings) run(ctx context.Context) (err error) {
	if s.dir == "" {
		if s.dir, err = os.MkdirTemp("", "peers-"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(s.dir)) }()
	}
	builds, err := s.builds(ctx)
	if err != nil {
		return err
	}
	from, err := s.source(ctx)
	if err != nil {
		return err
	}
	var all []figures
	for _, n := range s.sizes {
		f, err := s.measure(ctx, from.Corpus(n, s.seed), n, builds)
		if err != nil {
			return fmt.Errorf("measure %d sentences: %w", n, err)
		}
		f.print(os.Stdout)
		all = append(all, *f)
		if err := f.agree(); err != nil && s.check {
			return err
		}
	}
	return s.save(all)
}

// source reads the text that sentences are made of.
func (s *settings) source(ctx context.Context) (*synth.Source, error) {
	docs := corpus.Embedded()
	if len(s.text) > 0 {
		docs = nil
	}
	for _, dir := range s.text {
		folder := source.NewFolder(dir, source.FolderOptions{})
		err := folder.Documents(ctx, func(d *corpus.Document) error {
			docs = append(docs, d)
			return nil
		})
		if err != nil {
			return nil, err
		}
		if len(folder.Problems()) > 0 {
			return nil, fmt.Errorf("read %s: %v", dir, folder.Problems()[0])
		}
	}
	return synth.NewSource(docs)
}

// people returns the judged questions.
func (s *settings) people() ([]string, error) {
	var all []string
	for _, file := range s.judged {
		set, err := eval.Load(file)
		if err != nil {
			return nil, err
		}
		for _, q := range set.Questions {
			if !q.Unanswerable {
				all = append(all, q.Text)
			}
		}
	}
	return all, nil
}

// fresh makes an empty folder.
func fresh(parts ...string) (string, error) {
	dir := filepath.Join(parts...)
	if err := os.RemoveAll(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	return dir, os.MkdirAll(dir, 0o700)
}
