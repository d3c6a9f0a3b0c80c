package bot

import (
	"strings"
	"unicode/utf8"
)

// text gives a sheet the form of escaped text, of at most so many characters, whose only markup are the links of sources. The first
// line carries the point, as a notification shows little more: the quote itself where there is an
// answer. mrkdwn has no escape for "*", "_", "~" and backticks; where the text is all that Slack gets,
// it is told to read no mrkdwn. No line begins with text of a document, so that none becomes a block
// quote even so.
func (s sheet) text(most int) string {
	b := builder{most: most}
	if s.restated != "" {
		b.line(s.restating + s.restated)
	}
	if len(s.lead) > 0 {
		b.line(join(s.lead))
	}
	for _, g := range s.groups {
		g.writeText(&b, s.say)
	}
	if s.earlier != nil {
		b.raw(s.say.sayEarlier(s.earlier), bareLink(s.earlier.URL))
	}
	for _, f := range s.feet() {
		b.line(f)
	}
	return b.String()
}

func (g group) writeText(b *builder, c *catalogue) {
	if g.above != "" {
		b.line(g.above)
	}
	if g.sourceFirst {
		b.source(g.source)
	}
	for _, q := range g.quotes {
		b.line("“" + join(q.runs) + "”")
		if q.before != "" {
			b.line(c.Before + q.before)
		}
		if q.after != "" {
			b.line(c.After + q.after)
		}
	}
	if !g.sourceFirst {
		b.source(g.source)
	}
	for _, n := range g.notes {
		b.line(n)
	}
}

func join(runs []run) string {
	var b strings.Builder
	for _, r := range runs {
		b.WriteString(r.text)
	}
	return b.String()
}

// A builder collects escaped lines up to most characters.
type builder struct {
	strings.Builder
	most int
	n    int
	full bool
}

// line adds a line of plain text.
func (b *builder) line(s string) { b.raw(s, "") }

// source adds a source line; its URL is spelled out, as a link without a label.
func (b *builder) source(s source) {
	line := "— " + s.label() + s.rest()
	if s.url == "" {
		b.line(line)
		return
	}
	b.raw(line, bareLink(s.url))
}

// bareLink is the markup of a URL without a label, after a space.
func bareLink(url string) string { return " <" + strings.ReplaceAll(url, "&", "&amp;") + ">" }

// raw adds a line of plain text, to be escaped and kept from becoming links, and a tail that is
// markup already. The line that does not fit is cut, without its tail, and ends the text.
func (b *builder) raw(s, tail string) {
	if b.full || s == "" {
		return
	}
	s = unlinked(s)
	if b.n > 0 {
		b.WriteByte('\n')
		b.n++
	}
	escaped := escaper.Replace(s)
	if n := utf8.RuneCountInString(escaped) + utf8.RuneCountInString(tail); b.n+n <= b.most-2 {
		b.n += n
		b.WriteString(escaped + tail)
		return
	}
	b.full = true
	b.WriteString(escapeUpTo(s, b.most-b.n-1) + ellipsis)
}

// escapeUpTo escapes as much of s as gives at most n characters.
func escapeUpTo(s string, n int) string {
	var b strings.Builder
	for i, r := range s {
		e := escaper.Replace(string(r))
		if n -= utf8.RuneCountInString(e); n < 0 {
			return escaper.Replace(s[:boundary(s, i)])
		}
		b.WriteString(e)
	}
	return b.String()
}
