package bench

import (
	"context"
	"math"
	"runtime"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"verbatim/index"
)

// A Pass is what came of asking each of some questions once.
type Pass struct {
	// Took is how long each question took, and Engine what of it was the engine's, if that was opened
	// through a [Tap].
	Took, Engine []time.Duration
	// Wall is how long they took together.
	Wall time.Duration
	// Allocations and Bytes are what the process allocated meanwhile.
	Allocations, Bytes uint64
}

// Ask asks each question, so many at a time.
func Ask(ctx context.Context, x *index.Index, questions []string, at int) (Pass, error) {
	p := Pass{Took: make([]time.Duration, len(questions)), Engine: make([]time.Duration, len(questions))}
	var before, after runtime.MemStats
	var next atomic.Int64
	g, ctx := errgroup.WithContext(ctx)
	runtime.ReadMemStats(&before)
	began := time.Now()
	for range at {
		g.Go(func() error {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(questions) {
					return nil
				}
				clocked, clock := withClock(ctx)
				asked := time.Now()
				if _, err := x.Ask(clocked, questions[i], index.Options{}); err != nil {
					return err
				}
				p.Took[i], p.Engine[i] = time.Since(asked), clock.time()
			}
		})
	}
	err := g.Wait()
	p.Wall = time.Since(began)
	runtime.ReadMemStats(&after)
	p.Allocations, p.Bytes = after.Mallocs-before.Mallocs, after.TotalAlloc-before.TotalAlloc
	return p, err
}

// Median returns for each place the median of the rounds, of which each has as many.
func Median(rounds [][]time.Duration) []time.Duration {
	if len(rounds) == 0 {
		return nil
	}
	medians, column := make([]time.Duration, len(rounds[0])), make([]time.Duration, len(rounds))
	for i := range medians {
		for r, round := range rounds {
			column[r] = round[i]
		}
		medians[i] = Middle(column)
	}
	return medians
}

// Middle returns the median of some times; of an even number of them the lower of the middle two.
func Middle(all []time.Duration) time.Duration {
	if len(all) == 0 {
		return 0
	}
	sorted := slices.Clone(all)
	slices.Sort(sorted)
	return sorted[(len(sorted)-1)/2]
}

// Times says how some times are spread, in milliseconds.
type Times struct {
	P50  float64 `json:"p50"`
	P95  float64 `json:"p95"`
	P99  float64 `json:"p99"`
	Max  float64 `json:"max"`
	Mean float64 `json:"mean"`
}

// Spread returns how times are spread: of n of them p99 is the one of rank ⌈0.99 n⌉. Of none all is 0.
func Spread(all []time.Duration) Times {
	if len(all) == 0 {
		return Times{}
	}
	sorted := slices.Clone(all)
	slices.Sort(sorted)
	at := func(q float64) float64 { return Milliseconds(sorted[int(math.Ceil(q*float64(len(sorted))))-1]) }
	var sum time.Duration
	for _, d := range sorted {
		sum += d
	}
	return Times{P50: at(.5), P95: at(.95), P99: at(.99), Max: at(1), Mean: Milliseconds(sum / time.Duration(len(sorted)))}
}

// Milliseconds returns a time in milliseconds, to the microsecond.
func Milliseconds(d time.Duration) float64 {
	return float64(d.Round(time.Microsecond).Microseconds()) / 1000
}
