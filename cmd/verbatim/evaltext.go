package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"verbatim/bot"
	"verbatim/index/eval"
)

// evalText lays a report out for people.
func evalText(r *evalReport) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s: %s with an answer and %d without, asked of %s with %s in %.1f s\n\n", r.Set, plural(r.All.Questions, "question"),
		r.All.Unanswerable, plural(r.Documents, "document"), plural(r.Sentences, "sentence"), r.seconds)
	writeFigures(&b, &r.All)
	writeKinds(&b, r.Kinds)
	writeCalibration(&b, &r.Calibration)
	writeMisses(&b, "Wrong first passages with the highest confidence", r.Misses)
	writeMisses(&b, "Answers given where there is none, with the highest confidence", r.UnwantedAnswers)
	if r.Comparison != nil {
		writeComparison(&b, r.Comparison)
	}
	return b.Bytes()
}

// table writes rows of cells, the first to the left and the others to the right.
func table(w io.Writer, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	// In an alignment to the right the widest cell of the first column pads the others.
	width := 0
	for _, row := range rows {
		width = max(width, len([]rune(row[0])))
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, row := range rows {
		fmt.Fprintf(t, "%-*s\t%s\t\n", width, row[0], strings.Join(row[1:], "\t"))
	}
	// The writer underneath is a buffer, which takes every write.
	_ = t.Flush()
}

func writeFigures(w io.Writer, f *eval.Figures) {
	rows := [][]string{{"", "", "95 % interval"}}
	for _, row := range []struct {
		name   string
		figure *eval.Figure
	}{
		{"P@1", f.P1}, {"MRR", f.MRR}, {"R@3", f.R3}, {"R@5", f.R5}, {"R@10", f.R10}, {"quote/gold length", f.Length},
		{"answered", f.Answered}, {"false answers", f.FalseAnswers}, {"precision", f.Precision},
		{"AUC right/wrong", f.RightWrong}, {"AUC right/none", f.RightNone}, {"C@90", f.C90},
	} {
		if row.figure != nil {
			rows = append(rows, []string{row.name, number(row.figure), fmt.Sprintf("%.3f to %.3f", row.figure.Low, row.figure.High)})
		}
	}
	table(w, rows)
}

// number returns a figure with three digits, "-" when there is none.
func number(f *eval.Figure) string {
	if f == nil {
		return "-"
	}
	return fmt.Sprintf("%.3f", f.Value)
}

func writeKinds(w io.Writer, kinds []eval.KindFigures) {
	rows := [][]string{{"asked", "questions", "P@1", "±", "MRR", "R@5", "answered", "precision", "unanswerable", "false answers"}}
	for _, k := range kinds {
		rows = append(rows, []string{string(k.Kind), fmt.Sprint(k.Questions), number(k.P1), margin(k.P1), number(k.MRR), number(k.R5),
			number(k.Answered), number(k.Precision), fmt.Sprint(k.Unanswerable), number(k.FalseAnswers)})
	}
	fmt.Fprintln(w, "\nBy kind of question")
	table(w, rows)
}

// margin returns half the width of a figure's interval.
func margin(f *eval.Figure) string {
	if f == nil {
		return "-"
	}
	return fmt.Sprintf("%.3f", (f.High-f.Low)/2)
}

func writeCalibration(w io.Writer, c *eval.Calibration) {
	rows := [][]string{{"confidence", "questions", "mean", "right", "95 % interval"}}
	for _, b := range c.Bins {
		rows = append(rows, []string{fmt.Sprintf("%.1f to %.1f", b.From, b.To), fmt.Sprint(b.Questions), fmt.Sprintf("%.3f", b.Confidence),
			number(&b.Right), fmt.Sprintf("%.3f to %.3f", b.Right.Low, b.Right.High)})
	}
	fmt.Fprintf(w, "\nCalibration: error %.3f, Brier score %.3f\n", c.Error, c.Brier)
	table(w, rows)
}

func writeMisses(w io.Writer, title string, misses []eval.Miss) {
	if len(misses) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s\n", title)
	for _, m := range misses {
		fmt.Fprintf(w, "\n  %.3f  %s\n", m.Confidence, bot.Clean(m.Question))
		if m.ID != m.Question {
			fmt.Fprintf(w, "    id:     %s\n", bot.Clean(m.ID))
		}
		if m.Quote != "" {
			fmt.Fprintf(w, "    first:  %s  (%s)\n", bot.Clean(m.Quote), m.Path)
		}
		if m.Wanted != "" {
			fmt.Fprintf(w, "    wanted: %s  (%s)\n", bot.Clean(m.Wanted), place(m.Rank))
		}
	}
}

func place(rank int) string {
	if rank == 0 {
		return fmt.Sprintf("not among the first %d", eval.Depth)
	}
	return fmt.Sprintf("place %d", rank)
}

func writeComparison(w io.Writer, c *eval.Comparison) {
	fmt.Fprintf(w, "\nCompared on %s (%d only before, %d only now)\n", plural(c.Shared, "question"), c.OnlyBefore, c.OnlyAfter)
	rows := [][]string{{"", "before", "now", "change", "95 % interval", "up", "down", "p"}}
	add := func(name string, p *eval.Paired) {
		if p != nil {
			rows = append(rows, []string{name, fmt.Sprintf("%.3f", p.Before), fmt.Sprintf("%.3f", p.After), fmt.Sprintf("%+.3f", p.Difference.Value),
				fmt.Sprintf("%+.3f to %+.3f", p.Difference.Low, p.Difference.High), fmt.Sprint(p.Up), fmt.Sprint(p.Down), fmt.Sprintf("%.4f", p.P)})
		}
	}
	add("P@1", c.All.P1)
	add("MRR", c.All.MRR)
	add("answered", c.All.Answered)
	add("false answers", c.All.FalseAnswers)
	for _, k := range c.Kinds {
		add("P@1 "+string(k.Kind), k.P1)
		add("MRR "+string(k.Kind), k.MRR)
	}
	table(w, rows)
}
