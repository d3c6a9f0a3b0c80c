package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"

	"verbatim/corpus"
	"verbatim/index"
	"verbatim/index/eval"
	"verbatim/index/synth"
)

// A recipe says which corpus is measured.
type recipe struct {
	// Corpus is the folder of documents that are measured as they are, "" for a synthetic corpus.
	Corpus string `json:"corpus,omitempty"`
	// Text names the folders whose sentences a synthetic corpus is made of; none means the embedded
	// articles.
	Text []string `json:"text,omitempty"`
	// Sentences is the number of sentences to make.
	Sentences int    `json:"sentences,omitempty"`
	Seed      uint64 `json:"seed"`
}

// folderDocuments calls yield for each document of a folder.
func folderDocuments(ctx context.Context, dir string, yield func(*corpus.Document) error) (err error) {
	known, err := os.MkdirTemp("", "verbatim-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(known)) }()
	l := library{corpus: dir, bare: true, engineChoice: engineChoice{engine: engineBleve}}
	stop, err := l.start(filepath.Join(known, dirSources), nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	return l.known().Documents(ctx, yield)
}

// synthetic returns the corpus that the recipe makes.
func (r *recipe) synthetic(ctx context.Context) (*synth.Corpus, error) {
	docs := corpus.Embedded()
	if len(r.Text) > 0 {
		docs = nil
	}
	for _, dir := range r.Text {
		if err := folderDocuments(ctx, dir, func(d *corpus.Document) error {
			docs = append(docs, d)
			return nil
		}); err != nil {
			return nil, err
		}
	}
	s, err := synth.NewSource(docs)
	if err != nil {
		return nil, usagef("--text %q: %w", r.Text, err)
	}
	return s.Corpus(r.Sentences, r.Seed), nil
}

// documents returns the documents of the corpus.
func (r *recipe) documents(ctx context.Context) (index.Documents, error) {
	if r.Corpus != "" {
		return func(ctx context.Context, yield func(*corpus.Document) error) error {
			return folderDocuments(ctx, r.Corpus, yield)
		}, nil
	}
	c, err := r.synthetic(ctx)
	if err != nil {
		return nil, err
	}
	return c.Documents, nil
}

// questions returns n questions to the corpus, half of them those of the files of judged questions, if
// there are any.
func (r *recipe) questions(ctx context.Context, n int, judged []string) ([]string, error) {
	random := rand.New(rand.NewPCG(r.Seed, 5)) //nolint:gosec // G404: nothing is secret here
	var people []string
	for _, file := range judged {
		set, err := eval.Load(file)
		if err != nil {
			return nil, usageError{err}
		}
		for _, q := range set.Questions {
			if !q.Unanswerable {
				people = append(people, q.Text)
			}
		}
	}
	random.Shuffle(len(people), func(i, j int) { people[i], people[j] = people[j], people[i] })
	people = people[:min(len(people), n/2)]
	made, err := r.made(ctx, n-len(people), random)
	if err != nil {
		return nil, err
	}
	all := slices.Concat(people, made)
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all, nil
}

// made returns n questions about sentences of the corpus.
func (r *recipe) made(ctx context.Context, n int, random *rand.Rand) ([]string, error) {
	if r.Corpus != "" {
		return r.fromFolder(ctx, n, random)
	}
	c, err := r.synthetic(ctx)
	if err != nil {
		return nil, err
	}
	return c.Questions(n)
}

// fromFolder makes n questions about sentences of the folder, each as likely as the other. Of fewer
// sentences than that the questions come again.
func (r *recipe) fromFolder(ctx context.Context, n int, random *rand.Rand) ([]string, error) {
	var drawn []string
	seen := 0
	err := folderDocuments(ctx, r.Corpus, func(doc *corpus.Document) error {
		for _, s := range doc.Sentences() {
			seen++
			at := random.IntN(seen)
			if len(drawn) >= n && at >= n {
				continue
			}
			q, ok := synth.QuestionAbout(&s, doc.Language, random)
			switch {
			case !ok:
				seen--
			case len(drawn) < n:
				drawn = append(drawn, q)
			default:
				drawn[at] = q
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(drawn) == 0 {
		return nil, fmt.Errorf("make questions of %q: its documents hold no sentences that one could ask about", r.Corpus)
	}
	for i := 0; len(drawn) < n; i++ {
		drawn = append(drawn, drawn[i])
	}
	return drawn, nil
}
