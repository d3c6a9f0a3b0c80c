package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"verbatim/index/eval"
)

type evalCommand struct {
	library
	streams
	wishes
	set, questions, compare, plot string
	json                          bool
	misses, top                   int
	minP1                         float64
	// texts are the documents' by path.
	texts map[string]string
}

func newEval(io streams) *cobra.Command {
	e := &evalCommand{streams: io}
	cmd := &cobra.Command{
		Use:   "eval --set DIR",
		Short: "Measure the answers to questions whose answers are known",
		Long: `Eval asks the judged questions of a set and says how good the answers are: how often the
right sentence comes first, how often there is an answer, how often there is one where
there should be none, and what the confidence is worth. Each figure comes with its 95 %
interval, and with the figures of each kind of question.

Any folder with documents and a file questions.jsonl is a set. The documents stand in its
folder corpus, or beside the questions. Each line of the file is one question with what
answers it, by any of "doc", "words" and "gold":

  {"q": "Who approves holidays?", "doc": "leave.md"}      a quote from that file
  {"q": "How long was the call?", "words": "two-hour"}    a quote that holds the words
  {"q": "When is pay day?", "gold": ["We pay on …."]}     a quote of that sentence
  {"q": "What does a unicorn eat?", "gold": []}           nothing: an honest no

With --engine opensearch:… the documents are indexed there for as long as it takes;
nothing is pushed.

The exit code is 1 when P@1 is below --min-p1, so that a script can tell.`,
		Example: `  verbatim eval --set ./handbook --min-p1 0.8
  verbatim eval --set ./handbook --misses 20 --plot reliability.svg
  verbatim eval --set ./handbook --json > before.json
  verbatim eval --set ./handbook --compare before.json
  verbatim eval --questions about-the-embedded-articles.jsonl`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return e.run(cmd.Context(), cmd.Flags().Changed("min-p1")) },
	}
	configFlag(cmd, &e.config)
	e.wishes.flags(cmd)
	f := cmd.Flags()
	f.StringVar(&e.set, "set", "", "folder of a set: its documents and questions.jsonl")
	f.StringVar(&e.questions, "questions", "", "`FILE` of questions, in the set's folder or elsewhere (default questions.jsonl)")
	f.StringVar(&e.corpus, "corpus", "", "folder of documents, when they are not in the set's (default without --set: the two embedded articles)")
	e.engineChoice.flags(cmd)
	f.IntVar(&e.top, "top", eval.Depth, "passages to ask for; a right one beyond the tenth counts as none")
	f.BoolVar(&e.json, "json", false, "print the report as one JSON object")
	f.StringVar(&e.compare, "compare", "", "say what changed since the report in `FILE`, which --json printed")
	f.IntVar(&e.misses, "misses", 0, "print the `N` misses with the highest confidence")
	f.StringVar(&e.plot, "plot", "", "write a reliability diagram of the confidence to `FILE`, as SVG")
	f.Float64Var(&e.minP1, "min-p1", 0, "fail with exit code 1 when P@1 is below `X`, 0 to 1")
	return cmd
}

// evalReport is what the command prints with --json. Its form is stable.
type evalReport struct {
	Engine    string `json:"engine"`
	Documents int    `json:"documents"`
	Sentences int    `json:"sentences"`
	eval.Report
	// Misses and UnwantedAnswers are there with --misses, Comparison with --compare.
	Misses          []eval.Miss      `json:"misses,omitempty"`
	UnwantedAnswers []eval.Miss      `json:"unwanted_answers,omitempty"`
	Comparison      *eval.Comparison `json:"comparison,omitempty"`
	// seconds is how long the questions took.
	seconds float64
}

func (e *evalCommand) run(ctx context.Context, wantsP1 bool) error {
	if err := e.check(); err != nil {
		return err
	}
	set, err := eval.Load(e.questionsFile())
	if err != nil {
		return usageError{err}
	}
	var before *eval.Report
	if e.compare != "" {
		if before, err = readReport(e.compare); err != nil {
			return err
		}
	}
	report, err := e.measure(ctx, set)
	if err != nil {
		return err
	}
	if before != nil {
		c, err := eval.Compare(*before, report.Report)
		if err != nil {
			return usagef("--compare %s: %w", e.compare, err)
		}
		report.Comparison = &c
	}
	report.Misses, report.UnwantedAnswers = report.Report.Misses(e.misses)
	if err := e.write(report); err != nil {
		return err
	}
	if wantsP1 {
		return e.requireP1(report.All.P1)
	}
	return nil
}

// write prints the report and writes the diagram.
func (e *evalCommand) write(report *evalReport) error {
	if n := len(report.NotFound); n > 0 {
		fmt.Fprintf(e.err, "verbatim: left out %s that the documents cannot answer as judged, the first by the id %q\n", plural(n, "question"), report.NotFound[0])
	}
	if e.plot != "" {
		picture := []byte(report.Calibration.SVG(report.Set))
		if err := os.WriteFile(e.plot, picture, 0o644); err != nil { //nolint:gosec // G306: a diagram is made to be shown
			return fmt.Errorf("write the reliability diagram: %w", err)
		}
	}
	if e.json {
		enc := json.NewEncoder(e.out)
		enc.SetEscapeHTML(false)
		return enc.Encode(report)
	}
	_, err := e.out.Write(evalText(report))
	return err
}

// requireP1 fails when P@1 is below what is wanted.
func (e *evalCommand) requireP1(p1 *eval.Figure) error {
	switch {
	case p1 == nil:
		return fmt.Errorf("P@1 cannot be held against --min-p1 %v: no question can be answered", e.minP1)
	case p1.Value < e.minP1:
		return fmt.Errorf("P@1 is %.3f, below --min-p1 %v", p1.Value, e.minP1)
	}
	return nil
}
