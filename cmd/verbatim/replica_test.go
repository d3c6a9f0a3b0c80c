package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"verbatim/bot/journal"
	"verbatim/bot/memory"
	"verbatim/bot/shared"
)

// TestReplicaAtRest asks for what a replica keeps while it does not run: what is elsewhere is said, and
// nothing is taken for all that there is.
func TestReplicaAtRest(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	kept := filepath.Join(data, dirJournal)
	j, err := journal.Open(kept, journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := memory.Open(kept, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{j.Close(), m.Close(), os.WriteFile(filepath.Join(kept, shared.FileName), []byte("name\n"), 0o600)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	code, _, errs := run2(t, "export", "--data", data, "U1", filepath.Join(dir, "u1.json"))
	if code == 0 || !strings.Contains(errs, "while the replica runs") {
		t.Errorf("export ends with %d: %s", code, errs)
	}
	code, out, errs := run2(t, "backup", "--data", data, filepath.Join(dir, "backup"))
	if code != 0 || !strings.Contains(out, "snapshot of OpenSearch") {
		t.Errorf("backup ends with %d: %s%s", code, out, errs)
	}
	if err := shared.Alone(kept); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := run2(t, "export", "--data", data, "U1", filepath.Join(dir, "u1.json")); code != 0 {
		t.Errorf("export of a bot that is alone ends with %d: %s", code, errs)
	}
	code, out, _ = run2(t, "backup", "--data", data, filepath.Join(dir, "other"))
	if code != 0 || strings.Contains(out, "OpenSearch") {
		t.Errorf("backup of a bot that is alone ends with %d: %s", code, out)
	}
}
