package bot

import (
	"context"
	"errors"
)

// errOpen means that an answer was not delivered and its question is to stay open for the next
// start: the bot is stopping, or Slack was not to be reached for too long.
var errOpen = errors.New("not delivered yet")

// work answers one question, or carries out one act, from beginning to end.
func (b *Bot) work(ctx context.Context, j job) {
	if j.act != nil {
		b.carryOut(ctx, *j.act)
		return
	}
	if j.maybePosted && !j.in.Kind.private() {
		ts, err := b.poster.stands(ctx, j.in)
		if ts != "" || err != nil {
			b.close(ctx, j.in, ts, err)
			return
		}
	}
	m, found, err := b.reply(ctx, j.in)
	if err != nil {
		return
	}
	ts, err := b.deliver(ctx, j, m)
	b.close(ctx, j.in, ts, err)
	if err == nil {
		b.keep(ctx, j.in, found, ts)
		b.offerNarrower(ctx, j.in, found)
	}
}

// deliver brings an answer to where it was asked for. It returns the ts of the message, "" for
// answers to commands.
func (b *Bot) deliver(ctx context.Context, j job, m Message) (ts string, err error) {
	posting := func() {
		// A journal that cannot note this has been reported; the answer is worth more than the note.
		_ = b.note(j.in.Key, b.config.Journal.Posting(context.WithoutCancel(ctx), j.in.Key))
	}
	if !j.in.Kind.private() {
		return b.poster.post(ctx, j.in, m, posting)
	}
	posting()
	if j.offer != nil && j.offer.take(m) {
		return "", nil
	}
	return "", b.responder.respond(ctx, j.in.ResponseURL, m)
}

// close notes in the journal how a question ended.
func (b *Bot) close(ctx context.Context, in Incoming, ts string, err error) {
	ctx = context.WithoutCancel(ctx)
	var setup *SetupError
	switch {
	case err == nil:
		b.count.answered.Add(1)
		b.log.Info("question answered", "key", in.Key, "ts", ts)
		_ = b.note(in.Key, b.config.Journal.Answered(ctx, in.Key, ts))
	case errors.Is(err, errOpen):
		b.log.Warn("question left open", "key", in.Key, "channel", in.Channel, "error", err)
	case errors.As(err, &setup):
		b.log.Error("cannot post: the question stays open", "key", in.Key, "error", err)
		b.fail(err)
	default:
		b.count.failed.Add(1)
		b.log.Error("answer not delivered", "key", in.Key, "channel", in.Channel, "error", err)
		_ = b.note(in.Key, b.config.Journal.Failed(ctx, in.Key, err.Error()))
	}
}
