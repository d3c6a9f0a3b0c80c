package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"
)

// How often progress is shown: on a terminal, and as lines elsewhere.
const (
	barEvery  = 100 * time.Millisecond
	lineEvery = 10 * time.Second
)

// A progress shows how far something is, with the rate and the time left: a bar on a terminal, a line
// now and then elsewhere. A nil one shows nothing. It is safe for concurrent use.
type progress struct {
	out io.Writer
	// width is that of the terminal, 0 when there is none.
	width int

	mu          sync.Mutex
	what        string
	done, total int
	began, last time.Time
	drawn       bool
}

// newProgress returns a progress on out.
func newProgress(out io.Writer) *progress {
	p := &progress{out: out}
	if f, ok := out.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		p.width = 80
		if w, _, err := term.GetSize(int(f.Fd())); err == nil && w > 0 {
			p.width = w
		}
	}
	return p
}

// start begins to count things.
func (p *progress) start(what string, total int) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	p.what, p.done, p.total, p.began, p.last = what, 0, total, now, now
}

// step counts one thing, if it is what is counted.
func (p *progress) step(what string) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.what != what {
		return
	}
	p.done++
	every := lineEvery
	if p.width > 0 {
		every = barEvery
	}
	now := time.Now()
	if now.Sub(p.last) < every {
		return
	}
	p.last = now
	line := p.line(now)
	if p.width == 0 {
		fmt.Fprintln(p.out, line)
		return
	}
	p.drawn = true
	fmt.Fprint(p.out, "\r\x1b[K"+bar(line, p.done, p.total, p.width))
}

// line says how far it is.
func (p *progress) line(now time.Time) string {
	took := now.Sub(p.began).Seconds()
	rate := float64(p.done) / max(took, 0.001)
	line := fmt.Sprintf("%d of %d %s, %.0f/s", p.done, max(p.total, p.done), p.what, rate)
	if left := p.total - p.done; left > 0 && p.done > 0 {
		line += ", " + (time.Duration(float64(left)/rate) * time.Second).Round(time.Second).String() + " left"
	}
	return line
}

// bar puts a bar before a line where there is room for one.
func bar(line string, done, total, width int) string {
	room := min(width-len(line)-4, 40)
	if room < 10 || total <= 0 {
		return line[:min(len(line), max(width-1, 0))]
	}
	full := min(room*done/total, room)
	return "[" + strings.Repeat("#", full) + strings.Repeat("-", room-full) + "] " + line
}

// end takes the bar away.
func (p *progress) end() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.drawn {
		fmt.Fprint(p.out, "\r\x1b[K")
		p.drawn = false
	}
}
