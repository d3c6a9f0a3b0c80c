package opensearch

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"time"
)

const (
	// attemptTime is for how long one host is waited for before the next is asked, unless a request says more.
	attemptTime = 5 * time.Second
	// minAttempts is how often a request is tried at least, whatever the number of hosts, while its context lasts and
	// unless hosts take their time: no attempt begins after twice the time that one may take.
	minAttempts = 6
	// firstPause is the time before a second attempt, about; each later one waits twice as long, up to maxPause.
	firstPause = 100 * time.Millisecond
	maxPause   = 2 * time.Second
	// maxAnswer bounds an answer in bytes: the largest one that is asked for is a page of candidates or of blobs.
	maxAnswer = 256 << 20
)

// A request is one call of OpenSearch's API. All requests are such that a second one after the first had its effect
// does no harm.
type request struct {
	method string
	path   string // escaped, from the root, as in "/verbatim-records/_search"
	query  url.Values
	body   []byte // JSON, or lines of it where lines is set
	lines  bool
	// time is for how long one host is waited for, [attemptTime] with 0.
	time time.Duration
	// attempts is how often it is tried, with 0 once more than there are hosts, but at least [minAttempts] times.
	attempts int
}

// do sends a request and returns the body of the answer. Hosts that do not answer are passed over; 429 and the
// server's own errors are tried again with growing pauses. The error is a *statusError where OpenSearch answered something else than
// success, and wraps [ErrAway], [ErrRefused] or another of this package's errors; it is the context's alone where
// the caller gave up.
func (c *Client) do(ctx context.Context, r request) ([]byte, error) {
	attempts := cmp.Or(r.attempts, max(len(c.config.Addresses)+1, minAttempts))
	r.time = cmp.Or(r.time, c.patience) + transfer(int64(len(r.body)))
	for n, begun := 1, time.Now(); ; n++ {
		shown := c.shown.Load()
		body, err := c.attempt(ctx, r, shown.header())
		if err == nil {
			return body, nil
		}
		if n < attempts && hasStatus(err, http.StatusUnauthorized) {
			other, failed := c.renewed(shown)
			if other {
				continue
			}
			if failed != nil {
				err = fmt.Errorf("%w; %w", err, failed)
			}
		}
		if ctx.Err() == nil && n < attempts && time.Since(begun) < 2*r.time && errors.Is(err, ErrAway) && again(err) {
			c.log.Debug("try OpenSearch again", "method", r.method, "path", r.path, "attempt", n, "error", err)
			if n < len(c.config.Addresses) && !answered(err) {
				continue // another host is tried at once
			}
			if pause(ctx, n) == nil {
				continue
			}
		}
		if errors.Is(ctx.Err(), context.Canceled) {
			err = ctx.Err()
		}
		return nil, fmt.Errorf("OpenSearch %s %s: %w", r.method, r.path, err)
	}
}

// transfer is how long so many bytes may be on their way beyond the time of every request: nothing below a mebibyte, and
// a second for each.
func transfer(bytes int64) time.Duration { return time.Duration(bytes>>20) * time.Second }

// again tells whether a failure that wraps [ErrAway] is one that may pass within a request's time.
func again(err error) bool {
	var e *statusError
	return !errors.As(err, &e) || e.passes()
}

// answered tells whether a host answered, if only with an error.
func answered(err error) bool {
	var e *statusError
	return errors.As(err, &e)
}

// pause waits before attempt n+1, for a time that is not the same for all who wait.
func pause(ctx context.Context, n int) error {
	most := min(firstPause<<min(n, 10), maxPause)
	timer := time.NewTimer(most/2 + rand.N(most/2))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// attempt sends a request to one host.
func (c *Client) attempt(ctx context.Context, r request, authorization string) ([]byte, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	patience := time.AfterFunc(r.time, func() { cancel(context.DeadlineExceeded) })
	defer patience.Stop()
	req, err := http.NewRequestWithContext(ctx, r.method, "http://host"+r.path, bytes.NewReader(r.body))
	if err != nil {
		return nil, err
	}
	req.URL.RawQuery = r.query.Encode()
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}
	if len(r.body) > 0 {
		req.Header.Set("Content-Type", "application/json")
	}
	if r.lines {
		req.Header.Set("Content-Type", "application/x-ndjson")
	}
	res, err := c.transport.Stream(req)
	if unknown := new(tls.CertificateVerificationError); errors.As(err, &unknown) {
		return nil, fmt.Errorf("%w: %w: give the file of its authority with --engine-ca (VERBATIM_ENGINE_CA)", ErrAway, err)
	}
	if res == nil {
		return nil, fmt.Errorf("%w: %w", ErrAway, cmp.Or(context.Cause(ctx), err))
	}
	defer res.Body.Close()
	if more := transfer(res.ContentLength); more > 0 {
		patience.Reset(more)
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: read answer: %w", ErrAway, cmp.Or(context.Cause(ctx), err))
	case len(body) > maxAnswer:
		return nil, fmt.Errorf("answer has more than %d bytes", maxAnswer)
	case res.StatusCode >= 300:
		return nil, failure(res.StatusCode, body)
	}
	return body, nil
}

// call is do with JSON: in is sent unless it is nil, and the answer read into out unless that is nil.
func (c *Client) call(ctx context.Context, r request, in, out any) error {
	var err error
	if in != nil {
		if r.body, err = json.Marshal(in); err != nil {
			return err
		}
	}
	body, err := c.do(ctx, r)
	if err != nil || out == nil {
		return err
	}
	if err := json.Unmarshal(body, out); err != nil {
		return fmt.Errorf("OpenSearch %s %s: %w: its answer makes no sense: %w", r.method, r.path, ErrAway, err)
	}
	return nil
}
