package opensearch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"verbatim/index"
)

// kindFolder are the records of folders beside indexes.
const kindFolder = "depot-folder"

// pulledMark is the name of a file in a pulled folder that says which state it is.
const pulledMark = ".depot"

// pullSuffix stands behind the name of a folder in those of the folders that it is pulled into.
const pullSuffix = "-pull-"

// A depotFolder is what a folder holds.
type depotFolder struct {
	Files []index.EditionFile `json:"files"`
}

// PushFolder keeps the files of a folder that are wanted, by their path in it, under a name. The error wraps [ErrConflict]
// when another machine did so meanwhile. A folder that changes meanwhile is an error as well, and what was pushed before
// stays; one that is not there is an empty one.
func (d *Depot) PushFolder(ctx context.Context, name, dir string, wanted func(path string) bool) error {
	if err := d.pushFolder(ctx, name, dir, wanted); err != nil {
		return fmt.Errorf("push folder %q: %w", dir, err)
	}
	return nil
}

func (d *Depot) pushFolder(ctx context.Context, name, dir string, wanted func(path string) bool) error {
	f, err := listFolder(dir, wanted)
	if err != nil {
		return err
	}
	before, r, err := d.folder(ctx, name)
	if err != nil {
		return err
	}
	stands, err := d.blobsThere(ctx)
	if err != nil {
		return err
	}
	if stands && slices.Equal(before.Files, f.Files) && len(r.Body) > 0 {
		return markPulled(dir, stateOf(r.Body))
	}
	there := map[index.EditionFile]bool{}
	for _, file := range before.Files {
		there[file] = stands
	}
	if err := d.makeBlobs(ctx); err != nil {
		return err
	}
	var all []chunk
	for _, file := range f.Files {
		if !there[file] {
			all = append(all, chunksOf(dir, file)...)
		}
	}
	for some := range slices.Chunk(all, lookedUpAtOnce) {
		missing, err := d.missing(ctx, some)
		if err == nil {
			err = d.sendAll(ctx, missing)
		}
		if err != nil {
			return err
		}
	}
	if now, err := listFolder(dir, wanted); err != nil {
		return err
	} else if !slices.Equal(now.Files, f.Files) {
		return errors.New("it changes meanwhile: try again, or end the process that writes to it")
	}
	known := len(r.Body) > 0
	if r.Body, err = json.Marshal(f); err != nil {
		return err
	}
	if r.Kind, r.ID, r.At = kindFolder, name, time.Now(); known {
		_, err = d.of.records.Replace(ctx, r)
	} else {
		_, err = d.of.records.Create(ctx, r)
	}
	if errors.Is(err, ErrExists) || errors.Is(err, ErrConflict) {
		err = fmt.Errorf("another machine has pushed it meanwhile: %w: %w", ErrConflict, err)
	}
	if err != nil {
		return err
	}
	return markPulled(dir, stateOf(r.Body))
}

// PullFolder brings a folder, which is made if needed, to what was pushed under a name. What is not whole when it has
// come is thrown away. Where nothing was pushed the folder stays as it is.
func (d *Depot) PullFolder(ctx context.Context, name, dir string) error {
	if err := d.pullFolder(ctx, name, dir); err != nil {
		return fmt.Errorf("pull folder %q: %w", dir, err)
	}
	return nil
}

func (d *Depot) pullFolder(ctx context.Context, name, dir string) error {
	f, r, err := d.folder(ctx, name)
	if err != nil || len(r.Body) == 0 {
		return err
	}
	state := stateOf(r.Body)
	if mark, err := os.ReadFile(filepath.Join(dir, pulledMark)); err == nil && string(mark) == state {
		return nil
	}
	if err := (index.EditionPart{Files: f.Files}).Check(); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		return err
	}
	if err := removeLeft(dir); err != nil {
		return err
	}
	fresh, err := os.MkdirTemp(filepath.Dir(dir), filepath.Base(dir)+pullSuffix)
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(fresh) }() // it is gone where all went well
	for _, file := range f.Files {
		if err := d.downloadChecked(ctx, fresh, file); err != nil {
			return err
		}
	}
	if err := markPulled(fresh, state); err != nil {
		return err
	}
	old := fresh + "-old"
	if err := os.Rename(dir, old); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return errors.Join(os.Rename(fresh, dir), os.RemoveAll(old))
}

// removeLeft removes what processes that died in the middle of a pull have left beside a folder. What a folder held before
// is there again when it was pulled.
func removeLeft(dir string) error {
	beside, err := os.ReadDir(filepath.Dir(dir))
	for _, entry := range beside {
		if strings.HasPrefix(entry.Name(), filepath.Base(dir)+pullSuffix) {
			err = errors.Join(err, os.RemoveAll(filepath.Join(filepath.Dir(dir), entry.Name())))
		}
	}
	return err
}

// downloadChecked puts a file into folder, and compares its sum.
func (d *Depot) downloadChecked(ctx context.Context, folder string, file index.EditionFile) error {
	if err := d.downloadFile(ctx, folder, file); err != nil {
		return fmt.Errorf("file %q: %w", file.Path, err)
	}
	got, err := sumOf(filepath.Join(folder, filepath.FromSlash(file.Path)))
	if err == nil && got.SHA256 != file.SHA256 {
		err = fmt.Errorf("%w: file %q is not the one that was pushed", index.ErrDamaged, file.Path)
	}
	return err
}

// folder reads what was pushed under a name, and its record, which has no body where nothing was.
func (d *Depot) folder(ctx context.Context, name string) (f depotFolder, r Record, err error) {
	r, err = d.of.records.Get(ctx, kindFolder, name)
	if errors.Is(err, ErrUnknown) {
		return f, Record{}, nil
	}
	if err == nil {
		err = json.Unmarshal(r.Body, &f)
	}
	return f, r, err
}

// stateOf names a state of a folder.
func stateOf(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// markPulled notes which state a folder is.
func markPulled(dir, state string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, pulledMark), []byte(state), 0o600)
}

// listFolder lists the files of a folder that are wanted.
func listFolder(dir string, wanted func(path string) bool) (f depotFolder, err error) {
	f.Files = []index.EditionFile{}
	err = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && path == dir {
			return fs.SkipAll
		}
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil || !entry.Type().IsRegular() || !wanted(rel) {
			return err
		}
		file, err := sumOf(path)
		file.Path = filepath.ToSlash(rel)
		f.Files = append(f.Files, file)
		return err
	})
	return f, err
}

// sumOf returns the size and sum of a file.
func sumOf(path string) (file index.EditionFile, err error) {
	in, err := os.Open(path)
	if err != nil {
		return file, err
	}
	defer in.Close()
	h := sha256.New()
	if file.Size, err = io.Copy(h, in); err != nil {
		return file, err
	}
	file.SHA256 = hex.EncodeToString(h.Sum(nil))
	return file, nil
}
