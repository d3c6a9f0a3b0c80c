package localslack

import (
	"encoding/json"
	"slices"
)

// Message is one message as the page and the tests see it.
type Message struct {
	TS         string          `json:"ts"`
	ThreadTS   string          `json:"thread_ts,omitempty"`
	ReplyCount int             `json:"reply_count,omitempty"` // of a thread's first message
	Broadcast  bool            `json:"broadcast,omitempty"`   // a reply also shown in the channel
	Channel    string          `json:"channel"`
	User       string          `json:"user"` // the bot's messages carry its user id
	Username   string          `json:"username"`
	Bot        bool            `json:"bot"`
	Subtype    string          `json:"subtype,omitempty"`
	Text       string          `json:"text"` // escaped, as Slack stores it
	Blocks     json.RawMessage `json:"blocks,omitempty"`
	Ephemeral  bool            `json:"ephemeral,omitempty"`
	To         string          `json:"to,omitempty"` // who sees an ephemeral message
	Edited     *Edited         `json:"edited,omitempty"`
	Reactions  []Reaction      `json:"reactions"`
	Files      []File          `json:"files,omitempty"`
	Metadata   json.RawMessage `json:"metadata,omitempty"`
	// Attachments are kept as they were sent; the page need not show them.
	Attachments json.RawMessage `json:"attachments,omitempty"`

	// Pings and Links are what Slack would make live in a message of the app:
	// whom it would notify, and what could be clicked.
	Pings []Ping `json:"pings,omitempty"`
	Links []Link `json:"links,omitempty"`

	BotID       string `json:"bot_id,omitempty"` // empty for people
	ClientMsgID string `json:"-"`
	team        string
	unfurl      bool
}

// Edited says who changed a message last, and when.
type Edited struct {
	User string `json:"user"`
	TS   string `json:"ts"`
}

// Reaction is one emoji under a message, with those who added it in order.
type Reaction struct {
	Name  string   `json:"name"`
	Users []string `json:"users"`
	Count int      `json:"count"`
}

// File is a file that came with a message.
type File struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Mimetype string `json:"mimetype,omitempty"`
	Size     int    `json:"size"` // bytes
}

// Unfurls reports whether Slack would fetch the links of the message and show
// previews of them.
func (m Message) Unfurls() bool { return m.unfurl && len(m.Links) > 0 }

// clone returns a copy that shares nothing that is changed later.
func (m *Message) clone() Message {
	c := *m
	c.Reactions = make([]Reaction, len(m.Reactions))
	for i, r := range m.Reactions {
		c.Reactions[i] = Reaction{r.Name, slices.Clone(r.Users), r.Count}
	}
	if m.Edited != nil {
		e := *m.Edited
		c.Edited = &e
	}
	return c
}

// wire is the message as the Web API and the events give it.
func (w *Workspace) wire(m *Message, metadata bool) map[string]any {
	out := map[string]any{"type": "message", "ts": m.TS, "text": m.Text}
	set := func(key string, value any, when bool) {
		if when {
			out[key] = value
		}
	}
	set("user", m.User, m.User != "" && m.Subtype != "bot_message")
	set("team", m.team, m.team != "")
	set("subtype", m.Subtype, m.Subtype != "")
	set("thread_ts", m.ThreadTS, m.ThreadTS != "")
	set("client_msg_id", m.ClientMsgID, m.ClientMsgID != "")
	set("blocks", m.Blocks, len(m.Blocks) > 0)
	set("attachments", m.Attachments, len(m.Attachments) > 0)
	if len(m.Files) > 0 {
		files := make([]reply, len(m.Files))
		for i, f := range m.Files {
			files[i] = w.fileObject(f)
		}
		out["files"], out["upload"], out["display_as_bot"] = files, false, false
	}
	set("edited", m.Edited, m.Edited != nil)
	set("reactions", m.Reactions, len(m.Reactions) > 0)
	set("metadata", m.Metadata, metadata && len(m.Metadata) > 0)
	if m.BotID != "" {
		out["bot_id"] = m.BotID
		if m.BotID == w.cfg.App.BotID {
			out["app_id"] = w.cfg.App.ID
			out["bot_profile"] = w.botProfile()
		}
	}
	if m.ReplyCount > 0 {
		out["thread_ts"] = m.TS
		out["reply_count"] = m.ReplyCount
		users, latest := w.repliers(m)
		out["reply_users"], out["reply_users_count"], out["latest_reply"] = users, len(users), latest
	}
	return out
}

func (w *Workspace) botProfile() map[string]any {
	app := w.cfg.App
	return map[string]any{"id": app.BotID, "app_id": app.ID, "name": app.Name, "deleted": false, "updated": 0, "team_id": w.cfg.Team.ID}
}

func (w *Workspace) repliers(parent *Message) (users []string, latest string) {
	for _, m := range w.channels[parent.Channel].msgs {
		if m.ThreadTS == parent.TS && m.TS != parent.TS {
			latest = m.TS
			if !slices.Contains(users, m.User) {
				users = append(users, m.User)
			}
		}
	}
	return users, latest
}
