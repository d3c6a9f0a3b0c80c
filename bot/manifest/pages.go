package manifest

import (
	"fmt"
	"net/url"
	"strings"
)

// Addresses of Slack's Web API.
const (
	// API is that of slack.com.
	API = "https://slack.com/api/"
	// GovAPI is that of GovSlack, which shares nothing with it.
	GovAPI = "https://slack-gov.com/api/"
	// govHost is GovSlack's domain.
	govHost = "slack-gov.com"
)

// Site returns where the apps of a Slack are set up, without a slash at its end, by the address of its
// Web API.
func Site(api string) string {
	if u, err := url.Parse(api); err == nil && (u.Hostname() == govHost || strings.HasSuffix(u.Hostname(), "."+govHost)) {
		return "https://api." + govHost
	}
	return "https://api.slack.com"
}

// Link returns the address that opens Slack's form for a new app with this manifest filled in, on a site
// as [Site] gives it. Source: docs.slack.dev, "Create and configure apps with manifests".
func (m Manifest) Link(site string) (string, error) {
	text, err := encode(m)
	if err != nil {
		return "", err
	}
	return site + "/apps?new_app=1&manifest_yaml=" + strings.ReplaceAll(url.QueryEscape(string(text)), "+", "%20"), nil
}

// A Page is one of the pages on which an app is set up.
type Page string

// The pages, as their addresses end. Source: the site itself.
const (
	// BasicInformation has the app-level tokens.
	BasicInformation Page = "general"
	// OAuth has the bot token and its scopes.
	OAuth Page = "oauth"
	// Install puts the app into the workspace, again after each change of scopes.
	Install Page = "install-on-team"
	// SocketMode switches Socket Mode on.
	SocketMode Page = "socket-mode"
	// Events subscribes to events.
	Events Page = "event-subscriptions"
	// Home has the tabs of the app.
	Home Page = "app-home"
)

// Of returns the address of a page of an app. Without the app's id it is that of the list of apps, with
// the way from there.
func (p Page) Of(site, app string) string {
	if app == "" {
		return fmt.Sprintf("%s/apps → your app → %s", site, p.title())
	}
	return site + "/apps/" + url.PathEscape(app) + "/" + string(p)
}

// title is what the page is called in the list beside it.
func (p Page) title() string {
	return map[Page]string{
		BasicInformation: "Basic Information", OAuth: "OAuth & Permissions", Install: "Install App",
		SocketMode: "Socket Mode", Events: "Event Subscriptions", Home: "App Home",
	}[p]
}

// Messages returns the address that opens the conversation with an app in Slack, by the address of the Web
// API and the ids of workspace and app. Source: docs.slack.dev, "Deep linking into Slack".
func Messages(api, team, app string) string {
	host := "slack.com"
	if strings.HasSuffix(Site(api), govHost) {
		host = govHost
	}
	return "https://" + host + "/app_redirect?" + url.Values{"app": {app}, "team": {team}}.Encode()
}

// AppOf returns the id of the app that an app-level token names, "" if it names none. Such a token is
// xapp-<version>-<app>-<number>-<secret>.
func AppOf(token string) string {
	parts := strings.Split(token, "-")
	if len(parts) < 5 || parts[0] != "xapp" || !strings.HasPrefix(parts[2], "A") {
		return ""
	}
	return parts[2]
}
