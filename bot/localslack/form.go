package localslack

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// held is an element that holds a value, with where it stands.
type held struct {
	block, action string
	el            map[string]any
	input         map[string]any // its input block; nil in sections and actions
}

// heldKey is the field of state.values that holds the value of a kind of element, "" for
// a kind that holds none.
func heldKey(typ string) string {
	switch typ {
	case "plain_text_input", "email_text_input", "url_text_input", "number_input":
		return "value"
	case "static_select", "external_select", "radio_buttons":
		return "selected_option"
	case "multi_static_select", "multi_external_select", "checkboxes":
		return "selected_options"
	case "datepicker", "timepicker":
		return "selected_" + strings.TrimSuffix(typ, "picker")
	case "datetimepicker":
		return "selected_date_time"
	case "rich_text_input":
		return "rich_text_value"
	case "file_input":
		return "files"
	}
	if kind, ok := strings.CutSuffix(strings.TrimPrefix(typ, "multi_"), "s_select"); ok {
		if strings.HasPrefix(typ, "multi_") {
			kind += "s"
		}
		return "selected_" + kind
	}
	return ""
}

// begins is what an element holds before anybody touches it.
func begins(el map[string]any) any {
	typ, _ := el["type"].(string)
	switch key := heldKey(typ); key {
	case "value", "rich_text_value":
		return el["initial_value"]
	case "selected_options", "selected_users", "selected_channels", "selected_conversations":
		if list := el["initial_"+strings.TrimPrefix(key, "selected_")]; list != nil {
			return list
		}
		return []any{}
	case "files":
		return []any{}
	default:
		return el["initial_"+strings.TrimPrefix(key, "selected_")]
	}
}

// elementsIn calls f for each element of blocks, those inside containers too.
func elementsIn(blocks []any, f func(block, el map[string]any)) {
	for _, b := range blocks {
		block, _ := b.(map[string]any)
		for _, key := range []string{"accessory", "element"} {
			if el, ok := block[key].(map[string]any); ok {
				f(block, el)
			}
		}
		for _, key := range []string{"elements", "actions"} {
			list, _ := block[key].([]any)
			if typeOf(block) == "carousel" {
				elementsIn(list, f)
				continue
			}
			for _, x := range list {
				if el, ok := x.(map[string]any); ok && !strings.HasPrefix(typeOf(el), "rich_text") {
					f(block, el)
				}
			}
		}
		children, _ := block["child_blocks"].([]any)
		elementsIn(children, f)
	}
}

func holders(blocks json.RawMessage) []held {
	var list []any
	if json.Unmarshal(blocks, &list) != nil {
		return nil
	}
	var out []held
	elementsIn(list, func(block, el map[string]any) {
		if heldKey(typeOf(el)) == "" {
			return
		}
		h := held{el: el}
		h.block, _ = block["block_id"].(string)
		h.action, _ = el["action_id"].(string)
		if typeOf(block) == "input" {
			h.input = block
		}
		out = append(out, h)
	})
	return out
}

// formValues is state.values: block_id, action_id, then type and value.
type formValues map[string]map[string]map[string]any

// form returns what the elements of blocks hold: what user entered according to given,
// else what they began with. An error names the first entry that nobody could have made.
func (w *Workspace) form(user string, blocks, given json.RawMessage) (formValues, error) {
	var entered map[string]map[string]json.RawMessage
	if len(given) > 0 && json.Unmarshal(given, &entered) != nil {
		return nil, refuse(http.StatusBadRequest, "invalid_values", "values must be an object of block_id, then action_id")
	}
	out, known := formValues{}, map[string]bool{}
	var bad error
	for _, h := range holders(blocks) {
		known[h.block+"\n"+h.action] = true
		value := begins(h.el)
		if raw, ok := entered[h.block][h.action]; ok {
			v, err := w.entry(user, h.el, raw)
			if err != nil && bad == nil {
				bad = err
			}
			value = v
		}
		if out[h.block] == nil {
			out[h.block] = map[string]map[string]any{}
		}
		out[h.block][h.action] = map[string]any{"type": h.el["type"], heldKey(typeOf(h.el)): value}
	}
	for _, block := range sortedKeys(entered) {
		for _, action := range sortedKeys(entered[block]) {
			if !known[block+"\n"+action] && bad == nil {
				bad = refuse(http.StatusBadRequest, "invalid_values", "there is no input %q in block %q", action, block)
			}
		}
	}
	return out, bad
}

