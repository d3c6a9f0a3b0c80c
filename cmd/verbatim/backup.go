package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"
	"github.com/spf13/cobra"

	"verbatim/bot/journal"
	"verbatim/bot/memory"
	"verbatim/bot/shared"
)

type backup struct {
	streams
	data, config     string
	withIndex, force bool
}

func newBackup(io streams) *cobra.Command {
	b := &backup{streams: io}
	cmd := &cobra.Command{
		Use:   "backup FILE",
		Short: "Write what a bot knows to a file, while it runs or not",
		Long: `Backup writes a file with all that cannot be made again: the journal, what the bot
remembers, the settings, and what admins added, forgot and had fetched. The bot goes on
meanwhile. The index is left out unless --with-index is given, as it can be built again;
so are the documents of --corpus, which are yours to keep. What several replicas remember
together is in OpenSearch, and in its snapshots; a backup of one of them has its own part.

The file holds questions of people: keep it as safe as the data folder. It is readable for
you alone, and holds no token of Slack. A file that is there is replaced only with --force,
and a backup that fails leaves what was there.`,
		Example: "  verbatim backup --data ./verbatim-data verbatim.backup",
		Args:    oneFile,
		RunE:    func(cmd *cobra.Command, args []string) error { return b.run(cmd.Context(), args[0]) },
	}
	f := cmd.Flags()
	f.StringVar(&b.data, "data", defaultData(), "data folder of the bot (VERBATIM_DATA)")
	configFlag(cmd, &b.config)
	f.BoolVar(&b.withIndex, "with-index", false, "put the index into the file too")
	f.BoolVar(&b.force, "force", false, "replace the file if it is there")
	return cmd
}

// replicaBackup is said of a backup of a replica.
const replicaBackup = "  not in it: what the replicas remember together; take a snapshot of OpenSearch for that (its index NAME-records)\n"

// oneFile wants one argument, a file.
func oneFile(_ *cobra.Command, args []string) error {
	if len(args) != 1 || args[0] == "" {
		return usagef("give one file")
	}
	return nil
}

func (b *backup) run(ctx context.Context, file string) (err error) {
	if info, err := os.Stat(b.data); err != nil || !info.IsDir() {
		return usagef("--data %q is no data folder: give the one that 'verbatim serve' has", b.data)
	}
	if _, err := os.Lstat(file); err == nil && !b.force {
		return usagef("%q is there already: give another name, or --force to replace it", file)
	}
	part, err := openPart(file)
	if err != nil {
		return fmt.Errorf("write backup: %w", err)
	}
	defer func() { err = errors.Join(err, part.close()) }()
	if err := b.fill(ctx, part); err != nil {
		return fmt.Errorf("write backup of %q: %w", b.data, err)
	}
	if _, err := part.Seek(0, io.SeekStart); err != nil {
		return err
	}
	m, err := readArchive(part, "")
	if err != nil {
		return fmt.Errorf("write backup of %q: %w", b.data, err)
	}
	if err := part.publish(); err != nil {
		return fmt.Errorf("write backup: %w", err)
	}
	if err := m.print(b.out, file); err != nil || !shared.WasReplica(filepath.Join(b.data, dirJournal)) {
		return err
	}
	_, err = io.WriteString(b.out, replicaBackup)
	return err
}

// fill writes the archive: the running bot's, or that of one at rest.
func (b *backup) fill(ctx context.Context, w io.Writer) error {
	query := url.Values{}
	if b.withIndex {
		query.Set("index", "1")
	}
	body, err := askRunning(ctx, b.data, "/backup", query)
	if errors.Is(err, errNotRunning) {
		return b.atRest(ctx, w)
	}
	if err != nil {
		return err
	}
	defer body.Close()
	if _, err := io.Copy(w, body); err != nil {
		return fmt.Errorf("the running bot did not send all of it: %w", err)
	}
	return nil
}

