package bot

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/slack-go/slack"
)

const (
	// metadataType names the metadata of answers; their payload holds the question's key, by
	// which an answer is known again.
	metadataType = "verbatim_answer"
	metadataKey  = "key"
	// postWithin is how long the posting of one answer is tried while Slack is not to be reached,
	// wants us to wait, or does not say what became of it. Then its question stays open and
	// is taken up again soon.
	postWithin = 30 * time.Minute
	// unknownPause is the wait after a rate limit that names no time, as slack-go takes it.
	unknownPause = time.Minute
	// blindPause is the first wait before a post is repeated that may have arrived where the bot
	// may not look; each further one is twice as long. Within postWithin that makes nine posts, so
	// that a Slack which takes every one of them and loses every reply cannot fill a thread.
	blindPause = 5 * time.Second
)

// An outcome is what a failed try to post came to.
type outcome int

const (
	refused   outcome = iota // Slack said no: give up
	wait                     // rate limited: wait as long as Slack says
	again                    // it did certainly not arrive: try again
	simpler                  // Slack does not like the blocks: send the text alone
	ambiguous                // it may have arrived: look, or post again
	unfit                    // a token or a right is missing: the bot cannot go on
)

// A poster posts answers in threads.
//
// Slack has no key by which it would drop a repeated post, so that after some faults nobody can
// know whether an answer stands: HTTP 500, a page for people, half a reply, internal_error, a
// connection that breaks or falls silent once the request is sent, and the end of the process. The
// rule is the same for all: an answer twice is better than none. The bot waits, looks whether the
// answer stands, and posts it again if it does not. It may look where it may read the thread: with
// the scopes it asks for in direct messages alone. Elsewhere it posts again after pauses that
// double. Only where Slack says no is an answer given up; what cannot be delivered in time stays
// open in the journal and is taken up again, by this run or the next.
type poster struct {
	api   *slack.Client
	turns *turns
	// threads and histories stop all looking for answers when Slack says that it is too much, each its method.
	threads, histories hold
	log                *slog.Logger
	// opened are the channels of direct messages that are posted in by the user's id, by that id, and
	// directWith finds out one that is not known yet.
	opened     sync.Map
	directWith func(ctx context.Context, user string) (string, error)
}

// A delivery is an answer on its way into a thread.
type delivery struct {
	in      Incoming
	message Message
	// failures counts the tries that failed, and blind those that may have arrived where the bot
	// may not look.
	failures, blind int
}

var (
	// errAgain means that a post is to be tried again.
	errAgain = errors.New("try again")
	// errMayNotLook means that Slack does not let the bot read a thread.
	errMayNotLook = errors.New("the bot may not read the thread")
)

// post posts an answer and returns its ts, and how often it was posted without anybody knowing whether
// it arrived. It calls posting before each request, whose error ends it. An error that wraps errOpen leaves
// the question open; any other is Slack's no.
func (p *poster) post(ctx context.Context, j job, m Message, posting func() error) (ts string, blind int, err error) {
	patience, cancel := context.WithTimeout(ctx, postWithin)
	defer cancel()
	d := &delivery{in: j.in, message: m, blind: j.blind}
	ts, err = p.try(ctx, patience, d, posting)
	return ts, d.blind, err
}

