package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"verbatim/bot"
	"verbatim/bot/journal"
	"verbatim/corpus/source"
)

// Exit codes, which scripts may rely on.
const (
	exitFault   = 1 // something that should have worked did not
	exitUsage   = 2 // the command line or the configuration is wrong
	exitPartial = 3 // what was asked for is done but for some files or addresses
)

// streams are what a command reads and writes besides files and sockets.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// usageError marks a mistake in the command line or the configuration.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// run carries out one command line and returns the exit code.
func run(ctx context.Context, args []string, io streams) int {
	root := newRoot(io)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	fmt.Fprintf(io.err, "verbatim: %v\n", err)
	var usage usageError
	var setup *bot.SetupError
	switch {
	case errors.As(err, &usage), strings.HasPrefix(err.Error(), "unknown command"):
		fmt.Fprintln(io.err, "Run 'verbatim --help' to see what it can do.")
		return exitUsage
	case errors.As(err, &setup):
		return exitUsage
	case errors.Is(err, journal.ErrNewer), errors.Is(err, source.ErrNewer):
		return exitUsage // another start does not help
	case errors.Is(err, errPartial): // and errAiling
		return exitPartial
	}
	return exitFault
}

func newRoot(io streams) *cobra.Command {
	root := &cobra.Command{
		Use:   "verbatim",
		Short: "Answers questions from your own documents, quoted word for word",
		Long: `Verbatim answers questions from your own documents with the sentences that answer
them, quoted word for word, each with its source: in this terminal or in Slack.
No model, no key; nothing leaves this machine.

Without --corpus it knows two documents of its own: a news article, and a guide to
itself. Start with one of these:

  verbatim ask "How long did the call last?"    ask in the terminal
  verbatim try                                  a small Slack in your browser
  verbatim ask --corpus ./docs "Who approves holidays?"
                                                ask your own files: .md, .pdf, .docx, …
  verbatim setup --corpus ./docs                connect it to your Slack workspace
  verbatim serve --corpus ./docs                answer there`,
		SilenceErrors:     true,
		SilenceUsage:      true,
		Args:              cobra.NoArgs,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: false},
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetIn(io.in)
	root.SetOut(io.out)
	root.SetErr(io.err)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.AddCommand(newAsk(io), newTry(io), newServe(io), newSetup(io), newManifest(io), newDoctor(io), newIndex(io), newMigrate(io),
		newEval(io), newBench(io), newBenchStep(io), newFit(io), newHealth(io), newLogLevel(io), newBackup(io),
		newRestore(io), newExport(io), newReader(io), newVersion(io))
	return root
}

// noArguments refuses arguments as a mistake in usage.
func noArguments(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("unexpected argument %q", args[0])
	}
	return nil
}
