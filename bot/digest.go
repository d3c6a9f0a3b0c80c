package bot

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"verbatim/bot/memory"
	"verbatim/bot/rights"
)

// The weekly digest: what the admins' channel is told on Monday mornings, where that is wanted.

const (
	week = 7 * 24 * time.Hour
	// digestHour is the hour of Monday, on the machine's clock, from which on it is posted.
	digestHour = 8
	// digestMark is where the memory keeps when it was last posted.
	digestMark = "digest"
)

// digest posts the digest if it is due: once a week, whatever restarts there are. The first one comes
// with the first Monday after it was switched on.
func (b *Bot) digest(ctx context.Context) error {
	channel := b.config.Rules.AdminChannel
	if !b.config.Desk.Weekly || channel == "" || !b.leads(DutyDigest) {
		return nil
	}
	now, marks := time.Now(), b.config.Memory.Marks
	last, err := marks.Mark(ctx, digestMark)
	if err != nil && !errors.Is(err, memory.ErrUnknown) {
		return err
	}
	begun := err == nil
	if begun && !last.At.Before(monday(now)) {
		return nil
	}
	// It is noted before it is posted: a digest less is better than one every hour from a bot whose
	// memory cannot be written.
	if err := marks.SaveMark(ctx, memory.Mark{ID: digestMark, At: now.UTC()}); err != nil || !begun {
		return err
	}
	m, err := b.digestOf(ctx, channel, now.Add(-week))
	if err == nil {
		_, err = b.post(ctx, channel, "", m)
	}
	if err != nil {
		return errors.Join(err, marks.SaveMark(context.WithoutCancel(ctx), last))
	}
	b.log.Info("digest posted", "channel", channel)
	return nil
}

// monday is the last Monday before a time, at the hour of the digest.
func monday(now time.Time) time.Time {
	days := (int(now.Weekday()) + 6) % 7
	at := time.Date(now.Year(), now.Month(), now.Day()-days, digestHour, 0, 0, 0, now.Location())
	if at.After(now) {
		at = at.AddDate(0, 0, -7)
	}
	return at
}

// digestOf tells of the time since. It is read by many, and so in English, and names only documents
// that everyone in the channel may see.
func (b *Bot) digestOf(ctx context.Context, channel string, since time.Time) (Message, error) {
	c := english()
	scope, err := b.scope(ctx, "", rights.Place{Channel: channel})
	if err != nil {
		return Message{}, err
	}
	f, err := b.figures(ctx, since)
	if err != nil {
		return Message{}, err
	}
	groups, err := b.unanswered(ctx, since)
	if err != nil {
		return Message{}, err
	}
	all, err := b.standings(ctx, since)
	if err != nil {
		return Message{}, err
	}
	var gaps []string
	for _, g := range groups {
		gaps = append(gaps, c.sayGap(g))
	}
	m := Message{}
	add := func(title string, lines []string) {
		if len(lines) == 0 {
			return
		}
		m.Text = cut(m.Text+escaper.Replace(unlinked(title+"\n"+strings.Join(lines, "\n")))+"\n", maxText)
		m.Blocks = append(m.Blocks, header(title), section(text(strings.Join(lines, "\n"), false, false)))
	}
	add(c.DigestTitle, c.sayFigures(f))
	add(c.AdminGaps, c.few(gaps, maxListed))
	add(c.AdminWorst, c.sayWorst(b.worst(ctx, all, scope)))
	add(c.AdminOld, c.sayStale(b.stale(ctx, all, scope)))
	m.Blocks = append(m.Blocks, slack.NewDividerBlock(), footnotes([]string{c.DigestMore}))
	return m, nil
}
