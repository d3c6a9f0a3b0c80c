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

// An answerer answers the bot's questions from an index. The index is set before the bot runs.
type answerer struct{ *index.Index }

// Ask answers a question as a person wants it: the passages that are worth showing.
func (a *answerer) Ask(ctx context.Context, question string) (index.Answer, error) {
	return a.Index.Ask(ctx, question, index.Options{})
}

// A runner runs the bot. What can be wrong with its configuration or its data folder shows before
// the index is built, which may take long.
type runner struct {
	config bot.Config
	lib    *library
	// journalDir is the folder of the journal; its lock also keeps a second bot from the index.
	journalDir string
	log        *slog.Logger
	bot        *bot.Bot
	running    atomic.Bool
}

// run runs the bot until ctx ends or it cannot go on; the end of ctx is no error. It calls started
// when the index is open. A journal that turns out to be damaged on the way ends it too: the next
// start puts the file aside and begins a new one.
func (r *runner) run(ctx context.Context, started func(index.Manifest)) (err error) {
	j, err := journal.Open(r.journalDir, journal.Options{Logger: r.log})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	answers := new(answerer)
	r.config.Journal, r.config.Asker, r.config.Logger = j, answers, r.log
	if r.bot, err = bot.New(r.config); err != nil {
		return usageError{err}
	}
	x, built, closeIndex, err := r.lib.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeIndex()) }()
	answers.Index = x
	m := x.Manifest()
	r.log.Info("index ready", "documents", m.Documents, "sentences", m.Sentences, "built", built)
	started(m)
	r.running.Store(true)
	defer r.running.Store(false)
	return r.bot.Run(ctx)
}

// ready says whether the bot hears Slack.
func (r *runner) ready() bool { return r.running.Load() && r.bot.Stats().Connections > 0 }
