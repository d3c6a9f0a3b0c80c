package source

import (
	"compress/gzip"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"verbatim/corpus"
)

// openWeb opens a Web over sources, which must be right.
func openWeb(t *testing.T, dir string, f *Fetcher, sources ...WebSource) *Web {
	t.Helper()
	for i := range sources {
		if err := sources[i].Check(); err != nil {
			t.Fatal(err)
		}
	}
	w, err := OpenWeb(dir, f, nil, nil, sources)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// refresh looks at the first source and returns what it counted and the problems, each as
// "path: reason".
func refresh(t *testing.T, w *Web, x *memory) (Counts, []Problem) {
	t.Helper()
	counts, err := w.Refresh(t.Context(), w.sources[0], x, false, nil)
	if err != nil {
		t.Fatal(err)
	}
	return counts, w.Problems()
}

// hasProblem says whether a problem about an address is for this reason.
func hasProblem(problems []Problem, address string, reason error, kept bool) bool {
	return slices.ContainsFunc(problems, func(p Problem) bool {
		return p.Path == address && errors.Is(p.Err, reason) && p.Kept == kept
	})
}

func TestWebPage(t *testing.T) {
	s, x := newSite(t), newMemory()
	s.text("/a.md", "text/markdown", "# A\n\nText of A.")
	w := openWeb(t, t.TempDir(), newFetcher(t, s), WebSource{Page: s.URL + "/a.md#top", Collection: "site"})
	if counts, problems := refresh(t, w, x); counts != (Counts{Put: 1}) || len(problems) > 0 {
		t.Fatalf("counts %+v, problems %v", counts, problems)
	}
	id := corpus.DocumentID("site", s.URL+"/a.md")
	doc := x.docs[id]
	if doc == nil || doc.URL != s.URL+"/a.md" || doc.Path != doc.URL || doc.Title != "A" || doc.Collection != "site" {
		t.Fatalf("document %+v", doc)
	}
	if counts, _ := refresh(t, w, x); counts != (Counts{}) {
		t.Errorf("unchanged: counts %+v", counts)
	}
	s.text("/a.md", "text/markdown", "# A\n\nOther text of A.")
	if counts, _ := refresh(t, w, x); counts != (Counts{Put: 1}) || !strings.Contains(x.docs[id].Text, "Other") {
		t.Errorf("changed: counts %+v, document %+v", counts, x.docs[id])
	}
}

// TestWebSurvives opens what was fetched without asking the site again, and heals what is damaged.
func TestWebSurvives(t *testing.T) {
	s, x, dir := newSite(t), newMemory(), t.TempDir()
	s.text("/sitemap.xml", "application/xml", s.sitemapOf("/a.txt", "/b.txt"))
	s.text("/a.txt", "text/plain", "A.")
	s.text("/b.txt", "text/plain", "B.")
	source := WebSource{Sitemap: s.URL + "/sitemap.xml"}
	w := openWeb(t, dir, newFetcher(t, s), source)
	refresh(t, w, x)
	s.taken()
	want := []string{s.URL + "/a.txt", s.URL + "/b.txt"}
	again := func(name string, digests map[string]string, wantPuts int, wantPaths []string) {
		t.Helper()
		y := newMemory()
		w := openWeb(t, dir, newFetcher(t, s), source)
		if err := w.restore(t.Context(), digests, y.Apply); err != nil {
			t.Fatal(err)
		}
		if got := y.takePuts(); got != wantPuts || wantPuts > 0 && !slices.Equal(y.paths(), wantPaths) {
			t.Errorf("%s: put %d, want %d; paths %q", name, got, wantPuts, y.paths())
		}
		if due, _ := w.due(time.Now()); len(due) > 0 != (len(wantPaths) < 2) {
			t.Errorf("%s: due are %v", name, due)
		}
	}
	again("a new index", nil, 2, want)
	again("the index of before", x.Digests(), 0, want)
	if asked := s.taken(); len(asked) > 0 {
		t.Errorf("after a restart the site was asked for %q", asked)
	}
	bodies, err := filepath.Glob(filepath.Join(dir, "bodies", "*"))
	if err != nil || len(bodies) != 2 {
		t.Fatalf("bodies %q, error %v", bodies, err)
	}
	if err := os.WriteFile(w.bodyFile(sumHex([]byte("A."))), []byte("Forged."), 0o600); err != nil {
		t.Fatal(err)
	}
	again("a forged body", nil, 1, want[1:])
	if err := os.WriteFile(filepath.Join(dir, "web.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	again("a damaged file", nil, 0, nil)
}

// TestFault22Crawl: pages, bytes and time are bounded, robots.txt is obeyed, and what fails for a
// while removes nothing.
func TestFault22Crawl(t *testing.T) {
	t.Run("failures keep pages", failuresKeepPages)
	t.Run("gone pages go at the second look", goneGo)
	t.Run("sitemaps in circles and depths", sitemapShapes)
	t.Run("calendars and sessions", calendars)
	t.Run("emptied sitemap", emptiedSitemap)
	t.Run("twins", twins)
}

const longText = "This page tells at some length what the house rules are, so that nobody needs to ask. "

func failuresKeepPages(t *testing.T) {
	s, x := newSite(t), newMemory()
	page := "# Rules\n\n" + strings.Repeat(longText, 5)
	s.text("/rules.md", "text/markdown", page)
	s.text("/home.md", "text/markdown", "# Home\n\nWelcome.")
	w := openWeb(t, t.TempDir(), newFetcher(t, s), WebSource{Page: s.URL + "/rules.md"})
	refresh(t, w, x)
	address := s.URL + "/rules.md"
	look := func(name string, reason error) {
		t.Helper()
		for range 2 {
			if counts, problems := refresh(t, w, x); counts != (Counts{}) || x.text(address) != page || reason != nil && !hasProblem(problems, address, reason, true) || len(problems) == 0 {
				t.Errorf("%s: counts %+v, problems %v, text %.20q", name, counts, problems, x.text(address))
			}
		}
	}
	s.status("/rules.md", http.StatusInternalServerError)
	look("500", nil)
	s.status("/rules.md", http.StatusForbidden)
	look("403", nil)
	s.set("/rules.md", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	look("broken connection", nil)
	s.text("/rules.md", "text/markdown", "# 404 – Page not found\n\n"+strings.Repeat(longText, 5))
	look("soft 404", errSoft404)
	s.text("/rules.md", "image/png", "PNG")
	look("another type", errMediaType)
	s.text("/rules.md", "text/markdown", "\x00\x01\x02")
	look("binary", nil)
	s.redirect("/rules.md", "/")
	s.text("/", "text/markdown", page+"Home.")
	look("led to the home page", nil)
	s.text("/rules.md", "text/markdown", "# Rules\n\nSoon.")
	look("nearly empty", errSmaller)
	if counts, _ := refresh(t, w, x); counts != (Counts{Put: 1}) || x.text(address) != "# Rules\n\nSoon." {
		t.Errorf("nearly empty for the third time: counts %+v, text %q", counts, x.text(address))
	}
}

func goneGo(t *testing.T) {
	s, x := newSite(t), newMemory()
	s.text("/sitemap.xml", "application/xml", s.sitemapOf("/a.txt", "/b.txt", "/c.txt"))
	for _, name := range []string{"/a.txt", "/b.txt", "/c.txt"} {
		s.text(name, "text/plain", "Text of "+name+".")
	}
	w := openWeb(t, t.TempDir(), newFetcher(t, s), WebSource{Sitemap: s.URL + "/sitemap.xml"})
	refresh(t, w, x)
	s.set("/a.txt", nil)
	if _, problems := refresh(t, w, x); len(x.paths()) != 3 || !hasProblem(problems, s.URL+"/a.txt", errGone, true) {
		t.Errorf("gone once: %q, problems %v", x.paths(), problems)
	}
	s.text("/a.txt", "text/plain", "Text of /a.txt.")
	refresh(t, w, x)
	s.set("/a.txt", nil)
	refresh(t, w, x)
	if len(x.paths()) != 3 {
		t.Error("a page that came back in between went too early")
	}
	if refresh(t, w, x); len(x.paths()) != 2 {
		t.Errorf("gone twice: %q", x.paths())
	}
	s.text("/sitemap.xml", "application/xml", s.sitemapOf("/b.txt"))
	if _, problems := refresh(t, w, x); len(x.paths()) != 2 || !hasProblem(problems, s.URL+"/c.txt", errUnlisted, true) {
		t.Errorf("not listed once: %q, problems %v", x.paths(), problems)
	}
	s.text("/sitemap.xml", "application/xml", s.sitemapOf("/b.txt")[:100])
	refresh(t, w, x)
	s.status("/sitemap.xml", http.StatusBadGateway)
	if refresh(t, w, x); len(x.paths()) != 2 {
		t.Errorf("a broken sitemap removed pages: %q", x.paths())
	}
	s.text("/sitemap.xml", "application/xml", s.sitemapOf("/b.txt"))
	if refresh(t, w, x); !slices.Equal(x.paths(), []string{s.URL + "/b.txt"}) {
		t.Errorf("not listed twice: %q", x.paths())
	}
}

func sitemapShapes(t *testing.T) {
	s, x := newSite(t), newMemory()
	index := func(names ...string) string {
		return "<sitemapindex><sitemap><loc>" + s.URL + strings.Join(names, "</loc></sitemap><sitemap><loc>"+s.URL) + "</loc></sitemap></sitemapindex>"
	}
	s.text("/index.xml", "application/xml", index("/index.xml", "/one.xml.gz", "/deep.xml"))
	s.set("/one.xml.gz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/gzip")
		z := gzip.NewWriter(w)
		fmt.Fprint(z, s.sitemapOf("/a.txt", "/a.txt#again"))
		z.Close()
	})
	s.text("/deep.xml", "application/xml", index("/deeper.xml", "/index.xml"))
	s.text("/deeper.xml", "application/xml", index("/deepest.xml"))
	s.text("/deepest.xml", "application/xml", s.sitemapOf("/b.txt"))
	s.text("/a.txt", "text/plain", "A.")
	s.text("/b.txt", "text/plain", "B.")
	w := openWeb(t, t.TempDir(), newFetcher(t, s), WebSource{Sitemap: s.URL + "/index.xml"})
	_, problems := refresh(t, w, x)
	if !slices.Equal(x.paths(), []string{s.URL + "/a.txt"}) || !hasProblem(problems, s.URL+"/deepest.xml", errNesting, true) {
		t.Errorf("paths %q, problems %v", x.paths(), problems)
	}
	if asked := s.taken(); len(asked) != 5 {
		t.Errorf("asked for %q", asked)
	}
}

func calendars(t *testing.T) {
	s, x := newSite(t), newMemory()
	var paths []string
	for day := range 1000 {
		path := fmt.Sprintf("/calendar.txt?day=%d", day)
		s.text(path, "text/plain", fmt.Sprintf("Nothing happens on day %d.", day))
		paths = append(paths, path, path+"&amp;PHPSESSID="+fmt.Sprint(day*7919))
	}
	paths = append(paths, "//other.example/page.txt")
	s.text("/sitemap.xml", "application/xml", s.sitemapOf(paths...)+" ")
	w := openWeb(t, t.TempDir(), newFetcher(t, s), WebSource{Sitemap: s.URL + "/sitemap.xml", MaxPages: 20})
	_, problems := refresh(t, w, x)
	if asked := s.taken(); len(x.paths()) != 20 || len(asked) != 21 || !hasProblem(problems, s.URL+"/sitemap.xml", errCap, true) {
		t.Errorf("%d pages, asked %d times, problems %v", len(x.paths()), len(asked), problems)
	}
}

func emptiedSitemap(t *testing.T) {
	s, x := newSite(t), newMemory()
	var paths []string
	for i := range 20 {
		paths = append(paths, fmt.Sprintf("/%d.txt", i))
		s.text(paths[i], "text/plain", fmt.Sprintf("Page %d.", i))
	}
	s.text("/sitemap.xml", "application/xml", s.sitemapOf(paths...))
	w := openWeb(t, t.TempDir(), newFetcher(t, s), WebSource{Sitemap: s.URL + "/sitemap.xml"})
	refresh(t, w, x)
	s.text("/sitemap.xml", "application/xml", s.sitemapOf(paths[0]))
	for range 3 {
		if _, problems := refresh(t, w, x); len(x.paths()) != 20 || !hasProblem(problems, s.URL+"/sitemap.xml", ErrShrunk, true) {
			t.Fatalf("%d pages left, problems %v", len(x.paths()), problems)
		}
	}
	for range 2 {
		if _, err := w.Refresh(t.Context(), w.sources[0], x, true, nil); err != nil {
			t.Fatal(err)
		}
	}
	if len(x.paths()) != 1 {
		t.Errorf("forced: %d pages left", len(x.paths()))
	}
}

// twins are two addresses of one page, which says itself which is its own.
func twins(t *testing.T) {
	s, x := newSite(t), newMemory()
	canonical := s.URL + "/a.md"
	body := "---\nurl: " + canonical + "\n---\n# A\n\nText of A."
	for _, path := range []string{"/a.md", "/b.md?print=1", "/c.md"} {
		s.text(path, "text/markdown", body)
	}
	s.text("/thief.md", "text/markdown", "---\nurl: https://bank.example/login\n---\n# Thief\n\nNot the bank.")
	s.text("/sitemap.xml", "application/xml", s.sitemapOf("/c.md", "/b.md?print=1", "/a.md", "/thief.md"))
	w := openWeb(t, t.TempDir(), newFetcher(t, s), WebSource{Sitemap: s.URL + "/sitemap.xml"})
	refresh(t, w, x)
	want := []string{canonical, s.URL + "/thief.md"}
	if !slices.Equal(x.paths(), want) {
		t.Fatalf("paths %q, want %q", x.paths(), want)
	}
	s.set("/c.md", nil) // from which the document came
	refresh(t, w, x)
	if refresh(t, w, x); !slices.Equal(x.paths(), want) {
		t.Errorf("one of three is gone: paths %q, want %q", x.paths(), want)
	}
	s.set("/a.md", nil)
	s.set("/b.md?print=1", nil)
	refresh(t, w, x)
	if refresh(t, w, x); !slices.Equal(x.paths(), want[1:]) {
		t.Errorf("all are gone: paths %q, want %q", x.paths(), want[1:])
	}
}

func TestWebFeed(t *testing.T) {
	s, x := newSite(t), newMemory()
	feed := func(names ...string) {
		var b strings.Builder
		b.WriteString(`<rss version="2.0"><channel><title>News</title>`)
		for _, name := range names {
			fmt.Fprintf(&b, "<item><title>%s</title><link>/%s.txt</link><dc:creator xmlns:dc=\"http://purl.org/dc/elements/1.1/\">Ada</dc:creator><pubDate>Mon, 02 Nov 2026 10:00:00 GMT</pubDate></item>", name, name)
			s.text("/"+name+".txt", "text/plain", "The article "+name+".")
		}
		s.text("/feed", "application/rss+xml", b.String()+"</channel></rss>")
	}
	feed("a", "b")
	w := openWeb(t, t.TempDir(), newFetcher(t, s), WebSource{Feed: s.URL + "/feed"})
	if _, problems := refresh(t, w, x); len(problems) > 0 {
		t.Fatal(problems)
	}
	doc := x.docs[corpus.DocumentID(corpus.DefaultCollection, s.URL+"/a.txt")]
	if doc == nil || doc.Author != "Ada" || doc.Published.Format(time.DateOnly) != "2026-11-02" || doc.Text != "The article a." {
		t.Errorf("document %+v", doc)
	}
	feed("c")
	refresh(t, w, x)
	if refresh(t, w, x); len(x.paths()) != 3 {
		t.Errorf("articles that the feed no longer shows are gone: %q", x.paths())
	}
}

// TestWebFetchesWhatChanged believes a sitemap that tells when its pages changed.
func TestWebFetchesWhatChanged(t *testing.T) {
	s, x := newSite(t), newMemory()
	sitemap := func(changed time.Time) {
		s.text("/sitemap.xml", "application/xml", fmt.Sprintf("<urlset><url><loc>%s/a.txt</loc><lastmod>%s</lastmod></url></urlset>", s.URL, changed.Format(time.RFC3339)))
	}
	s.text("/a.txt", "text/plain", "A.")
	sitemap(time.Now().Add(-time.Hour))
	w := openWeb(t, t.TempDir(), newFetcher(t, s), WebSource{Sitemap: s.URL + "/sitemap.xml"})
	refresh(t, w, x)
	s.taken()
	refresh(t, w, x)
	if asked := s.taken(); !slices.Equal(asked, []string{"/sitemap.xml"}) {
		t.Errorf("unchanged: asked for %q", asked)
	}
	sitemap(time.Now().Add(time.Hour))
	refresh(t, w, x)
	if asked := s.taken(); !slices.Equal(asked, []string{"/sitemap.xml", "/a.txt"}) {
		t.Errorf("changed: asked for %q", asked)
	}
}

func TestWebSourceCheck(t *testing.T) {
	for name, s := range map[string]WebSource{
		"nothing":     {},
		"two":         {Page: "https://site.example/", Feed: "https://site.example/feed"},
		"no address":  {Page: "site.example"},
		"too often":   {Page: "https://site.example/", Every: time.Second},
		"too many":    {Page: "https://site.example/", MaxPages: MaxPages + 1},
		"a path":      {Page: "https://site.example/", Collection: "a/b"},
		"a file":      {Page: "file:///etc/passwd"},
		"a password":  {Page: "https://ada:secret@site.example/"},
		"below zero":  {Page: "https://site.example/", MaxPages: -1},
		"in the past": {Page: "https://site.example/", Every: -time.Hour},
	} {
		if err := s.Check(); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: error %v", name, err)
		}
	}
	good := WebSource{Feed: "https://Site.example"}
	if err := good.Check(); err != nil || good.Every != DefaultFeedEvery || good.Feed != "https://site.example/" || good.MaxPages != DefaultMaxPages {
		t.Errorf("%+v, error %v", good, err)
	}
}
