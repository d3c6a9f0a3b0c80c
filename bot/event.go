package bot

import (
	"cmp"
	"strconv"
	"strings"
	"time"
)

// A Kind says by which door a question came.
type Kind string

// The doors. Their values are stored in the journal.
const (
	KindMention Kind = "mention"
	KindDirect  Kind = "dm"
	KindSlash   Kind = "slash"
	KindButton  Kind = "button"
	KindHome    Kind = "home" // a question chosen on the Home tab, answered in a direct message
	// KindShortcut is a message, anyone's, that a person had passages found for.
	KindShortcut Kind = "shortcut"
	// KindUntagged is a message in a channel that names nobody, KindOffered one whose author was asked
	// whether to answer it, and said yes.
	KindUntagged Kind = "untagged"
	KindOffered  Kind = "offered"
)

// private says that the answer goes to a response_url, where the asker alone sees it.
func (k Kind) private() bool { return k == KindSlash || k == KindButton || k == KindShortcut }

// An Incoming is a question as it came from Slack. Its JSON form is what the journal keeps.
type Incoming struct {
	Kind Kind `json:"kind"`
	// Key tells the question from all others: the event's id, or a command's trigger id.
	Key string `json:"key"`
	// Alias is the place of the message, team, channel and ts: a second way to know a repeat,
	// as one message can arrive as two events with different ids. "" for commands.
	Alias   string `json:"alias,omitempty"`
	Team    string `json:"team"`
	Channel string `json:"channel"`
	User    string `json:"user"`
	// Thread is the ts under which the answer goes, or would if it were shared. "" for commands, which
	// stand in no thread.
	Thread string `json:"thread,omitempty"`
	// TS is the ts of the message that asks; "" where there is none.
	TS string `json:"ts,omitempty"`
	// Question is plain text, at most [MaxQuestion] characters; see [Question].
	Question string `json:"question"`
	// Cut says that the question was longer.
	Cut bool `json:"cut,omitempty"`
	// ResponseURL is where a private answer goes; "" for others.
	ResponseURL string `json:"response_url,omitempty"`
	// Attached says that files or other messages came with it, which are not read.
	Attached bool `json:"attached,omitempty"`
	// ToOthers says that it names other people and not the bot.
	ToOthers bool `json:"to_others,omitempty"`
	// Author is who wrote the message that a shortcut was used on.
	Author string `json:"author,omitempty"`
	// Edit says that the message was answered before and then changed: the answer is to be changed too.
	Edit bool `json:"edit,omitempty"`
	// Deleted says the same of a message that is gone: its answer is to go too.
	Deleted bool `json:"deleted,omitempty"`
	// Early says that the change came before the question, or so it seemed: it stands for the question.
	Early bool `json:"early,omitempty"`
	// Answered is the ts of the answer that stands, if one does.
	Answered string `json:"answered,omitempty"`
	// Same is the id, in the memory, of the answer whose place this one takes; "" for a new one.
	Same string `json:"same,omitempty"`
	// External says that people of another organisation may read along, or that one of them asks.
	// A command in a channel shared with others is not external when one of our own people asks:
	// its answer is shown to the asker alone, and Slack does not tell what channel it is.
	External bool `json:"external,omitempty"`
	// Broken says that its envelope could not be handled: who asked is told so, see [Bot.salvage].
	Broken bool `json:"broken,omitempty"`
	// Received is when the bot took the question.
	Received time.Time `json:"received"`

	// What follows is found out when the question is answered.

	// Instead is the key of the question that a change of it is answered in the place of, before that was
	// answered itself; "" for none.
	Instead string `json:"-"`
	// Part is the question's place among those of its message, from 0.
	Part int `json:"-"`
	// Understood says that Question is not as it was written: it leant on the one before.
	Understood bool `json:"-"`
	// Written is how it was written then.
	Written string `json:"-"`
	// Whisper says that the asker alone sees the answer though it is asked in a channel.
	Whisper bool `json:"-"`
}

// alone says that nobody but the asker sees the answer.
func (in Incoming) alone() bool {
	return in.Whisper || in.Kind.private() || in.Kind == KindDirect || in.Kind == KindHome
}

// replyTo is the thread in which a message for the asker alone is shown: none for a question at the root
// of a channel, as Slack shows no such message in a thread that nobody has replied in yet.
func (in Incoming) replyTo() string {
	if in.Thread == in.TS && in.Kind != KindDirect {
		return ""
	}
	return in.Thread
}

// id names the answer in the memory, and on its buttons.
func (in Incoming) id() string {
	id := in.Same
	if id == "" {
		id = answerID(in.Key)
	}
	if in.Part > 0 {
		return answerID(id + "#" + strconv.Itoa(in.Part))
	}
	return id
}

// asked is the ts of the message that asked; "" for what stands in no channel.
func (in Incoming) asked() string {
	ts := in.Alias[strings.LastIndexByte(in.Alias, ':')+1:]
	seconds, part, ok := strings.Cut(ts, ".")
	if !ok || !isDigits(seconds) || !isDigits(part) {
		return "" // the alias is none of a message
	}
	return ts
}

func isDigits(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}

// Self is what the bot knows about itself, from auth.test.
type Self struct {
	UserID, BotID, TeamID string
	// Name is the bot's user name, for the help text.
	Name string
}

// A Reason says why an envelope is no question to answer. It goes to the log as it stands.
type Reason string

