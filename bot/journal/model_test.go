package journal

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"syscall"
	"testing"
	"time"
)

// model is the journal as a map. It prunes when the journal writes.
type model struct {
	entries map[string]Entry // as this process knows them
	disk    map[string]Entry // as a process that starts now would
	failing bool
	now     *clock
	keep    time.Duration
	max     int
}

func (m *model) remembered(e Entry) bool {
	return e.State.Open() || m.now.Now().Sub(e.Changed) < m.keep
}

func (m *model) receive(e Entry) (fresh bool) {
	for _, old := range m.entries {
		if (old.Key == e.Key || old.Alias == e.Alias) && m.remembered(old) {
			return false
		}
	}
	maps.DeleteFunc(m.entries, func(_ string, old Entry) bool { return old.Key == e.Key || old.Alias == e.Alias })
	e.State, e.Received, e.Changed = Received, m.now.Now(), m.now.Now()
	m.entries[e.Key] = e
	return true
}

func (m *model) mark(key string, to State) error {
	e, ok := m.entries[key]
	switch {
	case !ok || !m.remembered(e):
		return ErrUnknown
	case e.State == to && !to.Open():
		return nil
	case !e.State.Open():
		return ErrFinal
	}
	e.State, e.Changed = to, m.now.Now()
	switch to {
	case Posting:
		e.Attempts++
	case Answered:
		e.AnswerTS, e.Payload = "note", nil
	default:
		e.Error, e.Payload = "note", nil
	}
	m.entries[key] = e
	return nil
}

// write prunes and saves, if there is anything to write and the disk lets it.
func (m *model) write(always bool) (removed int, err error) {
	changed := fmt.Sprint(m.entries) != fmt.Sprint(m.disk)
	if !changed && !always {
		return 0, nil
	}
	if m.failing {
		return 0, ErrNotDurable
	}
	closed := slices.DeleteFunc(slices.Collect(maps.Values(m.entries)), func(e Entry) bool { return e.State.Open() })
	slices.SortFunc(closed, func(a, b Entry) int {
		return cmp.Or(a.Changed.Compare(b.Changed), cmp.Compare(a.Key, b.Key))
	})
	for _, e := range closed {
		if len(m.entries) > m.max || !m.remembered(e) {
			delete(m.entries, e.Key)
			removed++
		}
	}
	m.disk = maps.Clone(m.entries)
	return removed, nil
}

func (m *model) stats() (s Stats) {
	for key, e := range m.entries {
		s.Total++
		if e.State.Open() {
			s.Open++
		}
		if fmt.Sprint(e) != fmt.Sprint(m.disk[key]) {
			s.Unwritten++
		}
	}
	for key := range m.disk {
		if _, ok := m.entries[key]; !ok {
			s.Unwritten++
		}
	}
	return s
}

// run is one random history of a journal and its model.
type run struct {
	t    *testing.T
	rnd  *rand.Rand
	dir  string
	opts Options
	j    *Journal
	disk *disk
	m    *model
	log  []string // the calls so far
}

func TestRandomHistories(t *testing.T) {
	const seed, histories, steps = 20261123, 30, 150
	kinds := map[string]int{}
	for history := range histories {
		now := newClock()
		r := &run{
			t: t, rnd: rand.New(rand.NewPCG(seed, uint64(history))), dir: t.TempDir(),
			opts: Options{Clock: now.Now, Keep: time.Hour, MaxEntries: 6},
			m:    &model{entries: map[string]Entry{}, disk: map[string]Entry{}, now: now, keep: time.Hour, max: 6},
		}
		r.open()
		for range steps {
			kinds[r.step()]++
			if r.compare(); t.Failed() {
				t.Fatalf("seed %d, history %d:\n%q", seed, history, r.log)
			}
		}
		r.fail(nil)
		must(t, r.j.Close())
	}
	t.Logf("%v", kinds)
	if len(kinds) != 8 {
		t.Errorf("%d kinds of steps were taken, want 8", len(kinds))
	}
}

func (r *run) open() {
	r.j, r.disk = mustOpen(r.t, r.dir, r.opts), &disk{}
	r.disk.attach(r.j)
}

func (r *run) fail(err error) {
	r.m.failing, r.disk.before = err != nil, err
}

