package deploy_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"verbatim/bot/localslack"
)

// What a container is given in fault 30.
const (
	memoryLimit = 256 << 20
	cpuShare    = 4 // one in this many
	nobody      = 65532
)

// A container runs the files of the image as a container engine would: a read-only root, one folder to
// write to, a user that is not root, no capabilities, little memory and little of a processor.
type container struct {
	t    *testing.T
	root string
	data string
	env  []string
	log  syncBuffer
	// groups are control groups that limit what runs in it.
	groups []string
}

// syncBuffer is written by a process and read by a test.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write implements [io.Writer].
func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

// String returns what was written.
func (s *syncBuffer) String() string { s.mu.Lock(); defer s.mu.Unlock(); return s.b.String() }

// newContainer needs root, to be another user, and bubblewrap.
func newContainer(t *testing.T) *container {
	t.Helper()
	root := os.Getenv("VERBATIM_IMAGE")
	if root == "" {
		t.Skip("VERBATIM_IMAGE names no folder with the files of the image: .ci/run docker builds it")
	}
	missing := t.Skipf
	if os.Getenv("CI") == "true" {
		missing = t.Fatalf
	}
	for _, tool := range []string{"bwrap", "setpriv"} {
		if _, err := exec.LookPath(tool); err != nil {
			missing("%s is needed: %v", tool, err)
		}
	}
	if os.Getuid() != 0 {
		missing("becoming another user takes root")
	}
	data, err := os.MkdirTemp("", "verbatim-data-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(data); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chown(data, nobody, nobody); err != nil {
		t.Fatal(err)
	}
	c := &container{t: t, root: root, data: data}
	c.groups = c.limits()
	return c
}

// groupName is the name of the control groups.
func groupName() string { return fmt.Sprintf("verbatim-%d", os.Getpid()) }

// limits makes control groups, of either version, with the limits of fault 30. Where the machine has none to
// give, GOMEMLIMIT and a limit of the address space stand for them, and it is said so.
func (c *container) limits() (dirs []string) {
	name := groupName()
	settings := map[string]map[string]string{
		"/sys/fs/cgroup":        {"memory.max": strconv.Itoa(memoryLimit), "memory.swap.max": "0", "cpu.max": fmt.Sprintf("%d 100000", 100_000/cpuShare)},
		"/sys/fs/cgroup/memory": {"memory.limit_in_bytes": strconv.Itoa(memoryLimit)},
		"/sys/fs/cgroup/cpu":    {"cpu.cfs_period_us": "100000", "cpu.cfs_quota_us": strconv.Itoa(100_000 / cpuShare)},
	}
	if _, err := os.Stat("/sys/fs/cgroup/cgroup.controllers"); err != nil {
		delete(settings, "/sys/fs/cgroup")
	}
	for base, files := range settings {
		dir := filepath.Join(base, name)
		if err := os.Mkdir(dir, 0o755); err != nil {
			c.t.Logf("no control group: %v", err)
			continue
		}
		c.t.Cleanup(func() { _ = os.Remove(dir) }) // the system keeps one that is in use
		for file, value := range files {
			if err := os.WriteFile(filepath.Join(dir, file), []byte(value), 0o644); err != nil {
				c.t.Logf("a limit less: %v", err)
			}
		}
		dirs = append(dirs, dir)
	}
	return dirs
}

// command is the program in the container.
func (c *container) command(ctx context.Context, args ...string) *exec.Cmd {
	join := ""
	for _, dir := range c.groups {
		join += "echo $$ > " + dir + "/cgroup.procs; "
	}
	wrapped := []string{"-c", join + `exec "$@"`, "sh",
		"setpriv", fmt.Sprintf("--reuid=%d", nobody), fmt.Sprintf("--regid=%d", nobody), "--clear-groups", "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs",
		"bwrap", "--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--die-with-parent", "--new-session", "--cap-drop", "ALL",
		"--ro-bind", c.root, "/", "--bind", c.data, "/data", "--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev", "--chdir", "/", "--clearenv"}
	for _, pair := range append([]string{"VERBATIM_DATA=/data", "TMPDIR=/data", "GOMEMLIMIT=204MiB"}, c.env...) {
		name, value, _ := strings.Cut(pair, "=")
		wrapped = append(wrapped, "--setenv", name, value)
	}
	cmd := exec.CommandContext(ctx, "sh", slices.Concat(wrapped, []string{"/verbatim"}, args)...)
	cmd.Stdout, cmd.Stderr = &c.log, &c.log
	return cmd
}

// peak is the most memory that was used, as the control group counts it; 0 where there is none.
func (c *container) peak() int64 {
	for _, dir := range c.groups {
		for _, file := range []string{"memory.peak", "memory.max_usage_in_bytes"} {
			if data, err := os.ReadFile(filepath.Join(dir, file)); err == nil {
				n, _ := strconv.ParseInt(strings.TrimSpace(string(data)), 10, 64)
				return n
			}
		}
	}
	return 0
}

// get asks for a page, and returns the status and what it says; 0 when nobody answers.
func get(t *testing.T, address string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Timeout: time.Minute}
	answer, err := client.Do(request)
	if err != nil {
		return 0, err.Error()
	}
	defer answer.Body.Close()
	body, _ := io.ReadAll(answer.Body)
	return answer.StatusCode, string(body)
}

// patience bounds what hangs. A machine that does much else takes its time.
const patience = 10 * time.Minute

// until tries until something is so, and returns how long that took.
func (c *container) until(what string, so func() bool) time.Duration {
	c.t.Helper()
	begun, tick := time.Now(), time.NewTicker(100*time.Millisecond)
	defer tick.Stop()
	for !so() {
		if time.Since(begun) > patience {
			c.t.Fatalf("after %v: %s is not so\n%s", patience, what, c.log.String())
		}
		<-tick.C
	}
	return time.Since(begun)
}

