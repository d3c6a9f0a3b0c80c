package main

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"verbatim/bot"
	"verbatim/bot/journal"
	"verbatim/bot/rights"
	"verbatim/corpus/source"
	"verbatim/index"
)

// An answerer is the bot's library. It is set before the bot runs.
type answerer struct {
	*bot.Library
	// doubt is told when the index seems to be damaged.
	doubt func()
}

// Ask answers a question.
func (a *answerer) Ask(ctx context.Context, question string, o bot.AskOptions) (index.Answer, error) {
	answer, err := a.Library.Ask(ctx, question, o)
	if errors.Is(err, index.ErrDamaged) {
		a.doubt()
	}
	return answer, err
}

// manifest says what the index holds; nothing before it is set.
func (a *answerer) manifest() index.Manifest {
	if a.Library == nil {
		return index.Manifest{}
	}
	return a.Library.Manifest()
}

// A runner runs the bot. What can be wrong with its configuration or its data folder shows before
// the index is built, which may take long.
type runner struct {
	config bot.Config
	lib    *library
	// bar is how sure an answer must be.
	bar index.Bar
	// dataDir is the data folder of a bot that lasts: it is locked, and other commands may ask the bot for
	// copies of what it keeps there. "" for a bot of which nothing stays.
	dataDir string
	// journalDir is the folder of the journal and of the bot's memory.
	journalDir string
	// examine looks at the installation, for admins; nil looks at the index alone.
	examine func(ctx context.Context, now *running) []bot.Check
	// keep is how long the memory keeps records, 0 for its default.
	keep time.Duration
	log  *slog.Logger
	// sourceFailed counts a look at the sources that did not succeed; it may be nil.
	sourceFailed func()
	// now is what runs, once it does.
	now atomic.Pointer[running]
}

// running is what runs, for those who look at it from outside.
type running struct {
	bot     *bot.Bot
	journal *journal.Journal
	answers *answerer
}

// run runs the bot until ctx ends or it cannot go on; the end of ctx is no error. It calls started
// when the index is open. A journal that turns out to be damaged on the way ends it too: the next
// start puts the file aside and begins a new one.
func (r *runner) run(ctx context.Context, started func(index.Manifest)) (err error) {
	r.lib.log = r.log
	s, err := r.openState(ctx)
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil // stopped while starting
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	answers := new(answerer)
	r.config.Journal, r.config.Memory, r.config.Logger, r.config.Leads = s.journal, s.memory, r.log, s.leads
	r.config.Asker, r.config.Catalog = answers, answers
	documents := &shelf{lib: r.lib, rules: r.config.Rules}
	documents.put(&r.config.Desk)
	r.config.Desk.Health = func(ctx context.Context) []bot.Check { return r.health(ctx, answers) }
	b, err := bot.New(r.config)
	if err != nil {
		return usageError{err}
	}
	s.bot.Store(b)
	x, built, closeIndex, err := r.lib.open(ctx)
	if journal.RefusesWrites(err) {
		r.log.Error("the disk takes no index: it is made in a temporary folder for this run", "error", err)
		r.lib.data = ""
		x, built, closeIndex, err = r.lib.open(ctx)
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil // stopped while starting
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeIndex()) }()
	documents.index, r.lib.meanwhile = x, documents.runErrands
	answers.Library, answers.doubt = bot.NewLibrary(x), r.lib.doubt
	answers.Bar = r.bar
	warnOfCollections(r.log, r.config.Rules, answers.Collections())
	m := x.Manifest()
	r.log.Info("index ready", "documents", m.Documents, "sentences", m.Sentences, "built", built)
	started(m)
	stop, err := r.control(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	r.now.Store(&running{bot: b, journal: s.journal, answers: answers})
	defer r.now.Store(nil)
	return r.runBot(ctx, b, x)
}

// control lets other commands ask for copies of what lasts, until stop is called.
func (r *runner) control(ctx context.Context, s *state) (stop func() error, err error) {
	if r.dataDir == "" {
		return func() error { return nil }, nil
	}
	return serveControl(ctx, snapshot{dir: r.dataDir, settings: settingsFile(r.lib.config), journal: s.journal, memory: s.store,
		people: s.memory.People, still: r.lib.still}, r.log)
}

// runBot runs the bot, and keeps its index up to date meanwhile.
func (r *runner) runBot(ctx context.Context, b *bot.Bot, x *index.Index) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	watched := make(chan error, 1)
	go func() { watched <- r.lib.watch(ctx, x, func(c source.Report) { r.reportChange(b, c) }) }()
	err := b.Run(ctx)
	stop()
	return errors.Join(err, <-watched)
}

// reportChange logs what became of a look at the sources.
func (r *runner) reportChange(b *bot.Bot, c source.Report) {
	if c.Counts != (source.Counts{}) {
		r.log.Info("documents changed", "put", c.Put, "removed", c.Removed)
		b.DocumentsChanged()
	}
	if c.Err != nil {
		r.log.Warn("documents not up to date", "error", c.Err)
		if r.sourceFailed != nil {
			r.sourceFailed()
		}
	}
}

// health tells admins how the installation is.
func (r *runner) health(ctx context.Context, answers *answerer) []bot.Check {
	now := r.now.Load()
	if r.examine == nil || now == nil {
		return indexHealth(answers.manifest, r.lib.skipped)
	}
	return r.examine(ctx, now)
}

// warnOfCollections tells of collections that nobody may see, and of rules for some that are not there:
// a misspelled name would be one of each.
func warnOfCollections(log *slog.Logger, rules rights.Rules, all []bot.Collection) {
	if len(rules.Collections) == 0 {
		return
	}
	there := map[string]bool{rights.Rest: true}
	for _, c := range all {
		there[c.Name] = true
		if unseen(rules, c.Name) {
			log.Warn("nobody may see a collection: the settings name its audience nowhere", "collection", c.Name)
		}
	}
	for name := range rules.Collections {
		if !there[name] {
			log.Warn("the settings name a collection that is not there", "collection", name)
		}
	}
}
