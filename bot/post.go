package bot

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/slack-go/slack"
)

const (
	// metadataType names the metadata of answers; their payload holds the question's key, by
	// which an answer is known again.
	metadataType = "verbatim_answer"
	metadataKey  = "key"
	// postWithin is how long the posting of one answer is tried while Slack is not to be reached
	// or wants us to wait.
	postWithin = 30 * time.Minute
	// unknownPause is the wait after a rate limit that names no time, as slack-go takes it.
	unknownPause = time.Minute
	// lookLimit is how many messages of a thread are looked through for an answer; the most that
	// Slack recommends per call.
	lookLimit = 200
)

// An outcome is what a failed try to post came to.
type outcome int

const (
	refused   outcome = iota // Slack said no: give up
	wait                     // rate limited: wait as long as Slack says
	again                    // it did certainly not arrive: try again
	simpler                  // Slack does not like the blocks: send the text alone
	ambiguous                // it may have arrived: look
	unfit                    // a token or a right is missing: the bot cannot go on
)

// A poster posts answers in threads.
type poster struct {
	api   *slack.Client
	turns *turns
	log   *slog.Logger
}

// errAgain means that a post is to be tried again.
var errAgain = errors.New("try again")

// post posts an answer and returns its ts. It calls posting before each request. A request that
// may have arrived is not repeated unless the thread shows that it has not: a connection that
// breaks after Slack has taken the message looks like one that broke before.
func (p *poster) post(ctx context.Context, in Incoming, m Message, posting func()) (string, error) {
	patience, cancel := context.WithTimeout(ctx, postWithin)
	defer cancel()
	var last error
	for failures := 1; ; failures++ {
		if err := p.turns.wait(patience, in.Channel); err != nil {
			return "", gaveUp(ctx, last)
		}
		posting()
		ts, err := p.send(ctx, in, m)
		if err == nil {
			return ts, nil
		}
		p.log.Warn("post failed", "key", in.Key, "channel", in.Channel, "failures", failures, "error", err)
		last = err
		ts, err = p.afterFailure(patience, in, &m, failures, err)
		if patience.Err() != nil && ts == "" {
			return "", gaveUp(ctx, last)
		}
		if !errors.Is(err, errAgain) {
			return ts, err
		}
	}
}

// gaveUp is the error of a post that was not tried to the end: because the bot stops, when ctx has
// ended, or else because it took too long.
func gaveUp(ctx context.Context, last error) error {
	if ctx.Err() != nil {
		return errOpen
	}
	return fmt.Errorf("gave up after %s: %w", postWithin, last)
}

// afterFailure decides what comes after a failed try: it returns the ts if the answer stands after
// all, errAgain, once it is time, if it is worth another try, and else the error to end with. It
// takes the blocks out of m if Slack does not like them.
func (p *poster) afterFailure(ctx context.Context, in Incoming, m *Message, failures int, err error) (string, error) {
	what, pause := judge(err)
	switch what {
	case simpler:
		if m.Blocks == nil {
			return "", err
		}
		m.Blocks = nil
		return "", errAgain
	case wait:
		p.turns.pause(pause)
		return "", errAgain
	case ambiguous:
		ts, looked := p.look(ctx, in)
		if ts != "" {
			return ts, nil
		}
		if !looked {
			return "", fmt.Errorf("outcome unknown: %w", err)
		}
	case unfit:
		return "", asSetup("SLACK_BOT_TOKEN", "chat.postMessage", err)
	case refused:
		return "", err
	}
	sleep(ctx, backoff(failures))
	return "", errAgain
}

// send makes one request to chat.postMessage.
func (p *poster) send(ctx context.Context, in Incoming, m Message) (string, error) {
	options := []slack.MsgOption{
		slack.MsgOptionText(m.Text, false),
		slack.MsgOptionTS(in.Thread),
		slack.MsgOptionParse(false),
		slack.MsgOptionLinkNames(false),
		slack.MsgOptionDisableLinkUnfurl(),
		slack.MsgOptionDisableMediaUnfurl(),
		slack.MsgOptionMetadata(slack.SlackMetadata{
			EventType:    metadataType,
			EventPayload: map[string]any{metadataKey: in.Key},
		}),
	}
	if m.Blocks != nil {
		options = append(options, slack.MsgOptionBlocks(m.Blocks...))
	}
	_, ts, err := p.api.PostMessageContext(ctx, in.Channel, options...)
	if err == nil && ts == "" {
		err = errors.New("Slack gave no ts")
	}
	if err != nil {
		return "", fmt.Errorf("chat.postMessage: %w", err)
	}
	return ts, nil
}

// judge tells what a failed try came to and, for a rate limit, how long to wait.
func judge(err error) (outcome, time.Duration) {
	var limited *slack.RateLimitedError
	if errors.As(err, &limited) {
		return wait, max(limited.RetryAfter, time.Second)
	}
	if c := code(err); c != "" {
		return judgeCode(c)
	}
	var status slack.StatusCodeError
	if errors.As(err, &status) {
		switch {
		case status.Code == http.StatusTooManyRequests:
			return wait, unknownPause
		case status.Code == http.StatusServiceUnavailable:
			return again, 0
		case status.Code < http.StatusInternalServerError:
			return refused, 0
		}
		return ambiguous, 0
	}
	if neverArrived(err) {
		return again, 0
	}
	return ambiguous, 0
}

// judgeCode is judge for an error that Slack names. internal_error and fatal_error may come after
// the message was taken. Source: docs.slack.dev, the errors of chat.postMessage.
func judgeCode(c string) (outcome, time.Duration) {
	switch c {
	case "ratelimited", "rate_limited":
		return wait, unknownPause
	case "service_unavailable", "request_timeout":
		return again, 0
	case "invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long":
		return simpler, 0
	case "internal_error", "fatal_error":
		return ambiguous, 0
	}
	if hints[c] != "" {
		return unfit, 0
	}
	return refused, 0
}

// neverArrived says that a request failed before any of it was sent.
func neverArrived(err error) bool {
	var op *net.OpError
	var name *net.DNSError
	var certificate *tls.CertificateVerificationError
	return errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect") ||
		errors.As(err, &name) || errors.As(err, &certificate)
}

// look searches the thread for the answer to a question. It returns its ts, "" if it is not there,
// and whether Slack let the bot read the thread: it may read direct conversations, by im:history.
func (p *poster) look(ctx context.Context, in Incoming) (ts string, looked bool) {
	if in.Kind == KindSlash {
		return "", false
	}
	messages, _, _, err := p.api.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{
		ChannelID: in.Channel, Timestamp: in.Thread, Limit: lookLimit, IncludeAllMetadata: true,
	})
	if err != nil {
		p.log.Info("cannot look for an answer that may stand already", "key", in.Key, "error", err)
		return "", false
	}
	for _, m := range messages {
		if m.Metadata.EventType == metadataType && m.Metadata.EventPayload[metadataKey] == in.Key {
			return m.Timestamp, true
		}
	}
	return "", true
}
