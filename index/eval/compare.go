package eval

import (
	"errors"
	"fmt"
	"math"
)

// A Comparison says how two reports on the same questions differ. Its JSON form is stable.
type Comparison struct {
	// Shared is the number of questions that both judged; OnlyBefore and OnlyAfter those that one
	// did.
	Shared     int          `json:"shared"`
	OnlyBefore int          `json:"only_before"`
	OnlyAfter  int          `json:"only_after"`
	All        Change       `json:"all"`
	Kinds      []KindChange `json:"kinds"`
}

// KindChange is the change of one kind of question.
type KindChange struct {
	Kind Kind `json:"kind"`
	Change
}

// A Change holds the paired differences of some figures; nil where there was no such question.
type Change struct {
	P1           *Paired `json:"p_at_1"`
	MRR          *Paired `json:"mrr"`
	Answered     *Paired `json:"answered"`
	FalseAnswers *Paired `json:"false_answers"`
}

// A Paired is a figure of the same questions before and after.
type Paired struct {
	Questions int     `json:"questions"`
	Before    float64 `json:"before"`
	After     float64 `json:"after"`
	// Difference is After minus Before with its normal interval for paired values.
	Difference Figure `json:"difference"`
	// Up and Down are the numbers of questions for which the figure rose and fell.
	Up   int `json:"up"`
	Down int `json:"down"`
	// P is the chance of such a difference, or a larger one, if it were a matter of luck: by McNemar's
	// exact test for shares, by a paired randomization test for MRR.
	P float64 `json:"p"`
}

// ErrNothingShared is the error of [Compare] for reports without a question in common.
var ErrNothingShared = errors.New("the reports have no question in common")

// Compare pairs the results of two reports by the questions' IDs. It fails with [ErrNothingShared],
// and when a question was answerable for one report only.
func Compare(before, after Report) (Comparison, error) {
	first := map[string]*Result{}
	names := namer{}
	for i := range before.Results {
		first[names.name(&before.Results[i])] = &before.Results[i]
	}
	c := Comparison{Kinds: []KindChange{}}
	all, byKind := &pairs{}, map[Kind]*pairs{}
	names = namer{}
	for i := range after.Results {
		now := &after.Results[i]
		was := first[names.name(now)]
		switch {
		case was == nil:
			c.OnlyAfter++
			continue
		case was.Answerable != now.Answerable:
			return Comparison{}, fmt.Errorf("compare reports: question %s can be answered by one of them only", now.ID)
		}
		if byKind[now.Kind] == nil {
			byKind[now.Kind] = &pairs{}
		}
		all.add(was, now)
		byKind[now.Kind].add(was, now)
		c.Shared++
	}
	if c.OnlyBefore = len(before.Results) - c.Shared; c.Shared == 0 {
		return Comparison{}, fmt.Errorf("compare reports: %w", ErrNothingShared)
	}
	c.All = all.change()
	for _, kind := range kinds {
		if p := byKind[kind]; p != nil {
			c.Kinds = append(c.Kinds, KindChange{kind, p.change()})
		}
	}
	return c, nil
}

// A namer tells results with the same ID apart by counting them.
type namer map[string]int

func (n namer) name(r *Result) string {
	n[r.ID]++
	return fmt.Sprintf("%d %s", n[r.ID], r.ID)
}

// pairs are the values of each question before and after.
type pairs struct{ first, reciprocal, answered, falsely [][2]float64 }

func (p *pairs) add(was, now *Result) {
	number := func(b bool) float64 { return float64(count(b)) }
	answered := [2]float64{number(was.answered()), number(now.answered())}
	if !now.Answerable {
		p.falsely = append(p.falsely, answered)
		return
	}
	p.answered = append(p.answered, answered)
	p.first = append(p.first, [2]float64{number(was.right()), number(now.right())})
	p.reciprocal = append(p.reciprocal, [2]float64{was.reciprocal(), now.reciprocal()})
}

func (p *pairs) change() Change {
	return Change{P1: pair(p.first, mcNemar), MRR: pair(p.reciprocal, randomization), Answered: pair(p.answered, mcNemar), FalseAnswers: pair(p.falsely, mcNemar)}
}

// pair compares paired values; test returns the chance of the differences that are not 0.
func pair(values [][2]float64, test func(differences []float64) float64) *Paired {
	if len(values) == 0 {
		return nil
	}
	p := &Paired{Questions: len(values)}
	var all, changed []float64
	for _, v := range values {
		d := v[1] - v[0]
		p.Before += v[0] / float64(len(values))
		p.After += v[1] / float64(len(values))
		p.Up += count(d > 0)
		p.Down += count(d < 0)
		all = append(all, d)
		if d != 0 {
			changed = append(changed, d)
		}
	}
	m, deviation := moments(all)
	p.Difference = *newFigure(m, math.Max(-1, m-z*deviation), math.Min(1, m+z*deviation))
	p.Before, p.After, p.P = round(p.Before), round(p.After), round(test(changed))
	return p
}
