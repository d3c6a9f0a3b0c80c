package localslack

import (
	"strings"
	"testing"
	"time"
)

// TestTries tells of each try to bring a question why it was missed.
func TestTries(t *testing.T) {
	missed := func(all []Try) string {
		var why []string
		for _, try := range all {
			why = append(why, try.Missed)
		}
		return strings.Join(why, ", ")
	}
	for _, tt := range []struct {
		name    string
		trouble func(w *world, s *socket)
		want    string
	}{
		{"nobody is there", func(w *world, _ *socket) { w.Cut(0) }, MissedNoSocket},
		{"the app is silent", func(*world, *socket) {}, MissedSilence},
		{"nothing passes", func(w *world, _ *socket) { w.Stall(0) }, MissedStalled},
		{"Socket Mode is off", func(w *world, _ *socket) { w.SocketMode(false) }, MissedOff},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := start(t, quick)
			s := w.connect()
			tt.trouble(w, s)
			if tt.want == MissedNoSocket {
				ok(t, w.WaitFor(t.Context(), "the end of the connection", func() bool { return len(w.Connections()) == 0 }))
			}
			must1[string](t)(w.Say(Ada, General, "@verbatim how long?"))
			ok(t, w.WaitFor(t.Context(), "the end of the question", func() bool { return w.Ledger()[0].Refused != "" }))
			q := w.Ledger()[0]
			want := strings.TrimSuffix(strings.Repeat(tt.want+", ", 1+len(w.cfg.Timing.Retries)), ", ")
			if got := missed(q.Tries); got != want || !q.Delivered.IsZero() {
				t.Errorf("missed: %s, want %s", got, want)
			}
		})
	}
	inTime(t, func(t *testing.T, w *world) bool {
		s := w.connect()
		w.Faults().DropAcks(1)
		must1[string](t)(w.Say(Ada, General, "@verbatim how long?"))
		s.take()
		ok(t, w.WaitFor(t.Context(), "the lost acknowledgement", func() bool { return w.Ledger()[0].Tries[0].Missed != "" }))
		s.take()
		ok(t, w.WaitFor(t.Context(), "the second", func() bool { return !w.Ledger()[0].Delivered.IsZero() || w.late() }))
		got := missed(w.Ledger()[0].Tries)
		t.Logf("missed: %q", got)
		return got == MissedAck+", "
	})
}

// TestTryEnds sees the end of a socket that an event was sent on.
func TestTryEnds(t *testing.T) {
	inTime(t, func(t *testing.T, w *world) bool {
		w.connect()
		must1[string](t)(w.Say(Ada, General, "@verbatim how long?"))
		w.Cut(0)
		ok(t, w.WaitFor(t.Context(), "the end of the try", func() bool { return w.Ledger()[0].Tries[0].Missed != "" }))
		got := w.Ledger()[0].Tries[0].Missed
		t.Log("missed: ", got)
		return got == MissedEnded
	})
}

// TestStrays ties what the app says to questions by thread and by metadata, and finds what belongs to none.
func TestStrays(t *testing.T) {
	w := start(t, grants("chat:write app_mentions:read im:history commands", "app_mention", "message.im"))
	s := w.connect()
	must := must1[string](t)
	mention := must(w.Say(Ada, General, "@verbatim how long?"))
	event, _ := dig(s.take(), "payload", "event_id").(string)
	other := must(w.Say(Grace, General, "@verbatim how long?"))
	s.take()
	ok(t, w.Slash(Ada, News, "/ask", "how long?"))
	trigger, _ := dig(s.take(), "payload", "trigger_id").(string)
	of := func(id string) string { return `{"event_type":"an_answer","event_payload":{"key":"` + id + `"}}` }
	for _, c := range []struct {
		name  string
		args  []string
		to    int // number of the question; -1 for a stray
		there int // how many were said to it then
	}{
		{"in the thread", []string{"channel", General, "thread_ts", mention}, 0, 1},
		{"in the thread, by name", []string{"channel", General, "thread_ts", mention, "metadata", of(event)}, 0, 2},
		{"to its asker, by name", []string{"channel", Ada, "metadata", of(event)}, 0, 3},
		{"to its asker, by the name of a command", []string{"channel", Ada, "metadata", of(trigger)}, 2, 1},
		{"to its asker, by no name", []string{"channel", Ada}, -1, 1},
		{"to its asker, by a name of nothing", []string{"channel", Ada, "metadata", of("EvNone")}, -1, 2},
		{"to another person", []string{"channel", Grace, "metadata", of(event)}, -1, 3},
		{"in the thread of another question", []string{"channel", General, "thread_ts", other, "metadata", of(event)}, -1, 4},
		{"in the channel", []string{"channel", General, "metadata", of(event)}, -1, 5},
	} {
		if a := w.api("chat.postMessage", append(c.args, "text", "two hours")...); a.body["ok"] != true {
			t.Fatalf("%s: %v", c.name, a.body)
		}
		said := w.Strays()
		if c.to >= 0 {
			said = w.Ledger()[c.to].Said
		}
		if len(said) != c.there {
			t.Errorf("%s: %+v", c.name, said)
		}
	}
	w.Collect(time.Now().Add(time.Hour))
	if len(w.ledger.brought) != 0 {
		t.Errorf("%d ids are kept", len(w.ledger.brought))
	}
}
