package localslack

import (
	"context"
	"encoding/json"
	"slices"
	"time"
)

// Call is one Web API call as it arrived.
type Call struct {
	Method string
	Args   map[string]any // without the token; text from forms, JSON values from JSON bodies
	Time   time.Time
	Status int    // HTTP status of the reply
	Error  string // Slack's error code; empty when ok, "fault" when a fault answered instead
	// RetryAfter is the pause that the reply asked for, from Time on; 0 for none.
	RetryAfter time.Duration
}

// Text returns one argument as text; structured ones as JSON.
func (c Call) Text(name string) string {
	switch v := c.Args[name].(type) {
	case nil:
		return ""
	case string:
		return v
	default:
		b, err := json.Marshal(v)
		if err != nil {
			return ""
		}
		return string(b)
	}
}

// Envelope is one delivery over Socket Mode. A redelivery is an Envelope of its own.
type Envelope struct {
	ID          string // envelope_id
	Kind        string // events_api, slash_commands or interactive
	Type        string // of the event or interaction, or the command
	EventID     string // of events only
	Retry       int    // retry_attempt
	Reason      string // retry_reason
	Conn        int    // number of the connection; 0 when none was open
	Sent        time.Time
	Acked       time.Time     // zero while not acknowledged
	Latency     time.Duration // from sent to acked
	AckPayload  json.RawMessage
	AckConn     int  // connection that the ack came on
	AckTooLarge bool // the ack was dropped for its size
	TimedOut    bool // no ack within the time allowed
	Payload     json.RawMessage

	ackLost bool // by a fault

	stop chan struct{} // closed when the envelope needs no more watching
	done func(ack json.RawMessage, ok bool)
}

// abandon ends all waiting for the envelope. The caller holds w.mu.
func (e *Envelope) abandon() {
	select {
	case <-e.stop:
	default:
		close(e.stop)
	}
	e.done = nil
}

// StrayAck is an ack that belongs to no open envelope: an unknown id, a second
// ack, or one on the wrong connection while StrictAck is on.
type StrayAck struct {
	EnvelopeID string
	Conn       int
	Why        string // unknown, repeated, late or wrong connection
}

// SocketEnd is how a connection ended.
type SocketEnd struct {
	Conn int
	// Code is that of the close frame that the app sent; 0 where the connection broke without one.
	Code int
	// Told says that the workspace had asked for the end, so that a frame of the app is no more than a reply.
	Told bool
}

// record notes a call with its outcome.
func (w *Workspace) record(c Call, status int, code string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c.Status, c.Error = status, code
	w.calls = append(w.calls, c)
	w.log.Debug("web api call", "method", c.Method, "status", status, "error", code)
	w.touch()
}

// Calls returns every Web API call so far, in the order of their replies.
func (w *Workspace) Calls() []Call {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.calls)
}

// Envelopes returns every delivery so far, in the order of sending.
func (w *Workspace) Envelopes() []Envelope {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := make([]Envelope, len(w.envelopes))
	for i, e := range w.envelopes {
		out[i] = *e
	}
	return out
}

// StrayAcks returns the acks that belonged to no open envelope.
func (w *Workspace) StrayAcks() []StrayAck {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.stray)
}

// SocketEnds returns how each connection ended that is no more, in that order.
func (w *Workspace) SocketEnds() []SocketEnd {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.ends)
}

// Messages returns what was said in a channel (id or name), threads included,
// oldest first, without ephemeral messages. Unknown channels give nil.
func (w *Workspace) Messages(channel string) []Message {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch := w.find(channel)
	if ch == nil {
		return nil
	}
	return copies(ch.msgs)
}

// Whispers returns the ephemeral messages of a channel that user sees, oldest first.
func (w *Workspace) Whispers(user, channel string) []Message {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.whispersTo(user, w.find(channel))
}

func (w *Workspace) whispersTo(user string, ch *channel) []Message {
	var out []Message
	if ch == nil {
		return nil
	}
	for _, m := range ch.whispers {
		if m.To == user {
			out = append(out, m.clone())
		}
	}
	return out
}

func copies(list []*Message) []Message {
	out := make([]Message, len(list))
	for i, m := range list {
		out[i] = m.clone()
	}
	return out
}

// DM returns the id of user's direct messages with the bot.
func (w *Workspace) DM(user string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if ch := w.find(user); ch != nil {
		return ch.ID
	}
	return ""
}

// WaitForMessage returns the first message of a channel, ephemeral or not,
// that match accepts; a nil match accepts each message of the bot.
func (w *Workspace) WaitForMessage(ctx context.Context, channel string, match func(Message) bool) (Message, error) {
	if match == nil {
		match = func(m Message) bool { return m.BotID == w.cfg.App.BotID }
	}
	var found Message
	err := w.wait(ctx, "a message in "+channel, func() bool {
		ch := w.find(channel)
		if ch == nil {
			return false
		}
		for _, m := range slices.Concat(ch.msgs, ch.whispers) {
			if found = m.clone(); match(found) {
				return true
			}
		}
		return false
	})
	return found, err
}

// WaitForEnvelope returns the first delivery that match accepts.
func (w *Workspace) WaitForEnvelope(ctx context.Context, match func(Envelope) bool) (Envelope, error) {
	var found Envelope
	err := w.wait(ctx, "an envelope", func() bool {
		return slices.ContainsFunc(w.envelopes, func(e *Envelope) bool {
			found = *e
			return match(found)
		})
	})
	return found, err
}

// WaitForConnections returns once at least n Socket Mode connections are open.
func (w *Workspace) WaitForConnections(ctx context.Context, n int) error {
	return w.wait(ctx, "connections", func() bool { return len(w.conns) >= n })
}

// WaitFor calls ready after each change, with no lock held, until it reports true.
func (w *Workspace) WaitFor(ctx context.Context, what string, ready func() bool) error {
	for {
		w.mu.Lock()
		changed := w.changed
		w.mu.Unlock()
		if ready() {
			return nil
		}
		if err := w.wait(ctx, what, func() bool { return w.changed != changed }); err != nil {
			return err
		}
	}
}
