package localslack

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"
)

// Team is the workspace that the app is installed in.
type Team struct {
	ID     string `json:"id"`     // T followed by capitals and digits
	Name   string `json:"name"`   // as people read it
	Domain string `json:"domain"` // the part before .slack.com
}

// App is the installed app and its bot user.
type App struct {
	ID        string `json:"id"`          // A…
	Name      string `json:"name"`        // display name, also what users type after @
	BotUserID string `json:"bot_user_id"` // U…, what mentions carry
	BotID     string `json:"bot_id"`      // B…, what bot messages carry
}

// User is one person or bot of the workspace, or a stranger from another one.
type User struct {
	ID       string // U…
	Name     string // handle, without the @
	RealName string
	Locale   string // as users.info gives it, for example en-GB
	TZ       string // IANA name, for example Europe/London
	TeamID   string // empty means the workspace's own team
	Admin    bool
	Guest    bool
	Deleted  bool
	BotID    string // not empty for another app's bot user
}

// Kind says who may see a channel.
type Kind string

// The kinds of channel. A shared one is a Slack Connect channel: public inside
// the own team, and its members may belong to another organisation.
const (
	Public  Kind = "channel"
	Private Kind = "private"
	Direct  Kind = "im"
	Shared  Kind = "shared"
)

// Channel is one conversation. Direct messages with the bot are made by New,
// one for each person of the team; they need not be listed.
type Channel struct {
	ID       string // C…
	Name     string // without the #
	Topic    string
	Kind     Kind
	Members  []string // user ids; the bot's user id among them where it was invited
	Archived bool
}

// Command is one slash command of the app.
type Command struct {
	Command      string `json:"command"` // with the leading slash
	Description  string `json:"description"`
	Hint         string `json:"hint"`
	ShouldEscape bool   `json:"should_escape"` // send users, channels and links in their escaped form
}

// Shortcut is one shortcut of the app. Type is "message" or "global".
type Shortcut struct {
	Name       string `json:"name"`
	CallbackID string `json:"callback_id"`
	Type       string `json:"type"`
}

// UserGroup is one group that can be mentioned as <!subteam^ID>.
type UserGroup struct {
	ID     string   `json:"id"`     // S…
	Handle string   `json:"handle"` // what people type after @
	Name   string   `json:"name"`
	Users  []string `json:"users"`
}

// Timing holds every duration of the protocol, so that tests can be quick.
// A zero field takes the value of DefaultTiming.
type Timing struct {
	AckWithin    time.Duration   // Slack waits this long for an ack: 3 s
	Retries      []time.Duration // wait before each redelivery of an event: 0, 1 min, 5 min; empty but not nil means none
	PingEvery    time.Duration   // WebSocket PING of the server: 5 s (Slack publishes no figure)
	WarningLead  time.Duration   // from the warning frame to the close: 10 s
	Refresh      time.Duration   // life of a connection; 0 means it is never refreshed
	TriggerLife  time.Duration   // life of a trigger_id: 3 s
	ResponseLife time.Duration   // life of a response_url: 30 min
	StatusLife   time.Duration   // a thread status ends by itself: 2 min
}

// DefaultTiming returns Slack's durations.
func DefaultTiming() Timing {
	return Timing{
		AckWithin:    3 * time.Second,
		Retries:      []time.Duration{0, time.Minute, 5 * time.Minute},
		PingEvery:    5 * time.Second,
		WarningLead:  10 * time.Second,
		TriggerLife:  3 * time.Second,
		ResponseLife: 30 * time.Minute,
		StatusLife:   2 * time.Minute,
	}
}

