package bot

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"verbatim/bot/rights"
)

// "/ask stats": what was asked in the last month, for an admin alone.

// statsFor is the time that is looked back on.
const statsFor = 30 * 24 * time.Hour

func (b *Bot) stats(ctx context.Context, a Act) error {
	f, err := b.figures(ctx, a.At.Add(-statsFor))
	if err != nil {
		return err
	}
	c := b.catalogue(ctx, a.User)
	return b.whisper(ctx, a, plain(c.StatsTitle+"\n"+strings.Join(c.sayFigures(f), "\n"), Options{}))
}

// sayFigures tells figures, a line for each kind.
func (c *catalogue) sayFigures(f figures) []string {
	if f.asked == 0 {
		return []string{c.StatsNone}
	}
	n := strconv.Itoa
	lines := []string{
		fill(c.StatsAsked, "asked", n(f.asked), "answered", n(f.answered), "unanswered", n(f.asked-f.answered)),
		fill(c.StatsVotes, "up", n(f.up), "down", n(f.down)),
	}
	if len(f.took) > 0 {
		lines = append(lines, fill(c.StatsTime, "p50", milliseconds(f.quantile(0.5)), "p99", milliseconds(f.quantile(0.99))))
	}
	var ways []string
	for k, times := range f.ways {
		ways = append(ways, c.way(k)+" "+n(times))
	}
	slices.Sort(ways)
	return append(lines, fill(c.StatsWays, "ways", strings.Join(ways, ", ")))
}

func milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

// way names a door. One that is new here has its own name.
func (c *catalogue) way(k Kind) string {
	switch k {
	case KindMention:
		return c.WayMention
	case KindDirect:
		return c.WayDirect
	case KindSlash:
		return c.WaySlash
	case KindHome:
		return c.WayHome
	case KindShortcut:
		return c.WayShortcut
	}
	return string(k)
}

// isAdmin says whether a user may see what is for admins, where nobody else reads along.
func (b *Bot) isAdmin(user string) bool {
	return b.config.Rules.May(user, rights.Administer, rights.Place{Alone: true})
}
