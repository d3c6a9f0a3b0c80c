package bot

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/slack-go/slack"
)

// Slack's agent view: questions to try in an empty conversation, "is searching …" under a question while
// it takes long, and the stop button. All of it is optional. Where Slack does not know it, or a right is
// missing, the bot is whole without; no answer waits for it.

const (
	// scopeAgent is the optional right to suggest prompts. Showing a status needs no more than posting.
	scopeAgent = "assistant:write"
	// statusAfter is how long an answer may take before the asker is told that it is under way: below
	// that, a status would only flicker.
	statusAfter = 700 * time.Millisecond
	// statusWithin bounds each call; a late status is worth nothing.
	statusWithin = 2 * time.Second
	tabMessages  = "messages"
)

// errStopped means that the asker pressed stop.
var errStopped = errors.New("stopped by the asker")

// opened shows what belongs to the tab that a user opened.
func (b *Bot) opened(ctx context.Context, a Act) error {
	if a.Tab == tabMessages {
		b.suggest(ctx, a)
		return nil
	}
	return b.homeOpened(ctx, a)
}

// suggest offers questions to try, from the headings of what the user may see.
func (b *Bot) suggest(ctx context.Context, a Act) {
	if !b.maySuggest || a.Channel == "" {
		return
	}
	open, err := b.openTo(ctx, a.User)
	if err != nil {
		b.noteMemory(a.Key, err)
		return
	}
	var prompts []slack.AssistantThreadsPrompt
	for _, h := range examples(open) {
		if title := clean(h.Text); title != "" {
			prompts = append(prompts, slack.AssistantThreadsPrompt{Title: cut(title, maxButton), Message: firstRunes(title, MaxQuestion)})
		}
	}
	if len(prompts) == 0 {
		return
	}
	err = b.api.SetAssistantThreadsSuggestedPromptsContext(ctx, slack.AssistantThreadsSetSuggestedPromptsParameters{
		Title: b.catalogue(ctx, a.User).Prompts, ChannelID: a.Channel, Prompts: prompts,
	})
	if err != nil {
		b.log.Warn("cannot suggest prompts", "key", a.Key, "error", err)
	}
}

// sessions are the answers under way, by where they are asked, so that they can be stopped.
type sessions struct {
	mu      sync.Mutex
	running map[string]session
}

type session struct {
	user string
	stop context.CancelCauseFunc
}

func (s *sessions) begin(ctx context.Context, in Incoming) (context.Context, func()) {
	ctx, stop := context.WithCancelCause(ctx)
	place := in.Channel + "/" + in.Thread
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running[place] = session{user: in.User, stop: stop}
	return ctx, func() {
		stop(nil)
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.running, place)
	}
}

// end stops what a user asked in a place, if it is under way.
func (s *sessions) end(place, user string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r, ok := s.running[place]; ok && r.user == user {
		r.stop(errStopped)
	}
}

// stopped ends the search for an answer whose asker pressed stop.
func (b *Bot) stopped(_ context.Context, a Act) error {
	b.sessions.end(a.Channel+"/"+a.Thread, a.User)
	return nil
}

// attended is [Bot.answer] with a status under the question while it takes long, and an ear for the stop
// button. tidy is to be called once the answer stands.
func (b *Bot) attended(ctx context.Context, j job) (m Message, f finding, tidy func(), err error) {
	in := j.in
	if in.Thread == "" || in.Whisper || in.Kind.private() || in.Kind == KindUntagged {
		m, f, err = b.answer(ctx, j)
		return m, f, func() {}, err
	}
	asking, done := b.sessions.begin(ctx, in)
	defer done()
	s := b.showStatus(asking, in)
	defer s.hide()
	m, f, err = b.answer(asking, j)
	if ctx.Err() == nil && errors.Is(context.Cause(asking), errStopped) {
		m, f, err = plain(b.catalogue(ctx, in.User).Stopped, b.options(in)), finding{}, nil
	}
	return m, f, func() { s.tidy(ctx, b) }, err
}

// A status is shown under a question while its answer is under way.
type status struct {
	in   Incoming
	stop context.CancelFunc
	wait sync.WaitGroup
	// shown says that Slack was told to show it, or may have been.
	shown, doubtful bool
}

// showStatus shows a status once it takes long.
func (b *Bot) showStatus(ctx context.Context, in Incoming) *status {
	working, stop := context.WithCancel(ctx)
	s := &status{in: in, stop: stop}
	s.wait.Go(func() {
		if !sleep(working, statusAfter) {
			return
		}
		calling, cancel := context.WithTimeout(working, statusWithin)
		defer cancel()
		s.shown = true
		b.setStatus(calling, in, b.searching(calling, in))
		s.doubtful = calling.Err() != nil
	})
	return s
}

// hide ends it before the answer is posted, which makes Slack clear it. It waits for nothing.
func (s *status) hide() {
	s.stop()
	s.wait.Wait()
}

// tidy clears a status that no post has cleared: because the answer was put in the place of another, or
// because nobody knows whether the status came before the answer or after it.
func (s *status) tidy(ctx context.Context, b *Bot) {
	if !s.shown || !s.doubtful && s.in.Answered == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), statusWithin)
	defer cancel()
	b.setStatus(ctx, s.in, "")
}

// searching says how much is searched for a question.
func (b *Bot) searching(ctx context.Context, in Incoming) string {
	scope, err := b.scope(ctx, in.User, b.placeOf(in))
	b.noteMemory(in.Key, err)
	n := 0
	for _, k := range b.config.Catalog.Collections() {
		if scope.Has(k.Name) {
			n += k.Documents
		}
	}
	c := b.catalogue(ctx, in.User)
	return fill(c.Searching, "documents", c.Documents.of(n))
}

func (b *Bot) setStatus(ctx context.Context, in Incoming, status string) {
	err := b.api.SetAssistantThreadsStatusContext(ctx, slack.AssistantThreadsSetStatusParameters{
		ChannelID: in.Channel, ThreadTS: in.Thread, Status: status,
	})
	if err != nil && ctx.Err() == nil {
		b.log.Warn("cannot show a status", "key", in.Key, "error", err)
	}
}
