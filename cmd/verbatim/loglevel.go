package main

import (
	"context"
	"io"
	"net/http"
	"strings"

	"github.com/spf13/cobra"
)

func newLogLevel(streams streams) *cobra.Command {
	var addr string
	cmd := &cobra.Command{
		Use:   "log-level [debug|info|warn|error]",
		Short: "Show or change the log level of a running 'verbatim serve'",
		Long: `Log-level shows the level of the log of a running 'verbatim serve' on this machine, or
changes it until that ends. No level logs the text of questions or documents.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usagef("unexpected argument %q", args[1])
			}
			return nil
		},
		ValidArgs: []string{"debug", "info", "warn", "error"},
		RunE: func(cmd *cobra.Command, args []string) error {
			return logLevel(cmd.Context(), addr, args, streams.out)
		},
	}
	healthAddrFlag(cmd, &addr)
	return cmd
}

// logLevel prints the level, after it was changed if args names one.
func logLevel(ctx context.Context, addr string, args []string, out io.Writer) error {
	method, body := http.MethodGet, ""
	if len(args) > 0 {
		method, body = http.MethodPut, args[0]
	}
	answer, err := askServe(ctx, method, addr, "/loglevel", body)
	if err != nil {
		return err
	}
	_, err = io.WriteString(out, strings.TrimSpace(answer)+"\n")
	return err
}
