package eval

import (
	"cmp"
	"slices"
	"strings"
)

// A Miss is a question whose first passage is wrong or absent.
type Miss struct {
	ID         string  `json:"id"`
	Kind       Kind    `json:"kind"`
	Question   string  `json:"question"`
	Confidence float64 `json:"confidence"`
	// Rank is the place of the first right passage; 0 when none of the first [Depth] is.
	Rank int `json:"rank"`
	// Wanted says what would have been right; "" when nothing answers the question.
	Wanted string `json:"wanted"`
	// Quote is the first passage's and Path its document's; both are "" without one.
	Quote string `json:"quote"`
	Path  string `json:"path"`
}

// Misses returns the n answerable and the n unanswerable questions that were missed with the highest
// confidence, highest first. An unanswerable question is missed when it was given an answer.
func (r *Report) Misses(n int) (answerable, unanswerable []Miss) {
	answerable, unanswerable = []Miss{}, []Miss{}
	for i := range r.Results {
		switch res := &r.Results[i]; {
		case res.Answerable && !res.right():
			answerable = append(answerable, res.miss())
		case !res.Answerable && res.answered():
			unanswerable = append(unanswerable, res.miss())
		}
	}
	return worst(answerable, n), worst(unanswerable, n)
}

func (r *Result) miss() Miss {
	m := Miss{ID: r.ID, Kind: r.Kind, Confidence: r.Confidence, Rank: r.Rank, Quote: r.Quote, Path: r.Path}
	if r.Judged != nil {
		m.Question, m.Wanted = r.Judged.Text, r.Judged.wanted()
	}
	return m
}

// wanted says what answers the question.
func (q *Question) wanted() string {
	switch {
	case len(q.Gold) > 0:
		return strings.Join(q.Gold, " | ")
	case len(q.Words) > 0:
		return strings.Join(q.Words, " | ")
	}
	return q.Doc
}

func worst(list []Miss, n int) []Miss {
	slices.SortStableFunc(list, func(a, b Miss) int { return cmp.Compare(b.Confidence, a.Confidence) })
	return list[:min(n, len(list))]
}
