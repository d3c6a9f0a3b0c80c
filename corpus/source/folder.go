package source

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"os"
	"path"
	"strings"
	"sync"
	"time"

	"verbatim/corpus"
)

// Defaults of [FolderOptions].
const (
	// DefaultSettle is how long a file must look the same before it is read. Programs that write in
	// place pause for less.
	DefaultSettle = 300 * time.Millisecond
	// DefaultRescan is the time between looks at the whole folder while the system tells of changes.
	DefaultRescan = 30 * time.Second
	// DefaultPoll is that time where it does not, as on network folders.
	DefaultPoll = 10 * time.Second
	// DefaultMaxFiles is the number of files and folders that are taken in of one folder. The rest is a
	// [Problem].
	DefaultMaxFiles = 100_000
)

// restAge is the age from which a file is read at the first look: it is not being written.
const restAge = 2 * time.Second

// FolderOptions are the settings of a [Folder]; the zero value means the defaults.
type FolderOptions struct {
	// Read reads files; nil reads them in this process.
	Read Read
	// Settle, Rescan and Poll default to the constants of those names.
	Settle, Rescan, Poll time.Duration
	// PollOnly says that the system does not tell of changes.
	PollOnly bool
	// MaxFiles is the number of files and folders that are taken in; 0 means [DefaultMaxFiles].
	MaxFiles int
	// Skip says whether the document with this ID is left out; nil leaves out none.
	Skip func(id string) bool
}

// A Folder is a folder of documents, and what was known of it when it was looked at last. A file in
// a top-level folder belongs to the collection of that name, others to [corpus.DefaultCollection].
//
// Names that start with a dot are left out, and so is what the file .verbatimignore in the folder
// names, in the syntax of .gitignore. A symbolic link to a file inside the folder is read as a file;
// one that leads to a folder or out of the folder is a [Problem], as is every file that cannot be
// read: none of them stops the others.
//
// It is safe for concurrent use.
type Folder struct {
	dir  string
	opts FolderOptions

	mu   sync.Mutex // held while the folder is looked at
	tree tree
	// restless holds the folders with files that are looked at again. Its values are false, as
	// [Folder.scan] wants it for folders without what is below.
	restless map[string]bool
	rules    ignoreRules
}

// A look is what a file was like at a time.
type look struct {
	size  int64
	time  time.Time
	stamp uint64
	at    time.Time
}

// NewFolder returns the folder dir of which nothing is known yet. It does not look at it.
func NewFolder(dir string, opts FolderOptions) *Folder {
	if opts.Read == nil {
		opts.Read = readHere
	}
	if opts.Skip == nil {
		opts.Skip = func(string) bool { return false }
	}
	opts.Settle = cmp.Or(opts.Settle, DefaultSettle)
	opts.Rescan = cmp.Or(opts.Rescan, DefaultRescan)
	opts.Poll = cmp.Or(opts.Poll, DefaultPoll)
	opts.MaxFiles = cmp.Or(opts.MaxFiles, DefaultMaxFiles)
	return &Folder{dir: dir, opts: opts, tree: tree{}, restless: map[string]bool{}}
}

// Documents reads the whole folder anew, whatever was known of it, and passes its documents to yield,
// sorted by path. It fails when the folder cannot be read, when ctx ends, and when yield fails, whose
// error it returns.
func (f *Folder) Documents(ctx context.Context, yield func(*corpus.Document) error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.documents(ctx, yield)
}

// documents is Documents for a caller that holds the lock.
func (f *Folder) documents(ctx context.Context, yield func(*corpus.Document) error) error {
	f.tree, f.restless = tree{}, map[string]bool{}
	apply := func(_ context.Context, c Change) error {
		for _, doc := range c.Put {
			if err := yield(doc); err != nil {
				return err
			}
		}
		return nil
	}
	_, err := f.scanUntilRest(ctx, scanOptions{apply: apply, first: true, force: true})
	return err
}

// Scan looks at the whole folder and has apply carry out what changed. Unless force is set it refuses
// to remove nearly all documents with [ErrShrunk].
func (f *Folder) Scan(ctx context.Context, apply func(context.Context, Change) error, force bool) (Counts, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.scanUntilRest(ctx, scanOptions{apply: apply, first: true, force: force})
}

// maxRest is how long a scan waits for files that are being written.
const maxRest = 5 * time.Second

// scanUntilRest looks at the whole folder, and again at what was being written, for a while.
func (f *Folder) scanUntilRest(ctx context.Context, opts scanOptions) (Counts, error) {
	total, err := f.scan(ctx, opts, everything())
	for end := time.Now().Add(maxRest); err == nil && len(f.restless) > 0 && time.Now().Before(end); {
		if err = pause(ctx, f.opts.Settle); err == nil {
			var counts Counts
			counts, err = f.scan(ctx, opts, maps.Clone(f.restless))
			total.add(counts)
		}
	}
	return total, err
}

// Changed returns the number of files that are not as they are known, without reading them. Files that
// are too many do not count.
func (f *Folder) Changed(ctx context.Context) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	root, err := f.openRoot()
	if err != nil {
		return 0, err
	}
	defer root.Close()
	f.rules = readIgnore(root)
	f.tree.at(".")
	n, err := (&scan{Folder: f, root: root, files: f.tree.count()}).changed(ctx, ".")
	if err != nil {
		return n, fmt.Errorf("read folder %q: %w", f.dir, err)
	}
	return n, nil
}

// Files returns the number of files read by their lower-case extension.
func (f *Folder) Files() map[string]int {
	f.mu.Lock()
	defer f.mu.Unlock()
	counts := map[string]int{}
	for name, k := range f.tree.below(".") {
		if k.reason() == nil {
			counts[strings.ToLower(path.Ext(name))]++
		}
	}
	return counts
}

// IDs adds the IDs of the documents of the folder to ids.
func (f *Folder) IDs(ids map[string]bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for name, k := range f.tree.below(".") {
		for _, id := range k.documents(name) {
			ids[id] = true
		}
	}
}

// load takes over what was saved of the folder, for an index with these digests.
func (f *Folder) load(file string, digests map[string]string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.tree = loadTree(file, digests)
}

// save keeps what is known of the folder.
func (f *Folder) save(file string, digests map[string]string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.tree.save(file, digests)
}

// pause waits, unless ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// openRoot opens the folder. A folder that cannot be opened is an error, so that nothing is removed.
func (f *Folder) openRoot() (*os.Root, error) {
	root, err := os.OpenRoot(f.dir)
	if err != nil {
		return nil, fmt.Errorf("read folder %q: %w", f.dir, err)
	}
	return root, nil
}
