package bot

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
)

// Socket Mode that is switched off. Slack gives an address all the same, greets, and sends no event; only a
// message in its reply tells, which slack-go does not hand on. Seen in reports of users; not documented.

// methodOpen is the Web API's method that gives the address of a socket.
const methodOpen = "apps.connections.open"

// maxOpening is how many bytes of its reply are looked at: an address has some hundred.
const maxOpening = 64 << 10

// An openingTransport notes what Slack says of Socket Mode when it gives an address.
type openingTransport struct {
	next http.RoundTripper
	off  *atomic.Bool
}

// RoundTrip implements [http.RoundTripper].
func (t *openingTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := t.next.RoundTrip(r)
	if err != nil || apiMethod(r) != methodOpen {
		return answer, err
	}
	head, err := io.ReadAll(io.LimitReader(answer.Body, maxOpening))
	if err != nil {
		return nil, errors.Join(err, answer.Body.Close())
	}
	answer.Body = &opening{io.MultiReader(bytes.NewReader(head), answer.Body), answer.Body}
	var said struct {
		OK       bool `json:"ok"`
		Metadata struct {
			Messages []string `json:"messages"`
		} `json:"response_metadata"`
	}
	if json.Unmarshal(head, &said) == nil && said.OK {
		t.off.Store(SaysSwitchedOff(said.Metadata.Messages))
	}
	return answer, nil
}

// SaysSwitchedOff reports whether messages in a reply of apps.connections.open say that Socket Mode is off.
func SaysSwitchedOff(messages []string) bool {
	return slices.ContainsFunc(messages, func(m string) bool { return strings.Contains(strings.ToLower(m), "socket mode is not turned on") })
}

// An opening is a reply whose beginning was read.
type opening struct {
	io.Reader
	io.Closer
}
