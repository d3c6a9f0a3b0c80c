package localslack

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/gorilla/websocket"
)

// maxAck is the size in bytes from which Slack drops an ack without a word
// (measured by the authors of slack-go, not documented).
const maxAck = 20480

// The kinds of envelope.
const (
	kindEvent       = "events_api"
	kindSlash       = "slash_commands"
	kindInteractive = "interactive"
)

// outgoing is something to deliver, before it has an envelope.
type outgoing struct {
	kind    string
	typ     string // of event or interaction, for the record
	eventID string
	payload json.RawMessage
	retry   int
	reason  string
	id      string                                // envelope_id to use again; empty draws a new one
	done    func(ack json.RawMessage, acked bool) // called once, with w.mu held; may be nil
	asked   *Question                             // what it brings, for the ledger; may be nil
}

// deliver sends one envelope on some connection and watches it. The caller holds w.mu.
func (w *Workspace) deliver(o outgoing) {
	if o.id == "" {
		o.id = w.uuid()
	}
	if w.socketOff {
		o.asked.miss(o.asked.try(), MissedOff)
		w.failed(o)
		w.touch()
		return
	}
	if hold, last := w.faults.holds(); hold {
		w.held = append(w.held, o)
		if !last {
			return
		}
		held := w.held
		w.held = nil
		for _, o := range slices.Backward(held) {
			w.send(o)
		}
		return
	}
	w.send(o)
	if o.kind == kindEvent && o.retry == 0 && (w.faults.take(&w.faults.duplicates) || w.faults.planned("envelope")) {
		again := o
		if w.faults.is(&w.faults.freshDup) || w.rng.IntN(2) == 0 && w.faults.share(func(p *Plan) float64 { return p.Frames }) > 0 {
			again.id, again.retry, again.reason = w.uuid(), 1, "timeout"
		}
		w.send(again)
	}
}

func (w *Workspace) send(o outgoing) {
	e := &Envelope{
		ID: o.id, Kind: o.kind, Type: o.typ, EventID: o.eventID, Retry: o.retry, Reason: o.reason,
		Payload: o.payload, Sent: time.Now(), stop: make(chan struct{}), done: o.done,
	}
	w.envelopes = append(w.envelopes, e)
	try := o.asked.try()
	c := w.pick()
	if c == nil || !c.push(frame{kind: websocket.TextMessage, data: e.frame()}) {
		w.log.Debug("no socket is open", "envelope", e.ID, "kind", e.Kind)
		if o.asked != nil && o.retry == 0 {
			o.asked.Unheard = true
		}
		o.asked.miss(try, MissedNoSocket)
		w.expired(e, o)
		w.touch()
		return
	}
	e.Conn = c.n
	w.log.Debug("envelope sent", "envelope", e.ID, "kind", e.Kind, "conn", c.n, "retry", e.Retry)
	w.after(w.cfg.Timing.AckWithin, e.stop, func() {
		o.asked.miss(try, c.missed(e))
		w.expired(e, o)
	})
	w.touch()
}

// frame is the envelope on the wire.
func (e *Envelope) frame() []byte {
	f := map[string]any{
		"envelope_id": e.ID, "type": e.Kind, "payload": e.Payload,
		"accepts_response_payload": e.Kind == kindSlash || e.Kind == kindInteractive,
	}
	if e.Kind == kindEvent {
		f["retry_attempt"], f["retry_reason"] = e.Retry, e.Reason
	}
	return mustJSON(f)
}

// pick chooses a connection; one that was told to go is used only where there
// is no other.
func (w *Workspace) pick() *conn {
	var open, closing []*conn
	for _, c := range w.conns {
		switch {
		case c.closed || c.broken():
		case c.closing:
			closing = append(closing, c)
		default:
			open = append(open, c)
		}
	}
	if len(open) == 0 {
		open = closing
	}
	if len(open) == 0 {
		return nil
	}
	return open[w.rng.IntN(len(open))]
}

// expired handles an envelope that nobody acknowledged in time, or that no
// socket was open for.
func (w *Workspace) expired(e *Envelope, o outgoing) {
	e.TimedOut = true
	e.abandon()
	w.touch()
	w.failed(o)
}

// failed handles a delivery that failed. Events come again, until the last retry; the rest is over.
func (w *Workspace) failed(o outgoing) {
	if o.kind != kindEvent || o.retry >= len(w.cfg.Timing.Retries) {
		w.log.Debug("given up", "kind", o.kind, "event", o.eventID)
		if o.done != nil {
			o.done(nil, false)
		}
		return
	}
	wait := w.cfg.Timing.Retries[o.retry]
	o.retry++
	o.reason = "timeout"
	if !w.cfg.SameEnvelopeID && !w.faults.keepsID() {
		o.id = ""
	}
	w.after(wait, w.era, func() { w.deliver(o) })
}

// ack takes one frame from the app.
func (w *Workspace) ack(c *conn, data []byte) {
	var a struct {
		ID      string          `json:"envelope_id"`
		Payload json.RawMessage `json:"payload"`
	}
	if json.Unmarshal(data, &a) != nil || a.ID == "" {
		w.strayAck(c, a.ID, "unknown")
		return
	}
	if w.faults.take(&w.faults.dropAcks) || w.faults.planned("ack") {
		w.loseAck(c, a.ID)
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	e, why := w.open(c, a.ID)
	if e == nil {
		w.stray = append(w.stray, StrayAck{a.ID, c.n, why})
		w.touch()
		return
	}
	if len(data) >= maxAck {
		e.AckTooLarge = true
		w.touch()
		return
	}
	e.Acked = time.Now()
	e.Latency, e.AckConn, e.AckPayload = e.Acked.Sub(e.Sent), c.n, a.Payload
	done := e.done
	e.abandon()
	if done != nil {
		done(a.Payload, true)
	}
	w.touch()
}

// open finds the envelope that waits for an ack with this id; else it says why there is none.
func (w *Workspace) open(c *conn, id string) (*Envelope, string) {
	why := "unknown"
	for _, e := range slices.Backward(w.envelopes) {
		switch {
		case e.ID != id:
			continue
		case !e.Acked.IsZero():
			why = "repeated"
		case e.TimedOut:
			why = "late"
		case w.cfg.StrictAck && e.Conn != c.n:
			why = "wrong connection"
		default:
			return e, ""
		}
	}
	return nil, why
}

func (w *Workspace) strayAck(c *conn, id, why string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stray = append(w.stray, StrayAck{id, c.n, why})
	w.touch()
}
