package localslack

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestLedger asks by every door and answers in every way.
func TestLedger(t *testing.T) {
	w := start(t, grants("chat:write app_mentions:read im:history commands", "app_mention", "message.im"))
	s := w.connect()
	must := must1[string](t)
	mention := must(w.Say(Ada, General, "@verbatim how long?"))
	s.take()
	direct := must(w.Say(Grace, w.DM(Grace), "how long?"))
	s.take()
	must(w.Say(Ada, General, "nothing for the bot"))
	ok(t, w.Slash(Ada, News, "/ask", "how long?"))
	s.take(map[string]any{"text": "two hours"})
	w.api("chat.postMessage", "channel", General, "text", "two hours", "thread_ts", mention)
	w.api("chat.postEphemeral", "channel", w.DM(Grace), "user", Grace, "text", "wait", "thread_ts", direct)
	w.Faults().API("chat.postMessage", 1, APIFault{Status: 500, AfterEffect: true})
	w.api("chat.postMessage", "channel", w.DM(Grace), "text", "two hours", "thread_ts", direct)
	ok(t, w.WaitFor(t.Context(), "the answer to the command", func() bool {
		all := w.Ledger()
		return len(all) == 3 && len(all[2].Said) == 1
	}))
	want := []struct {
		door string
		by   []string
	}{{DoorMention, []string{ByPost}}, {DoorDirect, []string{ByEphemeral, ByPost}}, {DoorSlash, []string{ByAck}}}
	for i, q := range w.Ledger() {
		var by []string
		for _, said := range q.Said {
			by = append(by, said.By)
		}
		if q.Door != want[i].door || fmt.Sprint(by) != fmt.Sprint(want[i].by) || q.Delivered.IsZero() || q.Refused != "" {
			t.Errorf("question %d: %+v, want %v", i, q, want[i])
		}
	}
	if said := w.Ledger()[1].Said; said[0].Unheard || !said[1].Unheard {
		t.Errorf("what was lost is not noted: %+v", said)
	}
	if got := w.Collect(time.Now().Add(time.Hour)); len(got) != 3 || len(w.Ledger()) != 0 {
		t.Errorf("%d collected, %d left", len(got), len(w.Ledger()))
	}
}

// TestLedgerOfClicks answers a click at its response_url, and lets another come to nobody.
func TestLedgerOfClicks(t *testing.T) {
	w := start(t, quick)
	s := w.connect()
	blocks := `[{"type":"actions","block_id":"b","elements":[{"type":"button","action_id":"again","value":"how long?","text":{"type":"plain_text","text":"Again"}}]}]`
	ts := w.api("chat.postMessage", "channel", General, "text", "x", "blocks", blocks).str("ts")
	ok(t, w.Click(ClickArgs{As: Ada, Channel: General, TS: ts, BlockID: "b", ActionID: "again"}))
	url, _ := dig(s.take(), "payload", "response_url").(string)
	w.Faults().API("response_url", 1, LostReply())
	for range 2 {
		if res, err := w.http.Post(url, "application/json", strings.NewReader(`{"text":"two hours"}`)); err == nil {
			res.Body.Close()
		}
	}
	q := w.Ledger()[0]
	if q.Door != DoorButton || len(q.Said) != 2 || !q.Said[0].Unheard || q.Said[1].Unheard || q.Said[1].By != ByURL {
		t.Errorf("%+v", q)
	}
	w.Cut(0)
	ok(t, w.WaitFor(t.Context(), "the end of the connection", func() bool { return len(w.Connections()) == 0 }))
	ok(t, w.Click(ClickArgs{As: Ada, Channel: General, TS: ts, BlockID: "b", ActionID: "again"}))
	if q := w.Ledger()[1]; !q.Unheard || q.Refused != "dispatch_failed" || !q.Delivered.IsZero() {
		t.Errorf("%+v", q)
	}
}

// TestPlanRepeats draws the same faults for the same seed, whatever happens in between.
func TestPlanRepeats(t *testing.T) {
	faults := func(seed uint64) (all []string) {
		f := &Faults{}
		f.Plan(&Plan{Seed: seed, API: 0.3, Frames: 0.3})
		for range 100 {
			fault, broken := f.nextAPI("chat.postMessage")
			all = append(all, fmt.Sprint(broken, fault, f.planned("ack")))
			if seed == 2 {
				f.nextAPI("auth.test")
			}
		}
		return all
	}
	one, again, other := faults(1), faults(1), faults(2)
	if fmt.Sprint(one) != fmt.Sprint(again) || fmt.Sprint(one) == fmt.Sprint(other) {
		t.Error("the faults do not depend on the seed, or on more than it")
	}
	f := &Faults{}
	f.Plan(&Plan{Seed: 1, API: 1, Frames: 1})
	kinds := map[string]bool{}
	for range 2000 {
		fault, broken := f.nextAPI("chat.postMessage")
		if !broken || !f.planned("ack") {
			t.Fatal("a share of 1 spares something")
		}
		kinds[fmt.Sprint(fault)] = true
	}
	if len(kinds) < 18 {
		t.Errorf("%d kinds of faults", len(kinds))
	}
	if met := f.Met(); met["chat.postMessage"] != 2000 || met["ack"] != 2000 {
		t.Errorf("met %v", met)
	}
	f.Plan(nil)
	if _, broken := f.nextAPI("chat.postMessage"); broken {
		t.Error("a fault without a plan")
	}
}

// TestMisbehave lets a plan trouble sockets for a while and wants them left in order.
func TestMisbehave(t *testing.T) {
	w := start(t, quick)
	w.connect()
	w.Faults().Plan(&Plan{Seed: 1, Every: time.Millisecond, Pause: time.Millisecond, Cuts: time.Hour})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { w.Misbehave(ctx); close(done) }()
	ok(t, w.WaitFor(t.Context(), "faults", func() bool {
		return w.Faults().Met()["socket troubled"] > 20 || len(w.Connections()) == 0
	}))
	cancel()
	<-done
	f := w.Faults()
	if f.noPings || f.noPongs || f.noCloseEcho || f.mentionTwo || f.hold > 0 || w.socketOff {
		t.Error("a switch is still on")
	}
	if f.Met()["socket troubled"]+f.Met()["socket ended"] == 0 {
		t.Error("nothing happened")
	}
}

// TestStall makes a connection half open.
func TestStall(t *testing.T) {
	w := start(t, func(c *Config) { quick(c); c.Timing.PingEvery = time.Millisecond })
	s := w.connect()
	w.Stall(0)
	w.SendEnvelope("x", json.RawMessage(`{}`))
	e, err := w.WaitForEnvelope(t.Context(), func(e Envelope) bool { return e.TimedOut })
	ok(t, err)
	s.send(map[string]any{"envelope_id": e.ID})
	if len(w.Connections()) != 1 {
		t.Error("the connection is not open any more")
	}
}

// TestKeep bounds what a long run leaves behind.
func TestKeep(t *testing.T) {
	w := start(t, func(c *Config) { c.Keep, c.Limits = 10, false })
	for range 100 {
		w.api("chat.postMessage", "channel", General, "text", "x")
	}
	if n := len(w.Calls()); n < 10 || n > 20 {
		t.Errorf("%d calls kept", n)
	}
	if n := len(w.Messages(General)); n < 10 || n > 20 {
		t.Errorf("%d messages kept", n)
	}
	for range 100 {
		w.SendEnvelope("x", json.RawMessage(`{}`))
	}
	if n := len(w.Envelopes()); n < 10 || n > 20 {
		t.Errorf("%d envelopes kept", n)
	}
}
