package eval

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// wantedPrecision is the share of right answers that [Figures.C90] keeps.
const wantedPrecision = 0.9

// A graded item is one question in the order of confidence.
type graded struct {
	confidence float64
	answerable bool
	// right is 1 for a right first passage, else 0.
	right float64
	// weight makes the answerable and the other questions as many.
	weight float64
}

// coverage returns [Figures.C90] for the confidences of right and wrong first passages and of
// questions that nothing answers. The interval is that of the bootstrap, which draws as many
// answerable and other questions as there are.
func coverage(right, wrong, none []float64) *Figure {
	n := float64(len(right) + len(wrong))
	if n == 0 || len(none) == 0 {
		return nil
	}
	items := grade(right, wrong, none)
	times := make([]float64, len(items))
	for i := range times {
		times[i] = 1
	}
	value := sweep(items, times) / n
	var strata [2][]int
	for i, item := range items {
		strata[count(item.answerable)] = append(strata[count(item.answerable)], i)
	}
	low, high := bootstrap(func(random *rand.Rand) float64 {
		clear(times)
		for _, stratum := range strata {
			for range stratum {
				times[stratum[random.IntN(len(stratum))]]++
			}
		}
		return sweep(items, times) / n
	})
	return newFigure(value, math.Min(low, value), math.Max(high, value))
}

// grade returns the items by falling confidence.
func grade(right, wrong, none []float64) []graded {
	var items []graded
	for _, c := range right {
		items = append(items, graded{c, true, 1, 1})
	}
	for _, c := range wrong {
		items = append(items, graded{c, true, 0, 1})
	}
	weight := float64(len(items)) / float64(len(none))
	for _, c := range none {
		items = append(items, graded{c, false, 0, weight})
	}
	slices.SortStableFunc(items, func(a, b graded) int {
		return cmp.Or(cmp.Compare(b.confidence, a.confidence), cmp.Compare(b.right, a.right), cmp.Compare(b.weight, a.weight))
	})
	return items
}

// sweep lowers the bar from the highest confidence to the lowest and returns how many answers were
// right at the last place where enough of all were. Times says how often each item counts.
func sweep(items []graded, times []float64) float64 {
	best, right, total := 0.0, 0.0, 0.0
	for i := range items {
		right += items[i].right * times[i]
		total += items[i].weight * times[i]
		last := i+1 == len(items) || items[i+1].confidence != items[i].confidence
		if last && total > 0 && right/total >= wantedPrecision {
			best = right
		}
	}
	return best
}
