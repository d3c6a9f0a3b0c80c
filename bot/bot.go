package bot

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
	"golang.org/x/sync/errgroup"
	"golang.org/x/time/rate"

	"verbatim/bot/journal"
)

// A Bot answers questions that reach it through Slack.
type Bot struct {
	config    Config
	log       *slog.Logger
	api       *slack.Client
	transport *http.Transport
	socket    *connections
	lanes     *lanes
	poster    *poster
	responder *responder
	files     *files
	features  []feature
	locales   *locales
	asking    chan struct{} // one element for each question being searched for
	reread    chan struct{} // has an element when documents have changed, see [Bot.DocumentsChanged]
	updates   *rate.Limiter // of messages changed
	places    *places
	suspect   sync.Mutex    // held while a question is searched for that may have ended the process
	behind    chan struct{} // has an element when a question was left in the journal for want of room
	forgot    atomic.Bool   // a user was forgotten since the files were renewed
	postponed postponed     // questions that could not be delivered for now
	engine    gate          // to a search engine that may be away
	unrevised atomic.Bool   // something was away when documents had changed, see revise
	notices   chan notice   // for askers of questions that wait
	refusals  *refusals     // tokens that Slack refuses while the bot runs
	doubted   chan struct{} // has an element when the bot token was refused
	self      Self          // set once by Run, before anything reads it
	mayLook   bool          // into channels, see scopeChannels; set with self
	// maySuggest says that prompts may be suggested, see scopeAgent; set with self.
	maySuggest bool
	mayFetch   bool // the files that people send, see scopeFiles; set with self
	mayOpen    bool // direct messages with a user, see scopeOpen; set with self
	opening    hold // of conversations.open
	sessions   sessions
	fail       context.CancelCauseFunc
	count      counters
}

type counters struct{ received, repeated, ignored, answered, failed atomic.Int64 }

// Stats are the numbers of a bot since it was made.
type Stats struct {
	// Connections is how many sockets are open now, and Heard over how many of them Slack answers a ping;
	// 0 means that nothing can be heard. Ends counts the sockets that came to an end, by the way they did.
	Connections, Heard int
	Ends               map[string]int64
	// InHand is how many questions are being worked on or wait for it.
	InHand int
	// Received counts questions, Repeated and Ignored envelopes that were none or no new ones,
	// Answered and Failed the ends of questions.
	Received, Repeated, Ignored, Answered, Failed int64
}

// New makes a bot. A wrong kind of token is a [SetupError]. Nothing is sent yet.
func New(config Config) (*Bot, error) {
	config, err := config.withDefaults()
	if err != nil {
		return nil, err
	}
	b := &Bot{
		config: config, log: config.Logger, asking: make(chan struct{}, config.Workers),
		behind: make(chan struct{}, 1), notices: make(chan notice, maxNotices), reread: make(chan struct{}, 1),
		refusals: newRefusals(), doubted: make(chan struct{}, 1),
	}
	b.transport = &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         config.Dial,
		TLSClientConfig:     &tls.Config{RootCAs: config.Roots},
		ForceAttemptHTTP2:   true,
		TLSHandshakeTimeout: openWithin,
		IdleConnTimeout:     time.Minute,
	}
	off := new(atomic.Bool)
	client := &http.Client{Transport: &openingTransport{next: b.watched(apiMethod), off: off}, Timeout: httpWithin}
	b.api = slack.New(config.BotToken,
		slack.OptionAppLevelToken(config.AppToken),
		slack.OptionAPIURL(config.APIURL),
		slack.OptionHTTPClient(client))
	b.socket = &connections{
		api: b.api, handle: b.receive, log: b.log, tried: make(chan struct{}), off: off,
		links: map[*link]bool{}, ends: map[ending]int64{},
		opens: rate.NewLimiter(rate.Every(time.Minute/opensPerMinute), opensAtOnce), refusals: b.refusals,
		dialer: &websocket.Dialer{
			Proxy:            http.ProxyFromEnvironment,
			NetDialContext:   config.Dial,
			TLSClientConfig:  &tls.Config{RootCAs: config.Roots},
			HandshakeTimeout: openWithin,
			WriteBufferSize:  writeBuffer,
		},
	}
	b.lanes = newLanes(b.work)
	b.poster = &poster{api: b.api, turns: newTurns(), log: b.log, directWith: b.directWith}
	b.responder = newResponder(b.watched(always(methodResponse)), config.APIURL)
	b.files = &files{api: b.responder.api, client: straight(b.watched(always(methodFile)), fetchWithin), token: config.BotToken}
	b.features = features()
	b.sessions.running = map[string]session{}
	b.updates, b.places = rate.NewLimiter(rate.Every(updateEvery), 1), newPlaces()
	b.locales = &locales{ask: b.askLocale, known: map[string]known{}}
	return b, nil
}

