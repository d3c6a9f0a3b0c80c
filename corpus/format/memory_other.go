//go:build !linux || race

package format

// limitsMemory says whether the system holds the process of a sandbox to [MaxMemory].
const limitsMemory = false

// limitMemory does nothing: only Linux counts what Go's runtime really uses, and the race detector
// reserves more than any limit.
func limitMemory(uint64) error { return nil }
