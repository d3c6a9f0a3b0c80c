package bot

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"verbatim/bot/localslack"
)

// silenceEvents is how many events the stream of TestSilenceCount has.
const silenceEvents = 5000

// A stream is a random sequence of everything that can happen in a workspace. It keeps count of the
// replies that are due: one in the thread of each direct question, or to each command, and no other.
type stream struct {
	*world
	bot  *runningBot
	rng  *rand.Rand
	n    int
	due  map[string]int // by channel and thread, or by channel and user for commands
	dms  []place        // direct messages with one answer, which can be changed and deleted
	open []place        // threads in channels with an answer
	last []Envelope     // the newest of those injected, to be repeated
}

// TestSilenceCount lets 5,000 things happen and then counts: each direct question has exactly one visible
// reply, and nothing else has any.
func TestSilenceCount(t *testing.T) {
	inWorld(t, func(c *localslack.Config) {
		agentView(c)
		c.Events = append(c.Events, "reaction_added", "reaction_removed", "member_joined_channel")
		c.Scopes = append(c.Scopes, "reactions:read", "channels:read")
		c.Users = append(c.Users, localslack.User{ID: "U0OTHERBOT", Name: "otherbot", BotID: "B0OTHER"})
		for i := range c.Channels {
			c.Channels[i].Members = append(slices.Clone(c.Channels[i].Members), "U0OTHERBOT")
		}
	}, func(w *world) {
		s := &stream{world: w, bot: w.start(), rng: rand.New(rand.NewPCG(4, 2026)), due: map[string]int{}}
		happenings := s.happenings()
		for s.n = range silenceEvents {
			happenings[s.rng.IntN(len(happenings))]()
			if s.n%20 == 0 {
				w.pass(25 * time.Second)
			}
		}
		w.pass(5 * time.Minute)
		s.count()
		w.wantAcked()
		if strings.Contains(w.log.String(), "panic") {
			t.Error("there was a panic")
		}
		s.bot.mustStop()
		wantClosed(t, w)
	})
}

// count compares what is due with what stands.
func (s *stream) count() {
	s.t.Helper()
	stands := map[string]int{}
	for _, channel := range s.places() {
		for _, m := range s.answers(channel) {
			if m.User == localslack.Bot {
				stands[channel+" "+m.ThreadTS]++
			}
		}
		for _, u := range s.people() {
			for _, m := range s.slack.Whispers(u, channel) {
				if m.User == localslack.Bot {
					stands[channel+" "+u]++
				}
			}
		}
	}
	asked, wrong := 0, 0
	for key := range union(s.due, stands) {
		asked += s.due[key]
		if s.due[key] != stands[key] {
			if wrong++; wrong < 10 {
				s.t.Errorf("%s: %d replies, %d are due", key, stands[key], s.due[key])
			}
		}
	}
	s.t.Logf("%d events, %d direct questions with a reply that stands, %d places wrong", silenceEvents, asked, wrong)
	if asked < silenceEvents/5 || asked > silenceEvents*4/5 {
		s.t.Errorf("%d direct questions among %d events: the stream is one-sided", asked, silenceEvents)
	}
}

func union(a, b map[string]int) map[string]bool {
	all := map[string]bool{}
	for _, m := range []map[string]int{a, b} {
		for k := range maps.Keys(m) {
			all[k] = true
		}
	}
	return all
}

func (s *stream) people() []string {
	return []string{localslack.Ada, localslack.Grace, localslack.Linus, localslack.Mei}
}

func (s *stream) places() []string {
	all := []string{localslack.General, localslack.News, localslack.Leaders, localslack.Partners, localslack.Random}
	for _, u := range s.people() {
		all = append(all, s.slack.DM(u))
	}
	return all
}

func one[T any](s *stream, list []T) T { return list[s.rng.IntN(len(list))] }

func (s *stream) user() string    { return one(s, s.people()) }
func (s *stream) channel() string { return one(s, []string{localslack.General, localslack.News}) }

// words are what people write: questions, and what is none.
func (s *stream) words() string {
	return one(s, []string{
		laptopQuestion, laptopQuestion + " Where is it?", "and why?", "what about chargers?", "help", "hello", "thanks!", ":tada:", "👍", "?", ".",
		"laptop", "```x := 1?\ny```", "<!channel> who?", "@here", strings.Repeat("word? ", 700), fmt.Sprintf("Question %d?", s.n), "Wer ist das?",
	})
}

// happenings are all that can happen. Those that are direct questions stand more than once.
func (s *stream) happenings() []func() {
	return []func(){
		s.mention, s.mention, s.mention, s.direct, s.direct, s.direct, s.reply, s.command, s.oddQuestion, s.oddQuestion, s.attachment,
		s.talk, s.talkInThread, s.otherBot, s.edit, s.delete, s.react, s.move, s.home, s.stop, s.repeat, s.odd, s.odd, s.odd,
	}
}

