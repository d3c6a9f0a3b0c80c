package localslack

import (
	"regexp"
	"slices"
)

var emojiName = regexp.MustCompile(`^[\pL\pN_+'-]+(::skin-tone-[2-6])?$`)

// reactionItem finds the message that a reaction call means.
func (w *Workspace) reactionItem(req *request) (*channel, *Message, *failure) {
	ts := req.text("timestamp")
	if !req.has("channel") || ts == "" {
		return nil, nil, fail("no_item_specified")
	}
	if !validTS(ts) {
		return nil, nil, fail("bad_timestamp")
	}
	ch := w.channels[req.text("channel")]
	if ch == nil || !w.sees(w.cfg.App.BotUserID, ch) {
		return nil, nil, fail("channel_not_found")
	}
	m := ch.message(ts)
	if m == nil {
		return nil, nil, fail("message_not_found")
	}
	return ch, m, nil
}

func reactionsAdd(w *Workspace, req *request) (reply, *failure) {
	ch, m, f := w.reactionItem(req)
	if f != nil {
		return nil, f
	}
	if ch.Archived {
		return nil, fail("is_archived")
	}
	if !emojiName.MatchString(req.text("name")) {
		return nil, fail("invalid_name")
	}
	if !w.react(ch, m, w.cfg.App.BotUserID, req.text("name")) {
		return nil, fail("already_reacted")
	}
	return nil, nil
}

func reactionsRemove(w *Workspace, req *request) (reply, *failure) {
	ch, m, f := w.reactionItem(req)
	if f != nil {
		return nil, f
	}
	if !emojiName.MatchString(req.text("name")) {
		return nil, fail("invalid_name")
	}
	if !w.unreact(ch, m, w.cfg.App.BotUserID, req.text("name")) {
		return nil, fail("no_reaction")
	}
	return nil, nil
}

func reactionsGet(w *Workspace, req *request) (reply, *failure) {
	ch, m, f := w.reactionItem(req)
	if f != nil {
		return nil, f
	}
	return reply{"type": "message", "channel": ch.ID, "message": w.wire(m, false)}, nil
}

// react adds one reaction; it reports false where the user had added it before.
func (w *Workspace) react(ch *channel, m *Message, user, name string) bool {
	i := slices.IndexFunc(m.Reactions, func(r Reaction) bool { return r.Name == name })
	if i < 0 {
		m.Reactions = append(m.Reactions, Reaction{Name: name})
		i = len(m.Reactions) - 1
	}
	r := &m.Reactions[i]
	if slices.Contains(r.Users, user) {
		return false
	}
	r.Users = append(r.Users, user)
	r.Count = len(r.Users)
	w.publish(update{Type: "reaction", Channel: ch.ID, Message: m}, w.audience(ch))
	w.reactionEvent(ch, m, user, name, "reaction_added")
	w.touch()
	return true
}

// unreact takes one reaction away; it reports false where there was none.
func (w *Workspace) unreact(ch *channel, m *Message, user, name string) bool {
	i := slices.IndexFunc(m.Reactions, func(r Reaction) bool { return r.Name == name && slices.Contains(r.Users, user) })
	if i < 0 {
		return false
	}
	r := &m.Reactions[i]
	r.Users = slices.DeleteFunc(r.Users, func(u string) bool { return u == user })
	r.Count = len(r.Users)
	if r.Count == 0 {
		m.Reactions = slices.Delete(m.Reactions, i, i+1)
	}
	w.publish(update{Type: "reaction", Channel: ch.ID, Message: m}, w.audience(ch))
	w.reactionEvent(ch, m, user, name, "reaction_removed")
	w.touch()
	return true
}
