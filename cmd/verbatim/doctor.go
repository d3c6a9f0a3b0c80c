package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"verbatim/bot"
	"verbatim/bot/checkup"
)

// errUnwell says that the doctor found what keeps the bot from answering, and errAiling what is worth a
// look.
var (
	errUnwell = errors.New("not well")
	errAiling = fmt.Errorf("%w: worth a look", errPartial)
)

type doctor struct {
	library
	streams
	wishes
	slackAddress
	json       bool
	to         string
	healthAddr string
}

func newDoctor(io streams) *cobra.Command {
	d := &doctor{streams: io}
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Look for what is wrong with an installation, and say the way out",
		Long: `Doctor looks at everything that 'verbatim serve' needs, with the same flags and the same
environment: tokens and scopes, Socket Mode, the way to Slack, the clock, the data folder,
the index, the documents and the sources. Each thing that is wrong is named, with the way
out; with --engine opensearch:… the engine too, and the copy of its index here. It changes
nothing. A running 'verbatim serve' is asked how it does.

With --to it makes the round: it sends a person a message, waits until Slack brings it
back, and deletes it. Only that shows that the Messages tab is on and that the app hears
direct messages. Make it while no 'verbatim serve' runs: Slack might tell that one.

The exit code is 0 when all is well, 3 when something is worth a look, and 1 when
something keeps the bot from answering.`,
		Example: "  verbatim doctor --corpus ./handbook\n  verbatim doctor --to U012AB3CD --json",
		Args:    noArguments,
		RunE:    func(cmd *cobra.Command, _ []string) error { return d.run(cmd.Context()) },
	}
	d.library.flags(cmd)
	d.wishes.flags(cmd)
	d.slackAddress.flags(cmd)
	f := cmd.Flags()
	f.StringVar(&d.data, "data", defaultData(), "folder for the index and the journal (VERBATIM_DATA)")
	f.StringVar(&d.healthAddr, "health-addr", defaultHealthAddr(), "where a running serve answers, \"\" for nowhere (VERBATIM_HEALTH_ADDR)")
	f.StringVar(&d.to, "to", "", "member id of whom to send a message to, which is deleted again")
	f.BoolVar(&d.json, "json", false, "print the findings as JSON")
	return cmd
}

// diagnosis is what the doctor says. Its JSON form is stable.
type diagnosis struct {
	Verdict  checkup.Severity  `json:"verdict"`
	Findings []checkup.Finding `json:"findings"`
}

func (d *doctor) run(ctx context.Context) error {
	list := d.look(ctx)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err := d.print(diagnosis{checkup.Worst(list), list}); err != nil {
		return err
	}
	n := map[checkup.Severity]int{}
	for _, f := range list {
		n[f.Severity]++
	}
	switch {
	case n[checkup.Fault] > 0:
		return fmt.Errorf("%w: %s and %s", errUnwell, plural(n[checkup.Fault], "error"), plural(n[checkup.Warning], "warning"))
	case n[checkup.Warning] > 0:
		return fmt.Errorf("%w: %s", errAiling, plural(n[checkup.Warning], "warning"))
	}
	return nil
}

// marks stand before the findings, by their severity.
var marks = map[checkup.Severity]string{checkup.OK: "✓", checkup.Note: "·", checkup.Warning: "!", checkup.Fault: "✗"}

func (d *doctor) print(all diagnosis) error {
	if d.json {
		e := json.NewEncoder(d.out)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(all)
	}
	for _, f := range all.Findings {
		if _, err := fmt.Fprintf(d.out, "%s %s: %s\n", marks[f.Severity], bot.Clean(f.Name), bot.Clean(f.Found)); err != nil {
			return err
		}
		if f.Way != "" {
			if _, err := fmt.Fprintf(d.out, "    → %s\n", bot.Clean(f.Way)); err != nil {
				return err
			}
		}
	}
	return nil
}
