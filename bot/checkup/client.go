package checkup

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

const (
	// within bounds each request to Slack.
	within = 10 * time.Second
	// maxReply is the size in bytes of the largest reply that is read.
	maxReply = 1 << 20
)

// A Client asks Slack.
type Client struct {
	// API is the address of the Web API, with a slash at its end.
	API string
	// HTTP makes the requests, and Dialer opens sockets.
	HTTP   *http.Client
	Dialer *websocket.Dialer
}

// NewClient returns a client of the Web API at an address, through the proxy that the environment names.
// Roots are the certificate authorities to trust; nil means those of the system.
func NewClient(api string, roots *x509.CertPool) *Client {
	secure := &tls.Config{RootCAs: roots}
	return &Client{
		API:    strings.TrimSuffix(api, "/") + "/",
		HTTP:   &http.Client{Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, TLSClientConfig: secure, ForceAttemptHTTP2: true, IdleConnTimeout: within}},
		Dialer: &websocket.Dialer{Proxy: http.ProxyFromEnvironment, TLSClientConfig: secure.Clone(), HandshakeTimeout: within},
	}
}

// Close ends what the client keeps open between requests.
func (c *Client) Close() { c.HTTP.CloseIdleConnections() }

// reply is what is read of Slack's replies. Source of the fields: docs.slack.dev, the pages of the methods.
type reply struct {
	OK       bool   `json:"ok"`
	Error    string `json:"error"`
	Needed   string `json:"needed"`
	Provided string `json:"provided"`
	Metadata struct {
		Messages []string `json:"messages"`
	} `json:"response_metadata"`

	TeamID string `json:"team_id"`
	Team   string `json:"team"`
	UserID string `json:"user_id"`
	User   string `json:"user"`
	BotID  string `json:"bot_id"`
	AppID  string `json:"app_id"`

	URL     string `json:"url"`
	Channel string `json:"channel"`
	TS      string `json:"ts"`
	Message struct {
		AppID string `json:"app_id"`
	} `json:"message"`
	Bot struct {
		AppID string `json:"app_id"`
	} `json:"bot"`
}

// noReply means that what answered was not Slack's Web API.
type noReply struct {
	status int
	media  string
}

// Error tells what answered.
func (e *noReply) Error() string {
	return fmt.Sprintf("what answered is not Slack (HTTP %d, %s)", e.status, e.media)
}

// call calls a method. An error is one of the network: that Slack says no is in the reply.
func (c *Client) call(ctx context.Context, method, token string, args url.Values) (r reply, header http.Header, err error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.API+method, strings.NewReader(args.Encode()))
	if err != nil {
		return r, nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := c.HTTP.Do(req)
	if err != nil {
		return r, nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxReply))
	if err != nil {
		return r, res.Header, err
	}
	if json.Unmarshal(body, &r) != nil || !r.OK && r.Error == "" {
		media, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
		return r, res.Header, &noReply{res.StatusCode, media}
	}
	return r, res.Header, nil
}
