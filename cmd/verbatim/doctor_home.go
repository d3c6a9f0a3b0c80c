package main

import (
	"context"
	"sync"
	"time"

	"verbatim/bot"
	"verbatim/bot/checkup"
)

const (
	// homeWithin bounds the look that the Home tab waits for, and homeAge is how long it holds.
	homeWithin = 5 * time.Second
	homeAge    = time.Minute
)

// examine returns what tells admins in their Home tab what the doctor tells on the command line, as far as
// a running bot need not be asked from outside.
func (s *serve) examine(set settings, config bot.Config) func(ctx context.Context, now *running) []bot.Check {
	var mu sync.Mutex
	var last []bot.Check
	var at time.Time
	return func(ctx context.Context, now *running) []bot.Check {
		mu.Lock()
		defer mu.Unlock()
		if last == nil || time.Since(at) > homeAge {
			ctx, cancel := context.WithTimeout(ctx, homeWithin)
			defer cancel()
			last, at = asChecks(s.findings(ctx, now, set, config)), time.Now()
		}
		return last
	}
}

// findings are those of a running bot.
func (s *serve) findings(ctx context.Context, now *running, set settings, config bot.Config) []checkup.Finding {
	client := checkup.NewClient(config.APIURL, config.Roots)
	defer client.Close()
	app := &checkup.App{Bot: config.BotToken, Token: config.AppToken, WantTeam: config.Team, WantScopes: wantedScopes(config.Rules)}
	list := append([]checkup.Finding{checkup.Good("settings", "good"), proxy(config.APIURL)}, client.LookAtBot(ctx, app)...)
	list = append(list, now.heard())
	if err := now.bot.Refused(); err != nil {
		list = append(list, checkup.Bad("tokens", "copy the token anew, and start the program again", "Slack refuses a token: %v", err))
	}
	list = append(list, client.LookAtBoth(ctx, app))
	list = append(list, folder(s.data)...)
	list = append(list, now.unwritten(s.data)...)
	list = append(list, indexed(now.answers.manifest(), "compared with its sums at the start and every hour"))
	list = append(list, s.keeping(ctx)...)
	list = append(list, unread(s.skipped())...)
	if known := s.known(); known != nil {
		for _, run := range known.Runs() {
			list = append(list, ran(run))
		}
	}
	return list
}

// heard tells whether Slack is heard.
func (r *running) heard() checkup.Finding {
	n := r.bot.Stats().Connections
	if n == 0 {
		return checkup.Bad("socket", "look whether Socket Mode is on in the app's settings, and into the log", "no socket to Slack is open: nothing is heard")
	}
	return checkup.Good("socket", "Socket Mode is on, %s open", plural(n, "socket"))
}

// unwritten tells whether the journal takes writes.
func (r *running) unwritten(data string) []checkup.Finding {
	if why := r.journal.Failing(); why != nil {
		behind := plural(r.journal.Stats().Unwritten, "question")
		return []checkup.Finding{checkup.Bad("journal", "make room on the disk of "+data+", or mount it for writing", "it takes no writes (%v): a crash would lose %s", why, behind)}
	}
	return []checkup.Finding{checkup.Good("journal", "on disk, %d open", r.journal.Stats().Open)}
}

// asChecks puts findings as the Home tab shows them, what is wrong first.
func asChecks(list []checkup.Finding) []bot.Check {
	var checks []bot.Check
	for severity := checkup.Fault; severity >= checkup.OK; severity-- {
		for _, f := range list {
			if f.Severity != severity {
				continue
			}
			detail := f.Found
			if f.Way != "" {
				detail += " → " + f.Way
			}
			checks = append(checks, bot.Check{Name: f.Name, OK: f.Severity < checkup.Warning, Detail: detail})
		}
	}
	return checks
}
