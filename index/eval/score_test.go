package eval_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"verbatim/index"
	"verbatim/index/eval"
)

var texts = map[string]string{
	"a.md":         "# Leave\n\nParents may take *twelve* weeks of leave. Ask your manager. Ask your manager.",
	"b.txt":        "The office closes on Friday. Straße und ﬁne.",
	"people/c.txt": "Parents may take twelve weeks of leave.",
}

// answer is a hand-made answer; quotes stand as "path: quote".
func answer(question string, verdict index.Verdict, confidence float64, quotes ...string) index.Answer {
	a := index.Answer{Question: question, Verdict: verdict, Confidence: confidence}
	for _, q := range quotes {
		path, quote, _ := strings.Cut(q, ": ")
		a.Passages = append(a.Passages, index.Passage{Quote: quote, Document: index.Source{Path: path}})
	}
	return a
}

func TestRank(t *testing.T) {
	const sentence = "Parents may take twelve weeks of leave."
	for _, tt := range []struct {
		name     string
		question eval.Question
		quotes   []string
		rank     int
	}{
		{"the sentence", eval.Question{Doc: "a.md", Gold: []string{sentence}}, []string{"a.md: " + sentence}, 1},
		{"markup and case do not matter", eval.Question{Doc: "a.md", Gold: []string{"PARENTS may take **twelve** weeks of leave"}}, []string{"a.md: Parents may take *twelve* weeks of leave."}, 1},
		{"compatible letters", eval.Question{Doc: "b.txt", Gold: []string{"STRASSE und fine"}}, []string{"b.txt: Straße und ﬁne."}, 1},
		{"half the sentence", eval.Question{Doc: "a.md", Gold: []string{sentence}}, []string{"a.md: twelve weeks of leave. Ask your manager."}, 1},
		{"less than half of either", eval.Question{Doc: "a.md", Gold: []string{sentence}}, []string{"a.md: leave. Ask your manager."}, 0},
		{"a part of it", eval.Question{Doc: "a.md", Gold: []string{sentence}}, []string{"a.md: twelve weeks"}, 1},
		{"another document", eval.Question{Doc: "a.md", Gold: []string{sentence}}, []string{"people/c.txt: " + sentence}, 0},
		{"any document that holds it", eval.Question{Gold: []string{sentence}}, []string{"people/c.txt: " + sentence}, 1},
		{"by file name", eval.Question{Doc: "c.txt", Gold: []string{sentence}}, []string{"people/c.txt: " + sentence}, 1},
		{"by path", eval.Question{Doc: "people/c.txt", Gold: []string{sentence}}, []string{"people/c.txt: " + sentence}, 1},
		{"part of a name is none", eval.Question{Doc: ".txt", Words: []string{"office"}}, []string{"b.txt: The office closes on Friday."}, -1},
		{"second gold sentence", eval.Question{Doc: "b.txt", Gold: []string{"Not there.", "The office closes on Friday."}}, []string{"b.txt: The office closes on Friday."}, 1},
		{"second place of the same words", eval.Question{Doc: "a.md", Gold: []string{"Ask your manager. Ask your manager."}}, []string{"a.md: manager."}, 1},
		{"third passage", eval.Question{Doc: "b.txt"}, []string{"a.md: x", "a.md: y", "b.txt: The office closes on Friday."}, 3},
		{"document alone", eval.Question{Doc: "b.txt"}, []string{"b.txt: anything"}, 1},
		{"words", eval.Question{Words: []string{"on friday"}}, []string{"b.txt: The office closes on Friday."}, 1},
		{"words across punctuation", eval.Question{Words: []string{"office-closes"}}, []string{"b.txt: The office closes on Friday."}, 1},
		{"one of several wordings", eval.Question{Words: []string{"on Sunday", "on Friday"}}, []string{"b.txt: The office closes on Friday."}, 1},
		{"words in the wrong document", eval.Question{Doc: "c.txt", Words: []string{"twelve weeks"}}, []string{"a.md: take *twelve* weeks"}, 0},
		{"words not in the quote", eval.Question{Words: []string{"on Friday"}}, []string{"b.txt: The office closes"}, 0},
		{"an empty quote", eval.Question{Doc: "a.md", Gold: []string{sentence}}, []string{"a.md: ..."}, 0},
		{"no passage", eval.Question{Doc: "a.md", Gold: []string{sentence}}, nil, 0},
		{"eleventh passage", eval.Question{Doc: "b.txt"}, append(make([]string, 10), "b.txt: The office"), 0},
		{"gold that the document does not hold", eval.Question{Doc: "b.txt", Gold: []string{sentence}}, []string{"b.txt: x"}, -1},
		{"document that is not there", eval.Question{Doc: "d.txt"}, []string{"b.txt: x"}, -1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.question.Text = "q"
			report, err := eval.Score(eval.Set{Questions: []eval.Question{tt.question}}, []index.Answer{answer("q", index.VerdictNear, 0.5, tt.quotes...)}, texts)
			if err != nil {
				t.Fatal(err)
			}
			rank := -1
			if len(report.Results) > 0 {
				rank = report.Results[0].Rank
			}
			if rank != tt.rank || (rank < 0) != (len(report.NotFound) == 1) {
				t.Errorf("rank %d, want %d (-1: not found)", rank, tt.rank)
			}
		})
	}
}

