package journal

import (
	"errors"
	"path/filepath"
	"time"
)

// Sound reads the pages of a bbolt file, which another package keeps, before bbolt relies on them, as
// [Open] does with the journal. A damaged file is renamed, never deleted, and its new name returned;
// "" means that the file is sound or not there. Wait is how long another process may hold its lock;
// after that the error wraps [ErrLocked].
func Sound(path string, wait time.Duration) (aside string, err error) {
	err = guard(func() error { return inspect(path, Options{LockTimeout: wait}.withDefaults()) })
	if !errors.Is(err, ErrDamaged) {
		return "", err
	}
	if aside, err = putAside(path, time.Now()); err != nil {
		return "", err
	}
	return aside, syncDir(filepath.Dir(path))
}
