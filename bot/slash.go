package bot

import (
	"context"
	"errors"
	"time"

	"github.com/slack-go/slack"
)

// slashWait is how long a command's acknowledgement waits for the answer. Slack gives up after
// three seconds, of which the way there and back takes its part.
const slashWait = 1500 * time.Millisecond

// A response is a message in an acknowledgement, and at a response_url.
type response struct {
	Type    string        `json:"response_type"`
	Text    string        `json:"text"`
	Blocks  []slack.Block `json:"blocks,omitempty"`
	Replace bool          `json:"replace_original"`
	// Markdown is set to false for a message without blocks, and else nil, which Slack takes for true.
	Markdown *bool `json:"mrkdwn,omitempty"`
}

// ephemeral is a message that only the asker sees.
func ephemeral(m Message) response {
	r := response{Type: "ephemeral", Text: m.Text, Blocks: m.Blocks}
	if m.Blocks == nil {
		r.Markdown = new(bool)
	}
	return r
}

// An offer lets a lane hand its answer to the acknowledgement that waits for it.
type offer struct {
	message chan Message
	result  chan error    // what became of it
	late    chan struct{} // closed when nobody waits any more
}

// take hands over the answer and reports whether it was sent.
func (o *offer) take(m Message) bool {
	select {
	case o.message <- m:
		return <-o.result == nil
	case <-o.late:
		return false
	}
}

// offer has a command worked on and acknowledges it: with the answer if that is there in time and
// not too large, and else with nothing; the answer then goes to the response_url.
func (b *Bot) offer(ctx context.Context, in Incoming, ack func(any) error, acknowledge func(any)) {
	o := &offer{message: make(chan Message), result: make(chan error, 1), late: make(chan struct{})}
	b.lanes.add(ctx, job{in: in, offer: o})
	timer := time.NewTimer(slashWait)
	defer timer.Stop()
	select {
	case m := <-o.message:
		err := errPanic
		defer func() { o.result <- err }() // also after a panic: the lane waits for it
		if err = ack(ephemeral(m)); errors.Is(err, errAckTooLarge) {
			acknowledge(nil)
		}
	case <-timer.C:
		close(o.late)
		acknowledge(nil)
	}
}
