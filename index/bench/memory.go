package bench

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
)

// A Memory is what this process holds, in bytes. All but Heap is 0 where there is no /proc.
type Memory struct {
	// Anon is resident and the process's own, Mapped resident and of files, which the system takes back
	// when it needs it.
	Anon   int64 `json:"anon"`
	Mapped int64 `json:"mapped"`
	// Peak is the most that was ever resident, of both together.
	Peak int64 `json:"peak"`
	// Heap is what Go's heap holds, garbage included.
	Heap int64 `json:"heap"`
}

// ReadMemory returns what this process holds now.
func ReadMemory() Memory {
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	m := Memory{Heap: int64(s.HeapAlloc)} //nolint:gosec // G115: a heap is smaller than 8 EiB
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return m
	}
	for line := range bytes.Lines(status) {
		name, value, _ := bytes.Cut(line, []byte(":"))
		kib, err := strconv.ParseInt(string(bytes.TrimSpace(bytes.TrimSuffix(bytes.TrimSpace(value), []byte("kB")))), 10, 64)
		if err != nil {
			continue
		}
		switch string(name) {
		case "RssAnon":
			m.Anon = kib << 10
		case "RssFile", "RssShmem":
			m.Mapped += kib << 10
		case "VmHWM":
			m.Peak = kib << 10
		}
	}
	return m
}

// Descriptors returns how many descriptors this process has open, 0 where there is no /proc.
func Descriptors() int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0
	}
	return len(entries) - 1 // one is that of the folder
}

// DiskBytes returns the size of all files below a folder.
func DiskBytes(dir string) (int64, error) {
	var sum int64
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			sum += info.Size()
		}
		return err
	})
	return sum, err
}

// Folders returns how many folders stand directly in dir; of an index they are its parts, and those
// that it had before its last change.
func Folders(dir string) (int, error) {
	entries, err := os.ReadDir(dir)
	n := 0
	for _, e := range entries {
		if e.IsDir() {
			n++
		}
	}
	return n, err
}
