package source

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"verbatim/corpus/format"
)

// Counts say what a scan did, in documents.
type Counts struct {
	// Put are documents that are new or changed, Removed those that are gone.
	Put, Removed int
}

func (c *Counts) add(other Counts) { c.Put, c.Removed = c.Put+other.Put, c.Removed+other.Removed }

// scanOptions say how a folder is looked at.
type scanOptions struct {
	apply func(context.Context, Change) error
	// first reads files of some age at once.
	first bool
	// force removes documents however many they are.
	force bool
	// watcher is told of each folder before its files are listed, and of those that are gone; it may
	// be nil.
	watcher watcher
}

// A scan is one look at a folder.
type scan struct {
	scanOptions
	*Folder
	root   *os.Root
	looked map[string]bool
	todo   []job
	bytes  int64
	// files is the number of files and folders known, with those that are being read.
	files  int
	counts Counts
	// goneFiles and goneFolders are no longer there.
	goneFiles, goneFolders []string
}

// A job is a file to be read.
type job struct {
	name string
	info fs.FileInfo
}

// Limits of what is read before it is applied: enough to use all processors, little enough to keep
// memory small.
const (
	maxBatchFiles = 128
	maxBatchBytes = 16 << 20
)

// everything are the folders of a scan of the whole folder.
func everything() map[string]bool { return map[string]bool{".": true} }

// scan looks at folders and has what changed applied. A folder of the map that is true is looked at
// with all below, another one only with what is new below. The caller holds the lock.
func (f *Folder) scan(ctx context.Context, opts scanOptions, folders map[string]bool) (Counts, error) {
	root, err := f.openRoot()
	if err != nil {
		return Counts{}, err
	}
	defer root.Close()
	f.tree.at(".")
	s := &scan{scanOptions: opts, Folder: f, root: root, looked: map[string]bool{}, files: f.tree.count()}
	f.rules = readIgnore(root)
	for _, folder := range slices.Sorted(maps.Keys(folders)) {
		if folder != "." && (hidden(folder) || f.rules.ignoredBelow(folder, true)) {
			continue
		}
		if err := s.look(ctx, folder, folders[folder]); err != nil {
			return s.counts, fmt.Errorf("read folder %q: %w", f.dir, err)
		}
	}
	if err := s.flush(ctx); err != nil {
		return s.counts, err
	}
	return s.counts, s.removeGone(ctx)
}

// readIgnore reads the ignore file. One that is a link out of the folder or no file is none.
func readIgnore(root *os.Root) ignoreRules {
	info, err := root.Stat(ignoreFile)
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxIgnoreBytes {
		return nil
	}
	data, err := root.ReadFile(ignoreFile)
	if err != nil {
		return nil
	}
	return parseIgnore(data)
}

// look compares a folder with what is known of it.
func (s *scan) look(ctx context.Context, folder string, deep bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if s.looked[folder] {
		return nil // with a folder above
	}
	s.looked[folder] = true
	if s.watcher != nil {
		s.watcher.watch(folder)
	}
	entries, err := list(s.root, folder)
	if folder == "." && err != nil {
		return err
	}
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, errNoFolder) {
		delete(s.restless, folder)
		return nil // the look at the folder above sees that
	}
	b := s.tree.at(folder)
	clear(b.problems)
	b.left = 0
	if err != nil {
		b.problems["."] = trouble{err: plain(err), kept: !errors.Is(err, fs.ErrPermission)}
		if b.problems["."].kept {
			return nil
		}
	}
	seen := make(map[string]bool, len(entries))
	for _, entry := range entries {
		if seen[entry.Name()], err = s.entry(ctx, b, folder, entry, deep); err != nil {
			return err
		}
	}
	s.missing(folder, b, seen)
	s.setRestless(folder, b)
	return nil
}

// entry looks at one entry of a folder. It says whether that is a file or folder to be kept.
func (s *scan) entry(ctx context.Context, b *branch, folder string, entry fs.DirEntry, deep bool) (bool, error) {
	base := entry.Name()
	name := path.Join(folder, base)
	switch {
	case strings.HasPrefix(base, "."), s.rules.ignored(name, entry.IsDir()):
		return false, nil
	case !utf8.ValidString(base):
		b.problems[base] = trouble{err: errName}
		return false, nil
	case entry.IsDir():
		return s.folder(ctx, b, folder, base, deep)
	}
	info, err := s.fileInfo(name, entry)
	known := b.files[base]
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case errors.Is(err, errOutside) && known != nil && !s.rests(b, base, nil):
		return true, nil // links are replaced in steps
	case err != nil:
		b.problems[base] = trouble{err: plain(err)}
		return false, nil
	case known == nil && s.files >= s.opts.MaxFiles:
		b.left++
		return false, nil
	case known != nil && known.sameFile(info):
		delete(b.resting, base)
		return true, nil
	case !s.rests(b, base, info):
		return true, nil
	case known == nil:
		s.files++
	}
	return true, s.add(ctx, job{name: name, info: info})
}

