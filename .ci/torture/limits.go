package main

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"verbatim/bot/localslack"
)

// methodOfNewLinks asks for a new socket.
const methodOfNewLinks = "apps.connections.open"

// mostOpened is how many new sockets may be asked for in any minute of a storm, as Slack allows no more. Source:
// docs.slack.dev, the page of the method.
const mostOpened = 50

// What is asked of every calm run, which has the machine for itself.
const (
	maxAcknowledged = 100 * time.Millisecond // p99 of each door
	maxAnswered     = time.Second            // p99 of each door
	// How much more than at the first minute may be taken at the last.
	memoryGrowth    = 2
	memoryMore      = 16 << 10 // KiB on top of that
	goroutineGrowth = 2
	moreDescriptors = 8
)

// limits prints how long questions waited and what new sockets were asked for, and returns which limits were
// broken. It has none for the times of runs with faults, and none for new sockets but in storms: a process that
// begins again does not know what the one before it asked for.
func (f *fleet) limits() (errs []error) {
	all := waitsOf(f.town.slack.Ledger())
	for _, w := range all {
		fmt.Println(w)
	}
	opened, most, limited := newSockets(f.town.slack.Calls())
	fmt.Printf("%s: %d of the calls still on record, at most %d in a minute, %d refused for their rate; %d disconnects\n", methodOfNewLinks, opened, most, limited, f.raged)
	switch {
	case f.storm > 0:
		errs = stormLimits(most, limited)
	case f.calm:
		errs = append(timeLimits(all), growthLimits(f.processes[0].samples)...)
	}
	return errs
}

// newSockets counts the calls for new sockets, the most of them within a minute, and those that Slack refused for
// their rate, other than by a fault.
func newSockets(calls []localslack.Call) (opened, most, limited int) {
	var at []time.Time
	for _, c := range calls {
		if c.Method != methodOfNewLinks {
			continue
		}
		at = append(at, c.Time)
		if c.Status == 429 && c.Error != "fault" {
			limited++
		}
	}
	slices.SortFunc(at, time.Time.Compare) // they are on record in the order of their replies
	first := 0
	for i, t := range at {
		for t.Sub(at[first]) >= time.Minute {
			first++
		}
		most = max(most, i-first+1)
	}
	return len(at), most, limited
}

func stormLimits(most, limited int) (errs []error) {
	if most > mostOpened {
		errs = append(errs, fmt.Errorf("%s was called %d times in a minute, more than %d", methodOfNewLinks, most, mostOpened))
	}
	if limited > 0 {
		errs = append(errs, fmt.Errorf("%s was refused %d times for its rate", methodOfNewLinks, limited))
	}
	return errs
}

func timeLimits(all []waits) (errs []error) {
	for _, w := range all {
		if p99 := quantile(w.acknowledged, .99); p99 >= maxAcknowledged {
			errs = append(errs, fmt.Errorf("%s: acknowledged p99 is %s, not below %s", w.door, p99, maxAcknowledged))
		}
		if p99 := quantile(w.ended, .99); p99 >= maxAnswered {
			errs = append(errs, fmt.Errorf("%s: answered p99 is %s, not below %s", w.door, p99, maxAnswered))
		}
	}
	return errs
}

// growthLimits compares the last minute with the first.
func growthLimits(all []sample) (errs []error) {
	if len(all) < 2 {
		fmt.Println("too short to tell what grows")
		return nil
	}
	first, last := all[0], all[len(all)-1]
	if first.goroutines == 0 || last.goroutines == 0 {
		errs = append(errs, errors.New("the log does not tell how many goroutines there are"))
	}
	for _, l := range []struct {
		of             string
		was, is, limit int
	}{
		{"KiB that are not mapped files", first.anonymous, last.anonymous, memoryGrowth*first.anonymous + memoryMore},
		{"goroutines", first.goroutines, last.goroutines, goroutineGrowth * first.goroutines},
		{"descriptors", first.descriptors, last.descriptors, first.descriptors + moreDescriptors},
	} {
		if l.is > l.limit {
			errs = append(errs, fmt.Errorf("%d %s at the end, more than %d; %d at the first minute", l.is, l.of, l.limit, l.was))
		}
	}
	return errs
}
