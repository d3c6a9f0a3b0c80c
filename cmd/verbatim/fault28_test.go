package main

import (
	"bytes"
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
	"syscall"
	"testing"

	"github.com/spf13/cobra"

	"verbatim/bot/localslack"
)

// Canaries of fault 28: what must be found nowhere but in the journal, the memory and a backup of them.
const (
	canaryBot  = "xoxb-281128112811-canarybot"
	canaryApp  = "xapp-1-281128112811-canaryapp"
	canaryText = "canaryquestion"
	canaryMail = "canary.person@mail.example"
)

// A hygiene is a bot with canaries, and all that was heard of it.
type hygiene struct {
	*service
	heard map[string]string // by what it is
	since int               // how many questions were asked before the present test
}

// TestFault28Hygiene leads a real bot, with tokens and questions that can be told from all else, through the
// ways in which things go wrong, and looks for those in its log at the most talkative level, in what it
// answers about its health, in the output of every command, in the dump of its goroutines, and in the
// lists of processes.
func TestFault28Hygiene(t *testing.T) {
	config := localslack.Default()
	config.BotToken, config.AppToken = canaryBot, canaryApp
	config.Scopes = append(config.Scopes, "channels:history", "groups:history", "files:read")
	config.Limits = false
	for i := range 300 {
		config.Users = append(config.Users, localslack.User{ID: fmt.Sprintf("U9%05d", i), Name: fmt.Sprint("person", i), RealName: fmt.Sprint("Person ", i)})
		config.Channels = append(config.Channels, localslack.Channel{ID: fmt.Sprintf("C9%05d", i), Name: fmt.Sprint("channel", i), Kind: localslack.Public, Members: []string{fmt.Sprintf("U9%05d", i), localslack.Bot}})
	}
	h := &hygiene{service: serviceIn(t, config), heard: map[string]string{}}
	h.flags = []string{"--log-level", "debug", "--health-addr", "127.0.0.1:0", "--config", h.settings()}
	t.Run("every door", h.everyDoor)
	t.Run("slack's errors", h.slackErrors)
	t.Run("wrong tokens", h.wrongTokens)
	t.Run("damaged files", h.damagedFiles)
	t.Run("a full disk", h.fullDisk)
	t.Run("commands", h.commands)
	t.Run("goroutine dump", h.dump)
	t.Run("no flag takes a token", noFlagTakesAToken)
	h.heard["the log"] = h.log.String()
	h.search(t)
}

// settings makes a file of settings.
func (h *hygiene) settings() string {
	h.t.Helper()
	file := filepath.Join(h.t.TempDir(), "verbatim.yaml")
	if err := os.WriteFile(file, []byte("admins: ["+localslack.Ada+"]\nadmin_channel: "+localslack.Admins+"\n"), 0o600); err != nil {
		h.t.Fatal(err)
	}
	return file
}

// search looks for the canaries in all that was heard.
func (h *hygiene) search(t *testing.T) {
	t.Helper()
	if len(h.heard) < 15 || len(h.heard["the log"]) < 10_000 {
		t.Errorf("%d things were heard, %d bytes of log: the bot said nothing", len(h.heard), len(h.heard["the log"]))
	}
	for name, data := range contents(t, h.data) {
		if bytes.Contains(data, []byte("canarybot")) || bytes.Contains(data, []byte("canaryapp")) {
			t.Errorf("%s in the data folder holds a token", name)
		}
	}
	secrets := []string{canaryBot, canaryApp, "canarybot", "canaryapp", canaryText, strings.ToUpper(canaryText), canaryMail}
	for what, text := range h.heard {
		for _, secret := range secrets {
			for line := range strings.Lines(text) {
				if strings.Contains(line, secret) {
					t.Errorf("%s holds %q: %.300s", what, secret, line)
				}
			}
		}
	}
}

// canary asks a question with the canaries in it.
func canary(i int) string {
	return fmt.Sprintf("How long did the %s call of %s last, number %d?", canaryText, canaryMail, i)
}

