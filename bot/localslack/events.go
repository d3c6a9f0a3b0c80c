package localslack

import (
	"encoding/json"
	"slices"
)

// eventScopes says which scope the app needs for each event; without it, or
// without a subscription, the event is not sent. app_home_opened needs none.
func eventScope(name string) string {
	switch name {
	case "app_mention":
		return "app_mentions:read"
	case "message.im":
		return "im:history"
	case "message.channels":
		return "channels:history"
	case "message.groups":
		return "groups:history"
	case "reaction_added", "reaction_removed":
		return "reactions:read"
	case "user_change":
		return "users:read"
	case "agent_session_stopped":
		return "assistant:write"
	}
	return ""
}

// subscribed reports whether the app gets an event.
func (w *Workspace) subscribed(name string) bool { return w.hears(name, eventScope(name)) }

// hears reports whether the app is subscribed to an event and has the scope for it.
func (w *Workspace) hears(name, scope string) bool {
	return slices.Contains(w.cfg.Events, name) && (scope == "" || slices.Contains(w.cfg.Scopes, scope))
}

// emit delivers one event about ch. The caller holds w.mu.
func (w *Workspace) emit(ch *channel, event map[string]any) {
	team, app := w.cfg.Team.ID, w.cfg.App
	id := w.id("Ev")
	payload := map[string]any{
		"token": "local", "team_id": team, "context_team_id": team, "context_enterprise_id": nil, "api_app_id": app.ID,
		"event": event, "type": "event_callback", "event_id": id, "event_time": w.cfg.Now().Unix(),
		"authorizations":        []any{map[string]any{"enterprise_id": nil, "team_id": team, "user_id": app.BotUserID, "is_bot": true, "is_enterprise_install": false}},
		"is_ext_shared_channel": ch != nil && ch.extShared(),
		"event_context":         "4-" + w.id(""),
	}
	if w.faults.planned("new fields") {
		payload["new_field"] = map[string]any{"a": []any{1, nil}}
		event["new_field"], event["new_list"] = payload["new_field"], []any{"x", 2}
	}
	typ, _ := event["type"].(string)
	q := w.question(event)
	w.ledger.bring(id, q)
	w.deliver(outgoing{kind: kindEvent, typ: typ, eventID: id, payload: mustJSON(payload), asked: q, done: func(_ json.RawMessage, acked bool) {
		q.settle(acked, "given up")
	}})
}

// channelType is the channel_type of message events, and the subscription they need.
func channelType(ch *channel) (short, subscription string) {
	switch ch.Kind {
	case Direct:
		return "im", "message.im"
	case Private:
		return "group", "message.groups"
	}
	return "channel", "message.channels"
}

// messageEvent tells the app of a new message, or of a changed one where
// before is not nil.
func (w *Workspace) messageEvent(ch *channel, m, before *Message) {
	bot := w.cfg.App.BotUserID
	if m.Ephemeral || !ch.has(bot) {
		return
	}
	short, subscription := channelType(ch)
	own := m.BotID == w.cfg.App.BotID
	mention := ch.Kind != Direct && !own && mentions(m.Text, bot) && (before == nil || !mentions(before.Text, bot))
	if mention && w.subscribed("app_mention") {
		w.emit(ch, w.mentionEvent(ch, m))
	}
	if !w.subscribed(subscription) && !(mention && w.faults.is(&w.faults.mentionTwo)) {
		return
	}
	if before != nil {
		w.emit(ch, w.changedEvent(ch, m, before, short))
		return
	}
	w.emit(ch, w.eventOf(ch, m, short))
}

// eventOf is the message event of m.
func (w *Workspace) eventOf(ch *channel, m *Message, short string) map[string]any {
	e := w.wire(m, true)
	e["channel"], e["channel_type"], e["event_ts"] = ch.ID, short, m.TS
	if ch.extShared() && m.team != "" {
		e["user_team"], e["source_team"] = m.team, m.team
	}
	return e
}

