package shared

import (
	"context"
	"errors"

	"verbatim/bot/memory"
)

// SaveAnswer implements [memory.Answers].
func (m *Memory) SaveAnswer(ctx context.Context, a memory.Answer) error {
	return save(ctx, m, answers(), a)
}

// Answer implements [memory.Answers].
func (m *Memory) Answer(ctx context.Context, id string) (memory.Answer, error) {
	a, _, err := load(ctx, m, answers(), id)
	return a, err
}

// Answers implements [memory.Answers].
func (m *Memory) Answers(ctx context.Context, user string, n int) ([]memory.Answer, error) {
	if user == "" {
		return listed(ctx, m, answers(), "", "", n)
	}
	return listed(ctx, m, answers(), keyUser, user, n)
}

// SaveVote implements [memory.Votes].
func (m *Memory) SaveVote(ctx context.Context, v memory.Vote) error {
	r, err := votes().record(v)
	if err != nil {
		return err
	}
	for range maxRounds {
		old, version, err := load(ctx, m, votes(), voteID(v.Answer, v.User))
		switch {
		case errors.Is(err, memory.ErrUnknown):
			_, err = create(ctx, m.store, r)
		case err != nil:
			return err
		case old.At.After(v.At):
			return nil
		default:
			r.Version = version
			_, err = replace(ctx, m.store, r)
		}
		if !errors.Is(err, ErrConflict) && !errors.Is(err, ErrExists) {
			return err
		}
	}
	return errors.New("save vote: it changes too often")
}

// Vote implements [memory.Votes].
func (m *Memory) Vote(ctx context.Context, answer, user string) (memory.Vote, error) {
	v, _, err := load(ctx, m, votes(), voteID(answer, user))
	return v, err
}

// Votes implements [memory.Votes].
func (m *Memory) Votes(ctx context.Context, n int) ([]memory.Vote, error) {
	return listed(ctx, m, votes(), "", "", n)
}

// SaveGap implements [memory.Gaps].
func (m *Memory) SaveGap(ctx context.Context, g memory.Gap) error { return save(ctx, m, gaps(), g) }

// Gap implements [memory.Gaps].
func (m *Memory) Gap(ctx context.Context, id string) (memory.Gap, error) {
	g, _, err := load(ctx, m, gaps(), id)
	return g, err
}

// Gaps implements [memory.Gaps].
func (m *Memory) Gaps(ctx context.Context, n int) ([]memory.Gap, error) {
	return listed(ctx, m, gaps(), "", "", n)
}

// always makes of f one that changes every record.
func always[T any](f func(*T)) func(*T) bool {
	return func(v *T) bool { f(v); return true }
}

// ChangeAnswer implements [memory.Changes].
func (m *Memory) ChangeAnswer(ctx context.Context, id string, f func(*memory.Answer)) error {
	return change(ctx, m, answers(), id, always(f))
}

// ChangeGap implements [memory.Changes].
func (m *Memory) ChangeGap(ctx context.Context, id string, f func(*memory.Gap)) error {
	return change(ctx, m, gaps(), id, always(f))
}

// ChangeVote implements [memory.Changes].
func (m *Memory) ChangeVote(ctx context.Context, answer, user string, f func(*memory.Vote)) error {
	return change(ctx, m, votes(), voteID(answer, user), always(f))
}

// SaveThread implements [memory.Threads].
func (m *Memory) SaveThread(ctx context.Context, t memory.Thread) error {
	return save(ctx, m, threads(), t)
}

// Thread implements [memory.Threads].
func (m *Memory) Thread(ctx context.Context, channel, ts string) (memory.Thread, error) {
	t, _, err := load(ctx, m, threads(), threadID(channel, ts))
	return t, err
}

// ChangeThread implements [memory.Threads].
func (m *Memory) ChangeThread(ctx context.Context, channel, ts string, f func(*memory.Thread)) error {
	return change(ctx, m, threads(), threadID(channel, ts), always(f))
}

// SaveChannel implements [memory.Channels].
func (m *Memory) SaveChannel(ctx context.Context, c memory.Channel) error {
	return save(ctx, m, channels(), c)
}

// Channel implements [memory.Channels].
func (m *Memory) Channel(ctx context.Context, id string) (memory.Channel, error) {
	c, _, err := load(ctx, m, channels(), id)
	return c, err
}

// Channels implements [memory.Channels].
func (m *Memory) Channels(ctx context.Context) ([]memory.Channel, error) {
	return listed(ctx, m, channels(), "", "", mostListed)
}

// SaveCall implements [memory.Calls].
func (m *Memory) SaveCall(ctx context.Context, c memory.Call) error { return save(ctx, m, calls(), c) }

// Call implements [memory.Calls].
func (m *Memory) Call(ctx context.Context, id string) (memory.Call, error) {
	c, _, err := load(ctx, m, calls(), id)
	return c, err
}

// ChangeCall implements [memory.Calls].
func (m *Memory) ChangeCall(ctx context.Context, id string, f func(*memory.Call)) error {
	return change(ctx, m, calls(), id, always(f))
}

// SaveProposal implements [memory.Proposals].
func (m *Memory) SaveProposal(ctx context.Context, p memory.Proposal) error {
	return save(ctx, m, proposals(), p)
}

// Proposal implements [memory.Proposals].
func (m *Memory) Proposal(ctx context.Context, id string) (memory.Proposal, error) {
	p, _, err := load(ctx, m, proposals(), id)
	return p, err
}

// ChangeProposal implements [memory.Proposals].
func (m *Memory) ChangeProposal(ctx context.Context, id string, f func(*memory.Proposal)) error {
	return change(ctx, m, proposals(), id, always(f))
}

// SaveMark implements [memory.Marks].
func (m *Memory) SaveMark(ctx context.Context, k memory.Mark) error { return save(ctx, m, marks(), k) }

// Mark implements [memory.Marks].
func (m *Memory) Mark(ctx context.Context, id string) (memory.Mark, error) {
	k, _, err := load(ctx, m, marks(), id)
	return k, err
}
