package metrics

import (
	"context"
	"log/slog"

	"github.com/prometheus/client_golang/prometheus"
)

// The levels whose lines are counted.
const (
	levelWarn  = "warn"
	levelError = "error"
)

// Counting counts the lines of level warn and above that a handler handles.
func (m *Metrics) Counting(h slog.Handler) slog.Handler { return &counting{Handler: h, lines: m.lines} }

type counting struct {
	slog.Handler
	lines *prometheus.CounterVec
}

// Handle implements [slog.Handler].
func (c *counting) Handle(ctx context.Context, r slog.Record) error {
	switch {
	case r.Level >= slog.LevelError:
		c.lines.WithLabelValues(levelError).Inc()
	case r.Level >= slog.LevelWarn:
		c.lines.WithLabelValues(levelWarn).Inc()
	}
	return c.Handler.Handle(ctx, r)
}

// WithAttrs implements [slog.Handler].
func (c *counting) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &counting{Handler: c.Handler.WithAttrs(attrs), lines: c.lines}
}

// WithGroup implements [slog.Handler].
func (c *counting) WithGroup(name string) slog.Handler {
	return &counting{Handler: c.Handler.WithGroup(name), lines: c.lines}
}