// atRest writes the archive of a data folder in which no bot runs, and lets none begin to meanwhile.
func (b *backup) atRest(ctx context.Context, w io.Writer) (err error) {
	log := slog.New(slog.NewTextHandler(b.err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	s := snapshot{dir: b.data, settings: settingsFile(b.config), still: func(f func() error) error { return f() }}
	closeAll, err := openState(ctx, b.data, log, &s.journal, &s.memory)
	if errors.Is(err, journal.ErrLocked) {
		return fmt.Errorf("a bot has it and does not answer, as while it starts or stops; try again in a minute: %w", journal.ErrLocked)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeAll()) }()
	return s.write(ctx, w, b.withIndex)
}

// openState opens journal and memory of a data folder in which no bot runs.
func openState(ctx context.Context, dir string, log *slog.Logger, j **journal.Journal, m **memory.Store) (closeAll func() error, err error) {
	unlock, err := lockData(ctx, dir, log)
	if err != nil {
		return nil, err
	}
	if *j, err = journal.Open(filepath.Join(dir, dirJournal), journal.Options{Logger: log}); err != nil {
		return nil, errors.Join(err, unlock())
	}
	if *m, err = memory.Open(filepath.Join(dir, dirJournal), log); err != nil {
		return nil, errors.Join(err, (*j).Close(), unlock())
	}
	return func() error { return errors.Join((*m).Close(), (*j).Close(), unlock()) }, nil
}

// print says what a backup holds.
func (m archived) print(w io.Writer, file string) error {
	parts := map[string]int{}
	size := int64(0)
	for _, f := range m.Files {
		top, _, _ := strings.Cut(f.Path, "/")
		parts[top]++
		size += f.Size
	}
	lines := fmt.Sprintf("%s: Verbatim %s, %s, %s, %d bytes unpacked\n", file, m.Program, m.Made.Format("2006-01-02 15:04 MST"), plural(len(m.Files), "file"), size)
	for _, part := range []struct{ name, says string }{
		{dirJournal, "journal and memory"}, {dirSettings, "settings"}, {dirSources, "added documents and fetched pages"}, {dirIndex, "index"},
	} {
		if n := parts[part.name]; n > 0 {
			lines += fmt.Sprintf("  %s: %s\n", part.says, plural(n, "file"))
		} else {
			lines += fmt.Sprintf("  %s: none\n", part.says)
		}
	}
	_, err := io.WriteString(w, lines)
	return err
}

// A part is a file that is being written under another name.
type part struct {
	*os.File
	lock *flock.Flock
	dest string
}

// partTries is how often a part is begun, as another process may take a new one for one that was left.
const partTries = 20

// openPart begins the file at dest, and removes what killed processes have left of it. Others may write the
// same file meanwhile: each one's part is its own, and the last to be whole stays.
func openPart(dest string) (*part, error) {
	pattern := "." + filepath.Base(dest) + ".part-"
	if err := removeParts(filepath.Join(globQuote(filepath.Dir(dest)), globQuote(pattern)+"*")); err != nil {
		return nil, err
	}
	for range partTries {
		f, err := os.CreateTemp(filepath.Dir(dest), pattern)
		if err != nil {
			return nil, err
		}
		p := &part{File: f, lock: flock.New(f.Name()), dest: dest}
		held, err := p.hold()
		if held {
			return p, nil
		}
		if err = errors.Join(err, p.close()); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("others write %q all the time: try again when they are done", dest)
}

// removeParts removes the parts that nobody holds.
func removeParts(pattern string) error {
	left, err := filepath.Glob(pattern)
	for _, name := range left {
		l := flock.New(name)
		if free, lockErr := l.TryLock(); lockErr == nil && free {
			if e := os.Remove(name); !errors.Is(e, fs.ErrNotExist) { // it may just have been published, or given up
				err = errors.Join(err, e)
			}
		}
		err = errors.Join(err, l.Close())
	}
	return err
}

// hold locks a new part, so that nobody removes it, and says whether it is whole still: until then another
// process may have taken it for one that was left, and the lock be that of an empty file of its name.
func (p *part) hold() (bool, error) {
	if locked, err := p.lock.TryLock(); err != nil || !locked {
		return false, err
	}
	made, err := p.Stat()
	if err != nil {
		return false, err
	}
	named, err := os.Stat(p.Name())
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil && os.SameFile(made, named), err
}

// publish gives the file its name, and makes both durable.
func (p *part) publish() error {
	if err := p.Sync(); err != nil {
		return err
	}
	if err := os.Rename(p.Name(), p.dest); err != nil {
		return err
	}
	return syncPath(filepath.Dir(p.dest))
}

// close closes the file, and removes it where it was not published.
func (p *part) close() error {
	err := errors.Join(p.File.Close(), p.lock.Close())
	if e := os.Remove(p.Name()); !errors.Is(e, fs.ErrNotExist) {
		err = errors.Join(err, e)
	}
	return err
}
