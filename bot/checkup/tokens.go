package checkup

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"verbatim/bot"
	"verbatim/bot/manifest"
)

// The names of findings about the app.
const (
	nameBot        = "bot token"
	nameApp        = "app token"
	nameScope      = "scope "
	nameScopes     = "scopes"
	nameWorkspace  = "workspace"
	nameSameApp    = "one app"
	nameSocketMode = "Socket Mode"
)

// An App is what the tokens are to be held against, and what they turned out to be of.
type App struct {
	// Bot and Token are the bot token and the app-level token.
	Bot, Token string
	// WantTeam is the id of the workspace that the bot token must be of; "" means any.
	WantTeam string
	// WantScopes are scopes that are needed besides those that the bot cannot do without.
	WantScopes []manifest.Scope

	// TeamID, Team, UserID and BotID are the workspace and the bot user, once [Client.LookAtBot] has found the
	// bot token good.
	TeamID, Team, UserID, BotID string
	// Granted are the scopes of the bot token; nil where Slack does not tell.
	Granted []string
	// ID is the app of the app-level token, once [Client.LookAtApp] has found it good.
	ID string
	// botApp is the app of the bot token; "" while it is not known.
	botApp string
	// socket is where a socket can be opened, once.
	socket string
}

// LookAtBot looks at the bot token: its kind, whether Slack takes it, of which workspace it is, and what it
// may do.
func (c *Client) LookAtBot(ctx context.Context, a *App) []Finding {
	if f, wrong := wrongKind(nameBot, bot.CheckBotToken(a.Bot)); wrong {
		return []Finding{f}
	}
	r, header, err := c.call(ctx, "auth.test", a.Bot, nil)
	switch {
	case err != nil:
		return []Finding{Unreachable(err)}
	case !r.OK:
		return []Finding{c.refused(nameBot, bot.BotTokenName, "auth.test", r)}
	case r.BotID == "":
		return []Finding{Bad(nameBot, "copy the \"Bot User OAuth Token\" of the app", "the token is that of a person, not of a bot")}
	}
	a.TeamID, a.Team, a.UserID, a.BotID, a.Granted = r.TeamID, bot.Clean(r.Team), r.UserID, r.BotID, bot.Granted(header)
	list := []Finding{Good(nameBot, "good, of the bot @%s", bot.Clean(r.User)), clock(header, time.Now())}
	list = append(list, workspace(a))
	return append(list, c.scopes(a)...)
}

// wrongKind is the finding that the error of a token's kind is.
func wrongKind(name string, err error) (Finding, bool) {
	var setup *bot.SetupError
	if !errors.As(err, &setup) {
		return Finding{}, false
	}
	return Bad(name, setup.Hint, "%s", setup.Problem), true
}

// refused says why Slack does not take a token.
func (c *Client) refused(name, variable, call string, r reply) Finding {
	refusal := bot.Refusal{Call: call, Code: r.Error, Needed: r.Needed, Provided: r.Provided}
	if setup := refusal.Setup(variable); setup != nil {
		return Bad(name, setup.Hint, "%s", setup.Problem)
	}
	return Bad(name, "try again; where it stays so, look at https://status.slack.com", "Slack answered %s to %s", bot.Clean(r.Error), call)
}

func workspace(a *App) Finding {
	if a.WantTeam != "" && a.WantTeam != a.TeamID {
		return Bad(nameWorkspace, "copy the token of the app that is installed in the right workspace, or set up anew with 'verbatim setup'",
			"the bot token is of the workspace %s (%s), not of %s, for which this was set up", a.Team, a.TeamID, a.WantTeam)
	}
	return Good(nameWorkspace, "%s (%s)", a.Team, a.TeamID)
}

// scopes compares what was granted with what is needed.
func (c *Client) scopes(a *App) []Finding {
	if a.Granted == nil {
		return []Finding{Noted(nameScopes, "look at the page OAuth & Permissions of the app", "Slack does not tell which scopes were granted")}
	}
	way := "add it under \"Bot Token Scopes\" at " + manifest.OAuth.Of(manifest.Site(c.API), manifest.AppOf(a.Token)) + ", and install the app again"
	var list []Finding
	for _, s := range manifest.Needed() {
		if !slices.Contains(a.Granted, s.Name) {
			list = append(list, Bad(nameScope+s.Name, way, "it is not granted: %s", s.Without))
		}
	}
	for _, s := range a.WantScopes {
		if !slices.Contains(a.Granted, s.Name) {
			list = append(list, Warned(nameScope+s.Name, way, "it is not granted, and the settings need it: %s", s.Without))
		}
	}
	if len(list) == 0 {
		return []Finding{Good(nameScopes, "%s", strings.Join(a.Granted, ", "))}
	}
	return list
}

// LookAtApp looks at the app-level token: its kind, whether Slack takes it and lets it open sockets, and
// whether Socket Mode is on.
func (c *Client) LookAtApp(ctx context.Context, a *App) []Finding {
	if f, wrong := wrongKind(nameApp, bot.CheckAppToken(a.Token)); wrong {
		return []Finding{f}
	}
	r, _, err := c.call(ctx, "apps.connections.open", a.Token, nil)
	switch {
	case err != nil:
		return []Finding{Unreachable(err)}
	case !r.OK:
		return []Finding{c.refused(nameApp, bot.AppTokenName, "apps.connections.open", r)}
	}
	a.socket = r.URL
	if who, _, err := c.call(ctx, "auth.test", a.Token, nil); err == nil && who.OK {
		a.ID = who.AppID
	}
	a.ID = cmp.Or(a.ID, manifest.AppOf(a.Token))
	list := []Finding{Good(nameApp, "good, with the scope %s", manifest.ToConnect)}
	if bot.SaysSwitchedOff(r.Metadata.Messages) {
		return append(list, c.switchedOff(a))
	}
	return append(list, Good(nameSocketMode, "on"))
}

func (c *Client) switchedOff(a *App) Finding {
	return Bad(nameSocketMode, "switch it on at "+manifest.SocketMode.Of(manifest.Site(c.API), a.ID), "Socket Mode is switched off for the app: nothing is heard")
}

// LookAtBoth looks whether both tokens are of one app, as far as Slack tells: the app of a bot token shows
// only to those with the scope users:read, or in a message that it posts.
func (c *Client) LookAtBoth(ctx context.Context, a *App) Finding {
	if a.botApp == "" && slices.Contains(a.Granted, "users:read") {
		if r, _, err := c.call(ctx, "bots.info", a.Bot, map[string][]string{"bot": {a.BotID}}); err == nil && r.OK {
			a.botApp = r.Bot.AppID
		}
	}
	return a.oneApp()
}

func (a *App) oneApp() Finding {
	switch {
	case a.botApp == "" || a.ID == "":
		return Noted(nameSameApp, "a round trip shows it", "whether both tokens are of one app cannot be told")
	case a.botApp != a.ID:
		return Bad(nameSameApp, "copy both tokens from the settings of one app", "the bot token is of the app %s and the app-level token of %s", a.botApp, a.ID)
	}
	return Good(nameSameApp, "both tokens are of the app %s", a.ID)
}
