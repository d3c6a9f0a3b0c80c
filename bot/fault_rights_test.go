package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"verbatim/bot/localslack"
	"verbatim/bot/memory"
	"verbatim/bot/rights"
	"verbatim/corpus"
	"verbatim/index"
	"verbatim/index/bleve"
)

const (
	// aclQuestions is how many questions are asked, aclRules how many matrices of rights they meet.
	aclQuestions, aclRules = 10_000, 50
	// aclCollections is how many collections there are, of aclDocuments each.
	aclCollections, aclDocuments = 8, 3
)

// canary is a word that stands in one collection alone, and in no question.
func canary(collection int) string {
	return fmt.Sprintf("zq%s", strings.Repeat(string(rune('a'+collection)), 5))
}

func aclName(collection int) string { return fmt.Sprintf("room%d", collection) }

// topics are what all collections tell of.
var topics = []string{"laptop", "holiday", "parking", "salary", "travel", "canteen", "badge", "printer"}

// aclLibrary is an index whose sentences, titles and headings hold the canary of their collection.
func aclLibrary(t *testing.T) *Library {
	t.Helper()
	var docs []*corpus.Document
	for c := range aclCollections {
		for n := range aclDocuments {
			var text strings.Builder
			fmt.Fprintf(&text, "# Rules %s %d\n\n## Terms %s %d\n\n", canary(c), n, canary(c), n)
			for i, topic := range topics {
				fmt.Fprintf(&text, "The %s of team %d needs the form %s number %d. ", topic, n, canary(c), i+c)
			}
			d := &corpus.Document{
				ID: corpus.DocumentID(aclName(c), fmt.Sprint(n)), Collection: aclName(c), Path: fmt.Sprintf("%s/%d.md", aclName(c), n),
				Title: fmt.Sprintf("Rules %s %d", canary(c), n), Language: "en", Text: text.String(), Published: time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC),
			}
			d.Blocks = corpus.MarkdownBlocks(d.Text)
			docs = append(docs, d)
		}
	}
	x, _, err := index.Update(t.Context(), filepath.Join(t.TempDir(), "index"), bleve.Engine{}, index.Of(docs...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.Close() })
	return NewLibrary(x)
}

// An aclCase is one question of the matrix.
type aclCase struct {
	user     string
	in       Incoming
	external bool
}

var (
	aclUsers    = []string{"U1", "U2", "U3", "UADMIN", "UGUEST", "USTRANGER"}
	aclChannels = []string{"C1", "C2", "C3", "COPEN"}
)

// randomRules draws who may see what, and how channels are set: in the configuration, and from Slack.
func randomRules(r *rand.Rand) (rights.Rules, map[string]memory.Channel) {
	some := func(all []string) (list []string) {
		for _, s := range all {
			if r.IntN(3) == 0 {
				list = append(list, s)
			}
		}
		return list
	}
	var names []string
	rules := rights.Rules{Admins: []string{"UADMIN"}, AdminChannel: "C3", Collections: map[string]rights.Audience{}, Channels: map[string]rights.Channel{"COPEN": {Open: true}}}
	for c := range aclCollections {
		names = append(names, aclName(c))
		if r.IntN(5) > 0 {
			rules.Collections[aclName(c)] = rights.Audience{Everyone: r.IntN(4) == 0, Channels: some(aclChannels), Users: some(aclUsers)}
		}
	}
	if r.IntN(3) == 0 {
		rules.Collections[rights.Rest] = rights.Audience{Channels: some(aclChannels), Users: some(aclUsers)}
	}
	rules.Collections["gone"] = rights.Audience{} // so that the table is never empty, which would open all
	rules.Channels["C1"] = rights.Channel{Collections: some(names)}
	set := map[string]memory.Channel{}
	for _, c := range aclChannels[:3] {
		if r.IntN(2) == 0 {
			set[c] = memory.Channel{ID: c, Collections: some(names)}
		}
	}
	return rules, set
}

