package journal

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

func TestSecondOpenerIsRefused(t *testing.T) {
	dir := t.TempDir()
	j := mustOpen(t, dir, Options{})
	receive(t, j, Entry{Key: "k"}, true)
	_, err := Open(dir, Options{LockTimeout: time.Millisecond})
	if !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), dir) {
		t.Fatalf("second Open: %v, want ErrLocked that names %s", err, dir)
	}
	must(t, j.Close())
	receive(t, mustOpen(t, dir, Options{}), Entry{Key: "k"}, false)
}

func TestNewerFormatIsLeftAlone(t *testing.T) {
	dir := t.TempDir()
	path := writeFile(t, dir, func(tx *bbolt.Tx) error {
		meta, err := tx.CreateBucket([]byte(bucketMeta))
		if err != nil {
			return err
		}
		return meta.Put([]byte(keyVersion), seal(sealVersion, keyVersion, []byte("3")))
	})
	before, err := os.ReadFile(path)
	must(t, err)
	if _, err := Open(dir, Options{}); !errors.Is(err, ErrNewer) {
		t.Fatalf("Open = %v, want ErrNewer", err)
	}
	after, err := os.ReadFile(path)
	must(t, err)
	if !bytes.Equal(before, after) || len(aside(t, dir)) != 0 {
		t.Error("the file was touched")
	}
}

// writeFile makes a bbolt file in the place of the journal's.
func writeFile(t *testing.T, dir string, fill func(*bbolt.Tx) error) (path string) {
	t.Helper()
	path = filepath.Join(dir, FileName)
	db, err := bbolt.Open(path, 0o600, nil)
	must(t, err)
	must(t, db.Update(fill))
	must(t, db.Close())
	return path
}

func aside(t *testing.T, dir string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, FileName+".damaged-*"))
	must(t, err)
	return names
}

func TestErrorsOfTheSystemAreNotDamage(t *testing.T) {
	dir := t.TempDir()
	must(t, os.Mkdir(filepath.Join(dir, FileName), 0o700))
	var pathErr *fs.PathError
	if _, err := Open(dir, Options{}); !errors.As(err, &pathErr) || errors.Is(err, ErrDamaged) {
		t.Errorf("Open over a directory: %v", err)
	}
	if len(aside(t, dir)) != 0 {
		t.Error("the directory was put aside")
	}
	if _, err := Open(filepath.Join(dir, FileName, "\x00"), Options{}); !errors.As(err, &pathErr) {
		t.Errorf("Open of an impossible directory: %v", err)
	}
}

// edit changes a bucket of a healthy journal file.
func edit(bucket string, f func(*bbolt.Bucket) error) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		db, err := bbolt.Open(path, 0o600, nil)
		must(t, err)
		must(t, db.Update(func(tx *bbolt.Tx) error { return f(tx.Bucket([]byte(bucket))) }))
		must(t, db.Close())
	}
}

func overwrite(content string) func(*testing.T, string) {
	return func(t *testing.T, path string) { must(t, os.WriteFile(path, []byte(content), 0o600)) }
}

func truncate(size int64) func(*testing.T, string) {
	return func(t *testing.T, path string) { must(t, os.Truncate(path, size)) }
}

