package bot

import (
	"context"
	"errors"
	"slices"
	"time"

	"verbatim/bot/memory"
	"verbatim/bot/rights"
	"verbatim/index"
)

// "Answered now": a question that had no answer is asked again when documents have changed. When one
// answers it, the bot says so where it was asked, once. What was answered to the
// asker alone, by command or in a channel with private answers, is answered in their direct messages.

// maxGaps is the most open questions that are asked again at one time: the newest.
const maxGaps = 500

// keyAnsweredNow begins the keys of answers to questions that had none.
const keyAnsweredNow = "now:"

// answerGaps asks the open questions again, newest first.
func (b *Bot) answerGaps(ctx context.Context) {
	gaps, err := b.config.Memory.Gaps.Gaps(ctx, maxGaps)
	if err != nil {
		b.noteMemory("", err)
		if isAway(err) {
			b.unrevised.Store(true)
		}
		return
	}
	since := time.Now().Add(-revisedFor)
	asked := map[string]bool{} // users with questions
	for _, g := range gaps {
		if g.At.Before(since) || ctx.Err() != nil {
			return
		}
		if !g.Closed.IsZero() {
			continue
		}
		// Of one user's repeats in one channel the last is answered, where they look.
		repeat := g.User + " " + g.Channel + " " + index.QuestionKey(g.Question)
		if asked[repeat] || b.answeredSince(ctx, g) {
			b.closeGap(ctx, g.ID)
			continue
		}
		asked[repeat] = true
		err := b.answerGap(ctx, g)
		if isAway(err) {
			b.unrevised.Store(true)
			return
		}
		if err != nil {
			b.log.Warn("cannot ask an open question again", "gap", g.ID, "error", err)
		}
	}
}

// answeredSince says that the user has asked the same again and got an answer.
func (b *Bot) answeredSince(ctx context.Context, g memory.Gap) bool {
	key := index.QuestionKey(g.Question)
	if key == "" {
		return false
	}
	answers, err := b.config.Memory.Answers.Answers(ctx, g.User, homeAnswers)
	return err == nil && slices.ContainsFunc(answers, func(a memory.Answer) bool {
		return a.At.After(g.At) && a.Verdict == string(index.VerdictAnswer) && a.Asked == key
	})
}

// answerGap asks one question again, with the rights of its place today, and posts the answer if there is
// one.
func (b *Bot) answerGap(ctx context.Context, g memory.Gap) error {
	first, err := b.config.Memory.Answers.Answer(ctx, g.ID)
	if errors.Is(err, memory.ErrUnknown) {
		b.closeGap(ctx, g.ID)
		return nil
	}
	if err != nil {
		return err
	}
	in := b.askedAgain(first)
	scope, err := b.scopeAgain(ctx, in)
	if err != nil || scope.Empty() {
		return err
	}
	o := b.options(in)
	o.Locale, o.Limited = b.locales.of(ctx, in.User), !scope.All
	m, found, err := b.answerNow(ctx, in, scope, o, g)
	if err != nil || found.answer.Verdict != index.VerdictAnswer {
		return err
	}
	// The user may have asked to be forgotten, or an admin answered, while the documents were searched.
	now, err := b.config.Memory.Gaps.Gap(ctx, g.ID)
	if errors.Is(err, memory.ErrUnknown) || err == nil && !now.Closed.IsZero() {
		return nil
	}
	if err != nil {
		return err
	}
	if !b.leads(DutyRecheck) {
		return nil // another replica asks them by now
	}
	ts, _, err := b.poster.post(ctx, job{in: in}, m, func() error { return nil })
	if errors.Is(err, errOpen) || ctx.Err() != nil {
		return err
	}
	if there := b.closeGap(ctx, g.ID); there && err == nil {
		b.keep(ctx, in, found, ts)
	}
	return err
}

// askedAgain is the question of an answer that was none, as it is asked again.
func (b *Bot) askedAgain(first memory.Answer) Incoming {
	in := incomingOf(first)
	in.Key, in.Team, in.Received = keyAnsweredNow+first.ID, b.self.TeamID, time.Now()
	if first.Alone() {
		in.Kind, in.Channel, in.Thread, in.TS = KindHome, first.User, "", ""
	}
	return in
}

// answerNow searches and lays out what is found, if it is an answer.
func (b *Bot) answerNow(ctx context.Context, in Incoming, scope rights.Scope, o Options, g memory.Gap) (m Message, f finding, err error) {
	asking, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	f.scope = scope
	if f.answer, err = b.checked(asking, in, scope); err != nil || f.answer.Verdict != index.VerdictAnswer {
		return m, f, err
	}
	c := catalogueOf(o.Locale)
	o.Actions = b.below(c, b.shown(ctx, in, f.answer))
	s := compose(f.answer, o)
	s.lead = append(words(fill(c.AnsweredNow, "date", g.At.Format(c.Date))), after(s.lead)...)
	return s.message(), f, nil
}

// after puts runs on a line of their own.
func after(runs []run) []run {
	if len(runs) == 0 {
		return nil
	}
	return append(words("\n"), runs...)
}

// closeGap closes a gap, and reports whether it was there: who asked may have been forgotten.
func (b *Bot) closeGap(ctx context.Context, id string) (there bool) {
	now := time.Now().UTC()
	err := b.config.Memory.Changes.ChangeGap(context.WithoutCancel(ctx), id, func(g *memory.Gap) { g.Closed = now })
	if !errors.Is(err, memory.ErrUnknown) {
		b.noteMemory(id, err)
	}
	return err == nil
}