// everyDoor asks by every door, changes and deletes, votes, exports, forgets, with many people in many
// channels, and asks for health and metrics meanwhile.
func (h *hygiene) everyDoor(t *testing.T) {
	cmd := h.begin()
	ts := h.say(localslack.General, "@verbatim "+canary(0))
	h.say(h.slack.DM(localslack.Ada), canary(1))
	for _, text := range []string{canary(2), "settings", "stats", "export me", "forget nothing.md", "help"} {
		h.slash(text)
	}
	for i := range 300 {
		if _, err := h.slack.Say(fmt.Sprintf("U9%05d", i), fmt.Sprintf("C9%05d", i), "@verbatim "+canary(i)); err != nil {
			t.Fatal(err)
		}
	}
	h.quiet()
	if err := errors.Join(h.slack.Edit(localslack.Ada, localslack.General, ts, "@verbatim "+canary(3)), h.slack.Home(localslack.Ada, "home")); err != nil {
		t.Fatal(err)
	}
	h.quiet()
	if err := h.slack.Delete(localslack.Ada, localslack.General, ts); err != nil {
		t.Fatal(err)
	}
	h.slash("forget me")
	h.quiet()
	address := regexp.MustCompile(`health can be asked.*addr=(\S+)`).FindStringSubmatch(h.log.String())
	if address == nil {
		t.Fatal("the log does not say where health can be asked")
	}
	series := 0
	for _, path := range []string{"/livez", "/readyz", "/metrics", "/", "/debug/pprof/", "/debug/pprof/goroutine?debug=2", "/debug/vars"} {
		status, body, _ := send(t, http.MethodGet, "http://"+address[1]+path, "", nil)
		h.heard[path] = body
		if path == "/metrics" && status == http.StatusOK {
			for line := range strings.Lines(body) {
				if !strings.HasPrefix(line, "#") {
					series++
				}
			}
		}
	}
	if series >= 500 {
		t.Errorf("300 people in 300 channels make %d metric series, want fewer than 500", series)
	}
	h.processes(t, cmd.Process.Pid)
	h.stop(cmd)
}

func (h *hygiene) say(channel, text string) (ts string) {
	h.t.Helper()
	ts, err := h.slack.Say(localslack.Ada, channel, text)
	if err != nil {
		h.t.Fatal(err)
	}
	return ts
}

func (h *hygiene) slash(text string) {
	h.t.Helper()
	if err := h.slack.Slash(localslack.Ada, localslack.General, "/ask", text); err != nil {
		h.t.Fatal(err)
	}
}

// begin starts the bot for a test.
func (h *hygiene) begin() *exec.Cmd {
	h.t.Helper()
	h.since = len(h.slack.Ledger())
	cmd := h.start()
	h.connected()
	return cmd
}

// quiet waits until all messages of the present test have a reply.
func (h *hygiene) quiet() {
	h.t.Helper()
	h.wait("replies to all", func() bool {
		return !slices.ContainsFunc(h.slack.Ledger()[h.since:], func(q localslack.Question) bool {
			return len(q.Said) == 0 && (q.Door == localslack.DoorMention || q.Door == localslack.DoorDirect)
		})
	})
}

// slackErrors has Slack answer in every wrong way.
func (h *hygiene) slackErrors(t *testing.T) {
	cmd := h.begin()
	asked := 0
	for _, method := range []string{"chat.postMessage", "chat.postEphemeral", "chat.update", "conversations.replies", "conversations.info", "users.info", "views.publish", "views.open", "response"} {
		for _, fault := range []localslack.APIFault{
			localslack.ServerError(500), localslack.ServerError(503), localslack.HTMLPage(), localslack.BrokenJSON(), localslack.LostReply(),
			localslack.SlackError("internal_error"), localslack.SlackError("invalid_blocks"), localslack.SlackError("channel_not_found"), localslack.RateLimited(1),
		} {
			h.slack.Faults().API(method, 1, fault)
		}
		asked++
		h.say(h.slack.DM(localslack.Ada), canary(100+asked))
		h.slash(canary(200 + asked))
		if err := h.slack.Home(localslack.Ada, "home"); err != nil {
			t.Fatal(err)
		}
	}
	h.wait("errors in the log", func() bool { return strings.Count(h.log.String(), "level=WARN") >= 5 })
	h.slack.Faults().Clear()
	h.say(localslack.News, "@verbatim "+canary(300))
	h.wait("an answer in #news", func() bool { return len(h.slack.Messages(localslack.News)) > 1 })
	h.kill(cmd)
}

