package localslack

import "slices"

// The states of an agent's session that agents.sessions.setStatus takes.
const (
	sessionActive     = "active"
	sessionProcessing = "processing"
)

// working is what the page shows of a session that is processing and has no status of its own.
const working = "is working…"

// setSession is agents.sessions.setStatus. A session that processes shows a status; any
// other state ends it.
func setSession(w *Workspace, req *request) (reply, *failure) {
	ch, ts, f := w.assistantPlace(req)
	if f != nil {
		return nil, f
	}
	state := req.text("status")
	if !slices.Contains([]string{sessionActive, sessionProcessing, "suspended", "closed"}, state) {
		return nil, invalid("status must be one of active, processing, suspended, closed")
	}
	key := threadKey(ch.ID, ts)
	if _, known := w.sessions[key]; !known && req.has("title") {
		w.titles[key] = req.text("title")
	}
	w.sessions[key] = state
	switch _, shown := w.status[key]; {
	case state != sessionProcessing:
		w.endStatus(ch.ID, ts)
	case !shown:
		w.showStatus(ch, Status{Channel: ch.ID, ThreadTS: ts, Status: working})
	}
	w.touch()
	out := reply{"status": state, "agent_status": state, "title": w.titles[key]}
	if stopped := "agent_session_stopped"; !slices.Contains(w.cfg.Events, stopped) {
		warning := "missing_agent_session_stopped_event_subscription"
		out["warning"], out["response_metadata"] = warning, reply{"warnings": []string{warning}}
	}
	return out, nil
}

// renameSession is agents.sessions.rename.
func renameSession(w *Workspace, req *request) (reply, *failure) {
	ch, ts, f := w.assistantPlace(req)
	if f != nil {
		return nil, f
	}
	w.titles[threadKey(ch.ID, ts)] = req.text("title")
	w.touch()
	return reply{"title": req.text("title")}, nil
}

// Session returns the state of the agent's session in a thread, "" where there is none.
func (w *Workspace) Session(channel, thread string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.sessions[threadKey(channel, thread)]
}
