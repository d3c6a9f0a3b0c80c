package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"verbatim/bot/checkup"
	"verbatim/bot/localslack"
)

// A site is an installation: a Slack, a data folder, documents, and the environment in which programs run
// in processes of their own.
type site struct {
	t      *testing.T
	slack  *localslack.Workspace
	server *httptest.Server
	dir    string
	data   string
	corpus string
	env    map[string]string
	args   []string // of every command
	user   uint32   // that the processes run as; 0 means this one
}

// newSite makes an installation in which all is well; change alters its Slack before it begins.
func newSite(t *testing.T, change func(*localslack.Config)) *site {
	t.Helper()
	config := localslack.Default()
	config.AppToken = "xapp-1-A0VERBATIM-1-local"
	config.Limits = false
	if change != nil {
		change(&config)
	}
	slack, err := localslack.New(config)
	if err != nil {
		t.Fatal(err)
	}
	p := &site{t: t, slack: slack, server: httptest.NewServer(slack.Handler()), dir: t.TempDir()}
	t.Cleanup(func() { p.server.Close() })
	t.Cleanup(slack.Close)
	p.data, p.corpus = filepath.Join(p.dir, "data"), filepath.Join(p.dir, "handbook")
	if err := os.CopyFS(p.corpus, os.DirFS("testdata/handbook")); err != nil {
		t.Fatal(err)
	}
	p.env = map[string]string{envBotToken: config.BotToken, envAppToken: config.AppToken, "VERBATIM_SLACK_API": p.server.URL + "/api/", "VERBATIM_HEALTH_ADDR": "127.0.0.1:1"}
	return p
}

// command is a command of the program, with the documents and the data folder.
func (p *site) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	p.t.Helper()
	cmd := exec.CommandContext(ctx, "verbatim", slices.Concat([]string{name, "--corpus", p.corpus, "--data", p.data}, p.args, args)...)
	cmd.Dir = p.dir
	for _, v := range os.Environ() {
		upper := strings.ToUpper(v)
		if !strings.HasPrefix(upper, "SLACK_") && !strings.HasPrefix(upper, "VERBATIM_") && !strings.Contains(upper, "PROXY") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	for name, value := range p.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	p.runAs(cmd)
	return cmd
}

// run runs a command to its end, and returns its exit code and what it wrote.
func (p *site) run(name string, args ...string) (code int, out, errs string) {
	p.t.Helper()
	return p.finish(p.command(p.t.Context(), name, args...))
}

func (p *site) finish(cmd *exec.Cmd) (code int, out, errs string) {
	p.t.Helper()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		p.t.Fatal(err)
	}
	p.wantNoSecret(stdout.String() + stderr.String())
	return cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()
}

// wantNoSecret wants no token in a text.
func (p *site) wantNoSecret(text string) {
	p.t.Helper()
	for _, token := range []string{p.slack.Config().BotToken, p.slack.Config().AppToken, p.env[envBotToken], p.env[envAppToken]} {
		if token != "" && strings.Contains(text, token) {
			p.t.Errorf("a token is told:\n%s", text)
		}
	}
}

// index builds the index, whatever cannot be read.
func (p *site) index() {
	p.t.Helper()
	if code, _, errs := p.run("index"); code != 0 && code != exitPartial {
		p.t.Fatalf("index: exit code %d\n%s", code, errs)
	}
}

// doctor runs the doctor.
func (p *site) doctor(args ...string) (code int, d diagnosis) {
	p.t.Helper()
	code, out, errs := p.run("doctor", append([]string{"--json"}, args...)...)
	if err := json.Unmarshal([]byte(out), &d); err != nil {
		p.t.Fatalf("%v\n%s%s", err, out, errs)
	}
	return code, d
}

// named returns the finding of a name, one that something is wrong with before others.
func (d diagnosis) named(name string) (found checkup.Finding, ok bool) {
	for _, f := range d.Findings {
		if f.Name == name && (!ok || f.Severity > found.Severity) {
			found, ok = f, true
		}
	}
	return found, ok
}

// write writes a file of the place.
func (p *site) write(name, text string) string {
	p.t.Helper()
	file := filepath.Join(p.dir, name)
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		p.t.Fatal(err)
	}
	return file
}
