package localslack

import (
	"cmp"
	"slices"
	"strings"
)

// channel is one conversation with what was said in it. Messages stand in order of ts.
type channel struct {
	Channel
	msgs     []*Message
	whispers []*Message // ephemeral messages
	read     map[string]string
	pending  map[string]bool // mentions that wait until the bot is invited, by ts
}

func (w *Workspace) addChannel(c Channel) {
	c.Members = slices.Clone(c.Members)
	w.channels[c.ID] = &channel{Channel: c, read: map[string]string{}, pending: map[string]bool{}}
	w.order = append(w.order, c.ID)
}

func (c *channel) has(user string) bool { return slices.Contains(c.Members, user) }

// message finds one by ts.
func (c *channel) message(ts string) *Message {
	i, ok := slices.BinarySearchFunc(c.msgs, ts, func(m *Message, ts string) int { return cmp.Compare(m.TS, ts) })
	if !ok {
		return nil
	}
	return c.msgs[i]
}

func (c *channel) whisper(ts string) *Message {
	for _, m := range c.whispers {
		if m.TS == ts {
			return m
		}
	}
	return nil
}

// sees reports whether user may read ch: its members may, and the people of
// the team may read what is public.
func (w *Workspace) sees(user string, ch *channel) bool {
	if ch.has(user) {
		return true
	}
	u := w.users[user]
	open := ch.Kind == Public || ch.Kind == Shared
	return open && u != nil && u.TeamID == w.cfg.Team.ID && !u.Guest
}

// find resolves a channel id, a channel name with or without #, or a user id
// (that user's direct messages with the bot).
func (w *Workspace) find(name string) *channel {
	if ch := w.channels[name]; ch != nil {
		return ch
	}
	if w.users[name] != nil && name != w.cfg.App.BotUserID {
		return w.channels["D"+name[1:]]
	}
	name = strings.TrimPrefix(name, "#")
	for _, id := range w.order {
		if ch := w.channels[id]; ch.Name == name && name != "" {
			return ch
		}
	}
	return nil
}

// extShared reports whether people of another team are or may be in the channel.
func (c *channel) extShared() bool { return c.Kind == Shared }

// audience returns those who should hear of a change in ch.
func (w *Workspace) audience(ch *channel) func(user string) bool {
	return func(user string) bool { return w.sees(user, ch) }
}

// add stores a message and tells the page. It fills what follows from the rest.
// The caller holds w.mu.
func (w *Workspace) add(ch *channel, m *Message) {
	m.Channel, m.TS = ch.ID, w.timestamp()
	m.Reactions = []Reaction{}
	if u := w.users[m.User]; u != nil && m.Username == "" {
		m.Username, m.team = u.RealName, u.TeamID
	}
	if m.Ephemeral {
		ch.whispers = append(ch.whispers, m)
		w.publish(update{Type: "ephemeral", Channel: ch.ID, Message: m}, func(user string) bool { return user == m.To })
	} else {
		ch.msgs = append(ch.msgs, m)
		ch.read[m.User] = m.TS
		w.publish(update{Type: "message", Channel: ch.ID, Message: m}, w.audience(ch))
		w.countReply(ch, m, +1)
		if m.BotID == w.cfg.App.BotID {
			w.endStatus(ch.ID, m.ThreadTS)
		}
	}
	w.touch()
}

func (w *Workspace) countReply(ch *channel, m *Message, by int) {
	if m.ThreadTS == "" || m.ThreadTS == m.TS {
		return
	}
	if parent := ch.message(m.ThreadTS); parent != nil {
		parent.ReplyCount += by
		if parent.ReplyCount == 0 && parent.Subtype == subtypeTombstone {
			w.remove(ch, parent) // nothing hangs on it any more
			return
		}
		w.publish(update{Type: "update", Channel: ch.ID, Message: parent}, w.audience(ch))
	}
}

// changedMessage tells everyone that m has new content.
func (w *Workspace) changedMessage(ch *channel, m *Message) {
	to := w.audience(ch)
	if m.Ephemeral {
		to = func(user string) bool { return user == m.To }
	}
	w.publish(update{Type: "update", Channel: ch.ID, Message: m}, to)
	w.touch()
}

// remove takes a message away, ephemeral or not.
func (w *Workspace) remove(ch *channel, m *Message) {
	to := w.audience(ch)
	if m.Ephemeral {
		ch.whispers = slices.DeleteFunc(ch.whispers, func(x *Message) bool { return x == m })
		to = func(user string) bool { return user == m.To }
	} else {
		ch.msgs = slices.DeleteFunc(ch.msgs, func(x *Message) bool { return x == m })
		w.countReply(ch, m, -1)
	}
	w.publish(update{Type: "delete", Channel: ch.ID, TS: m.TS, ThreadTS: m.ThreadTS}, to)
	w.touch()
}

// erase deletes a message and tells the app. The first message of a thread
// that has replies stays as a tombstone.
func (w *Workspace) erase(ch *channel, m *Message) {
	if m.ReplyCount == 0 || m.Ephemeral {
		w.remove(ch, m)
		w.deletedEvent(ch, m)
		return
	}
	before := m.clone()
	*m = Message{
		TS: m.TS, Channel: m.Channel, ReplyCount: m.ReplyCount, Reactions: []Reaction{},
		User: slackbot, Username: "Slackbot", Subtype: subtypeTombstone, Text: "This message was deleted.",
	}
	w.changedMessage(ch, m)
	w.messageEvent(ch, m, &before)
}

// notice shows user a line that only they see, as Slackbot does.
func (w *Workspace) notice(ch *channel, user, thread, text string) {
	w.add(ch, &Message{User: slackbot, Username: "Slackbot", Bot: true, Text: text, ThreadTS: thread, Ephemeral: true, To: user})
}

const (
	slackbot         = "USLACKBOT"
	subtypeTombstone = "tombstone" // stands for a deleted message that has replies
)
