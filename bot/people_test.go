package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slack-go/slack"

	"verbatim/bot/journal"
	"verbatim/bot/localslack"
	"verbatim/bot/memory"
	"verbatim/bot/rights"
	"verbatim/index"
)

// TestMonday finds the last Monday at eight.
func TestMonday(t *testing.T) {
	for now, want := range map[string]string{
		"2026-11-25T12:00": "2026-11-23T08:00", "2026-11-23T08:00": "2026-11-23T08:00", "2026-11-23T07:59": "2026-11-16T08:00",
		"2026-11-22T23:59": "2026-11-16T08:00", "2027-01-01T00:00": "2026-12-28T08:00",
	} {
		const layout = "2006-01-02T15:04"
		at, err := time.Parse(layout, now)
		if got := monday(at).Format(layout); err != nil || got != want {
			t.Errorf("Monday before %s is %s, want %s", now, got, want)
		}
	}
}

// digests lets the upkeep of a bot that hears nothing post digests for some hours, with a restart of the
// bot each day.
func (w *world) digests(hours int) {
	w.t.Helper()
	for h := 0; h < hours; {
		store, err := memory.Open(w.dir, slog.New(slog.DiscardHandler))
		if err != nil {
			w.t.Fatal(err)
		}
		_, b := bare(w.t, rights.Rules{AdminChannel: localslack.Leaders})
		b.config.Memory, b.config.Desk.Weekly = store.Memory(), true
		b.api = slack.New(w.slack.Config().BotToken, slack.OptionAPIURL("http://127.0.0.1/api/"), slack.OptionHTTPClient(&http.Client{Transport: &http.Transport{DialContext: w.net.dial, DisableKeepAlives: true}}))
		for range 24 {
			w.pass(time.Hour)
			h++
			_ = b.digest(w.within(time.Minute)) // a fault is tried again
		}
		if err := store.Close(); err != nil {
			w.t.Fatal(err)
		}
	}
}

// TestDigestComesOncePerWeek runs for five weeks from a Saturday on.
func TestDigestComesOncePerWeek(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.digests(5 * 7 * 24)
		all := w.answers(localslack.Leaders)
		if len(all) != 5 {
			t.Fatalf("%d digests in five weeks, want 5: %q", len(all), texts(all))
		}
		for _, m := range all {
			w.wantText(m, english().DigestTitle)
		}
	})
}

// TestDigestThatCannotBePostedComesLater lets the post fail for a day.
func TestDigestThatCannotBePostedComesLater(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.slack.Faults().API("chat.postMessage", 24, localslack.SlackError("internal_error"))
		w.digests(7 * 24)
		if all := w.answers(localslack.Leaders); len(all) != 1 {
			t.Errorf("%d digests, want 1", len(all))
		}
	})
}

func TestQuantiles(t *testing.T) {
	f := figures{}
	if f.quantile(0.5) != 0 {
		t.Error("no answers took time")
	}
	for i := range 100 {
		f.took = append(f.took, time.Duration(i+1)*time.Millisecond)
	}
	f.asked = 100
	lines := strings.Join(english().sayFigures(f), "\n")
	if f.quantile(0.5) != 51*time.Millisecond || f.quantile(0.99) != 100*time.Millisecond || !strings.Contains(lines, "within 51 ms, 99 % within 100 ms") {
		t.Errorf("half within %v, 99 %% within %v: %s", f.quantile(0.5), f.quantile(0.99), lines)
	}
}

func TestGist(t *testing.T) {
	same := [][2]string{
		{"When must the laptop be returned?", "when must I return the laptops"}, {"WHERE is it?", "where is it"}, {"", " "},
	}
	for _, s := range same {
		if gist(s[0]) != gist(s[1]) {
			t.Errorf("%q is %q, %q is %q", s[0], gist(s[0]), s[1], gist(s[1]))
		}
	}
	if gist("Who pays for chairs?") == gist("Who pays for tables?") {
		t.Error("different questions have the same gist")
	}
}

