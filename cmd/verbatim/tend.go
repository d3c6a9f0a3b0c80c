package main

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sync/errgroup"

	"verbatim/corpus/source"
	"verbatim/index"
	"verbatim/index/opensearch"
)

// verifyEvery is the time between two comparisons of the index with its sums.
const verifyEvery = time.Hour

// watch keeps the index up to date with all sources until ctx ends, and whole, and reports what it did.
func (l *library) watch(ctx context.Context, x *index.Index, report func(source.Report)) error {
	if l.shared != nil && l.role != rolePush {
		return l.watchShared(ctx, x, report)
	}
	return l.watchOwn(ctx, x, report)
}

// watchOwn is watch where the sources are read here.
func (l *library) watchOwn(ctx context.Context, x *index.Index, report func(source.Report)) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	changed := make(chan struct{}, 1)
	tended := make(chan error, 1)
	go func() {
		tended <- l.tend(ctx, x, changed, report)
		stop()
	}()
	err := l.known().Watch(ctx, l.target(x), func(r source.Report) {
		report(r)
		signalTo(changed)
	})
	stop()
	return errors.Join(err, <-tended)
}

// tend builds the index anew when it is damaged, pushes one that is shared, and compacts it after changes, for which
// nothing waits: a large merge takes minutes while questions come. It returns before ctx ends only with an error: another
// machine has pushed meanwhile.
func (l *library) tend(ctx context.Context, x *index.Index, changed <-chan struct{}, report func(source.Report)) error {
	group, ctx := errgroup.WithContext(ctx)
	tell := func(err error) {
		if err != nil && ctx.Err() == nil {
			report(source.Report{Err: err})
		}
	}
	group.Go(func() error {
		for {
			select {
			case <-ctx.Done():
				return nil
			case <-l.grown:
				tell(compact(ctx, x))
			}
		}
	})
	group.Go(func() error { return l.lookAfter(ctx, x, changed, tell) })
	return group.Wait()
}

// lookAfter is the part of tend that looks for damage, and pushes an index that is shared.
func (l *library) lookAfter(ctx context.Context, x *index.Index, changed <-chan struct{}, tell func(error)) error {
	verify := time.NewTicker(verifyEvery)
	defer verify.Stop()
	again := l.shared.every(pushEvery)
	for {
		var err error
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
			signalTo(l.grown)
			err = l.pushChange(ctx)
		case <-again:
			if err = l.mendEngine(ctx, x); err == nil {
				err = l.push(ctx)
			}
		case <-verify.C:
			err = l.mend(ctx, x)
		case <-l.suspect:
			err = l.mend(ctx, x)
		}
		if errors.Is(err, opensearch.ErrConflict) {
			return err
		}
		tell(err)
	}
}

// mend builds the index anew if it is damaged.
func (l *library) mend(ctx context.Context, x *index.Index) error {
	err := errors.Join(x.Verify(ctx), x.VerifyEngine(ctx))
	if !errors.Is(err, index.ErrDamaged) {
		return err
	}
	return errors.Join(err, l.rebuild(ctx, x))
}
