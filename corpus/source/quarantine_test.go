package source

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"verbatim/corpus"
	"verbatim/corpus/format"
)

// TestFault21Quarantine has files break their reader: each is read once, is named with its reason at every
// look, and is left alone, after restarts too, until its content changes.
func TestFault21Quarantine(t *testing.T) {
	reasons := map[string]format.Reason{"slow.html": format.ErrTooSlow, "greedy.md": format.ErrMemory, "deadly.pdf": format.ErrCrashed}
	files := map[string]string{"good.txt": "Good."}
	for name := range reasons {
		files[name] = "Bad."
	}
	dir := writeFiles(t, files)
	age := func(name string, by time.Duration) {
		t.Helper()
		at := time.Now().Add(-by)
		if err := os.Chtimes(filepath.Join(dir, name), at, at); err != nil {
			t.Fatal(err)
		}
	}
	reads := make(chan string, 100)
	opts := FolderOptions{Settle: time.Millisecond, Read: func(ctx context.Context, mediaType, name string, data []byte) ([]*corpus.Document, error) {
		reads <- name
		if string(data) == "Bad." {
			return nil, fmt.Errorf("%w (planted)", reasons[name])
		}
		return readHere(ctx, mediaType, strings.TrimSuffix(name, ".pdf"), data)
	}}
	x, state := newMemory(), filepath.Join(t.TempDir(), "known")
	f := NewFolder(dir, opts)
	scan := func(what string, wantReads, wantProblems int) {
		t.Helper()
		if _, err := f.Scan(t.Context(), x.Apply, false); err != nil {
			t.Fatal(err)
		}
		got := len(reads)
		for range got {
			<-reads
		}
		if got != wantReads {
			t.Errorf("%s: %d files were read, want %d", what, got, wantReads)
		}
		problems := f.Problems()
		if len(problems) != wantProblems {
			t.Errorf("%s: problems %v, want %d", what, problems, wantProblems)
		}
		for _, p := range problems {
			if want := reasons[p.Path]; p.Kept || !errors.Is(p.Err, want) && !strings.HasPrefix(p.Err.Error(), want.Error()) {
				t.Errorf("%s: %v, want the reason %q", what, p, want)
			}
		}
	}
	for name := range files {
		age(name, time.Hour)
	}
	scan("first", 4, 3)
	scan("again", 0, 3)
	for name := range reasons {
		age(name, 2*time.Hour)
	}
	scan("touched", 0, 3)
	if err := f.save(state, x.Digests()); err != nil {
		t.Fatal(err)
	}
	f = NewFolder(dir, opts)
	f.load(state, x.Digests())
	scan("after a restart", 0, 3)
	for name := range reasons {
		age(name, 3*time.Hour)
	}
	scan("touched after a restart", 0, 3)
	left := len(reasons)
	for name := range reasons {
		write(t, dir, name, "Well again.")
		age(name, time.Hour)
		left--
		scan(name+" changed", 1, left)
	}
	if got := len(x.paths()); got != len(files) {
		t.Errorf("the index holds %d documents, want %d", got, len(files))
	}
}
