package main

import (
	"context"
	"crypto/x509"
	"net/http"
	"path/filepath"
	"slices"
	"strings"

	"verbatim/bot/checkup"
	"verbatim/bot/journal"
	"verbatim/bot/manifest"
	"verbatim/bot/rights"
)

// look looks at everything in turn. What is wrong with one thing keeps nothing from the next.
func (d *doctor) look(ctx context.Context) []checkup.Finding {
	set, settingsAre := d.settings()
	roots, err := d.pool()
	list := []checkup.Finding{settingsAre}
	d.bare = settingsAre.Severity != checkup.OK // which is told once
	if err != nil {
		d.file = ""
		list = append(list, checkup.Bad("TLS", "give a file of certificates in PEM, or leave --ca-file (VERBATIM_CA_FILE) out", "%v", err))
	}
	served := d.served(ctx)
	list = append(list, d.slack(ctx, set, roots, served.runs)...)
	list = append(list, served.finding)
	list = append(list, folder(d.data)...)
	engine, asked := d.engines(ctx, set, roots)
	list = append(list, engine...)
	if !asked {
		return append(list, checkup.Noted(nameDocuments, "", "not compared, as the engine cannot be asked"))
	}
	return append(list, d.documents(ctx, set, roots, served.runs)...)
}

// settings reads the file of settings.
func (d *doctor) settings() (settings, checkup.Finding) {
	set, _, err := d.read(d.config)
	if err != nil {
		return settings{}, checkup.Bad("settings", "mend the line that is named; README.md says what there may be", "%v", err)
	}
	return set, checkup.Good("settings", "good")
}

// serving is what is known of a running serve.
type serving struct {
	runs    bool
	finding checkup.Finding
}

// served says whether a serve runs with this data folder, and how it does.
func (d *doctor) served(ctx context.Context) serving {
	const name = "serve"
	locked, err := journal.Locked(filepath.Join(d.data, "journal"))
	if err != nil {
		return serving{finding: checkup.Bad("journal", "'verbatim serve' puts a damaged journal aside and begins a new one; where it is the right to read it, give the folder to the user who runs it", "%v", err)}
	}
	status, answer := 0, ""
	if d.healthAddr != "" {
		status, answer, err = tellServe(ctx, http.MethodGet, d.healthAddr, "/readyz", "")
	}
	switch {
	case status == http.StatusOK:
		return serving{true, checkup.Good(name, "it runs and hears Slack")}
	case status == http.StatusServiceUnavailable:
		return serving{true, checkup.Bad(name, "look above for what is wrong with the tokens, Socket Mode and the network, and into its log", "it runs and is deaf: %s", strings.TrimSpace(answer))}
	case locked && err != nil:
		return serving{true, checkup.Warned("lock", "stop the other program, give this one its own --data, or name its --health-addr", "another program has the data folder locked, and answers not under %s", d.healthAddr)}
	case locked:
		return serving{true, checkup.Noted(name, "give it a --health-addr, and name it here", "it runs; how it does cannot be told")}
	}
	return serving{finding: checkup.Noted(name, "start it with 'verbatim serve'", "it does not run here")}
}

// slack looks at the tokens and at Slack. Beside a running bot no socket is opened, as Slack would send it
// what is meant for that one.
func (d *doctor) slack(ctx context.Context, set settings, roots *x509.CertPool, runs bool) []checkup.Finding {
	t, err := readTokens(d.data)
	if err != nil {
		return []checkup.Finding{checkup.Bad("tokens", "mend what is named, or run 'verbatim setup'", "%v", err)}
	}
	var list []checkup.Finding
	if t.open {
		list = append(list, checkup.Warned("token file", "chmod 600 "+t.stored, "others may read %s", t.stored))
	}
	client := d.client(roots)
	defer client.Close()
	app := &checkup.App{Bot: t.bot, Token: t.app, WantTeam: t.team, WantScopes: wantedScopes(set.Rights.rules())}
	botIs, appIs := client.LookAtBot(ctx, app), client.LookAtApp(ctx, app)
	list = append(list, proxy(d.url()))
	list = append(list, botIs...)
	for _, f := range appIs {
		if !slices.Contains(botIs, f) { // the same network
			list = append(list, f)
		}
	}
	if checkup.Worst(appIs) == checkup.Fault {
		return list
	}
	return append(list, d.socket(ctx, client, app, runs)...)
}

// socket looks at the socket, and makes the round.
func (d *doctor) socket(ctx context.Context, client *checkup.Client, app *checkup.App, runs bool) []checkup.Finding {
	if runs {
		return []checkup.Finding{client.LookAtBoth(ctx, app), checkup.Noted("socket", "", "not opened beside a running serve")}
	}
	socket, f := client.OpenSocket(ctx, app)
	list := []checkup.Finding{f}
	if socket != nil {
		defer socket.Close()
	}
	if d.to == "" || socket == nil || app.TeamID == "" {
		return append(list, client.LookAtBoth(ctx, app), checkup.Noted("round trip",
			"give --to with your member id: a message is sent to you and deleted again", "not made: whether the Messages tab is on and direct messages are heard cannot be told without it"))
	}
	trip, err := client.RoundTrip(ctx, app, socket, checkup.Trip{User: d.to, Text: doctorMessage})
	if err != nil {
		trip = []checkup.Finding{checkup.Bad("--to", "copy the member id from a profile in Slack: ⋮, \"Copy member ID\"", "%v", err)}
	}
	return append(list, append(trip, checkup.Noted("events",
		"mention the bot in a channel, open its Home tab, and write to it", "Slack does not tell which events are subscribed to, nor whether people may write in the Messages tab"))...)
}

// doctorMessage is the message of the round.
const doctorMessage = "This message was sent by 'verbatim doctor', which deletes it in a moment."

// wantedScopes are the scopes that the settings of channels need.
func wantedScopes(rules rights.Rules) []manifest.Scope {
	for _, c := range rules.Channels {
		if c.FollowUps != "" && c.FollowUps != rights.Never || c.Untagged != "" && c.Untagged != rights.Never {
			i := slices.IndexFunc(manifest.Options(), func(o manifest.Option) bool { return o.Name == "threads" })
			return manifest.Options()[i].Scopes
		}
	}
	return nil
}

// proxy says which way requests to Slack take.
func proxy(api string) checkup.Finding {
	const name = "proxy"
	req, err := http.NewRequest(http.MethodPost, api, nil)
	if err != nil {
		return checkup.Bad("--slack-api", "give an address such as https://slack.com/api/", "%v", err)
	}
	through, err := http.ProxyFromEnvironment(req)
	switch {
	case err != nil:
		return checkup.Bad(name, "mend HTTPS_PROXY or HTTP_PROXY: http://proxy.example:3128", "%v", err)
	case through != nil && strings.TrimSuffix(through.Host, ":") != through.Host || through != nil && through.Hostname() == "":
		return checkup.Bad(name, "mend HTTPS_PROXY or HTTP_PROXY: http://proxy.example:3128", "it has no address: %s", through.Redacted())
	case through == nil:
		return checkup.Good(name, "none on the way to %s", req.URL.Host)
	}
	return checkup.Good(name, "%s on the way to %s", through.Host, req.URL.Host)
}
