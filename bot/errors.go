package bot

import (
	"errors"
	"fmt"
	"strings"

	"github.com/slack-go/slack"
)

// The prefixes by which Slack's tokens tell their kind. Source: docs.slack.dev,
// authentication/tokens.
const (
	prefixBot = "xoxb-"
	prefixApp = "xapp-"
)

// Where an operator finds each token; ends the hints below.
const (
	whereBot = `copy "Bot User OAuth Token" from the page "OAuth & Permissions" of the app's settings`
	whereApp = `make one with the scope connections:write on the page "Basic Information" of the app's settings, under "App-Level Tokens"`
)

// kinds names what tokens of other kinds are, by prefix.
var kinds = []struct{ prefix, name string }{
	{prefixBot, "a bot token"},
	{prefixApp, "an app-level token"},
	{"xoxp-", "a user token"},
	{"xoxe", "a refresh or rotated token"},
	{"xoxa-", "a legacy workspace token"},
	{"xoxc-", "a browser session's token"},
	{"https://hooks.", "the URL of a webhook"},
}

// A SetupError is a fault that trying again will not heal: someone must change a setting.
type SetupError struct {
	// Problem says what is wrong, Hint what to do about it.
	Problem, Hint string
	// Err is Slack's answer; nil when Slack was not asked.
	Err error
}

// Error gives problem and hint in one line.
func (e *SetupError) Error() string { return e.Problem + ": " + e.Hint }

// Unwrap returns Slack's answer, or nil.
func (e *SetupError) Unwrap() error { return e.Err }

// Names of the two tokens: the variables of the environment that hold them.
const (
	BotTokenName = "SLACK_BOT_TOKEN"
	AppTokenName = "SLACK_APP_TOKEN"
)

// CheckTokens looks at the kinds of both tokens before either is sent anywhere. The error is a
// [SetupError] for each that is wrong, joined.
func CheckTokens(bot, app string) error {
	return errors.Join(CheckBotToken(bot), CheckAppToken(app))
}

// CheckBotToken looks at the kind of a bot token. The error is a [SetupError].
func CheckBotToken(token string) error { return checkToken(BotTokenName, token, prefixBot, whereBot) }

// CheckAppToken looks at the kind of an app-level token. The error is a [SetupError].
func CheckAppToken(token string) error { return checkToken(AppTokenName, token, prefixApp, whereApp) }

// checkToken never puts a token into the error, only its kind.
func checkToken(variable, value, prefix, where string) error {
	switch {
	case value == "":
		return &SetupError{Problem: variable + " is not set", Hint: where}
	case strings.TrimSpace(value) != value:
		return &SetupError{Problem: variable + " has white space around the token", Hint: "remove it, a line end too"}
	case strings.HasPrefix(value, prefix):
		return nil
	}
	for _, k := range kinds {
		if strings.HasPrefix(value, k.prefix) {
			return &SetupError{
				Problem: fmt.Sprintf("%s holds %s, not one that begins with %s", variable, k.name, prefix),
				Hint:    where,
			}
		}
	}
	return &SetupError{Problem: fmt.Sprintf("%s does not begin with %s", variable, prefix), Hint: where}
}

// hints says what to do about the errors of Slack that no second try heals. Source of the codes:
// docs.slack.dev, the errors common to all methods.
var hints = map[string]string{
	"invalid_auth":           "the token is wrong or was revoked: copy it anew",
	"not_authed":             "no token arrived: set it",
	"account_inactive":       "the app was removed from the workspace or the workspace is gone: install it again",
	"token_revoked":          "the token was revoked: install the app again and copy the new token",
	"token_expired":          "the token has expired: turn token rotation off for this app, and copy a new token",
	"not_allowed_token_type": "this is a token of the wrong kind",
	"user_removed_from_team": "the app's user was removed from the workspace: install the app again",
	"team_disabled":          "the workspace is disabled",
	"missing_scope":          "add the missing scope to the app, and install it again",
}

// A Refusal is an error that Slack names.
type Refusal struct {
	// Call is the method that was called, Code Slack's name for the error.
	Call, Code string
	// Needed and Provided are lists of scopes; "" where Slack tells none.
	Needed, Provided string
}

// Setup returns the error that a refusal of the token of that name is, if no second try heals it; else nil.
func (r Refusal) Setup(variable string) *SetupError {
	hint := hints[r.Code]
	if hint == "" {
		return nil
	}
	if r.Needed != "" {
		hint += fmt.Sprintf(" (needed: %s; granted: %s)", r.Needed, r.Provided)
	}
	where := whereBot
	if variable == AppTokenName {
		where = whereApp
	}
	return &SetupError{Problem: fmt.Sprintf("Slack refused %s (%s) with %s", variable, r.Call, r.Code), Hint: hint + "; " + where}
}

// asSetup turns an error of Slack that no second try heals into a [SetupError] that names the
// variable of the token; it returns nil for any other error.
func asSetup(variable, call string, err error) error {
	var answer slack.SlackErrorResponse
	if !errors.As(err, &answer) {
		return nil
	}
	setup := Refusal{Call: call, Code: answer.Err, Needed: answer.Needed, Provided: answer.Provided}.Setup(variable)
	if setup == nil {
		return nil
	}
	setup.Err = err
	return setup
}

// code returns Slack's own name for an error, or "".
func code(err error) string {
	var answer slack.SlackErrorResponse
	if errors.As(err, &answer) {
		return answer.Err
	}
	return ""
}
