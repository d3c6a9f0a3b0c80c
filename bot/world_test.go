package bot

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"verbatim/bot/journal"
	"verbatim/bot/localslack"
	"verbatim/bot/memory"
	"verbatim/corpus"
	"verbatim/index"
)

// A library answers from a fixed list. Questions it does not know get the verdict near.
type library struct {
	mu      sync.Mutex
	answers map[string]func(context.Context) (index.Answer, error)
	gone    map[string]bool // quotes that no longer stand in their document
	asked   []string
}

func newLibrary() *library {
	return &library{answers: map[string]func(context.Context) (index.Answer, error){}, gone: map[string]bool{}}
}

// Ask answers a question from the list. It knows small talk.
func (l *library) Ask(ctx context.Context, question string, _ AskOptions) (index.Answer, error) {
	l.mu.Lock()
	l.asked = append(l.asked, question)
	answer := l.answers[question]
	l.mu.Unlock()
	if answer != nil {
		return answer(ctx)
	}
	if chat := index.ParseQuestion(question, nil).Chat; chat != index.ChatNone {
		return index.Answer{Question: question, Verdict: index.VerdictChat, Chat: chat}, nil
	}
	return index.Answer{Question: question, Verdict: index.VerdictNear, Searched: 3}, nil
}

// Check finds a quote gone that the list says is gone.
func (l *library) Check(_ context.Context, p index.Passage) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.gone[p.Quote] {
		return errors.New("the span has changed")
	}
	return nil
}

// Around knows one sentence of one document: the one asked for.
func (l *library) Around(_ context.Context, document string, ordinal, _, _ int) (index.Surroundings, error) {
	return index.Surroundings{
		Document:  index.Source{ID: document, Title: "Handbook", Path: "handbook.md", Collection: corpus.DefaultCollection},
		Sentences: []corpus.Sentence{{Ordinal: ordinal, Text: laptopQuote, End: len(laptopQuote)}},
	}, nil
}

// Collections is one collection.
func (l *library) Collections() []Collection {
	return []Collection{{Name: corpus.DefaultCollection, Documents: 3}}
}

// Built is a fixed day.
func (l *library) Built() time.Time { return time.Date(2026, 3, 12, 0, 0, 0, 0, time.UTC) }

func (l *library) set(question string, answer func(context.Context) (index.Answer, error)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.answers[question] = answer
}

func (l *library) questions() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string(nil), l.asked...)
}

// quoting is an answer of one passage.
func quoting(sentence string) func(context.Context) (index.Answer, error) {
	return func(context.Context) (index.Answer, error) {
		return index.Answer{
			Verdict: index.VerdictAnswer, Searched: 3,
			Passages: []index.Passage{{
				Quote: sentence, End: len(sentence),
				Document: index.Source{ID: "d1", Title: "Handbook", Path: "handbook.md", Collection: corpus.DefaultCollection},
			}},
		}, nil
	}
}

const (
	laptopQuestion = "When must I return the laptop?"
	laptopQuote    = "The laptop must be returned within 14 days."
)

// A world is a Slack workspace with documents, in which bots are started and stopped.
type world struct {
	t       *testing.T
	net     *inMemory
	slack   *localslack.Workspace
	library *library
	dir     string
	log     *lockedBuffer
	// change alters the configuration of the bots started from now on.
	change func(*Config)
	// alter alters those bots themselves, before they run.
	alter func(*Bot)
}

// quickDir is a folder in memory where the system has one, as these tests wait for nothing but the disk;
// what survives a crash is tested elsewhere.
func quickDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "verbatim-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) }) // what stays is gone with the machine
	return dir
}

// inWorld runs a test in a bubble with a workspace.
func inWorld(t *testing.T, workspace func(*localslack.Config), test func(*world)) {
	t.Helper()
	dir := quickDir(t)
	synctest.Test(t, func(t *testing.T) {
		config := localslack.Default()
		if workspace != nil {
			workspace(&config)
		}
		slack, err := localslack.New(config)
		if err != nil {
			t.Fatal(err)
		}
		w := &world{t: t, net: newInMemory(), slack: slack, library: newLibrary(), dir: dir, log: &lockedBuffer{}}
		w.library.set(laptopQuestion, quoting(laptopQuote))
		server := &http.Server{Handler: slack.Handler()}
		var serving sync.WaitGroup
		serving.Go(func() { _ = server.Serve(w.net) })
		defer func() {
			_ = server.Close()
			slack.Close()
			serving.Wait()
			if t.Failed() {
				t.Log(w.log.String())
			}
		}()
		test(w)
	})
}

