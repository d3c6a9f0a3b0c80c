package bot

import (
	"encoding/json"
	"strings"
	"testing"
)

var testSelf = Self{UserID: "UBOT", BotID: "BBOT", TeamID: "T1", Name: "verbatim"}

// envelope makes an envelope of a type with a payload.
func envelope(kind, payload string) Envelope {
	return Envelope{ID: "e1", Type: kind, Payload: json.RawMessage(payload), AcceptsResponse: kind == typeSlash}
}

// callbackOf wraps an event in the payload that Slack puts around it.
func callbackOf(event string) string {
	return `{"type":"event_callback","team_id":"T1","event_id":"Ev1","event":` + event + `}`
}

func TestDecodeDrops(t *testing.T) {
	tests := []struct {
		name     string
		envelope Envelope
		want     Reason
	}{
		{"unknown envelope type", envelope("workflow", `{}`), ReasonOtherType},
		{"interactive", envelope("interactive", `{"type":"block_actions"}`), ReasonOtherType},
		{"no payload", envelope(typeEvent, ``), ReasonMalformed},
		{"payload no object", envelope(typeEvent, `[1]`), ReasonMalformed},
		{"payload cut off", envelope(typeEvent, `{"type":"event_cal`), ReasonMalformed},
		{"rate limited", envelope(typeEvent, `{"type":"app_rate_limited","minute_rate_limited":1}`), ReasonRateLimited},
		{"no event callback", envelope(typeEvent, `{"type":"url_verification"}`), ReasonNoCallback},
		{"no event", envelope(typeEvent, `{"type":"event_callback"}`), ReasonOtherEvent},
		{"other event", envelope(typeEvent, callbackOf(`{"type":"app_home_opened","user":"U1","channel":"D1","tab":"home"}`)), ReasonOtherEvent},
		{"channel as an object", envelope(typeEvent, callbackOf(`{"type":"channel_created","channel":{"id":"C1"}}`)), ReasonOtherEvent},
		{"own mention", envelope(typeEvent, callbackOf(`{"type":"app_mention","user":"UBOT","text":"x","ts":"1.1","channel":"C1"}`)), ReasonOwn},
		{"own by bot id", envelope(typeEvent, callbackOf(`{"type":"message","channel_type":"im","bot_id":"BBOT","text":"x","ts":"1.1","channel":"D1"}`)), ReasonOwn},
		{"other bot", envelope(typeEvent, callbackOf(`{"type":"app_mention","user":"U9","bot_id":"B9","text":"x","ts":"1.1","channel":"C1"}`)), ReasonBot},
		{"hidden", envelope(typeEvent, callbackOf(`{"type":"message","channel_type":"im","user":"U1","hidden":true,"text":"x","ts":"1.1","channel":"D1"}`)), ReasonHidden},
		{"no user", envelope(typeEvent, callbackOf(`{"type":"message","channel_type":"im","text":"x","ts":"1.1","channel":"D1"}`)), ReasonNoUser},
		{"user of another kind", envelope(typeEvent, callbackOf(`{"type":"message","channel_type":"im","user":{"id":"U1"},"text":"x","ts":"1.1","channel":"D1"}`)), ReasonNoUser},
		{"no ts", envelope(typeEvent, callbackOf(`{"type":"app_mention","user":"U1","text":"x","channel":"C1"}`)), ReasonIncomplete},
		{"no channel", envelope(typeEvent, callbackOf(`{"type":"app_mention","user":"U1","text":"x","ts":"1.1"}`)), ReasonIncomplete},
		{"message in a channel that names the bot", envelope(typeEvent, callbackOf(`{"type":"message","channel_type":"channel","user":"U1","text":"why, <@UBOT>?","ts":"1.1","channel":"C1"}`)), ReasonMentionTwice},
		{"message in a channel that names the bot with a label", envelope(typeEvent, callbackOf(`{"type":"message","channel_type":"group","user":"U1","text":"<@UBOT|verbatim> why?","ts":"1.1","channel":"C1"}`)), ReasonMentionTwice},
		{"message in a group", envelope(typeEvent, callbackOf(`{"type":"message","channel_type":"mpim","user":"U1","text":"x","ts":"1.1","channel":"G1"}`)), ReasonNotDirect},
		{"message without a channel type", envelope(typeEvent, callbackOf(`{"type":"message","user":"U1","text":"x","ts":"1.1","channel":"C1"}`)), ReasonNotDirect},
		{"mention in a direct message", envelope(typeEvent, callbackOf(`{"type":"app_mention","user":"U1","text":"x","ts":"1.1","channel":"D1"}`)), ReasonMentionInDM},
		{"endless event id", envelope(typeEvent, `{"type":"event_callback","event_id":"`+strings.Repeat("E", 999)+`","event":{"type":"app_mention","user":"U1","text":"x","ts":"1.1","channel":"C1"}}`), ReasonLongID},
		{"command without a user", envelope(typeSlash, `{"text":"x","response_url":"https://hooks.slack.com/x"}`), ReasonNoUser},
		{"command malformed", envelope(typeSlash, `nothing`), ReasonMalformed},
		{"command that cannot be replied to", Envelope{ID: "e", Type: typeSlash, Payload: json.RawMessage(`{"user_id":"U1","text":"x"}`)}, ReasonNoWayToReply},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if in, got := Decode(tt.envelope, testSelf); got != tt.want {
				t.Errorf("reason %q, want %q (%+v)", got, tt.want, in)
			}
		})
	}
}

