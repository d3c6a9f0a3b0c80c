package bot

import "github.com/slack-go/slack"

// blocks gives a sheet the form of Block Kit. All text stands in text elements of rich_text blocks
// and in plain_text objects, where Slack reads no markup; links are elements of their own.
func (s sheet) blocks() []slack.Block {
	var all []slack.Block
	if s.restated != "" {
		all = append(all, section(text(s.restating, true, false), text(s.restated, false, false)))
	}
	if len(s.lead) > 0 {
		all = append(all, section(elements(s.lead)...))
	}
	for _, g := range s.groups {
		all = append(all, g.blocks()...)
	}
	if e := s.earlier; e != nil {
		all = append(all, section(text(s.say.sayEarlier(e)+" ", false, false), slack.NewRichTextSectionLinkElement(e.URL, s.say.EarlierLink, nil)))
	}
	if lines := s.feet(); len(lines) > 0 {
		all = append(all, footnotes(lines))
	}
	return append(all, s.actions...)
}

func (g group) blocks() []slack.Block {
	var all []slack.Block
	for _, q := range g.quotes {
		all = append(all, q.block())
	}
	if g.sourceFirst {
		all = append([]slack.Block{g.source.block()}, all...)
	} else {
		all = append(all, g.source.block())
	}
	if g.above != "" {
		all = append([]slack.Block{footnotes([]string{g.above})}, all...)
	}
	if len(g.notes) > 0 {
		all = append(all, footnotes(g.notes))
	}
	return all
}

func (q quote) block() slack.Block {
	var parts []slack.RichTextSectionElement
	if q.before != "" {
		parts = append(parts, text(q.before+" ", false, false))
	}
	parts = append(parts, elements(q.runs)...)
	if q.after != "" {
		parts = append(parts, text(" "+q.after, false, false))
	}
	return slack.NewRichTextBlock("", &slack.RichTextQuote{Type: slack.RTEQuote, Elements: parts})
}

func (s source) block() slack.Block {
	var parts []slack.RichTextSectionElement
	if s.url == "" {
		parts = append(parts, text(s.label()+s.rest(), false, false))
		return section(parts...)
	}
	before, label, after := s.numbered(), s.title, s.rest()
	if s.host != "" {
		before, label, after = s.label()+" (", s.host, ")"+after
	}
	if before != "" {
		parts = append(parts, text(before, false, false))
	}
	parts = append(parts, slack.NewRichTextSectionLinkElement(s.url, label, nil))
	if after != "" {
		parts = append(parts, text(after, false, false))
	}
	return section(parts...)
}

func section(parts ...slack.RichTextSectionElement) slack.Block {
	return slack.NewRichTextBlock("", slack.NewRichTextSection(parts...))
}

func elements(runs []run) []slack.RichTextSectionElement {
	all := make([]slack.RichTextSectionElement, 0, len(runs))
	for _, r := range runs {
		all = append(all, text(r.text, r.bold, r.italic))
	}
	return all
}

func text(s string, bold, italic bool) slack.RichTextSectionElement {
	if !bold && !italic {
		return slack.NewRichTextSectionTextElement(s, nil)
	}
	return slack.NewRichTextSectionTextElement(s, &slack.RichTextSectionTextStyle{Bold: bold, Italic: italic})
}

// footnotes is one small grey line for each text; there are never more than the ten that a context
// block may hold.
func footnotes(lines []string) slack.Block {
	var parts []slack.MixedElement
	for _, l := range lines {
		parts = append(parts, slack.NewTextBlockObject(slack.PlainTextType, l, false, false))
	}
	return slack.NewContextBlock("", parts...)
}
