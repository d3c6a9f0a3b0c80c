package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"verbatim/bot/journal"
	"verbatim/bot/memory"
)

// A question that is changed is answered again, in the message of its answer; one that is deleted takes
// its answer with it. Both wait for their turn in the channel, behind the question itself. Slack tells of
// changes in direct messages, and in channels only an app that may read them.

const (
	// editWithin is how long after it was asked a changed question is answered again.
	editWithin = 10 * time.Minute
	// insistTries is how often a change of a message of ours is tried; it may be done twice.
	insistTries = 5
	// maxLookedThrough is how many of a user's answers are looked through for those to one message.
	maxLookedThrough = 200
)

// errNotMeant means that an act has nothing to do with the bot. Nobody is told.
var errNotMeant = errors.New("not meant for the bot")

// changed asks a message again that was answered and then changed.
func (b *Bot) changed(ctx context.Context, a Act) (Incoming, error) {
	if said, ok := timeOfTS(a.Message); !ok || a.At.Sub(said) > editWithin {
		return Incoming{}, errNotMeant
	}
	in, err := b.answeredBefore(ctx, a)
	in.Edit = err == nil
	in.Question, in.Cut = Question(a.Text, b.self.UserID)
	if errors.Is(err, errNotMeant) && b.addressed(a, a.Text) {
		in.Early, in.Alias, err = true, placeName(a.Team, a.Channel, a.Message), nil
	}
	return in, err
}

// rememberLate remembers a change that stood for its question, which has come meanwhile.
func (b *Bot) rememberLate(ctx context.Context, in Incoming) (Incoming, bool, error) {
	e, err := b.config.Journal.Find(ctx, in.Alias)
	if err != nil {
		return in, false, nil // the change itself was repeated
	}
	in.Early, in.Alias, in.Edit = false, "", !in.Deleted
	in.Same, in.Answered = answerID(e.Key), e.AnswerTS
	fresh, err := b.remember(ctx, in)
	return in, fresh, err
}

// overtaken says that a question was closed before its turn: a change of it was answered in its place, or
// it was deleted.
func (b *Bot) overtaken(ctx context.Context, in Incoming) bool {
	if in.Alias == "" {
		return false
	}
	e, err := b.config.Journal.Find(ctx, in.Alias)
	return err == nil && e.Key == in.Key && !e.State.Open()
}

// addressed says that a text asks the bot where it stands. Slack sends by any connection, in no order: the
// change of a question may come before the question. Then it stands for it, and what comes later under the
// same alias is a repeat.
func (b *Bot) addressed(a Act, text string) bool {
	return strings.HasPrefix(a.Channel, "D") || names(text, b.self.UserID)
}

// deleted makes of a deleted message the wish to take back its answer.
func (b *Bot) deleted(ctx context.Context, a Act) (Incoming, error) {
	in, err := b.answeredBefore(ctx, a)
	in.Deleted = true
	if !errors.Is(err, errNotMeant) {
		return in, err
	}
	said, ok := timeOfTS(a.Message)
	switch {
	case len(b.answersTo(ctx, in)) > 0: // too old for the journal
		return in, nil
	case ok && a.At.Sub(said) <= editWithin && b.addressed(a, a.Before):
		in.Early, in.Alias = true, placeName(a.Team, a.Channel, a.Message)
		return in, nil
	}
	return in, err
}

// answeredBefore is the question that the message of an act was, or errNotMeant.
func (b *Bot) answeredBefore(ctx context.Context, a Act) (Incoming, error) {
	in := Incoming{
		Kind: KindMention, Key: a.Key, Team: a.Team, Channel: a.Channel, User: a.User, TS: a.Message,
		Thread: cmp.Or(a.Thread, a.Message), External: a.External,
	}
	if strings.HasPrefix(a.Channel, "D") {
		in.Kind = KindDirect
	}
	e, err := b.config.Journal.Find(ctx, placeName(a.Team, a.Channel, a.Message))
	if errors.Is(err, journal.ErrUnknown) {
		return in, errNotMeant
	}
	if err != nil {
		return in, err
	}
	in.Kind, in.Same, in.Answered = Kind(e.Kind), answerID(e.Key), e.AnswerTS
	return in, nil
}

// standsNow returns a changed question with what is known of its answer by now. An error means that nobody
// can tell for now.
func (b *Bot) standsNow(ctx context.Context, in Incoming) (Incoming, error) {
	e, err := b.config.Journal.Find(ctx, placeName(in.Team, in.Channel, in.TS))
	if isAway(err) {
		return in, err
	}
	if err == nil {
		in.Kind, in.Answered = Kind(e.Kind), cmp.Or(e.AnswerTS, in.Answered)
		if e.State.Open() && e.Elsewhere {
			return in, errAtWork
		}
		if e.State.Open() && e.Key != in.Key {
			in.Instead = e.Key
		}
	}
	old, err := b.config.Memory.Answers.Answer(ctx, in.Same)
	if isAway(err) {
		return in, err
	}
	if err == nil && old.Verdict != verdictOffered {
		in.Answered, in.Kind = old.TS, Kind(old.Kind)
	}
	return in, nil
}

