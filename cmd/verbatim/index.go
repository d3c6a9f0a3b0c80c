package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"verbatim/bot"
)

type indexCommand struct {
	library
	streams
	json bool
}

func newIndex(io streams) *cobra.Command {
	c := &indexCommand{streams: io}
	cmd := &cobra.Command{
		Use:   "index --corpus DIR --data DIR",
		Short: "Build the index of a folder of documents",
		Long: `Index reads the documents of a folder and builds their index, beside the one that may be
in use, and publishes it whole. When the documents have not changed since, nothing is
built. 'verbatim serve' and 'verbatim ask --data' do the same by themselves; this command
is for doing it beforehand and for seeing which files could not be read.`,
		Example: "  verbatim index --corpus ./handbook --data ./verbatim-data",
		Args:    noArguments,
		RunE:    func(cmd *cobra.Command, _ []string) error { return c.run(cmd.Context()) },
	}
	c.library.flags(cmd)
	cmd.Flags().StringVar(&c.data, "data", defaultData(), "data folder to keep the index in (VERBATIM_DATA)")
	cmd.Flags().BoolVar(&c.json, "json", false, "print the report as JSON")
	return cmd
}

// indexReport is what the command says at its end. Its JSON form is stable.
type indexReport struct {
	Documents int            `json:"documents"`
	Sentences int            `json:"sentences"`
	Languages []string       `json:"languages"`
	Built     bool           `json:"built"`
	Seconds   float64        `json:"seconds"`
	Skipped   []skippedEntry `json:"skipped"`
}

type skippedEntry struct {
	Path   string `json:"path"`
	Reason string `json:"reason"`
}

func (c *indexCommand) run(ctx context.Context) (err error) {
	began := time.Now()
	x, built, closeIndex, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeIndex()) }()
	m := x.Manifest()
	r := indexReport{Documents: m.Documents, Sentences: m.Sentences, Languages: m.Languages, Built: built,
		Seconds: time.Since(began).Round(time.Millisecond).Seconds(), Skipped: []skippedEntry{}}
	for _, p := range c.problems {
		r.Skipped = append(r.Skipped, skippedEntry{Path: p.Path, Reason: p.Err.Error()})
	}
	if c.json {
		enc := json.NewEncoder(c.out)
		enc.SetEscapeHTML(false)
		return enc.Encode(r)
	}
	for _, s := range r.Skipped {
		fmt.Fprintf(c.out, "skipped %s: %s\n", bot.Clean(s.Path), bot.Clean(s.Reason))
	}
	state := "unchanged"
	if built {
		state = "built"
	}
	_, err = fmt.Fprintf(c.out, "%s: %d documents, %d sentences, %d files skipped, %.2f s\n", state, r.Documents, r.Sentences, len(r.Skipped), r.Seconds)
	return err
}
