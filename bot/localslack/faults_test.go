package localslack

import (
	"context"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestAPIFaults(t *testing.T) {
	w := start(t)
	for _, c := range []struct {
		name   string
		fault  APIFault
		status int
		code   string
	}{
		{"rate limited", RateLimited(7), 429, "ratelimited"},
		{"server error", ServerError(503), 503, ""},
		{"page", HTMLPage(), 200, ""},
		{"broken JSON", BrokenJSON(), 200, ""},
		{"slack's error", SlackError("fatal_error"), 200, "fatal_error"},
		{"conflict", APIFault{Status: 409}, 409, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.Faults().API("chat.postMessage", 1, c.fault)
			before := len(w.Messages(News))
			a := w.api("chat.postMessage", "channel", News, "text", "x")
			if a.status != c.status || a.code() != c.code || a.body["ok"] == true || len(w.Messages(News)) != before {
				t.Errorf("got %d %v", a.status, a.body)
			}
			if c.fault.RetryAfter > 0 && a.header.Get("Retry-After") != "7" {
				t.Errorf("Retry-After %q", a.header.Get("Retry-After"))
			}
		})
	}
	w.Faults().API("*", 1, ServerError(500))
	if a := w.request("POST", "/api/apps.connections.open", "", w.Config().AppToken, ""); a.status != 500 {
		t.Errorf("any method: %d", a.status)
	}
	if a := w.api("chat.postMessage", "channel", News, "text", "x"); a.body["ok"] != true {
		t.Errorf("after the faults: %v", a.body)
	}
	calls := w.Calls()
	if c := calls[0]; c.Status != 429 || c.Error != "fault" || c.Text("text") != "x" || c.RetryAfter != 7*time.Second {
		t.Errorf("recorded %+v", c)
	}
}

// The post stands, but the caller never hears of it.
func TestLostReply(t *testing.T) {
	w := start(t)
	w.Faults().API("chat.postMessage", 1, LostReply())
	req, err := http.NewRequest(http.MethodPost, w.server.URL()+"/api/chat.postMessage", strings.NewReader("channel="+General+"&text=x&token="+w.Config().BotToken))
	ok(t, err)
	req.Header.Set("Content-Type", form)
	if res, err := w.http.Do(req); err == nil {
		res.Body.Close()
		t.Error("a reply came")
	}
	if n := len(w.Messages(General)); n != 1 {
		t.Errorf("%d messages", n)
	}
}

func TestHang(t *testing.T) {
	w := start(t)
	w.Faults().API("auth.test", 1, Hangs())
	ctx, cancel := context.WithTimeout(w.ctx, 50*time.Millisecond)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.server.URL()+"/api/auth.test", nil)
	ok(t, err)
	if res, err := w.http.Do(req); err == nil {
		res.Body.Close()
		t.Error("a reply came")
	}
}

func TestResponseURLFault(t *testing.T) {
	w := start(t)
	s := w.connect()
	ok(t, w.Slash(Ada, General, "/ask", "x"))
	address, _ := dig(s.take(), "payload", "response_url").(string)
	w.Faults().API("response_url", 1, ServerError(500))
	path := strings.TrimPrefix(address, w.server.URL())
	if a := w.request("POST", path, "application/json", "", `{"text":"x"}`); a.status != 500 {
		t.Errorf("status %d", a.status)
	}
	if a := w.request("POST", path, "application/json", "", `{"text":"x"}`); a.status != 200 {
		t.Errorf("status %d", a.status)
	}
	call := must1[Call](t)(w.WaitForCall(w.ctx, "response_url", func(c Call) bool { return c.Error == "" }))
	if call.Text("text") != "x" {
		t.Errorf("recorded %+v", call)
	}
}

// One seed gives the same ids; another gives others.
func TestSeed(t *testing.T) {
	ids := func(seed uint64) string {
		cfg := Default()
		cfg.Seed, cfg.Now = seed, func() time.Time { return time.Unix(1700000000, 0) }
		cfg.Timing.Retries = []time.Duration{}
		w, err := New(cfg)
		ok(t, err)
		defer w.Close()
		must1[string](t)(w.Say(Ada, General, "@verbatim one"))
		must1[string](t)(w.Say(Ada, General, "@verbatim two"))
		var out []string
		for _, e := range w.Envelopes() {
			out = append(out, e.ID, e.EventID)
		}
		for _, m := range w.Messages(General) {
			out = append(out, m.TS)
		}
		return strings.Join(out, " ")
	}
	if a, b := ids(7), ids(7); a != b || !strings.HasSuffix(a, "1700000000.000000 1700000000.000001") {
		t.Errorf("one seed gave %s and %s", a, b)
	}
	if a, b := ids(0), ids(0); a == b {
		t.Error("seed 0 is not random")
	}
}

// Close ends every goroutine, whatever is going on.
func TestCloseWaits(t *testing.T) {
	w := start(t, func(c *Config) { c.Timing.Retries = []time.Duration{time.Hour} })
	for range 3 {
		w.connect()
	}
	lines, end := w.stream(Ada, "")
	defer end()
	lines.Scan()
	must1[string](t)(w.Say(Ada, General, "@verbatim hi"))
	ok(t, w.Slash(Ada, General, "/ask", "x"))
	w.Disconnect(1, "warning")
	w.Close()
	ok(t, w.server.Close())
	w.http.CloseIdleConnections()
	if _, err := w.WaitForMessage(w.ctx, General, nil); err == nil {
		t.Error("waiting goes on after Close")
	}
	// A handler that has just been waited for may still be returning.
	left := func() bool {
		buf := make([]byte, 1<<20)
		return strings.Contains(string(buf[:runtime.Stack(buf, true)]), "localslack.(*Workspace)")
	}
	for i := 0; left(); i++ {
		if i == 1000 {
			t.Fatal("goroutines of the workspace are left")
		}
		runtime.Gosched()
	}
}
