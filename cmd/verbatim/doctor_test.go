package main

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"verbatim/bot/checkup"
	"verbatim/bot/journal"
	"verbatim/bot/localslack"
)

// plant is one thing that is wrong with an installation.
type plant struct {
	name string
	// slack alters the Slack before it begins; do, what is there then.
	slack func(*localslack.Config)
	do    func(t *testing.T, p *site)
	// named is the name of the finding, severity its severity, and way a word of the way out.
	named    string
	severity checkup.Severity
	way      string
}

// scopesBut grants the minimal scopes but one.
func scopesBut(name string) func(*localslack.Config) {
	return func(c *localslack.Config) {
		c.Scopes = nil
		for _, s := range localslack.MinimalScopes() {
			if s != name {
				c.Scopes = append(c.Scopes, s)
			}
		}
	}
}

func environment(name, value string) func(*testing.T, *site) {
	return func(_ *testing.T, p *site) { p.env[name] = value }
}

func refused(token func(localslack.Config) string, code string) func(*testing.T, *site) {
	return func(_ *testing.T, p *site) { p.slack.Revoke(token(p.slack.Config()), code) }
}

func botOf(c localslack.Config) string { return c.BotToken }
func appOf(c localslack.Config) string { return c.AppToken }

// slackPlants are faults of the app, of its tokens and of the way to Slack.
var slackPlants = []plant{
	{"no right to post", scopesBut("chat:write"), nil, "scope chat:write", checkup.Fault, "/apps/A0VERBATIM/oauth"},
	{"no right to mentions", scopesBut("app_mentions:read"), nil, "scope app_mentions:read", checkup.Fault, "install the app again"},
	{"no right to direct messages", scopesBut("im:history"), nil, "scope im:history", checkup.Fault, "Bot Token Scopes"},
	{"no right to commands", scopesBut("commands"), nil, "scope commands", checkup.Fault, "/apps/A0VERBATIM/oauth"},
	{"no right that the settings need", nil, func(_ *testing.T, p *site) {
		p.write("verbatim.yaml", "channels: {C0GENERAL: {follow_ups: answer}}")
	}, "scope channels:history", checkup.Warning, "/apps/A0VERBATIM/oauth"},
	{"bot token revoked", nil, refused(botOf, "token_revoked"), "bot token", checkup.Fault, "install the app again"},
	{"bot token expired", nil, refused(botOf, "token_expired"), "bot token", checkup.Fault, "token rotation off"},
	{"app removed", nil, refused(botOf, "account_inactive"), "bot token", checkup.Fault, "install it again"},
	{"app token revoked", nil, refused(appOf, "token_revoked"), "app token", checkup.Fault, "App-Level Tokens"},
	{"app token without its scope", func(c *localslack.Config) { c.AppScopes = []string{"authorizations:read"} }, nil, "app token", checkup.Fault, "connections:write"},
	{"no bot token", nil, environment(envBotToken, ""), "bot token", checkup.Fault, "OAuth & Permissions"},
	{"a person's token", nil, environment(envBotToken, "xoxp-1-2"), "bot token", checkup.Fault, "OAuth & Permissions"},
	{"tokens swapped", nil, func(_ *testing.T, p *site) {
		p.env[envBotToken], p.env[envAppToken] = p.env[envAppToken], p.env[envBotToken]
	}, "app token", checkup.Fault, "App-Level Tokens"},
	{"tokens in two places", nil, environment(envBotToken+"_FILE", "token"), "tokens", checkup.Fault, "verbatim setup"},
	{"another workspace", nil, environment(envTeam, "T0ELSEWHERE"), "workspace", checkup.Fault, "right workspace"},
	{"tokens of two apps", func(c *localslack.Config) { c.AppOf = "A0OTHER" }, nil, "one app", checkup.Fault, "one app"},
	{"Socket Mode off", nil, func(_ *testing.T, p *site) { p.slack.SocketMode(false) }, "Socket Mode", checkup.Fault, "/apps/A0VERBATIM/socket-mode"},
	{"Messages tab off", func(c *localslack.Config) { c.NoMessagesTab = true }, nil, "messages tab", checkup.Fault, "/apps/A0VERBATIM/app-home"},
	{"direct messages not subscribed to", func(c *localslack.Config) { c.Events = []string{"app_mention"} }, nil, "events", checkup.Fault, "/apps/A0VERBATIM/event-subscriptions"},
	{"deaf socket", nil, func(_ *testing.T, p *site) { p.slack.Faults().API("link", 1, localslack.ServerError(403)) }, "socket", checkup.Fault, "firewall"},
	{"clock ahead", func(c *localslack.Config) { c.Now = func() time.Time { return time.Now().Add(-time.Hour) } }, nil, "clock", checkup.Fault, "NTP"},
	{"clock a little behind", func(c *localslack.Config) { c.Now = func() time.Time { return time.Now().Add(time.Minute) } }, nil, "clock", checkup.Warning, "NTP"},
	{"a portal in between", nil, func(_ *testing.T, p *site) { p.slack.Faults().API("*", 9, localslack.HTMLPage()) }, "network", checkup.Fault, "proxy"},
	{"Slack not to be reached", nil, environment("VERBATIM_SLACK_API", "http://127.0.0.1:1/api/"), "network", checkup.Fault, "port 443"},
	{"no such name", nil, environment("VERBATIM_SLACK_API", "https://slack.invalid/api/"), "network", checkup.Fault, "name servers"},
	{"proxy not to be reached", nil, func(_ *testing.T, p *site) {
		p.env["VERBATIM_SLACK_API"], p.env["HTTPS_PROXY"] = "https://slack.invalid/api/", "http://127.0.0.1:1"
	}, "proxy", checkup.Fault, "HTTPS_PROXY"},
	{"proxy that is no address", nil, func(_ *testing.T, p *site) {
		p.env["VERBATIM_SLACK_API"], p.env["HTTPS_PROXY"] = "https://slack.invalid/api/", "http://proxy:port"
	}, "proxy", checkup.Fault, "http://proxy.example:3128"},
	{"authority not trusted", nil, func(t *testing.T, p *site) {
		secure := httptest.NewUnstartedServer(p.slack.Handler())
		secure.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
		secure.StartTLS()
		t.Cleanup(secure.Close)
		p.env["VERBATIM_SLACK_API"] = secure.URL + "/api/"
	}, "TLS", checkup.Fault, "--ca-file"},
	{"file of authorities without any", nil, func(_ *testing.T, p *site) {
		p.env["VERBATIM_CA_FILE"] = p.write("ca.pem", "none")
	}, "TLS", checkup.Fault, "VERBATIM_CA_FILE"},
}

