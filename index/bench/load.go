package bench

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"verbatim/corpus"
	"verbatim/index"
)

// A Load asks an index at a steady rate, changes a document every second and makes few parts of many
// beside it, as a server does, and tells from time to time how it went.
type Load struct {
	Index *index.Index
	// Dir is the folder of the index.
	Dir string
	// Questions are asked in turn, Rate of them a second, by so many Workers.
	Questions []string
	Rate      float64
	Workers   int
	// Change returns the n-th document that changed, from 0.
	Change func(n int) (*corpus.Document, error)
	// For is how long it lasts, and Every how often Report is called.
	For, Every time.Duration
	Report     func(Interval) error

	mu           sync.Mutex
	asked, found []time.Duration
}

// changeEvery is the time between two changes of a document.
const changeEvery = time.Second

// An Interval is what happened since the one before.
type Interval struct {
	// Minutes have passed since the load began.
	Minutes   float64 `json:"minutes"`
	Questions int     `json:"questions"`
	// Ask is how long questions took from when they were due, in milliseconds.
	Ask     Times `json:"ask"`
	Changes int   `json:"changes"`
	// Apply is how long changes took until they could be searched, in milliseconds.
	Apply       Times  `json:"apply"`
	Memory      Memory `json:"memory"`
	Descriptors int    `json:"descriptors"`
	Goroutines  int    `json:"goroutines"`
	// Parts counts the folders of the index.
	Parts int `json:"parts"`
}

// Run does it all, and ends with the first error. The end of the time is none.
func (l *Load) Run(ctx context.Context) error {
	timed, cancel := context.WithTimeout(ctx, l.For)
	defer cancel()
	due, changed := make(chan question, 10_000), make(chan struct{}, 1)
	g, run := errgroup.WithContext(timed)
	g.Go(func() error { return l.pace(run, due) })
	for range l.Workers {
		g.Go(func() error { return l.ask(run, due) })
	}
	g.Go(func() error { return l.change(run, changed) })
	g.Go(func() error { return l.compact(run, changed) })
	g.Go(func() error { return l.tell(run) })
	err := g.Wait()
	if ctx.Err() == nil && timed.Err() != nil && errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	return err
}

// A question is due at a time.
type question struct {
	text string
	at   time.Time
}

// pace hands out questions at the rate, whether or not those before are answered.
func (l *Load) pace(ctx context.Context, due chan<- question) error {
	next := time.Now()
	for i := 0; ; i++ {
		next = next.Add(time.Duration(float64(time.Second) / l.Rate))
		if err := until(ctx, next); err != nil {
			return err
		}
		select {
		case due <- question{l.Questions[i%len(l.Questions)], next}:
		default:
			return errors.New("ask at a steady rate: 10,000 questions wait: the rate is too high for this machine")
		}
	}
}

func (l *Load) ask(ctx context.Context, due <-chan question) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case q := <-due:
			if _, err := l.Index.Ask(ctx, q.text, index.Options{}); err != nil {
				return err
			}
			l.note(&l.asked, time.Since(q.at))
		}
	}
}

// change puts a document every second.
func (l *Load) change(ctx context.Context, changed chan<- struct{}) error {
	for next, n := time.Now(), 0; ; n++ {
		next = next.Add(changeEvery)
		if err := until(ctx, next); err != nil {
			return err
		}
		doc, err := l.Change(n)
		if err != nil {
			return err
		}
		began := time.Now()
		if err := l.Index.Apply(ctx, index.Change{Put: []*corpus.Document{doc}}); err != nil {
			return err
		}
		l.note(&l.found, time.Since(began))
		select {
		case changed <- struct{}{}:
		default:
		}
	}
}

// compact makes few parts of many after changes.
func (l *Load) compact(ctx context.Context, changed <-chan struct{}) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		}
		for done := true; done; {
			var err error
			if done, err = l.Index.Compact(ctx); err != nil {
				return err
			}
		}
	}
}

// tell reports at the end of each interval.
func (l *Load) tell(ctx context.Context) error {
	began := time.Now()
	for next := began.Add(l.Every); ; next = next.Add(l.Every) {
		if err := until(ctx, next); err != nil {
			return err
		}
		asked, found := l.take()
		parts, err := Folders(l.Dir)
		if err != nil {
			return err
		}
		if err := l.Report(Interval{
			Minutes: time.Since(began).Minutes(), Questions: len(asked), Ask: Spread(asked), Changes: len(found), Apply: Spread(found),
			Memory: ReadMemory(), Descriptors: Descriptors(), Goroutines: runtime.NumGoroutine(), Parts: parts,
		}); err != nil {
			return err
		}
	}
}

func (l *Load) note(list *[]time.Duration, took time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	*list = append(*list, took)
}

// take returns what was noted since it was called last.
func (l *Load) take() (asked, found []time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	asked, found = l.asked, l.found
	l.asked, l.found = nil, nil
	return asked, found
}

// until waits for a time, and returns the context's error if that ends before.
func until(ctx context.Context, at time.Time) error {
	timer := time.NewTimer(time.Until(at))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
