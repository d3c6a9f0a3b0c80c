package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"verbatim/index"
	"verbatim/index/opensearch"
)

// TestFirstIndexIsTriedOn has OpenSearch away while the first index is built: the building goes on when it is back, and
// ends with what is no matter of time.
func TestFirstIndexIsTriedOn(t *testing.T) {
	broken := errors.New("no document can be read")
	for _, want := range []error{nil, broken} {
		synctest.Test(t, func(t *testing.T) {
			l, tries := library{log: slog.New(slog.DiscardHandler)}, 0
			err := l.tryOn(t.Context(), func() error {
				if tries++; tries < 10 {
					return fmt.Errorf("push: %w", index.ErrAway)
				}
				return want
			})
			if !errors.Is(err, want) || tries != 10 {
				t.Errorf("%v after %d tries", err, tries)
			}
		})
	}
	l := library{log: slog.New(slog.DiscardHandler)}
	if err := l.tryOn(t.Context(), func() error { return opensearch.ErrConflict }); err != nil {
		t.Errorf("another machine was faster: %v", err)
	}
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		if err := l.tryOn(ctx, func() error { stop(); return index.ErrAway }); !errors.Is(err, index.ErrAway) {
			t.Error(err)
		}
	})
}

// TestPullPause wants no pause where asking again costs little, and one where a whole index would come again.
func TestPullPause(t *testing.T) {
	for err, want := range map[error]time.Duration{
		nil: 0, opensearch.ErrAway: 0, opensearch.ErrNothingPushed: 0, syscall.ENOSPC: pullAgain, index.ErrDamaged: pullAgain,
	} {
		if err != nil {
			err = fmt.Errorf("pull index: %w", err)
		}
		if got := pullPause(err); got != want {
			t.Errorf("%v: %v, want %v", err, got, want)
		}
	}
}
