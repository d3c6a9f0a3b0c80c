package localslack

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestGuard(t *testing.T) {
	w, err := New(Default())
	ok(t, err)
	defer w.Close()
	h := w.Handler()
	for _, c := range []struct {
		name, host string
		header     []string
		want       int
	}{
		{"program", "127.0.0.1:1234", nil, 200},
		{"name", "localhost:1234", nil, 200},
		{"IPv6", "[::1]:1234", nil, 200},
		{"own page", "127.0.0.1:1234", []string{"Origin", "http://127.0.0.1:1234", "Sec-Fetch-Site", "same-origin"}, 200},
		{"rebound name", "evil.test:1234", nil, http.StatusMisdirectedRequest},
		{"name that begins like ours", "localhost.evil.test", nil, http.StatusMisdirectedRequest},
		{"other address", "192.168.1.5:1234", nil, http.StatusMisdirectedRequest},
		{"other site", "127.0.0.1:1234", []string{"Origin", "https://evil.test"}, http.StatusForbidden},
		{"other port", "127.0.0.1:1234", []string{"Origin", "http://127.0.0.1:9999"}, http.StatusForbidden},
		{"null origin", "127.0.0.1:1234", []string{"Origin", "null"}, http.StatusForbidden},
		{"image on another site", "127.0.0.1:1234", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors"}, http.StatusForbidden},
		{"link on another site", "127.0.0.1:1234", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate"}, 200},
	} {
		for _, path := range []string{"/local/state?as=" + Ada, "/api/api.test"} {
			t.Run(c.name+strings.ReplaceAll(path, "/", " "), func(t *testing.T) {
				r := httptest.NewRequest(http.MethodGet, path, nil)
				r.Host = c.host
				for i := 0; i < len(c.header); i += 2 {
					r.Header.Set(c.header[i], c.header[i+1])
				}
				rec := httptest.NewRecorder()
				h.ServeHTTP(rec, r)
				if rec.Code != c.want {
					t.Errorf("status %d, want %d", rec.Code, c.want)
				}
			})
		}
	}
}

func TestPageHeaders(t *testing.T) {
	w := start(t)
	for _, path := range []string{"/", "/static/index.html"} {
		a := w.request("GET", path, "", "", "")
		csp := a.header.Get("Content-Security-Policy")
		if a.status >= 400 || !strings.Contains(csp, "default-src 'self'") || strings.Contains(csp, "unsafe") || a.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %d %q", path, a.status, csp)
		}
	}
}

func TestStartRefusesOtherAddresses(t *testing.T) {
	w, err := New(Default())
	ok(t, err)
	defer w.Close()
	for _, addr := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0", "example.com:0"} {
		if _, err := w.Start(context.Background(), addr); err == nil {
			t.Errorf("listens on %q", addr)
		}
	}
}

func TestConfigIsChecked(t *testing.T) {
	for name, change := range map[string]func(*Config){
		"bot token":      func(c *Config) { c.BotToken = c.AppToken },
		"app token":      func(c *Config) { c.AppToken = "" },
		"app":            func(c *Config) { c.App.BotID = "" },
		"user twice":     func(c *Config) { c.Users = append(c.Users, c.Users[0]) },
		"channel twice":  func(c *Config) { c.Channels = append(c.Channels, c.Channels[0]) },
		"unknown member": func(c *Config) { c.Channels[0].Members = []string{"U1"} },
		"kind":           func(c *Config) { c.Channels[0].Kind = "square" },
	} {
		cfg := Default()
		change(&cfg)
		if _, err := New(cfg); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