func TestDamagedFileIsPutAside(t *testing.T) {
	del := func(key string) func(*bbolt.Bucket) error {
		return func(b *bbolt.Bucket) error { return b.Delete([]byte(key)) }
	}
	put := func(key, value string) func(*bbolt.Bucket) error {
		return func(b *bbolt.Bucket) error { return b.Put([]byte(key), []byte(value)) }
	}
	tests := []struct {
		name   string
		left   int // of the 8 questions, those that are carried over
		damage func(*testing.T, string)
	}{
		{"one byte", 0, overwrite("x")},
		{"text", 0, overwrite(strings.Repeat("not a journal\n", 5000))},
		{"zeros", 0, overwrite(strings.Repeat("\x00", 1<<15))},
		{"half a page", 0, truncate(2048)},
		{"one page", 0, truncate(4096)},
		{"two pages", 0, truncate(8192)},
		{"three pages", 3, truncate(12288)},
		{"five pages", 8, truncate(5 << 12)},
		{"no version", 8, edit(bucketMeta, del("version"))},
		{"version not sealed", 8, edit(bucketMeta, put("version", "2"))},
		{"version not a number", 8, edit(bucketMeta, put("version", string(seal(sealVersion, "version", []byte("one")))))},
		{"bucket missing", 8, func(t *testing.T, path string) {
			db, err := bbolt.Open(path, 0o600, nil)
			must(t, err)
			must(t, db.Update(func(tx *bbolt.Tx) error { return tx.DeleteBucket([]byte(bucketOrder)) }))
			must(t, db.Close())
		}},
		{"record not sealed", 8, edit(bucketEntries, put("k1", `{"state":"received"}`))},
		{"record of unknown state", 8, edit(bucketEntries, put("k1", string(seal(sealEntry, "k1", []byte(`{"state":"lost"}`)))))},
		{"record not JSON", 8, edit(bucketEntries, put("k1", string(seal(sealEntry, "k1", []byte(`{`)))))},
		{"record without rows", 8, edit(bucketEntries, put("k99", string(seal(sealEntry, "k99", []byte(`{"state":"failed","received":"2026-11-23T09:00:00Z","changed":"2026-11-23T09:00:00Z"}`)))))},
		{"payload missing", 8, edit(bucketPayloads, del("k1"))},
		{"payload changed", 8, edit(bucketPayloads, put("k1", "\x00\x00\x00\x00question"))},
		{"payload of nobody", 8, edit(bucketPayloads, put("x", "x"))},
		{"alias missing", 8, edit(bucketAliases, del("alias 1"))},
		{"alias of another", 8, edit(bucketAliases, put("alias 1", "k2"))},
		{"alias of nobody", 8, edit(bucketAliases, put("x", "x"))},
		{"order row of nobody", 8, edit(bucketOrder, put("\x00short", ""))},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var logged strings.Builder
			dir, now := t.TempDir(), newClock()
			opts := Options{Clock: now.Now, Logger: slog.New(slog.NewTextHandler(&logged, nil))}
			path := filepath.Join(dir, FileName)
			for round := 1; round <= 2; round++ { // the second one finds the name taken
				j := mustOpen(t, dir, opts)
				populate(t, j, 8)
				must(t, j.Close())
				tt.damage(t, path)
				want, err := os.ReadFile(path)
				must(t, err)

				logged.Reset()
				j = mustOpen(t, dir, opts)
				if !strings.Contains(logged.String(), "put aside") {
					t.Errorf("not logged: %q", &logged)
				}
				names := aside(t, dir)
				if len(names) != round {
					t.Fatalf("put aside: %q, want %d files", names, round)
				}
				got, err := os.ReadFile(names[len(names)-1])
				must(t, err)
				if !bytes.Equal(got, want) {
					t.Error("the file put aside differs from the damaged one")
				}
				left := 0
				for i := range 8 {
					fresh, err := j.Receive(t.Context(), Entry{Key: fmt.Sprintf("k%d", i), Alias: fmt.Sprintf("alias %d", i)})
					must(t, err)
					if !fresh {
						left++
					}
				}
				if left != tt.left {
					t.Errorf("%d questions carried over, want %d", left, tt.left)
				}
				must(t, j.Close())
				must(t, os.Remove(path))
			}
		})
	}
}

// Wrong page numbers are what bbolt would follow for ever, or overwrite.
func TestWrongPageNumbersAreSeen(t *testing.T) {
	pageSize := os.Getpagesize()
	tests := []struct {
		name   string
		flag   uint16 // of the pages to change
		offset int    // of the number in the page
		value  func(id uint64) uint64
	}{
		{"child of itself", flagBranch, pageHeader + 8, func(id uint64) uint64 { return id }},
		{"child far away", flagBranch, pageHeader + 8, func(uint64) uint64 { return 1 << 40 }},
		{"free list in itself", flagFreelist, pageHeader, func(id uint64) uint64 { return id }},
		{"free meta page", flagFreelist, pageHeader, func(uint64) uint64 { return 1 }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			j := mustOpen(t, dir, Options{})
			fill(t, j, 200)
			must(t, j.Close())
			path := filepath.Join(dir, FileName)
			file, err := os.ReadFile(path)
			must(t, err)
			changed := 0
			for at := 0; at < len(file); at += pageSize {
				if page := file[at : at+pageSize]; flagsOf(page) == tt.flag {
					binary.NativeEndian.PutUint64(page[tt.offset:], tt.value(uint64(at/pageSize)))
					changed++
				}
			}
			if changed == 0 {
				t.Fatal("the file has no such page")
			}
			must(t, os.WriteFile(path, file, 0o600))
			mustOpen(t, dir, Options{})
			if len(aside(t, dir)) != 1 {
				t.Error("the file was not put aside")
			}
		})
	}
}

