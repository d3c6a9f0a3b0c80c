package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/spf13/cobra"
)

// healthTimeout bounds one question after the bot's health, and reading one.
const healthTimeout = 5 * time.Second

func defaultHealthAddr() string { return cmp.Or(os.Getenv("VERBATIM_HEALTH_ADDR"), "127.0.0.1:8086") }

// serveHealth answers GET /livez with 200 while the program runs, and /readyz with 200 while the
// bot hears Slack and 503 otherwise. An empty address means nobody asks. Stop ends it.
func serveHealth(ctx context.Context, addr string, ready func() bool, log *slog.Logger) (stop func() error, err error) {
	if addr == "" {
		return func() error { return nil }, nil
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, usagef("--health-addr %q: %w; give another address, or \"\" for none", addr, err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "alive") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if !ready() {
			http.Error(w, "not connected to Slack", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ready")
	})
	srv := &http.Server{Handler: mux, ReadTimeout: healthTimeout}
	done := make(chan error, 1)
	go func() { done <- srv.Serve(l) }()
	log.Info("health can be asked", "addr", l.Addr().String())
	return func() error {
		err := srv.Close()
		if served := <-done; !errors.Is(served, http.ErrServerClosed) {
			err = errors.Join(err, served)
		}
		return err
	}, nil
}

func newHealth(streams streams) *cobra.Command {
	var addr string
	cmd := &cobra.Command{
		Use:   "health",
		Short: "Ask a running 'verbatim serve' whether it is well",
		Long: `Health asks a running 'verbatim serve' on this machine whether it hears Slack. The exit
code is 0 when it does and 1 when it does not: for container health checks.`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return askHealth(cmd.Context(), addr, streams.out) },
	}
	cmd.Flags().StringVar(&addr, "addr", defaultHealthAddr(), "the address serve was given with --health-addr (VERBATIM_HEALTH_ADDR)")
	return cmd
}

func askHealth(ctx context.Context, addr string, out io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+"/readyz", nil)
	if err != nil {
		return usagef("--addr %q: %w", addr, err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("ask %s for its health: %w", addr, err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("ask %s for its health: it is not connected to Slack (status %d)", addr, res.StatusCode)
	}
	_, err = fmt.Fprintln(out, "ready")
	return err
}
