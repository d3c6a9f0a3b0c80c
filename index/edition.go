package index

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const (
	pullPrefix = "pull-"
	pullLock   = "PULL.LOCK"
)

// An Edition is what an index is made of at one time, told so that it can be kept elsewhere and put
// together again in another folder: parts by the sum of their manifest, as their names hold in one folder alone.
type Edition struct {
	// Format says which programs can open it; see [FormatOf].
	Format string        `json:"format"`
	Parts  []EditionPart `json:"parts"`
}

// An EditionPart is one part of an edition.
type EditionPart struct {
	// Sum is the SHA-256 of the part's manifest, in hexadecimal digits, and with it of all its files.
	Sum   string    `json:"sum"`
	Built time.Time `json:"built"`
	// Gone are the documents that were changed or removed since the part was built.
	Gone  []string      `json:"gone,omitempty"`
	Files []EditionFile `json:"files"`
	// Folder is where the part stands on this machine; "" for one that came from elsewhere.
	Folder string `json:"-"`
}

// An EditionFile is one file of a part.
type EditionFile struct {
	// Path is that in the folder of the part, with slashes.
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// FormatOf names the form of the indexes that this program makes with an engine and can open: another
// one for each version of the layout, the analysis and the engine's schema.
func FormatOf(engine Engine) string {
	return fmt.Sprintf("%s layout/%d analysis/%d", engine.Name(), layoutVersion, AnalysisVersion)
}

// Built is when the newest part was built.
func (e Edition) Built() time.Time {
	var newest time.Time
	for _, p := range e.Parts {
		if p.Built.After(newest) {
			newest = p.Built
		}
	}
	return newest
}

// EditionIn tells what the index in dir is made of. The error wraps [ErrNoIndex] or [ErrDamaged] where
// there is none that this program reads with engine. Of the files only the sizes are compared.
func EditionIn(dir string, engine Engine) (Edition, error) {
	c, _, err := readCurrent(dir)
	if err != nil {
		return Edition{}, err
	}
	e := Edition{Format: FormatOf(engine), Parts: make([]EditionPart, 0, len(c.Parts))}
	for _, p := range c.Parts {
		part, err := partOf(filepath.Join(dir, p.Name), engine)
		if err != nil {
			return Edition{}, err
		}
		part.Gone = p.Gone
		e.Parts = append(e.Parts, part)
	}
	return e, nil
}

// partOf tells what the part in folder is made of.
func partOf(folder string, engine Engine) (EditionPart, error) {
	m, err := glanceAtPart(folder, engine.Name())
	if err != nil {
		return EditionPart{}, err
	}
	own, err := hashFile(filepath.Join(folder, manifestFile))
	if err != nil {
		return EditionPart{}, damaged(folder, err)
	}
	p := EditionPart{Sum: own.SHA256, Built: m.Built, Folder: folder, Files: []EditionFile{{manifestFile, own.Size, own.SHA256}}}
	for _, f := range m.Files {
		p.Files = append(p.Files, EditionFile(f))
	}
	return p, nil
}

// Adopt makes e the index in dir, which is made if needed. For each part that is not there yet it calls
// fetch, which puts the part's files into folder; they belong to the index once all parts are there and
// every sum is right. Until then, and when anything fails, the index that was there stays. Changed says
// whether it was another one. An open [Index] takes it over with [Index.Refresh].
func Adopt(ctx context.Context, dir string, engine Engine, e Edition, fetch func(ctx context.Context, p EditionPart, folder string) error) (changed bool, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("take over an index in %q: %w", dir, err)
		}
	}()
	if e.Format != FormatOf(engine) {
		return false, fmt.Errorf("%w that this version reads: it is of the form %q", ErrNoIndex, e.Format)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return false, err
	}
	unlock, err := lock(ctx, dir, pullLock, pullPrefix)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	got := map[string]string{} // folder by sum
	defer func() {
		for _, folder := range got {
			err = errors.Join(err, os.RemoveAll(folder))
		}
	}()
	for known := partsIn(dir, engine); ; known = partsIn(dir, engine) {
		missing := slices.DeleteFunc(slices.Clone(e.Parts), func(p EditionPart) bool { return known[p.Sum] != "" || got[p.Sum] != "" })
		for _, p := range missing {
			if got[p.Sum], err = fetchPart(ctx, dir, engine, p, fetch); err != nil {
				return false, err
			}
		}
		changed, again, err := putInPlace(ctx, dir, engine, e, got)
		if !again {
			return changed, err
		}
	}
}

