package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"verbatim/bot"
	"verbatim/corpus"
	"verbatim/corpus/format"
	"verbatim/corpus/source"
	"verbatim/index"
	"verbatim/index/bleve"
)

// library says which documents to answer from and where their index is kept.
type library struct {
	authorities
	// corpus is a folder of documents. Without it, and without addresses in the settings, the embedded
	// articles are asked.
	corpus string
	// config is the file of settings, "" for the usual one.
	config string
	// data is the data folder; "" means one that is removed at the end. The index is kept in its
	// folder index, for whichever command opens it, and what is known of the sources in sources.
	data string
	// force lets the index lose nearly all of its documents at once.
	force bool
	// bare leaves the file of settings aside.
	bare bool
	// progress shows how far the reading of files is; it may be nil.
	progress *progress

	sources *source.Library
	engine  bleve.Engine
	// suspect wakes who looks whether the index is damaged.
	suspect chan struct{}
	// shrunk says that nearly all documents were gone, and were kept.
	shrunk error
}

// flags adds the flags that say which documents.
func (l *library) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&l.corpus, "corpus", os.Getenv("VERBATIM_CORPUS"),
		"folder of documents, such as .md, .pdf, .docx, .html; each folder in it is a collection\n(VERBATIM_CORPUS; default: the two embedded articles)")
	configFlag(cmd, &l.config)
	l.authorities.flags(cmd)
}

// start opens the sources of the library, and keeps what is known of them in dir. The caller must call
// stop.
func (l *library) start(dir string) (stop func() error, err error) {
	if l.corpus != "" {
		if info, err := os.Stat(l.corpus); err != nil || !info.IsDir() {
			return nil, usagef("--corpus %q is no folder that can be read: %w", l.corpus, cmp.Or(err, errors.New("it is a file")))
		}
	}
	var set settings
	if !l.bare {
		if set, err = readSettings(l.config); err != nil {
			return nil, err
		}
	}
	l.engine = bleve.New(set.Cache << 20)
	roots, err := l.pool()
	if err != nil {
		return nil, err
	}
	fetcher, err := set.Sources.fetcher(roots)
	if err != nil {
		return nil, usageError{err}
	}
	sandbox, closeSandbox, err := openSandbox(l.data)
	if err != nil {
		return nil, err
	}
	o := source.LibraryOptions{Folder: l.corpus, Web: set.Sources.Web, Fetcher: fetcher, Dir: dir}
	o.FolderOptions = source.FolderOptions{Read: l.reader(sandbox), PollOnly: set.Sources.Poll > 0, Poll: set.Sources.Poll}
	if l.corpus == "" && len(o.Web) == 0 {
		o.Static = corpus.Embedded()
	}
	l.suspect = make(chan struct{}, 1)
	if l.sources, err = source.OpenLibrary(o); err != nil {
		return nil, errors.Join(err, closeSandbox())
	}
	return closeSandbox, nil
}

// reader returns what reads files, and shows how far that is.
func (l *library) reader(sandbox *format.Sandbox) source.Read {
	return func(ctx context.Context, mediaType, name string, data []byte) ([]*corpus.Document, error) {
		defer l.progress.step("files")
		return sandbox.ReadAs(ctx, mediaType, name, data)
	}
}

// open opens the index of the library and brings it up to date with the documents at hand; it fetches
// nothing. Changed says whether there was something to do. The caller must call closeIndex.
func (l *library) open(ctx context.Context) (x *index.Index, changed bool, closeIndex func() error, err error) {
	dir, remove := l.data, func() error { return nil }
	if dir == "" {
		if dir, err = os.MkdirTemp("", "verbatim-index-"); err != nil {
			return nil, false, nil, err
		}
		remove = func() error { return os.RemoveAll(dir) }
	}
	if err := restoring(dir); err != nil {
		return nil, false, nil, err
	}
	stop, err := l.start(filepath.Join(dir, dirSources))
	if err != nil {
		return nil, false, nil, errors.Join(err, remove())
	}
	x, changed, err = l.update(ctx, filepath.Join(dir, dirIndex))
	if err != nil {
		return nil, false, nil, errors.Join(err, stop(), remove())
	}
	return x, changed, func() error { return errors.Join(x.Close(), stop(), remove()) }, nil
}

// update opens the index in dir, whole and up to date. One that is missing or damaged is built.
func (l *library) update(ctx context.Context, dir string) (x *index.Index, changed bool, err error) {
	x, err = index.OpenWhole(dir, l.engine)
	switch {
	case errors.Is(err, index.ErrNoIndex), errors.Is(err, index.ErrDamaged):
		if err := l.count(ctx); err != nil {
			return nil, false, err
		}
		x, changed, err = index.Update(ctx, dir, l.engine, l.sources.Documents)
	case err == nil:
		changed, err = l.catchUp(ctx, x)
		if err != nil {
			err = errors.Join(err, x.Close())
		}
	}
	if err != nil {
		return nil, false, err
	}
	if err := l.sources.Save(live{x}); err != nil {
		return nil, false, errors.Join(err, x.Close())
	}
	return x, changed, nil
}