// wrongTokens starts with tokens that are swapped, refused, of no kind, or in a file that is none.
func (h *hygiene) wrongTokens(t *testing.T) {
	for name, env := range map[string][]string{
		"swapped":      {envBotToken + "=" + canaryApp, envAppToken + "=" + canaryBot},
		"refused":      {envBotToken + "=" + canaryBot + "9", envAppToken + "=" + canaryApp},
		"refused app":  {envBotToken + "=" + canaryBot, envAppToken + "=" + canaryApp + "9"},
		"of no kind":   {envBotToken + "=canarybot", envAppToken + "=canaryapp"},
		"none":         {envBotToken + "=", envAppToken + "=" + canaryApp},
		"odd bytes":    {envBotToken + "=" + canaryBot + "\x01\n", envAppToken + "=" + canaryApp},
		"no such file": {envBotToken + "_FILE=nowhere", envAppToken + "=" + canaryApp},
	} {
		cmd := exec.Command("verbatim", "serve", "--log-level", "debug", "--slack-api", h.api, "--data", t.TempDir(), "--health-addr", "")
		cmd.Env = append(os.Environ(), env...)
		out, err := cmd.CombinedOutput()
		if err == nil {
			t.Errorf("tokens %s: it started", name)
		}
		h.heard["tokens "+name] = string(out)
	}
}

// damagedFiles asks while the index is damaged, and starts with damaged journal and memory.
func (h *hygiene) damagedFiles(t *testing.T) {
	cmd := h.begin()
	h.damage(t, filepath.Join(h.data, dirIndex))
	for i := range 5 {
		h.say(localslack.General, "@verbatim "+canary(400+i))
	}
	h.quiet()
	h.kill(cmd)
	h.damage(t, filepath.Join(h.data, dirJournal))
	cmd = h.begin()
	h.say(localslack.General, "@verbatim "+canary(410))
	h.quiet()
	h.kill(cmd)
	if !strings.Contains(h.log.String(), "damaged") {
		t.Error("no damage was found")
	}
}

// damage flips bytes in the files of a folder.
func (h *hygiene) damage(t *testing.T, dir string) {
	t.Helper()
	rnd := rand.New(rand.NewPCG(28, 28))
	err := filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || filepath.Base(name) == "LOCK" {
			return err
		}
		f, err := os.OpenFile(name, os.O_RDWR, 0) // in place, as disks do it: nothing is cut
		if err != nil {
			return err
		}
		data, err := io.ReadAll(f)
		for range min(len(data), 3000) {
			data[rnd.IntN(len(data))] ^= 0x55
		}
		_, written := f.WriteAt(data, 0)
		return errors.Join(err, written, f.Close())
	})
	if err != nil {
		t.Fatal(err)
	}
}

// fullDisk asks while the disk takes nothing.
func (h *hygiene) fullDisk(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("this system has no small disk to fill")
	}
	disk := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", disk).CombinedOutput(); err != nil {
		t.Skipf("making a small disk takes root: %v: %s", err, out)
	}
	defer func() {
		if out, err := exec.Command("umount", disk).CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
	}()
	data := h.data
	defer func() { h.data = data }()
	h.data = filepath.Join(disk, "data")
	cmd := h.begin()
	f, err := os.Create(filepath.Join(disk, "fill"))
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = f.Write(make([]byte, 4096))
	}
	_ = f.Close() // it is full
	for i := range 8 {
		h.say(localslack.News, "@verbatim "+canary(500+i))
	}
	h.quiet()
	out, _ := verbatim(t, disk, "backup", "--data", h.data, filepath.Join(t.TempDir(), "backup"))
	h.heard["backup of a full disk"] = out
	h.kill(cmd)
	if !strings.Contains(h.log.String(), "no space left on device") {
		t.Error("the disk was not full")
	}
}

// commands listens to every other command, with a question where it takes one.
func (h *hygiene) commands(t *testing.T) {
	dir := t.TempDir()
	cmd := h.begin()
	h.say(localslack.General, "@verbatim "+canary(600))
	h.quiet()
	for _, args := range [][]string{
		{"backup", "--data", h.data, "--config", h.flags[len(h.flags)-1], "backup"},
		{"restore", "--check", "backup"},
		{"restore", "--data", h.data, "--force", "backup"},
		{"restore", "--data", "restored", "--config", "restored.yaml", "backup"},
		{"export", "--data", h.data, localslack.Ada, "export.json"},
		{"index", "--data", "nowhere/none", "--corpus", "nowhere"},
		{"ask", "--corpus", "nowhere", canary(1)},
		{"ask", "--bar", "no", canary(1)},
		{"health", "--addr", "127.0.0.1:1"},
		{"doctor", "--data", h.data, "--slack-api", h.api},
		{"doctor", "--data", h.data, "--slack-api", h.api, "--json"},
		{"manifest"}, {"version"}, {"help"},
	} {
		out, code := h.verbatim(dir, args...)
		if code != 0 && args[0] != "restore" && strings.Contains(out, "unknown command") {
			continue // not in this tree
		}
		h.heard[strings.Join(args[:min(len(args), 2)], " ")+fmt.Sprint(code)] = out
	}
	h.stop(cmd)
	data, err := os.ReadFile(filepath.Join(dir, "export.json"))
	if err != nil {
		t.Fatal(err)
	}
	files := unpacked(t, filepath.Join(dir, "backup"))
	all := slices.Concat(append([][]byte{data}, files["journal/journal.db"], files["journal/memory.db"], files["settings/verbatim.yaml"])...)
	if bytes.Contains(all, []byte("canarybot")) || bytes.Contains(all, []byte("canaryapp")) {
		t.Error("a backup or an export holds a token")
	}
}

