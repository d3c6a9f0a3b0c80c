package journal

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// view is the journal as it will be once the memory is written: the file with
// the memory laid over it. Changes go to the memory.
type view struct {
	rows  rows
	mem   *memory
	count *Stats
	now   time.Time
	keep  time.Duration
}

func (v *view) get(key string) (Entry, bool, error) {
	if c, ok := v.mem.changes[key]; ok {
		return c.entry, !c.gone, nil
	}
	return v.rows.get(key)
}

// byAlias returns the entry that bears alias.
func (v *view) byAlias(alias string) (Entry, bool, error) {
	if alias == "" {
		return Entry{}, false, nil
	}
	key, ok := v.mem.aliases[alias]
	if !ok {
		key = v.rows.byAlias(alias)
	}
	e, ok, err := v.get(key)
	return e, ok && e.Alias == alias, err
}

// remembered reports whether a repeat of e is still to be recognised.
func (v *view) remembered(e Entry) bool {
	return e.State.Open() || v.now.Sub(e.Changed) < v.keep
}

func (v *view) stored(key string) bool { return v.rows.has(key) }

// receive adds e unless its key or its alias is remembered.
func (v *view) receive(e Entry) (fresh bool, err error) {
	same, sameOK, err := v.get(e.Key)
	if err != nil {
		return false, err
	}
	twin, twinOK, err := v.byAlias(e.Alias)
	if err != nil {
		return false, err
	}
	if sameOK && v.remembered(same) || twinOK && v.remembered(twin) {
		return false, nil
	}
	if sameOK {
		v.remove(e.Key)
	}
	if twinOK && twin.Key != e.Key {
		v.remove(twin.Key)
	}
	forgot, err := v.mem.room(len(e.Payload))
	if err != nil {
		return false, err
	}
	if forgot {
		v.count.Total--
	}
	e.State, e.Received, e.Changed = Received, v.now, v.now
	v.mem.set(e.Key, change{entry: e, stored: v.stored(e.Key)})
	v.count.Open++
	v.count.Total++
	return true, nil
}

// remove drops a question. Of an open one the caller counts the open ones.
func (v *view) remove(key string) {
	if v.stored(key) {
		v.mem.set(key, change{gone: true, stored: true})
	} else {
		v.mem.drop(key)
	}
	v.count.Total--
}

// release drops an open question that is another replica's.
func (v *view) release(key string) error {
	e, ok, err := v.get(key)
	if err != nil || !ok || !e.State.Open() {
		return err
	}
	v.remove(key)
	v.count.Open--
	return nil
}

// adopt adds an open question in the state that it has, in place of a closed one of its key. One that is
// open already is brought as far.
func (v *view) adopt(e Entry) error {
	same, known, err := v.get(e.Key)
	if err != nil {
		return err
	}
	if known && same.State.Open() {
		if e.further(same) {
			v.mem.set(e.Key, change{entry: same.with(e), stored: v.stored(e.Key)})
		}
		return nil
	}
	twin, twinOK, err := v.byAlias(e.Alias)
	if err != nil {
		return err
	}
	if known {
		v.remove(e.Key)
	}
	if twinOK && twin.Key != e.Key {
		e.Alias = "" // the shared store knows whose it is
	}
	forgot, err := v.mem.room(len(e.Payload))
	if err != nil {
		return err
	}
	if forgot {
		v.count.Total--
	}
	e.Received, e.Changed = e.Received.UTC(), v.now
	v.mem.set(e.Key, change{entry: e, stored: v.stored(e.Key)})
	v.count.Open++
	v.count.Total++
	return nil
}

// move brings the question of key into state to and lets fill set the rest.
// Moving a question into the final state it is in changes nothing.
func (v *view) move(key string, to State, fill func(*Entry)) error {
	e, ok, err := v.get(key)
	switch {
	case err != nil:
		return err
	case !ok || !v.remembered(e):
		return ErrUnknown
	case e.State == to && !to.Open():
		return nil
	case !e.State.Open():
		return fmt.Errorf("%w as %s", ErrFinal, e.State)
	}
	e.State, e.Changed = to, v.now
	fill(&e)
	if !to.Open() {
		e.Payload = nil
		v.count.Open--
	}
	v.mem.set(key, change{entry: e, stored: v.stored(key)})
	return nil
}

// tally counts something of the open question of key.
func (v *view) tally(key string, count func(*Entry)) error {
	e, ok, err := v.get(key)
	switch {
	case err != nil:
		return err
	case !ok || !e.State.Open():
		return ErrUnknown
	}
	count(&e)
	v.mem.set(key, change{entry: e, stored: v.stored(key)})
	return nil
}

// pending returns the open questions, those received first in front.
func (v *view) pending() ([]Entry, error) {
	var open []Entry
	for _, c := range v.mem.changes {
		if !c.gone && c.entry.State.Open() {
			c.entry.Payload = slices.Clone(c.entry.Payload)
			open = append(open, c.entry)
		}
	}
	err := v.rows.eachOpen(func(key string) error {
		if _, newer := v.mem.changes[key]; newer {
			return nil
		}
		e, _, err := v.rows.get(key)
		open = append(open, e)
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(open, func(a, b Entry) int {
		if d := a.Received.Compare(b.Received); d != 0 {
			return d
		}
		return strings.Compare(a.Key, b.Key)
	})
	return open, nil
}
