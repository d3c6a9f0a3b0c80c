package localslack

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// localError is a refusal of the user API: a code for programs and a hint for people.
type localError struct {
	status int
	code   string
	hint   string
}

// errNoUser refuses who is no person of the workspace.
var errNoUser = localError{http.StatusNotFound, "user_not_found", "as must name a user of the workspace"}

// errNotYours refuses a change of what someone else wrote.
var errNotYours = localError{http.StatusForbidden, "not_yours", "only the author may change a message"}

func (e localError) Error() string { return e.code + ": " + e.hint }

// Refused returns the code with which a person was refused something, such as is_archived; "" for any other error.
func Refused(err error) string {
	var refusal localError
	errors.As(err, &refusal)
	return refusal.code
}

func refuse(status int, code, hint string, args ...any) error {
	return localError{status, code, fmt.Sprintf(hint, args...)}
}

// SayArgs is a message that a user writes.
type SayArgs struct {
	As        string `json:"as"`
	Channel   string `json:"channel"` // id or name
	Text      string `json:"text"`    // as typed: @name, #channel and addresses become live
	ThreadTS  string `json:"thread_ts,omitempty"`
	Broadcast bool   `json:"broadcast,omitempty"` // show a reply in the channel too
	Files     []File `json:"files,omitempty"`     // by the ID that Upload gave; one without is a name alone
}

// Say writes text into a channel as user and returns its ts.
func (w *Workspace) Say(user, channel, text string) (ts string, err error) {
	return w.Post(SayArgs{As: user, Channel: channel, Text: text})
}

// Reply writes text into a thread as user and returns its ts.
func (w *Workspace) Reply(user, channel, thread, text string) (ts string, err error) {
	return w.Post(SayArgs{As: user, Channel: channel, Text: text, ThreadTS: thread})
}

// Post writes a message as a user and returns its ts. Another app's bot user
// may write too.
func (w *Workspace) Post(a SayArgs) (ts string, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	u, ch, err := w.place(a.As, a.Channel)
	if err != nil {
		return "", err
	}
	if ch.Kind == Direct && (w.cfg.NoMessagesTab || w.cfg.ReadOnlyTab) {
		return "", refuse(http.StatusForbidden, "messages_tab_disabled", "Sending messages to this app has been turned off.")
	}
	if strings.TrimSpace(a.Text) == "" && len(a.Files) == 0 {
		return "", refuse(http.StatusBadRequest, "no_text", "write something first")
	}
	if a.ThreadTS != "" && ch.message(a.ThreadTS) == nil {
		return "", refuse(http.StatusNotFound, "thread_not_found", "there is no message %s in this channel", a.ThreadTS)
	}
	files, err := w.attach(u.ID, a.Files)
	if err != nil {
		return "", err
	}
	m := &Message{User: u.ID, Bot: u.BotID != "", BotID: u.BotID, ThreadTS: a.ThreadTS, Broadcast: a.Broadcast, Files: files, ClientMsgID: w.uuid()}
	m.Text, m.Blocks = w.compose(a.Text)
	switch {
	case len(a.Files) > 0:
		m.Subtype = "file_share"
	case a.Broadcast && a.ThreadTS != "":
		m.Subtype = "thread_broadcast"
	}
	w.add(ch, m)
	w.asked(ch, m)
	w.messageEvent(ch, m, nil)
	w.offerInvite(ch, m)
	return m.TS, nil
}

// offerInvite tells the author that a mentioned bot is not there.
func (w *Workspace) offerInvite(ch *channel, m *Message) {
	bot := w.cfg.App.BotUserID
	if ch.Kind == Direct || ch.has(bot) || !mentions(m.Text, bot) {
		return
	}
	ch.pending[m.TS] = true
	w.notice(ch, m.User, m.ThreadTS, "You mentioned <@"+bot+">, but they’re not in this channel. Invite them with /invite @"+w.cfg.App.Name)
}

// place finds an acting user and a channel that they may write in.
func (w *Workspace) place(user, channel string) (*User, *channel, error) {
	u, ch, err := w.seen(user, channel)
	switch {
	case err != nil:
		return nil, nil, err
	case ch.Archived:
		return nil, nil, refuse(http.StatusConflict, "is_archived", "#%s is archived", ch.Name)
	case !ch.has(user):
		return nil, nil, refuse(http.StatusForbidden, "not_in_channel", "join #%s before writing in it", ch.Name)
	}
	return u, ch, nil
}

// seen finds an acting user and a channel that they may read. The bot's user
// does not act here: the app does that through its own API.
func (w *Workspace) seen(user, channel string) (*User, *channel, error) {
	u := w.users[user]
	if u == nil || user == w.cfg.App.BotUserID {
		return nil, nil, errNoUser
	}
	ch := w.find(channel)
	if ch == nil || !w.sees(user, ch) {
		return nil, nil, refuse(http.StatusNotFound, "channel_not_found", "there is no such channel for this user")
	}
	return u, ch, nil
}

