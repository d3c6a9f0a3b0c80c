package metrics

import (
	"regexp"
	"sync"
)

const (
	// maxValues is how many values a label may have whose values Slack names. The bot calls some 25
	// methods; of error codes a workspace meets about ten.
	maxValues = 40
	// other stands for all values above that, and for what is no code.
	other = "other"
)

// word is what a method or code of Slack's looks like.
var word = regexp.MustCompile(`^[A-Za-z0-9_.]{1,60}$`)

// bounded lets a label have the first values that come, and one for all others.
type bounded struct {
	mu    sync.Mutex
	known map[string]bool
}

func newBounded() *bounded { return &bounded{known: map[string]bool{}} }

// value is what a label says for a value.
func (b *bounded) value(v string) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.known[v]:
		return v
	case len(b.known) >= maxValues || !word.MatchString(v):
		return other
	}
	b.known[v] = true
	return v
}
