package bot

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"
)

const (
	// lookLimit is how many messages of a thread are looked through for an answer; the most that
	// Slack recommends per call.
	lookLimit = 200
	// maxLooks is the most calls of one search: a thread of some ten thousand messages.
	maxLooks = 50
	// clockApart is how far the clock by which a command was received may be before Slack's.
	clockApart = 24 * time.Hour
)

// look searches once where the answer to a question would stand, and returns its ts or "". It begins at
// the question, before which no answer to it can stand.
func (p *poster) look(ctx context.Context, in Incoming) (string, error) {
	page := p.thread
	if in.Thread == "" {
		page = p.history
	}
	channel, err := p.channelOfAnswer(ctx, in.Channel)
	if err != nil {
		return "", err
	}
	in.Channel = channel
	cursor := ""
	for range maxLooks {
		messages, next, err := page(ctx, in, cursor)
		if err != nil {
			return "", err
		}
		for _, m := range messages {
			if m.Metadata.EventType == metadataType && m.Metadata.EventPayload[metadataKey] == in.Key {
				return m.Timestamp, nil
			}
		}
		if next == "" {
			return "", nil
		}
		cursor = next
	}
	return "", nil
}

// thread returns one page of the thread of a question, and where the next begins; "" after the last.
func (p *poster) thread(ctx context.Context, in Incoming, cursor string) ([]slack.Message, string, error) {
	if err := p.threads.wait(ctx); err != nil {
		return nil, "", err
	}
	messages, more, next, err := p.api.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{
		ChannelID: in.Channel, Timestamp: in.Thread, Oldest: in.asked(), Limit: lookLimit, IncludeAllMetadata: true, Cursor: cursor,
	})
	if err != nil {
		return nil, "", fmt.Errorf("conversations.replies: %w", p.threads.heed(err))
	}
	if !more {
		next = ""
	}
	return messages, next, nil
}

// history is thread for an answer that stands in no thread: one page of its channel.
func (p *poster) history(ctx context.Context, in Incoming, cursor string) ([]slack.Message, string, error) {
	oldest := in.asked()
	if oldest == "" {
		oldest = strconv.FormatInt(in.Received.Add(-clockApart).Unix(), 10) + ".000000"
	}
	if err := p.histories.wait(ctx); err != nil {
		return nil, "", err
	}
	answer, err := p.api.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{
		ChannelID: in.Channel, Oldest: oldest, Limit: lookLimit, IncludeAllMetadata: true, Cursor: cursor,
	})
	if err != nil {
		return nil, "", fmt.Errorf("conversations.history: %w", p.histories.heed(err))
	}
	next := answer.ResponseMetaData.NextCursor
	if !answer.HasMore {
		next = ""
	}
	return answer.Messages, next, nil
}

// isUser says that an id is a user's: what is posted there stands in direct messages.
func isUser(id string) bool { return strings.HasPrefix(id, "U") || strings.HasPrefix(id, "W") }

// channelOfAnswer is the channel in which what was posted to an id stands, asked for where it is not known.
func (p *poster) channelOfAnswer(ctx context.Context, id string) (string, error) {
	known := p.channelOf(id)
	if !isUser(known) {
		return known, nil
	}
	channel, err := p.directWith(ctx, id)
	if err == nil {
		p.opened.Store(id, channel)
	}
	return channel, err
}
