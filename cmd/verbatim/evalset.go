package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"time"

	"verbatim/corpus"
	"verbatim/corpus/source"
	"verbatim/index"
	"verbatim/index/eval"
)

// Names within the folder of a set.
const (
	setCorpus    = "corpus"
	setQuestions = "questions.jsonl"
)

// check returns what is wrong with the flags.
func (e *evalCommand) check() error {
	switch {
	case e.set == "" && e.questions == "":
		return usagef("no questions: name the folder of a set with --set, or a file with --questions")
	case e.top < 1 || e.top > maxTop:
		return usagef("--top %d: give a number from 1 to %d", e.top, maxTop)
	case e.misses < 0:
		return usagef("--misses %d: give a number from 0", e.misses)
	case !(e.minP1 >= 0 && e.minP1 <= 1):
		return usagef("--min-p1 %v: give a number from 0 to 1", e.minP1)
	}
	if e.set != "" && !isFolder(e.set) {
		return usagef("--set %q is no folder", e.set)
	}
	if e.corpus == "" && e.set != "" {
		e.corpus = e.set
		if inside := filepath.Join(e.set, setCorpus); isFolder(inside) {
			e.corpus = inside
		}
	}
	if e.corpus != "" && !isFolder(e.corpus) {
		return usagef("--corpus %q is no folder", e.corpus)
	}
	return nil
}

func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// questionsFile returns the file of questions: in the folder of the set, or else where its name says.
func (e *evalCommand) questionsFile() string {
	if e.questions == "" {
		return filepath.Join(e.set, setQuestions)
	}
	if e.set != "" && filepath.IsLocal(e.questions) {
		if inside := filepath.Join(e.set, e.questions); isFile(inside) {
			return inside
		}
	}
	return e.questions
}

func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// name returns what the report calls the questions: the folder of the set, with the file where it is
// not the usual one.
func (e *evalCommand) name(set eval.Set) string {
	file := filepath.Base(set.Name)
	folder, err := filepath.Abs(e.set)
	if err != nil || e.set == "" {
		return file
	}
	folder = filepath.Base(folder)
	switch {
	case filepath.Dir(set.Name) != filepath.Clean(e.set):
		return file + " on " + folder
	case file != setQuestions:
		return folder + "/" + file
	}
	return folder
}

// readReport reads what an earlier run printed.
func readReport(file string) (*eval.Report, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, usagef("--compare: %w", err)
	}
	var report eval.Report
	if err := json.Unmarshal(data, &report); err != nil {
		return nil, usagef("--compare %s: it holds no report of 'verbatim eval --json': %w", file, err)
	}
	return &report, nil
}

// measure builds an index of the documents, asks the questions and scores the answers.
func (e *evalCommand) measure(ctx context.Context, set eval.Set) (report *evalReport, err error) {
	opts, err := e.options(e.config)
	if err != nil {
		return nil, err
	}
	opts.Top = e.top
	dir, err := os.MkdirTemp("", "verbatim-eval-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	e.bare = true
	stop, err := e.start(filepath.Join(dir, dirSources), nil)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, stop()) }()
	built := filepath.Join(dir, "index")
	if e.shared != nil {
		defer func() {
			err = errors.Join(err, e.shared.depot.Discard(context.WithoutCancel(ctx), built), e.shared.client.Close())
		}()
	}
	x, _, err := index.Update(ctx, built, e.engine, e.withoutQuestions())
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	questions := func(p source.Problem) bool { return filepath.Ext(p.Path) == filepath.Ext(set.Name) }
	printProblems(e.err, slices.DeleteFunc(e.known().Problems(), questions))
	began := time.Now()
	scorer := eval.NewScorer(set, e.texts)
	for block := range blocks(set.Questions) {
		answers, err := askAll(ctx, x, block, opts)
		if err != nil {
			return nil, err
		}
		for i := range answers {
			if err := scorer.Add(&answers[i]); err != nil {
				return nil, err
			}
		}
	}
	m := x.Manifest()
	report = &evalReport{Engine: kindOfEngine(e.chosen()), Documents: m.Documents, Sentences: m.Sentences, Report: scorer.Report(), seconds: time.Since(began).Seconds()}
	report.Set = e.name(set)
	return report, nil
}

// withoutQuestions returns the documents that are not files of questions, and keeps their texts.
func (e *evalCommand) withoutQuestions() index.Documents {
	docs := e.known().Documents
	e.texts = map[string]string{}
	return func(ctx context.Context, yield func(*corpus.Document) error) error {
		return docs(ctx, func(d *corpus.Document) error {
			if filepath.Ext(d.Path) == filepath.Ext(setQuestions) {
				return nil
			}
			e.texts[d.Path] = d.Text
			return yield(d)
		})
	}
}

// blocks yields the questions in pieces, so that not all answers are in memory at once.
func blocks(questions []eval.Question) func(func([]string) bool) {
	return func(yield func([]string) bool) {
		var block []string
		for i, q := range questions {
			block = append(block, q.Text)
			if len(block) == 256 || i+1 == len(questions) {
				if !yield(block) {
					return
				}
				block = nil
			}
		}
	}
}
