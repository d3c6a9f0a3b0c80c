package index

import (
	"math"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"testing"
)

// TestForestFitsTheFeatures guards against trees that were learned from another list of features.
func TestForestFitsTheFeatures(t *testing.T) {
	source, err := os.ReadFile("features.go")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, m := range regexp.MustCompile(`(?m)^\t(f[A-Z]\w+)( feature = iota)?$`).FindAllStringSubmatch(string(source), -1) {
		names = append(names, m[1])
	}
	if len(names) != int(numFeatures) || !slices.Equal(names, ranking.Features) {
		t.Errorf("the trees were learned with %v, the features are %v", ranking.Features, names)
	}
	if len(ranking.Trees) == 0 || ranking.Origin == "" {
		t.Errorf("%d trees of origin %q", len(ranking.Trees), ranking.Origin)
	}
	for i, tree := range ranking.Trees {
		n := len(tree.Value)
		if len(tree.Feature) != n || len(tree.Threshold) != n || len(tree.Yes) != n || len(tree.No) != n {
			t.Fatalf("tree %d: its lists are of different lengths", i)
		}
		for node := range n {
			yes, no := int(tree.Yes[node]), int(tree.No[node])
			if yes == 0 && no == 0 {
				continue
			}
			if yes <= node || no <= node || yes >= n || no >= n || int(tree.Feature[node]) >= int(numFeatures) {
				t.Fatalf("tree %d, node %d: leads to %d and %d of %d by feature %d", i, node, yes, no, n, tree.Feature[node])
			}
		}
	}
}

func TestPointsAddUp(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		var v vector
		for f := range v {
			v[f] = random.Float64()
		}
		base, each := ranking.explain(&v)
		sum := base
		for _, p := range each {
			sum += p
		}
		if score := ranking.score(&v); math.Abs(sum-score) > 1e-9 {
			t.Errorf("the points add up to %g, the score is %g", sum, score)
		}
	}
}

func TestBar(t *testing.T) {
	last := 0.0
	for _, n := range []int{tinyIndex, 40, 100, 500, 1000, 1 << 30, 0, 1, tinyIndex - 1} {
		st := statistics{question: &Question{Words: []Word{{Text: "kerberos", Content: true}}}, manifest: &Manifest{Sentences: n}, frequency: []int{1}}
		b := st.bar()
		if n < tinyIndex {
			last = tinyBar
		}
		if b < last || b < lowBar-1e-9 || b > highBar+1e-9 {
			t.Errorf("the bar of %d sentences is %g after %g", n, b, last)
		}
		last = b
		st.frequency[0] = 0
		if higher := st.bar(); n > 0 && (higher <= b || higher >= 1) {
			t.Errorf("the bar of %d sentences for an unknown word is %g, for a known one %g", n, higher, b)
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
