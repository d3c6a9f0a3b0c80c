package eval_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"verbatim/corpus"
	"verbatim/corpus/source"
	"verbatim/index"
	"verbatim/index/bleve"
	"verbatim/index/eval"
)

var updateGolden = flag.Bool("update", false, "rewrite golden files")

// askSet indexes the documents of a folder and asks the questions of a set. Texts holds the
// documents' texts by path.
func askSet(t *testing.T, dir string, set eval.Set) (answers []index.Answer, texts map[string]string) {
	t.Helper()
	texts = map[string]string{}
	x, _, err := index.Update(t.Context(), t.TempDir(), bleve.Engine{}, func(ctx context.Context, yield func(*corpus.Document) error) error {
		folder := source.NewFolder(dir, source.FolderOptions{Settle: time.Millisecond})
		err := folder.Documents(ctx, func(d *corpus.Document) error {
			texts[d.Path] = d.Text
			return yield(d)
		})
		problems := folder.Problems()
		if err == nil && len(problems) > 0 {
			err = fmt.Errorf("skipped %v", problems)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	}()
	for _, q := range set.Questions {
		a, err := x.Ask(t.Context(), q.Text, index.Options{Top: eval.Depth})
		if err != nil {
			t.Fatal(err)
		}
		answers = append(answers, a)
	}
	return answers, texts
}

// TestGolden holds the figures of a small set in a golden file, so that any change of the ranking
// shows in its diff. Its documents and questions were written for it: rules, questions and answers,
// a recipe, minutes, release notes, an article, German and Spanish.
func TestGolden(t *testing.T) {
	dir := filepath.Join("testdata", "golden")
	set, err := eval.Load(filepath.Join(dir, "questions.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	answers, texts := askSet(t, filepath.Join(dir, "corpus"), set)
	report, err := eval.Score(set, answers, texts)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(report.Results); n < 80 || report.All.Unanswerable < 15 || len(report.NotFound) > 0 {
		t.Fatalf("%d questions judged, %d of them without an answer; not found: %q", n, report.All.Unanswerable, report.NotFound)
	}
	golden(t, filepath.Join("testdata", "figures.golden"), goldenFigures(&report))
}

// goldenFigures lists each question's rank ("-" for none right, "x" for none wanted) and verdict, and
// the totals.
func goldenFigures(r *eval.Report) []byte {
	var b bytes.Buffer
	for _, res := range r.Results {
		rank := "x"
		switch {
		case res.Rank > 0:
			rank = fmt.Sprint(res.Rank)
		case res.Answerable:
			rank = "-"
		}
		fmt.Fprintf(&b, "%2s  %-7s  %-8s  %s\n", rank, res.Verdict, res.Kind, res.ID)
	}
	b.WriteString("\n")
	for _, f := range []struct {
		name   string
		figure *eval.Figure
	}{
		{"P@1", r.All.P1}, {"MRR", r.All.MRR}, {"R@3", r.All.R3}, {"R@5", r.All.R5}, {"R@10", r.All.R10}, {"quote/gold length", r.All.Length},
		{"answered", r.All.Answered}, {"false answers", r.All.FalseAnswers}, {"precision", r.All.Precision},
		{"AUC right/wrong", r.All.RightWrong}, {"AUC right/none", r.All.RightNone}, {"C@90", r.All.C90},
	} {
		fmt.Fprintf(&b, "%-18s %.3f\n", f.name, f.figure.Value)
	}
	return b.Bytes()
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
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")); diff != "" {
		t.Errorf("%s differs (rewrite it with go test -update):\n%s", path, diff)
	}
}
