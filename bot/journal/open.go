package journal

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// FormatVersion is the layout this package writes. It rises when an older
// version of the bot could no longer read the file.
const FormatVersion = 2

const keyVersion = "version"

// Open opens the journal in dir, and makes both if need be: dir with mode 0700,
// the file with 0600. It reads the whole file once, 100,000 questions in less
// than two seconds. A file of an older format is brought to the present one.
//
// A damaged file is renamed to journal.db.damaged-<time>, which is logged, and a
// new one begun with the questions that can be read. On a disk that takes no
// writes, or that fails, the journal works from memory. ErrLocked and ErrNewer change nothing on
// disk, nor do other errors of the operating system.
func Open(dir string, opts Options) (*Journal, error) {
	opts = opts.withDefaults()
	j := &Journal{opts: opts, mem: newMemory(), dir: dir}
	err := j.openWritable()
	if RefusesWrites(err) {
		opts.Logger.Error("the disk takes no journal: going on in memory; a crash would lose questions", "dir", dir, "error", err)
		refused := err
		j.refused.Store(&refused)
		err = j.openDegraded()
	}
	if err != nil {
		return nil, fmt.Errorf("open journal in %q: %w", dir, err)
	}
	j.publish()
	return j, nil
}

// openWritable opens the journal's file, a new one in place of a damaged one.
func (j *Journal) openWritable() error {
	if err := os.MkdirAll(j.dir, 0o700); err != nil {
		return err
	}
	path := filepath.Join(j.dir, FileName)
	db, count, err := openFile(path, j.opts)
	if errors.Is(err, ErrDamaged) {
		db, count, err = replace(path, j.opts, err)
	}
	if err != nil {
		return err
	}
	if err := syncDir(j.dir); err != nil {
		return errors.Join(fmt.Errorf("sync %q: %w", j.dir, err), db.Close())
	}
	j.db, j.count, j.update, j.degraded, j.unread = db, count, db.Update, false, false
	return nil
}

// replace puts a damaged file aside and makes a new one of what can be read in it.
func replace(path string, opts Options, damage error) (*bbolt.DB, Stats, error) {
	aside, err := putAside(path, opts.Clock())
	if err != nil {
		return nil, Stats{}, fmt.Errorf("%w; it stays in place: %w", damage, err)
	}
	db, _, err := openFile(path, opts)
	if err != nil {
		return nil, Stats{}, err
	}
	whole, err := salvage(aside)
	if err == nil {
		err = db.Update(func(tx *bbolt.Tx) error { return putAll(tx, whole) })
	}
	if err != nil {
		opts.Logger.Error("nothing could be carried over from the damaged journal", "file", aside, "error", err)
	}
	count, err := verify(db)
	if err != nil {
		return nil, Stats{}, errors.Join(err, db.Close())
	}
	opts.Logger.Error("journal is damaged: put aside, a new one begun with what is whole",
		"file", aside, "error", damage, "questions", count.Total, "open", count.Open)
	return db, count, nil
}

// openFile opens and checks one file. ErrDamaged means that it can be put aside.
func openFile(path string, opts Options) (db *bbolt.DB, count Stats, err error) {
	info, statErr := os.Stat(path)
	fresh := errors.Is(statErr, fs.ErrNotExist) || statErr == nil && info.Size() == 0 && info.Mode().IsRegular()
	if err := guard(func() error { return inspect(path, opts) }); err != nil {
		return nil, Stats{}, err
	}
	err = guard(func() (err error) {
		if db, err = openBolt(path, bbolt.Options{Timeout: opts.LockTimeout, OpenFile: opts.openFile}); err != nil {
			return err
		}
		if count, err = check(db); err != nil {
			return errors.Join(err, db.Close())
		}
		return nil
	})
	if err != nil && fresh && !errors.Is(err, ErrLocked) {
		_ = os.Remove(path) // the beginning of a file for which there is no room
	}
	return db, count, err
}

// inspect checks the pages of an existing file before bbolt relies on them. It
// opens the file for reading alone, when bbolt does not load the free pages.
func inspect(path string, opts Options) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0:
		return nil
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return &fs.PathError{Op: "open", Path: path, Err: errors.New("not a regular file")}
	}
	var file *os.File
	db, err := openBolt(path, bbolt.Options{
		Timeout:  opts.LockTimeout,
		ReadOnly: true,
		OpenFile: func(name string, flag int, mode os.FileMode) (f *os.File, err error) {
			file, err = opts.openFile(name, flag, mode)
			return file, err
		},
	})
	if err != nil {
		return err
	}
	return errors.Join(checkPages(db, file), db.Close())
}

