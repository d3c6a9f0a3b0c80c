package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"verbatim/bot"
	"verbatim/index"
)

// indexReport is what 'verbatim index' says at its end. Its JSON form is stable.
type indexReport struct {
	Documents int      `json:"documents"`
	Sentences int      `json:"sentences"`
	Languages []string `json:"languages"`
	// Formats is the number of files that were read by their extension, and of pages under "web".
	Formats map[string]int `json:"formats"`
	// Built says that the index changed.
	Built bool `json:"built"`
	// DryRun says that it only would, and Put and Removed how many documents.
	DryRun  bool    `json:"dry_run,omitempty"`
	Put     int     `json:"put,omitempty"`
	Removed int     `json:"removed,omitempty"`
	Seconds float64 `json:"seconds"`
	// Skipped are files and addresses that were left out, and Notes those that were not and need a look.
	Skipped []skippedEntry `json:"skipped"`
	Notes   []skippedEntry `json:"notes"`
}

// changeReport is what it says of one change with --watch. Its JSON form is stable.
type changeReport struct {
	Put       int `json:"put"`
	Removed   int `json:"removed"`
	Documents int `json:"documents"`
	Sentences int `json:"sentences"`
}

type skippedEntry struct {
	Path   string `json:"path"`
	Reason string `json:"reason"`
	// unsupported says that files of that format are not read at all.
	unsupported bool
}

// errPartial says that something could not be read.
var errPartial = errors.New("not everything could be read")

// report collects what there is to say.
func (c *indexCommand) report(m index.Manifest, built bool, began time.Time) *indexReport {
	r := &indexReport{Documents: m.Documents, Sentences: m.Sentences, Languages: m.Languages, Formats: c.known().Formats(), Built: built,
		Seconds: time.Since(began).Round(time.Millisecond).Seconds(), Skipped: []skippedEntry{}, Notes: []skippedEntry{}}
	if r.Languages == nil {
		r.Languages = []string{}
	}
	for _, p := range c.known().Problems() {
		e := skippedEntry{Path: p.Path, Reason: p.Err.Error(), unsupported: isUnsupported(p)}
		if p.Kept {
			r.Notes = append(r.Notes, e)
		} else {
			r.Skipped = append(r.Skipped, e)
		}
	}
	return r
}

// partial is an error if anything could not be read that should have been.
func (r *indexReport) partial() error {
	n := len(r.Notes)
	for _, s := range r.Skipped {
		if !s.unsupported {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	return fmt.Errorf("%w: %s above", errPartial, plural(n, "problem"))
}

// print prints the report.
func (c *indexCommand) print(r *indexReport) error {
	if c.json {
		return c.printJSON(r)
	}
	unsupported := map[string]int{}
	for _, s := range r.Skipped {
		if s.unsupported {
			unsupported[strings.ToLower(path.Ext(s.Path))]++
			continue
		}
		fmt.Fprintf(c.out, "skipped %s: %s\n", bot.Clean(s.Path), bot.Clean(s.Reason))
	}
	for _, s := range r.Notes {
		fmt.Fprintf(c.out, "note on %s: %s\n", bot.Clean(s.Path), bot.Clean(s.Reason))
	}
	if len(unsupported) > 0 {
		fmt.Fprintln(c.out, sayUnsupported(unsupported))
	}
	if len(r.Formats) > 0 {
		fmt.Fprintf(c.out, "read: %s\n", bot.Clean(counted(r.Formats)))
	}
	_, err := fmt.Fprintf(c.out, "%s: %s, %s, %d skipped, %.2f s (%.0f sentences/s)\n", r.state(), plural(r.Documents, "document"),
		plural(r.Sentences, "sentence"), len(r.Skipped), r.Seconds, float64(r.Sentences)/max(r.Seconds, 0.001))
	return err
}

// state says in a word what became of the index.
func (r *indexReport) state() string {
	switch {
	case r.DryRun:
		return fmt.Sprintf("would put %d and remove %d", r.Put, r.Removed)
	case r.Built:
		return "built"
	}
	return "unchanged"
}

// counted returns "3 .md, 1 .txt", the most first.
func counted(counts map[string]int) string {
	names := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		if counts[a] != counts[b] {
			return counts[b] - counts[a]
		}
		return strings.Compare(a, b)
	})
	var parts []string
	for _, name := range names {
		shown := name
		if shown == "" {
			shown = "without extension"
		}
		parts = append(parts, fmt.Sprintf("%d %s", counts[name], shown))
	}
	return strings.Join(parts, ", ")
}

func (c *indexCommand) printJSON(v any) error {
	enc := json.NewEncoder(c.out)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