// Stats returns the present numbers.
func (b *Bot) Stats() Stats {
	return Stats{
		Connections: b.socket.open(),
		Heard:       b.socket.heard(),
		Ends:        b.socket.endings(),
		InHand:      b.lanes.inHand(),
		Received:    b.count.received.Load(),
		Repeated:    b.count.repeated.Load(),
		Ignored:     b.count.ignored.Load(),
		Answered:    b.count.answered.Load(),
		Failed:      b.count.failed.Load(),
	}
}

// Run answers questions until ctx ends; then it takes no more, finishes what it has in hand within
// 20 s, and returns nil. What it cannot finish stays open in the journal for the next start. It
// returns early with a [SetupError] when a token or a right is missing at the start, and with
// [journal.ErrDamaged] when the journal must be opened anew. A token that is refused later leaves it
// running and not ready, see [Bot.Refused]. Run may be called once.
//
// Both tokens are shown to Slack before anything else is done, so that a wrong one is reported at
// once. Open questions of an earlier run come first. Of one whose post may have been under way nobody
// knows whether its answer stands in Slack: where Slack lets the bot read the thread, as in direct
// messages, it looks; elsewhere it posts, as an answer twice is better than none. The same holds
// for a post whose fate Slack does not tell. A question whose answer Slack has not taken after half
// an hour stays open too and is taken up again; only Slack's no closes one without an answer, and then
// its asker gets it as a direct message, by the same rules, where that is possible.
func (b *Bot) Run(ctx context.Context) error {
	defer b.transport.CloseIdleConnections()
	ctx, b.fail = context.WithCancelCause(ctx)
	defer b.fail(nil)
	if err := b.introduce(ctx); err != nil || ctx.Err() != nil {
		return err
	}
	if err := b.resume(ctx); err != nil || ctx.Err() != nil {
		return err
	}
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { b.takeUp(ctx, work); return nil })
	group.Go(func() error { b.tell(ctx); return nil })
	group.Go(func() error { b.upkeep(ctx); return nil })
	group.Go(func() error { b.revise(ctx); return nil })
	group.Go(func() error { b.recheck(ctx); return nil })
	group.Go(func() error { return b.socket.run(ctx, work, b.config.Connections) })
	err := group.Wait()
	b.log.Info("stopping", "in_hand", b.lanes.inHand())
	defer time.AfterFunc(drainWithin, stop).Stop()
	b.lanes.wait()
	if err != nil {
		return err
	}
	return b.failure(ctx)
}

// resume lets what comes now wait behind the open questions of an earlier run in the same channel.
func (b *Bot) resume(ctx context.Context) error {
	open, err := b.config.Journal.Pending(context.WithoutCancel(ctx))
	if err != nil {
		return fmt.Errorf("take up open questions: %w", err)
	}
	for _, entry := range open {
		var in Incoming
		if entry.Kind != string(kindAct) && json.Unmarshal(entry.Payload, &in) == nil {
			b.lanes.mark(lane(in))
		}
	}
	return nil
}

// failure is what a worker found that ends the bot; nil when ctx just ended.
func (b *Bot) failure(ctx context.Context) error {
	if cause := context.Cause(ctx); errors.Is(cause, journal.ErrDamaged) {
		return cause
	}
	return nil
}