// TestFault30Image runs the files of the image with a read-only root, as a user that is not root, without
// capabilities, with 256 MB and a quarter of a processor: it starts, is ready by its own health check,
// answers, notices that Slack has gone silent, and ends when it is told to.
func TestFault30Image(t *testing.T) {
	c := newContainer(t)
	slack, err := localslack.New(localslack.Default())
	if err != nil {
		t.Fatal(err)
	}
	server, err := slack.Start(context.WithoutCancel(t.Context()), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	c.env = []string{"SLACK_BOT_TOKEN=" + slack.Config().BotToken, "SLACK_APP_TOKEN=" + slack.Config().AppToken}
	begun := time.Now()
	cmd := c.command(t.Context(), "serve", "--slack-api", server.APIURL(), "--health-addr", "127.0.0.1:0")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // where it has not ended
		_ = cmd.Wait()
	})
	var addr string
	c.until("it says where to ask for its health", func() bool {
		if m := regexp.MustCompile(`health can be asked.* addr=([0-9.:]+)`).FindStringSubmatch(c.log.String()); m != nil {
			addr = m[1]
		}
		return addr != ""
	})
	c.until("it is ready", func() bool { code, _ := get(t, "http://"+addr+"/readyz"); return code == http.StatusOK })
	t.Logf("ready after %v", time.Since(begun).Round(time.Millisecond))
	if err := c.command(t.Context(), "health", "--addr", addr).Run(); err != nil {
		t.Errorf("its own health check: %v\n%s", err, c.log.String())
	}
	c.wantConfined(cmd.Process.Pid)
	asked := time.Now()
	if _, err := slack.Say(localslack.Ada, localslack.General, "@verbatim How long did the call last?"); err != nil {
		t.Fatal(err)
	}
	c.until("the question is answered", func() bool {
		return slices.ContainsFunc(slack.Messages(localslack.General), func(m localslack.Message) bool { return m.Bot && strings.Contains(m.Text, "two-hour call") })
	})
	t.Logf("answered after %v; at most %d MiB of memory", time.Since(asked).Round(time.Millisecond), c.peak()>>20)
	slack.Faults().NoPongs(true)
	slack.Faults().API("apps.connections.open", 1000, localslack.ServerError(503))
	slack.Stall(0)
	took := c.until("/readyz tells that Slack is silent", func() bool { code, _ := get(t, "http://"+addr+"/readyz"); return code == http.StatusServiceUnavailable })
	t.Logf("not ready %v after Slack fell silent", took.Round(time.Millisecond))
	if code, _ := get(t, "http://"+addr+"/livez"); code != http.StatusOK {
		t.Errorf("/livez: %d", code)
	}
	c.stop(cmd)
}

// wantConfined looks at the processes of the container from outside: the user, capabilities, and that new
// privileges cannot be had. The program itself is a child of bubblewrap's.
func (c *container) wantConfined(pid int) {
	c.t.Helper()
	looked := 0
	for _, child := range descendants(pid) {
		exe, _ := os.Readlink(fmt.Sprintf("/proc/%d/exe", child))
		if exe != "/verbatim" && !strings.HasSuffix(exe, "/verbatim") {
			continue
		}
		looked++
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", child))
		if err != nil {
			c.t.Fatal(err)
		}
		for _, want := range []string{fmt.Sprintf("Uid:\t%d\t%d\t%d\t%d\n", nobody, nobody, nobody, nobody), "CapEff:\t0000000000000000\n", "CapPrm:\t0000000000000000\n", "NoNewPrivs:\t1\n"} {
			if !strings.Contains(string(status), want) {
				c.t.Errorf("process %d lacks %q", child, want)
			}
		}
		groups, err := os.ReadFile(fmt.Sprintf("/proc/%d/cgroup", child))
		if err != nil {
			c.t.Fatal(err)
		}
		if n := strings.Count(string(groups), "/"+groupName()+"\n"); n < len(c.groups) {
			c.t.Errorf("process %d is in %d of %d control groups:\n%s", child, n, len(c.groups), groups)
		}
		mounts, err := os.ReadFile(fmt.Sprintf("/proc/%d/mounts", child))
		if err != nil {
			c.t.Fatal(err)
		}
		if !regexp.MustCompile(`(?m)^\S+ / \S+ ro[, ]`).Match(mounts) {
			c.t.Errorf("the root of process %d can be written to:\n%s", child, mounts)
		}
	}
	if looked == 0 {
		c.t.Error("found no process of the program")
	}
}

// descendants are the processes that a process has started, and those that they have.
func descendants(pid int) (all []int) {
	data, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	for _, field := range strings.Fields(string(data)) {
		if child, err := strconv.Atoi(field); err == nil {
			all = append(append(all, child), descendants(child)...)
		}
	}
	return all
}

// stop sends SIGTERM to the program, as a container engine does, and wants it to end well. Bubblewrap
// passes no signal on, so the program itself gets it.
func (c *container) stop(cmd *exec.Cmd) {
	c.t.Helper()
	for _, child := range descendants(cmd.Process.Pid) {
		if exe, _ := os.Readlink(fmt.Sprintf("/proc/%d/exe", child)); strings.HasSuffix(exe, "/verbatim") {
			if err := syscall.Kill(child, syscall.SIGTERM); err != nil && !errors.Is(err, syscall.ESRCH) {
				c.t.Error(err)
			}
		}
	}
	if err := cmd.Wait(); err != nil {
		c.t.Errorf("after SIGTERM: %v\n%s", err, c.log.String())
	}
}
