package bot

import (
	"context"
	"fmt"

	"github.com/slack-go/slack"

	"verbatim/index"
)

// "Why this?": which words of the question matched and how, the score against the bar, and what was
// searched. The question is asked again, as the same question to the same documents gets the same
// answer.

func whyButton(c *catalogue, s shown) slack.BlockElement {
	if len(s.answer.Passages) == 0 {
		return nil
	}
	return button("why", s.id, c.WhyThis)
}

// explain shows the user alone why an answer is what it is.
func (b *Bot) explain(ctx context.Context, a Act) error {
	answer, scope, err := b.recalled(ctx, a, a.Value)
	if err != nil {
		return err
	}
	again := searched(answer, scope)
	if again.Empty() {
		return errNotOpen
	}
	// One passage more than was shown is the runner-up.
	found, err := b.config.Asker.Ask(ctx, answer.Question, AskOptions{Collections: collections(again), Top: len(answer.Passages) + 1, Explain: true})
	if err != nil {
		return fmt.Errorf("ask: %w", err)
	}
	c := b.catalogue(ctx, a.User)
	return b.whisper(ctx, a, b.because(c, found, len(answer.Passages)))
}

// because lays out an explanation of passages, of which so many were shown.
func (b *Bot) because(c *catalogue, found index.Answer, shown int) Message {
	s := sheet{say: c, lead: words(c.Why), searched: found.Searched}
	for i, e := range found.Explanations[:min(len(found.Explanations), len(found.Passages))] {
		p := found.Passages[i]
		g := group{document: p.Document.ID, source: sourceOf(p.Document, c), quotes: []quote{quoteOf(p, false)}}
		g.source.number = i + 1
		g.source.addPlace(p)
		if g.notes = c.sayWhy(e); i >= shown {
			g.above = c.WhyRunnerUp
		}
		s.groups = append(s.groups, g)
	}
	if len(s.groups) == 0 {
		s.lead = words(c.WhyNothing)
	}
	if built := b.config.Catalog.Built(); !built.IsZero() {
		s.foot = append(s.foot, fill(c.WhyIndex, "date", built.Format(c.Date)))
	}
	s.foot = append(s.foot, c.WhySame)
	return s.message()
}
