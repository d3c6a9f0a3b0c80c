package bot

import (
	"context"
	"errors"
	"runtime/debug"
)

// errPanic is the end of what a panic ended.
var errPanic = errors.New("panic")

// broken is the answer to a question that cannot be answered: that something broke, with a reference that
// stands in the log.
func broken(in Incoming, o Options) Message {
	c := catalogueOf(o.Locale)
	o.Actions = againButton(c, in.Question)
	return plain(c.sayBroken(reference(in.Key)), o)
}

// broke ends what a panic ended on its way. Who asked is told so, with a reference that stands in the log. Where
// that panics too, the question is closed all the same: it must not come back for ever.
func (b *Bot) broke(ctx context.Context, j job, v any) {
	b.log.Error("panic while delivering", "key", j.in.Key, "ref", reference(j.in.Key), "panic", panicText(v), "stack", string(debug.Stack()))
	told := false
	b.guarded("telling that something broke", j.in.Key, func() {
		b.tellBroken(ctx, j)
		told = true
	})
	if !told {
		b.count.failed.Add(1)
		b.postponed.drop(j.in.Key)
		_ = b.note(j.in.Key, b.config.Journal.Failed(context.WithoutCancel(ctx), j.in.Key, errPanic.Error()))
	}
}

// tellBroken closes what a panic ended and tells who asked, unless the answer stands, or nobody waits for one.
func (b *Bot) tellBroken(ctx context.Context, j job) {
	switch {
	case j.stands:
		b.postponed.drop(j.in.Key)
		_ = b.note(j.in.Key, b.config.Journal.Answered(context.WithoutCancel(ctx), j.in.Key, j.ts))
	case j.act != nil:
		b.failed(ctx, *j.act, errPanic)
		f, _ := b.feature(*j.act)
		b.closeAct(ctx, f, *j.act, errPanic)
	case j.in.Kind == KindUntagged:
		b.leaveAlone(ctx, j.in)
	case j.in.Deleted:
		b.close(ctx, j, "", errPanic)
	case (j.maybePosted || j.attempts > 0) && b.standsAlready(ctx, j):
	default:
		o := b.options(j.in)
		o.Locale = b.locales.of(ctx, j.in.User)
		j.verdicts = []string{EndFault}
		ts, err := b.bring(ctx, &j, broken(j.in, o))
		b.close(ctx, j, ts, err)
	}
}
