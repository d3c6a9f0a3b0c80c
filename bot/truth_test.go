package bot

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"verbatim/bot/localslack"
	"verbatim/bot/rights"
	"verbatim/corpus"
	"verbatim/index"
)

const (
	laptopText  = "Equipment is lent. The laptop must be returned within 14 days of the last working day. Chargers go back too."
	laptopLater = "Equipment is lent. The laptop must be returned within 30 days of the last working day. Chargers go back too."
	laptopAsked = "@verbatim When must the laptop be returned?"
)

// inLibrary runs a test in a workspace with documents that can be changed.
func inLibrary(t *testing.T, rules rights.Rules, docs []*corpus.Document, test func(*world, *shelf)) {
	t.Helper()
	s := newShelf(t, docs...)
	inWorld(t, func(c *localslack.Config) { c.Scopes = append(c.Scopes, scopeChannels) }, func(w *world) {
		w.change = func(c *Config) { c.Asker, c.Catalog, c.Rules = s, s, rules }
		test(w, s)
	})
}

// calls counts the calls of a method.
func (w *world) calls(method string) (n int) {
	for _, c := range w.slack.Calls() {
		if c.Method == method {
			n++
		}
	}
	return n
}

// changes changes documents and lets the bot see it.
func (b *runningBot) changes(s *shelf, docs ...*corpus.Document) {
	b.world.t.Helper()
	s.put(b.world.t, docs...)
	b.DocumentsChanged()
	b.world.pass(time.Minute)
}

// only is the one message of the bot in a channel.
func (w *world) only(channel string) localslack.Message {
	w.t.Helper()
	return w.oneAnswer(channel, 0)
}

func TestAnswersAreKeptTrue(t *testing.T) {
	old := page("handbook", "Equipment", laptopText)
	archived, replacing := page("handbook", "Equipment", laptopText), page("handbook", "Leaving", "Say goodbye.")
	archived.Archived, replacing.Supersedes = true, []string{"Equipment"}
	for _, tt := range []struct {
		name  string
		docs  []*corpus.Document
		wants []string
		not   string
	}{
		{"changed", []*corpus.Document{page("handbook", "Equipment", laptopLater)}, []string{"What I quoted here has changed", "30 days"}, "14 days"},
		{"moved", []*corpus.Document{page("handbook", "Equipment", "Read this first.\n\nIt matters.\n\n"+laptopText)}, nil, ""},
		{"lines broken elsewhere", []*corpus.Document{page("handbook", "Equipment", strings.ReplaceAll(laptopText, " of the ", "\nof the "))}, nil, ""},
		{"another sentence changed", []*corpus.Document{page("handbook", "Equipment", strings.ReplaceAll(laptopText, "too", "as well"))}, nil, ""},
		{"removed", []*corpus.Document{page("handbook", "Equipment", "Equipment is lent. Chargers go back too.")}, []string{"is gone from the documents"}, "14 days"},
		{"archived", []*corpus.Document{archived}, []string{"no longer holds", "⚠ archived", "14 days"}, ""},
		{"replaced", []*corpus.Document{replacing}, []string{"no longer holds", "replaced by “Leaving”", "14 days"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inLibrary(t, rights.Rules{}, []*corpus.Document{old}, func(w *world, s *shelf) {
				b := w.start()
				w.say(localslack.Ada, localslack.General, laptopAsked)
				before := w.oneAnswer(localslack.General, time.Minute)
				b.changes(s, tt.docs...)
				b.DocumentsChanged()
				w.pass(time.Minute)
				after, updates := w.only(localslack.General), w.calls("chat.update")
				if len(tt.wants) == 0 {
					if updates != 0 || after.Text != before.Text {
						t.Errorf("updated %d times to %q", updates, after.Text)
					}
				} else if updates != 1 {
					t.Errorf("updated %d times, want once", updates)
				}
				for _, want := range tt.wants {
					w.wantText(after, want)
				}
				if tt.not != "" && strings.Contains(after.Text+string(after.Blocks), tt.not) {
					t.Errorf("the message still says %q: %s", tt.not, after.Text)
				}
				w.forged(localslack.Mei, after, "vote", answersOf(t, b, localslack.Ada)[0].ID+voteUp)
				if seen := w.sees(localslack.Mei); !strings.Contains(seen, english().VoteThanks) {
					t.Errorf("the buttons of the message do nothing: %s", seen)
				}
				b.changes(s, old)
				s.remove(t, replacing)
				b.DocumentsChanged()
				w.pass(time.Minute)
				last := w.only(localslack.General)
				w.wantText(last, "14 days")
				if len(tt.wants) > 0 {
					w.wantText(last, "reads as before")
				}
				if updates := w.calls("chat.update") - updates; updates > 1 || (updates == 1) != (len(tt.wants) > 0) {
					t.Errorf("updated %d times on the way back", updates)
				}
				b.mustStop()
				w.wantAcked()
			})
		})
	}
}

