package main

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"verbatim/bot/journal"
)

// Journal and memory are open to the running bot alone, so that other commands ask it for copies: over
// HTTP on the loopback, with a key that lies in the data folder, where nobody else may read.

// A control says how to reach the bot that runs in a data folder.
type control struct {
	Address string `json:"address"`
	Key     string `json:"key"`
}

// bearer is what comes before the key in a request.
const bearer = "Bearer "

// controlTimeout is how long a request may take to arrive, and a connection to be made.
const controlTimeout = 5 * time.Second

// serveControl answers other commands until stop is called. Where the disk takes no file with the key
// nobody can ask, which is logged.
func serveControl(ctx context.Context, s snapshot, log *slog.Logger) (stop func() error, err error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for other commands: %w", err)
	}
	c := control{Address: l.Addr().String(), Key: rand.Text()}
	file := filepath.Join(s.dir, controlFile)
	if err := c.save(file); err != nil {
		log.Warn("no backup can be made while this runs", "error", err)
		return func() error { return nil }, l.Close()
	}
	ctx, cancel := context.WithCancel(ctx)
	h := &controlHandler{snapshot: s, key: c.Key, log: log}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /backup", h.backup)
	mux.HandleFunc("GET /export", h.export)
	srv := &http.Server{Handler: h.guard(mux), ReadTimeout: controlTimeout, BaseContext: func(net.Listener) context.Context { return ctx }}
	done := make(chan error, 1)
	go func() { done <- srv.Serve(l) }()
	return func() error {
		cancel()
		err := srv.Close()
		if e := os.Remove(file); !journal.RefusesWrites(e) {
			err = errors.Join(err, e)
		}
		h.busy.Lock() // a backup under way removes what it made
		if served := <-done; !errors.Is(served, http.ErrServerClosed) {
			err = errors.Join(err, served)
		}
		return err
	}, nil
}

// save writes the file, which replaces one that a killed process has left.
func (c control) save(file string) error {
	data, err := json.Marshal(c)
	if err != nil {
		return err
	}
	if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.WriteFile(file, data, 0o600)
}

type controlHandler struct {
	snapshot
	key  string
	log  *slog.Logger
	busy sync.Mutex // held while a backup is made
}

// guard lets through who knows the key.
func (h *controlHandler) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), []byte(bearer+h.key)) != 1 {
			http.Error(w, "wrong key", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// backup sends the archive of a backup. What goes wrong on the way cuts the archive short, and the
// connection, which its reader sees.
func (h *controlHandler) backup(w http.ResponseWriter, r *http.Request) {
	if !h.busy.TryLock() {
		http.Error(w, "another backup is being made", http.StatusConflict)
		return
	}
	defer h.busy.Unlock()
	begun := time.Now()
	out := &countingWriter{w: w}
	err := h.write(r.Context(), out, r.FormValue("index") != "")
	switch {
	case err == nil:
		h.log.Info("backup made", "bytes", out.n, "seconds", time.Since(begun).Seconds())
	case out.n == 0:
		h.log.Error("backup failed", "error", err)
		http.Error(w, err.Error(), http.StatusInternalServerError)
	default:
		h.log.Error("backup failed", "error", err)
		panic(http.ErrAbortHandler)
	}
}

// export sends what the memory holds of a user.
func (h *controlHandler) export(w http.ResponseWriter, r *http.Request) {
	p, err := h.people.Export(r.Context(), r.FormValue("user"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	h.log.Info("what is kept of a user was exported", "records", p.Records())
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(p); err != nil {
		h.log.Warn("export not sent", "error", err)
	}
}

type countingWriter struct {
	w io.Writer
	n int64
}

func (c *countingWriter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

// errNotRunning means that no bot runs in a data folder.
var errNotRunning = errors.New("no bot runs there")

// askRunning asks the bot that runs in a data folder, and returns what it sends. The error wraps
// errNotRunning when there is none.
func askRunning(ctx context.Context, dir, path string, query url.Values) (io.ReadCloser, error) {
	data, err := os.ReadFile(filepath.Join(dir, controlFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errNotRunning
	}
	var c control
	if err == nil {
		err = json.Unmarshal(data, &c)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNotRunning, err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+c.Address+path+"?"+query.Encode(), nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNotRunning, err)
	}
	req.Header.Set("Authorization", bearer+c.Key)
	client := http.Client{Transport: &http.Transport{DialContext: (&net.Dialer{Timeout: controlTimeout}).DialContext, DisableKeepAlives: true}}
	res, err := client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNotRunning, err)
	}
	if res.StatusCode != http.StatusOK {
		defer res.Body.Close()
		why, _ := io.ReadAll(io.LimitReader(res.Body, 4<<10)) // as much as arrives
		if res.StatusCode == http.StatusForbidden || res.StatusCode == http.StatusNotFound {
			return nil, fmt.Errorf("%w: something else answers at %s", errNotRunning, c.Address)
		}
		return nil, fmt.Errorf("the running bot says: %s", strings.TrimSpace(string(why)))
	}
	return res.Body, nil
}
