package main

import (
	"bytes"
	"fmt"

	"verbatim/index/bench"
	"verbatim/index/chart"
)

// benchText lays a report out for people.
func benchText(r *benchReport) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "verbatim %s, %s, %s, %s; %s, the median of %s counts\n", r.Version, r.Go, r.System, plural(r.CPUs, "processor"),
		plural(r.Questions, "question"), plural(r.Rounds, "round"))
	rows := [][]string{{"sentences", "seconds", "a second", "reading s", "cpu s", "text MB", "disk/text", "peak MB"}}
	for _, s := range r.Sizes {
		f := &s.Build
		rows = append(rows, []string{fmt.Sprint(f.Sentences), fmt.Sprintf("%.2f", f.Seconds), fmt.Sprintf("%.0f", float64(f.Sentences)/f.Seconds),
			fmt.Sprintf("%.2f", f.Reading), fmt.Sprintf("%.2f", f.Busy), fmt.Sprintf("%.1f", megabytes(f.TextBytes)), fmt.Sprintf("%.2f", float64(f.DiskBytes)/float64(max(1, f.TextBytes))), known(f.PeakBytes)})
	}
	fmt.Fprint(&b, "\nBuilding\n")
	table(&b, rows)
	rows = [][]string{{"sentences", "open ms", "first ms", "whole ms", "cold p99", "anon MB", "mapped MB", "heap MB", "allocs", "kB", "change p50", "p99"}}
	for _, s := range r.Sizes {
		f := &s.Serve
		rows = append(rows, []string{fmt.Sprint(s.Build.Sentences), fmt.Sprintf("%.0f", f.Open), fmt.Sprintf("%.0f", f.First), fmt.Sprintf("%.0f", f.Whole),
			fmt.Sprintf("%.2f", f.Cold.P99),
			known(f.Memory.Anon), known(f.Memory.Mapped), fmt.Sprintf("%.1f", megabytes(f.Memory.Heap)), fmt.Sprintf("%.0f", f.Allocations), fmt.Sprintf("%.1f", f.Bytes/1000), changed(s.Change, func(t *bench.Times) float64 { return t.P50 }), changed(s.Change, func(t *bench.Times) float64 { return t.P99 })})
	}
	fmt.Fprint(&b, "\nServing: from the start of the process to the open index and to the first answer; opening with all\nsums compared; questions asked for the first time; memory after all questions; what a question allocates;\nhow long the change of a document takes until it can be searched, in ms\n")
	table(&b, rows)
	writePasses(&b, r)
	if r.Way != nil {
		writeWay(&b, r.Way)
	}
	return b.Bytes()
}

// changed returns a time of changes, "-" where none were made.
func changed(t *bench.Times, of func(*bench.Times) float64) string {
	if t == nil {
		return "-"
	}
	return fmt.Sprintf("%.0f", of(t))
}

// known returns bytes in megabytes, "-" where they are not known.
func known(n int64) string {
	if n == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f", megabytes(n))
}

func writePasses(b *bytes.Buffer, r *benchReport) {
	rows := [][]string{{"sentences", "at a time", "engine", "p50", "p95", "p99", "p99 of all", "max", "a second"}}
	for _, s := range r.Sizes {
		for _, p := range s.Serve.Passes {
			rows = append(rows, []string{fmt.Sprint(s.Build.Sentences), fmt.Sprint(p.At), milli(p.Engine.Mean), milli(p.Took.P50), milli(p.Took.P95),
				milli(p.Took.P99), milli(p.All.P99), milli(p.All.Max), fmt.Sprintf("%.0f", p.PerSecond)})
		}
	}
	fmt.Fprint(b, "\nAnswering, in milliseconds: the engine's share on average, the whole question, and that in all rounds\n")
	table(b, rows)
}

func milli(v float64) string { return fmt.Sprintf("%.3f", v) }

func writeWay(b *bytes.Buffer, w *benchWay) {
	rows := [][]string{{"from, to", "p50", "p99", "budget", "", ""}}
	for _, s := range w.Stages {
		verdict := "ok"
		if !s.OK {
			verdict = "over"
		}
		rows = append(rows, []string{s.Name, milli(s.Took.P50), milli(s.Took.P99), fmt.Sprint(s.BudgetP50), fmt.Sprint(s.BudgetP99), verdict})
	}
	fmt.Fprintf(b, "\nThe whole way in a local Slack, in milliseconds: %s one after the other, to %s\n", plural(w.Questions, "question"), plural(w.Sentences, "sentence"))
	table(b, rows)
}

// benchPlot draws latency and throughput against the size of the corpus.
func benchPlot(r *benchReport) string {
	latency := chart.Panel{Title: "Time of a whole question", X: "sentences", Y: "milliseconds"}
	rate := chart.Panel{Title: "Throughput", X: "sentences", Y: "questions a second"}
	if len(r.Sizes) == 0 {
		return chart.SVG("verbatim bench")
	}
	for i, p := range r.Sizes[0].Serve.Passes {
		p50 := chart.Curve{Name: fmt.Sprintf("p50, %d at a time", p.At)}
		p99 := chart.Curve{Name: fmt.Sprintf("p99, %d at a time", p.At), Dashed: true}
		persec := chart.Curve{Name: fmt.Sprintf("%d at a time", p.At)}
		for _, s := range r.Sizes {
			x, p := float64(s.Build.Sentences), s.Serve.Passes[i]
			p50.Points = append(p50.Points, chart.Point{X: x, Y: p.Took.P50})
			p99.Points = append(p99.Points, chart.Point{X: x, Y: p.Took.P99})
			persec.Points = append(persec.Points, chart.Point{X: x, Y: p.PerSecond})
		}
		latency.Curves = append(latency.Curves, p50, p99)
		rate.Curves = append(rate.Curves, persec)
	}
	return chart.SVG("verbatim "+r.Version+": speed against the size of the corpus", latency, rate)
}
