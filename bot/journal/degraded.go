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

// RefusesWrites says that an error is that of a disk that is full or may only be read.
func RefusesWrites(err error) bool {
	for _, errno := range []error{syscall.ENOSPC, syscall.EROFS, syscall.EDQUOT, syscall.EFBIG} {
		if errors.Is(err, errno) {
			return true
		}
	}
	return false
}

// openDegraded begins a journal on a disk that takes no writes: with the file opened for reading, or
// without a file.
func (j *Journal) openDegraded() error {
	j.degraded, j.update = true, nil
	path := filepath.Join(j.dir, FileName)
	if info, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		return nil
	}
	err := guard(func() (err error) {
		if err := inspect(path, j.opts); err != nil {
			return err
		}
		if j.db, err = openBolt(path, bbolt.Options{Timeout: j.opts.LockTimeout, ReadOnly: true}); err != nil {
			return err
		}
		if j.count, err = verify(j.db); err != nil {
			return errors.Join(err, j.db.Close())
		}
		return nil
	})
	if errors.Is(err, ErrDamaged) { // or of format 1, which cannot be migrated here
		j.opts.Logger.Error("the journal cannot be read: nothing earlier is known", "dir", j.dir, "error", err)
		j.db, j.count = nil, Stats{}
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
	if err := j.openWritable(); err != nil {
		return errors.Join(err, j.openDegraded())
	}
	return j.watch(func() error { return j.db.View(j.overlay) })
}

// overlay brings the memory and the numbers into line with a file that was opened after them.
func (j *Journal) overlay(tx *bbolt.Tx) error {
	r, err := rowsOf(tx)
	if err != nil {
		return err
	}
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