// The reasons. [Taken] is none: the envelope holds a question.
const (
	Taken              Reason = ""
	ReasonOtherType    Reason = "envelope of another type"
	ReasonMalformed    Reason = "malformed payload"
	ReasonNoCallback   Reason = "not an event callback"
	ReasonRateLimited  Reason = "Slack holds events back: too many in an hour"
	ReasonOtherEvent   Reason = "event of another type"
	ReasonOwn          Reason = "own message"
	ReasonBot          Reason = "message of another bot"
	ReasonSubtype      Reason = "subtype that is not a question"
	ReasonHidden       Reason = "hidden message"
	ReasonNoUser       Reason = "message without a user"
	ReasonNotDirect    Reason = "message in a conversation of several people without a channel"
	ReasonMentionTwice Reason = "message that names the bot, which comes as a mention too"
	ReasonUntagged     Reason = "message that is not for the bot"
	ReasonMentionInDM  Reason = "mention in a direct conversation, which comes as a message too"
	ReasonIncomplete   Reason = "no channel or no ts"
	ReasonLongID       Reason = "id longer than any of Slack's"
	ReasonNoWayToReply Reason = "command without a response_url"
)

// Decode turns an envelope into a question, or says why it holds none. It is the one place where
// envelopes are dropped for what they are; repeats are dropped by the journal. It never looks at
// retry_attempt. Incoming.Received is left to the caller.
func Decode(e Envelope, self Self) (Incoming, Reason) { return decode(e, self, Question) }

// A reader makes a question of a text, as [Question] does.
type reader func(text, botUser string) (question string, cut bool)

func decode(e Envelope, self Self, read reader) (Incoming, Reason) {
	switch e.Type {
	case typeEvent:
		return decodeEvent(e, self, read)
	case typeSlash:
		return decodeCommand(e, self, read)
	}
	return Incoming{}, ReasonOtherType
}

func decodeEvent(e Envelope, self Self, read reader) (Incoming, Reason) {
	var c callback
	if err := lenient(e.Payload, &c); err != nil {
		return Incoming{}, ReasonMalformed
	}
	if c.Type == "app_rate_limited" {
		return Incoming{}, ReasonRateLimited
	}
	if c.Type != "event_callback" {
		return Incoming{}, ReasonNoCallback
	}
	if r := drop(c.Event, self); r != Taken {
		return Incoming{}, r
	}
	ev, team := c.Event, cmp.Or(c.TeamID, self.TeamID)
	in := Incoming{
		Kind:     KindMention,
		Alias:    placeName(team, ev.Channel, ev.TS),
		Team:     team,
		Channel:  ev.Channel,
		User:     ev.User,
		Thread:   cmp.Or(ev.ThreadTS, ev.TS),
		TS:       ev.TS,
		External: c.External || foreign(team, ev.UserTeam) || foreign(team, ev.SourceTeam),
	}
	switch {
	case ev.Type == "message" && ev.direct():
		in.Kind = KindDirect
	case ev.Type == "message":
		in.Kind, in.ToOthers = KindUntagged, strings.Contains(ev.Text, "<@") || strings.Contains(ev.Text, "<!")
	}
	in.Attached = len(ev.Files) > 0 || len(ev.Attachments) > 0
	in.Key = cmp.Or(c.EventID, in.Alias)
	in.Question, in.Cut = read(ev.Text, self.UserID)
	return checkIDs(in)
}

// drop says why an event is not to be answered.
func drop(ev event, self Self) Reason {
	switch {
	case ev.Type != "app_mention" && ev.Type != "message":
		return ReasonOtherEvent
	case ev.User != "" && ev.User == self.UserID, ev.BotID != "" && ev.BotID == self.BotID:
		return ReasonOwn
	case ev.BotID != "":
		return ReasonBot
	case ev.Subtype != "" && ev.Subtype != "file_share" && ev.Subtype != "thread_broadcast":
		return ReasonSubtype
	case ev.Hidden:
		return ReasonHidden
	case ev.User == "":
		return ReasonNoUser
	case ev.Channel == "" || ev.TS == "":
		return ReasonIncomplete
	case ev.Type == "app_mention" && ev.direct():
		return ReasonMentionInDM
	case ev.Type == "app_mention" || ev.direct():
		return Taken
	case ev.ChannelType != "channel" && ev.ChannelType != "group":
		return ReasonNotDirect
	case names(ev.Text, self.UserID):
		return ReasonMentionTwice
	}
	return Taken
}

// direct says that an event is of a direct conversation with one person.
func (ev event) direct() bool {
	return ev.ChannelType == "im" || ev.ChannelType == "" && strings.HasPrefix(ev.Channel, "D")
}

// names says that a text mentions a user.
func names(text, user string) bool {
	return user != "" && (strings.Contains(text, "<@"+user+">") || strings.Contains(text, "<@"+user+"|"))
}

// foreign says that other names a team that is not team.
func foreign(team, other string) bool { return other != "" && other != team }

func decodeCommand(e Envelope, self Self, read reader) (Incoming, Reason) {
	var c command
	if err := lenient(e.Payload, &c); err != nil {
		return Incoming{}, ReasonMalformed
	}
	switch {
	case c.UserID == "":
		return Incoming{}, ReasonNoUser
	case c.ResponseURL == "" && !e.AcceptsResponse:
		return Incoming{}, ReasonNoWayToReply
	}
	in := Incoming{
		Kind:        KindSlash,
		Key:         cmp.Or(c.TriggerID, e.ID),
		Team:        cmp.Or(c.TeamID, self.TeamID),
		Channel:     c.ChannelID,
		User:        c.UserID,
		ResponseURL: c.ResponseURL,
		External:    foreign(self.TeamID, c.TeamID),
	}
	in.Question, in.Cut = read(c.Text, self.UserID)
	return checkIDs(in)
}

// maxID bounds what serves as a key of the journal. Slack's own ids are below 60 bytes.
const maxID = 200

func checkIDs(in Incoming) (Incoming, Reason) {
	if len(in.Key) > maxID || len(in.Alias) > maxID {
		return Incoming{}, ReasonLongID
	}
	return in, Taken
}
