package index

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// The layout of an index folder. A part is built in a folder of another name, and belongs to the index
// only once it has been renamed and named in CURRENT.
const (
	currentFile  = "CURRENT"
	lastFile     = "LAST"
	manifestFile = "MANIFEST.json"
	engineDir    = "engine"
	genPrefix    = "gen-"
	buildPrefix  = "build-"
	mergePrefix  = "merge-"
	damagedDir   = "quarantine"
	lockFile     = "LOCK"
	mergeLock    = "MERGE.LOCK"
	// layoutVersion is the version of the layout and of the text store.
	layoutVersion = 6
)

// Errors that callers decide on.
var (
	// ErrNoIndex: the folder holds no index yet, or none that this program can read.
	ErrNoIndex = errors.New("no index")
	// ErrDamaged: the files of the index are not those that were published.
	ErrDamaged = errors.New("index is damaged")
	// ErrNotThere: the index has no such document, or the document no such sentence.
	ErrNotThere = errors.New("not in the index")
)

// A Manifest says what an index holds, or the collections of it that a question is asked of.
type Manifest struct {
	// Built is when the newest part of it was built.
	Built     time.Time
	Documents int
	Sentences int
	// Terms is the number of terms of all sentences, and Paragraphs the number of paragraphs.
	Terms      int
	Paragraphs int
	// Titles is the number of terms of all titles.
	Titles int
	// Languages are the languages of the documents, in order of their codes.
	Languages []string
}

// current is what CURRENT says: the parts of the index, those built first in front.
type current struct {
	Version int           `json:"version"`
	Parts   []currentPart `json:"parts"`
}

type currentPart struct {
	Name string `json:"name"`
	// Gone are the documents that were changed or removed since the part was built.
	Gone []string `json:"gone,omitempty"`
}

// readCurrent returns what CURRENT in dir says, and its bytes. The error wraps [ErrNoIndex] when there
// is none or it is of another version, and [ErrDamaged] when it makes no sense.
func readCurrent(dir string) (current, []byte, error) {
	var c current
	data, err := os.ReadFile(filepath.Join(dir, currentFile))
	if errors.Is(err, fs.ErrNotExist) {
		return c, nil, fmt.Errorf("open index in %q: %w", dir, ErrNoIndex)
	}
	if err != nil {
		return c, nil, err
	}
	if generationNumber(strings.TrimSpace(string(data))) > 0 { // as layouts before the third have it
		return c, data, fmt.Errorf("open index in %q: %w that this version reads: it has an older layout", dir, ErrNoIndex)
	}
	err = json.Unmarshal(data, &c)
	for _, p := range c.Parts {
		if err == nil && generationNumber(p.Name) == 0 {
			err = fmt.Errorf("%q is no name of a part", p.Name)
		}
	}
	if err != nil || c.Version == 0 {
		return current{}, data, fmt.Errorf("open index in %q: %w: read %s: %w", dir, ErrDamaged, currentFile, cmp.Or(err, errors.New("it has no version")))
	}
	if c.Version != layoutVersion {
		return c, data, fmt.Errorf("open index in %q: %w that this version reads: it has layout %d, not %d", dir, ErrNoIndex, c.Version, layoutVersion)
	}
	return c, data, nil
}

// publish makes the parts of c the index from now on, and removes those that belong neither to it nor
// to the one before, which a reader may be about to open. It returns the bytes that CURRENT has now.
func publish(dir string, c current) ([]byte, error) {
	c.Version = layoutVersion
	data, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	before, _, _ := readCurrent(dir) // none where it makes no sense
	if err := replaceDurably(filepath.Join(dir, currentFile), data); err != nil {
		return nil, err
	}
	if err := syncFile(dir); err != nil {
		return nil, err
	}
	return data, removeOld(dir, c, before)
}

// removeOld removes the parts that none of the given indexes has.
func removeOld(dir string, kept ...current) error {
	gens, err := generations(dir)
	if err != nil {
		return err
	}
	for _, gen := range gens {
		used := slices.ContainsFunc(kept, func(c current) bool {
			return slices.ContainsFunc(c.Parts, func(p currentPart) bool { return p.Name == gen })
		})
		if !used {
			err = errors.Join(err, os.RemoveAll(filepath.Join(dir, gen)))
		}
	}
	return err
}

// settle makes the folder build, complete but for its manifest, a part of the index in dir, and returns
// its name. It is not published yet.
func settle(dir, build string, m partManifest) (string, error) {
	files, err := hashFiles(build)
	if err != nil {
		return "", err
	}
	m.Files = files
	data, err := m.sealed()
	if err != nil {
		return "", err
	}
	if err := writeDurably(filepath.Join(build, manifestFile), data); err != nil {
		return "", err
	}
	if err := syncFile(build); err != nil {
		return "", err
	}
	return place(dir, build)
}

// quarantine moves a damaged generation out of the way, so that it is neither opened nor lost. Gen
// is "" when only CURRENT is damaged, of which nothing is worth keeping.
func quarantine(dir, gen string) error {
	if gen != "" {
		aside := filepath.Join(dir, damagedDir)
		if err := os.MkdirAll(aside, 0o700); err != nil {
			return err
		}
		dest, err := os.MkdirTemp(aside, filepath.Base(gen)+"-")
		if err != nil {
			return err
		}
		err = os.Rename(gen, filepath.Join(dest, filepath.Base(gen)))
		if errors.Is(err, fs.ErrNotExist) { // it is gone, or was put aside before
			err = os.Remove(dest)
		}
		if err != nil {
			return err
		}
	}
	if err := os.Remove(filepath.Join(dir, currentFile)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// lockPoll is how often a build asks whether another one has finished.
const lockPoll = 50 * time.Millisecond

// lock waits until no other process holds the lock name in dir, and then removes what killed builds
// have left in folders that begin with leftovers. The system releases the lock of a process that dies.
func lock(ctx context.Context, dir, name, leftovers string) (unlock func() error, err error) {
	l := flock.New(filepath.Join(dir, name))
	if _, err := l.TryLockContext(ctx, lockPoll); err != nil {
		return nil, fmt.Errorf("wait for another build: %w", err)
	}
	left, err := filepath.Glob(filepath.Join(dir, leftovers+"*"))
	for _, build := range left {
		err = errors.Join(err, os.RemoveAll(build))
	}
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l.Close, nil
}

func writeDurably(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if e := f.Sync(); err == nil {
		err = e
	}
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}

// replaceDurably gives a file new contents, all or none. The name is durable once its folder is synced.
func replaceDurably(path string, data []byte) error {
	if err := writeDurably(path+".tmp", data); err != nil {
		return err
	}
	return os.Rename(path+".tmp", path)
}

// syncFile makes a file durable, or the names in a folder.
func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}
