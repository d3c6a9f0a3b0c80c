package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"

	"verbatim/bot/localslack"
)

// A question has an answer that is known.
type question struct{ text, want string }

// questions are asked of the embedded article.
func questions() []question {
	return []question{
		{"How long did the call last?", "two-hour call was prompted"},
		{"What prompted the call?", "two-hour call was prompted"},
	}
}

// button is the action_id of the buttons that ask.
const button = "ask_again"

// buttonText is the text of the messages with such a button, which the town posts in the app's name.
const buttonText = "Ask me"

// A town is the workspace with everybody who asks in it.
type town struct {
	slack   *localslack.Workspace
	server  *localslack.Server
	users   []string
	rooms   []string
	buttons map[string]string // ts of the message with the button, by room
	public  map[string]bool
}

func newTown(ctx context.Context, s settings) (*town, error) {
	c := localslack.Default()
	c.Seed = s.seed
	c.Scopes = append(c.Scopes, "groups:history")
	c.Timing.Retries = []time.Duration{0, 5 * time.Second, 30 * time.Second}
	c.Timing.PingEvery = 2 * time.Second
	c.StrictAck = true
	c.Keep = 5000
	people, rooms := 24, 40
	switch {
	case s.calm: // Slack's several hundred posts a minute would be the only thing measured
		c.Limits, c.Keep, people, rooms = false, 100, 200, 200
	case s.storm > 0 && s.lasting >= 10*time.Minute:
		c.Timing.Retries = nil // Slack's own
	case s.storm > 0:
		c.Timing.Retries = []time.Duration{0, 20 * time.Second, 100 * time.Second}
	}
	t := &town{buttons: map[string]string{}, public: map[string]bool{}}
	c.Users, c.Channels = nil, nil
	for i := range people {
		id := fmt.Sprintf("U0PERSON%03d", i)
		t.users = append(t.users, id)
		c.Users = append(c.Users, localslack.User{ID: id, Name: fmt.Sprintf("person%03d", i), RealName: "Person", Locale: "en-GB", TZ: "UTC"})
	}
	everyone := append([]string{c.App.BotUserID}, t.users...)
	for i := range rooms {
		room := localslack.Channel{ID: fmt.Sprintf("C0ROOM%03d", i), Name: fmt.Sprintf("room%03d", i), Kind: localslack.Public, Members: everyone}
		if i >= rooms/2 { // where the bot may read
			room.Kind = localslack.Private
		}
		t.public[room.ID] = room.Kind == localslack.Public
		t.rooms, c.Channels = append(t.rooms, room.ID), append(c.Channels, room)
	}
	var err error
	if t.slack, err = localslack.New(c); err != nil {
		return nil, err
	}
	if t.server, err = t.slack.Start(context.WithoutCancel(ctx), "127.0.0.1:0"); err != nil {
		return nil, err
	}
	for _, room := range t.rooms {
		if err := t.hangButton(ctx, room); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// hangButton posts a message of the app that holds a button with a question, as the app would.
func (t *town) hangButton(ctx context.Context, room string) error {
	form := url.Values{"channel": {room}, "text": {buttonText}, "token": {t.slack.Config().BotToken}, "blocks": {
		`[{"type":"actions","block_id":"asks","elements":[{"type":"button","action_id":"` + button + `","value":"` + questions()[0].text + `","text":{"type":"plain_text","text":"Ask"}}]}]`}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, t.server.APIURL()+"chat.postMessage", strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	t.buttons[room] = ""
	for _, m := range t.slack.Messages(room) {
		if strings.Contains(string(m.Blocks), `"asks"`) {
			t.buttons[room] = m.TS
		}
	}
	if t.buttons[room] == "" {
		return fmt.Errorf("post a button in %s: no message stands there", room)
	}
	return nil
}

// ask asks one question after the other at the given rate until ctx ends. What is asked where nothing can be
// written at the time is left out.
func (t *town) ask(ctx context.Context, s settings) error {
	r := rand.New(rand.NewPCG(s.seed, 7))
	next := time.Now()
	for {
		next = next.Add(time.Duration(r.ExpFloat64() / s.rate * float64(time.Second)))
		if !sleep(ctx, time.Until(next)) {
			return nil
		}
		if err := t.askOne(ctx, r); err != nil && localslack.Refused(err) != "is_archived" {
			return fmt.Errorf("ask: %w", err)
		}
	}
}

func (t *town) askOne(ctx context.Context, r *rand.Rand) (err error) {
	q := questions()[r.IntN(len(questions()))]
	user, room := t.users[r.IntN(len(t.users))], t.rooms[r.IntN(len(t.rooms))]
	switch d := r.IntN(10); {
	case d < 4:
		_, err = t.slack.Say(user, room, "@verbatim "+q.text)
	case d < 7:
		_, err = t.slack.Say(user, t.slack.DM(user), q.text)
	case d < 9:
		err = t.slack.Slash(user, room, "/ask", q.text)
	default:
		err = t.click(user, room)
		if err != nil { // a long run lets go of old messages, and of the button with them
			err = errors.Join(t.hangButton(ctx, room), t.click(user, room))
		}
	}
	return err
}

func (t *town) click(user, room string) error {
	return t.slack.Click(localslack.ClickArgs{As: user, Channel: room, TS: t.buttons[room], BlockID: "asks", ActionID: button})
}

func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(max(0, d))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
