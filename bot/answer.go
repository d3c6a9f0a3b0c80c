package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"verbatim/bot/rights"
	"verbatim/index"
)

// askWithin is how long searching for and checking an answer may take.
const askWithin = 10 * time.Second

// errGone means that every quote of an answer changed before it could be posted, twice.
var errGone = errors.New("the quoted passages changed while the question was answered")

// reply makes the message that answers a question, or several in one message, and says what was found. A
// fault becomes a message that says so, with a reference that stands in the log. It returns an error only
// when ctx has ended, and when what it needs is away for now.
func (b *Bot) reply(ctx context.Context, in Incoming) (Message, finding, error) {
	o := b.options(in)
	o.Locale = b.locales.of(ctx, in.User)
	if in.Broken {
		return broken(in, o), finding{broken: true}, nil
	}
	c := catalogueOf(o.Locale)
	scope, err := b.scope(ctx, in.User, b.placeOf(in))
	f := finding{scope: scope}
	o.Limited = !scope.All
	if err == nil && scope.Empty() && (in.External || !wantsHelp(in)) {
		return plain(b.refusal(in, c, o), o), f, nil
	}
	if says := wordless(in, c); says != "" && err == nil {
		return plain(says, o), f, nil
	}
	var sheets []sheet
	if err == nil {
		sheets, f.each, err = b.search(ctx, in, scope, o)
	}
	if ctx.Err() != nil {
		return Message{}, finding{}, ctx.Err()
	}
	if b.unlucky(in.Key, err) {
		return Message{}, finding{}, err
	}
	if err != nil {
		b.log.Error("cannot answer", "key", in.Key, "ref", reference(in.Key), "error", err)
		return broken(in, o), finding{broken: true}, nil
	}
	return messageOf(sheets), f, nil
}

// refusal is said where nothing may be searched.
func (b *Bot) refusal(in Incoming, c *catalogue, o Options) string {
	switch {
	case b.placeOf(in).External:
		return c.sayExternal(in.alone() && !in.Whisper, o)
	case len(b.config.Catalog.Collections()) == 0:
		return c.NoDocuments
	}
	return c.NothingOpen
}

// search asks each question of a message and lays its answer out. A panic on the way is an error.
func (b *Bot) search(ctx context.Context, in Incoming, scope rights.Scope, o Options) (sheets []sheet, found []finding, err error) {
	select {
	case b.asking <- struct{}{}:
		defer func() { <-b.asking }()
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
	ctx, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	defer func() {
		if v := recover(); v != nil {
			b.log.Error("panic while answering", "key", in.Key, "ref", reference(in.Key), "panic", panicText(v), "stack", string(debug.Stack()))
			err = errPanic
		}
	}()
	questions, more := b.questions(ctx, in)
	for i, q := range questions {
		q, a, err := b.checkedEither(ctx, q, scope)
		if err != nil {
			return nil, nil, err
		}
		last := i == len(questions)-1
		found = append(found, finding{answer: a, scope: scope, in: q})
		one := b.optionsOf(ctx, q, a, o, len(questions) > 1, last, last && more)
		one.Earlier = b.earlier(ctx, q, scope, a)
		sheets = append(sheets, compose(a, one))
	}
	return sheets, found, nil
}

// questions are those of a message, each as it is to be asked, and whether there were more than are
// answered.
func (b *Bot) questions(ctx context.Context, in Incoming) (all []Incoming, more bool) {
	text := withoutGreeting(in.Question)
	asked := []string{text}
	if in.Kind != KindUntagged && in.Kind != KindHome {
		asked, more = several(text)
	}
	last := b.lastQuestion(ctx, in)
	for i, text := range asked {
		q := in
		q.Part = i
		q.Written = text
		q.Question, q.Understood = understand(text, last)
		last = q.Question
		all = append(all, q)
	}
	return all, more
}

// checkedEither asks a question as it was understood and, where that is not as it was written and nothing
// answers it so, as it was written. It returns the question that the answer is to.
func (b *Bot) checkedEither(ctx context.Context, q Incoming, scope rights.Scope) (Incoming, index.Answer, error) {
	a, err := b.checked(ctx, q, scope)
	if err != nil || !q.Understood || a.Verdict == index.VerdictAnswer {
		return q, a, err
	}
	plain := q
	plain.Question, plain.Understood = q.Written, false
	if other, err := b.checked(ctx, plain, scope); err == nil && other.Verdict == index.VerdictAnswer {
		return plain, other, nil
	}
	return q, a, nil
}

// optionsOf says how the answer to one question of a message is to be shown.
func (b *Bot) optionsOf(ctx context.Context, q Incoming, a index.Answer, o Options, several, last, more bool) Options {
	c := catalogueOf(o.Locale)
	if several {
		o.Restate = q.Question
	}
	if q.Understood {
		o.Restate, o.Understood = "", q.Question
	}
	o.Cut = o.Cut && last
	if q.Attached && last {
		o.Notes = append(o.Notes, c.NotRead)
	}
	if more {
		o.Notes = append(o.Notes, fill(c.TooManyQuestions, "n", strconv.Itoa(maxSeveral)))
	}
	o.Actions = b.below(c, b.shown(ctx, q, a))
	return o
}

// wantsHelp says that a question is none but a wish for help.
func wantsHelp(in Incoming) bool {
	return in.Question == "" || in.Kind == KindSlash && strings.EqualFold(in.Question, "help")
}

// collections is a scope in the form of a question's options.
func collections(s rights.Scope) []string {
	if s.All {
		return nil
	}
	return slices.Clip(append([]string{}, s.Names...))
}

// checked asks for an answer whose quotes stand in the documents now. When one does not, the
// question is asked once more; quotes that still fail are left out.
func (b *Bot) checked(ctx context.Context, in Incoming, scope rights.Scope) (index.Answer, error) {
	if wantsHelp(in) {
		return index.Answer{Verdict: index.VerdictChat, Chat: index.ChatHelp}, nil
	}
	var a index.Answer
	for range 2 {
		if !b.engine.enter() {
			return a, fmt.Errorf("ask: %w", errInLine)
		}
		var err error
		a, err = b.config.Asker.Ask(ctx, in.Question, AskOptions{Collections: collections(scope)})
		b.heard(a, err)
		if err != nil {
			return a, fmt.Errorf("ask: %w", err)
		}
		found := len(a.Passages)
		a.Passages = b.standing(ctx, in.Key, a.Passages)
		if len(a.Passages) == found {
			return a, nil
		}
	}
	if err := ctx.Err(); err != nil {
		return a, fmt.Errorf("check: %w", err)
	}
	if len(a.Passages) == 0 {
		return a, errGone
	}
	return a, nil
}

// standing returns the passages whose quotes are still in the documents.
func (b *Bot) standing(ctx context.Context, key string, all []index.Passage) []index.Passage {
	kept := make([]index.Passage, 0, len(all))
	for _, p := range all {
		if err := b.config.Asker.Check(ctx, p); err != nil {
			b.log.Warn("quote dropped", "key", key, "document", p.Document.ID, "error", err)
			continue
		}
		kept = append(kept, p)
	}
	return kept
}

func (b *Bot) options(in Incoming) Options {
	o := Options{Cut: in.Cut, Name: b.self.Name, Command: b.config.Command, Now: time.Now(), OldAfter: b.config.OldAfter}
	if in.Kind.private() || in.Kind == KindHome {
		o.Restate = in.Question
	}
	return o
}

// reference is a short name for a question: eight hexadecimal digits of a hash of its key.
func reference(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:4])
}