// entry reads what was entered into el: the value alone, or an object as state.values has it.
func (w *Workspace) entry(user string, el map[string]any, raw json.RawMessage) (any, error) {
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return nil, refuse(http.StatusBadRequest, "invalid_value", "a value is no JSON")
	}
	key := heldKey(typeOf(el))
	if o, ok := v.(map[string]any); ok && (o["type"] == el["type"] || o[key] != nil) {
		v = o[key]
	}
	switch key {
	case "selected_option":
		return optionOf(el, v)
	case "selected_options":
		return each(v, func(x any) (any, error) { return optionOf(el, x) })
	case "selected_users", "selected_channels", "selected_conversations":
		return each(v, func(x any) (any, error) { return w.picked(user, strings.TrimSuffix(key, "s"), x) })
	case "selected_user", "selected_channel", "selected_conversation":
		return w.picked(user, key, v)
	case "selected_date_time":
		if n, ok := v.(float64); v == nil || ok && n > 0 {
			return v, nil
		}
	case "rich_text_value", "files":
		return v, nil
	default:
		if s, ok := v.(string); v == nil || ok {
			if s == "" {
				return nil, nil
			}
			return s, nil
		}
	}
	return nil, refuse(http.StatusBadRequest, "invalid_value", "%v is no value of a %s", v, typeOf(el))
}

func each(v any, f func(any) (any, error)) (any, error) {
	list, ok := v.([]any)
	if !ok && v != nil {
		return nil, refuse(http.StatusBadRequest, "invalid_value", "choose a list")
	}
	out := []any{}
	for _, x := range list {
		one, err := f(x)
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

// optionOf finds the option of el that v means: its value, or the option itself.
func optionOf(el map[string]any, v any) (any, error) {
	if o, ok := v.(map[string]any); ok {
		v = o["value"]
	}
	if v == nil {
		return nil, nil
	}
	for _, o := range optionsOf(el) {
		if o["value"] == v {
			return o, nil
		}
	}
	return nil, refuse(http.StatusBadRequest, "invalid_value", "%v is none of the options", v)
}

// optionsOf lists the options of a menu, those in groups too.
func optionsOf(el map[string]any) []map[string]any {
	lists := []any{el["options"]}
	groups, _ := el["option_groups"].([]any)
	for _, g := range groups {
		group, _ := g.(map[string]any)
		lists = append(lists, group["options"])
	}
	var out []map[string]any
	for _, l := range lists {
		list, _ := l.([]any)
		for _, o := range list {
			if option, ok := o.(map[string]any); ok {
				out = append(out, option)
			}
		}
	}
	return out
}

// picked accepts the id of a user or of a conversation that user sees.
func (w *Workspace) picked(user, key string, v any) (any, error) {
	id, _ := v.(string)
	switch ch := w.channels[id]; {
	case v == nil:
		return nil, nil
	case key == "selected_user" && w.users[id] != nil:
		return id, nil
	case key == "selected_user" || ch == nil || !w.sees(user, ch):
	case key == "selected_conversation" || ch.Kind == Public || ch.Kind == Shared:
		return id, nil
	}
	return nil, refuse(http.StatusBadRequest, "invalid_value", "%v cannot be chosen here", v)
}

var emailAddress = regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[^@\s]+$`)

// complaints are what Slack itself says under inputs, before the app hears of a submission.
func complaints(blocks json.RawMessage, values formValues) ViewErrors {
	out := ViewErrors{}
	for _, h := range holders(blocks) {
		if h.input == nil {
			continue
		}
		value := values[h.block][h.action][heldKey(typeOf(h.el))]
		optional, _ := h.input["optional"].(bool)
		if list, ok := value.([]any); value == nil || ok && len(list) == 0 {
			if !optional {
				out[h.block] = "Please complete this required field."
			}
			continue
		}
		if s, ok := value.(string); ok {
			if says := misfit(h.el, s); says != "" {
				out[h.block] = says
			}
		}
	}
	return out
}

// misfit says why text does not fit into el, "" where it does.
func misfit(el map[string]any, text string) string {
	n := float64(utf8.RuneCountInString(text))
	least, _ := el["min_length"].(float64)
	most, limited := el["max_length"].(float64)
	if !limited {
		most = maxInput
	}
	switch typ := typeOf(el); {
	case n < least:
		return fmt.Sprintf("This must be at least %v characters.", least)
	case n > most:
		return fmt.Sprintf("This must be at most %v characters.", most)
	case typ == "email_text_input" && !emailAddress.MatchString(text):
		return "This is no e-mail address."
	case typ == "url_text_input" && !typedURL.MatchString(text):
		return "This is no web address."
	case typ == "number_input":
		return numberMisfit(el, text)
	}
	return ""
}

func numberMisfit(el map[string]any, text string) string {
	n, err := strconv.ParseFloat(text, 64)
	decimal, _ := el["is_decimal_allowed"].(bool)
	if err != nil || !decimal && n != math.Trunc(n) {
		return "This is no number that fits here."
	}
	bound := func(name string, otherwise float64) float64 {
		s, _ := el[name].(string)
		if b, err := strconv.ParseFloat(s, 64); err == nil {
			return b
		}
		return otherwise
	}
	if least, most := bound("min_value", math.Inf(-1)), bound("max_value", math.Inf(1)); n < least || n > most {
		return fmt.Sprintf("This must be from %v to %v.", least, most)
	}
	return ""
}

// maxInput is the longest text of a plain_text_input, in characters.
const maxInput = 3000
