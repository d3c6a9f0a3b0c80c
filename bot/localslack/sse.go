package localslack

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// Figures of the event stream.
const (
	keptUpdates  = 512 // for Last-Event-ID; an older one gets a "reset"
	sseHeartbeat = 15 * time.Second
)

// update is one thing that the page should know.
type update struct {
	Type     string   `json:"type"` // message, update, delete, ephemeral, reaction, status, prompts, view, user, channel or reset
	Channel  string   `json:"channel,omitempty"`
	TS       string   `json:"ts,omitempty"`
	ThreadTS string   `json:"thread_ts,omitempty"`
	Message  *Message `json:"message,omitempty"`
	Status   *Status  `json:"status,omitempty"`
	Prompts  *Prompts `json:"prompts,omitempty"`
	View     any      `json:"view,omitempty"`

	User *stateUser `json:"user,omitempty"`
}

// published is an update as it goes out, with those who may see it.
type published struct {
	n    int
	to   map[string]bool // nil means everybody
	data []byte
}

// hub keeps the last updates. The zero value is ready.
type hub struct {
	last int
	kept []published
}

// publish keeps an update for the users that to accepts (nil: all). Who they
// are is settled now, so that a later change of members shows nothing old.
// The caller holds w.mu.
func (w *Workspace) publish(u update, to func(user string) bool) {
	w.hub.last++
	p := published{n: w.hub.last, data: mustJSON(u)}
	if to != nil {
		p.to = map[string]bool{}
		for id := range w.users {
			if to(id) {
				p.to[id] = true
			}
		}
	}
	w.hub.kept = append(w.hub.kept, p)
	if extra := len(w.hub.kept) - keptUpdates; extra > 0 {
		w.hub.kept = slices.Delete(w.hub.kept, 0, extra)
	}
	w.touch()
}

// updatesSince returns what user may see after update n; gap says that some are lost.
func (w *Workspace) updatesSince(n int, user string) (list []published, gap bool) {
	gap = n > w.hub.last || n < w.hub.last-len(w.hub.kept)
	for _, p := range w.hub.kept {
		if p.n > n && (p.to == nil || p.to[user]) {
			list = append(list, p)
		}
	}
	return list, gap
}

// serveEvents streams what the acting user may see, as server-sent events.
func (w *Workspace) serveEvents(rw http.ResponseWriter, r *http.Request) {
	user := r.URL.Query().Get("as")
	w.mu.Lock()
	_, known := w.users[user]
	from := w.hub.last
	w.mu.Unlock()
	if !known {
		writeError(rw, localError{http.StatusNotFound, "user_not_found", "name a user of the workspace in ?as="})
		return
	}
	if n, err := strconv.Atoi(r.Header.Get("Last-Event-ID")); err == nil {
		from = n
	}
	rw.Header().Set("Content-Type", "text/event-stream")
	rw.Header().Set("Cache-Control", "no-store")
	fmt.Fprint(rw, ": this stream tells what happens in the workspace\n\n")
	w.stream(rw, r, user, from)
}

func (w *Workspace) stream(rw http.ResponseWriter, r *http.Request, user string, from int) {
	out := http.NewResponseController(rw)
	beat := time.NewTicker(sseHeartbeat)
	defer beat.Stop()
	for {
		w.mu.Lock()
		list, gap := w.updatesSince(from, user)
		changed, last := w.changed, w.hub.last
		w.mu.Unlock()
		from = last
		if gap {
			list = []published{{n: last, data: mustJSON(update{Type: "reset"})}}
		}
		for _, p := range list {
			if _, err := fmt.Fprintf(rw, "id: %d\ndata: %s\n\n", p.n, p.data); err != nil {
				return
			}
		}
		if out.Flush() != nil {
			return
		}
		select {
		case <-changed:
		case <-r.Context().Done():
			return
		case <-w.ctx.Done():
			return
		case <-beat.C:
			if _, err := fmt.Fprint(rw, ": still here\n\n"); err != nil {
				return
			}
		}
	}
}

// writeJSON sends one JSON value.
func writeJSON(rw http.ResponseWriter, status int, v any) {
	rw.Header().Set("Content-Type", "application/json; charset=utf-8")
	rw.Header().Set("Cache-Control", "no-store")
	rw.WriteHeader(status)
	_, _ = rw.Write(append(mustJSON(v), '\n')) // a caller that has gone needs no reply
}
