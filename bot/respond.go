package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	// respondTries is how often a response_url is tried; it can be used five times.
	// Source: docs.slack.dev, interactivity/handling-user-interaction.
	respondTries = 3
	// maxRespondWait is the longest wait between two tries that is of use to who asked.
	maxRespondWait = time.Minute
	// maxResponseBody is how much of Slack's answer is read; it is "ok" or a short JSON object.
	maxResponseBody = 4 << 10
)

// slackDomains are the domains under which Slack's response_urls are.
var slackDomains = []string{"slack.com", "slack-gov.com"}

// errForeignURL means that a response_url does not lead to Slack.
var errForeignURL = errors.New("response_url does not lead to Slack")

// A responder posts answers to commands.
type responder struct {
	client *http.Client
	api    *url.URL
}

// newResponder makes a responder that follows no redirects: a response_url that leads elsewhere is
// none of Slack's. apiURL was checked before.
func newResponder(transport http.RoundTripper, apiURL string) *responder {
	api, err := url.Parse(apiURL)
	if err != nil {
		api = &url.URL{}
	}
	return &responder{api: api, client: &http.Client{
		Transport:     transport,
		Timeout:       httpWithin,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// respond posts an answer that only the asker sees. An error that wraps errOpen leaves the question
// open; any other means that the address takes no answer.
func (r *responder) respond(ctx context.Context, address string, m Message) error {
	if !r.allowed(address) {
		return errForeignURL
	}
	for try := 1; ; try++ {
		pause, err := r.send(ctx, address, m)
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return errOpen
		case try == respondTries && pause >= 0:
			return fmt.Errorf("%w: %w", errOpen, err)
		case try == respondTries:
			return err
		case pause < 0 && m.Blocks != nil:
			m.Blocks = nil
		case pause < 0:
			return err
		case !sleep(ctx, max(pause, backoff(try))):
			return errOpen
		}
	}
}

// allowed guards against being sent to post elsewhere: the address must be Slack's, or of the
// host that the bot's API calls go to.
func (r *responder) allowed(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.User != nil {
		return false
	}
	if r.api.Host != "" && u.Scheme == r.api.Scheme && strings.EqualFold(u.Host, r.api.Host) {
		return true
	}
	host := strings.ToLower(u.Hostname())
	for _, d := range slackDomains {
		if u.Scheme == "https" && u.Port() == "" && (host == d || strings.HasSuffix(host, "."+d)) {
			return true
		}
	}
	return false
}

// send makes one request. With an error it returns how long to wait before the next, below 0 when
// the same would fail again. A second message to an asker is harmless, so that any fault of the
// connection is worth another try.
func (r *responder) send(ctx context.Context, address string, m Message) (time.Duration, error) {
	body, err := json.Marshal(ephemeral(m))
	if err != nil {
		return -1, fmt.Errorf("post to response_url: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return -1, errForeignURL
	}
	request.Header.Set("Content-Type", "application/json; charset=utf-8")
	answer, err := r.client.Do(request)
	if err != nil {
		return 0, fmt.Errorf("post to response_url: %w", withoutURL(err))
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxResponseBody))
	if err != nil {
		return 0, fmt.Errorf("post to response_url: %w", err)
	}
	switch {
	case answer.StatusCode == http.StatusTooManyRequests:
		seconds, _ := strconv.Atoi(answer.Header.Get("Retry-After")) // 0 without one: our own pause
		return min(max(0, time.Duration(seconds)*time.Second), maxRespondWait), errors.New("post to response_url: rate limited")
	case answer.StatusCode >= http.StatusInternalServerError:
		return 0, fmt.Errorf("post to response_url: HTTP %d", answer.StatusCode)
	case answer.StatusCode != http.StatusOK:
		return -1, fmt.Errorf("post to response_url: HTTP %d", answer.StatusCode)
	}
	return -1, refusal(text)
}

// refusal is the error in an answer with status 200; nil if there is none.
func refusal(body []byte) error {
	var answer struct {
		OK    *bool  `json:"ok"`
		Error string `json:"error"`
	}
	if json.Unmarshal(body, &answer) == nil && answer.OK != nil && !*answer.OK {
		return fmt.Errorf("post to response_url: %q", cut(answer.Error, maxName))
	}
	return nil
}

// withoutURL takes the address out of an error of [http.Client]: who has it can answer as the bot.
func withoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}
