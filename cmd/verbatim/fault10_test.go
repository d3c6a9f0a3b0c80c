package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"verbatim/bot/localslack"
	"verbatim/corpus"
	"verbatim/corpus/source"
)

// TestFault10Kill kills the process at each step of a question's way that Slack can see, while a changed document
// is taken into the index, and then at random times, also while it starts. The torture test does so hundreds of times
// under all other faults.
func TestFault10Kill(t *testing.T) {
	s := newService(t)
	folder := t.TempDir()
	for _, d := range corpus.Embedded() {
		write(t, folder, d.Path, d.Text)
	}
	s.flags = []string{"--corpus", folder}
	const seed = 20261125
	rnd := rand.New(rand.NewPCG(seed, 10))
	rounds, random, kills, heard := 1, 10, 0, 0
	if os.Getenv("VERBATIM_LONG") != "" {
		rounds, random = 20, 500
	}
	for range rounds {
		for _, step := range s.steps(folder, rnd) {
			cmd := s.start()
			s.connected()
			step()
			s.kill(cmd)
			kills++
		}
	}
	for range random {
		cmd := s.start()
		s.ask([]string{localslack.General, localslack.News, localslack.Leaders}[rnd.IntN(3)])
		<-time.After(time.Duration(rnd.Int64N(int64(250 * time.Millisecond))))
		if s.hears() {
			heard++
		}
		s.kill(cmd)
		kills++
	}
	cmd := s.start()
	s.answered()
	s.stop(cmd)
	t.Logf("%d kills, %d questions; of %d kills at random times %d were of a process that was connected", kills, len(s.asked), random, heard)
	if random > 100 && (heard < random/50 || heard > random-random/50) {
		t.Error("nearly all random kills came before the connection, or after it")
	}
}

// steps each ask a question, and return at the moment for which they are named.
func (s *service) steps(folder string, rnd *rand.Rand) []func() {
	said := func() {
		s.wait("an answer", func() bool { all := s.slack.Ledger(); return len(all[len(all)-1].Said) > 0 })
	}
	sent := func() {
		n := len(s.slack.Envelopes())
		s.ask(localslack.General)
		s.wait("an envelope", func() bool { return len(s.slack.Envelopes()) > n })
	}
	acknowledged := func() {
		n := len(s.slack.Envelopes())
		s.ask(localslack.News)
		s.wait("an acknowledgement", func() bool { all := s.slack.Envelopes(); return len(all) > n && !all[n].Acked.IsZero() })
	}
	answered := func() {
		s.ask(localslack.Leaders)
		said()
	}
	answeredUnheard := func() {
		s.slack.Faults().API("chat.postMessage", 1, localslack.LostReply())
		s.ask(localslack.General)
		said()
	}
	documentChanging := func() {
		s.ask(localslack.News)
		write(s.t, folder, "note.txt", fmt.Sprintf("Note %d is of no importance.", rnd.Int()))
		<-time.After(source.DefaultSettle + time.Duration(rnd.Int64N(int64(200*time.Millisecond))))
	}
	return []func(){sent, acknowledged, answered, answeredUnheard, documentChanging}
}
