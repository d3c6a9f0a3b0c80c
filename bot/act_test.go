package bot

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"verbatim/index"
)

func TestDecodeActTakes(t *testing.T) {
	const who = `"user":{"id":"U1","team_id":"T1"},"team":{"id":"T1"},"trigger_id":"tr"`
	tests := []struct {
		name     string
		envelope Envelope
		want     Act
	}{
		{"button", envelope(typeInteractive, `{"type":"block_actions",`+who+`,"channel":{"id":"C1"},"container":{"message_ts":"2.2","channel_id":"C1","thread_ts":"1.1"},"response_url":"r","message":{"user":"UBOT","text":"x","ts":"2.2"},"actions":[{"action_id":"home_ask.3","value":"v"}]}`),
			Act{Name: "home_ask", Key: "tr", Team: "T1", User: "U1", Channel: "C1", Message: "2.2", Thread: "1.1", Author: "UBOT", Value: "v", TriggerID: "tr", ResponseURL: "r"}},
		{"menu", envelope(typeInteractive, `{"type":"block_actions",`+who+`,"actions":[{"action_id":"a","selected_option":{"value":"v"}}]}`),
			Act{Name: "a", Key: "tr", Team: "T1", User: "U1", Value: "v", TriggerID: "tr"}},
		{"of another organisation", envelope(typeInteractive, `{"type":"block_actions","user":{"id":"U1","team_id":"T2"},"trigger_id":"tr","container":{"is_ephemeral":true},"actions":[{"action_id":"a"}]}`),
			Act{Name: "a", Key: "tr", Team: "T1", User: "U1", Alone: true, External: true, TriggerID: "tr"}},
		{"form", envelope(typeInteractive, `{"type":"view_submission",`+who+`,"view":{"callback_id":"f","private_metadata":"m","state":{"values":{"b":{"x":{"value":"1"},"y":{"selected_options":[{"value":"2"},{"value":"3"}]},"z":{"selected_users":["U2"],"value":null}}}}}}`),
			Act{Name: "f", Key: "tr", Team: "T1", User: "U1", Value: "m", TriggerID: "tr", Form: map[string][]string{"x": {"1"}, "y": {"2", "3"}, "z": {"U2"}}}},
		{"form closed", envelope(typeInteractive, `{"type":"view_closed","user":{"id":"U1"},"view":{"callback_id":"f","private_metadata":"m"}}`),
			Act{Name: "f", Key: "e1", Team: "T1", User: "U1", Value: "m", Closed: true, Form: map[string][]string{}}},
		{"message shortcut", envelope(typeInteractive, `{"type":"message_action",`+who+`,"callback_id":"s","channel":{"id":"C1"},"message_ts":"2.2","message":{"user":"U9","text":"why?","ts":"2.2","thread_ts":"1.1"}}`),
			Act{Name: "s", Key: "tr", Team: "T1", User: "U1", Channel: "C1", Message: "2.2", Thread: "1.1", Author: "U9", Text: "why?", TriggerID: "tr"}},
		{"shortcut", envelope(typeInteractive, `{"type":"shortcut",`+who+`,"callback_id":"s"}`), Act{Name: "s", Key: "tr", Team: "T1", User: "U1", TriggerID: "tr"}},
		{"order", envelope(typeSlash, `{"user_id":"U1","channel_id":"C1","text":" Forget  me ","trigger_id":"tr","response_url":"r"}`),
			Act{Name: "/forget me", Key: "tr", Team: "T1", User: "U1", Channel: "C1", Alone: true, TriggerID: "tr", ResponseURL: "r"}},
		{"home", envelope(typeEvent, callbackOf(`{"type":"app_home_opened","user":"U1","channel":"D1","tab":"home","view":{"id":1}}`)),
			Act{Name: actHome, Key: "Ev1", Team: "T1", User: "U1", Channel: "D1", Tab: "home"}},
		{"joined", envelope(typeEvent, callbackOf(`{"type":"member_joined_channel","user":"UBOT","channel":"C1","inviter":"U1"}`)),
			Act{Name: actJoined, Key: "Ev1", Team: "T1", User: "UBOT", Channel: "C1", Inviter: "U1"}},
		{"edited", envelope(typeEvent, callbackOf(`{"type":"message","subtype":"message_changed","hidden":true,"channel":"D1","message":{"user":"U1","text":"b","ts":"1.1"},"previous_message":{"user":"U1","text":"a","ts":"1.1"}}`)),
			Act{Name: actEdited, Key: "Ev1", Team: "T1", User: "U1", Channel: "D1", Message: "1.1", Author: "U1", Text: "b", Before: "a"}},
		{"deleted", envelope(typeEvent, callbackOf(`{"type":"message","subtype":"message_deleted","channel":"D1","deleted_ts":"1.1","previous_message":{"user":"U1","text":"a","ts":"1.1"}}`)),
			Act{Name: actDeleted, Key: "Ev1", Team: "T1", User: "U1", Channel: "D1", Message: "1.1", Author: "U1", Before: "a"}},
		{"fields of another kind cost nothing", envelope(typeInteractive, `{"type":"block_actions",`+who+`,"channel":"C1","container":7,"message":[],"actions":[{"action_id":"a","value":"v"}]}`),
			Act{Name: "a", Key: "tr", Team: "T1", User: "U1", Value: "v", TriggerID: "tr"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, reason := decodeAct(tt.envelope, testSelf)
			if reason != Taken || !reflect.DeepEqual(got, tt.want) {
				t.Errorf("reason %q\ngot  %+v\nwant %+v", reason, got, tt.want)
			}
		})
	}
}

