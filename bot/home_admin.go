package bot

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"verbatim/bot/memory"
	"verbatim/bot/rights"
	"verbatim/index"
)

// What the Home tab shows to admins below what it shows to all: how the program does, what it could not
// answer, which documents want a look, and how channels are set.

// maxLine is the most characters of one line there.
const maxLine = 300

// maxChecks is how many things that were looked at are told there, what is wrong first.
const maxChecks = 20

// adminHome returns the blocks for an admin; none for anybody else.
func (b *Bot) adminHome(ctx context.Context, c *catalogue, user string) ([]slack.Block, error) {
	if !b.isAdmin(user) {
		return nil, nil
	}
	scope, err := b.scope(ctx, user, rights.Place{Alone: true})
	if err != nil {
		return nil, err
	}
	blocks := []slack.Block{slack.NewDividerBlock(), slack.NewHeaderBlock(plainText(c.AdminTitle))}
	list := func(title string, lines []string) {
		if len(lines) == 0 {
			lines = []string{c.AdminNothing}
		}
		blocks = append(blocks, header(title), section(text(strings.Join(lines, "\n"), false, false)))
	}
	list(c.AdminHealth, b.health(ctx, c))
	gaps, err := b.gapBlocks(ctx, c)
	if err != nil {
		return nil, err
	}
	blocks = append(blocks, gaps...)
	all, err := b.standings(ctx, nowMinus(month))
	if err != nil {
		return nil, err
	}
	list(c.AdminWorst, c.sayWorst(b.worst(ctx, all, scope)))
	list(c.AdminOld, c.sayStale(b.stale(ctx, all, scope)))
	list(c.AdminFailed, b.failedFiles(c, scope))
	channels, err := b.channelBlocks(ctx, c, scope)
	return append(blocks, channels...), err
}

// health is a line for each thing looked at.
func (b *Bot) health(ctx context.Context, c *catalogue) []string {
	checks := []Check{{Name: fill(c.HealthSockets, "n", strconv.Itoa(b.Stats().Connections)), OK: b.Stats().Connections > 0}}
	if b.config.Desk.Health != nil {
		checks = append(checks, b.config.Desk.Health(ctx)...)
	}
	var lines []string
	for _, check := range checks {
		line := "✗ " + clean(check.Name)
		if check.OK {
			line = "✓ " + clean(check.Name)
		}
		if check.Detail != "" {
			line += ": " + clean(check.Detail)
		}
		lines = append(lines, cut(line, maxLine))
	}
	return c.few(lines, maxChecks)
}

// few keeps the first n lines, and says how many there are besides.
func (c *catalogue) few(lines []string, n int) []string {
	if len(lines) <= n {
		return lines
	}
	return append(lines[:n:n], fill(c.AdminMore, "n", strconv.Itoa(len(lines)-n)))
}

// gapBlocks shows what no document answered, with what can be done about it.
func (b *Bot) gapBlocks(ctx context.Context, c *catalogue) ([]slack.Block, error) {
	groups, err := b.unanswered(ctx, nowMinus(month))
	if err != nil {
		return nil, err
	}
	blocks := []slack.Block{header(c.AdminGaps)}
	if len(groups) == 0 {
		return append(blocks, section(text(c.AdminNothing, false, false))), nil
	}
	for _, group := range groups[:min(len(groups), maxListed)] {
		var buttons []slack.BlockElement
		if b.config.Desk.FAQ != nil {
			buttons = append(buttons, button("gap_write", group[0].ID, c.GapWrite))
		}
		buttons = append(buttons, button("gap_ignore", group[0].ID, c.GapIgnore))
		blocks = append(blocks, section(text(c.sayGap(group), false, false)), slack.NewActionBlock("", buttons...))
	}
	if n := len(groups) - maxListed; n > 0 {
		blocks = append(blocks, section(text(fill(c.AdminMore, "n", strconv.Itoa(n)), false, false)))
	}
	return blocks, nil
}

