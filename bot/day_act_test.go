package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"verbatim/bot/localslack"
)

// blocksOf decodes blocks.
func blocksOf(raw json.RawMessage) (list []map[string]any) {
	_ = json.Unmarshal(raw, &list) // none are none
	return list
}

// clickable is an element that can be clicked, with its block and what it carries.
type clickable struct{ block, action, label, value string }

// clickables lists what can be clicked in blocks.
func clickables(raw json.RawMessage) (all []clickable) {
	for _, b := range blocksOf(raw) {
		id, _ := b["block_id"].(string)
		elements, _ := b["elements"].([]any)
		for _, e := range elements {
			el, _ := e.(map[string]any)
			action, _ := el["action_id"].(string)
			switch el["type"] {
			case "button":
				all = append(all, clickable{block: id, action: action, label: labelOf(el)})
			case "feedback_buttons":
				for _, side := range []string{"positive_button", "negative_button"} {
					b, _ := el[side].(map[string]any)
					value, _ := b["value"].(string)
					all = append(all, clickable{block: id, action: action, label: labelOf(b), value: value})
				}
			}
		}
	}
	return all
}

func labelOf(el map[string]any) string {
	text, _ := el["text"].(map[string]any)
	label, _ := text["text"].(string)
	return label
}

// click uses the newest button with a label that a user sees.
func (d *day) click(user, label string) error {
	for _, args := range d.targets(user) {
		for _, c := range clickables(args.blocks) {
			if c.label != label {
				continue
			}
			a := args.ClickArgs
			a.As, a.BlockID, a.ActionID = user, c.block, c.action
			if c.value != "" {
				a.Value, _ = json.Marshal(c.value) // a string has a JSON form
			}
			return d.slack.Click(a)
		}
	}
	return fmt.Errorf("nothing called %q to click", label)
}

// A target is something that holds buttons.
type target struct {
	localslack.ClickArgs
	blocks json.RawMessage
}

// targets lists what holds buttons, newest first: the open modal, messages, the Home tab.
func (d *day) targets(user string) (all []target) {
	views := d.slack.Views(user)
	for _, v := range slices.Backward(views) {
		all = append(all, target{localslack.ClickArgs{ViewID: text0(v["id"])}, raw(v["blocks"])})
	}
	var messages []localslack.Message
	for _, c := range d.channels(user) {
		messages = append(append(messages, d.slack.Messages(c)...), d.slack.Whispers(user, c)...)
	}
	slices.SortStableFunc(messages, func(a, b localslack.Message) int { return strings.Compare(b.TS, a.TS) })
	for _, m := range messages {
		all = append(all, target{localslack.ClickArgs{Channel: m.Channel, TS: m.TS}, m.Blocks})
	}
	if v := d.slack.HomeView(user); v != nil {
		all = append(all, target{localslack.ClickArgs{ViewID: text0(v["id"])}, raw(v["blocks"])})
	}
	return all
}

func text0(v any) string { s, _ := v.(string); return s }

func raw(v any) json.RawMessage {
	data, _ := json.Marshal(v) // it came from JSON
	return data
}

// channels lists the ids of the channels that a user is in.
func (d *day) channels(user string) (ids []string) {
	for _, c := range d.slack.Config().Channels {
		if slices.Contains(c.Members, user) {
			ids = append(ids, c.ID)
		}
	}
	if dm := d.slack.DM(user); dm != "" {
		ids = append(ids, dm)
	}
	return ids
}

// top is the id of the uppermost modal of a user.
func (d *day) top(user string) string {
	views := d.slack.Views(user)
	if len(views) == 0 {
		return ""
	}
	return text0(views[len(views)-1]["id"])
}

// send fills in the open form and sends it. A value is the name of an option where there are some.
func (d *day) send(user, words string) error {
	views := d.slack.Views(user)
	if len(views) == 0 {
		return fmt.Errorf("no form is open")
	}
	view := views[len(views)-1]
	given := map[string]string{}
	for _, pair := range strings.Split(words, ", ") {
		name, value, _ := strings.Cut(pair, "=")
		given[name] = value
	}
	values := map[string]map[string]any{}
	for _, b := range blocksOf(raw(view["blocks"])) {
		el, _ := b["element"].(map[string]any)
		action, value := text0(el["action_id"]), given[text0(el["action_id"])]
		if action == "" || value == "" {
			continue
		}
		input := map[string]any{"type": el["type"]}
		switch el["type"] {
		case "radio_buttons", "static_select":
			input["selected_option"] = map[string]any{"value": value}
		case "checkboxes", "multi_static_select":
			var chosen []map[string]any
			for _, v := range strings.Split(value, "+") {
				chosen = append(chosen, map[string]any{"value": v})
			}
			input["selected_options"] = chosen
		case "multi_users_select":
			input["selected_users"] = strings.Split(value, "+")
		default:
			input["value"] = value
		}
		values[text0(b["block_id"])] = map[string]any{action: input}
	}
	ctx, cancel := context.WithTimeout(d.t.Context(), time.Minute)
	defer cancel()
	return d.slack.Submit(ctx, user, text0(view["id"]), raw(values))
}
