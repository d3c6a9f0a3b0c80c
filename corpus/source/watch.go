package source

import (
	"context"
	"io/fs"
	"os"
	"time"
)

// Times of watching a folder.
const (
	// coalesce is how long hints are collected before anything is looked at.
	coalesce = 100 * time.Millisecond
	// swapCheck is the time between looks whether another folder has taken the place of this one.
	swapCheck = time.Second
	// scanShare bounds the part of the time that looking at the whole folder may take: one in this many.
	scanShare = 10
)

// A Report is what became of one look at a source.
type Report struct {
	Counts
	// Err is why it did not succeed; what was known before stays in the index. [ErrShrunk] is one.
	Err error
}

// Watch keeps an index up to date with the folder until ctx ends, and reports what it did: a file is
// looked at as soon as the system tells of it, and the whole folder from time to time.
func (f *Folder) Watch(ctx context.Context, apply func(context.Context, Change) error, report func(Report)) {
	h := newHints()
	var w watcher = noWatcher{}
	if f.opts.PollOnly {
		h.setBlind()
	} else {
		w = newWatcher(f.dir, h)
	}
	f.watchWith(ctx, apply, report, w, h)
}

func (f *Folder) watchWith(ctx context.Context, apply func(context.Context, Change) error, report func(Report), w watcher, h *hints) {
	ctx, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.run(ctx)
	}()
	defer func() {
		stop()
		<-done
	}()
	opts := scanOptions{apply: apply, watcher: w}
	l := watchLoop{Folder: f, opts: opts, report: report, hints: h, first: true}
	l.run(ctx)
}

// A watchLoop is the loop of [Folder.Watch].
type watchLoop struct {
	*Folder
	opts   scanOptions
	report func(Report)
	hints  *hints
	first  bool
	// identity is the folder that was looked at; another may take its place.
	identity fs.FileInfo
}

func (l *watchLoop) run(ctx context.Context) {
	whole, soon, swap := time.NewTimer(0), time.NewTimer(0), time.NewTicker(swapCheck)
	defer whole.Stop()
	defer soon.Stop()
	defer swap.Stop()
	soon.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.hints.wake:
			soon.Reset(coalesce)
			select { // what comes meanwhile is looked at together
			case <-ctx.Done():
				return
			case <-soon.C:
			}
			l.some(ctx, whole)
		case <-soon.C:
			l.some(ctx, whole)
		case <-swap.C:
			if l.swapped() {
				whole.Reset(0)
			}
			continue
		case <-whole.C:
			began := time.Now()
			l.all(ctx)
			whole.Reset(max(l.interval(), scanShare*time.Since(began)))
		}
		if l.isRestless() {
			soon.Reset(l.Folder.opts.Settle)
		}
	}
}

// interval returns the time between looks at the whole folder.
func (l *watchLoop) interval() time.Duration {
	if l.hints.isBlind() {
		return l.Folder.opts.Poll
	}
	return l.Folder.opts.Rescan
}

// all looks at the whole folder.
func (l *watchLoop) all(ctx context.Context) {
	l.hints.take()
	l.identity, _ = os.Stat(l.dir)
	opts := l.opts
	opts.first = l.first
	if l.look(ctx, opts, everything()) {
		l.first = false
	}
}

// some looks where something happened, and at files that are coming to rest. What fails is looked at
// again with everything.
func (l *watchLoop) some(ctx context.Context, whole *time.Timer) {
	folders := l.hints.take()
	l.mu.Lock()
	for folder := range l.restless {
		if _, told := folders[folder]; !told {
			folders[folder] = false
		}
	}
	l.mu.Unlock()
	if len(folders) > 0 && !l.look(ctx, l.opts, folders) {
		whole.Reset(l.Folder.opts.Poll)
	}
}

// look scans and reports; it says whether that succeeded.
func (l *watchLoop) look(ctx context.Context, opts scanOptions, folders map[string]bool) bool {
	l.mu.Lock()
	counts, err := l.scan(ctx, opts, folders)
	l.mu.Unlock()
	if ctx.Err() == nil && (err != nil || counts != Counts{}) {
		l.report(Report{Counts: counts, Err: err})
	}
	return err == nil
}

func (l *watchLoop) isRestless() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.restless) > 0
}

// swapped says whether the folder is another one than was looked at.
func (l *watchLoop) swapped() bool {
	now, err := os.Stat(l.dir)
	return err == nil && (l.identity == nil || !os.SameFile(l.identity, now))
}