func TestDecodeSubtypes(t *testing.T) {
	taken := map[string]bool{"": true, "file_share": true, "thread_broadcast": true}
	subtypes := []string{
		"", "file_share", "thread_broadcast", "message_changed", "message_deleted", "message_replied", "bot_message",
		"me_message", "channel_join", "channel_leave", "channel_topic", "channel_purpose", "channel_name", "channel_archive",
		"channel_unarchive", "assistant_app_thread", "tombstone", "ekm_access_denied", "reminder_add", "group_join", "reply_broadcast",
	}
	for _, subtype := range subtypes {
		t.Run("subtype "+subtype, func(t *testing.T) {
			e := envelope(typeEvent, callbackOf(`{"type":"message","channel_type":"im","subtype":"`+subtype+`","user":"U1","text":"x","ts":"1.1","channel":"D1"}`))
			_, got := Decode(e, testSelf)
			if want := map[bool]Reason{true: Taken, false: ReasonSubtype}[taken[subtype]]; got != want {
				t.Errorf("reason %q, want %q", got, want)
			}
		})
	}
}

func TestDecodeTakes(t *testing.T) {
	retry := envelope(typeEvent, callbackOf(`{"type":"app_mention","user":"U1","text":"<@UBOT> why?","ts":"1.1","channel":"C1"}`))
	retry.RetryAttempt, retry.RetryReason = 3, "timeout"
	tests := []struct {
		name     string
		envelope Envelope
		want     Incoming
	}{
		{
			"mention", envelope(typeEvent, callbackOf(`{"type":"app_mention","user":"U1","text":"<@UBOT> why?","ts":"1.1","channel":"C1"}`)),
			Incoming{Kind: KindMention, Key: "Ev1", Alias: "T1:C1:1.1", TS: "1.1", Team: "T1", Channel: "C1", User: "U1", Thread: "1.1", Question: "why?"},
		},
		{
			"mention that comes as a retry only", retry,
			Incoming{Kind: KindMention, Key: "Ev1", Alias: "T1:C1:1.1", TS: "1.1", Team: "T1", Channel: "C1", User: "U1", Thread: "1.1", Question: "why?"},
		},
		{
			"mention in a thread", envelope(typeEvent, callbackOf(`{"type":"app_mention","user":"U1","text":"<@UBOT> why?","ts":"2.2","thread_ts":"1.1","channel":"C1"}`)),
			Incoming{Kind: KindMention, Key: "Ev1", Alias: "T1:C1:2.2", TS: "2.2", Team: "T1", Channel: "C1", User: "U1", Thread: "1.1", Question: "why?"},
		},
		{
			"direct message", envelope(typeEvent, callbackOf(`{"type":"message","channel_type":"im","user":"U1","text":"why?","ts":"1.1","channel":"D1"}`)),
			Incoming{Kind: KindDirect, Key: "Ev1", Alias: "T1:D1:1.1", TS: "1.1", Team: "T1", Channel: "D1", User: "U1", Thread: "1.1", Question: "why?"},
		},
		{
			"direct message without a channel type", envelope(typeEvent, callbackOf(`{"type":"message","user":"U1","text":"why?","ts":"1.1","channel":"D1"}`)),
			Incoming{Kind: KindDirect, Key: "Ev1", Alias: "T1:D1:1.1", TS: "1.1", Team: "T1", Channel: "D1", User: "U1", Thread: "1.1", Question: "why?"},
		},
		{
			"file with a question", envelope(typeEvent, callbackOf(`{"type":"message","channel_type":"im","subtype":"file_share","files":[{}],"user":"U1","text":"why?","ts":"1.1","channel":"D1"}`)),
			Incoming{Kind: KindDirect, Key: "Ev1", Alias: "T1:D1:1.1", TS: "1.1", Team: "T1", Channel: "D1", User: "U1", Thread: "1.1", Question: "why?", Attached: true},
		},
		{
			"message in a channel", envelope(typeEvent, callbackOf(`{"type":"message","channel_type":"channel","user":"U1","text":"why?","ts":"2.2","thread_ts":"1.1","channel":"C1"}`)),
			Incoming{Kind: KindUntagged, Key: "Ev1", Alias: "T1:C1:2.2", TS: "2.2", Team: "T1", Channel: "C1", User: "U1", Thread: "1.1", Question: "why?"},
		},
		{
			"message in a channel to somebody", envelope(typeEvent, callbackOf(`{"type":"message","channel_type":"group","user":"U1","text":"<@U2> why?","ts":"1.1","channel":"C1"}`)),
			Incoming{Kind: KindUntagged, Key: "Ev1", Alias: "T1:C1:1.1", TS: "1.1", Team: "T1", Channel: "C1", User: "U1", Thread: "1.1", Question: "why?", ToOthers: true},
		},
		{
			"message shared without a text", envelope(typeEvent, callbackOf(`{"type":"message","channel_type":"im","user":"U1","text":"","attachments":[{"is_share":true}],"ts":"1.1","channel":"D1"}`)),
			Incoming{Kind: KindDirect, Key: "Ev1", Alias: "T1:D1:1.1", TS: "1.1", Team: "T1", Channel: "D1", User: "U1", Thread: "1.1", Attached: true},
		},
		{
			"fields of another kind cost nothing", envelope(typeEvent, callbackOf(`{"blocks":{"malformed":[]},"edited":7,"hidden":"no","user_team":3,"type":"app_mention","user":"U1","text":"why?","ts":"1.1","channel":"C1"}`)),
			Incoming{Kind: KindMention, Key: "Ev1", Alias: "T1:C1:1.1", TS: "1.1", Team: "T1", Channel: "C1", User: "U1", Thread: "1.1", Question: "why?"},
		},
		{
			"no event id", envelope(typeEvent, `{"type":"event_callback","event":{"type":"app_mention","user":"U1","text":"why?","ts":"1.1","channel":"C1"}}`),
			Incoming{Kind: KindMention, Key: "T1:C1:1.1", Alias: "T1:C1:1.1", TS: "1.1", Team: "T1", Channel: "C1", User: "U1", Thread: "1.1", Question: "why?"},
		},
		{
			"channel shared with others", envelope(typeEvent, `{"type":"event_callback","team_id":"T1","event_id":"Ev1","is_ext_shared_channel":true,"event":{"type":"app_mention","user":"U1","text":"why?","ts":"1.1","channel":"C1"}}`),
			Incoming{Kind: KindMention, Key: "Ev1", Alias: "T1:C1:1.1", TS: "1.1", Team: "T1", Channel: "C1", User: "U1", Thread: "1.1", Question: "why?", External: true},
		},
		{
			"stranger", envelope(typeEvent, callbackOf(`{"type":"app_mention","user":"U1","user_team":"T2","text":"why?","ts":"1.1","channel":"C1"}`)),
			Incoming{Kind: KindMention, Key: "Ev1", Alias: "T1:C1:1.1", TS: "1.1", Team: "T1", Channel: "C1", User: "U1", Thread: "1.1", Question: "why?", External: true},
		},
		{
			"stranger by source team", envelope(typeEvent, callbackOf(`{"type":"app_mention","user":"U1","source_team":"T2","text":"why?","ts":"1.1","channel":"C1"}`)),
			Incoming{Kind: KindMention, Key: "Ev1", Alias: "T1:C1:1.1", TS: "1.1", Team: "T1", Channel: "C1", User: "U1", Thread: "1.1", Question: "why?", External: true},
		},
		{
			"command", envelope(typeSlash, `{"team_id":"T1","channel_id":"C1","user_id":"U1","text":" why? ","response_url":"https://hooks.slack.com/r","trigger_id":"9.9"}`),
			Incoming{Kind: KindSlash, Key: "9.9", Team: "T1", Channel: "C1", User: "U1", Question: "why?", ResponseURL: "https://hooks.slack.com/r"},
		},
		{
			"command without a trigger id", envelope(typeSlash, `{"team_id":"T1","channel_id":"C1","user_id":"U1","text":"why?","response_url":"https://hooks.slack.com/r"}`),
			Incoming{Kind: KindSlash, Key: "e1", Team: "T1", Channel: "C1", User: "U1", Question: "why?", ResponseURL: "https://hooks.slack.com/r"},
		},
		{
			"command of another workspace", envelope(typeSlash, `{"team_id":"T2","channel_id":"C1","user_id":"U1","text":"why?","response_url":"https://hooks.slack.com/r","trigger_id":"9.9"}`),
			Incoming{Kind: KindSlash, Key: "9.9", Team: "T2", Channel: "C1", User: "U1", Question: "why?", ResponseURL: "https://hooks.slack.com/r", External: true},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, reason := Decode(tt.envelope, testSelf)
			if reason != Taken {
				t.Fatalf("dropped: %s", reason)
			}
			if got != tt.want {
				t.Errorf("got  %+v\nwant %+v", got, tt.want)
			}
		})
	}
}

