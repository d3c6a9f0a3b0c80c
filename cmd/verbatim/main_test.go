package main

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"verbatim/bot/localslack"
)

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == readerUse { // tests that run the program in their own process
		main()
	}
	testscript.Main(closing{m}, map[string]func(){"verbatim": main})
}

// TestScripts runs the program as its users do.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script"})
}

// TestInterruptedWorkIsNoSuccess stops commands whose output would be taken for whole.
func TestInterruptedWorkIsNoSuccess(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, args := range [][]string{{"ask", "How long did the call last?"}, {"index", "--data", t.TempDir()}} {
		var out, err bytes.Buffer
		if code := run(ctx, args, streams{in: &bytes.Buffer{}, out: &out, err: &err}); code != exitFault {
			t.Errorf("%v: exit code %d, want %d\n%s%s", args, code, exitFault, &out, &err)
		}
	}
}

// TestServeRefusedToken is what systemd tells by that starting again will not help.
func TestServeRefusedToken(t *testing.T) {
	slack, err := localslack.New(localslack.Default())
	if err != nil {
		t.Fatal(err)
	}
	server, err := slack.Start(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	t.Setenv(envBotToken, "xoxb-wrong")
	t.Setenv(envAppToken, slack.Config().AppToken)
	var out, errs bytes.Buffer
	args := []string{"serve", "--slack-api", server.APIURL(), "--data", t.TempDir(), "--health-addr", ""}
	if code := run(t.Context(), args, streams{in: &bytes.Buffer{}, out: &out, err: &errs}); code != exitUsage {
		t.Errorf("exit code %d, want %d\n%s", code, exitUsage, &errs)
	}
	if strings.Contains(errs.String(), "xoxb-wrong") || !strings.Contains(errs.String(), envBotToken) {
		t.Errorf("the message holds the token or does not name it:\n%s", &errs)
	}
}

func TestExitCodes(t *testing.T) {
	for _, tt := range []struct {
		name string
		args []string
		code int
	}{
		{"help", []string{"--help"}, 0},
		{"an answer", []string{"ask", "How long did the call last?"}, 0},
		{"an honest no", []string{"ask", "How do I configure kerberos?"}, 0},
		{"no question", []string{"ask"}, exitUsage},
		{"unknown command", []string{"aks"}, exitUsage},
		{"unknown flag", []string{"ask", "--what", "x"}, exitUsage},
		{"no such corpus", []string{"ask", "--corpus", "testdata/nowhere", "x"}, exitUsage},
		{"nobody to ask for health", []string{"health", "--addr", "127.0.0.1:1"}, exitFault},
		{"index where a file is in the way", []string{"index", "--data", "main_test.go"}, exitFault},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out, err bytes.Buffer
			if code := run(t.Context(), tt.args, streams{in: &bytes.Buffer{}, out: &out, err: &err}); code != tt.code {
				t.Errorf("exit code %d, want %d\n%s%s", code, tt.code, &out, &err)
			}
		})
	}
}
