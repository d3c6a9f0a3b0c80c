package source

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limits of fetching.
const (
	// MaxBody is the size in bytes of the largest page that is fetched, unpacked.
	MaxBody = 20 << 20
	// FetchTimeout bounds one request, with its body to the last byte.
	FetchTimeout = 30 * time.Second
	// HostInterval is the time between two requests to one host.
	HostInterval = time.Second
	// maxRedirects is how often an address may lead to another.
	maxRedirects = 5
	maxHeader    = 64 << 10
	// robotsAge is how long a robots.txt holds, as RFC 9309 recommends; robotsRetry, how long one that
	// could not be read forbids everything.
	robotsAge   = 24 * time.Hour
	robotsRetry = 10 * time.Minute
	// defaultBusy and maxBusy are how long a host is left alone that asks for it.
	defaultBusy = time.Minute
	maxBusy     = time.Hour
)

// defaultAgent is how requests name this program.
const defaultAgent = "Mozilla/5.0 (compatible; Verbatim/0.1; like a feed reader)"

// FetcherOptions are the settings of a [Fetcher].
type FetcherOptions struct {
	// Allow names hosts and networks that may be fetched although they are not public: "wiki.example",
	// "wiki.example:8080" or "10.1.0.0/16".
	Allow []string
	// Proxy is the address of a proxy that all requests take, "" for none: the environment is not
	// asked. With a proxy it is the proxy that decides which addresses may be reached.
	Proxy string
	// Interval is the time between two requests to one host; 0 means [HostInterval].
	Interval time.Duration
	// Timeout bounds one request; 0 means [FetchTimeout].
	Timeout time.Duration
	// Roots are the certificate authorities to trust; nil means those of the system.
	Roots *x509.CertPool
}

// A Fetcher fetches pages. It keeps to robots.txt, makes one request a second to a host, and never
// connects to an address that is not public unless that is allowed. It is safe for concurrent use.
type Fetcher struct {
	client   http.Client
	interval time.Duration
	timeout  time.Duration

	mu    sync.Mutex
	hosts map[string]*host
}

// A host is what is known of one host.
type host struct {
	limit *rate.Limiter
	// rules are those of its robots.txt, until rulesEnd.
	rules    robots
	rulesErr error
	rulesEnd time.Time
	reading  sync.Mutex // held while the robots.txt is fetched
	// busy is until when the host asked to be left alone.
	busy time.Time
}

// NewFetcher returns a fetcher. The error names the setting that is wrong.
func NewFetcher(o FetcherOptions) (*Fetcher, error) {
	allow := o.Allow
	transport := &http.Transport{
		MaxResponseHeaderBytes: maxHeader, MaxIdleConnsPerHost: 1, IdleConnTimeout: 10 * time.Second,
		TLSHandshakeTimeout: dialTimeout, ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{RootCAs: o.Roots},
	}
	if o.Proxy != "" {
		proxy, err := url.Parse(o.Proxy)
		if err != nil || proxy.Hostname() == "" || proxy.Port() == "" {
			return nil, fmt.Errorf("sources.proxy: %q is no address with a port, such as http://proxy.example:3128", o.Proxy)
		}
		transport.Proxy = http.ProxyURL(proxy)
		allow = append([]string{proxy.Host}, allow...)
	}
	g, err := newGuard(allow)
	if err != nil {
		return nil, err
	}
	transport.DialContext = g.dial
	f := &Fetcher{interval: cmp.Or(o.Interval, HostInterval), timeout: cmp.Or(o.Timeout, FetchTimeout), hosts: map[string]*host{}}
	f.client = http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return f, nil
}

// A Page is what was fetched.
type Page struct {
	// URL is where it was found, behind all redirects.
	URL string
	// MediaType is what the server says of the body, with its charset.
	MediaType string
	Body      []byte
	// ETag and LastModified are what to ask with whether it changed.
	ETag, LastModified string
	// NotModified says that it did not, and that there is no body.
	NotModified bool
}

// A StatusError is an answer other than success.
type StatusError struct{ Code int }

// Error returns the code and its name.
func (e *StatusError) Error() string {
	return strings.TrimSpace(fmt.Sprintf("the server answered %d %s", e.Code, http.StatusText(e.Code)))
}

// gone says that an error means that there is no such page.
func gone(err error) bool {
	var status *StatusError
	return errors.As(err, &status) && (status.Code == http.StatusNotFound || status.Code == http.StatusGone)
}

// A wish is what is wanted of one address.
type wish struct {
	// before is what was fetched last time, nil when nothing was.
	before *Page
	limit  int64
	// robots says that it is a robots.txt: no rules hold for it, and of a long one the beginning will do.
	robots bool
}