// verbatim runs a command with the tokens in its environment.
func (h *hygiene) verbatim(dir string, args ...string) (string, int) {
	h.t.Helper()
	cmd := exec.Command("verbatim", args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), envBotToken+"="+canaryBot, envAppToken+"="+canaryApp)
	out, _ := cmd.CombinedOutput() // its exit code says the same
	return string(out), cmd.ProcessState.ExitCode()
}

// dump has the process print its goroutines and end, as SIGQUIT does, and crash, as SIGABRT does, while
// questions are worked on.
func (h *hygiene) dump(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there are no such signals here")
	}
	for _, signal := range []syscall.Signal{syscall.SIGQUIT, syscall.SIGABRT} {
		cmd := h.begin()
		h.slack.Faults().API("chat.postMessage", 20, localslack.Hangs())
		before := strings.Count(h.log.String(), "question received")
		h.say(localslack.General, "@verbatim "+canary(700))
		h.say(h.slack.DM(localslack.Ada), canary(701))
		h.wait("questions in hand", func() bool { return strings.Count(h.log.String(), "question received") >= before+2 })
		if err := cmd.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err == nil {
			t.Errorf("it ended well after %v", signal)
		}
		h.slack.Faults().Clear()
	}
	if n := strings.Count(h.log.String(), "goroutine 1 "); n < 2 {
		t.Errorf("%d dumps, want 2", n)
	}
}

// processes looks at what everyone on the machine may see of the bot and the processes that it began.
func (h *hygiene) processes(t *testing.T, pid int) {
	t.Helper()
	lines, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil || len(lines) == 0 {
		t.Log("this system has no /proc")
		return
	}
	found := false
	for _, name := range lines {
		line, err := os.ReadFile(name)
		if err != nil {
			continue // it has ended
		}
		h.heard["processes"] += string(line) + "\n"
		found = found || name == fmt.Sprintf("/proc/%d/cmdline", pid)
	}
	if !found {
		t.Error("the bot is not in the list of processes")
	}
}

// noFlagTakesAToken looks through the flags of all commands, as those stand in the list of processes.
func noFlagTakesAToken(t *testing.T) {
	secret := regexp.MustCompile(`(?i)token|secret|passw|key`)
	var out bytes.Buffer
	root, flags := newRoot(streams{in: &bytes.Buffer{}, out: &out, err: io.Discard}), 0
	var walk func(*cobra.Command)
	walk = func(cmd *cobra.Command) {
		for _, flag := range regexp.MustCompile(`--[a-z0-9-]+`).FindAllString(cmd.Flags().FlagUsages(), -1) {
			flags++
			if secret.MatchString(flag) {
				t.Errorf("verbatim %s has the flag %s", cmd.Name(), flag)
			}
		}
		for _, sub := range cmd.Commands() {
			walk(sub)
		}
	}
	walk(root)
	if flags < 20 {
		t.Errorf("%d flags", flags)
	}
}

// TestTokenFilesWork is the way for those who keep tokens out of the environment too.
func TestTokenFilesWork(t *testing.T) {
	s := newService(t)
	dir := t.TempDir()
	for name, token := range map[string]string{"bot": s.slack.Config().BotToken, "app": s.slack.Config().AppToken} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(token+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("verbatim", "serve", "--slack-api", s.api, "--data", s.data, "--health-addr", "")
	cmd.Env = append(os.Environ(), envBotToken+"_FILE="+filepath.Join(dir, "bot"), envAppToken+"_FILE="+filepath.Join(dir, "app"))
	cmd.Stdout, cmd.Stderr = &s.log, &s.log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s.connected()
	s.ask(localslack.General)
	s.answered()
	s.stop(cmd)
}
