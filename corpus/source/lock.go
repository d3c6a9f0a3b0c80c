package source

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// ErrBusy: another process, or another library of this one, has the folder in which a library keeps what it knows.
var ErrBusy = errors.New("another process has these documents in hand")

// errClosed says that the folder of a library may be another's by now.
var errClosed = errors.New("the documents are no longer in hand")

const (
	// LockSuffix ends the name of the lock of a folder, which lies beside it: the folder itself is moved by who puts
	// another in its place.
	LockSuffix = ".LOCK"
	// lockPoll is how often it is asked whether a folder is free.
	lockPoll = 50 * time.Millisecond
)

// A Lock keeps the folder of a library to one: each has in memory what it knows, and who saves last would undo what
// another has added. The system releases it when the process dies.
type Lock struct{ file *flock.Flock }

// Take takes the folder of a library. While another has it, it tries for as long as wait says, at least once; then the
// error wraps [ErrBusy].
func Take(ctx context.Context, dir string, wait time.Duration) (*Lock, error) {
	dir = filepath.Clean(dir)
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		return nil, fmt.Errorf("open the folder of sources: %w", err)
	}
	l := flock.New(dir+LockSuffix, flock.SetPermissions(0o600))
	locked, err := l.TryLock()
	if err == nil && !locked && wait > 0 {
		waiting, cancel := context.WithTimeout(ctx, wait)
		defer cancel()
		if locked, err = l.TryLockContext(waiting, lockPoll); errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
			err = nil
		}
	}
	if locked {
		return &Lock{l}, nil
	}
	if err == nil {
		err = ErrBusy
	}
	return nil, errors.Join(fmt.Errorf("open the folder of sources %q: %w", dir, err), l.Close())
}

// Close lets another have the folder. It may be called again, and of nil.
func (l *Lock) Close() error {
	if l == nil {
		return nil
	}
	return l.file.Close()
}
