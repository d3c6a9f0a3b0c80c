package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path"
	"strings"
	"sync/atomic"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"verbatim/bot"
	"verbatim/corpus"
	"verbatim/corpus/format"
	"verbatim/corpus/source"
	"verbatim/index"
)

// library says which documents to answer from and where their index is kept.
type library struct {
	authorities
	engineChoice
	// corpus is a folder of documents. Without it, and without addresses in the settings, the embedded
	// articles are asked.
	corpus string
	// config is the file of settings, "" for the usual one.
	config string
	// data is the data folder; "" means one that is removed at the end. The index is kept in its
	// folder index, for whichever command opens it, and what is known of the sources in sources.
	data string
	// dir is the data folder that open has chosen.
	dir string
	// force lets the index lose nearly all of its documents at once.
	force bool
	// bare leaves the file of settings aside.
	bare bool
	// waits has the command wait while another process has the documents in hand.
	waits bool
	// yields has the index asked as it is while another process has its documents in hand, and asIs says so.
	yields, asIs bool
	// progress shows how far the reading of files is; it may be nil.
	progress *progress

	// log hears of what is done in the background; nil means nobody does until [library.prepare].
	log *slog.Logger

	// sources are set while they are read here: another machine may do so for an index that is shared.
	sources atomic.Pointer[source.Library]
	engine  index.Engine
	// role is what the command does with an index that is shared, and own says that there are documents to read for it
	// besides the embedded articles.
	role role
	own  bool
	// shared is the index as several machines have it; nil with the embedded engine.
	shared *sharedIndex
	// meanwhile runs while the documents of a shared index are read here; nil runs nothing.
	meanwhile func(ctx context.Context)
	// suspect wakes who looks whether the index is damaged.
	suspect chan struct{}
	// grown wakes who makes few parts of many.
	grown chan struct{}
	// shrunk says that nearly all documents were gone, and were kept.
	shrunk error
}

// flags adds the flags that say which documents.
func (l *library) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&l.corpus, "corpus", os.Getenv("VERBATIM_CORPUS"),
		"folder of documents, such as .md, .pdf, .docx, .html; each folder in it is a collection\n(VERBATIM_CORPUS; default: the two embedded articles)")
	configFlag(cmd, &l.config)
	l.authorities.flags(cmd)
	l.engineChoice.flags(cmd)
}

// known returns the sources, which are there between start and stop.
func (l *library) known() *source.Library { return l.sources.Load() }

// problems are those of the sources, if they are read here.
func (l *library) problems() []source.Problem {
	if known := l.known(); known != nil {
		return known.Problems()
	}
	return nil
}

// logProblems logs what could not be read, and what wants a look.
func (l *library) logProblems() {
	for _, p := range l.problems() {
		l.log.Warn("document with a problem", "kept", p.Kept, "path", p.Path, "error", p.Err)
	}
}

// still runs f while nothing changes in the folder of the sources.
func (l *library) still(f func() error) error {
	if known := l.known(); known != nil {
		return known.Still(f)
	}
	return f()
}

// start opens the sources of the library, and keeps what is known of them in dir, of which the lock is taken
// unless it is nil. The caller must call stop.
func (l *library) start(dir string, lock *source.Lock) (stop func() error, err error) {
	defer func() {
		if err != nil {
			err = errors.Join(err, lock.Close())
		}
	}()
	set, err := l.prepare()
	if err != nil {
		return nil, err
	}
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
	o := source.LibraryOptions{Folder: l.corpus, Web: set.Sources.Web, Fetcher: fetcher, Dir: dir, Lock: lock}
	o.FolderOptions = source.FolderOptions{Read: l.reader(sandbox), PollOnly: set.Sources.Poll > 0, Poll: set.Sources.Poll}
	if l.corpus == "" && len(o.Web) == 0 {
		o.Static = corpus.Embedded()
	}
	opened, err := source.OpenLibrary(o)
	if err != nil {
		return nil, errors.Join(err, closeSandbox())
	}
	l.sources.Store(opened)
	return func() error { return errors.Join(opened.Close(), closeSandbox()) }, nil
}

