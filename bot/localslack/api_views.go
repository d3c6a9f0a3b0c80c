package localslack

import (
	"encoding/json"
	"time"
)

// maxView is the size of a view in bytes.
const maxView = 250_000

// readView checks a view of the wanted kind, modal or home.
func readView(raw json.RawMessage, kind string) (map[string]any, *failure) {
	var v map[string]any
	if json.Unmarshal(raw, &v) != nil || v == nil {
		return nil, invalid("view must be a JSON object [json-pointer:/view]")
	}
	if len(raw) > maxView {
		return nil, fail("view_too_large")
	}
	if v["type"] != kind {
		return nil, invalid("unsupported type [json-pointer:/view/type]")
	}
	for key, x := range v {
		if x == nil {
			delete(v, key)
		}
	}
	if err := ValidateView(mustJSON(v)); err != nil {
		return nil, &failure{code: "invalid_arguments", messages: blocksFailure(err).messages}
	}
	return v, nil
}

// exchange uses a trigger_id up.
func (w *Workspace) exchange(req *request) (*trigger, *failure) {
	if !req.has("trigger_id") {
		return nil, invalid("missing required field: trigger_id")
	}
	t := w.triggers[req.text("trigger_id")]
	switch {
	case t == nil:
		return nil, fail("invalid_trigger_id")
	case t.used:
		return nil, fail("exchanged_trigger_id")
	case time.Now().After(t.expires):
		return nil, fail("expired_trigger_id")
	}
	t.used = true
	return t, nil
}

func viewsOpen(w *Workspace, req *request) (reply, *failure) {
	raw, f := readView(req.raw("view"), "modal")
	if f != nil {
		return nil, f
	}
	t, f := w.exchange(req)
	if f != nil {
		return nil, f
	}
	for _, old := range w.stack(t.user) {
		w.closeViews(old)
	}
	if w.taken(raw, nil) {
		return nil, fail("duplicate_external_id")
	}
	v := w.newView(t.user, raw)
	w.show(v, false)
	return reply{"view": v.object(w)}, nil
}

func viewsPush(w *Workspace, req *request) (reply, *failure) {
	raw, f := readView(req.raw("view"), "modal")
	if f != nil {
		return nil, f
	}
	t, f := w.exchange(req)
	if f != nil {
		return nil, f
	}
	under := w.views[t.view]
	if under == nil {
		return nil, fail("not_found")
	}
	if w.depth(under) >= maxPushed {
		return nil, fail("push_limit_reached")
	}
	if w.taken(raw, nil) {
		return nil, fail("duplicate_external_id")
	}
	return reply{"view": w.push(under, raw).object(w)}, nil
}

func viewsUpdate(w *Workspace, req *request) (reply, *failure) {
	if !req.has("view_id") && !req.has("external_id") {
		return nil, invalid("missing required field: view_id")
	}
	raw, f := readView(req.raw("view"), "modal")
	if f != nil {
		return nil, f
	}
	v := w.views[req.text("view_id")]
	if v == nil && req.has("external_id") {
		v = w.external(req.text("external_id"))
	}
	if v == nil {
		return nil, fail("not_found")
	}
	if req.has("hash") && req.text("hash") != v.hash {
		return nil, fail("hash_conflict")
	}
	if w.taken(raw, v) {
		return nil, fail("duplicate_external_id")
	}
	v.raw, v.hash = w.named(raw), w.hash()
	w.show(v, false)
	return reply{"view": v.object(w)}, nil
}

func (w *Workspace) external(id string) *view {
	for _, v := range w.views {
		if v.raw["external_id"] == id {
			return v
		}
	}
	return nil
}

func viewsPublish(w *Workspace, req *request) (reply, *failure) {
	user := req.text("user_id")
	if w.users[user] == nil {
		return nil, invalid("user_id names nobody of the workspace")
	}
	raw, f := readView(req.raw("view"), "home")
	if f != nil {
		return nil, f
	}
	if !w.cfg.HomeTab {
		return nil, fail("not_enabled")
	}
	old := w.homes[user]
	if w.taken(raw, old) {
		return nil, fail("duplicate_external_id")
	}
	if req.has("hash") && (old == nil || old.hash != req.text("hash")) {
		return nil, fail("hash_conflict")
	}
	v := w.newView(user, raw)
	delete(w.views, v.id)
	if old != nil {
		v.id, v.root = old.id, old.root
	}
	w.homes[user] = v
	w.show(v, false)
	return reply{"view": v.object(w)}, nil
}
