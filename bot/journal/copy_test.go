package journal

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func receiveFresh(t *testing.T, j *Journal, key, payload string) {
	t.Helper()
	receive(t, j, Entry{Key: key, Alias: "T/C/" + key, Kind: "dm", Payload: []byte(payload)}, true)
}

func holds(t *testing.T, path, what string) bool {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Contains(data, []byte(what))
}

// TestSnapshot copies a journal that is written to meanwhile: what was closed or open before is so in the
// copy, what was deleted is not in its bytes.
func TestSnapshot(t *testing.T) {
	j := mustOpen(t, t.TempDir(), Options{})
	receiveFresh(t, j, "closed", "text that was deleted")
	receiveFresh(t, j, "open", "text that waits")
	if err := j.Answered(t.Context(), "closed", "1.2"); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		var err error
		for i := 0; i < 50 && err == nil; i++ {
			_, err = j.Receive(t.Context(), Entry{Key: fmt.Sprint("later", i), Payload: []byte("x")})
		}
		done <- err
	}()
	dir := t.TempDir()
	path := filepath.Join(dir, FileName)
	if err := errors.Join(j.Snapshot(path), <-done); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the copy is %v: %v", info.Mode(), err)
	}
	if holds(t, path, "text that was deleted") || !holds(t, path, "text that waits") {
		t.Error("the copy holds what was deleted, or not what waits")
	}
	if err := j.Snapshot(path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a copy over a file: %v", err)
	}
	c := mustOpen(t, dir, Options{})
	for _, key := range []string{"closed", "open"} {
		if fresh, err := c.Receive(t.Context(), Entry{Key: key}); err != nil || fresh {
			t.Errorf("the copy does not know %s: %v", key, err)
		}
	}
	if n, err := c.Restored(); err != nil || n < 1 {
		t.Errorf("%d open questions: %v", n, err)
	}
	open, err := c.Pending(t.Context())
	if err != nil || len(open) == 0 || open[0].Key != "open" || !open[0].Restored || string(open[0].Payload) != "text that waits" {
		t.Errorf("open questions %+v: %v", open, err)
	}
}

// TestRenew looks for the text of a question that was closed in the bytes of the file, and goes on with
// the journal.
func TestRenew(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, FileName)
	j := mustOpen(t, dir, Options{})
	const canary = "canary of a question"
	receiveFresh(t, j, "closed", canary)
	receiveFresh(t, j, "open", "text that waits")
	if err := j.Answered(t.Context(), "closed", "1.2"); err != nil {
		t.Fatal(err)
	}
	if !holds(t, path, canary) {
		t.Log("the bytes went with the record")
	}
	if err := os.WriteFile(path+".new", []byte("left by a killed process"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := j.Renew(); err != nil {
		t.Fatal(err)
	}
	if holds(t, path, canary) || !holds(t, path, "text that waits") {
		t.Error("the file holds what was deleted, or not what waits")
	}
	if _, err := Open(dir, Options{LockTimeout: 1}); !errors.Is(err, ErrLocked) {
		t.Errorf("a second journal after the file was renewed: %v", err)
	}
	receiveFresh(t, j, "later", "x")
	if err := errors.Join(j.Answered(t.Context(), "open", "1.3"), j.Close()); err != nil {
		t.Fatal(err)
	}
	again := mustOpen(t, dir, Options{})
	if s := again.Stats(); s.Total != 3 || s.Open != 1 {
		t.Errorf("after the file was renewed there are %+v", s)
	}
	if left, err := filepath.Glob(path + "?*"); err != nil || len(left) > 0 {
		t.Errorf("beside it are %v: %v", left, err)
	}
	if err := errors.Join(again.Close(), again.Close()); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(again.Renew(), again.Snapshot(path)); !errors.Is(err, ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}
