package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"verbatim/bot/journal"
)

// The parts of a data folder. What each holds, and for how long, says SECURITY.md.
const (
	dirJournal = "journal" // the journal, and the bot's memory
	dirSources = "sources" // what admins added and forgot, and what was fetched
	dirIndex   = "index"   // the index, which can be built again
	dirCode    = "code"    // machine code of the readers, which can be made again

	lockFile    = "LOCK"
	controlFile = "control.json"
	// stagePrefix begins the names of folders in which backups are made and restored; one that is there
	// when nobody holds the lock was left by a process that was killed.
	stagePrefix = "stage-"
)

// lockWait is how long another process may hold a data folder: as long as one that is stopping needs to
// let go of it once it has finished.
const lockWait = time.Second

// lockData takes a data folder, made if need be, for this process: for a running bot, a restore, or a
// backup of a bot at rest. It brings a restore that was interrupted to its end, and removes what killed
// processes have left. The error wraps [journal.ErrLocked] when another process has the folder. Where the
// disk takes no lock the folder is not locked, which is logged: the journal has a lock of its own.
func lockData(ctx context.Context, dir string, log *slog.Logger) (unlock func() error, err error) {
	if err = os.MkdirAll(dir, 0o700); err == nil {
		unlock, err = lockFolder(ctx, dir)
	}
	if journal.RefusesWrites(err) {
		log.Warn("the disk takes no lock of the data folder", "dir", dir, "error", err)
		return func() error { return nil }, restoring(dir)
	}
	if err != nil {
		return nil, err
	}
	if err := finishRestore(dir); err != nil {
		return nil, errors.Join(err, unlock())
	}
	if err := removeStages(dir); err != nil {
		log.Warn("what a killed process left stays", "dir", dir, "error", err)
	}
	return unlock, nil
}

func lockFolder(ctx context.Context, dir string) (unlock func() error, err error) {
	l := flock.New(filepath.Join(dir, lockFile), flock.SetPermissions(0o600))
	waiting, cancel := context.WithTimeout(ctx, lockWait)
	defer cancel()
	locked, err := l.TryLockContext(waiting, lockWait/20)
	switch {
	case locked:
		return l.Close, nil
	case errors.Is(err, context.DeadlineExceeded):
		err = fmt.Errorf("%w; stop the other one or give this one its own folder", journal.ErrLocked)
	}
	return nil, errors.Join(fmt.Errorf("open data folder %q: %w", dir, err), l.Close())
}

func removeStages(dir string) error {
	left, err := filepath.Glob(filepath.Join(globQuote(dir), stagePrefix+"*"))
	for _, stage := range left {
		err = errors.Join(err, os.RemoveAll(stage))
	}
	return err
}

// globQuote makes a pattern that matches a path and nothing else.
func globQuote(path string) string {
	var b []rune
	for _, r := range path {
		switch r {
		case '*', '?', '[', ']':
			b = append(b, '[', r, ']')
		default:
			b = append(b, r)
		}
	}
	return string(b)
}

// syncTree makes all that is in a folder durable, and its name.
func syncTree(dir string) error {
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.IsDir() && !d.Type().IsRegular() {
			return err
		}
		return syncPath(path)
	})
	return errors.Join(err, syncPath(filepath.Dir(dir)))
}
