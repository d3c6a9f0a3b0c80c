package index

import (
	"fmt"
	"strconv"
)

// A Bar is the confidence, 0 to 1, from which a passage is called an answer. The zero value stands
// for [NormalBar].
type Bar float64

// The bars that have names. Confidence is a probability, so a bar is the least chance to be right
// that one is ready to take; most answers are far above it.
const (
	// StrictBar is for those who would rather be told of nothing than of something wrong.
	StrictBar Bar = 0.9
	// NormalBar is the one that is used unless another is asked for: at it, of things people say to
	// assistants that no document answers, at most one in a hundred is answered.
	NormalBar Bar = 0.7
	// LenientBar is for those who look at the passages themselves.
	LenientBar Bar = 0.5
)

// ParseBar reads a bar: strict, normal, lenient, or a number above 0 and at most 1.
func ParseBar(text string) (Bar, error) {
	switch text {
	case "strict":
		return StrictBar, nil
	case "", "normal":
		return NormalBar, nil
	case "lenient":
		return LenientBar, nil
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || !(x > 0 && x <= 1) {
		return 0, fmt.Errorf("bar %q: give strict, normal, lenient, or a number above 0 and at most 1", text)
	}
	return Bar(x), nil
}

// UnmarshalText reads a bar as [ParseBar] does.
func (b *Bar) UnmarshalText(text []byte) (err error) {
	*b, err = ParseBar(string(text))
	return err
}

// value returns the bar as a confidence.
func (b Bar) value() float64 {
	if b == 0 {
		return float64(NormalBar)
	}
	return float64(b)
}
