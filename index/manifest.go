package index

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// A partManifest says what a part is made of.
type partManifest struct {
	Version  int       `json:"version"`
	Engine   string    `json:"engine"`
	Analysis int       `json:"analysis"`
	Built    time.Time `json:"built"`
	// Collections are those of the documents; their terms are indexed behind the place here.
	Collections []string       `json:"collections"`
	Files       []manifestItem `json:"files"`
	// Sum is the SHA-256 of the manifest without it.
	Sum string `json:"sum"`
}

// sealed returns the manifest as it stands on disk.
func (m partManifest) sealed() ([]byte, error) {
	m.Sum = ""
	data, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	m.Sum = digestOf(data)
	return json.MarshalIndent(m, "", "  ")
}

// check compares the manifest with what was written.
func (m partManifest) check(folder string) error {
	found, err := os.ReadFile(filepath.Join(folder, manifestFile))
	if err != nil {
		return err
	}
	written, err := m.sealed()
	if err == nil && !bytes.Equal(found, written) {
		err = fmt.Errorf("%s is not the one that was written", manifestFile)
	}
	return err
}

type manifestItem struct {
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// checkPart returns the manifest of the part in folder. The error wraps [ErrNoIndex] when it is of
// another engine or version, and [ErrDamaged] when the files on disk are not those of the manifest.
// Sizes are always compared. Sums are compared for what is read as a whole, of which the catalog has those
// of the texts, and with every set for all files, which takes as long as reading them.
func checkPart(folder, engine string, every bool) (partManifest, error) {
	m, err := glanceAtPart(folder, engine)
	if err != nil {
		return m, err
	}
	for _, f := range m.Files {
		if err := f.check(folder, every || f.Path == catalogFile || f.Path == dictionaryFile); err != nil {
			return m, damaged(folder, err)
		}
	}
	return m, nil
}

// glanceAtPart is checkPart that compares sizes alone, for a part that is checked when it is opened.
func glanceAtPart(folder, engine string) (partManifest, error) {
	m, err := readManifest(folder)
	if err != nil {
		return m, damaged(folder, err)
	}
	if m.Version != layoutVersion || m.Engine != engine || m.Analysis != AnalysisVersion {
		return m, fmt.Errorf("open index %q: %w that this version reads: it was built by %s, layout %d, analysis %d", folder, ErrNoIndex, m.Engine, m.Version, m.Analysis)
	}
	if err := m.check(folder); err != nil {
		return m, damaged(folder, err)
	}
	for _, f := range m.Files {
		if err := f.check(folder, false); err != nil {
			return m, damaged(folder, err)
		}
	}
	return m, nil
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

func readManifest(gen string) (partManifest, error) {
	var m partManifest
	data, err := os.ReadFile(filepath.Join(gen, manifestFile))
	if err != nil {
		return m, err
	}
	return m, json.Unmarshal(data, &m)
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