// values are the figures without their intervals; -1 where there is none.
func values(f eval.Figures) map[string]float64 {
	m := map[string]float64{}
	for name, figure := range map[string]*eval.Figure{"P@1": f.P1, "MRR": f.MRR, "R@3": f.R3, "answered": f.Answered, "false": f.FalseAnswers,
		"precision": f.Precision, "right/wrong": f.RightWrong, "right/none": f.RightNone, "C@90": f.C90} {
		m[name] = -1
		if figure != nil {
			m[name] = figure.Value
		}
	}
	return m
}

func TestFigures(t *testing.T) {
	const right, wrong, second = "r", "w", "s"
	type asked struct {
		outcome    string // right, wrong, second (place), "" for no passage
		none       bool   // nothing answers it
		answered   bool
		confidence float64
	}
	for _, tt := range []struct {
		name  string
		asked []asked
		want  map[string]float64
	}{
		{"no question", nil, map[string]float64{"P@1": -1, "MRR": -1, "R@3": -1, "answered": -1, "false": -1, "precision": -1, "right/wrong": -1, "right/none": -1, "C@90": -1}},
		{"no unanswerable ones", []asked{{right, false, true, 0.9}, {wrong, false, true, 0.4}, {second, false, false, 0.9}, {"", false, false, 0}},
			map[string]float64{"P@1": 0.25, "MRR": 0.375, "R@3": 0.5, "answered": 0.5, "false": -1, "precision": 0.5, "right/wrong": 0.833333, "right/none": -1, "C@90": -1}},
		{"only unanswerable ones", []asked{{wrong, true, true, 0.9}, {"", true, false, 0}},
			map[string]float64{"P@1": -1, "MRR": -1, "R@3": -1, "answered": -1, "false": 0.5, "precision": -1, "right/wrong": -1, "right/none": -1, "C@90": -1}},
		{"all refused", []asked{{right, false, false, 0.4}, {wrong, true, false, 0.1}},
			map[string]float64{"P@1": 1, "MRR": 1, "R@3": 1, "answered": 0, "false": 0, "precision": -1, "right/wrong": -1, "right/none": 1, "C@90": 1}},
		{"all of one confidence", []asked{{right, false, true, 0.5}, {wrong, false, true, 0.5}, {wrong, true, true, 0.5}},
			map[string]float64{"P@1": 0.5, "MRR": 0.5, "R@3": 0.5, "answered": 1, "false": 1, "precision": 0.5, "right/wrong": 0.5, "right/none": 0.5, "C@90": 0}},
		// One unanswerable question stands for two: at 0.6 two of two are right, at 0.5 two of four.
		{"weights", []asked{{right, false, true, 0.9}, {right, false, true, 0.6}, {wrong, true, true, 0.5}},
			map[string]float64{"P@1": 1, "MRR": 1, "R@3": 1, "answered": 1, "false": 1, "precision": 1, "right/wrong": -1, "right/none": 1, "C@90": 1}},
		{"a confident error", []asked{{wrong, true, true, 0.95}, {right, false, true, 0.9}, {right, false, true, 0.6}},
			map[string]float64{"P@1": 1, "MRR": 1, "R@3": 1, "answered": 1, "false": 1, "precision": 1, "right/wrong": -1, "right/none": 0, "C@90": 0}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var set eval.Set
			var answers []index.Answer
			for _, a := range tt.asked {
				q := eval.Question{Text: "What is it?", Doc: "b.txt", Unanswerable: a.none}
				quotes := map[string][]string{right: {"b.txt: x"}, wrong: {"a.md: x"}, second: {"a.md: x", "b.txt: x"}}[a.outcome]
				verdict := index.VerdictNear
				if a.answered {
					verdict = index.VerdictAnswer
				}
				set.Questions = append(set.Questions, q)
				answers = append(answers, answer(q.Text, verdict, a.confidence, quotes...))
			}
			report, err := eval.Score(set, answers, texts)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, values(report.All)); diff != "" {
				t.Errorf("figures differ:\n%s", diff)
			}
			checkIntervals(t, report.All)
			if len(tt.asked) > 0 && (len(report.Kinds) != 1 || report.Kinds[0].Kind != eval.What) {
				t.Errorf("kinds %+v", report.Kinds)
			}
		})
	}
}

