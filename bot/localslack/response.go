package localslack

import (
	"encoding/json"
	"io"
	"net/http"
	"time"
)

// maxResponses is how often a response_url may be used.
const maxResponses = 5

// responseURL is one address that an interaction or command may be answered on.
type responseURL struct {
	channel string
	user    string
	origin  *Message // the message with the button; nil for commands
	uses    int
	// question is what it was made for; nil for what the ledger does not know.
	question *Question
	expires  time.Time
}

// newResponseURL returns an address for user in ch. The caller holds w.mu.
func (w *Workspace) newResponseURL(ch *channel, user string, origin *Message) string {
	key := w.secret()
	w.lastURL = &responseURL{channel: ch.ID, user: user, origin: origin, expires: time.Now().Add(w.cfg.Timing.ResponseLife)}
	w.urls[key] = w.lastURL
	return w.base + "/response/" + key
}

// serveResponse takes a message on a response URL.
func (w *Workspace) serveResponse(rw http.ResponseWriter, r *http.Request) {
	if !w.enter() {
		http.Error(rw, "closed", http.StatusServiceUnavailable)
		return
	}
	defer w.leave()
	body, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, maxBody))
	var args map[string]any
	if err != nil || json.Unmarshal(body, &args) != nil {
		writeJSON(rw, http.StatusBadRequest, errorBody(fail("invalid_payload")))
		return
	}
	call := Call{Method: "response_url", Args: args, Time: w.cfg.Now()}
	fault, broken := w.faults.nextAPI("response_url")
	call.RetryAfter = fault.pause()
	if broken && !fault.AfterEffect {
		w.record(call, fault.status(), "fault")
		w.misbehave(rw, r, fault)
		return
	}
	w.mu.Lock()
	u := w.urls[r.PathValue("key")]
	status, f := w.respond(u, &request{args: args, unbounded: true})
	if broken && f == nil {
		u.question.missed()
	}
	w.mu.Unlock()
	if broken {
		w.record(call, fault.status(), "fault")
		w.misbehave(rw, r, fault)
		return
	}
	if f != nil {
		w.record(call, status, f.code)
		writeJSON(rw, status, errorBody(f))
		return
	}
	w.record(call, status, "")
	writeJSON(rw, status, reply{"ok": true})
}

func (w *Workspace) respond(u *responseURL, req *request) (int, *failure) {
	switch {
	case u == nil || time.Now().After(u.expires):
		return http.StatusNotFound, fail("expired_url")
	case u.uses >= maxResponses:
		return http.StatusNotFound, fail("used_url")
	}
	if f := w.say(u, req); f != nil {
		return http.StatusBadRequest, f
	}
	u.uses++
	return http.StatusOK, nil
}

// say carries out one response: delete or replace the original, or post.
// The caller holds w.mu.
func (w *Workspace) say(u *responseURL, req *request) *failure {
	ch := w.channels[u.channel]
	if ch == nil {
		return fail("channel_not_found")
	}
	if req.flag("delete_original") {
		if u.origin == nil || !ch.holds(u.origin) {
			return fail("message_not_found")
		}
		w.erase(ch, u.origin)
		return nil
	}
	c, f := w.content(req)
	if f != nil {
		return f
	}
	if req.flag("replace_original") && u.origin != nil && ch.holds(u.origin) {
		before := u.origin.clone()
		c.put(u.origin)
		w.edited(ch, u.origin, &before, w.cfg.App.BotUserID)
		u.question.say(u.by(), u.origin)
		return nil
	}
	if f := ch.thread(req.text("thread_ts")); f != nil {
		return f
	}
	w.postResponse(ch, u, c, req)
	return nil
}

// postResponse posts a new message: to the user alone, unless in_channel is asked for.
// An ephemeral answer to a button stays in the button's thread.
func (w *Workspace) postResponse(ch *channel, u *responseURL, c content, req *request) {
	m := w.botMessage()
	c.put(m)
	m.ThreadTS = req.text("thread_ts")
	if m.ThreadTS == "" && u.origin != nil {
		m.ThreadTS = u.origin.ThreadTS
	}
	if req.text("response_type") != "in_channel" {
		m.Ephemeral, m.To = true, u.user
		w.add(ch, m)
		u.question.say(u.by(), m)
		return
	}
	m.Subtype = "bot_message"
	w.add(ch, m)
	u.question.say(u.by(), m)
	w.messageEvent(ch, m, nil)
}

// by is how a message reaches the workspace: an acknowledgement has no address and never expires.
func (u *responseURL) by() string {
	if u.expires.IsZero() {
		return ByAck
	}
	return ByURL
}

// holds reports whether m still stands in the channel.
func (c *channel) holds(m *Message) bool { return c.message(m.TS) == m || c.whisper(m.TS) == m }