// try posts until Slack has taken the answer or said no, or patience or ctx ends.
func (p *poster) try(ctx, patience context.Context, d *delivery, posting func() error) (string, error) {
	in, last := d.in, errors.New("not tried yet")
	for {
		if err := p.turns.wait(patience, in.Channel); err != nil {
			return "", gaveUp(ctx, last)
		}
		if err := posting(); err != nil {
			return "", err
		}
		ts, err := p.send(ctx, in, d.message)
		if err == nil {
			return ts, nil
		}
		d.failures++
		p.log.Warn("post failed", "key", in.Key, "channel", in.Channel, "failures", d.failures, "error", err)
		last = err
		ts, err = p.afterFailure(patience, d, err)
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
	return fmt.Errorf("%w: gave up after %s: %w", errOpen, postWithin, last)
}

// afterFailure decides what comes after a failed try: it returns the ts if the answer stands after
// all, errAgain, once it is time, if it is worth another try, and else the error to end with. It
// takes the blocks out of the message if Slack does not like them.
func (p *poster) afterFailure(ctx context.Context, d *delivery, err error) (string, error) {
	what, pause := judge(err)
	switch what {
	case simpler:
		if d.message.Blocks == nil {
			return "", err
		}
		d.message.Blocks = nil
		return "", errAgain
	case wait:
		p.turns.held.pause(pause)
		return "", errAgain
	case unfit:
		return "", asSetup(BotTokenName, "chat.postMessage", err)
	case refused:
		return "", err
	}
	sleep(ctx, backoff(d.failures))
	if what == again {
		return "", errAgain
	}
	ts, err := p.find(ctx, d.in)
	var setup *SetupError
	switch {
	case ts != "":
		return ts, nil
	case errors.As(err, &setup):
		return "", err
	case errors.Is(err, errMayNotLook):
		d.blind++
		sleep(ctx, blindPause<<(d.blind-1))
	}
	return "", errAgain
}

// send makes one request to chat.postMessage.
func (p *poster) send(ctx context.Context, in Incoming, m Message) (string, error) {
	options := []slack.MsgOption{
		slack.MsgOptionText(m.Text, false),
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
	} else {
		options = append(options, slack.MsgOptionDisableMarkdown())
	}
	if in.Thread != "" {
		options = append(options, slack.MsgOptionTS(in.Thread))
	}
	channel, ts, err := p.api.PostMessageContext(ctx, in.Channel, options...)
	if err == nil && ts == "" {
		err = errors.New("no ts in the reply")
	}
	if err != nil {
		return "", fmt.Errorf("chat.postMessage: %w", err)
	}
	if channel != "" && channel != in.Channel {
		p.opened.Store(in.Channel, channel)
	}
	return ts, nil
}

// channelOf is the channel in which what was posted to a user stands; other ids are their own.
func (p *poster) channelOf(id string) string {
	if channel, ok := p.opened.Load(id); ok {
		return channel.(string)
	}
	return id
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
	case "invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long":
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

// stands looks for an answer that an earlier run may have posted, and returns its ts. It returns ""
// where there is none, and where the bot may not look: then the answer is to be posted. An error
// wraps errOpen, or is a [SetupError] while Slack refuses the bot token.
func (p *poster) stands(ctx context.Context, in Incoming) (string, error) {
	patience, cancel := context.WithTimeout(ctx, postWithin)
	defer cancel()
	ts, err := p.find(patience, in)
	var setup *SetupError
	switch {
	case err == nil, errors.Is(err, errMayNotLook):
		return ts, nil
	case errors.As(err, &setup):
		return "", err
	}
	return "", gaveUp(ctx, err)
}

// find looks for the answer to a question until it knows, or until ctx ends. It returns its ts, ""
// if it is not there, or errMayNotLook. While Slack refuses the bot token nobody can know: that is a [SetupError].
func (p *poster) find(ctx context.Context, in Incoming) (string, error) {
	if planted("no-look") {
		return "", nil
	}
	for failures := 1; ; failures++ {
		ts, err := p.look(ctx, in)
		if err == nil {
			return ts, nil
		}
		p.log.Info("cannot look for an answer that may stand already", "key", in.Key, "error", err)
		what, pause := judge(err)
		switch {
		case what == unfit && code(err) != "missing_scope":
			return "", asSetup(BotTokenName, "conversations.replies", err)
		case errors.Is(err, errMayNotLook) || what != wait && what != again && what != ambiguous:
			return "", errMayNotLook
		}
		if !sleep(ctx, max(pause, backoff(failures))) {
			return "", ctx.Err()
		}
	}
}
