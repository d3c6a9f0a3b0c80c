package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"verbatim/corpus"
	"verbatim/index"
	"verbatim/index/bleve"
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

// TestDamagedCopyIsPutAside damages a copy that is asked, while nothing can be pulled: it is put aside once, said once, and
// replaced by what is pulled in the end.
func TestDamagedCopyIsPutAside(t *testing.T) {
	pushed, data := t.TempDir(), t.TempDir()
	var log bytes.Buffer
	l := library{dir: data, engine: bleve.Engine{}, log: slog.New(slog.NewTextHandler(&log, nil))}
	dir := filepath.Join(data, dirIndex)
	if err := index.Build(t.Context(), pushed, l.engine, index.Of(corpus.Embedded()...)); err != nil {
		t.Fatal(err)
	}
	pull := func() {
		t.Helper()
		e, err := index.EditionIn(pushed, l.engine)
		if err != nil {
			t.Fatal(err)
		}
		changed, err := index.Adopt(t.Context(), dir, l.engine, e, func(_ context.Context, p index.EditionPart, folder string) error {
			return os.CopyFS(folder, os.DirFS(p.Folder))
		})
		if err != nil || !changed {
			t.Fatalf("changed %v, %v", changed, err)
		}
	}
	pull()
	x, err := index.Open(dir, l.engine)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	if err := os.Truncate(filepath.Join(parts(t, data)[0], "texts.zst"), 0); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := l.putAsideDamaged(t.Context(), x); err != nil {
			t.Fatal(err)
		}
	}
	aside, err := filepath.Glob(filepath.Join(dir, "quarantine", "*"))
	if said := strings.Count(log.String(), "damaged: it is put aside"); err != nil || said != 1 || len(aside) != 1 {
		t.Errorf("said %d times, put aside %v: %v", said, aside, err)
	}
	pull()
	if err := x.Refresh(); err != nil {
		t.Fatal(err)
	}
	a, err := x.Ask(t.Context(), "How long did the call last?", index.Options{})
	if err := errors.Join(err, x.Verify(t.Context())); err != nil || len(a.Passages) == 0 {
		t.Errorf("%+v, %v", a, err)
	}
}
