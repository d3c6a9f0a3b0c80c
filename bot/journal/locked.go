package journal

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
)

// lookTimeout is how long the lock of a journal is waited for by who only wants to know.
const lookTimeout = 50 * time.Millisecond

// Locked says whether a running bot has the journal in dir. It changes nothing.
func Locked(dir string) (bool, error) {
	path := filepath.Join(dir, FileName)
	if info, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		return false, nil
	}
	var locked bool
	err := guard(func() error {
		db, err := openBolt(path, bbolt.Options{Timeout: lookTimeout, ReadOnly: true})
		if locked = errors.Is(err, ErrLocked); locked {
			return nil
		}
		if err != nil {
			return err
		}
		return db.Close()
	})
	return locked, err
}
