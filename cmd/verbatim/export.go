package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"verbatim/bot/journal"
	"verbatim/bot/memory"
	"verbatim/bot/shared"
)

func newExport(io streams) *cobra.Command {
	var data string
	var force bool
	cmd := &cobra.Command{
		Use:   "export USER FILE",
		Short: "Write what the bot keeps of a person to a file",
		Long: `Export writes all that the bot keeps of one person to a JSON file: questions, votes,
threads, calls and proposals. The person is named by the id that Slack shows in their
profile, such as U012AB3CD; the file is readable for you alone. The bot may run meanwhile;
one of several replicas has to, as what they know is in OpenSearch.

People get the same themselves with "/ask export me", as far as it fits into messages, and
have it deleted with "/ask forget me".`,
		Example: "  verbatim export --data ./verbatim-data U012AB3CD ada.json",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 || args[0] == "" || args[1] == "" {
				return usagef("give the id of a user and a file")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return writeExport(cmd.Context(), io, data, args[0], args[1], force)
		},
	}
	cmd.Flags().StringVar(&data, "data", defaultData(), "data folder of the bot (VERBATIM_DATA)")
	cmd.Flags().BoolVar(&force, "force", false, "replace the file if it is there")
	return cmd
}

func writeExport(ctx context.Context, io streams, data, user, file string, force bool) error {
	if info, err := os.Stat(data); err != nil || !info.IsDir() {
		return usagef("--data %q is no data folder: give the one that 'verbatim serve' has", data)
	}
	if _, err := os.Lstat(file); err == nil && !force {
		return usagef("%q is there already: give another name, or --force to replace it", file)
	}
	p, err := personal(ctx, io, data, user)
	if err != nil {
		return fmt.Errorf("export a user: %w", err)
	}
	text, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return err
	}
	if err := writeWhole(file, append(text, '\n')); err != nil {
		return fmt.Errorf("export a user: %w", err)
	}
	_, err = fmt.Fprintf(io.out, "%s of %s in %s.\n", plural(p.Records(), "record"), user, file)
	return err
}

// personal returns what is kept of a user, from the running bot or one at rest.
func personal(ctx context.Context, streams streams, data, user string) (p memory.Personal, err error) {
	body, err := askRunning(ctx, data, "/export", url.Values{"user": {user}})
	if err == nil {
		defer body.Close()
		return p, json.NewDecoder(io.Reader(body)).Decode(&p)
	}
	if !errors.Is(err, errNotRunning) {
		return p, err
	}
	if shared.WasReplica(filepath.Join(data, dirJournal)) {
		return p, fmt.Errorf("the data folder %q is a replica's: what it keeps of people is in OpenSearch, with all that the other replicas know; run this while the replica runs, on its machine", data)
	}
	log := slog.New(slog.NewTextHandler(streams.err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	var j *journal.Journal
	var m *memory.Store
	closeAll, err := openState(ctx, data, log, &j, &m)
	if err != nil {
		return p, err
	}
	defer func() { err = errors.Join(err, closeAll()) }()
	return m.Export(ctx, user)
}
