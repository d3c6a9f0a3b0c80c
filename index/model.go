package index

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"math"
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
	// nodes are those of all trees one behind the other, values what their leaves add, by the same places, and
	// walks how each tree is walked: so a score is computed without leaving the cache of the processor.
	nodes  []node
	values []float64
	walks  []walk
}

// A node is one of a tree. Next is the place of the node to go to when the feature is above the threshold;
// the other one follows it. A leaf leads to itself, as nothing is at most its threshold, which is no number.
type node struct {
	threshold float64
	next      uint16
	feature   uint8
}

// A walk begins at a root and has as many steps as the farthest leaf is away. That the steps are the same
// in number, and none is a branch, spares the processor from guessing, which takes most of the time otherwise.
type walk struct{ root, steps uint16 }

// flatten fills in the nodes.
func (f *forest) flatten() error {
	for i := range f.Trees {
		t, root := &f.Trees[i], len(f.nodes)
		if root+len(t.Yes) > math.MaxUint16 {
			return errors.New("there are too many trees")
		}
		f.nodes, f.values = append(f.nodes, node{}), append(f.values, 0)
		f.walks = append(f.walks, walk{uint16(root), f.place(t, 0, root)})
	}
	return nil
}

// place puts node n of a tree at a place, and those below it behind all others. It returns how far the farthest
// leaf is away.
func (f *forest) place(t *tree, n uint8, at int) uint16 {
	f.values[at] = t.Value[n]
	if t.Yes[n] == 0 {
		f.nodes[at] = node{threshold: math.NaN(), next: uint16(at)}
		return 0
	}
	next := len(f.nodes)
	f.nodes[at] = node{t.Threshold[n], uint16(next), t.Feature[n]}
	f.nodes, f.values = append(f.nodes, node{}, node{}), append(f.values, 0, 0)
	return 1 + max(f.place(t, t.No[n], next), f.place(t, t.Yes[n], next+1))
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

// score adds up the trees.
func (f *forest) score(v []float64) float64 {
	sum := 0.0
	for _, w := range f.walks {
		at := w.root
		for range w.steps {
			n, yes := &f.nodes[at], uint16(0)
			if v[n.feature] <= n.threshold {
				yes = 1
			}
			at = n.next + yes
		}
		sum += f.values[at]
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
