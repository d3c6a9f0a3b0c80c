package source

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// TestRobots holds the rules against RFC 9309 and the examples in it.
func TestRobots(t *testing.T) {
	cases := []struct {
		rules, path string
		want        bool
	}{
		{"", "/a", true},
		{"User-agent: *\nDisallow: /", "/a", false},
		{"User-agent: *\nDisallow:", "/a", true},
		{"User-agent: *\nDisallow: /\n\nUser-agent: Verbatim\nDisallow: /b", "/a", true},
		{"User-agent: *\nDisallow: /\n\nUser-agent: verbatim/1.0\nAllow: /", "/a", true},
		{"User-agent: other\nDisallow: /", "/a", true},
		{"User-agent: other\nUser-agent: verbatim\nDisallow: /", "/a", false},
		{"User-agent: verbatim\nDisallow: /a\n\nUser-agent: verbatim\nDisallow: /b", "/b", false},
		{"User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", true},
		{"User-agent: *\nAllow: /a\nDisallow: /a", "/a", true},
		{"User-agent: *\nDisallow: /*.gif$", "/a.gif", false},
		{"User-agent: *\nDisallow: /*.gif$", "/a.gif?x", true},
		{"User-agent: *\nDisallow: /a*b*c", "/axxbxxcxx", false},
		{"User-agent: *\nDisallow: /a*b*c", "/acb", true},
		{"User-agent: *\nDisallow: /foo/bar/%E3%83%84", "/foo/bar/ツ", false},
		{"User-agent: *\nDisallow: /foo/bar/ツ", "/foo/bar/%e3%83%84", false},
		{"User-agent: *\nDisallow: /foo/bar/%62%61%7A", "/foo/bar/baz", false},
		{"User-agent: *\nDisallow: /a # comment", "/a", false},
		{"User-Agent : *\nDISALLOW : /a", "/a", false},
		{"\ufeffUser-agent: *\r\nDisallow: /a\r\n", "/a", false},
		{"User-agent: *\nDisallow: /", "/robots.txt", true},
		{"User-agent: *\nCrawl-delay: 5\nDisallow: /a", "/a", false},
		{"User-agent: *\nDisallow: /a?x=1", "/a?x=1", false},
		{"Disallow: /", "/a", true},
		{"<html>no</html>", "/a", true},
	}
	for _, c := range cases {
		u, err := url.Parse("http://site.example" + c.path)
		if err != nil {
			t.Fatal(err)
		}
		if got := parseRobots([]byte(c.rules)).allowed(u); got != c.want {
			t.Errorf("rules %q, path %q: allowed %t, want %t", c.rules, c.path, got, c.want)
		}
	}
}

// TestCrawlDelay holds the pause that a robots.txt asks for against what is kept to.
func TestCrawlDelay(t *testing.T) {
	for rules, want := range map[string]time.Duration{
		"User-agent: *\nCrawl-delay: 5":                                                  5 * time.Second,
		"User-agent: *\nCrawl-delay : 0.5 # half a second":                               500 * time.Millisecond,
		"User-agent: *\nCrawl-delay: 86400":                                              maxCrawlDelay,
		"User-agent: *\nCrawl-delay: 1e400":                                              0,
		"User-agent: *\nCrawl-delay: -5\nCrawl-delay: NaN\nCrawl-delay: soon":            0,
		"User-agent: *\nCrawl-delay: 5\n\nUser-agent: verbatim\nDisallow: /b":            0,
		"User-agent: *\nDisallow: /b\n\nUser-agent: verbatim\nCrawl-delay: 7":            7 * time.Second,
		"User-agent: other\nCrawl-delay: 5":                                              0,
		"User-agent: verbatim\nCrawl-delay: 3\n\nUser-agent: verbatim\nCrawl-delay: 2\n": 3 * time.Second,
		"User-agent: other\nCrawl-delay: 9\nUser-agent: verbatim\nDisallow: /b\n":        0,
		"Crawl-delay: 5": 0,
	} {
		if got := parseRobots([]byte(rules)).delay; got != want {
			t.Errorf("rules %q: delay %v, want %v", rules, got, want)
		}
	}
}

// TestRobotsOfASite is what the answer for robots.txt means.
func TestRobotsOfASite(t *testing.T) {
	for name, c := range map[string]struct {
		play http.HandlerFunc
		want error
	}{
		"missing":   {func(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) }, nil},
		"forbidden": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }, nil},
		"error":     {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }, errRobots5xx},
		"busy":      {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) }, errRobots5xx},
		"broken":    {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, errRobots5xx},
		"loop":      {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/robots.txt", http.StatusFound) }, nil},
		"long": {func(w http.ResponseWriter, _ *http.Request) {
			w.Write([]byte("User-agent: *\nDisallow: /a.txt\n" + strings.Repeat("# much more\n", 1<<20/10)))
		}, errRobots},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			s.text("/a.txt", "text/plain", "A.")
			s.set("/robots.txt", c.play)
			_, err := newFetcher(t, s).Fetch(t.Context(), s.URL+"/a.txt", nil, MaxBody)
			if !errors.Is(err, c.want) {
				t.Errorf("error %v, want %v", err, c.want)
			}
			if asked := s.taken(); len(asked) > 0 != (c.want == nil) {
				t.Errorf("asked for %q", asked)
			}
		})
	}
}

func FuzzRobots(f *testing.F) {
	f.Add("User-agent: *\nDisallow: /*a*b$\nAllow: /%41", "/xaxb?y")
	f.Add("User-agent: verbatim\nDisallow: /"+strings.Repeat("*a", 100), "/"+strings.Repeat("a", 1000))
	f.Fuzz(func(t *testing.T, rules, path string) {
		u, err := url.Parse("http://site.example/" + path)
		if err != nil || len(path) > maxURL {
			return
		}
		r := parseRobots([]byte(rules))
		before := r.allowed(u)
		if r.delay < 0 || r.delay > maxCrawlDelay {
			t.Errorf("a pause of %v", r.delay)
		}
		if len(r.rules) == 0 && !before {
			t.Errorf("%q is forbidden without a rule", path)
		}
	})
}
