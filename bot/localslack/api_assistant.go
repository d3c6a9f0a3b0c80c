package localslack

import (
	"encoding/json"
	"strings"
)

// Status is what the app shows while it works in a thread.
type Status struct {
	Channel  string   `json:"channel"`
	ThreadTS string   `json:"thread_ts"`
	Status   string   `json:"status"`
	Loading  []string `json:"loading_messages,omitempty"`

	stop chan struct{}
}

// Prompts are the questions that the app suggests in direct messages.
type Prompts struct {
	Channel  string   `json:"channel"`
	ThreadTS string   `json:"thread_ts,omitempty"`
	Title    string   `json:"title,omitempty"`
	Prompts  []Prompt `json:"prompts"`
}

// Prompt is one suggested question.
type Prompt struct {
	Title   string `json:"title"`
	Message string `json:"message"`
}

// The most loading messages and prompts that Slack takes.
const (
	maxLoading = 10
	maxPrompts = 4
)

func threadKey(channel, thread string) string { return channel + "/" + thread }

// assistantPlace finds channel and thread of an assistant call.
func (w *Workspace) assistantPlace(req *request) (*channel, string, *failure) {
	ch := w.channels[req.text("channel_id")]
	if ch == nil || !ch.has(w.cfg.App.BotUserID) {
		return nil, "", fail("channel_not_found")
	}
	ts := req.text("thread_ts")
	if f := ch.thread(ts); f != nil {
		return nil, "", f
	}
	return ch, ts, nil
}

// setStatus takes an empty status as "clear", which is why it is not a required argument.
func setStatus(w *Workspace, req *request) (reply, *failure) {
	if _, given := req.args["status"]; !given {
		return nil, invalid("missing required field: status")
	}
	ch, ts, f := w.assistantPlace(req)
	if f != nil {
		return nil, f
	}
	s := Status{Channel: ch.ID, ThreadTS: ts, Status: req.text("status")}
	if s.Loading = req.list("loading_messages"); len(s.Loading) > maxLoading {
		return nil, invalid("no more than 10 items allowed [json-pointer:/loading_messages]")
	}
	w.sessions[threadKey(ch.ID, ts)] = sessionActive
	if s.Status == "" {
		w.endStatus(ch.ID, ts)
		return nil, nil
	}
	w.sessions[threadKey(ch.ID, ts)] = sessionProcessing
	w.showStatus(ch, s)
	return nil, nil
}

// showStatus shows s until the app replies, or for the life of a status.
func (w *Workspace) showStatus(ch *channel, s Status) {
	w.endStatus(s.Channel, s.ThreadTS)
	s.stop = make(chan struct{})
	w.status[threadKey(s.Channel, s.ThreadTS)] = s
	w.after(w.cfg.Timing.StatusLife, s.stop, func() { w.endStatus(s.Channel, s.ThreadTS) })
	w.publish(update{Type: "status", Channel: ch.ID, ThreadTS: s.ThreadTS, Status: &s}, w.audience(ch))
	w.touch()
}

// list reads a list of strings: a JSON array, or text with commas, as some clients send it.
func (req *request) list(name string) []string {
	raw := req.raw(name)
	if raw == nil {
		return nil
	}
	var list []string
	if json.Unmarshal(raw, &list) == nil {
		return list
	}
	return strings.Split(req.text(name), ",")
}

// endStatus clears a status, if there is one: the app replied, cleared it or was too slow.
func (w *Workspace) endStatus(channel, thread string) {
	key := threadKey(channel, thread)
	s, ok := w.status[key]
	if !ok {
		return
	}
	close(s.stop)
	delete(w.status, key)
	w.publish(update{Type: "status", Channel: channel, ThreadTS: thread, Status: &Status{Channel: channel, ThreadTS: thread}}, w.audience(w.channels[channel]))
	w.touch()
}

func setPrompts(w *Workspace, req *request) (reply, *failure) {
	ch, ts, f := w.assistantPlace(req)
	if f != nil {
		return nil, f
	}
	p := Prompts{Channel: ch.ID, ThreadTS: ts, Title: req.text("title")}
	if json.Unmarshal(req.raw("prompts"), &p.Prompts) != nil || len(p.Prompts) == 0 || len(p.Prompts) > maxPrompts {
		return nil, invalid("prompts must hold one to four objects with title and message")
	}
	for _, x := range p.Prompts {
		if x.Title == "" || x.Message == "" {
			return nil, invalid("prompts must hold one to four objects with title and message")
		}
	}
	if w.cfg.AgentView && ts != "" {
		return nil, nil // Slack says ok and shows nothing
	}
	if !w.cfg.AgentView && ts == "" {
		return nil, invalid("missing required field: thread_ts")
	}
	w.prompts[threadKey(ch.ID, ts)] = p
	w.publish(update{Type: "prompts", Channel: ch.ID, ThreadTS: ts, Prompts: &p}, w.audience(ch))
	w.touch()
	return nil, nil
}

func setTitle(w *Workspace, req *request) (reply, *failure) {
	ch, ts, f := w.assistantPlace(req)
	if f != nil {
		return nil, f
	}
	w.titles[threadKey(ch.ID, ts)] = req.text("title")
	w.touch()
	return nil, nil
}

// Status returns the status shown in a thread; it is empty when there is none.
func (w *Workspace) Status(channel, thread string) Status {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.status[threadKey(channel, thread)]
}

// Prompts returns what the app suggests in a conversation, and Title what it
// called a thread.
func (w *Workspace) Prompts(channel, thread string) Prompts {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.prompts[threadKey(channel, thread)]
}

// Title returns what the app called a thread.
func (w *Workspace) Title(channel, thread string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.titles[threadKey(channel, thread)]
}
