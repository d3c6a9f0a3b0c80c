package main

import (
	"archive/tar"
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"verbatim/bot/journal"
	"verbatim/bot/memory"
	"verbatim/corpus/source"
)

// A backup is a gzipped tar archive: first its manifest, then the files that the manifest lists, in its
// order, and nothing else.
const (
	// backupFormat is the version of that layout. It rises when an older program could not restore it.
	backupFormat   = 1
	backupManifest = "verbatim-backup.json"
	// dirSettings is the folder of the archive with the file of settings.
	dirSettings = "settings"
	// maxManifest is the most bytes of a manifest: some 200,000 files.
	maxManifest = 64 << 20
)

// An archived state is what a backup's manifest says that it holds, and of which formats.
type archived struct {
	Format int `json:"format"`
	// Program is the version that made it, Made when.
	Program string    `json:"program"`
	Made    time.Time `json:"made"`
	// Journal, Memory and Sources are the formats of those.
	Journal int `json:"journal_format"`
	Memory  int `json:"memory_format"`
	Sources int `json:"sources_format"`
	// Files are those of the archive, in its order.
	Files []manifestFile `json:"files"`
}

type manifestFile struct {
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// errBackup means that a file is no backup, or not a whole one.
var errBackup = errors.New("it cannot be restored")

func notABackup(format string, args ...any) error {
	return fmt.Errorf("%w: %w", errBackup, fmt.Errorf(format, args...))
}

// has says whether the backup holds something of a part of the data folder.
func (m archived) has(part string) bool {
	return slices.ContainsFunc(m.Files, func(f manifestFile) bool { return strings.HasPrefix(f.Path, part+"/") })
}

// check looks whether this program can restore a backup.
func (m archived) check() error {
	for _, f := range []struct {
		what          string
		found, newest int
	}{
		{"backup", m.Format, backupFormat}, {"journal", m.Journal, journal.FormatVersion},
		{"memory", m.Memory, memory.FormatVersion}, {"sources", m.Sources, source.FormatVersion},
	} {
		if f.found > f.newest {
			return notABackup("%s %s made it, whose format of the %s is %d, and this one reads up to %d: restore it with that version or a newer one", "Verbatim", m.Program, f.what, f.found, f.newest)
		}
		if f.found < 1 {
			return notABackup("its manifest names no format of the %s: this is no backup of Verbatim", f.what)
		}
	}
	seen := map[string]bool{}
	for _, f := range m.Files {
		top, _, nested := strings.Cut(f.Path, "/")
		known := slices.Contains([]string{dirJournal, dirSources, dirIndex, dirSettings}, top)
		if !fs.ValidPath(f.Path) || strings.Contains(f.Path, `\`) || !nested || !known || seen[f.Path] || f.Size < 0 {
			return notABackup("its manifest names the file %q, which no backup holds", f.Path)
		}
		seen[f.Path] = true
	}
	return nil
}

// listed makes the manifest of a folder with the files of a backup.
func listed(dir string) (archived, error) {
	m := archived{
		Format: backupFormat, Program: version, Made: time.Now().UTC().Truncate(time.Second),
		Journal: journal.FormatVersion, Memory: memory.FormatVersion, Sources: source.FormatVersion,
	}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		h := sha256.New()
		size, err := io.Copy(h, f)
		m.Files = append(m.Files, manifestFile{Path: filepath.ToSlash(rel), Size: size, SHA256: hex.EncodeToString(h.Sum(nil))})
		return err
	})
	return m, err
}

// writeArchive writes the archive of a folder with the files of a backup.
func writeArchive(w io.Writer, m archived, dir string) error {
	zipped := gzip.NewWriter(w)
	archive := tar.NewWriter(zipped)
	data, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	add := func(name string, size int64, content io.Reader) error {
		head := &tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600, ModTime: m.Made, Format: tar.FormatPAX}
		if err := archive.WriteHeader(head); err != nil {
			return err
		}
		_, err := io.Copy(archive, content)
		return err
	}
	if err := add(backupManifest, int64(len(data)), bytes.NewReader(data)); err != nil {
		return err
	}
	for _, f := range m.Files {
		content, err := os.Open(filepath.Join(dir, filepath.FromSlash(f.Path)))
		if err != nil {
			return err
		}
		if err := errors.Join(add(f.Path, f.Size, content), content.Close()); err != nil {
			return err
		}
	}
	return errors.Join(archive.Close(), zipped.Close())
}

// readArchive checks an archive from its first to its last byte, and writes its files into a folder, or
// with "" nowhere. The error wraps [errBackup] when it is damaged, cut, of a newer format or foreign.
func readArchive(r io.Reader, dir string) (m archived, err error) {
	zipped, err := gzip.NewReader(r)
	if err != nil {
		return m, sayUnreadable(err)
	}
	archive := tar.NewReader(zipped)
	if m, err = readManifest(archive); err != nil {
		return m, err
	}
	for _, f := range m.Files {
		head, err := archive.Next()
		if err != nil {
			return m, sayUnreadable(err)
		}
		if head.Name != f.Path || head.Size != f.Size || head.Typeflag != tar.TypeReg {
			return m, notABackup("it is damaged: where %s belongs stands %q", f.Path, head.Name)
		}
		if err := f.unpack(archive, dir); err != nil {
			return m, err
		}
	}
	if head, err := archive.Next(); err == nil {
		return m, notABackup("it holds %q, which its manifest does not name", head.Name)
	} else if !errors.Is(err, io.EOF) {
		return m, sayUnreadable(err)
	}
	if n, err := io.Copy(io.Discard, zipped); err != nil { // up to the sum at its end
		return m, sayUnreadable(err)
	} else if n > maxPadding {
		return m, notABackup("something follows its end")
	}
	return m, nil
}

// maxPadding is the most bytes that follow the end of an archive: tar fills up blocks of 10 KiB.
const maxPadding = 16 << 10

func readManifest(archive *tar.Reader) (m archived, err error) {
	head, err := archive.Next()
	if err != nil {
		return m, sayUnreadable(err)
	}
	if head.Name != backupManifest {
		return m, notABackup("it does not begin with %s: this is no backup of Verbatim", backupManifest)
	}
	data, err := io.ReadAll(io.LimitReader(archive, maxManifest+1))
	if err != nil {
		return m, sayUnreadable(err)
	}
	if err := json.Unmarshal(data, &m); err != nil || len(data) > maxManifest {
		return m, notABackup("its manifest cannot be read: %w", cmp.Or(err, errors.New("it is too large")))
	}
	return m, m.check()
}

// sayUnreadable says what an error of reading an archive means.
func sayUnreadable(err error) error {
	var corrupt *fs.PathError
	switch {
	case errors.As(err, &corrupt):
		return err // of the disk
	case errors.Is(err, gzip.ErrHeader):
		return notABackup("this is no backup of Verbatim")
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return notABackup("it is cut short: make or copy it again")
	}
	return notABackup("it is damaged: %w", err)
}

// unpack reads one file of an archive.
func (f manifestFile) unpack(content io.Reader, dir string) error {
	h := sha256.New()
	to := io.Writer(h)
	var file *os.File
	if dir != "" {
		name := filepath.Join(dir, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			return err
		}
		var err error
		if file, err = os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600); err != nil {
			return err
		}
		to = io.MultiWriter(h, file)
	}
	_, err := io.Copy(to, content)
	if file != nil {
		if closed := errors.Join(file.Sync(), file.Close()); err == nil {
			err = closed
		}
	}
	if err != nil {
		return sayUnreadable(err)
	}
	if hex.EncodeToString(h.Sum(nil)) != f.SHA256 {
		return notABackup("it is damaged: %s is not what was backed up", path.Base(f.Path))
	}
	return nil
}
