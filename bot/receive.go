package bot

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"verbatim/bot/journal"
)

const (
	// maxAge is how old an open question may be to be taken up at start: as long as the journal
	// knows repeats. An answer a day late still helps whoever finds the thread.
	maxAge = 24 * time.Hour
	// maxCommandAge is the same for commands: how long their response_url lives.
	// Source: docs.slack.dev, interactivity/handling-user-interaction.
	maxCommandAge = 30 * time.Minute
)

// receive handles an envelope: it remembers a question, acknowledges the envelope, and puts the
// question in its lane.
func (b *Bot) receive(ctx context.Context, e Envelope, ack func(any) error) {
	acknowledge := func(payload any) {
		if err := ack(payload); err != nil {
			b.log.Warn("cannot acknowledge: slack will send the envelope again", "envelope", e.ID, "error", err)
		}
	}
	if a, reason := decodeAct(e, b.self); reason != reasonNoAct {
		b.act(ctx, e, a, reason, ack)
		return
	}
	in, reason := Decode(e, b.self)
	if reason == Taken && in.Kind == KindUntagged {
		reason = b.unasked(ctx, in)
	}
	if reason != Taken {
		b.count.ignored.Add(1)
		level := slog.LevelDebug
		if reason == ReasonRateLimited {
			level = slog.LevelWarn
		}
		b.log.Log(ctx, level, "envelope ignored", "envelope", e.ID, "reason", string(reason))
		acknowledge(nil)
		return
	}
	in.Received = time.Now()
	b.takeQuestion(ctx, e, in, ack, acknowledge)
}

// takeQuestion remembers a question and has it worked on, unless it is a repeat.
func (b *Bot) takeQuestion(ctx context.Context, e Envelope, in Incoming, ack func(any) error, acknowledge func(any)) {
	if !b.lanes.reserve() {
		b.refuse(in, "too many questions in hand", acknowledge)
		return
	}
	fresh, err := b.remember(ctx, in)
	if err == nil && !fresh && in.Early {
		in, fresh, err = b.rememberLate(ctx, in)
	}
	switch {
	case err != nil:
		b.lanes.release()
		b.refuse(in, err.Error(), acknowledge)
	case !fresh:
		b.lanes.release()
		b.count.repeated.Add(1)
		b.log.Info("repeat dropped", "key", in.Key, "retry", e.RetryAttempt)
		acknowledge(nil)
	default:
		b.count.received.Add(1)
		b.log.Info("question received", "key", in.Key, "kind", string(in.Kind), "channel", in.Channel, "retry", e.RetryAttempt)
		b.start(ctx, e, in, ack, acknowledge)
	}
}

// start acknowledges a question that is remembered and has it worked on.
func (b *Bot) start(ctx context.Context, e Envelope, in Incoming, ack func(any) error, acknowledge func(any)) {
	if in.Kind == KindSlash && e.AcceptsResponse {
		b.offer(ctx, in, ack, acknowledge)
		return
	}
	acknowledge(nil)
	b.lanes.add(ctx, lane(in), job{in: in})
}

// lane is where a question waits for its turn: in its channel. Answers to commands are posted
// nowhere and wait for nobody.
func lane(in Incoming) string {
	if in.Kind.private() {
		return in.Key
	}
	return in.Channel
}

// refuse leaves an event for Slack to send again. Commands are sent only once and are told.
func (b *Bot) refuse(in Incoming, why string, acknowledge func(any)) {
	b.log.Error("question not taken", "key", in.Key, "kind", string(in.Kind), "why", why)
	if in.Kind == KindSlash {
		acknowledge(ephemeral(plain(english().Busy, b.options(in))))
	}
}

// remember writes a question to the journal. A journal that cannot write to its disk still knows
// repeats, so that answers go on. An error means that the question is not remembered at all.
func (b *Bot) remember(ctx context.Context, in Incoming) (fresh bool, err error) {
	payload, err := json.Marshal(in)
	if err != nil {
		return false, err
	}
	fresh, err = b.config.Journal.Receive(ctx, journal.Entry{
		Key: in.Key, Alias: in.Alias, Kind: string(in.Kind), Payload: payload,
	})
	return fresh, b.note(in.Key, err)
}

// note reports what became of a write to the journal, and returns the error if the write was
// neither done nor kept in memory.
func (b *Bot) note(key string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, journal.ErrNotDurable):
		b.log.Error("the journal cannot write: a crash now would lose questions", "key", key, "error", err)
		return nil
	case errors.Is(err, journal.ErrDamaged):
		b.fail(err)
	}
	b.log.Error("journal", "key", key, "error", err)
	return err
}

// resume takes up the open questions of an earlier run once the app-level token has been tried:
// finishing them takes time, which would put off the report of a wrong one.
func (b *Bot) resume(ctx, work context.Context, open []journal.Entry) {
	select {
	case <-b.socket.tried:
		b.takeUp(ctx, work, open)
	case <-ctx.Done():
	}
}

// takeUp puts the open questions of an earlier run in their lanes, oldest first.
func (b *Bot) takeUp(ctx, work context.Context, open []journal.Entry) {
	for _, entry := range open {
		if entry.Kind == string(kindAct) {
			b.takeUpAct(ctx, work, entry)
			continue
		}
		var in Incoming
		if err := json.Unmarshal(entry.Payload, &in); err != nil || in.Key != entry.Key {
			_ = b.note(entry.Key, b.config.Journal.Failed(work, entry.Key, "not readable after a restart"))
			continue
		}
		limit := maxAge
		if in.Kind.private() {
			limit = maxCommandAge
		}
		if age := time.Since(entry.Received); age > limit {
			b.log.Warn("question too old to answer", "key", entry.Key, "age", age)
			_ = b.note(entry.Key, b.config.Journal.Expired(work, entry.Key, "open for too long"))
			continue
		}
		if !b.lanes.await(ctx) {
			return
		}
		b.log.Info("question taken up again", "key", entry.Key, "state", string(entry.State))
		b.lanes.add(work, lane(in), job{in: in, maybePosted: entry.State == journal.Posting})
	}
}
