package localslack

import (
	"slices"
	"time"
)

// The doors by which a question comes to the app.
const (
	DoorMention = "mention"
	DoorDirect  = "dm"
	DoorSlash   = "slash"
	DoorButton  = "button"
)

// The ways in which the app says something.
const (
	ByPost      = "chat.postMessage"
	ByEphemeral = "chat.postEphemeral"
	ByAck       = "ack"
	ByURL       = "response_url"
)

// A Question is something that a person asked the app, and what became of it, as the workspace saw
// it: a message that mentions the app or is written to it, a command, or the click of a button.
type Question struct {
	Door    string
	User    string
	Channel string
	TS      string // of the message; empty for commands and clicks
	Text    string // of the message or command; the action's value for a click
	Trigger string // the trigger_id of the command or click; empty for messages
	Asked   time.Time
	// Delivered is when the app first acknowledged it; zero if it never did.
	Delivered time.Time
	// Refused is why the workspace gave up delivering: dispatch_failed where no socket was open,
	// operation_timeout where nobody acknowledged in time. The asker of a command is told.
	Refused string
	// Unheard says that no socket was open when it was to be delivered first.
	Unheard bool
	Tries   []Try // to bring it to the app, oldest first
	Said    []Said

	ids []string // of what brought it
}

// Said is one thing that the app said to a question: in the thread of its message, to its user
// alone in that thread, in its user's direct messages with its id in the metadata, in its acknowledgement or at
// its response_url.
type Said struct {
	By      string
	Channel string
	TS      string
	Text    string
	At      time.Time
	// Unheard says that the app did not get the reply to its request: a fault took it.
	Unheard bool
}

// ledger is what was asked and what was said, by the workspace's own eyes.
type ledger struct {
	list  []*Question
	posts map[string]*Question // by channel and ts
	// brought are the questions by what the app knows them by: the ids of their events, or their trigger_id.
	brought map[string]*Question
	strays  []Said
}

func (l *ledger) ask(q *Question) *Question {
	q.Asked = time.Now()
	l.list = append(l.list, q)
	l.bring(q.Trigger, q)
	if q.TS != "" {
		if l.posts == nil {
			l.posts = map[string]*Question{}
		}
		l.posts[q.Channel+" "+q.TS] = q
	}
	return q
}

// settle returns what to call when the fate of a delivery is known.
func (q *Question) settle(acked bool, why string) {
	if q == nil {
		return
	}
	if !acked {
		q.Refused = why
	} else if q.Delivered.IsZero() {
		q.Delivered = time.Now()
	}
}

func (q *Question) say(by string, m *Message) {
	if q != nil {
		q.Said = append(q.Said, Said{By: by, Channel: m.Channel, TS: m.TS, Text: m.Text, At: time.Now()})
	}
}

// missed notes that the app did not hear that its last message was taken.
func (q *Question) missed() {
	if q != nil && len(q.Said) > 0 {
		q.Said[len(q.Said)-1].Unheard = true
	}
}

// unheard notes that the app did not hear that its message was taken.
func (l *ledger) unheard(channel, ts string) {
	for _, q := range slices.Backward(l.list) {
		for i := range q.Said {
			if s := &q.Said[i]; s.Channel == channel && s.TS == ts {
				s.Unheard = true
				return
			}
		}
	}
}

// collect takes the questions out that were asked before a time.
func (l *ledger) collect(before time.Time) []Question {
	n := 0
	for n < len(l.list) && l.list[n].Asked.Before(before) {
		n++
	}
	out := make([]Question, n)
	for i, q := range l.list[:n] {
		out[i] = q.clone()
		for _, id := range q.ids {
			delete(l.brought, id)
		}
		if l.posts[q.Channel+" "+q.TS] == q {
			delete(l.posts, q.Channel+" "+q.TS)
		}
	}
	l.list = slices.Delete(l.list, 0, n)
	return out
}

// Ledger returns every question asked so far with all that was said to it, oldest first. Several
// questions in one thread are told apart no further: what is said there counts for its first message.
func (w *Workspace) Ledger() []Question {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := make([]Question, len(w.ledger.list))
	for i, q := range w.ledger.list {
		out[i] = q.clone()
	}
	return out
}

// Collect takes the questions asked before a time out of the ledger, so that a long run can judge
// them and let go of them. What is said to them later is noted nowhere.
func (w *Workspace) Collect(before time.Time) []Question {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.ledger.collect(before)
}

// asked notes a message of a person that the app is to answer. The caller holds w.mu.
func (w *Workspace) asked(ch *channel, m *Message) {
	bot := w.cfg.App.BotUserID
	door := DoorMention
	switch {
	case m.Bot || !ch.has(bot) || m.ThreadTS != "":
		return
	case ch.Kind == Direct:
		door = DoorDirect
	case !mentions(m.Text, bot):
		return
	}
	w.ledger.ask(&Question{Door: door, User: m.User, Channel: ch.ID, TS: m.TS, Text: m.Text})
}

// question finds what an event is about: a message that was asked. The caller holds w.mu.
func (w *Workspace) question(event map[string]any) *Question {
	channel, _ := event["channel"].(string)
	ts, _ := event["ts"].(string)
	if _, changed := event["subtype"]; changed {
		return nil
	}
	return w.ledger.posts[channel+" "+ts]
}

// missed notes that the app never gets the reply to a call, which may have been a post.
func (w *Workspace) missed(body reply) {
	channel, _ := body["channel"].(string)
	ts, _ := body["ts"].(string)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ledger.unheard(channel, ts)
}