// populate stores questions in several states.
func populate(t testing.TB, j *Journal, n int) {
	t.Helper()
	for i := range n {
		key := fmt.Sprintf("k%d", i)
		receive(t, j, Entry{Key: key, Alias: fmt.Sprintf("alias %d", i), Payload: fmt.Appendf(nil, "payload %d", i)}, true)
		if i%3 == 0 {
			must(t, j.Answered(t.Context(), key, fmt.Sprint(i)))
		}
	}
}

// Whatever bytes change, Open either sees it or all entries are as written.
func TestFlippedBytesAreSeenOrHarmless(t *testing.T) {
	const seed, rounds = 20261123, 250
	now := newClock()
	opts := Options{Clock: now.Now}
	origin := t.TempDir()
	j := mustOpen(t, origin, opts)
	populate(t, j, 60)
	before := entries(t, j) // what bbolt falls back to when its newer meta page is damaged
	receive(t, j, Entry{Key: "the last"}, true)
	want := entries(t, j)
	must(t, j.Close())
	healthy, err := os.ReadFile(filepath.Join(origin, FileName))
	must(t, err)

	rnd := rand.New(rand.NewPCG(seed, 1))
	seen := 0
	for round := range rounds {
		dir := t.TempDir()
		damaged := bytes.Clone(healthy)
		for range 1 << rnd.IntN(12) {
			damaged[rnd.IntN(len(damaged))] ^= byte(1 << rnd.IntN(8))
		}
		must(t, os.WriteFile(filepath.Join(dir, FileName), damaged, 0o600))
		j, err := Open(dir, opts)
		if err != nil {
			t.Fatalf("seed %d, round %d: %v", seed, round, err)
		}
		if len(aside(t, dir)) > 0 {
			seen++
		} else if got := entries(t, j); got != want && got != before {
			t.Errorf("seed %d, round %d: damage unseen:\n%s\nwant\n%s", seed, round, got, want)
		}
		receive(t, j, Entry{Key: "one more"}, true)
		must(t, j.Close())
	}
	t.Logf("%d of %d damaged files were put aside", seen, rounds)
	if seen == 0 {
		t.Error("no damage was ever seen")
	}
}

func entries(t testing.TB, j *Journal) string {
	t.Helper()
	var all strings.Builder
	j.mu.Lock()
	defer j.mu.Unlock()
	must(t, j.view(func(v *view) error {
		return v.rows.entries.ForEach(func(k, _ []byte) error {
			e, _, err := v.rows.get(string(k))
			fmt.Fprintln(&all, e)
			return err
		})
	}))
	return all.String()
}

// Damage that appears while the journal is open ends its use, not the process.
func TestDamageWhileOpen(t *testing.T) {
	dir := t.TempDir()
	j := mustOpen(t, dir, Options{})
	populate(t, j, 30)
	must(t, os.Truncate(filepath.Join(dir, FileName), 8192))
	if fresh, err := j.Receive(t.Context(), Entry{Key: "k1"}); fresh || !errors.Is(err, ErrDamaged) {
		t.Errorf("Receive = %t, %v; want false, ErrDamaged", fresh, err)
	}
	if _, err := j.Pending(t.Context()); !errors.Is(err, ErrDamaged) {
		t.Errorf("Pending = %v, want ErrDamaged", err)
	}
	if err := j.Answered(t.Context(), "k1", ""); !errors.Is(err, ErrDamaged) {
		t.Errorf("Answered = %v, want ErrDamaged", err)
	}
	must(t, j.Close())
}
