package bot

import (
	"strings"
	"testing"
	"time"

	"verbatim/bot/localslack"
	"verbatim/bot/memory"
	"verbatim/bot/rights"
	"verbatim/corpus"
)

const (
	leaveAsked  = "How many weeks of leave may parents take?"
	leaveText   = "Parents may take twelve weeks of leave."
	leaveSecret = "twelve"
)

// narrowRules give one collection to everyone and another to Grace alone.
func narrowRules() rights.Rules {
	return rights.Rules{Collections: map[string]rights.Audience{
		"handbook": {Everyone: true}, "hr": {Users: []string{localslack.Grace}}, "lead": {Channels: []string{localslack.Leaders}},
	}}
}

// TestAnsweredNow asks by each door what no document answers, and then adds one.
func TestAnsweredNow(t *testing.T) {
	inLibrary(t, rights.Rules{}, []*corpus.Document{page("handbook", "Equipment", laptopText)}, func(w *world, s *shelf) {
		b := w.start()
		dm := w.slack.DM(localslack.Linus)
		root := w.say(localslack.Ada, localslack.General, "@verbatim "+leaveAsked)
		direct := w.say(localslack.Linus, dm, leaveAsked)
		if err := w.slack.Slash(localslack.Mei, localslack.News, "/ask", leaveAsked); err != nil {
			t.Fatal(err)
		}
		w.pass(time.Minute)
		b.changes(s, page("handbook", "Holidays", "Everyone has 30 days of holiday."))
		for _, channel := range []string{localslack.General, dm} {
			if n := len(w.answers(channel)); n != 1 {
				t.Errorf("%d messages in %s before there is an answer, want 1", n, channel)
			}
		}
		b.changes(s, page("handbook", "Leave", leaveText))
		b.changes(s, page("handbook", "More", "Nothing of interest."))
		for channel, thread := range map[string]string{localslack.General: root, dm: direct} {
			all := w.answers(channel)
			if len(all) != 2 {
				t.Fatalf("%d messages in %s, want the answer once: %v", len(all), channel, texts(all))
			}
			w.wantText(all[1], "When you asked, on 1 Jan 2000, I had no answer.")
			w.wantText(all[1], leaveText)
			if all[1].ThreadTS != thread {
				t.Errorf("it stands in the thread %s, want %s", all[1].ThreadTS, thread)
			}
		}
		w.wantText(w.only(w.slack.DM(localslack.Mei)), leaveText)
		w.wantText(w.only(w.slack.DM(localslack.Mei)), leaveAsked)
		b.mustStop()
		w.wantAcked()
	})
}

// TestNotAnsweredNow has reasons not to go back to a question, each of which is the only one.
func TestNotAnsweredNow(t *testing.T) {
	for _, tt := range []struct {
		name   string
		before func(*world, *runningBot)
		want   int
	}{
		{"no reason", func(*world, *runningBot) {}, 2},
		{"forgotten", func(w *world, b *runningBot) {
			if _, err := b.memory.Forget(w.t.Context(), localslack.Ada); err != nil {
				w.t.Fatal(err)
			}
		}, 1},
		{"too old", func(w *world, b *runningBot) {
			w.eachGap(b, func(g *memory.Gap) { g.At = g.At.Add(-revisedFor - time.Hour) })
		}, 1},
		{"closed by an admin", func(w *world, b *runningBot) { w.eachGap(b, func(g *memory.Gap) { g.Closed = time.Now() }) }, 1},
		{"the channel is shared by now", func(w *world, b *runningBot) {
			w.slack.Faults().API("conversations.info", 9, localslack.APIFault{Body: `{"ok":true,"channel":{"id":"C0GENERAL","is_channel":true,"is_ext_shared":true}}`})
		}, 1},
		{"nobody knows what the channel is by now", func(w *world, b *runningBot) {
			w.slack.Faults().API("conversations.info", 9, localslack.ServerError(500))
		}, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inLibrary(t, rights.Rules{}, []*corpus.Document{page("handbook", "Equipment", laptopText)}, func(w *world, s *shelf) {
				b := w.start()
				w.say(localslack.Ada, localslack.General, "@verbatim "+leaveAsked)
				w.pass(time.Minute)
				tt.before(w, b)
				w.pass(time.Minute)
				b.changes(s, page("handbook", "Leave", leaveText))
				if all := w.answers(localslack.General); len(all) != tt.want {
					t.Errorf("%d messages, want %d: %v", len(all), tt.want, texts(all))
				}
				b.mustStop()
			})
		})
	}
}

// TestWhatWasWhisperedIsAnsweredNowInPrivate asks in a channel whose answers are for the asker alone.
func TestWhatWasWhisperedIsAnsweredNowInPrivate(t *testing.T) {
	rules := rights.Rules{Channels: map[string]rights.Channel{localslack.General: {Private: true}}}
	inLibrary(t, rules, []*corpus.Document{page("handbook", "Equipment", laptopText)}, func(w *world, s *shelf) {
		b := w.start()
		w.say(localslack.Ada, localslack.General, "@verbatim "+leaveAsked)
		w.pass(time.Minute)
		b.changes(s, page("handbook", "Leave", leaveText))
		if all := w.answers(localslack.General); len(all) != 0 {
			t.Errorf("all see %v", texts(all))
		}
		w.wantText(w.only(w.slack.DM(localslack.Ada)), leaveText)
		b.mustStop()
	})
}

