package checkup

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/gorilla/websocket"

	"verbatim/bot"
	"verbatim/bot/manifest"
)

// The names of findings about what goes through the socket.
const (
	nameSocket      = "socket"
	nameMessagesTab = "messages tab"
	nameEvents      = "events"
	nameRoundTrip   = "round trip"
)

// tripWithin is how long Slack may take to bring a message back.
const tripWithin = 10 * time.Second

// A Socket is an open connection for Socket Mode. While it is open Slack may send it what is meant for a
// running bot, so that it must not be held without one, and never for long.
type Socket struct {
	conn *websocket.Conn
	// app is the one that Slack greets.
	app string
}

// frame is what is read of what Slack sends through a socket.
type frame struct {
	Type       string `json:"type"`
	Reason     string `json:"reason"`
	EnvelopeID string `json:"envelope_id"`
	Info       struct {
		AppID string `json:"app_id"`
	} `json:"connection_info"`
	Payload struct {
		Event struct {
			Type    string `json:"type"`
			Channel string `json:"channel"`
			TS      string `json:"ts"`
			BotID   string `json:"bot_id"`
		} `json:"event"`
	} `json:"payload"`
}

// OpenSocket opens a socket after [Client.LookAtApp] and waits until Slack says hello. The caller must
// close a socket that is not nil.
func (c *Client) OpenSocket(ctx context.Context, a *App) (*Socket, Finding) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	if a.socket == "" {
		return nil, Noted(nameSocket, "", "not opened, as Slack gave no address")
	}
	conn, res, err := c.Dialer.DialContext(ctx, a.socket, nil)
	a.socket = ""
	if err != nil {
		if res != nil {
			err = fmt.Errorf("%w (HTTP %d)", err, res.StatusCode)
		}
		f := Unreachable(err)
		if f.Name == nameNetwork {
			f.Name, f.Found = nameSocket, "Slack's Web API answers, and its socket does not open: "+plainly(err).Error()
			f.Way = "let WebSockets (wss) to Slack through the firewall or proxy"
		}
		return nil, f
	}
	s := &Socket{conn: conn}
	if f := c.hello(s, a); f.Severity != OK {
		_ = s.Close() // the finding is what there is to say
		return nil, f
	}
	return s, Good(nameSocket, "Slack says hello")
}

// hello reads the first frame.
func (c *Client) hello(s *Socket, a *App) Finding {
	f, err := s.next(time.Now().Add(within))
	switch {
	case err != nil:
		return Bad(nameSocket, "something between here and Slack may hold WebSockets up: let wss through the firewall or proxy", "the socket opens and Slack says no hello: %v", err)
	case f.Type == "disconnect" && f.Reason == "link_disabled":
		return c.switchedOff(a)
	case f.Type == "disconnect":
		return Bad(nameSocket, "too many programs may be connected with this app's token: stop some", "Slack ends the socket at once: %s", bot.Clean(f.Reason))
	case f.Type != "hello":
		return Bad(nameSocket, "look at --slack-api", "the socket begins with no hello")
	}
	s.app = f.Info.AppID
	return Finding{}
}

// next reads a frame. It passes over those that make no sense.
func (s *Socket) next(deadline time.Time) (frame, error) {
	for {
		if err := s.conn.SetReadDeadline(deadline); err != nil {
			return frame{}, err
		}
		_, data, err := s.conn.ReadMessage()
		if err != nil {
			return frame{}, err
		}
		var f frame
		if json.Unmarshal(data, &f) == nil {
			return f, nil
		}
	}
}

// Close closes the socket.
func (s *Socket) Close() error { return s.conn.Close() }

// bring waits until Slack brings a message that the bot posted, and acknowledges it. Nothing else is
// acknowledged: it is for the running bot, to which Slack sends it again.
func (s *Socket) bring(channel, ts string) error {
	deadline := time.Now().Add(tripWithin)
	for {
		f, err := s.next(deadline)
		if err != nil {
			return err
		}
		if e := f.Payload.Event; e.Channel == channel && e.TS == ts {
			return s.conn.WriteJSON(map[string]string{"envelope_id": f.EnvelopeID})
		}
	}
}

// A Trip is a message that is sent to a person, in Slack's mrkdwn.
type Trip struct {
	// User is the person's member id.
	User, Text string
	// Keep leaves the message there; else it is deleted.
	Keep bool
}

// ErrNobody means that there is no such person to write to.
var ErrNobody = errors.New("no such member")

// RoundTrip sends a person a message, and waits until Slack brings it back through the socket: that shows
// that the Messages tab is on, that the bot may write, that direct messages are subscribed to, and that both
// tokens are of one app. The error wraps [ErrNobody].
func (c *Client) RoundTrip(ctx context.Context, a *App, s *Socket, t Trip) ([]Finding, error) {
	r, _, err := c.call(ctx, "chat.postMessage", a.Bot, url.Values{
		"channel": {t.User}, "text": {t.Text}, "unfurl_links": {"false"}, "unfurl_media": {"false"},
	})
	switch {
	case err != nil:
		return []Finding{Unreachable(err)}, nil
	case r.Error == "channel_not_found" || r.Error == "user_not_found":
		return nil, fmt.Errorf("%w %q in %s: copy it from the person's profile in Slack, ⋮, \"Copy member ID\"", ErrNobody, t.User, a.Team)
	case r.Error == "messages_tab_disabled":
		return []Finding{Bad(nameMessagesTab, c.tabWay(a), "the Messages tab of the app is off: nobody can write to the bot")}, nil
	case !r.OK:
		return []Finding{c.refused(nameRoundTrip, bot.BotTokenName, "chat.postMessage", r)}, nil
	}
	a.botApp = r.Message.AppID
	list := []Finding{a.oneApp(), Good(nameMessagesTab, "on: the bot can write to people"), c.back(a, s, r)}
	if !t.Keep {
		if d, _, err := c.call(ctx, "chat.delete", a.Bot, url.Values{"channel": {r.Channel}, "ts": {r.TS}}); err != nil || !d.OK {
			list = append(list, Noted(nameRoundTrip, "delete it by hand", "the message stays in the conversation"))
		}
	}
	return list, nil
}

// tabWay is where the Messages tab is switched on.
func (c *Client) tabWay(a *App) string {
	return "switch on \"Messages Tab\", and \"Allow users to send Slash commands and messages from the messages tab\", at " +
		manifest.Home.Of(manifest.Site(c.API), a.ID)
}

// back waits for the message that was posted.
func (c *Client) back(a *App, s *Socket, r reply) Finding {
	if s == nil {
		return Noted(nameRoundTrip, "", "the message was sent; no socket is open to bring it back")
	}
	if err := s.bring(r.Channel, r.TS); err != nil {
		return Bad(nameEvents, "subscribe to the bot event message.im at "+manifest.Events.Of(manifest.Site(c.API), a.ID)+", save, and install the app again; where another program is connected with this app's token, Slack may have told that one: stop it and look again",
			"the message was sent, and Slack did not bring it back within %v: the app does not hear direct messages", tripWithin)
	}
	return Good(nameRoundTrip, "a message was sent, and Slack brought it back")
}