// oracle says, apart from the code that is tested, whether a collection may be seen: by one user alone,
// or by all in a channel.
func oracle(rules rights.Rules, set map[string]memory.Channel, collection, user, channel string, alone, stranger bool) bool {
	a, named := rules.Collections[collection]
	if !named {
		a = rules.Collections["*"]
	}
	if stranger && channel != "COPEN" {
		return false
	}
	if alone {
		return a.Everyone || slices.Contains(a.Channels, channel) || !stranger && slices.Contains(a.Users, user)
	}
	if fixed := rules.Channels[channel].Collections; len(fixed) > 0 && !slices.Contains(fixed, collection) {
		return false
	}
	if chosen := set[channel].Collections; len(chosen) > 0 {
		fixed := rules.Channels[channel].Collections
		both := slices.ContainsFunc(chosen, func(c string) bool { return len(fixed) == 0 || slices.Contains(fixed, c) })
		if both && !slices.Contains(chosen, collection) {
			return false
		}
	}
	return a.Everyone || slices.Contains(a.Channels, channel)
}

// TestFault15Leak asks ten thousand questions of random rights: nothing of a collection that an oracle
// closes shows in a message, on the Home tab, on a button, in what is recalled later, in a count or in
// the log.
func TestFault15Leak(t *testing.T) {
	lib := aclLibrary(t)
	r := rand.New(rand.NewPCG(15, 4))
	var log bytes.Buffer
	seen := 0
	for m := range aclRules {
		rules, set := randomRules(r)
		store, b := bare(t, rules)
		b.log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		b.config.Asker, b.config.Catalog = lib, lib
		for _, c := range set {
			if err := store.SaveChannel(t.Context(), c); err != nil {
				t.Fatal(err)
			}
		}
		for q := range aclQuestions / aclRules {
			c := randomCase(r, m*aclQuestions+q)
			shown, f := ask(t, b, c)
			seen += wantNothingClosed(t, rules, set, c, shown, f)
			if q%20 == 0 {
				wantRecalled(t, b, r, rules, set, c, f)
				wantHome(t, b, rules, set, aclUsers[r.IntN(len(aclUsers)-1)])
			}
		}
		if t.Failed() {
			return
		}
	}
	if seen < aclQuestions/10 {
		t.Errorf("%d answers named an open collection: the test shows nothing", seen)
	}
	if strings.Contains(log.String(), "zq") || log.Len() == 0 {
		t.Errorf("the log tells of documents, or of nothing: %d bytes", log.Len())
	}
}

func randomCase(r *rand.Rand, n int) aclCase {
	c := aclCase{user: aclUsers[r.IntN(len(aclUsers))]}
	kinds := []Kind{KindMention, KindMention, KindDirect, KindSlash, KindHome, KindShortcut}
	c.in = Incoming{Kind: kinds[r.IntN(len(kinds))], Key: fmt.Sprint("k", n), User: c.user, Channel: aclChannels[r.IntN(len(aclChannels))], Received: time.Now()}
	if c.in.Kind == KindDirect || c.in.Kind == KindHome {
		c.in.Channel = "D" + c.user
	}
	c.external = c.user == "USTRANGER" || c.in.Kind == KindMention && r.IntN(4) == 0
	c.in.External = c.external
	c.in.Question = fmt.Sprintf("Which form does the %s of team %d need?", topics[r.IntN(len(topics))], r.IntN(aclDocuments))
	return c
}

// ask has a question answered as in Slack, and returns all that would be sent.
func ask(t *testing.T, b *Bot, c aclCase) (string, finding) {
	t.Helper()
	m, f, err := b.reply(t.Context(), c.in)
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return string(data), f
}

// wantNothingClosed fails the test where something of a closed collection shows, and says whether something of
// an open one does.
func wantNothingClosed(t *testing.T, rules rights.Rules, set map[string]memory.Channel, c aclCase, shown string, f finding) int {
	t.Helper()
	open, found := 0, 0
	for k := range aclCollections {
		if oracle(rules, set, aclName(k), c.user, c.in.Channel, c.in.Kind != KindMention, c.external) {
			open += aclDocuments
			if strings.Contains(shown, canary(k)) {
				found = 1
			}
		} else if strings.Contains(shown, canary(k)) {
			t.Errorf("%+v shows %s with %+v, set %+v: %s", c, canary(k), rules, set, shown)
		}
	}
	if says := english().Documents.of(open); f.answer.Verdict != "" && !strings.Contains(shown, says) {
		t.Errorf("%+v tells of another number than %s: %s", c, says, shown)
	}
	return found
}

