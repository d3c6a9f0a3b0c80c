package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"verbatim/bot/localslack"
	"verbatim/bot/memory"
	"verbatim/bot/rights"
	"verbatim/corpus"
)

// leakDocs are documents for everyone, for Grace and for #leadership. What nobody else may see holds a
// word of secrets.
const leakDocs = `
-- docs/handbook/leave.md --
# Absence

## Days off

Everyone has 30 days of leave a year. Ask the team lead for it in good time.
-- docs/hr/parental.md --
---
title: Zparental policy
date: 1997-01-02
---
# Zparental policy

## Zduration of it

Parents may take twelve weeks of leave at full pay. The request goes to Zmiriam in payroll.
-- docs/board/salaries.md --
---
title: Zsalaries of the board
date: 1997-01-02
---
# Zsalaries of the board

## Zamounts paid

A director may take a car and Zmillions of euros a year. Leave of directors is at full pay.
`

// leakLater is what becomes of them: what was quoted changes, and what was asked in vain is answered.
const leakLater = `
-- docs/hr/parental.md --
---
title: Zparental policy
date: 1997-01-02
---
# Zparental policy

## Zduration of it

Parents may take Zeighteen weeks of leave at full pay. The request goes to Zmiriam in payroll.
-- docs/hr/gym.md --
# Zgym for members of staff

The gymnasium of Zpeter opens at seven in the morning.
`

// secrets are in all that is closed: sentences, titles, headings; besides there are names of collections,
// paths and counts, of which everyone's is one.
var secrets = []string{"Zparental", "Zduration", "Zmiriam", "Zsalaries", "Zamounts", "Zmillions", "hr:", "board:", `"hr"`, `"board"`, "parental.md", "zscan", "2 documents", "3 documents", "twelve weeks", "director", "Zeighteen", "Zgym", "Zpeter"}

// closedToStrangers is what members see and strangers do not: anything at all.
var closedToStrangers = []string{"30 days of leave", "handbook:", "Days off", "Absence", "1 document"}

// leakRules open hr to Grace, board to #leadership, and the rest to all.
func leakRules() rights.Rules {
	return rights.Rules{
		Admins: []string{localslack.Ada}, AdminChannel: dayAdmins,
		Collections: map[string]rights.Audience{
			"handbook": {Everyone: true}, "hr": {Users: []string{localslack.Grace}}, "board": {Channels: []string{localslack.Leaders}},
		},
		Channels: map[string]rights.Channel{
			localslack.General: {People: []string{localslack.Linus}}, localslack.News: {Collections: []string{"handbook", "hr", "board"}},
		},
	}
}

// leakQuestions ask for what is closed, in words that are not secret.
var leakQuestions = []string{"How many weeks of leave may parents take at full pay?", "What may the people take at full pay a year?"}

// TestNothingLeaks lets Grace see what she may, and everyone else try all doors and buttons for it: a
// member, an admin, a guest and a stranger. Nothing of it shows anywhere where they can look.
func TestNothingLeaks(t *testing.T) {
	lib, changed := dayLibraryOf(t, txtar.Parse([]byte(leakDocs))), documentsOf(t, txtar.Parse([]byte(leakLater)), "docs")
	inWorld(t, func(c *localslack.Config) {
		dayWorkspace(c)
		c.Limits = false
		for i := range c.Users {
			c.Users[i].Locale = "en-US"
			c.Users[i].Guest = c.Users[i].ID == localslack.Linus
		}
	}, func(w *world) {
		faq := &listFAQ{}
		w.change = func(c *Config) {
			c.Asker, c.Catalog, c.Rules = lib, lib, leakRules()
			c.Desk = Desk{FAQ: faq, Problems: func() []Problem {
				return []Problem{{"hr", "hr/zscan.pdf", "no text"}, {"handbook", "a.pdf", "no text"}}
			}}
		}
		b := w.start()
		d := &day{world: w, seen: map[string]string{}, said: map[string]place{}}
		d.graceSees(b)
		ids := d.secretIDs(b)
		for _, user := range []string{localslack.Mei, localslack.Ada, localslack.Linus, localslack.Outsider} {
			d.tryDoors(user)
			d.tryButtons(user, ids)
			d.tryForms(b, user, ids)
			d.tryTriggers(b, user)
		}
		d.tryForms(b, localslack.Grace, nil) // her answers are hers: the digest and the admins' channel are others'
		d.later(b, lib, changed)
		m, err := b.digestOf(w.within(time.Minute), dayAdmins, time.Time{})
		if err == nil {
			_, err = b.post(w.within(time.Minute), dayAdmins, "", m)
		}
		if err != nil {
			t.Fatal(err)
		}
		w.pass(10 * time.Second)
		if d.everything(localslack.Grace) == "" || !strings.Contains(d.everything(localslack.Grace), "Zmiriam") {
			t.Fatal("she does not see what is hers: the test shows nothing")
		}
		for _, user := range []string{localslack.Mei, localslack.Ada, localslack.Linus, localslack.Outsider} {
			d.wantNoSecret(user)
		}
		for _, secret := range secrets {
			if strings.Contains(w.log.String(), secret) {
				t.Errorf("the log holds %q", secret)
			}
		}
		b.mustStop()
	})
}

