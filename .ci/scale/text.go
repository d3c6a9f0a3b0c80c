package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"verbatim/corpus"
	"verbatim/corpus/format"
	"verbatim/index/eval"
	"verbatim/index/synth"
)

// readFolder adds the documents of a folder to docs.
func readFolder(ctx context.Context, dir string, docs *[]*corpus.Document) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return err
		}
		found, err := format.Read(e.Name(), data)
		if err != nil {
			return fmt.Errorf("read %q: %w", e.Name(), err)
		}
		*docs = append(*docs, found...)
	}
	return ctx.Err()
}

// write writes the corpus as files into a folder, where they are not there yet, and returns their size.
func write(ctx context.Context, made *synth.Corpus, dir string) (size int64, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return 0, err
	}
	for n := range made.Len() {
		name, text := made.File(n, 0)
		size += int64(len(text))
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return 0, err
		}
	}
	return size, ctx.Err()
}

// ask returns the questions: half of them judged ones, where there are some, and half made of sentences.
func (s settings) ask(made *synth.Corpus) (asked []string, err error) {
	for _, file := range s.judged {
		set, err := eval.Load(file)
		if err != nil {
			return nil, err
		}
		step := max(1, len(set.Questions)*len(s.judged)*2/s.questions)
		for i := 0; i < len(set.Questions) && len(asked) < s.questions/2; i += step {
			asked = append(asked, set.Questions[i].Text)
		}
	}
	more, err := made.Questions(s.questions - len(asked))
	return slices.Concat(asked, more), err
}
