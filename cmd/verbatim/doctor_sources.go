package main

import (
	"context"
	"crypto/x509"
	"fmt"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"verbatim/bot"
	"verbatim/bot/checkup"
	"verbatim/corpus/source"
)

const (
	nameFiles  = "files"
	nameSource = "source "
	// reachWithin bounds the look at one source, reachedAtOnce how many are looked at side by side, and
	// reachedAtMost how many are.
	reachWithin   = 15 * time.Second
	reachedAtOnce = 4
	reachedAtMost = 50
)

// unread names files that could not be read.
func unread(problems []bot.Problem) []checkup.Finding {
	if len(problems) == 0 {
		return nil
	}
	var named []string
	for _, p := range problems[:min(len(problems), maxTold)] {
		named = append(named, fmt.Sprintf("%s (%s)", p.Path, p.Reason))
	}
	found := fmt.Sprintf("%s left out or in want of a look: %s", plural(len(problems), "file or address"), strings.Join(named, ", "))
	if more := len(problems) - maxTold; more > 0 {
		found += fmt.Sprintf(", and %d more", more)
	}
	return []checkup.Finding{checkup.Warned(nameFiles, "mend or remove them, or name them in .verbatimignore; 'verbatim index --dry-run' lists all", "%s", found)}
}

// reach fetches each source of the settings once.
func (d *doctor) reach(ctx context.Context, set settings, roots *x509.CertPool) []checkup.Finding {
	fetcher, err := set.Sources.fetcher(roots)
	if err != nil {
		return []checkup.Finding{checkup.Bad("sources", "mend the section sources of the settings", "%v", err)}
	}
	runs := d.known().Runs()
	list := make([]checkup.Finding, min(len(runs), reachedAtMost))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(reachedAtOnce)
	for i := range list {
		group.Go(func() error {
			list[i] = reached(ctx, fetcher, runs[i])
			return nil
		})
	}
	_ = group.Wait() // none of them fails
	return list
}

// reached looks at one source.
func reached(ctx context.Context, fetcher *source.Fetcher, run source.Run) checkup.Finding {
	ctx, cancel := context.WithTimeout(ctx, reachWithin)
	defer cancel()
	name := nameSource + run.Address
	if _, err := fetcher.Fetch(ctx, run.Address, nil, source.MaxBody); err != nil {
		return checkup.Warned(name, "look at the address in a browser, and at allow and proxy in the section sources of the settings; what was fetched before stays", "it cannot be fetched: %v; %s", err, lastRun(run))
	}
	return ran(run)
}

// ran tells how the last look at a source went.
func ran(run source.Run) checkup.Finding {
	name := nameSource + run.Address
	if run.Failed != "" {
		return checkup.Warned(name, "look at the address in a browser; it is tried again by itself", "the last look failed: %s; %s", run.Failed, lastRun(run))
	}
	return checkup.Good(name, "%s, %s", plural(run.Pages, "page"), lastRun(run))
}

func lastRun(run source.Run) string {
	if run.Last.IsZero() {
		return "not looked at yet"
	}
	return "last looked at " + time.Since(run.Last).Round(time.Second).String() + " ago"
}
