package bot

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
)

// The types of envelopes the bot acts on. Others are acknowledged and ignored.
// Source: docs.slack.dev, apis/events-api/using-socket-mode.
const (
	typeHello      = "hello"
	typeDisconnect = "disconnect"
	typeEvent      = "events_api"
	typeSlash      = "slash_commands"
)

// An Envelope is one frame that Slack sends over Socket Mode.
type Envelope struct {
	// ID is what an acknowledgement names; "" for hello and disconnect, which want none.
	ID   string `json:"envelope_id"`
	Type string `json:"type"`
	// Payload is what the HTTP form of the same request would carry.
	Payload json.RawMessage `json:"payload"`
	// RetryAttempt is 0 for a first delivery. A retry may be the first that reaches us: what
	// happened while no socket was open comes only as a retry.
	RetryAttempt int    `json:"retry_attempt"`
	RetryReason  string `json:"retry_reason"`
	// AcceptsResponse says that the acknowledgement may carry a message.
	AcceptsResponse bool `json:"accepts_response_payload"`
	// Reason says why Slack wants to disconnect.
	Reason string `json:"reason"`
}

// key is that of the question that an envelope holds, or would be if it held one.
func (e Envelope) key() string {
	var of struct {
		Event   string `json:"event_id"`
		Trigger string `json:"trigger_id"`
	}
	_ = lenient(e.Payload, &of) // what cannot be read names nothing
	return cmp.Or(of.Event, of.Trigger, e.ID)
}

// parseEnvelope reads one text frame. Fields of an unexpected kind are left at their zero value,
// so that a change on Slack's side costs a detail and not an answer; only what is no JSON object at
// all is an error.
func parseEnvelope(data []byte) (Envelope, error) {
	var e Envelope
	if err := lenient(data, &e); err != nil {
		return Envelope{}, fmt.Errorf("parse envelope: %w", err)
	}
	return e, nil
}

// A callback is the payload of an events_api envelope.
type callback struct {
	Type     string `json:"type"`
	TeamID   string `json:"team_id"`
	EventID  string `json:"event_id"`
	External bool   `json:"is_ext_shared_channel"`
	Event    event  `json:"event"`
}

// An event holds the fields of app_mention and message events that the bot looks at.
type event struct {
	Type        string `json:"type"`
	Subtype     string `json:"subtype"`
	User        string `json:"user"`
	BotID       string `json:"bot_id"`
	Text        string `json:"text"`
	TS          string `json:"ts"`
	ThreadTS    string `json:"thread_ts"`
	Channel     string `json:"channel"`
	ChannelType string `json:"channel_type"`
	Hidden      bool   `json:"hidden"`
	UserTeam    string `json:"user_team"`
	SourceTeam  string `json:"source_team"`
	// Files and Attachments, which other messages shared are too, are counted; see decodeFiles.
	Files       []json.RawMessage `json:"files"`
	Attachments []json.RawMessage `json:"attachments"`
}

// A command is the payload of a slash_commands envelope.
type command struct {
	TeamID      string `json:"team_id"`
	ChannelID   string `json:"channel_id"`
	UserID      string `json:"user_id"`
	Text        string `json:"text"`
	ResponseURL string `json:"response_url"`
	TriggerID   string `json:"trigger_id"`
}

// lenient unmarshals data into v and overlooks fields whose JSON type is not the wanted one.
// [json.Unmarshal] fills the other fields before it reports such a field.
func lenient(data []byte, v any) error {
	err := json.Unmarshal(data, v)
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) && kind.Field != "" {
		return nil
	}
	return err
}