// mentionEvent is the app_mention event of m.
func (w *Workspace) mentionEvent(ch *channel, m *Message) map[string]any {
	e := w.eventOf(ch, m, "")
	e["type"] = "app_mention"
	delete(e, "channel_type")
	return e
}

func (w *Workspace) changedEvent(ch *channel, m, before *Message, short string) map[string]any {
	now, was, ts := w.wire(m, true), w.wire(before, true), w.timestamp()
	return map[string]any{
		"type": "message", "subtype": "message_changed", "hidden": true, "channel": ch.ID, "channel_type": short,
		"message": now, "previous_message": was, "ts": ts, "event_ts": ts,
	}
}

// deletedEvent tells the app that m is gone.
func (w *Workspace) deletedEvent(ch *channel, m *Message) {
	short, subscription := channelType(ch)
	if m.Ephemeral || !ch.has(w.cfg.App.BotUserID) || !w.subscribed(subscription) {
		return
	}
	ts := w.timestamp()
	w.emit(ch, map[string]any{
		"type": "message", "subtype": "message_deleted", "hidden": true, "channel": ch.ID, "channel_type": short,
		"deleted_ts": m.TS, "previous_message": w.wire(m, true), "ts": ts, "event_ts": ts,
	})
}

func (w *Workspace) reactionEvent(ch *channel, m *Message, user, name, typ string) {
	if !ch.has(w.cfg.App.BotUserID) || !w.subscribed(typ) {
		return
	}
	w.emit(ch, map[string]any{
		"type": typ, "user": user, "reaction": name, "item_user": m.User, "event_ts": w.timestamp(),
		"item": map[string]any{"type": "message", "channel": ch.ID, "ts": m.TS},
	})
}

// joinedEvent tells the app of a new member, and, where that is the app itself,
// of the mentions that waited for it.
func (w *Workspace) joinedEvent(ch *channel, user, inviter string) {
	bot := w.cfg.App.BotUserID
	if ch.has(bot) {
		e := w.memberEvent(ch, user, "member_joined_channel")
		if inviter != "" {
			e["inviter"] = inviter
		}
		w.emitMember(ch, e)
	}
	if user != bot {
		return
	}
	for _, ts := range sortedKeys(ch.pending) {
		if m := ch.message(ts); m != nil && w.subscribed("app_mention") {
			w.asked(ch, m)
			w.emit(ch, w.mentionEvent(ch, m))
		}
	}
	clear(ch.pending)
}

// memberEvent is the event of someone who comes or goes.
func (w *Workspace) memberEvent(ch *channel, user, typ string) map[string]any {
	kind := "C"
	if ch.Kind == Private {
		kind = "G"
	}
	return map[string]any{"type": typ, "user": user, "channel": ch.ID, "channel_type": kind, "team": w.cfg.Team.ID, "event_ts": w.timestamp()}
}

// emitMember sends such an event; its scope follows the kind of channel.
func (w *Workspace) emitMember(ch *channel, event map[string]any) {
	if name, _ := event["type"].(string); w.hears(name, scopeFor(ch, "read")) {
		w.emit(ch, event)
	}
}

// homeEvent tells the app that user opened its Home or Messages tab.
func (w *Workspace) homeEvent(ch *channel, user, tab string) {
	if !w.subscribed("app_home_opened") {
		return
	}
	e := map[string]any{"type": "app_home_opened", "user": user, "channel": ch.ID, "tab": tab, "event_ts": w.timestamp()}
	if v := w.homes[user]; v != nil && tab == "home" {
		e["view"] = v.object(w)
	}
	w.emit(ch, e)
}

// stoppedEvent tells the app that user pressed stop in a thread.
func (w *Workspace) stoppedEvent(ch *channel, user, thread string) {
	if !w.subscribed("agent_session_stopped") {
		return
	}
	w.emit(ch, map[string]any{
		"type": "agent_session_stopped", "user": user, "channel": ch.ID, "thread_ts": thread,
		"streaming_message_ts": []string{}, "event_ts": w.timestamp(),
	})
}
