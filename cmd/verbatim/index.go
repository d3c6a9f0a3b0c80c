package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"verbatim/corpus/source"
	"verbatim/index"
)

type indexCommand struct {
	library
	streams
	json, watching, dryRun bool
}

func newIndex(io streams) *cobra.Command {
	c := &indexCommand{streams: io}
	cmd := &cobra.Command{
		Use:   "index --corpus DIR --data DIR",
		Short: "Build the index of a folder of documents",
		Long: `Index reads what changed in a folder of documents since it was read last, fetches the
addresses of the settings that are due, and brings the index up to date; one that is
missing or damaged is built. 'verbatim serve' and 'verbatim try' do the same by
themselves, all the time; this command is for doing it beforehand and for seeing what
could not be read.

With --engine opensearch:… the index is pushed for all machines that have the same engine,
once it is whole. The command goes on from what was pushed last, from whatever machine;
killed and begun again, it sends nothing again that is there.

Beside a bot that runs with the same data folder it refuses, as each would undo what the
other adds; --dry-run works there. With --engine it goes on beside a bot, as from another
machine.

When a folder lost nine in ten of its documents at once, as when a disk is not mounted,
they are kept and the exit code is 1, unless --force is given.

The exit code is 0 when all is well, and 3 when the index is up to date but for files
or addresses that could not be read, each named with the reason. Files of formats that are
not read at all do not count.`,
		Example: `  verbatim index --corpus ./handbook --data ./verbatim-data
  verbatim index --corpus ./handbook --dry-run
  verbatim index --corpus ./handbook --data ./verbatim-data --watch`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return c.run(cmd.Context()) },
	}
	c.role = rolePush
	c.library.flags(cmd)
	f := cmd.Flags()
	f.StringVar(&c.data, "data", defaultData(), "data folder to keep the index in (VERBATIM_DATA)")
	f.BoolVar(&c.json, "json", false, "print the report as JSON")
	f.BoolVar(&c.watching, "watch", false, "go on, and report every change, until interrupted")
	f.BoolVar(&c.dryRun, "dry-run", false, "read the files and report what would change; write and fetch nothing")
	f.BoolVar(&c.force, "force", false, "let the index lose nearly all of its documents")
	return cmd
}

func (c *indexCommand) run(ctx context.Context) (err error) {
	if c.dryRun && c.watching {
		return usagef("give either --dry-run or --watch, not both")
	}
	began := time.Now()
	c.progress = newProgress(c.err)
	if c.dryRun {
		return c.rehearse(ctx, began)
	}
	x, built, closeIndex, err := c.open(ctx)
	c.progress.end()
	if errors.Is(err, source.ErrBusy) {
		return fmt.Errorf("%w; a bot brings its index up to date by itself, and --dry-run says what cannot be read", err)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeIndex()) }()
	if c.shrunk != nil {
		return c.shrunk
	}
	fetched, err := c.fetch(ctx, x)
	if err != nil {
		return err
	}
	if err := c.push(ctx); err != nil {
		return err
	}
	r := c.report(x.Manifest(), built || fetched, began)
	if err := c.print(r); err != nil {
		return err
	}
	if c.watching {
		return c.follow(ctx, x)
	}
	return r.partial()
}

// fetch looks at the addresses that are due, and says whether that changed the index.
func (c *indexCommand) fetch(ctx context.Context, x *index.Index) (changed bool, err error) {
	if c.known().Due() == 0 {
		return false, nil
	}
	c.progress.start("pages", 0)
	defer c.progress.end()
	var mu sync.Mutex
	var failed error
	err = c.known().FetchDue(ctx, live{x}, c.force, func(source.Progress) { c.progress.step("pages") }, func(r source.Report) {
		mu.Lock()
		defer mu.Unlock()
		changed = changed || r.Counts != source.Counts{}
		failed = errors.Join(failed, r.Err)
	})
	if err == nil {
		err = failed
	}
	return changed, errors.Join(err, compact(ctx, x))
}

// follow reports every change until ctx ends, which is no error.
func (c *indexCommand) follow(ctx context.Context, x *index.Index) error {
	var mu sync.Mutex
	var failed error
	err := c.watch(ctx, x, func(r source.Report) {
		mu.Lock()
		defer mu.Unlock()
		if r.Err != nil {
			fmt.Fprintf(c.err, "verbatim: %v\n", r.Err)
		}
		if r.Counts == (source.Counts{}) || failed != nil {
			return
		}
		m := x.Manifest()
		if c.json {
			failed = c.printJSON(changeReport{Put: r.Put, Removed: r.Removed, Documents: m.Documents, Sentences: m.Sentences})
			return
		}
		_, failed = fmt.Fprintf(c.out, "%d read, %d removed: %s, %s\n", r.Put, r.Removed, plural(m.Documents, "document"), plural(m.Sentences, "sentence"))
	})
	return errors.Join(err, failed)
}

// rehearse reports what would change.
func (c *indexCommand) rehearse(ctx context.Context, began time.Time) error {
	r, err := c.dry(ctx, filepath.Join(c.data, "index"))
	c.progress.end()
	if err != nil {
		return err
	}
	report := c.report(r.manifest(), r.counts() != source.Counts{}, began)
	report.DryRun = true
	report.Put, report.Removed = r.counts().Put, r.counts().Removed
	if err := c.print(report); err != nil {
		return err
	}
	if c.shrunk != nil {
		return c.shrunk
	}
	return report.partial()
}
