package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"go.etcd.io/bbolt"
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

// TestCopyIsOfOneMoment copies a file again and again in which all records change and which grows and shrinks
// meanwhile: in a copy all records are of the same transaction, and whole.
func TestCopyIsOfOneMoment(t *testing.T) {
	from, err := bbolt.Open(filepath.Join(t.TempDir(), FileName), 0o600, &bbolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	const records, size = 300, 400
	write := func(generation int) error {
		return from.Update(func(tx *bbolt.Tx) error {
			b, err := tx.CreateBucketIfNotExists([]byte("stamped"))
			if err != nil {
				return err
			}
			more, err := tx.CreateBucketIfNotExists([]byte("more"))
			if err != nil {
				return err
			}
			value := []byte(strings.Repeat(fmt.Sprintf("%08d", generation), size/8))
			for i := range records {
				if err := b.Put(fmt.Appendf(nil, "%04d", i), value); err != nil {
					return err
				}
			}
			if generation%8 == 0 {
				return more.Delete([]byte("much"))
			}
			return more.Put([]byte("much"), make([]byte, generation*1000))
		})
	}
	if err := write(1); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var writer sync.WaitGroup
	writer.Go(func() {
		for generation := 2; ctx.Err() == nil; generation++ {
			if err := write(generation); err != nil {
				t.Error(err)
				return
			}
		}
	})
	defer writer.Wait()
	defer stop()
	dir := t.TempDir()
	for i := range 60 {
		path := filepath.Join(dir, fmt.Sprint(i))
		if err := Copy(from, path); err != nil {
			t.Fatal(err)
		}
		checkStamps(t, path, records)
		if t.Failed() {
			return
		}
	}
}

// checkStamps fails unless all records in the bucket "stamped" of the file have the same value, of which each
// eighth byte begins the same number.
func checkStamps(t *testing.T, path string, records int) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	found := 0
	err = db.View(func(tx *bbolt.Tx) error {
		b := tx.Bucket([]byte("stamped"))
		_, first := b.Cursor().First()
		return b.ForEach(func(k, v []byte) error {
			if found++; !bytes.Equal(v, bytes.Repeat(first[:8], len(v)/8)) || len(v) != len(first) {
				return fmt.Errorf("record %s is %.16q…, the first one %.16q…", k, v, first)
			}
			return nil
		})
	})
	if err == nil && found != records {
		err = fmt.Errorf("%d records, want %d", found, records)
	}
	if err != nil {
		t.Errorf("%s: %v", filepath.Base(path), err)
	}
}

// TestCopyInSteps copies buckets that take several transactions, one, and none.
func TestCopyInSteps(t *testing.T) {
	dir := t.TempDir()
	from, err := bbolt.Open(filepath.Join(dir, "from"), 0o600, &bbolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	sizes := map[string][]int{"empty": nil, "many": {copyStep - 1, 1, 0, 2 * copyStep, copyStep / 2, 7}, "one": {5}}
	err = from.Update(func(tx *bbolt.Tx) error {
		for name, list := range sizes {
			b, err := tx.CreateBucket([]byte(name))
			if err != nil {
				return err
			}
			for i, size := range list {
				if err := b.Put([]byte{byte(i)}, bytes.Repeat([]byte{byte(i)}, size)); err != nil {
					return err
				}
			}
		}
		return nil
	})
	path := filepath.Join(dir, "to")
	if err := errors.Join(err, Copy(from, path)); err != nil {
		t.Fatal(err)
	}
	to, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer to.Close()
	err = to.View(func(tx *bbolt.Tx) error {
		return tx.ForEach(func(name []byte, b *bbolt.Bucket) error {
			list := sizes[string(name)]
			delete(sizes, string(name))
			n := 0
			err := b.ForEach(func(k, v []byte) error {
				if n >= len(list) || k[0] != byte(n) || !bytes.Equal(v, bytes.Repeat(k, list[n])) {
					t.Errorf("%s: record %d is %v with %d bytes", name, n, k, len(v))
				}
				n++
				return nil
			})
			if n != len(list) {
				t.Errorf("%s: %d records, want %d", name, n, len(list))
			}
			return err
		})
	})
	if err != nil || len(sizes) > 0 {
		t.Errorf("the copy lacks %v: %v", sizes, err)
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

// TestSnapshotWhileRenewed makes backups while the file is renewed all the time, and closed in the end.
func TestSnapshotWhileRenewed(t *testing.T) {
	j := mustOpen(t, t.TempDir(), Options{})
	receiveFresh(t, j, "open", "text that waits")
	dir := t.TempDir()
	snapshot := func(name string) error {
		path := filepath.Join(dir, name)
		if err := j.Snapshot(path); err != nil {
			return err
		}
		if !holds(t, path, "text that waits") {
			t.Error("the copy does not hold what waits")
		}
		return os.Remove(path)
	}
	ctx, stop := context.WithCancel(t.Context())
	var renewing sync.WaitGroup
	renewing.Go(func() {
		for ctx.Err() == nil {
			if err := j.Renew(); err != nil {
				t.Error(err)
				return
			}
		}
	})
	for i := range 400 {
		if err := snapshot(fmt.Sprint(i)); err != nil {
			t.Error(err)
			break
		}
	}
	stop()
	renewing.Wait()
	closed := make(chan error, 1)
	go func() { closed <- j.Close() }()
	for i := 0; ; i++ {
		if err := snapshot(fmt.Sprint("last", i)); err != nil {
			if !errors.Is(err, ErrClosed) {
				t.Errorf("of a journal that is closed: %v", err)
			}
			break
		}
	}
	if err := <-closed; err != nil {
		t.Error(err)
	}
}