// step takes one step on both and returns its name.
func (r *run) step() string {
	steps := []struct {
		weight int
		name   string
		do     func(key string) string // returns what it did to key
	}{
		{40, "receive", r.receive},
		{35, "mark", r.mark},
		{10, "wait", r.wait},
		{3, "prune", r.prune},
		{3, "fail", func(string) string { r.fail(syscall.EIO); return "" }},
		{3, "heal", func(string) string { r.fail(nil); return "" }},
		{3, "lose", r.lose},
		{3, "reopen", r.reopen},
	}
	n := r.rnd.IntN(100) // the sum of the weights
	for _, s := range steps {
		if n -= s.weight; n < 0 {
			r.log = append(r.log, s.name+" "+s.do(fmt.Sprint("k", r.rnd.IntN(10))))
			return s.name
		}
	}
	panic("the weights do not add up to 100")
}

func (r *run) receive(key string) string {
	e := Entry{Key: key, Alias: fmt.Sprint("a", r.rnd.IntN(12)), Payload: fmt.Append(nil, r.rnd.IntN(100))}
	fresh, err := r.j.Receive(r.t.Context(), e)
	want := r.m.receive(e)
	if fresh != want {
		r.t.Errorf("Receive(%s) = %t, want %t", key, fresh, want)
	}
	r.same(err, nil)
	return key + " " + e.Alias
}

func (r *run) mark(key string) string {
	ctx := r.t.Context()
	to := []State{Posting, Answered, Failed, Expired}[r.rnd.IntN(4)]
	var err error
	switch to {
	case Posting:
		err = r.j.Posting(ctx, key)
	case Answered:
		err = r.j.Answered(ctx, key, "note")
	case Failed:
		err = r.j.Failed(ctx, key, "note")
	case Expired:
		err = r.j.Expired(ctx, key, "note")
	}
	r.same(err, r.m.mark(key, to))
	return key + " " + string(to)
}

func (r *run) wait(string) string {
	d := time.Duration(r.rnd.IntN(40)) * time.Minute
	r.m.now.advance(d)
	return d.String()
}

func (r *run) prune(string) string {
	removed, err := r.j.Prune(r.t.Context())
	if want, wantErr := r.m.write(true); removed != want || !errors.Is(err, wantErr) {
		r.t.Errorf("Prune = %d, %v; want %d, %v", removed, err, want, wantErr)
	}
	return ""
}

// lose closes the journal as it is, with a failing disk or not.
func (r *run) lose(string) string {
	backlog := r.m.stats().Unwritten > 0
	if err := r.j.Close(); errors.Is(err, ErrNotDurable) != (r.m.failing && backlog) {
		r.t.Errorf("Close = %v", err)
	}
	if !r.m.failing {
		r.m.disk = r.m.entries // Close writes without pruning
	}
	r.m.entries = maps.Clone(r.m.disk)
	r.open()
	r.fail(nil)
	return ""
}

// reopen closes the journal after the disk has recovered.
func (r *run) reopen(string) string {
	r.fail(nil)
	return r.lose("")
}

// same lets the model write and compares the errors.
func (r *run) same(err, want error) {
	if _, writeErr := r.m.write(false); want == nil {
		want = writeErr
	}
	if !errors.Is(err, want) {
		r.t.Errorf("error = %v, want %v", err, want)
	}
}

func (r *run) compare() {
	if got, want := r.j.Stats(), r.m.stats(); got != want {
		r.t.Errorf("Stats = %+v, want %+v", got, want)
	}
	if m := r.j.mem; m.len() == 0 && (len(m.aliases) > 0 || m.bytes != 0) {
		r.t.Errorf("the empty memory holds %d aliases and %d bytes", len(m.aliases), m.bytes)
	}
	var open []Entry
	for i := range 10 {
		key := fmt.Sprint("k", i)
		want, wantOK := r.m.entries[key]
		if e, ok := lookup(r.t, r.j, key); ok != wantOK || ok && fmt.Sprint(e) != fmt.Sprint(want) {
			r.t.Errorf("%s is\n%v, want\n%v", key, e, want)
		}
		if want.State.Open() {
			open = append(open, want)
		}
	}
	slices.SortStableFunc(open, func(a, b Entry) int { return a.Received.Compare(b.Received) })
	got, err := r.j.Pending(r.t.Context())
	must(r.t, err)
	if fmt.Sprint(got) != fmt.Sprint(open) {
		r.t.Errorf("Pending = %v, want %v", got, open)
	}
}