func openBolt(path string, opts bbolt.Options) (*bbolt.DB, error) {
	db, err := bbolt.Open(path, 0o600, &opts)
	if err != nil {
		return nil, openError(err)
	}
	return db, nil
}

// check lays out a new file, and reads all of an old one.
func check(db *bbolt.DB) (Stats, error) {
	if err := prepare(db); err != nil {
		return Stats{}, err
	}
	return verify(db)
}

// openError sorts an error of bbolt's Open: the lock, the operating system, or damage.
func openError(err error) error {
	var pathErr *fs.PathError
	var errno syscall.Errno
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return fmt.Errorf("%w; stop the other one or give this one its own directory", ErrLocked)
	case errors.As(err, &pathErr), errors.As(err, &errno):
		return err
	}
	return fmt.Errorf("%w: %w", ErrDamaged, err)
}

// prepare lays out a new file, and checks the version of an old one.
func prepare(db *bbolt.DB) error {
	empty, version := true, 0
	err := db.View(func(tx *bbolt.Tx) error {
		if name, _ := tx.Cursor().First(); name == nil {
			return nil
		}
		empty = false
		meta := tx.Bucket([]byte(bucketMeta))
		if meta == nil {
			return fmt.Errorf("%w: not a journal", ErrDamaged)
		}
		row := meta.Get([]byte(keyVersion))
		text, err := unseal(sealVersion, keyVersion, row)
		if err != nil {
			if text, err = unseal1(keyVersion, row); err != nil {
				return err
			}
		}
		if version, err = strconv.Atoi(string(text)); err != nil || version < 1 {
			return fmt.Errorf("%w: the format version is not a number", ErrDamaged)
		}
		return nil
	})
	if err != nil {
		return err
	}
	switch {
	case empty:
		return db.Update(layOut)
	case version > FormatVersion:
		return fmt.Errorf("%w: format %d, this one reads up to %d", ErrNewer, version, FormatVersion)
	case version == 1:
		return db.Update(migrate1)
	}
	return nil
}

func layOut(tx *bbolt.Tx) error {
	for _, name := range []string{bucketEntries, bucketPayloads, bucketAliases, bucketOrder} {
		if _, err := tx.CreateBucket([]byte(name)); err != nil {
			return err
		}
	}
	meta, err := tx.CreateBucket([]byte(bucketMeta))
	if err != nil {
		return err
	}
	return putVersion(meta)
}

func putVersion(meta *bbolt.Bucket) error {
	return meta.Put([]byte(keyVersion), seal(sealVersion, keyVersion, []byte(strconv.Itoa(FormatVersion))))
}

// verify reads all rows and counts the questions.
func verify(db *bbolt.DB) (count Stats, err error) {
	err = db.View(func(tx *bbolt.Tx) error {
		r, err := rowsOf(tx)
		if err != nil {
			return err
		}
		count, err = r.verify()
		return err
	})
	return count, err
}

// verify checks that each entry has exactly the rows that belong to it.
func (r rows) verify() (count Stats, err error) {
	aliases, previous := 0, ""
	err = r.entries.ForEach(func(k, _ []byte) error {
		e, _, err := r.get(string(k))
		if err != nil {
			return err
		}
		order, _ := r.order.Cursor().Seek(orderKey(e))
		if previous >= e.Key || !bytes.Equal(order, orderKey(e)) {
			return fmt.Errorf("%w: question %q is out of order", ErrDamaged, k)
		}
		previous = e.Key
		count.Total++
		if e.State.Open() {
			count.Open++
		}
		if e.Alias == "" {
			return nil
		}
		aliases++
		if !bytes.Equal(r.aliases.Get([]byte(e.Alias)), k) {
			return fmt.Errorf("%w: question %q is not found by its alias", ErrDamaged, k)
		}
		return nil
	})
	if err != nil {
		return Stats{}, err
	}
	for _, b := range []struct {
		bucket *bbolt.Bucket
		want   int
	}{{r.order, count.Total}, {r.aliases, aliases}, {r.payloads, count.Open}} {
		if got := b.bucket.Stats().KeyN; got != b.want {
			return Stats{}, fmt.Errorf("%w: %d rows where %d belong", ErrDamaged, got, b.want)
		}
	}
	return count, nil
}

// putAside renames the file to a name that no other file has.
func putAside(path string, now time.Time) (aside string, err error) {
	base := path + ".damaged-" + now.UTC().Format("20060102T150405Z")
	aside = base
	for n := 2; ; n++ {
		if _, err := os.Lstat(aside); errors.Is(err, fs.ErrNotExist) {
			return aside, os.Rename(path, aside)
		} else if err != nil {
			return "", err
		}
		aside = base + "-" + strconv.Itoa(n)
	}
}

// syncDir makes the names in dir durable. Windows has no such call and needs none.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
