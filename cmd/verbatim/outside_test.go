package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"verbatim/bot/localslack"
)

// shown makes what is shown of a bot that is ready or not.
func shown(t *testing.T, ready error) (*outside, *bytes.Buffer) {
	t.Helper()
	log := &bytes.Buffer{}
	l := &logs{level: "info", format: logText}
	handler, err := l.handler(streams{err: log})
	if err != nil {
		t.Fatal(err)
	}
	metrics := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "a_metric 1\n") })
	return &outside{ready: func() error { return ready }, metrics: metrics, logs: l, log: slog.New(handler)}, log
}

// said asks for something as a program on this machine does, unless change says otherwise.
func said(o *outside, method, path, body string, change func(*http.Request)) (int, string) {
	r := httptest.NewRequest(method, "http://127.0.0.1:8086"+path, strings.NewReader(body))
	r.RemoteAddr = "127.0.0.1:50000"
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	o.handler().ServeHTTP(w, r)
	return w.Code, strings.TrimSpace(w.Body.String())
}

// TestProbes holds the answers of the probes. When the bot is ready is what TestReadyTellsDeafFromQuiet in
// bot tells.
func TestProbes(t *testing.T) {
	well, _ := shown(t, nil)
	deaf, _ := shown(t, errors.New("it does not hear Slack"))
	for _, tt := range []struct {
		o    *outside
		path string
		code int
		says string
	}{
		{well, "/livez", 200, "alive"},
		{deaf, "/livez", 200, "alive"},
		{well, "/readyz", 200, "ready"},
		{deaf, "/readyz", 503, "it does not hear Slack"},
		{deaf, "/metrics", 200, "a_metric 1"},
		{well, "/loglevel", 200, "info"},
		{well, "/debug/pprof/", 404, "404 page not found"},
	} {
		if code, says := said(tt.o, "GET", tt.path, "", nil); code != tt.code || says != tt.says {
			t.Errorf("%s: %d %q, want %d %q", tt.path, code, says, tt.code, tt.says)
		}
	}
}

