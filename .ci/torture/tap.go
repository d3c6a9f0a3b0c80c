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

// A tap reads a verbatim's log on its way to the file: when it was connected, which questions it had in hand, which
// answers it has noted, and the last line in which it tells its numbers.
type tap struct {
	file io.WriteCloser // nil for none

	mu     sync.Mutex
	rest   []byte // the beginning of a line
	last   string // of numbers
	newest string
	fresh  bool                 // the process has not been connected yet
	heard  []time.Time          // when each process was first connected
	known  map[string]time.Time // when a key was first in the log
	noted  []note
}

// A note is that a process told in its log that a question is answered.
type note struct {
	key, ts string // ts is that of the answer, empty for one that its asker alone sees
	at      time.Time
}

// openTap opens the log of process i of count in the file called name; empty means none.
func openTap(name string, i, count int) (*tap, error) {
	t := &tap{known: map[string]time.Time{}}
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

var (
	answered = regexp.MustCompile(`msg="question answered" key=(\S+) ts=(\S+)`)
	anyKey   = regexp.MustCompile(` key=(\S+)`)
)

func (t *tap) line(line string) {
	t.newest = line
	switch {
	case strings.Contains(line, "msg=numbers "):
		t.last = line
	case t.fresh && strings.Contains(line, `msg="connected to slack"`):
		t.fresh, t.heard = false, append(t.heard, time.Now())
	}
	if m := answered.FindStringSubmatch(line); m != nil {
		t.noted = append(t.noted, note{m[1], strings.Trim(m[2], `"`), time.Now()})
	}
	if m := anyKey.FindStringSubmatch(line); m != nil && t.known[m[1]].IsZero() {
		t.known[m[1]] = time.Now()
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

// notes are all notes of an answer: by its ts, or for one that its asker alone sees by the key of its question.
func (t *tap) notes(key, ts string) (all []note) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, n := range t.noted {
		if ts != "" && n.ts == ts || ts == "" && n.key == key {
			all = append(all, n)
		}
	}
	return all
}

// knew says that a process had the question with this key in hand before a time.
func (t *tap) knew(key string, before time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	at := t.known[key]
	return !at.IsZero() && at.Before(before)
}

// end returns the last line of the log.
func (t *tap) end() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.newest
}
