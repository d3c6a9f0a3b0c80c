package source

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestFetch(t *testing.T) {
	s := newSite(t)
	s.text("/a.txt", "text/plain; charset=utf-8", "A.")
	s.redirect("/1", "/2")
	s.redirect("/2", "/a.txt")
	f := newFetcher(t, s)
	page, err := f.Fetch(t.Context(), s.URL+"/1#part", nil, MaxBody)
	if err != nil || string(page.Body) != "A." || page.URL != s.URL+"/a.txt" || page.MediaType != "text/plain; charset=utf-8" {
		t.Errorf("got %+v, error %v", page, err)
	}
}

func TestFetchAsksWhetherItChanged(t *testing.T) {
	s := newSite(t)
	s.set("/a.txt", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"1"`)
		if r.Header.Get("If-None-Match") == `"1"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		fmt.Fprint(w, "A.")
	})
	f := newFetcher(t, s)
	first, err := f.Fetch(t.Context(), s.URL+"/a.txt", nil, MaxBody)
	if err != nil || first.NotModified || first.ETag != `"1"` {
		t.Fatalf("first: %+v, error %v", first, err)
	}
	second, err := f.Fetch(t.Context(), s.URL+"/a.txt", first, MaxBody)
	if err != nil || !second.NotModified || second.ETag != `"1"` {
		t.Errorf("second: %+v, error %v", second, err)
	}
}

// TestFetchRefuses is what is not taken, and why.
func TestFetchRefuses(t *testing.T) {
	s, private := newSite(t), newSite(t)
	private.text("/secret.txt", "text/plain", "Secret.")
	s.redirect("/loop", "/loop")
	s.redirect("/private", private.URL+"/secret.txt")
	s.redirect("/metadata", "http://169.254.169.254/latest/meta-data/")
	s.redirect("/file", "file:///etc/passwd")
	s.redirect("/gopher", "gopher://"+s.host()+"/")
	s.set("/nowhere", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusFound) })
	s.text("/picture", "image/png", "PNG")
	s.set("/declared", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Length", "10737418240") })
	s.set("/bomb", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		for zeros := make([]byte, 1<<16); r.Context().Err() == nil; {
			if _, err := z.Write(zeros); err != nil {
				return
			}
		}
	})
	s.set("/endless", func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := io.WriteString(w, strings.Repeat("text ", 1000)); err != nil {
				return
			}
		}
	})
	s.set("/short", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		fmt.Fprint(w, "not a hundred bytes")
	})
	s.set("/headers", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X", strings.Repeat("x", 1<<20)) })
	s.text("/robots.txt", "text/plain", "User-agent: *\nDisallow: /closed")
	s.text("/closed/a.txt", "text/plain", "Closed.")
	s.redirect("/toclosed", "/closed/a.txt")
	f := newFetcher(t, s)
	for path, want := range map[string]error{
		"/loop": errRedirects, "/private": ErrForbidden, "/metadata": ErrForbidden, "/file": errScheme, "/gopher": errScheme,
		"/nowhere": nil, "/picture": errMediaType, "/declared": errTooLarge, "/bomb": errTooLarge, "/endless": errTooLarge,
		"/short": io.ErrUnexpectedEOF, "/headers": nil, "/closed/a.txt": errRobots, "/toclosed": errRobots, "/missing": nil,
	} {
		page, err := f.Fetch(t.Context(), s.URL+path, nil, 1<<20)
		if err == nil || page != nil || want != nil && !errors.Is(err, want) {
			t.Errorf("%s: page %v, error %v, want %v", path, page, err, want)
		} else if n := strings.Count(err.Error(), s.URL+path); n != 1 {
			t.Errorf("%s is named %d times: %v", path, n, err)
		}
	}
	if asked := private.taken(); len(asked) > 0 {
		t.Errorf("the private server was asked for %q", asked)
	}
	for _, path := range s.taken() {
		if strings.HasPrefix(path, "/closed") {
			t.Errorf("%s was asked for although robots.txt forbids it", path)
		}
	}
}