// folder looks at a folder within another one, and says whether it is to be kept.
func (s *scan) folder(ctx context.Context, b *branch, above, base string, deep bool) (bool, error) {
	name := path.Join(above, base)
	switch {
	case b.folders[base] && !deep:
		return true, nil
	case s.tree[name] == nil && s.files >= s.opts.MaxFiles:
		b.left++
		return false, nil
	case s.tree[name] == nil:
		s.files++
	}
	return true, s.look(ctx, name, true)
}

// fileInfo returns what is known of a file without reading it, or why it is not to be read.
func (s *scan) fileInfo(name string, entry fs.DirEntry) (fs.FileInfo, error) {
	switch {
	case entry.Type().IsRegular():
		if !format.Supported(name) {
			return nil, format.ErrUnsupported
		}
		return entry.Info()
	case entry.Type()&fs.ModeSymlink == 0:
		return nil, errNotRegular
	}
	info, err := s.root.Stat(name)
	switch {
	case err != nil:
		return nil, errOutside
	case info.IsDir():
		return nil, errFolderLink
	case !info.Mode().IsRegular():
		return nil, errNotRegular
	case !format.Supported(name):
		return nil, format.ErrUnsupported
	}
	return info, nil
}

// changed returns the number of files in a folder, and below, that are not as they are known. It
// notes nothing.
func (s *scan) changed(ctx context.Context, folder string) (int, error) {
	entries, err := list(s.root, folder)
	if err != nil && folder != "." {
		return 0, ctx.Err()
	}
	n := 0
	for _, entry := range entries {
		name := path.Join(folder, entry.Name())
		if hidden(entry.Name()) || s.rules.ignored(name, entry.IsDir()) || !utf8.ValidString(name) {
			continue
		}
		if entry.IsDir() {
			below, err := s.changed(ctx, name)
			if err != nil {
				return n, err
			}
			n += below
			continue
		}
		info, err := s.fileInfo(name, entry)
		switch k := s.tree.file(name); {
		case err != nil, k != nil && k.sameFile(info), k == nil && s.files >= s.opts.MaxFiles:
			continue
		case k == nil:
			s.files++
		}
		n++
	}
	return n, cmp.Or(err, ctx.Err())
}

// rests says whether a file that changed has come to rest, so that no half of it is read: it looked
// the same before, or it is old when the folder is looked at for the first time. Info is nil for a
// link that leads nowhere.
func (s *scan) rests(b *branch, base string, info fs.FileInfo) bool {
	is := look{at: time.Now(), size: -1}
	if info != nil {
		if s.first && is.at.Sub(info.ModTime()) > restAge {
			return true
		}
		is = look{size: info.Size(), time: info.ModTime(), stamp: stampOf(info), at: is.at}
	}
	was, found := b.resting[base]
	if found && was.size == is.size && was.time.Equal(is.time) && was.stamp == is.stamp {
		return is.at.Sub(was.at) >= s.opts.Settle
	}
	b.resting[base] = is
	return false
}

// missing notes what is known of a folder and was not seen in it.
func (s *scan) missing(folder string, b *branch, seen map[string]bool) {
	for base := range b.files {
		if !seen[base] {
			s.goneFiles = append(s.goneFiles, path.Join(folder, base))
		}
	}
	for base := range b.resting {
		if !seen[base] {
			delete(b.resting, base)
		}
	}
	for base := range b.folders {
		if !seen[base] {
			s.goneFolders = append(s.goneFolders, path.Join(folder, base))
		}
	}
}

// setRestless notes whether a folder has to be looked at again.
func (s *scan) setRestless(folder string, b *branch) {
	delete(s.restless, folder)
	if len(b.resting) > 0 {
		s.restless[folder] = false
	}
}

// list returns the entries of a folder sorted by name.
func list(root *os.Root, folder string) ([]fs.DirEntry, error) {
	dir, err := root.OpenFile(folder, os.O_RDONLY|nonblock, 0)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	if info, err := dir.Stat(); err != nil || !info.IsDir() {
		return nil, cmp.Or(err, errNoFolder)
	}
	entries, err := dir.ReadDir(-1)
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) })
	return entries, err
}

// hidden says whether any part of a path begins with a dot.
func hidden(name string) bool { return strings.HasPrefix(name, ".") || strings.Contains(name, "/.") }

// plain returns the reason of an error about a file, without its name: the caller says that.
func plain(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}
