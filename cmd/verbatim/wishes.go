package main

import (
	"os"

	"github.com/spf13/cobra"

	"verbatim/index"
)

// wishes say how sure an answer must be: by the flag, else by the file of settings, which is named by
// the library's flag.
type wishes struct{ bar string }

func (w *wishes) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&w.bar, "bar", os.Getenv("VERBATIM_BAR"),
		"how sure an answer must be: strict, normal, lenient, or a confidence from 0 to 1\n(VERBATIM_BAR; default: bar in the file of settings, else normal)")
}

// options returns the wishes of every question.
func (w *wishes) options(config string) (index.Options, error) {
	_, bar, err := w.read(config)
	return index.Options{Bar: bar}, err
}

// read returns the file of settings, and how sure an answer must be.
func (w *wishes) read(config string) (settings, index.Bar, error) {
	s, err := readSettings(config)
	if err != nil || w.bar == "" {
		return s, s.Bar, err
	}
	bar, err := index.ParseBar(w.bar)
	if err != nil {
		return s, 0, usagef("--bar: %w", err)
	}
	return s, bar, nil
}
