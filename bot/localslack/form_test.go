package localslack

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

// A modal with one input of every kind that a bot asks with.
const inputs = `{"type":"modal","callback_id":"cb","title":{"type":"plain_text","text":"T"},"submit":{"type":"plain_text","text":"OK"},"blocks":[
{"type":"input","block_id":"text","label":{"type":"plain_text","text":"L"},"element":{"type":"plain_text_input","action_id":"a","min_length":3,"max_length":5}},
{"type":"input","block_id":"radio","label":{"type":"plain_text","text":"L"},"element":{"type":"radio_buttons","action_id":"a","options":[{"text":{"type":"plain_text","text":"One"},"value":"1"},{"text":{"type":"plain_text","text":"Two"},"value":"2"}],"initial_option":{"text":{"type":"plain_text","text":"Two"},"value":"2"}}},
{"type":"input","block_id":"boxes","optional":true,"label":{"type":"plain_text","text":"L"},"element":{"type":"checkboxes","action_id":"a","options":[{"text":{"type":"plain_text","text":"One"},"value":"1"},{"text":{"type":"plain_text","text":"Two"},"value":"2"}]}},
{"type":"input","block_id":"menu","optional":true,"label":{"type":"plain_text","text":"L"},"element":{"type":"static_select","action_id":"a","option_groups":[{"label":{"type":"plain_text","text":"G"},"options":[{"text":{"type":"plain_text","text":"One"},"value":"1"}]}]}},
{"type":"input","block_id":"multi","optional":true,"label":{"type":"plain_text","text":"L"},"element":{"type":"multi_static_select","action_id":"a","options":[{"text":{"type":"plain_text","text":"One"},"value":"1"},{"text":{"type":"plain_text","text":"Two"},"value":"2"}]}},
{"type":"input","block_id":"user","optional":true,"label":{"type":"plain_text","text":"L"},"element":{"type":"users_select","action_id":"a","initial_user":"U0GRACE"}},
{"type":"input","block_id":"users","optional":true,"label":{"type":"plain_text","text":"L"},"element":{"type":"multi_users_select","action_id":"a"}},
{"type":"input","block_id":"place","optional":true,"label":{"type":"plain_text","text":"L"},"element":{"type":"conversations_select","action_id":"a"}},
{"type":"input","block_id":"places","optional":true,"label":{"type":"plain_text","text":"L"},"element":{"type":"multi_conversations_select","action_id":"a"}},
{"type":"input","block_id":"channel","optional":true,"label":{"type":"plain_text","text":"L"},"element":{"type":"channels_select","action_id":"a"}},
{"type":"input","block_id":"date","optional":true,"label":{"type":"plain_text","text":"L"},"element":{"type":"datepicker","action_id":"a"}},
{"type":"input","block_id":"mail","optional":true,"label":{"type":"plain_text","text":"L"},"element":{"type":"email_text_input","action_id":"a"}},
{"type":"input","block_id":"number","optional":true,"label":{"type":"plain_text","text":"L"},"element":{"type":"number_input","action_id":"a","is_decimal_allowed":false,"min_value":"1","max_value":"9"}},
{"type":"section","block_id":"side","text":{"type":"mrkdwn","text":"x"},"accessory":{"type":"static_select","action_id":"a","options":[{"text":{"type":"plain_text","text":"One"},"value":"1"}]}}]}`

// asked makes a world in which Linus sees a modal.
func asked(t *testing.T, view string) (w *world, s *socket, id string) {
	w = start(t)
	s = w.connect()
	ok(t, w.Slash(Linus, General, "/ask", "x"))
	trigger, _ := dig(s.take(), "payload", "trigger_id").(string)
	a := w.api("views.open", "trigger_id", trigger, "view", view)
	if id, _ = dig(a.body, "view", "id").(string); id == "" {
		t.Fatalf("views.open: %v", a.body)
	}
	return w, s, id
}

