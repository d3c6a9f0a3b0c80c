package localslack

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
)

// localRoutes adds the user API, which the page and hand-made tools use.
func (w *Workspace) localRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /local/state", w.counted(w.serveState))
	mux.HandleFunc("GET /local/events", w.counted(w.serveEvents))
	post := func(path string, h http.HandlerFunc) { mux.HandleFunc("POST /local/"+path, w.counted(h)) }
	post("say", act(func(a SayArgs) (reply, error) {
		ts, err := w.Post(a)
		return reply{"ts": ts}, err
	}))
	post("slash", act(func(a SlashArgs) (reply, error) { return nil, w.Slash(a.As, a.Channel, a.Command, a.Text) }))
	post("click", act(func(a ClickArgs) (reply, error) { return nil, w.Click(a) }))
	post("react", act(w.localReact))
	post("edit", act(func(a target) (reply, error) { return nil, w.Edit(a.As, a.Channel, a.TS, a.Text) }))
	post("delete", act(func(a target) (reply, error) { return nil, w.Delete(a.As, a.Channel, a.TS) }))
	post("shortcut", act(func(a target) (reply, error) { return nil, w.Shortcut(a.As, a.Channel, a.TS, a.CallbackID) }))
	post("home", act(func(a target) (reply, error) {
		err := w.Home(a.As, a.Tab)
		return reply{"view": w.HomeView(a.As)}, err
	}))
	post("close", act(func(a target) (reply, error) { return nil, w.closeModal(a.As, a.ViewID, a.All) }))
	post("unfurl", act(func(a target) (reply, error) { return nil, w.Unfurl(a.As, a.Channel, a.TS) }))
	post("locale", act(func(a target) (reply, error) { return nil, w.SetLocale(a.As, a.Locale) }))
	post("join", act(func(a target) (reply, error) { return nil, w.Join(a.As, a.Channel) }))
	post("leave", act(func(a target) (reply, error) { return nil, w.Leave(a.As, a.Channel) }))
	post("invite", act(func(a target) (reply, error) { return nil, w.Invite(a.As, a.Channel) }))
	post("remove", act(func(a target) (reply, error) { return nil, w.Remove(a.As, a.Channel) }))
	post("read", act(func(a target) (reply, error) { return nil, w.MarkRead(a.As, a.Channel) }))
	post("stop", act(func(a target) (reply, error) { return nil, w.StopSession(a.As, a.Channel, a.ThreadTS) }))
	post("reset", act(func(target) (reply, error) { w.Reset(); return nil, nil }))
	mux.HandleFunc("POST /local/upload", w.counted(w.serveUpload))
	mux.HandleFunc("GET /local/file", w.counted(w.serveOwnFile))
	mux.HandleFunc("POST /local/submit", w.counted(w.serveSubmit))
	mux.HandleFunc("/local/", func(rw http.ResponseWriter, r *http.Request) {
		writeError(rw, localError{http.StatusNotFound, "unknown_call", "there is no " + r.Method + " " + r.URL.Path})
	})
}

// target names what a request of the user API is about.
type target struct {
	As         string          `json:"as"`
	Channel    string          `json:"channel"`
	TS         string          `json:"ts"`
	ThreadTS   string          `json:"thread_ts"`
	Text       string          `json:"text"`
	Name       string          `json:"name"`
	Remove     bool            `json:"remove"`
	CallbackID string          `json:"callback_id"`
	ViewID     string          `json:"view_id"`
	All        bool            `json:"all"`
	Tab        string          `json:"tab"`
	Locale     string          `json:"locale"`
	Values     json.RawMessage `json:"values"`
}

func (w *Workspace) localReact(a target) (reply, error) {
	if a.Remove {
		return nil, w.Unreact(a.As, a.Channel, a.TS, a.Name)
	}
	return nil, w.React(a.As, a.Channel, a.TS, a.Name)
}

// counted makes Close wait for a handler.
func (w *Workspace) counted(next http.HandlerFunc) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		if !w.enter() {
			writeError(rw, localError{http.StatusServiceUnavailable, "closed", "the workspace is shutting down"})
			return
		}
		defer w.leave()
		next(rw, r)
	}
}

// act turns a function of one JSON object into a handler.
func act[A any](do func(A) (reply, error)) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		var a A
		if err := readJSON(rw, r, &a); err != nil {
			writeError(rw, err)
			return
		}
		out, err := do(a)
		if err != nil {
			writeError(rw, err)
			return
		}
		if out == nil {
			out = reply{}
		}
		out["ok"] = true
		writeJSON(rw, http.StatusOK, out)
	}
}

func readJSON(rw http.ResponseWriter, r *http.Request, into any) error {
	err := json.NewDecoder(http.MaxBytesReader(rw, r.Body, maxBody)).Decode(into)
	if err != nil {
		return localError{http.StatusBadRequest, "invalid_json", fmt.Sprintf("send one JSON object: %v", err)}
	}
	return nil
}

func (w *Workspace) serveSubmit(rw http.ResponseWriter, r *http.Request) {
	var a target
	err := readJSON(rw, r, &a)
	if err == nil {
		err = w.Submit(r.Context(), a.As, a.ViewID, a.Values)
	}
	if err != nil {
		writeError(rw, err)
		return
	}
	writeJSON(rw, http.StatusOK, reply{"ok": true})
}

// writeError sends {ok:false, error, hint} with a fitting status.
func writeError(rw http.ResponseWriter, err error) {
	var refused ViewErrors
	if errors.As(err, &refused) {
		writeJSON(rw, http.StatusUnprocessableEntity, reply{"ok": false, "error": "view_errors", "errors": refused, "hint": "The app asks you to correct some fields."})
		return
	}
	var e localError
	if !errors.As(err, &e) {
		e = localError{http.StatusInternalServerError, "internal_error", err.Error()}
	}
	writeJSON(rw, e.status, reply{"ok": false, "error": e.code, "hint": e.hint})
}

// MarkRead sets user's unread count of a channel to zero.
func (w *Workspace) MarkRead(user, channel string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, ch, err := w.seen(user, channel)
	if err != nil {
		return err
	}
	if n := len(ch.msgs); n > 0 {
		ch.read[user] = ch.msgs[n-1].TS
	}
	return nil
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
