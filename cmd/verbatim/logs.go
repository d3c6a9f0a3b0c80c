package main

import (
	"log/slog"
	"os"

	"github.com/spf13/cobra"
)

// The formats of the log.
const (
	logText = "text"
	logJSON = "json"
)

// logs says what is logged, and how.
type logs struct {
	level, format string
	// now is the level in force, which can be changed while the program runs.
	now slog.LevelVar
}

// flags adds the flags of the log. usual is the level unless another is given.
func (l *logs) flags(cmd *cobra.Command, usual string) {
	f := cmd.Flags()
	f.StringVar(&l.level, "log-level", fromEnv("VERBATIM_LOG_LEVEL", usual), "debug, info, warn or error; no level logs the text of questions or documents (VERBATIM_LOG_LEVEL)")
	f.StringVar(&l.format, "log-format", fromEnv("VERBATIM_LOG_FORMAT", logText), "text, lines of key=value, or json, an object on each line (VERBATIM_LOG_FORMAT)")
}

// handler returns what writes the log.
func (l *logs) handler(io streams) (slog.Handler, error) {
	if err := l.set(l.level); err != nil {
		return nil, usagef("--log-level %q: give debug, info, warn or error", l.level)
	}
	opts := &slog.HandlerOptions{Level: &l.now}
	switch l.format {
	case logText:
		return slog.NewTextHandler(io.err, opts), nil
	case logJSON:
		return slog.NewJSONHandler(io.err, opts), nil
	}
	return nil, usagef("--log-format %q: give text or json", l.format)
}

// set changes the level in force.
func (l *logs) set(level string) error {
	var to slog.Level
	if err := to.UnmarshalText([]byte(level)); err != nil {
		return err
	}
	l.now.Set(to)
	return nil
}

// fromEnv is the value of a variable, or a default where it is not set.
func fromEnv(name, usual string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return usual
}
