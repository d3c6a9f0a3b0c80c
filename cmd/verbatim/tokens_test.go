package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// clearTokens leaves nothing in the environment.
func clearTokens(t *testing.T) {
	t.Helper()
	for _, name := range []string{envBotToken, envAppToken, envTeam} {
		t.Setenv(name, "")
		t.Setenv(name+"_FILE", "")
	}
}

// TestReadTokens takes what is kept where the environment gives nothing.
func TestReadTokens(t *testing.T) {
	clearTokens(t)
	dir := filepath.Join(t.TempDir(), "data")
	if got, err := readTokens(dir); err != nil || got != (tokens{}) {
		t.Errorf("nothing is kept, and %+v read: %v", got, err)
	}
	kept := tokens{bot: "xoxb-1", app: "xapp-1", team: "T1"}
	file, err := kept.store(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := kept
	want.stored = file
	if got, err := readTokens(dir); err != nil || got != want {
		t.Errorf("read %+v, want %+v: %v", got, want, err)
	}
	t.Setenv(envBotToken, "xoxb-2") // of another workspace perhaps, which the file does not know
	if got, err := readTokens(dir); err != nil || got.bot != "xoxb-2" || got.app != "xapp-1" || got.team != "" {
		t.Errorf("read %+v, want the token of the environment, and any workspace: %v", got, err)
	}
	again := tokens{bot: "xoxb-3", app: "xapp-3", team: "T3"}
	if _, err := again.store(dir); err != nil {
		t.Fatal(err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("%d files are left: %v", len(entries), err)
	}
}

// FuzzStored reads any file of tokens; what was written is read again.
func FuzzStored(f *testing.F) {
	f.Add("SLACK_BOT_TOKEN=xoxb-1\r\n# comment=1\n =\n==\n", "xoxb-1")
	f.Fuzz(func(t *testing.T, text, token string) {
		parseStored(text)
		if strings.TrimSpace(token) != token || strings.ContainsAny(token, "\n") {
			return
		}
		if got := parseStored(tokens{bot: token}.lines())[envBotToken]; got != token {
			t.Errorf("read %q, want %q", got, token)
		}
	})
}
