package localslack

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// reply is what a method hands back; ok and error are added by dispatch.
type reply map[string]any

// failure is an error reply.
type failure struct {
	code     string
	messages []string // for response_metadata, and for errors of blocks
	extra    reply
}

func fail(code string) *failure { return &failure{code: code} }

func invalid(messages ...string) *failure {
	return &failure{code: "invalid_arguments", messages: messages}
}

// serveAPI is the whole Web API: read, record, misbehave where asked, check, carry out.
func (w *Workspace) serveAPI(rw http.ResponseWriter, r *http.Request) {
	if !w.enter() {
		http.Error(rw, "closed", http.StatusServiceUnavailable)
		return
	}
	defer w.leave()
	rw.Header().Set("Date", w.cfg.Now().UTC().Format(http.TimeFormat))
	name := r.PathValue("method")
	call, req, bad := w.readCall(rw, r, name)
	fault, broken := w.misfortune(call)
	call.RetryAfter = fault.pause()
	if broken && !fault.AfterEffect {
		w.record(call, fault.status(), "fault")
		w.misbehave(rw, r, fault)
		return
	}
	w.mu.Lock()
	status, body := http.StatusOK, errorBody(bad)
	if bad == nil {
		status, body = w.dispatch(rw, r, name, req)
	}
	code, _ := body["error"].(string)
	encoded := mustJSON(body) // before others may change what it holds
	w.mu.Unlock()
	if !broken {
		call.RetryAfter = toldToWait(rw.Header())
	}
	w.record(call, status, code)
	if broken {
		w.missed(body)
		w.misbehave(rw, r, fault)
		return
	}
	writeJSON(rw, status, encoded)
}

// dispatch checks token, limit, scope and arguments in Slack's order and runs the method.
// The caller holds w.mu.
func (w *Workspace) dispatch(rw http.ResponseWriter, r *http.Request, name string, req *request) (int, reply) {
	m, known := methods()[name]
	if !known {
		return http.StatusOK, errorBody(&failure{code: "unknown_method", extra: reply{"req_method": name}})
	}
	refused := w.authorise(m, req)
	if req.bot {
		rw.Header().Set("X-OAuth-Scopes", strings.Join(w.cfg.Scopes, ","))
		rw.Header().Set("X-Accepted-OAuth-Scopes", strings.Join(m.scopes, ","))
	}
	if refused != nil {
		return http.StatusOK, errorBody(refused)
	}
	if wait := w.limits.method(name, m.perMinute, time.Now()); wait > 0 {
		return tooMany(rw, wait)
	}
	if f := w.missing(m, req); f != nil {
		return http.StatusOK, errorBody(f)
	}
	req.host, req.secure = r.Host, r.TLS != nil
	body, f := m.run(w, req)
	if f != nil && f.code == codeRateLimited {
		return tooMany(rw, time.Second)
	}
	if f != nil {
		if !m.declares(f.code) {
			w.log.Error(msgUndeclared, "method", name, "code", f.code)
		}
		return http.StatusOK, errorBody(f)
	}
	if body == nil {
		body = reply{}
	}
	body["ok"] = true
	return http.StatusOK, body
}

func tooMany(rw http.ResponseWriter, wait time.Duration) (int, reply) {
	rw.Header().Set("Retry-After", strconv.Itoa(max(1, int((wait+time.Second-1)/time.Second))))
	return http.StatusTooManyRequests, reply{"ok": false, "error": codeRateLimited}
}

// toldToWait is the pause that the header of a reply asks for.
func toldToWait(h http.Header) time.Duration {
	seconds, err := strconv.Atoi(h.Get("Retry-After"))
	if err != nil {
		return 0
	}
	return time.Duration(seconds) * time.Second
}

const (
	codeRateLimited = "ratelimited"
	msgUndeclared   = "a method failed with a code it does not declare"
)

