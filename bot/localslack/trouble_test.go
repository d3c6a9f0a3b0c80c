package localslack

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestTrouble does to an app what the people who look after it do.
func TestTrouble(t *testing.T) {
	now := time.Date(2026, 3, 12, 8, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name        string
		config      func(*Config)
		do          func(w *Workspace)
		method      string
		app         bool // with the app-level token
		body        string
		want        string // the error
		told, value string // a field of the reply, and what it holds
	}{
		{name: "revoked", do: func(w *Workspace) { w.Revoke(w.cfg.BotToken, "token_revoked") }, method: "auth.test", want: "token_revoked"},
		{name: "good again", do: func(w *Workspace) { w.Revoke(w.cfg.BotToken, "token_revoked"); w.Revoke(w.cfg.BotToken, "") }, method: "auth.test", told: "team_id", value: "T0LOCAL"},
		{name: "without connections:write", config: func(c *Config) { c.AppScopes = []string{"authorizations:read"} }, method: "apps.connections.open", app: true, want: "missing_scope", told: "needed", value: connectionsWrite},
		{name: "fewer scopes", do: func(w *Workspace) { w.SetScopes("commands") }, method: "chat.postMessage", body: "channel=" + General + "&text=x", want: "missing_scope", told: "provided", value: "commands"},
		{name: "Messages tab off", config: func(c *Config) { c.NoMessagesTab = true }, method: "chat.postMessage", body: "channel=" + Ada + "&text=x", want: "messages_tab_disabled"},
		{name: "Messages tab for reading alone", config: func(c *Config) { c.ReadOnlyTab = true }, method: "chat.postMessage", body: "channel=" + Ada + "&text=x", told: "channel", value: "D0ADA"},
		{name: "another app's token", config: func(c *Config) { c.AppOf = "A0OTHER" }, method: "auth.test", app: true, told: "app_id", value: "A0OTHER"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := start(t, func(config *Config) {
				config.Now = func() time.Time { return now }
				if c.config != nil {
					c.config(config)
				}
			})
			if c.do != nil {
				c.do(w.Workspace)
			}
			token := w.cfg.BotToken
			if c.app {
				token = w.cfg.AppToken
			}
			a := w.request("POST", "/api/"+c.method, form, token, c.body)
			if a.code() != c.want || a.str(c.told) != c.value {
				t.Errorf("the reply is %v, want error %q and %s %q", a.body, c.want, c.told, c.value)
			}
			if got := a.header.Get("Date"); got != now.Format(http.TimeFormat) {
				t.Errorf("the reply is of %s, want the time of the workspace", got)
			}
		})
	}
}

// TestSocketModeOff has Slack hand out addresses and say hello while nothing is heard.
func TestSocketModeOff(t *testing.T) {
	w := start(t)
	warned := func() bool {
		a := w.request("POST", "/api/apps.connections.open", form, w.cfg.AppToken, "")
		if a.str("url") == "" {
			t.Fatalf("no address: %v", a.body)
		}
		messages, _ := dig(a.body, "response_metadata", "messages").([]any)
		return len(messages) == 1 && messages[0] == socketModeOff
	}
	if warned() {
		t.Error("it warns while Socket Mode is on")
	}
	w.SocketMode(false)
	if !warned() {
		t.Error("it does not warn while Socket Mode is off")
	}
	if _, err := w.Say(Ada, General, "@verbatim hello"); err != nil {
		t.Fatal(err)
	}
	if n := len(w.Envelopes()); n != 0 {
		t.Errorf("%d envelopes are sent", n)
	}
	w.SocketMode(true)
	if warned() {
		t.Error("it warns though Socket Mode is on again")
	}
}

// TestNobodyWritesWhereTheTabIsOff has a person write where Slack shows no field to write in.
func TestNobodyWritesWhereTheTabIsOff(t *testing.T) {
	for _, change := range []func(*Config){func(c *Config) { c.NoMessagesTab = true }, func(c *Config) { c.ReadOnlyTab = true }} {
		w := start(t, change)
		if _, err := w.Say(Ada, "D0ADA", "hello"); err == nil || !strings.Contains(err.Error(), "turned off") {
			t.Errorf("a person wrote: %v", err)
		}
	}
}