func (s *stream) expect(channel, thread string) { s.due[channel+" "+thread]++ }

func (s *stream) mention() {
	c := s.channel()
	ts := s.say(s.user(), c, one(s, []string{"@verbatim " + s.words(), s.words() + " @verbatim", "@verbatim"}))
	s.expect(c, ts)
	s.open = append(s.open, place{channel: c, thread: ts})
}

func (s *stream) direct() {
	u := s.user()
	c := s.slack.DM(u)
	ts := s.say(u, c, s.words())
	s.expect(c, ts)
	s.dms = append(s.dms, place{channel: c, ts: ts, thread: u})
}

func (s *stream) attachment() {
	u := s.user()
	c := s.slack.DM(u)
	ts, err := s.slack.Post(localslack.SayArgs{As: u, Channel: c, Text: one(s, []string{"", laptopQuestion}), Files: []localslack.File{{ID: fmt.Sprintf("F%d", s.n), Name: "a.png"}}})
	s.must(err)
	s.expect(c, ts)
}

func (s *stream) reply() {
	if len(s.open) == 0 {
		return
	}
	p := one(s, s.open)
	_, err := s.slack.Post(localslack.SayArgs{As: s.user(), Channel: p.channel, ThreadTS: p.thread, Text: "@verbatim " + s.words(), Broadcast: s.rng.IntN(4) == 0})
	s.must(err)
	s.expect(p.channel, p.thread)
}

func (s *stream) command() {
	u, c := s.user(), s.channel()
	s.must(s.slack.Slash(u, c, "/ask", s.words()))
	s.expect(c, u)
}

func (s *stream) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// What calls for no reply.

func (s *stream) talk() { s.say(s.user(), s.channel(), s.words()) }

func (s *stream) talkInThread() {
	if len(s.open) > 0 {
		p := one(s, s.open)
		_, err := s.slack.Reply(s.user(), p.channel, p.thread, s.words())
		s.must(err)
	}
}

func (s *stream) otherBot() { s.say("U0OTHERBOT", s.channel(), "@verbatim "+s.words()) }

// edit changes a direct message: its answer is changed and stays one.
func (s *stream) edit() {
	if len(s.dms) > 0 {
		p := one(s, s.dms)
		s.must(s.slack.Edit(p.thread, p.channel, p.ts, s.words()))
	}
}

// delete takes a direct message away, and its answer goes.
func (s *stream) delete() {
	if len(s.dms) > 0 {
		i := s.rng.IntN(len(s.dms))
		p := s.dms[i]
		s.dms = slices.Delete(s.dms, i, i+1)
		s.must(s.slack.Delete(p.thread, p.channel, p.ts))
		delete(s.due, p.channel+" "+p.ts)
	}
}

func (s *stream) react() {
	if len(s.open) > 0 {
		p := one(s, s.open)
		_ = s.slack.React(s.user(), p.channel, p.thread, one(s, []string{"eyes", "tada"})) // refused when it is there
	}
}

func (s *stream) move() {
	if s.rng.IntN(2) == 0 {
		_ = s.slack.Leave(localslack.Linus, localslack.Random)
	} else {
		_ = s.slack.Join(localslack.Linus, localslack.Random)
	}
}

func (s *stream) home() { s.must(s.slack.Home(s.user(), one(s, []string{"home", "messages"}))) }

func (s *stream) stop() {
	u := s.user()
	s.must(s.slack.StopSession(u, s.slack.DM(u), "1.1"))
}

// inject hands the bot an envelope as the socket would.
func (s *stream) inject(e Envelope) {
	e.ID = fmt.Sprintf("odd-%d", s.n)
	s.bot.receive(s.t.Context(), e, func(any) error { return nil })
	if s.last = append(s.last, e); len(s.last) > 50 {
		s.last = s.last[1:]
	}
}

// repeat delivers again what was delivered before.
func (s *stream) repeat() {
	if len(s.last) > 0 {
		e := one(s, s.last)
		e.RetryAttempt, e.RetryReason = 1+s.rng.IntN(3), "timeout"
		s.bot.receive(s.t.Context(), e, func(any) error { return nil })
	}
}

