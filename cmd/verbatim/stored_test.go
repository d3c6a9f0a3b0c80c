package main

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"verbatim/bot/localslack"
)

// storedRow is a row of the table of SECURITY.md that says what is stored: a file, or a bucket of one.
var storedRow = regexp.MustCompile("^\\| ((?:`[^`]+`(?:, )?)+) \\| [^|]+ \\| [^|]+ \\|$")

// storedTables reads both tables under "What is stored": patterns of files, and buckets of the two stores.
func storedTables(t *testing.T) (files, buckets []string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "SECURITY.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(data), "\n## What is stored")
	if !found {
		t.Fatal("SECURITY.md does not say what is stored")
	}
	section, _, _ = strings.Cut(section, "\n## ")
	for line := range strings.Lines(section) {
		m := storedRow.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil {
			continue
		}
		for _, name := range strings.Split(m[1], ", ") {
			if name = strings.Trim(name, "`"); strings.Contains(name, " › ") {
				buckets = append(buckets, name)
			} else {
				files = append(files, name)
			}
		}
	}
	if len(files) < 10 || len(buckets) < 10 {
		t.Fatalf("the tables name %d files and %d buckets", len(files), len(buckets))
	}
	return files, buckets
}

// covers says that a pattern of the table is that of a file; one that ends in a slash is for all below.
func covers(pattern, name string) bool {
	if ok, _ := path.Match(pattern, name); ok {
		return true
	}
	folder, ok := strings.CutSuffix(pattern, "/")
	parts := strings.Split(name, "/")
	n := strings.Count(folder, "/") + 1
	if !ok || len(parts) <= n {
		return false
	}
	below, _ := path.Match(folder, strings.Join(parts[:n], "/"))
	return below
}

// TestWhatIsStored has a bot keep everything that it can keep, and holds the files and buckets that are then
// there against the tables of SECURITY.md: nothing is there that they do not name, and they name nothing
// that never is.
func TestWhatIsStored(t *testing.T) {
	files, buckets := storedTables(t)
	s := newService(t)
	dir := t.TempDir()
	for name, text := range map[string]string{"verbatim.yaml": "admins: [" + localslack.Ada + "]\n", "docs/tea.md": "# Tea\n\nTea is served at four.\n", "docs/tea.csv": "a,b\n1,2\n"} {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s.flags = []string{"--corpus", filepath.Join(dir, "docs"), "--config", filepath.Join(dir, "verbatim.yaml")}
	cmd := s.start()
	s.connected()
	s.drop("badge.md", "# Badges\n\nThe porter replaces a lost badge.\n", "Done: 1 new")
	s.question("When is tea served?", "at four")
	found := s.stored()
	s.stop(cmd)
	found = append(found, s.stored()...)
	if err := os.WriteFile(filepath.Join(s.data, "sources", "web", "web.json"), []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd = s.start()
	s.connected()
	s.stop(cmd)
	found = append(found, s.stored()...)
	must(t, dir, "backup", "--data", s.data, "--config", s.flags[3], "backup")
	must(t, dir, "restore", "--data", s.data, "--config", s.flags[3], "--force", "backup")
	found = append(found, s.stored()...)
	slices.Sort(found)
	found = slices.Compact(found)
	used := map[string]bool{}
	for _, name := range found {
		known := false
		for _, pattern := range files {
			if covers(pattern, name) {
				known, used[pattern] = true, true
			}
		}
		if !known {
			t.Errorf("%s is stored, and the table does not say so", name)
		}
	}
	rare := []string{"code/", "journal/*.damaged-*", "restoring/", "stage-*/"} // machine code, damage, interruptions
	for _, pattern := range files {
		if !used[pattern] && !slices.Contains(rare, pattern) {
			t.Errorf("the table names %s, which is not there", pattern)
		}
	}
	compareBuckets(t, s.data, buckets)
}

// stored lists the files of the data folder.
func (s *service) stored() (names []string) {
	s.t.Helper()
	err := filepath.WalkDir(s.data, func(name string, d os.DirEntry, err error) error {
		if os.IsNotExist(err) {
			return nil // files come and go
		}
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(s.data, name)
		names = append(names, filepath.ToSlash(rel))
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return names
}

// compareBuckets holds the buckets of both stores against those that the table names. What only finds
// records by time or user is of their bucket.
func compareBuckets(t *testing.T, data string, want []string) {
	t.Helper()
	var found []string
	for _, store := range []string{"journal.db", "memory.db"} {
		db, err := bbolt.Open(filepath.Join(data, dirJournal, store), 0o600, &bbolt.Options{ReadOnly: true, Timeout: time.Second})
		if err != nil {
			t.Fatal(err)
		}
		err = db.View(func(tx *bbolt.Tx) error {
			return tx.ForEach(func(name []byte, _ *bbolt.Bucket) error {
				base := strings.TrimSuffix(strings.TrimSuffix(string(name), ".time"), ".user")
				found = append(found, store+" › "+base)
				return nil
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(found)
	found = slices.Compact(found)
	want = slices.Sorted(slices.Values(want))
	if !slices.Equal(found, want) {
		t.Errorf("the stores have the buckets\n%s\nand the table names\n%s", strings.Join(found, "\n"), strings.Join(want, "\n"))
	}
}
