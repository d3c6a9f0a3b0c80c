package index

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// A Study is what the rankings see of one question: programs that fit them learn from it.
type Study struct {
	// Verdict is [VerdictChat] for small talk, which has no candidates.
	Verdict Verdict
	// Candidates are those that the second ranking looks at, in the order of the first.
	Candidates []Studied
	// outlook is what the confidence is computed from; see [Study.Outlook].
	outlook func(scores []float64) []float64
}

// A Studied candidate is a sentence with its features, in the order of [Features].
type Studied struct {
	Passage  Passage
	Features []float64
	// Offset is what is taken from the score that the trees give, by rules that are not learned.
	Offset float64
}

// Features names the features of the second ranking, Outlooks those of the confidence.
func Features() []string { return namesOf(rankingFeatures[:]) }

// Outlooks names the features of the confidence, in the order of [Study.Outlook].
func Outlooks() []string { return append(Features(), namesOf(outlookFeatures[:])...) }

func namesOf(list []described) []string {
	names := make([]string, len(list))
	for i, d := range list {
		names[i] = d.name
	}
	return names
}

// Study returns what is known of the candidates of a question before the trees have ordered them.
func (x *Index) Study(ctx context.Context, question string) (Study, error) {
	now := x.present()
	defer x.leave(now)
	v := now.view(nil, x.words)
	q := ParseQuestion(question, v.Languages)
	if q.Chat != ChatNone {
		return Study{Verdict: VerdictChat}, nil
	}
	st, err := v.statistics(ctx, &q)
	if err != nil {
		return Study{}, fmt.Errorf("study question: %w", err)
	}
	r, list, err := v.ranked(ctx, st, 0)
	if err != nil {
		return Study{}, fmt.Errorf("study question: %w", err)
	}
	slices.SortStableFunc(list, func(a, b scored) int { return cmp.Compare(b.first, a.first) })
	var study Study
	for i := range list {
		s := &list[i]
		passages, err := v.passages(list[i:i+1], []int{0})
		if err != nil {
			return Study{}, fmt.Errorf("study question: %w", err)
		}
		study.Candidates = append(study.Candidates, Studied{
			Passage:  passages[0],
			Features: s.vector[:],
			Offset:   penalty(s),
		})
		s.text, s.tokens, s.matched = "", nil, nil // many studies are kept, and the outlook wants none of it
	}
	study.outlook = func(scores []float64) []float64 {
		ordered := make([]scored, len(list))
		copy(ordered, list)
		for i := range ordered {
			ordered[i].score = scores[i]
		}
		byScore(ordered)
		return outlookOf(ordered, 0, r.st)
	}
	return study, nil
}

// Outlook returns the features of the confidence if the candidates had the given scores, one for
// each, in their order; there must be a candidate.
func (s *Study) Outlook(scores []float64) []float64 { return s.outlook(scores) }
