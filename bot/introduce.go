package bot

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"
)

// introduceWithin bounds one try to sign in: shorter than other requests, as nothing is answered before.
const introduceWithin = 5 * time.Second

// scopeToPost is the one right without which the bot can do nothing at all.
const scopeToPost = "chat:write"

// scopes are the rights the bot wants, with what does not work without each. Source: docs.slack.dev,
// the pages of the events and methods used.
var scopes = []struct{ name, without string }{
	{scopeToPost, "nothing can be answered"},
	{"app_mentions:read", "mentions in channels do not arrive"},
	{"im:history", "direct messages do not arrive"},
	{"commands", "the slash command does not arrive"},
}

// introduce asks Slack who the bot is. It tries until ctx ends, which is no error, unless the token
// is at fault.
func (b *Bot) introduce(ctx context.Context) error {
	for failures := 1; ; failures++ {
		asking, cancel := context.WithTimeout(ctx, introduceWithin)
		who, err := b.api.AuthTestContext(asking)
		cancel()
		if err == nil && who.UserID != "" {
			b.self = Self{UserID: who.UserID, BotID: who.BotID, TeamID: who.TeamID, Name: who.User}
			b.log.Info("signed in to slack", "team", who.TeamID, "user", who.UserID, "bot", who.BotID)
			return b.checkScopes(who.Header)
		}
		if err == nil {
			err = errors.New("auth.test: Slack named no user")
		}
		if setup := asSetup("SLACK_BOT_TOKEN", "auth.test", err); setup != nil {
			return setup
		}
		if ctx.Err() != nil {
			return nil
		}
		pause := backoff(failures)
		var limited *slack.RateLimitedError
		if errors.As(err, &limited) {
			pause = max(pause, limited.RetryAfter)
		}
		b.log.Warn("cannot sign in to slack", "error", err, "pause", pause)
		sleep(ctx, pause)
	}
}

// checkScopes compares what was granted with what is wanted. Slack names the granted scopes in a
// header of each answer; without it nothing can be said.
func (b *Bot) checkScopes(header http.Header) error {
	granted := header.Get("X-OAuth-Scopes")
	if granted == "" {
		return nil
	}
	list := strings.FieldsFunc(granted, func(r rune) bool { return r == ',' || r == ' ' })
	b.maySuggest = slices.Contains(list, scopeAgent)
	b.mayFetch = slices.Contains(list, scopeFiles)
	b.mayLook = slices.Contains(list, scopeChannels)
	b.locales.granted = slices.Contains(list, scopeLocale)
	for _, s := range scopes {
		switch {
		case slices.Contains(list, s.name):
		case s.name == scopeToPost:
			return &SetupError{
				Problem: "the bot token lacks the scope " + s.name,
				Hint:    `add it on the page "OAuth & Permissions" of the app's settings, and install the app again`,
			}
		default:
			b.log.Error("the bot token lacks a scope: add it under \"OAuth & Permissions\" and install the app again",
				"scope", s.name, "without", s.without)
		}
	}
	return nil
}
