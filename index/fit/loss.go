package fit

import "math"

// first is the loss of a ranking: how surprising it is that the right row is the first of its
// question, if the chance of a row is as its score has it (softmax). Of several right ones each has
// its share. Questions without a right row teach nothing.
func first(t *Table, scores, slope, curve []float64) {
	each(len(t.Groups)-1, func(i int) {
		from, to := t.Groups[i], t.Groups[i+1]
		greatest, right := math.Inf(-1), 0.0
		for row := from; row < to; row++ {
			greatest = max(greatest, scores[row])
			right += t.Wanted[row]
		}
		if right == 0 {
			return
		}
		sum := 0.0
		for row := from; row < to; row++ {
			sum += math.Exp(scores[row] - greatest)
		}
		for row := from; row < to; row++ {
			p := math.Exp(scores[row]-greatest) / sum
			slope[row] = t.Weight[row] * (p - t.Wanted[row]/right)
			curve[row] = t.Weight[row] * max(p*(1-p), leastCurve)
		}
	})
}

// leastCurve keeps a row that is surely wrong from counting for nothing.
const leastCurve = 1e-4

// chance is the loss of a probability: the score is its log-odds.
func chance(t *Table, scores, slope, curve []float64) {
	for row := range t.Wanted {
		p := 1 / (1 + math.Exp(-scores[row]))
		slope[row] = t.Weight[row] * (p - t.Wanted[row])
		curve[row] = t.Weight[row] * p * (1 - p)
	}
}
