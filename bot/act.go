package bot

import (
	"cmp"
	"strings"
	"time"
)

// typeInteractive is the type of envelopes with clicks, forms and shortcuts.
// Source: docs.slack.dev, apis/events-api/using-socket-mode.
const typeInteractive = "interactive"

// kindAct is what the journal calls an act.
const kindAct Kind = "act"

// The names of acts that are events; those of clicks, forms and shortcuts are their action_id or
// callback_id. A feature is found by them, see acts.go.
const (
	actHome    = "app_home_opened"
	actEdited  = "message_changed"
	actDeleted = "message_deleted"
	actJoined  = "member_joined_channel"
	actStopped = "agent_session_stopped"
	actFiles   = "file_share"
)

// An Act is something that a person did, other than to ask: a click, a form sent or closed, a shortcut,
// an order after the slash command, a message changed or deleted, a tab opened, a channel joined. Its JSON form is what the journal keeps.
// All of it is what Slack says, except Value and Form, which come from the person's client: they are
// never believed without a look at what the person may do.
type Act struct {
	// Name says which feature is meant.
	Name string `json:"name"`
	// Key tells the act from all others: a trigger id, or an event's id.
	Key     string `json:"key"`
	Team    string `json:"team"`
	User    string `json:"user"`
	Channel string `json:"channel,omitempty"` // "" in modals and on the Home tab
	// Message is the ts of the message acted on, Thread that of its thread, "" where it has none.
	Message string `json:"message,omitempty"`
	Thread  string `json:"thread,omitempty"`
	// Author is who wrote that message, Text what it says, Before what it said before it was edited.
	Author string `json:"author,omitempty"`
	Text   string `json:"text,omitempty"`
	Before string `json:"before,omitempty"`
	// Files are those of a message.
	Files []File `json:"files,omitempty"`
	// Alone says that only the user sees the message.
	Alone bool `json:"alone,omitempty"`
	// External says that the user is of another organisation, or that its people may read along.
	External bool `json:"external,omitempty"`
	// Value is what the button carries, the option chosen, or a form's private metadata.
	Value string `json:"value,omitempty"`
	// Form holds what was entered in a form, by action_id.
	Form map[string][]string `json:"form,omitempty"`
	// Closed says that the form was closed and not sent.
	Closed bool `json:"closed,omitempty"`
	// Hash is that of the view acted on or opened: which version of it the user saw.
	Hash string `json:"hash,omitempty"`
	// Tab is the tab that was opened: home or messages.
	Tab string `json:"tab,omitempty"`
	// Inviter invited the user to the channel.
	Inviter string `json:"inviter,omitempty"`
	// TriggerID opens a modal, once and within three seconds.
	TriggerID string `json:"trigger_id,omitempty"`
	// ResponseURL takes messages that the user alone sees; "" for events and most forms.
	ResponseURL string `json:"response_url,omitempty"`
	// At is when the bot got to know of it.
	At time.Time `json:"at"`
}

// The reasons for which acts are dropped. reasonNoAct is none: the envelope may be a question.
const (
	reasonNoAct     Reason = "no act"
	reasonNoFeature Reason = "act that no feature is for"
	reasonNoName    Reason = "act without an action_id or callback_id"
	reasonNotOwn    Reason = "act on a message of ours that is no button"
	reasonSame      Reason = "edit that changes nothing"
	reasonNotMeant  Reason = "act that has nothing to do with the bot"
)

// decodeAct turns an envelope into an act, or says why it holds none. Act.At is left to the caller.
func decodeAct(e Envelope, self Self) (Act, Reason) {
	switch e.Type {
	case typeInteractive:
		return decodeInteraction(e, self)
	case typeEvent:
		return decodeOccurrence(e, self)
	case typeSlash:
		return decodeOrder(e, self)
	}
	return Act{}, reasonNoAct
}

func decodeInteraction(e Envelope, self Self) (Act, Reason) {
	var p interaction
	if err := lenient(e.Payload, &p); err != nil {
		return Act{}, ReasonMalformed
	}
	a := Act{
		Key:         cmp.Or(p.TriggerID, e.ID),
		Team:        cmp.Or(p.Team.ID, self.TeamID),
		User:        p.User.ID,
		Channel:     cmp.Or(p.Channel.ID, p.Container.ChannelID),
		Message:     cmp.Or(p.MessageTS, p.Container.MessageTS, p.Message.TS),
		Thread:      cmp.Or(p.Container.ThreadTS, p.Message.ThreadTS),
		Author:      p.Message.User,
		Alone:       p.Container.Ephemeral,
		External:    foreign(self.TeamID, p.User.TeamID) || foreign(self.TeamID, p.Team.ID),
		TriggerID:   p.TriggerID,
		ResponseURL: p.ResponseURL,
		Hash:        p.View.Hash,
	}
	switch p.Type {
	case "block_actions":
		if len(p.Actions) > 0 {
			click := p.Actions[0]
			a.Name, a.Value = click.ActionID, cmp.Or(click.Value, click.Selected.Value)
		}
		a.Value = cmp.Or(a.Value, p.View.Private)
	case "view_submission", "view_closed":
		a.Name, a.Value, a.Form = p.View.Callback, p.View.Private, p.View.State.entered()
		a.Closed = p.Type == "view_closed"
	case "message_action":
		a.Name, a.Text = p.Callback, p.Message.Text
	case "shortcut":
		a.Name = p.Callback
	default:
		return Act{}, ReasonOtherEvent
	}
	// Several buttons of one feature in one block are told apart by a number after a dot.
	a.Name, _, _ = strings.Cut(a.Name, ".")
	return checkAct(a)
}