// eachGap changes the questions without an answer in the memory.
func (w *world) eachGap(b *runningBot, change func(*memory.Gap)) {
	w.t.Helper()
	gaps, err := b.memory.Gaps(w.t.Context(), 99)
	if err != nil || len(gaps) == 0 {
		w.t.Fatalf("%d gaps: %v", len(gaps), err)
	}
	for _, g := range gaps {
		change(&g)
		if err := b.memory.SaveGap(w.t.Context(), g); err != nil {
			w.t.Fatal(err)
		}
	}
}

// TestRepeatedGapsAreAnsweredOnce asks the same twice, and once more with an answer.
func TestRepeatedGapsAreAnsweredOnce(t *testing.T) {
	inLibrary(t, rights.Rules{}, []*corpus.Document{page("handbook", "Equipment", laptopText)}, func(w *world, s *shelf) {
		b := w.start()
		w.say(localslack.Ada, localslack.General, "@verbatim "+leaveAsked)
		w.pass(time.Minute)
		w.say(localslack.Ada, localslack.General, "@verbatim "+strings.ToLower(leaveAsked))
		w.say(localslack.Mei, localslack.News, "@verbatim "+leaveAsked)
		w.pass(time.Minute)
		s.put(t, page("handbook", "Leave", leaveText))
		w.say(localslack.Mei, localslack.News, "@verbatim "+leaveAsked)
		w.pass(time.Minute)
		b.DocumentsChanged()
		w.pass(time.Minute)
		if all := w.answers(localslack.General); len(all) != 3 {
			t.Errorf("%d messages, want one for two questions: %v", len(all), texts(all))
		}
		if all := w.answers(localslack.News); len(all) != 2 {
			t.Errorf("%d messages to who has asked again: %v", len(all), texts(all))
		}
		b.mustStop()
	})
}

// TestAskedBefore votes on answers in many places and asks the same in others.
func TestAskedBefore(t *testing.T) {
	const link, asked = "see that answer", "When must the laptop be returned?"
	vote := func(w *world, b *runningBot, user, channel string, value string) {
		w.t.Helper()
		m := w.answers(channel)[len(w.answers(channel))-1]
		for _, a := range answersOf(w.t, b, "") {
			if a.TS == m.TS && a.Channel == channel {
				w.forged(user, m, "vote", a.ID+value)
				return
			}
		}
		w.t.Fatalf("no answer is remembered in %s", channel)
	}
	for _, tt := range []struct {
		name, where string // where it was answered helpfully
		user, again string // who asks again, and where; "" there for a command in #news
		then        func(*world, *runningBot)
		want        bool
	}{
		{"in a public channel, asked in another", localslack.General, localslack.Mei, localslack.News, nil, true},
		{"in a public channel, asked in private", localslack.General, localslack.Mei, "dm", nil, true},
		{"in a public channel, asked by command", localslack.General, localslack.Mei, "", nil, true},
		{"in the same private channel", localslack.Leaders, localslack.Grace, localslack.Leaders, nil, true},
		{"in one's own direct messages", "dm", localslack.Ada, "dm", nil, true},
		{"in a private channel, asked in another", localslack.Leaders, localslack.Grace, localslack.General, nil, false},
		{"in a private channel, asked in private", localslack.Leaders, localslack.Grace, "dm", nil, false},
		{"in a private channel, asked by command elsewhere", localslack.Leaders, localslack.Grace, "", nil, false},
		{"in another's direct messages", "dm", localslack.Grace, localslack.General, nil, false},
		{"in another's direct messages, asked in one's own", "dm", localslack.Grace, "dm", nil, false},
		{"found bad later", localslack.General, localslack.Mei, localslack.News, func(w *world, b *runningBot) {
			vote(w, b, localslack.Linus, localslack.General, voteDown)
		}, false},
		{"no link to be had", localslack.General, localslack.Mei, localslack.News, func(w *world, b *runningBot) {
			w.slack.Faults().API("chat.getPermalink", 9, localslack.SlackError("message_not_found"))
		}, false},
		{"Slack says nothing of the channel", localslack.General, localslack.Mei, localslack.News, func(w *world, b *runningBot) {
			w.slack.Faults().API("conversations.info", 9, localslack.ServerError(500))
		}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inLibrary(t, rights.Rules{}, []*corpus.Document{page("handbook", "Equipment", laptopText)}, func(w *world, s *shelf) {
				b := w.start()
				place := func(name, user string) string {
					if name == "dm" {
						return w.slack.DM(user)
					}
					return name
				}
				where := place(tt.where, localslack.Ada)
				text := "@verbatim " + asked
				w.say(localslack.Ada, where, text)
				w.pass(time.Minute)
				vote(w, b, localslack.Ada, where, voteUp)
				if tt.then != nil {
					tt.then(w, b)
				}
				var m localslack.Message
				if tt.again == "" {
					if err := w.slack.Slash(tt.user, localslack.News, "/ask", asked); err != nil {
						t.Fatal(err)
					}
					w.pass(time.Minute)
					m = w.slack.Whispers(tt.user, localslack.News)[0]
				} else {
					again := place(tt.again, tt.user)
					w.say(tt.user, again, "@verbatim When must laptops be returned, please?")
					w.pass(time.Minute)
					m = w.answers(again)[len(w.answers(again))-1]
				}
				w.wantText(m, "14 days")
				if got := strings.Contains(string(m.Blocks), link); got != tt.want {
					t.Errorf("linked is %v, want %v: %s", got, tt.want, m.Text)
				}
				b.mustStop()
			})
		})
	}
}
