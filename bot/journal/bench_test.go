package journal

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

func BenchmarkReceive(b *testing.B) {
	j := mustOpen(b, b.TempDir(), Options{})
	payload := make([]byte, 1000)
	for i := 0; b.Loop(); i++ {
		if _, err := j.Receive(b.Context(), Entry{Key: fmt.Sprint("Ev", i), Alias: fmt.Sprint("T/C/", i), Payload: payload}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkBurst measures 500 questions that arrive at once: the time until the
// last of them is on disk.
func BenchmarkBurst(b *testing.B) {
	j := mustOpen(b, b.TempDir(), Options{})
	payload := make([]byte, 1000)
	for round := 0; b.Loop(); round++ {
		var wg sync.WaitGroup
		for i := range 500 {
			wg.Go(func() {
				key := fmt.Sprintf("Ev%d/%d", round, i)
				if fresh, err := j.Receive(b.Context(), Entry{Key: key, Alias: "of " + key, Payload: payload}); err != nil || !fresh {
					b.Error(fresh, err)
				}
			})
		}
		wg.Wait()
	}
}

// BenchmarkOpen opens a journal of 100,000 questions, the default bound.
func BenchmarkOpen(b *testing.B) {
	dir := b.TempDir()
	opts := Options{Clock: newClock().Now, LockTimeout: time.Minute}
	j := mustOpen(b, dir, opts)
	fill(b, j, 100_000)
	must(b, j.Close())
	info, err := os.Stat(filepath.Join(dir, FileName))
	must(b, err)
	for b.Loop() {
		j, err := Open(dir, opts)
		must(b, err)
		must(b, j.Close())
	}
	b.ReportMetric(float64(info.Size())/(1<<20), "MiB")
}
