package opensearch

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
)

// A proxy stands between a client and a real OpenSearch and makes faults.
type proxy struct {
	*httptest.Server
	fault    atomic.Pointer[fault]
	requests atomic.Int32
}

// A fault answers a request in place of OpenSearch, or returns false to let it pass. Forward is OpenSearch.
type fault func(w http.ResponseWriter, r *http.Request, forward http.Handler) bool

// newProxy returns a proxy in front of OpenSearch, which makes no faults yet.
func newProxy(t *testing.T) *proxy {
	t.Helper()
	p := newIdleProxy(t, address(t))
	p.Start()
	return p
}

// newIdleProxy returns one that has not started, in front of the node with an address.
func newIdleProxy(t *testing.T, node string) *proxy {
	t.Helper()
	target, err := url.Parse(node)
	if err != nil {
		t.Fatal(err)
	}
	forward, p := httputil.NewSingleHostReverseProxy(target), &proxy{}
	p.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.requests.Add(1)
		if f := p.fault.Load(); f == nil || !(*f)(w, r, forward) {
			forward.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(p.Close)
	return p
}

// make makes a fault until what it returns is called.
func (p *proxy) make(f fault) (mend func()) {
	p.fault.Store(&f)
	return func() { p.fault.Store(nil) }
}

// forever is for [enginetest.Failures].
func (p *proxy) forever(f fault) func(*testing.T, string) func() {
	return func(*testing.T, string) func() { return p.make(f) }
}

// on makes a fault of requests whose path contains part, times times; always with 0.
func on(part string, times int32, f fault) fault {
	var seen atomic.Int32
	return func(w http.ResponseWriter, r *http.Request, forward http.Handler) bool {
		if !strings.Contains(r.URL.Path, part) || times > 0 && seen.Add(1) > times {
			return false
		}
		return f(w, r, forward)
	}
}

// answer answers with a status and an error of OpenSearch.
func answer(status int, kind string) fault {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) bool {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"error":{"type":%q,"reason":"a fault","root_cause":[{"type":%q,"reason":"a fault"}]},"status":%d}`, kind, kind, status)
		return true
	}
}

// cutOff ends the connection without an answer.
func cutOff(w http.ResponseWriter, _ *http.Request, _ http.Handler) bool {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		connection.Close()
	}
	return true
}

// loseAnswer lets OpenSearch do what it is told, and ends the connection.
func loseAnswer(w http.ResponseWriter, r *http.Request, forward http.Handler) bool {
	forward.ServeHTTP(httptest.NewRecorder(), r)
	return cutOff(w, r, forward)
}

// stall answers nothing until the client gives up.
func stall(_ http.ResponseWriter, r *http.Request, _ http.Handler) bool {
	io.Copy(io.Discard, r.Body) // else the server does not notice that the client is gone
	<-r.Context().Done()
	return true
}

// change changes the answer of OpenSearch.
func change(old, new string) fault {
	return func(w http.ResponseWriter, r *http.Request, forward http.Handler) bool {
		r.Header.Set("Accept-Encoding", "identity")
		answer := httptest.NewRecorder()
		forward.ServeHTTP(answer, r)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(answer.Code)
		w.Write(bytes.Replace(answer.Body.Bytes(), []byte(old), []byte(new), 1))
		return true
	}
}

// partial has a search tell that one shard failed, as OpenSearch does it: with success.
func partial() fault {
	return change(`"failed":0`, `"failed":1,"failures":[{"shard":0,"reason":{"type":"a_fault","reason":"a fault"}}]`)
}
