package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"verbatim/corpus/source"
	"verbatim/index"
)

// sourcesLock is the file in a data folder that keeps its sources to one process. A running bot has it besides the
// lock of the whole folder: not while another replica reads the documents, and other commands read them too.
const sourcesLock = dirSources + source.LockSuffix

// longWait is how long a bot that starts waits for another command to end, which may be building its index.
const longWait = 5 * time.Minute

// takeSources takes the sources in a data folder for this process, which may change them and the index made of them
// from then on. The error wraps [source.ErrBusy] when another process has them and keeps them for [lockWait].
func takeSources(ctx context.Context, data string) (*source.Lock, error) {
	lock, err := source.Take(ctx, filepath.Join(data, dirSources), lockWait)
	if errors.Is(err, source.ErrBusy) {
		return nil, fmt.Errorf("%w, such as a running bot or 'verbatim index --watch': stop it first, or name another data folder with --data", err)
	}
	if err != nil {
		return nil, err
	}
	if err := restoring(data); err != nil { // it may have begun meanwhile
		return nil, errors.Join(err, lock.Close())
	}
	return lock, nil
}

// openOwn opens the index in a data folder that no other machine has, and brings it up to date. Where another process
// has the sources in hand, this command waits for [longWait], or yields: then the index is opened as it is, once there
// is one.
func (l *library) openOwn(ctx context.Context, dir string) (x *index.Index, changed bool, stop func() error, err error) {
	lock, err := takeSources(ctx, dir)
	if l.waits && errors.Is(err, source.ErrBusy) {
		l.log.Info("another command has the documents in hand: waiting until it ends")
		for since := time.Now(); errors.Is(err, source.ErrBusy) && time.Since(since) < longWait; {
			lock, err = takeSources(ctx, dir)
		}
	}
	for l.yields && errors.Is(err, source.ErrBusy) {
		if x, err = index.Open(filepath.Join(dir, dirIndex), l.engine); !errors.Is(err, index.ErrNoIndex) {
			l.asIs = true
			return x, false, func() error { return nil }, err
		}
		lock, err = takeSources(ctx, dir)
	}
	if err != nil {
		return nil, false, nil, err
	}
	if stop, err = l.start(filepath.Join(dir, dirSources), lock); err != nil {
		return nil, false, nil, err
	}
	if x, changed, err = l.update(ctx, filepath.Join(dir, dirIndex)); err != nil {
		return nil, false, nil, errors.Join(err, stop())
	}
	return x, changed, stop, nil
}

// letGo lets another process have the sources, of which nothing is read or changed from here on.
func (l *library) letGo() error {
	if known := l.known(); known != nil {
		return known.Close()
	}
	return nil
}
