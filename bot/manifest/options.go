package manifest

import "slices"

// A Scope is a right that a bot token may have. Source: docs.slack.dev, the pages of the events and
// methods used.
type Scope struct {
	Name string
	// For says what it is for, Without what does not work without it.
	For, Without string
}

// ToPost is the scope without which no answer can be posted.
const ToPost = "chat:write"

// ToConnect is the one scope of the app-level token.
const ToConnect = "connections:write"

// needed are the scopes that the bot cannot do without.
var needed = []Scope{
	{"app_mentions:read", "mentions of the bot", "mentions in channels do not arrive"},
	{ToPost, "posting answers", "nothing can be answered"},
	{"commands", "/ask and the shortcuts", "the slash command and the shortcuts do not arrive"},
	{"im:history", "direct messages to the bot", "direct messages do not arrive"},
}

// Needed returns the scopes that the bot cannot do without.
func Needed() []Scope { return slices.Clone(needed) }

// An Option is what the bot can do besides, and what that needs.
type Option struct {
	Name string
	// Gives says what the option is good for.
	Gives  string
	Scopes []Scope
	Events []string
	// Agent says that the app gets an agent view, which cannot be taken back.
	Agent bool
}

var all = []Option{
	{
		Name:  "threads",
		Gives: "questions and follow-ups in channels that do not name the bot, where a channel's settings want that; changed and deleted questions there; looking before an answer of unknown fate is posted again",
		Scopes: []Scope{
			{"channels:history", "untagged questions and follow-ups in public channels", "follow-ups without a mention are not heard in public channels"},
			{"groups:history", "the same in private channels", "follow-ups without a mention are not heard in private channels"},
		},
		Events: []string{"message.channels", "message.groups"},
	},
	{
		Name:   "files",
		Gives:  "admins send the bot a file in a direct message, and it becomes a document",
		Scopes: []Scope{{"files:read", "files that admins send, which become documents", "files sent by admins cannot be read"}},
	},
	{
		Name:   "locale",
		Gives:  "the bot's own words in the language of who reads them",
		Scopes: []Scope{{"users:read", "the language of who reads", "the bot's own words are English for everyone"}},
	},
	{
		Name:   "agent",
		Gives:  "Slack's agent view: questions to try in an empty conversation, and a stop button; it may need a paid plan, and cannot be taken back",
		Scopes: []Scope{{"assistant:write", "the agent view", "nothing is suggested in an empty conversation"}},
		Events: []string{"agent_session_stopped"},
		Agent:  true,
	},
	{
		Name:  "share",
		Gives: `"Share with the channel" below answers to /ask, and a word of help to who invites the bot`,
		Scopes: []Scope{
			{"channels:read", "sharing an answer with a public channel", `"Share with the channel" is not offered in public channels`},
			{"groups:read", "the same in private channels", `"Share with the channel" is not offered in private channels`},
		},
		Events: []string{"member_joined_channel"},
	},
	{
		Name:   "direct",
		Gives:  "looking, before an answer that could not be given where it was asked for is sent as a direct message once more, whether it stands there; who has written to the bot before needs no right for that",
		Scopes: []Scope{{"im:write", "finding direct messages that the bot began", "a direct message of unknown fate to somebody who never wrote to the bot is sent again"}},
	},
}

// Options returns all options.
func Options() []Option { return slices.Clone(all) }

// Names returns the names of all options.
func Names() []string {
	var names []string
	for _, o := range all {
		names = append(names, o.Name)
	}
	return names
}

// add puts what an option needs into a manifest.
func (o Option) add(m *Manifest) {
	for _, s := range o.Scopes {
		m.OAuth.Scopes.Bot = append(m.OAuth.Scopes.Bot, s.Name)
	}
	m.Settings.Events.Bot = append(m.Settings.Events.Bot, o.Events...)
	if o.Agent {
		m.Features.Agent = &agentView{Description: agentDescription, Prompts: []prompt{{Title: "How do I ask?", Message: "help"}}}
	}
}

// purpose says what a scope is for, "" for one that nothing here asks for.
func purpose(scope string) string {
	list := Needed()
	for _, o := range all {
		list = append(list, o.Scopes...)
	}
	for _, s := range list {
		if s.Name == scope {
			return s.For
		}
	}
	return ""
}