// fetchPart fetches a part into a folder of its own, and compares every sum.
func fetchPart(ctx context.Context, dir string, engine Engine, p EditionPart, fetch func(context.Context, EditionPart, string) error) (_ string, err error) {
	folder, err := os.MkdirTemp(dir, pullPrefix)
	if err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(folder))
		}
	}()
	if err := p.Check(); err != nil {
		return "", err
	}
	if err := fetch(ctx, p, folder); err != nil {
		return "", err
	}
	if _, err := checkPart(folder, engine.Name(), true); err != nil {
		return "", err
	}
	if own, err := hashFile(filepath.Join(folder, manifestFile)); err != nil || own.SHA256 != p.Sum {
		return "", errors.Join(fmt.Errorf("%w: a part is not the one that was named: its manifest has another sum", ErrDamaged), err)
	}
	return folder, syncTree(folder)
}

// Check refuses files that would stand outside of the part's folder. The error wraps [ErrDamaged].
func (p EditionPart) Check() error {
	for _, f := range p.Files {
		if !filepath.IsLocal(filepath.FromSlash(f.Path)) {
			return fmt.Errorf("%w: a part names a file %q", ErrDamaged, f.Path)
		}
	}
	return nil
}

// syncTree makes durable what stands in a folder.
func syncTree(folder string) error {
	return filepath.WalkDir(folder, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return syncFile(path)
	})
}

// partsIn returns the folders of the parts in dir that can be opened, by their sums.
func partsIn(dir string, engine Engine) map[string]string {
	known := map[string]string{}
	names, _ := generations(dir) // none in a folder that cannot be read
	for _, name := range names {
		if p, err := partOf(filepath.Join(dir, name), engine); err == nil {
			known[p.Sum] = name
		}
	}
	return known
}

// putInPlace publishes e with the parts that were got. Again says that a part is missing which was there
// before: somebody else has published meanwhile.
func putInPlace(ctx context.Context, dir string, engine Engine, e Edition, got map[string]string) (changed, again bool, err error) {
	unlock, err := lock(ctx, dir, lockFile, buildPrefix)
	if err != nil {
		return false, false, err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	known := partsIn(dir, engine)
	for _, p := range e.Parts {
		if known[p.Sum] == "" && got[p.Sum] == "" {
			return false, true, nil
		}
	}
	next := current{Parts: make([]currentPart, 0, len(e.Parts))}
	for _, p := range e.Parts {
		name := known[p.Sum]
		if name == "" {
			if name, err = place(dir, got[p.Sum]); err != nil {
				return false, false, err
			}
			delete(got, p.Sum)
			known[p.Sum] = name
		}
		next.Parts = append(next.Parts, currentPart{Name: name, Gone: distinct(slices.Clone(p.Gone))})
	}
	if before, _, err := readCurrent(dir); err == nil && slices.EqualFunc(before.Parts, next.Parts, currentPart.equal) {
		return false, false, nil
	}
	_, err = publish(dir, next)
	return err == nil, false, err
}

func (p currentPart) equal(o currentPart) bool {
	return p.Name == o.Name && slices.Equal(p.Gone, o.Gone)
}

// PutAside moves what is damaged out of the way after err, which [Open] or [OpenWhole] has returned and
// which wraps [ErrDamaged]: nothing is lost, and the folder holds no index until one is built or adopted.
func PutAside(dir string, err error) error {
	folder := ""
	var part *partError
	if errors.As(err, &part) {
		folder = part.folder
	}
	if err := quarantine(dir, folder); err != nil {
		return fmt.Errorf("put aside damaged index %q: %w", dir, err)
	}
	return nil
}

// Same says whether two editions are the same index, wherever their parts stand.
func (e Edition) Same(o Edition) bool {
	return e.Format == o.Format && slices.EqualFunc(e.Parts, o.Parts, func(a, b EditionPart) bool {
		return a.Sum == b.Sum && strings.Join(distinct(slices.Clone(a.Gone)), "\n") == strings.Join(distinct(slices.Clone(b.Gone)), "\n")
	})
}
