// Package fit learns the ranking and the confidence of package index from judged questions: small
// decision trees, added one after the other, each fitted to what those before leave to be explained
// (gradient boosting). It is deterministic: the same questions give the same trees.
package fit

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"
)

// Trees says how trees are grown.
type Trees struct {
	// Count is the number of trees, Leaves the most leaves of each, Rate the part of what a tree
	// says that counts.
	Count, Leaves int
	Rate          float64
	// Least is the smallest number of rows below a leaf, and Ridge is added to the curvature there,
	// so that little evidence moves little.
	Least int
	Ridge float64
	// Features and Groups are the shares of the features and of the groups that a tree is grown
	// from, drawn anew for each.
	Features, Groups float64
}

// A Table holds examples in rows, those of one question together.
type Table struct {
	// Width is the number of features; Values holds them row by row.
	Width  int
	Values []float64
	// Groups holds the row at which each question begins, and the number of rows at the end.
	Groups []int
	// Wanted is 1 for a row that is right, else 0; Weight is each row's.
	Wanted, Weight []float64
}

// Rows is the number of rows.
func (t *Table) Rows() int { return len(t.Wanted) }

// mostBins is the number of steps that the values of a feature are divided into.
const mostBins = 255

// An objective fills in slope and curvature of the loss at the given scores.
type objective func(t *Table, scores, slope, curve []float64)

// A Tree is a grown tree: lists by node, 0 the root. A node with Yes 0 is a leaf; Value is the mean of
// what stands below.
type Tree struct {
	Feature   []int     `json:"f"`
	Threshold []float64 `json:"t"`
	Yes       []int     `json:"y"`
	No        []int     `json:"n"`
	Value     []float64 `json:"v"`
}

// Score returns what trees say of a row.
func Score(trees []Tree, row []float64) float64 {
	sum := 0.0
	for i := range trees {
		t := &trees[i]
		n := 0
		for t.Yes[n] != 0 {
			if row[t.Feature[n]] <= t.Threshold[n] {
				n = t.Yes[n]
			} else {
				n = t.No[n]
			}
		}
		sum += t.Value[n]
	}
	return sum
}

// A grower grows trees on one table.
type grower struct {
	Trees
	table  *Table
	random *rand.Rand
	// bins holds for each feature the step of each row, and edges the upper end of each step.
	bins                 [][]uint8
	edges                [][]float64
	scores, slope, curve []float64
}

// grow returns trees that lower the loss, in turn.
func grow(t *Table, how Trees, loss objective, seed uint64) []Tree {
	n := t.Rows()
	g := &grower{Trees: how, table: t, random: rand.New(rand.NewPCG(seed, 1)), bins: make([][]uint8, t.Width), edges: make([][]float64, t.Width),
		scores: make([]float64, n), slope: make([]float64, n), curve: make([]float64, n)}
	each(t.Width, g.divide)
	var trees []Tree
	for range how.Count {
		loss(t, g.scores, g.slope, g.curve)
		tree, leafOf := g.tree()
		for row, leaf := range leafOf {
			g.scores[row] += tree.Value[leaf]
		}
		trees = append(trees, tree)
	}
	return trees
}

// each calls do for 0 to n-1 on all processors.
func each(n int, do func(i int)) {
	var all sync.WaitGroup
	const workers = 2
	for w := range workers {
		all.Go(func() {
			for i := w; i < n; i += workers {
				do(i)
			}
		})
	}
	all.Wait()
}

// divide divides the values of a feature into steps that hold about as many rows each.
func (g *grower) divide(f int) {
	n, width := g.table.Rows(), g.table.Width
	values := make([]float64, n)
	for row := range n {
		values[row] = g.table.Values[row*width+f]
	}
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	var edges []float64
	for i := 1; i <= mostBins; i++ {
		upper := sorted[min(n-1, i*n/mostBins)]
		if len(edges) == 0 || upper > edges[len(edges)-1] {
			edges = append(edges, upper)
		}
	}
	// A threshold stands between two values, so that rounding it for the file changes nothing.
	for i := range edges[:len(edges)-1] {
		next, _ := slices.BinarySearch(sorted, math.Nextafter(edges[i], math.Inf(1)))
		edges[i] = between(edges[i], sorted[next])
	}
	g.edges[f] = edges
	g.bins[f] = make([]uint8, n)
	for row, v := range values {
		at, _ := slices.BinarySearch(edges, v)
		g.bins[f][row] = uint8(at)
	}
}

// between returns the shortest number from low up to, not including, high.
func between(low, high float64) float64 {
	middle := low + (high-low)/2
	for digits := 1; digits < 17; digits++ {
		scale := math.Pow(10, float64(digits)-math.Ceil(math.Log10(math.Abs(middle)+1e-300)))
		if v := math.Round(middle*scale) / scale; v >= low && v < high {
			return v
		}
	}
	return low
}

// A leaf is a node that may be divided further.
type leaf struct {
	node  int
	rows  []int32
	sums  []cell // by chosen feature and step
	total cell
	// best is the division that gains most.
	best split
}

type cell struct {
	slope, curve float64
	rows         int
}

func (c *cell) add(o cell) { c.slope += o.slope; c.curve += o.curve; c.rows += o.rows }

