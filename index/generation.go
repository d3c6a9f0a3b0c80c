package index

import (
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
	// manifestVersion is the version of the layout and of the text store.
	manifestVersion = 1
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
	next := genPrefix + "000001"
	if len(gens) > 0 {
		var n int
		if _, err := fmt.Sscanf(gens[len(gens)-1], genPrefix+"%d", &n); err != nil {
			return fmt.Errorf("publish index in %q: generation %q: %w", dir, gens[len(gens)-1], err)
		}
		next = fmt.Sprintf("%s%06d", genPrefix, n+1)
	}
	if err := syncDir(build); err != nil {
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
	return syncDir(dir)
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

// generations returns the names of the published generations, oldest first.
func generations(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var gens []string
	for _, e := range entries {
		if e.IsDir() && strings.HasPrefix(e.Name(), genPrefix) {
			gens = append(gens, e.Name())
		}
	}
	slices.SortFunc(gens, func(a, b string) int {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return strings.Compare(a, b)
	})
	return gens, nil
}

// current returns the folder of the current generation of the index in dir and its manifest. The
// error wraps [ErrNoIndex] when there is none for this engine and version, and [ErrDamaged] when
// the files on disk are not those of the manifest.
func current(dir, engine string) (string, Manifest, error) {
	name, err := os.ReadFile(filepath.Join(dir, currentFile))
	if errors.Is(err, fs.ErrNotExist) {
		return "", Manifest{}, fmt.Errorf("open index in %q: %w", dir, ErrNoIndex)
	}
	if err != nil {
		return "", Manifest{}, err
	}
	gen := filepath.Join(dir, filepath.Base(strings.TrimSpace(string(name))))
	m, err := readManifest(gen)
	if err != nil {
		return gen, m, fmt.Errorf("open index %q: %w: %w", gen, ErrDamaged, err)
	}
	if m.Version != manifestVersion || m.Engine != engine || m.Analysis != AnalysisVersion {
		return gen, m, fmt.Errorf("open index %q: %w that this version reads: it was built by %s, layout %d, analysis %d", gen, ErrNoIndex, m.Engine, m.Version, m.Analysis)
	}
	for _, f := range m.Files {
		info, err := os.Stat(filepath.Join(gen, filepath.FromSlash(f.Path)))
		if err != nil || info.Size() != f.Size {
			return gen, m, fmt.Errorf("open index %q: %w: file %s is missing or has another size than when it was published", gen, ErrDamaged, f.Path)
		}
	}
	return gen, m, nil
}

func readManifest(gen string) (Manifest, error) {
	var m Manifest
	data, err := os.ReadFile(filepath.Join(gen, manifestFile))
	if err != nil {
		return m, err
	}
	return m, json.Unmarshal(data, &m)
}

// quarantine moves a damaged generation out of the way, so that it is neither opened nor lost.
func quarantine(dir, gen string) error {
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
	return os.Remove(filepath.Join(dir, currentFile))
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
		item.Path = filepath.ToSlash(rel)
		items = append(items, item)
		return err
	})
	return items, err
}

// hashFile also syncs the file: what a manifest vouches for must be on disk.
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
	return item, f.Sync()
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

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
