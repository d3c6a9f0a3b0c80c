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
	// maxUses is how often a response_url may be used, by all runs of the bot together, and respondTries
	// how often in a row. Source: docs.slack.dev, interactivity/handling-user-interaction.
	maxUses      = 5
	respondTries = 3
	// maxRespondWait is the longest wait between two tries that is of use to who asked.
	maxRespondWait = time.Minute
	// maxResponseBody is how much of Slack's answer is read; it is "ok" or a short JSON object.
	maxResponseBody = 4 << 10
)

// slackDomains are the domains under which Slack's response_urls are.
var slackDomains = []string{"slack.com", "slack-gov.com"}

// errSpent means that a response_url was used too often, or is too old.
var errSpent = errors.New("response_url is spent")

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
	return &responder{api: api, client: straight(transport, httpWithin)}
}

// straight is a client that follows no redirects.
func straight(transport http.RoundTripper, within time.Duration) *http.Client {
	return &http.Client{
		Transport:     transport,
		Timeout:       within,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// respond posts an answer that only the asker sees. left is how often the address may still be used;
// posting is called before each use, and its error ends it. One that wraps errOpen leaves the question open; any other
// means that the address takes no answer.
func (r *responder) respond(ctx context.Context, address string, m Message, left int, posting func() error) error {
	if !ofSlack(r.api, address) {
		return errForeignURL
	}
	for try := 1; try <= left; try++ {
		if err := posting(); err != nil {
			return err
		}
		pause, err := r.send(ctx, address, m)
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return errOpen
		case pause < 0 && m.Blocks == nil, pause < 0 && try == respondTries:
			return err
		case pause < 0:
			m.Blocks = nil
		case try == respondTries && try < left:
			return fmt.Errorf("%w: %w", errOpen, err)
		case !sleep(ctx, max(pause, backoff(try))):
			return errOpen
		}
	}
	return errSpent
}

// ofSlack guards against being sent elsewhere: the address must be Slack's, or of the host that the
// bot's API calls go to.
func ofSlack(api *url.URL, address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.User != nil {
		return false
	}
	if api.Host != "" && u.Scheme == api.Scheme && strings.EqualFold(u.Host, api.Host) {
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
	return verdict(text)
}

// verdict reads an answer with status 200. Slack says "ok", or gives a JSON object as its API does;
// anything else, such as a page for people or half an object, does not tell whether the message was
// taken.
func verdict(body []byte) (time.Duration, error) {
	var answer struct {
		OK    bool   `json:"ok"`
		Error string `json:"error"`
	}
	switch text := strings.TrimSpace(string(body)); {
	case text == "ok" || text == "":
		return 0, nil
	case json.Unmarshal(body, &answer) != nil:
		return 0, errors.New("post to response_url: an answer that is none of Slack's")
	case answer.OK:
		return 0, nil
	}
	err := fmt.Errorf("post to response_url: %q", cut(answer.Error, maxName))
	if what, pause := judgeCode(answer.Error); what == again || what == ambiguous || what == wait {
		return min(pause, maxRespondWait), err
	}
	return -1, err
}

// withoutURL takes the address out of an error of [http.Client]: who has it can answer as the bot.
func withoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}
