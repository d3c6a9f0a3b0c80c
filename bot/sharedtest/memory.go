package sharedtest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"verbatim/bot/memory"
)

// A Clock tells the time that a test sets.
type Clock struct{ at atomic.Int64 }

// Now is the time.
func (c *Clock) Now() time.Time { return time.Unix(0, c.at.Load()).UTC() }

// Set sets it.
func (c *Clock) Set(at time.Time) { c.at.Store(at.UnixNano()) }

// RunMemory tests that a memory does what its interfaces say. Open gives an empty one for each test, which
// keeps records for a while, 0 meaning its default, by a clock.
func RunMemory(t *testing.T, open func(t *testing.T, keep time.Duration, clock *Clock) memory.Memory) {
	fresh := func(t *testing.T) memory.Memory {
		clock := &Clock{}
		clock.Set(moment(30))
		return open(t, 0, clock)
	}
	for name, test := range map[string]func(*testing.T, memory.Memory){
		"what is saved": saved, "newest first": newestFirst, "last vote holds": lastVote, "votes together": votesTogether,
		"what is there is changed": changed, "changes together": changesTogether, "forget": forget, "export": export, "withdraw": withdraw, "what does not fit": doesNotFit,
	} {
		t.Run(name, func(t *testing.T) { test(t, fresh(t)) })
	}
	for name, keep := range map[string]time.Duration{"default": 0, "a week": 7 * 24 * time.Hour} {
		t.Run("kept "+name, func(t *testing.T) {
			clock := &Clock{}
			clock.Set(moment(30))
			keptFor(t, open(t, keep, clock), keep, clock)
		})
	}
}