// TestFault23SSRF dials addresses that are not public, in all their spellings.
func TestFault23SSRF(t *testing.T) {
	s := newSite(t)
	s.text("/", "text/plain", "Secret.")
	port := s.host()[strings.LastIndex(s.host(), ":"):]
	t.Setenv("HTTP_PROXY", s.URL) // which must not be asked either
	t.Setenv("http_proxy", s.URL)
	f, err := NewFetcher(FetcherOptions{Interval: time.Nanosecond})
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{
		"127.0.0.1" + port, "localhost" + port, "[::1]" + port, "[::ffff:127.0.0.1]" + port, "127.1" + port, "2130706433" + port,
		"0x7f000001" + port, "0177.0.0.1" + port, "0.0.0.0" + port, "127.255.255.254", "10.0.0.1", "172.16.0.1", "192.168.1.1",
		"100.64.0.1", "169.254.169.254", "[fd00:ec2::254]", "[fe80::1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]",
		"[::127.0.0.1]", "224.0.0.1", "255.255.255.255", "8.8.8.8:22",
	} {
		ctx, cancel := context.WithCancel(t.Context())
		if net.ParseIP(strings.Trim(strings.TrimSuffix(strings.TrimSuffix(host, port), ":22"), "[]")) == nil { // a name, whose server may be silent
			ctx, cancel = context.WithTimeout(t.Context(), time.Minute)
		}
		if page, err := f.Fetch(ctx, "http://"+host+"/", nil, MaxBody); err == nil {
			t.Errorf("%s: fetched %q", host, page.Body)
		} else if strings.HasPrefix(host, "127.0") || strings.HasPrefix(host, "[") || strings.HasSuffix(host, ":22") {
			if !errors.Is(err, ErrForbidden) || !strings.Contains(err.Error(), "sources.allow") {
				t.Errorf("%s: the error names no way out: %v", host, err)
			}
		}
		cancel()
	}
	for _, address := range []string{"file:///etc/passwd", "ftp://" + s.host() + "/", "http://user:secret@" + s.host() + "/", "//" + s.host(), "http:///", "javascript:0"} {
		if _, err := f.Fetch(t.Context(), address, nil, MaxBody); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: error %v", address, err)
		}
	}
	if asked := s.taken(); len(asked) > 0 {
		t.Errorf("the private server was asked for %q", asked)
	}
	for _, allow := range []string{s.host(), "127.0.0.0/8"} {
		f, err := NewFetcher(FetcherOptions{Allow: []string{allow}, Interval: time.Nanosecond})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Fetch(t.Context(), s.URL, nil, MaxBody); err != nil {
			t.Errorf("allowed by %s: %v", allow, err)
		}
	}
}

// TestGuardLooksAtTheAddressDialled is a name that means another address each time it is looked up.
func TestGuardLooksAtTheAddressDialled(t *testing.T) {
	g, err := newGuard([]string{"wiki.example", "other.example:8080", "10.1.0.0/16", "fd00::/8"})
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]bool{
		"93.184.215.14:443": true, "[2606:2800:21f::1]:443": true, "93.184.215.14:8080": false, "127.0.0.1:80": false,
		"10.1.2.3:9000": true, "10.2.2.3:80": false, "[fd00::1]:80": true, "[::ffff:10.1.2.3]:80": true, "[::ffff:10.2.2.3]:80": false, "x": false,
	} {
		if err := g.control("tcp4", address, nil); strings.HasPrefix(address, "[") == false && (err == nil) != want {
			t.Errorf("%s: %v", address, err)
		}
		if err := g.control("tcp6", address, nil); strings.HasPrefix(address, "[") && (err == nil) != want {
			t.Errorf("%s: %v", address, err)
		}
	}
	for address, want := range map[string]bool{"wiki.example:443": true, "WIKI.example:80": true, "wiki.example:22": false, "other.example:8080": true, "other.example:443": false, "my-wiki.example:443": false} {
		if g.named(address) != want {
			t.Errorf("%s is named: %t", address, !want)
		}
	}
	for _, bad := range []string{"", "http://wiki.example/", "10.1.0.0/99", "a b", "*.example"} {
		if _, err := newGuard([]string{bad}); err == nil {
			t.Errorf("%q is allowed", bad)
		}
	}
}

