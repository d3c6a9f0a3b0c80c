package main

import (
	"errors"
	"io/fs"
	"path/filepath"

	"verbatim/bot"
	"verbatim/bot/journal"
	"verbatim/bot/metrics"
)

// errStarting is why a bot is not ready whose index is being opened, or that is stopping.
var errStarting = errors.New("it is starting, or stopping: its index is not open")

// ready returns nil while the bot hears Slack, and else why it does not.
func (r *runner) ready() error {
	now := r.now.Load()
	if now == nil {
		return r.lib.starting()
	}
	return now.bot.Ready()
}

// figures are what the metrics are read from; nothing but zeros before the bot runs.
func (r *runner) figures() metrics.Sources {
	return metrics.Sources{
		Version: version,
		Ready:   r.ready,
		Bot: func() (s bot.Stats) {
			if now := r.now.Load(); now != nil {
				s = now.bot.Stats()
			}
			return s
		},
		Journal: func() (s journal.Stats) {
			if now := r.now.Load(); now != nil {
				s = now.journal.Stats()
			}
			return s
		},
		Index:    r.indexFigures,
		Problems: r.problems,
	}
}

// indexFigures tells of the index. One in a temporary folder has no size.
func (r *runner) indexFigures() metrics.Index {
	now := r.now.Load()
	if now == nil {
		return metrics.Index{}
	}
	m := now.answers.manifest()
	x := metrics.Index{Documents: m.Documents, Sentences: m.Sentences, Built: m.Built}
	if s := r.lib.shared; s != nil {
		if seen := s.seen.Load(); seen != nil {
			x.Synced = *seen
		}
	}
	if r.lib.data != "" {
		x.Bytes = sizeOf(filepath.Join(r.lib.data, "index"))
	}
	return x
}

// problems counts what could not be read, and what was read but wants a look.
func (r *runner) problems() (left, kept int) {
	known := r.lib.known()
	if known == nil {
		return 0, 0
	}
	for _, p := range known.Problems() {
		if p.Kept {
			kept++
		} else {
			left++
		}
	}
	return left, kept
}

// sizeOf is the size of the files in a folder, in bytes. Files that come and go meanwhile do not matter.
func sizeOf(dir string) (total int64) {
	_ = filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return nil
		}
		if info, err := entry.Info(); err == nil {
			total += info.Size()
		}
		return nil
	})
	return total
}
