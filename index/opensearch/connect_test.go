package opensearch

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/sync/errgroup"

	"verbatim/index"
)

// guarded returns a proxy with TLS that asks for an Authorization header.
func guarded(t *testing.T, header string) *proxy {
	t.Helper()
	p := newIdleProxy(t, address(t))
	p.StartTLS()
	p.make(func(w http.ResponseWriter, r *http.Request, forward http.Handler) bool {
		if r.Header.Get("Authorization") == header {
			return false
		}
		return answer(http.StatusUnauthorized, "security_exception")(w, r, forward)
	})
	return p
}

// TestClusterTLS meets hosts with certificates of their own authority, which want to know who asks.
func TestClusterTLS(t *testing.T) {
	basic, token := guarded(t, "Basic dTpwQHNz"), guarded(t, "Bearer secret")
	roots := x509.NewCertPool()
	roots.AddCert(basic.Certificate())
	plain := node(t)
	for _, tt := range []struct {
		name, engine, token string
		roots               *x509.CertPool
		want                error
		hint                string
	}{
		{"user in the address", "opensearch:https://u:p%40ss@" + basic.Listener.Addr().String(), "", roots, nil, ""},
		{"token", "opensearch:" + token.URL, "secret", roots, nil, ""},
		{"wrong password", "opensearch:https://u:wrong@" + basic.Listener.Addr().String(), "", roots, ErrRefused, "VERBATIM_ENGINE_USER"},
		{"no credentials", "opensearch:" + basic.URL, "", roots, ErrRefused, "VERBATIM_ENGINE_TOKEN"},
		{"wrong token", "opensearch:" + token.URL, "other", roots, ErrRefused, ""},
		{"unknown authority", "opensearch:" + token.URL, "secret", nil, index.ErrAway, "--engine-ca"},
	} {
		config, err := Parse(tt.engine)
		if err != nil {
			t.Fatal(err)
		}
		config.Name, config.Token, config.Roots = plain.config.Name, tt.token, tt.roots
		c, err := New(config)
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Records().Put(t.Context(), Record{Kind: "k", ID: "i"})
		if !errors.Is(err, tt.want) || tt.hint != "" && !strings.Contains(err.Error(), tt.hint) {
			t.Errorf("%s: %v", tt.name, err)
		}
		if err != nil && (strings.Contains(err.Error(), "wrong") || strings.Contains(err.Error(), "secret")) {
			t.Errorf("%s: the error tells a secret: %v", tt.name, err)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestClusterDeadHost has two hosts where nobody listens, before and behind one that answers.
func TestClusterDeadHost(t *testing.T) {
	dead := httptest.NewServer(http.NotFoundHandler())
	dead.Close()
	c := at(t, dead.URL, address(t), dead.URL)
	_, s := filled(t, c)
	for n := range 10 {
		if err := cats(t.Context(), s); err != nil {
			t.Errorf("question %d: %v", n, err)
		}
	}
}

// TestClusterPaths reaches OpenSearch behind a path of a host.
func TestClusterPaths(t *testing.T) {
	p := newProxy(t)
	var elsewhere atomic.Int32
	p.make(func(_ http.ResponseWriter, r *http.Request, _ http.Handler) bool {
		path, ok := strings.CutPrefix(r.URL.Path, "/search/engine")
		if !ok {
			elsewhere.Add(1)
			return false
		}
		r.URL.Path, r.URL.RawPath = path, strings.TrimPrefix(r.URL.RawPath, "/search/engine")
		return false
	})
	c := at(t, p.URL+"/search/engine")
	_, s := filled(t, c)
	if err := cats(t.Context(), s); err != nil {
		t.Error(err)
	}
	if _, err := c.Records().Create(t.Context(), Record{Kind: "k", ID: "a/b"}); err != nil {
		t.Error(err)
	}
	if elsewhere.Load() > 0 {
		t.Errorf("%d requests went elsewhere", elsewhere.Load())
	}
}

// TestCredentialsChange has the credentials changed while they are used: the new ones are read once they are refused,
// by all who ask at that time, and never when they are taken.
func TestCredentialsChange(t *testing.T) {
	var want atomic.Pointer[string]
	allow := func(password string) { want.Store(&password) }
	allow("old")
	host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, ok := r.BasicAuth(); !ok || user != "u" || password != *want.Load() {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		fmt.Fprint(w, `{}`)
	}))
	defer host.Close()
	var read atomic.Int32
	now := Credentials{User: "u", Password: "old"}
	failed := errors.New("no such file")
	c, err := New(Config{Addresses: []string{host.URL}, Name: "v", Credentials: now, Renew: func() (Credentials, error) {
		read.Add(1)
		if now == (Credentials{}) {
			return now, failed
		}
		return now, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	ask := func() error {
		_, err := c.do(t.Context(), request{method: http.MethodGet, path: "/"})
		return err
	}
	if err := ask(); err != nil || read.Load() != 0 {
		t.Fatalf("%v, read %d times", err, read.Load())
	}
	allow("new")
	if err := ask(); !errors.Is(err, ErrRefused) || read.Load() != 1 {
		t.Errorf("nobody changed them here: %v, read %d times", err, read.Load())
	}
	now.Password = "new"
	group, _ := errgroup.WithContext(t.Context())
	for range 10 {
		group.Go(ask)
	}
	if err := group.Wait(); err != nil {
		t.Error(err)
	}
	before := read.Load()
	if err := ask(); err != nil || read.Load() != before {
		t.Errorf("%v, read %d times more", err, read.Load()-before)
	}
	now = Credentials{}
	allow("newest")
	if err := ask(); !errors.Is(err, ErrRefused) || !errors.Is(err, failed) {
		t.Errorf("they cannot be read: %v", err)
	}
}
