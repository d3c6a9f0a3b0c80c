package main

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"

	"verbatim/bot"
	"verbatim/bot/journal"
	"verbatim/index"
)

// An answerer answers the bot's questions from an index.
type answerer struct{ *index.Index }

func (a answerer) Ask(ctx context.Context, question string) (index.Answer, error) {
	return a.Index.Ask(ctx, question, index.Options{})
}

// A runner runs the bot on a journal.
type runner struct {
	config bot.Config
	// dir is the folder of the journal.
	dir string
	log *slog.Logger
	// running is the bot that runs now, nil before and after.
	running atomic.Pointer[bot.Bot]
}

// run runs the bot until ctx ends or it cannot go on. A journal that turns out to be damaged on the
// way ends it too: the next start puts the file aside and begins a new one.
func (r *runner) run(ctx context.Context) (err error) {
	j, err := journal.Open(r.dir, journal.Options{Logger: r.log})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	config := r.config
	config.Journal = j
	b, err := bot.New(config)
	if err != nil {
		return usageError{err}
	}
	r.running.Store(b)
	defer r.running.Store(nil)
	return b.Run(ctx)
}

// ready says whether the bot hears Slack.
func (r *runner) ready() bool {
	b := r.running.Load()
	return b != nil && b.Stats().Connections > 0
}
