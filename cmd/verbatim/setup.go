package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"verbatim/bot"
	"verbatim/bot/checkup"
	"verbatim/bot/manifest"
)

type setup struct {
	library
	streams
	slackAddress
	wishes
	with     []string
	printEnv bool

	lines *bufio.Reader
	// say is where people are talked to: standard output, or standard error when that is for the
	// environment.
	say    io.Writer
	client *checkup.Client
	app    checkup.App
}

func newSetup(io streams) *cobra.Command {
	s := &setup{streams: io}
	s.yields = true
	s.role = rolePush // which builds an index where there is none; nothing is pushed before serve does
	cmd := &cobra.Command{
		Use:   "setup",
		Short: "Connect Verbatim to your Slack workspace, step by step",
		Long: `Setup leads through connecting Verbatim to Slack: it prints a link that makes the app, says
which two tokens to copy from where, checks each as it is pasted, and keeps them in the
data folder, for you alone to read. Then it connects, and the bot sends you a message
with three questions that your own documents answer.

It works over a pipe too: give the app-level token, the bot token and your member ID, a
line each. Then the first thing that is wrong ends it.`,
		Example: "  verbatim setup --corpus ./handbook\n  verbatim setup --print-env > .env",
		Args:    noArguments,
		RunE:    func(cmd *cobra.Command, _ []string) error { return s.run(cmd.Context()) },
	}
	s.library.flags(cmd)
	s.wishes.flags(cmd)
	s.slackAddress.flags(cmd)
	f := cmd.Flags()
	f.StringVar(&s.data, "data", defaultData(), "folder for the tokens, the index and the journal (VERBATIM_DATA)")
	f.StringSliceVar(&s.with, "with", nil, "options of the app, with commas between them: "+strings.Join(manifest.Names(), ", "))
	f.BoolVar(&s.printEnv, "print-env", false, "print the tokens as lines of an environment in place of keeping them")
	return cmd
}

func (s *setup) run(ctx context.Context) error {
	s.lines, s.say = bufio.NewReader(s.in), s.out
	if s.printEnv {
		s.say = s.err
	}
	roots, err := s.pool()
	if err != nil {
		return err
	}
	s.client = s.slackAddress.client(roots)
	defer s.client.Close()
	if err := s.tokens(ctx); err != nil {
		return err
	}
	questions, err := s.greet(ctx)
	if err != nil {
		return err
	}
	if err := s.keep(tokens{bot: s.app.Bot, app: s.app.Token, team: s.app.TeamID}); err != nil {
		return err
	}
	said := greetingSent
	if len(questions) > 0 {
		said = fmt.Sprintf(questionsSent, plural(len(questions), "question"))
	} else {
		fmt.Fprint(s.say, notQuestionable)
	}
	fmt.Fprintf(s.say, setupDone, said, manifest.Messages(s.url(), s.app.TeamID, s.app.ID), s.startLine())
	return nil
}

// keep keeps the tokens in the data folder, or prints them.
func (s *setup) keep(t tokens) error {
	if s.printEnv {
		_, err := io.WriteString(s.out, t.lines())
		return err
	}
	file, err := t.store(s.data)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.say, tokensKept, file)
	return nil
}

