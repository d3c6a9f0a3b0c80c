package eval

import "math"

// shuffles is the number of rounds of a randomization test; a chance below 1/shuffles cannot be
// told from it.
const shuffles = 5000

// mcNemar returns the chance that questions which changed would be as unevenly spread over rises and
// falls, or more so, if both were even: McNemar's test in its exact form.
func mcNemar(differences []float64) float64 {
	up := 0
	for _, d := range differences {
		up += count(d > 0)
	}
	return binomial(up, len(differences)-up)
}

// randomization returns the chance that the sum of differences would be as far from 0, or farther,
// if the sign of each were a matter of luck.
func randomization(differences []float64) float64 {
	if len(differences) == 0 {
		return 1
	}
	total := 0.0
	for _, d := range differences {
		total += d
	}
	// A sum in another order may be off by some rounding.
	least := math.Abs(total) - 1e-9
	random, extreme := seeded(), 0
	for range shuffles {
		sum, bits := 0.0, uint64(0)
		for i, d := range differences {
			if i%64 == 0 {
				bits = random.Uint64()
			}
			if bits&1 == 0 {
				d = -d
			}
			bits >>= 1
			sum += d
		}
		extreme += count(math.Abs(sum) >= least)
	}
	return float64(extreme+1) / (shuffles + 1)
}

// binomial returns the two-sided chance that of k+l even choices one side gets at most min(k, l).
func binomial(k, l int) float64 {
	n := k + l
	all, _ := math.Lgamma(float64(n + 1))
	sum := 0.0
	for i := range min(k, l) + 1 {
		chosen, _ := math.Lgamma(float64(i + 1))
		left, _ := math.Lgamma(float64(n - i + 1))
		sum += math.Exp(all - chosen - left - float64(n)*math.Ln2)
	}
	return math.Min(1, 2*sum)
}