func TestSubmittedState(t *testing.T) {
	w, s, id := asked(t, inputs)
	entered := `{"text":{"a":"four"},"boxes":{"a":["2"]},"menu":{"a":{"type":"static_select","selected_option":{"value":"1"}}},"multi":{"a":["2","1"]},
"users":{"a":["U0ADA","U0MEI"]},"place":{"a":"D0LINUS"},"places":{"a":["C0NEWS"]},"channel":{"a":"C0GENERAL"},"date":{"a":"2026-11-25"},"mail":{"a":"a@b.test"},"number":{"a":"7"},"side":{"a":"1"}}`
	done := make(chan error, 1)
	go func() { done <- w.Submit(w.ctx, Linus, id, json.RawMessage(entered)) }()
	e := s.take()
	ok(t, <-done)
	for _, c := range []struct {
		block string
		keys  []any
		want  any
	}{
		{"text", []any{"value"}, "four"}, {"text", []any{"type"}, "plain_text_input"}, {"radio", []any{"selected_option", "value"}, "2"},
		{"boxes", []any{"selected_options", 0, "text", "text"}, "Two"}, {"menu", []any{"selected_option", "text", "text"}, "One"},
		{"multi", []any{"selected_options", 1, "value"}, "1"}, {"user", []any{"selected_user"}, Grace}, {"users", []any{"selected_users", 1}, Mei},
		{"place", []any{"selected_conversation"}, "D0LINUS"}, {"places", []any{"selected_conversations", 0}, News}, {"channel", []any{"selected_channel"}, General},
		{"date", []any{"selected_date"}, "2026-11-25"}, {"mail", []any{"value"}, "a@b.test"}, {"number", []any{"value"}, "7"}, {"side", []any{"selected_option", "value"}, "1"},
	} {
		if got := dig(e, append([]any{"payload", "view", "state", "values", c.block, "a"}, c.keys...)...); got != c.want {
			t.Errorf("%s %v is %v, want %v", c.block, c.keys, got, c.want)
		}
	}
}

// What nobody could have entered never reaches the app, and what Slack itself asks to
// correct does not either.
func TestRefusedEntries(t *testing.T) {
	for _, c := range []struct{ name, values, block, code string }{
		{"nothing in a required input", `{}`, "text", ""},
		{"too short", `{"text":{"a":"x"}}`, "text", ""},
		{"too long", `{"text":{"a":"xxxxxx"}}`, "text", ""},
		{"no e-mail address", `{"text":{"a":"xxx"},"mail":{"a":"ab"}}`, "mail", ""},
		{"no number", `{"text":{"a":"xxx"},"number":{"a":"1.5"}}`, "number", ""},
		{"a number too large", `{"text":{"a":"xxx"},"number":{"a":"10"}}`, "number", ""},
		{"no option", `{"radio":{"a":"3"}}`, "", "invalid_value"},
		{"no user", `{"user":{"a":"U1"}}`, "", "invalid_value"},
		{"an unseen channel", `{"place":{"a":"C0LEADERS"}}`, "", "invalid_value"},
		{"a private channel among public ones", `{"channel":{"a":"D0LINUS"}}`, "", "invalid_value"},
		{"no list", `{"boxes":{"a":"1"}}`, "", "invalid_value"},
		{"text as a number", `{"text":{"a":5}}`, "", "invalid_value"},
		{"an input that is not there", `{"text":{"b":"xxx"}}`, "", "invalid_values"},
		{"no object", `[]`, "", "invalid_values"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, _, id := asked(t, inputs)
			err := w.Submit(w.ctx, Linus, id, json.RawMessage(c.values))
			var says ViewErrors
			var refused localError
			if errors.As(err, &says); c.block != "" && (len(says) != 1 || says[c.block] == "") {
				t.Errorf("got %v %v, want words under %s", err, says, c.block)
			}
			if errors.As(err, &refused); refused.code != c.code {
				t.Errorf("got %v, want %s", err, c.code)
			}
			if n := len(w.Envelopes()); n != 1 {
				t.Errorf("%d deliveries, want only the command", n)
			}
		})
	}
}

