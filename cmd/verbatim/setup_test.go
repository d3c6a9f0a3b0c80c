package main

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"verbatim/bot/localslack"
	"verbatim/index"
)

// fresh makes a place where nothing is set up yet.
func fresh(t *testing.T, change func(*localslack.Config)) *site {
	t.Helper()
	p := newSite(t, change)
	delete(p.env, envBotToken)
	delete(p.env, envAppToken)
	return p
}

// answers are what a person pastes.
func (p *site) answers() []string {
	return []string{p.slack.Config().AppToken, p.slack.Config().BotToken, localslack.Ada}
}

// setup runs the setup over a pipe.
func (p *site) setup(lines []string, args ...string) (code int, out, errs string) {
	p.t.Helper()
	cmd := p.command(p.t.Context(), "setup", args...)
	cmd.Stdin = strings.NewReader(strings.Join(lines, "\n"))
	return p.finish(cmd)
}

// TestSetup goes from nothing to an answer, as a new user does, and compares the way with README.md.
func TestSetup(t *testing.T) {
	p := fresh(t, nil)
	begun := time.Now()
	code, out, errs := p.setup(p.answers())
	if code != 0 {
		t.Fatalf("exit code %d\n%s%s", code, out, errs)
	}
	took := time.Since(begun)
	file := filepath.Join(p.data, tokensFile)
	if info, err := os.Stat(file); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the tokens: %v, mode %v, want 0600", err, info.Mode())
	}
	questions := p.greeted(3)
	for _, q := range questions {
		p.wantAnswered(q)
	}
	start := regexp.MustCompile(`(?m)^  (verbatim serve .*)$`).FindStringSubmatch(out)
	if start == nil {
		t.Fatalf("it does not say how to start the bot:\n%s", out)
	}
	p.wantServed(start[1], questions[0])
	steps := len(regexp.MustCompile(`(?m)^Step \d of \d\.`).FindAllString(out, -1))
	first := "verbatim setup --corpus ./handbook"
	keys := len(first) + 1 + 2*len(p.answers()) + len("verbatim serve --corpus ./handbook") + 1
	t.Logf("%d steps, %d keystrokes, %v", steps, keys, took.Round(10*time.Millisecond))
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if want := strconv.Itoa(steps) + " steps and " + strconv.Itoa(keys) + " keystrokes"; !strings.Contains(string(readme), want) {
		t.Errorf("README.md does not tell of %s", want)
	}
	for _, public := range []string{"request_url", "ngrok", "https://example"} {
		if strings.Contains(out, public) {
			t.Errorf("a step needs a public address:\n%s", out)
		}
	}
}

// greeted returns the questions of the one message that the bot wrote to Ada.
func (p *site) greeted(n int) []string {
	p.t.Helper()
	all := p.slack.Messages("D0ADA")
	if len(all) != 1 {
		p.t.Fatalf("%d messages, want one", len(all))
	}
	var questions []string
	for _, m := range regexp.MustCompile(`(?m)^• (.*)$`).FindAllStringSubmatch(all[0].Text, -1) {
		questions = append(questions, m[1])
	}
	if len(questions) != n {
		p.t.Fatalf("the message holds %d questions, want %d:\n%s", len(questions), n, all[0].Text)
	}
	return questions
}

// wantAnswered wants the documents to answer a question.
func (p *site) wantAnswered(question string) {
	p.t.Helper()
	_, out, errs := p.run("ask", "--json", question)
	var a index.Answer
	if err := json.Unmarshal([]byte(out), &a); err != nil || a.Verdict != index.VerdictAnswer {
		p.t.Errorf("%q: verdict %q, want an answer: %v %s", question, a.Verdict, err, errs)
	}
}

// wantServed starts the bot as the setup says, without a token in the environment, and asks it.
func (p *site) wantServed(line, question string) {
	p.t.Helper()
	words := strings.Fields(line)
	cmd := p.command(p.t.Context(), words[1], append(words[2:], "--health-addr", "")...)
	cmd.Stderr = io.Discard
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Kill() // it has answered, or the test has failed
		_ = cmd.Wait()
	}()
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	if err := p.slack.WaitForConnections(ctx, 1); err != nil {
		p.t.Fatal(err)
	}
	if _, err := p.slack.Say(localslack.Ada, "D0ADA", question); err != nil {
		p.t.Fatal(err)
	}
	if _, err := p.slack.WaitForMessage(ctx, "D0ADA", func(m localslack.Message) bool {
		return m.Bot && m.ThreadTS != "" && strings.Contains(m.Text, "“")
	}); err != nil {
		p.t.Fatal(err)
	}
}

// TestSetupPrintsEnvironment keeps nothing, and prints lines of an environment alone.
func TestSetupPrintsEnvironment(t *testing.T) {
	p := fresh(t, nil)
	cmd := p.command(t.Context(), "setup", "--print-env")
	cmd.Stdin = strings.NewReader(strings.Join(p.answers(), "\n") + "\n")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	c := p.slack.Config()
	if want := "SLACK_BOT_TOKEN=" + c.BotToken + "\nSLACK_APP_TOKEN=" + c.AppToken + "\nSLACK_TEAM_ID=" + c.Team.ID + "\n"; string(out) != want {
		t.Errorf("standard output is\n%s\nwant\n%s", out, want)
	}
	if _, err := os.Stat(filepath.Join(p.data, tokensFile)); err == nil {
		t.Error("the tokens were kept")
	}
}

