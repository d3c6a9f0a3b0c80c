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

// mostIgnored: at most one question in so many may be a command or click that a process had in hand and did not
// acknowledge in time, as on a machine that stalls; they come only once.
const mostIgnored = 200

// isAnswer says that something said answers a question rather than that it waits.
func isAnswer(s localslack.Said) bool {
	return s.By != localslack.ByEphemeral && slices.ContainsFunc(questions(), func(q question) bool { return strings.Contains(s.Text, q.want) })
}

// isWait says that something said is that a question waits.
func isWait(s localslack.Said) bool { return strings.Contains(s.Text, "waits") }

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
	// strays are messages that belong to no question, elsewhere answers that came as a direct message.
	strays, elsewhere int
	// undelivered are events that Slack gave up and commands whose asker was told so; unheard are
	// questions for which no connection was open at first although a process had connected.
	undelivered, unheard int
	refused              map[string]int
	givenUp              map[string]givenUp // by door
	slowest              time.Duration
	details              []string
}

func (f *fleet) verdict(all []localslack.Question) (v verdict) {
	v.refused, v.givenUp = map[string]int{}, map[string]givenUp{}
	for _, q := range all {
		v.questions++
		got := answers(q)
		for _, s := range q.Said {
			if !isAnswer(s) && s.By != localslack.ByEphemeral && !isWait(s) {
				v.wrong++
				v.detail("wrong", q)
			}
		}
		if q.Delivered.IsZero() {
			v.undelivered++
			v.refused[q.Door+" "+q.Refused]++
			v.giveUp(f, q)
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
			if q.Door != localslack.DoorDirect && got[0].By == localslack.ByPost && got[0].Channel != q.Channel {
				v.elsewhere++
			}
			took := got[0].At.Sub(q.Asked)
			v.slowest = max(v.slowest, took)
			if took > lateAfter {
				v.late++
			}
		}
	}
	return v
}

// stray counts the messages of the app that belong to no question, but for those that hold the button, and for notices
// that a question waits: to who clicked, they come beside the button.
func (v *verdict) stray(all []localslack.Said) {
	for _, s := range all {
		if s.Text == buttonText || s.By == localslack.ByEphemeral && isWait(s) {
			continue
		}
		v.strays++
		v.tell(fmt.Sprintf("stray: %s in %s at %s %.60q", s.By, s.Channel, s.At.Format("15:04:05.000"), s.Text))
	}
}

func (v *verdict) detail(what string, q localslack.Question) {
	line := fmt.Sprintf("%s: %s in %s by %s, ts %s, asked %s", what, q.Door, q.Channel, q.User, q.TS, q.Asked.Format("15:04:05.000"))
	if !q.Delivered.IsZero() {
		line += ", delivered " + q.Delivered.Format("15:04:05.000")
	}
	line += " " + q.Refused
	for _, t := range q.Tries {
		line += fmt.Sprintf("; tried %s %s", t.At.Format("15:04:05.000"), t.Missed)
	}
	for _, s := range q.Said {
		line += fmt.Sprintf("; %s at %s unheard=%t %.60q", s.By, s.At.Format("15:04:05.000"), s.Unheard, s.Text)
	}
	v.tell(line)
}

// tell keeps a line for the reader, unless there are many.
func (v *verdict) tell(line string) {
	if len(v.details) <= 40 {
		v.details = append(v.details, line)
	}
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
	v.stray(f.town.slack.Strays())
	kills, terms, slow, errs := f.ends()
	faults := 0
	for _, n := range f.town.slack.Faults().Met() {
		faults += n
	}
	errs = append(errs, f.limits()...)
	for _, d := range v.details {
		fmt.Println(d)
	}
	fmt.Println("not delivered:", v.refused)
	fmt.Println(v.ungiven())
	fmt.Printf("%d answers were brought elsewhere, as direct messages\n", v.elsewhere)
	fmt.Println("faults met:", f.town.slack.Faults().Met())
	fmt.Printf(f.summary()+"%d times stopped and continued; slowest end after SIGTERM %s, slowest answer %s\n", f.stops(), slow.Round(time.Millisecond), v.slowest.Round(time.Millisecond))
	fmt.Println("| seed | kill -9 | nodes killed | SIGTERM | faults | questions | not delivered | lost | doubled | unknowable | unheard | late |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|---|---|---|")
	fmt.Printf("| %d | %d | %d | %d | %d | %d | %d | %d | %d | %d | %d | %d |\n", f.seed, kills, f.nodeKills, terms, faults, v.questions, v.undelivered, v.lost, v.doubled, v.blind, v.unheard, v.late)
	if f.plant != "" {
		return v.found(f.plant)
	}
	return errors.Join(append(errs, v.faults(f.storm > 0)...)...)
}

// faults are what must not be.
func (v *verdict) faults(storm bool) (errs []error) {
	if v.answered == 0 {
		errs = append(errs, errors.New("no question was answered"))
	}
	events, others := v.of(true), v.of(false)
	for _, c := range []struct {
		n, allowed int
		what       string
	}{
		{v.lost, 0, "questions were acknowledged and never answered"},
		{events.ignored, 0, "mentions or direct messages were given up by Slack though a process could take them"},
		{v.doubled, 0, "questions were answered twice"},
		{v.wrong, 0, "answers were wrong"},
		{v.strays, 0, "messages belong to no question"},
		{others.ignored, v.questions / mostIgnored, "commands or clicks were not acknowledged though a process could take them"},
	} {
		if c.n > c.allowed {
			errs = append(errs, fmt.Errorf("%d %s", c.n, c.what))
		}
	}
	// In a storm "link_disabled" means that nothing is to be heard for a while.
	if !storm && v.deaf() {
		errs = append(errs, fmt.Errorf("%d questions were unheard, more than one in %d", v.unheard, mostUnheard))
	}
	if given := events.away + events.ignored; storm && given*mostGivenUp > v.questions {
		errs = append(errs, fmt.Errorf("%d mentions or direct messages were given up by Slack, more than one question in %d", given, mostGivenUp))
	}
	return errs
}

// deaf says that more questions met no socket than a machine that stalls explains.
func (v *verdict) deaf() bool { return v.unheard*mostUnheard > v.questions }

// plants are the faults that can be planted, each with what it must be found by.
var plants = map[string]func(verdict) bool{
	"ack-first":      func(v verdict) bool { return v.lost > 0 },
	"no-dedupe":      func(v verdict) bool { return v.doubled > 0 },
	"no-look":        func(v verdict) bool { return v.doubled > 0 },
	"no-claim":       func(v verdict) bool { return v.doubled > 0 },
	"one-connection": func(v verdict) bool { return v.deaf() || v.lost > 0 },
}

// found returns an error when a planted fault did not show as what it must.
func (v *verdict) found(plant string) error {
	if !plants[plant](*v) {
		return fmt.Errorf("the planted fault %s was not found: %d lost, %d doubled, %d unheard", plant, v.lost, v.doubled, v.unheard)
	}
	fmt.Printf("the planted fault %s was found\n", plant)
	return nil
}
