package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"testing"

	"verbatim/index"
)

var updateGolden = flag.Bool("update", false, "rewrite golden files")

// A judged question is one whose answers are known: the sentences in Gold, or none.
type judged struct {
	ID   string   `json:"id"`
	Q    string   `json:"q"`
	Gold []string `json:"gold"`
}

func readJudged(t *testing.T, path string) []judged {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var list []judged
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var j judged
		if err := json.Unmarshal(lines.Bytes(), &j); err != nil {
			t.Fatal(err)
		}
		list = append(list, j)
	}
	return list
}

// TestArticle asks the questions about the embedded article and holds their figures in a golden
// file, so that any change of the ranking shows in its diff. What must hold however it changes:
// 34 of the 40 questions that it answers have a right sentence first, and of the 15 that it does not
// answer at least 13 are not given one.
func TestArticle(t *testing.T) {
	questions := readJudged(t, "testdata/article/questions.jsonl")
	if len(questions) != 55 {
		t.Fatalf("%d questions, want 55", len(questions))
	}
	var l library
	x, _, closeIndex, err := l.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := closeIndex(); err != nil {
			t.Error(err)
		}
	}()
	var lines bytes.Buffer
	first, answered, refused, reciprocal := 0, 0, 0, 0.0
	for _, q := range questions {
		a, err := x.Ask(t.Context(), q.Q, index.Options{Top: 10})
		if err != nil {
			t.Fatal(err)
		}
		rank := 1 + slices.IndexFunc(a.Passages, func(p index.Passage) bool { return slices.Contains(q.Gold, p.Quote) })
		fmt.Fprintf(&lines, "%s %-8s rank %2d  %s\n", q.ID, a.Verdict, rank, q.Q)
		switch {
		case len(q.Gold) == 0:
			refused += count(a.Verdict != index.VerdictAnswer)
			continue
		case rank > 0:
			reciprocal += 1 / float64(rank)
		}
		first += count(rank == 1)
		answered += count(a.Verdict == index.VerdictAnswer)
	}
	fmt.Fprintf(&lines, "\nP@1 %d of 40   MRR %.3f   answered %d of 40   not answered, rightly, %d of 15\n", first, reciprocal/40, answered, refused)
	golden(t, "testdata/article/figures.golden", lines.Bytes())
	if first < 34 || refused < 13 {
		t.Errorf("%d questions have a right sentence first, want 34; %d rightly get none, want 13", first, refused)
	}
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
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
