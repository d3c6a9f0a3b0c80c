package eval_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"verbatim/index"
	"verbatim/index/eval"
)

// ranked returns a report with results of the given ranks; rank -1 stands for an unanswerable
// question that got an answer, -2 for one that did not.
func ranked(ranks ...int) eval.Report {
	var r eval.Report
	for i, rank := range ranks {
		res := eval.Result{ID: fmt.Sprint(i), Kind: eval.Who, Answerable: rank >= 0, Rank: max(0, rank), Verdict: index.VerdictNear}
		if rank == -1 || rank == 1 {
			res.Verdict = index.VerdictAnswer
		}
		if i%2 == 1 {
			res.Kind = eval.What
		}
		r.Results = append(r.Results, res)
	}
	return r
}

func TestCompare(t *testing.T) {
	before := ranked(1, 2, 0, 0, 3, 2, 2, 0, -1, -1, 1)
	after := ranked(1, 1, 1, 1, 1, 1, 1, 1, -2, -1, 4)
	c, err := eval.Compare(before, after)
	if err != nil {
		t.Fatal(err)
	}
	// Seven rose and one fell: 2 × (1 + 8) / 2^8.
	p1 := c.All.P1
	if p1.Questions != 9 || p1.Up != 7 || p1.Down != 1 || math.Abs(p1.P-18.0/256) > 1e-6 {
		t.Errorf("P@1: %+v", *p1)
	}
	if want := 6.0 / 9; math.Abs(p1.Difference.Value-want) > 1e-6 || math.Abs(p1.After-p1.Before-want) > 1e-5 || p1.Difference.Low <= 0 || p1.Difference.High > 1 {
		t.Errorf("P@1: %+v, want a difference of %.3f", *p1, want)
	}
	// Of the 256 ways to sign the differences few sum up to so much.
	if m := c.All.MRR; m.Up != 7 || m.Down != 1 || m.P < 0.005 || m.P > 0.06 {
		t.Errorf("MRR: %+v", *m)
	}
	if f := c.All.FalseAnswers; f.Questions != 2 || f.Before != 1 || f.After != 0.5 || f.P != 1 {
		t.Errorf("false answers: %+v", *f)
	}
	if c.Shared != 11 || len(c.Kinds) != 2 || c.Kinds[0].Kind != eval.Who || c.Kinds[0].P1.Questions+c.Kinds[1].P1.Questions != 9 {
		t.Errorf("%d shared, kinds %+v", c.Shared, c.Kinds)
	}
}

func TestCompareWithItself(t *testing.T) {
	report := ranked(1, 0, 3, -1)
	data, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	var read eval.Report
	if err := json.Unmarshal(data, &read); err != nil {
		t.Fatal(err)
	}
	c, err := eval.Compare(read, report)
	if err != nil {
		t.Fatal(err)
	}
	for name, p := range map[string]*eval.Paired{"P@1": c.All.P1, "MRR": c.All.MRR, "answered": c.All.Answered, "false": c.All.FalseAnswers} {
		if p.P != 1 || p.Up+p.Down != 0 || p.Difference != (eval.Figure{}) {
			t.Errorf("%s: %+v", name, *p)
		}
	}
}

func TestCompareOtherQuestions(t *testing.T) {
	twice := func(ranks ...int) eval.Report {
		r := ranked(ranks...)
		for i := range r.Results {
			r.Results[i].ID = "same"
		}
		return r
	}
	c, err := eval.Compare(twice(1, 0, 1), twice(1, 1))
	if err != nil || c.Shared != 2 || c.OnlyBefore != 1 || c.OnlyAfter != 0 || c.All.P1.Up != 1 || c.All.P1.Down != 0 {
		t.Errorf("questions with one ID: %+v, %v", c, err)
	}
	if _, err := eval.Compare(eval.Report{}, ranked(1)); !errors.Is(err, eval.ErrNothingShared) {
		t.Errorf("nothing shared: error %v", err)
	}
	if _, err := eval.Compare(ranked(1), ranked(-1)); err == nil {
		t.Error("a question that only one report calls answerable is no error")
	}
}

// manyConfidences returns a report on questions of which a share like their confidence is right.
func manyConfidences(t *testing.T) eval.Report {
	t.Helper()
	var set eval.Set
	var answers []index.Answer
	for i := range 1000 {
		confidence := float64(i) / 999
		quote := "a.md: x"
		if float64(i%10)/10 < confidence {
			quote = "b.txt: x"
		}
		set.Questions = append(set.Questions, eval.Question{Text: "q", Doc: "b.txt"})
		answers = append(answers, answer("q", index.VerdictNear, confidence, quote))
	}
	report, err := eval.Score(set, answers, texts)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func TestCalibration(t *testing.T) {
	c := manyConfidences(t).Calibration
	if len(c.Bins) != eval.Bins || c.Error > 0.06 || c.Brier > 0.2 || c.Brier < 0.1 {
		t.Errorf("%d bins, error %.3f, Brier score %.3f", len(c.Bins), c.Error, c.Brier)
	}
	total := 0
	for _, b := range c.Bins {
		total += b.Questions
		if b.Confidence < b.From || b.Confidence > b.To || b.Right.Value < b.Right.Low || b.Right.Value > b.Right.High {
			t.Errorf("bin %+v", b)
		}
	}
	if total != 1000 {
		t.Errorf("the bins hold %d questions, want 1000", total)
	}
	if none, err := eval.Score(eval.Set{}, nil, nil); err != nil || len(none.Calibration.Bins) != 0 || none.Calibration.Error != 0 {
		t.Errorf("no questions: %+v, %v", none.Calibration, err)
	}
}

// TestDiagram reads the SVG as XML: it must have a title and a description, and a point for each
// bin, all of them within the picture.
func TestDiagram(t *testing.T) {
	for name, c := range map[string]eval.Calibration{"<odd> & \"name\"\x00": manyConfidences(t).Calibration, "empty": {}} {
		picture := c.SVG(name)
		if strings.Contains(picture, "NaN") || strings.Contains(picture, "Inf") {
			t.Errorf("%q: a coordinate is no number", name)
		}
		elements := map[string]int{}
		for d := xml.NewDecoder(strings.NewReader(picture)); ; {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%q is no XML: %v", name, err)
			}
			if e, ok := token.(xml.StartElement); ok {
				elements[e.Name.Local]++
			}
		}
		if got := cmp.Diff([]int{1, 1, len(c.Bins)}, []int{elements["svg"], elements["desc"], elements["circle"]}); got != "" || elements["title"] != 1+len(c.Bins) {
			t.Errorf("%q: elements %v", name, elements)
		}
	}
}
