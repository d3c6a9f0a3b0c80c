package shared

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"verbatim/bot/memory"
)

// errNobody means that no user was named.
var errNobody = errors.New("no user named")

// someone stands for a name that was taken off a record which needs one.
const someone = "-"

// Export implements [memory.People].
func (m *Memory) Export(ctx context.Context, user string) (p memory.Personal, err error) {
	if user == "" {
		return p, errNobody
	}
	p.User = user
	var errs [7]error
	p.Answers, errs[0] = listed(ctx, m, answers(), keyUser, user, mostListed)
	p.Votes, errs[1] = listed(ctx, m, votes(), keyUser, user, mostListed)
	p.Gaps, errs[2] = listed(ctx, m, gaps(), keyUser, user, mostListed)
	p.Threads, errs[3] = listed(ctx, m, threads(), keyUser, user, mostListed)
	p.Calls, errs[4] = listed(ctx, m, calls(), keyUser, user, mostListed)
	p.Proposals, errs[5] = listed(ctx, m, proposals(), keyUser, user, mostListed)
	p.Channels, errs[6] = listed(ctx, m, channels(), keyUser, user, mostListed)
	named, err := m.naming(ctx, user)
	for _, a := range named.about {
		a.User = ""
		p.Answers = append(p.Answers, a)
	}
	for i := range p.Answers {
		p.Answers[i].Passages = withoutWords(p.Answers[i].Passages)
	}
	p.Named = len(named.shared) + len(named.resolved) + len(named.decided)
	if err = errors.Join(errors.Join(errs[:]...), err); err != nil {
		return p, fmt.Errorf("export a user: %w", err)
	}
	return p, nil
}

// withoutWords leaves out what tells of documents alone: the hashes by which quotes are known again.
func withoutWords(quotes []memory.Quoted) []memory.Quoted {
	for i := range quotes {
		quotes[i].Words, quotes[i].Hash, quotes[i].Was = nil, "", ""
	}
	return quotes
}

// A mention is where others' records name a user: about are the answers that others looked up for a message
// of theirs.
type mention struct {
	about, shared []memory.Answer
	resolved      []memory.Call
	decided       []memory.Proposal
}

// naming returns the records of others that name a user.
func (m *Memory) naming(ctx context.Context, user string) (found mention, err error) {
	var errs [4]error
	found.about, errs[0] = listed(ctx, m, answers(), keyAuthor, user, mostListed)
	found.shared, errs[1] = listed(ctx, m, answers(), keyBy, user, mostListed)
	found.resolved, errs[2] = listed(ctx, m, calls(), keyBy, user, mostListed)
	found.decided, errs[3] = listed(ctx, m, proposals(), keyBy, user, mostListed)
	found.about = slices.DeleteFunc(found.about, func(a memory.Answer) bool { return a.User == user })
	found.shared = slices.DeleteFunc(found.shared, func(a memory.Answer) bool { return a.User == user || a.Author == user })
	found.resolved = slices.DeleteFunc(found.resolved, func(c memory.Call) bool { return c.User == user })
	found.decided = slices.DeleteFunc(found.decided, func(p memory.Proposal) bool { return p.User == user })
	return found, errors.Join(errs[:]...)
}

// Forget implements [memory.People]. Votes of others on the user's answers stay: they name nobody but them.
// Where it is cut short, what is left is forgotten by the next call.
func (m *Memory) Forget(ctx context.Context, user string) (removed int, err error) {
	if user == "" {
		return 0, errNobody
	}
	named, err := m.naming(ctx, user)
	for i := 0; i < len(named.about) && err == nil; i++ {
		if err = m.withdraw(ctx, named.about[i]); err == nil {
			removed++
		}
	}
	if err == nil {
		err = m.unname(ctx, user, named)
	}
	for _, forget := range []func() (int, error){
		func() (int, error) { return forget(ctx, m, votes(), user) },
		func() (int, error) { return forget(ctx, m, gaps(), user) },
		func() (int, error) { return forget(ctx, m, threads(), user) },
		func() (int, error) { return forget(ctx, m, calls(), user) },
		func() (int, error) { return forget(ctx, m, proposals(), user) },
		func() (int, error) { return forget(ctx, m, answers(), user) },
	} {
		if err == nil {
			n := 0
			n, err = forget()
			removed += n
		}
	}
	if err != nil {
		return removed, fmt.Errorf("forget a user: %w", err)
	}
	return removed, nil
}