// decodeOccurrence looks at events that are acts. Our own messages, and what other bots do, are none.
func decodeOccurrence(e Envelope, self Self) (Act, Reason) {
	var c occurrence
	if err := lenient(e.Payload, &c); err != nil || c.Type != "event_callback" {
		return Act{}, reasonNoAct
	}
	ev := c.Event
	a := Act{
		Name: ev.Type, Key: cmp.Or(c.EventID, e.ID), Team: cmp.Or(c.TeamID, self.TeamID),
		User: ev.User, Channel: ev.Channel, Thread: ev.ThreadTS, Tab: ev.Tab, Inviter: ev.Inviter, Hash: ev.View.Hash,
		External: c.External || foreign(self.TeamID, c.TeamID) || foreign(self.TeamID, ev.UserTeam) || foreign(self.TeamID, ev.SourceTeam),
	}
	switch {
	case ev.Type == actHome, ev.Type == actJoined, ev.Type == actStopped:
		return checkAct(a)
	case ev.Type != "message" || ev.Subtype != actEdited && ev.Subtype != actDeleted:
		return Act{}, reasonNoAct
	}
	was, now := ev.Previous, ev.Message
	a.Name, a.User = ev.Subtype, cmp.Or(now.User, was.User)
	a.Author, a.Text, a.Before = a.User, now.Text, was.Text
	a.Message, a.Thread = cmp.Or(ev.DeletedTS, now.TS), cmp.Or(now.ThreadTS, was.ThreadTS)
	if now.Subtype == tombstone {
		a.Name, a.User, a.Author, a.Text = actDeleted, was.User, was.User, ""
	}
	switch {
	case a.Name == actEdited && a.Text == a.Before:
		return Act{}, reasonSame
	case a.User == self.UserID && a.User != "", now.BotID == self.BotID && now.BotID != "", was.BotID == self.BotID && was.BotID != "":
		return Act{}, reasonNotOwn
	case now.BotID != "" || was.BotID != "":
		return Act{}, ReasonBot
	}
	return checkAct(a)
}

// tombstone is the subtype of what stands in the place of a deleted message that has a thread.
const tombstone = "tombstone"

// orderMark begins the names of acts that are words after the slash command, such as "/forget me".
const orderMark = "/"

// decodeOrder looks for the words of an order after the slash command. All else there is a question.
func decodeOrder(e Envelope, self Self) (Act, Reason) {
	var c command
	if err := lenient(e.Payload, &c); err != nil || c.ResponseURL == "" {
		return Act{}, reasonNoAct
	}
	name, argument := orderIn(c.Text, self)
	if name == "" {
		return Act{}, reasonNoAct
	}
	return checkAct(Act{
		Name: name, Key: cmp.Or(c.TriggerID, e.ID), Team: cmp.Or(c.TeamID, self.TeamID), User: c.UserID, Channel: c.ChannelID,
		Text: argument, Alone: true, External: foreign(self.TeamID, c.TeamID), TriggerID: c.TriggerID, ResponseURL: c.ResponseURL,
	})
}

// orderIn returns the name of the order that a text is, and what follows its words; "" for none.
func orderIn(text string, self Self) (name, argument string) {
	text, _ = Question(text, self.UserID)
	words := strings.Fields(text)
	if len(words) == 0 {
		return "", ""
	}
	all, first := orderMark+strings.ToLower(strings.Join(words, " ")), orderMark+strings.ToLower(words[0])
	argument = strings.Join(words[1:], " ")
	for _, f := range features() {
		switch {
		case f.takes == nil && f.name == all:
			return f.name, ""
		case f.takes != nil && f.name == first && f.takes(argument):
			return f.name, argument
		}
	}
	return "", ""
}

func checkAct(a Act) (Act, Reason) {
	switch {
	case a.User == "":
		return Act{}, ReasonNoUser
	case a.Name == "":
		return Act{}, reasonNoName
	}
	for _, id := range []string{a.Name, a.Key, a.User, a.Channel, a.Message, a.Thread, a.Value, a.Hash} {
		if len(id) > maxID {
			return Act{}, ReasonLongID
		}
	}
	return a, Taken
}
