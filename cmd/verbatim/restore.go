package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"verbatim/bot/journal"
	"verbatim/bot/memory"
	"verbatim/corpus/source"
)

type restore struct {
	streams
	data, config               string
	check, force, keepSettings bool
}

func newRestore(io streams) *cobra.Command {
	r := &restore{streams: io}
	cmd := &cobra.Command{
		Use:   "restore FILE",
		Short: "Put what a backup holds into a data folder",
		Long: `Restore checks a file that 'verbatim backup' wrote from its first to its last byte, and
then puts what it holds into the data folder, and the settings into the file of settings.
Nothing is touched before all is checked, and an interrupted restore leaves either what was
there or what the backup holds: the next start brings it to its end.

It refuses a folder in which a bot or 'verbatim index' runs, and without --force one that is not empty, or
other settings than those of the backup. With --force what was there is kept beside it, in
a folder replaced-… and a file ….replaced; remove them when all is well.

A question that was open when the backup was made may have been answered since. The bot
looks for the answer where it may read, and answers the question where it finds none; where
it may not read, it leaves the question alone rather than answer twice.`,
		Example: `  verbatim restore --check verbatim.backup
  verbatim restore --data ./verbatim-data verbatim.backup`,
		Args: oneFile,
		RunE: func(cmd *cobra.Command, args []string) error { return r.run(cmd.Context(), args[0]) },
	}
	f := cmd.Flags()
	f.StringVar(&r.data, "data", defaultData(), "data folder to restore (VERBATIM_DATA)")
	configFlag(cmd, &r.config)
	f.BoolVar(&r.check, "check", false, "only check the file, and say what it holds")
	f.BoolVar(&r.force, "force", false, "replace what is there")
	f.BoolVar(&r.keepSettings, "keep-settings", false, "leave the file of settings as it is")
	return cmd
}

func (r *restore) run(ctx context.Context, file string) (err error) {
	f, err := os.Open(file)
	if err != nil {
		return usagef("read backup: %w", err)
	}
	defer f.Close()
	if r.check {
		m, err := readArchive(f, "")
		if err != nil {
			return fmt.Errorf("check backup %q: %w", file, err)
		}
		return m.print(r.out, file)
	}
	log := slog.New(slog.NewTextHandler(r.err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	unlock, err := lockData(ctx, r.data, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	lock, err := takeSources(ctx, r.data)
	if err != nil {
		return fmt.Errorf("restore into %q: %w", r.data, err)
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	if err := r.mayReplace(); err != nil {
		return err
	}
	stage, err := os.MkdirTemp(r.data, stagePrefix)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(stage)) }()
	m, err := readArchive(f, stage)
	if err != nil {
		return fmt.Errorf("restore %q: %w; nothing was changed", file, err)
	}
	open, err := prepareState(stage, log)
	if err != nil {
		return fmt.Errorf("restore %q: %w; nothing was changed", file, err)
	}
	if err := r.put(stage); err != nil {
		return err
	}
	return r.report(m, file, open)
}

// mayReplace refuses a folder that holds anything, unless it is to be replaced.
func (r *restore) mayReplace() error {
	entries, err := os.ReadDir(r.data)
	if err != nil || r.force {
		return err
	}
	for _, e := range entries {
		if n := e.Name(); n != lockFile && n != sourcesLock && n != dirCode && n != "lost+found" {
			return usagef("restore into %q: it is not empty, it holds %q: give an empty folder, or --force to replace what is there", r.data, n)
		}
	}
	return nil
}

// prepareState opens what was unpacked as a bot would, so that nothing is put in place that does not open,
// and marks the open questions, of which it returns the number.
func prepareState(stage string, log *slog.Logger) (open int, err error) {
	dir := filepath.Join(stage, dirJournal)
	for _, name := range []string{journal.FileName, memory.FileName} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			return 0, notABackup("it holds no %s", name)
		}
	}
	j, err := journal.Open(dir, journal.Options{Logger: log})
	if err != nil {
		return 0, err
	}
	open, err = j.Restored()
	if err := errors.Join(err, j.Close()); err != nil {
		return 0, err
	}
	m, err := memory.Open(dir, log)
	if err != nil {
		return 0, err
	}
	if err := m.Close(); err != nil {
		return 0, err
	}
	if aside, err := filepath.Glob(filepath.Join(globQuote(dir), "*.damaged-*")); err != nil || len(aside) > 0 {
		return 0, errors.Join(err, notABackup("the journal or memory in it is damaged"))
	}
	sources, err := source.OpenLibrary(source.LibraryOptions{Dir: filepath.Join(stage, dirSources)})
	if err != nil {
		return 0, err
	}
	return open, sources.Close()
}

// put puts what was unpacked in its place: first the settings, as without them everyone may see all.
func (r *restore) put(stage string) error {
	if err := r.putSettings(filepath.Join(stage, dirSettings, defaultSettings)); err != nil {
		return err
	}
	if err := errors.Join(os.RemoveAll(filepath.Join(stage, dirSettings)), syncTree(stage)); err != nil {
		return err
	}
	if err := os.Rename(stage, filepath.Join(r.data, restoringDir)); err != nil {
		return err
	}
	if err := syncPath(r.data); err != nil {
		return err
	}
	return finishRestore(r.data)
}

// putSettings writes the file of settings as it was in the backup.
func (r *restore) putSettings(from string) error {
	data, err := os.ReadFile(from)
	if errors.Is(err, fs.ErrNotExist) || r.keepSettings {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := parseSettings(data); err != nil {
		return fmt.Errorf("restore the settings: %w", err)
	}
	dest := r.config
	if dest == "" {
		dest = defaultSettings
	}
	old, err := os.ReadFile(dest)
	switch {
	case err == nil && bytes.Equal(old, data):
		return nil
	case err == nil && !r.force:
		return usagef("restore the settings: %q is there and says something else: give --keep-settings to leave it, or --force to replace it", dest)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("restore the settings: %w", err)
	}
	if err == nil {
		if err := writeWhole(dest+".replaced", old); err != nil {
			return fmt.Errorf("restore the settings: %w", err)
		}
	}
	if err := writeWhole(dest, data); err != nil {
		return fmt.Errorf("restore the settings: %w", err)
	}
	return nil
}

// writeWhole gives a file new contents, all or none.
func writeWhole(name string, data []byte) error {
	p, err := openPart(name)
	if err != nil {
		return err
	}
	if _, err = p.Write(data); err == nil {
		err = p.publish()
	}
	return errors.Join(err, p.close())
}

func (r *restore) report(m archived, file string, open int) error {
	if err := m.print(r.out, file); err != nil {
		return err
	}
	says := fmt.Sprintf("Restored into %s.", r.data)
	if open > 0 {
		says += fmt.Sprintf(" %s open when the backup was made.", wasOrWere(open))
	}
	if !m.has(dirSettings) {
		says += " The backup holds no settings: without any, everyone may see all documents."
	}
	if !m.has(dirIndex) {
		says += " The index is built at the next start."
	}
	_, err := fmt.Fprintln(r.out, says)
	return err
}

func wasOrWere(n int) string {
	if n == 1 {
		return "1 question was"
	}
	return fmt.Sprintf("%d questions were", n)
}
