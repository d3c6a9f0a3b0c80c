package journal

import (
	"maps"
	"slices"
)

// Bounds of the memory: what a bot takes on while its disk accepts no writes.
// 10,000 questions are a working day of a busy company; 64 MiB hold them at
// 6 KiB each and fit beside an index in a small container.
const (
	maxUnwritten      = 10_000
	maxUnwrittenBytes = 64 << 20
)

// memory holds the changes that are not yet in the file, by key. In good times
// it is empty between two transactions.
type memory struct {
	changes  map[string]change
	aliases  map[string]string // alias → key, of the changes that are not removals
	bytes    int               // sum of the payloads
	max      int               // entries, maxUnwritten
	maxBytes int               // of payloads, maxUnwrittenBytes
}

// change is an entry to be written, or the removal of one.
type change struct {
	entry  Entry
	gone   bool // the entry of this key is to be removed
	stored bool // the file holds an older state of this key
}

func newMemory() *memory {
	return &memory{
		changes:  map[string]change{},
		aliases:  map[string]string{},
		max:      maxUnwritten,
		maxBytes: maxUnwrittenBytes,
	}
}

func (m *memory) len() int { return len(m.changes) }

func (m *memory) set(key string, c change) {
	m.drop(key)
	if !c.gone && c.entry.Alias != "" {
		m.aliases[c.entry.Alias] = key
	}
	m.bytes += len(c.entry.Payload)
	m.changes[key] = c
}

func (m *memory) drop(key string) {
	old := m.changes[key]
	if m.aliases[old.entry.Alias] == key {
		delete(m.aliases, old.entry.Alias)
	}
	m.bytes -= len(old.entry.Payload)
	delete(m.changes, key)
}

func (m *memory) clear() {
	clear(m.changes)
	clear(m.aliases)
	m.bytes = 0
}

// room makes place for one more question with a payload of size bytes. When the
// memory is full it forgets the closed question that the file does not know and
// that changed longest ago. It reports whether it forgot one.
func (m *memory) room(size int) (forgot bool, err error) {
	if m.bytes+size > m.maxBytes {
		return false, ErrFull
	}
	if len(m.changes) < m.max {
		return false, nil
	}
	oldest, found := "", false
	for key, c := range m.changes {
		if c.gone || c.stored || c.entry.State.Open() {
			continue
		}
		if !found || c.entry.Changed.Before(m.changes[oldest].entry.Changed) {
			oldest, found = key, true
		}
	}
	if !found {
		return false, ErrFull
	}
	m.drop(oldest)
	return true, nil
}

// writeTo brings all changes into the file: removals first, because a new
// question may bear the alias of a removed one.
func (m *memory) writeTo(r rows) error {
	keys := slices.Sorted(maps.Keys(m.changes))
	for _, key := range keys {
		if m.changes[key].gone {
			if err := r.remove(key, false); err != nil {
				return err
			}
		}
	}
	for _, key := range keys {
		if c := m.changes[key]; !c.gone {
			if err := r.put(c.entry); err != nil {
				return err
			}
		}
	}
	return nil
}
