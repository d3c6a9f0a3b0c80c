package localslack

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// An event that nobody acknowledges comes four times in all, with one event_id.
func TestRedelivery(t *testing.T) {
	for name, same := range map[string]bool{"new envelope": false, "same envelope": true} {
		t.Run(name, func(t *testing.T) {
			w := start(t, quick, func(c *Config) { c.SameEnvelopeID = same })
			s := w.connect()
			must1[string](t)(w.Say(Ada, w.DM(Ada), "hello"))
			ids, event := map[any]bool{}, ""
			for attempt := range 4 {
				e := s.read()
				ids[e["envelope_id"]] = true
				id, _ := dig(e, "payload", "event_id").(string)
				if event == "" {
					event = id
				}
				reason := ""
				if attempt > 0 {
					reason = "timeout"
				}
				if e["retry_attempt"] != float64(attempt) || e["retry_reason"] != reason || id != event {
					t.Errorf("delivery %d: %v", attempt, e)
				}
			}
			if len(ids) == 1 != same {
				t.Errorf("%d envelope ids", len(ids))
			}
			ok(t, w.wait(w.ctx, "the last timeout", func() bool { return w.envelopes[3].TimedOut }))
			if n := len(w.Envelopes()); n != 4 {
				t.Errorf("%d deliveries", n)
			}
		})
	}
}

func TestAckEndsRedelivery(t *testing.T) {
	inTime(t, func(t *testing.T, w *world) bool {
		s := w.connect()
		must1[string](t)(w.Say(Ada, w.DM(Ada), "hello"))
		s.read()
		if e := s.take(); e["retry_attempt"] != 1.0 {
			t.Fatalf("read %v", e)
		}
		s.SetReadDeadline(time.Now().Add(w.cfg.Timing.AckWithin + 100*time.Millisecond))
		_, b, err := s.ReadMessage()
		if err != nil {
			return true
		}
		ok(t, w.wait(w.ctx, "the ack", func() bool { return !w.envelopes[1].Acked.IsZero() || len(w.stray) > 0 }))
		if !w.late() {
			t.Fatalf("still comes %s", b)
		}
		return false
	})
}

// What happens while no socket is open comes as a retry only.
func TestEventWithoutSocketComesAsRetry(t *testing.T) {
	w := start(t, quick, func(c *Config) { c.Timing.Retries = slices.Repeat([]time.Duration{time.Second}, 600) })
	must1[string](t)(w.Say(Ada, w.DM(Ada), "anybody?"))
	must1[Envelope](t)(w.WaitForEnvelope(w.ctx, func(e Envelope) bool { return e.Retry == 1 && e.Conn == 0 }))
	s := w.connect()
	if e := s.take(); e["retry_attempt"].(float64) < 2 || e["retry_reason"] != "timeout" {
		t.Errorf("read %v", e)
	}
}

func TestStrayAcks(t *testing.T) {
	w := start(t, quick, func(c *Config) { c.StrictAck, c.Timing.AckWithin = true, time.Minute })
	one := w.connect()
	must1[string](t)(w.Say(Ada, w.DM(Ada), "hello"))
	e := one.read()
	two := w.connect()
	id := e["envelope_id"]
	two.send(map[string]any{"envelope_id": id})
	ok(t, w.wait(w.ctx, "the wrong ack", func() bool { return len(w.stray) == 1 }))
	one.send(map[string]any{"envelope_id": id})
	one.send(map[string]any{"envelope_id": id})
	one.send(map[string]any{"envelope_id": "nobody"})
	ok(t, one.WriteMessage(websocket.TextMessage, []byte("nonsense")))
	ok(t, w.wait(w.ctx, "stray acks", func() bool { return len(w.stray) == 4 }))
	var why []string
	for _, a := range w.StrayAcks() {
		why = append(why, a.Why)
	}
	if got := strings.Join(why, ","); got != "wrong connection,repeated,unknown,unknown" {
		t.Errorf("stray acks: %s", got)
	}
}

func TestAckOnAnotherConnection(t *testing.T) {
	w := start(t, quick, func(c *Config) { c.Timing.AckWithin = time.Minute })
	one := w.connect()
	must1[string](t)(w.Say(Ada, w.DM(Ada), "hello"))
	e := one.read()
	w.connect().send(map[string]any{"envelope_id": e["envelope_id"]})
	got := must1[Envelope](t)(w.WaitForEnvelope(w.ctx, func(e Envelope) bool { return !e.Acked.IsZero() }))
	if got.Conn != 1 || got.AckConn != 2 {
		t.Errorf("recorded %+v", got)
	}
}

func TestLargeAckIsDropped(t *testing.T) {
	inTime(t, largeAckIsDropped)
}

// inTime runs a test with a longer and longer AckWithin, until it does not report that what it does in time came too late,
// as on a busy machine.
func inTime(t *testing.T, test func(t *testing.T, w *world) (inTime bool)) {
	t.Helper()
	for within := 200 * time.Millisecond; ; within *= 4 {
		if within > time.Minute {
			t.Fatal("nothing comes in time")
		}
		if test(t, start(t, quick, func(c *Config) { c.Timing.AckWithin = within })) {
			return
		}
	}
}

// late says that an acknowledgement came too late.
func (wd *world) late() bool {
	return slices.ContainsFunc(wd.StrayAcks(), func(a StrayAck) bool { return a.Why == "late" })
}

