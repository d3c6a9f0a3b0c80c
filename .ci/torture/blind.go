package main

import (
	"slices"
	"syscall"
	"time"

	"verbatim/bot/localslack"
)

// blind says that an answer was given again where nobody could know that it stood: the reply to every
// one but the last never reached the bot, or reached a process that was killed or stood still before it could note
// it, and what was said cannot be looked for.
func (f *fleet) blind(all []localslack.Question, q localslack.Question, got []localslack.Said) bool {
	for _, s := range got[:len(got)-1] {
		if f.mayLook(all, q, s) || !s.Unheard && !f.diedUnknowing(all, q, got, s) {
			return false
		}
	}
	return true
}

// mayLook says that the bot could look for as long as it needs whether an answer stands: where it may read, and in
// direct messages with somebody whom it has answered there. What only one person sees it cannot look for, and for
// the answer to a command or click that it brings elsewhere it looks once.
func (f *fleet) mayLook(all []localslack.Question, q localslack.Question, s localslack.Said) bool {
	switch {
	case q.Door == localslack.DoorDirect:
		return true
	case q.Door != localslack.DoorMention:
		return false
	case s.Channel == q.Channel:
		return !f.town.public[q.Channel]
	}
	return slices.ContainsFunc(all, func(o localslack.Question) bool {
		return o.Door == localslack.DoorDirect && o.User == q.User && slices.ContainsFunc(answers(o), func(a localslack.Said) bool {
			return !a.Unheard && a.At.Before(s.At.Add(-noteTime)) && !f.diedUnknowing(all, o, answers(o), a)
		})
	})
}

// diedUnknowing says that the process that said something was killed, or stood still, before it could note that.
func (f *fleet) diedUnknowing(all []localslack.Question, q localslack.Question, got []localslack.Said, s localslack.Said) bool {
	if len(f.processes) == 1 {
		return f.processes[0].diedUnknowing(all, s.At)
	}
	return slices.ContainsFunc(f.speakers(q, got, s), func(p *process) bool {
		return p.killedWithin(s.At, noteTime) || p.stoodStill(s.At, noteTime)
	})
}

// noteTime is how long a replica takes at most to note an answer that it has given: in its log, in its journal, and
// where the others see it.
const noteTime = 3 * time.Second

// speakers are the processes that may have said something: the one whose log soon tells so, or else those that had the
// question in hand.
func (f *fleet) speakers(q localslack.Question, got []localslack.Said, s localslack.Said) (all []*process) {
	soon := func(n note) bool { return n.at.After(s.At.Add(-time.Second)) && n.at.Before(s.At.Add(noteTime)) }
	for _, p := range f.processes {
		if slices.ContainsFunc(p.log.notes(q.Trigger, s.TS), soon) {
			return []*process{p}
		}
	}
	keys := f.keys(q, got)
	for _, p := range f.processes {
		if len(keys) == 0 || slices.ContainsFunc(keys, func(key string) bool { return p.log.knew(key, s.At) }) {
			all = append(all, p)
		}
	}
	return all
}

// keys are those that a question has in the logs; none when no answer to a message was noted.
func (f *fleet) keys(q localslack.Question, got []localslack.Said) (all []string) {
	if q.Trigger != "" {
		return []string{q.Trigger}
	}
	for _, p := range f.processes {
		for _, s := range got {
			for _, n := range p.log.notes("", s.TS) {
				all = append(all, n.key)
			}
		}
	}
	return all
}

// killedWithin says that the process was killed at a time or soon after it; a request may come through a
// little after the death.
func (p *process) killedWithin(at time.Time, soon time.Duration) bool {
	return slices.ContainsFunc(p.deaths, func(d death) bool {
		return d.signal == syscall.SIGKILL && d.died.After(at.Add(-time.Second)) && d.begun.Before(at.Add(soon))
	})
}

// stoodStill says that the process was stopped at a time or soon after it, for so long that others might take it for
// dead, or until it was killed.
func (p *process) stoodStill(at time.Time, soon time.Duration) bool {
	return slices.ContainsFunc(p.stops, func(s stop) bool {
		return (s.killed || s.to.Sub(s.from) > longStop) && s.to.After(at) && s.from.Before(at.Add(soon))
	})
}

// diedUnknowing says that the process, the only one, was killed after Slack took its message at a time and before
// it could note that. It had time to if it has acknowledged a question that came after the message: that question was
// written to the journal after the note, or with it.
func (p *process) diedUnknowing(all []localslack.Question, at time.Time) bool {
	for i, d := range p.deaths {
		if d.died.Before(at) { // perhaps its request came through only after its death
			if d.signal == syscall.SIGKILL && !p.heardBetween(d.died, at) {
				return true
			}
			continue
		}
		if d.signal != syscall.SIGKILL || i > 0 && at.Before(d.born) {
			return false
		}
		return !slices.ContainsFunc(all, func(q localslack.Question) bool {
			return q.Asked.After(at.Add(100*time.Millisecond)) && !q.Delivered.IsZero() && q.Delivered.Before(d.begun)
		})
	}
	return false
}

// heardBetween says that a process got its first connection between two times.
func (p *process) heardBetween(from, to time.Time) bool {
	return slices.ContainsFunc(p.log.connected(), func(h time.Time) bool { return h.After(from) && h.Before(to) })
}
