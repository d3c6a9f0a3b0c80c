package eval_test

import (
	"path/filepath"
	"testing"

	"verbatim/index/eval"
)

// TestHowTo holds in a golden file what becomes of short questions that a newcomer asks about the embedded guide:
// how to do things, what happens when, where things are, and some that it does not answer. Half of them, those
// with even numbers, were looked at only when the rules for such questions were done.
func TestHowTo(t *testing.T) {
	set, err := eval.Load(filepath.Join("testdata", "howto", "questions.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	answers, texts := askSet(t, filepath.Join("..", "..", "corpus", "articles"), set)
	report, err := eval.Score(set, answers, texts)
	if err != nil {
		t.Fatal(err)
	}
	if report.All.Questions < 40 || report.All.Unanswerable < 16 || len(report.NotFound) > 0 {
		t.Fatalf("%d questions with an answer and %d without; not found: %q", report.All.Questions, report.All.Unanswerable, report.NotFound)
	}
	golden(t, filepath.Join("testdata", "howto.golden"), goldenFigures(&report))
}