// TestWhatMovedIsShownInContext opens the context of a quote that stands elsewhere in its document now.
func TestWhatMovedIsShownInContext(t *testing.T) {
	inLibrary(t, rights.Rules{}, []*corpus.Document{page("handbook", "Equipment", laptopText)}, func(w *world, s *shelf) {
		b := w.start()
		w.say(localslack.Ada, localslack.General, laptopAsked)
		m := w.oneAnswer(localslack.General, time.Minute)
		b.changes(s, page("handbook", "Equipment", "Read this first.\n\n"+laptopText))
		w.forged(localslack.Ada, m, "context", answersOf(t, b, localslack.Ada)[0].ID)
		if seen := w.sees(localslack.Ada); !strings.Contains(seen, "14 days") || strings.Contains(seen, english().ContextChanged) {
			t.Errorf("she sees %s", seen)
		}
		b.mustStop()
	})
}

// TestKeptTrueThroughFaults changes a document while the bot is down, and while Slack is.
func TestKeptTrueThroughFaults(t *testing.T) {
	for _, tt := range []struct {
		name    string
		faults  []localslack.APIFault
		updated bool
		calls   int
	}{
		{"none", nil, true, 1},
		{"rate limited", []localslack.APIFault{localslack.RateLimited(20)}, true, 2},
		{"down", []localslack.APIFault{localslack.ServerError(500), localslack.HTMLPage(), localslack.ServerError(503)}, true, 4},
		{"blocks refused", []localslack.APIFault{localslack.SlackError("invalid_blocks")}, true, 2},
		{"message deleted", []localslack.APIFault{localslack.SlackError("message_not_found")}, false, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inLibrary(t, rights.Rules{}, []*corpus.Document{page("handbook", "Equipment", laptopText)}, func(w *world, s *shelf) {
				b := w.start()
				w.say(localslack.Ada, localslack.General, laptopAsked)
				w.oneAnswer(localslack.General, time.Minute)
				b.mustStop()
				s.put(t, page("handbook", "Equipment", laptopLater))
				for _, f := range tt.faults {
					w.slack.Faults().API("chat.update", 1, f)
				}
				b = w.start()
				w.pass(5 * time.Minute)
				b.DocumentsChanged()
				w.pass(5 * time.Minute)
				if got := strings.Contains(w.only(localslack.General).Text, "30 days"); got != tt.updated {
					t.Errorf("updated is %v, want %v", got, tt.updated)
				}
				if n := w.calls("chat.update"); n != tt.calls {
					t.Errorf("%d calls of chat.update, want %d", n, tt.calls)
				}
				b.mustStop()
			})
		})
	}
}

// TestManyAnswersAreUpdatedSlowly has one document stand in many answers.
func TestManyAnswersAreUpdatedSlowly(t *testing.T) {
	inLibrary(t, rights.Rules{}, []*corpus.Document{page("handbook", "Equipment", laptopText)}, func(w *world, s *shelf) {
		b := w.start()
		const many = 10
		for range many {
			w.say(localslack.Ada, localslack.General, laptopAsked)
		}
		w.pass(time.Minute)
		s.put(t, page("handbook", "Equipment", laptopLater))
		b.DocumentsChanged()
		begun := time.Now()
		w.pass(10 * time.Minute)
		if n := w.calls("chat.update"); n != many {
			t.Fatalf("%d updates, want %d", n, many)
		}
		var last time.Time
		for _, c := range w.slack.Calls() {
			if c.Method != "chat.update" {
				continue
			}
			if c.Time.Sub(last) < updateEvery-time.Millisecond {
				t.Errorf("an update %v after the last", c.Time.Sub(last))
			}
			last = c.Time
		}
		if took := last.Sub(begun); took > time.Minute {
			t.Errorf("they took %v", took)
		}
		b.mustStop()
	})
}

// TestKeptTrueForAMonth looks at answers that are too old, private, or none.
func TestKeptTrueForAMonth(t *testing.T) {
	inLibrary(t, rights.Rules{}, []*corpus.Document{page("handbook", "Equipment", laptopText)}, func(w *world, s *shelf) {
		b := w.start()
		w.say(localslack.Ada, localslack.General, laptopAsked)
		w.pass(time.Minute)
		old := answersOf(t, b, localslack.Ada)[0]
		old.At = old.At.Add(-revisedFor - time.Hour)
		if err := b.memory.SaveAnswer(t.Context(), old); err != nil {
			t.Fatal(err)
		}
		if err := w.slack.Slash(localslack.Ada, localslack.News, "/ask", strings.TrimPrefix(laptopAsked, "@verbatim ")); err != nil {
			t.Fatal(err)
		}
		w.pass(time.Minute)
		b.changes(s, page("handbook", "Equipment", laptopLater))
		if n := w.calls("chat.update"); n != 0 {
			t.Errorf("%d updates, want none", n)
		}
		b.mustStop()
	})
}