func TestForgedClicks(t *testing.T) {
	w := start(t, quick)
	s := w.connect()
	blocks := `[{"type":"actions","block_id":"b","elements":[{"type":"button","action_id":"go","value":"mine","text":{"type":"plain_text","text":"Go"}},
{"type":"overflow","action_id":"more","options":[{"text":{"type":"plain_text","text":"One"},"value":"1"}]},
{"type":"static_select","action_id":"pick","options":[{"text":{"type":"plain_text","text":"One"},"value":"1"}]}]},
{"type":"context_actions","block_id":"f","elements":[{"type":"icon_button","action_id":"bin","icon":"trash","text":{"type":"plain_text","text":"Delete"},"visible_to_user_ids":["U0GRACE"]},
{"type":"feedback_buttons","action_id":"vote","positive_button":{"text":{"type":"plain_text","text":"Good"},"value":"up"},"negative_button":{"text":{"type":"plain_text","text":"Bad"},"value":"down"}}]}]`
	ts := w.api("chat.postMessage", "channel", General, "text", "x", "blocks", blocks).str("ts")
	for _, c := range []struct{ block, action, value, code string }{
		{"b", "go", `{"value":"forged"}`, ""}, {"b", "more", `"1"`, ""}, {"b", "more", `"2"`, "invalid_value"}, {"b", "more", ``, "invalid_value"},
		{"b", "pick", `{"type":"static_select","selected_option":{"value":"1","text":{"type":"plain_text","text":"forged"}}}`, ""}, {"b", "pick", `"2"`, "invalid_value"},
		{"f", "vote", `"up"`, ""}, {"f", "vote", `"up"`, ""}, {"f", "vote", `"sideways"`, "invalid_value"}, {"f", "bin", ``, "action_not_found"}, {"b", "", ``, "action_not_found"},
	} {
		err := w.Click(ClickArgs{As: Ada, Channel: General, TS: ts, BlockID: c.block, ActionID: c.action, Value: json.RawMessage(c.value)})
		var refused localError
		if errors.As(err, &refused); refused.code != c.code {
			t.Errorf("%s %s: got %v, want %q", c.action, c.value, err, c.code)
		}
		if c.code != "" {
			continue
		}
		if got := string(mustJSON(dig(s.take(), "payload", "actions", 0))); strings.Contains(got, "forged") {
			t.Errorf("the app reads %s", got)
		}
	}
	ok(t, w.Click(ClickArgs{As: Ada, Channel: General, TS: ts, BlockID: "f", ActionID: "vote", Forged: map[string]any{"value": "forged"}}))
	if e := s.take(); dig(e, "payload", "actions", 0, "value") != "forged" || dig(e, "payload", "actions", 0, "type") != "feedback_buttons" {
		t.Errorf("forged on purpose: %v", dig(e, "payload", "actions"))
	}
	ok(t, w.Click(ClickArgs{As: Grace, Channel: General, TS: ts, BlockID: "f", ActionID: "bin"}))
	if e := s.take(); dig(e, "payload", "state", "values", "b", "pick", "type") != "static_select" {
		t.Errorf("the state is %v", dig(e, "payload", "state"))
	}
}

// Elements without an action_id get one, as blocks get a block_id.
func TestActionIDs(t *testing.T) {
	w := start(t)
	w.api("chat.postMessage", "channel", General, "text", "x", "blocks", `[{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"Go"}}]},{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[]}]}]`)
	blocks := mustDecode(w.Messages(General)[0].Blocks)
	if dig(blocks, 0, "elements", 0, "action_id") == nil || dig(blocks, 0, "block_id") == nil || dig(blocks, 1, "elements", 0, "action_id") != nil {
		t.Errorf("blocks: %v", blocks)
	}
}

// An error may stand under inputs alone, and an app that refuses must say why.
func TestInvalidAcks(t *testing.T) {
	w, s, id := asked(t, modal)
	for _, errs := range []map[string]any{{"nowhere": "x"}, {"x": "a block that is no input"}, {}} {
		done := make(chan error, 1)
		go func() { done <- w.Submit(w.ctx, Linus, id, json.RawMessage(`{"b":{"a":"typed"}}`)) }()
		s.take(map[string]any{"response_action": "errors", "errors": errs})
		var refused localError
		if err := <-done; !errors.As(err, &refused) || refused.code != "invalid_ack" {
			t.Errorf("%v: %v", errs, err)
		}
	}
}