// graceSees lets her see what she may, by each door that is hers alone, and ask in channels as well.
func (d *day) graceSees(b *runningBot) {
	for _, q := range leakQuestions {
		dm := place{channel: d.slack.DM(localslack.Grace)}
		dm.ts = d.say(localslack.Grace, dm.channel, q)
		d.pass(2 * time.Second)
		for _, c := range []string{localslack.General, localslack.News, localslack.Partners, localslack.Leaders} {
			if err := d.slack.Slash(localslack.Grace, c, "/ask", q); err != nil {
				d.t.Fatal(err)
			}
			d.say(localslack.Grace, c, "@verbatim "+q)
			d.pass(2 * time.Second)
		}
	}
	d.pass(5 * time.Second)
	for _, c := range []string{localslack.General, localslack.News, localslack.Partners} {
		for _, m := range d.slack.Whispers(localslack.Grace, c) {
			_ = d.slack.Click(localslack.ClickArgs{As: localslack.Grace, Channel: c, TS: m.TS, ActionID: "share"})
			d.pass(2 * time.Second)
		}
	}
	for _, label := range []string{english().ShowContext, english().WhyThis, english().More, english().BadAnswer, english().NeedPerson, english().Share} {
		_ = d.click(localslack.Grace, label) // what is not there cannot leak
		d.pass(2 * time.Second)
	}
	for _, a := range answersOf(d.t, b, localslack.Grace) {
		b.carryOut(d.within(time.Minute), Act{Name: "vote", Key: "v" + a.ID, User: localslack.Grace, Channel: a.Channel, Message: a.TS, Value: a.ID + voteDown, At: time.Now()})
	}
	d.pass(5 * time.Second)
	_ = d.slack.Home(localslack.Grace, "home")
	d.pass(2 * time.Second)
}

// secretIDs are the values that Grace's buttons carry, and those that guesses make of them.
func (d *day) secretIDs(b *runningBot) (ids []string) {
	from := map[string]bool{}
	for _, a := range answersOf(d.t, b, localslack.Grace) {
		if where := fmt.Sprint(a.Channel, a.Alone()); !from[where] {
			from[where] = true
			ids = append(ids, a.ID)
		}
		for _, q := range a.Passages {
			if q.Collection == "hr" && !from["hr"] {
				from["hr"] = true
				ids = append(ids, exampleID(Heading{q.Document, "Zduration of it"}), q.Document)
			}
		}
	}
	return ids
}

// tryDoors asks by every way in, about messages of others, in their threads, and forwards them.
func (d *day) tryDoors(user string) {
	for _, q := range leakQuestions {
		for _, c := range append(d.channels(user), localslack.General, localslack.Leaders) {
			if c == localslack.Leaders && user == localslack.Ada {
				continue // she may
			}
			_, _ = d.slack.Say(user, c, "@verbatim "+q) // where they may not speak, nothing is said
			_ = d.slack.Slash(user, c, "/ask", q)
			for _, m := range d.slack.Messages(c) {
				if m.User == localslack.Grace && (m.ThreadTS == "" || m.ThreadTS == m.TS) {
					_, _ = d.slack.Reply(user, c, m.TS, "@verbatim and what about that?")
					_ = d.slack.Shortcut(user, c, m.TS, "find_passages")
					_ = d.slack.Shortcut(user, c, m.TS, "faq_shortcut")
				}
			}
			d.pass(time.Second)
		}
		_, _ = d.slack.Say(user, d.slack.DM(user), "Fwd: <@"+localslack.Grace+"> wrote: "+q)
		d.pass(time.Second)
	}
	for _, order := range []string{"settings", "stats", "help", "add https://example.com", "forget x/leave.md"} {
		_ = d.slack.Slash(user, localslack.News, "/ask", order)
		d.pass(time.Second)
	}
	_ = d.slack.Home(user, "home")
	d.pass(time.Second)
}