// TestHomeStaysWithinLimits fills every list of the admins' Home tab.
func TestHomeStaysWithinLimits(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.change = func(c *Config) {
			c.Rules = rights.Rules{Admins: []string{localslack.Ada}, AdminChannel: localslack.Leaders, Channels: map[string]rights.Channel{}}
			c.Catalog = manyCollections{w.library}
			c.Desk = Desk{FAQ: &listFAQ{}, Health: func(context.Context) []Check {
				return slices.Repeat([]Check{{Name: strings.Repeat("health ", 99), Detail: "<!channel>"}}, 99)
			}, Problems: func() []Problem {
				return slices.Repeat([]Problem{{Path: strings.Repeat("long/", 999), Reason: strings.Repeat("reason ", 999)}}, 999)
			}}
			for i := range 200 {
				c.Rules.Channels[fmt.Sprintf("C%d", i)] = rights.Channel{Collections: slices.Repeat([]string{strings.Repeat("x", 255)}, 50), Private: true, FollowUps: rights.Ask, Untagged: rights.Answer}
			}
		}
		b := w.start()
		for i := range 200 {
			id := fmt.Sprint("id", i)
			at := time.Now().Add(time.Duration(i) * time.Second)
			err := errors.Join(
				b.memory.SaveGap(t.Context(), memory.Gap{ID: id, User: localslack.Ada, Question: fmt.Sprint(i, strings.Repeat(" <@U1> why", 300)), At: at}),
				b.memory.SaveAnswer(t.Context(), memory.Answer{ID: id, User: localslack.Ada, Question: fmt.Sprint(strings.Repeat("why ", 900), i), Verdict: string(index.VerdictAnswer), At: at, Passages: []memory.Quoted{{Document: id}}}),
				b.memory.SaveVote(t.Context(), memory.Vote{Answer: id, User: localslack.Mei, At: at}))
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := w.slack.Home(localslack.Ada, "home"); err != nil {
			t.Fatal(err)
		}
		w.pass(5 * time.Second)
		view := w.slack.HomeView(localslack.Ada)
		if blocks := blocksOf(raw(view["blocks"])); len(blocks) < 30 || len(blocks) > 100 {
			t.Errorf("%d blocks", len(blocks))
		}
		if shown := string(raw(view)); !strings.Contains(shown, english().AdminTitle) || !strings.Contains(shown, "… and 195 more.") {
			t.Errorf("the Home tab is %s", shown)
		}
		b.mustStop()
	})
}

// manyCollections is a catalog of many.
type manyCollections struct{ *library }

func (manyCollections) Collections() (all []Collection) {
	for i := range 300 {
		all = append(all, Collection{Name: fmt.Sprint(strings.Repeat("x", 200), i), Documents: 1, Headings: []Heading{{"d", strings.Repeat("long ", 100)}}})
	}
	return all
}

// TestHomeThatWasPublishedMeanwhile opens a tab which is published anew before the bot has.
func TestHomeThatWasPublishedMeanwhile(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		b := w.start()
		if err := w.slack.Home(localslack.Ada, "home"); err != nil {
			t.Fatal(err)
		}
		w.pass(time.Second)
		err := b.publishHome(w.within(time.Minute), Act{Name: actHome, User: localslack.Ada, Hash: "of.old"})
		if err != nil {
			t.Errorf("publish over a newer version: %v", err)
		}
		n := 0
		for _, c := range w.slack.Calls() {
			if c.Method == "views.publish" {
				n++
			}
		}
		if n != 3 {
			t.Errorf("published %d times, want once, and twice where there was a conflict", n)
		}
		b.mustStop()
	})
}

// TestProposalIsDecidedOnce clicks twice, by two admins at once, and after a crash.
func TestProposalIsDecidedOnce(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		faq := &listFAQ{}
		w.change = func(c *Config) {
			c.Rules, c.Desk.FAQ = rights.Rules{Admins: []string{localslack.Ada, localslack.Grace}, AdminChannel: localslack.Leaders}, faq
		}
		b := w.start()
		propose := Act{Name: "faq_propose", Key: "tr1", User: localslack.Mei, At: time.Now(), Form: map[string][]string{inputQuestion: {"Why?"}, inputAnswer: {"Because <!channel> of *it*."}}}
		for range 2 { // the second time as after a crash
			if err := b.proposed(w.within(time.Minute), propose); err != nil {
				t.Fatal(err)
			}
		}
		asked := w.oneAnswer(localslack.Leaders, time.Second)
		if strings.Contains(asked.Text, "<!channel>") {
			t.Errorf("the admins are told %q", asked.Text)
		}
		w.forged(localslack.Ada, asked, "faq_approve", answerID("tr1"))
		for _, name := range []string{"faq_approve", "faq_decline"} {
			b.carryOut(w.within(time.Minute), Act{Name: name, Key: name, User: localslack.Grace, Channel: asked.Channel, Message: asked.TS, Value: answerID("tr1"), At: time.Now()})
		}
		if got := faq.list(); len(got) != 1 {
			t.Errorf("the FAQ holds %q, want one entry", got)
		}
		p, err := b.memory.Proposal(t.Context(), answerID("tr1"))
		if err != nil || p.By != localslack.Ada || !p.Approved {
			t.Errorf("proposal %+v: %v", p, err)
		}
		w.wantText(w.answers(localslack.Leaders)[0], "put this into the FAQ")
		b.mustStop()
	})
}

// TestNoFAQ uses the shortcut where no file is named.
func TestNoFAQ(t *testing.T) {
	inWorld(t, dayWorkspace, func(w *world) {
		b := w.start() // Mei reads Japanese
		ts := w.say(localslack.Ada, localslack.General, "In the yard.")
		if err := w.slack.Shortcut(localslack.Mei, localslack.General, ts, "faq_shortcut"); err != nil {
			t.Fatal(err)
		}
		w.pass(time.Second)
		if seen := w.sees(localslack.Mei); !strings.Contains(seen, catalogueOf("ja").FAQNone) {
			t.Errorf("she sees %s", seen)
		}
		b.mustStop()
	})
}

