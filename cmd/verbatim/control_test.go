package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"verbatim/bot/localslack"
)

// TestControlNeedsItsKey asks the running bot as another user of the machine could, who cannot read the data
// folder; the key of one run is worth nothing in the next.
func TestControlNeedsItsKey(t *testing.T) {
	s := newService(t)
	cmd := s.start()
	s.connected()
	s.ask(localslack.General)
	s.ask(localslack.General) // once it is answered, the one before it is remembered
	s.answered()
	read := func() (c control) {
		t.Helper()
		data, err := os.ReadFile(filepath.Join(s.data, controlFile))
		if err == nil {
			err = json.Unmarshal(data, &c)
		}
		if err != nil || len(c.Key) < 20 {
			t.Fatalf("%s: %v", data, err)
		}
		return c
	}
	c := read()
	if !strings.HasPrefix(c.Address, "127.0.0.1:") {
		t.Errorf("it listens on %s", c.Address)
	}
	for name, key := range map[string]string{"no key": "", "no key, but its kind": bearer, "a wrong key": bearer + "x" + c.Key[1:], "a beginning": bearer + c.Key[:len(c.Key)-1], "more": bearer + c.Key + "x", "without its kind": c.Key} {
		for _, path := range []string{"/backup", "/export?user=" + localslack.Ada, "/"} {
			status, body, _ := send(t, http.MethodGet, "http://"+c.Address+path, "", map[string]string{"Authorization": key})
			if status != http.StatusForbidden || strings.Contains(body, "call") {
				t.Errorf("%s, %s: status %d %.80q", name, path, status, body)
			}
		}
	}
	status, body, _ := send(t, http.MethodGet, "http://"+c.Address+"/export?user="+localslack.Ada, "", map[string]string{"Authorization": bearer + c.Key})
	if status != http.StatusOK || !strings.Contains(body, "How long did the call last?") {
		t.Errorf("with the key: status %d %.80q", status, body)
	}
	s.kill(cmd)
	cmd = s.start()
	s.connected()
	if read().Key == c.Key {
		t.Error("the next run has the same key")
	}
	s.stop(cmd)
	if _, err := os.Stat(filepath.Join(s.data, controlFile)); err == nil {
		t.Error("the key stays when the bot has stopped")
	}
}

// TestFilesAreForTheirOwner looks at the rights of everything that a bot, a backup and an export write.
func TestFilesAreForTheirOwner(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("rights are another matter here")
	}
	s := newService(t)
	s.data = filepath.Join(t.TempDir(), "data")
	cmd := s.start()
	s.connected()
	s.ask(localslack.General)
	s.answered()
	dir := t.TempDir()
	must(t, dir, "backup", "--data", s.data, "backup")
	must(t, dir, "export", "--data", s.data, localslack.Ada, "export.json")
	files := 0
	for _, root := range []string{s.data, dir} {
		err := filepath.WalkDir(root, func(name string, d os.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) || name == dir { // what the bot has just removed
				return nil
			}
			if err != nil {
				return err
			}
			info, err := d.Info()
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if err != nil {
				return err
			}
			files++
			open := info.Mode().Perm() & 0o077
			if open != 0 && !strings.HasPrefix(name, filepath.Join(s.data, dirIndex)) {
				t.Errorf("%s is %v", name, info.Mode())
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if info, err := os.Stat(filepath.Join(s.data, dirIndex)); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the index is %v: %v", info.Mode(), err)
	}
	if files < 8 {
		t.Errorf("%d files", files)
	}
	s.stop(cmd)
}
