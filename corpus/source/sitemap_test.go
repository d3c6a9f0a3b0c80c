package source

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"
	"time"
)

func TestParseSitemap(t *testing.T) {
	pages, sitemaps, err := parseSitemap([]byte(`<?xml version="1.0"?><!-- made by hand -->
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc> https://site.example/a?x=1&amp;y=2 </loc><lastmod>2026-11-02T10:00:00+01:00</lastmod><image:image><image:loc>https://site.example/a.png</image:loc></image:image></url>
<url><loc>https://site.example/b</loc><lastmod>2026-11-02</lastmod></url><url></url></urlset>`))
	if err != nil || len(sitemaps) != 0 || len(pages) != 2 {
		t.Fatalf("pages %v, sitemaps %v, error %v", pages, sitemaps, err)
	}
	if pages[0].URL != "https://site.example/a?x=1&y=2" || !pages[0].Changed.Equal(time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)) {
		t.Errorf("first page: %+v", pages[0])
	}
	if !pages[1].Changed.IsZero() {
		t.Errorf("a day is taken for a time: %v", pages[1].Changed)
	}
	_, sitemaps, err = parseSitemap([]byte(`<sitemapindex><sitemap><loc>https://site.example/1.xml</loc></sitemap></sitemapindex>`))
	if err != nil || len(sitemaps) != 1 || sitemaps[0].URL != "https://site.example/1.xml" {
		t.Errorf("sitemaps %v, error %v", sitemaps, err)
	}
}

func TestParseSitemapRefuses(t *testing.T) {
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	zeros := make([]byte, 1<<20)
	for range maxSitemapBytes>>20 + 1 {
		z.Write(zeros)
	}
	z.Close()
	for name, data := range map[string]string{
		"empty":           "",
		"a page":          "<html><body>Hello</body></html>",
		"text":            "no XML at all",
		"cut":             "<urlset><url><loc>https://site.example/a</loc></url>",
		"broken":          "<urlset><url><loc>a</url></urlset>",
		"bomb of gzip":    bomb.String(),
		"cut gzip":        bomb.String()[:100],
		"billion laughs":  `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><urlset><url><loc>&b;</loc></url></urlset>`,
		"endless nesting": "<urlset>" + strings.Repeat("<url>", 100_000),
	} {
		if _, _, err := parseSitemap([]byte(data)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func FuzzSitemap(f *testing.F) {
	f.Add([]byte(`<urlset><url><loc>https://site.example/a</loc></url></urlset>`))
	f.Add([]byte(`<sitemapindex><sitemap><loc>a</loc></sitemap></sitemapindex>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		pages, sitemaps, _ := parseSitemap(data)
		if len(pages) > maxSitemapURLs || len(sitemaps) > maxSitemapURLs {
			t.Errorf("%d pages, %d sitemaps", len(pages), len(sitemaps))
		}
	})
}

func TestParseFeed(t *testing.T) {
	for name, data := range map[string]string{
		"RSS": `<?xml version="1.0" encoding="ISO-8859-1"?><rss version="2.0"><channel><title>News & more</title>
<item><title>A</title><link>https://site.example/a</link><author>ada@site.example (Ada)</author><pubDate>Mon, 02 Nov 2026 10:00:00 GMT</pubDate></item>
<item><title>No link</title></item></channel></rss>`,
		"Atom": `<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><entry><title>A</title><link href="/a"/>
<author><name>Ada</name></author><published>2026-11-02T10:00:00Z</published></entry></feed>`,
		"JSON": `{"version":"https://jsonfeed.org/version/1.1","title":"News","items":[{"id":"1","url":"https://site.example/a","date_published":"2026-11-02T10:00:00Z","authors":[{"name":"Ada"}]}]}`,
	} {
		got, err := parseFeed([]byte(data), "https://site.example/feed")
		if err != nil || len(got) != 1 {
			t.Errorf("%s: %v, error %v", name, got, err)
			continue
		}
		if a := got[0]; a.URL != "https://site.example/a" || a.Author != "Ada" || !a.Published.Equal(time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)) {
			t.Errorf("%s: %+v", name, a)
		}
	}
	for name, data := range map[string]string{"empty": "", "a page": "<html></html>", "cut": "<rss><channel><item>"} {
		if got, err := parseFeed([]byte(data), "https://site.example/feed"); err == nil {
			t.Errorf("%s: no error, %v", name, got)
		}
	}
}

func FuzzFeed(f *testing.F) {
	f.Add([]byte(`<rss><channel><item><link>https://site.example/a</link></item></channel></rss>`))
	f.Add([]byte(`<feed><entry><link href="/a"/></entry></feed>`))
	f.Add([]byte(`{"version":"https://jsonfeed.org/version/1","items":[{"url":"a"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		articles, _ := parseFeed(data, "https://site.example/feed")
		for _, a := range articles {
			if a.URL == "" {
				t.Error("an article without an address")
			}
		}
	})
}

func TestNormalizeURL(t *testing.T) {
	for address, want := range map[string]string{
		"HTTPS://Site.Example":                              "https://site.example/",
		"http://site.example:80/a#part":                     "http://site.example/a",
		"https://site.example:8443/a":                       "https://site.example:8443/a",
		"https://site.example/a?utm_source=x&id=1&sid=2":    "https://site.example/a?id=1",
		"https://site.example/a;jsessionid=0A1B?x=1":        "https://site.example/a?x=1",
		" https://site.example/a%20b ":                      "https://site.example/a%20b",
		"https://site.example/a?":                           "https://site.example/a",
		"site.example":                                      "",
		"mailto:ada@site.example":                           "",
		"https://ada:secret@site.example/":                  "",
		"https:///a":                                        "",
		"https://site.example/" + strings.Repeat("a", 3000): "",
		"ht\x00tp://site.example/":                          "",
	} {
		got, err := NormalizeURL(address)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%.60q: %q, error %v; want %q", address, got, err, want)
		}
		if again, _ := NormalizeURL(got); want != "" && again != got {
			t.Errorf("%q is not stable: %q", got, again)
		}
	}
}

func FuzzNormalizeURL(f *testing.F) {
	f.Add("https://Site.Example:443/a;jsessionid=1?utm_source=x#y")
	f.Fuzz(func(t *testing.T, address string) {
		got, err := NormalizeURL(address)
		if err != nil {
			return
		}
		if again, err := NormalizeURL(got); err != nil && len(got) <= maxURL || err == nil && again != got {
			t.Errorf("%q is not stable: %q, %v", got, again, err)
		}
	})
}
