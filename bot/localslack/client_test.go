package localslack

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// world is a workspace that listens, with what tests need around it.
type world struct {
	*Workspace
	t      *testing.T
	ctx    context.Context
	server *Server
	http   *http.Client
}

// patience bounds what hangs. A machine that does much else takes its time.
const patience = 10 * time.Minute

// start makes a world of Default, changed by each of change.
func start(t *testing.T, change ...func(*Config)) *world {
	t.Helper()
	cfg := Default()
	cfg.Logger = slog.New(undeclared{slog.DiscardHandler, t})
	for _, f := range change {
		f(&cfg)
	}
	w, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	s, err := w.Start(ctx, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	wd := &world{Workspace: w, t: t, ctx: ctx, server: s, http: &http.Client{Transport: &http.Transport{}}}
	t.Cleanup(func() {
		wd.http.CloseIdleConnections()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		cancel()
	})
	return wd
}

// undeclared fails a test in which a method gave an error that its table does not name.
type undeclared struct {
	slog.Handler
	t *testing.T
}

func (h undeclared) Enabled(context.Context, slog.Level) bool { return true }

func (h undeclared) Handle(_ context.Context, r slog.Record) error {
	if r.Message == msgUndeclared {
		r.Attrs(func(a slog.Attr) bool { h.t.Errorf("%s: %v", r.Message, a); return true })
	}
	return nil
}

// answer is a decoded reply with its status and headers.
type answer struct {
	status int
	header http.Header
	body   map[string]any
}

func (a answer) code() string { s, _ := a.body["error"].(string); return s }

func (a answer) str(key string) string { s, _ := a.body[key].(string); return s }

func (wd *world) do(req *http.Request) answer {
	wd.t.Helper()
	res, err := wd.http.Do(req.WithContext(wd.ctx))
	if err != nil {
		wd.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		wd.t.Fatal(err)
	}
	a := answer{status: res.StatusCode, header: res.Header}
	json.Unmarshal(b, &a.body)
	return a
}

func (wd *world) request(method, path, contentType, token, body string) answer {
	wd.t.Helper()
	req, err := http.NewRequest(method, wd.server.URL()+path, strings.NewReader(body))
	if err != nil {
		wd.t.Fatal(err)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	return wd.do(req)
}

// api calls a method with a form and the bot's token, as slack-go does.
func (wd *world) api(method string, args ...string) answer {
	wd.t.Helper()
	form := url.Values{"token": {wd.Config().BotToken}}
	for i := 0; i < len(args); i += 2 {
		form.Set(args[i], args[i+1])
	}
	return wd.request("POST", "/api/"+method, "application/x-www-form-urlencoded", "", form.Encode())
}

// json calls a method with a JSON body and the bot's token in the header.
func (wd *world) json(method string, args any) answer {
	wd.t.Helper()
	return wd.request("POST", "/api/"+method, "application/json; charset=utf-8", wd.Config().BotToken, string(mustJSON(args)))
}

// local posts to the user API.
func (wd *world) local(call string, args map[string]any) answer {
	wd.t.Helper()
	return wd.request("POST", "/local/"+call, "application/json", "", string(mustJSON(args)))
}

// socket is one Socket Mode connection of a test.
type socket struct {
	*websocket.Conn
	t *testing.T
}

func (wd *world) ticket() string {
	wd.t.Helper()
	a := wd.request("POST", "/api/apps.connections.open", "application/json", wd.Config().AppToken, "")
	if a.str("url") == "" {
		wd.t.Fatalf("apps.connections.open: %v", a.body)
	}
	return a.str("url")
}

func (wd *world) dial(address string) (*websocket.Conn, *http.Response, error) {
	return websocket.DefaultDialer.DialContext(wd.ctx, address, nil)
}

// connect opens a socket and reads its hello.
func (wd *world) connect() *socket {
	wd.t.Helper()
	ws, _, err := wd.dial(wd.ticket())
	if err != nil {
		wd.t.Fatal(err)
	}
	s := &socket{ws, wd.t}
	wd.t.Cleanup(func() { ws.Close() })
	ws.SetReadDeadline(time.Now().Add(patience))
	if f := s.read(); f["type"] != "hello" {
		wd.t.Fatalf("first frame is %v, want hello", f)
	}
	return s
}

// read returns the next text frame.
func (s *socket) read() map[string]any {
	s.t.Helper()
	_, b, err := s.ReadMessage()
	if err != nil {
		s.t.Fatalf("read a frame: %v", err)
	}
	var f map[string]any
	if err := json.Unmarshal(b, &f); err != nil {
		s.t.Fatalf("read a frame: %v in %q", err, b)
	}
	return f
}

func (s *socket) send(v any) {
	s.t.Helper()
	if err := s.WriteMessage(websocket.TextMessage, mustJSON(v)); err != nil {
		s.t.Fatal(err)
	}
}

// take reads an envelope and acknowledges it, with a payload if there is one.
func (s *socket) take(payload ...any) map[string]any {
	s.t.Helper()
	e := s.read()
	a := map[string]any{"envelope_id": e["envelope_id"]}
	if len(payload) > 0 {
		a["payload"] = payload[0]
	}
	s.send(a)
	return e
}

// dig follows keys into nested objects and lists.
func dig(v any, keys ...any) any {
	for _, k := range keys {
		switch k := k.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[k]
		case int:
			l, _ := v.([]any)
			if k >= len(l) {
				return nil
			}
			v = l[k]
		}
	}
	return v
}

func must1[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// quick makes the clocks of the protocol short.
func quick(c *Config) {
	c.Timing.AckWithin = 60 * time.Millisecond
	c.Timing.Retries = []time.Duration{0, 10 * time.Millisecond, 20 * time.Millisecond}
	c.Timing.WarningLead = 20 * time.Millisecond
	c.Limits = false
}

// grants adds scopes and subscriptions.
func grants(scopes string, events ...string) func(*Config) {
	return func(c *Config) {
		c.Scopes = append(c.Scopes, words(scopes)...)
		c.Events = append(c.Events, events...)
		c.Limits = false
	}
}
