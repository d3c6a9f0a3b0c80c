package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// copyStep is how many bytes of records a copy writes in one transaction: a copy of any size takes little
// memory.
const copyStep = 4 << 20

// Copy writes what a bbolt file, whose buckets hold no others, holds at one moment to a new file, of mode 0600,
// and syncs it. Others may write to db meanwhile. What was deleted in db is not in the copy, not even in pages that are free. The
// error wraps [fs.ErrExist] when path is taken; on every other one nothing is left there.
func Copy(db *bbolt.DB, path string) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("copy %q: %w", filepath.Base(path), err)
		}
	}()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(path))
		}
	}()
	if err := f.Close(); err != nil {
		return err
	}
	to, err := bbolt.Open(path, 0o600, &bbolt.Options{NoSync: true})
	if err != nil {
		return err
	}
	err = guard(func() error { return copyAll(to, db) })
	if err == nil {
		err = to.Sync()
	}
	return errors.Join(err, to.Close())
}

// copyAll is not [bbolt.Compact], which ends its look at from before it has written the last values that it saw
// there: they lie in pages of from, which a writer meanwhile fills with something else, or takes away.
func copyAll(to, from *bbolt.DB) error {
	return from.View(func(tx *bbolt.Tx) error {
		return tx.ForEach(func(name []byte, b *bbolt.Bucket) error { return copyBucket(to, name, b) })
	})
}

// copyBucket copies a bucket's records.
func copyBucket(to *bbolt.DB, name []byte, from *bbolt.Bucket) error {
	c := from.Cursor()
	k, v := c.First()
	for {
		err := to.Update(func(tx *bbolt.Tx) error {
			b, err := tx.CreateBucketIfNotExists(name)
			if err != nil {
				return err
			}
			b.FillPercent = 1 // records come in order
			for size := 0; k != nil && size < copyStep; k, v = c.Next() {
				size += len(k) + len(v)
				if err := b.Put(k, v); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || k == nil {
			return err
		}
	}
}

// Renew puts a copy of db, which is open for writing at path, in its place, and returns the copy, opened
// with opts; db is closed then. So what was deleted leaves the disk. On an error db is as it was: so it
// stays where a system does not let go of the name of an open file. Nobody may write to db meanwhile.
func Renew(db *bbolt.DB, path string, opts bbolt.Options) (*bbolt.DB, error) {
	beside := path + ".new"
	if err := os.Remove(beside); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err := Copy(db, beside); err != nil {
		return nil, err
	}
	next, err := bbolt.Open(beside, 0o600, &opts) // locked before it has the name that others look for
	if err == nil {
		if err = os.Rename(beside, path); err != nil {
			err = errors.Join(err, next.Close())
		}
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("renew %q: %w", filepath.Base(path), err), os.Remove(beside))
	}
	return next, errors.Join(syncDir(filepath.Dir(path)), db.Close())
}

// Snapshot writes the journal as it stands to a new file, which [Open] opens. Calls go on meanwhile. The
// error wraps [ErrNotDurable] when the disk does not have all of it.
func (j *Journal) Snapshot(path string) error {
	var last *bbolt.DB
	for {
		db, err := j.written()
		if err != nil {
			return fmt.Errorf("copy journal: %w", err)
		}
		err = Copy(db, path)
		if !errors.Is(err, bolterrors.ErrDatabaseNotOpen) || db == last {
			return err
		}
		last = db // renewed or closed before the copy began
	}
}

// written returns the file once all is in it.
func (j *Journal) written() (*bbolt.DB, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.unfit != nil {
		return nil, j.unfit
	}
	if j.mem.len() > 0 {
		if _, err := j.flush(0); err != nil {
			return nil, err
		}
	}
	if j.db == nil {
		return nil, ErrNotDurable
	}
	return j.db, nil
}

// Renew rewrites the file without what was deleted in it: the text of a question leaves the disk with
// that, and not only the journal. Other calls wait for it, about a second for 100,000 questions. Nothing is done
// while the disk takes no writes.
func (j *Journal) Renew() error {
	if _, err := j.written(); err != nil {
		return fmt.Errorf("renew journal: %w", err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.unfit != nil || j.degraded {
		return fmt.Errorf("renew journal: %w", errors.Join(j.unfit, ErrNotDurable))
	}
	next, err := Renew(j.db, filepath.Join(j.dir, FileName), bbolt.Options{Timeout: j.opts.LockTimeout})
	if next != nil {
		j.db, j.update = next, next.Update
	}
	if err != nil {
		return fmt.Errorf("renew journal: %w", err)
	}
	return nil
}

// Restored marks each open question as restored from a backup: nobody knows what became of it since.
func (j *Journal) Restored() (open int, err error) {
	db, err := j.written()
	if err != nil {
		return 0, fmt.Errorf("mark open questions: %w", err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	err = db.Update(func(tx *bbolt.Tx) error {
		r, err := rowsOf(tx)
		if err != nil {
			return err
		}
		var keys []string
		if err := r.eachOpen(func(key string) error { keys = append(keys, key); return nil }); err != nil {
			return err
		}
		open = len(keys)
		for _, key := range keys {
			e, _, err := r.get(key)
			if err != nil {
				return err
			}
			e.Restored = true
			if err := r.put(e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("mark open questions: %w", err)
	}
	return open, nil
}