// tryButtons clicks every kind of button that a user sees, with its own value and with forged ones.
func (d *day) tryButtons(user string, ids []string) {
	tried := map[string]int{}
	for _, target := range d.targets(user) {
		if target.Channel == localslack.Leaders {
			continue // where board may be shown
		}
		for _, c := range clickables(target.blocks) {
			name, _, _ := strings.Cut(c.action, ".")
			if tried[name]++; tried[name] > 2 || name == "home_forget" || name == "forget_yes" {
				continue
			}
			for _, value := range append([]string{""}, ids...) {
				for _, ending := range []string{"", voteUp, voteDown} {
					if ending != "" && name != "vote" {
						continue
					}
					a := target.ClickArgs
					a.As, a.BlockID, a.ActionID = user, c.block, c.action
					if value != "" {
						a.Value, _ = json.Marshal(map[string]string{"value": value + ending}) // strings have a JSON form
					}
					_ = d.slack.Click(a)
				}
			}
			d.pass(3 * time.Second)
		}
	}
}

// tryForms sends acts of every feature that Slack itself would not have made: without the button, in the
// place of another's message, with another's trigger_id, and each twice.
func (d *day) tryForms(b *runningBot, user string, ids []string) {
	team := map[string]string{localslack.Outsider: "T0PARTNER"}[user]
	if team == "" {
		team = "T0LOCAL"
	}
	n := 0
	for _, f := range features() {
		for _, id := range append([]string{"", localslack.News}, ids...) {
			for _, at := range []place{{}, {channel: d.slack.DM(localslack.Grace), ts: "1.1"}} {
				n++
				who := fmt.Sprintf(`"user":{"id":%q,"team_id":%q},"team":{"id":"T0LOCAL"},"trigger_id":"forged-%s-%d"`, user, team, user, n)
				for _, payload := range []string{
					fmt.Sprintf(`{"type":"block_actions",%s,"channel":{"id":%q},"container":{"message_ts":%q},"actions":[{"action_id":%q,"value":%q}]}`, who, at.channel, at.ts, f.name, id),
					fmt.Sprintf(`{"type":"view_submission",%s,"view":{"callback_id":%q,"private_metadata":%q,"state":{"values":{"question":{"question":{"value":"Why?"}},"answer":{"answer":{"value":"So."}},"collections":{"collections":{"selected_options":[{"value":"hr"},{"value":"board"}]}}}}}}`, who, f.name, id),
				} {
					if f.name == "home_forget" || f.name == "forget_yes" || strings.HasPrefix(f.name, orderMark) {
						continue
					}
					for range 2 {
						b.receive(context.WithoutCancel(d.t.Context()), envelope(typeInteractive, payload), func(any) error { return nil })
					}
				}
			}
		}
		d.pass(time.Second)
	}
	d.pass(5 * time.Second)
}

// later lets Grace find her answers helpful and everyone ask the same again, and asks in vain for what is then
// put into what is hers, where a document that was quoted changes as well.
func (d *day) later(b *runningBot, lib dayLibrary, changed []*corpus.Document) {
	d.t.Helper()
	const gap = "When does the gymnasium open in the morning?"
	for _, a := range answersOf(d.t, b, localslack.Grace) {
		b.carryOut(d.within(time.Minute), Act{Name: "vote", Key: "up" + a.ID, User: localslack.Grace, Channel: a.Channel, Message: a.TS, Value: a.ID + voteUp, At: time.Now()})
	}
	for _, user := range []string{localslack.Grace, localslack.Mei, localslack.Ada, localslack.Linus, localslack.Outsider} {
		for _, q := range append([]string{gap}, leakQuestions...) {
			for _, c := range []string{localslack.General, localslack.News, localslack.Partners} {
				_, _ = d.slack.Say(user, c, "@verbatim "+q) // where they may not speak, nothing is said
				_ = d.slack.Slash(user, c, "/ask", q)
			}
			_, _ = d.slack.Say(user, d.slack.DM(user), q)
			d.pass(10 * time.Second)
		}
	}
	lib.replace(d.t, changed)
	b.DocumentsChanged()
	d.pass(10 * time.Minute)
	for _, told := range []string{english().EarlierLink, "Zeighteen", "Zpeter"} {
		if !strings.Contains(d.everything(localslack.Grace), told) {
			d.t.Errorf("she is not told of %q herself: the test shows nothing", told)
		}
	}
}

