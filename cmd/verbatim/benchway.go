package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"verbatim/bot"
	"verbatim/bot/journal"
	"verbatim/bot/localslack"
	"verbatim/bot/memory"
	"verbatim/index"
	"verbatim/index/bench"
	"verbatim/index/bleve"
)

// benchWay says where the time goes between an event of Slack and the posted answer.
type benchWay struct {
	Sentences int        `json:"sentences"`
	Questions int        `json:"questions"`
	Stages    []wayStage `json:"stages"`
}

// A wayStage is a part of the way, or all of it, with what it may take at the median and for 99 of 100, in
// milliseconds.
type wayStage struct {
	Name      string      `json:"name"`
	Took      bench.Times `json:"took"`
	BudgetP50 float64     `json:"budget_p50"`
	BudgetP99 float64     `json:"budget_p99"`
	OK        bool        `json:"ok"`
}

// wayStamps are the times at which a question got on.
type wayStamps struct{ sent, written, acked, searched, found, posted time.Time }

// wayStages are the stages and their budgets. Those of the whole way are the project's own aim on a machine
// with two cores; the others share it.
func wayStages() []struct {
	name     string
	p50, p99 float64
	of       func(wayStamps) time.Duration
} {
	return []struct {
		name     string
		p50, p99 float64
		of       func(wayStamps) time.Duration
	}{
		{"event received, in the journal", 5, 20, func(s wayStamps) time.Duration { return s.written.Sub(s.sent) }},
		{"event received, acknowledged", 6, 25, func(s wayStamps) time.Duration { return s.acked.Sub(s.sent) }},
		{"in the journal, taken up", 1, 5, func(s wayStamps) time.Duration { return s.searched.Sub(s.written) }},
		{"taken up, answered", 5, 15, func(s wayStamps) time.Duration { return s.found.Sub(s.searched) }},
		{"answered, posted", 4, 20, func(s wayStamps) time.Duration { return s.posted.Sub(s.found) }},
		{"event received, answer posted", 15, 60, func(s wayStamps) time.Duration { return s.posted.Sub(s.sent) }},
	}
}

// A stopwatch notes when the bot gets on with the one question that is under way. It is the bot's library,
// and the handler of its log.
type stopwatch struct {
	*bot.Library

	mu  sync.Mutex
	now wayStamps
}

// Ask answers a question.
func (w *stopwatch) Ask(ctx context.Context, question string, o bot.AskOptions) (index.Answer, error) {
	w.note(func(s *wayStamps) { s.searched = time.Now() })
	defer w.note(func(s *wayStamps) { s.found = time.Now() })
	return w.Library.Ask(ctx, question, o)
}

// Enabled takes everything that is logged for those who run the bot.
func (w *stopwatch) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelInfo }

// receivedMessage is what the bot logs when a question is in its journal, before it acknowledges it.
const receivedMessage = "question received"

// Handle notes when a question is in the journal.
func (w *stopwatch) Handle(_ context.Context, r slog.Record) error {
	if r.Message == receivedMessage {
		w.note(func(s *wayStamps) { s.written = r.Time })
	}
	return nil
}

// WithAttrs returns the same handler, as attributes are not looked at.
func (w *stopwatch) WithAttrs([]slog.Attr) slog.Handler { return w }

// WithGroup returns the same handler.
func (w *stopwatch) WithGroup(string) slog.Handler { return w }

func (w *stopwatch) note(set func(*wayStamps)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	set(&w.now)
}

// stamp fills in what was noted, and begins anew.
func (w *stopwatch) stamp(s *wayStamps) {
	w.note(func(now *wayStamps) {
		s.written, s.searched, s.found = now.written, now.searched, now.found
		*now = wayStamps{}
	})
}

// Bounds of the whole way: so many questions are measured, after so many that warm up.
const (
	mostWayQuestions = 200
	wayWarmUp        = 20
)

