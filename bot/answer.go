package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"verbatim/index"
)

// askWithin is how long searching for and checking an answer may take.
const askWithin = 10 * time.Second

// errGone means that every quote of an answer changed before it could be posted, twice.
var errGone = errors.New("the quoted passages changed while the question was answered")

// reply makes the message that answers a question. A fault becomes a message that says so, with a
// reference that stands in the log. It returns an error only when ctx has ended.
func (b *Bot) reply(ctx context.Context, in Incoming) (m Message, err error) {
	if in.External && !b.config.AnswerExternal {
		o := b.options(in)
		return plain(sayExternal(in.Kind != KindMention, o), o), nil
	}
	m, err = b.search(ctx, in)
	if ctx.Err() != nil {
		return Message{}, ctx.Err()
	}
	if err != nil {
		ref := reference(in.Key)
		b.log.Error("cannot answer", "key", in.Key, "ref", ref, "error", err)
		return plain(sayBroken(ref), b.options(in)), nil
	}
	return m, nil
}

// search asks and renders. A panic on the way is an error.
func (b *Bot) search(ctx context.Context, in Incoming) (m Message, err error) {
	select {
	case b.asking <- struct{}{}:
		defer func() { <-b.asking }()
	case <-ctx.Done():
		return Message{}, ctx.Err()
	}
	ctx, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	defer func() {
		if v := recover(); v != nil {
			b.log.Error("panic while answering", "key", in.Key, "panic", panicText(v), "stack", string(debug.Stack()))
			err = errors.New("panic")
		}
	}()
	a, err := b.checked(ctx, in)
	if err != nil {
		return Message{}, err
	}
	return Render(a, b.options(in)), nil
}

// checked asks for an answer whose quotes stand in the documents now. When one does not, the
// question is asked once more; quotes that still fail are left out.
func (b *Bot) checked(ctx context.Context, in Incoming) (index.Answer, error) {
	if in.Question == "" || in.Kind == KindSlash && strings.EqualFold(in.Question, "help") {
		return index.Answer{Verdict: index.VerdictChat, Chat: index.ChatHelp}, nil
	}
	var a index.Answer
	for range 2 {
		var err error
		if a, err = b.config.Asker.Ask(ctx, in.Question); err != nil {
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
	o := Options{Cut: in.Cut, Name: b.self.Name, Command: b.config.Command}
	if in.Kind == KindSlash {
		o.Restate = in.Question
	}
	return o
}

// reference is a short name for a question: eight hexadecimal digits of a hash of its key.
func reference(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:4])
}
