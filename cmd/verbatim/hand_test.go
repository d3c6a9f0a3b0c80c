package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"verbatim/bot/localslack"
)

// watched starts 'verbatim index --watch' in the data folder of a service, and waits until it watches. The caller must
// interrupt it.
func (s *service) watched() (index *exec.Cmd, interrupt func()) {
	s.t.Helper()
	index = exec.Command("verbatim", "index", "--data", s.data, "--watch")
	var out output
	index.Stdout, index.Stderr = &out, &out
	if err := index.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = index.Process.Kill() }) // it has ended, unless the test failed
	deadline := time.Now().Add(time.Minute)
	for !strings.Contains(out.String(), "documents") {
		if time.Now().After(deadline) {
			s.t.Fatalf("it does not watch:\n%s", out.String())
		}
		<-time.After(20 * time.Millisecond)
	}
	return index, func() {
		s.t.Helper()
		if err := errors.Join(index.Process.Signal(os.Interrupt), index.Wait()); err != nil {
			s.t.Errorf("after an interrupt: %v\n%s", err, out.String())
		}
	}
}

// bodies returns what is kept of files that were sent.
func (s *service) bodies() []string {
	s.t.Helper()
	kept, err := filepath.Glob(filepath.Join(s.data, dirSources, "web", "bodies", "*"))
	if err != nil {
		s.t.Fatal(err)
	}
	return kept
}

// withBadge starts a bot, to which Ada sends a file.
func withBadge(t *testing.T) (s *service, bot *exec.Cmd) {
	s = newService(t)
	config := filepath.Join(t.TempDir(), "verbatim.yaml")
	if err := os.WriteFile(config, []byte("admins: ["+localslack.Ada+"]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.flags = []string{"--config", config}
	bot = s.start()
	s.connected()
	s.drop("badge.md", "# Badges\n\nThe porter replaces a lost badge within the hour.\n", "Done: 1 new")
	return s, bot
}

const lostBadge = "Who replaces a lost badge?"

// TestCommandsBesideABot runs the other commands on the data folder of a running bot while files are sent to it: a
// question is answered, nothing else is changed, and no file is lost.
func TestCommandsBesideABot(t *testing.T) {
	s, bot := withBadge(t)
	dir := t.TempDir()
	out := must(t, dir, "ask", "--data", s.data, lostBadge)
	if !strings.Contains(out, "The porter replaces a lost badge") || !strings.Contains(out, "its index is asked as it is") {
		t.Errorf("asked beside the bot:\n%s", out)
	}
	for _, args := range [][]string{{"index"}, {"index", "--watch"}, {"index", "--force"}} {
		ctx, stop := context.WithTimeout(t.Context(), time.Minute) // it must not go on
		cmd := exec.CommandContext(ctx, "verbatim", append(args, "--data", s.data)...)
		cmd.Dir = dir
		said, err := cmd.CombinedOutput()
		stop()
		out, code := string(said), cmd.ProcessState.ExitCode()
		for _, want := range []string{"another process has these documents in hand", "stop it", "--dry-run"} {
			if code != exitFault || !strings.Contains(out, want) {
				t.Errorf("%v beside the bot: exit code %d, %v, want %q in\n%s", args, code, err, want, out)
			}
		}
	}
	must(t, dir, "index", "--data", s.data, "--dry-run")
	s.drop("keys.md", "# Keys\n\nThe spare key hangs behind the door.\n", "Done: 1 new")
	must(t, dir, "ask", "--data", s.data, "--top", "3", lostBadge)
	s.stop(bot)
	if kept := s.bodies(); len(kept) != 2 {
		t.Errorf("of two files that were sent %q is kept", kept)
	}

	must(t, dir, "index", "--data", s.data) // nobody has it now
	bot = s.start()
	s.connected()
	s.question(lostBadge, "The porter replaces a lost badge within the hour.")
	s.question("Where does the spare key hang?", "The spare key hangs behind the door.")
	s.stop(bot)
}

// TestBesideAWatchingIndex wants no restore where 'verbatim index --watch' runs, which would save over what it brings; a
// question is answered, and a bot waits. When it has ended, or was killed, all goes.
func TestBesideAWatchingIndex(t *testing.T) {
	s, bot := withBadge(t)
	dir := t.TempDir()
	full := filepath.Join(dir, "full")
	must(t, dir, "backup", "--data", s.data, full)
	s.stop(bot)
	s.data = filepath.Join(dir, "data")

	_, interrupt := s.watched()
	restoring := []string{"restore", "--data", s.data, "--config", s.flags[1], "--force", full}
	if out, code := verbatim(t, dir, restoring...); code != exitFault || !strings.Contains(out, "verbatim index --watch") || !strings.Contains(out, "stop it first") {
		t.Fatalf("a restore where the index is watched: exit code %d\n%s", code, out)
	}
	if out := must(t, dir, "ask", "--data", s.data, "How long did the call last?"); !strings.Contains(out, "two-hour call") {
		t.Errorf("asked where the index is watched:\n%s", out)
	}
	bot = s.start()
	for !strings.Contains(s.log.String(), "another command has the documents in hand") {
		select {
		case <-time.After(20 * time.Millisecond):
		case <-t.Context().Done():
			t.Fatalf("a bot where the index is watched does not wait:\n%s", s.log.String())
		}
	}
	interrupt()
	s.connected()
	s.stop(bot)
	must(t, dir, restoring...)
	if kept := s.bodies(); len(kept) != 1 {
		t.Fatalf("of a file in the backup %q is kept", kept)
	}

	index, _ := s.watched()
	if err := index.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	_ = index.Wait() // it was killed
	bot = s.start()
	s.connected()
	s.question(lostBadge, "The porter replaces a lost badge within the hour.")
	s.stop(bot)
}

// TestAskWhileBuilt asks where there is no index yet and another process has the sources: the question waits.
func TestAskWhileBuilt(t *testing.T) {
	dir, data := t.TempDir(), t.TempDir()
	lock, err := takeSources(t.Context(), data)
	if err != nil {
		t.Fatal(err)
	}
	ask := exec.Command("verbatim", "ask", "--data", data, "How long did the call last?")
	var out output
	ask.Dir, ask.Stdout, ask.Stderr = dir, &out, &out
	if err := ask.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- ask.Wait() }()
	select {
	case err := <-ended:
		t.Errorf("it did not wait: %v\n%s", err, out.String())
	case <-time.After(2 * lockWait):
	}
	if err := errors.Join(lock.Close(), <-ended); err != nil || !strings.Contains(out.String(), "two-hour call") || strings.Contains(out.String(), "as it is") {
		t.Errorf("%v, it says:\n%s", err, out.String())
	}
}
