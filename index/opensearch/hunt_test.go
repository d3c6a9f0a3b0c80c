package opensearch

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"verbatim/index"
)

// TestClusterManyTerms asks for more terms than OpenSearch takes in one question.
func TestClusterManyTerms(t *testing.T) {
	c, random := node(t), rand.New(rand.NewPCG(7, 8))
	const terms = 3 * maxClauses
	var all []index.Entry
	for range 4000 {
		var e index.Entry
		for range 1 + random.IntN(12) {
			e.Terms = append(e.Terms, fmt.Sprint("t", random.IntN(terms)))
		}
		all = append(all, e)
	}
	dir := filepath.Join(t.TempDir(), "engine")
	w, err := c.Engine().Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Add(t.Context(), all), w.Close(t.Context())); err != nil {
		t.Fatal(err)
	}
	s, err := c.Engine().Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	q, weights := index.Query{MeanLength: 9, Limit: 30}, map[string]float64{}
	for n := range terms {
		one := index.QueryTerm{Term: fmt.Sprint("t", n), Weight: 0.1 + random.Float64()}
		q.Terms, weights[one.Term] = append(q.Terms, one), one.Weight
	}
	found, err := s.Candidates(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	type scored struct {
		number int
		score  float64
	}
	var want []scored
	for number, e := range all {
		counts, one := map[string]int{}, scored{number: number}
		for _, term := range e.Terms {
			counts[term]++
		}
		for term, times := range counts {
			one.score += q.Score(weights[term], times, len(e.Terms))
		}
		want = append(want, one)
	}
	slices.SortFunc(want, func(a, b scored) int { return cmp.Compare(b.score, a.score) })
	if len(found) != q.Limit {
		t.Fatalf("%d candidates, not %d", len(found), q.Limit)
	}
	for i, f := range found {
		if f.Number != want[i].number {
			t.Errorf("candidate %d is %d, not %d", i, f.Number, want[i].number)
		}
	}
}

// TestRatio holds the bound of a score against scores, for sentences of every length.
func TestRatio(t *testing.T) {
	const longest = 400
	for _, mean := range []float64{0.5, 3, 10, 25, 300} {
		for _, here := range []float64{1, 5, 12, 100} {
			s := &searcher{pointer: pointer{Longest: longest}}
			q, own := index.Query{MeanLength: mean}, index.Query{MeanLength: here}
			for length := 1; length <= longest; length++ {
				for _, times := range []int{1, 2, length} {
					if exact, rough := q.Score(1, times, length), own.Score(1, times, length); exact > rough*s.ratio(here, mean)*(1+1e-12) {
						t.Fatalf("means %g and %g, length %d, %d times: %g is above %g times %g", mean, here, length, times, exact, rough, s.ratio(here, mean))
					}
				}
			}
		}
	}
}

func FuzzTake(f *testing.F) {
	f.Add("AQ", "1.5", "7")
	f.Add("gIA", "x", "-1")
	f.Fuzz(func(t *testing.T, encoded, score, number string) {
		q := &index.Query{Terms: []index.QueryTerm{{Term: "a", Weight: 1}}, MeanLength: 2, Limit: 1}
		h := &hunt{query: q, terms: map[uint64]int{1: 0}, found: map[int]index.Candidate{}, counts: make([]int, 1)}
		err := h.take([]string{encoded}, []json.RawMessage{json.RawMessage(score), json.RawMessage(number)})
		if _, bad := base64.RawStdEncoding.DecodeString(encoded); bad != nil && err == nil {
			t.Errorf("%q was taken", encoded)
		}
	})
}

func FuzzFailure(f *testing.F) {
	f.Add(503, []byte(`{"error":{"type":"x","reason":"y","root_cause":[{"type":"z"}]},"status":503}`))
	f.Add(429, []byte(`{"error":"text"}`))
	f.Add(500, []byte(`<html>`))
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		err := failure(status, body)
		if len([]rune(err.reason)) > 200 && len(err.Error()) > 4000 {
			t.Errorf("an error of %d bytes", len(err.Error()))
		}
		if errors.Is(err, ErrRefused) && errors.Is(err, index.ErrAway) {
			t.Errorf("%v is two things", err)
		}
	})
}
