package enginetest

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"verbatim/index"
)

// asByHand compares the candidates for random questions with those that reading every sentence gives.
func asByHand(t *testing.T, engine index.Engine) {
	random := rand.New(rand.NewPCG(3, 4))
	zipf := rand.NewZipf(random, 1.2, 2, 200)
	term := func() string { return fmt.Sprintf("t%d", zipf.Uint64()) }
	var all []index.Entry
	for range 3000 {
		e := entry()
		for range random.IntN(20) {
			e.Terms = append(e.Terms, term())
		}
		all = append(all, e)
	}
	s := open(t, engine, built(t, engine, all))
	for i := range 50 {
		q := index.Query{MeanLength: []float64{10, 1, 40}[i%3], Limit: 1 + random.IntN(200)}
		for range 1 + random.IntN(6) {
			if name := term(); !slices.ContainsFunc(q.Terms, func(t index.QueryTerm) bool { return t.Term == name }) {
				q.Terms = append(q.Terms, index.QueryTerm{Term: name, Weight: 0.1 + random.Float64()})
			}
		}
		sameAsByHand(t, s, all, q)
	}
}

// commonTerms asks for terms that stand in most of many sentences, beside rare ones: an engine may spare
// itself the most of their postings, but not change a score.
func commonTerms(t *testing.T, engine index.Engine) {
	random := rand.New(rand.NewPCG(5, 6))
	var all []index.Entry
	for range 30_000 {
		e := entry()
		for n := range 3 {
			for range random.IntN(4) {
				e.Terms = append(e.Terms, fmt.Sprintf("common%d", n))
			}
		}
		for range random.IntN(8) {
			e.Terms = append(e.Terms, fmt.Sprintf("rare%d", random.IntN(300)))
		}
		for range random.IntN(300) * random.IntN(2) * random.IntN(2) {
			e.Terms = append(e.Terms, "long")
		}
		all = append(all, e)
	}
	s := open(t, engine, built(t, engine, all))
	for i := range 12 {
		q := index.Query{MeanLength: 8, Limit: 1 + random.IntN(50)}
		for _, n := range random.Perm(300)[:i%4] {
			q.Terms = append(q.Terms, index.QueryTerm{Term: fmt.Sprintf("rare%d", n), Weight: 3 + random.Float64()})
		}
		for n := range 3 {
			q.Terms = append(q.Terms, index.QueryTerm{Term: fmt.Sprintf("common%d", n), Weight: 0.1 + random.Float64()/2*float64(i%3)})
		}
		sameAsByHand(t, s, all, q)
	}
}

// sameAsByHand compares the candidates for a query with those that reading every sentence gives, and those for
// the same query with a floor as far as they reach it.
func sameAsByHand(t *testing.T, s index.Searcher, all []index.Entry, q index.Query) {
	t.Helper()
	want := byHand(all, q)
	for _, floored := range []int{-1, 0, len(want) / 2, len(want) - 1} {
		q.Floor = 0
		if floored >= 0 && floored < len(want) {
			q.Floor = want[floored].Score
		}
		below := func(c index.Candidate) bool { return c.Score < q.Floor }
		got, err := s.Candidates(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		got = slices.DeleteFunc(got, below)
		if reaching := slices.DeleteFunc(slices.Clone(want), below); !slices.Equal(got, reaching) {
			t.Fatalf("%+v: %d candidates, want %d, or others, or in another order", q, len(got), len(reaching))
		}
	}
}

func byHand(all []index.Entry, q index.Query) []index.Candidate {
	var found []index.Candidate
	for number, e := range all {
		c := index.Candidate{Number: number}
		for _, t := range q.Terms {
			n := 0
			for _, term := range e.Terms {
				if term == t.Term {
					n++
				}
			}
			if n > 0 {
				c.Score += q.Score(t.Weight, n, len(e.Terms))
			}
		}
		if c.Score > 0 {
			found = append(found, c)
		}
	}
	slices.SortFunc(found, func(a, b index.Candidate) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Number, b.Number))
	})
	return found[:withTies(found, q.Limit)]
}

// withTies is how many of some candidates, best first, are among the best limit or tie with the last.
func withTies(found []index.Candidate, limit int) int {
	n := min(limit, len(found))
	for n < len(found) && found[n].Score == found[n-1].Score {
		n++
	}
	return n
}
