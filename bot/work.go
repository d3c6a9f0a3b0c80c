package bot

import (
	"context"
	"errors"
	"time"

	"verbatim/bot/journal"
)

const (
	// lateAfter is from when on an answer says that it comes late.
	lateAfter = time.Minute
	// openPause is how long a question that could not be delivered is left alone, and doubtPause the same
	// where its answer may stand already and the bot may not look.
	openPause  = 30 * time.Second
	doubtPause = 6 * time.Hour
	// maxTries is how many tries of a question may have ended the process before it counts as one that always
	// does.
	maxTries = 5
)

// errOpen means that an answer was not delivered and its question is to stay open, to be taken up
// again later: the bot is stopping, or Slack was not to be reached for too long.
var errOpen = errors.New("not delivered yet")

// work answers one question, or carries out one act, from beginning to end. A panic on the way ends that
// one alone, see [Bot.broke].
func (b *Bot) work(ctx context.Context, j job) {
	defer func() {
		if v := recover(); v != nil {
			b.broke(ctx, j, v)
		}
	}()
	if j.act != nil {
		b.workOnAct(ctx, j)
		return
	}
	j, ready := b.prepare(ctx, j)
	if !ready {
		return
	}
	b.passed(j.in, StageWait, j.in.Received, nil)
	begun := time.Now()
	m, found, tidy, err := b.attended(ctx, j)
	b.passed(j.in, StageAnswer, begun, err)
	if err != nil {
		if ctx.Err() == nil {
			b.letGo(ctx, j, err)
		}
		return
	}
	defer tidy()
	if j.in.Kind == KindUntagged && !b.worthSaying(ctx, j.in, found) {
		b.leaveAlone(ctx, j.in)
		return
	}
	j.verdicts, begun = found.verdicts(), time.Now()
	ts, err := b.bring(ctx, &j, m)
	j.stands, j.ts = err == nil, ts
	b.passed(j.in, StagePost, begun, err)
	b.close(ctx, j, ts, err)
	if err == nil {
		b.keep(ctx, j.in, found, ts)
		b.outdate(ctx, j.in, found, ts)
		b.guarded("looking for a better passage", j.in.Key, func() {
			for _, each := range found.each {
				b.offerNarrower(ctx, each.in, each)
			}
		})
	}
}

// prepare makes a question that is on turn ready to be asked: it is ours, still to be answered, and completed
// with what is known by now. It reports false for one that has come to its end, or waits.
func (b *Bot) prepare(ctx context.Context, j job) (ready job, ok bool) {
	if !b.ours(ctx, &j) {
		return j, false
	}
	switch {
	case b.refusals.of(BotTokenName) != nil && !j.in.Kind.private():
		b.awaitToken(j) // a refused token is tried by recheck alone
		return j, false
	case j.in.Deleted:
		if err := b.takeBack(ctx, j.in); err != nil {
			b.letGo(ctx, j, err)
		}
		return j, false
	case !j.in.Edit && b.overtaken(ctx, j.in):
		return j, false
	}
	var err error
	if j.in, err = b.prepared(ctx, j.in); err != nil {
		b.letGo(ctx, j, err)
		return j, false
	}
	if j.restored && j.in.Answered == "" && b.standsSince(ctx, j) || (j.restored || j.maybePosted) && b.standsAlready(ctx, j) {
		return j, false
	}
	return j, true
}

// prepared completes a question with what is known by its turn: of a changed one the answer that stands, and
// who may see the answer. An error means that nobody can tell for now.
func (b *Bot) prepared(ctx context.Context, in Incoming) (Incoming, error) {
	var err error
	if in.Edit {
		if in, err = b.standsNow(ctx, in); err != nil {
			return in, err
		}
	}
	in.Whisper, err = b.whispers(ctx, in)
	return in, err
}

// standsAlready looks whether an answer that may have been posted stands, and closes the question if it does,
// or if that cannot be told now.
func (b *Bot) standsAlready(ctx context.Context, j job) bool {
	ts, stands, err := b.stands(ctx, j.in)
	if !stands && err == nil {
		return false
	}
	j.verdicts = []string{EndStood}
	b.close(ctx, j, ts, err)
	return true
}

// stands looks for an answer where it was asked for and, as that may have taken none, in direct messages with
// who asked. It returns the ts of one that stands where it was asked for.
func (b *Bot) stands(ctx context.Context, in Incoming) (ts string, stands bool, err error) {
	if !in.Kind.private() && in.Answered == "" {
		if ts, err = b.poster.stands(ctx, in); ts != "" || err != nil {
			return ts, ts != "", err
		}
	}
	direct, ok := in.elsewhere()
	if !ok {
		return "", false, nil
	}
	if in.Kind.private() { // its address is good for half an hour: one look must do
		there, err := b.poster.look(ctx, direct)
		return "", err == nil && there != "", nil
	}
	there, err := b.poster.stands(ctx, direct)
	return "", there != "", err
}

// workOnAct carries out an act, unless it was open at too many ends of the process.
func (b *Bot) workOnAct(ctx context.Context, j job) {
	if f, known := b.feature(*j.act); known && f.durable && !b.ours(ctx, &j) {
		return
	}
	if j.tries > maxTries {
		b.giveUpAct(ctx, *j.act)
		return
	}
	if j.tries > 0 {
		b.tried(ctx, j)
	}
	if ended := b.carryOut(ctx, *j.act); !ended && j.tries > 0 {
		b.survived(ctx, j)
	}
}

// tried counts in the journal that what was taken up is worked on now, and survived that the process lives on.
func (b *Bot) tried(ctx context.Context, j job) {
	_ = b.note(j.in.Key, b.config.Journal.Tried(context.WithoutCancel(ctx), j.in.Key))
}

