package index

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
	"strconv"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// The layout of an index folder. A generation is built in a folder of another name, and is part of
// the index only once it has been renamed and named in CURRENT.
const (
	currentFile  = "CURRENT"
	manifestFile = "MANIFEST.json"
	engineDir    = "engine"
	genPrefix    = "gen-"
	buildPrefix  = "build-"
	damagedDir   = "quarantine"
	lockFile     = "LOCK"
	// manifestVersion is the version of the layout and of the text store.
	manifestVersion = 2
	// keepGenerations is how many generations stay on disk, the current one included, so that a
	// reader which opened the one before can finish.
	keepGenerations = 2
)

// Errors that callers decide on.
var (
	// ErrNoIndex: the folder holds no index yet, or none that this program can read.
	ErrNoIndex = errors.New("no index")
	// ErrDamaged: the files of the index are not those that were published.
	ErrDamaged    = errors.New("index is damaged")
	errNoDocument = errors.New("no such document")
)

// A Manifest says what a generation holds.
type Manifest struct {
	Version  int       `json:"version"`
	Engine   string    `json:"engine"`
	Analysis int       `json:"analysis"`
	Built    time.Time `json:"built"`
	// Corpus is the digest of the documents; see [Digest].
	Corpus    string `json:"corpus"`
	Documents int    `json:"documents"`
	Sentences int    `json:"sentences"`
	// Terms is the number of terms of all sentences, and Paragraphs the number of paragraphs.
	Terms      int `json:"terms"`
	Paragraphs int `json:"paragraphs"`
	// Titles is the number of terms of all titles and headings, once for each document.
	Titles int `json:"titles"`
	// Languages are the languages of the documents, in order of their codes.
	Languages []string       `json:"languages"`
	Files     []manifestItem `json:"files"`
}

