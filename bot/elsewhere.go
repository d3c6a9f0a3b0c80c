package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/slack-go/slack"
)

const (
	// tellWithin is how long a message to an asker about the fate of a question is tried.
	tellWithin = 2 * time.Minute
	// maxNotices is the most askers that wait to be told that their questions wait; more are not told.
	maxNotices = 64
	// noticePause is the least time between two such notices. Slack takes a hundred in a minute.
	noticePause = time.Second
)

// takenBack are Slack's answers to a post under a message that is gone: nobody waits for the answer.
// Source: docs.slack.dev, the errors of chat.postMessage and conversations.replies.
var takenBack = map[string]bool{"message_not_found": true, "thread_not_found": true, "invalid_thread_ts": true}

// tellElsewhere brings an answer to the asker as a direct message, when the place where it was asked
// for takes none: the channel is gone, archived or closed to the bot, or the address is spent. It
// returns nil if the answer has arrived there, and else the reason why it has arrived nowhere.
//
// This is tried once only where nobody can know what became of it: a second message of this kind
// would say nothing new.
func (b *Bot) tellElsewhere(ctx context.Context, in Incoming, m Message, why error) error {
	if in.User == "" || in.Kind == KindDirect || in.Kind == KindHome || takenBack[code(why)] {
		return why
	}
	ctx, cancel := context.WithTimeout(ctx, tellWithin)
	defer cancel()
	m = m.under(b.catalogue(ctx, in.User).sayElsewhere(code(why), in))
	direct := in
	direct.Channel, direct.Thread = in.User, ""
	for failures := 1; ; failures++ {
		if err := b.poster.turns.wait(ctx, direct.Channel); err != nil {
			return why
		}
		if _, err := b.config.Journal.Claim(ctx, in.Key); err != nil {
			return err
		}
		_, err := b.poster.send(ctx, direct, m)
		if err == nil {
			b.log.Warn("answer brought to its asker as a direct message", "key", in.Key, "channel", in.Channel, "why", why)
			return nil
		}
		what, pause := judge(err)
		switch {
		case what == wait:
			b.poster.turns.held.pause(pause)
		case what == again && sleep(ctx, backoff(failures)):
		case what == simpler && m.Blocks != nil:
			m.Blocks = nil
		default:
			return fmt.Errorf("%w; as a direct message: %w", why, err)
		}
	}
}

// A notice tells an asker that a question waits; held says that it was in hand then, away that it waits for
// what cannot be reached.
type notice struct {
	in         Incoming
	held, away bool
}

// tellWaiting tells an asker that a question waits, soon and unless many are to be told. Commands are
// told in their acknowledgement.
func (b *Bot) tellWaiting(in Incoming) {
	if in.Kind.private() || in.Kind == KindHome {
		return
	}
	select {
	case b.notices <- notice{in: in, held: b.lanes.holds(in.Key)}:
	default:
	}
}

// tell sends the notices of waiting, seen by each asker alone, until ctx ends. None is worth a second
// try.
func (b *Bot) tell(ctx context.Context) {
	for {
		var n notice
		select {
		case n = <-b.notices:
		case <-ctx.Done():
			return
		}
		in := n.in
		if n.held && !b.lanes.holds(in.Key) {
			continue // answered meanwhile
		}
		says := b.catalogue(ctx, in.User).Waits
		if n.away {
			says = b.catalogue(ctx, in.User).AwayWaits
		}
		_, err := b.api.PostEphemeralContext(ctx, in.Channel, in.User, plain(says, Options{}).options(in.Thread)...)
		if err != nil {
			b.log.Info("cannot tell that a question waits", "key", in.Key, "error", err)
		}
		var limited *slack.RateLimitedError
		pause := noticePause
		if errors.As(err, &limited) {
			pause = max(pause, limited.RetryAfter)
		}
		if !sleep(ctx, pause) {
			return
		}
	}
}

// under puts a line of the bot's own words above a message.
func (m Message) under(line string) Message {
	m.Text = escaper.Replace(line) + "\n" + m.Text
	if m.Blocks != nil {
		m.Blocks = append([]slack.Block{section(text(line, false, false))}, m.Blocks...)
	}
	return m
}

// over puts a small line of the bot's own words below a message.
func (m Message) over(line string) Message {
	m.Text += "\n" + escaper.Replace(line)
	if m.Blocks != nil {
		m.Blocks = append(m.Blocks[:len(m.Blocks):len(m.Blocks)], footnotes([]string{line}))
	}
	return m
}
