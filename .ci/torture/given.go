package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"verbatim/bot/localslack"
)

// ackTime is how long Slack waits for an acknowledgement.
const ackTime = 3 * time.Second

// away says that at every try to bring a question no process of the bot could take it: Socket Mode was off, no socket was
// open, the one it was sent on broke or was stalled, a fault took the acknowledgement, or a process stood still. Which of several
// processes has a socket is not known, so that any of them that stood still excuses a try.
func (f *fleet) away(q localslack.Question) bool {
	return len(q.Tries) > 0 && !slices.ContainsFunc(q.Tries, func(t localslack.Try) bool {
		return t.Missed == "" || t.Missed == localslack.MissedSilence && !f.paused(t.At)
	})
}

// paused says that a process was stopped for a part of the time in which it was to acknowledge something.
func (f *fleet) paused(at time.Time) bool {
	return slices.ContainsFunc(f.processes, func(p *process) bool {
		return slices.ContainsFunc(p.stops, func(s stop) bool { return s.from.Before(at.Add(ackTime)) && s.to.After(at) })
	})
}

// givenUp are the questions of a door that never were acknowledged.
type givenUp struct {
	away    int // no process could take them
	ignored int // a process had one at least once, and was silent
}

// doors are all doors, in the order of the tables.
var doors = []string{localslack.DoorMention, localslack.DoorDirect, localslack.DoorSlash, localslack.DoorButton}

// isEvent says that what comes by a door comes again when it is not acknowledged, and that nobody is told that it was
// given up.
func isEvent(door string) bool {
	return door == localslack.DoorMention || door == localslack.DoorDirect
}

// giveUp notes a question that was not acknowledged.
func (v *verdict) giveUp(f *fleet, q localslack.Question) {
	g := v.givenUp[q.Door]
	if f.away(q) {
		g.away++
	} else {
		g.ignored++
		v.detail("ignored", q)
	}
	v.givenUp[q.Door] = g
}

// of counts events, or commands and clicks.
func (v *verdict) of(events bool) (sum givenUp) {
	for door, g := range v.givenUp {
		if isEvent(door) == events {
			sum.away, sum.ignored = sum.away+g.away, sum.ignored+g.ignored
		}
	}
	return sum
}

// ungiven tells by door what was not acknowledged.
func (v *verdict) ungiven() string {
	var all []string
	for _, door := range doors {
		g := v.givenUp[door]
		all = append(all, fmt.Sprintf("%s %d while no process could take them and %d ignored", door, g.away, g.ignored))
	}
	return "given up by Slack: " + strings.Join(all, ", ")
}
