package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"verbatim/bot/rights"
	"verbatim/index"
)

// askWithin is how long searching for and checking an answer may take.
const askWithin = 10 * time.Second

// errGone means that every quote of an answer changed before it could be posted, twice.
var errGone = errors.New("the quoted passages changed while the question was answered")

// reply makes the message that answers a question, and says what was found. A fault becomes a message
// that says so, with a reference that stands in the log. It returns an error only when ctx has ended.
func (b *Bot) reply(ctx context.Context, in Incoming) (Message, finding, error) {
	o := b.options(in)
	o.Locale = b.locales.of(ctx, in.User)
	c := catalogueOf(o.Locale)
	scope, err := b.scope(ctx, in.User, b.placeOf(in))
	f := finding{scope: scope}
	o.Limited = !scope.All
	if err == nil && scope.Empty() && (in.External || !wantsHelp(in)) {
		return plain(b.refusal(in, c, o), o), f, nil
	}
	m := Message{}
	if err == nil {
		m, f.answer, err = b.search(ctx, in, scope, o)
	}
	if ctx.Err() != nil {
		return Message{}, finding{}, ctx.Err()
	}
	if err != nil {
		ref := reference(in.Key)
		b.log.Error("cannot answer", "key", in.Key, "ref", ref, "error", err)
		o.Actions = againButton(c, in.Question)
		return plain(c.sayBroken(ref), o), finding{}, nil
	}
	return m, f, nil
}

// refusal is said where nothing may be searched.
func (b *Bot) refusal(in Incoming, c *catalogue, o Options) string {
	switch {
	case b.placeOf(in).External:
		return c.sayExternal(in.Kind != KindMention, o)
	case len(b.config.Catalog.Collections()) == 0:
		return c.NoDocuments
	}
	return c.NothingOpen
}

// search asks and renders. A panic on the way is an error.
func (b *Bot) search(ctx context.Context, in Incoming, scope rights.Scope, o Options) (m Message, a index.Answer, err error) {
	select {
	case b.asking <- struct{}{}:
		defer func() { <-b.asking }()
	case <-ctx.Done():
		return m, a, ctx.Err()
	}
	ctx, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	defer func() {
		if v := recover(); v != nil {
			b.log.Error("panic while answering", "key", in.Key, "panic", panicText(v), "stack", string(debug.Stack()))
			err = errors.New("panic")
		}
	}()
	if a, err = b.checked(ctx, in, scope); err != nil {
		return m, a, err
	}
	o.Actions = b.below(catalogueOf(o.Locale), b.shown(ctx, in, a))
	o.Earlier = b.earlier(ctx, in, scope, a)
	return Render(a, o), a, nil
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
		var err error
		if a, err = b.config.Asker.Ask(ctx, in.Question, AskOptions{Collections: collections(scope)}); err != nil {
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
