package localslack

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
)

// trigger is one trigger_id: good once, for a few seconds.
type trigger struct {
	user    string
	view    string // the modal that the act happened in
	used    bool
	expires time.Time
}

func (w *Workspace) newTrigger(user, view string) string {
	id := strings.Join([]string{w.id("")[:8], w.id("")[:8], strings.ToLower(w.secret())}, ".")
	w.triggers[id] = &trigger{user: user, view: view, expires: time.Now().Add(w.cfg.Timing.TriggerLife)}
	return id
}

// SlashArgs is a command that a user runs.
type SlashArgs struct {
	As      string `json:"as"`
	Channel string `json:"channel"`
	Command string `json:"command"` // with the slash
	Text    string `json:"text"`
}

// Slash runs a command as user in a channel. Its answer appears as a message;
// so does the complaint where the app does not answer in time.
func (w *Workspace) Slash(user, channel, command, text string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	u, ch, err := w.seen(user, channel)
	if err != nil {
		return err
	}
	if command == "/invite" || command == "/remove" {
		return w.memberCommand(ch, user, command, text)
	}
	i := slices.IndexFunc(w.cfg.Commands, func(c Command) bool { return c.Command == command })
	if i < 0 {
		return refuse(http.StatusBadRequest, "unknown_command", "%s is not a valid command", command)
	}
	if u.TeamID != w.cfg.Team.ID {
		return refuse(http.StatusForbidden, "not_allowed", "commands are for members of %s", w.cfg.Team.Name)
	}
	typed := text
	if w.cfg.Commands[i].ShouldEscape {
		text, _ = w.compose(text)
	}
	at := &responseURL{channel: ch.ID, user: user}
	payload, trigger := w.slashPayload(u, ch, command, text)
	at.question = w.ledger.ask(&Question{Door: DoorSlash, User: user, Channel: ch.ID, Text: text, Trigger: trigger})
	w.lastURL.question = at.question
	failed := func(code string) { w.notice(ch, user, "", command+" failed with the error \""+code+"\"") }
	w.deliver(outgoing{kind: kindSlash, typ: command, payload: payload, asked: at.question, done: func(ack json.RawMessage, acked bool) {
		why := w.whyRefused()
		at.question.settle(acked, why)
		switch {
		case acked:
			w.slashAnswer(ch, at, command+" "+typed, ack, failed)
		default:
			failed(why)
		}
	}})
	return nil
}

func (w *Workspace) slashPayload(u *User, ch *channel, command, text string) (payload json.RawMessage, trigger string) {
	name := ch.Name
	switch ch.Kind {
	case Direct:
		name = "directmessage"
	case Private:
		name = "privategroup"
	}
	address := w.newResponseURL(ch, u.ID, nil)
	trigger = w.newTrigger(u.ID, "")
	return mustJSON(map[string]any{
		"token": "local", "team_id": w.cfg.Team.ID, "team_domain": w.cfg.Team.Domain, "channel_id": ch.ID, "channel_name": name,
		"user_id": u.ID, "user_name": u.Name, "command": command, "text": text, "api_app_id": w.cfg.App.ID,
		"is_enterprise_install": "false", "response_url": address, "trigger_id": trigger,
	}), trigger
}

// slashAnswer shows the message that an ack carried, if it carried one. An
// answer for the channel shows the command as it was typed, too.
func (w *Workspace) slashAnswer(ch *channel, at *responseURL, typed string, ack json.RawMessage, failed func(string)) {
	var args map[string]any
	if len(ack) == 0 || json.Unmarshal(ack, &args) != nil || len(args) == 0 {
		return
	}
	req := &request{args: args, unbounded: true}
	if req.text("response_type") == "in_channel" {
		m := &Message{User: at.user}
		m.Text, m.Blocks = w.compose(typed)
		w.add(ch, m)
	}
	if f := w.say(at, req); f != nil && f.code != "no_text" {
		w.log.Error("the answer to a command is no valid message", "error", f.code, "messages", f.messages)
		failed(f.code)
	}
}

// memberCommand is Slack's own /invite or /remove, for the bot and for people.
func (w *Workspace) memberCommand(ch *channel, user, command, text string) error {
	if ch.Kind == Direct || !ch.has(user) {
		return refuse(http.StatusBadRequest, "not_in_channel", "%s works in a channel that you are a member of", command)
	}
	done := false
	for _, e := range w.typed(text) {
		switch {
		case e.kind != "user":
			continue
		case command == "/invite":
			w.join(ch, e.id, user)
		default:
			w.leaveChannel(ch, e.id)
		}
		done = true
	}
	if !done {
		return refuse(http.StatusBadRequest, "user_not_found", "name whom, such as @%s", w.cfg.App.Name)
	}
	return nil
}

// ClickArgs is a use of a button or another element, in a message or a view.
type ClickArgs struct {
	As       string          `json:"as"`
	Channel  string          `json:"channel,omitempty"`
	TS       string          `json:"ts,omitempty"`
	ViewID   string          `json:"view_id,omitempty"`
	BlockID  string          `json:"block_id"`
	ActionID string          `json:"action_id"`
	Value    json.RawMessage `json:"value,omitempty"`  // what was chosen: a string, or the fields of Slack's action object
	Values   json.RawMessage `json:"values,omitempty"` // what the inputs beside it hold
	// Forged are fields written over those of the action that Slack would send. No person
	// can do that: it is for tests of what an app does with a value that it did not make.
	Forged    map[string]any `json:"forged,omitempty"`
	Ephemeral bool           `json:"ephemeral,omitempty"`
}

