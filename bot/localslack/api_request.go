package localslack

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// maxBody bounds every request body: Slack refuses far smaller ones.
const maxBody = 4 << 20

// request holds the arguments of one Web API call: strings from a form or a
// query, any JSON value from a JSON body.
type request struct {
	args     map[string]any
	token    string
	inHeader bool // the token stood in the Authorization header
	bot      bool // the token is the bot's
	host     string
	secure   bool // it came by TLS
	// unbounded lifts the limit on all blocks together, which response URLs do not have.
	unbounded bool
}

// readCall reads body, query and token. A failure is one of the body's form.
func (w *Workspace) readCall(rw http.ResponseWriter, r *http.Request, name string) (Call, *request, *failure) {
	req := &request{args: map[string]any{}}
	call := Call{Method: name, Time: w.cfg.Now(), Args: req.args}
	r.Body = http.MaxBytesReader(rw, r.Body, maxBody)
	for key, values := range r.URL.Query() {
		req.args[key] = values[0]
	}
	f := req.body(r)
	if t, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		req.token, req.inHeader = strings.TrimSpace(t), true
	} else if t, ok := req.args["token"].(string); ok {
		req.token = t
	}
	delete(req.args, "token")
	return call, req, f
}

func (req *request) body(r *http.Request) *failure {
	if r.Method != http.MethodPost {
		return nil
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "application/json":
		return req.json(r.Body)
	case "application/x-www-form-urlencoded", "text/plain":
		return req.form(r.Body)
	case "multipart/form-data":
		if err := r.ParseMultipartForm(maxBody); err != nil {
			return fail("invalid_form_data")
		}
		req.values(r.MultipartForm.Value)
		return nil
	case "":
		if b, err := io.ReadAll(r.Body); err == nil && len(b) > 0 {
			return fail("missing_post_type")
		}
		return nil
	}
	return fail("invalid_post_type")
}

func (req *request) form(body io.Reader) *failure {
	b, err := io.ReadAll(body)
	if err != nil {
		return fail("request_timeout")
	}
	values, err := url.ParseQuery(string(b))
	if err != nil {
		return fail("invalid_form_data")
	}
	req.values(values)
	return nil
}

func (req *request) values(values map[string][]string) {
	for key, v := range values {
		if len(v) > 0 {
			req.args[key] = v[0]
		}
	}
}

// json reads a JSON object. A token in it does not count: Slack wants it in the header.
func (req *request) json(body io.Reader) *failure {
	b, err := io.ReadAll(body)
	if err != nil {
		return fail("request_timeout")
	}
	if len(b) == 0 {
		return nil
	}
	var object map[string]any
	if err := json.Unmarshal(b, &object); err != nil {
		return &failure{code: "invalid_json"}
	}
	for key, v := range object {
		if key != "token" && v != nil {
			req.args[key] = v
		}
	}
	return nil
}

func (req *request) has(name string) bool {
	v, ok := req.args[name]
	s, isText := v.(string)
	return ok && (!isText || s != "")
}

// text returns an argument as text; numbers and booleans of JSON are written out.
func (req *request) text(name string) string {
	switch v := req.args[name].(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

func (req *request) flag(name string) bool {
	v := req.text(name)
	return v == "1" || strings.EqualFold(v, "true")
}

// raw returns a structured argument: JSON in a string, or a JSON value as it stands.
func (req *request) raw(name string) json.RawMessage {
	switch v := req.args[name].(type) {
	case nil:
		return nil
	case string:
		if strings.TrimSpace(v) == "" || v == "null" {
			return nil
		}
		return json.RawMessage(v)
	default:
		return mustJSON(v)
	}
}

// page returns the window of a list that limit and cursor ask for, and the
// cursor of the next one. Without a limit it is limit long.
func page[T any](req *request, all []T, limit, most int) (list []T, next string, f *failure) {
	if req.has("limit") {
		n, err := strconv.Atoi(req.text("limit"))
		if err != nil || n < 1 {
			return nil, "", fail("invalid_limit")
		}
		limit = min(n, most)
	}
	start := 0
	if c := req.text("cursor"); c != "" {
		n, err := strconv.Atoi(strings.TrimPrefix(c, "after:"))
		if err != nil || !strings.HasPrefix(c, "after:") || n < 0 || n > len(all) {
			return nil, "", fail("invalid_cursor")
		}
		start = n
	}
	end := min(start+limit, len(all))
	if end < len(all) {
		next = "after:" + strconv.Itoa(end)
	}
	return all[start:end], next, nil
}

func cursor(next string) reply { return reply{"next_cursor": next} }
