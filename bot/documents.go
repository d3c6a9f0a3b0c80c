package bot

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"verbatim/bot/rights"
)

// "/ask add ADDRESS", "/ask forget DOCUMENT", and files sent to the bot without words: admins add and
// remove documents. How it goes is told in a direct message, which is changed meanwhile and holds the
// report at the end.

const (
	// documentsWithin is how long adding or removing may take.
	documentsWithin = 15 * time.Minute
	// progressEvery is how often the message is changed at most.
	progressEvery = 3 * time.Second
)

// documentName matches what a document may be called by in an order: an address or a path, which are one word,
// or a title in quotation marks. All else after "forget" is a question.
var documentName = regexp.MustCompile(`^(?:[^\s"“”]*[./][^\s"“”]*|["“][^"“”]+["”])$`)

// isAddress says whether the argument of an order is an address.
func isAddress(s string) bool { return safeURL(s) != "" && !strings.ContainsAny(s, " \t\n") }

// isDocument says whether the argument of an order names a document.
func isDocument(s string) bool { return documentName.MatchString(s) }

func (b *Bot) addDocument(ctx context.Context, a Act) error {
	return b.documents(ctx, a, b.catalogue(ctx, a.User).DocumentAdding, func(progress func(string)) (string, error) {
		return b.config.Desk.Documents.Add(ctx, safeURL(a.Text), progress)
	})
}

func (b *Bot) removeDocument(ctx context.Context, a Act) error {
	scope, err := b.scope(ctx, a.User, rights.Place{Alone: true, External: a.External && !b.config.AnswerExternal})
	if err != nil {
		return err
	}
	return b.documents(ctx, a, b.catalogue(ctx, a.User).DocumentRemoving, func(func(string)) (string, error) {
		return b.config.Desk.Documents.Remove(ctx, strings.Trim(a.Text, `"“”`), scope.Has)
	})
}

// addFiles takes in the files of a message, one after the other, and tells of each.
func (b *Bot) addFiles(ctx context.Context, a Act) error {
	var failed error
	for _, f := range a.Files {
		one := a
		one.Text = f.Name
		failed = errors.Join(failed, b.documents(ctx, one, b.catalogue(ctx, a.User).DocumentAdding, func(func(string)) (string, error) {
			data, err := b.files.fetch(ctx, f, b.config.Desk.MaxFile)
			if err != nil {
				return "", err
			}
			return b.config.Desk.Documents.AddFile(ctx, f.Name, data)
		}))
	}
	return failed
}

// documents tells an admin how an order goes while it is carried out, and what came of it.
func (b *Bot) documents(ctx context.Context, a Act, says string, order func(progress func(string)) (string, error)) error {
	c := b.catalogue(ctx, a.User)
	if b.config.Desk.Documents == nil {
		return b.whisper(ctx, a, plain(c.DocumentsNone, Options{}))
	}
	says = fill(says, "document", cut(clean(a.Text), maxLine))
	channel, ts, err := b.api.PostMessageContext(ctx, a.User, plain(says, Options{}).options("")...)
	if err != nil {
		return fmt.Errorf("chat.postMessage: %w", err)
	}
	told := time.Now()
	progress := func(step string) {
		if time.Since(told) < progressEvery {
			return
		}
		told = time.Now()
		if err := b.update(ctx, channel, ts, stepMessage(says, step)); err != nil {
			b.log.Warn("cannot tell of progress", "key", a.Key, "error", err)
		}
	}
	report, err := order(progress)
	if err != nil {
		b.log.Warn("documents not changed", "act", a.Name, "key", a.Key, "user", a.User)
		report = fill(c.DocumentFailed, "reason", cut(clean(err.Error()), maxLine))
	} else {
		b.log.Info("documents changed", "act", a.Name, "key", a.Key, "user", a.User)
	}
	return b.update(ctx, channel, ts, stepMessage(says, report))
}

// stepMessage is a message of two lines: what is done, and how it goes.
func stepMessage(says, step string) Message {
	m := plain(says, Options{})
	m.Text += "\n" + escaper.Replace(unlinked(clean(step)))
	m.Blocks = append(m.Blocks, slack.NewDividerBlock(), footnotes([]string{cut(clean(step), 3*maxLine)}))
	return m
}
