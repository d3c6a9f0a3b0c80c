//go:build linux && !race

package format

import "syscall"

// limitsMemory says whether the system holds the process of a sandbox to [MaxMemory].
const limitsMemory = true

// limitMemory has the system refuse this process more than limit bytes of private memory. Go's runtime
// then ends it.
func limitMemory(limit uint64) error {
	return syscall.Setrlimit(syscall.RLIMIT_DATA, &syscall.Rlimit{Cur: limit, Max: limit})
}
