package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/slack-go/slack"
)

const (
	// maxNotices is the most askers that wait to be told that their questions wait; more are not told.
	maxNotices = 64
	// noticePause is the least time between two such notices. Slack takes a hundred in a minute.
	noticePause = time.Second
)

// takenBack are Slack's answers to a post under a message that is gone: nobody waits for the answer.
// Source: docs.slack.dev, the errors of chat.postMessage and conversations.replies.
var takenBack = map[string]bool{"message_not_found": true, "thread_not_found": true, "invalid_thread_ts": true}

// elsewhere is a question as it is answered in direct messages with its asker; ok is false where nobody is
// known who asked, and where that is where it is answered anyway.
func (in Incoming) elsewhere() (direct Incoming, ok bool) {
	ok = in.User != "" && in.Kind != KindDirect && in.Kind != KindHome
	in.Channel, in.Thread = in.User, ""
	return in, ok
}

// tellElsewhere brings an answer to the asker as a direct message, when the place where it was asked
// for takes none: the channel is gone, archived or closed to the bot, or the address is spent. That is
// posted as any answer is. It returns nil if the answer has arrived there; an error that leaves the question
// open while it may yet arrive; and else the reason why it has arrived nowhere.
func (b *Bot) tellElsewhere(ctx context.Context, j *job, m Message, posting func() error, why error) error {
	if _, ok := j.in.elsewhere(); !ok || takenBack[code(why)] {
		return why
	}
	err := b.postDirect(ctx, j, m.under(b.catalogue(ctx, j.in.User).sayElsewhere(code(why), j.in)), posting)
	switch {
	case err == nil:
		b.log.Warn("answer brought to its asker as a direct message", "key", j.in.Key, "channel", j.in.Channel, "why", why)
		return nil
	case unreachable(err):
		return fmt.Errorf("%w; as a direct message: %w", why, err)
	}
	return err
}

// postDirect posts an answer in direct messages with who asked.
func (b *Bot) postDirect(ctx context.Context, j *job, m Message, posting func() error) (err error) {
	direct := *j
	direct.in, _ = j.in.elsewhere()
	_, j.blind, err = b.poster.post(ctx, direct, m, posting)
	return err
}

// scopeOpen is the optional right to ask for the channel of the direct messages with a user.
const scopeOpen = "im:write"

// maxOwnAnswers is how many of a user's answers are looked through for one in direct messages.
const maxOwnAnswers = 25

// directWith returns the channel of the direct messages with a user, or errMayNotLook where the bot has
// neither heard of it nor may ask for it.
func (b *Bot) directWith(ctx context.Context, user string) (string, error) {
	all, err := b.config.Memory.Answers.Answers(ctx, user, maxOwnAnswers)
	b.noteMemory("", err)
	for _, a := range all {
		if a.Kind == string(KindDirect) { // a command may be given in direct messages of others
			return a.Channel, nil
		}
	}
	if !b.mayOpen {
		return "", errMayNotLook
	}
	if err := b.opening.wait(ctx); err != nil {
		return "", err
	}
	channel, _, _, err := b.api.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{user}})
	if err != nil {
		return "", fmt.Errorf("conversations.open: %w", b.opening.heed(err))
	}
	return channel.ID, nil
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
