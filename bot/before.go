package bot

import (
	"context"
	"slices"

	"github.com/slack-go/slack"

	"verbatim/bot/memory"
	"verbatim/bot/rights"
	"verbatim/index"
)

// "Asked before": below an answer stands where the same question was answered helpfully, if everyone who
// reads it may open that.

// maxVotesBack is how many votes are looked through: the newest.
const maxVotesBack = 1000

// earlier finds an earlier answer to the same question; nil for none. What cannot be found out in time
// costs the line and not the answer.
func (b *Bot) earlier(ctx context.Context, in Incoming, scope rights.Scope, found index.Answer) *Earlier {
	key := index.QuestionKey(in.Question)
	if found.Verdict != index.VerdictAnswer || key == "" || in.External {
		return nil
	}
	votes, err := b.config.Memory.Votes.Votes(ctx, maxVotesBack)
	if err != nil {
		b.noteMemory(in.Key, err)
		return nil
	}
	for _, v := range votes {
		a, err := b.config.Memory.Answers.Answer(ctx, v.Answer)
		if err != nil || a.Asked != key {
			continue
		}
		if !v.Up {
			return nil // the last vote on any answer to this question is against it
		}
		if !b.maySeeEarlier(ctx, in, scope, a) {
			continue
		}
		if link := b.linkTo(ctx, a); link != "" {
			return &Earlier{URL: link, At: a.At}
		}
	}
	return nil
}

// maySeeEarlier says whether everyone who reads the answer to a question may open an earlier one: it
// stands in the same conversation or a public channel, it quotes nothing that is closed here, and it is
// still true.
func (b *Bot) maySeeEarlier(ctx context.Context, in Incoming, scope rights.Scope, a memory.Answer) bool {
	here := a.Channel == in.Channel
	if a.Alone() || a.External || here && a.Thread == in.Thread && in.Thread != "" {
		return false
	}
	stale := func(q memory.Quoted) bool { return !scope.Has(q.Collection) || q.Was != "" || q.Gone || q.Outdated }
	if slices.ContainsFunc(a.Passages, stale) {
		return false
	}
	return here || a.Kind == string(KindMention) && b.places.public(ctx, b, a.Channel)
}

// linkTo returns the address of a message that holds an answer; "" where Slack gives none in time.
func (b *Bot) linkTo(ctx context.Context, a memory.Answer) string {
	return b.places.link(a.ID, func() string {
		ctx, cancel := context.WithTimeout(ctx, lookWithin)
		defer cancel()
		link, err := b.api.GetPermalinkContext(ctx, &slack.PermalinkParameters{Channel: a.Channel, Ts: a.TS})
		if err != nil {
			b.log.Warn("no link to an answer", "answer", a.ID, "error", err)
			return ""
		}
		return safeURL(link)
	})
}
