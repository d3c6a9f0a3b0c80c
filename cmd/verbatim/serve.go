package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"

	"github.com/spf13/cobra"

	"verbatim/bot"
	"verbatim/bot/metrics"
	"verbatim/bot/traces"
	"verbatim/index"
)

type serve struct {
	library
	streams
	wishes
	slackAddress
	connections int
	healthAddr  string
	logs        logs
	external    bool
}

func newServe(io streams) *cobra.Command {
	s := &serve{streams: io}
	s.waits = true
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Answer questions in a Slack workspace",
		Long: `Serve connects to Slack by Socket Mode, so it needs no public address, and answers
mentions in channels, direct messages and the slash command /ask.

It needs two tokens. 'verbatim setup' leads through making the app, and keeps them in the
data folder; else they come from the environment or from files:

  SLACK_BOT_TOKEN  xoxb-…  or SLACK_BOT_TOKEN_FILE  "Bot User OAuth Token", on the page
                           "OAuth & Permissions" of the app's settings
  SLACK_APP_TOKEN  xapp-…  or SLACK_APP_TOKEN_FILE  with the scope connections:write, on
                           the page "Basic Information" under "App-Level Tokens"

With --engine opensearch:… several of them answer together, on as many machines, each with
a data folder of its own: one of them reads the documents and pushes the index, the others
pull it, and another goes on when that one dies.

What was asked and answered is kept in the folder --data, so that no question is lost or
answered twice; one folder serves one running bot. 'verbatim doctor' says what is wrong
where something is.`,
		Example: "  verbatim serve --corpus ./handbook\n  SLACK_BOT_TOKEN=xoxb-… SLACK_APP_TOKEN=xapp-… verbatim serve --corpus ./handbook",
		Args:    noArguments,
		RunE:    func(cmd *cobra.Command, _ []string) error { return s.run(cmd.Context()) },
	}
	s.role = roleServe
	s.library.flags(cmd)
	s.wishes.flags(cmd)
	s.slackAddress.flags(cmd)
	f := cmd.Flags()
	f.StringVar(&s.data, "data", defaultData(), "folder for the index and the journal (VERBATIM_DATA)")
	f.IntVar(&s.connections, "connections", bot.DefaultConnections, fmt.Sprintf("connections to keep open, 1 to %d; two or more overlap when Slack renews one", bot.MaxConnections))
	f.StringVar(&s.healthAddr, "health-addr", defaultHealthAddr(), "address for /livez, /readyz, /metrics and /loglevel, \"\" for none (VERBATIM_HEALTH_ADDR)")
	s.logs.flags(cmd, "info")
	f.BoolVar(&s.external, "answer-in-shared-channels", false, "also answer in channels shared with other organisations")
	return cmd
}

// servingGC is GOGC while serving: what is kept is mostly postings and texts, which cost the collector
// little, so that it may come often and the program stays small.
const servingGC = 40

// serveSmall has the collector come as serving wants it, unless GOGC says how often.
func serveSmall() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(servingGC)
	}
}

func (s *serve) run(ctx context.Context) (err error) {
	serveSmall()
	handler, err := s.logs.handler(s.streams)
	if err != nil {
		return err
	}
	r := &runner{lib: &s.library, dataDir: s.data, journalDir: filepath.Join(s.data, dirJournal)}
	figures := metrics.New(r.figures())
	log := slog.New(figures.Counting(handler))
	r.log, r.sourceFailed, s.log = log, figures.SourceFailed, log
	set, bar, err := s.read(s.config)
	if err != nil {
		return err
	}
	r.bar, r.keep = bar, set.Privacy.keep()
	r.config = bot.Config{APIURL: s.url(), Connections: s.connections, AnswerExternal: s.external, Rules: set.Rights.rules(), OldAfter: set.Answers.oldAfter()}
	if r.config.Desk, err = set.Desk.desk(&s.library); err != nil {
		return err
	}
	if err := s.signIn(&r.config, log); err != nil {
		return err
	}
	r.config.Watchers = []bot.Watcher{figures}
	stopTraces, err := s.trace(ctx, r)
	if err != nil {
		return err
	}
	defer stopTraces()
	r.examine = s.examine(set, r.config)
	seen := &outside{ready: r.ready, metrics: figures, logs: &s.logs, log: log}
	stop, err := seen.serve(ctx, s.healthAddr)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	return r.run(ctx, func(index.Manifest) {
		if s.shrunk != nil {
			log.Warn("documents kept", "error", s.shrunk)
		}
		s.logProblems()
	})
}

// trace has the way of questions traced if the environment names a collector.
func (s *serve) trace(ctx context.Context, r *runner) (stop func(), err error) {
	if !traces.Wanted() {
		return func() {}, nil
	}
	t, err := traces.New(ctx, version, r.log)
	if err != nil {
		return nil, usageError{err}
	}
	r.config.Watchers = append(r.config.Watchers, t)
	return func() {
		if err := t.Stop(); err != nil {
			r.log.Warn("traces are not delivered", "error", err)
		}
	}, nil
}

// signIn puts into the configuration of the bot what it signs in to Slack with.
func (s *serve) signIn(c *bot.Config, log *slog.Logger) error {
	t, err := readTokens(s.data)
	if err != nil {
		return err
	}
	if t.open {
		log.Warn("others may read the stored tokens: chmod 600 the file", "file", t.stored)
	}
	c.BotToken, c.AppToken, c.Team = t.bot, t.app, t.team
	if c.Roots, err = s.pool(); err != nil {
		return err
	}
	if err := bot.CheckTokens(t.bot, t.app); err != nil {
		return usageError{fmt.Errorf("%w\n'verbatim setup' leads through it", err)}
	}
	return nil
}
