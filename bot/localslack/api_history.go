package localslack

import "slices"

// Page sizes of conversations.history and conversations.replies.
const (
	defaultHistory = 100
	maxHistory     = 999
)

// inWindow keeps the messages between oldest and latest.
func inWindow(req *request, list []*Message) ([]*Message, *failure) {
	oldest, latest, inclusive := req.text("oldest"), req.text("latest"), req.flag("inclusive")
	for _, edge := range []struct{ ts, code string }{{oldest, "invalid_ts_oldest"}, {latest, "invalid_ts_latest"}} {
		if edge.ts != "" && edge.ts != "0" && !validTS(edge.ts) {
			return nil, fail(edge.code)
		}
	}
	var out []*Message
	for _, m := range list {
		after := oldest == "" || m.TS > oldest || inclusive && m.TS == oldest
		before := latest == "" || m.TS < latest || inclusive && m.TS == latest
		if after && before {
			out = append(out, m)
		}
	}
	return out, nil
}

// readable finds a channel whose messages the bot may read.
func (w *Workspace) readable(id string) (*channel, *failure) {
	ch, f := w.visible(id, "history")
	if f == nil && !ch.has(w.cfg.App.BotUserID) {
		return nil, fail("not_in_channel")
	}
	return ch, f
}

func (w *Workspace) messagePage(req *request, list []*Message) (reply, *failure) {
	list, next, f := page(req, list, defaultHistory, maxHistory)
	if f != nil {
		return nil, f
	}
	messages := make([]map[string]any, len(list))
	for i, m := range list {
		messages[i] = w.wire(m, req.flag("include_all_metadata"))
	}
	out := reply{"messages": messages, "has_more": next != ""}
	if next != "" {
		out["response_metadata"] = cursor(next)
	}
	return out, nil
}

// conversationsHistory gives a channel's messages, newest first, without replies.
func conversationsHistory(w *Workspace, req *request) (reply, *failure) {
	ch, f := w.readable(req.text("channel"))
	if f != nil {
		return nil, f
	}
	list, f := inWindow(req, ch.msgs)
	if f != nil {
		return nil, f
	}
	list = slices.DeleteFunc(slices.Clone(list), func(m *Message) bool {
		return m.ThreadTS != "" && m.ThreadTS != m.TS && !m.Broadcast
	})
	slices.Reverse(list)
	out, f := w.messagePage(req, list)
	if f == nil {
		out["pin_count"] = 0
	}
	return out, f
}

// conversationsReplies gives a thread, its first message first. Asked with the
// ts of a reply it gives that reply alone.
func conversationsReplies(w *Workspace, req *request) (reply, *failure) {
	ch, f := w.readable(req.text("channel"))
	if f != nil {
		return nil, f
	}
	parent := ch.message(req.text("ts"))
	if parent == nil {
		return nil, fail("thread_not_found")
	}
	var replies []*Message
	for _, m := range ch.msgs {
		if m.ThreadTS == parent.TS && m != parent {
			replies = append(replies, m)
		}
	}
	replies, f = inWindow(req, replies)
	if f != nil {
		return nil, f
	}
	return w.messagePage(req, slices.Concat([]*Message{parent}, replies))
}
