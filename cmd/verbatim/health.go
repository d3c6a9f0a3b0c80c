package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// healthTimeout bounds one question after the bot's health, and reading one.
const healthTimeout = 5 * time.Second

// maxSaid is the most bytes of an answer of a running serve that are read.
const maxSaid = 4 << 10

func defaultHealthAddr() string { return cmp.Or(os.Getenv("VERBATIM_HEALTH_ADDR"), "127.0.0.1:8086") }

// healthAddrFlag adds the flag that names a running serve.
func healthAddrFlag(cmd *cobra.Command, addr *string) {
	cmd.Flags().StringVar(addr, "addr", defaultHealthAddr(), "the address serve was given with --health-addr (VERBATIM_HEALTH_ADDR)")
}

func newHealth(streams streams) *cobra.Command {
	var addr string
	cmd := &cobra.Command{
		Use:   "health",
		Short: "Ask a running 'verbatim serve' whether it is well",
		Long: `Health asks a running 'verbatim serve' on this machine whether it hears Slack. The exit
code is 0 when it does and 1 when it does not: for container health checks.`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := askServe(cmd.Context(), http.MethodGet, addr, "/readyz", "")
			if err == nil {
				_, err = fmt.Fprintln(streams.out, "ready")
			}
			return err
		},
	}
	healthAddrFlag(cmd, &addr)
	return cmd
}

// askServe asks a running serve, and returns what it says if that is good.
func askServe(ctx context.Context, method, addr, path, body string) (string, error) {
	status, said, err := tellServe(ctx, method, addr, path, body)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("ask %s for %s: %s (status %d)", addr, path, strings.TrimSpace(said), status)
	}
	if err != nil {
		return "", err
	}
	return said, nil
}

// tellServe sends a request to a running serve, and returns the status and the words of its answer. An address
// of all interfaces, as serve may be given, is asked by loopback.
func tellServe(ctx context.Context, method, addr, path, body string) (status int, said string, err error) {
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, "http://"+here(addr)+path, strings.NewReader(body))
	if err != nil {
		return 0, "", usagef("--addr %q: %w", addr, err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}} // without a proxy
	res, err := client.Do(req)
	if err != nil {
		return 0, "", fmt.Errorf("ask %s for %s: %w", addr, path, err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(io.LimitReader(res.Body, maxSaid))
	if err != nil {
		return 0, "", fmt.Errorf("ask %s for %s: %w", addr, path, err)
	}
	return res.StatusCode, string(data), nil
}

// here is an address to ask, of one to listen at.
func here(addr string) string {
	for _, all := range []string{"0.0.0.0:", "[::]:", ":"} {
		if port, ok := strings.CutPrefix(addr, all); ok {
			return "127.0.0.1:" + port
		}
	}
	return addr
}
