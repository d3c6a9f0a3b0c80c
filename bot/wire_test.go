package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"verbatim/bot/journal"
	"verbatim/bot/localslack"
	"verbatim/bot/memory"
	"verbatim/index"
)

func TestMentionIsAnsweredInItsThread(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		b := w.start()
		ts := w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
		m := w.oneAnswer(localslack.General, time.Second)
		if m.ThreadTS != ts || m.Broadcast {
			t.Errorf("answered in thread %q (broadcast %v), want %q", m.ThreadTS, m.Broadcast, ts)
		}
		w.wantText(m, laptopQuote)
		if !strings.Contains(string(m.Metadata), metadataType) {
			t.Errorf("metadata %s, want %s", m.Metadata, metadataType)
		}
		if len(m.Pings)+len(m.Links) > 0 || m.Unfurls() {
			t.Errorf("pings %v, links %v, unfurls %v; want none", m.Pings, m.Links, m.Unfurls())
		}
		w.wantAcked()
		b.mustStop()
		if got := b.Stats(); got.Received != 1 || got.Answered != 1 || got.Failed != 0 || got.InHand != 0 || got.Connections != 0 {
			t.Errorf("stats %+v", got)
		}
	})
}

func TestMentionInAThread(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		b := w.start()
		root := w.say(localslack.Ada, localslack.General, "Something else")
		if _, err := w.slack.Reply(localslack.Grace, localslack.General, root, "@verbatim "+laptopQuestion); err != nil {
			t.Fatal(err)
		}
		if m := w.oneAnswer(localslack.General, time.Second); m.ThreadTS != root {
			t.Errorf("answered in thread %q, want %q", m.ThreadTS, root)
		}
		b.mustStop()
	})
}

// TestDirectMessage also finds a bot that answers itself: its own messages come back as events.
func TestDirectMessage(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		b := w.start()
		dm := w.slack.DM(localslack.Mei)
		ts := w.say(localslack.Mei, dm, laptopQuestion)
		m := w.oneAnswer(dm, 10*time.Minute)
		if m.ThreadTS != ts {
			t.Errorf("answered in thread %q, want %q", m.ThreadTS, ts)
		}
		w.wantText(m, laptopQuote)
		if err := w.slack.Edit(localslack.Mei, dm, ts, laptopQuestion+" Please."); err != nil {
			t.Fatal(err)
		}
		if err := w.slack.Delete(localslack.Mei, dm, ts); err != nil {
			t.Fatal(err)
		}
		w.pass(10 * time.Minute)
		if all := w.answers(dm); len(all) > 0 {
			t.Errorf("answers to a deleted question: %q", texts(all))
		}
		w.wantAcked()
		b.mustStop()
	})
}

func TestSmallTalk(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		b := w.start()
		w.say(localslack.Ada, localslack.General, "@verbatim")
		m := w.oneAnswer(localslack.General, time.Second)
		w.wantText(m, "Ask me a question")
		w.wantText(m, "@verbatim and your question")
		if asked := w.library.questions(); len(asked) > 0 {
			t.Errorf("an empty mention was searched for: %q", asked)
		}
		b.mustStop()
	})
}

// slow answers after a time, unless the question is given up before.
func slow(d time.Duration, then func(context.Context) (index.Answer, error)) func(context.Context) (index.Answer, error) {
	return func(ctx context.Context) (index.Answer, error) {
		select {
		case <-time.After(d):
			return then(ctx)
		case <-ctx.Done():
			return index.Answer{}, ctx.Err()
		}
	}
}

// long is an answer whose acknowledgement would be too large.
func long(ctx context.Context) (index.Answer, error) {
	a, err := quoting(strings.Repeat("律", 2800))(ctx)
	for i := range 2 {
		p := a.Passages[0]
		p.Document.ID = fmt.Sprint(i)
		a.Passages = append(a.Passages, p)
	}
	return a, err
}

