package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"verbatim/bot/localslack"
	"verbatim/corpus"
	"verbatim/index"
	"verbatim/index/opensearch"
	"verbatim/index/opensearch/cluster"
)

// threeNodes is the cluster of the tests that harm no node.
var threeNodes = cluster.Shared{Options: cluster.Options{Nodes: 3, Heap: "384m", Settings: map[string]string{"indices.breaker.total.use_real_memory": "false"}}}

// closing closes what tests have shared once they have run.
type closing struct{ m *testing.M }

func (c closing) Run() int {
	code := c.m.Run()
	if err := threeNodes.Close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	return code
}

// engineFor is what --engine says of a real OpenSearch and a name of the test's own. A node that runs already, and
// whose address stands in VERBATIM_OPENSEARCH, spares a developer the start.
func engineFor(t *testing.T) string {
	t.Helper()
	addresses := []string{os.Getenv("VERBATIM_OPENSEARCH")}
	if !strings.HasPrefix(addresses[0], "http") {
		addresses = threeNodes.Cluster(t).Addresses()
	}
	engine := engineAt(addresses...)
	t.Cleanup(func() { deleteIndices(t, addresses[0], path.Base(engine)+"-*") })
	return engine
}

// deleteIndices deletes indexes of an OpenSearch, as somebody who has the rights may.
func deleteIndices(t *testing.T, address, names string) {
	t.Helper()
	req, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodDelete, address+"/"+names, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Fatalf("delete %s: status %d", names, res.StatusCode)
	}
}

func engineAt(addresses ...string) string {
	return "opensearch:" + strings.Join(addresses, ",") + "/test-" + strings.ToLower(rand.Text()[:10])
}

// clientOf returns a client of an engine.
func clientOf(t *testing.T, engine string) *opensearch.Client {
	t.Helper()
	c, err := opensearch.Parse(engine)
	if err != nil {
		t.Fatal(err)
	}
	client, err := opensearch.New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	})
	return client
}

// replica is one of several processes on one Slack.
func (s *service) replica(engine string, flags ...string) *service {
	return &service{t: s.t, slack: s.slack, api: s.api, data: s.t.TempDir(), asked: s.asked, flags: append([]string{"--engine", engine}, flags...)}
}

// leading waits until a replica reads the documents.
func leading(t *testing.T, all ...*service) *service {
	t.Helper()
	const says = "this replica reads the documents"
	until := time.Now().Add(patience)
	for time.Now().Before(until) {
		for _, s := range all {
			if strings.Contains(s.log.String(), says) {
				return s
			}
		}
		<-time.After(100 * time.Millisecond)
	}
	t.Fatalf("nobody reads the documents:\n%s", all[0].log.String())
	return nil
}

