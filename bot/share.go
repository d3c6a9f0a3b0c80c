package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/slack-go/slack"

	"verbatim/bot/rights"
	"verbatim/index"
)

// "Share with the channel": an answer that one person got by command, or below a message by a shortcut,
// is posted for all, as asked by them. The question is asked again with what everyone there may see.

// scopeChannels is the optional right to look whether a channel is shared with another organisation.
// Nothing is shared where the bot may not look.
const scopeChannels = "channels:read"

// errClosed means that not everyone in a channel may see an answer, or that nobody knows.
var errClosed = errors.New("the channel may not see the answer")

func shareButton(c *catalogue, s shown) slack.BlockElement {
	if !s.kind.private() || s.answer.Verdict != index.VerdictAnswer || !s.shareable {
		return nil
	}
	label := c.Share
	if s.kind == KindShortcut {
		label = c.ShareInThread
	}
	return button("share", s.id, label)
}

// share posts the answer for all, and takes the private one away.
func (b *Bot) share(ctx context.Context, a Act) error {
	answer, _, err := b.recalled(ctx, a, a.Value)
	if err != nil {
		return err
	}
	c := b.catalogue(ctx, a.User)
	in := Incoming{Kind: KindMention, Key: a.Key, Team: a.Team, Channel: a.Channel, User: a.User, Question: answer.Question, Received: a.At}
	f, err := b.forAll(ctx, in)
	if errors.Is(err, errClosed) {
		return b.whisper(ctx, a, plain(c.ShareClosed, Options{}))
	}
	if err != nil {
		return err
	}
	o := b.options(in)
	o.Limited = !f.scope.All
	o.Actions = b.below(english(), b.shown(ctx, in, f.answer))
	m := Render(f.answer, o)
	if answer.Author != "" {
		m = foundFor(a.User, answer.Author, m)
	} else {
		m = sharedBy(a.User, in.Question, m)
	}
	ts, err := b.post(ctx, a.Channel, answer.Thread, m)
	if err != nil {
		b.log.Warn("cannot share", "key", a.Key, "error", err)
		return b.whisper(ctx, a, plain(c.ShareNotMember, Options{}))
	}
	in.Thread, in.TS = cmp.Or(answer.Thread, ts), cmp.Or(answer.QuestionTS, ts)
	f.by = a.User
	b.keep(ctx, in, f, ts)
	if err := b.unwhisper(ctx, a); err != nil {
		b.log.Warn("the private answer stays", "key", a.Key, "error", err)
	}
	return nil
}

// forAll asks again with what everyone in the channel may see. Less than an answer is not shared.
func (b *Bot) forAll(ctx context.Context, in Incoming) (finding, error) {
	info, err := b.api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: in.Channel})
	if err != nil {
		return finding{}, fmt.Errorf("%w: conversations.info: %w", errClosed, err)
	}
	in.External = info.IsExtShared || info.IsPendingExtShared
	scope, err := b.scope(ctx, in.User, rights.Place{Channel: in.Channel, External: in.External && !b.config.AnswerExternal})
	if err != nil {
		return finding{}, err
	}
	if scope.Empty() {
		return finding{}, errClosed
	}
	asking, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	found, err := b.checked(asking, in, scope)
	if err == nil && found.Verdict != index.VerdictAnswer {
		err = errClosed
	}
	return finding{answer: found, scope: scope}, err
}

// sharedBy puts who asked what above an answer.
func sharedBy(user, question string, m Message) Message {
	who, name := mention(user)
	asked := cut(clean(question), maxRestated)
	m.Text = cut(name+" "+english().SharedBy+" "+escaper.Replace(unlinked(asked))+"\n"+m.Text, maxText)
	m.Blocks = append([]slack.Block{section(who, text(" "+english().SharedBy+" "+asked, false, false))}, m.Blocks...)
	return m
}

// foundFor puts above an answer who found it for a message of whom.
func foundFor(user, author string, m Message) Message {
	says := " " + english().FoundFor + " "
	who, name := mention(user)
	whose, named := mention(author)
	m.Text = cut(name+says+named+".\n"+m.Text, maxText)
	m.Blocks = append([]slack.Block{section(who, text(says, false, false), whose, text(".", false, false))}, m.Blocks...)
	return m
}

// shown says what is known of an answer when its buttons are chosen.
func (b *Bot) shown(ctx context.Context, in Incoming, answer index.Answer) shown {
	s := shown{id: in.id(), answer: answer, kind: in.Kind, shareable: b.mayLook}
	s.alone = in.alone()
	s.people = b.callable(ctx, s.alone, in.Channel)
	return s
}