// wantRecalled clicks on an answer as somebody else, in its place or elsewhere.
func wantRecalled(t *testing.T, b *Bot, r *rand.Rand, rules rights.Rules, set map[string]memory.Channel, c aclCase, f finding) {
	t.Helper()
	ts := "1." + c.in.Key
	if c.in.Kind.private() {
		ts = ""
	}
	b.keep(t.Context(), c.in, f, ts)
	answer, err := b.config.Memory.Answers.Answer(t.Context(), answerID(c.in.Key))
	if err != nil {
		return // nothing was searched
	}
	user := aclUsers[r.IntN(len(aclUsers))]
	a := Act{Name: "context", User: user, Channel: answer.Channel, Message: answer.TS, External: user == "USTRANGER"}
	if r.IntN(2) == 0 {
		a.Channel = aclChannels[r.IntN(len(aclChannels))]
	}
	a.Value, a.Key = answer.ID, "a"+c.in.Key
	b.carryOut(t.Context(), a) // there is no Slack to show anything: what it leaves is in the log
	got, _, err := b.recalled(t.Context(), a, answer.ID)
	if err != nil {
		return
	}
	if answer.Alone() && user != c.user {
		t.Errorf("%s recalls an answer of %s alone", user, c.user)
	}
	for _, p := range got.Passages {
		if !oracle(rules, set, p.Collection, user, a.Channel, true, a.External) {
			t.Errorf("%s recalls a passage of %s in %s", user, p.Collection, a.Channel)
		}
	}
}

// wantHome looks at a user's Home tab; an admin's has more.
func wantHome(t *testing.T, b *Bot, rules rights.Rules, set map[string]memory.Channel, user string) {
	t.Helper()
	blocks, err := b.homeOf(t.Context(), user)
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(blocks)
	if err != nil {
		t.Fatal(err)
	}
	digest, err := b.digestOf(t.Context(), "C3", time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	told := digest.Text
	for k := range aclCollections {
		shown := strings.Contains(string(data), canary(k)) || strings.Contains(string(data), aclName(k))
		if shown && !oracle(rules, set, aclName(k), user, "", true, false) {
			t.Errorf("the Home tab of %s tells of %s: %s", user, aclName(k), data)
		}
		if strings.Contains(told, canary(k)) && !oracle(rules, set, aclName(k), "", "C3", false, false) {
			t.Errorf("the digest tells of %s: %s", aclName(k), told)
		}
	}
}

// TestFault25UnauthorisedActs has every act that is for admins tried by those who are none: with a true
// button, an old one, a forged one, and twice. It is refused, is in the log by its ids, and changes
// nothing.
func TestFault25UnauthorisedActs(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		faq := &listFAQ{}
		w.change = func(c *Config) {
			c.Rules, c.Desk.FAQ = rights.Rules{Admins: []string{localslack.Ada}, AdminChannel: localslack.Leaders}, faq
		}
		b := w.start()
		w.say(localslack.Ada, localslack.General, "@verbatim Where is zsecretword?")
		w.pass(time.Second)
		gap := answersOf(t, b, localslack.Ada)[0].ID
		propose := Act{Name: "faq_propose", Key: "tr1", User: localslack.Mei, At: time.Now(), Form: map[string][]string{inputQuestion: {"zsecretword?"}, inputAnswer: {"zsecretanswer"}}}
		if err := b.proposed(w.within(time.Minute), propose); err != nil {
			t.Fatal(err)
		}
		asked := w.oneAnswer(localslack.Leaders, time.Second)
		before := b.state(t, faq)
		tried := 0
		for _, f := range features() {
			if f.right == rights.Anything {
				continue
			}
			tried++
			for _, user := range []string{localslack.Mei, localslack.Grace, localslack.Outsider} { // Grace is in the admins' channel
				for n, value := range []string{gap, answerID("tr1"), localslack.General, ""} {
					b.try25(t, f.name, user, value, fmt.Sprintf("%s-%s-%d", f.name, user, n), asked)
				}
			}
		}
		if tried < 8 {
			t.Fatalf("%d acts are for admins: the test shows nothing", tried)
		}
		w.forged(localslack.Grace, asked, "faq_approve", answerID("tr1"))
		// An admin, but not by the message that asks.
		for _, a := range []Act{{Channel: localslack.General, Message: asked.TS}, {Channel: localslack.Leaders, Message: "1.1"}, {}} {
			a.Name, a.User, a.Value, a.Key, a.At = "faq_approve", localslack.Ada, answerID("tr1"), "forged", time.Now()
			if err := b.approveFAQ(w.within(time.Minute), a); !errors.Is(err, errForgotten) {
				t.Errorf("approved by %+v: %v", a, err)
			}
		}
		w.pass(5 * time.Second)
		if after := b.state(t, faq); after != before {
			t.Errorf("it was\n%s\nand is\n%s", before, after)
		}
		audit := w.log.String()
		for _, f := range features() {
			refused := slices.ContainsFunc(strings.Split(audit, "\n"), func(line string) bool {
				return strings.Contains(line, `act="`+f.name+`"`) || strings.Contains(line, "act="+f.name+" ") && strings.Contains(line, "user="+localslack.Mei) && strings.Contains(line, errMayNot.Error())
			})
			if f.right != rights.Anything && !refused {
				t.Errorf("the log does not tell that %s was refused", f.name)
			}
		}
		if strings.Contains(audit, "zsecret") {
			t.Error("the log holds a text")
		}
		b.mustStop()
		// Who was an admin and is none any more.
		w.change = func(c *Config) {
			c.Rules, c.Desk.FAQ = rights.Rules{Admins: []string{localslack.Grace}, AdminChannel: localslack.Leaders}, faq
		}
		b = w.start()
		w.forged(localslack.Ada, asked, "faq_approve", answerID("tr1"))
		if after := b.state(t, faq); after != before {
			t.Errorf("it was\n%s\nand is\n%s", before, after)
		}
		b.mustStop()
	})
}

