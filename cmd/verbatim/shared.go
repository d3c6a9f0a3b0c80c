package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"verbatim/corpus/source"
	"verbatim/index"
	"verbatim/index/opensearch"
)

// A role is what a command does with an index that several machines share.
type role int

const (
	// roleAsk asks it as it was pushed, and reads no documents.
	roleAsk role = iota
	// rolePush reads the documents once and pushes the index.
	rolePush
	// roleServe asks, and reads and pushes while it holds the lease.
	roleServe
)

// A sharedIndex stands on several machines, each of which has a copy of its texts. One reads the documents and pushes,
// the others pull.
type sharedIndex struct {
	client *opensearch.Client
	depot  *opensearch.Depot
	// lease says who reads and pushes; nil means this machine alone may.
	lease lease
	// turn is held while the copy here is changed: by who leads for all that time, else for each pull.
	turn sync.Mutex
	// unread says, to who holds turn, that something was pulled that the open index has not taken over yet.
	unread bool
	// waiting is why there is no index yet; nil once there is.
	waiting atomic.Pointer[string]
	// pushing is held during a push.
	pushing sync.Mutex
	// folderIs says that the depot has what is known of the sources, as far as it has changed.
	folderIs atomic.Bool
	// seen is when the depot last answered.
	seen atomic.Pointer[time.Time]
}

// A lease is held by one machine at a time.
type lease interface {
	// While strives for a duty and runs f whenever this machine has it, with a context that ends when it is lost.
	// It returns when ctx ends, or with what f returns while the duty is held.
	While(ctx context.Context, duty string, f func(ctx context.Context) error) error
}

// dutyDocuments is the duty to read the documents of an index of some form, which other versions do not read.
const dutyDocuments = "documents "

// hold calls work while this machine is the one that reads the documents.
func (l *library) hold(ctx context.Context, work func(ctx context.Context) error) error {
	if l.shared.lease == nil {
		return work(ctx)
	}
	return l.shared.lease.While(ctx, dutyDocuments+index.FormatOf(l.engine), work)
}

// starting is why a bot is not ready that has no index yet.
func (l *library) starting() error {
	if l.shared != nil {
		if why := l.shared.waiting.Load(); why != nil {
			return fmt.Errorf("waiting for an index: %s", *why)
		}
	}
	return errStarting
}

// every ticks for a shared index, and never for another one.
func (s *sharedIndex) every(d time.Duration) <-chan time.Time {
	if s == nil {
		return nil
	}
	return time.Tick(d)
}

// synced notes how a look at the depot went, for those who watch.
func (s *sharedIndex) synced(at time.Time, err error) {
	if err == nil {
		s.seen.Store(&at)
	}
}

// openShared opens the copy of a shared index in a data folder, as the part of the command wants it.
func (l *library) openShared(ctx context.Context, data string) (x *index.Index, changed bool, stop func() error, err error) {
	dir := filepath.Join(data, dirIndex)
	switch l.role {
	case rolePush:
		return l.openPushed(ctx, data)
	case roleServe:
		x, err = l.openServed(ctx, data, dir)
	case roleAsk:
		if err = l.pullWhole(ctx, dir); errors.Is(err, opensearch.ErrNothingPushed) {
			err = fmt.Errorf("%w: 'verbatim index' with the same --engine does so", err)
		}
		if err == nil {
			x, err = index.Open(dir, l.engine)
		}
	}
	return x, false, l.shared.client.Close, err
}