// tryTriggers clicks every button below Grace's answers as another user, with the place of the answer and a
// trigger_id that Slack has just given to her: the modal that it opens holds nothing that the user may not see.
func (d *day) tryTriggers(b *runningBot, user string) {
	d.t.Helper()
	hers, tried := 0, map[string]bool{}
	for _, a := range answersOf(d.t, b, localslack.Grace) {
		where := fmt.Sprint(a.Channel, a.Alone(), len(a.Passages) > 0)
		if tried[where] || a.Channel == localslack.Leaders {
			continue // in #leadership board may be shown
		}
		tried[where] = true
		for _, f := range features() {
			if f.do == nil || f.below == nil && !strings.HasPrefix(f.name, "gap_") {
				continue
			}
			if view := d.opens(b, user, f.name, a); view != "" && secretIn(view) != "" {
				d.t.Errorf("%s opens a modal with %q by %s and another's trigger_id: %s", user, secretIn(view), f.name, view)
			}
		}
		if secretIn(d.opens(b, localslack.Grace, "context", a)) != "" {
			hers++
		}
	}
	if hers == 0 {
		d.t.Error("her own modals hold nothing of hers: the test shows nothing")
	}
}

// opens carries out a click below an answer with a trigger_id of Grace, and returns the view that Slack took.
func (d *day) opens(b *runningBot, user, feature string, a memory.Answer) string {
	d.t.Helper()
	trigger, known := d.trigger(localslack.Grace), len(d.slack.Calls())
	payload := fmt.Sprintf(`{"type":"block_actions","user":{"id":%q,"team_id":"T0LOCAL"},"team":{"id":"T0LOCAL"},"trigger_id":%q,"channel":{"id":%q},"container":{"message_ts":%q},"actions":[{"action_id":%q,"value":%q}]}`,
		user, trigger, a.Channel, a.TS, feature, a.ID)
	b.receive(context.WithoutCancel(d.t.Context()), envelope(typeInteractive, payload), func(any) error { return nil })
	d.pass(time.Second)
	for _, c := range d.slack.Calls()[known:] {
		if c.Method == "views.open" && c.Error == "" {
			return c.Text("view")
		}
	}
	return ""
}

// secretIn is a secret that a text holds, or "".
func secretIn(text string) string {
	for _, secret := range secrets {
		if strings.Contains(text, secret) {
			return secret
		}
	}
	return ""
}

// trigger is a trigger_id that Slack has just given to a user, and that nobody has used.
func (d *day) trigger(user string) string {
	d.t.Helper()
	if err := d.slack.Slash(user, localslack.News, "/ask", "hello"); err != nil {
		d.t.Fatal(err)
	}
	d.pass(0)
	for _, e := range slices.Backward(d.slack.Envelopes()) {
		var p struct {
			Trigger string `json:"trigger_id"`
			UserID  string `json:"user_id"`
		}
		if _ = json.Unmarshal(e.Payload, &p); p.UserID == user {
			return p.Trigger
		}
	}
	d.t.Fatalf("Slack gave %s no trigger_id", user)
	return ""
}

// everything is all that a user can look at.
func (d *day) everything(user string) string {
	var all strings.Builder
	for _, c := range d.channels(user) {
		if c == localslack.Leaders {
			continue // where board may be shown
		}
		for _, m := range append(d.slack.Messages(c), d.slack.Whispers(user, c)...) {
			if m.Bot || m.Ephemeral {
				all.WriteString(m.Text + string(m.Blocks) + "\n")
			}
		}
	}
	all.WriteString(string(raw(d.slack.HomeView(user))))
	// Modals are gone when the next one opens: what counts is all that was sent to be opened.
	of := map[string]string{}
	for _, e := range d.slack.Envelopes() {
		var p struct {
			Trigger string          `json:"trigger_id"`
			UserID  string          `json:"user_id"`
			User    json.RawMessage `json:"user"`
		}
		_ = json.Unmarshal(e.Payload, &p) // events have no trigger_id
		of[p.Trigger] = p.UserID + string(p.User)
	}
	for _, c := range d.slack.Calls() {
		trigger := c.Text("trigger_id")
		if c.Method == "views.open" && (strings.Contains(of[trigger], user) || strings.Contains(trigger, user)) {
			all.WriteString(c.Text("view"))
		}
	}
	return all.String()
}

// wantNoSecret fails the test where a user can see something secret.
func (d *day) wantNoSecret(user string) {
	d.t.Helper()
	shown := d.everything(user)
	closed := append(slices.Clone(secrets), "archives/"+d.slack.DM(localslack.Grace))
	if user != localslack.Ada {
		closed = append(closed, "archives/"+localslack.Leaders)
	}
	if user == localslack.Outsider {
		closed = append(closed, closedToStrangers...)
	}
	for _, secret := range closed {
		if i := strings.Index(shown, secret); i >= 0 {
			d.t.Errorf("%s sees %q: …%s…", user, secret, shown[max(0, i-300):min(len(shown), i+200)])
		}
	}
	if user != localslack.Ada && strings.Contains(shown, english().AdminTitle) {
		d.t.Errorf("%s sees what is for admins", user)
	}
	if len(shown) < 1000 {
		d.t.Errorf("%s sees %q: the test shows nothing", user, shown)
	}
}