// tokens leads through making the app, and reads and checks its tokens.
func (s *setup) tokens(ctx context.Context) error {
	m, err := manifest.New(s.with...)
	if err != nil {
		return usagef("--with: %w", err)
	}
	site := manifest.Site(s.url())
	link, err := m.Link(site)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.say, setupIntro+setupStep1, link)
	err = s.insist(ctx, askApp, "the app-level token", true, func(text string) ([]checkup.Finding, error) {
		s.app.Token = text
		list := s.client.LookAtApp(ctx, &s.app)
		if checkup.Worst(list) == checkup.Fault {
			return list, nil
		}
		socket, f := s.client.OpenSocket(ctx, &s.app)
		if socket != nil {
			return append(list, f), socket.Close()
		}
		return append(list, f), nil
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(s.say, setupStep2, manifest.Install.Of(site, s.app.ID))
	return s.insist(ctx, askBot, "the bot token", true, func(text string) ([]checkup.Finding, error) {
		s.app.Bot = text
		list := s.client.LookAtBot(ctx, &s.app)
		if checkup.Worst(list) < checkup.Fault {
			list = append(list, s.client.LookAtBoth(ctx, &s.app))
		}
		return list, nil
	})
}

// insist asks for a line until check finds nothing wrong with it, and says what was found. On a pipe the
// first fault ends it.
func (s *setup) insist(ctx context.Context, ask, what string, hidden bool, check func(text string) ([]checkup.Finding, error)) error {
	for {
		fmt.Fprint(s.say, ask)
		text, err := s.read(ctx, what, hidden)
		if err != nil {
			return err
		}
		list, err := check(text)
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		var faults []string
		for _, f := range list {
			switch f.Severity {
			case checkup.Fault:
				faults = append(faults, fmt.Sprintf("%s: %s: %s", f.Name, f.Found, f.Way))
				fmt.Fprintf(s.say, "  ✗ %s: %s\n    %s\n", f.Name, f.Found, f.Way)
			case checkup.Warning:
				fmt.Fprintf(s.say, "  ! %s: %s\n    %s\n", f.Name, f.Found, f.Way)
			case checkup.OK:
				fmt.Fprintf(s.say, "  ✓ %s: %s\n", f.Name, f.Found)
			}
		}
		switch {
		case len(faults) == 0:
			return nil
		case !s.terminal():
			return usageError{errors.New(strings.Join(faults, "; "))}
		}
		fmt.Fprint(s.say, onceAgain)
	}
}

// terminal says whether a person types.
func (s *setup) terminal() bool {
	f, ok := s.in.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// read reads a line. Where a person types, one that is hidden is not shown.
func (s *setup) read(ctx context.Context, what string, hidden bool) (string, error) {
	type result struct {
		line string
		err  error
	}
	done := make(chan result, 1)
	restore := func() {}
	if f, ok := s.in.(*os.File); ok && s.terminal() {
		if state, err := term.GetState(int(f.Fd())); err == nil {
			restore = func() { _ = term.Restore(int(f.Fd()), state) } // at worst the terminal shows nothing
		}
	}
	go func() { // it ends with the process at the latest: the read of a terminal cannot be interrupted
		line, err := s.line(hidden)
		done <- result{strings.TrimSpace(line), err}
	}()
	select {
	case <-ctx.Done():
		restore()
		return "", fmt.Errorf("stopped before %s was given; nothing was kept", what)
	case r := <-done:
		if r.err != nil && r.line == "" {
			return "", usagef(inputEnded, what)
		}
		return r.line, nil
	}
}

func (s *setup) line(hidden bool) (string, error) {
	if hidden && s.terminal() {
		line, err := term.ReadPassword(int(s.in.(*os.File).Fd()))
		fmt.Fprintln(s.say)
		return string(line), err
	}
	line, err := s.lines.ReadString('\n')
	if !s.terminal() {
		fmt.Fprintln(s.say)
	}
	return line, err
}

// greet has the bot write to who set it up, with questions from the documents, and hears the message come
// back through Socket Mode.
func (s *setup) greet(ctx context.Context) (questions []string, err error) {
	fmt.Fprint(s.say, setupStep3)
	made := false
	err = s.insist(ctx, askUser, "your member ID", false, func(user string) (list []checkup.Finding, err error) {
		if !isMember(user) {
			return []checkup.Finding{checkup.Bad("member ID", "copy it from your profile in Slack: ⋮, \"Copy member ID\"", "it does not begin with U or W, or has other signs than capitals and digits")}, nil
		}
		if !made {
			if questions, err = s.questions(ctx, user); err != nil {
				return nil, err
			}
			made = true
		}
		return s.write(ctx, user, questions)
	})
	return questions, err
}

// isMember says whether a text has the form of a member's id.
func isMember(id string) bool {
	return len(id) > 1 && strings.ContainsAny(id[:1], "UW") && strings.Trim(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}

// write sends the message with the questions.
func (s *setup) write(ctx context.Context, user string, questions []string) (list []checkup.Finding, err error) {
	opened := s.client.LookAtApp(ctx, &s.app)
	if checkup.Worst(opened) == checkup.Fault {
		return opened, nil
	}
	socket, f := s.client.OpenSocket(ctx, &s.app)
	if socket == nil {
		return []checkup.Finding{f}, nil
	}
	defer func() { err = errors.Join(err, socket.Close()) }()
	list, err = s.client.RoundTrip(ctx, &s.app, socket, checkup.Trip{User: user, Text: bot.Greeting(questions), Keep: true})
	if errors.Is(err, checkup.ErrNobody) {
		return []checkup.Finding{checkup.Bad("member ID", "copy it from your profile in Slack: ⋮, \"Copy member ID\"", "%v", err)}, nil
	}
	return list, err
}

// startLine is the command that starts the bot as it was set up.
func (s *setup) startLine() string {
	line := "verbatim serve"
	for _, f := range []struct{ flag, value, normal string }{
		{"--corpus", s.corpus, os.Getenv("VERBATIM_CORPUS")}, {"--data", s.data, defaultData()}, {"--config", s.config, os.Getenv("VERBATIM_CONFIG")},
		{"--slack-api", s.api, manifest.API}, {"--ca-file", s.file, os.Getenv("VERBATIM_CA_FILE")},
	} {
		if f.value != f.normal {
			line += " " + f.flag + " " + quoted(f.value)
		}
	}
	return line
}

// quoted is a word of a command line.
func quoted(word string) string {
	if strings.ContainsAny(word, " \t'\"$&|;<>()*?[]#~`\\") {
		return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	return word
}
