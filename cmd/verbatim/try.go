package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"verbatim/bot"
	"verbatim/bot/localslack"
	"verbatim/bot/rights"
	"verbatim/index"
)

// defaultTryAddr is where the page is unless something else listens there.
const defaultTryAddr = "127.0.0.1:8484"

type try struct {
	library
	streams
	wishes
	addr      string
	noBrowser bool
	logs      logs
}

func newTry(io streams) *cobra.Command {
	t := &try{streams: io}
	cmd := &cobra.Command{
		Use:   "try",
		Short: "Try the bot in a small Slack in your browser",
		Long: `Try starts a Slack workspace of its own on this machine, with a few channels and people,
connects the bot to it and opens it in the browser. No account and no token is needed and
nothing leaves this machine; a question asked there takes the same way as in Slack. Only
addresses of the settings, and those added with "/ask add", are fetched.
Everything said and added there is forgotten when it stops. With --engine opensearch:… it
asks the index as it was pushed, and adds nothing to it.`,
		Example: "  verbatim try\n  verbatim try --corpus ./handbook",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return t.run(cmd.Context(), cmd.Flags().Changed("addr"))
		},
	}
	t.library.flags(cmd)
	t.wishes.flags(cmd)
	cmd.Flags().StringVar(&t.addr, "addr", defaultTryAddr, "loopback address and port for the page; port 0 takes a free one")
	cmd.Flags().BoolVar(&t.noBrowser, "no-browser", false, "do not open the browser")
	t.logs.flags(cmd, "error")
	return cmd
}

func (t *try) run(ctx context.Context, addrGiven bool) (err error) {
	handler, err := t.logs.handler(t.streams)
	if err != nil {
		return err
	}
	set, bar, err := t.read(t.config)
	if err != nil {
		return err
	}
	memory, err := os.MkdirTemp("", "verbatim-try-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(memory)) }()
	slack, err := localslack.New(t.workspace())
	if err != nil {
		return err
	}
	server, err := t.start(slack, addrGiven)
	if err != nil {
		return err
	}
	tokens := slack.Config()
	r := &runner{log: slog.New(handler), bar: bar, lib: &t.library, journalDir: filepath.Join(memory, "journal"), config: bot.Config{
		BotToken: tokens.BotToken, AppToken: tokens.AppToken, APIURL: server.APIURL(), Rules: tryRules(set.Rights.rules()), OldAfter: set.Answers.oldAfter(),
	}}
	if r.config.Desk, err = set.Desk.desk(&t.library); err != nil {
		return errors.Join(err, server.Close())
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		return r.run(ctx, func(m index.Manifest) {
			g.Go(func() error { return t.welcome(ctx, slack, server.URL(), m.Documents) })
		})
	})
	err = g.Wait()
	return errors.Join(err, server.Close())
}

// workspace is a workspace that grants the optional rights as well, so that everything can be tried.
// It offers questions only where it is known what the documents are about.
func (t *try) workspace() localslack.Config {
	config := localslack.Default()
	if t.corpus == "" {
		config.Examples = []string{"How long did the call last?", "When was their previous conversation?", "What did Macron urge for?"}
	}
	config.Scopes = append(config.Scopes, "channels:history", "channels:read", "files:read", "groups:history", "groups:read", "users:read")
	if t.corpus != "" { // the bot's suggestions would take the place of the examples
		config.Scopes = append(config.Scopes, "assistant:write")
	}
	config.Shortcuts = append(config.Shortcuts,
		localslack.Shortcut{Name: "Find passages for this", CallbackID: "find_passages", Type: "message"},
		localslack.Shortcut{Name: "Propose for the FAQ", CallbackID: "faq_shortcut", Type: "message"})
	config.Events = append(config.Events, "member_joined_channel", "message.channels", "message.groups")
	return config
}

// tryRules adds, where the settings name no admins, people of the small workspace: an admin, the
// channel where admins are told, and who can be called in #general.
func tryRules(rules rights.Rules) rights.Rules {
	if len(rules.Admins)+len(rules.Channels) > 0 || rules.AdminChannel != "" {
		return rules
	}
	rules.Admins, rules.AdminChannel = []string{localslack.Ada}, localslack.Admins
	rules.Channels = map[string]rights.Channel{localslack.General: {People: []string{localslack.Grace}}}
	return rules
}

// start listens on the address asked for. The default one gives way to a free port when it is
// taken. The workspace outlives ctx, so that the bot can say good-bye to it.
func (t *try) start(slack *localslack.Workspace, addrGiven bool) (*localslack.Server, error) {
	server, err := slack.Start(context.Background(), t.addr)
	if err != nil && !addrGiven {
		server, err = slack.Start(context.Background(), "127.0.0.1:0")
	}
	if err != nil {
		return nil, usagef("--addr %q: %w", t.addr, err)
	}
	return server, nil
}

// welcome says where the page is as soon as the bot is connected.
func (t *try) welcome(ctx context.Context, slack *localslack.Workspace, url string, documents int) error {
	if err := slack.WaitForConnections(ctx, 1); err != nil {
		return nil // stopped before it was there
	}
	fmt.Fprintf(t.out, "A small Slack with the bot in it, which knows %s, is running at\n\n  %s/\n\nStop it with Ctrl+C.\n", plural(documents, "document"), url)
	t.reportProblems(t.err)
	if t.noBrowser {
		return nil
	}
	if err := openBrowser(ctx, url+"/"); err != nil {
		fmt.Fprintln(t.out, "The browser could not be opened; please open the address yourself.")
	}
	return nil
}