func TestDecodeActDrops(t *testing.T) {
	edited := func(message, before string) Envelope {
		return envelope(typeEvent, callbackOf(`{"type":"message","subtype":"message_changed","channel":"D1","message":`+message+`,"previous_message":`+before+`}`))
	}
	tests := []struct {
		name     string
		envelope Envelope
		want     Reason
	}{
		{"question", envelope(typeEvent, callbackOf(`{"type":"app_mention","user":"U1","text":"x","ts":"1.1","channel":"C1"}`)), reasonNoAct},
		{"command", envelope(typeSlash, `{"user_id":"U1"}`), reasonNoAct},
		{"command with other words", envelope(typeSlash, `{"user_id":"U1","text":"forget me not","response_url":"r"}`), reasonNoAct},
		{"hello", envelope(typeHello, `{}`), reasonNoAct},
		{"malformed event", envelope(typeEvent, `{`), reasonNoAct},
		{"malformed", envelope(typeInteractive, `[]`), ReasonMalformed},
		{"another interaction", envelope(typeInteractive, `{"type":"block_suggestion","user":{"id":"U1"}}`), ReasonOtherEvent},
		{"no user", envelope(typeInteractive, `{"type":"shortcut","callback_id":"s"}`), ReasonNoUser},
		{"no action", envelope(typeInteractive, `{"type":"block_actions","user":{"id":"U1"},"actions":[]}`), reasonNoName},
		{"long value", envelope(typeInteractive, `{"type":"block_actions","user":{"id":"U1"},"actions":[{"action_id":"a","value":"`+strings.Repeat("x", 999)+`"}]}`), ReasonLongID},
		{"our own message edited", edited(`{"user":"UBOT","text":"b","ts":"1.1"}`, `{}`), reasonNotOwn},
		{"our own by bot id", edited(`{"bot_id":"BBOT","text":"b","ts":"1.1"}`, `{}`), reasonNotOwn},
		{"another bot's", edited(`{"user":"U9","bot_id":"B9","text":"b","ts":"1.1"}`, `{}`), ReasonBot},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if a, got := decodeAct(tt.envelope, testSelf); got != tt.want {
				t.Errorf("reason %q, want %q (%+v)", got, tt.want, a)
			}
		})
	}
}

func FuzzDecodeAct(f *testing.F) {
	f.Add(typeInteractive, `{"type":"block_actions","user":{"id":"U1"},"actions":[{"action_id":"a.1","value":"v"}]}`)
	f.Add(typeInteractive, `{"type":"view_submission","user":{"id":"U1"},"view":{"callback_id":"f","state":{"values":{"b":{"x":{"value":"1"}}}}}}`)
	f.Add(typeEvent, callbackOf(`{"type":"message","subtype":"message_changed","message":{"user":"U1"}}`))
	f.Fuzz(func(t *testing.T, kind, payload string) {
		a, reason := decodeAct(Envelope{ID: "e", Type: kind, Payload: json.RawMessage(payload)}, testSelf)
		if reason == Taken && (a.User == "" || a.Name == "" || a.Key == "" || len(a.Value) > maxID) {
			t.Errorf("took %+v", a)
		}
	})
}

// TestFeaturesFit holds the table to its own rules, and every button below an answer to the table.
func TestFeaturesFit(t *testing.T) {
	b := &Bot{features: features()}
	var names []string
	for _, f := range b.features {
		if (f.do == nil) == (f.ask == nil) {
			t.Errorf("feature %s has both do and ask, or neither", f.name)
		}
		if strings.Contains(f.name, ".") || slices.Contains(names, f.name) {
			t.Errorf("the name %q has a dot or comes twice", f.name)
		}
		names = append(names, f.name)
	}
	s := shown{id: strings.Repeat("f", 16), answer: answerOf(laptop()), kind: KindSlash, shareable: true, people: true}
	blocks := b.below(english(), s)
	raw := wireForm(t, Message{Text: "x", Blocks: blocks})
	wantValid(t, Message{Text: "x", Blocks: blocks})
	var decoded struct{ Blocks json.RawMessage }
	if err := json.Unmarshal(raw, &decoded); err != nil {
		t.Fatal(err)
	}
	all := clickables(decoded.Blocks)
	for _, c := range all {
		if !slices.Contains(names, c.action) {
			t.Errorf("nothing is behind the button %q", c.action)
		}
	}
	if len(all) != 7 {
		t.Errorf("%d buttons %v, want 7", len(all), all)
	}
	if got := b.below(english(), shown{id: "x", answer: index.Answer{Verdict: index.VerdictChat}}); got != nil {
		t.Errorf("small talk has buttons: %v", got)
	}
}