func largeAckIsDropped(t *testing.T, w *world) bool {
	s := w.connect()
	ok(t, w.Slash(Ada, General, "/ask", "much"))
	e := s.take(map[string]any{"text": strings.Repeat("x", maxAck)})
	ok(t, w.wait(w.ctx, "the ack", func() bool {
		e := w.envelopes[0]
		return e.AckTooLarge || !e.Acked.IsZero() || len(w.stray) > 0
	}))
	if w.late() {
		return false
	}
	if got := w.Envelopes()[0]; !got.AckTooLarge || !got.Acked.IsZero() {
		t.Fatalf("acknowledged at %v, too large: %v", got.Acked, got.AckTooLarge)
	}
	m := must1[Message](t)(w.WaitForMessage(w.ctx, General, func(m Message) bool { return m.Ephemeral }))
	if !strings.Contains(m.Text, "operation_timeout") {
		t.Errorf("Ada reads %q", m.Text)
	}
	got := must1[Envelope](t)(w.WaitForEnvelope(w.ctx, func(x Envelope) bool { return x.ID == e["envelope_id"] }))
	if !got.TimedOut {
		t.Error("it has not timed out")
	}
	return true
}

func TestDroppedAcks(t *testing.T) {
	w := start(t, quick)
	s := w.connect()
	w.Faults().DropAcks(1)
	must1[string](t)(w.Say(Ada, w.DM(Ada), "hello"))
	s.take()
	if e := s.take(); e["retry_attempt"] != 1.0 {
		t.Errorf("read %v", e)
	}
}

func TestDuplicates(t *testing.T) {
	for name, fresh := range map[string]bool{"same envelope": false, "new envelope": true} {
		t.Run(name, func(t *testing.T) {
			w := start(t)
			s := w.connect()
			w.Faults().Duplicate(1, fresh)
			must1[string](t)(w.Say(Ada, w.DM(Ada), "hello"))
			a, b := s.take(), s.take()
			if (a["envelope_id"] != b["envelope_id"]) != fresh || dig(a, "payload", "event_id") != dig(b, "payload", "event_id") {
				t.Errorf("read %v and %v", a, b)
			}
			if (b["retry_attempt"] == 1.0) != fresh {
				t.Errorf("the second has retry_attempt %v", b["retry_attempt"])
			}
		})
	}
}

func TestOutOfOrder(t *testing.T) {
	w := start(t)
	s := w.connect()
	w.Faults().OutOfOrder(3)
	for _, text := range []string{"one", "two", "three", "four"} {
		must1[string](t)(w.Say(Ada, w.DM(Ada), text))
	}
	for _, want := range []string{"three", "two", "one", "four"} {
		if e := s.take(); dig(e, "payload", "event", "text") != want {
			t.Errorf("read %v, want %s", dig(e, "payload", "event", "text"), want)
		}
	}
}

func TestMentionAsMessageToo(t *testing.T) {
	w := start(t)
	s := w.connect()
	w.Faults().MentionAsMessage(true)
	ts := must1[string](t)(w.Say(Ada, General, "hi @verbatim"))
	a, b := s.take(), s.take()
	if dig(a, "payload", "event", "type") != "app_mention" || dig(b, "payload", "event", "type") != "message" {
		t.Errorf("read %v and %v", a, b)
	}
	if dig(a, "payload", "event", "ts") != ts || dig(b, "payload", "event", "ts") != ts || dig(a, "payload", "event_id") == dig(b, "payload", "event_id") {
		t.Error("the two must share ts and differ in event_id")
	}
}

// Where an app has several connections, as replicas have, a retry and the second event of a message may come on
// another one than the first.
func TestAnyConnection(t *testing.T) {
	w := start(t, quick, grants("channels:history", "message.channels"), func(c *Config) { c.Seed = 1 })
	for range 3 {
		w.connect()
	}
	const said = 12
	for range said {
		must1[string](t)(w.Say(Ada, General, "@verbatim hello"))
	}
	ok(t, w.wait(w.ctx, "the last retries", func() bool { return len(w.envelopes) == said*2*4 }))
	retries, pairs := map[string]map[int]bool{}, map[any]map[int]bool{}
	for _, e := range w.Envelopes() {
		var p any
		ok(t, json.Unmarshal(e.Payload, &p))
		put(retries, e.EventID, e.Conn)
		if e.Retry == 0 {
			put(pairs, dig(p, "event", "ts"), e.Conn)
		}
	}
	if len(retries) != 2*said || len(pairs) != said {
		t.Fatalf("%d events of %d messages", len(retries), len(pairs))
	}
	if apart(retries) == 0 || apart(pairs) == 0 {
		t.Errorf("of %d events %d came on several connections, and the two of a message in %d of %d", len(retries), apart(retries), apart(pairs), len(pairs))
	}
}

func put[K comparable](sets map[K]map[int]bool, key K, conn int) {
	if sets[key] == nil {
		sets[key] = map[int]bool{}
	}
	sets[key][conn] = true
}

// apart counts the sets of more than one connection.
func apart[K comparable](sets map[K]map[int]bool) (n int) {
	for _, conns := range sets {
		if len(conns) > 1 {
			n++
		}
	}
	return n
}
