package bot

import (
	"strings"
	"testing"
	"time"

	"verbatim/bot/localslack"
	"verbatim/bot/rights"
	"verbatim/corpus"
)

// everything is all that anybody sees in the workspace but for one person's own: what stands in channels
// and the others' direct messages, and what the others are shown alone.
func (w *world) everythingBut(user string) string {
	all := ""
	for _, u := range []string{localslack.Ada, localslack.Grace, localslack.Linus, localslack.Mei, localslack.Outsider} {
		if u == user {
			continue
		}
		all += w.sees(u)
		for _, m := range w.slack.Messages(w.slack.DM(u)) {
			all += m.Text + string(m.Blocks)
		}
	}
	for _, c := range []string{localslack.General, localslack.News, localslack.Leaders, localslack.Partners} {
		for _, m := range w.answers(c) {
			all += m.Text + string(m.Blocks)
		}
	}
	return all
}

// TestClosedCollectionsAreNotToldOfLater closes a collection after an answer quoted it, and then changes
// the document: the message is not brought up to date with what nobody there may see.
func TestClosedCollectionsAreNotToldOfLater(t *testing.T) {
	inLibrary(t, rights.Rules{}, []*corpus.Document{page("hr", "Leave", leaveText)}, func(w *world, s *shelf) {
		b := w.start()
		w.say(localslack.Grace, localslack.General, "@verbatim "+leaveAsked)
		w.oneAnswer(localslack.General, time.Minute)
		b.mustStop()
		open := w.change
		w.change = func(c *Config) { open(c); c.Rules = narrowRules() }
		b = w.start()
		b.changes(s, page("hr", "Leave", "Parents may take forty weeks of leave."))
		if all := w.everythingBut(localslack.Grace); strings.Contains(all, "forty") {
			t.Errorf("the message tells of a closed collection: %s", all)
		}
		b.mustStop()
		w.change = open
		b = w.start()
		w.pass(time.Minute)
		w.wantText(w.only(localslack.General), "forty")
		b.mustStop()
	})
}

// TestAnsweredNowKeepsToRights adds the answer to a collection for one person, who alone is told, and
// only where nobody reads along.
func TestAnsweredNowKeepsToRights(t *testing.T) {
	inLibrary(t, narrowRules(), []*corpus.Document{page("handbook", "Equipment", laptopText)}, func(w *world, s *shelf) {
		b := w.start()
		for _, user := range []string{localslack.Grace, localslack.Mei, localslack.Ada} {
			w.say(user, localslack.General, "@verbatim "+leaveAsked)
			w.say(user, w.slack.DM(user), leaveAsked)
			if err := w.slack.Slash(user, localslack.News, "/ask", leaveAsked); err != nil {
				t.Fatal(err)
			}
			w.pass(time.Minute)
		}
		// A collection of one channel is not told of in direct messages, though it was asked there.
		if err := w.slack.Slash(localslack.Ada, localslack.Leaders, "/ask", "Where is the safe?"); err != nil {
			t.Fatal(err)
		}
		w.pass(time.Minute)
		b.changes(s, page("hr", "Leave", leaveText), page("lead", "Safe", "The safe is behind the painting."))
		all := w.everythingBut(localslack.Grace)
		for _, secret := range []string{leaveSecret, "Leave\"", "painting", "2 documents", "3 documents"} {
			if strings.Contains(all, secret) {
				t.Errorf("others see %q: %s", secret, all)
			}
		}
		hers := texts(w.answers(w.slack.DM(localslack.Grace)))
		if n := strings.Count(strings.Join(hers, "\n"), "twelve"); n == 0 {
			t.Errorf("she is not told herself: %q", hers)
		}
		b.mustStop()
	})
}

// TestAskedBeforeKeepsToRights links to no message that quotes what is closed where it is asked again.
func TestAskedBeforeKeepsToRights(t *testing.T) {
	rules := rights.Rules{Collections: map[string]rights.Audience{"handbook": {Everyone: true}, "hr": {Channels: []string{localslack.General}}}}
	for _, tt := range []struct {
		name string
		docs []*corpus.Document
		want bool
	}{
		{"open", []*corpus.Document{page("handbook", "Leave", leaveText)}, true},
		{"closed", []*corpus.Document{page("handbook", "Leave", "Parents may take many weeks of leave."), page("hr", "Leave", leaveText)}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inLibrary(t, rules, tt.docs, func(w *world, s *shelf) {
				b := w.start()
				w.say(localslack.Ada, localslack.General, "@verbatim "+leaveAsked)
				m := w.oneAnswer(localslack.General, time.Minute)
				w.wantText(m, leaveSecret)
				w.forged(localslack.Ada, m, "vote", answersOf(t, b, localslack.Ada)[0].ID+voteUp)
				w.say(localslack.Mei, localslack.News, "@verbatim "+leaveAsked)
				again := w.oneAnswer(localslack.News, time.Minute)
				if got := strings.Contains(again.Text, "Asked before"); got != tt.want {
					t.Errorf("linked is %v, want %v: %s", got, tt.want, again.Text)
				}
				b.mustStop()
			})
		})
	}
}

