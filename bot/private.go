package bot

import (
	"context"
)

// Channels in which answers are for the asker alone, by their settings.

// whispers says that the asker alone is to see the answer to a question asked in a channel, also where the settings
// cannot be read. An error means that they can be soon.
func (b *Bot) whispers(ctx context.Context, in Incoming) (bool, error) {
	if in.alone() {
		return false, nil
	}
	rules, err := b.rules(ctx, in.Channel)
	if isAway(err) {
		return false, err // said aloud, it could not be taken back
	}
	b.noteMemory(in.Key, err)
	return err != nil || rules.Channels[in.Channel].Private, nil
}

// murmur shows an answer to the asker alone: where they asked, or, where Slack does not show it there,
// in their direct messages. It returns no ts: nobody can go back to a message that one person saw.
func (b *Bot) murmur(ctx context.Context, j *job, m Message, posting func() error) (string, error) {
	in := j.in
	if err := posting(); err != nil {
		return "", err
	}
	err := b.insist(ctx, func() error { return b.postEphemeral(ctx, in.Channel, in.User, in.replyTo(), m) })
	if err == nil {
		return "", nil
	}
	if ctx.Err() != nil {
		return "", errOpen
	}
	b.log.Warn("cannot show an answer in the channel: sending it as a direct message", "key", in.Key, "error", err)
	return "", b.postDirect(ctx, j, m, posting)
}

// withdrawOffer takes away the offer that was accepted.
func (b *Bot) withdrawOffer(ctx context.Context, in Incoming) {
	if in.Kind != KindOffered || in.ResponseURL == "" {
		return
	}
	if err := b.unwhisper(ctx, Act{ResponseURL: in.ResponseURL}); err != nil {
		b.log.Warn("an offer stays though it was accepted", "key", in.Key, "error", err)
	}
}
