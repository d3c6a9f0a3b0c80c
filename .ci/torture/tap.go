package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A tap reads a verbatim's log on its way to the file: when it was connected, which answers it has noted, and the
// last line in which it tells its numbers.
type tap struct {
	file io.WriteCloser // nil for none

	mu     sync.Mutex
	rest   []byte // the beginning of a line
	last   string // of numbers
	newest string
	fresh  bool            // the process has not been connected yet
	heard  []time.Time     // when each process was first connected
	noted  map[string]bool // by the ts of the answer
}

// openTap opens the log of process i of count in the file called name; empty means none.
func openTap(name string, i, count int) (*tap, error) {
	t := &tap{noted: map[string]bool{}}
	if name == "" {
		return t, nil
	}
	if count > 1 {
		extension := filepath.Ext(name)
		name = strings.TrimSuffix(name, extension) + strconv.Itoa(i+1) + extension
	}
	var err error
	t.file, err = os.Create(name)
	return t, err
}

func (t *tap) close() error {
	if t.file == nil {
		return nil
	}
	return t.file.Close()
}

func (t *tap) Write(b []byte) (int, error) {
	t.mu.Lock()
	t.rest = append(t.rest, b...)
	for {
		line, rest, whole := bytes.Cut(t.rest, []byte("\n"))
		if !whole {
			break
		}
		t.line(string(line))
		t.rest = append([]byte(nil), rest...)
	}
	t.mu.Unlock()
	if t.file == nil {
		return len(b), nil
	}
	return t.file.Write(b)
}

var answerTS = regexp.MustCompile(`msg="question answered" .*\bts=(\S+)`)

func (t *tap) line(line string) {
	t.newest = line
	switch {
	case strings.Contains(line, "msg=numbers "):
		t.last = line
	case t.fresh && strings.Contains(line, `msg="connected to slack"`):
		t.fresh, t.heard = false, append(t.heard, time.Now())
	}
	if m := answerTS.FindStringSubmatch(line); m != nil {
		t.noted[m[1]] = true
	}
}

// numbers returns the last line of numbers.
func (t *tap) numbers() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.last
}

// begin says that what comes is the log of another process.
func (t *tap) begin() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.fresh, t.rest = true, nil
}

// connected returns when each process was first connected.
func (t *tap) connected() []time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.heard)
}

// hasNoted says that the process told that it has noted the answer with this ts.
func (t *tap) hasNoted(ts string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return ts != "" && t.noted[ts]
}

// end returns the last line of the log.
func (t *tap) end() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.newest
}