// The cross closes the whole stack, the button below one modal alone, unless the view says
// otherwise; the app hears of each that asked.
func TestCloseStack(t *testing.T) {
	for _, c := range []struct {
		name, top string
		all       bool
		left      int
	}{
		{"the button", modal, false, 1},
		{"the cross", modal, true, 0},
		{"a view that takes all along", strings.Replace(modal, `"callback_id"`, `"clear_on_close":true,"callback_id"`, 1), false, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, s, id := asked(t, modal)
			ok(t, w.Click(ClickArgs{As: Linus, ViewID: id, BlockID: "x", ActionID: "go"}))
			trigger, _ := dig(s.take(), "payload", "trigger_id").(string)
			top, _ := dig(w.api("views.push", "trigger_id", trigger, "view", c.top).body, "view", "id").(string)
			w.local("close", map[string]any{"as": Linus, "view_id": top, "all": c.all})
			if n := len(w.Views(Linus)); n != c.left {
				t.Errorf("%d views are left, want %d", n, c.left)
			}
			for range 2 - c.left {
				if e := s.take(); dig(e, "payload", "type") != "view_closed" || dig(e, "payload", "is_cleared") != (c.left == 0) {
					t.Errorf("the app hears %v", e["payload"])
				}
			}
		})
	}
	quiet, _, id := asked(t, strings.Replace(modal, `"notify_on_close":true,`, "", 1))
	ok(t, quiet.CloseView(Linus, id))
	if n := len(quiet.Envelopes()); n != 1 {
		t.Errorf("%d deliveries: the app hears of a view that did not ask for it", n)
	}
	w, _, id := asked(t, modal)
	if w.CloseView(Ada, id) == nil || w.CloseViews(Linus, "V1") == nil {
		t.Error("a view of someone else's was closed")
	}
}

func TestExternalIDs(t *testing.T) {
	named := strings.Replace(modal, `"callback_id"`, `"external_id":"one","callback_id"`, 1)
	w, s, id := asked(t, named)
	if a := w.api("views.update", "external_id", "one", "view", named); dig(a.body, "view", "id") != id {
		t.Errorf("views.update by external_id: %v", a.body)
	}
	ok(t, w.Click(ClickArgs{As: Linus, ViewID: id, BlockID: "x", ActionID: "go"}))
	trigger, _ := dig(s.take(), "payload", "trigger_id").(string)
	if a := w.api("views.push", "trigger_id", trigger, "view", named); a.code() != "duplicate_external_id" {
		t.Errorf("views.push with the same: %v", a.body)
	}
	home := `{"type":"home","external_id":"one","blocks":[{"type":"divider"}]}`
	if a := w.api("views.publish", "user_id", Ada, "view", home); a.code() != "duplicate_external_id" {
		t.Errorf("views.publish with the same: %v", a.body)
	}
}

func TestNoHomeTab(t *testing.T) {
	w := start(t, func(c *Config) { c.HomeTab = false })
	if a := w.api("views.publish", "user_id", Ada, "view", `{"type":"home","blocks":[{"type":"divider"}]}`); a.code() != "not_enabled" {
		t.Errorf("%v", a.body)
	}
}

func FuzzForm(f *testing.F) {
	for _, seed := range [][2]string{ // small ones: the fuzzer makes each smaller still before it goes on
		{`[{"type":"input","block_id":"b","element":{"type":"number_input","action_id":"a","min_value":"1"}}]`, `{"b":{"a":"4"}}`},
		{`[{"type":"container","child_blocks":[{"elements":[{"type":"checkboxes","options":[1]}]}]}]`, `{"":{"":[{}]}}`},
		{`[{"accessory":{"type":"static_select","option_groups":[{"options":[{"value":"1"}]}]}}]`, `{"":{"":{"value":"1"}}}`},
		{`[{"element":{"type":"multi_users_select"}}]`, `{"":{"":["U0ADA"]}}`},
	} {
		f.Add([]byte(seed[0]), []byte(seed[1]))
	}
	w, err := New(Default())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, blocks, given []byte) {
		values, _ := w.form(Linus, blocks, given)
		complaints(blocks, values)
		for _, h := range holders(blocks) {
			w.action(blocks, ClickArgs{As: Linus, ActionID: h.action, Value: given})
		}
	})
}
