package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"verbatim/bot/journal"
	"verbatim/bot/localslack"
	"verbatim/bot/memory"
	"verbatim/corpus"
	"verbatim/index"
)

// onDisk says whether the files of journal and memory hold a text, in whatever page.
func (w *world) onDisk(what string) bool {
	w.t.Helper()
	for _, name := range []string{journal.FileName, memory.FileName} {
		data, err := os.ReadFile(filepath.Join(w.dir, name))
		if err != nil {
			w.t.Fatal(err)
		}
		if bytes.Contains(data, []byte(what)) {
			return true
		}
	}
	return false
}

func (w *world) order(user, text string) {
	w.t.Helper()
	if err := w.slack.Slash(user, localslack.News, "/ask", text); err != nil {
		w.t.Fatal(err)
	}
	w.pass(time.Second)
}

const canaryAsked = "Where does the canary sing?"

// askMuch asks so much that what is deleted of it is not all written over by what comes later.
func (w *world) askMuch(user string) {
	w.t.Helper()
	for i := range 60 {
		w.say(user, localslack.General, fmt.Sprintf("@verbatim %s %d", canaryAsked, i))
		w.pass(2 * time.Second)
	}
}

// TestForgetMe asks to be forgotten: nothing goes before the click that confirms it, all of one's own goes
// with it, and within an hour it has left the disk, from the journal too.
func TestForgetMe(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		b := w.start()
		w.askMuch(localslack.Ada)
		w.say(localslack.Grace, localslack.General, "@verbatim "+laptopQuestion)
		w.pass(time.Minute)
		w.order(localslack.Ada, "forget me")
		if p, err := b.memory.Export(t.Context(), localslack.Ada); err != nil || p.Records() == 0 {
			t.Errorf("%d records after the question whether to forget: %v", p.Records(), err)
		}
		whispers := w.slack.Whispers(localslack.Ada, localslack.News)
		last := whispers[len(whispers)-1]
		all := clickables(raw(last.Blocks))
		if len(all) != 1 || all[0].action != "forget_yes" {
			t.Fatalf("to click there is %+v", all)
		}
		click := localslack.ClickArgs{As: localslack.Ada, Channel: localslack.News, TS: last.TS, BlockID: all[0].block, ActionID: all[0].action}
		if err := w.slack.Click(click); err != nil {
			t.Fatal(err)
		}
		w.pass(time.Minute)
		if p, err := b.memory.Export(t.Context(), localslack.Ada); err != nil || p.Records() != 0 {
			t.Errorf("%d records after a click: %v", p.Records(), err)
		}
		w.pass(pruneEvery + time.Minute)
		if w.onDisk("canary sing") {
			t.Error("what was forgotten is on the disk after an hour")
		}
		if !w.onDisk(laptopQuestion) {
			t.Error("what another asked is gone")
		}
		w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
		w.pass(time.Minute)
		if p, err := b.memory.Export(t.Context(), localslack.Ada); err != nil || p.Records() == 0 {
			t.Errorf("nothing is remembered any more: %v", err)
		}
		b.mustStop()
		wantClosed(t, w)
	})
}

// TestQuestionsAreKeptForAsLongAsSet lets days pass: a question is there until its time has come, and not
// on the disk a day after that; the journal, which holds the text for as long as the question is open
// alone, forgets it after two days.
func TestQuestionsAreKeptForAsLongAsSet(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		b := w.start()
		b.memory.KeepFor(72 * time.Hour)
		w.askMuch(localslack.Ada)
		w.pass(71 * time.Hour)
		if p, err := b.memory.Export(t.Context(), localslack.Ada); err != nil || p.Records() == 0 {
			t.Errorf("%d records before their time: %v", p.Records(), err)
		}
		if s := b.journal.Stats(); s.Total != 0 {
			t.Errorf("the journal remembers %d questions for three days", s.Total)
		}
		w.pass(3 * time.Hour)
		if p, err := b.memory.Export(t.Context(), localslack.Ada); err != nil || p.Records() != 0 {
			t.Errorf("%d records after their time: %v", p.Records(), err)
		}
		w.pass(renewEvery + pruneEvery)
		if w.onDisk("canary sing") {
			t.Error("what was deleted is on the disk a day later")
		}
		b.mustStop()
	})
}

// TestForgottenLeavesTheDiskThroughRestarts stops the bot before its first hour is over.
func TestForgottenLeavesTheDiskThroughRestarts(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		b := w.start()
		w.pass(time.Minute)
		w.askMuch(localslack.Ada)
		if err := b.forget(t.Context(), localslack.Ada); err != nil {
			t.Fatal(err)
		}
		w.pass(10 * time.Minute)
		b.mustStop()
		if !w.onDisk("canary sing") {
			t.Error("nothing is left of what was forgotten, so that this tests nothing")
		}
		b = w.start()
		w.pass(20 * time.Minute)
		b.mustStop()
		if w.onDisk("canary sing") {
			t.Error("what was forgotten is on the disk half an hour later, after a restart")
		}
	})
}

