package source

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"verbatim/corpus"
)

// LibraryOptions say where the documents of a [Library] are.
type LibraryOptions struct {
	// Static are documents that never change.
	Static []*corpus.Document
	// Folder is a folder of documents, "" for none.
	Folder string
	// FolderOptions are its settings; Skip is set by the library.
	FolderOptions FolderOptions
	// Web are addresses that [WebSource.Check] has accepted.
	Web []WebSource
	// Fetcher fetches them; it is needed for them and for [Library.Add].
	Fetcher *Fetcher
	// Dir is the folder in which the library keeps what it knows, made if needed. No two libraries have one.
	Dir string
	// Lock is that of Dir where it is taken already, and the library's from then on; nil has it taken, without waiting.
	Lock *Lock
}

// A Library is all sources of documents together. It is safe for concurrent use.
type Library struct {
	opts   LibraryOptions
	folder *Folder // nil when there is none
	web    *Web
	lists  *lists
	lock   *Lock
}

// saveInterval is how often what is known is saved while a library is watched.
const saveInterval = 5 * time.Minute

// webAtOnce is how many web sources are looked at side by side. Requests to one host are not.
const webAtOnce = 4

// OpenLibrary opens a library. It reads no documents yet. The error wraps [ErrBusy] while another has its folder. The
// caller must call Close.
func OpenLibrary(o LibraryOptions) (l *Library, err error) {
	if o.Lock == nil {
		if o.Lock, err = Take(context.Background(), o.Dir, 0); err != nil {
			return nil, err
		}
	}
	if l, err = openLocked(o); err != nil {
		return nil, errors.Join(err, o.Lock.Close())
	}
	return l, nil
}

func openLocked(o LibraryOptions) (*Library, error) {
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("open the folder of sources: %w", err)
	}
	l := &Library{opts: o, lock: o.Lock}
	var err error
	if l.lists, err = openLists(filepath.Join(o.Dir, "added.json")); err != nil {
		return nil, err
	}
	if o.Folder != "" {
		o.FolderOptions.Skip = l.lists.forgotten
		l.folder = NewFolder(o.Folder, o.FolderOptions)
	}
	sources := slices.Clone(o.Web)
	for _, s := range l.lists.get().Added {
		if !slices.ContainsFunc(sources, func(other WebSource) bool { return other.key() == s.key() }) {
			sources = append(sources, s)
		}
	}
	l.web, err = OpenWeb(filepath.Join(o.Dir, "web"), o.Fetcher, o.FolderOptions.Read, l.lists.forgotten, sources)
	if err != nil {
		return nil, err
	}
	return l, nil
}

// Close lets another library have the folder. What this one is asked to keep after that is refused.
func (l *Library) Close() error {
	return l.Still(func() error {
		l.web.closed, l.lists.closed = true, true
		return l.lock.Close()
	})
}

// Documents reads all documents anew and passes them to yield, for an index that is built: the static
// ones, those of the folder, and those that were fetched. It fetches nothing.
func (l *Library) Documents(ctx context.Context, yield func(*corpus.Document) error) error {
	return l.Rebuild(func(docs Documents) error { return docs(ctx, yield) })
}

// Documents passes documents to yield until that fails.
type Documents func(ctx context.Context, yield func(*corpus.Document) error) error

// Rebuild has an index built anew from all documents, as [Library.Documents] reads them. Until build
// returns, nothing is changed by [Library.Watch], so that the index built and what is known agree.
func (l *Library) Rebuild(build func(docs Documents) error) error {
	if l.folder != nil {
		l.folder.mu.Lock()
		defer l.folder.mu.Unlock()
	}
	l.web.mu.Lock()
	defer l.web.mu.Unlock()
	return build(func(ctx context.Context, yield func(*corpus.Document) error) error {
		for _, doc := range l.static() {
			if err := yield(doc); err != nil {
				return err
			}
		}
		if l.folder != nil {
			if err := l.folder.documents(ctx, yield); err != nil {
				return err
			}
		}
		return l.web.documentsOfAll(ctx, yield)
	})
}

// Still runs f while nothing changes in the folder in which the library keeps what it knows.
func (l *Library) Still(f func() error) error {
	if l.folder != nil {
		l.folder.mu.Lock()
		defer l.folder.mu.Unlock()
	}
	l.web.mu.Lock()
	defer l.web.mu.Unlock()
	l.lists.mu.Lock()
	defer l.lists.mu.Unlock()
	return f()
}

// Resume takes over what was saved when the library was used last, for an index that was kept too.
func (l *Library) Resume(index Index) {
	if l.folder != nil {
		l.folder.load(l.folderFile(), index.Digests())
	}
}

// Changed returns how many files of the folder are not as they are known, without reading them.
func (l *Library) Changed(ctx context.Context) (int, error) {
	if l.folder == nil {
		return 0, ctx.Err()
	}
	return l.folder.Changed(ctx)
}

// Sync brings an index up to date with all that is at hand: static documents, the folder and what was
// fetched. What the index holds of other sources is removed. It fetches nothing. Unless force is set it
// refuses to remove nearly all documents with [ErrShrunk].
func (l *Library) Sync(ctx context.Context, index Index, force bool) (Counts, error) {
	before := index.Digests()
	err := l.sync(ctx, index, before, force)
	return difference(before, index.Digests()), err
}

