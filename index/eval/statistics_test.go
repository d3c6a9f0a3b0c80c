package eval

import (
	"math"
	"testing"
)

func near(a, b float64) bool { return math.Abs(a-b) < 5e-4 }

// TestIntervals compares with values from the literature and with limits that must hold.
func TestIntervals(t *testing.T) {
	for _, tt := range []struct {
		name             string
		got              *Figure
		value, low, high float64
	}{
		// Newcombe (1998), table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
		{"81 of 263", share(81, 263), 0.3080, 0.2553, 0.3662},
		{"15 of 148", share(15, 148), 0.1014, 0.0624, 0.1605},
		{"0 of 20", share(0, 20), 0, 0, 0.1611},
		{"1 of 29", share(1, 29), 0.0345, 0.0061, 0.1718},
		{"20 of 20", share(20, 20), 1, 0.8389, 1},
		{"mean", mean([]float64{0, 0.5, 1, 0.5}), 0.5, 0.1535, 0.8465},
		{"mean of equals", mean([]float64{1, 1, 1}), 1, 0.4385, 1},
		{"area of the separable", area([]float64{0.8, 0.9, 0.7}, []float64{0.1, 0.2, 0.3, 0.1}), 1, 0.4385, 1},
		{"area of the same", area([]float64{0.5, 0.5}, []float64{0.5}), 0.5, 0, 1},
		{"area with a tie", area([]float64{0.5, 0.9}, []float64{0.5, 0.1}), 0.875, 0.4679, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if !near(tt.got.Value, tt.value) || !near(tt.got.Low, tt.low) || !near(tt.got.High, tt.high) {
				t.Errorf("got %+v, want %.4f, %.4f to %.4f", *tt.got, tt.value, tt.low, tt.high)
			}
		})
	}
	for n := 1; n <= 40; n++ {
		for k := 0; k <= n; k++ {
			if f := share(k, n); f.Low < 0 || f.Low > f.Value || f.Value > f.High || f.High > 1 {
				t.Fatalf("%d of %d is %+v", k, n, *f)
			}
		}
	}
	if share(0, 0) != nil || mean(nil) != nil || area(nil, []float64{1}) != nil || (&lengths{}).figure() != nil || coverage(nil, nil, []float64{1}) != nil {
		t.Error("a figure of nothing is not nil")
	}
}

func TestLengths(t *testing.T) {
	var l lengths
	l.add(10, 10)
	l.add(30, 20)
	l.add(0, 0)
	if f := l.figure(); !near(f.Value, 40.0/30) || f.Low >= f.Value || f.High <= f.Value {
		t.Errorf("got %+v", *f)
	}
}

func TestBinomial(t *testing.T) {
	for _, tt := range []struct {
		k, l int
		want float64
	}{{0, 0, 1}, {5, 5, 1}, {1, 9, 0.021484}, {9, 1, 0.021484}, {0, 10, 0.001953}, {400, 500, 0.000961}} {
		if got := binomial(tt.k, tt.l); math.Abs(got-tt.want) > 2e-5 {
			t.Errorf("%d and %d: %.6f, want %.6f", tt.k, tt.l, got, tt.want)
		}
	}
}

// TestRandomization compares with the exact chances of few differences.
func TestRandomization(t *testing.T) {
	for _, tt := range []struct {
		name        string
		differences []float64
		want        float64
	}{
		{"none", nil, 1},
		{"one", []float64{0.5}, 1},
		{"five alike", []float64{1, 1, 1, 1, 1}, 2.0 / 32},
		{"in balance", []float64{0.5, -0.5}, 1},
		{"one against the others", []float64{1, 1, 1, -0.5}, 4.0 / 16},
	} {
		if got := randomization(tt.differences); math.Abs(got-tt.want) > 0.02 {
			t.Errorf("%s: %.4f, want %.4f", tt.name, got, tt.want)
		}
	}
	many := make([]float64, 200)
	for i := range many {
		many[i] = 0.5
	}
	if got := randomization(many); got > 0.001 {
		t.Errorf("200 rises: %.4f", got)
	}
}

func TestCoverageInterval(t *testing.T) {
	var right, wrong, none []float64
	for i := range 200 {
		right = append(right, 0.4+float64(i%60)/100)
		wrong = append(wrong, float64(i%70)/100)
		none = append(none, float64(i%50)/100)
	}
	f := coverage(right, wrong, none)
	again := coverage(right, wrong, none)
	if *f != *again {
		t.Errorf("two runs differ: %+v, %+v", *f, *again)
	}
	if f.Value <= 0 || f.Low >= f.Value || f.High <= f.Value || f.High-f.Low > 0.5 {
		t.Errorf("got %+v", *f)
	}
}
