package localslack

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
)

// action builds the action object of a click on an element of blocks. What was chosen must
// be among what the element offers. The caller holds w.mu.
func (w *Workspace) action(blocks json.RawMessage, a ClickArgs) (map[string]any, error) {
	var list []any
	var el, block map[string]any
	if json.Unmarshal(blocks, &list) == nil {
		elementsIn(list, func(b, e map[string]any) {
			if el == nil && e["action_id"] == a.ActionID && (a.BlockID == "" || b["block_id"] == a.BlockID) {
				el, block = e, b
			}
		})
	}
	if el == nil || a.ActionID == "" || !visibleTo(el, a.As) {
		return nil, refuse(http.StatusNotFound, "action_not_found", "there is no element %q in block %q", a.ActionID, a.BlockID)
	}
	out := map[string]any{"action_id": a.ActionID, "block_id": block["block_id"], "type": el["type"], "action_ts": w.timestamp()}
	for _, key := range []string{"text", "value", "style", "url", "placeholder", "icon"} {
		if v, ok := el[key]; ok {
			out[key] = v
		}
	}
	if a.Forged != nil {
		maps.Copy(out, a.Forged)
		return out, nil
	}
	return out, w.choose(out, el, a)
}

// visibleTo reports whether user sees an element: an icon button may be for some people alone.
func visibleTo(el map[string]any, user string) bool {
	list, limited := el["visible_to_user_ids"].([]any)
	return !limited || slices.Contains(list, any(user))
}

// choose writes what the user picked into an action.
func (w *Workspace) choose(action, el map[string]any, a ClickArgs) error {
	raw := given(a.Value, json.RawMessage("null"))
	switch typ := typeOf(el); typ {
	case "button", "icon_button", "workflow_button":
		return nil
	case "feedback_buttons":
		return side(action, el, raw)
	case "overflow":
		var picked any
		if err := json.Unmarshal(raw, &picked); err != nil || picked == nil {
			return refuse(http.StatusBadRequest, "invalid_value", "choose one of the options")
		}
		if o, ok := picked.(map[string]any); ok && o["selected_option"] != nil {
			picked = o["selected_option"]
		}
		o, err := optionOf(el, picked)
		action["selected_option"] = o
		return err
	default:
		v, err := w.entry(a.As, el, raw)
		action[heldKey(typ)] = v
		return err
	}
}

// side writes which of two feedback buttons was pressed.
func side(action, el map[string]any, raw json.RawMessage) error {
	var picked any
	if json.Unmarshal(raw, &picked) == nil {
		for _, name := range []string{"positive_button", "negative_button"} {
			if b, _ := el[name].(map[string]any); b != nil && b["value"] == picked {
				action["text"], action["value"] = b["text"], picked
				return nil
			}
		}
	}
	return refuse(http.StatusBadRequest, "invalid_value", "neither of the two buttons has the value %s", raw)
}
