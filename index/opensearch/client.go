package opensearch

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
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
		URLs: urls, Username: c.User, Password: c.Password, Header: tokenHeader(c.Token), Transport: round,
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

func tokenHeader(token string) http.Header {
	if token == "" {
		return nil
	}
	return http.Header{"Authorization": {"Bearer " + token}}
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
