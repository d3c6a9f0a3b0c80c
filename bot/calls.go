package bot

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"path"
	"sync"
	"time"
)

// Calls to Slack as watchers are told of them.

// Names of calls that are of no API method.
const (
	methodResponse = "response_url"
	methodFile     = "file"
)

// The faults of a call that Slack gives no code of its own for.
const (
	FaultRateLimited = "ratelimited" // HTTP 429
	FaultRefused     = "http_4xx"
	FaultServer      = "http_5xx"
	FaultMalformed   = "malformed" // a reply that is none of Slack's
	FaultTimeout     = "timeout"
	FaultNetwork     = "network"
	FaultAbandoned   = "abandoned" // the bot stopped, or nobody wanted the reply any more
)

// A Call is one request to Slack.
type Call struct {
	// Method is the Web API's method, or "response_url" or "file".
	Method string
	// Fault is Slack's own code of the error, or one of the faults; "" for none.
	Fault string
	// Took is the time until the reply was read.
	Took time.Duration
}

// maxReply is how many bytes of a reply are looked at: those that tell of an error have some hundred.
const maxReply = 4 << 10

// A watchedTransport tells of each request.
type watchedTransport struct {
	next   http.RoundTripper
	method func(*http.Request) string
	tell   func(Call)
}

// watched is the bot's transport, with those told who watch.
func (b *Bot) watched(method func(*http.Request) string) http.RoundTripper {
	if len(b.config.Watchers) == 0 {
		return b.transport
	}
	return &watchedTransport{next: b.transport, method: method, tell: func(c Call) {
		for _, w := range b.config.Watchers {
			w.Called(c)
		}
	}}
}

// apiMethod is the method of a call of the Web API.
func apiMethod(r *http.Request) string { return path.Base(r.URL.Path) }

// always gives all requests one name.
func always(name string) func(*http.Request) string {
	return func(*http.Request) string { return name }
}

// RoundTrip implements [http.RoundTripper].
func (t *watchedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	begun, method := time.Now(), t.method(r)
	done := func(fault string) { t.tell(Call{Method: method, Fault: fault, Took: time.Since(begun)}) }
	answer, err := t.next.RoundTrip(r)
	switch {
	case err != nil:
		done(faultOf(r.Context(), err))
	case answer.StatusCode != http.StatusOK:
		done(statusFault(answer.StatusCode))
	case method == methodFile:
		done("")
	default:
		answer.Body = &reply{ReadCloser: answer.Body, ctx: r.Context(), plain: method == methodResponse, done: done}
	}
	return answer, err
}

// faultOf names what kept a request from a reply. That a client's own time is up shows in the deadline of ctx,
// and perhaps not yet in its error.
func faultOf(ctx context.Context, err error) string {
	var timeout net.Error
	deadline, limited := ctx.Deadline()
	switch {
	case limited && !time.Now().Before(deadline), errors.As(err, &timeout) && timeout.Timeout():
		return FaultTimeout
	case ctx.Err() != nil:
		return FaultAbandoned
	}
	return FaultNetwork
}

// statusFault names what an HTTP status other than 200 says.
func statusFault(status int) string {
	switch {
	case status == http.StatusTooManyRequests:
		return FaultRateLimited
	case status >= http.StatusInternalServerError:
		return FaultServer
	case status >= http.StatusBadRequest:
		return FaultRefused
	}
	return ""
}

// A reply is read by who asked, and tells at its end what it said.
type reply struct {
	io.ReadCloser
	ctx   context.Context
	plain bool // "ok" is a reply too
	done  func(fault string)
	head  []byte
	once  sync.Once
}

// Read implements [io.Reader].
func (r *reply) Read(p []byte) (int, error) {
	n, err := r.ReadCloser.Read(p)
	r.head = append(r.head, p[:min(n, maxReply+1-len(r.head))]...)
	switch {
	case err == io.EOF:
		r.end("")
	case err != nil:
		r.end(faultOf(r.ctx, err))
	}
	return n, err
}

// Close implements [io.Closer].
func (r *reply) Close() error {
	r.end("")
	return r.ReadCloser.Close()
}

// end tells once.
func (r *reply) end(fault string) {
	r.once.Do(func() {
		if fault == "" {
			fault = r.fault()
		}
		r.done(fault)
	})
}

// fault is what the reply says went wrong. One that is longer than any error is none.
func (r *reply) fault() string {
	var said struct {
		OK    *bool  `json:"ok"`
		Error string `json:"error"`
	}
	switch {
	case len(r.head) > maxReply, r.plain && (string(r.head) == "ok" || len(r.head) == 0):
		return ""
	case json.Unmarshal(r.head, &said) != nil || said.OK == nil:
		return FaultMalformed
	case !*said.OK:
		return said.Error
	}
	return ""
}
