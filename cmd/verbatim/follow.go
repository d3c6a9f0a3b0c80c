package main

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"verbatim/corpus"
	"verbatim/corpus/source"
	"verbatim/index"
	"verbatim/index/opensearch"
)

const (
	// leadAgain is the pause before who failed to read the sources and push tries again.
	leadAgain = 5 * time.Second
	// pushEvery is how often who leads looks whether the sentences are still in OpenSearch, and pushes what a
	// failed push left.
	pushEvery = 10 * time.Second
	// pullAgain is the pause after a pull that failed although OpenSearch is there, as for want of room: what comes fills
	// the disk each time, on which the journal is as well.
	pullAgain = time.Minute
	// changeEvery is the least time between two changes of a shared index: each makes an index of OpenSearch, which
	// stays for the grace.
	changeEvery = 5 * time.Second
)

// watchShared keeps the copy of a shared index up to date until ctx ends: by pulling, or by reading the sources and
// pushing while this machine has the lease.
func (l *library) watchShared(ctx context.Context, x *index.Index, report func(source.Report)) error {
	done := make(chan struct{})
	go func() {
		defer close(done)
		l.follow(ctx, x, report)
	}()
	defer func() { <-done }()
	for l.role == roleServe && ctx.Err() == nil {
		if !l.ours(x) {
			sleep(ctx, leadAgain)
			continue
		}
		err := l.hold(ctx, func(ctx context.Context) error { return l.lead(ctx, x, report) })
		if ctx.Err() != nil {
			break
		}
		if err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, errNotOurs) {
			report(source.Report{Err: err})
		}
		sleep(ctx, leadAgain)
	}
	<-ctx.Done()
	return nil
}

// ours says whether the documents of the index are those that this machine reads. One that has none of its own must not
// put the embedded articles in the place of what somebody has pushed.
func (l *library) ours(x *index.Index) bool {
	if l.own {
		return true
	}
	embedded := map[string]bool{}
	for _, d := range corpus.Embedded() {
		embedded[d.ID] = true
	}
	return !slices.ContainsFunc(x.Documents(), func(d index.DocumentInfo) bool { return d.Collection != addedCollection && !embedded[d.ID] })
}

// errNotOurs ends the leading of who has nothing to read for the index.
var errNotOurs = errors.New("the index that was pushed is made of documents that are not read here")

// sleep waits, less long when ctx ends.
func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// follow pulls what another machine has pushed.
func (l *library) follow(ctx context.Context, x *index.Index, report func(source.Report)) {
	tick, verify := time.NewTicker(pullEvery), time.NewTicker(verifyEvery)
	defer tick.Stop()
	defer verify.Stop()
	whole := true // the copy, as far as it is known
	failing, next := "", time.Time{}
	for {
		select {
		case <-ctx.Done():
			return
		case <-verify.C:
			whole = false
		case <-tick.C:
		}
		if time.Now().Before(next) || !l.shared.turn.TryLock() { // this machine leads
			continue
		}
		select {
		case <-l.suspect:
			whole = false
		default:
		}
		before := time.Now()
		var counts source.Counts
		var err error
		if !whole {
			err = l.putAsideDamaged(ctx, x)
			whole = err == nil // what was put aside need not be looked at again until it is pulled
		}
		if err == nil {
			counts, err = l.pull(ctx, x)
		}
		l.shared.turn.Unlock()
		l.shared.synced(before, err)
		next = time.Now().Add(pullPause(err))
		switch {
		case err == nil:
			failing = ""
			if counts != (source.Counts{}) {
				report(source.Report{Counts: counts})
			}
		case ctx.Err() == nil && err.Error() != failing:
			failing = err.Error()
			l.log.Warn("the index cannot be pulled; the copy here is asked until it can", "error", err)
		}
	}
}

// pullPause is how long not to pull after one that ended so.
func pullPause(err error) time.Duration {
	if err == nil || errors.Is(err, index.ErrAway) || errors.Is(err, opensearch.ErrNothingPushed) {
		return 0
	}
	return pullAgain
}

