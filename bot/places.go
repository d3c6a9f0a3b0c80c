package bot

import (
	"context"
	"sync"
	"time"

	"github.com/slack-go/slack"
)

// What is known of channels: who may read there. Slack is asked where the bot may look, and what it said
// is remembered for a short time.

const (
	// placeFor is how long what Slack said of a channel holds.
	placeFor = 10 * time.Minute
	// maxPlaces is from when on all is forgotten.
	maxPlaces = 4096
	// lookWithin is how long an answer waits for a look at a channel or a link to a message.
	lookWithin = time.Second
)

// A channelView is what Slack says of a channel.
type channelView struct {
	// public says that everyone in the workspace may read it, and nobody else.
	public bool
	// shared says that people of another organisation may read it, now or soon.
	shared bool
	// hidden says that the bot may not look at it: that takes another scope for private channels.
	hidden bool
	at     time.Time
}

// places remembers what Slack says of channels, and links to messages.
type places struct {
	mu    sync.Mutex
	known map[string]channelView
	links map[string]string // by answer
}

func newPlaces() *places { return &places{known: map[string]channelView{}, links: map[string]string{}} }

// look says what a channel is; ok is false where that cannot be known.
func (p *places) look(ctx context.Context, b *Bot, id string) (v channelView, ok bool) {
	if !b.mayLook {
		return v, false
	}
	p.mu.Lock()
	v, ok = p.known[id]
	p.mu.Unlock()
	if ok && time.Since(v.at) < placeFor {
		return v, true
	}
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	info, err := b.api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: id})
	switch {
	case err == nil:
		v = channelView{shared: info.IsExtShared || info.IsPendingExtShared, at: time.Now()}
		v.public = info.IsChannel && !info.IsPrivate && !info.IsIM && !info.IsMpIM && !v.shared
	case code(err) == "missing_scope":
		v = channelView{hidden: true, at: time.Now()}
	default:
		b.log.Warn("cannot look at a channel", "channel", id, "error", err)
		return channelView{}, false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.known) >= maxPlaces {
		clear(p.known)
	}
	p.known[id] = v
	return v, true
}

// public says that everyone in the workspace may read a channel, as far as is known.
func (p *places) public(ctx context.Context, b *Bot, id string) bool {
	v, ok := p.look(ctx, b, id)
	return ok && v.public
}

// outsiders says that people of another organisation may read a channel. Where the bot may look and
// cannot, they may; where it may not look, nothing is known but what the question's event said.
func (p *places) outsiders(ctx context.Context, b *Bot, id string) bool {
	v, ok := p.look(ctx, b, id)
	return b.mayLook && !v.hidden && (!ok || v.shared)
}

// link returns the address of an answer, asked for once; "" where there is none.
func (p *places) link(id string, ask func() string) string {
	p.mu.Lock()
	link, known := p.links[id]
	p.mu.Unlock()
	if known {
		return link
	}
	if link = ask(); link == "" {
		return ""
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.links) >= maxPlaces {
		clear(p.links)
	}
	p.links[id] = link
	return link
}
