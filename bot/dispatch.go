package bot

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"runtime/debug"
	"time"

	"verbatim/bot/journal"
)

// errMayNot means that a user may not do what they did.
var errMayNot = errors.New("the user may not do that")

// act handles an envelope that holds an act, or none that is of use: it is remembered where that is
// called for, acknowledged, and carried out.
func (b *Bot) act(ctx context.Context, e Envelope, a Act, reason Reason, ack func(any) error) {
	acknowledge := func(payload any) {
		if err := ack(payload); err != nil {
			b.log.Warn("cannot acknowledge an act", "envelope", e.ID, "error", err)
		}
	}
	f, known := b.feature(a)
	if reason == Taken && !known {
		reason = reasonNoFeature
	}
	if reason != Taken {
		b.count.ignored.Add(1)
		b.log.Debug("envelope ignored", "envelope", e.ID, "reason", string(reason), "act", cut(a.Name, maxName))
		acknowledge(nil)
		return
	}
	a.At = time.Now()
	b.log.Info("act received", "act", a.Name, "key", a.Key, "retry", e.RetryAttempt)
	if f.ask != nil {
		b.askFor(ctx, e, f, a, ack, acknowledge)
		return
	}
	b.take(ctx, f, a, acknowledge)
}

// take remembers an act, acknowledges it, and has it carried out in a lane of its own: what opens a
// modal cannot wait for a turn in the channel.
func (b *Bot) take(ctx context.Context, f feature, a Act, acknowledge func(any)) {
	if f.check != nil && !a.Closed {
		if wrong := f.check(b, a); len(wrong) > 0 {
			acknowledge(map[string]any{"response_action": "errors", "errors": wrong})
			return
		}
	}
	held := b.lanes.reserve(a.place())
	if held {
		defer b.lanes.abandon(a.place())
	}
	if !held && !f.durable {
		b.log.Error("act not taken", "act", a.Name, "key", a.Key, "why", "too many in hand")
		return // Slack tells the user, and sends events again
	}
	if f.durable {
		fresh, err := b.rememberAct(ctx, a)
		if err != nil {
			return
		}
		if !fresh {
			b.count.repeated.Add(1)
			acknowledge(nil)
			return
		}
	}
	acknowledge(nil)
	if held {
		b.lanes.add(ctx, job{in: a.place(), act: &a})
	} else {
		b.wake()
	}
}

// place stands for an act among the questions in hand.
func (a Act) place() Incoming {
	return Incoming{Kind: kindAct, Key: a.Key, User: a.User, Received: a.At}
}

// rememberAct writes an act to the journal.
func (b *Bot) rememberAct(ctx context.Context, a Act) (fresh bool, err error) {
	payload, err := json.Marshal(a)
	if err != nil {
		return false, err
	}
	fresh, err = b.config.Journal.Receive(ctx, journal.Entry{Key: a.Key, Kind: string(kindAct), Payload: payload})
	return fresh, b.note(a.Key, err)
}

// askFor has an act asked as the question that it stands for.
func (b *Bot) askFor(ctx context.Context, e Envelope, f feature, a Act, ack func(any) error, acknowledge func(any)) {
	in, err := Incoming{}, errMayNot
	if b.may(a, f.right) {
		in, err = f.ask(b, ctx, a)
	}
	if errors.Is(err, errNotMeant) {
		b.count.ignored.Add(1)
		b.log.Debug("envelope ignored", "envelope", e.ID, "reason", string(reasonNotMeant), "act", a.Name)
		acknowledge(nil)
		return
	}
	if isAway(err) && e.Type == typeEvent {
		b.log.Info("an act is left for Slack to send again", "act", a.Name, "key", a.Key, "error", err)
		return
	}
	if err != nil {
		acknowledge(nil)
		b.failed(ctx, a, err)
		return
	}
	in.Received = a.At
	e.AcceptsResponse = false // a message in the acknowledgement is for commands alone
	b.takeQuestion(ctx, e, in, ack)
}

// carryOut carries out an act from beginning to end. A fault is told to the user. One that is in the journal
// waits where what it needs is away.
func (b *Bot) carryOut(ctx context.Context, a Act) (ended bool) {
	f, known := b.feature(a)
	if !known {
		b.closeAct(ctx, f, a, errors.New(string(reasonNoFeature)))
		return true
	}
	err := errMayNot
	if b.may(a, f.right) {
		err = b.safely(ctx, f, a)
	}
	if ctx.Err() != nil {
		return false // for the next start
	}
	if f.durable && isAway(err) {
		b.letGo(ctx, job{in: a.place(), act: &a}, err)
		return false
	}
	if err != nil {
		b.failed(ctx, a, err)
	}
	b.closeAct(ctx, f, a, err)
	return true
}

// safely makes an error of a panic.
func (b *Bot) safely(ctx context.Context, f feature, a Act) (err error) {
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(f.within, actWithin))
	defer cancel()
	defer func() {
		if v := recover(); v != nil {
			b.log.Error("panic in a feature", "act", a.Name, "key", a.Key, "panic", panicText(v), "stack", string(debug.Stack()))
			err = errPanic
		}
	}()
	return f.do(b, ctx, a)
}

// failed tells the user, alone, that an act came to nothing, and why if it is theirs to know.
func (b *Bot) failed(ctx context.Context, a Act, err error) {
	c := b.catalogue(ctx, a.User)
	says := ""
	switch {
	case errors.Is(err, errMayNot):
		says = c.MayNot
	case errors.Is(err, errForgotten):
		says = c.Forgotten
	case errors.Is(err, errNotOpen):
		says = c.NotForYou
	case isAway(err):
		says = c.AwayTry
	default:
		says = c.sayBroken(reference(a.Key))
	}
	b.log.Warn("act failed", "act", a.Name, "key", a.Key, "user", a.User, "channel", a.Channel, "ref", reference(a.Key), "error", err)
	if err := b.whisper(ctx, a, plain(says, Options{})); err != nil {
		b.log.Warn("cannot tell the user", "act", a.Name, "key", a.Key, "error", err)
	}
}

// closeAct notes in the journal that an act is done with.
func (b *Bot) closeAct(ctx context.Context, f feature, a Act, err error) {
	b.postponed.drop(a.Key)
	if !f.durable {
		return
	}
	ctx = context.WithoutCancel(ctx)
	if err != nil {
		_ = b.note(a.Key, b.config.Journal.Failed(ctx, a.Key, err.Error()))
		return
	}
	_ = b.note(a.Key, b.config.Journal.Answered(ctx, a.Key, ""))
}

// giveUpAct ends an act that was open at too many ends of the process.
func (b *Bot) giveUpAct(ctx context.Context, a Act) {
	err := errors.New("open at too many ends of the process")
	b.failed(ctx, a, err)
	_ = b.note(a.Key, b.config.Journal.Failed(context.WithoutCancel(ctx), a.Key, err.Error()))
}
