package main

import (
	"syscall"
	"testing"
	"time"

	"verbatim/bot/localslack"
)

// TestBlind judges a question that was answered twice, at 0 s and at 30 s: only the end, or a stop, of the replica that
// answered first excuses that, and only where nobody may look.
func TestBlind(t *testing.T) {
	begun := time.Now()
	at := func(s float64) time.Time { return begun.Add(time.Duration(s * float64(time.Second))) }
	kill := func(s float64) death { return death{begun: at(s), died: at(s), signal: syscall.SIGKILL} }
	mention := localslack.Question{Door: localslack.DoorMention, Channel: "public"}
	said := func(channel string) []localslack.Said {
		return []localslack.Said{{Channel: channel, TS: "1", At: at(0)}, {Channel: channel, TS: "2", At: at(30)}}
	}
	twice := said("public")
	command := localslack.Question{Door: localslack.DoorSlash, Trigger: "T"}
	private := []localslack.Said{{At: at(0)}, {At: at(30)}}
	both := note{"K", "2", at(30)}
	asked := localslack.Question{Door: localslack.DoorMention, User: "U", Channel: "private"}
	direct := []localslack.Said{{Channel: "D", At: at(0), Unheard: true}, {Channel: "D", At: at(30)}}
	before := func(user string, s float64) []localslack.Question {
		return []localslack.Question{{Door: localslack.DoorDirect, User: user, Channel: "D", Said: []localslack.Said{{Text: questions()[0].want, At: at(s)}}}}
	}
	type given struct {
		one, other *process
		q          localslack.Question
		said       []localslack.Said
	}
	known := map[string]time.Time{"K": at(-1), "T": at(-1)}
	replica := func(p *process, known map[string]time.Time, notes ...note) *process {
		p.log = &tap{known: known, noted: notes}
		return p
	}
	for name, tt := range map[string]struct {
		all []localslack.Question
		given
		want bool
	}{
		"nobody died":                                {nil, given{replica(&process{}, known), replica(&process{}, known, both), mention, twice}, false},
		"who had it was killed":                      {nil, given{replica(&process{deaths: []death{kill(0.5)}}, known), replica(&process{}, known, both), mention, twice}, true},
		"another one was killed":                     {nil, given{replica(&process{}, known), replica(&process{deaths: []death{kill(0.5)}}, nil, both), mention, twice}, false},
		"killed much later":                          {nil, given{replica(&process{deaths: []death{kill(9)}}, known), replica(&process{}, known, both), mention, twice}, false},
		"who noted it lives, another was killed":     {nil, given{replica(&process{}, known, note{"K", "1", at(0.1)}), replica(&process{deaths: []death{kill(0.5)}}, known, both), mention, twice}, false},
		"who noted it was killed before others knew": {nil, given{replica(&process{deaths: []death{kill(0.2)}}, known, note{"K", "1", at(0.1)}), replica(&process{}, known, both), mention, twice}, true},
		"stopped for long, and noted then":           {nil, given{replica(&process{stops: []stop{{from: at(0.1), to: at(35)}}}, known, note{"K", "1", at(35)}), replica(&process{}, known, both), mention, twice}, true},
		"stopped for a moment":                       {nil, given{replica(&process{stops: []stop{{from: at(0.1), to: at(5)}}}, known, note{"K", "1", at(5)}), replica(&process{}, known, both), mention, twice}, false},
		"killed while it was stopped":                {nil, given{replica(&process{stops: []stop{{from: at(0.1), to: at(5), killed: true}}}, known), replica(&process{}, known, both), mention, twice}, true},
		"where the bot may look":                     {nil, given{replica(&process{deaths: []death{kill(0.5)}}, known), replica(&process{}, known, both), asked, said("private")}, false},
		"command, killed":                            {nil, given{replica(&process{deaths: []death{kill(0.5)}}, known), replica(&process{}, known, note{"T", "", at(30)}), command, private}, true},
		"command, another killed":                    {nil, given{replica(&process{}, known), replica(&process{deaths: []death{kill(0.5)}}, nil, note{"T", "", at(30)}), command, private}, false},
		"command, noted, another killed":             {nil, given{replica(&process{}, known, note{"T", "", at(0.1)}), replica(&process{deaths: []death{kill(0.5)}}, known, note{"T", "", at(30)}), command, private}, false},
		"elsewhere, to one never answered there":     {before("V", -9), given{replica(&process{}, known), replica(&process{}, known, both), asked, direct}, true},
		"elsewhere, to one just answered there":      {before("U", -1), given{replica(&process{}, known), replica(&process{}, known, both), asked, direct}, true},
		"elsewhere, to one answered there":           {before("U", -9), given{replica(&process{}, known), replica(&process{}, known, both), asked, direct}, false},
	} {
		f := fleet{town: &town{public: map[string]bool{"public": true}}, processes: []*process{tt.one, tt.other}}
		if got := f.blind(tt.all, tt.q, tt.said); got != tt.want {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
}

// TestTap reads a log.
func TestTap(t *testing.T) {
	p, err := openTap("", 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	p.begin()
	for _, line := range []string{
		`level=INFO msg="connected to slack"`, `level=INFO msg="question received" key=Ev1 kind=mention`,
		`level=INFO msg="question answered" key=Ev1 ts=12.5`, `level=INFO msg="question answered" key=1.2.ab ts=""`,
	} {
		if _, err := p.Write([]byte("time=x " + line + "\n")); err != nil {
			t.Fatal(err)
		}
	}
	later := time.Now().Add(time.Second)
	if len(p.connected()) != 1 || !p.knew("Ev1", later) || p.knew("Ev2", later) {
		t.Error("connections or keys are not seen")
	}
	if a, b := p.notes("other", "12.5"), p.notes("1.2.ab", ""); len(a) != 1 || a[0].key != "Ev1" || len(b) != 1 || len(p.notes("Ev1", "")) != 1 {
		t.Errorf("notes %v, %v", a, b)
	}
}
