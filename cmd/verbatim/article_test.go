package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"testing"

	"verbatim/index"
	"verbatim/index/eval"
)

var updateGolden = flag.Bool("update", false, "rewrite golden files")

// TestArticle asks the questions about the embedded article and holds their figures in a golden
// file, so that any change of the ranking shows in its diff. What must hold however it changes: of
// the 40 questions that the article answers 36 have a right sentence first, and of the 15 that it
// does not answer at least 13 are not given one.
func TestArticle(t *testing.T) {
	set, err := eval.Load("testdata/article/questions.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	e := evalCommand{top: eval.Depth}
	report, err := e.measure(t.Context(), set)
	if err != nil {
		t.Fatal(err)
	}
	if report.All.Questions != 40 || report.All.Unanswerable != 15 {
		t.Fatalf("%d questions with an answer and %d without, want 40 and 15", report.All.Questions, report.All.Unanswerable)
	}
	var lines bytes.Buffer
	first, answered, refused := 0, 0, 0
	for _, r := range report.Results {
		fmt.Fprintf(&lines, "%s %-8s rank %2d  %s\n", r.ID, r.Verdict, r.Rank, r.Judged.Text)
		switch {
		case r.Verdict != index.VerdictAnswer && !r.Answerable:
			refused++
		case r.Verdict == index.VerdictAnswer && r.Answerable:
			answered++
		}
		if r.Rank == 1 {
			first++
		}
	}
	fmt.Fprintf(&lines, "\nP@1 %d of 40   MRR %.3f   answered %d of 40   not answered, rightly, %d of 15\n", first, report.All.MRR.Value, answered, refused)
	golden(t, "testdata/article/figures.golden", lines.Bytes())
	if first < 36 || refused < 13 {
		t.Errorf("%d questions have a right sentence first, want 36; %d rightly get none, want 13", first, refused)
	}
}

func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *updateGolden {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs (rewrite it with go test -update); got:\n%s", path, got)
	}
}
