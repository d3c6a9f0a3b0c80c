package index

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestForestsFitTheFeatures guards against trees that were learned from other features.
func TestForestsFitTheFeatures(t *testing.T) {
	for name, tt := range map[string]struct {
		forest   *forest
		features []string
	}{"ranking": {ranking, Features()}, "confidence": {certainty, Outlooks()}} {
		if !slices.Equal(tt.forest.Features, tt.features) {
			t.Errorf("the trees of the %s were learned with %q, the features are %q", name, tt.forest.Features, tt.features)
		}
		if len(tt.forest.Trees) == 0 || tt.forest.Origin == "" || slices.Contains(tt.features, "") {
			t.Errorf("%s: %d trees of origin %q", name, len(tt.forest.Trees), tt.forest.Origin)
		}
		for i := range tt.forest.Trees {
			if err := tt.forest.Trees[i].check(len(tt.features)); err != nil {
				t.Fatalf("tree %d of the %s: %v", i, name, err)
			}
		}
	}
}

// check returns why a tree cannot be walked.
func (t *tree) check(features int) error {
	n := len(t.Value)
	if len(t.Feature) != n || len(t.Threshold) != n || len(t.Yes) != n || len(t.No) != n {
		return errors.New("its lists are of different lengths")
	}
	for node := range n {
		yes, no := int(t.Yes[node]), int(t.No[node])
		if yes == 0 && no == 0 {
			continue
		}
		if yes <= node || no <= node || yes >= n || no >= n || int(t.Feature[node]) >= features {
			return fmt.Errorf("node %d leads to %d and %d of %d by feature %d", node, yes, no, n, t.Feature[node])
		}
	}
	return nil
}

func TestPointsAddUp(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		var v vector
		for f := range v {
			v[f] = random.Float64()
		}
		base, each := ranking.explain(v[:])
		sum := base
		for _, p := range each {
			sum += p
		}
		if score := ranking.score(v[:]); math.Abs(sum-score) > 1e-9 {
			t.Errorf("the points add up to %g, the score is %g", sum, score)
		}
	}
}

// TestScoreIsThatOfTheTrees walks each tree as it is written.
func TestScoreIsThatOfTheTrees(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	for _, f := range []*forest{ranking, certainty} {
		for range 50 {
			v := make([]float64, len(f.Features))
			for i := range v {
				v[i] = 2*random.Float64() - 0.5
			}
			if random.IntN(5) == 0 {
				v[random.IntN(len(v))] = math.NaN()
			}
			want := 0.0
			for _, tree := range f.Trees {
				n := uint8(0)
				for tree.Yes[n] != 0 {
					if v[tree.Feature[n]] <= tree.Threshold[n] {
						n = tree.Yes[n]
					} else {
						n = tree.No[n]
					}
				}
				want += tree.Value[n]
			}
			if got := f.score(v); got != want {
				t.Errorf("score %v, want %v", got, want)
			}
		}
	}
}

func TestBeginning(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want float64
	}{{"invad", "invas", 0.8}, {"travel", "visit", 0}, {"car", "cart", 0}, {"marriag", "marri", 10.0 / 12}, {"international", "internal", 14.0 / 21}} {
		if got := beginning(tt.a, tt.b); math.Abs(got-tt.want) > 1e-9 {
			t.Errorf("beginning(%q, %q) = %g, want %g", tt.a, tt.b, got, tt.want)
		}
	}
}