// Click uses an element as a user. The app's answer comes as messages or views.
func (w *Workspace) Click(a ClickArgs) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if a.ViewID != "" {
		return w.clickView(a)
	}
	ch, m, err := w.at(a.As, a.Channel, a.TS)
	if err != nil {
		return err
	}
	action, err := w.action(m.Blocks, a)
	if err != nil {
		return err
	}
	state, err := w.form(a.As, m.Blocks, a.Values)
	if err != nil {
		return err
	}
	p := w.interaction("block_actions", a.As)
	p["actions"] = []any{action}
	p["channel"] = map[string]any{"id": ch.ID, "name": channelLabel(ch)}
	p["container"] = map[string]any{"type": "message", "message_ts": m.TS, "channel_id": ch.ID, "is_ephemeral": m.Ephemeral}
	if m.ThreadTS != "" {
		p["container"].(map[string]any)["thread_ts"] = m.ThreadTS
	}
	if !m.Ephemeral {
		p["message"] = w.wire(m, false)
	}
	p["state"] = map[string]any{"values": state}
	trigger := w.newTrigger(a.As, "")
	p["trigger_id"] = trigger
	p["response_url"] = w.newResponseURL(ch, a.As, m)
	q := w.ledger.ask(&Question{Door: DoorButton, User: a.As, Channel: ch.ID, Text: a.ActionID, Trigger: trigger})
	w.lastURL.question = q
	w.deliver(outgoing{kind: kindInteractive, typ: "block_actions", payload: mustJSON(p), asked: q, done: func(_ json.RawMessage, acked bool) {
		q.settle(acked, w.whyRefused())
		if !acked {
			w.notice(ch, a.As, m.ThreadTS, "The app did not react to the button in time.")
		}
	}})
	return nil
}

// whyRefused is the code of a delivery that nobody acknowledged. The caller holds w.mu.
func (w *Workspace) whyRefused() string {
	if len(w.conns) == 0 {
		return "dispatch_failed"
	}
	return "operation_timeout"
}

func channelLabel(ch *channel) string {
	switch ch.Kind {
	case Direct:
		return "directmessage"
	case Private:
		return "privategroup"
	}
	return ch.Name
}

// interactive delivers an interaction whose ack means only that it arrived.
func (w *Workspace) interactive(typ string, payload map[string]any, failed func()) {
	w.deliver(outgoing{kind: kindInteractive, typ: typ, payload: mustJSON(payload), done: func(_ json.RawMessage, acked bool) {
		if !acked && failed != nil {
			failed()
		}
	}})
}

// interaction is what all interaction payloads begin with.
func (w *Workspace) interaction(typ, user string) map[string]any {
	u, team := w.users[user], w.cfg.Team
	return map[string]any{
		"type": typ, "token": "local", "api_app_id": w.cfg.App.ID, "enterprise": nil, "is_enterprise_install": false,
		"team": map[string]any{"id": team.ID, "domain": team.Domain},
		"user": map[string]any{"id": u.ID, "username": u.Name, "name": u.Name, "team_id": u.TeamID},
	}
}

// given is v, or otherwise where v was left out.
func given(v, otherwise json.RawMessage) json.RawMessage {
	if len(v) == 0 || string(v) == "null" {
		return otherwise
	}
	return v
}

// Shortcut uses a message shortcut on a message, or a global one where ts is empty.
// Shortcuts are for people of the team alone.
func (w *Workspace) Shortcut(user, channel, ts, callbackID string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	kind := "message"
	if ts == "" {
		kind = "global"
	}
	if !slices.ContainsFunc(w.cfg.Shortcuts, func(s Shortcut) bool { return s.CallbackID == callbackID && s.Type == kind }) {
		return refuse(http.StatusNotFound, "unknown_shortcut", "the app has no %s shortcut %q", kind, callbackID)
	}
	u := w.users[user]
	if u == nil || u.TeamID != w.cfg.Team.ID {
		return refuse(http.StatusForbidden, "not_allowed", "shortcuts are for members of %s", w.cfg.Team.Name)
	}
	if kind == "global" {
		p := w.interaction("shortcut", user)
		p["callback_id"], p["action_ts"], p["trigger_id"] = callbackID, w.timestamp(), w.newTrigger(user, "")
		w.interactive("shortcut", p, nil)
		return nil
	}
	return w.messageShortcut(user, channel, ts, callbackID)
}

// messageShortcut hands the message itself to the app. The response_url answers beside the
// message: it is not the app's, so it can be neither replaced nor deleted.
func (w *Workspace) messageShortcut(user, channel, ts, callbackID string) error {
	ch, m, err := w.at(user, channel, ts)
	if err != nil {
		return err
	}
	if m.Ephemeral || m.Subtype == subtypeTombstone {
		return refuse(http.StatusBadRequest, "no_shortcut_here", "this message takes no shortcuts")
	}
	p := w.interaction("message_action", user)
	p["callback_id"], p["action_ts"], p["message_ts"] = callbackID, w.timestamp(), m.TS
	p["channel"] = map[string]any{"id": ch.ID, "name": channelLabel(ch)}
	p["message"] = w.wire(m, false)
	p["trigger_id"] = w.newTrigger(user, "")
	p["response_url"] = w.newResponseURL(ch, user, nil)
	w.interactive("message_action", p, func() { w.notice(ch, user, "", "The app did not react to the shortcut in time.") })
	return nil
}

// Home opens the app's Home tab as user; with tab "messages" its Messages tab.
func (w *Workspace) Home(user, tab string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, ch, err := w.seen(user, user)
	if err != nil {
		return err
	}
	w.homeEvent(ch, user, cmp.Or(tab, "home"))
	return nil
}

// StopSession presses stop in a thread as user.
func (w *Workspace) StopSession(user, channel, thread string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, ch, err := w.place(user, channel)
	if err != nil {
		return err
	}
	w.stoppedEvent(ch, user, thread)
	return nil
}