// prepare looks whether the folder of documents is there, reads the settings and chooses the engine, once.
func (l *library) prepare() (set settings, err error) {
	if l.corpus != "" {
		if info, err := os.Stat(l.corpus); err != nil || !info.IsDir() {
			return set, usagef("--corpus %q is no folder that can be read: %w", l.corpus, cmp.Or(err, errors.New("it is a file")))
		}
	}
	if !l.bare {
		if set, err = readSettings(l.config); err != nil {
			return set, err
		}
	}
	l.own = l.corpus != "" || len(set.Sources.Web) > 0
	if l.engine != nil {
		return set, nil
	}
	l.log = cmp.Or(l.log, slog.New(slog.DiscardHandler))
	l.suspect, l.grown = make(chan struct{}, 1), make(chan struct{}, 1)
	roots, err := l.pool()
	if err == nil {
		l.engine, l.shared, err = l.use(set, roots, l.log)
	}
	return set, err
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
	if _, err := l.prepare(); err != nil {
		return nil, false, nil, errors.Join(err, remove())
	}
	l.dir = dir
	begin := l.openOwn
	if l.shared != nil {
		begin = l.openShared
	}
	x, changed, stop, err := begin(ctx, dir)
	if err != nil {
		return nil, false, nil, errors.Join(err, remove())
	}
	return x, changed, func() error { return errors.Join(x.Close(), stop(), remove()) }, nil
}

// update opens the index in dir, whole and up to date. One that is missing or damaged is built.
func (l *library) update(ctx context.Context, dir string) (x *index.Index, changed bool, err error) {
	if x, err = index.Open(dir, l.engine); err == nil {
		if changed, err = l.wholeAndCaughtUp(ctx, x); err != nil {
			err = errors.Join(err, x.Close())
		}
	}
	if errors.Is(err, index.ErrNoIndex) || errors.Is(err, index.ErrDamaged) {
		if err := l.count(ctx); err != nil {
			return nil, false, err
		}
		l.shrunk = nil // what was kept is gone with the index
		x, changed, err = l.build(ctx, dir, err)
	}
	if err != nil {
		return nil, false, err
	}
	if err := l.known().Save(live{x}); err != nil {
		return nil, false, errors.Join(err, x.Close())
	}
	return x, changed, nil
}

// wholeAndCaughtUp compares an index that was kept with its sums, and meanwhile brings it up to date: each takes a
// processor. Nobody asks it before both are done.
func (l *library) wholeAndCaughtUp(ctx context.Context, x *index.Index) (changed bool, err error) {
	group, both := errgroup.WithContext(ctx)
	group.Go(func() error { return x.Verify(both) })
	group.Go(func() (err error) {
		if l.shared != nil {
			err = l.mendEngine(both, x)
		}
		if err == nil {
			changed, err = l.catchUp(both, x)
		}
		return err
	})
	if err := group.Wait(); err != nil {
		return false, err
	}
	return changed, compact(ctx, x)
}

// catchUp brings an index that was kept up to date.
func (l *library) catchUp(ctx context.Context, x *index.Index) (changed bool, err error) {
	l.known().Resume(live{x})
	if err := l.count(ctx); err != nil {
		return false, err
	}
	counts, err := l.known().Sync(ctx, live{x}, l.force)
	if errors.Is(err, source.ErrShrunk) {
		l.shrunk, err = err, nil
	}
	if err != nil {
		return false, err
	}
	return counts != source.Counts{}, nil
}

// count tells the progress how many files there are to read.
func (l *library) count(ctx context.Context) error {
	if l.progress == nil {
		return nil
	}
	n, err := l.known().Changed(ctx)
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
	if l.asIs {
		fmt.Fprintf(w, "verbatim: a running bot, or another command, has the documents of %q in hand: its index is asked as it is\n", l.dir)
	}
	printProblems(w, l.problems())
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
