package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"verbatim/bot/journal"
	"verbatim/bot/localslack"
	"verbatim/bot/memory"
)

// verbatim runs a command in a folder of its own, so that no file of settings is near.
func verbatim(t *testing.T, dir string, args ...string) (output string, code int) {
	t.Helper()
	cmd := exec.Command("verbatim", args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

// must runs a command that is to succeed.
func must(t *testing.T, dir string, args ...string) string {
	t.Helper()
	out, code := verbatim(t, dir, args...)
	if code != 0 {
		t.Fatalf("%v: exit code %d\n%s", args, code, out)
	}
	return out
}

// unpacked returns the files of a backup by name.
func unpacked(t *testing.T, file string) map[string][]byte {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	zipped, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for archive := tar.NewReader(zipped); ; {
		head, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		if files[head.Name], err = io.ReadAll(archive); err != nil {
			t.Fatal(err)
		}
	}
}

// TestBackupOfARunningBot makes a backup while questions come in, loses the data folder, and goes on with
// what the backup holds: nothing is answered twice, and nothing is lost.
func TestBackupOfARunningBot(t *testing.T) {
	s := newService(t)
	s.flags = []string{"--config", filepath.Join(t.TempDir(), "verbatim.yaml")}
	const set = "admins: [" + localslack.Ada + "]\nkeep_questions_days: 30\n"
	if err := os.WriteFile(s.flags[1], []byte(set), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := s.start()
	s.connected()
	for i := range 12 {
		s.ask([]string{localslack.General, localslack.News, localslack.Leaders}[i%3])
	}
	s.answered()
	s.drop("backed-up.md", "# Backed up\n\nThe spare key hangs behind the door.\n", "Done: 1 new")
	ctx, stop := context.WithCancel(t.Context())
	asked := make(chan struct{})
	go func() { // load, while the backup is made
		defer close(asked)
		for i := 0; ctx.Err() == nil && i < 200; i++ {
			if _, err := s.slack.Say(localslack.Ada, []string{localslack.General, localslack.News, localslack.Leaders}[i%3], "@verbatim How long did the call last?"); err != nil {
				t.Error(err)
				return
			}
			select {
			case <-time.After(30 * time.Millisecond):
			case <-ctx.Done():
			}
		}
	}()
	dir := t.TempDir()
	file := filepath.Join(dir, "verbatim.backup")
	out := must(t, dir, "backup", "--data", s.data, file)
	withIndex := filepath.Join(dir, "with-index.backup")
	must(t, dir, "backup", "--data", s.data, "--with-index", withIndex)
	stop()
	<-asked
	s.answered()
	s.kill(cmd)

	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the backup is %v: %v", info.Mode(), err)
	}
	if left, err := filepath.Glob(filepath.Join(dir, ".*")); err != nil || len(left) > 0 {
		t.Errorf("beside the backup lie %v: %v", left, err)
	}
	files := unpacked(t, file)
	for _, name := range []string{backupManifest, "journal/journal.db", "journal/memory.db", "settings/verbatim.yaml", "sources/added.json", "sources/web/web.json"} {
		if len(files[name]) == 0 {
			t.Errorf("the backup holds no %s", name)
		}
	}
	for name, data := range files {
		if bytes.Contains(data, []byte(s.slack.Config().BotToken)) || bytes.Contains(data, []byte(s.slack.Config().AppToken)) {
			t.Errorf("%s in the backup holds a token", name)
		}
		if strings.HasPrefix(name, dirIndex) {
			t.Errorf("the backup holds %s of the index", name)
		}
	}
	if strings.Contains(out, "How long") || !strings.Contains(out, "journal and memory: 2 files") {
		t.Errorf("the command says:\n%s", out)
	}
	if len(unpacked(t, withIndex)) <= len(files)+2 {
		t.Error("the backup with the index has no more files than the one without")
	}

	for _, backup := range []string{file, withIndex} {
		s.data = filepath.Join(t.TempDir(), "data")
		s.flags[1] = filepath.Join(t.TempDir(), "restored.yaml")
		out := must(t, dir, "restore", "--data", s.data, "--config", s.flags[1], backup)
		if !strings.Contains(out, "Restored into") {
			t.Errorf("the command says:\n%s", out)
		}
		if got, err := os.ReadFile(s.flags[1]); err != nil || string(got) != set {
			t.Errorf("the settings are %q: %v", got, err)
		}
		known := strings.Count(s.log.String(), "documents=3")
		cmd = s.start()
		s.connected()
		s.ask(localslack.General)
		s.answered() // each question once, those of before the backup too
		s.stop(cmd)
		if strings.Count(s.log.String(), "documents=3") != known+1 {
			t.Error("the document that was added is not there")
		}
	}
}

// TestBackupKilled kills backups at random moments: the file is there whole or not at all, and the bot does
// not mind.
func TestBackupKilled(t *testing.T) {
	s := newService(t)
	cmd := s.start()
	s.connected()
	s.ask(localslack.General)
	s.answered()
	dir := t.TempDir()
	begun := time.Now()
	must(t, dir, "backup", "--data", s.data, "--with-index", filepath.Join(dir, "whole"))
	took := time.Since(begun)
	whole := 0
	const tries = 25
	for i := range tries {
		file := filepath.Join(dir, fmt.Sprint("killed", i))
		b := exec.Command("verbatim", "backup", "--data", s.data, "--with-index", file)
		if err := b.Start(); err != nil {
			t.Fatal(err)
		}
		<-time.After(took * time.Duration(i+1) / tries)
		_ = b.Process.Kill() // it may have ended
		_ = b.Wait()
		if _, err := os.Stat(file); err != nil {
			continue
		}
		whole++
		must(t, dir, "restore", "--check", file)
	}
	t.Logf("%d of %d were whole", whole, tries)
	file := filepath.Join(dir, "killed0")
	_ = os.Remove(file)
	must(t, dir, "backup", "--data", s.data, file)
	s.ask(localslack.News)
	s.answered()
	s.stop(cmd)
	if left, err := filepath.Glob(filepath.Join(s.data, stagePrefix+"*")); err != nil || len(left) > 0 {
		t.Errorf("in the data folder lie %v: %v", left, err)
	}
	must(t, dir, "backup", "--data", s.data, "--force", file) // of a bot at rest
}

// dataWith makes a data folder whose parts all bear a mark.
func dataWith(t *testing.T, dir, mark string) {
	t.Helper()
	j, err := journal.Open(filepath.Join(dir, dirJournal), journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = j.Receive(t.Context(), journal.Entry{Key: mark, Payload: []byte("{}")})
	if err := errors.Join(err, j.Close()); err != nil {
		t.Fatal(err)
	}
	m, err := memory.Open(filepath.Join(dir, dirJournal), discard())
	if err != nil {
		t.Fatal(err)
	}
	err = m.SaveVote(t.Context(), memory.Vote{Answer: mark, User: "U1", At: time.Now()})
	if err := errors.Join(err, m.Close()); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"sources/added.json": fmt.Sprintf(`{"version":1,"added":[],"forgotten":[{"id":%q,"path":%q}]}`, mark, mark),
		"index/CURRENT":      mark, "index/gen-000001/MARK": mark,
	} {
		name = filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o700), os.WriteFile(name, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
}

// marksOf returns the marks that the parts of a data folder bear.
func marksOf(t *testing.T, dir string) (marks []string) {
	t.Helper()
	j, err := journal.Open(filepath.Join(dir, dirJournal), journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	open, err := j.Pending(t.Context())
	if err := errors.Join(err, j.Close()); err != nil {
		t.Fatal(err)
	}
	for _, e := range open {
		marks = append(marks, e.Key)
	}
	m, err := memory.Open(filepath.Join(dir, dirJournal), discard())
	if err != nil {
		t.Fatal(err)
	}
	votes, err := m.Votes(t.Context(), 9)
	if err := errors.Join(err, m.Close()); err != nil {
		t.Fatal(err)
	}
	for _, v := range votes {
		marks = append(marks, v.Answer)
	}
	for _, name := range []string{"sources/added.json", "index/CURRENT"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, mark := range []string{"old", "new"} {
			if bytes.Contains(data, []byte(mark)) {
				marks = append(marks, mark)
			}
		}
	}
	return marks
}

// quickDir is a folder in memory where the system has one, for tests that kill processes: what a kill leaves
// is the same there, and nobody waits for a disk.
func quickDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "verbatim-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) }) // what stays is gone with the machine
	return dir
}

var errPlanted = errors.New("planted")

// TestRestoreIsAllOrNothing interrupts a restore at each of its renames, and kills it at random moments:
// the next start finds what was there, or what the backup holds, and never some of both.
func TestRestoreIsAllOrNothing(t *testing.T) {
	work := quickDir(t)
	dataWith(t, filepath.Join(work, "new"), "new")
	file := filepath.Join(work, "backup")
	must(t, work, "backup", "--data", "new", "--with-index", file)
	for n := 0; ; n++ {
		data := filepath.Join(quickDir(t), "data")
		dataWith(t, data, "old")
		stage := filepath.Join(data, restoringDir)
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		_, err = readArchive(f, stage)
		if err := errors.Join(err, f.Close()); err != nil {
			t.Fatal(err)
		}
		calls := 0
		failing := finisher{data, func(from, to string) error {
			if calls++; calls > n {
				return errPlanted
			}
			return os.Rename(from, to)
		}}
		err = failing.finish()
		if err != nil && !errors.Is(err, errPlanted) {
			t.Fatal(err)
		}
		unlock, lockErr := lockData(t.Context(), data, discard())
		if lockErr != nil {
			t.Fatal(lockErr)
		}
		if err := unlock(); err != nil {
			t.Fatal(err)
		}
		if marks := marksOf(t, data); !slices.Equal(marks, []string{"new", "new", "new", "new"}) {
			t.Errorf("interrupted at rename %d the folder is %v", n, marks)
		}
		aside, err2 := filepath.Glob(filepath.Join(data, asidePrefix+"*"))
		if err2 != nil || len(aside) != 1 || !slices.Equal(marksOf(t, aside[0]), []string{"old", "old", "old", "old"}) {
			t.Errorf("interrupted at rename %d what was there is in %v: %v", n, aside, err2)
		}
		if err == nil {
			if n < 7 {
				t.Errorf("a restore took %d renames, want three for what was there, three for what comes, one at the end", n)
			}
			break
		}
	}
	killRestores(t, work, file)
}

// killRestores kills restores at random moments.
func killRestores(t *testing.T, work, file string) {
	data := filepath.Join(work, "killed")
	begun := time.Now()
	must(t, work, "restore", "--data", filepath.Join(work, "whole"), file)
	took := time.Since(begun)
	counts := map[string]int{}
	const tries = 30
	for i := range tries {
		if err := os.RemoveAll(data); err != nil {
			t.Fatal(err)
		}
		dataWith(t, data, "old")
		r := exec.Command("verbatim", "restore", "--force", "--data", data, file)
		r.Dir = work
		if err := r.Start(); err != nil {
			t.Fatal(err)
		}
		<-time.After(took * 2 * time.Duration(i+1) / tries)
		_ = r.Process.Kill() // it may have ended
		_ = r.Wait()
		unlock, err := lockData(t.Context(), data, discard())
		if err != nil {
			t.Fatal(err)
		}
		if err := unlock(); err != nil {
			t.Fatal(err)
		}
		marks := marksOf(t, data)
		if len(slices.Compact(slices.Clone(marks))) != 1 || len(marks) != 4 {
			t.Errorf("killed at try %d the folder is %v", i, marks)
		}
		counts[marks[0]]++
		left, err := filepath.Glob(filepath.Join(data, stagePrefix+"*"))
		if err != nil || len(left) > 0 {
			t.Errorf("left are %v: %v", left, err)
		}
	}
	t.Logf("killed %d times: %v", tries, counts)
}

// TestRestoreRefuses gives it what it must not take, and looks that nothing was touched.
func TestRestoreRefuses(t *testing.T) {
	work := quickDir(t)
	dataWith(t, filepath.Join(work, "new"), "new")
	if err := os.WriteFile(filepath.Join(work, defaultSettings), []byte("bar: strict\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, work, "backup", "--data", "new", "good")
	good, err := os.ReadFile(filepath.Join(work, "good"))
	if err != nil {
		t.Fatal(err)
	}
	files := unpacked(t, filepath.Join(work, "good"))
	dataWith(t, filepath.Join(work, "full"), "old")
	repacked := func(change func(names []string, files map[string][]byte) []string) []byte {
		names := []string{backupManifest}
		for name := range files {
			if name != backupManifest {
				names = append(names, name)
			}
		}
		slices.Sort(names[1:])
		copied := map[string][]byte{}
		for name, data := range files {
			copied[name] = data
		}
		names = change(names, copied)
		var b bytes.Buffer
		zipped := gzip.NewWriter(&b)
		archive := tar.NewWriter(zipped)
		for _, name := range names {
			if err := archive.WriteHeader(&tar.Header{Name: name, Size: int64(len(copied[name])), Mode: 0o600, Typeflag: tar.TypeReg}); err != nil {
				t.Fatal(err)
			}
			if _, err := archive.Write(copied[name]); err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(archive.Close(), zipped.Close()); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	inManifest := func(old, new string) []byte {
		return repacked(func(names []string, files map[string][]byte) []string {
			if !bytes.Contains(files[backupManifest], []byte(old)) {
				t.Fatalf("the manifest holds no %q", old)
			}
			files[backupManifest] = bytes.Replace(files[backupManifest], []byte(old), []byte(new), 1)
			return names
		})
	}
	flipped := func(at int) []byte { b := bytes.Clone(good); b[at] ^= 0x40; return b }
	type refusal struct {
		name  string
		data  []byte
		args  []string
		wants string
	}
	cases := []refusal{
		{"text", []byte("this is no backup"), nil, "no backup of Verbatim"},
		{"nothing", nil, nil, "cut short"},
		{"an archive of something else", repacked(func(names []string, _ map[string][]byte) []string { return names[1:] }), nil, "no backup of Verbatim"},
		{"a newer backup", inManifest(`"format": 1`, `"format": 99`), nil, "newer one"},
		{"a newer journal", inManifest(`"journal_format": 2`, `"journal_format": 99`), nil, "newer one"},
		{"a newer memory", inManifest(`"memory_format": 1`, `"memory_format": 99`), nil, "newer one"},
		{"newer sources", inManifest(`"sources_format": 1`, `"sources_format": 99`), nil, "newer one"},
		{"a name that leads out", inManifest(`"journal/journal.db"`, `"../journal.db"`), nil, "which no backup holds"},
		{"a name that is absolute", inManifest(`"journal/journal.db"`, `"/journal.db"`), nil, "which no backup holds"},
		{"a foreign folder", inManifest(`"journal/journal.db"`, `"code/journal.db"`), nil, "which no backup holds"},
		{"a file too much", repacked(func(names []string, files map[string][]byte) []string {
			files["journal/more"] = []byte("x")
			return append(names, "journal/more")
		}), nil, "does not name"},
		{"a file too few", repacked(func(names []string, _ map[string][]byte) []string { return names[:len(names)-1] }), nil, "cut short"},
		{"another order", repacked(func(names []string, _ map[string][]byte) []string { slices.Reverse(names[1:]); return names }), nil, "damaged"},
		{"another file", repacked(func(names []string, files map[string][]byte) []string {
			files["sources/added.json"] = bytes.Replace(files["sources/added.json"], []byte("new"), []byte("old"), 1)
			return names
		}), nil, "not what was backed up"},
		{"something after its end", append(bytes.Clone(good), good...), nil, ""},
		{"a folder that is not empty", good, []string{"--data", "full"}, "not empty"},
		{"other settings", good, []string{"--data", "other", "--config", "other.yaml"}, "--keep-settings"},
	}
	for at := 0; at < len(good); at += max(1, len(good)/60) {
		cases = append(cases, refusal{fmt.Sprint("cut at ", at), good[:at], nil, ""})
		if !sameUnpacked(flipped(at), good) { // a copy of zeros from elsewhere, or a bit that means nothing
			cases = append(cases, refusal{fmt.Sprint("flipped at ", at), flipped(at), nil, ""})
		}
	}
	if err := os.WriteFile(filepath.Join(work, "other.yaml"), []byte("bar: normal\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			bad := filepath.Join(work, "bad")
			if err := os.WriteFile(bad, c.data, 0o600); err != nil {
				t.Fatal(err)
			}
			args, fresh := c.args, filepath.Join(quickDir(t), "fresh")
			if args == nil {
				args = []string{"--data", fresh}
			}
			out, code := verbatim(t, work, append(append([]string{"restore"}, args...), bad)...)
			if code == 0 || !strings.Contains(out, c.wants) || strings.Contains(out, "panic") {
				t.Errorf("exit code %d, want a refusal with %q:\n%s", code, c.wants, out)
			}
			for _, part := range []string{dirJournal, dirSources, dirIndex, restoringDir} {
				if _, err := os.Stat(filepath.Join(fresh, part)); err == nil {
					t.Errorf("%s is there", part)
				}
			}
			if marks := marksOf(t, filepath.Join(work, "full")); !slices.Equal(marks, []string{"old", "old", "old", "old"}) {
				t.Errorf("what was there is %v now", marks)
			}
			if set, err := os.ReadFile(filepath.Join(work, "other.yaml")); err != nil || string(set) != "bar: normal\n" {
				t.Errorf("the settings are %q: %v", set, err)
			}
		})
	}
	t.Run("a folder in which a bot runs", func(t *testing.T) {
		unlock, err := lockData(t.Context(), filepath.Join(work, "full"), discard())
		if err != nil {
			t.Fatal(err)
		}
		out, code := verbatim(t, work, "restore", "--force", "--data", "full", "good")
		if code == 0 || !strings.Contains(out, "locked by another process") {
			t.Errorf("exit code %d:\n%s", code, out)
		}
		if err := unlock(); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("with force, what was there is kept beside", func(t *testing.T) {
		must(t, work, "restore", "--force", "--data", "full", "--config", "other.yaml", "good")
		aside, err := filepath.Glob(filepath.Join(work, "full", asidePrefix+"*"))
		if err != nil || len(aside) != 1 {
			t.Fatalf("what was there is in %v: %v", aside, err)
		}
		if marks := marksOf(t, aside[0]); !slices.Equal(marks, []string{"old", "old", "old", "old"}) {
			t.Errorf("what was there is %v", marks)
		}
		for name, want := range map[string]string{"other.yaml": "bar: strict\n", "other.yaml.replaced": "bar: normal\n"} {
			if got, err := os.ReadFile(filepath.Join(work, name)); err != nil || string(got) != want {
				t.Errorf("%s is %q: %v", name, got, err)
			}
		}
	})
}

// sameUnpacked says that two archives hold the same bytes, whatever way they were packed.
func sameUnpacked(a, b []byte) bool {
	unzip := func(packed []byte) ([]byte, error) {
		zipped, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			return nil, err
		}
		return io.ReadAll(zipped)
	}
	x, errX := unzip(a)
	y, errY := unzip(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// TestBackupRefuses gives it what it must not do.
func TestBackupRefuses(t *testing.T) {
	work := t.TempDir()
	dataWith(t, filepath.Join(work, "data"), "old")
	if err := os.WriteFile(filepath.Join(work, "there"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(work, "token.yaml"), []byte("# xoxb-123456789012-canary\nbar: strict\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		wants string
		args  []string
	}{
		{"give one file", nil},
		{"no data folder", []string{"--data", "nowhere", "new"}},
		{"--force to replace", []string{"--data", "data", "there"}},
		{"no such file", []string{"--data", "data", "nowhere/new"}},
		{"no such file", []string{"--data", "data", "--config", "nowhere.yaml", "new"}},
		{"holds a token of Slack", []string{"--data", "data", "--config", "token.yaml", "new"}},
	} {
		out, code := verbatim(t, work, append([]string{"backup"}, c.args...)...)
		if code == 0 || !strings.Contains(out, c.wants) || strings.Contains(out, "canary") {
			t.Errorf("%v: exit code %d, want a refusal with %q:\n%s", c.args, code, c.wants, out)
		}
		if _, err := os.Stat(filepath.Join(work, "new")); err == nil {
			t.Errorf("%v wrote a file", c.args)
		}
	}
	if left, err := filepath.Glob(filepath.Join(work, ".*")); err != nil || len(left) > 0 {
		t.Errorf("left are %v: %v", left, err)
	}
}

// TestBackupsOfOneNameAtOnce writes one file several times at once, as backups do that a clock starts before the
// last one has ended: who says that it is written has written all of it.
func TestBackupsOfOneNameAtOnce(t *testing.T) {
	dir := t.TempDir()
	dest, want := filepath.Join(dir, "file"), bytes.Repeat([]byte("x"), 1000)
	for range 800 {
		if err := os.RemoveAll(dest); err != nil {
			t.Fatal(err)
		}
		var writers sync.WaitGroup
		for range 4 {
			writers.Go(func() {
				if err := writeWhole(dest, want); err != nil {
					t.Error(err)
				}
			})
		}
		writers.Wait()
		if got, err := os.ReadFile(dest); err != nil || !bytes.Equal(got, want) {
			t.Fatalf("the file has %d bytes of %d: %v", len(got), len(want), err)
		}
	}
	if left, err := filepath.Glob(filepath.Join(dir, ".*")); err != nil || len(left) > 0 {
		t.Errorf("left are %v: %v", left, err)
	}
}

// discard is a log of which nothing is kept.
func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }
