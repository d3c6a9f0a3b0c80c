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
	// maxAge is how old an open question may be to be taken up: as long as the journal knows repeats.
	// An answer a day late still helps whoever finds the thread, and a clock that is set forward by a
	// day ends no question.
	maxAge = 48 * time.Hour
	// maxURLAge is how long a response_url lives. Source: docs.slack.dev,
	// interactivity/handling-user-interaction.
	maxURLAge = 30 * time.Minute
	// maxOpen is the most questions that wait in the journal. Above it envelopes are not acknowledged,
	// so that Slack keeps them and sends them again.
	maxOpen = 10_000
	// manyBefore is from how many questions before it in its channel on a question's asker is told
	// that it waits: some ten seconds of Slack's rate of posting.
	manyBefore = 10
)

// receive handles an envelope, and has who asked told where that panics: [Bot.salvage]. The panic goes on, to be
// logged by the connection.
func (b *Bot) receive(ctx context.Context, e Envelope, ack func(any) error) {
	acked := false
	defer func() {
		if v := recover(); v != nil {
			if !acked {
				b.guarded("telling that an envelope cannot be handled", "", func() { b.salvage(ctx, e, ack) })
			}
			b.wake()
			panic(v)
		}
	}()
	b.handle(ctx, e, func(payload any) error { acked = true; return ack(payload) })
}

// salvage remembers of an envelope that panicked while it was handled that somebody asked, without looking at what:
// they are told that something broke. The envelope is acknowledged by the rule of all others, once its question is
// in the journal. One that was there already is a repeat, and is answered from there.
func (b *Bot) salvage(ctx context.Context, e Envelope, ack func(any) error) {
	in, reason := decode(e, b.self, func(string, string) (string, bool) { return "", false })
	if reason != Taken || in.Kind == KindUntagged {
		return // Slack sends an event again, and tells who clicked
	}
	in.Broken, in.Received = true, time.Now()
	b.takeQuestion(ctx, e, in, ack)
}

// handle remembers a question, acknowledges its envelope, and puts it in its lane.
func (b *Bot) handle(ctx context.Context, e Envelope, ack func(any) error) {
	if a, sent := decodeFiles(e, b.self); sent && b.takesFiles(a) {
		b.act(ctx, e, a, Taken, ack)
		return
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
		b.ignore(ctx, e, reason)
		b.acknowledging(e, ack)(nil)
		return
	}
	in.Received = time.Now()
	b.takeQuestion(ctx, e, in, ack)
}

// acknowledging acknowledges, and logs that it could not.
func (b *Bot) acknowledging(e Envelope, ack func(any) error) func(payload any) {
	return func(payload any) {
		if err := ack(payload); err != nil {
			b.log.Warn("cannot acknowledge: slack will send the envelope again", "envelope", e.ID, "error", err)
		}
	}
}

// timed tells those who watch when a question was acknowledged.
func (b *Bot) timed(in Incoming, ack func(any) error) func(any) error {
	return func(payload any) error {
		err := ack(payload)
		if !errors.Is(err, errAckTooLarge) { // then one without it follows
			b.passed(in, StageAck, in.Received, err)
		}
		return err
	}
}

// takeQuestion remembers a question and has it worked on, unless it is a repeat.
func (b *Bot) takeQuestion(ctx context.Context, e Envelope, in Incoming, ack func(any) error) {
	ack = b.timed(in, ack)
	acknowledge := b.acknowledging(e, ack)
	if b.config.Journal.Stats().Open >= maxOpen {
		b.refuse(in, "too many questions wait", acknowledge)
		return
	}
	if planted("ack-first") {
		acknowledge(nil)
		acknowledge, ack = func(any) {}, func(any) error { return errAckTooLarge }
		sleep(ctx, 50*time.Millisecond) // as a slow disk would
	}
	if planted("no-dedupe") {
		in.Key, in.Alias = in.Key+" "+in.Received.String(), ""
	}
	held, begun := b.lanes.reserve(in), time.Now()
	if held {
		defer b.lanes.abandon(in)
	}
	fresh, err := b.remember(ctx, in)
	if err == nil && !fresh && in.Early {
		in, fresh, err = b.rememberLate(ctx, in)
	}
	switch {
	case err != nil:
		b.refuse(in, err.Error(), acknowledge)
	case !fresh:
		b.count.repeated.Add(1)
		b.log.Info("repeat dropped", "key", in.Key, "retry", e.RetryAttempt)
		acknowledge(nil)
	default:
		b.count.received.Add(1)
		b.log.Info("question received", "key", in.Key, "kind", string(in.Kind), "channel", in.Channel, "retry", e.RetryAttempt)
		b.passed(in, StageJournal, begun, nil)
		b.start(ctx, e, in, held, ack, acknowledge)
	}
}

// ignore notes an envelope that is no question.
func (b *Bot) ignore(ctx context.Context, e Envelope, reason Reason) {
	b.count.ignored.Add(1)
	level := slog.LevelDebug
	if reason == ReasonRateLimited {
		level = slog.LevelWarn
	}
	b.log.Log(ctx, level, "envelope ignored", "envelope", e.ID, "reason", string(reason))
}

// start acknowledges a question that is remembered and has it worked on, if there is room for it; else
// it waits in the journal and its asker is told.
func (b *Bot) start(ctx context.Context, e Envelope, in Incoming, held bool, ack func(any) error, acknowledge func(any)) {
	carries := in.Kind == KindSlash && e.AcceptsResponse
	switch {
	case !held && carries:
		acknowledge(ephemeral(plain(english().Waits, b.options(in))))
	case !held:
		acknowledge(nil)
		b.tellWaiting(in)
	case carries:
		b.offer(ctx, in, ack, acknowledge)
	default:
		acknowledge(nil)
		if b.lanes.add(ctx, job{in: in}) >= manyBefore {
			b.tellWaiting(in)
		}
	}
	if !held {
		b.wake()
	}
}

// wake has the journal searched soon for what there was no room for.
func (b *Bot) wake() {
	select {
	case b.behind <- struct{}{}:
	default:
	}
}

// lane is where a question waits for its turn: in its channel. Answers to commands and clicks are
// posted nowhere and wait for nobody, nor do acts.
func lane(in Incoming) string {
	if in.Kind.private() || in.Kind == kindAct {
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
