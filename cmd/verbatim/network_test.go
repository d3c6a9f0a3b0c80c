package main

import (
	"context"
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"strings"
	"sync"
	"testing"

	"verbatim/bot/checkup"
	"verbatim/bot/localslack"
	"verbatim/bot/manifest"
)

// A middleman is a proxy that leads every name to one server, and remembers the names.
type middleman struct {
	target string
	mu     sync.Mutex
	asked  []string
}

func (m *middleman) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	m.asked = append(m.asked, r.Method+" "+r.Host)
	m.mu.Unlock()
	if r.Method != http.MethodConnect {
		ahead := &httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) { p.Out.URL.Host = m.target }}
		ahead.ServeHTTP(w, r)
		return
	}
	there, err := new(net.Dialer).DialContext(r.Context(), "tcp", m.target)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer there.Close()
	here, buffered, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	defer here.Close()
	if _, err := io.WriteString(here, "HTTP/1.1 200 OK\r\n\r\n"); err != nil {
		return
	}
	go func() {
		_, _ = io.Copy(there, buffered) // either end closes both
		_ = there.Close()
	}()
	_, _ = io.Copy(here, there)
}

func (m *middleman) names() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return strings.Join(m.asked, "\n")
}

// TestThroughAProxy has the program reach Slack through the proxy that the environment names, by a name that
// only the proxy knows, and go without it where NO_PROXY says so.
func TestThroughAProxy(t *testing.T) {
	p := newSite(t, func(c *localslack.Config) { c.Host = "slack.test" })
	m := &middleman{target: p.server.Listener.Addr().String()}
	proxy := httptest.NewServer(m)
	defer proxy.Close()
	p.env["VERBATIM_SLACK_API"], p.env["HTTP_PROXY"] = "http://slack.test/api/", proxy.URL
	code, d := p.doctor("--to", localslack.Ada)
	if code != 0 {
		t.Errorf("exit code %d: %+v", code, d.Findings)
	}
	if f, _ := d.named("proxy"); !strings.Contains(f.Found, strings.TrimPrefix(proxy.URL, "http://")) {
		t.Errorf("the proxy is not named: %+v", f)
	}
	if names := m.names(); !strings.Contains(names, "POST slack.test") || !strings.Contains(names, "CONNECT slack.test:80") {
		t.Errorf("the proxy was asked for\n%s", names)
	}
	p.answersInSlack(t)
	p.env["NO_PROXY"] = "slack.test"
	if code, d := p.doctor(); code != exitFault {
		t.Errorf("without the proxy: exit code %d, %+v", code, d.Findings)
	}
}

// answersInSlack starts the bot, asks it, and stops it.
func (p *site) answersInSlack(t *testing.T) {
	t.Helper()
	cmd := p.command(t.Context(), "serve", "--health-addr", "")
	var log output
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Kill() // it has answered, or the test has failed
		_ = cmd.Wait()
	}()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	err := p.slack.WaitForConnections(ctx, 1)
	if err == nil {
		_, err = p.slack.Say(localslack.Ada, localslack.General, "@verbatim How much may a hotel cost?")
	}
	if err == nil {
		_, err = p.slack.WaitForMessage(ctx, localslack.General, func(m localslack.Message) bool { return m.Bot && strings.Contains(m.Text, "120 euros") })
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, log.String())
	}
}

// TestOwnAuthority has the program trust a certificate of one's own, for the Web API and the socket.
func TestOwnAuthority(t *testing.T) {
	p := newSite(t, nil)
	secure := httptest.NewTLSServer(p.slack.Handler())
	defer secure.Close()
	p.env["VERBATIM_SLACK_API"] = secure.URL + "/api/"
	p.env["VERBATIM_CA_FILE"] = p.write("ca.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw})))
	if code, d := p.doctor("--to", localslack.Ada); code != 0 {
		t.Errorf("exit code %d: %+v", code, d.Findings)
	}
	p.answersInSlack(t)
}

// TestGovSlack has one word stand for all addresses of GovSlack.
func TestGovSlack(t *testing.T) {
	a := slackAddress{api: gov}
	if a.url() != "https://slack-gov.com/api/" || manifest.Site(a.url()) != "https://api.slack-gov.com" {
		t.Errorf("the address is %s, the site %s", a.url(), manifest.Site(a.url()))
	}
	p := fresh(t, nil)
	p.env["VERBATIM_SLACK_API"] = gov
	_, out, _ := p.setup(nil)
	if !strings.Contains(out, "https://api.slack-gov.com/apps?new_app=1&manifest_yaml=") || strings.Contains(out, "slack.com/") {
		t.Errorf("the link leads elsewhere:\n%s", out)
	}
}

// TestFindingsAreStable reads the JSON form of each severity back.
func TestFindingsAreStable(t *testing.T) {
	for severity := checkup.OK; severity <= checkup.Fault; severity++ {
		text, err := severity.MarshalText()
		var back checkup.Severity
		if err != nil || back.UnmarshalText(text) != nil || back != severity {
			t.Errorf("%v: %s, %v", severity, text, err)
		}
	}
	if new(checkup.Severity).UnmarshalText([]byte("bad")) == nil {
		t.Error("a severity that is none is taken")
	}
}