// TestLogLevelLive changes the level while the program runs; pages and other machines cannot.
func TestLogLevelLive(t *testing.T) {
	o, log := shown(t, nil)
	o.log.Debug("before")
	if code, says := said(o, "PUT", "/loglevel", "debug\n", nil); code != 200 || says != "debug" {
		t.Fatalf("%d %q", code, says)
	}
	o.log.Debug("after")
	if got := log.String(); strings.Contains(got, "before") || !strings.Contains(got, "after") || !strings.Contains(got, "log level changed") {
		t.Errorf("the log:\n%s", got)
	}
	for name, tt := range map[string]struct {
		body   string
		code   int
		change func(*http.Request)
	}{
		"no level":        {"loud", 400, nil},
		"too long":        {strings.Repeat("debug", 100), 400, nil},
		"another machine": {"error", 403, func(r *http.Request) { r.RemoteAddr = "192.0.2.1:50000" }},
		"a page":          {"error", 403, func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") }},
		"another name":    {"error", 403, func(r *http.Request) { r.Host = "evil.example:8086" }},
		"fetched":         {"error", 403, func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-origin") }},
	} {
		if code, says := said(o, "PUT", "/loglevel", tt.body, tt.change); code != tt.code {
			t.Errorf("%s: %d %q, want %d", name, code, says, tt.code)
		}
	}
	if o.level() != "debug" {
		t.Errorf("the level is %s", o.level())
	}
}

// TestJSONLog wants an object on each line.
func TestJSONLog(t *testing.T) {
	var out bytes.Buffer
	l := &logs{level: "warn", format: logJSON}
	handler, err := l.handler(streams{err: &out})
	if err != nil {
		t.Fatal(err)
	}
	slog.New(handler).Info("no")
	slog.New(handler).Warn("yes", "key", "Ev1")
	var line struct{ Level, Msg, Key string }
	if err := json.Unmarshal(out.Bytes(), &line); err != nil || line.Level != "WARN" || line.Msg != "yes" || line.Key != "Ev1" {
		t.Errorf("%v: %s", err, &out)
	}
	for _, l := range []*logs{{level: "loud", format: logText}, {level: "info", format: "xml"}} {
		if _, err := l.handler(streams{err: &out}); err == nil {
			t.Errorf("%s %s is taken", l.level, l.format)
		}
	}
}

// TestSeenFromOutside runs the program with a collector of traces and JSON logs, has people ask questions
// that hold canaries, and looks at all it shows: what was asked and the tokens are nowhere in it.
func TestSeenFromOutside(t *testing.T) {
	var mu sync.Mutex
	var traced bytes.Buffer
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		_, _ = io.Copy(&traced, r.Body)
	}))
	defer collector.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.URL)
	t.Setenv("OTEL_BSP_SCHEDULE_DELAY", "10") // milliseconds
	s := newService(t)
	cmd := s.startWith("--health-addr", "127.0.0.1:0", "--log-format", "json", "--log-level", "debug")
	s.connected()
	const canary = "zebracanary"
	s.ask(localslack.General)
	for _, text := range []string{"How long did the call last, " + canary + "?", canary, "Why " + canary + " unicorn?"} {
		if _, err := s.slack.Say(localslack.Ada, s.slack.DM(localslack.Ada), text); err != nil {
			t.Fatal(err)
		}
	}
	s.wait("all answers", func() bool {
		all := s.slack.Ledger()
		for _, q := range all {
			if len(q.Said) == 0 {
				return false
			}
		}
		return len(all) == 4
	})
	addr := regexp.MustCompile(`"health can be asked","addr":"([^"]+)"`).FindStringSubmatch(s.log.String())
	if addr == nil {
		t.Fatal("no address in the log")
	}
	askIt := func(args ...string) string {
		out, err := exec.Command("verbatim", append(args, "--addr", addr[1])...).CombinedOutput()
		if err != nil {
			t.Errorf("%v: %v: %s", args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	for _, tt := range [][]string{{"ready", "health"}, {"debug", "log-level"}, {"info", "log-level", "info"}, {"info", "log-level"}} {
		if got := askIt(tt[1:]...); got != tt[0] {
			t.Errorf("%v says %q, want %q", tt[1:], got, tt[0])
		}
	}
	var metrics string
	for begun := time.Now(); ; <-time.After(20 * time.Millisecond) { // the second connection may come later than the answers
		_, metrics, _ = send(t, http.MethodGet, "http://"+addr[1]+"/metrics", "", nil)
		if strings.Contains(metrics, `verbatim_slack_connections{state="heard"} 2`) || time.Since(begun) > patience {
			break
		}
	}
	s.stop(cmd)
	mu.Lock()
	defer mu.Unlock()
	for what, text := range map[string]string{"log": s.log.String(), "metrics": metrics, "traces": traced.String()} {
		for _, secret := range []string{canary, "How long", s.slack.Config().BotToken, s.slack.Config().AppToken} {
			if strings.Contains(text, secret) {
				t.Errorf("%s hold %q", what, secret)
			}
		}
	}
	for _, want := range []string{"question", "journal", "ack", "wait", "answer", "post", "verbatim.key"} {
		if !strings.Contains(traced.String(), want) {
			t.Errorf("no span %q", want)
		}
	}
	for _, want := range []string{`verbatim_ready 1`, `verbatim_questions_received_total 4`, `verbatim_questions_total{verdict="answer",way="mention"} 1`, `verbatim_index_documents 2`, `verbatim_slack_connections{state="heard"} 2`} {
		if !strings.Contains(metrics, want+"\n") {
			t.Errorf("metrics lack %s", want)
		}
	}
	if n := strings.Count(metrics, "\n"); n > 1000 || strings.Contains(metrics, os.TempDir()) {
		t.Errorf("%d lines of metrics, or a path among them", n)
	}
}
