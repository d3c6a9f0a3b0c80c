package eval

import "math"

// Bins is the number of equal steps of confidence that a [Calibration] has.
const Bins = 10

// A Calibration compares the confidence of answers with the share that was right, over all
// questions: where nothing answers a question, its first passage is wrong.
type Calibration struct {
	// Bins are the steps of confidence that occurred, lowest first.
	Bins []Bin `json:"bins"`
	// Error is the expected calibration error: the mean distance of confidence and share of the
	// bins, by the questions in them, 0 to 1.
	Error float64 `json:"error"`
	// Brier is the mean squared distance of the confidence from what became of it, 0 to 1.
	Brier float64 `json:"brier"`
}

// A Bin holds the questions whose confidence lies in one step, From included, To not (but 1 is in the
// last).
type Bin struct {
	From       float64 `json:"from"`
	To         float64 `json:"to"`
	Questions  int     `json:"questions"`
	Confidence float64 `json:"confidence"` // their mean
	Right      Figure  `json:"right"`      // the share whose first passage is right
}

func calibrate(results []Result) Calibration {
	var confidence [Bins]float64
	var right, all [Bins]int
	c := Calibration{Bins: []Bin{}}
	for i := range results {
		r := &results[i]
		b := min(int(math.Max(0, r.Confidence)*Bins), Bins-1)
		all[b]++
		right[b] += count(r.right())
		confidence[b] += r.Confidence
		off := r.Confidence - float64(count(r.right()))
		c.Brier += off * off / float64(len(results))
	}
	for b, n := range all {
		if n == 0 {
			continue
		}
		m := confidence[b] / float64(n)
		bin := Bin{From: float64(b) / Bins, To: float64(b+1) / Bins, Questions: n, Confidence: round(m), Right: *share(right[b], n)}
		c.Bins = append(c.Bins, bin)
		c.Error += math.Abs(m-bin.Right.Value) * float64(n) / float64(len(results))
	}
	c.Error, c.Brier = round(c.Error), round(c.Brier)
	return c
}