func TestCommand(t *testing.T) {
	tests := []struct {
		name, text string
		answer     func(context.Context) (index.Answer, error)
		want       string
		inAck      bool
	}{
		{"fast", "Fast?", quoting(laptopQuote), laptopQuote, true},
		{"just in time", "Soon?", slow(1400*time.Millisecond, quoting(laptopQuote)), laptopQuote, true},
		{"late", "Slow?", slow(4*time.Second, quoting(laptopQuote)), laptopQuote, false},
		{"at the same moment", "Now?", slow(slashWait, quoting(laptopQuote)), laptopQuote, false},
		{"too large for the acknowledgement", "Long?", long, "律律律", false},
		{"empty", "", nil, "Ask me a question", true},
		{"help", "help", nil, "/ask and your question", true},
		{"never", "Never?", slow(time.Hour, quoting(laptopQuote)), "Something broke on my side", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, nil, func(w *world) {
				w.library.set(tt.text, tt.answer)
				b := w.start()
				if err := w.slack.Slash(localslack.Ada, localslack.Random, "/ask", tt.text); err != nil {
					t.Fatal(err)
				}
				w.pass(time.Minute)
				all := w.slack.Whispers(localslack.Ada, localslack.Random)
				if len(all) != 1 {
					t.Fatalf("%d answers, want 1: %v", len(all), texts(all))
				}
				w.wantText(all[0], tt.want)
				if tt.text != "" {
					w.wantText(all[0], "You asked: "+tt.text)
				}
				e := w.slack.Envelopes()[0]
				if carried := len(e.AckPayload) > 0; tt.name != "at the same moment" && carried != tt.inAck {
					t.Errorf("answer in the acknowledgement: %v, want %v", carried, tt.inAck)
				}
				if e.Latency > 2*time.Second || e.Acked.IsZero() {
					t.Errorf("acknowledged after %v", e.Latency)
				}
				b.mustStop()
				wantClosed(t, w)
			})
		})
	}
}

// wantClosed fails the test unless every question in the journal has come to an end.
func wantClosed(t *testing.T, w *world) {
	t.Helper()
	wantOpen(t, w, 0)
}

// wantOpen fails the test unless so many questions in the journal are left for the next start.
func wantOpen(t *testing.T, w *world, n int) {
	t.Helper()
	j, err := journal.Open(w.dir, journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if s := j.Stats(); s.Open != n || s.Total == 0 {
		t.Errorf("journal: %+v, want %d open, and some", s, n)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestFaultsOfTheAsker(t *testing.T) {
	tests := []struct {
		name   string
		answer func(context.Context) (index.Answer, error)
	}{
		{"panic", func(context.Context) (index.Answer, error) { panic("secret text of a document") }},
		{"runtime panic", func(context.Context) (index.Answer, error) { var a []int; _ = a[len(a)]; return index.Answer{}, nil }},
		{"error", func(context.Context) (index.Answer, error) { return index.Answer{}, errors.New("engine is down") }},
		{"too slow", slow(time.Hour, quoting(laptopQuote))},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, nil, func(w *world) {
				w.library.set("Broken?", tt.answer)
				b := w.start()
				w.say(localslack.Ada, localslack.General, "@verbatim Broken?")
				m := w.oneAnswer(localslack.General, time.Minute)
				w.wantText(m, "Something broke on my side (ref ")
				_, after, _ := strings.Cut(m.Text, "(ref ")
				ref, _, _ := strings.Cut(after, ")")
				if len(ref) != 8 || !strings.Contains(w.log.String(), "ref="+ref) {
					t.Errorf("reference %q is not in the log", ref)
				}
				w.say(localslack.Ada, localslack.News, "@verbatim "+laptopQuestion)
				w.wantText(w.oneAnswer(localslack.News, time.Second), laptopQuote)
				b.mustStop()
				if strings.Contains(w.log.String(), "secret text") {
					t.Error("the log holds the panic's value")
				}
			})
		})
	}
}