func (c cell) less(o cell) cell { return cell{c.slope - o.slope, c.curve - o.curve, c.rows - o.rows} }

type split struct {
	gain         float64
	feature, bin int
}

// tree grows one tree and says in which of its leaves each row ends.
func (g *grower) tree() (Tree, []int) {
	features := g.random.Perm(g.table.Width)[:max(1, int(g.Features*float64(g.table.Width)))]
	slices.Sort(features)
	tree := Tree{Feature: []int{0}, Threshold: []float64{0}, Yes: []int{0}, No: []int{0}, Value: []float64{0}}
	root := &leaf{rows: g.sample()}
	g.sum(root, features)
	tree.Value[0] = g.value(root.total)
	leaves := []*leaf{root}
	for len(leaves) < g.Leaves {
		at := 0
		for i, l := range leaves {
			if l.best.gain > leaves[at].best.gain {
				at = i
			}
		}
		l := leaves[at]
		if l.best.gain <= 0 {
			break
		}
		yes, no := g.part(l, features)
		n := len(tree.Yes)
		yes.node, no.node = n, n+1
		tree.Feature[l.node], tree.Threshold[l.node] = l.best.feature, g.edges[l.best.feature][l.best.bin]
		tree.Yes[l.node], tree.No[l.node] = n, n+1
		for _, child := range []*leaf{yes, no} {
			tree.Feature, tree.Threshold = append(tree.Feature, 0), append(tree.Threshold, 0)
			tree.Yes, tree.No = append(tree.Yes, 0), append(tree.No, 0)
			tree.Value = append(tree.Value, g.value(child.total))
		}
		leaves[at] = yes
		leaves = append(leaves, no)
	}
	return tree, g.leaves(&tree)
}

// value is what a leaf adds to the score: a step against the slope, as long as the curvature allows.
func (g *grower) value(c cell) float64 {
	return shorten(-g.Rate * c.slope / (c.curve + g.Ridge))
}

func shorten(v float64) float64 { return math.Round(v*1e5) / 1e5 }

// sample draws the groups that a tree is grown from and returns their rows.
func (g *grower) sample() []int32 {
	var rows []int32
	for i := range len(g.table.Groups) - 1 {
		if g.random.Float64() >= g.Groups {
			continue
		}
		for row := g.table.Groups[i]; row < g.table.Groups[i+1]; row++ {
			rows = append(rows, int32(row))
		}
	}
	return rows
}

// sum adds up slope and curvature of the rows of a leaf for each step of each feature, and finds the
// best division.
func (g *grower) sum(l *leaf, features []int) {
	l.sums = make([]cell, len(features)*(mostBins+1))
	each(len(features), func(i int) {
		sums, bins := l.sums[i*(mostBins+1):(i+1)*(mostBins+1)], g.bins[features[i]]
		for _, row := range l.rows {
			c := &sums[bins[row]]
			c.slope += g.slope[row]
			c.curve += g.curve[row]
			c.rows++
		}
	})
	g.finish(l, features)
}

func (g *grower) finish(l *leaf, features []int) {
	l.total = cell{}
	for _, c := range l.sums[:mostBins+1] {
		l.total.add(c)
	}
	whole := g.worth(l.total)
	for i, f := range features {
		var below cell
		for bin := range len(g.edges[f]) - 1 {
			below.add(l.sums[i*(mostBins+1)+bin])
			above := l.total.less(below)
			if below.rows < g.Least || above.rows < g.Least {
				continue
			}
			if gain := g.worth(below) + g.worth(above) - whole; gain > l.best.gain+1e-9 {
				l.best = split{gain, f, bin}
			}
		}
	}
}

func (g *grower) worth(c cell) float64 { return c.slope * c.slope / (c.curve + g.Ridge) }

// part divides a leaf. Only the smaller part is added up anew; the larger is what is left.
func (g *grower) part(l *leaf, features []int) (yes, no *leaf) {
	yes, no = &leaf{}, &leaf{}
	bins := g.bins[l.best.feature]
	for _, row := range l.rows {
		if int(bins[row]) <= l.best.bin {
			yes.rows = append(yes.rows, row)
		} else {
			no.rows = append(no.rows, row)
		}
	}
	small, large := yes, no
	if len(no.rows) < len(yes.rows) {
		small, large = no, yes
	}
	g.sum(small, features)
	large.sums = l.sums
	for i := range large.sums {
		large.sums[i] = large.sums[i].less(small.sums[i])
	}
	g.finish(large, features)
	return yes, no
}

// leaves returns the leaf of each row of the table.
func (g *grower) leaves(t *Tree) []int {
	of := make([]int, g.table.Rows())
	bin := make([]uint8, len(t.Yes))
	for n, f := range t.Feature {
		at, _ := slices.BinarySearch(g.edges[f], t.Threshold[n])
		bin[n] = uint8(at)
	}
	const chunk = 1 << 14
	each((len(of)+chunk-1)/chunk, func(i int) {
		for row := i * chunk; row < min(len(of), (i+1)*chunk); row++ {
			n := 0
			for t.Yes[n] != 0 {
				if g.bins[t.Feature[n]][row] <= bin[n] {
					n = t.Yes[n]
				} else {
					n = t.No[n]
				}
			}
			of[row] = n
		}
	})
	return of
}