// errAtWork means that another replica is answering the question that was changed: first that has its answer.
var errAtWork = errors.New("another replica answers the question")

// answersTo are the answers to one message, one for each of its questions.
func (b *Bot) answersTo(ctx context.Context, in Incoming) []memory.Answer {
	all, err := b.config.Memory.Answers.Answers(ctx, in.User, maxLookedThrough)
	b.noteMemory(in.Key, err)
	return slices.DeleteFunc(all, func(a memory.Answer) bool { return a.Channel != in.Channel || a.QuestionTS != in.TS })
}

// takeBack deletes the answer to a question that was deleted, and what is remembered of it. An error means
// that nobody can tell for now whether there is one.
func (b *Bot) takeBack(ctx context.Context, in Incoming) error {
	in, err := b.standsNow(ctx, in)
	if err != nil {
		return err
	}
	if in.Instead != "" {
		_ = b.note(in.Instead, b.config.Journal.Expired(context.WithoutCancel(ctx), in.Instead, "deleted by its author"))
	}
	gone := map[string]bool{in.Answered: in.Answered != ""}
	for _, a := range b.answersTo(ctx, in) {
		gone[a.TS] = a.TS != ""
		b.noteMemory(in.Key, b.config.Memory.People.Withdraw(ctx, a.ID))
	}
	for ts, there := range gone {
		if there {
			b.erase(ctx, in, ts)
		}
	}
	_ = b.note(in.Key, b.config.Journal.Answered(context.WithoutCancel(ctx), in.Key, ""))
	return nil
}

// outdate closes the question that was answered here in its changed form, and withdraws what was remembered of questions that are no longer asked in a changed message.
func (b *Bot) outdate(ctx context.Context, in Incoming, f finding, ts string) {
	if !in.Edit {
		return
	}
	if in.Instead != "" {
		_ = b.note(in.Instead, b.config.Journal.Answered(context.WithoutCancel(ctx), in.Instead, ts))
	}
	for _, old := range b.answersTo(ctx, in) {
		if !slices.ContainsFunc(f.each, func(e finding) bool { return e.in.id() == old.ID }) {
			b.noteMemory(in.Key, b.config.Memory.People.Withdraw(context.WithoutCancel(ctx), old.ID))
		}
	}
}

// erase deletes a message of ours.
func (b *Bot) erase(ctx context.Context, in Incoming, ts string) {
	err := b.insist(ctx, func() error {
		_, _, err := b.api.DeleteMessageContext(ctx, in.Channel, ts)
		return err
	})
	if err != nil {
		b.log.Warn("an answer stays though its question is gone", "key", in.Key, "ts", ts, "error", err)
	}
}

// rewrite puts a message in the place of the answer that stands. Where Slack does not let it, the
// answer is posted anew.
func (b *Bot) rewrite(ctx context.Context, j *job, m Message, posting func() error) (ts string, err error) {
	in := j.in
	if _, err := b.config.Journal.Claim(ctx, in.Key); err != nil {
		return "", err
	}
	err = b.insist(ctx, func() error {
		_, _, _, err := b.api.UpdateMessageContext(ctx, in.Channel, in.Answered, m.options("")...)
		return err
	})
	if err == nil {
		return in.Answered, nil
	}
	if ctx.Err() != nil {
		return "", errOpen
	}
	b.log.Warn("an answer cannot be changed: posting it anew", "key", in.Key, "ts", in.Answered, "error", err)
	b.erase(ctx, in, in.Answered)
	ts, j.blind, err = b.poster.post(ctx, *j, m, posting)
	return ts, err
}

// insist makes a call that may be made twice until Slack takes it or says no.
func (b *Bot) insist(ctx context.Context, call func() error) error {
	for failures := 1; ; failures++ {
		err := call()
		if err == nil {
			return nil
		}
		what, pause := judge(err)
		if failures == insistTries || what != wait && what != again && what != ambiguous {
			return fmt.Errorf("change a message: %w", err)
		}
		if !sleep(ctx, max(pause, backoff(failures))) {
			return ctx.Err()
		}
	}
}

// placeName names a message by where it stands; the journal knows questions by it.
func placeName(team, channel, ts string) string { return team + ":" + channel + ":" + ts }

// timeOfTS is when a message was written, by its ts: seconds since 1970.
func timeOfTS(ts string) (time.Time, bool) {
	seconds, err := strconv.ParseFloat(ts, 64)
	if err != nil || seconds <= 0 || seconds > 1e11 {
		return time.Time{}, false
	}
	return time.UnixMicro(int64(seconds * 1e6)), true
}