// localPlants are faults of the machine, of the data folder and of the documents. The index is there.
var localPlants = []plant{
	{"settings misspelled", nil, func(_ *testing.T, p *site) { p.write("verbatim.yaml", "admin: [U1]") }, "settings", checkup.Fault, "mend the line"},
	{"tokens that others may read", nil, func(t *testing.T, p *site) {
		file, err := tokens{bot: p.env[envBotToken], app: p.env[envAppToken]}.store(p.data)
		if err := cmpErr(err, os.Chmod(file, 0o644)); err != nil {
			t.Fatal(err)
		}
		delete(p.env, envBotToken)
	}, "token file", checkup.Warning, "chmod 600"},
	{"disk full", nil, fullDisk, "disk", checkup.Fault, "make room"},
	{"data folder locked", nil, func(t *testing.T, p *site) {
		j, err := journal.Open(filepath.Join(p.data, "journal"), journal.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = j.Close() })
	}, "lock", checkup.Warning, "--data"},
	{"data folder for reading alone", nil, func(t *testing.T, p *site) {
		p.asNobody()
		if err := os.Chmod(p.data, 0o500); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.Chmod(p.data, 0o700) })
	}, "data folder", checkup.Fault, "chown"},
	{"data folder open to all", nil, func(t *testing.T, p *site) {
		if err := os.Chmod(p.data, 0o777); err != nil {
			t.Fatal(err)
		}
	}, "data folder", checkup.Warning, "chmod go-w"},
	{"data folder a file", nil, func(_ *testing.T, p *site) { p.data = p.write("file", "") }, "data folder", checkup.Fault, "--data"},
	{"index damaged", nil, damageIndex, "index", checkup.Fault, "verbatim index"},
	{"index stale", nil, func(_ *testing.T, p *site) { p.write("handbook/people/new.md", "# New\n\nA new document.") }, "documents", checkup.Warning, "verbatim index"},
	{"documents missing", nil, func(_ *testing.T, p *site) { p.corpus += "-moved" }, "documents", checkup.Fault, "mend"},
	{"a file that cannot be read", nil, func(t *testing.T, p *site) {
		p.asNobody()
		if err := os.Chmod(filepath.Join(p.corpus, "people/leave.md"), 0); err != nil {
			t.Fatal(err)
		}
		p.index()
	}, "files", checkup.Warning, ".verbatimignore"},
	{"a file that is broken", nil, func(_ *testing.T, p *site) {
		p.write("handbook/people/broken.docx", "no archive")
		p.index()
	}, "files", checkup.Warning, "verbatim index"},
	{"feed dead", nil, func(t *testing.T, p *site) {
		dead := httptest.NewServer(http.NotFoundHandler())
		t.Cleanup(dead.Close)
		p.write("verbatim.yaml", "sources: {web: [{feed: '"+dead.URL+"/feed.xml'}], allow: ['"+strings.TrimPrefix(dead.URL, "http://")+"']}")
	}, "", checkup.Warning, "browser"},
	{"a serve that is deaf", nil, func(t *testing.T, p *site) {
		deaf := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "not connected to Slack", http.StatusServiceUnavailable)
		}))
		t.Cleanup(deaf.Close)
		p.env["VERBATIM_HEALTH_ADDR"] = strings.TrimPrefix(deaf.URL, "http://")
	}, "serve", checkup.Fault, "log"},
}

