package main

import (
	"context"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"verbatim/bot/localslack"
)

// TestFault11Start starts the bot with tokens that cannot work: it ends, says which token or scope is at fault
// and what to do, and tells no token. TestRefusalsEndTheBot bounds its waits on a simulated clock.
func TestFault11Start(t *testing.T) {
	for _, tt := range []struct {
		name  string
		slack func(*localslack.Config)
		do    func(t *testing.T, p *site)
		want  []string
	}{
		{"no tokens", nil, func(_ *testing.T, p *site) { p.env[envBotToken], p.env[envAppToken] = "", "" }, []string{envBotToken + " is not set", envAppToken + " is not set", "OAuth & Permissions", "App-Level Tokens"}},
		{"no bot token", nil, environment(envBotToken, ""), []string{envBotToken + " is not set", "OAuth & Permissions"}},
		{"no app token", nil, environment(envAppToken, ""), []string{envAppToken + " is not set", "App-Level Tokens"}},
		{"swapped", nil, func(_ *testing.T, p *site) {
			p.env[envBotToken], p.env[envAppToken] = p.env[envAppToken], p.env[envBotToken]
		}, []string{envBotToken + " holds an app-level token", envAppToken + " holds a bot token"}},
		{"bot token revoked", nil, refused(botOf, "token_revoked"), []string{envBotToken, "token_revoked", "install the app again"}},
		{"app token revoked", nil, refused(appOf, "token_revoked"), []string{envAppToken, "token_revoked", "App-Level Tokens"}},
		{"bot token expired", nil, refused(botOf, "token_expired"), []string{envBotToken, "token_expired", "turn token rotation off"}},
		{"app token expired", nil, refused(appOf, "token_expired"), []string{envAppToken, "token_expired"}},
		{"app removed", nil, refused(botOf, "account_inactive"), []string{envBotToken, "account_inactive", "install it again"}},
		{"no scope to post", scopesBut("chat:write"), nil, []string{envBotToken, "chat:write", "OAuth & Permissions"}},
		{"no scope to hear direct messages", scopesBut("im:history"), nil, []string{envBotToken, "im:history", "OAuth & Permissions"}},
		{"no scope to hear mentions", scopesBut("app_mentions:read"), nil, []string{envBotToken, "app_mentions:read", "OAuth & Permissions"}},
		{"no scope for commands", scopesBut("commands"), nil, []string{envBotToken, "commands", "OAuth & Permissions"}},
		{"no scope to connect", func(c *localslack.Config) { c.AppScopes = []string{"authorizations:read"} }, nil, []string{envAppToken, "missing_scope", "connections:write"}},
		{"another workspace", nil, environment(envTeam, "T0ELSEWHERE"), []string{envBotToken, "T0LOCAL", "T0ELSEWHERE", "verbatim setup"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := newSite(t, tt.slack)
			if tt.do != nil {
				tt.do(t, p)
			}
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			cmd := p.command(ctx, "serve", "--health-addr", "")
			begun := time.Now()
			code, _, errs := p.finish(cmd)
			t.Logf("it took %v", time.Since(begun))
			if code != exitUsage {
				t.Errorf("exit code %d, want %d\n%s", code, exitUsage, errs)
			}
			for _, want := range tt.want {
				if !strings.Contains(errs, want) {
					t.Errorf("it does not tell of %q:\n%s", want, errs)
				}
			}
		})
	}
}

// TestFault11Revoked takes the tokens away from a bot that runs in a process of its own: it goes on, is not
// ready, tries seldom, and tells no token.
func TestFault11Revoked(t *testing.T) {
	t.Parallel()
	p := newSite(t, nil)
	cmd := p.command(t.Context(), "serve", "--health-addr", "127.0.0.1:0")
	var log output
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Kill() // it has stopped, or the test has failed
		_ = cmd.Wait()
	}()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := p.slack.WaitForConnections(ctx, 2); err != nil {
		t.Fatal(err)
	}
	address := log.waitForHealth(t)
	ready(t, address, 0)
	<-time.After(6 * time.Second) // within the first five it would be a start that fails
	opened := len(calls(p.slack, "apps.connections.open"))
	p.slack.Revoke(p.slack.Config().AppToken, "token_revoked")
	p.slack.Revoke(p.slack.Config().BotToken, "token_revoked")
	ready(t, address, exitFault)
	for !strings.Contains(log.String(), "refuses the app-level token") {
		if ctx.Err() != nil {
			t.Fatal(log.String())
		}
		<-time.After(20 * time.Millisecond)
	}
	<-time.After(5 * time.Second)
	if n := len(calls(p.slack, "apps.connections.open")) - opened; n > 2 {
		t.Errorf("%d tries in five seconds, want one for each connection", n)
	}
	p.wantNoSecret(log.String())
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("stopped with %v\n%s", err, log.String())
	}
}

// ready waits until 'verbatim health' ends with a code.
func ready(t *testing.T, address string, code int) {
	t.Helper()
	for begun := time.Now(); ; {
		err := exec.CommandContext(t.Context(), "verbatim", "health", "--addr", address).Run()
		if got := exitCode(err); got == code {
			return
		} else if time.Since(begun) > patience {
			t.Fatalf("health: exit code %d, want %d", got, code)
		}
		<-time.After(50 * time.Millisecond)
	}
}

func exitCode(err error) int {
	if err == nil {
		return 0
	}
	if exit, ok := err.(*exec.ExitError); ok {
		return exit.ExitCode()
	}
	return -1
}

// calls are the calls of a method.
func calls(slack *localslack.Workspace, method string) (all []localslack.Call) {
	for _, c := range slack.Calls() {
		if c.Method == method {
			all = append(all, c)
		}
	}
	return all
}
