package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"verbatim/bot/localslack"
)

// A service is verbatim serve in a process of its own, with a local Slack.
type service struct {
	t     *testing.T
	slack *localslack.Workspace
	api   string
	data  string
	log   output
	flags []string          // of serve, besides those that every process gets
	asked map[string]string // channel, by ts
	old   int               // the number of the last connection before the last start
}

// output is what a process writes.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// health is the last address of which the log says that health can be asked there; empty while there is none.
func (o *output) health() string {
	all := regexp.MustCompile(`health can be asked.*addr=(\S+)`).FindAllStringSubmatch(o.String(), -1)
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1][1]
}

// waitForHealth waits for such an address.
func (o *output) waitForHealth(t *testing.T) string {
	t.Helper()
	for begun := time.Now(); time.Since(begun) < patience; <-time.After(20 * time.Millisecond) {
		if address := o.health(); address != "" {
			return address
		}
	}
	t.Fatalf("health cannot be asked:\n%s", o)
	return ""
}

// newService makes a Slack in which the bot may read every channel, so that nothing is unknowable. What no process took
// comes again until one does, however long a busy machine takes to start one.
func newService(t *testing.T, change ...func(*localslack.Config)) *service {
	t.Helper()
	config := localslack.Default()
	config.Scopes = append(config.Scopes, "channels:history", "groups:history", "files:read")
	config.Timing.Retries = slices.Repeat([]time.Duration{2 * time.Second}, 200)
	config.Limits = false
	for _, f := range change {
		f(&config)
	}
	return serviceIn(t, config)
}

// serviceIn makes a Slack of its own.
func serviceIn(t *testing.T, config localslack.Config) *service {
	t.Helper()
	slack, err := localslack.New(config)
	if err != nil {
		t.Fatal(err)
	}
	server, err := slack.Start(context.WithoutCancel(t.Context()), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &service{t: t, slack: slack, api: server.APIURL(), data: t.TempDir(), asked: map[string]string{}}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Log(s.log.String())
		}
	})
	return s
}

// start starts a process that nobody watches. Kill it or stop it.
func (s *service) start() *exec.Cmd {
	s.t.Helper()
	return s.startWith("--health-addr", "")
}

// startWith starts a process with flags of its own.
func (s *service) startWith(flags ...string) *exec.Cmd {
	s.t.Helper()
	for _, n := range s.slack.Connections() {
		s.old = max(s.old, n)
	}
	cmd := exec.Command("verbatim", slices.Concat([]string{"serve", "--slack-api", s.api, "--data", s.data}, flags, s.flags)...)
	cmd.Env = append(os.Environ(), envBotToken+"="+s.slack.Config().BotToken, envAppToken+"="+s.slack.Config().AppToken)
	cmd.Stdout, cmd.Stderr = &s.log, &s.log
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = cmd.Process.Kill() }) // it has ended, unless the test failed
	return cmd
}

func (s *service) kill(cmd *exec.Cmd) {
	s.t.Helper()
	if err := cmd.Process.Kill(); err != nil {
		s.t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
}

// stop asks a process to end and wants exit code 0.
func (s *service) stop(cmd *exec.Cmd) {
	s.t.Helper()
	begun := time.Now()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		s.t.Fatal(err)
	}
	err := cmd.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.Sys().(syscall.WaitStatus).Signaled() {
		err = nil // the signal came before the process was ready to handle it
	}
	if err != nil {
		s.t.Errorf("after SIGTERM: %v", err)
	}
	s.t.Logf("stopped after %v", time.Since(begun).Round(time.Millisecond))
}

func (s *service) ask(channel string) {
	s.t.Helper()
	ts, err := s.slack.Say(localslack.Ada, channel, "@verbatim How long did the call last?")
	if err != nil {
		s.t.Fatal(err)
	}
	s.asked[ts] = channel
}

// patience bounds what hangs. A machine that does much else takes its time.
const patience = 10 * time.Minute

// wait waits for something, and fails the test if it does not come.
func (s *service) wait(what string, ready func() bool) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	if err := s.slack.WaitFor(ctx, what, ready); err != nil {
		s.t.Fatal(err)
	}
}

// readyz waits until the process that was started last says over HTTP that it is ready, or not for a reason.
func (s *service) readyz(code int, says ...string) {
	s.t.Helper()
	var got int
	var body string
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); <-time.After(50 * time.Millisecond) {
		address := s.log.health()
		if address == "" {
			continue
		}
		r, err := (&http.Client{Timeout: time.Second}).Get("http://" + address + "/readyz")
		if err != nil { // it has not begun yet: the address is that of a process before
			continue
		}
		all, err := io.ReadAll(r.Body)
		if got, body = r.StatusCode, string(all); errors.Join(err, r.Body.Close()) != nil || got != code {
			continue
		}
		if !slices.ContainsFunc(says, func(want string) bool { return !strings.Contains(body, want) }) {
			return
		}
	}
	s.t.Fatalf("/readyz says %d %q, want %d with %q", got, body, code, says)
}

func (s *service) connected() {
	s.t.Helper()
	s.wait("a connection", s.hears)
}

