package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"text/tabwriter"
	"time"

	"verbatim/index/bench"
	"verbatim/index/chart"
)

// figures are those of all peers for one corpus.
type figures struct {
	Sentences int    `json:"sentences"`
	Questions int    `json:"questions"`
	Rounds    int    `json:"rounds"`
	Peers     []peer `json:"peers"`
}

// A peer is one engine with its figures.
type peer struct {
	Name string `json:"name"`
	// Build is how many seconds it took to fill, and Disk its bytes.
	Build float64 `json:"build_seconds"`
	Disk  int64   `json:"disk_bytes"`
	// Times are those of a question, in milliseconds.
	Times bench.Times `json:"times"`
	// Ratio is the mean by that of ours, for the same questions.
	Ratio   float64 `json:"mean_by_ours"`
	medians []time.Duration
	found   [][]int
}

// by returns how many times as long a peer takes as another one, for the questions that it was asked.
func (p *peer) by(other *peer) float64 {
	var mine, theirs time.Duration
	for i, d := range p.medians {
		mine += d
		theirs += other.medians[i]
	}
	return float64(mine) / float64(max(1, theirs))
}

// title is what a peer is called in a table.
func (p *peer) title() string {
	switch p.Name {
	case ours:
		return "Verbatim's engine"
	case bare:
		return "bare list in memory"
	case plainBleve:
		return "Bleve's own search"
	case sqlite:
		return "SQLite FTS5"
	}
	return "Lucene"
}

// shown is how many of the best are compared.
const shown = 10

// overlap is the share of the best of one that are among the best of the other.
func overlap(a, b [][]int) float64 {
	same, all := 0, 0
	for i := range a {
		best := b[i][:min(shown, len(b[i]))]
		for _, number := range a[i][:min(shown, len(a[i]))] {
			all++
			if slices.Contains(best, number) {
				same++
			}
		}
	}
	return float64(same) / float64(max(1, all))
}

// print writes a table.
func (f *figures) print(w io.Writer) {
	fmt.Fprintf(w, "\n%d sentences, %d questions, the median of %d rounds counts; milliseconds\n", f.Sentences, f.Questions, f.Rounds)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "engine\tmean\tp50\tp99\tmean / ours\tbest ten as ours\tfilled in s\tMB\t")
	for i := range f.Peers {
		p := &f.Peers[i]
		fmt.Fprintf(t, "%s\t%.3f\t%.3f\t%.3f\t%.2f\t%.2f\t%.1f\t%.1f\t\n", p.title(), p.Times.Mean, p.Times.P50, p.Times.P99,
			p.Ratio, overlap(p.found, f.Peers[0].found), p.Build, float64(p.Disk)/1e6)
	}
	if err := t.Flush(); err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
	}
}

// agree returns an error where our engine and the list, whose formulas are the same, differ, or where
// another finds too little of the same to be asked the same.
func (f *figures) agree() error {
	for i := range f.Peers {
		p := &f.Peers[i]
		if p.Name == bare && f.Peers[0].Name == ours {
			for q := range p.found {
				if !slices.Equal(p.found[q], f.Peers[0].found[q]) {
					return fmt.Errorf("question %d: the list and our engine differ", q)
				}
			}
		}
		if o := overlap(p.found, f.Peers[0].found); o < leastOverlap {
			return fmt.Errorf("%s finds only %.2f of the best ten that %s finds", p.title(), o, f.Peers[0].title())
		}
	}
	return nil
}

// leastOverlap is a bound that engines with other weights for words keep easily, and one that is asked
// something else does not.
const leastOverlap = 0.4

// save writes the files that were asked for.
func (s *settings) save(all []figures) error {
	if s.json != "" {
		data, err := json.MarshalIndent(all, "", "  ")
		if err != nil {
			return err
		}
		if err := os.WriteFile(s.json, append(data, '\n'), 0o644); err != nil { //nolint:gosec // G306: it is made to be shown
			return err
		}
	}
	if s.svg == "" {
		return nil
	}
	return os.WriteFile(s.svg, []byte(plot(all)), 0o644) //nolint:gosec // G306: it is made to be shown
}

// plot draws the mean time of a question against the size of the corpus.
func plot(all []figures) string {
	panel := chart.Panel{Title: "Time to find the candidates of a question, mean", X: "sentences", Y: "milliseconds"}
	for _, name := range names() {
		c := chart.Curve{Dashed: name != ours}
		for i := range all {
			for _, p := range all[i].Peers {
				if p.Name == name {
					c.Name = p.title()
					c.Points = append(c.Points, chart.Point{X: float64(all[i].Sentences), Y: p.Times.Mean})
				}
			}
		}
		panel.Curves = append(panel.Curves, c)
	}
	return chart.SVG("Verbatim's engine and others on the same sentences", panel)
}
