package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// maxLevel is the most bytes of the name of a log level.
const maxLevel = 16

// outside is what a running serve shows to those who watch it, over HTTP: whether it lives and hears Slack,
// its metrics, and the level of its log. None of it holds a text of a question or document.
type outside struct {
	// ready returns nil while the bot hears Slack, and else why it does not.
	ready   func() error
	metrics http.Handler
	logs    *logs
	log     *slog.Logger
}

// handler answers GET /livez with 200 while the program runs, /readyz with 200 while the bot hears Slack
// and 503 with the reason otherwise, /metrics for Prometheus, and GET and PUT /loglevel from this machine
// alone.
func (o *outside) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "alive") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if err := o.ready(); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ready")
	})
	mux.Handle("GET /metrics", o.metrics)
	mux.HandleFunc("GET /loglevel", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, o.level()) })
	mux.HandleFunc("PUT /loglevel", o.setLevel)
	return mux
}

// level is the name of the level in force.
func (o *outside) level() string { return strings.ToLower(o.logs.now.Level().String()) }

// setLevel changes the level of the log to what the body names. A web page is no one to do that, and neither
// is who comes from another machine.
func (o *outside) setLevel(w http.ResponseWriter, r *http.Request) {
	if !fromHere(r) {
		http.Error(w, "the level of the log is changed on the machine itself: verbatim log-level", http.StatusForbidden)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxLevel))
	if err == nil {
		err = o.logs.set(strings.TrimSpace(string(body)))
	}
	if err != nil {
		http.Error(w, "give debug, info, warn or error", http.StatusBadRequest)
		return
	}
	o.log.Log(r.Context(), max(slog.LevelInfo, o.logs.now.Level()), "log level changed", "to", o.level())
	fmt.Fprintln(w, o.level())
}

// fromHere says that a program on this machine asks, and no page in its browser.
func fromHere(r *http.Request) bool {
	return r.Header.Get("Origin") == "" && r.Header.Get("Sec-Fetch-Site") == "" && loopback(r.RemoteAddr) && loopback(r.Host)
}

// loopback says that an address with a port is of this machine.
func loopback(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// serve listens at an address until stop is called. An empty address means that nobody watches.
func (o *outside) serve(ctx context.Context, addr string) (stop func() error, err error) {
	if addr == "" {
		return func() error { return nil }, nil
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, usagef("--health-addr %q: %w; give another address, or \"\" for none", addr, err)
	}
	srv := &http.Server{Handler: o.handler(), ReadTimeout: healthTimeout}
	done := make(chan error, 1)
	go func() { done <- srv.Serve(l) }()
	o.log.Info("health can be asked", "addr", l.Addr().String())
	return func() error {
		err := srv.Close()
		if served := <-done; !errors.Is(served, http.ErrServerClosed) {
			err = errors.Join(err, served)
		}
		return err
	}, nil
}