// checkIntervals fails unless each figure lies in its interval, and the interval within 0 and 1.
func checkIntervals(t *testing.T, f eval.Figures) {
	t.Helper()
	for name, figure := range map[string]*eval.Figure{"P@1": f.P1, "MRR": f.MRR, "R@3": f.R3, "R@5": f.R5, "R@10": f.R10, "answered": f.Answered,
		"false": f.FalseAnswers, "precision": f.Precision, "right/wrong": f.RightWrong, "right/none": f.RightNone, "C@90": f.C90} {
		if figure != nil && !(0 <= figure.Low && figure.Low <= figure.Value && figure.Value <= figure.High && figure.High <= 1) {
			t.Errorf("%s is %+v", name, *figure)
		}
	}
}

func TestScoreRefuses(t *testing.T) {
	set := eval.Set{Name: "q.jsonl", Questions: []eval.Question{{Text: "A?", Doc: "a.md"}, {Text: "B?", Doc: "a.md"}}}
	for name, answers := range map[string][]index.Answer{
		"an answer is missing":   {answer("A?", index.VerdictNear, 0)},
		"one answer too many":    {answer("A?", index.VerdictNear, 0), answer("B?", index.VerdictNear, 0), answer("C?", index.VerdictNear, 0)},
		"answers in wrong order": {answer("B?", index.VerdictNear, 0), answer("A?", index.VerdictNear, 0)},
	} {
		if _, err := eval.Score(set, answers, texts); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	s := eval.NewScorer(eval.Set{}, texts)
	if err := s.Add(&index.Answer{}); err == nil {
		t.Error("an answer to no question is no error")
	}
}

func TestMisses(t *testing.T) {
	set := eval.Set{Questions: []eval.Question{
		{ID: "1", Text: "right?", Doc: "b.txt"}, {ID: "2", Text: "wrong?", Doc: "b.txt"}, {ID: "3", Text: "worse?", Words: []string{"Friday", "Straße"}},
		{ID: "4", Text: "absent?", Doc: "a.md", Gold: []string{"Ask your manager."}}, {ID: "5", Text: "none?", Unanswerable: true}, {ID: "6", Text: "refused?", Unanswerable: true},
	}}
	report, err := eval.Score(set, []index.Answer{
		answer("right?", index.VerdictAnswer, 0.9, "b.txt: x"), answer("wrong?", index.VerdictNear, 0.3, "a.md: x", "b.txt: y"),
		answer("worse?", index.VerdictAnswer, 0.8, "a.md: z"), answer("absent?", index.VerdictNear, 0),
		answer("none?", index.VerdictAnswer, 0.7, "b.txt: n"), answer("refused?", index.VerdictNear, 0.9, "b.txt: n"),
	}, texts)
	if err != nil {
		t.Fatal(err)
	}
	missed, unwanted := report.Misses(2)
	if diff := cmp.Diff([]eval.Miss{
		{ID: "3", Kind: eval.Other, Question: "worse?", Confidence: 0.8, Wanted: "Friday | Straße", Quote: "z", Path: "a.md"},
		{ID: "2", Kind: eval.Other, Question: "wrong?", Confidence: 0.3, Rank: 2, Wanted: "b.txt", Quote: "x", Path: "a.md"},
	}, missed); diff != "" {
		t.Errorf("misses differ:\n%s", diff)
	}
	if diff := cmp.Diff([]eval.Miss{{ID: "5", Kind: eval.Other, Question: "none?", Confidence: 0.7, Quote: "n", Path: "b.txt"}}, unwanted); diff != "" {
		t.Errorf("unwanted answers differ:\n%s", diff)
	}
	if missed, _ := report.Misses(10); len(missed) != 3 || missed[2].Wanted != "Ask your manager." {
		t.Errorf("all misses: %+v", missed)
	}
}