func TestParseEnvelope(t *testing.T) {
	tests := []struct {
		name, frame string
		want        Envelope
		wantErr     bool
	}{
		{"event", `{"envelope_id":"e","type":"events_api","payload":{"a":1},"retry_attempt":2,"retry_reason":"timeout"}`,
			Envelope{ID: "e", Type: "events_api", Payload: json.RawMessage(`{"a":1}`), RetryAttempt: 2, RetryReason: "timeout"}, false},
		{"disconnect", `{"type":"disconnect","reason":"warning","debug_info":{"host":"h"}}`, Envelope{Type: "disconnect", Reason: "warning"}, false},
		{"attempt as text", `{"envelope_id":"e","retry_attempt":"2","type":"events_api"}`, Envelope{ID: "e", Type: "events_api"}, false},
		{"id as number", `{"envelope_id":7,"type":"events_api"}`, Envelope{Type: "events_api"}, false},
		{"broken", `{"envelope_id":"e"`, Envelope{}, true},
		{"list", `[]`, Envelope{}, true},
		{"nothing", ``, Envelope{}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := parseEnvelope([]byte(tt.frame))
			if (err != nil) != tt.wantErr {
				t.Fatalf("error %v, want one: %v", err, tt.wantErr)
			}
			if string(got.Payload) != string(tt.want.Payload) {
				t.Errorf("payload %s, want %s", got.Payload, tt.want.Payload)
			}
			got.Payload, tt.want.Payload = nil, nil
			if got.ID != tt.want.ID || got.Type != tt.want.Type || got.Reason != tt.want.Reason || got.RetryAttempt != tt.want.RetryAttempt {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(`{"envelope_id":"e","type":"events_api","payload":` + callbackOf(`{"type":"app_mention","user":"U1","text":"<@UBOT> a","ts":"1.1","channel":"C1"}`) + `}`)
	f.Add(`{"envelope_id":"e","type":"slash_commands","accepts_response_payload":true,"payload":{"user_id":"U1","text":"a"}}`)
	f.Add(`{"type":"hello","num_connections":1}`)
	f.Add(`{"envelope_id":null,"payload":[{"event":{"event":{}}}]}`)
	f.Fuzz(func(t *testing.T, frame string) {
		e, err := parseEnvelope([]byte(frame))
		if err != nil {
			return
		}
		in, reason := Decode(e, testSelf)
		if reason != Taken {
			if in != (Incoming{}) {
				t.Errorf("dropped for %q and yet %+v", reason, in)
			}
			return
		}
		if in.User == "" || in.User == testSelf.UserID || in.Key == "" && e.ID != "" {
			t.Errorf("took %+v", in)
		}
		if in.Kind != KindSlash && (in.Thread == "" || in.Channel == "" || in.Alias == "") {
			t.Errorf("took an event that cannot be answered: %+v", in)
		}
		if n := len([]rune(in.Question)); n > MaxQuestion {
			t.Errorf("question of %d characters", n)
		}
	})
}