func cmpErr(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// fullDisk puts the data folder on a disk without room.
func fullDisk(t *testing.T, p *site) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("this system has no small disk to fill")
	}
	if err := os.RemoveAll(p.data); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(p.data, 0o700); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=64k,mode=700", "tmpfs", p.data).CombinedOutput(); err != nil {
		t.Skipf("making a small disk takes root: %s", out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", p.data).CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
	})
}

// damageIndex changes a byte of a file of the index.
func damageIndex(t *testing.T, p *site) {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(p.data, "index", "gen-*", "*"))
	if err != nil || len(all) == 0 {
		t.Fatalf("no file to damage: %v", err)
	}
	for _, file := range all {
		data, err := os.ReadFile(file)
		if err != nil || len(data) < 2 || filepath.Base(file) == "MANIFEST.json" {
			continue
		}
		data[len(data)/2] ^= 1
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Fatal("no file to damage")
}

// TestDoctorFindsEachFault plants one fault after the other: each is named, with the way out.
func TestDoctorFindsEachFault(t *testing.T) {
	if n := len(slackPlants) + len(localPlants); n < 25 {
		t.Fatalf("%d faults, want 25", n)
	}
	for i, tt := range append(append([]plant{}, slackPlants...), localPlants...) {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := newSite(t, tt.slack)
			if i >= len(slackPlants) {
				p.index()
			}
			if tt.do != nil {
				tt.do(t, p)
			}
			args := []string{"--to", localslack.Ada}
			if p.user != 0 { // the data folder's owner is another
				args = nil
			}
			code, d := p.doctor(args...)
			var f checkup.Finding
			found := false
			if tt.named == "" { // whose name holds an address
				for _, each := range d.Findings {
					if strings.HasPrefix(each.Name, nameSource) {
						f, found = each, true
					}
				}
			} else {
				f, found = d.named(tt.named)
			}
			if !found || f.Severity != tt.severity || !strings.Contains(f.Way, tt.way) || f.Found == "" {
				t.Errorf("found %+v, want %s named as %s with %q as the way out, of %+v", f, tt.named, tt.severity, tt.way, d.Findings)
			}
			want := map[checkup.Severity]int{checkup.Warning: exitPartial, checkup.Fault: exitFault}[d.Verdict]
			if code != want || d.Verdict < tt.severity {
				t.Errorf("exit code %d and verdict %s, want %d for at least %s", code, d.Verdict, want, tt.severity)
			}
		})
	}
}

