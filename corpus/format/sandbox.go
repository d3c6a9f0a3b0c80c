package format

import "time"

// Limits of the process that reads a file.
const (
	// MaxTime is how long one file may take.
	MaxTime = 30 * time.Second
	// MaxMemory is how many bytes of memory the process may use.
	MaxMemory = 384 << 20
)