// unname takes a user's name off the settings that they made, and off the records of others. A call that
// was resolved stays so.
func (m *Memory) unname(ctx context.Context, user string, named mention) error {
	set, err := listed(ctx, m, channels(), keyUser, user, mostListed)
	errs := []error{err}
	note := func(err error) {
		if !errors.Is(err, memory.ErrUnknown) { // which was deleted meanwhile
			errs = append(errs, err)
		}
	}
	for _, c := range set {
		note(change(ctx, m, channels(), c.ID, func(c *memory.Channel) bool {
			was := c.By == user
			c.By = ""
			return was
		}))
	}
	for _, a := range named.shared {
		note(change(ctx, m, answers(), a.ID, func(a *memory.Answer) bool { a.By = ""; return true }))
	}
	for _, c := range named.resolved {
		note(change(ctx, m, calls(), c.ID, func(c *memory.Call) bool { c.By = someone; return true }))
	}
	for _, p := range named.decided {
		note(change(ctx, m, proposals(), p.ID, func(p *memory.Proposal) bool { p.By = someone; return true }))
	}
	return errors.Join(errs...)
}

// Withdraw implements [memory.People]. Votes stay: they say what people thought of what they read.
func (m *Memory) Withdraw(ctx context.Context, answer string) error {
	a, _, err := load(ctx, m, answers(), answer)
	if errors.Is(err, memory.ErrUnknown) {
		return nil
	}
	if err == nil {
		err = m.withdraw(ctx, a)
	}
	if err != nil {
		return fmt.Errorf("withdraw an answer: %w", err)
	}
	return nil
}

// withdraw deletes an answer after what came of its question: by the answer the rest is found.
func (m *Memory) withdraw(ctx context.Context, a memory.Answer) error {
	t, _, err := load(ctx, m, threads(), threadID(a.Channel, a.Thread))
	switch {
	case err == nil && t.Answer == a.ID:
		err = drop(ctx, m, threads(), threadID(a.Channel, a.Thread))
	case errors.Is(err, memory.ErrUnknown):
		err = nil
	}
	if err == nil {
		err = drop(ctx, m, gaps(), a.ID)
	}
	if err == nil {
		err = drop(ctx, m, answers(), a.ID)
	}
	return err
}

const (
	// closedFor is how long a closed question is known to all replicas: as long as a journal knows it.
	closedFor = 49 * time.Hour
	// messageFor is how long a message is known: its question may be open for two days, and closed for
	// [closedFor] after that.
	messageFor = 2*closedFor + 2*time.Hour
)

// Prune implements [memory.Upkeep]: it deletes what is too old, and the records of questions that no replica
// has to know any more. Settings of channels and marks are kept whatever their age.
func (m *Memory) Prune(ctx context.Context) (removed int, err error) {
	now := m.now()
	queries := []Query{
		{Kind: kindQuestion, Keys: map[string]string{keyOpen: no}, Before: now.Add(-closedFor)},
		{Kind: kindMessage, Before: now.Add(-messageFor)},
	}
	for _, kind := range kinds() {
		queries = append(queries, Query{Kind: kind, Before: now.Add(-m.keep)})
	}
	for _, q := range queries {
		n, err := prune(ctx, m.store, q)
		if removed += n; err != nil {
			return removed, fmt.Errorf("prune memory: %w", err)
		}
	}
	return removed, nil
}

// Renew implements [memory.Upkeep]. What was deleted leaves the disks of the store when that merges its
// segments, which is its own affair.
func (m *Memory) Renew() error { return nil }