// putAsideDamaged looks whether the copy is whole. One that is not is put aside, so that the next pull brings all of it.
func (l *library) putAsideDamaged(ctx context.Context, x *index.Index) error {
	dir := filepath.Join(l.dir, dirIndex)
	if _, err := index.EditionIn(dir, l.engine); errors.Is(err, index.ErrNoIndex) {
		return nil // it was put aside, and is not pulled yet
	}
	err := x.Verify(ctx)
	if !errors.Is(err, index.ErrDamaged) {
		return err
	}
	l.log.Warn("the copy of the index is damaged: it is put aside and pulled again", "error", err)
	return index.PutAside(dir, err)
}

// pull brings the copy to what was pushed last.
func (l *library) pull(ctx context.Context, x *index.Index) (source.Counts, error) {
	changed, err := l.shared.depot.Pull(ctx, filepath.Join(l.dir, dirIndex))
	l.shared.unread = l.shared.unread || changed || err != nil // it may have changed all the same
	if err != nil || !l.shared.unread {
		return source.Counts{}, err
	}
	before := live{x}.Digests()
	if err := x.Refresh(); err != nil {
		return source.Counts{}, err
	}
	l.shared.unread = false
	return differences(before, live{x}.Digests()), nil
}

// lead reads the sources and pushes until ctx ends, which is when the lease is lost.
func (l *library) lead(ctx context.Context, x *index.Index, report func(source.Report)) (err error) {
	l.shared.turn.Lock()
	defer l.shared.turn.Unlock()
	if _, err := l.pull(ctx, x); err != nil && !errors.Is(err, opensearch.ErrNothingPushed) {
		return err
	}
	if !l.ours(x) {
		return errNotOurs
	}
	stop, err := l.takeShared(ctx, l.dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.stopSources(stop)) }()
	l.log.Info("this replica reads the documents and pushes the index")
	before := live{x}.Digests()
	if err := l.mendEngine(ctx, x); err != nil {
		return err
	}
	if _, err := l.catchUp(ctx, x); err != nil {
		return err
	}
	signalTo(l.grown)
	if l.shrunk != nil {
		l.log.Warn("documents kept", "error", l.shrunk)
	}
	l.logProblems()
	if err := errors.Join(l.known().Save(live{x}), l.push(ctx)); err != nil {
		return err
	}
	if counts := differences(before, live{x}.Digests()); counts != (source.Counts{}) {
		report(source.Report{Counts: counts})
	}
	if l.meanwhile == nil {
		return l.watchOwn(ctx, x, report)
	}
	ctx, end := context.WithCancel(ctx)
	var beside sync.WaitGroup
	beside.Go(func() { l.meanwhile(ctx) })
	err = l.watchOwn(ctx, x, report)
	end()
	beside.Wait()
	return err
}

// mendEngine builds the index anew, beside, if its sentences are not in OpenSearch any more.
func (l *library) mendEngine(ctx context.Context, x *index.Index) error {
	err := x.VerifyEngine(ctx)
	if !errors.Is(err, index.ErrDamaged) {
		return err
	}
	l.log.Warn("the index is not in OpenSearch any more: it is built anew from the documents", "error", err)
	return l.rebuild(ctx, x)
}

// rebuild builds the index anew, beside the present one.
func (l *library) rebuild(ctx context.Context, x *index.Index) error {
	return l.known().Rebuild(func(docs source.Documents) error {
		if l.shared == nil {
			return x.Rebuild(ctx, index.Documents(docs))
		}
		return x.RebuildInSteps(ctx, index.Documents(docs))
	})
}

// target is the index as the sources change it; one that is shared is not changed all the time.
func (l *library) target(x *index.Index) source.Index {
	if l.shared == nil {
		return live{x}
	}
	return &paced{live: live{x}}
}

// paced is an index whose changes keep a distance.
type paced struct {
	live
	mu   sync.Mutex
	last time.Time
}

// Apply carries out a change, when the time has come.
func (p *paced) Apply(ctx context.Context, c source.Change) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	sleep(ctx, time.Until(p.last.Add(changeEvery)))
	defer func() { p.last = time.Now() }()
	return p.live.Apply(ctx, c)
}
