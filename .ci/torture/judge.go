package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"time"

	"verbatim/bot/localslack"
)

// lateAfter is from when on an answer counts as late in the table.
const lateAfter = 10 * time.Second

// mostUnheard: at most one question in so many may find no socket open without that being a fault.
const mostUnheard = 200

// mostGivenUp: in a storm of disconnects at most one question in so many may be an event that Slack gave up
// after its last try. With two connections, each disconnected more often than Slack allows to open new ones,
// some meet none that works at each try; a bot that is slow to come back has several times as many.
const mostGivenUp = 25

// isAnswer says that something said answers a question rather than that it waits.
func isAnswer(s localslack.Said) bool {
	return s.By != localslack.ByEphemeral && slices.ContainsFunc(questions(), func(q question) bool { return strings.Contains(s.Text, q.want) })
}

func answers(q localslack.Question) (all []localslack.Said) {
	for _, s := range q.Said {
		if isAnswer(s) {
			all = append(all, s)
		}
	}
	return all
}

// open says that a question needs more time.
func open(q localslack.Question) bool {
	if q.Delivered.IsZero() {
		return q.Refused == ""
	}
	return len(answers(q)) == 0
}

func count(all []localslack.Question, is func(localslack.Question) bool) (n int) {
	for _, q := range all {
		if is(q) {
			n++
		}
	}
	return n
}

// A verdict is what became of all questions.
type verdict struct {
	questions, answered, lost, doubled, blind, late, wrong int
	// undelivered are events that Slack gave up and commands whose asker was told so; unheard are
	// questions for which no connection was open at first although a process had connected.
	undelivered, unheard int
	refused              map[string]int
	slowest              time.Duration
	details              []string
}

func (f *fleet) verdict(all []localslack.Question) (v verdict) {
	v.refused = map[string]int{}
	for _, q := range all {
		v.questions++
		got := answers(q)
		for _, s := range q.Said {
			if !isAnswer(s) && s.By != localslack.ByEphemeral && !strings.Contains(s.Text, "waits") {
				v.wrong++
				v.detail("wrong", q)
			}
		}
		if q.Delivered.IsZero() {
			v.undelivered++
			v.refused[q.Door+" "+q.Refused]++
		}
		if q.Unheard && f.settled(q.Asked) {
			v.unheard++
			v.detail("unheard", q)
		}
		switch {
		case len(got) > 1 && f.blind(all, q, got):
			v.blind++
		case len(got) > 1:
			v.doubled++
			v.detail("doubled", q)
		case len(got) == 0 && !q.Delivered.IsZero():
			v.lost++
			v.detail("lost", q)
		}
		if len(got) > 0 {
			v.answered++
			took := got[0].At.Sub(q.Asked)
			v.slowest = max(v.slowest, took)
			if took > lateAfter {
				v.late++
			}
		}
	}
	return v
}

func (v *verdict) detail(what string, q localslack.Question) {
	if len(v.details) > 40 {
		return
	}
	line := fmt.Sprintf("%s: %s in %s by %s, ts %s, asked %s", what, q.Door, q.Channel, q.User, q.TS, q.Asked.Format("15:04:05.000"))
	if !q.Delivered.IsZero() {
		line += ", delivered " + q.Delivered.Format("15:04:05.000")
	}
	line += " " + q.Refused
	for _, s := range q.Said {
		line += fmt.Sprintf("; %s at %s unheard=%t %.60q", s.By, s.At.Format("15:04:05.000"), s.Unheard, s.Text)
	}
	v.details = append(v.details, line)
}

// reconnectTime is how long a process takes that was stopped until it has found out which of its connections are broken.
const reconnectTime = 10 * time.Second

// settled says that at this time a process lived that had been connected for a while.
func (f *fleet) settled(at time.Time) bool {
	return slices.ContainsFunc(f.processes, func(p *process) bool { return p.settled(at) })
}

func (p *process) settled(at time.Time) bool {
	if slices.ContainsFunc(p.stops, func(s stop) bool { return s.from.Before(at) && s.to.After(at.Add(-reconnectTime)) }) {
		return false
	}
	var died, heard time.Time
	for _, d := range p.deaths {
		if d.begun.Add(-time.Second).Before(at) {
			died = d.died
		}
	}
	for _, h := range p.log.connected() {
		if h.Before(at) {
			heard = h
		}
	}
	return heard.After(died) && at.Sub(heard) > 2*time.Second
}

// ends counts how the processes came to their ends.
func (f *fleet) ends() (kills, terms int, slow time.Duration, errs []error) {
	for _, p := range f.processes {
		for _, d := range p.deaths {
			switch d.signal {
			case syscall.SIGKILL:
				kills++
			case syscall.SIGTERM:
				terms++
			}
		}
		slow = max(slow, p.slow)
		for _, c := range p.crash {
			errs = append(errs, fmt.Errorf("process %d %s", p.number+1, c))
		}
	}
	return kills, terms, slow, errs
}

// judge prints the row of the table and returns an error for what must not be.
func (f *fleet) judge() error {
	v := f.verdict(f.town.slack.Ledger())
	kills, terms, slow, errs := f.ends()
	faults := 0
	for _, n := range f.town.slack.Faults().Met() {
		faults += n
	}
	f.times()
	for _, d := range v.details {
		fmt.Println(d)
	}
	fmt.Println("not delivered:", v.refused)
	fmt.Println("faults met:", f.town.slack.Faults().Met())
	fmt.Printf(f.summary()+"%d times stopped and continued; slowest end after SIGTERM %s, slowest answer %s\n", f.stops(), slow.Round(time.Millisecond), v.slowest.Round(time.Millisecond))
	fmt.Println("| seed | kill -9 | nodes killed | SIGTERM | faults | questions | not delivered | lost | doubled | unknowable | unheard | late |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|---|---|---|")
	fmt.Printf("| %d | %d | %d | %d | %d | %d | %d | %d | %d | %d | %d | %d |\n", f.seed, kills, f.nodeKills, terms, faults, v.questions, v.undelivered, v.lost, v.doubled, v.blind, v.unheard, v.late)
	bad := v.lost + v.doubled + v.wrong
	// A machine that stalls leaves a few unheard, and in a storm "link_disabled" means that nothing is to
	// be heard for a while.
	if f.storm == 0 && v.unheard*mostUnheard > v.questions {
		bad += v.unheard
	}
	if givenUp := v.refused["dm given up"] + v.refused["mention given up"]; f.storm > 0 && givenUp*mostGivenUp > v.questions {
		bad += givenUp
		fmt.Printf("%d events were given up by Slack, more than one question in %d\n", givenUp, mostGivenUp)
	}
	if f.plant != "" {
		if bad == 0 {
			return fmt.Errorf("the planted fault %s was not found", f.plant)
		}
		fmt.Printf("the planted fault %s was found\n", f.plant)
		return nil
	}
	if v.questions == 0 || v.answered == 0 {
		errs = append(errs, errors.New("no question was answered"))
	}
	if bad > 0 {
		errs = append(errs, fmt.Errorf("%d faults: %d lost, %d doubled, %d unheard, %d wrong, or given up in a storm", bad, v.lost, v.doubled, v.unheard, v.wrong))
	}
	return errors.Join(errs...)
}
