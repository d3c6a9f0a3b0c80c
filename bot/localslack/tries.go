package localslack

import (
	"encoding/json"
	"slices"
	"time"
)

// A Try is one delivery of what brings a question. Events have several, commands and clicks one.
type Try struct {
	At time.Time
	// Missed is why the app did not acknowledge it in time, one of the constants of that name. It is empty while
	// there is time, and for what was acknowledged.
	Missed string
}

// Why a try was not acknowledged. Only of the last can the workspace not tell a reason but the app itself.
const (
	MissedOff      = "Socket Mode off"      // see [Workspace.SocketMode]
	MissedNoSocket = "no socket"            // none was open
	MissedEnded    = "socket ended"         // within the time for the acknowledgement, by whichever side
	MissedStalled  = "socket stalled"       // a fault let nothing through
	MissedAck      = "acknowledgement lost" // a fault took it
	MissedSilence  = "silence"              // the socket was in order, and no acknowledgement came on it
)

// try notes a try that begins, and returns its number.
func (q *Question) try() int {
	if q == nil {
		return 0
	}
	q.Tries = append(q.Tries, Try{At: time.Now()})
	return len(q.Tries) - 1
}

// miss notes why a try failed.
func (q *Question) miss(try int, why string) {
	if q != nil {
		q.Tries[try].Missed = why
	}
}

// clone returns a copy that shares nothing that is changed later.
func (q *Question) clone() Question {
	out := *q
	out.Said, out.Tries = slices.Clone(q.Said), slices.Clone(q.Tries)
	return out
}

// missed is why an envelope that was sent on the connection was not acknowledged. The caller holds w.mu.
func (c *conn) missed(e *Envelope) string {
	switch {
	case c.stalled.Load():
		return MissedStalled
	case c.closed || c.left.Load() || c.broken():
		return MissedEnded
	case e.ackLost:
		return MissedAck
	}
	return MissedSilence
}

// loseAck notes that a fault takes the acknowledgement of an envelope.
func (w *Workspace) loseAck(c *conn, id string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if e, _ := w.open(c, id); e != nil {
		e.ackLost = true
	}
}

// bring notes the id by which the app knows what brought a question: that of an event, or a trigger_id.
func (l *ledger) bring(id string, q *Question) {
	if q == nil || id == "" {
		return
	}
	if l.brought == nil {
		l.brought = map[string]*Question{}
	}
	l.brought[id] = q
	q.ids = append(q.ids, id)
}

// named finds the question whose id stands in the metadata of a message.
func (l *ledger) named(m *Message) *Question {
	var metadata struct {
		Payload map[string]any `json:"event_payload"`
	}
	if json.Unmarshal(m.Metadata, &metadata) != nil {
		return nil
	}
	for _, key := range sortedKeys(metadata.Payload) {
		if id, _ := metadata.Payload[key].(string); l.brought[id] != nil {
			return l.brought[id]
		}
	}
	return nil
}

// said notes a message of the app: to the question in whose thread it stands, or else, in the direct messages of
// who asked, to the one that its metadata names. What names a question and stands elsewhere is a stray.
func (l *ledger) said(by string, m *Message, ch *channel) {
	q, named := l.posts[m.Channel+" "+m.ThreadTS], l.named(m)
	switch {
	case named == nil || named == q:
	case ch.Kind == Direct && ch.has(named.User):
		q = named
	default:
		q = nil
	}
	if q == nil {
		l.strays = append(l.strays, Said{By: by, Channel: m.Channel, TS: m.TS, Text: m.Text, At: time.Now()})
	}
	q.say(by, m)
}

// Strays returns the messages of the app that belong to no question: those that stand in no question's thread
// and do not name, in their metadata, a question of the one person who reads them, and those in the thread of a
// question that name another.
func (w *Workspace) Strays() []Said {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.ledger.strays)
}