type manifestItem struct {
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// publish turns the folder build, complete but for its manifest, into the current generation of
// the index in dir, and removes generations that are too old.
func publish(dir, build string, m Manifest) error {
	files, err := hashFiles(build)
	if err != nil {
		return err
	}
	m.Files = files
	data, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	if err := writeDurably(filepath.Join(build, manifestFile), data); err != nil {
		return err
	}
	gens, err := generations(dir)
	if err != nil {
		return err
	}
	next := generationName(1)
	if len(gens) > 0 {
		next = generationName(generationNumber(gens[len(gens)-1]) + 1)
	}
	if err := syncFile(build); err != nil {
		return err
	}
	if err := os.Rename(build, filepath.Join(dir, next)); err != nil {
		return err
	}
	if err := setCurrent(dir, next); err != nil {
		return err
	}
	return removeOld(dir, append(gens, next))
}

// setCurrent makes gen the generation that is opened from now on.
func setCurrent(dir, gen string) error {
	tmp := filepath.Join(dir, currentFile+".tmp")
	if err := writeDurably(tmp, []byte(gen+"\n")); err != nil {
		return err
	}
	if err := os.Rename(tmp, filepath.Join(dir, currentFile)); err != nil {
		return err
	}
	return syncFile(dir)
}

func removeOld(dir string, gens []string) error {
	for len(gens) > keepGenerations {
		if err := os.RemoveAll(filepath.Join(dir, gens[0])); err != nil {
			return err
		}
		gens = gens[1:]
	}
	return nil
}

func generationName(n int) string { return fmt.Sprintf("%s%06d", genPrefix, n) }

// generationNumber returns the number in the name of a generation, 0 when it is no such name.
func generationNumber(name string) int {
	n, err := strconv.Atoi(strings.TrimPrefix(name, genPrefix))
	if err != nil || generationName(n) != name {
		return 0
	}
	return n
}

// generations returns the names of the published generations, oldest first.
func generations(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var gens []string
	for _, e := range entries {
		if e.IsDir() && generationNumber(e.Name()) > 0 {
			gens = append(gens, e.Name())
		}
	}
	slices.SortFunc(gens, func(a, b string) int { return generationNumber(a) - generationNumber(b) })
	return gens, nil
}

// current returns the folder of the current generation of the index in dir and its manifest. The
// error wraps [ErrNoIndex] when there is none for this engine and version, and [ErrDamaged] when
// the files on disk are not those of the manifest, or CURRENT names no generation; then the folder
// is "". Sizes are always compared. Sums are compared for the catalog, which has those of the
// documents, and with every set for all files, which takes as long as reading them.
func current(dir, engine string, every bool) (string, Manifest, error) {
	name, err := os.ReadFile(filepath.Join(dir, currentFile))
	if errors.Is(err, fs.ErrNotExist) {
		return "", Manifest{}, fmt.Errorf("open index in %q: %w", dir, ErrNoIndex)
	}
	if err != nil {
		return "", Manifest{}, err
	}
	gen := strings.TrimSpace(string(name))
	if generationNumber(gen) == 0 {
		return "", Manifest{}, fmt.Errorf("open index in %q: %w: %s names no generation", dir, ErrDamaged, currentFile)
	}
	gen = filepath.Join(dir, gen)
	m, err := readManifest(gen)
	if err != nil {
		return gen, m, fmt.Errorf("open index %q: %w: %w", gen, ErrDamaged, err)
	}
	if m.Version != manifestVersion || m.Engine != engine || m.Analysis != AnalysisVersion {
		return gen, m, fmt.Errorf("open index %q: %w that this version reads: it was built by %s, layout %d, analysis %d", gen, ErrNoIndex, m.Engine, m.Version, m.Analysis)
	}
	for _, f := range m.Files {
		if err := f.check(gen, every || f.Path == catalogFile); err != nil {
			return gen, m, fmt.Errorf("open index %q: %w: %w", gen, ErrDamaged, err)
		}
	}
	return gen, m, nil
}

// check compares a file with what was published: its size, and with sum set its contents.
func (f manifestItem) check(gen string, sum bool) error {
	path := filepath.Join(gen, filepath.FromSlash(f.Path))
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.Size() != f.Size {
		return fmt.Errorf("file %s has %d bytes, not the %d it was published with", f.Path, info.Size(), f.Size)
	}
	if !sum {
		return nil
	}
	now, err := hashFile(path)
	if err == nil && now.SHA256 != f.SHA256 {
		err = fmt.Errorf("file %s is not the one that was published", f.Path)
	}
	return err
}

func readManifest(gen string) (Manifest, error) {
	var m Manifest
	data, err := os.ReadFile(filepath.Join(gen, manifestFile))
	if err != nil {
		return m, err
	}
	return m, json.Unmarshal(data, &m)
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
		if err := os.Rename(gen, filepath.Join(dest, filepath.Base(gen))); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return os.Remove(filepath.Join(dir, currentFile))
}

// lockPoll is how often a build asks whether another one has finished.
const lockPoll = 50 * time.Millisecond

// lock waits until no other process builds in dir, and then removes what killed builds have left
// behind. The system releases the lock of a process that dies.
func lock(ctx context.Context, dir string) (unlock func() error, err error) {
	l := flock.New(filepath.Join(dir, lockFile))
	if _, err := l.TryLockContext(ctx, lockPoll); err != nil {
		return nil, fmt.Errorf("wait for another build: %w", err)
	}
	left, err := filepath.Glob(filepath.Join(dir, buildPrefix+"*"))
	for _, build := range left {
		err = errors.Join(err, os.RemoveAll(build))
	}
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l.Close, nil
}

func hashFiles(dir string) ([]manifestItem, error) {
	var items []manifestItem
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		item, err := hashFile(path)
		if err != nil {
			return err
		}
		item.Path = filepath.ToSlash(rel)
		items = append(items, item)
		return syncFile(path) // what a manifest vouches for must be on disk
	})
	return items, err
}

func hashFile(path string) (item manifestItem, err error) {
	f, err := os.Open(path)
	if err != nil {
		return item, err
	}
	defer f.Close()
	h := sha256.New()
	if item.Size, err = io.Copy(h, f); err != nil {
		return item, err
	}
	item.SHA256 = hex.EncodeToString(h.Sum(nil))
	return item, nil
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

// syncFile makes a file durable, or the names in a folder.
func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}
