package source

import (
	"io/fs"
	"syscall"
)

// stampOf mixes what tells a file from another in its place with the same size and time: its number
// and when it was last touched in any way. It is 0 where the system tells neither.
func stampOf(info fs.FileInfo) uint64 {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0
	}
	return stat.Ino*0x9E3779B97F4A7C15 ^ uint64(stat.Ctim.Nano())
}
