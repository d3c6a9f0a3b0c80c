package source

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"
)

// Limits of sitemaps, those of the protocol at sitemaps.org.
const (
	maxSitemapBytes = 50 << 20
	maxSitemapURLs  = 50_000
	// maxSitemapNesting is how deep indexes of sitemaps may lie in each other, and maxSitemaps how many
	// sitemaps are fetched for one source.
	maxSitemapNesting = 2
	maxSitemaps       = 500
)

// A listed is an address that a sitemap or feed names.
type listed struct {
	URL string
	// Changed is when the page changed last, by its own account; zero when it does not say.
	Changed time.Time
	// Author and Published are what a feed says of the page.
	Author    string
	Published time.Time
}

// parseSitemap reads a sitemap or an index of sitemaps. What is cut off or broken in the middle is an
// error, so that no page is taken for gone that would have come after it; what was read is returned too.
func parseSitemap(data []byte) (pages, sitemaps []listed, err error) {
	if bytes.HasPrefix(data, []byte("\x1f\x8b")) {
		if data, err = gunzip(data); err != nil {
			return nil, nil, err
		}
	}
	dec := xml.NewDecoder(bytes.NewReader(data))
	var root string
	for {
		token, err := dec.Token()
		switch {
		case errors.Is(err, io.EOF) && root == "":
			return nil, nil, errNoSitemap
		case errors.Is(err, io.EOF):
			return pages, sitemaps, nil
		case err != nil:
			return pages, sitemaps, fmt.Errorf("%w: %w", errNoSitemap, err)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if root == "" {
			if root = start.Name.Local; root != "urlset" && root != "sitemapindex" {
				return nil, nil, errNoSitemap
			}
			continue
		}
		entry, err := sitemapEntry(dec, start)
		if err != nil {
			return pages, sitemaps, fmt.Errorf("%w: %w", errNoSitemap, err)
		}
		switch {
		case entry.URL == "":
		case root == "urlset" && len(pages) < maxSitemapURLs:
			pages = append(pages, entry)
		case root == "sitemapindex" && len(sitemaps) < maxSitemapURLs:
			sitemaps = append(sitemaps, entry)
		}
	}
}

// sitemapEntry reads one entry; what is none is passed over.
func sitemapEntry(dec *xml.Decoder, start xml.StartElement) (listed, error) {
	if start.Name.Local != "url" && start.Name.Local != "sitemap" {
		return listed{}, dec.Skip()
	}
	var entry struct {
		Loc     string `xml:"loc"`
		LastMod string `xml:"lastmod"`
	}
	if err := dec.DecodeElement(&entry, &start); err != nil {
		return listed{}, err
	}
	return listed{URL: strings.TrimSpace(entry.Loc), Changed: w3cTime(strings.TrimSpace(entry.LastMod))}, nil
}

// w3cTime reads a time as sitemaps give it; zero when it is none.
func w3cTime(s string) time.Time {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t
		}
	}
	return time.Time{} // a day alone does not tell whether a page changed later on it
}

// gunzip unpacks a sitemap.
func gunzip(data []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	unpacked, err := io.ReadAll(io.LimitReader(r, maxSitemapBytes+1))
	if len(unpacked) > maxSitemapBytes {
		return nil, fmt.Errorf("%w of %d bytes", errTooLarge, maxSitemapBytes)
	}
	return unpacked, err
}

// A sitemapWalk collects the pages of a sitemap and of those it names.
type sitemapWalk struct {
	fetch   func(ctx context.Context, address string, before *Page, limit int64) (*Page, error)
	site    string
	seen    map[string]bool
	pages   []listed
	reports []Problem
	// broken says that some of the pages may be missing.
	broken bool
}

// walk reads the sitemap at an address.
func (w *sitemapWalk) walk(ctx context.Context, address string, depth int) {
	address, err := NormalizeURL(address)
	if err == nil && w.seen[address] {
		return // in a circle
	}
	if err == nil && len(w.seen) >= maxSitemaps {
		err = fmt.Errorf("more than %d sitemaps", maxSitemaps)
	}
	if err == nil && depth > maxSitemapNesting {
		err = errNesting
	}
	if err != nil {
		w.report(address, err)
		return
	}
	w.seen[address] = true
	page, err := w.fetch(ctx, address, nil, maxSitemapBytes)
	if err != nil {
		w.report(address, err)
		return
	}
	pages, sitemaps, err := parseSitemap(page.Body)
	if err != nil {
		w.report(address, err)
	}
	for _, p := range pages {
		if !sameSite(p.URL, w.site) {
			w.report(p.URL, errOffSite)
			continue
		}
		if len(w.pages) >= maxSitemapURLs {
			w.report(address, errCap)
			return
		}
		w.pages = append(w.pages, p)
	}
	for _, s := range sitemaps {
		if ctx.Err() != nil {
			w.broken = true
			return
		}
		w.walk(ctx, s.URL, depth+1)
	}
}

func (w *sitemapWalk) report(address string, err error) {
	w.broken = true
	w.reports = append(w.reports, Problem{Path: address, Err: plainFetch(err), Kept: true})
}

// sameSite says whether an address is of the same host as another, "www." aside: a sitemap speaks
// for its own site alone.
func sameSite(address, site string) bool {
	a, errA := url.Parse(address)
	b, errB := url.Parse(site)
	if errA != nil || errB != nil {
		return false
	}
	bare := func(u *url.URL) string { return strings.TrimPrefix(strings.ToLower(u.Host), "www.") }
	return bare(a) == bare(b)
}