// TestDoctorFindsNothingWhereAllIsWell looks at an installation without a fault, before its first start,
// after it, and beside a running bot.
func TestDoctorFindsNothingWhereAllIsWell(t *testing.T) {
	p := newSite(t, nil)
	well := func(when string, args ...string) diagnosis {
		t.Helper()
		code, d := p.doctor(args...)
		if code != 0 || d.Verdict > checkup.Note {
			t.Errorf("%s: exit code %d, %+v", when, code, d.Findings)
		}
		return d
	}
	well("before the first start")
	if _, err := os.Stat(p.data); err == nil {
		t.Error("looking made the data folder")
	}
	p.index()
	d := well("with a round trip", "--to", localslack.Ada)
	if f, ok := d.named("round trip"); !ok || f.Severity != checkup.OK {
		t.Errorf("the round trip: %+v", f)
	}
	if all := p.slack.Messages("D0ADA"); len(all) != 0 {
		t.Errorf("%d messages are left behind", len(all))
	}
	cmd := p.command(t.Context(), "serve", "--health-addr", "127.0.0.1:0")
	var log output
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Kill() // it was looked at
		_ = cmd.Wait()
	}()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := p.slack.WaitForConnections(ctx, 2); err != nil {
		t.Fatal(err)
	}
	p.env["VERBATIM_HEALTH_ADDR"] = log.waitForHealth(t)
	before := len(p.slack.Connections())
	d = well("beside a running bot")
	if f, ok := d.named("serve"); !ok || f.Severity != checkup.OK {
		t.Errorf("the running bot: %+v", f)
	}
	if after := len(p.slack.Connections()); after != before {
		t.Errorf("%d sockets, and %d before", after, before)
	}
	for _, f := range d.Findings {
		if f.Severity == checkup.OK && f.Way != "" {
			t.Errorf("a way out where nothing is wrong: %+v", f)
		}
	}
}

// TestDoctorForPeople prints what is wrong as people read it.
func TestDoctorForPeople(t *testing.T) {
	p := newSite(t, scopesBut("im:history"))
	code, out, errs := p.run("doctor")
	if code != exitFault {
		t.Errorf("exit code %d, want %d", code, exitFault)
	}
	for _, want := range []string{"✗ scope im:history: it is not granted: direct messages do not arrive\n    → add it", "✓ bot token: good", "· round trip: not made"} {
		if !strings.Contains(out, want) {
			t.Errorf("it does not print %q:\n%s", want, out)
		}
	}
	if !strings.Contains(errs, "not well: 1 error and 0 warnings") {
		t.Errorf("it does not count what it found:\n%s", errs)
	}
}

// TestDoctorAtHome opens the Home tab of an admin: what the doctor finds stands there.
func TestDoctorAtHome(t *testing.T) {
	p := newSite(t, func(c *localslack.Config) { c.HomeTab = true })
	p.write("verbatim.yaml", "admins: ["+localslack.Ada+"]\nchannels: {C0GENERAL: {untagged: answer}}")
	cmd := p.command(t.Context(), "serve", "--health-addr", "")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Kill() // the page is there
		_ = cmd.Wait()
	}()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := p.slack.WaitForConnections(ctx, 1); err != nil {
		t.Fatal(err)
	}
	if err := p.slack.Home(localslack.Ada, ""); err != nil {
		t.Fatal(err)
	}
	call, err := p.slack.WaitForCall(ctx, "views.publish", nil)
	if err != nil {
		t.Fatal(err)
	}
	view := call.Text("view")
	for _, want := range []string{"✗ scope channels:history", "✓ settings", "✓ bot token", "✓ socket", "✓ documents", "✓ clock", "✓ data folder", "✓ index", "✓ journal"} {
		if !strings.Contains(view, want) {
			t.Errorf("the Home tab does not hold %q:\n%s", want, view)
		}
	}
}
