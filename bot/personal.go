package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"verbatim/bot/memory"
)

// What a person may ask of the memory: "/ask export me" sends them all that is kept of them, and
// "/ask forget me", after a click that confirms it, or the Home tab deletes it.

const (
	// exportMessage is the most characters of records in one message. Their quotation marks are escaped
	// in blocks, which may have some 10,000 characters.
	exportMessage = 4000
	// exportMessages is the most messages of one export: the newest records, at Slack's one message a
	// second. Who has more is sent to those who can write a file.
	exportMessages = 8
	exportWithin   = time.Minute
)

// forgetByCommand asks whether to delete what is known of a user.
func (b *Bot) forgetByCommand(ctx context.Context, a Act) error {
	c := b.catalogue(ctx, a.User)
	m := plain(c.HomeForgetText, Options{})
	yes := button("forget_yes", "", c.Yes)
	yes.Style = slack.StyleDanger
	m.Blocks = []slack.Block{section(text(c.HomeForgetText, false, false)), slack.NewActionBlock("", yes)}
	return b.whisper(ctx, a, m)
}

// forgetConfirmed deletes what is known of a user, and says so.
func (b *Bot) forgetConfirmed(ctx context.Context, a Act) error {
	if err := b.forget(ctx, a.User); err != nil {
		return err
	}
	return b.whisper(ctx, a, plain(b.catalogue(ctx, a.User).Forgot, Options{}))
}

// forgetMe deletes what is known of a user, and shows the Home tab without it.
func (b *Bot) forgetMe(ctx context.Context, a Act) error {
	if err := b.forget(ctx, a.User); err != nil {
		return err
	}
	return b.publishHome(ctx, a)
}

// forget deletes what is known of a user. It leaves the disk soon after, with [Bot.renewFiles].
func (b *Bot) forget(ctx context.Context, user string) error {
	n, err := b.config.Memory.People.Forget(ctx, user)
	if err != nil {
		return err
	}
	b.forgot.Store(true)
	b.log.Info("a user was forgotten", "records", n)
	return nil
}

// export sends a user all that is kept of them, in direct messages.
func (b *Bot) export(ctx context.Context, a Act) error {
	p, err := b.config.Memory.People.Export(ctx, a.User)
	if err != nil {
		return err
	}
	c, n := b.catalogue(ctx, a.User), p.Records()
	if n == 0 {
		return b.whisper(ctx, a, plain(c.ExportNothing, Options{}))
	}
	parts, whole, err := exported(p)
	if err != nil {
		return err
	}
	says := c.Exported
	if !whole {
		says = c.ExportedPart
	}
	lead := plain(fill(says, "n", strconv.Itoa(n)), Options{})
	for _, m := range append([]Message{lead}, parts...) {
		if _, err := b.post(ctx, a.User, "", m); err != nil {
			return err
		}
	}
	b.log.Info("a user was sent what is kept of them", "records", n, "whole", whole)
	return b.whisper(ctx, a, plain(c.ExportSent, Options{}))
}

// exported makes messages of records, a line of JSON for each. Whole says that all of them fit.
func exported(p memory.Personal) (messages []Message, whole bool, err error) {
	lines, err := exportLines(p)
	if err != nil {
		return nil, false, err
	}
	page, pages := "", []string(nil)
	for _, line := range lines {
		if line = cut(line, exportMessage); page != "" && utf8.RuneCountInString(page)+1+utf8.RuneCountInString(line) > exportMessage {
			pages, page = append(pages, page), ""
		}
		if page != "" {
			page += "\n"
		}
		page += line
	}
	pages = append(pages, page)
	whole = len(pages) <= exportMessages
	for _, page := range pages[:min(len(pages), exportMessages)] {
		messages = append(messages, preformatted(page))
	}
	return messages, whole, nil
}

// exportLines are the records of a person, each as an object with the kind of the record as its name.
func exportLines(p memory.Personal) (lines []string, err error) {
	add := func(kind string, record any) {
		data, e := json.Marshal(map[string]any{kind: record})
		if e != nil {
			err = fmt.Errorf("export a %s: %w", kind, e)
		}
		lines = append(lines, string(data))
	}
	for _, r := range p.Answers {
		add("answer", r)
	}
	for _, r := range p.Gaps {
		add("unanswered", r)
	}
	for _, r := range p.Votes {
		add("vote", r)
	}
	for _, r := range p.Threads {
		add("thread", r)
	}
	for _, r := range p.Calls {
		add("call", r)
	}
	for _, r := range p.Proposals {
		add("proposal", r)
	}
	for _, r := range p.Channels {
		add("channel_settings", r)
	}
	return lines, err
}

// preformatted is a message of lines that are shown as they are.
func preformatted(lines string) Message {
	shown := &slack.RichTextPreformatted{Type: slack.RTEPreformatted, Elements: []slack.RichTextSectionElement{text(lines, false, false)}}
	return Message{Text: cut(escaper.Replace(unlinked(lines)), maxText), Blocks: []slack.Block{slack.NewRichTextBlock("", shown)}}
}
