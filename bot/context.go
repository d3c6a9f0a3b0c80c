package bot

import (
	"context"

	"github.com/slack-go/slack"

	"verbatim/bot/memory"
	"verbatim/corpus"
	"verbatim/index"
)

// "Show in context": a modal with what surrounds each quote in its document.

const (
	// contextSentences is how many sentences before and after a quote are shown: about a paragraph.
	contextSentences = 6
	// maxContextText is the most UTF-16 units of one sentence there.
	maxContextText = 2000
	// maxTitleOfView is the most characters of a modal's title, and of its buttons.
	// Source: docs.slack.dev, reference/views.
	maxTitleOfView = 24
)

func contextButton(c *catalogue, s shown) slack.BlockElement {
	if s.answer.Verdict != index.VerdictAnswer || len(s.answer.Passages) == 0 {
		return nil
	}
	return button("context", s.id, c.ShowContext)
}

// showContext opens the modal.
func (b *Bot) showContext(ctx context.Context, a Act) error {
	answer, _, err := b.recalled(ctx, a, a.Value)
	if err != nil {
		return err
	}
	c := b.catalogue(ctx, a.User)
	blocks := []slack.Block{footnotes([]string{c.ContextLead})}
	for i, q := range answer.Passages {
		if i > 0 {
			blocks = append(blocks, slack.NewDividerBlock())
		}
		blocks = append(blocks, b.contextOf(ctx, c, q)...)
	}
	return b.openModal(ctx, a, slack.ModalViewRequest{
		Title: viewText(c.ContextTitle), Close: viewText(c.Close), Blocks: slack.Blocks{BlockSet: blocks},
	})
}

// viewText is a title or button of a modal.
func viewText(s string) *slack.TextBlockObject { return plainText(cut(s, maxTitleOfView)) }

// contextOf shows one quote with what surrounds it, or says that it stands there no more.
func (b *Bot) contextOf(ctx context.Context, c *catalogue, q memory.Quoted) []slack.Block {
	around, err := b.config.Asker.Around(ctx, q.Document, q.Ordinal, contextSentences, contextSentences)
	at := -1
	for i, s := range around.Sentences {
		if s.Ordinal == q.Ordinal && hashOf(s.Text) == q.Hash {
			at = i
		}
	}
	if err != nil || at < 0 || around.Document.Collection != q.Collection {
		return []slack.Block{section(text(c.ContextChanged, false, true))}
	}
	source := sourceOf(around.Document, c)
	quoted := around.Sentences[at]
	source.addPlace(index.Passage{Heading: quoted.Headings, Page: quoted.Page})
	blocks := []slack.Block{source.block()}
	for from := 0; from < len(around.Sentences); {
		to := from + 1
		for to < len(around.Sentences) && around.Sentences[to].Paragraph == around.Sentences[from].Paragraph {
			to++
		}
		if p := paragraph(around.Sentences[from:to], quoted.Ordinal); p != nil {
			blocks = append(blocks, p)
		}
		from = to
	}
	return blocks
}

// paragraph shows the sentences of a block of the document; nil if there is nothing to be seen.
func paragraph(sentences []corpus.Sentence, quoted int) slack.Block {
	var parts []slack.RichTextSectionElement
	holds := false
	for _, s := range sentences {
		shown := cut(clean(s.Text), maxContextText)
		if shown == "" {
			continue
		}
		if len(parts) > 0 {
			parts = append(parts, text(" ", false, false))
		}
		parts = append(parts, text(shown, s.Ordinal == quoted || s.Kind == corpus.Heading, false))
		holds = holds || s.Ordinal == quoted
	}
	switch {
	case len(parts) == 0:
		return nil
	case holds:
		return slack.NewRichTextBlock("", &slack.RichTextQuote{Type: slack.RTEQuote, Elements: parts})
	}
	return section(parts...)
}