func errorBody(f *failure) reply {
	if f == nil {
		return nil
	}
	body := reply{"ok": false, "error": f.code}
	for k, v := range f.extra {
		body[k] = v
	}
	if len(f.messages) > 0 {
		prefixed := make([]string, len(f.messages))
		for i, m := range f.messages {
			prefixed[i] = "[ERROR] " + m
		}
		body["response_metadata"] = reply{"messages": prefixed}
		if strings.HasPrefix(f.code, "invalid_blocks") {
			body["errors"] = f.messages
		}
	}
	return body
}

// authorise checks the token's presence, kind and scopes.
func (w *Workspace) authorise(m method, req *request) *failure {
	if m.token == noToken {
		return nil
	}
	token := req.token
	switch {
	case token == "", m.token == appToken && !req.inHeader:
		return fail("not_authed")
	case w.revoked[token] != "":
		return fail(w.revoked[token])
	case token == w.cfg.BotToken:
		req.bot = true
	case token != w.cfg.AppToken:
		return fail("invalid_auth")
	}
	if m.token == botToken && !req.bot || m.token == appToken && req.bot {
		return fail("not_allowed_token_type")
	}
	if !req.bot {
		return allowed(w.cfg.AppScopes, m.scopes, m.anyScope)
	}
	return w.allowed(m.scopes, m.anyScope)
}

// allowed checks the scopes of the bot token: all of needed, or one of them where anyOf is set.
func (w *Workspace) allowed(needed []string, anyOf bool) *failure {
	return allowed(w.cfg.Scopes, needed, anyOf)
}

// allowed checks the scopes of a token.
func allowed(scopes, needed []string, anyOf bool) *failure {
	if len(needed) == 0 {
		return nil
	}
	granted := func(s string) bool { return slices.Contains(scopes, s) }
	if anyOf && slices.ContainsFunc(needed, granted) {
		return nil
	}
	if !anyOf && !slices.ContainsFunc(needed, func(s string) bool { return !granted(s) }) {
		return nil
	}
	return &failure{code: "missing_scope", extra: reply{"needed": strings.Join(needed, ","), "provided": strings.Join(scopes, ",")}}
}

// missing names the required arguments that are not there.
func (w *Workspace) missing(m method, req *request) *failure {
	var messages []string
	for _, name := range m.required {
		if !req.has(name) {
			messages = append(messages, "missing required field: "+name)
		}
	}
	if len(messages) > 0 {
		return invalid(messages...)
	}
	return nil
}

func (f APIFault) status() int {
	if f.Status == 0 {
		return http.StatusOK
	}
	return f.Status
}

// pause is what a caller is asked to wait; nothing where it gets no reply.
func (f APIFault) pause() time.Duration {
	if f.Hang || f.CutReply {
		return 0
	}
	return time.Duration(f.RetryAfter) * time.Second
}

// misbehave gives the reply that a fault asks for.
func (w *Workspace) misbehave(rw http.ResponseWriter, r *http.Request, f APIFault) {
	if f.Hang {
		select {
		case <-r.Context().Done():
		case <-w.ctx.Done():
		}
	}
	if f.Hang || f.CutReply {
		panic(http.ErrAbortHandler)
	}
	if f.RetryAfter > 0 {
		rw.Header().Set("Retry-After", strconv.Itoa(f.RetryAfter))
	}
	contentType := f.ContentType
	if contentType == "" {
		contentType = "application/json; charset=utf-8"
	}
	rw.Header().Set("Content-Type", contentType)
	rw.WriteHeader(f.status())
	_, _ = rw.Write([]byte(f.Body)) // a caller that has gone misses a fault, no more
}

// WaitForCall returns the first recorded call of method that match accepts;
// a nil match accepts each.
func (w *Workspace) WaitForCall(ctx context.Context, method string, match func(Call) bool) (Call, error) {
	var found Call
	err := w.wait(ctx, "a call of "+method, func() bool {
		i := slices.IndexFunc(w.calls, func(c Call) bool { return c.Method == method && (match == nil || match(c)) })
		if i >= 0 {
			found = w.calls[i]
		}
		return i >= 0
	})
	return found, err
}