func (b *Bot) survived(ctx context.Context, j job) {
	err := b.config.Journal.Survived(context.WithoutCancel(ctx), j.in.Key)
	if !errors.Is(err, journal.ErrUnknown) && !errors.Is(err, journal.ErrTaken) { // closed meanwhile, or another's
		_ = b.note(j.in.Key, err)
	}
}

// answer makes the message that answers a question, and says so in it if it comes late.
func (b *Bot) answer(ctx context.Context, j job) (m Message, f finding, err error) {
	if j.tries > 0 {
		m, f, err = b.again(ctx, j)
	} else {
		m, f, err = b.reply(ctx, j.in)
	}
	if late := time.Since(j.in.Received); err == nil && late >= lateAfter {
		m = m.over(b.catalogue(ctx, j.in.User).sayLate(late))
	}
	return m, f, err
}

// again makes the answer to a question that was taken up again. Perhaps it was the search for this one that
// ended the process before, so the journal counts the tries and which of them were survived, one that may have
// ended the process is made alone from then on, and there is a last one: a question must not end every start of
// the bot.
func (b *Bot) again(ctx context.Context, j job) (Message, finding, error) {
	if j.tries > maxTries {
		ref := reference(j.in.Key)
		b.log.Error("question given up: it was searched for at too many ends of the process", "key", j.in.Key, "ref", ref, "ends", j.tries-1)
		return plain(b.catalogue(ctx, j.in.User).sayBroken(ref), b.options(j.in)), finding{broken: true}, nil
	}
	if j.waited && b.engine.away() {
		return Message{}, finding{}, errInLine // which is no try
	}
	if j.tries > 1 {
		b.suspect.Lock()
		defer b.suspect.Unlock()
	}
	b.tried(ctx, j)
	defer b.survived(ctx, j)
	return b.reply(ctx, j.in)
}

// bring brings an answer to where it was asked for or, where that takes none, to who asked. It returns the ts
// of the message, "" for one that stands elsewhere and for answers to commands and clicks.
func (b *Bot) bring(ctx context.Context, j *job, m Message) (ts string, err error) {
	posting := func() error {
		err := b.config.Journal.Posting(context.WithoutCancel(ctx), j.in.Key)
		if errors.Is(err, journal.ErrTaken) || errors.Is(err, journal.ErrAway) {
			return err
		}
		j.attempts++
		// A journal that cannot note this has been reported; the answer is worth more than the note.
		_ = b.note(j.in.Key, err)
		return nil
	}
	ts, err = b.deliver(ctx, j, m, posting)
	if unreachable(err) && j.in.Kind != KindUntagged {
		return "", b.tellElsewhere(ctx, j, m, posting, err)
	}
	return ts, err
}

// deliver brings an answer to where it was asked for. It calls posting before each request that posts.
func (b *Bot) deliver(ctx context.Context, j *job, m Message, posting func() error) (ts string, err error) {
	switch {
	case j.in.Whisper:
		return b.murmur(ctx, j, m, posting)
	case j.in.Answered != "":
		return b.rewrite(ctx, j, m, posting)
	case !j.in.Kind.private():
		defer b.withdrawOffer(ctx, j.in)
		ts, j.blind, err = b.poster.post(ctx, *j, m, posting)
		return ts, err
	}
	if o := j.offer; o != nil {
		if err := posting(); err != nil {
			return "", err
		}
		j.offer = nil // whatever comes of it, it is not there to be taken again
		if o.take(m) {
			return "", nil
		}
	}
	if time.Since(j.in.Received) > maxURLAge {
		return "", errSpent
	}
	return "", b.responder.respond(ctx, j.in.ResponseURL, m, maxUses-j.uses-j.attempts, posting)
}

// close notes in the journal how a question ended.
func (b *Bot) close(ctx context.Context, j job, ts string, err error) {
	in := j.in
	ctx = context.WithoutCancel(ctx)
	var setup *SetupError
	switch {
	case err == nil:
		b.count.answered.Add(1)
		b.ended(in, j.verdicts...)
		b.log.Info("question answered", "key", in.Key, "ts", ts)
		_ = b.note(in.Key, b.config.Journal.Answered(ctx, in.Key, ts))
	case errors.Is(err, journal.ErrTaken), isAway(err):
		b.letGo(ctx, j, err)
		return
	case errors.Is(err, errOpen):
		b.log.Warn("question left open", "key", in.Key, "channel", in.Channel, "error", err)
		b.postpone(j)
		return
	case errors.As(err, &setup):
		b.log.Warn("cannot post: the question stays open", "key", in.Key, "error", err)
		b.unfit(setup)
		b.awaitToken(j)
		return
	default:
		b.count.failed.Add(1)
		b.ended(in, EndUndelivered)
		b.log.Error("answer not delivered", "key", in.Key, "channel", in.Channel, "error", err)
		_ = b.note(in.Key, b.config.Journal.Failed(ctx, in.Key, err.Error()))
	}
	b.postponed.drop(in.Key)
}

// postpone leaves a question that could not be delivered alone for a while.
func (b *Bot) postpone(j job) {
	pause := openPause
	if j.blind > 0 {
		pause = doubtPause
	}
	b.postponed.put(j.in.Key, pause, j.blind)
}

// awaitToken leaves a question alone while Slack refuses the bot token. However often its answer was posted without
// anybody knowing whether it arrived, that it is refused now says when to go on: once the token is good.
func (b *Bot) awaitToken(j job) { b.postponed.put(j.in.Key, openPause, j.blind) }

// unreachable says that an answer cannot be brought to where it was asked for, now or later.
func unreachable(err error) bool {
	var setup *SetupError
	return err != nil && !errors.Is(err, errOpen) && !errors.As(err, &setup) && !errors.Is(err, journal.ErrTaken) && !isAway(err)
}