// oddQuestion is a mention in an odd form: fields are missing, of another kind, or new.
func (s *stream) oddQuestion() {
	u, c := s.user(), s.channel()
	ts := s.say(u, c, "to be found odd")
	event := map[string]any{"type": "app_mention", "user": u, "channel": c, "ts": ts, "text": "<@" + localslack.Bot + "> " + s.words()}
	s.spoil(event, []string{"subtype", "hidden", "bot_id", "user", "channel", "ts", "type", "text", "thread_ts", "user_team", "source_team", "channel_type"})
	payload := map[string]any{"type": "event_callback", "event": event, "event_id": fmt.Sprintf("EvOdd%d", s.n)}
	if s.rng.IntN(3) == 0 {
		delete(payload, "event_id")
	}
	s.inject(Envelope{Type: typeEvent, Payload: raw(payload), RetryAttempt: s.rng.IntN(3)})
	s.expect(c, ts)
	s.open = append(s.open, place{channel: c, thread: ts})
}

// spoil puts odd values into an object, but not under some keys.
func (s *stream) spoil(object map[string]any, spare []string) {
	for range s.rng.IntN(5) {
		key := one(s, []string{"blocks", "edited", "files", "attachments", "client_msg_id", "team", "event_ts", "new_field", "metadata", "root",
			"subtype", "hidden", "bot_id", "user", "channel", "ts", "type", "text", "thread_ts", "user_team", "channel_type", "message", "previous_message"})
		if !slices.Contains(spare, key) {
			object[key] = one(s, []any{nil, 7, -1.5, true, "", "x", []any{}, []any{map[string]any{}}, map[string]any{"a": []any{1}}, strings.Repeat("z", 300)})
		}
	}
}

// odd is an envelope that asks nothing, whatever stands in it.
func (s *stream) odd() {
	u, c := s.user(), s.channel()
	event := map[string]any{"user": u, "channel": c, "ts": fmt.Sprintf("%d.%06d", 1000+s.n, s.n), "text": "<@" + localslack.Bot + "> " + laptopQuestion}
	kind := typeEvent
	var payload any = map[string]any{"type": "event_callback", "event": event, "event_id": fmt.Sprintf("EvOdd%d", s.n)}
	switch s.rng.IntN(10) {
	case 0: // a kind of event that is none of the bot's
		event["type"] = one(s, []string{"", "reaction_added", "channel_created", "team_join", "file_shared", "link_shared", "app_uninstalled", "pin_added", "future_event", "assistant_thread_started", "app_context_changed"})
	case 1: // a subtype that is no question
		event["type"], event["channel_type"], event["channel"] = "message", "im", s.slack.DM(u)
		event["subtype"] = one(s, []string{"bot_message", "channel_join", "channel_leave", "channel_topic", "me_message", "message_replied", "assistant_app_thread", "tombstone", "reminder_add", "ekm_access_denied", "huddle_thread"})
	case 2: // its own words
		event["type"], event["user"] = one(s, []string{"app_mention", "message"}), localslack.Bot
	case 3: // another bot's
		event["type"], event["bot_id"] = one(s, []string{"app_mention", "message"}), "B0OTHER"
	case 4: // something that every question has is missing
		event["type"] = "app_mention"
		delete(event, one(s, []string{"user", "channel", "ts"}))
	case 5: // hidden, or in a place that is none
		event["type"] = "message"
		event[one(s, []string{"hidden", "channel_type"})] = one(s, []any{true, "mpim", "app_home"})
		event["channel_type"] = "mpim"
	case 6: // edits and deletions of nothing, with parts missing
		event["type"], event["subtype"] = "message", one(s, []string{actEdited, actDeleted})
		for _, part := range []string{"message", "previous_message"} {
			m := map[string]any{"user": u, "text": s.words(), "ts": "7.7"}
			s.spoil(m, nil)
			event[part] = one(s, []any{nil, 3, m, map[string]any{}, map[string]any{"subtype": "tombstone", "ts": "8.8"}})
		}
		event["deleted_ts"] = one(s, []any{"9.9", 5, nil})
	case 7: // envelopes of other kinds
		kind = one(s, []string{"", "interactive", "slash_commands", "workflow", "hello", "disconnect", "options"})
		payload = one(s, []any{nil, 1, "x", []any{}, map[string]any{"type": "block_actions"}, map[string]any{"type": "view_closed", "user": map[string]any{"id": u}},
			map[string]any{"type": "block_actions", "user": map[string]any{"id": u}, "actions": []any{map[string]any{"action_id": "of_another_app"}}}, map[string]any{"text": laptopQuestion}})
	case 8: // payloads that are no event
		payload = one(s, []any{nil, 1, "x", []any{event}, map[string]any{}, map[string]any{"type": "app_rate_limited"}, map[string]any{"type": "url_verification"}, map[string]any{"type": "event_callback", "event": []any{}}})
	case 9: // no JSON at all
		s.inject(Envelope{Type: kind, Payload: json.RawMessage(one(s, []string{"", "{", `{"type":`, "\xff", "null", "[[[["}))})
		return
	}
	s.inject(Envelope{Type: kind, Payload: raw(payload)})
}