// TestShortRunsKeepNothingTooLong runs for half an hour at a time.
func TestShortRunsKeepNothingTooLong(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.change = func(c *Config) { c.Memory.Upkeep.(*memory.Store).KeepFor(time.Hour) }
		b := w.start()
		w.askMuch(localslack.Ada)
		for range 3 {
			w.pass(30 * time.Minute)
			b.mustStop()
			b = w.start()
		}
		w.pass(30 * time.Minute)
		b.mustStop()
		if w.onDisk("canary sing") {
			t.Error("what is too old is on the disk after four runs")
		}
	})
}

// fullDisk is a memory that can be renewed when there is room.
type fullDisk struct {
	*memory.Store
	full atomic.Bool
}

// Renew renews it.
func (f *fullDisk) Renew() error {
	if f.full.Load() {
		return syscall.ENOSPC
	}
	return f.Store.Renew()
}

// TestFilesAreRenewedOnceThereIsRoom forgets a user while the files cannot be written anew, which is told once an hour.
func TestFilesAreRenewedOnceThereIsRoom(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		disk := &fullDisk{}
		w.change = func(c *Config) {
			disk.Store = c.Memory.Upkeep.(*memory.Store)
			c.Memory.Upkeep = disk
		}
		b := w.start()
		w.pass(time.Minute)
		w.askMuch(localslack.Ada)
		disk.full.Store(true)
		if err := b.forget(t.Context(), localslack.Ada); err != nil {
			t.Fatal(err)
		}
		w.pass(2*pruneEvery + 30*time.Minute)
		if n := strings.Count(w.log.String(), "what was deleted stays on the disk"); n != 2 {
			t.Errorf("told %d times in two and a half hours, want twice", n)
		}
		disk.full.Store(false)
		w.pass(pruneEvery)
		if w.onDisk("canary sing") {
			t.Error("what was forgotten is on the disk an hour after there was room")
		}
		b.mustStop()
	})
}

// TestExportMe sends who asks all that is kept of them, and nobody else anything.
func TestExportMe(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		b := w.start()
		w.say(localslack.Grace, localslack.General, "@verbatim "+laptopQuestion)
		w.order(localslack.Ada, "export me")
		w.pass(time.Minute)
		w.wantText(w.slack.Whispers(localslack.Ada, localslack.News)[0], english().ExportNothing)
		w.say(localslack.Ada, localslack.General, "@verbatim "+canaryAsked)
		w.pass(time.Minute)
		w.order(localslack.Ada, "export me")
		w.pass(time.Minute)
		all := w.answers(w.slack.DM(localslack.Ada))
		if len(all) != 2 {
			t.Fatalf("%d messages, want what it is and the records: %v", len(all), texts(all))
		}
		var blocks []struct {
			Elements []struct {
				Type     string
				Elements []struct{ Text string }
			}
		}
		if err := json.Unmarshal(raw(all[1].Blocks), &blocks); err != nil || len(blocks) != 1 || blocks[0].Elements[0].Type != "rich_text_preformatted" {
			t.Fatalf("blocks %s: %v", raw(all[1].Blocks), err)
		}
		lines := strings.Split(blocks[0].Elements[0].Elements[0].Text, "\n")
		kinds := map[string]int{}
		for _, line := range lines {
			var record map[string]map[string]any
			if err := json.Unmarshal([]byte(line), &record); err != nil || len(record) != 1 {
				t.Errorf("record %q: %v", line, err)
			}
			for kind, r := range record {
				kinds[kind]++
				if r["user"] != localslack.Ada || r["question"] != canaryAsked {
					t.Errorf("a %s of another: %v", kind, r)
				}
			}
		}
		if kinds["answer"] != 1 || kinds["unanswered"] != 1 || kinds["thread"] != 1 {
			t.Errorf("records %v", kinds)
		}
		if dm := w.answers(w.slack.DM(localslack.Grace)); len(dm) > 0 {
			t.Errorf("Grace is sent %v", texts(dm))
		}
		b.mustStop()
	})
}

// TestExportOfMuch stays within what Slack takes, and says that there is more.
func TestExportOfMuch(t *testing.T) {
	p := memory.Personal{User: "U1"}
	for range 500 {
		p.Answers = append(p.Answers, memory.Answer{ID: "a", User: "U1", Question: strings.Repeat(`"\<!channel>`, 40)})
	}
	messages, whole, err := exported(p)
	if err != nil || whole || len(messages) != exportMessages {
		t.Fatalf("%d messages, whole %t: %v", len(messages), whole, err)
	}
	for _, m := range messages {
		wantValid(t, m)
	}
	p.Answers = p.Answers[:2]
	if messages, whole, err := exported(p); err != nil || !whole || len(messages) != 1 {
		t.Errorf("%d messages, whole %t: %v", len(messages), whole, err)
	}
}