// openPushed brings the copy to what was pushed last, and then up to date with the documents. Beside a replica that leads
// with the same data folder it makes a copy of its own, as from another machine.
func (l *library) openPushed(ctx context.Context, data string) (x *index.Index, changed bool, stop func() error, err error) {
	remove := func() error { return nil }
	lock, err := takeSources(ctx, data)
	if errors.Is(err, source.ErrBusy) {
		if data, err = os.MkdirTemp("", "verbatim-index-"); err != nil {
			return nil, false, nil, err
		}
		l.dir, remove = data, func() error { return os.RemoveAll(data) }
		lock, err = takeSources(ctx, data)
	}
	if err != nil {
		return nil, false, nil, errors.Join(err, remove())
	}
	dir := filepath.Join(data, dirIndex)
	if err := l.pullWhole(ctx, dir); err != nil && !errors.Is(err, opensearch.ErrNothingPushed) {
		return nil, false, nil, errors.Join(err, lock.Close(), remove())
	}
	closeSources, err := l.startShared(ctx, data, lock)
	if err != nil {
		return nil, false, nil, errors.Join(err, remove())
	}
	if x, changed, err = l.update(ctx, dir); err != nil {
		return nil, false, nil, errors.Join(err, closeSources(), remove())
	}
	return x, changed, func() error { return errors.Join(closeSources(), l.shared.client.Close(), remove()) }, nil
}

// startShared opens the sources with what the machine that read them last knew of them. The lock of them is taken.
func (l *library) startShared(ctx context.Context, data string, lock *source.Lock) (stop func() error, err error) {
	dir := filepath.Join(data, dirSources)
	if err := l.shared.depot.PullFolder(ctx, keptSources, dir); err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return l.start(dir, lock)
}

// takeShared is takeSources and startShared.
func (l *library) takeShared(ctx context.Context, data string) (stop func() error, err error) {
	lock, err := takeSources(ctx, data)
	if err != nil {
		return nil, err
	}
	return l.startShared(ctx, data, lock)
}

// keptSources is the name under which the depot keeps what is known of the sources.
const keptSources = "sources"

// push makes the copy here the index of all machines. It does nothing for an index that is not shared.
func (l *library) push(ctx context.Context) error {
	if l.shared == nil {
		return nil
	}
	l.shared.pushing.Lock()
	defer l.shared.pushing.Unlock()
	began := time.Now()
	if err := l.shared.depot.Push(ctx, filepath.Join(l.dir, dirIndex)); err != nil {
		return err
	}
	l.shared.synced(began, nil)
	if l.shared.folderIs.Load() {
		return nil
	}
	err := l.still(func() error {
		return l.shared.depot.PushFolder(ctx, keptSources, filepath.Join(l.dir, dirSources), isSourceFile)
	})
	l.shared.folderIs.Store(err == nil)
	return err
}

// pushChange is push after a change of the sources.
func (l *library) pushChange(ctx context.Context) error {
	if l.shared != nil {
		l.shared.folderIs.Store(false)
	}
	return l.push(ctx)
}

// pullWhole brings the copy in dir to what was pushed last. One that is damaged is put aside before.
func (l *library) pullWhole(ctx context.Context, dir string) error {
	x, err := index.OpenWhole(dir, l.engine)
	switch {
	case errors.Is(err, index.ErrDamaged):
		if err := index.PutAside(dir, err); err != nil {
			return err
		}
	case err == nil:
		if err := x.Close(); err != nil {
			return err
		}
	}
	_, err = l.shared.depot.Pull(ctx, dir)
	return err
}

// openServed opens the copy for a bot. Where there is none it waits until one can be pulled, or is built here because
// nobody has pushed any.
func (l *library) openServed(ctx context.Context, data, dir string) (*index.Index, error) {
	x, err := index.OpenWhole(dir, l.engine)
	if errors.Is(err, index.ErrDamaged) {
		l.log.Warn("the copy of the index is damaged: it is put aside and pulled again", "error", err)
		if err := index.PutAside(dir, err); err != nil {
			return nil, err
		}
		err = index.ErrNoIndex
	}
	if !errors.Is(err, index.ErrNoIndex) {
		return x, err
	}
	if err := l.await(ctx, data, dir); err != nil {
		return nil, err
	}
	return index.Open(dir, l.engine)
}

