package eval

import (
	"math"
	"math/rand/v2"
	"slices"
)

// A Figure is a measured value with its 95 % interval.
type Figure struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// z is the quantile of the normal distribution for a two-sided 95 % interval.
const z = 1.959964

// resamples is the number of bootstrap samples: enough for two digits of a 95 % interval.
const resamples = 500

// digits is what figures are rounded to, so that machines which add in another order agree.
const digits = 1e6

func round(x float64) float64 { return math.Round(x*digits) / digits }

// newFigure returns a rounded figure.
func newFigure(value, low, high float64) *Figure {
	return &Figure{round(value), round(low), round(high)}
}

// share returns k of n, nil for none of none.
func share(k, n int) *Figure {
	if n == 0 {
		return nil
	}
	return wilson(float64(k)/float64(n), n)
}

// wilson returns a share of n with Wilson's interval, which stays right for small n and for shares
// near 0 and 1.
func wilson(p float64, n int) *Figure {
	m := float64(n)
	centre := (p + z*z/(2*m)) / (1 + z*z/m)
	half := z / (1 + z*z/m) * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return newFigure(p, math.Max(0, math.Min(p, centre-half)), math.Min(1, math.Max(p, centre+half)))
}

// mean returns the mean of values between 0 and 1, with the normal interval. Where all are the same
// that would claim certainty, and Wilson's is taken.
func mean(values []float64) *Figure {
	if len(values) == 0 {
		return nil
	}
	m, deviation := moments(values)
	if deviation == 0 {
		return wilson(m, len(values))
	}
	return newFigure(m, math.Max(0, m-z*deviation), math.Min(1, m+z*deviation))
}

// moments returns the mean of values and the standard deviation of that mean.
func moments(values []float64) (m, deviation float64) {
	n := float64(len(values))
	for _, v := range values {
		m += v
	}
	m /= n
	sum := 0.0
	for _, v := range values {
		sum += (v - m) * (v - m)
	}
	return m, math.Sqrt(sum) / n
}

// lengths are pairs of lengths whose ratio is wanted.
type lengths struct{ pairs [][2]float64 }

func (l *lengths) add(quoted, gold int) {
	if gold > 0 {
		l.pairs = append(l.pairs, [2]float64{float64(quoted), float64(gold)})
	}
}

// figure returns the ratio of the sums, with the normal interval of a ratio estimate.
func (l *lengths) figure() *Figure {
	quoted, gold := 0.0, 0.0
	for _, p := range l.pairs {
		quoted, gold = quoted+p[0], gold+p[1]
	}
	if gold == 0 {
		return nil
	}
	ratio, sum := quoted/gold, 0.0
	for _, p := range l.pairs {
		sum += (p[0] - ratio*p[1]) * (p[0] - ratio*p[1])
	}
	half := z * math.Sqrt(sum) / gold
	return newFigure(ratio, math.Max(0, ratio-half), ratio+half)
}

// area returns the area under the ROC curve of scores that should be high against scores that
// should be low: the chance that one of the former is higher, ties counting half. The interval is
// that of Hanley and McNeil (1982), or Wilson's for the smaller number where all or none are higher.
func area(high, low []float64) *Figure {
	if len(high) == 0 || len(low) == 0 {
		return nil
	}
	low = slices.Sorted(slices.Values(low))
	wins := 0.0
	for _, h := range high {
		below, _ := slices.BinarySearch(low, h)
		upTo, _ := slices.BinarySearch(low, math.Nextafter(h, math.Inf(1)))
		wins += float64(below+upTo) / 2
	}
	m, n := float64(len(high)), float64(len(low))
	a := wins / (m * n)
	if a == 0 || a == 1 {
		return wilson(a, min(len(high), len(low)))
	}
	q1, q2 := a/(2-a), 2*a*a/(1+a)
	half := z * math.Sqrt(math.Max(0, (a*(1-a)+(m-1)*(q1-a*a)+(n-1)*(q2-a*a))/(m*n)))
	return newFigure(a, math.Max(0, a-half), math.Min(1, a+half))
}

// seeded returns the same random numbers at each call.
func seeded() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

// bootstrap returns the 95 % interval of what sample yields.
func bootstrap(sample func(*rand.Rand) float64) (low, high float64) {
	random := seeded()
	values := make([]float64, resamples)
	for i := range values {
		values[i] = sample(random)
	}
	slices.Sort(values)
	return values[resamples*25/1000], values[resamples*975/1000]
}
