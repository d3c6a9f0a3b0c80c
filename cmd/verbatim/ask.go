package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"verbatim/index"
)

// maxTop bounds --top; nobody reads further, and every program that measures stops at ten.
const maxTop = 100

type ask struct {
	library
	streams
	wishes
	json      bool
	explain   bool
	top       int
	questions string
}

func newAsk(io streams) *cobra.Command {
	a := &ask{streams: io}
	a.yields = true
	cmd := &cobra.Command{
		Use:   "ask [flags] QUESTION",
		Short: "Answer a question in the terminal",
		Long: `Ask answers a question with the best-matching passages of the documents.

The exit code is 0 whatever the verdict (an answer, near misses, or terms that no
document holds), 1 when something broke, and 2 when the command line is wrong.

With --data it brings the index in that folder up to date first. Where a bot runs with the
folder it asks the bot's index as it is, and reads no documents.

With --engine opensearch:… it asks the index as it was pushed, and reads no documents.

With --questions it answers every line of a file: plain questions, or JSON objects
with the question under "q". Empty lines are skipped. "-" reads standard input.`,
		Example: `  verbatim ask "How long did the call last?"
  verbatim ask --corpus ./handbook --top 5 --json "Who approves holidays?"
  verbatim ask --corpus ./handbook --questions questions.jsonl --json > answers.jsonl`,
		RunE: func(cmd *cobra.Command, args []string) error { return a.run(cmd.Context(), args) },
	}
	a.library.flags(cmd)
	a.wishes.flags(cmd)
	cmd.Flags().StringVar(&a.data, "data", "", "data folder to keep the index in, so that the next question need not build it")
	cmd.Flags().BoolVar(&a.json, "json", false, "print one JSON object for each question, on a line of its own")
	cmd.Flags().BoolVar(&a.explain, "explain", false, "say why each passage stands where it does: the words that match and how, the points, the bar")
	cmd.Flags().IntVar(&a.top, "top", 0, "print the N best passages whatever the verdict (default: at most 3, and of an answer only close ones)")
	cmd.Flags().StringVar(&a.questions, "questions", "", "answer every question of `FILE`; needs --json")
	return cmd
}

func (a *ask) run(ctx context.Context, args []string) (err error) {
	switch {
	case a.questions != "" && len(args) > 0:
		return usagef("give either a question or --questions, not both")
	case a.questions != "" && !a.json:
		return usagef("--questions needs --json")
	case a.questions == "" && len(args) == 0:
		return usagef("no question: write it behind the command, as in verbatim ask \"How long did the call last?\"")
	case a.top < 0 || a.top > maxTop:
		return usagef("--top %d: give a number from 1 to %d", a.top, maxTop)
	}
	questions := []string{strings.Join(args, " ")}
	if a.questions != "" {
		if questions, err = a.readQuestions(); err != nil {
			return err
		}
	}
	opts, err := a.options(a.config)
	if err != nil {
		return err
	}
	opts.Top, opts.Explain = a.top, a.explain
	x, _, closeIndex, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeIndex()) }()
	if err := a.letGo(); err != nil {
		return err
	}
	a.reportProblems(a.err)
	return a.answerAll(ctx, x, questions, opts)
}

func (a *ask) readQuestions() ([]string, error) {
	if a.questions == "-" {
		return parseQuestions("standard input", a.in)
	}
	f, err := os.Open(a.questions)
	if err != nil {
		return nil, usagef("--questions: %w", err)
	}
	defer f.Close()
	return parseQuestions(a.questions, f)
}

// answerAll prints the answers in the order of the questions. Questions are answered a block at a
// time, in parallel within it.
func (a *ask) answerAll(ctx context.Context, x *index.Index, questions []string, opts index.Options) error {
	for len(questions) > 0 {
		n := min(len(questions), 256)
		answers, err := askAll(ctx, x, questions[:n], opts)
		if err != nil {
			return err
		}
		for i := range answers {
			if err := a.print(&answers[i]); err != nil {
				return err
			}
		}
		questions = questions[n:]
	}
	return nil
}

func (a *ask) print(answer *index.Answer) error {
	if a.json {
		enc := json.NewEncoder(a.out)
		enc.SetEscapeHTML(false)
		return enc.Encode(answer)
	}
	_, err := io.WriteString(a.out, terminal{color: wantsColor(a.out), embedded: a.corpus == ""}.answer(answer))
	return err
}
