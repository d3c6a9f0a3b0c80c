package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"verbatim/bot/journal"
	"verbatim/bot/memory"
	"verbatim/index"
)

// A snapshot is what a backup is made of.
type snapshot struct {
	// dir is the data folder, settings the file of settings, "" for none.
	dir, settings string
	journal       *journal.Journal
	memory        *memory.Store
	// people know what the memory holds of a person.
	people memory.People
	// still runs a function while nothing changes in the folder of the sources.
	still func(func() error) error
}

// stage puts the files of a backup together in a new folder within the data folder, so that files that
// never change need not be copied. The caller removes it.
func (s snapshot) stage(withIndex bool) (stage string, err error) {
	if stage, err = os.MkdirTemp(s.dir, stagePrefix); err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(stage))
		}
	}()
	if err := os.Mkdir(filepath.Join(stage, dirJournal), 0o700); err != nil {
		return stage, err
	}
	if err := s.journal.Snapshot(filepath.Join(stage, dirJournal, journal.FileName)); err != nil {
		return stage, err
	}
	if err := s.memory.Snapshot(filepath.Join(stage, dirJournal, memory.FileName)); err != nil {
		return stage, err
	}
	err = s.still(func() error {
		return linkTree(filepath.Join(s.dir, dirSources), filepath.Join(stage, dirSources), isSourceFile)
	})
	if err == nil && withIndex {
		err = s.stageIndex(filepath.Join(stage, dirIndex))
	}
	if err == nil && s.settings != "" {
		err = stageSettings(s.settings, filepath.Join(stage, dirSettings))
	}
	return stage, err
}

// isSourceFile knows the files of the sources: not those that are just being written, or were put aside.
func isSourceFile(name string) bool {
	dir, base := filepath.Split(name)
	switch filepath.ToSlash(dir) {
	case "":
		return base == "added.json" || strings.HasPrefix(base, "folder-") && strings.HasSuffix(base, ".jsonl")
	case "web/":
		return base == "web.json"
	case "web/bodies/":
		return !strings.HasPrefix(base, ".")
	}
	return false
}

// isIndexFile leaves out what belongs to no index that is published.
func isIndexFile(name string) bool {
	top, _, _ := strings.Cut(filepath.ToSlash(name), "/")
	return top == "CURRENT" || strings.HasPrefix(top, "gen-")
}

// stageTries is how often the index is looked at until it does not change meanwhile.
const stageTries = 5

// stageIndex links the files of the published index, which never change; only which they are does.
func (s snapshot) stageIndex(to string) error {
	from := filepath.Join(s.dir, dirIndex)
	for range stageTries {
		before, err := os.ReadFile(filepath.Join(from, "CURRENT"))
		if err != nil {
			return err
		}
		linked := linkTree(from, to, isIndexFile)
		after, err := os.ReadFile(filepath.Join(from, "CURRENT"))
		if linked == nil && err == nil && string(before) == string(after) {
			return nil
		}
		if err := os.RemoveAll(to); err != nil {
			return err
		}
	}
	return errors.New("the index changed all the time while it was copied: leave it out, it is built again")
}

// linkTree makes a folder with those files of another that are wanted, by their path in it. A folder that
// is not there is an empty one.
func linkTree(from, to string, wanted func(name string) bool) error {
	return filepath.WalkDir(from, func(name string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && name == from {
			return fs.SkipAll
		}
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, name)
		if err != nil || !d.Type().IsRegular() || !wanted(rel) {
			return err
		}
		return index.LinkFile(name, filepath.Join(to, rel))
	})
}

// slackToken finds tokens of Slack. Source: docs.slack.dev, authentication/tokens.
var slackToken = regexp.MustCompile(`\bx(?:ox[a-z]|app)-[0-9A-Za-z-]{8,}`)

// stageSettings copies the file of settings. A token in it would be in every backup.
func stageSettings(file, to string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("back up the settings: %w", err)
	}
	if slackToken.Match(data) {
		return fmt.Errorf("back up the settings: %q holds a token of Slack, and a backup holds none: take it out, SLACK_BOT_TOKEN_FILE and SLACK_APP_TOKEN_FILE are for tokens", file)
	}
	if err := os.Mkdir(to, 0o700); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(to, defaultSettings), data, 0o600)
}

// write makes the backup and writes its archive. Nothing is written where something is wrong before the
// first byte.
func (s snapshot) write(ctx context.Context, w io.Writer, withIndex bool) (err error) {
	stage, err := s.stage(withIndex)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(stage)) }()
	m, err := listed(stage)
	if err != nil {
		return err
	}
	return writeArchive(writerUntil{ctx, w}, m, stage)
}

// writerUntil writes until ctx ends.
type writerUntil struct {
	ctx context.Context
	w   io.Writer
}

func (w writerUntil) Write(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	return w.w.Write(p)
}

// settingsFile is the file of settings that a command reads, "" where there is none.
func settingsFile(config string) string {
	if config != "" {
		return config
	}
	if _, err := os.Stat(defaultSettings); err != nil {
		return ""
	}
	return defaultSettings
}
