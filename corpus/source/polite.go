package source

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"golang.org/x/time/rate"
)

// mayFetch says whether the site's robots.txt allows an address; nil when it does.
func (f *Fetcher) mayFetch(ctx context.Context, u *url.URL) error {
	h := f.host(u)
	h.reading.Lock()
	defer h.reading.Unlock()
	if time.Now().After(h.rulesEnd) {
		f.readRobots(ctx, u, h)
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case h.rulesErr != nil:
		return h.rulesErr
	case !h.rules.allowed(u):
		return errRobots
	}
	return nil
}

// readRobots reads the robots.txt of a host, as RFC 9309 has it: one that is not there allows
// everything, one that cannot be had forbids everything. The pause between requests that it asks for
// holds from the next request on.
func (f *Fetcher) readRobots(ctx context.Context, u *url.URL, h *host) {
	at := url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/robots.txt"}
	page, err := f.follow(ctx, at.String(), wish{limit: maxRobots, robots: true})
	var status *StatusError
	h.rules, h.rulesErr, h.rulesEnd = robots{}, nil, time.Now().Add(robotsAge)
	switch {
	case err == nil:
		h.rules = parseRobots(page.Body)
	case errors.As(err, &status) && status.Code >= 400 && status.Code < 500 && status.Code != http.StatusTooManyRequests:
	case errors.Is(err, errRedirects), errors.Is(err, errMediaType): // as good as not there
	case errors.Is(err, ErrForbidden):
		h.rulesErr, h.rulesEnd = err, time.Time{} // which is about the site, not about its rules
	default:
		h.rulesErr, h.rulesEnd = fmt.Errorf("%w (%w)", errRobots5xx, plainURL(err)), time.Now().Add(robotsRetry)
	}
	h.limit.SetLimit(rate.Every(max(f.interval, h.rules.delay)))
	if ctx.Err() != nil {
		h.rulesEnd = time.Time{}
	}
}

// plainURL returns the reason of an error about a request, without its address.
func plainURL(err error) error {
	var outer *url.Error
	if errors.As(err, &outer) {
		return outer.Err
	}
	return err
}

// busyFor returns how long a host still wants to be left alone.
func (f *Fetcher) busyFor(h *host) time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	return time.Until(h.busy)
}

// noteBusy heeds an answer that asks for a pause.
func (f *Fetcher) noteBusy(h *host, res *http.Response) {
	if res.StatusCode != http.StatusTooManyRequests && res.StatusCode != http.StatusServiceUnavailable {
		return
	}
	wait := defaultBusy
	after := res.Header.Get("Retry-After")
	if seconds, err := strconv.Atoi(after); err == nil {
		wait = time.Duration(min(max(seconds, 1), int(maxBusy/time.Second))) * time.Second
	} else if at, err := http.ParseTime(after); err == nil {
		wait = min(max(time.Until(at), time.Second), maxBusy)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	h.busy = time.Now().Add(wait)
}