// TestNarrowerIsForTheAskerAlone offers a passage to who may see it, and has others use the button.
func TestNarrowerIsForTheAskerAlone(t *testing.T) {
	docs := []*corpus.Document{page("handbook", "Equipment", laptopText), page("hr", "Leave of parents", leaveText)}
	inLibrary(t, narrowRules(), docs, func(w *world, s *shelf) {
		b := w.start()
		for _, user := range []string{localslack.Mei, localslack.Grace} {
			w.say(user, localslack.General, "@verbatim "+leaveAsked)
			w.pass(time.Minute)
		}
		if n := len(w.slack.Whispers(localslack.Mei, localslack.General)); n != 0 {
			t.Errorf("she who may not see it is shown %d messages", n)
		}
		offers := w.slack.Whispers(localslack.Grace, localslack.General)
		if len(offers) != 1 || offers[0].ThreadTS == "" {
			t.Fatalf("offers %v, want one in the thread", texts(offers))
		}
		for _, secret := range []string{leaveSecret, "Leave of parents", "hr"} {
			if strings.Contains(offers[0].Text, secret) {
				t.Errorf("the offer names %q", secret)
			}
		}
		id := ""
		for _, a := range answersOf(t, b, localslack.Grace) {
			id = a.ID
		}
		for _, a := range []Act{{User: localslack.Mei, Channel: localslack.General}, {User: localslack.Grace, Channel: localslack.News}} {
			if _, err := b.ownAnswer(w.t.Context(), a, id); err == nil {
				t.Errorf("her answer is given to %s in %s", a.User, a.Channel)
			}
		}
		for _, m := range w.answers(localslack.General) {
			w.forged(localslack.Mei, m, "vote", id) // a click of hers, to have something to forge with
			b.act(w.t.Context(), Envelope{ID: "e" + m.TS}, Act{
				Name: "narrow", Key: "forged" + m.TS, User: localslack.Mei, Channel: localslack.General, Message: m.TS, Value: id,
			}, Taken, func(any) error { return nil })
			w.pass(time.Minute)
		}
		if seen := w.sees(localslack.Mei); !strings.Contains(seen, english().Forgotten) {
			t.Errorf("she is not told: %s", seen)
		}
		d := &day{world: w}
		if err := d.click(localslack.Grace, english().NarrowerShow); err != nil {
			t.Fatal(err)
		}
		w.pass(time.Minute)
		if seen := w.sees(localslack.Grace); !strings.Contains(seen, leaveSecret) || strings.Contains(seen, `"`+english().ShareInThread+`"`) {
			t.Errorf("she sees %s", seen)
		}
		if all := w.everythingBut(localslack.Grace); strings.Contains(all, leaveSecret) || strings.Contains(all, "Leave of parents") {
			t.Errorf("others see %s", all)
		}
		b.mustStop()
	})
}

// TestNarrowerWhenRightsHaveEnded clicks on an offer that no longer holds, with and without a right.
func TestNarrowerWhenRightsHaveEnded(t *testing.T) {
	docs := []*corpus.Document{page("handbook", "Equipment", laptopText), page("hr", "Leave of parents", leaveText)}
	inLibrary(t, narrowRules(), docs, func(w *world, s *shelf) {
		b := w.start()
		w.say(localslack.Grace, localslack.General, "@verbatim "+leaveAsked)
		w.pass(time.Minute)
		b.mustStop()
		open := w.change
		w.change = func(c *Config) {
			open(c)
			c.Rules = rights.Rules{Collections: map[string]rights.Audience{"handbook": {Everyone: true}, "hr": {}}}
		}
		b = w.start()
		d := &day{world: w}
		if err := d.click(localslack.Grace, english().NarrowerShow); err != nil {
			t.Fatal(err)
		}
		w.pass(time.Minute)
		if seen := w.sees(localslack.Grace) + w.everythingBut(""); strings.Contains(seen, leaveSecret) {
			t.Errorf("somebody sees %s", seen)
		}
		b.mustStop()
	})
}

// TestNothingNarrowerIsOffered has reasons to offer nothing: each case is about one.
func TestNothingNarrowerIsOffered(t *testing.T) {
	partners := narrowRules()
	partners.Channels = map[string]rights.Channel{localslack.Partners: {Open: true}}
	limited := narrowRules()
	limited.Channels = map[string]rights.Channel{localslack.General: {Collections: []string{"handbook"}}}
	limited.Collections["it"] = rights.Audience{Everyone: true}
	for _, tt := range []struct {
		name, channel, question string
		rules                   rights.Rules
	}{
		{"strangers read along", localslack.Partners, leaveAsked, partners},
		{"the better passage is for all, and only not searched there", localslack.General, "Who resets passwords?", limited},
		{"the best passage is the one shown", localslack.General, strings.TrimPrefix(laptopAsked, "@verbatim "), narrowRules()},
		{"small talk", localslack.General, "thanks", narrowRules()},
	} {
		t.Run(tt.name, func(t *testing.T) {
			docs := []*corpus.Document{page("handbook", "Equipment", laptopText), page("hr", "Leave", leaveText), page("it", "Passwords", "Ada resets passwords.")}
			inLibrary(t, tt.rules, docs, func(w *world, s *shelf) {
				b := w.start()
				w.say(localslack.Grace, tt.channel, "@verbatim "+tt.question)
				w.oneAnswer(tt.channel, time.Minute)
				if got := w.slack.Whispers(localslack.Grace, tt.channel); len(got) != 0 {
					t.Errorf("she is offered %v", texts(got))
				}
				b.mustStop()
			})
		})
	}
}
