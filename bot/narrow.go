package bot

import (
	"context"
	"fmt"

	"github.com/slack-go/slack"

	"verbatim/bot/rights"
	"verbatim/index"
)

// "A better passage in a narrower collection": where others read along, only what all of them may see is
// searched. If the asker alone may see more and a better passage is there, they alone are offered it, and
// see it alone. The offer names neither the passage nor the collection.

// offerNarrower offers the asker of a question that was answered in a channel what they alone may see.
func (b *Bot) offerNarrower(ctx context.Context, in Incoming, f finding) {
	if in.Kind != KindMention || in.External || f.answer.Verdict == "" || f.answer.Verdict == index.VerdictChat || f.scope.All {
		return
	}
	found, _, err := b.narrower(ctx, in, f.scope)
	if err != nil || found.Verdict != index.VerdictAnswer {
		if err != nil {
			b.log.Warn("cannot look for a better passage", "key", in.Key, "error", err)
		}
		return
	}
	c := b.catalogue(ctx, in.User)
	m := plain(c.Narrower, Options{})
	m.Blocks = append(m.Blocks, slack.NewActionBlock("", button("narrow", in.id(), c.NarrowerShow)))
	if err := b.postEphemeral(ctx, in.Channel, in.User, in.Thread, m); err != nil {
		b.log.Warn("cannot offer a better passage", "key", in.Key, "error", err)
	}
}

// narrower asks a question with what its asker may see alone. It finds something only if the best passage
// stands in a collection that was not searched for all, because not all may see it.
func (b *Bot) narrower(ctx context.Context, in Incoming, answered rights.Scope) (found index.Answer, scope rights.Scope, err error) {
	scope, err = b.scope(ctx, in.User, rights.Place{Channel: in.Channel, Alone: true})
	if err != nil || scope.All || len(scope.With(answered).Names) == len(answered.Names) {
		return found, scope, err
	}
	asking, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	found, err = b.checked(asking, in, scope)
	if err != nil || len(found.Passages) == 0 {
		return index.Answer{}, scope, err
	}
	if b.forAllIn(in.Channel).Has(found.Passages[0].Document.Collection) {
		return index.Answer{}, scope, nil
	}
	return found, scope, nil
}

// forAllIn is what all people in a channel may see, whatever is searched there.
func (b *Bot) forAllIn(channel string) rights.Scope {
	rules := b.config.Rules
	rules.Channels = nil
	return rules.Scope(b.collectionNames(), "", rights.Place{Channel: channel})
}

// showNarrower shows the asker alone what was offered. It is asked again: rights and documents may have
// changed since.
func (b *Bot) showNarrower(ctx context.Context, a Act) error {
	answer, err := b.ownAnswer(ctx, a, a.Value)
	if err != nil {
		return err
	}
	in := Incoming{Kind: KindShortcut, Key: a.Key, Team: a.Team, Channel: a.Channel, User: a.User, Thread: answer.Thread, TS: answer.QuestionTS,
		Question: answer.Question, Received: a.At}
	found, scope, err := b.narrower(ctx, in, rights.Scope{Names: answer.Collections})
	if err != nil {
		return fmt.Errorf("ask: %w", err)
	}
	c := b.catalogue(ctx, a.User)
	if found.Verdict != index.VerdictAnswer {
		return b.whisper(ctx, a, plain(c.NothingOpen, Options{}))
	}
	o := b.options(in)
	o.Locale, o.Limited = b.locales.of(ctx, a.User), true
	shown := b.shown(ctx, in, found)
	shown.shareable = false // not everyone here may see it
	o.Actions = b.below(c, shown)
	b.keep(ctx, in, finding{answer: found, scope: scope}, "")
	if err := b.postEphemeral(ctx, a.Channel, a.User, answer.Thread, Render(found, o)); err != nil {
		return err
	}
	if err := b.unwhisper(ctx, a); err != nil {
		b.log.Warn("an offer stays", "key", a.Key, "error", err)
	}
	return nil
}
