package localslack

import (
	"slices"
	"strings"
)

// maxPage is the longest list that one call gives, but for messages.
const maxPage = 1000

// scopeFor returns the scope of one family (read or history) that fits a channel.
func scopeFor(ch *channel, family string) string {
	switch ch.Kind {
	case Private:
		return "groups:" + family
	case Direct:
		return "im:" + family
	}
	return "channels:" + family
}

// visible finds a channel for reading and checks the scope that fits its kind.
func (w *Workspace) visible(id, family string) (*channel, *failure) {
	ch := w.channels[id]
	if ch == nil || !w.sees(w.cfg.App.BotUserID, ch) {
		return nil, fail("channel_not_found")
	}
	return ch, w.allowed([]string{scopeFor(ch, family)}, false)
}

// channelObject is a channel as conversations.info gives it.
func (w *Workspace) channelObject(ch *channel) reply {
	o := reply{"id": ch.ID, "created": 0, "is_archived": ch.Archived, "is_im": ch.Kind == Direct, "context_team_id": w.cfg.Team.ID, "is_org_shared": false}
	if ch.Kind == Direct {
		o["user"], o["is_open"] = ch.Members[0], true
		return o
	}
	o["name"], o["name_normalized"] = ch.Name, ch.Name
	o["is_channel"], o["is_group"] = ch.Kind != Private, false
	o["is_private"], o["is_mpim"] = ch.Kind == Private, false
	o["is_general"] = ch.Name == "general"
	o["is_shared"], o["is_ext_shared"], o["is_pending_ext_shared"] = ch.extShared(), ch.extShared(), false
	o["is_member"] = ch.has(w.cfg.App.BotUserID)
	o["topic"] = reply{"value": ch.Topic, "creator": "", "last_set": 0}
	o["purpose"] = reply{"value": "", "creator": "", "last_set": 0}
	return o
}

func conversationsInfo(w *Workspace, req *request) (reply, *failure) {
	ch, f := w.visible(req.text("channel"), "read")
	if f != nil {
		return nil, f
	}
	o := w.channelObject(ch)
	if req.flag("include_num_members") {
		o["num_members"] = len(ch.Members)
	}
	return reply{"channel": o}, nil
}

// listed returns the channels of the asked types, each with its scope checked.
func (w *Workspace) listed(req *request, keep func(*channel) bool) ([]*channel, *failure) {
	types := req.text("types")
	if types == "" {
		types = "public_channel"
	}
	families := map[string]string{"public_channel": "channels:read", "private_channel": "groups:read", "im": "im:read", "mpim": "mpim:read"}
	kinds := map[string]bool{}
	for t := range strings.SplitSeq(types, ",") {
		t = strings.TrimSpace(t)
		if families[t] == "" {
			return nil, fail("invalid_types")
		}
		if f := w.allowed([]string{families[t]}, false); f != nil {
			return nil, f
		}
		kinds[families[t]] = true
	}
	var out []*channel
	for _, id := range w.order {
		ch := w.channels[id]
		if kinds[scopeFor(ch, "read")] && keep(ch) && !(ch.Archived && req.flag("exclude_archived")) {
			out = append(out, ch)
		}
	}
	return out, nil
}

func (w *Workspace) channelPage(req *request, list []*channel) (reply, *failure) {
	list, next, f := page(req, list, maxPage, maxPage)
	if f != nil {
		return nil, f
	}
	objects := make([]reply, len(list))
	for i, ch := range list {
		objects[i] = w.channelObject(ch)
	}
	return reply{"channels": objects, "response_metadata": cursor(next)}, nil
}

func conversationsList(w *Workspace, req *request) (reply, *failure) {
	bot := w.cfg.App.BotUserID
	list, f := w.listed(req, func(ch *channel) bool { return w.sees(bot, ch) })
	if f != nil {
		return nil, f
	}
	return w.channelPage(req, list)
}

func usersConversations(w *Workspace, req *request) (reply, *failure) {
	bot := w.cfg.App.BotUserID
	user := req.text("user")
	if user == "" {
		user = bot
	}
	if w.users[user] == nil {
		return nil, invalid("user names nobody of the workspace")
	}
	list, f := w.listed(req, func(ch *channel) bool { return ch.has(user) && w.sees(bot, ch) })
	if f != nil {
		return nil, f
	}
	return w.channelPage(req, list)
}

func conversationsMembers(w *Workspace, req *request) (reply, *failure) {
	ch, f := w.visible(req.text("channel"), "read")
	if f != nil {
		return nil, f
	}
	members, next, f := page(req, ch.Members, maxPage, maxPage)
	if f != nil {
		return nil, f
	}
	return reply{"members": members, "response_metadata": cursor(next)}, nil
}

// conversationsOpen opens direct messages with one person. Group messages are not made here.
func conversationsOpen(w *Workspace, req *request) (reply, *failure) {
	ch := w.channels[req.text("channel")]
	if users := req.text("users"); users != "" {
		ids := strings.Split(users, ",")
		if len(ids) > 1 {
			return nil, fail("too_many_users")
		}
		if w.users[ids[0]] == nil {
			return nil, fail("user_not_found")
		}
		ch = w.channels["D"+ids[0][1:]]
	} else if !req.has("channel") {
		return nil, fail("users_list_not_supplied")
	}
	if ch == nil || ch.Kind != Direct {
		return nil, fail("channel_not_found")
	}
	if req.flag("return_im") {
		return reply{"no_op": true, "already_open": true, "channel": w.channelObject(ch)}, nil
	}
	return reply{"no_op": true, "already_open": true, "channel": reply{"id": ch.ID}}, nil
}

func conversationsJoin(w *Workspace, req *request) (reply, *failure) {
	ch := w.channels[req.text("channel")]
	bot := w.cfg.App.BotUserID
	switch {
	case ch == nil || !w.sees(bot, ch):
		return nil, fail("channel_not_found")
	case ch.Kind == Direct || ch.Kind == Private:
		return nil, fail("method_not_supported_for_channel_type")
	case ch.Archived:
		return nil, fail("is_archived")
	}
	if ch.has(bot) {
		return reply{"channel": w.channelObject(ch), "warning": "already_in_channel", "response_metadata": reply{"warnings": []string{"already_in_channel"}}}, nil
	}
	w.join(ch, bot, "")
	return reply{"channel": w.channelObject(ch)}, nil
}

// join makes user a member and tells page and app.
func (w *Workspace) join(ch *channel, user, inviter string) {
	if ch.has(user) {
		return
	}
	ch.Members = append(ch.Members, user)
	w.publish(update{Type: "channel", Channel: ch.ID}, w.audience(ch))
	w.joinedEvent(ch, user, inviter)
	w.touch()
}

// leaveChannel takes user out of a channel.
func (w *Workspace) leaveChannel(ch *channel, user string) {
	if !ch.has(user) {
		return
	}
	to := w.audience(ch)
	if ch.has(w.cfg.App.BotUserID) {
		w.emitMember(ch, w.memberEvent(ch, user, "member_left_channel"))
	}
	ch.Members = slices.DeleteFunc(ch.Members, func(m string) bool { return m == user })
	w.publish(update{Type: "channel", Channel: ch.ID}, func(u string) bool { return u == user || to(u) })
	w.touch()
}