// quoted asks in Slack until the answer holds a text: documents take a moment.
func (s *service) quoted(question, text string) {
	s.t.Helper()
	until := time.Now().Add(patience)
	for time.Now().Before(until) {
		ts, err := s.slack.Say(localslack.Ada, localslack.General, "@verbatim "+question)
		if err != nil {
			s.t.Fatal(err)
		}
		var said string
		s.wait("an answer", func() bool {
			for _, q := range s.slack.Ledger() {
				for _, one := range q.Said {
					if q.TS == ts && one.By != localslack.ByEphemeral {
						said = one.Text
					}
				}
			}
			return said != ""
		})
		if strings.Contains(said, text) {
			return
		}
		<-time.After(time.Second)
	}
	s.t.Fatalf("no answer to %q holds %q", question, text)
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestClusterReplicas runs two bots on one index: one reads the documents, the other answers from them; when the one
// that reads is killed the other takes over, and knows what an admin had added.
func TestClusterReplicas(t *testing.T) {
	engine, corpusDir := engineFor(t), t.TempDir()
	write(t, corpusDir, "lamp.md", "# Lamp\n\nThe lamp in the hall has 40 watts.\n")
	s := newService(t)
	config := filepath.Join(t.TempDir(), "verbatim.yaml")
	write(t, filepath.Dir(config), "verbatim.yaml", "admins: ["+localslack.Ada+"]\n")
	a, b := s.replica(engine, "--corpus", corpusDir, "--config", config), s.replica(engine, "--corpus", corpusDir, "--config", config)
	first, second := a.start(), b.start()
	s.wait("two bots", func() bool { return len(s.slack.Connections()) >= 2 })
	leader := leading(t, a, b)
	s.quoted("How many watts has the lamp in the hall?", "40 watts")
	for i, thing := range []string{"anchor", "violin", "carpet", "compass"} { // of which each replica hears some
		s.drop(thing+".txt", fmt.Sprintf("The %s of the captain costs %d dollars.", thing, 100+i), "1 new or changed document")
	}
	s.order("forget violin.txt", "is forgotten")
	if !strings.Contains(a.log.String()+b.log.String(), "an errand waits") {
		t.Error("the replica that follows heard nothing")
	}
	write(t, corpusDir, "kettle.md", "# Kettle\n\nThe kettle in the kitchen holds two litres.\n")
	s.quoted("How much does the kettle in the kitchen hold?", "two litres")
	for name, dir := range map[string]string{"a": a.data, "b": b.data} {
		if n := len(parts(t, dir)); n == 0 {
			t.Errorf("replica %s has no copy", name)
		}
	}
	killed, left, other := first, second, b
	if leader == b {
		killed, left, other = second, first, a
	}
	leader.kill(killed)
	write(t, corpusDir, "ladder.md", "# Ladder\n\nThe ladder in the cellar has nine steps.\n")
	died := time.Now()
	leading(t, other)
	took := time.Since(died)
	s.quoted("How many steps has the ladder in the cellar?", "nine steps")
	s.quoted("How much does the compass of the captain cost?", "103 dollars")
	t.Logf("the documents were read by the other after %v", took.Round(time.Second))
	if !strings.Contains(other.log.String(), "this replica reads the documents") {
		t.Error("the other does not read them")
	}
	other.stop(left)
}

// TestClusterIndexBesideALeader runs 'verbatim index' with the data folder of the replica that reads the documents: it goes
// as from another machine, and what an admin has added stays.
func TestClusterIndexBesideALeader(t *testing.T) {
	engine, corpusDir := engineFor(t), t.TempDir()
	write(t, corpusDir, "lamp.md", "# Lamp\n\nThe lamp in the hall has 40 watts.\n")
	s := newService(t)
	config := filepath.Join(t.TempDir(), "verbatim.yaml")
	write(t, filepath.Dir(config), "verbatim.yaml", "admins: ["+localslack.Ada+"]\n")
	bot := s.replica(engine, "--corpus", corpusDir, "--config", config)
	process := bot.start()
	s.wait("a bot", func() bool { return len(s.slack.Connections()) >= 1 })
	leading(t, bot)
	s.drop("anchor.txt", "The anchor of the captain costs 100 dollars.", "1 new or changed document")
	code, out, errs := run2(t, "index", "--engine", engine, "--corpus", corpusDir, "--config", config, "--data", bot.data)
	if code != 0 || !strings.Contains(out, "2 documents") {
		t.Errorf("index beside the leader: exit code %d\n%s%s", code, out, errs)
	}
	s.quoted("How much does the anchor of the captain cost?", "100 dollars")
	bot.stop(process)
}

// parts are the folders of parts in a data folder.
func parts(t *testing.T, data string) []string {
	t.Helper()
	list, err := filepath.Glob(filepath.Join(data, dirIndex, "gen-*"))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestClusterAway kills the engine under a bot: who asks is told, and gets the answer when it is back; a bot with a copy
// starts without it, one without a copy waits and says why.
func TestClusterAway(t *testing.T) {
	c := cluster.ForTest(t, cluster.Options{})
	engine := engineAt(c.Addresses()...)
	s := newService(t)
	bot := s.replica(engine)
	process := bot.start()
	s.wait("a bot", func() bool { return len(s.slack.Connections()) >= 1 })
	s.ask(localslack.General)
	s.answered()
	bot.stop(process)
	if err := c.Kill(0); err != nil {
		t.Fatal(err)
	}
	process = bot.start() // with a copy
	s.wait("a bot that starts without its engine", func() bool { return len(s.slack.Connections()) >= 1 })
	s.ask(localslack.News)
	s.wait("a word that the question waits", func() bool {
		for _, q := range s.slack.Ledger() {
			if q.Channel == localslack.News && len(q.Said) > 0 {
				return true
			}
		}
		return false
	})
	fresh := s.replica(engine)
	waiting := fresh.startWith("--health-addr", "127.0.0.1:0")
	fresh.readyz(http.StatusServiceUnavailable, "waiting for an index", "OpenSearch")
	if err := c.Restart(0); err != nil {
		t.Fatal(err)
	}
	s.answered()
	s.wait("the other bot", func() bool { return len(s.slack.Connections()) >= 2 })
	bot.stop(process)
	fresh.stop(waiting)
}

// TestClusterGone deletes the sentences under two bots: they are built anew from the documents, and both answer again.
func TestClusterGone(t *testing.T) {
	engine, corpusDir := engineFor(t), t.TempDir()
	write(t, corpusDir, "lamp.md", "# Lamp\n\nThe lamp in the hall has 40 watts.\n")
	s := newService(t)
	a, b := s.replica(engine, "--corpus", corpusDir), s.replica(engine, "--corpus", corpusDir)
	first, second := a.start(), b.start()
	s.wait("two bots", func() bool { return len(s.slack.Connections()) >= 2 })
	leader := leading(t, a, b)
	s.quoted("How many watts has the lamp in the hall?", "40 watts")
	deleteSentences(t, engine)
	s.quoted("How many watts has the lamp in the hall?", "40 watts")
	if log := leader.log.String(); !strings.Contains(log, "built anew") && !strings.Contains(log, "is gone") {
		t.Errorf("nobody noticed:\n%s", log)
	}
	for range 4 { // of which both hear some
		s.quoted("How many watts has the lamp in the hall?", "40 watts")
	}
	a.stop(first)
	b.stop(second)
	if n := len(parts(t, a.data)) + len(parts(t, b.data)); n < 2 {
		t.Errorf("%d parts", n)
	}
}

var (
	switchTime = flag.Duration("switch.time", 0, "how long TestClusterSwitch asks and rebuilds (default: three rebuilds)")
	switchDocs = flag.Int("switch.docs", 200, "documents of TestClusterSwitch")
	switchRate = flag.Int("switch.rate", 20, "questions a second of TestClusterSwitch")
)

// TestClusterSwitch builds the index anew again and again, with a switch of the alias each, under questions at a steady
// rate on the machine that builds and on one that follows: none fails, and none is answered from a half-built index or
// from two of them.
func TestClusterSwitch(t *testing.T) {
	engine := engineFor(t)
	dir := t.TempDir()
	editions(t, dir, "first", *switchDocs)
	lib := &library{corpus: dir, data: t.TempDir(), bare: true, role: rolePush, engineChoice: engineChoice{engine: engine}}
	x, _, closeIndex, err := lib.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := closeIndex(); err != nil {
			t.Error(err)
		}
	}()
	if err := lib.push(t.Context()); err != nil {
		t.Fatal(err)
	}
	// Longer than a follower needs on a busy machine. Of a long run what was replaced goes while it is asked.
	lib.shared.depot.Grace = 2 * time.Minute
	other := &library{data: t.TempDir(), bare: true, engineChoice: engineChoice{engine: engine}}
	y, _, closeOther, err := other.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := closeOther(); err != nil {
			t.Error(err)
		}
	}()
	ctx, stop := context.WithCancel(t.Context())
	var following sync.WaitGroup
	following.Go(func() {
		for ctx.Err() == nil {
			if _, err := other.pull(ctx, y); err != nil && ctx.Err() == nil {
				t.Errorf("pull: %v", err)
			}
			sleep(ctx, pullEvery)
		}
	})
	load := askSteadily(t, x, y, *switchRate)
	began, builds := time.Now(), 0
	for ; builds < 3 || time.Since(began) < *switchTime; builds++ {
		name := fmt.Sprintf("edition%d", builds)
		editions(t, dir, name, *switchDocs)
		if err := lib.rebuild(t.Context(), x); err != nil {
			t.Fatal(err)
		}
		if err := lib.push(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := edition(t, x, 7); got != name {
			t.Errorf("after the build of %s the answer is from %q", name, got)
		}
		follows(t, y, name)
	}
	asked, slowest := load()
	stop()
	following.Wait()
	took := time.Since(began)
	t.Logf("%d questions in %v, %.1f a second, during %d rebuilds of %d documents; the slowest took %v", asked, took.Round(time.Second), float64(asked)/took.Seconds(), builds, *switchDocs, slowest.Round(time.Millisecond))
	if float64(asked) < float64(*switchRate)*took.Seconds()*0.9 {
		t.Logf("the machine was too slow for %d questions a second", *switchRate)
	}
	if float64(asked) < took.Seconds() { // a machine that is busy with the build beside is asked less
		t.Errorf("only %d questions were asked in %v", asked, took)
	}
}

// follows waits until an index answers from an edition. No question may fail meanwhile.
func follows(t *testing.T, x *index.Index, name string) {
	t.Helper()
	until, got := time.Now().Add(patience), ""
	for got != name && !t.Failed() {
		if time.Now().After(until) {
			t.Fatalf("the other machine answers from %q, not %s", got, name)
		}
		<-time.After(100 * time.Millisecond)
		got = edition(t, x, 7)
	}
}

// mostAtOnce is how many questions are under way at most: a machine that is too slow for the rate is asked less.
const mostAtOnce = 20

// askSteadily asks two indexes in turn at a rate, until the function that it returns is called: that waits for the last
// answer, and returns how many questions were asked and how long the slowest took.
func askSteadily(t *testing.T, x, y *index.Index, rate int) (end func() (int, time.Duration)) {
	tick, stop := time.NewTicker(time.Second/time.Duration(rate)), make(chan struct{})
	var asking sync.WaitGroup
	var slowest atomic.Int64
	asked, room := 0, make(chan struct{}, mostAtOnce)
	asking.Go(func() {
		for ; ; asked++ {
			select {
			case <-stop:
				return
			case <-tick.C:
			}
			room <- struct{}{}
			of := []*index.Index{x, y}[asked%2]
			desk := asked % *switchDocs
			asking.Go(func() {
				defer func() { <-room }()
				began := time.Now()
				if edition(t, of, desk) == "" {
					t.Error("a question has no answer")
				}
				for took := int64(time.Since(began)); took > slowest.Load(); {
					slowest.Store(took)
				}
			})
		}
	})
	return func() (int, time.Duration) {
		tick.Stop()
		close(stop)
		asking.Wait()
		return asked, time.Duration(slowest.Load())
	}
}

// TestClusterMigrate carries an index over to OpenSearch and back.
func TestClusterMigrate(t *testing.T) {
	engine := engineFor(t)
	p := newSite(t, nil)
	p.index()
	migrate := func(data string, args ...string) (int, string) {
		t.Helper()
		code, out, errs := run2(t, append([]string{"migrate", "--data", data}, args...)...)
		return code, out + errs
	}
	for _, tt := range []struct {
		name, data string
		args       []string
	}{
		{"there", p.data, []string{"--from", "bleve", "--to", engine}},
		{"back", filepath.Join(p.dir, "back"), []string{"--from", engine, "--to", "bleve"}},
		{"there with questions", p.data, []string{"--from", "bleve", "--to", engine, "--questions", p.write("q.txt", "Who approves a trip?\nWhen is pay day?\n")}},
	} {
		code, out := migrate(tt.data, tt.args...)
		if code != 0 || !strings.Contains(out, "questions answered alike") || !strings.Contains(out, "bleve: 2 documents") || !strings.Contains(out, "opensearch: 2 documents") {
			t.Errorf("%s: exit code %d\n%s", tt.name, code, out)
		}
	}
	if code, out, _ := run2(t, "ask", "--engine", engine, "Who approves a trip?"); code != 0 || !strings.Contains(out, "head of the team") {
		t.Errorf("exit code %d\n%s", code, out)
	}
	if code, out, _ := run2(t, "ask", "--data", filepath.Join(p.dir, "back"), "--corpus", p.corpus, "Who approves a trip?"); code != 0 || !strings.Contains(out, "head of the team") {
		t.Errorf("exit code %d\n%s", code, out)
	}
	if code, out := migrate(p.data, "--from", "bleve", "--to", "bleve"); code != exitUsage {
		t.Errorf("to the same engine: exit code %d\n%s", code, out)
	}
}

// run2 runs the program in this process.
func run2(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var stdout, stderr strings.Builder
	code = run(t.Context(), args, streams{in: strings.NewReader(""), out: &stdout, err: &stderr})
	return code, stdout.String(), stderr.String()
}

// TestClusterIndex builds and pushes from two machines, and evaluates without a trace.
func TestClusterIndex(t *testing.T) {
	engine := engineFor(t)
	p, q := newSite(t, nil), newSite(t, nil)
	p.args, q.args = []string{"--engine", engine}, []string{"--engine", engine}
	if code, out, errs := p.run("index", "--dry-run"); code != 0 || !strings.Contains(out, "would put 2") {
		t.Errorf("dry run: exit code %d\n%s%s", code, out, errs)
	}
	if code, out, errs := run2(t, "ask", "--engine", engine, "Who approves a trip?"); code != exitFault || !strings.Contains(errs, "verbatim index") {
		t.Errorf("before anything was pushed: exit code %d\n%s%s", code, out, errs)
	}
	p.index()
	q.corpus = p.corpus
	if code, out, errs := q.run("index"); code != 0 || !strings.Contains(out, "unchanged") {
		t.Errorf("the same from another machine: exit code %d\n%s%s", code, out, errs)
	}
	p.write("handbook/people/new.md", "# New\n\nNewcomers get a yellow bicycle.\n")
	q.index()
	if code, out, errs := run2(t, "ask", "--engine", engine, "What do newcomers get?"); code != 0 || !strings.Contains(out, "yellow bicycle") {
		t.Errorf("exit code %d\n%s%s", code, out, errs)
	}
	client := clientOf(t, engine)
	before, err := client.Depot().State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p.write("handbook/questions.jsonl", `{"q": "Who approves a trip?", "words": "head of the team"}`+"\n")
	if code, out, errs := run2(t, "eval", "--set", p.corpus, "--engine", engine, "--json"); code != 0 || !strings.Contains(out, `"engine":"opensearch"`) {
		t.Errorf("eval: exit code %d\n%s%s", code, out, errs)
	}
	if after, err := client.Depot().State(t.Context()); err != nil || after != before {
		t.Errorf("an evaluation pushed: %+v, %v", after, err)
	}
}

// TestClusterIndexKilled kills 'verbatim index' in the middle and begins it again, on a corpus of several steps: the index
// that is pushed in the end has the step that stood before the kill, which was not sent again.
func TestClusterIndexKilled(t *testing.T) {
	if os.Getenv("VERBATIM_LONG") == "" {
		t.Skip("writes 60 MB of text: set VERBATIM_LONG=1; TestBuildInSteps does the same with a small index")
	}
	p := newSite(t, nil)
	engine := engineFor(t)
	p.args = []string{"--engine", engine}
	manyBoxes(t, p.corpus, 60<<20)
	cmd := p.command(t.Context(), "index")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stage := filepath.Join(p.data, dirIndex, "stage")
	for !isFile(filepath.Join(stage, "CURRENT")) {
		if cmd.ProcessState != nil {
			t.Fatal("it has ended")
		}
		<-time.After(10 * time.Millisecond)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	client := clientOf(t, engine)
	if _, err := client.Depot().State(t.Context()); !errors.Is(err, opensearch.ErrNothingPushed) {
		t.Errorf("half of an index was pushed: %v", err)
	}
	first, err := index.EditionIn(stage, client.Engine())
	if err != nil || len(first.Parts) != 1 {
		t.Fatalf("%d parts, %v", len(first.Parts), err)
	}
	if code, out, errs := p.run("index"); code != 0 {
		t.Fatalf("exit code %d\n%s%s", code, out, errs)
	}
	whole, err := index.EditionIn(filepath.Join(p.data, dirIndex), client.Engine())
	if err != nil || len(whole.Parts) < 2 || whole.Parts[0].Sum != first.Parts[0].Sum {
		t.Errorf("%d parts, %v, and the first is another one", len(whole.Parts), err)
	}
	t.Logf("%d parts, the first of which stood before the kill", len(whole.Parts))
	if code, out, errs := run2(t, "ask", "--engine", engine, "Who approves a trip?"); code != 0 || !strings.Contains(out, "head of the team") {
		t.Errorf("exit code %d\n%s%s", code, out, errs)
	}
}

// manyBoxes writes files with so many bytes of text.
func manyBoxes(t *testing.T, dir string, size int) {
	t.Helper()
	for n := 0; size > 0; n++ {
		var b strings.Builder
		for b.Len() < 1<<20 {
			fmt.Fprintf(&b, "Box %d of shelf %d stands in hall %d beside door %d.\n\n", b.Len(), n, b.Len()%97, b.Len()%31)
		}
		write(t, dir, fmt.Sprintf("shelf%03d.txt", n), b.String())
		size -= b.Len()
	}
}

// TestClusterEnginesAgree asks all questions of judged sets, and those that no set answers, of both engines, of which
// OpenSearch has the documents in two parts. Differences are listed; the first sentences of one in a hundred may differ,
// and none does. In its long form it asks every set there is, else one.
func TestClusterEnginesAgree(t *testing.T) {
	root := filepath.Join("..", "..", "..", "shared", "eval")
	if _, err := os.Stat(root); errors.Is(err, os.ErrNotExist) {
		t.Skip("the judged sets stand beside the project, in ../shared/eval, and are not there")
	}
	engine, which := engineFor(t), "xquad-en"
	if os.Getenv("VERBATIM_LONG") != "" {
		which = "*"
	}
	sets, err := filepath.Glob(filepath.Join(root, which, setCorpus))
	if err != nil || len(sets) == 0 {
		t.Fatalf("no sets: %v", err)
	}
	for _, folder := range sets {
		set := filepath.Base(filepath.Dir(folder))
		t.Run(set, func(t *testing.T) {
			client := clientOf(t, engine+"-"+set)
			own := &library{corpus: folder, data: t.TempDir(), bare: true}
			x, _, closeIndex, err := own.open(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := closeIndex(); err != nil {
					t.Error(err)
				}
			}()
			dir := t.TempDir()
			y := inTwoParts(t, dir, client.Engine(), x)
			defer func() {
				if err := errors.Join(y.Close(), client.Depot().Discard(t.Context(), dir)); err != nil {
					t.Error(err)
				}
			}()
			files, err := filepath.Glob(filepath.Join(root, set, "questions*.jsonl"))
			if err != nil || len(files) == 0 {
				t.Fatalf("no questions: %v", err)
			}
			for _, file := range append(files, filepath.Join(root, "out-of-scope.jsonl")) {
				agree(t, x, y, file)
			}
		})
	}
}

// inTwoParts builds an index of the documents of another one: half of them at first, the others added. Only a small one
// is one part for all that.
func inTwoParts(t *testing.T, dir string, engine index.Engine, x *index.Index) *index.Index {
	t.Helper()
	var first, rest []*corpus.Document
	half := len(x.Documents()) / 2
	errs := []error{x.Stored(t.Context(), func(d *corpus.Document) error {
		if len(first) < half {
			first = append(first, d)
		} else {
			rest = append(rest, d)
		}
		return nil
	})}
	errs = append(errs, index.Build(t.Context(), dir, engine, index.Of(first...)))
	y, err := index.Open(dir, engine)
	if err := errors.Join(append(errs, err)...); err != nil {
		t.Fatal(err)
	}
	if err := y.Apply(t.Context(), index.Change{Put: rest}); err != nil {
		t.Fatal(err)
	}
	if e, err := index.EditionIn(dir, engine); err != nil || len(e.Parts) != 2 && y.Manifest().Sentences > 10_000 {
		t.Fatalf("%d parts, %v", len(e.Parts), err)
	}
	return y
}

func agree(t *testing.T, x, y *index.Index, file string) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	questions, err := parseQuestions(file, f)
	if err != nil {
		t.Fatal(err)
	}
	differ, err := compareAnswers(t.Context(), x, y, questions, index.Options{Top: 3})
	if err != nil {
		t.Fatal(err)
	}
	first := 0
	for _, d := range differ {
		if d.First {
			first++
		}
		t.Log(d.text())
	}
	t.Logf("%s: %d questions, %d first sentences differ, %d answers differ in anything", filepath.Base(file), len(questions), first, len(differ))
	if len(questions) < 100 || first*100 > len(questions) {
		t.Errorf("%d of %d first sentences differ", first, len(questions))
	}
}
