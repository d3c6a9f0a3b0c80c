package main

import (
	"errors"
	"strings"
	"testing"
	"time"

	"verbatim/bot/localslack"
)

// answer is what a question of the town is answered with.
func answer(channel string) localslack.Said {
	return localslack.Said{By: localslack.ByPost, Channel: channel, Text: "… " + questions()[0].want + " …"}
}

// tried are tries that were missed for these reasons, three seconds apart, from a time on.
func tried(at time.Time, missed ...string) (all []localslack.Try) {
	for i, why := range missed {
		all = append(all, localslack.Try{At: at.Add(time.Duration(i) * ackTime), Missed: why})
	}
	return all
}

// TestGivenUp judges events that were never acknowledged: only what no process could take is excused, at every try.
func TestGivenUp(t *testing.T) {
	at := time.Now()
	for name, tt := range map[string]struct {
		tries   []localslack.Try
		stops   []stop
		ignored int
	}{
		"no process ran":                      {tries: tried(at, localslack.MissedNoSocket, localslack.MissedEnded, localslack.MissedNoSocket)},
		"it was switched off":                 {tries: tried(at, localslack.MissedOff, localslack.MissedEnded)},
		"faults took all":                     {tries: tried(at, localslack.MissedStalled, localslack.MissedAck)},
		"heard and ignored every time":        {tries: tried(at, localslack.MissedSilence, localslack.MissedSilence), ignored: 1},
		"heard and ignored once":              {tries: tried(at, localslack.MissedNoSocket, localslack.MissedSilence, localslack.MissedNoSocket), ignored: 1},
		"it stood still":                      {tries: tried(at, localslack.MissedSilence), stops: []stop{{from: at.Add(time.Second), to: at.Add(time.Minute)}}},
		"it stood still before":               {tries: tried(at, localslack.MissedSilence), stops: []stop{{from: at.Add(-time.Minute), to: at.Add(-time.Second)}}, ignored: 1},
		"it stood still only at the first":    {tries: tried(at, localslack.MissedSilence, localslack.MissedSilence), stops: []stop{{from: at.Add(-time.Second), to: at.Add(time.Second)}}, ignored: 1},
		"not yet at its end":                  {tries: tried(at, localslack.MissedNoSocket, ""), ignored: 1},
		"nothing is known of how it was sent": {ignored: 1},
	} {
		f := fleet{processes: []*process{{log: &tap{}, stops: tt.stops}}, town: &town{}}
		for _, door := range doors {
			v := f.verdict([]localslack.Question{{Door: door, Refused: "given up", Tries: tt.tries}})
			if got := v.givenUp[door]; got.ignored != tt.ignored || got.away != 1-tt.ignored {
				t.Errorf("%s, %s: %+v, want %d ignored", name, door, got, tt.ignored)
			}
		}
	}
}