func (l *Library) sync(ctx context.Context, index Index, before map[string]string, force bool) error {
	if err := index.Apply(ctx, Change{Put: l.static()}); err != nil {
		return err
	}
	if err := l.web.restore(ctx, before, index.Apply); err != nil {
		return err
	}
	if l.folder != nil {
		if _, err := l.folder.Scan(ctx, index.Apply, force); err != nil {
			return err
		}
	}
	digests := index.Digests()
	all, orphans := len(digests), l.orphans(digests)
	if len(orphans) == 0 {
		return nil
	}
	if !force && (len(orphans) == all || shrunk(all, all-len(orphans))) {
		return fmt.Errorf("%w (%d of %d documents)", ErrShrunk, len(orphans), all)
	}
	return index.Apply(ctx, Change{Remove: orphans})
}

// static returns the documents that never change, without those that were forgotten.
func (l *Library) static() []*corpus.Document {
	return slices.DeleteFunc(slices.Clone(l.opts.Static), func(doc *corpus.Document) bool { return l.lists.forgotten(doc.ID) })
}

// difference counts what changed between the digests of an index before and after.
func difference(before, after map[string]string) Counts {
	var c Counts
	for id, digest := range after {
		if before[id] != digest {
			c.Put++
		}
	}
	for id := range before {
		if after[id] == "" {
			c.Removed++
		}
	}
	return c
}

// orphans returns the documents of an index, by their digests, that come from no source any more.
func (l *Library) orphans(digests map[string]string) []string {
	known := map[string]bool{}
	for _, doc := range l.static() {
		known[doc.ID] = true
	}
	if l.folder != nil {
		l.folder.IDs(known)
	}
	l.web.IDs(known)
	var list []string
	for id := range digests {
		if !known[id] {
			list = append(list, id)
		}
	}
	slices.Sort(list)
	return list
}

// Save keeps what is known, so that the next start need not read everything again.
func (l *Library) Save(index Index) error {
	digests := index.Digests()
	if err := l.web.save(digests); err != nil || l.folder == nil {
		return err
	}
	return l.folder.save(l.folderFile(), digests)
}

// folderFile returns where what is known of the folder is kept: another file for another folder.
func (l *Library) folderFile() string {
	absolute, err := filepath.Abs(l.opts.Folder)
	if err != nil {
		absolute = l.opts.Folder
	}
	return filepath.Join(l.opts.Dir, fmt.Sprintf("folder-%016x.jsonl", sumOf([]byte(absolute))))
}

// FetchDue looks at the web sources that are due, and reports each. Progress may be nil.
func (l *Library) FetchDue(ctx context.Context, index Index, force bool, progress func(Progress), report func(Report)) error {
	due, _ := l.web.due(time.Now())
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(webAtOnce)
	for _, s := range due {
		group.Go(func() error {
			counts, err := l.web.Refresh(ctx, s, index, force, progress)
			if ctx.Err() == nil {
				report(Report{Counts: counts, Err: err})
			}
			return ctx.Err()
		})
	}
	return group.Wait()
}

// Due returns how many web sources are due.
func (l *Library) Due() int {
	due, _ := l.web.due(time.Now())
	return len(due)
}

// Watch keeps an index up to date until ctx ends, and reports what it did. Report may be called from
// several goroutines at once. It returns what could not be saved at the end.
func (l *Library) Watch(ctx context.Context, index Index, report func(Report)) error {
	var group errgroup.Group
	if l.folder != nil {
		group.Go(func() error {
			l.folder.Watch(ctx, index.Apply, report)
			return nil
		})
	}
	group.Go(func() error {
		l.watchWeb(ctx, index, report)
		return nil
	})
	group.Go(func() error {
		for pause(ctx, saveInterval) == nil {
			if err := l.Save(index); err != nil {
				report(Report{Err: err})
			}
		}
		return nil
	})
	return errors.Join(group.Wait(), l.Save(index))
}

// watchWeb looks at web sources whenever they are due.
func (l *Library) watchWeb(ctx context.Context, index Index, report func(Report)) {
	for {
		if l.FetchDue(ctx, index, false, nil, report) != nil {
			return
		}
		_, next := l.web.due(time.Now())
		if pause(ctx, min(max(time.Until(next), time.Second), saveInterval)) != nil {
			return // in between, addresses may be added that are due earlier
		}
	}
}

// Problems returns what was left out or needs a look, sorted by path.
func (l *Library) Problems() []Problem {
	list := l.web.Problems()
	if l.folder != nil {
		list = append(list, l.folder.Problems()...)
	}
	for _, f := range l.lists.get().Forgotten {
		list = append(list, Problem{Path: f.Path, Err: errForgotten})
	}
	slices.SortStableFunc(list, func(a, b Problem) int { return cmp.Compare(a.Path, b.Path) })
	return list
}

// Formats returns how many files were read of each format, by lower-case extension with its dot, and
// how many pages, as "web".
func (l *Library) Formats() map[string]int {
	counts := map[string]int{}
	if l.folder != nil {
		counts = l.folder.Files()
	}
	l.web.Formats(counts)
	return counts
}
