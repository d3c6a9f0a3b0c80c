package main

import (
	"bufio"
	"bytes"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"verbatim/bot/localslack"
)

// insideVariable says that a test runs inside a network of its own.
const insideVariable = "VERBATIM_TEST_INSIDE"

// inNetworkOfItsOwn runs a test again in a network that has nothing but this machine, and in which every
// address leads to it, so that the kernel counts each connection that is tried and each datagram that is
// sent. It reports whether the test is inside.
func inNetworkOfItsOwn(t *testing.T) (inside bool) {
	t.Helper()
	if os.Getenv(insideVariable) != "" {
		for _, line := range []string{"link set lo up", "route add local default dev lo", "-6 route add local default dev lo"} {
			if out, err := exec.Command("ip", strings.Fields(line)...).CombinedOutput(); err != nil {
				if strings.HasPrefix(line, "-6") {
					continue // no IPv6 here, so none that could be tried
				}
				t.Fatalf("ip %s: %s", line, out)
			}
		}
		return true
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), insideVariable+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	out, err := cmd.CombinedOutput()
	if err != nil && !bytes.Contains(out, []byte("=== RUN")) {
		reason := "a network of one's own is not to be had here: " + err.Error()
		if os.Getenv("CI") == "true" {
			t.Fatal(reason)
		}
		t.Skip(reason)
	}
	t.Logf("inside:\n%s", out)
	if err != nil {
		t.Error(err)
	}
	if !bytes.Contains(out, []byte("--- PASS: "+t.Name())) {
		t.Error("the test did not run inside")
	}
	return false
}

// counters are what the kernel counts in this network.
type counters struct{ connections, datagrams int }

// count reads them. Of what is sent, only connections that are opened and datagrams count.
func count(t *testing.T) counters {
	t.Helper()
	var c counters
	data, err := os.ReadFile("/proc/self/net/snmp")
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]string{}
	for lines := bufio.NewScanner(bytes.NewReader(data)); lines.Scan(); {
		kind, rest, _ := strings.Cut(lines.Text(), ":")
		if named[kind] == "" {
			named[kind] = rest
			continue
		}
		values := strings.Fields(rest)
		for i, name := range strings.Fields(named[kind]) {
			switch kind + " " + name {
			case "Tcp ActiveOpens":
				c.connections += number10(t, values[i])
			case "Udp OutDatagrams":
				c.datagrams += number10(t, values[i])
			}
		}
	}
	six, err := os.ReadFile("/proc/self/net/snmp6")
	if err != nil {
		return c // without IPv6
	}
	for lines := bufio.NewScanner(bytes.NewReader(six)); lines.Scan(); {
		if f := strings.Fields(lines.Text()); len(f) == 2 && f[0] == "Udp6OutDatagrams" {
			c.datagrams += number10(t, f[1])
		}
	}
	return c
}

func number10(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// accepting counts the connections that a server accepts.
func accepting(s *httptest.Server) *atomic.Int64 {
	n := new(atomic.Int64)
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			n.Add(1)
		}
	}
	return n
}

// acceptedBy is how many connections a server has accepted of those that are open by now. It accepts them in turn:
// once it has one more, it has them all.
func acceptedBy(t *testing.T, s *httptest.Server, accepted *atomic.Int64) int {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	return int(accepted.Load()) - 1
}

// TestNothingElseIsCalled sets the bot up, looks at it, runs it and asks it, in a network in which each
// attempt to reach anything is counted: there is none but those to Slack. An address in the settings is
// the only thing that changes that.
func TestNothingElseIsCalled(t *testing.T) {
	if !inNetworkOfItsOwn(t) {
		return
	}
	p := fresh(t, nil)
	p.server.Close()
	p.server = httptest.NewUnstartedServer(p.slack.Handler())
	accepted := accepting(p.server)
	p.server.Start()
	p.env["VERBATIM_SLACK_API"] = p.server.URL + "/api/"
	before := count(t)
	if code, out, errs := p.setup(p.answers()); code != 0 {
		t.Fatalf("setup: exit code %d\n%s%s", code, out, errs)
	}
	p.env[envBotToken], p.env[envAppToken] = p.slack.Config().BotToken, p.slack.Config().AppToken
	if code, d := p.doctor("--to", localslack.Ada, "--health-addr", ""); code != 0 {
		t.Errorf("doctor: exit code %d, %+v", code, d.Findings)
	}
	p.index()
	if code, _, errs := p.run("ask", "How much may a hotel cost?"); code != 0 {
		t.Errorf("ask: exit code %d\n%s", code, errs)
	}
	p.answersInSlack(t)
	after := count(t)
	slack := acceptedBy(t, p.server, accepted)
	if n := after.connections - before.connections - slack; n != 0 || after.datagrams != before.datagrams || slack < 5 {
		t.Errorf("%d connections besides %d to Slack, and %d datagrams: want none, and some", n, slack, after.datagrams-before.datagrams)
	}
	t.Logf("%d connections, all to Slack; %d datagrams", slack, after.datagrams-before.datagrams)

	p.write("verbatim.yaml", "sources: {web: [{page: 'http://192.0.2.1/'}], allow: ['192.0.2.0/24']}")
	after = count(t)
	p.index()
	if last := count(t); last.connections == after.connections {
		t.Error("the address of the settings was not tried: nothing is counted")
	}
}