// sayGap tells what was asked, and how often.
func (c *catalogue) sayGap(group []memory.Gap) string {
	return "• " + cut(clean(group[0].Question), maxLine) + " (" + c.GapTimes.of(len(group)) + ")"
}

func (c *catalogue) sayWorst(list []*standing) (lines []string) {
	for _, s := range list {
		lines = append(lines, "• "+fill(c.AdminWorstLine, "title", cut(title(s.source, c), maxLine), "down", strconv.Itoa(s.down), "up", strconv.Itoa(s.up)))
	}
	return lines
}

func (c *catalogue) sayStale(list []*standing) (lines []string) {
	for _, s := range list {
		lines = append(lines, "• "+fill(c.AdminOldLine, "title", cut(title(s.source, c), maxLine), "times", c.QuotedTimes.of(s.quoted), "date", c.day(s.source.Published)))
	}
	return lines
}

// day is a date of the form YYYY-MM-DD in this language; "" for anything else.
func (c *catalogue) day(published string) string {
	t, err := time.Parse(index.DateFormat, published)
	if err != nil {
		return ""
	}
	return t.Format(c.Date)
}

// failedFiles lists the files that could not be read, of collections in a scope.
func (b *Bot) failedFiles(c *catalogue, scope rights.Scope) []string {
	if b.config.Desk.Problems == nil {
		return nil
	}
	var lines []string
	for _, p := range b.config.Desk.Problems() {
		if scope.Has(p.Collection) {
			lines = append(lines, cut("• "+clean(p.Path)+": "+clean(p.Reason), maxLine))
		}
	}
	return c.few(lines, 2*maxListed)
}

// channelBlocks shows the channels for which something is set, with what is searched there. Collections
// outside a scope are not named.
func (b *Bot) channelBlocks(ctx context.Context, c *catalogue, scope rights.Scope) ([]slack.Block, error) {
	set, err := b.config.Memory.Channels.Channels(ctx)
	if err != nil {
		return nil, err
	}
	var ids []string
	for id := range b.config.Rules.Channels {
		ids = append(ids, id)
	}
	for _, s := range set {
		if !slices.Contains(ids, s.ID) {
			ids = append(ids, s.ID)
		}
	}
	slices.Sort(ids)
	blocks := []slack.Block{header(c.AdminChannels)}
	for _, id := range ids[:min(len(ids), 2*maxListed)] {
		rules, err := b.rules(ctx, id)
		if err != nil {
			return nil, err
		}
		blocks = append(blocks, section(slack.NewRichTextSectionChannelElement(id, nil), text(": "+c.sayChannel(rules.Channels[id], scope), false, false)))
	}
	how := fill(c.AdminChannelsHow, "command", b.config.Command)
	if n := len(ids) - 2*maxListed; n > 0 {
		how = fill(c.AdminMore, "n", strconv.Itoa(n)) + " " + how
	}
	return append(blocks, footnotes([]string{how})), nil
}

// sayChannel tells how a channel is set.
func (c *catalogue) sayChannel(set rights.Channel, scope rights.Scope) string {
	var parts []string
	for _, name := range set.Collections {
		if scope.Has(name) {
			parts = append(parts, cut(clean(name), maxName))
		}
	}
	parts = []string{strings.Join(parts, ", ")}
	if len(set.Collections) == 0 {
		parts[0] = c.SettingsAll
	}
	if set.Private {
		parts = append(parts, c.AnswersPrivate)
	}
	if set.FollowUps != "" && set.FollowUps != rights.Never {
		parts = append(parts, c.SettingsFollowUps+": "+c.mode(set.FollowUps))
	}
	if set.Untagged != "" && set.Untagged != rights.Never {
		parts = append(parts, c.SettingsUntagged+": "+c.mode(set.Untagged))
	}
	return cut(strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), " · "), 3*maxLine)
}