// try25 sends an act in each form that Slack has for it, twice.
func (r *runningBot) try25(t *testing.T, name, user, value, key string, m localslack.Message) {
	t.Helper()
	team := "T0LOCAL"
	if user == localslack.Outsider {
		team = "T0PARTNER"
	}
	who := fmt.Sprintf(`"user":{"id":%q,"team_id":%q},"team":{"id":"T0LOCAL"},"trigger_id":%q`, user, team, key)
	e := envelope(typeInteractive, fmt.Sprintf(`{"type":"block_actions",%s,"channel":{"id":%q},"container":{"message_ts":%q,"channel_id":%q},"actions":[{"action_id":%q,"value":%q}]}`, who, m.Channel, m.TS, m.Channel, name, value))
	if strings.HasPrefix(name, orderMark) {
		e = envelope(typeSlash, fmt.Sprintf(`{"user_id":%q,"team_id":%q,"channel_id":%q,"text":%q,"trigger_id":%q,"response_url":"http://127.0.0.1/x"}`, user, team, m.Channel, strings.TrimPrefix(name, orderMark)+map[string]string{"/add": " <https://a.example/>", "/forget": " hr/a.md"}[name], key))
	}
	form := envelope(typeInteractive, fmt.Sprintf(`{"type":"view_submission",%s,"view":{"callback_id":%q,"private_metadata":%q,"state":{"values":{"question":{"question":{"value":"Why?"}},"answer":{"answer":{"value":"So."}},"people":{"people":{"selected_users":["U1"]}}}}}}`, who, name, value))
	for _, e := range []Envelope{e, form, e, form} {
		r.receive(context.WithoutCancel(t.Context()), e, func(any) error { return nil })
	}
	r.world.pass(100 * time.Millisecond)
}

// state is all that admins' acts change.
func (r *runningBot) state(t *testing.T, faq *listFAQ) string {
	t.Helper()
	gaps, err1 := r.memory.Gaps(t.Context(), 99)
	channels, err2 := r.memory.Channels(t.Context())
	p, err3 := r.memory.Proposal(t.Context(), answerID("tr1"))
	votes, err4 := r.memory.Votes(t.Context(), 99)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%+v\n%+v\n%+v\n%+v\n%q", gaps, channels, p, votes, faq.list())
}