// TestFetchEnds meets a server that sends one byte a second for ever, and one that never answers.
func TestFetchEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answer := func(conn net.Conn) {
			defer conn.Close()
			buffer := make([]byte, 4096)
			if _, err := conn.Read(buffer); err != nil {
				return
			}
			if bytes.HasPrefix(buffer, []byte("GET /robots.txt")) {
				io.WriteString(conn, "HTTP/1.1 404 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
				return
			}
			if bytes.HasPrefix(buffer, []byte("GET /drip")) {
				io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1000000\r\n\r\n")
			}
			for {
				if _, err := io.WriteString(conn, "x"); err != nil {
					return
				}
				time.Sleep(time.Second)
			}
		}
		f, err := NewFetcher(FetcherOptions{})
		if err != nil {
			t.Fatal(err)
		}
		var servers sync.WaitGroup
		defer servers.Wait()
		f.client.Transport = &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
			client, server := net.Pipe()
			servers.Go(func() { answer(server) })
			return client, nil
		}}
		for _, path := range []string{"/drip.txt", "/silent.txt"} {
			began := time.Now()
			_, err := f.Fetch(t.Context(), "http://site.example"+path, nil, MaxBody)
			if took := time.Since(began); !errors.Is(err, context.DeadlineExceeded) && err == nil || took > FetchTimeout+5*time.Second {
				t.Errorf("%s: error %v after %v", path, err, took)
			}
		}
	})
}

// TestFetchIsPolite counts the time between requests to one host.
func TestFetchIsPolite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, err := NewFetcher(FetcherOptions{})
		if err != nil {
			t.Fatal(err)
		}
		var last time.Time
		requests, status := 0, http.StatusOK
		f.client.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
			if gap := time.Since(last); requests > 0 && gap < HostInterval {
				t.Errorf("%s came %v after the request before", r.URL, gap)
			}
			last = time.Now()
			requests++
			return &http.Response{StatusCode: status, Header: http.Header{"Retry-After": {"120"}}, Body: io.NopCloser(strings.NewReader("")), Request: r}, nil
		})
		for range 5 {
			if _, err := f.Fetch(t.Context(), "http://site.example/a.txt", nil, MaxBody); err != nil {
				t.Fatal(err)
			}
		}
		if requests != 6 {
			t.Errorf("%d requests for 5 pages and one robots.txt", requests)
		}
		status = http.StatusTooManyRequests
		var code *StatusError
		if _, err := f.Fetch(t.Context(), "http://site.example/a.txt", nil, MaxBody); !errors.As(err, &code) {
			t.Errorf("error %v", err)
		}
		status, requests = http.StatusOK, 0
		if _, err := f.Fetch(t.Context(), "http://site.example/a.txt", nil, MaxBody); !errors.Is(err, errBusy) || requests != 0 {
			t.Errorf("a host that asked for a pause was asked %d times: %v", requests, err)
		}
		time.Sleep(2 * time.Minute)
		if _, err := f.Fetch(t.Context(), "http://site.example/a.txt", nil, MaxBody); err != nil {
			t.Errorf("after the pause: %v", err)
		}
	})
}

// TestFetchKeepsCrawlDelay counts the time between requests to a site that asks for more of it, and to
// one that does not.
func TestFetchKeepsCrawlDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, err := NewFetcher(FetcherOptions{})
		if err != nil {
			t.Fatal(err)
		}
		asked := map[string][]time.Time{}
		f.client.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
			asked[r.Host] = append(asked[r.Host], time.Now())
			body := "A."
			if r.Host == "slow.example" && r.URL.Path == "/robots.txt" {
				body = "User-agent: *\nCrawl-delay: 10\n"
			}
			return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
		})
		for host, pause := range map[string]time.Duration{"slow.example": 10 * time.Second, "quick.example": HostInterval} {
			for range 3 {
				if _, err := f.Fetch(t.Context(), "http://"+host+"/a.txt", nil, MaxBody); err != nil {
					t.Fatal(err)
				}
			}
			times := asked[host]
			if len(times) != 4 {
				t.Fatalf("%s: %d requests for 3 pages and one robots.txt", host, len(times))
			}
			for i := range times[1:] {
				if gap := times[i+1].Sub(times[i]); gap != pause {
					t.Errorf("%s: a pause of %v, want %v", host, gap, pause)
				}
			}
		}
	})
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
