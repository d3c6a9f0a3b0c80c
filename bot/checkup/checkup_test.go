package checkup

import (
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"verbatim/bot/localslack"
)

// at begins a Slack, and returns a client of it with its app.
func at(t *testing.T, change func(*localslack.Config)) (*Client, *App, *localslack.Workspace) {
	t.Helper()
	config := localslack.Default()
	config.Limits = false
	if change != nil {
		change(&config)
	}
	slack, err := localslack.New(config)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(slack.Handler())
	t.Cleanup(server.Close)
	t.Cleanup(slack.Close)
	c := NewClient(server.URL+"/api", nil)
	t.Cleanup(c.Close)
	return c, &App{Bot: config.BotToken, Token: config.AppToken}, slack
}

// TestAllIsWell looks at everything in turn.
func TestAllIsWell(t *testing.T) {
	c, a, slack := at(t, func(c *localslack.Config) { c.Scopes = append(c.Scopes, "users:read") })
	list := append(c.LookAtBot(t.Context(), a), c.LookAtApp(t.Context(), a)...)
	list = append(list, c.LookAtBoth(t.Context(), a))
	socket, f := c.OpenSocket(t.Context(), a)
	list = append(list, f)
	if socket == nil {
		t.Fatalf("no socket: %+v", f)
	}
	trip, err := c.RoundTrip(t.Context(), a, socket, Trip{User: localslack.Ada, Text: "hello"})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range append(list, trip...) {
		if f.Severity != OK || f.Found == "" || f.Way != "" {
			t.Errorf("found %+v", f)
		}
	}
	if all := slack.Messages("D0ADA"); len(all) != 0 {
		t.Errorf("%d messages stay", len(all))
	}
	if err := socket.Close(); err != nil {
		t.Error(err)
	}
}

// TestOthersEnvelopesAreLeft has a person write while the round is made: the event is not acknowledged, so
// that Slack sends it to a bot.
func TestOthersEnvelopesAreLeft(t *testing.T) {
	c, a, slack := at(t, nil)
	c.LookAtBot(t.Context(), a)
	c.LookAtApp(t.Context(), a)
	socket, f := c.OpenSocket(t.Context(), a)
	if socket == nil {
		t.Fatalf("no socket: %+v", f)
	}
	defer socket.Close()
	if _, err := slack.Say(localslack.Grace, "D0GRACE", "a question"); err != nil {
		t.Fatal(err)
	}
	trip, err := c.RoundTrip(t.Context(), a, socket, Trip{User: localslack.Ada, Text: "hello", Keep: true})
	if err != nil || Worst(trip) > Note {
		t.Fatalf("%v, %+v", err, trip)
	}
	acked := 0
	for _, e := range slack.Envelopes() {
		if !e.Acked.IsZero() {
			acked++
		}
	}
	if acked > 1 || len(slack.Envelopes()) < 2 {
		t.Errorf("%d of %d envelopes are acknowledged, want the one of the round", acked, len(slack.Envelopes()))
	}
}

// TestNobody writes to somebody who is not there.
func TestNobody(t *testing.T) {
	c, a, _ := at(t, nil)
	c.LookAtBot(t.Context(), a)
	if _, err := c.RoundTrip(t.Context(), a, nil, Trip{User: "U0NOBODY", Text: "hello"}); !errors.Is(err, ErrNobody) {
		t.Errorf("error %v, want that there is nobody", err)
	}
}

// TestUnreachable names each way in which Slack is not to be reached, with the way out.
func TestUnreachable(t *testing.T) {
	for _, tt := range []struct {
		name string
		err  error
		want string
	}{
		{"proxy", &url.Error{Op: "Post", URL: "x", Err: &net.OpError{Op: "proxyconnect", Net: "tcp", Err: errors.New("refused")}}, nameProxy},
		{"name", &url.Error{Op: "Post", URL: "x", Err: &net.DNSError{Err: "no such host", Name: "slack.com", IsNotFound: true}}, nameNetwork},
		{"authority", x509.UnknownAuthorityError{}, nameTLS},
		{"host", x509.HostnameError{Certificate: &x509.Certificate{}, Host: "slack.com"}, nameTLS},
		{"portal", &noReply{status: 200, media: "text/html"}, nameNetwork},
		{"end", io.ErrUnexpectedEOF, nameNetwork},
	} {
		f := Unreachable(tt.err)
		if f.Name != tt.want || f.Severity != Fault || f.Way == "" {
			t.Errorf("%s: %+v, want %s", tt.name, f, tt.want)
		}
	}
}

// TestClock compares clocks.
func TestClock(t *testing.T) {
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		off  time.Duration
		want Severity
		word string
	}{
		{0, OK, ""}, {20 * time.Second, OK, ""}, {-20 * time.Second, OK, ""},
		{time.Minute, Warning, "ahead"}, {-time.Minute, Warning, "behind"}, {time.Hour, Fault, "ahead"}, {-25 * time.Hour, Fault, "behind"},
	} {
		header := http.Header{"Date": {now.Format(http.TimeFormat)}}
		if f := clock(header, now.Add(tt.off)); f.Severity != tt.want || !strings.Contains(f.Found, tt.word) {
			t.Errorf("%v off: %+v, want %s", tt.off, f, tt.want)
		}
	}
	if f := clock(http.Header{}, now); f.Severity != Note {
		t.Errorf("without a date: %+v", f)
	}
}

// TestHostileReplies has something else than Slack answer: there is a finding, never a panic.
func TestHostileReplies(t *testing.T) {
	for _, reply := range []string{"", "null", "[]", `{"ok":true}`, `{"ok":"yes"}`, `{"ok":false}`, "<html>", `{"ok":true,"url":"http://x"}`, `{"ok":true,"url":"\u0000"}`, strings.Repeat("{", 1<<20)} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, reply) }))
		c := NewClient(server.URL, nil)
		a := &App{Bot: "xoxb-1", Token: "xapp-1"}
		list := append(c.LookAtBot(t.Context(), a), c.LookAtApp(t.Context(), a)...)
		if Worst(list) != Fault {
			t.Errorf("%.20q: %+v, want a fault", reply, list)
		}
		if socket, f := c.OpenSocket(t.Context(), a); socket != nil || f.Severity == OK {
			t.Errorf("%.20q: a socket is open: %+v", reply, f)
		}
		c.Close()
		server.Close()
	}
}
