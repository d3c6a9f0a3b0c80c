package opensearch

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/opensearch-project/opensearch-go/v4/opensearchtransport"
)

// A Client talks to an OpenSearch cluster. It is safe for concurrent use.
type Client struct {
	config    Config
	transport *opensearchtransport.Client
	log       *slog.Logger
	records   Records
	near      *automata
	// shown are the credentials that OpenSearch is shown at present.
	shown atomic.Pointer[Credentials]
	// patience is [attemptTime], shorter in tests.
	patience time.Duration
}

const (
	// hostWait is for how long a host that failed is left alone; meanwhile its health is asked for.
	hostWait = time.Second
	// idleConnections is how many connections to a host are kept: as many as questions are worked on at a time, and some.
	idleConnections = 32
	// idleTime ends a connection before firewalls forget it silently.
	idleTime = time.Minute
)

// New returns a client for a cluster. It makes no connection.
func New(c Config) (*Client, error) {
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("use OpenSearch: %w", err)
	}
	client := &Client{config: c, log: c.Logger, near: newAutomata(), patience: attemptTime}
	if client.log == nil {
		client.log = slog.New(slog.DiscardHandler)
	}
	client.records.of = client
	client.shown.Store(&c.Credentials)
	var urls []*url.URL
	for _, address := range c.Addresses {
		u, err := url.Parse(address)
		if err != nil {
			return nil, fmt.Errorf("use OpenSearch: an address is no URL")
		}
		urls = append(urls, u)
	}
	round := roundTripper(c)
	transport, err := opensearchtransport.New(opensearchtransport.Config{
		URLs: urls, Transport: round,
		DisableRetry: true, // [Client.do] tries again, as it knows for how long
		// No calls that nobody asked for.
		NodeStatsInterval: -1, MaxRetryClusterHealth: -1, HealthCheck: alive(round),
		ResurrectTimeoutInitial: hostWait, ResurrectTimeoutMax: 10 * hostWait,
	})
	if err != nil {
		return nil, fmt.Errorf("use OpenSearch: %w", err)
	}
	client.transport = transport
	return client, nil
}

// Close ends the connections. No call may be under way.
func (c *Client) Close() error { return c.transport.Close() }

// Name is the prefix of the names of all indexes.
func (c *Client) Name() string { return c.config.Name }

// roundTripper uses no proxy: the environment's is for Slack.
func roundTripper(c Config) *http.Transport {
	return &http.Transport{
		DialContext: c.Dial, TLSClientConfig: &tls.Config{RootCAs: c.Roots, MinVersion: tls.VersionTLS12},
		MaxIdleConnsPerHost: idleConnections, IdleConnTimeout: idleTime, TLSHandshakeTimeout: attemptTime,
		DisableCompression: true, // it takes a node longer than a network of machines takes for the bytes
	}
}

// renewed tells whether there are other credentials to show than those that were refused, and shows them from now on.
func (c *Client) renewed(refused *Credentials) (bool, error) {
	if c.config.Renew == nil {
		return false, nil
	}
	now, err := c.config.Renew()
	if err == nil {
		err = now.check()
	}
	if err == nil && now == (Credentials{}) {
		err = errors.New("there are none")
	}
	if err != nil {
		return false, fmt.Errorf("read the credentials again: %w", err)
	}
	if now == *refused {
		return false, nil
	}
	c.log.Info("OpenSearch refused the credentials, which were changed meanwhile: the new ones are shown")
	c.shown.Store(&now)
	return true, nil
}

// alive tells whether a host that failed answers again. It may well answer that it does not know who asks.
func alive(round http.RoundTripper) opensearchtransport.HealthCheckFunc {
	return func(ctx context.Context, _ *opensearchtransport.Connection, u *url.URL) (*http.Response, error) {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
		if err != nil {
			return nil, err
		}
		res, err := round.RoundTrip(req)
		if err == nil && res.StatusCode >= http.StatusInternalServerError {
			res.Body.Close()
			return nil, fmt.Errorf("status %d", res.StatusCode)
		}
		return res, err
	}
}