// TestSetupRefuses gives wrong input over a pipe: what is wrong is said, with the way on, and nothing kept.
func TestSetupRefuses(t *testing.T) {
	const app, bot = "xapp-1-A0VERBATIM-1-local", "xoxb-local-verbatim"
	for _, tt := range []struct {
		name   string
		lines  []string
		change func(*localslack.Config)
		after  func(*localslack.Workspace)
		want   []string
	}{
		{"nothing", nil, nil, nil, []string{"standard input ended", "app-level token"}},
		{"no bot token", []string{app}, nil, nil, []string{"standard input ended", "bot token"}},
		{"swapped", []string{bot, app}, nil, nil, []string{"a bot token", "xapp-", "App-Level Tokens"}},
		{"twice the same", []string{app, app}, nil, nil, []string{"an app-level token", "xoxb-", "OAuth & Permissions"}},
		{"a person's", []string{app, "xoxp-1"}, nil, nil, []string{"a user token", "OAuth & Permissions"}},
		{"another app's", []string{"xapp-1-A1-1-a", bot}, nil, nil, []string{"invalid_auth", "copy it anew"}},
		{"no scope to connect", []string{app}, func(c *localslack.Config) { c.AppScopes = []string{"authorizations:read"} }, nil, []string{"missing_scope", "connections:write"}},
		{"Socket Mode off", []string{app}, nil, func(w *localslack.Workspace) { w.SocketMode(false) }, []string{"Socket Mode", "/apps/A0VERBATIM/socket-mode"}},
		{"a scope is missing", []string{app, bot}, func(c *localslack.Config) { c.Scopes = []string{"chat:write", "commands", "im:history"} }, nil, []string{"scope app_mentions:read", "/apps/A0VERBATIM/oauth", "install the app again"}},
		{"revoked", []string{app, bot}, nil, func(w *localslack.Workspace) { w.Revoke(bot, "token_revoked") }, []string{"token_revoked", "install the app again"}},
		{"two apps", []string{app, bot, localslack.Ada}, func(c *localslack.Config) { c.AppOf = "A0OTHER" }, nil, []string{"A0VERBATIM", "A0OTHER", "one app"}},
		{"no member id", []string{app, bot, "ada"}, nil, nil, []string{"member ID", "Copy member ID"}},
		{"nobody", []string{app, bot, "U0NOBODY"}, nil, nil, []string{"no such member", "Copy member ID"}},
		{"tab off", []string{app, bot, localslack.Ada}, func(c *localslack.Config) { c.NoMessagesTab = true }, nil, []string{"Messages tab", "/apps/A0VERBATIM/app-home"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := fresh(t, tt.change)
			if tt.after != nil {
				tt.after(p.slack)
			}
			code, out, errs := p.setup(tt.lines)
			if code != exitUsage {
				t.Errorf("exit code %d, want %d\n%s", code, exitUsage, out)
			}
			for _, want := range tt.want {
				if !strings.Contains(errs, want) {
					t.Errorf("it does not tell of %q:\n%s", want, errs)
				}
			}
			if _, err := os.Stat(filepath.Join(p.data, tokensFile)); err == nil {
				t.Error("the tokens were kept")
			}
		})
	}
}

// TestSetupOnATerminal gives wrong input first: it is asked for again, and no token is shown.
func TestSetupOnATerminal(t *testing.T) {
	script, err := exec.LookPath("script")
	if err != nil || runtime.GOOS != "linux" {
		t.Skip("there is no script(1) of util-linux here to make a terminal")
	}
	p := fresh(t, nil)
	own := p.command(t.Context(), "setup")
	cmd := exec.CommandContext(t.Context(), script, "-qec", strings.Join(own.Args, " "), "/dev/null")
	cmd.Env, cmd.Dir = own.Env, own.Dir
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	var out output
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	a := p.answers()
	for i, line := range []string{a[1], a[0], "xoxb-wrong", a[1], "grace", a[2]} {
		prompt := []string{askApp, askApp, askBot, askBot, askUser, askUser}[i]
		times := 1 + i%2
		for strings.Count(strings.ReplaceAll(out.String(), "\r\n", "\n"), strings.TrimPrefix(prompt, "\n")) < times {
			<-time.After(5 * time.Millisecond)
			if t.Context().Err() != nil {
				t.Fatal(out.String())
			}
		}
		if _, err := io.WriteString(in, line+"\n"); err != nil {
			t.Fatal(err)
		}
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	p.wantNoSecret(out.String())
	if strings.Count(out.String(), strings.TrimSpace(onceAgain)) != 3 {
		t.Errorf("it does not ask again three times:\n%s", out.String())
	}
	p.greeted(3)
}