// TestEveryKindIsKeptTrue updates what was shared for all, and what was asked on the Home tab.
func TestEveryKindIsKeptTrue(t *testing.T) {
	inLibrary(t, rights.Rules{}, []*corpus.Document{page("handbook", "Equipment", laptopText)}, func(w *world, s *shelf) {
		b := w.start()
		if err := w.slack.Slash(localslack.Ada, localslack.General, "/ask", strings.TrimPrefix(laptopAsked, "@verbatim ")); err != nil {
			t.Fatal(err)
		}
		w.pass(time.Minute)
		d := &day{world: w}
		if err := d.click(localslack.Ada, english().Share); err != nil {
			t.Fatal(err)
		}
		home := Incoming{Kind: KindHome, Key: "home", Channel: localslack.Mei, User: localslack.Mei, Question: "When must the laptop be returned?"}
		if !b.lanes.reserve(home) {
			t.Fatal("no room")
		}
		b.lanes.add(w.t.Context(), job{in: home})
		w.pass(time.Minute)
		b.changes(s, page("handbook", "Equipment", laptopLater))
		for _, channel := range []string{localslack.General, w.slack.DM(localslack.Mei)} {
			w.wantText(w.only(channel), "30 days")
		}
		w.wantText(w.only(localslack.General), "asked:")
		b.mustStop()
	})
}

// TestSeveralPassagesOfOneAnswer changes one of two, and says which.
func TestSeveralPassagesOfOneAnswer(t *testing.T) {
	before := page("handbook", "Screens", "Screens are approved by the team lead.")
	docs := []*corpus.Document{before, page("it", "Chairs", "Screens for chairs are approved by the office manager.")}
	inLibrary(t, rights.Rules{}, docs, func(w *world, s *shelf) {
		b := w.start()
		w.say(localslack.Ada, localslack.General, "@verbatim Who approves screens?")
		w.pass(time.Minute)
		if n := len(answersOf(t, b, localslack.Ada)[0].Passages); n != 2 {
			t.Fatalf("the ranking shows %d passages, not 2", n)
		}
		b.changes(s, page("handbook", "Screens", "Screens are approved by the board."))
		w.wantText(w.only(localslack.General), english().ChangedHere)
		w.wantText(w.only(localslack.General), "by the board")
		w.wantText(w.only(localslack.General), "by the office manager")
		b.mustStop()
	})
}

func TestStandsNow(t *testing.T) {
	sentences := func(texts ...string) (around index.Surroundings, at map[string]int) {
		at = map[string]int{}
		for i, text := range texts {
			around.Sentences = append(around.Sentences, corpus.Sentence{Ordinal: i, Text: text, Start: 100 * i, End: 100*i + len(text)})
			if _, twice := at[hashOf(text)]; !twice {
				at[hashOf(text)] = i
			}
		}
		return around, at
	}
	quote := "The laptop must be returned within 14 days."
	q := quotedOf(index.Passage{Quote: quote, Ordinal: 1})
	for _, tt := range []struct {
		name    string
		now     []string
		ordinal int
		gone    bool
	}{
		{"as it was", []string{"A.", quote}, 1, false},
		{"moved", []string{"A.", "B.", quote}, 2, false},
		{"twice", []string{quote, quote, quote}, 1, false},
		{"other figure", []string{"A.", "B.", "The laptop must be returned within 30 days."}, 2, false},
		{"two that are alike", []string{"The laptop must be returned within 60 days.", "B.", "C.", "The laptop must be returned within 30 days."}, 0, false},
		{"something else", []string{"Chargers go back too.", "Parents may take leave."}, 1, true},
		{"nothing", nil, 1, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			around, at := sentences(tt.now...)
			got := standsNow(q, around, at)
			if got.Ordinal != tt.ordinal || got.Gone != tt.gone {
				t.Errorf("%+v, want it at %d, gone: %v", got, tt.ordinal, tt.gone)
			}
			back, at := sentences("A.", quote)
			if again := standsNow(got, back, at); !same(again, standsNow(q, back, at)) {
				t.Errorf("back: %+v, want %+v", again, q)
			}
		})
	}
	if n := len(wordsOf(fmt.Sprint(make([]int, 3)) + strings.Repeat("a b c ", 10))); n != 4 {
		t.Errorf("%d words, want each once", n)
	}
}

// TestSeveralAnswersInOneMessage changes what one of two questions of a message was answered with.
func TestSeveralAnswersInOneMessage(t *testing.T) {
	docs := []*corpus.Document{page("handbook", "Equipment", laptopText), page("handbook", "Leave", leaveText)}
	inLibrary(t, rights.Rules{}, docs, func(w *world, s *shelf) {
		b := w.start()
		w.say(localslack.Ada, localslack.General, laptopAsked+" "+leaveAsked)
		m := w.oneAnswer(localslack.General, time.Minute)
		w.wantText(m, "14 days")
		w.wantText(m, leaveText)
		b.changes(s, page("handbook", "Equipment", laptopLater))
		m = w.only(localslack.General)
		w.wantText(m, "30 days")
		w.wantText(m, leaveText)
		if n := w.calls("chat.update"); n != 1 {
			t.Errorf("%d updates to %s", n, m.Text)
		}
		b.mustStop()
	})
}
