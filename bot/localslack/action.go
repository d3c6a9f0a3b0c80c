package localslack

import "encoding/json"

// action builds the action object of a click on an element of blocks.
// The caller holds w.mu.
func (w *Workspace) action(blocks json.RawMessage, a ClickArgs) (map[string]any, bool) {
	var list []any
	if json.Unmarshal(blocks, &list) != nil {
		return nil, false
	}
	for _, b := range list {
		block, _ := b.(map[string]any)
		if id, _ := block["block_id"].(string); a.BlockID != "" && id != a.BlockID {
			continue
		}
		el, inner := findElement(block, a.ActionID)
		if el == nil {
			continue
		}
		out := map[string]any{"action_id": a.ActionID, "block_id": block["block_id"], "type": el["type"], "action_ts": w.timestamp()}
		for _, key := range []string{"text", "value", "style", "url"} {
			if v, ok := el[key]; ok {
				out[key] = v
			}
		}
		if inner != "" {
			out["block_id"] = inner
		}
		return choose(out, el, a.Value), true
	}
	return nil, false
}

// choose writes what the user picked into an action.
func choose(action, el map[string]any, value json.RawMessage) map[string]any {
	var fields map[string]any
	if json.Unmarshal(value, &fields) == nil {
		for key, v := range fields {
			action[key] = v
		}
		return action
	}
	var picked string
	if json.Unmarshal(value, &picked) != nil {
		return action
	}
	switch el["type"] {
	case "button":
	case "feedback_buttons":
		for _, side := range []string{"positive_button", "negative_button"} {
			if b, _ := el[side].(map[string]any); b != nil && b["value"] == picked {
				action["text"] = b["text"]
			}
		}
		action["value"] = picked
	case "static_select", "radio_buttons", "overflow":
		action["selected_option"] = option(el, picked)
	default:
		action["value"] = picked
	}
	return action
}

func option(el map[string]any, value string) any {
	options, _ := el["options"].([]any)
	for _, o := range options {
		if x, _ := o.(map[string]any); x != nil && x["value"] == value {
			return x
		}
	}
	return nil
}

// findElement looks for an action_id anywhere in a block; where it stands in a
// block within the block, that one's block_id comes with it.
func findElement(v any, actionID string) (el map[string]any, block string) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			if el, block = findElement(x, actionID); el != nil {
				return el, block
			}
		}
	case map[string]any:
		if id, _ := v["action_id"].(string); id == actionID && actionID != "" {
			return v, ""
		}
		for _, key := range sortedKeys(v) {
			if el, block = findElement(v[key], actionID); el == nil {
				continue
			}
			if id, _ := v["block_id"].(string); id != "" && block == "" {
				block = id
			}
			return el, block
		}
	}
	return nil, ""
}
