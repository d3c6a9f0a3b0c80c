package eval_test

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"verbatim/index/eval"
)

// shared returns the folder of the judged sets that are kept beside the tree, and skips the test
// where it is not there.
func shared(t *testing.T) string {
	t.Helper()
	dir, named := os.LookupEnv("VERBATIM_SHARED")
	if !named {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	path := filepath.Join(dir, "eval")
	if _, err := os.Stat(path); err != nil {
		if named {
			t.Fatalf("VERBATIM_SHARED is set, but: %v", err)
		}
		t.Skipf("the judged sets are not beside the tree: %v", err)
	}
	return path
}

// TestAgainstReference holds the figures to those of the independent scorer of the judged sets.
func TestAgainstReference(t *testing.T) {
	folder := shared(t)
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skipf("the reference is a Python program: %v", err)
	}
	t.Run("whole set", func(t *testing.T) {
		t.Parallel()
		dir := filepath.Join(folder, "xquad-en")
		compareWithReference(t, filepath.Join(folder, "score.py"), filepath.Join(dir, "questions.jsonl"), filepath.Join(dir, "corpus"), 1190)
	})
	t.Run("sample with unanswerable questions", func(t *testing.T) {
		t.Parallel()
		questions, docs := sample(t, filepath.Join(folder, "squad2"), "questions-mixed.jsonl", 4, 12)
		compareWithReference(t, filepath.Join(folder, "score.py"), questions, docs, 500)
	})
	t.Run("Chinese", func(t *testing.T) {
		t.Parallel()
		questions, docs := sample(t, filepath.Join(folder, "xquad-zh"), "questions.jsonl", 8, 1)
		compareWithReference(t, filepath.Join(folder, "score.py"), questions, docs, 100)
	})
}

// sample copies the first documents of a set, the questions about them and every nth of those that
// nothing answers.
func sample(t *testing.T, dir, file string, documents, nth int) (questions, docs string) {
	t.Helper()
	docs = t.TempDir()
	names, err := filepath.Glob(filepath.Join(dir, "corpus", "*.md"))
	if err != nil || len(names) < documents {
		t.Fatalf("%d documents, want %d: %v", len(names), documents, err)
	}
	kept := map[string]bool{}
	for _, name := range names[:documents] {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		kept[filepath.Base(name)] = true
		if err := os.WriteFile(filepath.Join(docs, filepath.Base(name)), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(filepath.Join(dir, file))
	if err != nil {
		t.Fatal(err)
	}
	var chosen []byte
	unanswerable := 0
	for line := range bytes.Lines(data) {
		var q struct {
			Doc  string
			Gold []string
		}
		if err := json.Unmarshal(line, &q); err != nil {
			t.Fatal(err)
		}
		if len(q.Gold) == 0 {
			unanswerable++
		}
		if len(q.Gold) > 0 && kept[q.Doc] || len(q.Gold) == 0 && unanswerable%nth == 0 {
			chosen = append(chosen, line...)
		}
	}
	questions = filepath.Join(t.TempDir(), "questions.jsonl")
	if err := os.WriteFile(questions, chosen, 0o644); err != nil {
		t.Fatal(err)
	}
	return questions, docs
}

// referenceFigures are what the reference prints; nil where it prints null or nothing.
type referenceFigures struct {
	Questions    int      `json:"questions"`
	Unanswerable int      `json:"not answerable"`
	NotFound     int      `json:"gold not found in corpus"`
	P1           *float64 `json:"P@1"`
	MRR          *float64 `json:"MRR"`
	R3           *float64 `json:"R@3"`
	R5           *float64 `json:"R@5"`
	R10          *float64 `json:"R@10"`
	Length       *float64 `json:"quote/gold length"`
	Answered     *float64 `json:"answered"`
	Precision    *float64 `json:"precision"`
	RightWrong   *float64 `json:"AUC right/wrong"`
	FalseAnswers *float64 `json:"false answers"`
	RightNone    *float64 `json:"AUC right/none"`
	C90          *float64 `json:"C@90 (right answers given)"`
}

func compareWithReference(t *testing.T, script, questions, docs string, atLeast int) {
	set, err := eval.Load(questions)
	if err != nil {
		t.Fatal(err)
	}
	if len(set.Questions) < atLeast {
		t.Fatalf("%d questions, want at least %d", len(set.Questions), atLeast)
	}
	answers, texts := askSet(t, docs, set)
	report, err := eval.Score(set, answers, texts)
	if err != nil {
		t.Fatal(err)
	}
	var lines bytes.Buffer
	enc := json.NewEncoder(&lines)
	for i := range answers {
		if err := enc.Encode(&answers[i]); err != nil {
			t.Fatal(err)
		}
	}
	results := filepath.Join(t.TempDir(), "results.jsonl")
	if err := os.WriteFile(results, lines.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "python3", script, questions, results, docs, "--json").Output()
	if err != nil {
		t.Fatalf("score.py: %v", err)
	}
	var want referenceFigures
	if err := json.Unmarshal(out, &want); err != nil {
		t.Fatal(err)
	}
	got := report.All
	if got.Questions != want.Questions || got.Unanswerable != want.Unanswerable || len(report.NotFound) != want.NotFound {
		t.Errorf("%d questions, %d unanswerable, %d not found; the reference has %d, %d, %d",
			got.Questions, got.Unanswerable, len(report.NotFound), want.Questions, want.Unanswerable, want.NotFound)
	}
	for name, pair := range map[string]struct {
		got  *eval.Figure
		want *float64
	}{
		"P@1": {got.P1, want.P1}, "MRR": {got.MRR, want.MRR}, "R@3": {got.R3, want.R3}, "R@5": {got.R5, want.R5}, "R@10": {got.R10, want.R10},
		"length": {got.Length, want.Length}, "answered": {got.Answered, want.Answered}, "precision": {got.Precision, want.Precision},
		"right/wrong": {got.RightWrong, want.RightWrong}, "false answers": {got.FalseAnswers, want.FalseAnswers},
		"right/none": {got.RightNone, want.RightNone}, "C@90": {got.C90, want.C90},
	} {
		switch {
		case (pair.got == nil) != (pair.want == nil):
			t.Errorf("%s: defined %v, in the reference %v", name, pair.got != nil, pair.want != nil)
		case pair.got != nil && math.Abs(pair.got.Value-*pair.want) > 1e-5:
			t.Errorf("%s: %.6f, in the reference %.6f", name, pair.got.Value, *pair.want)
		}
	}
}