// A runningBot is a bot between start and stop.
type runningBot struct {
	*Bot
	world   *world
	journal *journal.Journal
	memory  *memory.Store
	cancel  context.CancelFunc
	done    chan error
}

// start starts a bot and waits until it is connected.
func (w *world) start() *runningBot {
	w.t.Helper()
	synctest.Wait() // until Slack has seen the end of connections of an earlier bot
	b := w.launch()
	if err := w.slack.WaitForConnections(w.within(time.Minute), b.config.Connections); err != nil {
		w.t.Fatal(err)
	}
	return b
}

// launch starts a bot.
func (w *world) launch() *runningBot {
	w.t.Helper()
	logger := slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	j, err := journal.Open(w.dir, journal.Options{})
	if err != nil {
		w.t.Fatal(err)
	}
	store, err := memory.Open(w.dir, logger)
	if err != nil {
		w.t.Fatal(err)
	}
	config := Config{
		Catalog: w.library, Memory: store.Memory(),
		BotToken: w.slack.Config().BotToken, AppToken: w.slack.Config().AppToken,
		APIURL: "http://127.0.0.1/api/", Asker: w.library, Journal: j, Logger: logger, Dial: w.net.dial,
	}
	if w.change != nil {
		w.change(&config)
	}
	b, err := New(config)
	if err != nil {
		w.t.Fatal(err)
	}
	if w.alter != nil {
		w.alter(b)
	}
	ctx, cancel := context.WithCancel(w.t.Context())
	r := &runningBot{Bot: b, world: w, journal: j, memory: store, cancel: cancel, done: make(chan error, 1)}
	go func() { r.done <- b.Run(ctx) }()
	return r
}

// stop ends the bot as a signal would, and returns what Run returned.
func (r *runningBot) stop() error {
	r.cancel()
	return r.wait()
}

// wait waits for the bot to end by itself.
func (r *runningBot) wait() error {
	err := <-r.done
	r.cancel()
	if err := errors.Join(r.journal.Close(), r.memory.Close()); err != nil {
		r.world.t.Error(err)
	}
	return err
}

func (r *runningBot) mustStop() {
	r.world.t.Helper()
	if err := r.stop(); err != nil {
		r.world.t.Errorf("Run: %v", err)
	}
}

// within is a context of the bubble's time.
func (w *world) within(d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(w.t.Context(), d)
	context.AfterFunc(ctx, cancel)
	return ctx
}

// pass lets time pass, and then everything settle.
func (w *world) pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// say writes as a user and returns the message's ts.
func (w *world) say(user, channel, text string) string {
	w.t.Helper()
	ts, err := w.slack.Say(user, channel, text)
	if err != nil {
		w.t.Fatal(err)
	}
	return ts
}

// answers are the bot's messages in a channel.
func (w *world) answers(channel string) (all []localslack.Message) {
	for _, m := range w.slack.Messages(channel) {
		if m.Bot {
			all = append(all, m)
		}
	}
	return all
}

// oneAnswer waits for a while and returns the one answer that stands in a channel.
func (w *world) oneAnswer(channel string, wait time.Duration) localslack.Message {
	w.t.Helper()
	w.pass(wait)
	all := w.answers(channel)
	if len(all) != 1 {
		w.t.Fatalf("%d answers in %s, want 1: %v", len(all), channel, texts(all))
	}
	return all[0]
}

func texts(all []localslack.Message) (t []string) {
	for _, m := range all {
		t = append(t, m.Text)
	}
	return t
}

// wantText fails the test unless a message holds a text.
func (w *world) wantText(m localslack.Message, want string) {
	w.t.Helper()
	if !strings.Contains(m.Text, want) {
		w.t.Errorf("message %q, want it to hold %q", m.Text, want)
	}
}

// wantAcked fails the test unless every envelope sent was acknowledged, in time.
func (w *world) wantAcked() {
	w.t.Helper()
	all := w.slack.Envelopes()
	if len(all) == 0 {
		w.t.Error("no envelope was sent")
	}
	for _, e := range all {
		if e.Acked.IsZero() {
			w.t.Errorf("envelope %s (%s, retry %d) was not acknowledged", e.ID, e.Type, e.Retry)
		}
	}
}

// lockedBuffer is a log that several goroutines write.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