// Fill saves a record of each kind for a user, and some of others that name them. Channel tells the records
// of one user from those of another.
func Fill(t *testing.T, m memory.Memory, user, other, text string) {
	t.Helper()
	ctx := t.Context()
	for _, err := range []error{
		m.Answers.SaveAnswer(ctx, memory.Answer{ID: "a" + user, User: user, Channel: "C", Thread: "1", Question: text, At: moment(1), Passages: []memory.Quoted{{Document: "d", Hash: "h", Words: []uint32{1}}}}),
		m.Votes.SaveVote(ctx, memory.Vote{Answer: "a", User: user, Text: text, At: moment(1)}),
		m.Gaps.SaveGap(ctx, memory.Gap{ID: "g" + user, User: user, Question: text, At: moment(1)}),
		m.Threads.SaveThread(ctx, memory.Thread{Channel: "C", TS: user, User: user, Question: text, At: moment(1)}),
		m.Calls.SaveCall(ctx, memory.Call{ID: "c" + user, User: user, At: moment(1)}),
		m.Proposals.SaveProposal(ctx, memory.Proposal{ID: "p" + user, User: user, Question: text, Answer: text, At: moment(1)}),
		m.Channels.SaveChannel(ctx, memory.Channel{ID: "H" + user, By: user, Private: true, At: moment(1)}),
		m.Answers.SaveAnswer(ctx, memory.Answer{ID: "about" + user, User: other, Author: user, Question: text, At: moment(2)}),
		m.Gaps.SaveGap(ctx, memory.Gap{ID: "about" + user, User: other, Question: text, At: moment(2)}),
		m.Answers.SaveAnswer(ctx, memory.Answer{ID: "shared" + user, User: other, By: user, Question: "theirs", At: moment(3)}),
		m.Calls.SaveCall(ctx, memory.Call{ID: "resolved" + user, User: other, By: user, At: moment(3)}),
		m.Proposals.SaveProposal(ctx, memory.Proposal{ID: "decided" + user, User: other, By: user, At: moment(3)}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
}

func saved(t *testing.T, m memory.Memory) {
	ctx := t.Context()
	answer := memory.Answer{ID: "a1", Channel: "C1", TS: "1.2", User: "U1", Question: "Why?", Collections: []string{"hr"}, At: moment(1),
		Passages: []memory.Quoted{{Document: "d", Ordinal: 3, Start: 5, End: 9, Hash: "x"}}}
	for _, err := range []error{
		m.Answers.SaveAnswer(ctx, memory.Answer{ID: "a1", User: "U2", Question: "Before?", At: moment(0)}), m.Answers.SaveAnswer(ctx, answer),
		m.Channels.SaveChannel(ctx, memory.Channel{ID: "C1", Private: true, By: "U1", At: moment(1)}), m.Gaps.SaveGap(ctx, memory.Gap{ID: "g", User: "U1", At: moment(1)}),
		m.Threads.SaveThread(ctx, memory.Thread{Channel: "C1", TS: "1", User: "U1", At: moment(1)}), m.Calls.SaveCall(ctx, memory.Call{ID: "c", User: "U1", At: moment(1)}),
		m.Proposals.SaveProposal(ctx, memory.Proposal{ID: "p", User: "U1", At: moment(1)}), m.Marks.SaveMark(ctx, memory.Mark{ID: "m", At: moment(1)}),
		m.Votes.SaveVote(ctx, memory.Vote{Answer: "a1", User: "U1", At: moment(1)}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	got, err := m.Answers.Answer(ctx, "a1")
	if diff := cmp.Diff(answer, got); err != nil || diff != "" {
		t.Errorf("answer: %v\n%s", err, diff)
	}
	if list, err := m.Answers.Answers(ctx, "U2", 9); err != nil || len(list) != 0 {
		t.Errorf("who asked before has %+v: %v, want nothing", list, err)
	}
	set, channel := m.Channels.Channel(ctx, "C1")
	all, channels := m.Channels.Channels(ctx)
	if !set.Private || len(all) != 1 {
		t.Errorf("settings %+v, %+v", set, all)
	}
	_, gap := m.Gaps.Gap(ctx, "g")
	open, gaps := m.Gaps.Gaps(ctx, 9)
	_, thread := m.Threads.Thread(ctx, "C1", "1")
	_, call := m.Calls.Call(ctx, "c")
	_, vote := m.Votes.Vote(ctx, "a1", "U1")
	_, proposal := m.Proposals.Proposal(ctx, "p")
	mark, marks := m.Marks.Mark(ctx, "m")
	if err := errors.Join(channel, channels, gap, gaps, thread, call, vote, proposal, marks); err != nil || len(open) != 1 || !mark.At.Equal(moment(1)) {
		t.Errorf("%v; %d gaps; mark at %v", err, len(open), mark.At)
	}
	_, none := m.Answers.Answer(ctx, "a2")
	_, nowhere := m.Threads.Thread(ctx, "C1", "2")
	if !errors.Is(none, memory.ErrUnknown) || !errors.Is(nowhere, memory.ErrUnknown) {
		t.Errorf("errors %v and %v, want unknown", none, nowhere)
	}
}

func newestFirst(t *testing.T, m memory.Memory) {
	ctx := t.Context()
	for i, user := range []string{"U1", "U10", "U1", "U2", "U1"} {
		if err := m.Answers.SaveAnswer(ctx, memory.Answer{ID: fmt.Sprint("a", i), User: user, At: moment(i)}); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		user string
		n    int
		want []string
	}{
		{"", 2, []string{"a4", "a3"}}, {"U1", 9, []string{"a4", "a2", "a0"}}, {"U1", 1, []string{"a4"}},
		{"U10", 9, []string{"a1"}}, {"U2", 9, []string{"a3"}}, {"U3", 9, nil}, {"U0", 9, nil},
	} {
		list, err := m.Answers.Answers(ctx, tt.user, tt.n)
		var ids []string
		for _, a := range list {
			ids = append(ids, a.ID)
		}
		if diff := cmp.Diff(tt.want, ids); err != nil || diff != "" {
			t.Errorf("answers of %q: %v\n%s", tt.user, err, diff)
		}
	}
}

func lastVote(t *testing.T, m memory.Memory) {
	ctx := t.Context()
	for _, v := range []memory.Vote{{Answer: "a", User: "U1", Up: true, At: moment(1)}, {Answer: "a", User: "U1", At: moment(3)}, {Answer: "a", User: "U1", Up: true, At: moment(2)}, {Answer: "a", User: "U2", Up: true, At: moment(1)}} {
		if err := m.Votes.SaveVote(ctx, v); err != nil {
			t.Fatal(err)
		}
	}
	v, err := m.Votes.Vote(ctx, "a", "U1")
	all, listErr := m.Votes.Votes(ctx, 9)
	if err != nil || listErr != nil || v.Up || len(all) != 2 {
		t.Errorf("vote %+v of %d: %v, %v; want the last one, down, of two", v, len(all), err, listErr)
	}
}

// votesTogether saves votes of one person at once; the newest holds.
func votesTogether(t *testing.T, m memory.Memory) {
	var n atomic.Int64
	together(t, 5, func() error {
		i := int(n.Add(1))
		return m.Votes.SaveVote(t.Context(), memory.Vote{Answer: "a", User: "U", Text: fmt.Sprint(i), At: moment(i)})
	})
	if v, err := m.Votes.Vote(t.Context(), "a", "U"); err != nil || v.Text != "5" {
		t.Errorf("vote %+v: %v, want the fifth", v, err)
	}
}

// changed changes a record of each kind, and again when its user was forgotten: it does not come back.
func changed(t *testing.T, m memory.Memory) {
	ctx := t.Context()
	Fill(t, m, "UADA", "UBOB", "secret")
	all := map[string]func(text string) error{
		"answer": func(text string) error {
			return m.Changes.ChangeAnswer(ctx, "aUADA", func(a *memory.Answer) { a.Question = text })
		},
		"gap": func(text string) error {
			return m.Changes.ChangeGap(ctx, "gUADA", func(g *memory.Gap) { g.Question = text })
		},
		"vote": func(text string) error {
			return m.Changes.ChangeVote(ctx, "a", "UADA", func(v *memory.Vote) { v.Text = text })
		},
		"thread": func(text string) error {
			return m.Threads.ChangeThread(ctx, "C", "UADA", func(t *memory.Thread) { t.Question = text })
		},
		"call": func(text string) error {
			return m.Calls.ChangeCall(ctx, "cUADA", func(c *memory.Call) { c.Thread = text })
		},
		"proposal": func(text string) error {
			return m.Proposals.ChangeProposal(ctx, "pUADA", func(p *memory.Proposal) { p.Question = text })
		},
	}
	for kind, change := range all {
		if err := change("changed"); err != nil {
			t.Errorf("change a %s: %v", kind, err)
		}
	}
	p, err := m.People.Export(ctx, "UADA")
	if err != nil || p.Records() != 7 {
		t.Fatalf("%d records after changes: %v, want 7", p.Records(), err)
	}
	now := []string{p.Answers[0].Question, p.Gaps[0].Question, p.Votes[0].Text, p.Threads[0].Question, p.Calls[0].Thread, p.Proposals[0].Question}
	if diff := cmp.Diff(slices.Repeat([]string{"changed"}, 6), now); diff != "" {
		t.Error(diff)
	}
	if _, err := m.People.Forget(ctx, "UADA"); err != nil {
		t.Fatal(err)
	}
	for kind, change := range all {
		if err := change("again"); !errors.Is(err, memory.ErrUnknown) {
			t.Errorf("change a forgotten %s: %v, want unknown", kind, err)
		}
	}
	if p, err := m.People.Export(ctx, "UADA"); err != nil || p.Records() != 0 {
		t.Errorf("%d records came back: %v", p.Records(), err)
	}
}

// changesTogether changes one record at once; each change holds.
func changesTogether(t *testing.T, m memory.Memory) {
	if err := m.Answers.SaveAnswer(t.Context(), memory.Answer{ID: "a", User: "U", At: moment(1)}); err != nil {
		t.Fatal(err)
	}
	together(t, 5, func() error {
		return m.Changes.ChangeAnswer(t.Context(), "a", func(a *memory.Answer) { a.Passages = append(a.Passages, memory.Quoted{Document: "d"}) })
	})
	if a, err := m.Answers.Answer(t.Context(), "a"); err != nil || len(a.Passages) != 5 {
		t.Errorf("%d changes hold: %v, want 5", len(a.Passages), err)
	}
}

func forget(t *testing.T, m memory.Memory) {
	ctx := t.Context()
	Fill(t, m, "UADA", "UBOB", "secret")
	Fill(t, m, "UEVE", "UBOB", "another")
	if n, err := m.People.Forget(ctx, "UADA"); err != nil || n != 7 {
		t.Errorf("forgot %d records: %v, want 7", n, err)
	}
	if p, err := m.People.Export(ctx, "UADA"); err != nil || p.Records() != 0 || p.Named != 0 || len(p.Channels) != 0 {
		t.Errorf("after that there is %+v: %v", p, err)
	}
	if p, err := m.People.Export(ctx, "UEVE"); err != nil || p.Records() != 7 || p.Named != 3 {
		t.Errorf("of another there is %+v: %v", p, err)
	}
	if c, err := m.Channels.Channel(ctx, "HUADA"); err != nil || c.By != "" || !c.Private {
		t.Errorf("settings %+v: %v, want them kept without the name", c, err)
	}
	if c, err := m.Calls.Call(ctx, "resolvedUADA"); err != nil || c.By == "" || c.By == "UADA" {
		t.Errorf("a call that was resolved is %+v: %v", c, err)
	}
	if a, err := m.Answers.Answer(ctx, "sharedUADA"); err != nil || a.By != "" {
		t.Errorf("an answer that was shared is %+v: %v", a, err)
	}
	if _, err := m.Gaps.Gap(ctx, "aboutUADA"); !errors.Is(err, memory.ErrUnknown) {
		t.Errorf("the gap of an answer about the user: %v", err)
	}
	if n, err := m.People.Forget(ctx, "UADA"); err != nil || n != 0 {
		t.Errorf("forgot %d records again: %v", n, err)
	}
	if _, err := m.People.Forget(ctx, ""); err == nil {
		t.Error("forgot nobody without an error")
	}
}

func export(t *testing.T, m memory.Memory) {
	Fill(t, m, "UADA", "UBOB", "my words")
	Fill(t, m, "UEVE", "UBOB", "not mine")
	p, err := m.People.Export(t.Context(), "UADA")
	if err != nil {
		t.Fatal(err)
	}
	if p.Records() != 7 || len(p.Channels) != 1 || p.Named != 3 {
		t.Errorf("%d records, %d settings, named %d times: want 7, 1 and 3: %+v", p.Records(), len(p.Channels), p.Named, p)
	}
	all := fmt.Sprintf("%+v", p)
	if strings.Contains(all, "not mine") || strings.Contains(all, "theirs") || strings.Contains(all, "UBOB") || strings.Contains(all, "UEVE") || !strings.Contains(all, "my words") {
		t.Errorf("the export tells of others, or not of the user: %s", all)
	}
	if p.Answers[0].Passages[0].Words != nil || p.Answers[0].Passages[0].Document != "d" {
		t.Errorf("the passages are %+v", p.Answers[0].Passages)
	}
	if p, err := m.People.Export(t.Context(), "UNOBODY"); err != nil || p.Records() != 0 {
		t.Errorf("%d records of nobody: %v", p.Records(), err)
	}
	if _, err := m.People.Export(t.Context(), ""); err == nil {
		t.Error("an export of no user")
	}
}

func withdraw(t *testing.T, m memory.Memory) {
	ctx := t.Context()
	for _, err := range []error{
		m.Answers.SaveAnswer(ctx, memory.Answer{ID: "a", User: "U", Channel: "C", Thread: "1", At: moment(1)}),
		m.Gaps.SaveGap(ctx, memory.Gap{ID: "a", User: "U", At: moment(1)}),
		m.Threads.SaveThread(ctx, memory.Thread{Channel: "C", TS: "1", User: "U", Answer: "a", At: moment(1)}),
		m.Answers.SaveAnswer(ctx, memory.Answer{ID: "b", User: "U", Channel: "C", Thread: "2", At: moment(1)}),
		m.Threads.SaveThread(ctx, memory.Thread{Channel: "C", TS: "2", User: "U", Answer: "later", At: moment(2)}),
		m.Votes.SaveVote(ctx, memory.Vote{Answer: "a", User: "U", At: moment(1)}),
		m.People.Withdraw(ctx, "a"), m.People.Withdraw(ctx, "b"), m.People.Withdraw(ctx, "a"), m.People.Withdraw(ctx, "none"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	_, answer := m.Answers.Answer(ctx, "a")
	_, gap := m.Gaps.Gap(ctx, "a")
	_, thread := m.Threads.Thread(ctx, "C", "1")
	_, other := m.Threads.Thread(ctx, "C", "2")
	_, vote := m.Votes.Vote(ctx, "a", "U")
	if !errors.Is(answer, memory.ErrUnknown) || !errors.Is(gap, memory.ErrUnknown) || !errors.Is(thread, memory.ErrUnknown) || other != nil || vote != nil {
		t.Errorf("answer %v, gap %v, thread %v: want them gone; another's thread %v and the vote %v stay", answer, gap, thread, other, vote)
	}
}

func doesNotFit(t *testing.T, m memory.Memory) {
	for name, a := range map[string]memory.Answer{
		"no id": {User: "U"}, "long id": {ID: strings.Repeat("x", 500)}, "zero in user": {ID: "a", User: "U\x00"},
		"long user": {ID: "a", User: strings.Repeat("U", 201)}, "large": {ID: "a", Question: strings.Repeat("x", 65<<10)},
	} {
		if err := m.Answers.SaveAnswer(t.Context(), a); err == nil {
			t.Errorf("%s was written", name)
		}
	}
}

func keptFor(t *testing.T, m memory.Memory, keep time.Duration, clock *Clock) {
	if keep == 0 {
		keep = memory.DefaultKeep
	}
	Fill(t, m, "UADA", "UBOB", "old")
	if err := m.Marks.SaveMark(t.Context(), memory.Mark{ID: "m", At: moment(0)}); err != nil {
		t.Fatal(err)
	}
	clock.Set(moment(1).Add(keep - time.Minute))
	if n, err := m.Upkeep.Prune(t.Context()); err != nil || n != 0 {
		t.Fatalf("a minute before its time %d records went: %v", n, err)
	}
	clock.Set(moment(4).Add(keep))
	if n, err := m.Upkeep.Prune(t.Context()); err != nil || n != 11 {
		t.Errorf("%d records went: %v, want all 11", n, err)
	}
	p, err := m.People.Export(t.Context(), "UADA")
	_, mark := m.Marks.Mark(t.Context(), "m")
	if err != nil || mark != nil || p.Records() != 0 || len(p.Channels) != 1 {
		t.Errorf("left are %+v and the mark (%v): %v, want the settings of the channel alone", p, mark, err)
	}
	if err := m.Upkeep.Renew(); err != nil {
		t.Error(err)
	}
}
