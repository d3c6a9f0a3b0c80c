package index

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"math/bits"
	"slices"
)

// The trees of the second ranking and of the confidence, learned from judged questions; where they
// come from stands in the files themselves.
var (
	//go:embed forest.json
	forestJSON []byte
	//go:embed confidence.json
	confidenceJSON []byte

	ranking   = mustForest(forestJSON, Features())
	certainty = mustForest(confidenceJSON, Outlooks())
)

// A forest is a sum of small decision trees over the features of a candidate.
type forest struct {
	// Origin says what the trees were learned from and how.
	Origin string `json:"origin"`
	// Features names the features in the order of their numbers.
	Features []string `json:"features"`
	Trees    []tree   `json:"trees"`
	// splits are the nodes of all trees that are no leaves: for each feature those by it, in order of their thresholds.
	splits [][]split
	// leaves are what the leaves of each tree add, those for yes before those for no.
	leaves [][mostLeaves]float64
}

// A split is a node of a tree. When the feature is above the threshold, the leaves below its yes are out of reach.
type split struct {
	threshold float64
	tree      uint16
	out       uint8 // a bit for each of these leaves
}

// What a forest may have: so its score is computed without leaving the cache of the processor.
const (
	mostTrees  = 512
	mostLeaves = 8
)

// flatten fills in the splits and leaves.
func (f *forest) flatten() error {
	if len(f.Trees) > mostTrees {
		return fmt.Errorf("there are %d trees, and at most %d can be", len(f.Trees), mostTrees)
	}
	f.splits = make([][]split, len(f.Features))
	f.leaves = make([][mostLeaves]float64, len(f.Trees))
	for i := range f.Trees {
		t := &f.Trees[i]
		if n := (len(t.Yes) + 1) / 2; n > mostLeaves {
			return fmt.Errorf("tree %d has %d leaves, and at most %d can be", i, n, mostLeaves)
		}
		n := 0
		f.place(i, 0, &n)
	}
	for _, list := range f.splits {
		slices.SortFunc(list, func(a, b split) int { return cmp.Compare(a.threshold, b.threshold) })
	}
	return nil
}

// place takes node n of a tree and those below it, of which the leaves are numbered from *leaves on.
func (f *forest) place(tree int, n uint8, leaves *int) {
	t := &f.Trees[tree]
	if t.Yes[n] == 0 {
		f.leaves[tree][*leaves] = t.Value[n]
		*leaves++
		return
	}
	first := *leaves
	f.place(tree, t.Yes[n], leaves)
	out := uint8(1<<*leaves - 1<<first)
	f.splits[t.Feature[n]] = append(f.splits[t.Feature[n]], split{t.Threshold[n], uint16(tree), out})
	f.place(tree, t.No[n], leaves)
}

// A tree is a decision tree, node 0 its root. A node with Yes 0 is a leaf.
type tree struct {
	Feature   []uint8   `json:"f"`
	Threshold []float64 `json:"t"`
	// Yes is the node to go to when the feature is at most the threshold, No the other.
	Yes []uint8 `json:"y"`
	No  []uint8 `json:"n"`
	// Value is what a leaf adds to the score, and for other nodes the mean of those below.
	Value []float64 `json:"v"`
}

// score adds up the trees. They are not walked: all splits that v is above are gone through, feature by feature, and
// of the leaves of a tree that are then in reach the first one is where a walk would end. There are fewer of them than
// steps in the walks, and which is next can be foretold. (QuickScorer, by C. Lucchese and others, 2015.)
func (f *forest) score(v []float64) float64 {
	var out [mostTrees]uint8
	for feature, splits := range f.splits {
		x := v[feature]
		for i := range splits {
			s := &splits[i]
			if x <= s.threshold {
				break
			}
			out[s.tree%mostTrees] |= s.out
		}
	}
	sum := 0.0
	for i := range f.leaves {
		sum += f.leaves[i][bits.TrailingZeros8(^out[i%mostTrees])%mostLeaves]
	}
	return sum
}

// explain says what each feature adds to the score of v: on the way from the root of a tree to a
// leaf, each step changes the mean value, and that change is put down to the feature that decided.
// The sum of all and of base is the score.
func (f *forest) explain(v []float64) (base float64, points []float64) {
	points = make([]float64, len(v))
	for i := range f.Trees {
		t := &f.Trees[i]
		n := uint8(0)
		base += t.Value[0]
		for t.Yes[n] != 0 {
			next := t.No[n]
			if v[t.Feature[n]] <= t.Threshold[n] {
				next = t.Yes[n]
			}
			points[t.Feature[n]] += t.Value[next] - t.Value[n]
			n = next
		}
	}
	return base, points
}

func mustForest(data []byte, features []string) *forest {
	f, err := readForest(data, features)
	if err != nil {
		panic(fmt.Sprintf("read the embedded trees: %v", err))
	}
	return f
}

// readForest reads trees, which know the features by their names: so they still hold when features are
// added.
func readForest(data []byte, features []string) (*forest, error) {
	f := new(forest)
	if err := json.Unmarshal(data, f); err != nil {
		return nil, err
	}
	number := make([]uint8, len(f.Features))
	for i, name := range f.Features {
		at := slices.Index(features, name)
		if at < 0 {
			return nil, fmt.Errorf("there is no feature %q", name)
		}
		number[i] = uint8(at)
	}
	for _, t := range f.Trees {
		for node, feature := range t.Feature {
			t.Feature[node] = number[feature]
		}
	}
	f.Features = features
	return f, f.flatten()
}
