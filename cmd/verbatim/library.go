package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"verbatim/bot"
	"verbatim/corpus"
	"verbatim/corpus/source"
	"verbatim/index"
	"verbatim/index/bleve"
)

// library says which documents to answer from and where their index is kept.
type library struct {
	// corpus is a folder of documents; "" means the embedded articles.
	corpus string
	// data is the data folder; "" means one that is removed at the end. The index is kept in its
	// folder index, for whichever command opens it.
	data string
	// problems are the files that could not be read.
	problems []source.Problem
}

// flags adds the flags that say which documents.
func (l *library) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&l.corpus, "corpus", os.Getenv("VERBATIM_CORPUS"),
		"folder of documents, such as .md, .pdf, .docx, .html; each folder in it is a collection\n(VERBATIM_CORPUS; default: the two embedded articles)")
}

// documents returns the source of the library's documents.
func (l *library) documents() index.Documents {
	if l.corpus == "" {
		return index.Of(corpus.Embedded()...)
	}
	return func(ctx context.Context, yield func(*corpus.Document) error) error {
		sandbox, closeSandbox, err := openSandbox(l.data)
		if err != nil {
			return err
		}
		problems, err := source.FolderBy(ctx, l.corpus, sandbox.ReadAs, yield)
		l.problems = problems
		return errors.Join(err, closeSandbox())
	}
}

// open opens the index of the library, built anew if its documents have changed. The caller must
// call closeIndex.
func (l *library) open(ctx context.Context) (x *index.Index, built bool, closeIndex func() error, err error) {
	if l.corpus != "" {
		if info, err := os.Stat(l.corpus); err != nil || !info.IsDir() {
			return nil, false, nil, usagef("--corpus %q is no folder that can be read: %w", l.corpus, cmp.Or(err, errors.New("it is a file")))
		}
	}
	dir, remove := filepath.Join(l.data, "index"), func() error { return nil }
	if l.data == "" {
		if dir, err = os.MkdirTemp("", "verbatim-index-"); err != nil {
			return nil, false, nil, err
		}
		remove = func() error { return os.RemoveAll(dir) }
	}
	x, built, err = index.Update(ctx, dir, bleve.Engine{}, l.documents())
	if err != nil {
		return nil, false, nil, errors.Join(err, remove())
	}
	return x, built, func() error { return errors.Join(x.Close(), remove()) }, nil
}

// reportProblems says which files were left out. Their names are as little to be trusted as what
// they hold.
func (l *library) reportProblems(w io.Writer) {
	for _, p := range l.problems {
		fmt.Fprintf(w, "verbatim: skipped %s\n", bot.Clean(p.String()))
	}
}