// await pulls until there is an index; meanwhile the machine that has the lease builds the first one.
func (l *library) await(ctx context.Context, data, dir string) (err error) {
	ctx, stop := context.WithCancel(ctx)
	built := make(chan error, 1)
	go func() {
		built <- l.tryOn(ctx, func() error {
			return l.hold(ctx, func(ctx context.Context) error { return l.buildFirst(ctx, data, dir) })
		})
	}()
	tick := time.NewTicker(pullEvery)
	defer tick.Stop()
	defer l.shared.waiting.Store(nil)
	pending, next := built, time.Time{}
	var failed error
	for {
		switch {
		case time.Now().Before(next):
		case l.shared.turn.TryLock():
			_, failed = l.shared.depot.Pull(ctx, dir)
			l.shared.turn.Unlock()
			if failed == nil {
				stop()
				if pending != nil {
					<-pending
				}
				return nil
			}
			next = time.Now().Add(pullPause(failed))
		default:
			failed = nil // it is being built
		}
		l.wait(failed)
		select {
		case <-ctx.Done():
			stop()
			if pending != nil {
				<-pending
			}
			return ctx.Err()
		case err := <-pending:
			if pending = nil; err != nil {
				stop()
				return err
			}
		case <-tick.C:
		}
	}
}

// tryOn builds the first index, and tries on as long as OpenSearch is away: nobody else may be there to do so, or another
// command has the sources here. That another machine was faster is as good.
func (l *library) tryOn(ctx context.Context, build func() error) error {
	for {
		err := build()
		if errors.Is(err, opensearch.ErrConflict) {
			return nil
		}
		if !errors.Is(err, index.ErrAway) && !errors.Is(err, source.ErrBusy) || ctx.Err() != nil {
			return err
		}
		l.log.Info("the first index cannot be built now, it is tried again", "error", err)
		sleep(ctx, leadAgain)
	}
}

// pullEvery is how often the depot is asked whether there is another index: one small request.
const pullEvery = time.Second

// wait says, to the log once and to those who ask whether the bot is ready, why there is no index.
func (l *library) wait(err error) {
	why := "the first index is being built"
	switch {
	case err != nil && !errors.Is(err, opensearch.ErrNothingPushed):
		why = err.Error()
	}
	if before := l.shared.waiting.Swap(&why); before == nil || *before != why {
		l.log.Warn("waiting for an index", "reason", why)
	}
}

// buildFirst builds and pushes an index where nobody has pushed any.
func (l *library) buildFirst(ctx context.Context, data, dir string) (err error) {
	l.shared.turn.Lock()
	defer l.shared.turn.Unlock()
	if _, err := l.shared.depot.State(ctx); !errors.Is(err, opensearch.ErrNothingPushed) {
		return err
	}
	stop, err := l.takeShared(ctx, data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.stopSources(stop)) }()
	x, _, err := l.update(ctx, dir)
	if err != nil {
		return err
	}
	return errors.Join(l.push(ctx), x.Close())
}

// stopSources ends the reading of the sources.
func (l *library) stopSources(stop func() error) error {
	l.sources.Store(nil)
	return stop()
}

// build builds an index in dir where there is none, or a damaged one.
func (l *library) build(ctx context.Context, dir string, was error) (*index.Index, bool, error) {
	if l.shared == nil {
		return index.Update(ctx, dir, l.engine, l.known().Documents)
	}
	if errors.Is(was, index.ErrDamaged) {
		if err := index.PutAside(dir, was); err != nil {
			return nil, false, err
		}
	}
	if err := index.BuildInSteps(ctx, dir, l.engine, l.known().Documents); err != nil {
		return nil, false, err
	}
	x, err := index.Open(dir, l.engine)
	return x, true, err
}

// differences counts what changed from one state of an index to another.
func differences(before, after map[string]string) (c source.Counts) {
	for id, digest := range after {
		if before[id] != digest {
			c.Put++
		}
	}
	for id := range before {
		if after[id] == "" {
			c.Removed++
		}
	}
	return c
}