// Config describes a workspace. Default returns one that is ready to use.
type Config struct {
	Team       Team
	App        App
	Users      []User
	Channels   []Channel
	BotToken   string   // xoxb-…, for the Web API
	AppToken   string   // xapp-…, for apps.connections.open alone
	Scopes     []string // granted to BotToken
	AppScopes  []string // granted to AppToken; nil means connections:write
	AppOf      string   // the app that AppToken is of; empty means App.ID, as for BotToken
	Events     []string // subscribed, for example app_mention and message.im
	Commands   []Command
	Shortcuts  []Shortcut
	UserGroups []UserGroup
	// Examples are questions that the page offers where nothing was said yet; the app's
	// own suggestions come before them. None are shown where there are none.
	Examples []string
	// HomeTab says that the app has a Home tab; otherwise views.publish fails with not_enabled.
	HomeTab bool
	// AgentView says that the app is an agent: its suggested prompts are for the whole
	// conversation, and those for a thread are taken and never shown.
	AgentView bool

	// NoMessagesTab says that the Messages tab of the app is off: the app cannot write to people, nor
	// they to it. ReadOnlyTab says that the tab is there and people cannot write in it.
	NoMessagesTab, ReadOnlyTab bool
	// Host is a name under which the workspace answers besides those of the loopback, for proxies.
	Host string

	// Seed fixes ids and the spreading of envelopes over connections.
	// 0 draws a seed from the machine's randomness.
	Seed uint64
	// Now gives message timestamps and the Date of replies; nil means time.Now. Waiting always uses
	// package time, so testing/synctest governs it.
	Now    func() time.Time
	Logger *slog.Logger // nil means no log; ids only, never texts
	Timing Timing

	// Limits switches the rate limits on (tiers, and one message a second a channel).
	Limits bool
	// StrictAck counts only an ack on the connection that carried the envelope.
	StrictAck bool
	// SameEnvelopeID makes a redelivery keep its envelope_id; otherwise it gets
	// a new one. Slack's behaviour is not documented, so test both.
	SameEnvelopeID bool
	// Keep is how many of the newest calls, envelopes, stray acknowledgements, ends of sockets and, for each channel,
	// messages are kept at least, so that a long run does not fill the memory; 0 means all.
	Keep int
	// Faults are faults to begin with; nil means none. Workspace.Faults adds more later.
	Faults *Faults
}

// MinimalScopes returns the bot scopes that a question bot cannot do without: those of
// deploy/slack-manifest.yaml.
func MinimalScopes() []string {
	return []string{"app_mentions:read", "chat:write", "commands", "im:history"}
}

// OptionalScopes returns bot scopes that a workspace may grant on top of MinimalScopes.
func OptionalScopes() []string {
	return []string{
		"assistant:write", "channels:history", "channels:join", "channels:read", "files:read", "groups:history", "groups:read",
		"im:read", "im:write", "reactions:read", "reactions:write", "team:read", "usergroups:read", "users:read",
	}
}

// DefaultEvents returns the subscriptions of an app with an agent view.
func DefaultEvents() []string {
	return []string{"agent_session_stopped", "app_home_opened", "app_mention", "message.im"}
}

// ready fills what was left out and refuses what cannot work.
func (c Config) ready() (Config, error) {
	def := DefaultTiming()
	for _, d := range []struct {
		got *time.Duration
		def time.Duration
	}{
		{&c.Timing.AckWithin, def.AckWithin}, {&c.Timing.PingEvery, def.PingEvery},
		{&c.Timing.WarningLead, def.WarningLead}, {&c.Timing.TriggerLife, def.TriggerLife},
		{&c.Timing.ResponseLife, def.ResponseLife}, {&c.Timing.StatusLife, def.StatusLife},
	} {
		if *d.got <= 0 {
			*d.got = d.def
		}
	}
	if c.AppOf == "" {
		c.AppOf = c.App.ID
	}
	if c.AppScopes == nil {
		c.AppScopes = []string{connectionsWrite}
	}
	if c.Timing.Retries == nil {
		c.Timing.Retries = def.Retries
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Faults == nil {
		c.Faults = &Faults{}
	}
	return c, c.check()
}

func (c Config) check() error {
	switch {
	case c.Team.ID == "" || c.App.ID == "" || c.App.BotUserID == "" || c.App.BotID == "" || c.App.Name == "":
		return errors.New("localslack config: team id, app id, app name, bot user id and bot id are required")
	case !strings.HasPrefix(c.BotToken, "xoxb-"):
		return errors.New("localslack config: the bot token must begin with xoxb-")
	case !strings.HasPrefix(c.AppToken, "xapp-"):
		return errors.New("localslack config: the app token must begin with xapp-")
	}
	seen := map[string]bool{c.App.BotUserID: true}
	for _, u := range c.Users {
		if u.ID == "" || seen[u.ID] {
			return fmt.Errorf("localslack config: user id %q is empty or used twice", u.ID)
		}
		seen[u.ID] = true
	}
	for _, s := range c.Shortcuts {
		if s.Name == "" || s.CallbackID == "" || !slices.Contains([]string{"message", "global"}, s.Type) {
			return fmt.Errorf("localslack config: shortcut %q needs a name, a callback_id and the type message or global", s.CallbackID)
		}
	}
	for _, ch := range c.Channels {
		if ch.ID == "" || seen[ch.ID] {
			return fmt.Errorf("localslack config: channel id %q is empty or used twice", ch.ID)
		}
		seen[ch.ID] = true
		if !slices.Contains([]Kind{Public, Private, Shared}, ch.Kind) {
			return fmt.Errorf("localslack config: channel %s has kind %q; it must be channel, private or shared", ch.ID, ch.Kind)
		}
		for _, m := range ch.Members {
			if !seen[m] {
				return fmt.Errorf("localslack config: channel %s has the unknown member %q", ch.ID, m)
			}
		}
	}
	return nil
}