// TestSettingsHoldAtOnceAndOnlyNarrow saves forms with what they do not offer.
func TestSettingsHoldAtOnceAndOnlyNarrow(t *testing.T) {
	w, b := bare(t, rights.Rules{
		Admins:      []string{localslack.Ada},
		Collections: map[string]rights.Audience{"open": {Everyone: true}, "hr": {Users: []string{localslack.Ada}}},
	}, "open", "hr", "it")
	form := map[string][]string{
		inputCollections: {"hr", "it", "open", "nonsense"}, inputFollowUps: {"answer"}, inputUntagged: {"sometimes"}, inputAnswers: {answersPrivate},
		inputPeople: {"U1", "<!channel>", "C1"}, inputGroups: {"S1 S2"},
	}
	a := Act{Name: "settings", Key: "k", User: localslack.Ada, Value: "C1", Form: form, At: time.Now()}
	_ = b.saveSettings(t.Context(), a) // that it is saved cannot be told, as there is no Slack
	rules, err := b.rules(t.Context(), "C1")
	got := rules.Channels["C1"]
	want := rights.Channel{Collections: []string{"open"}, FollowUps: rights.Answer, Untagged: rights.Never, Private: true, People: []string{"U1", "S1", "S2"}}
	if fmt.Sprint(got) != fmt.Sprint(want) || err != nil {
		t.Errorf("the channel is %+v, want %+v: %v", got, want, err)
	}
	if scope, err := b.scope(t.Context(), localslack.Ada, rights.Place{Channel: "C1"}); err != nil || fmt.Sprint(scope.Names) != "[open]" {
		t.Errorf("scope %+v: %v", scope, err)
	}
	for _, channel := range []string{"", "D1", "U1", "C1/../C2", strings.Repeat("C", 99)} {
		a.Value = channel
		if err := b.saveSettings(t.Context(), a); !errors.Is(err, errForgotten) {
			t.Errorf("channel %q: %v", channel, err)
		}
	}
	if set, err := w.Channels(t.Context()); err != nil || len(set) != 1 || set[0].By != localslack.Ada {
		t.Errorf("set are %+v: %v", set, err)
	}
}

// bare is a bot without a Slack, over a catalog of collections.
func bare(t *testing.T, rules rights.Rules, collections ...string) (*memory.Store, *Bot) {
	t.Helper()
	store := newStore(t)
	b, err := New(Config{
		BotToken: "xoxb-1", AppToken: "xapp-1", APIURL: "http://127.0.0.1:0/", Journal: &journal.Journal{},
		Rules: rules, Catalog: namedCatalog(collections), Memory: store.Memory(), Asker: newLibrary(),
	})
	if err != nil {
		t.Fatal(err)
	}
	b.api = nowhere()
	return store, b
}

// namedCatalog is a catalog of empty collections.
type namedCatalog []string

// Collections lists them.
func (n namedCatalog) Collections() (all []Collection) {
	for _, name := range n {
		all = append(all, Collection{Name: name})
	}
	return all
}

// Built is never.
func (namedCatalog) Built() time.Time { return time.Time{} }

// TestVotesOnAnswersThatAreNone rates a no.
func TestVotesOnAnswersThatAreNone(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.change = func(c *Config) { c.Rules.AdminChannel = localslack.Leaders }
		b := w.start()
		w.say(localslack.Ada, localslack.General, "@verbatim Where is nothing?")
		m := w.oneAnswer(localslack.General, time.Second)
		id := answersOf(t, b, localslack.Ada)[0].ID
		w.forged(localslack.Mei, m, "vote", id+voteDown)
		if v, err := b.memory.Vote(t.Context(), id, localslack.Mei); err != nil || v.Up {
			t.Errorf("vote %+v: %v", v, err)
		}
		if n := len(w.answers(localslack.Leaders)); n != 1 {
			t.Errorf("the admins were told %d times, want once", n)
		}
		// The form counts for who voted, whoever sends it.
		views := w.slack.Views(localslack.Mei)
		if len(views) != 1 {
			t.Fatalf("%d forms are open", len(views))
		}
		values, err := json.Marshal(map[string]any{inputReason: map[string]any{inputReason: map[string]any{"selected_option": map[string]string{"value": "other"}}}})
		if err != nil {
			t.Fatal(err)
		}
		go func() { _ = w.slack.Submit(w.within(time.Minute), localslack.Mei, text0(views[0]["id"]), values) }()
		w.pass(time.Second)
		if v, err := b.memory.Vote(t.Context(), id, localslack.Mei); err != nil || v.Reason != "other" {
			t.Errorf("vote %+v: %v", v, err)
		}
		if seen := w.sees(localslack.Linus) + w.sees(localslack.Ada); strings.Contains(seen, localslack.Mei) {
			t.Errorf("others see the vote: %s", seen)
		}
		synctest.Wait()
		b.mustStop()
	})
}

// nowhere is a client of a Slack that is not there.
func nowhere() *slack.Client {
	return slack.New("xoxb-1", slack.OptionAPIURL("http://127.0.0.1:0/"), slack.OptionHTTPClient(&http.Client{Transport: refusing{}}))
}

// refusing sends nothing.
type refusing struct{}

// RoundTrip fails.
func (refusing) RoundTrip(*http.Request) (*http.Response, error) { return nil, errors.New("nowhere") }
