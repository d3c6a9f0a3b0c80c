package shared

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"verbatim/bot/memory"
)

const (
	// maxRecord is the most bytes of one record, maxID of an id, as in the memory of a file.
	maxRecord = 64 << 10
	maxID     = 200
	// mostListed is the most records of one kind that are read at once, as a file's memory holds no more.
	mostListed = 50_000
	// pruneStep is how many records are looked for at once when old ones are deleted.
	pruneStep = 1000
)

// The keys that records of the memory are listed by.
const (
	keyUser   = "user"
	keyAuthor = "author" // who wrote the message that an answer was looked up for
	keyBy     = "by"     // who shared, resolved or decided
)

// A Memory is the bot's memory in a store. It does what that of a file does, but for two things: what it
// holds is bounded in age and not in number, and deletions take one record at a time, so that one that is
// cut short is to be repeated.
type Memory struct {
	store Store
	keep  time.Duration
	now   func() time.Time
}

// MemoryOptions are the settings of [NewMemory]. The zero value of a field means its default.
type MemoryOptions struct {
	// Keep is how long records are kept. Default: [memory.DefaultKeep].
	Keep time.Duration
	// Now tells the time. Default: the wall clock at first, and from then on the time that has passed, so that a
	// clock that is set makes nothing old.
	Now func() time.Time
}

// NewMemory makes a memory in a store.
func NewMemory(s Store, o MemoryOptions) *Memory {
	m := &Memory{store: s, keep: o.Keep, now: o.Now}
	if m.keep <= 0 {
		m.keep = memory.DefaultKeep
	}
	if m.now == nil {
		begun := time.Now()
		m.now = func() time.Time { return begun.Add(time.Since(begun)) }
	}
	return m
}

// Memory returns the memory as one for each purpose.
func (m *Memory) Memory() memory.Memory {
	return memory.Memory{Answers: m, Votes: m, Gaps: m, Changes: m, Threads: m, Channels: m, Calls: m, Proposals: m, Marks: m, People: m, Upkeep: m}
}

// A table says how records of one kind are kept.
type table[T any] struct {
	kind string
	id   func(*T) string
	at   func(*T) time.Time
	// keys are those that are not "".
	keys func(*T) map[string]string
}

func answers() table[memory.Answer] {
	return table[memory.Answer]{"answers", func(a *memory.Answer) string { return a.ID }, func(a *memory.Answer) time.Time { return a.At },
		func(a *memory.Answer) map[string]string {
			return map[string]string{keyUser: a.User, keyAuthor: a.Author, keyBy: a.By}
		}}
}

func votes() table[memory.Vote] {
	return table[memory.Vote]{"votes", func(v *memory.Vote) string { return voteID(v.Answer, v.User) }, func(v *memory.Vote) time.Time { return v.At },
		func(v *memory.Vote) map[string]string { return map[string]string{keyUser: v.User} }}
}

func gaps() table[memory.Gap] {
	return table[memory.Gap]{"gaps", func(g *memory.Gap) string { return g.ID }, func(g *memory.Gap) time.Time { return g.At },
		func(g *memory.Gap) map[string]string { return map[string]string{keyUser: g.User} }}
}

func threads() table[memory.Thread] {
	return table[memory.Thread]{"threads", func(t *memory.Thread) string { return threadID(t.Channel, t.TS) }, func(t *memory.Thread) time.Time { return t.At },
		func(t *memory.Thread) map[string]string { return map[string]string{keyUser: t.User} }}
}

func channels() table[memory.Channel] {
	return table[memory.Channel]{"channels", func(c *memory.Channel) string { return c.ID }, func(c *memory.Channel) time.Time { return c.At },
		func(c *memory.Channel) map[string]string { return map[string]string{keyUser: c.By} }}
}

func calls() table[memory.Call] {
	return table[memory.Call]{"calls", func(c *memory.Call) string { return c.ID }, func(c *memory.Call) time.Time { return c.At },
		func(c *memory.Call) map[string]string { return map[string]string{keyUser: c.User, keyBy: c.By} }}
}

func proposals() table[memory.Proposal] {
	return table[memory.Proposal]{"proposals", func(p *memory.Proposal) string { return p.ID }, func(p *memory.Proposal) time.Time { return p.At },
		func(p *memory.Proposal) map[string]string { return map[string]string{keyUser: p.User, keyBy: p.By} }}
}

func marks() table[memory.Mark] {
	return table[memory.Mark]{"marks", func(m *memory.Mark) string { return m.ID }, func(m *memory.Mark) time.Time { return m.At },
		func(*memory.Mark) map[string]string { return nil }}
}

func voteID(answer, user string) string { return answer + "/" + user }