// at finds a message that user sees.
func (w *Workspace) at(user, channel, ts string) (*channel, *Message, error) {
	_, ch, err := w.seen(user, channel)
	if err != nil {
		return nil, nil, err
	}
	m := ch.message(ts)
	if m == nil {
		if m = ch.whisper(ts); m != nil && m.To != user {
			m = nil
		}
	}
	if m == nil {
		return nil, nil, refuse(http.StatusNotFound, "message_not_found", "there is no message %s in this channel", ts)
	}
	return ch, m, nil
}

// mine finds a message that user wrote.
func (w *Workspace) mine(user, channel, ts string) (*channel, *Message, error) {
	ch, m, err := w.at(user, channel, ts)
	if err == nil && m.User != user {
		err = errNotYours
	}
	return ch, m, err
}

// Edit changes a message of the user's own.
func (w *Workspace) Edit(user, channel, ts, text string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch, m, err := w.mine(user, channel, ts)
	if err != nil {
		return err
	}
	if strings.TrimSpace(text) == "" {
		return refuse(http.StatusBadRequest, "no_text", "write something, or delete the message")
	}
	before := m.clone()
	m.Text, m.Blocks = w.compose(text)
	m.Attachments = nil // the previews of links that may be gone
	w.edited(ch, m, &before, user)
	return nil
}

// Delete takes a message of the user's own away, or dismisses an ephemeral one.
func (w *Workspace) Delete(user, channel, ts string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch, m, err := w.at(user, channel, ts)
	if err != nil {
		return err
	}
	if !m.Ephemeral && m.User != user {
		return errNotYours
	}
	w.erase(ch, m)
	return nil
}

// React adds an emoji as user; Unreact takes it away.
func (w *Workspace) React(user, channel, ts, name string) error {
	return w.reaction(user, channel, ts, name, w.react, "already_reacted")
}

// Unreact takes the user's emoji away.
func (w *Workspace) Unreact(user, channel, ts, name string) error {
	return w.reaction(user, channel, ts, name, w.unreact, "no_reaction")
}

func (w *Workspace) reaction(user, channel, ts, name string, do func(*channel, *Message, string, string) bool, otherwise string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch, m, err := w.at(user, channel, ts)
	switch {
	case err != nil:
		return err
	case m.Ephemeral || !ch.has(user) || ch.Archived:
		return refuse(http.StatusForbidden, "not_reactable", "this message takes no reactions from this user")
	case !emojiName.MatchString(name):
		return refuse(http.StatusBadRequest, "invalid_name", "name an emoji without colons, such as thumbsup")
	case !do(ch, m, user, name):
		return refuse(http.StatusConflict, otherwise, "nothing changed")
	}
	return nil
}

// Join makes user a member of a channel that is open to them.
func (w *Workspace) Join(user, channel string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, ch, err := w.seen(user, channel)
	if err != nil {
		return err
	}
	w.join(ch, user, "")
	return nil
}

// Leave takes user out of a channel.
func (w *Workspace) Leave(user, channel string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, ch, err := w.seen(user, channel)
	if err != nil {
		return err
	}
	if ch.Kind == Direct {
		return refuse(http.StatusBadRequest, "cant_leave", "direct messages cannot be left")
	}
	w.leaveChannel(ch, user)
	return nil
}

// Invite makes the bot a member of a channel, as a member of it would. The
// mentions that waited for it are delivered.
func (w *Workspace) Invite(user, channel string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, ch, err := w.place(user, channel)
	if err != nil {
		return err
	}
	w.join(ch, w.cfg.App.BotUserID, user)
	return nil
}

// Remove takes the bot out of a channel.
func (w *Workspace) Remove(user, channel string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, ch, err := w.place(user, channel)
	if err != nil {
		return err
	}
	if ch.Kind == Direct {
		return refuse(http.StatusBadRequest, "cant_leave", "the bot cannot leave direct messages")
	}
	w.leaveChannel(ch, w.cfg.App.BotUserID)
	return nil
}

// Archive closes a channel for writing, or opens it again.
func (w *Workspace) Archive(channel string, archived bool) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch := w.find(channel)
	if ch == nil {
		return refuse(http.StatusNotFound, "channel_not_found", "there is no such channel")
	}
	w.archive(ch, archived)
	return nil
}

func (w *Workspace) archive(ch *channel, archived bool) {
	ch.Archived = archived
	w.publish(update{Type: "channel", Channel: ch.ID}, w.audience(ch))
}