// way asks a bot in a local Slack one question after the other.
func (s *benchStep) way(ctx context.Context) (way *benchWay, err error) {
	serveSmall()
	x, err := index.Open(s.Dir, bleve.New(s.Cache<<20))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	questions := s.Questions[:min(len(s.Questions), mostWayQuestions)]
	warm := questions[:min(len(questions), wayWarmUp)]
	slack, err := localslack.New(waySlack(len(questions) + len(warm)))
	if err != nil {
		return nil, err
	}
	server, err := slack.Start(context.WithoutCancel(ctx), "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	var stamps []wayStamps
	watch := &stopwatch{Library: bot.NewLibrary(x)}
	err = runWayBot(ctx, slack, server.APIURL(), watch, func(ctx context.Context) error {
		for i, q := range slices.Concat(warm, questions) {
			at, err := askOne(ctx, slack, wayRoom(i), q, watch)
			if err != nil {
				return err
			}
			stamps = append(stamps, at)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return wayOf(stamps[len(warm):]), nil
}

// waySlack is a Slack without limits, with a room for each question: the bot posts once a second in each.
func waySlack(rooms int) localslack.Config {
	c := localslack.Default()
	c.Limits = false
	for i := range rooms {
		id := wayRoom(i)
		c.Channels = append(c.Channels, localslack.Channel{ID: id, Name: fmt.Sprintf("room%d", i), Kind: localslack.Public, Members: []string{localslack.Ada, localslack.Bot}})
	}
	return c
}

func wayRoom(i int) string { return fmt.Sprintf("C0ROOM%04d", i) }

// runWayBot runs a bot as serve does while do runs.
func runWayBot(ctx context.Context, slack *localslack.Workspace, api string, watch *stopwatch, do func(context.Context) error) (err error) {
	dir, err := os.MkdirTemp("", "verbatim-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	j, err := journal.Open(filepath.Join(dir, "journal"), journal.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	log := slog.New(watch)
	store, err := memory.Open(filepath.Join(dir, "journal"), log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	tokens := slack.Config()
	b, err := bot.New(bot.Config{BotToken: tokens.BotToken, AppToken: tokens.AppToken, APIURL: api, Asker: watch, Catalog: watch,
		Memory: store.Memory(), Journal: j, Logger: log})
	if err != nil {
		return err
	}
	running, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- b.Run(running) }()
	if err = slack.WaitForConnections(ctx, bot.DefaultConnections); err == nil {
		err = do(ctx)
	}
	stop()
	return errors.Join(err, <-ended)
}

// wayPatience is how long an answer is waited for.
const wayPatience = 30 * time.Second

// askOne asks a question and waits for its answer.
func askOne(ctx context.Context, slack *localslack.Workspace, room, q string, watch *stopwatch) (wayStamps, error) {
	ctx, cancel := context.WithTimeout(ctx, wayPatience)
	defer cancel()
	if _, err := slack.Say(localslack.Ada, room, "@verbatim "+q); err != nil {
		return wayStamps{}, err
	}
	var s wayStamps
	if err := slack.WaitFor(ctx, "an answer", func() bool {
		ledger, envelopes := slack.Ledger(), slack.Envelopes()
		q, e := ledger[len(ledger)-1], envelopes[len(envelopes)-1]
		if len(q.Said) == 0 || e.Acked.IsZero() { // an answer may overtake the acknowledgement
			return false
		}
		s.sent, s.acked, s.posted = e.Sent, e.Acked, q.Said[0].At
		return true
	}); err != nil {
		return wayStamps{}, err
	}
	watch.stamp(&s)
	if s.written.IsZero() || s.searched.IsZero() || s.found.IsZero() {
		return s, errors.New("measure the way of a question: the bot answered without the stages that are measured")
	}
	return s, nil
}

// wayOf sums the stages up.
func wayOf(all []wayStamps) *benchWay {
	w := &benchWay{Questions: len(all)}
	for _, stage := range wayStages() {
		var took []time.Duration
		for _, s := range all {
			took = append(took, stage.of(s))
		}
		t := bench.Spread(took)
		w.Stages = append(w.Stages, wayStage{Name: stage.name, Took: t, BudgetP50: stage.p50, BudgetP99: stage.p99, OK: t.P50 <= stage.p50 && t.P99 <= stage.p99})
	}
	return w
}
