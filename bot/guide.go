package bot

import (
	"context"

	"github.com/slack-go/slack"

	"verbatim/corpus"
)

// "How to use me": the guide for those who ask, in a modal, from the Home tab. It is the one that comes
// with the program, whatever documents there are.

const (
	// guideEnd is the heading in the guide from which on it is for those who run the bot.
	guideEnd = "How to try it without Slack"
	// maxGuideBlocks is the most blocks of a modal. Source: docs.slack.dev, reference/views.
	maxGuideBlocks = 100
)

func guideButton(c *catalogue) slack.BlockElement { return button("guide", "", c.Guide) }

// showGuide opens the modal.
func (b *Bot) showGuide(ctx context.Context, a Act) error {
	c := b.catalogue(ctx, a.User)
	return b.openModal(ctx, a, slack.ModalViewRequest{
		Title: viewText(c.Guide), Close: viewText(c.Close), Blocks: slack.Blocks{BlockSet: guide()},
	})
}

// guide is the guide as far as it is for those who ask: a block for each heading and paragraph.
func guide() []slack.Block {
	doc := corpus.Guide()
	sentences := doc.Sentences()
	var blocks []slack.Block
	for from := 0; from < len(sentences) && len(blocks) < maxGuideBlocks; {
		to := from + 1
		for to < len(sentences) && sentences[to].Paragraph == sentences[from].Paragraph {
			to++
		}
		if sentences[from].Kind == corpus.Heading && sentences[from].Text == guideEnd {
			break
		}
		if p := paragraph(sentences[from:to], -1); p != nil {
			blocks = append(blocks, p)
		}
		from = to
	}
	return blocks
}