// Fetch fetches what is at an address, at most limit bytes unpacked. The page before, if it is not
// nil, is what was fetched last time. The error names the address once.
func (f *Fetcher) Fetch(ctx context.Context, address string, before *Page, limit int64) (*Page, error) {
	address, err := NormalizeURL(address)
	if err != nil {
		return nil, err
	}
	page, err := f.follow(ctx, address, wish{before: before, limit: limit})
	if err != nil {
		var outer *url.Error
		if errors.As(err, &outer) {
			err = outer.Err // which repeats the address
		}
		return nil, &fetchError{address, err}
	}
	return page, nil
}

// follow fetches an address and what it leads to.
func (f *Fetcher) follow(ctx context.Context, address string, w wish) (*Page, error) {
	for range maxRedirects + 1 {
		u, err := url.Parse(address)
		if err != nil {
			return nil, err
		}
		if !w.robots {
			if err := f.mayFetch(ctx, u); err != nil {
				return nil, err
			}
		}
		page, next, err := f.once(ctx, u, w)
		if err != nil || next == "" {
			return page, err
		}
		if address, err = NormalizeURL(next); err != nil {
			return nil, err
		}
	}
	return nil, errRedirects
}

// once makes one request. Next is where the answer leads instead.
func (f *Fetcher) once(ctx context.Context, u *url.URL, w wish) (page *Page, next string, err error) {
	h := f.host(u)
	if wait := f.busyFor(h); wait > 0 {
		return nil, "", fmt.Errorf("%w of %s", errBusy, wait.Round(time.Second))
	}
	if err := h.limit.Wait(ctx); err != nil {
		return nil, "", err
	}
	ctx, cancel := context.WithTimeout(ctx, f.timeout)
	defer cancel()
	req, err := newRequest(ctx, u, w)
	if err != nil {
		return nil, "", err
	}
	res, err := f.client.Do(req)
	if err != nil {
		return nil, "", err
	}
	defer res.Body.Close()
	switch {
	case res.StatusCode == http.StatusNotModified && w.before != nil:
		return &Page{URL: u.String(), ETag: w.before.ETag, LastModified: w.before.LastModified, NotModified: true}, "", nil
	case res.StatusCode >= 300 && res.StatusCode < 400:
		to, err := res.Location()
		if err != nil {
			return nil, "", &StatusError{res.StatusCode}
		}
		return nil, to.String(), nil
	case res.StatusCode != http.StatusOK:
		f.noteBusy(h, res)
		return nil, "", &StatusError{res.StatusCode}
	}
	page, err = readPage(u, res, w)
	return page, "", err
}

// newRequest returns a request for an address that asks whether it changed.
func newRequest(ctx context.Context, u *url.URL, w wish) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", defaultAgent)
	req.Header.Set("Accept", "text/html, application/xhtml+xml, text/markdown, text/plain, application/pdf, application/xml;q=0.9, */*;q=0.5")
	if w.before != nil && w.before.ETag != "" {
		req.Header.Set("If-None-Match", w.before.ETag)
	}
	if w.before != nil && w.before.LastModified != "" {
		req.Header.Set("If-Modified-Since", w.before.LastModified)
	}
	return req, nil
}

// readPage reads the answer to a request.
func readPage(u *url.URL, res *http.Response, w wish) (*Page, error) {
	media := res.Header.Get("Content-Type")
	if !mayBeDocument(media) {
		return nil, fmt.Errorf("%w: the server calls it %.80q", errMediaType, media)
	}
	if res.ContentLength > w.limit && !w.robots {
		return nil, fmt.Errorf("%w of %d bytes", errTooLarge, w.limit)
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, w.limit+1))
	switch {
	case int64(len(body)) > w.limit && !w.robots:
		return nil, fmt.Errorf("%w of %d bytes", errTooLarge, w.limit)
	case err != nil:
		return nil, err
	}
	return &Page{URL: u.String(), MediaType: media, Body: body, ETag: res.Header.Get("ETag"), LastModified: res.Header.Get("Last-Modified")}, nil
}

// mayBeDocument says whether a media type is worth reading the body.
func mayBeDocument(media string) bool {
	kind, _, err := mime.ParseMediaType(media)
	if err != nil {
		return true // nobody knows; the body tells
	}
	main, _, _ := strings.Cut(kind, "/")
	switch main {
	case "image", "audio", "video", "font", "model", "multipart":
		return false
	}
	return true
}

// host returns what is known of the host of an address.
func (f *Fetcher) host(u *url.URL) *host {
	f.mu.Lock()
	defer f.mu.Unlock()
	h := f.hosts[u.Host]
	if h == nil {
		h = &host{limit: rate.NewLimiter(rate.Every(f.interval), 1)}
		f.hosts[u.Host] = h
	}
	return h
}