func TestQuotesAreCheckedBeforePosting(t *testing.T) {
	two := func(ctx context.Context) (index.Answer, error) {
		a, err := quoting(laptopQuote)(ctx)
		p := a.Passages[0]
		p.Quote, p.Document.ID = "A second sentence.", "d2"
		a.Passages = append(a.Passages, p)
		return a, err
	}
	tests := []struct {
		name  string
		gone  []string
		asked int
		want  string
		not   string
	}{
		{"all stand", nil, 1, laptopQuote, "ref "},
		{"one is gone", []string{laptopQuote}, 2, "A second sentence.", laptopQuote},
		{"all are gone", []string{laptopQuote, "A second sentence."}, 2, "Something broke on my side", "sentence"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, nil, func(w *world) {
				w.library.set("Two?", two)
				for _, q := range tt.gone {
					w.library.gone[q] = true
				}
				b := w.start()
				w.say(localslack.Ada, localslack.General, "@verbatim Two?")
				m := w.oneAnswer(localslack.General, time.Second)
				w.wantText(m, tt.want)
				if strings.Contains(m.Text, tt.not) {
					t.Errorf("message %q holds %q", m.Text, tt.not)
				}
				if got := len(w.library.questions()); got != tt.asked {
					t.Errorf("asked %d times, want %d", got, tt.asked)
				}
				b.mustStop()
			})
		})
	}
}

// TestNoTextInTheLog follows texts of a question and of a document through good and bad times.
func TestNoTextInTheLog(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.library.set("Where is canaryquestion?", quoting("The canarydocument is here."))
		w.library.gone["The canarydocument is gone."] = true
		w.library.set("Is canaryquestion gone?", quoting("The canarydocument is gone."))
		w.slack.Faults().API("chat.postMessage", 1, localslack.SlackError("invalid_blocks"))
		w.slack.Faults().API("response_url", 5, localslack.ServerError(500))
		b := w.start()
		w.slack.SendText(0, `{"canaryquestion`)
		w.say(localslack.Ada, localslack.General, "@verbatim Where is canaryquestion?")
		w.say(localslack.Ada, localslack.General, "@verbatim Is canaryquestion gone?")
		w.library.set("canaryquestion slow", slow(3*time.Second, quoting("The canarydocument is here.")))
		if err := w.slack.Slash(localslack.Ada, localslack.General, "/ask", "canaryquestion slow"); err != nil {
			t.Fatal(err)
		}
		w.pass(time.Minute)
		b.mustStop()
		log := w.log.String()
		for _, secret := range []string{"canary", w.slack.Config().BotToken, w.slack.Config().AppToken, "/response/"} {
			if strings.Contains(log, secret) {
				t.Errorf("the log holds %q:\n%s", secret, log)
			}
		}
		if !strings.Contains(log, "HTTP 500") {
			t.Error("the log does not tell of the response_url that failed")
		}
	})
}

// TestOverTCP runs a bot and a workspace over real sockets and on the real clock.
func TestOverTCP(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute) // for what hangs
	defer cancel()
	slack, err := localslack.New(localslack.Default())
	if err != nil {
		t.Fatal(err)
	}
	server, err := slack.Start(ctx, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	j, err := journal.Open(t.TempDir(), journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	store, err := memory.Open(t.TempDir(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	library := newLibrary()
	library.set(laptopQuestion, quoting(laptopQuote))
	b, err := New(Config{
		BotToken: slack.Config().BotToken, AppToken: slack.Config().AppToken, APIURL: strings.TrimSuffix(server.APIURL(), "/"),
		Asker: library, Catalog: library, Memory: store.Memory(), Journal: j, Dial: (&net.Dialer{}).DialContext,
	})
	if err != nil {
		t.Fatal(err)
	}
	running, stop := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- b.Run(running) }()
	if err := slack.WaitForConnections(ctx, 2); err != nil {
		t.Fatal(err)
	}
	if _, err := slack.Say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion); err != nil {
		t.Fatal(err)
	}
	if _, err := slack.WaitForMessage(ctx, localslack.General, nil); err != nil {
		t.Fatal(err)
	}
	if err := slack.Slash(localslack.Ada, localslack.General, "/ask", laptopQuestion); err != nil {
		t.Fatal(err)
	}
	private := func(m localslack.Message) bool { return m.Ephemeral }
	if _, err := slack.WaitForMessage(ctx, localslack.General, private); err != nil {
		t.Fatal(err)
	}
	stop()
	if err := <-done; err != nil {
		t.Errorf("Run: %v", err)
	}
	if err := errors.Join(j.Close(), store.Close(), server.Close()); err != nil {
		t.Error(err)
	}
}