func threadID(channel, ts string) string { return channel + "/" + ts }

// record is what the store keeps of v.
func (t table[T]) record(v T) (Record, error) {
	id, keys := t.id(&v), t.keys(&v)
	if id == "" || len(id) > 2*maxID {
		return Record{}, fmt.Errorf("id of %d bytes: want 1 to %d", len(id), 2*maxID)
	}
	maps.DeleteFunc(keys, func(_, value string) bool { return value == "" })
	for name, value := range keys {
		if len(value) > maxID || strings.Contains(value, "\x00") {
			return Record{}, fmt.Errorf("%s of %d bytes: want at most %d, and no zero byte", name, len(value), maxID)
		}
	}
	body, err := json.Marshal(v)
	if err != nil {
		return Record{}, err
	}
	if len(body) > maxRecord {
		return Record{}, fmt.Errorf("record %q has %d bytes, more than %d", id, len(body), maxRecord)
	}
	return Record{Kind: t.kind, ID: idOf(id), Body: body, Keys: keys, At: t.at(&v)}, nil
}

// save writes a record in place of the one with its id.
func save[T any](ctx context.Context, m *Memory, t table[T], v T) error {
	r, err := t.record(v)
	if err == nil {
		err = put(ctx, m.store, r)
	}
	if err != nil {
		return fmt.Errorf("save %s: %w", t.kind, err)
	}
	return nil
}

// load returns a record and its version, or [memory.ErrUnknown].
func load[T any](ctx context.Context, m *Memory, t table[T], id string) (v T, version Version, err error) {
	r, err := get(ctx, m.store, t.kind, idOf(id))
	if errors.Is(err, ErrUnknown) {
		err = memory.ErrUnknown
	}
	if err == nil {
		err = json.Unmarshal(r.Body, &v)
	}
	if err != nil {
		return v, r.Version, fmt.Errorf("read %s: %w", t.kind, err)
	}
	return v, r.Version, nil
}

// change replaces a record by what f makes of it, however many others write it meanwhile. f reports false
// for a record that is to stay. Where there is none it returns [memory.ErrUnknown].
func change[T any](ctx context.Context, m *Memory, t table[T], id string, f func(*T) bool) error {
	for range maxRounds {
		v, version, err := load(ctx, m, t, id)
		if err != nil {
			return err
		}
		if !f(&v) {
			return nil
		}
		r, err := t.record(v)
		if err != nil {
			return err
		}
		r.Version = version
		if _, err = replace(ctx, m.store, r); !errors.Is(err, ErrConflict) {
			return err
		}
	}
	return fmt.Errorf("change %s: %w", t.kind, ErrConflict)
}

// listed returns at most n records with a key, newest first; name "" means all.
func listed[T any](ctx context.Context, m *Memory, t table[T], name, value string, n int) ([]T, error) {
	q := Query{Kind: t.kind, Newest: true, Limit: n}
	if n <= 0 {
		return nil, nil
	}
	if name != "" {
		q.Keys = map[string]string{name: value}
	}
	records, err := list(ctx, m.store, q)
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", t.kind, err)
	}
	var all []T
	for _, r := range records {
		var v T
		if err := json.Unmarshal(r.Body, &v); err != nil {
			return nil, fmt.Errorf("record of %s: %w", t.kind, err)
		}
		all = append(all, v)
	}
	return all, nil
}

// drop deletes a record.
func drop[T any](ctx context.Context, m *Memory, t table[T], id string) error {
	if err := remove(ctx, m.store, t.kind, idOf(id)); err != nil {
		return fmt.Errorf("delete %s: %w", t.kind, err)
	}
	return nil
}

// forget deletes all records of a user.
func forget[T any](ctx context.Context, m *Memory, t table[T], user string) (int, error) {
	n, err := prune(ctx, m.store, Query{Kind: t.kind, Keys: map[string]string{keyUser: user}})
	if err != nil {
		return n, fmt.Errorf("delete %s: %w", t.kind, err)
	}
	return n, nil
}

// prune deletes all records that a query finds, whatever its limit.
func prune(ctx context.Context, s Store, q Query) (removed int, err error) {
	for q.Limit = pruneStep; ; {
		old, err := list(ctx, s, q)
		if err != nil {
			return removed, err
		}
		for _, r := range old {
			if err := remove(ctx, s, r.Kind, r.ID); err != nil {
				return removed, err
			}
			removed++
		}
		if len(old) < pruneStep {
			return removed, nil
		}
	}
}

// kinds are those of the memory that are deleted when they are old. Settings of channels and marks stay.
func kinds() []string {
	return []string{answers().kind, votes().kind, gaps().kind, threads().kind, calls().kind, proposals().kind}
}