// TestFaults wants each rule of the judge to be broken by what breaks it, and by nothing else.
func TestFaults(t *testing.T) {
	v := func(change func(*verdict)) *verdict {
		v := &verdict{questions: 1000, answered: 990}
		change(v)
		return v
	}
	given := func(door string, g givenUp) func(*verdict) {
		return func(v *verdict) { v.givenUp = map[string]givenUp{door: g} }
	}
	for name, tt := range map[string]struct {
		v     *verdict
		storm bool
		want  string // in the error; empty for none
	}{
		"all well":                      {v: v(func(*verdict) {})},
		"nothing answered":              {v: &verdict{}, want: "no question"},
		"one lost":                      {v: v(func(v *verdict) { v.lost = 1 }), want: "never answered"},
		"one doubled":                   {v: v(func(v *verdict) { v.doubled = 1 }), want: "twice"},
		"one wrong":                     {v: v(func(v *verdict) { v.wrong = 1 }), want: "wrong"},
		"one stray":                     {v: v(func(v *verdict) { v.strays = 1 }), want: "no question"},
		"one direct message ignored":    {v: v(given("dm", givenUp{ignored: 1})), want: "given up"},
		"one mention ignored":           {v: v(given("mention", givenUp{ignored: 1})), want: "given up"},
		"many events while it was away": {v: v(given("dm", givenUp{away: 300}))},
		"some events while away, storm": {v: v(given("dm", givenUp{away: 40})), storm: true},
		"many of them":                  {v: v(given("dm", givenUp{away: 41})), storm: true, want: "one question in 25"},
		"some commands ignored":         {v: v(given("slash", givenUp{ignored: 5}))},
		"many of them ignored":          {v: v(given("slash", givenUp{ignored: 6})), want: "commands or clicks"},
		"commands while it was away":    {v: v(given("button", givenUp{away: 300}))},
		"some unheard":                  {v: v(func(v *verdict) { v.unheard = 5 })},
		"more unheard":                  {v: v(func(v *verdict) { v.unheard = 6 }), want: "unheard"},
		"more unheard in a storm":       {v: v(func(v *verdict) { v.unheard = 6 }), storm: true},
	} {
		err := errors.Join(tt.v.faults(tt.storm)...)
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
}

// TestPlants finds a planted fault by what it does alone: a machine that stalls leaves questions unheard, and finds
// nothing else by it.
func TestPlants(t *testing.T) {
	lost, doubled, unheard := verdict{questions: 100, lost: 1}, verdict{questions: 100, doubled: 1}, verdict{questions: 100, unheard: 9}
	for plant, finds := range plants {
		want := map[string][3]bool{
			"ack-first": {true, false, false}, "one-connection": {true, false, true},
			"no-dedupe": {false, true, false}, "no-look": {false, true, false}, "no-claim": {false, true, false},
		}[plant]
		if got := [3]bool{finds(lost), finds(doubled), finds(unheard)}; got != want {
			t.Errorf("%s is found by lost, doubled, unheard: %v, want %v", plant, got, want)
		}
	}
	if (&verdict{questions: 100, wrong: 5, strays: 5, unheard: 9}).found("no-look") == nil {
		t.Error("no-look is found by anything")
	}
}

// TestVerdict judges answers by where they stand.
func TestVerdict(t *testing.T) {
	f := fleet{town: &town{}}
	now := time.Now()
	q := func(door string, said ...localslack.Said) localslack.Question {
		return localslack.Question{Door: door, Channel: "C", Asked: now, Delivered: now, Said: said}
	}
	v := f.verdict([]localslack.Question{
		q("mention", answer("C")), q("mention", answer("D")), q("dm", answer("C")), q("mention", answer("C"), answer("D")),
		q("slash"), q("dm", localslack.Said{By: localslack.ByPost, Text: "nonsense"}, answer("C")),
	})
	v.stray([]localslack.Said{{Text: buttonText}, {By: localslack.ByEphemeral, Text: "Your question waits"}, answer("D")})
	if v.answered != 5 || v.elsewhere != 1 || v.doubled != 1 || v.lost != 1 || v.wrong != 1 || v.strays != 1 {
		t.Errorf("%+v", v)
	}
}

// TestLimits holds what is measured against what is asked.
func TestLimits(t *testing.T) {
	begun := time.Now()
	var calls []localslack.Call
	open := func(s int, status int, code string) {
		calls = append(calls, localslack.Call{Method: methodOfNewLinks, Time: begun.Add(time.Duration(s) * time.Second), Status: status, Error: code})
	}
	for i := range 60 { // 30 in the second half of one minute, and 30 in the first half of the next
		open(30+i, 200, "")
	}
	open(200, 429, "fault")
	open(201, 429, "ratelimited")
	calls = append(calls, localslack.Call{Method: "chat.postMessage", Time: begun, Status: 429})
	if opened, most, limited := newSockets(calls); opened != 62 || most != 60 || limited != 1 {
		t.Errorf("%d opened, %d in a minute, %d limited", opened, most, limited)
	}
	slow := func(d time.Duration) []time.Duration { return []time.Duration{d, d, d} }
	at := sample{anonymous: 20 << 10, descriptors: 20, goroutines: 30}
	grown := func(change func(*sample)) []sample {
		last := at
		change(&last)
		return []sample{at, {anonymous: 1 << 30}, last}
	}
	for name, tt := range map[string]struct {
		errs []error
		want string
	}{
		"as many as Slack allows": {stormLimits(50, 0), ""},
		"one more":                {stormLimits(51, 0), "51 times"},
		"one refused":             {stormLimits(1, 1), "refused"},
		"fast":                    {timeLimits([]waits{{door: "dm", acknowledged: slow(99 * time.Millisecond), ended: slow(999 * time.Millisecond)}}), ""},
		"slow to acknowledge":     {timeLimits([]waits{{door: "dm", acknowledged: slow(100 * time.Millisecond)}}), "dm: acknowledged"},
		"slow to answer":          {timeLimits([]waits{{door: "slash", ended: slow(time.Second)}}), "slash: answered"},
		"steady":                  {growthLimits(grown(func(*sample) {})), ""},
		"all within the limits":   {growthLimits(grown(func(s *sample) { s.anonymous, s.descriptors, s.goroutines = 56<<10, 28, 60 })), ""},
		"memory":                  {growthLimits(grown(func(s *sample) { s.anonymous = 56<<10 + 1 })), "mapped"},
		"goroutines":              {growthLimits(grown(func(s *sample) { s.goroutines = 61 })), "goroutines at"},
		"descriptors":             {growthLimits(grown(func(s *sample) { s.descriptors = 29 })), "descriptors"},
		"no goroutines known":     {growthLimits(grown(func(s *sample) { s.goroutines = 0 })), "does not tell"},
	} {
		if got := errors.Join(tt.errs...); tt.want == "" && got != nil || tt.want != "" && (got == nil || !strings.Contains(got.Error(), tt.want) || len(tt.errs) > 1) {
			t.Errorf("%s: %v, want %q", name, got, tt.want)
		}
	}
}
