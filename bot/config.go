package bot

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"time"

	"verbatim/bot/journal"
	"verbatim/bot/manifest"
	"verbatim/bot/memory"
	"verbatim/bot/rights"
	"verbatim/index"
)

// An Asker answers questions from the documents. Its methods return soon after ctx ends, and may be
// called concurrently.
type Asker interface {
	// Ask answers a question in plain text.
	Ask(ctx context.Context, question string, o AskOptions) (index.Answer, error)
	// Check reads the quoted span of a passage again from what is stored, and returns an error if
	// it has changed or is gone.
	Check(ctx context.Context, p index.Passage) error
	// Around returns a sentence of a document with what stands around it.
	Around(ctx context.Context, document string, ordinal, before, after int) (index.Surroundings, error)
}

// AskOptions are the wishes of one question.
type AskOptions struct {
	// Collections are the names of those to search; nil means all. Nothing of others may show in the
	// answer, not even that a word stands in them.
	Collections []string
	// Top is the number of passages wanted whatever the verdict; 0 means those worth showing.
	Top int
	// Explain asks for [index.Answer.Explanations].
	Explain bool
}

// A Catalog knows what there is to search. Its methods do not wait for anything.
type Catalog interface {
	// Collections returns all collections in order of their names.
	Collections() []Collection
	// Built is when the index was built.
	Built() time.Time
}

// Defaults and times of a [Bot].
const (
	// DefaultAPIURL is where Slack's Web API is.
	DefaultAPIURL = manifest.API
	// DefaultCommand is the slash command that the app manifest declares.
	DefaultCommand = "/ask"
	// DefaultWorkers is how many questions are searched for at once.
	DefaultWorkers = 4

	// drainWithin is how long questions in hand are worked on after the sockets are closed. With
	// the time those take it stays under 20 s, and so under the 30 s that Kubernetes grants.
	drainWithin = 15 * time.Second
	// httpWithin bounds each request to Slack.
	httpWithin = 15 * time.Second
	// keepAlive finds dead TCP connections behind NATs with short memories.
	keepAlive = 15 * time.Second
)

// A Config says how to make a [Bot].
type Config struct {
	// BotToken (xoxb-…) and AppToken (xapp-…) are required.
	BotToken, AppToken string
	// APIURL is the address of the Web API, http or https. Default: [DefaultAPIURL].
	APIURL string
	// Team is the id of the workspace that the bot token must be of. Default: any.
	Team string
	// Roots are the certificate authorities that are trusted for Slack. Default: those of the system.
	Roots *x509.CertPool
	// Asker answers the questions. Required.
	Asker Asker
	// Catalog says what collections there are. Required.
	Catalog Catalog
	// Memory keeps what features need to know later. Required; the caller closes what is behind it
	// after [Bot.Run] has returned.
	Memory memory.Memory
	// Rules say who may see and do what. Default: everyone sees everything, and there are no admins.
	Rules rights.Rules
	// Desk is what admins have at hand in Slack. Default: nothing.
	Desk Desk
	// Journal remembers them. Required; the caller closes it after [Bot.Run] has returned.
	Journal *journal.Journal
	// Logger gets ids, never texts. Default: none.
	Logger *slog.Logger
	// Watchers are told of the way of questions and of calls to Slack: ids and times, never texts.
	// Default: none.
	Watchers []Watcher
	// Leads says whether a duty of [Duties] is this bot's now, where several replicas share them. Default: all
	// are.
	Leads func(duty string) bool
	// Connections is how many sockets are kept open, 1 to [MaxConnections].
	// Default: [DefaultConnections].
	Connections int
	// Workers is how many questions are searched for at once. Default: [DefaultWorkers].
	Workers int
	// Command is the slash command, for the help text. Default: [DefaultCommand].
	Command string
	// OldAfter is the age from which a source line says how old its document is. Default:
	// [DefaultOldAfter]; below 0 no age is told.
	OldAfter time.Duration
	// AnswerExternal lets the bot answer in channels shared with other organisations, and people
	// of those. Default: it refuses both. Our own people's commands are answered in such channels
	// either way, as nobody else sees the answer.
	AnswerExternal bool
	// Dial opens network connections. Default: a [net.Dialer] with keep-alive, and the proxy that
	// the environment names.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// withDefaults fills in what is not set, and returns an error for what cannot be.
func (c Config) withDefaults() (Config, error) {
	if c.Asker == nil || c.Catalog == nil || c.Journal == nil || !c.Memory.Complete() {
		return c, errors.New("configure bot: asker, catalog, journal and memory are required")
	}
	if c.APIURL == "" {
		c.APIURL = DefaultAPIURL
	}
	if u, err := url.Parse(c.APIURL); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return c, fmt.Errorf("configure bot: API URL %q is not an http or https address", c.APIURL)
	}
	if !strings.HasSuffix(c.APIURL, "/") {
		c.APIURL += "/"
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Connections == 0 {
		c.Connections = DefaultConnections
	}
	if c.Connections < 1 || c.Connections > MaxConnections {
		return c, fmt.Errorf("configure bot: %d connections, want 1 to %d", c.Connections, MaxConnections)
	}
	if c.Workers <= 0 {
		c.Workers = DefaultWorkers
	}
	if c.OldAfter == 0 {
		c.OldAfter = DefaultOldAfter
	}
	if c.Command == "" {
		c.Command = DefaultCommand
	}
	if c.Dial == nil {
		c.Dial = (&net.Dialer{Timeout: openWithin, KeepAlive: keepAlive}).DialContext
	}
	return c, CheckTokens(c.BotToken, c.AppToken)
}
