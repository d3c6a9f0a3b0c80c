package eval_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"verbatim/index"
	"verbatim/index/eval"
)

// leastSets guards against a test that finds no sets.
const leastSets = 18

// TestSets holds in a golden file what becomes of each question of the small sets: one folder of
// documents of one kind or language with what people would ask, each a page or a few long, written
// for this. Questions that went well are only counted.
func TestSets(t *testing.T) {
	folders, err := filepath.Glob(filepath.Join("testdata", "sets", "*"))
	if err != nil || len(folders) < leastSets {
		t.Fatalf("%d sets, want %d: %v", len(folders), leastSets, err)
	}
	var b, misses bytes.Buffer
	fmt.Fprintf(&b, "%-12s %9s %6s %6s %9s %9s %12s %6s\n", "set", "questions", "P@1", "MRR", "answered", "precision", "unanswerable", "false")
	total := map[string]int{}
	for _, dir := range folders {
		name := filepath.Base(dir)
		set, err := eval.Load(filepath.Join(dir, "questions.jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(filepath.Join(dir, "corpus")); err != nil || !info.IsDir() {
			t.Fatalf("set %s has no folder corpus: %v", name, err)
		}
		answers, texts := askSet(t, filepath.Join(dir, "corpus"), set)
		report, err := eval.Score(set, answers, texts)
		if err != nil {
			t.Fatal(err)
		}
		if report.All.Questions < 10 || report.All.Unanswerable < 2 || len(report.NotFound) > 0 {
			t.Errorf("set %s: %d questions with an answer, %d without; not found: %q", name, report.All.Questions, report.All.Unanswerable, report.NotFound)
		}
		writeSet(&b, &misses, name, &report)
		for _, r := range report.Results {
			total[verdictOf(&r)]++
		}
	}
	fmt.Fprintf(&b, "\n%v\n\n%s", total, misses.Bytes())
	golden(t, filepath.Join("testdata", "sets.golden"), b.Bytes())
}

func writeSet(b, misses *bytes.Buffer, name string, r *eval.Report) {
	value := func(f *eval.Figure) string {
		if f == nil {
			return "-"
		}
		return fmt.Sprintf("%.3f", f.Value)
	}
	fmt.Fprintf(b, "%-12s %9d %6s %6s %9s %9s %12d %6s\n", name, r.All.Questions, value(r.All.P1), value(r.All.MRR), value(r.All.Answered),
		value(r.All.Precision), r.All.Unanswerable, value(r.All.FalseAnswers))
	for _, res := range r.Results {
		if how := verdictOf(&res); how != "right" && how != "refused" {
			fmt.Fprintf(misses, "%-12s %-14s %2d %.2f  %s\n", name, how, res.Rank, res.Confidence, res.ID)
		}
	}
}

// verdictOf says in a word what became of a question.
func verdictOf(r *eval.Result) string {
	answered := r.Verdict == index.VerdictAnswer
	switch {
	case !r.Answerable && answered:
		return "false answer"
	case !r.Answerable:
		return "refused"
	case answered && r.Rank == 1:
		return "right"
	case answered:
		return "wrong answer"
	case r.Rank == 1:
		return "first, unsure"
	}
	return "not first"
}
