package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"verbatim/bot/journal"
	"verbatim/bot/localslack"
	"verbatim/bot/memory"
	"verbatim/corpus/source"
)

// TestFault30State opens what older versions wrote, and has what a newer one wrote refused: with a word on
// what to do, and without touching it. The index is no state: another one is built.
func TestFault30State(t *testing.T) {
	t.Run("old state migrates", oldState)
	t.Run("newer state is refused", newerState)
	t.Run("every format has a version", func(t *testing.T) {
		if journal.FormatVersion < 2 || memory.FormatVersion < 1 || source.FormatVersion < 1 || backupFormat < 1 {
			t.Error("a format without a version")
		}
	})
}

// journal1 writes a journal of format 1: a question that was answered, and one that is open.
func journal1(t *testing.T, dir, openKey string, open []byte) {
	t.Helper()
	db, err := bbolt.Open(filepath.Join(dir, journal.FileName), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	sealed := func(key string, body []byte) []byte {
		table := crc32.MakeTable(crc32.Castagnoli)
		sum := crc32.Update(crc32.Checksum([]byte(key), table), table, body)
		return append(binary.BigEndian.AppendUint32(nil, sum), body...)
	}
	now := time.Now().UTC()
	entry := func(state, alias string) []byte {
		return fmt.Appendf(nil, `{"alias":%q,"kind":"dm","state":%q,"received":%q,"changed":%q}`, alias, state, now.Format(time.RFC3339Nano), now.Format(time.RFC3339Nano))
	}
	order := func(closed byte, key string) []byte {
		return append(binary.BigEndian.AppendUint64([]byte{closed}, uint64(now.UnixNano())^(1<<63)), key...)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		put := func(bucket, key string, value []byte) error {
			b, err := tx.CreateBucketIfNotExists([]byte(bucket))
			if err != nil {
				return err
			}
			return b.Put([]byte(key), value)
		}
		return errors.Join(
			put("meta", "version", sealed("version", []byte("1"))),
			put("entries", "Ev1", sealed("Ev1", entry("answered", "alias1"))), put("aliases", "alias1", []byte("Ev1")), put("order", string(order(1, "Ev1")), nil),
			put("entries", openKey, sealed(openKey, entry("received", "alias2"))), put("aliases", "alias2", []byte(openKey)), put("order", string(order(0, openKey)), nil),
			put("payloads", openKey, sealed(openKey, open)),
		)
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

// oldState starts on a data folder of the first formats: a journal of format 1 with an open question, lists
// without a version, an index of a layout before the third.
func oldState(t *testing.T) {
	s := newService(t)
	dm := s.slack.DM(localslack.Ada)
	ts, err := s.slack.Say(localslack.Ada, dm, "How long did the call last?") // before the bot is there
	if err != nil {
		t.Fatal(err)
	}
	payload := fmt.Appendf(nil, `{"kind":"dm","key":"Ev2","team":"T0LOCAL","channel":%q,"user":%q,"ts":%q,"thread":%q,"question":"How long did the call last?","received":%q}`,
		dm, localslack.Ada, ts, ts, time.Now().UTC().Format(time.RFC3339Nano))
	for name, text := range map[string]string{"sources/added.json": `{"added":null,"forgotten":[]}`, "index/CURRENT": "gen-000001\n", "index/gen-000001/MANIFEST.json": `{"version":2}`} {
		name = filepath.Join(s.data, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o700), os.WriteFile(name, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(filepath.Join(s.data, dirJournal), 0o700); err != nil {
		t.Fatal(err)
	}
	journal1(t, filepath.Join(s.data, dirJournal), "Ev2", payload)
	cmd := s.start()
	s.connected()
	s.wait("an answer to the question of the old journal", func() bool {
		return slices.ContainsFunc(s.slack.Messages(dm), func(m localslack.Message) bool { return m.Bot && strings.Contains(m.Text, "two-hour call") })
	})
	s.stop(cmd)
	j, err := journal.Open(filepath.Join(s.data, dirJournal), journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	if fresh, err := j.Receive(t.Context(), journal.Entry{Key: "Ev1"}); err != nil || fresh {
		t.Errorf("what the old journal knew is forgotten: %v", err)
	}
	if aside, err := filepath.Glob(filepath.Join(s.data, dirJournal, "*damaged*")); err != nil || len(aside) > 0 {
		t.Errorf("put aside were %v: %v", aside, err)
	}
}

// newerState makes each part of the state one of a version to come.
func newerState(t *testing.T) {
	setBolt := func(file, bucket string, value func(old []byte) []byte) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			db, err := bbolt.Open(filepath.Join(dir, dirJournal, file), 0o600, nil)
			if err != nil {
				t.Fatal(err)
			}
			err = db.Update(func(tx *bbolt.Tx) error {
				b := tx.Bucket([]byte(bucket))
				return b.Put([]byte("version"), value(b.Get([]byte("version"))))
			})
			if err := errors.Join(err, db.Close()); err != nil {
				t.Fatal(err)
			}
		}
	}
	write := func(name, text string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			name := filepath.Join(dir, name)
			if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o700), os.WriteFile(name, []byte(text), 0o600)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, c := range map[string]struct {
		newer func(*testing.T, string)
		wants string
	}{
		"journal":  {setBolt(journal.FileName, "meta", func([]byte) []byte { return sealedVersion("99") }), "written by a newer version of Verbatim: run that version, or restore a backup"},
		"memory":   {setBolt(memory.FileName, "meta", func([]byte) []byte { return []byte("99") }), "written by a newer version of Verbatim: run that version, or restore a backup"},
		"lists":    {write("sources/added.json", `{"version":99,"added":[],"forgotten":[]}`), "written by a newer version of Verbatim: run that version, or restore a backup"},
		"pages":    {write("sources/web/web.json", `{"version":99,"pages":[],"runs":{}}`), "written by a newer version of Verbatim: run that version, or restore a backup"},
		"settings": {write("verbatim.yaml", "a_setting_to_come: 1\n"), "a newer version of Verbatim knows it"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t)
			s.flags = []string{"--config", filepath.Join(s.data, "verbatim.yaml")}
			dataWith(t, s.data, "old")
			if err := os.RemoveAll(filepath.Join(s.data, dirIndex)); err != nil {
				t.Fatal(err)
			}
			write("verbatim.yaml", "bar: normal\n")(t, s.data)
			write("sources/web/bodies/"+strings.Repeat("a", 64), "a file that somebody sent")(t, s.data)
			c.newer(t, s.data)
			before := contents(t, s.data)
			cmd := s.start()
			late := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() }) // where it does not end by itself
			err := cmd.Wait()
			late.Stop()
			if code := cmd.ProcessState.ExitCode(); err == nil || code != exitUsage {
				t.Errorf("exit code %d, want %d, at which no service starts it again", code, exitUsage)
			}
			if log := s.log.String(); !strings.Contains(log, c.wants) {
				t.Errorf("it does not say %q", c.wants)
			}
			after := contents(t, s.data)
			for file, data := range before {
				if !bytes.Equal(data, after[file]) {
					t.Errorf("%s was changed", file)
				}
			}
			for file := range after {
				if before[file] == nil && filepath.Base(file) != lockFile && filepath.Base(file) != sourcesLock {
					t.Errorf("%s was made", file)
				}
			}
		})
	}
}

// sealedVersion is a version as the journal writes it since format 2: see its entry.go.
func sealedVersion(version string) []byte {
	const key = "version"
	row := append([]byte("Vbj2v"), 0, byte(len(key)), 0, 0, 0, byte(len(version)), 0, 0, 0, 0)
	table := crc32.MakeTable(crc32.Castagnoli)
	rest := append([]byte(key), version...)
	sum := crc32.Update(crc32.Checksum(row[:11], table), table, rest)
	binary.BigEndian.PutUint32(row[11:], sum)
	return append(row, rest...)
}

// contents reads all files of a folder.
func contents(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files[name], err = os.ReadFile(name)
		if files[name] == nil {
			files[name] = []byte{}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
