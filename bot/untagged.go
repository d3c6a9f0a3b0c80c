package bot

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"verbatim/bot/memory"
	"verbatim/bot/rights"
	"verbatim/index"
)

// Messages in a channel that do not name the bot. They are none of its business unless the channel's
// settings say so, and Slack sends them only to an app that may read the channel. Even then the bot
// stays out of a conversation between people: it looks at what reads like a question to nobody in
// particular, or, in a thread it was called into, like the next question of who called it; and it says
// nothing unless it has something to say.

// unaskedBar is how likely a passage must be to answer before it is posted to who did not ask for it.
// Asked, half of that will do.
const unaskedBar = 0.8

// offerWithin is how long an offer can be accepted. Slack does not tell with a click whether a channel is
// shared with another organisation by now, so that an old one is not believed.
const offerWithin = time.Hour

// verdictOffered is the verdict of an answer that was offered and not given yet.
const verdictOffered = "offered"

// mode is what to do about an untagged message where it stands.
func (b *Bot) mode(ctx context.Context, in Incoming) rights.Mode {
	rules, err := b.rules(ctx, in.Channel)
	if err != nil || in.External {
		b.noteMemory(in.Key, err)
		return rights.Never
	}
	if in.Thread != in.TS {
		return rules.Channels[in.Channel].FollowUps
	}
	return rules.Channels[in.Channel].Untagged
}

// unasked says why an untagged message is left alone, if it is. Of one that is, nothing is kept but, in a
// thread the bot was called into, that people talk there.
func (b *Bot) unasked(ctx context.Context, in Incoming) Reason {
	if m := b.mode(ctx, in); m != rights.Ask && m != rights.Answer {
		return ReasonUntagged
	}
	question := !in.ToOthers && soundsLikeQuestion(in.Question)
	if in.Thread == in.TS {
		return map[bool]Reason{true: Taken, false: ReasonUntagged}[question]
	}
	t, err := b.config.Memory.Threads.Thread(ctx, in.Channel, in.Thread)
	if err != nil {
		if !errors.Is(err, memory.ErrUnknown) {
			b.noteMemory(in.Key, err)
		}
		return ReasonUntagged
	}
	if in.User != t.User || in.ToOthers {
		t.Talk = true
		err := b.config.Memory.Threads.ChangeThread(ctx, in.Channel, in.Thread, func(t *memory.Thread) { t.Talk = true })
		if !errors.Is(err, memory.ErrUnknown) { // who asked may have been forgotten
			b.noteMemory(in.Key, err)
		}
	}
	if t.Talk || !question {
		return ReasonUntagged
	}
	return Taken
}

// soundsLikeQuestion says that a text asks for something: it ends in a question mark, or begins as a
// question does and is one sentence of some length.
func soundsLikeQuestion(text string) bool {
	if !isQuestion(text) {
		return false
	}
	r := read(text)
	return r.asks || len(r.words) >= 4 && slices.Contains(r.openers, r.lower[0])
}

// worthSaying says whether what was found for an untagged message is to be posted. Where the channel
// wants to be asked first, it is offered to the author alone.
func (b *Bot) worthSaying(ctx context.Context, in Incoming, f finding) bool {
	if len(f.each) != 1 || f.each[0].answer.Verdict != index.VerdictAnswer {
		return false
	}
	found := f.each[0]
	switch b.mode(ctx, in) {
	case rights.Answer:
		return found.answer.Confidence >= unaskedBar && len(found.answer.UnknownTerms) == 0
	case rights.Ask:
		if !in.Edit {
			b.noteMemory(in.Key, b.offerAnswer(ctx, in, found))
		}
	}
	return false
}

// offerAnswer asks the author of a message, and nobody else, whether to answer it.
func (b *Bot) offerAnswer(ctx context.Context, in Incoming, found finding) error {
	err := b.config.Memory.Answers.SaveAnswer(ctx, memory.Answer{
		ID: in.id(), Channel: in.Channel, Thread: in.Thread, QuestionTS: in.TS, User: in.User, Kind: string(KindUntagged),
		Question: in.Question, Verdict: verdictOffered, At: in.Received.UTC(),
	})
	if err != nil {
		return err
	}
	c := b.catalogue(ctx, in.User)
	s := newSheet(Options{Locale: b.locales.of(ctx, in.User)})
	s.lead = words(c.OfferAnswer)
	s.actions = []slack.Block{slack.NewActionBlock("", button("answer_this", in.id(), c.AnswerThis))}
	b.log.Info("answer offered", "key", in.Key)
	return b.postEphemeral(ctx, in.Channel, in.User, in.replyTo(), s.message())
}

// acceptOffer asks what was offered.
func (b *Bot) acceptOffer(ctx context.Context, a Act) (Incoming, error) {
	answer, _, err := b.recalled(ctx, a, a.Value)
	if err != nil {
		return Incoming{}, err
	}
	if answer.Verdict != verdictOffered || answer.Channel != a.Channel || a.At.Sub(answer.At) > offerWithin {
		return Incoming{}, errForgotten
	}
	return Incoming{
		Kind: KindOffered, Key: a.Key, Alias: "offered:" + answer.ID, Team: a.Team, Channel: answer.Channel, User: a.User,
		Thread: answer.Thread, TS: answer.QuestionTS, Question: answer.Question, Same: answer.ID, External: a.External,
		ResponseURL: a.ResponseURL,
	}, nil
}

// leaveAlone ends an untagged question without a word. An answer that stood, before the question was
// changed, goes.
func (b *Bot) leaveAlone(ctx context.Context, in Incoming) {
	if in.Edit && in.Answered != "" {
		b.erase(ctx, in, in.Answered)
		b.noteMemory(in.Key, b.config.Memory.People.Withdraw(ctx, in.id()))
	}
	b.ended(in, EndLeft)
	b.log.Info("untagged question left alone", "key", in.Key)
	_ = b.note(in.Key, b.config.Journal.Answered(context.WithoutCancel(ctx), in.Key, ""))
}