// hears says that the process that was started last is connected.
func (s *service) hears() bool {
	return slices.ContainsFunc(s.slack.Connections(), func(n int) bool { return n > s.old })
}

// answered waits until every question has an answer, and fails the test where one has two or a wrong one.
func (s *service) answered() {
	s.t.Helper()
	said := func(q localslack.Question) (all []localslack.Said) {
		for _, said := range q.Said {
			if said.By != localslack.ByEphemeral { // that a question waits
				all = append(all, said)
			}
		}
		return all
	}
	questions := func() []localslack.Question { // not files, which come without words
		return slices.DeleteFunc(s.slack.Ledger(), func(q localslack.Question) bool { return q.Text == "" })
	}
	s.wait("all answers", func() bool {
		return !slices.ContainsFunc(questions(), func(q localslack.Question) bool { return len(said(q)) == 0 })
	})
	for _, q := range questions() {
		if all := said(q); len(all) != 1 || !strings.Contains(all[0].Text, "two-hour call") {
			s.t.Errorf("question %s was answered %d times: %+v", q.TS, len(all), all)
		}
	}
	if len(questions()) == 0 {
		s.t.Error("nothing was asked")
	}
}

// TestStopsAndStarts is fault 3 with processes: SIGTERM at random points.
func TestStopsAndStarts(t *testing.T) {
	s := newService(t)
	const seed = 20261125
	rnd, stops := rand.New(rand.NewPCG(seed, 3)), 8
	if os.Getenv("VERBATIM_LONG") != "" {
		stops = 200
	}
	for range stops {
		cmd := s.start()
		s.connected()
		s.ask(localslack.General)
		<-time.After(time.Duration(rnd.Int64N(int64(30 * time.Millisecond))))
		s.stop(cmd)
	}
	cmd := s.start()
	s.answered()
	s.stop(cmd)
}

// TestSecondProcess wants a second process on the same data to be refused with a clear word, and the first
// to go on.
func TestSecondProcess(t *testing.T) {
	s := newService(t)
	first := s.start()
	s.connected()
	second := s.start()
	err := second.Wait()
	if err == nil || !strings.Contains(s.log.String(), "locked by another process") {
		t.Errorf("the second process: %v", err)
	}
	s.ask(localslack.General)
	s.answered()
	s.stop(first)
}

// TestFault18DiskFull runs verbatim on a disk that is full, that may only be read, and that has room again. It
// is not ready while the disk takes no writes, though nothing has been asked yet, and answers all the same.
func TestFault18DiskFull(t *testing.T) {
	disk := t.TempDir()
	if runtime.GOOS != "linux" {
		t.Skip("this system has no small disk to fill")
	}
	mount := func(args ...string) error {
		out, err := exec.Command("mount", append(args, disk)...).CombinedOutput()
		if err != nil {
			return fmt.Errorf("%w: %s", err, out)
		}
		return nil
	}
	if err := mount("-t", "tmpfs", "-o", "size=3m", "tmpfs"); err != nil {
		t.Skip("making a small disk takes root: ", err)
	}
	defer func() {
		if out, err := exec.Command("umount", disk).CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
	}()
	fill := func() {
		f, err := os.Create(filepath.Join(disk, "fill"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		for {
			if _, err := f.Write(make([]byte, 4096)); err != nil {
				return
			}
		}
	}
	clear := func() {
		if err := os.Remove(filepath.Join(disk, "fill")); err != nil {
			t.Fatal(err)
		}
	}
	s := newService(t)
	s.data = filepath.Join(disk, "data")
	ask := func() { s.connected(); s.ask(localslack.General); s.answered() }

	fill() // before the first start
	cmd := s.startWith("--health-addr", "127.0.0.1:0")
	s.readyz(http.StatusServiceUnavailable, "its journal cannot write", "no space left on device")
	ask()
	clear()
	s.wait("the journal on disk", func() bool {
		s.ask(localslack.News)
		s.answered()
		_, err := os.Stat(filepath.Join(s.data, "journal", "journal.db"))
		return err == nil
	})
	s.stop(cmd)

	cmd = s.start() // with room; then it fills up
	s.connected()
	fill()
	for i := range 12 {
		s.ask([]string{localslack.General, localslack.News, localslack.Leaders}[i%3])
	}
	s.answered()
	clear()
	ask()
	s.kill(cmd)
	for range 3 { // kills while there is room lose nothing
		cmd = s.start()
		ask()
		s.kill(cmd)
	}

	if err := mount("-o", "remount,ro"); err != nil {
		t.Fatal(err)
	}
	cmd = s.startWith("--health-addr", "127.0.0.1:0")
	s.readyz(http.StatusServiceUnavailable, "its journal cannot write", "read-only file system")
	ask()
	if err := mount("-o", "remount,rw"); err != nil {
		t.Fatal(err)
	}
	s.readyz(http.StatusOK, "ready")
	ask()
	s.stop(cmd)
	log := s.log.String()
	for _, want := range []string{"the disk takes no journal", "read-only file system", "no space left on device"} {
		if !strings.Contains(log, want) {
			t.Errorf("the log does not tell of %q", want)
		}
	}
	if strings.Contains(log, "panic") || strings.Contains(log, "damaged") {
		t.Error("a panic, or a damaged file")
	}
}
