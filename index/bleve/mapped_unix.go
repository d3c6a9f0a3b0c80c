//go:build unix

package bleve

import "golang.org/x/sys/unix"

// giveBack takes the pages of a file that is mapped, and only read, out of the process.
func giveBack(data []byte) {
	_ = unix.Madvise(data, unix.MADV_DONTNEED) // advice: without it more stays resident
}
