package bot

import (
	"context"
	"fmt"

	"github.com/slack-go/slack"

	"verbatim/index"
)

// "More": the passages that come next, for the user alone.

// morePassages is how many more passages are shown.
const morePassages = 4

func moreButton(c *catalogue, s shown) slack.BlockElement {
	if s.answer.Verdict != index.VerdictAnswer {
		return nil
	}
	return button("more", s.id, c.More)
}

// more shows what comes after what was shown.
func (b *Bot) more(ctx context.Context, a Act) error {
	answer, scope, err := b.recalled(ctx, a, a.Value)
	if err != nil {
		return err
	}
	again := searched(answer, scope)
	if again.Empty() {
		return errNotOpen
	}
	found, err := b.config.Asker.Ask(ctx, answer.Question, AskOptions{Collections: collections(again), Top: len(answer.Passages) + morePassages})
	if err != nil {
		return fmt.Errorf("ask: %w", err)
	}
	quoted := map[string]bool{}
	for _, q := range answer.Passages {
		quoted[q.Hash] = true
	}
	var next []index.Passage
	for _, p := range b.standing(ctx, a.Key, found.Passages) {
		if !quoted[hashOf(p.Quote)] && len(next) < morePassages {
			next = append(next, p)
		}
	}
	c := b.catalogue(ctx, a.User)
	s := sheet{say: c, lead: words(c.MoreLead), searched: found.Searched}
	if s.groups = s.gather(next, false); len(s.groups) == 0 {
		s.lead = words(c.MoreNothing)
	}
	return b.whisper(ctx, a, s.message())
}
