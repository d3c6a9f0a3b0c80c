package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"go.etcd.io/bbolt"
)

// RefusesWrites says that an error is that of a disk that is full, may only be read, or fails: what may end while
// the bot runs, and what a start anew does not heal. That a folder belongs to somebody else is none of it: the
// start ends there and says so.
func RefusesWrites(err error) bool {
	for _, errno := range []error{syscall.ENOSPC, syscall.EROFS, syscall.EDQUOT, syscall.EFBIG, syscall.EIO} {
		if errors.Is(err, errno) {
			return true
		}
	}
	return false
}

// openDegraded begins a journal on a disk that takes no writes: with the file opened for reading, or
// without a file, also where it cannot be read.
func (j *Journal) openDegraded() error {
	j.degraded, j.update, j.count = true, nil, Stats{}
	path := filepath.Join(j.dir, FileName)
	if info, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		return nil
	}
	err := guard(func() (err error) {
		if err := inspect(path, j.opts); err != nil {
			return err
		}
		if j.db, err = openBolt(path, bbolt.Options{Timeout: j.opts.LockTimeout, ReadOnly: true, OpenFile: j.opts.openFile}); err != nil {
			return err
		}
		if j.count, err = verify(j.db); err != nil {
			return errors.Join(err, j.db.Close())
		}
		return nil
	})
	unread := errors.Is(err, ErrDamaged) || RefusesWrites(err) // or of format 1, which cannot be migrated here
	if unread && !j.unread {
		j.opts.Logger.Error("the journal cannot be read: nothing earlier is known", "dir", j.dir, "error", err)
	}
	if j.unread = unread; err != nil {
		j.db = nil
	}
	if unread {
		return nil
	}
	return err
}

// reopen opens the file for writing once the disk takes it, and lays the memory over it. It does nothing
// where the file is open already.
func (j *Journal) reopen() error {
	if !j.degraded {
		return nil
	}
	if j.db != nil {
		if err := j.db.Close(); err != nil {
			return err
		}
		j.db = nil
	}
	err := j.openWritable()
	if err != nil {
		err = errors.Join(err, j.openDegraded())
	}
	return errors.Join(err, j.read(j.overlay))
}

// overlay brings the memory and the numbers into line with a file that was opened after them.
func (j *Journal) overlay(r rows) error {
	for key, c := range j.mem.changes {
		old, ok, err := r.get(key)
		if err != nil {
			return err
		}
		if c.stored = ok; ok {
			j.count.Total--
		}
		if ok && old.State.Open() {
			j.count.Open--
		}
		if !c.gone {
			j.count.Total++
		}
		if !c.gone && c.entry.State.Open() {
			j.count.Open++
		}
		j.mem.changes[key] = c
	}
	return nil
}

// putAll writes entries into a file that holds none.
func putAll(tx *bbolt.Tx, all []Entry) error {
	r, err := rowsOf(tx)
	if err != nil {
		return err
	}
	for _, e := range all {
		if r.byAlias(e.Alias) != "" {
			e.Alias = "" // a newer one, which came before it, bears it
		}
		if err := r.put(e); err != nil {
			return fmt.Errorf("carry over question %q: %w", e.Key, err)
		}
	}
	return nil
}
