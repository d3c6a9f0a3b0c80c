package journal

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

const envChild = "JOURNAL_TEST_CHILD" // the directory a child process works in

// child starts this test binary again to run one test in dir.
func child(t *testing.T, test, dir string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	must(t, err)
	cmd := exec.CommandContext(t.Context(), exe, "-test.run=^"+test+"$", "-test.v")
	cmd.Env = append(os.Environ(), envChild+"="+dir)
	return cmd
}

// A process killed at any moment loses nothing it was told is written.
func TestKilledProcessLosesNothing(t *testing.T) {
	const seed, rounds = 20261123, 24
	rnd := rand.New(rand.NewPCG(seed, 2))
	dir := t.TempDir()
	told := map[string]State{}
	for round := range rounds {
		killed := runAndKill(t, child(t, "TestChildToBeKilled", dir), rnd.IntN(120), told)
		if killed == 0 {
			t.Fatalf("seed %d, round %d: the child said nothing", seed, round)
		}
		j := mustOpen(t, dir, Options{})
		for key, state := range told {
			e, ok := lookup(t, j, key)
			if !ok || state == Answered && (e.State != Answered || e.AnswerTS != "ts "+key) {
				t.Fatalf("seed %d, round %d: question %q was said to be %s, and is %q", seed, round, key, state, e.State)
			}
		}
		must(t, j.Close())
	}
	if names := aside(t, dir); len(names) > 0 {
		t.Errorf("damaged files: %q", names)
	}
	t.Logf("%d questions over %d kills", len(told), rounds)
}

// runAndKill lets cmd say at least n things and kills it. It adds all it said to
// told and returns how much that was.
func runAndKill(t *testing.T, cmd *exec.Cmd, n int, told map[string]State) (said int) {
	t.Helper()
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		key, state, ok := strings.Cut(lines.Text(), " is ")
		if !ok {
			continue
		}
		if said++; said == n+1 {
			must(t, cmd.Process.Kill())
		}
		if told[key] != Answered { // two lines of one question may come in either order
			told[key] = State(state)
		}
	}
	_ = cmd.Wait() // it was killed
	return said
}

// TestChildToBeKilled works until it is killed, and says on stdout what is done.
func TestChildToBeKilled(t *testing.T) {
	dir := os.Getenv(envChild)
	if dir == "" {
		t.Skip("This is the child of TestKilledProcessLosesNothing.")
	}
	j, err := Open(dir, Options{})
	must(t, err)
	ctx := context.Background()
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			for i := 0; ; i++ {
				key := fmt.Sprintf("%d/%d/%d", os.Getpid(), worker, i)
				fresh, err := j.Receive(ctx, Entry{Key: key, Alias: "of " + key, Payload: make([]byte, 100*worker)})
				if err != nil || !fresh {
					panic(fmt.Sprint(fresh, err))
				}
				os.Stdout.WriteString(key + " is received\n")
				if j.Posting(ctx, key) != nil || j.Answered(ctx, key, "ts "+key) != nil {
					panic("posting or answered failed")
				}
				os.Stdout.WriteString(key + " is answered\n")
			}
		})
	}
	wg.Wait()
}

// A real refusal to let the file grow, in a process of its own because the limit
// holds for a whole process.
func TestFullDisk(t *testing.T) {
	if !canLimitFiles {
		t.Skip("This system has no limit on the size of files.")
	}
	dir := t.TempDir()
	out, err := child(t, "TestChildWithFullDisk", dir).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS") {
		t.Fatalf("child: %v\n%s", err, out)
	}
	j := mustOpen(t, dir, Options{}) // the child left without Close
	if got := j.Stats(); got.Total < 10 || got.Total != got.Open {
		t.Errorf("Stats = %+v", got)
	}
	for i := range j.Stats().Total {
		receive(t, j, Entry{Key: fmt.Sprint(i)}, false)
	}
}

func TestChildWithFullDisk(t *testing.T) {
	dir := os.Getenv(envChild)
	if dir == "" {
		t.Skip("This is the child of TestFullDisk.")
	}
	j, err := Open(dir, Options{})
	must(t, err)
	info, err := os.Stat(filepath.Join(dir, FileName))
	must(t, err)
	lift := limitFiles(t, uint64(info.Size())+16<<10)
	n := receiveUntilRefused(t, j)
	if got := j.Stats(); got != (Stats{Open: n + 10, Total: n + 10, Unwritten: 10}) {
		t.Errorf("Stats = %+v after %d questions were written", got, n)
	}
	lift()
	receive(t, j, Entry{Key: fmt.Sprint(n)}, false)
	if got := j.Stats(); got != (Stats{Open: n + 10, Total: n + 10}) {
		t.Errorf("Stats = %+v after recovery", got)
	}
}

// receiveUntilRefused returns how many questions were written before the disk
// refused the first of ten more.
func receiveUntilRefused(t *testing.T, j *Journal) (n int) {
	t.Helper()
	payload := make([]byte, 2000)
	for {
		if _, err := j.Receive(t.Context(), Entry{Key: fmt.Sprint(n), Payload: payload}); err != nil {
			break
		}
		if n++; n > 10_000 {
			t.Fatal("the disk never refuses")
		}
	}
	for i := n + 1; i < n+10; i++ {
		if fresh, err := j.Receive(t.Context(), Entry{Key: fmt.Sprint(i), Payload: payload}); !fresh || err == nil {
			t.Fatalf("Receive = %t, %v", fresh, err)
		}
	}
	return n
}
