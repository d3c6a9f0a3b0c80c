package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"verbatim/corpus"
	"verbatim/corpus/source"
	"verbatim/index/bleve"
	"verbatim/index/eval"
	"verbatim/index/fit"
)

// newFit is the command that learns the ranking and the confidence anew. It is for those who change
// the program, and stands in no help.
func newFit(io streams) *cobra.Command {
	var set, to, origin string
	cmd := &cobra.Command{
		Use:    "fit --set DIR --to DIR",
		Short:  "Learn the ranking and the confidence from judged questions",
		Hidden: true,
		Args:   noArguments,
		RunE:   func(cmd *cobra.Command, _ []string) error { return learn(cmd.Context(), io, set, to, origin) },
	}
	f := cmd.Flags()
	f.StringVar(&set, "set", "", "folder of the set to learn from")
	f.StringVar(&to, "to", "index", "folder to write the trees to")
	f.StringVar(&origin, "origin", "", "what the set is and its licence, for the files")
	return cmd
}

func learn(ctx context.Context, io streams, dir, to, origin string) error {
	e := evalCommand{set: dir, top: eval.Depth}
	if err := e.check(); err != nil {
		return err
	}
	set, err := eval.Load(e.questionsFile())
	if err != nil {
		return usageError{err}
	}
	var docs []*corpus.Document
	folder := source.NewFolder(e.corpus, source.FolderOptions{})
	if err := folder.Documents(ctx, func(d *corpus.Document) error {
		docs = append(docs, d)
		return nil
	}); err != nil {
		return err
	}
	if problems := folder.Problems(); len(problems) > 0 {
		return fmt.Errorf("learn from %s: %v", e.corpus, problems[0])
	}
	return fit.Fit(ctx, bleve.Engine{}, docs, set, origin, to, io.err)
}
