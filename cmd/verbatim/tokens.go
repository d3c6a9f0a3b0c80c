package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Environment variables that hold what Slack's app needs; each may have _FILE behind it, see [secret].
const (
	envBotToken = "SLACK_BOT_TOKEN"
	envAppToken = "SLACK_APP_TOKEN"
	envTeam     = "SLACK_TEAM_ID"
)

// tokensFile is the file in the data folder in which 'verbatim setup' keeps the tokens: lines of NAME=value,
// as container platforms and systemd read them, too.
const tokensFile = "slack.env"

// tokens are what the bot signs in to Slack with.
type tokens struct {
	bot, app string
	// team is the id of the workspace for which they were set up; "" means any.
	team string
	// stored is the file that at least one of them is from, and open says that others may read it.
	stored string
	open   bool
}

// readTokens reads the tokens from the environment, or from files that it names, and what is not there
// from the data folder.
func readTokens(data string) (tokens, error) {
	var t tokens
	kept, err := readStored(filepath.Join(data, tokensFile))
	if err != nil {
		return t, err
	}
	for _, v := range []struct {
		name string
		into *string
	}{{envBotToken, &t.bot}, {envAppToken, &t.app}, {envTeam, &t.team}} {
		given, err := secret(v.name)
		if err != nil {
			return t, err
		}
		*v.into = given
		if v.name == envTeam && t.bot != kept.values[envBotToken] {
			continue // it was written for another bot token
		}
		if given == "" && kept.values[v.name] != "" {
			*v.into, t.stored, t.open = kept.values[v.name], kept.file, kept.open
		}
	}
	return t, nil
}

// stored is a file of tokens.
type stored struct {
	file   string
	values map[string]string
	open   bool
}

// readStored reads a file of tokens; that there is none is no error.
func readStored(file string) (stored, error) {
	s := stored{file: file}
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return s, usagef("read the stored tokens: %w; run 'verbatim setup' again, or give them in the environment", err)
	}
	info, err := os.Stat(file)
	s.open = err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0
	s.values = parseStored(string(data))
	return s, nil
}

// parseStored reads lines of NAME=value. What is none, and what begins with #, is passed over.
func parseStored(text string) map[string]string {
	values := map[string]string{}
	for line := range strings.Lines(text) {
		name, value, found := strings.Cut(strings.TrimSpace(line), "=")
		if found && !strings.HasPrefix(name, "#") {
			values[strings.TrimSpace(name)] = strings.TrimSpace(value)
		}
	}
	return values
}

// lines are the tokens as lines of an environment.
func (t tokens) lines() string {
	return fmt.Sprintf("%s=%s\n%s=%s\n%s=%s\n", envBotToken, t.bot, envAppToken, t.app, envTeam, t.team)
}

// store keeps the tokens in the data folder, for its owner alone, and returns the file.
func (t tokens) store(data string) (string, error) {
	file := filepath.Join(data, tokensFile)
	if err := os.MkdirAll(data, 0o700); err != nil {
		return "", fmt.Errorf("keep the tokens: %w", err)
	}
	tmp, err := os.CreateTemp(data, "."+tokensFile+".*") // 0600
	if err != nil {
		return "", fmt.Errorf("keep the tokens: %w", err)
	}
	_, err = tmp.WriteString("# The tokens of the Slack app, written by 'verbatim setup'. Keep them to yourself.\n" + t.lines())
	err = cmp.Or(err, tmp.Sync())
	if err = errors.Join(err, tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), file)
	}
	if err != nil {
		return "", fmt.Errorf("keep the tokens: %w", errors.Join(err, os.Remove(tmp.Name())))
	}
	if err := syncPath(data); err != nil {
		return "", fmt.Errorf("keep the tokens: %w", err)
	}
	return file, nil
}
