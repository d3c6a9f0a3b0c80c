package bot

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"verbatim/bot/manifest"
)

// introduceWithin bounds one try to sign in: shorter than other requests, as nothing is answered before.
const introduceWithin = 5 * time.Second

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
			if err := b.mayWork(who); err != nil {
				return err
			}
			b.noteScopes(Granted(who.Header))
			return nil
		}
		if err == nil {
			err = errors.New("auth.test: Slack named no user")
		}
		if setup := asSetup(BotTokenName, "auth.test", err); setup != nil {
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

// mayWork says whether the bot can work with the token that Slack told of: it is of the right workspace,
// and has the scopes that the bot cannot do without. Slack names those in a header of each answer; without
// it nothing can be said. The error is a [SetupError].
func (b *Bot) mayWork(who *slack.AuthTestResponse) error {
	if wanted := b.config.Team; wanted != "" && wanted != who.TeamID {
		return &SetupError{
			Problem: fmt.Sprintf("%s is of the workspace %s (%s), not of %s, for which this bot was set up", BotTokenName, who.TeamID, clean(who.Team), wanted),
			Hint:    "copy the token of the app that is installed there, or set up anew with 'verbatim setup'",
		}
	}
	if granted := Granted(who.Header); granted != nil {
		return missingScopes(granted)
	}
	return nil
}

// noteScopes notes what the bot may do besides. It is called once, before anything reads that.
func (b *Bot) noteScopes(granted []string) {
	b.maySuggest = slices.Contains(granted, scopeAgent)
	b.mayFetch = slices.Contains(granted, scopeFiles)
	b.mayLook = slices.Contains(granted, scopeChannels)
	b.mayOpen = slices.Contains(granted, scopeOpen)
	b.locales.granted = slices.Contains(granted, scopeLocale)
}

// Granted returns the scopes of a token, by the header of Slack's answers that names them; nil where it
// is not there.
func Granted(header http.Header) []string {
	told := header.Get("X-OAuth-Scopes")
	if told == "" {
		return nil
	}
	return strings.FieldsFunc(told, func(r rune) bool { return r == ',' || r == ' ' })
}

// missingScopes is a [SetupError] that names the scopes that the bot cannot do without and lacks.
func missingScopes(granted []string) error {
	var missing []string
	for _, s := range manifest.Needed() {
		if !slices.Contains(granted, s.Name) {
			missing = append(missing, fmt.Sprintf("%s (without it %s)", s.Name, s.Without))
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return &SetupError{
		Problem: BotTokenName + " lacks " + strings.Join(missing, ", "),
		Hint:    `add what is missing on the page "OAuth & Permissions" of the app's settings, under "Bot Token Scopes", and install the app again`,
	}
}
