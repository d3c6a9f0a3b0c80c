package bot

import (
	"context"
	"sync"
	"time"
)

const (
	// localeWithin is how long an answer waits to learn the language of its reader, once a day.
	localeWithin = time.Second
	// localeKept is how long a locale is taken to be as it was.
	localeKept = 24 * time.Hour
	// maxLocales is the most readers whose locale is kept; then all are learned anew.
	maxLocales = 20_000
	// scopeLocale is the optional right to read it.
	scopeLocale = "users:read"
)

// locales knows the languages of readers where Slack lets the bot ask for them.
type locales struct {
	// granted says that it does. It is set once, before anything reads it.
	granted bool
	ask     func(ctx context.Context, user string) (string, error)

	mu    sync.Mutex
	known map[string]known
}

type known struct {
	locale string
	since  time.Time
}

// of returns a user's locale, asking Slack for it when it is not known. "" means that nobody knows,
// which is no error but English.
func (l *locales) of(ctx context.Context, user string) string {
	l.mu.Lock()
	k, ok := l.known[user]
	l.mu.Unlock()
	if ok && time.Since(k.since) < localeKept || !l.granted || user == "" {
		return k.locale
	}
	ctx, cancel := context.WithTimeout(ctx, localeWithin)
	defer cancel()
	locale, err := l.ask(ctx, user)
	if err != nil {
		locale = k.locale
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.known) >= maxLocales {
		clear(l.known)
	}
	l.known[user] = known{locale: locale, since: time.Now()}
	return locale
}

// catalogue is what is said to a user.
func (b *Bot) catalogue(ctx context.Context, user string) *catalogue {
	return catalogueOf(b.locales.of(ctx, user))
}

// knownCatalogue is what is said to a user whose language is known, without asking for it.
func (b *Bot) knownCatalogue(user string) *catalogue {
	b.locales.mu.Lock()
	defer b.locales.mu.Unlock()
	return catalogueOf(b.locales.known[user].locale)
}

// askLocale asks Slack for a user's locale.
func (b *Bot) askLocale(ctx context.Context, user string) (string, error) {
	u, err := b.api.GetUserInfoContext(ctx, user)
	if err != nil {
		return "", err
	}
	return u.Locale, nil
}
