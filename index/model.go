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
	// nodes are those of all trees one behind the other, and roots where each tree begins: so a score is
	// computed without leaving the cache of the processor.
	nodes []node
	roots []uint16
}

// A node is one of a tree; yes and no are places among the nodes of the forest, 0 for a leaf.
type node struct {
	threshold, value float64
	yes, no          uint16
	feature          uint8
}

// flatten fills in the nodes.
func (f *forest) flatten() error {
	for _, t := range f.Trees {
		root := len(f.nodes)
		if root+len(t.Yes) > math.MaxUint16 {
			return errors.New("there are too many trees")
		}
		f.roots = append(f.roots, uint16(root))
		for n := range t.Yes {
			next := node{value: t.Value[n]}
			if t.Yes[n] != 0 {
				next = node{t.Threshold[n], t.Value[n], uint16(root + int(t.Yes[n])), uint16(root + int(t.No[n])), t.Feature[n]}
			}
			f.nodes = append(f.nodes, next)
		}
	}
	return nil
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
	for _, root := range f.roots {
		n := &f.nodes[root]
		for n.yes != 0 {
			if v[n.feature] <= n.threshold {
				n = &f.nodes[n.yes]
			} else {
				n = &f.nodes[n.no]
			}
		}
		sum += n.value
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