// TestGuideIsForThoseWhoAsk shows the guide as far as it is for them, within what a modal holds.
func TestGuideIsForThoseWhoAsk(t *testing.T) {
	blocks := guide()
	data, err := json.Marshal(blocks)
	if err != nil || len(blocks) < 20 || len(blocks) >= maxGuideBlocks {
		t.Fatalf("%d blocks: %v", len(blocks), err)
	}
	for _, want := range []string{"How to ask", "mention the bot", "How to read an answer", "forget me", "export me"} {
		if !strings.Contains(string(data), want) {
			t.Errorf("the guide does not say %q", want)
		}
	}
	for _, not := range []string{"xoxb-", "--corpus", guideEnd} {
		if strings.Contains(string(data), not) {
			t.Errorf("the guide for those who ask says %q", not)
		}
	}
	ends := 0
	for _, s := range corpus.Guide().Sentences() {
		if s.Kind == corpus.Heading && s.Text == guideEnd {
			ends++
		}
	}
	if ends != 1 {
		t.Errorf("%d headings %q in the guide", ends, guideEnd)
	}
	var view slack.ModalViewRequest
	view.Blocks.BlockSet = blocks
	if data, err := json.Marshal(view); err != nil || len(data) > 100_000 {
		t.Errorf("a modal of %d bytes: %v", len(data), err)
	}
}

// TestRestoredQuestions has open questions of a backup, which may have been answered since.
func TestRestoredQuestions(t *testing.T) {
	for _, tt := range []struct {
		name             string
		direct, standing bool
		want             int
	}{
		{"may look, and it stands", true, true, 1},
		{"may look, and it does not stand", true, false, 1},
		{"may not look, and it stands", false, true, 1},
		{"may not look, and it does not stand", false, false, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(c *localslack.Config) { c.Timing.Retries = []time.Duration{} }, func(w *world) {
				channel, kind := localslack.General, KindMention
				if tt.direct {
					channel, kind = w.slack.DM(localslack.Ada), KindDirect
				}
				ts := w.say(localslack.Ada, channel, laptopQuestion)
				in := Incoming{Kind: kind, Key: "Ev1", Alias: "x", Channel: channel, User: localslack.Ada, Thread: ts, Question: laptopQuestion, Received: time.Now()}
				w.remembered(in, false)
				w.remembered(Incoming{Kind: KindSlash, Key: "tr1", User: localslack.Ada, Channel: localslack.News, Question: laptopQuestion, Received: time.Now()}, false)
				j, err := journal.Open(w.dir, journal.Options{})
				if err != nil {
					t.Fatal(err)
				}
				n, err := j.Restored()
				if err := errors.Join(err, j.Close()); err != nil || n != 2 {
					t.Fatalf("%d questions marked: %v", n, err)
				}
				if tt.standing {
					if _, err := w.poster().send(w.t.Context(), in, plain("An answer.", Options{})); err != nil {
						t.Fatal(err)
					}
				}
				b := w.start()
				w.pass(time.Hour)
				if got := w.answers(channel); len(got) != tt.want {
					t.Errorf("%d answers, want %d: %v", len(got), tt.want, texts(got))
				}
				if told := w.slack.Whispers(localslack.Ada, localslack.News); len(told) > 0 {
					t.Errorf("a command of the backup is answered: %v", texts(told))
				}
				b.mustStop()
				wantClosed(t, w)
			})
		})
	}
}

// TestFault28Panics has the search panic with the text of a question, and with errors that hold it: the text
// is not in the log.
func TestFault28Panics(t *testing.T) {
	for name, breaks := range map[string]func(context.Context) (index.Answer, error){
		"text":  func(context.Context) (index.Answer, error) { panic(canaryAsked) },
		"error": func(context.Context) (index.Answer, error) { panic(errors.New(canaryAsked)) },
		"runtime": func(context.Context) (index.Answer, error) {
			return index.Answer{Searched: 1 / (len(canaryAsked) - len(canaryAsked[:]))}, nil
		},
		"type": func(context.Context) (index.Answer, error) { var v any = canaryAsked; return v.(index.Answer), nil },
		"slice": func(context.Context) (index.Answer, error) {
			return index.Answer{Question: canaryAsked[len(canaryAsked)+len(os.Args):]}, nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, nil, func(w *world) {
				w.library.set(canaryAsked, breaks)
				b := w.start()
				w.say(localslack.Ada, localslack.General, "@verbatim "+canaryAsked)
				w.say(localslack.Ada, w.slack.DM(localslack.Ada), canaryAsked)
				w.order(localslack.Ada, canaryAsked)
				w.pass(time.Minute)
				b.mustStop()
				log := w.log.String()
				if !strings.Contains(log, "panic") || strings.Contains(log, "canary") {
					t.Errorf("the log tells of no panic, or holds the question:\n%s", log)
				}
				for _, secret := range []string{w.slack.Config().BotToken, w.slack.Config().AppToken} {
					if strings.Contains(log, secret) {
						t.Error("the log holds a token")
					}
				}
			})
		})
	}
}