// catchUp brings an index that was kept up to date.
func (l *library) catchUp(ctx context.Context, x *index.Index) (changed bool, err error) {
	l.sources.Resume(live{x})
	if err := l.count(ctx); err != nil {
		return false, err
	}
	counts, err := l.sources.Sync(ctx, live{x}, l.force)
	if errors.Is(err, source.ErrShrunk) {
		l.shrunk, err = err, nil
	}
	if err != nil {
		return false, err
	}
	return counts != source.Counts{}, compact(ctx, x)
}

// count tells the progress how many files there are to read.
func (l *library) count(ctx context.Context) error {
	if l.progress == nil {
		return nil
	}
	n, err := l.sources.Changed(ctx)
	l.progress.start("files", n)
	return err
}

// compact makes few parts of many.
func compact(ctx context.Context, x *index.Index) error {
	for {
		if done, err := x.Compact(ctx); err != nil || !done {
			return err
		}
	}
}

// verifyEvery is the time between two comparisons of the index with its sums.
const verifyEvery = time.Hour

// watch keeps the index up to date with all sources until ctx ends, and whole, and reports what it did.
func (l *library) watch(ctx context.Context, x *index.Index, report func(source.Report)) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	changed := make(chan struct{}, 1)
	done := make(chan struct{})
	go func() {
		defer close(done)
		l.tend(ctx, x, changed, report)
	}()
	err := l.sources.Watch(ctx, live{x}, func(r source.Report) {
		report(r)
		signalTo(changed)
	})
	stop()
	<-done
	return err
}

// tend compacts the index after changes, and builds it anew when it is damaged.
func (l *library) tend(ctx context.Context, x *index.Index, changed <-chan struct{}, report func(source.Report)) {
	verify := time.NewTicker(verifyEvery)
	defer verify.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return
		case <-changed:
			err = compact(ctx, x)
		case <-verify.C:
			err = l.mend(ctx, x)
		case <-l.suspect:
			err = l.mend(ctx, x)
		}
		if err != nil && ctx.Err() == nil {
			report(source.Report{Err: err})
		}
	}
}

// mend builds the index anew if it is damaged.
func (l *library) mend(ctx context.Context, x *index.Index) error {
	err := x.Verify(ctx)
	if !errors.Is(err, index.ErrDamaged) {
		return err
	}
	rebuilt := l.sources.Rebuild(func(docs source.Documents) error { return x.Rebuild(ctx, index.Documents(docs)) })
	return errors.Join(err, rebuilt)
}

// doubt has the index verified soon, because it failed in a way that damage explains.
func (l *library) doubt() { signalTo(l.suspect) }

// signalTo wakes who waits for c, now or later.
func signalTo(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// reportProblems says which files and addresses were left out. Their names are as little to be trusted
// as what they hold.
func (l *library) reportProblems(w io.Writer) {
	if l.shrunk != nil {
		fmt.Fprintf(w, "verbatim: %v\n", l.shrunk)
	}
	printProblems(w, l.sources.Problems())
}

// printProblems prints problems, those of formats that are not read at all in one line.
func printProblems(w io.Writer, problems []source.Problem) {
	unsupported := map[string]int{}
	for _, p := range problems {
		if isUnsupported(p) {
			unsupported[strings.ToLower(path.Ext(p.Path))]++
			continue
		}
		fmt.Fprintf(w, "verbatim: %s %s\n", verdictOn(p), bot.Clean(p.String()))
	}
	if len(unsupported) > 0 {
		fmt.Fprintf(w, "verbatim: %s\n", sayUnsupported(unsupported))
	}
}

// isUnsupported says whether a problem is that files of a format are not read at all.
func isUnsupported(p source.Problem) bool { return errors.Is(p.Err, format.ErrUnsupported) }

// sayUnsupported says how many files were left out for their format, by their extension.
func sayUnsupported(counts map[string]int) string {
	return "left out, of formats that are not read: " + bot.Clean(counted(counts))
}

// verdictOn says in a word what became of a file or address with a problem.
func verdictOn(p source.Problem) string {
	if p.Kept {
		return "note on"
	}
	return "skipped"
}

// live is the index as the sources see it.
type live struct{ *index.Index }

// Apply carries out a change.
func (x live) Apply(ctx context.Context, c source.Change) error {
	return x.Index.Apply(ctx, index.Change{Put: c.Put, Remove: c.Remove})
}

// Digests returns the digest of each document by its ID.
func (x live) Digests() map[string]string {
	digests := map[string]string{}
	for _, d := range x.Documents() {
		digests[d.ID] = d.Digest
	}
	return digests
}
