package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A restore whose files are all there and durable has the name restoringDir. From then on it is brought to
// its end, by this process or the next one: what is there is moved aside, then what was restored takes its
// place, then the folder goes.
const (
	restoringDir = "restoring"
	// asideMark is a file in it that says where what was there is moved to; movedMark, that this is done.
	asideMark = "ASIDE"
	movedMark = "MOVED"
	// asidePrefix begins the names of the folders with what was there.
	asidePrefix = "replaced-"
)

// finishRestore brings a restore into a data folder to its end, if there is one to be.
func finishRestore(data string) error { return finisher{data, os.Rename}.finish() }

// A finisher brings a restore to its end. At whatever step it is killed or fails, the next one goes on.
type finisher struct {
	data   string
	rename func(from, to string) error
}

func (f finisher) finish() error {
	from := filepath.Join(f.data, restoringDir)
	if _, err := os.Stat(from); errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	parts := []string{dirJournal, dirSources, dirIndex}
	if err := f.moveAside(from, parts); err != nil {
		return fmt.Errorf("finish the restore in %q: %w", f.data, err)
	}
	for _, part := range parts {
		err := f.rename(filepath.Join(from, part), filepath.Join(f.data, part))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("finish the restore in %q: %w", f.data, err)
		}
	}
	if err := syncPath(f.data); err != nil {
		return err
	}
	done := filepath.Join(f.data, stagePrefix+"restored")
	if err := errors.Join(os.RemoveAll(done), f.rename(from, done), syncPath(f.data)); err != nil {
		return fmt.Errorf("finish the restore in %q: %w", f.data, err)
	}
	return os.RemoveAll(done)
}

// moveAside moves what was there out of the way, unless that is done.
func (f finisher) moveAside(from string, parts []string) error {
	if _, err := os.Stat(filepath.Join(from, movedMark)); err == nil {
		return nil
	}
	there := slices.DeleteFunc(slices.Clone(parts), func(part string) bool {
		_, err := os.Lstat(filepath.Join(f.data, part))
		return errors.Is(err, fs.ErrNotExist)
	})
	if len(there) > 0 {
		aside, err := asideFolder(f.data, from)
		if err != nil {
			return err
		}
		for _, part := range there {
			if err := f.rename(filepath.Join(f.data, part), filepath.Join(aside, part)); err != nil {
				return err
			}
		}
		if err := errors.Join(syncPath(aside), syncPath(f.data)); err != nil {
			return err
		}
	}
	return writeWhole(filepath.Join(from, movedMark), nil)
}

// asideFolder returns the folder for what was there: the same one for each try.
func asideFolder(data, from string) (string, error) {
	mark := filepath.Join(from, asideMark)
	name, err := os.ReadFile(mark)
	if errors.Is(err, fs.ErrNotExist) {
		name = []byte(asidePrefix + strings.ReplaceAll(time.Now().UTC().Format("20060102T150405.000Z"), ".", ""))
		err = writeWhole(mark, name)
	}
	if err != nil {
		return "", err
	}
	aside := filepath.Join(data, filepath.Base(string(name)))
	return aside, os.MkdirAll(aside, 0o700)
}

// restoring says that a restore into a data folder was interrupted and is not finished.
func restoring(data string) error {
	if _, err := os.Lstat(filepath.Join(data, restoringDir)); err == nil {
		return fmt.Errorf("a restore into %q was interrupted: 'verbatim serve' brings it to its end when it starts", data)
	}
	return nil
}
