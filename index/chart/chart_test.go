package chart_test

import (
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"verbatim/index/chart"
)

var update = flag.Bool("update", false, "write the golden files")

// TestSVG holds a picture in a golden file, which a browser shows.
func TestSVG(t *testing.T) {
	got := chart.SVG("Time & size", chart.Panel{Title: "Time of a question", X: "sentences", Y: "ms", Curves: []chart.Curve{
		{Name: "ours", Points: []chart.Point{{1000, .2}, {10_000, .5}, {1_000_000, 4}}},
		{Name: "<theirs>", Dashed: true, Points: []chart.Point{{1000, 1}, {10_000, 0}, {1_000_000, 950}}},
	}}, chart.Panel{Title: "Throughput", X: "sentences", Y: "questions a second", Curves: []chart.Curve{
		{Name: "ours", Points: []chart.Point{{1000, 5000}, {999_783, 6000}}}, {Name: "none"},
	}})
	wellFormed(t, got)
	for _, want := range []string{"Time &amp; size", "&lt;theirs&gt;", "0.2 at 1k", "950 at 1M", "6k at 1M", ">10M<|>1M<"} {
		if !containsAny(got, strings.Split(want, "|")) {
			t.Errorf("it lacks %q", want)
		}
	}
	for _, wrong := range []string{"NaN", "Inf", ">none<"} {
		if strings.Contains(got, wrong) {
			t.Errorf("it holds %q", wrong)
		}
	}
	file := filepath.Join("testdata", "curves.svg")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("it is not the picture of %s; look at it and run the test with -update", file)
	}
}

func containsAny(s string, any []string) bool {
	for _, a := range any {
		if strings.Contains(s, a) {
			return true
		}
	}
	return false
}

func wellFormed(t *testing.T, svg string) {
	t.Helper()
	for d := xml.NewDecoder(strings.NewReader(svg)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

// TestEmpty draws what has nothing to show.
func TestEmpty(t *testing.T) {
	for _, panels := range [][]chart.Panel{nil, {{Title: "Empty"}}, {{Curves: []chart.Curve{{Name: "nothing", Points: []chart.Point{{0, -1}}}}}}} {
		wellFormed(t, chart.SVG("Nothing", panels...))
	}
}
