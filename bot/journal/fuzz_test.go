package journal

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Any bytes either decode to an entry that is written as it was read, or fail.
func FuzzDecode(f *testing.F) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 1, time.UTC)
	for _, e := range []Entry{
		{Key: "Ev1", State: Received, Received: now, Changed: now},
		{Key: "Ev2", Alias: "T/C/1", Kind: "dm", State: Answered, Received: now, Changed: now, Attempts: 2, AnswerTS: "1.1"},
		{Key: "Ev3", State: Failed, Received: now, Changed: now, Error: "no_permission \u2028 <&>"},
	} {
		record, err := encode(e)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(e.Key, record[sealHead+len(e.Key):], true)
		f.Add(e.Key, record, false)
	}
	f.Add("k", []byte(`{"state":"received","received":"0000-01-01T00:00:00+23:59"}`), true)
	f.Fuzz(func(t *testing.T, key string, body []byte, sum bool) {
		if sum {
			body = seal(sealEntry, key, body)
		}
		e, err := decode(key, body)
		if err != nil {
			return
		}
		if e.Key != key || !e.State.known() {
			t.Fatalf("decode = %+v", e)
		}
		again, err := encode(e)
		if err != nil {
			t.Fatal(err)
		}
		if e2, err := decode(key, again); err != nil || fmt.Sprint(e2) != fmt.Sprint(e) {
			t.Fatalf("decode = %+v, %v; want %+v", e2, err, e)
		}
		if k := string(orderKey(e)); !strings.HasSuffix(k, key) || len(k) != orderPrefix+len(key) {
			t.Fatalf("orderKey = %q", k)
		}
	})
}

// Whatever bytes change, Open begins a new journal or reads the old one. A patch
// is a list of two bytes of offset and one to change the byte there with.
func FuzzOpen(f *testing.F) {
	dir := f.TempDir()
	j := mustOpen(f, dir, Options{})
	populate(f, j, 40)
	must(f, j.Close())
	healthy, err := os.ReadFile(filepath.Join(dir, FileName))
	must(f, err)
	f.Add([]byte{})
	f.Add([]byte{0, 16, 1, 16, 16, 1})        // both meta pages
	f.Add([]byte{0x40, 10, 0xFF, 0x40, 8, 3}) // the head of page 4
	f.Fuzz(func(t *testing.T, patch []byte) {
		file := bytes.Clone(healthy)
		for ; len(patch) >= 3; patch = patch[3:] {
			file[int(binary.BigEndian.Uint16(patch))%len(file)] ^= patch[2]
		}
		dir := t.TempDir()
		must(t, os.WriteFile(filepath.Join(dir, FileName), file, 0o600))
		j := mustOpen(t, dir, Options{})
		if _, err := j.Pending(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
