package source

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// site is a web server that plays what the test wants, and notes what it was asked for.
type site struct {
	*httptest.Server
	mu    sync.Mutex
	pages map[string]http.HandlerFunc
	asked []string
	times []time.Time
}

func newSite(t *testing.T) *site {
	s := &site{pages: map[string]http.HandlerFunc{}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		if r.URL.Path != "/robots.txt" {
			s.asked = append(s.asked, r.URL.RequestURI())
		}
		s.times = append(s.times, time.Now())
		page := s.pages[r.URL.RequestURI()]
		s.mu.Unlock()
		if page == nil {
			http.NotFound(w, r)
			return
		}
		page(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// set makes the server answer a path with a handler; nil makes it unknown.
func (s *site) set(path string, h http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pages[path] = h
}

// text makes it answer with a body.
func (s *site) text(path, mediaType, body string) {
	s.set(path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", mediaType)
		fmt.Fprint(w, body)
	})
}

// status makes it answer with a code.
func (s *site) status(path string, code int) {
	s.set(path, func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", code) })
}

// redirect makes it lead elsewhere.
func (s *site) redirect(path, to string) {
	s.set(path, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) })
}

// taken returns what was asked for since it was called last, robots.txt aside.
func (s *site) taken() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	asked := s.asked
	s.asked = nil
	return asked
}

// host returns host and port.
func (s *site) host() string {
	u, err := url.Parse(s.URL)
	if err != nil {
		return ""
	}
	return u.Host
}

// newFetcher returns a fetcher that may ask the given sites, without pauses.
func newFetcher(t *testing.T, sites ...*site) *Fetcher {
	t.Helper()
	var allow []string
	for _, s := range sites {
		allow = append(allow, s.host())
	}
	f, err := NewFetcher(FetcherOptions{Allow: allow, Interval: time.Nanosecond})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// sitemapOf returns a sitemap of pages of the site.
func (s *site) sitemapOf(paths ...string) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`)
	for _, p := range paths {
		b.WriteString("<url><loc>" + s.URL + p + "</loc></url>")
	}
	b.WriteString("</urlset>")
	return b.String()
}
