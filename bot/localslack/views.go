package localslack

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
)

// maxPushed is how many modals may stand on top of the first.
const maxPushed = 2

// view is a modal or Home tab of the app, as one user sees it.
type view struct {
	id       string
	user     string
	raw      map[string]any // as the app sent it
	hash     string
	root     string
	previous string
	values   json.RawMessage // what the user was last seen to have entered
}

// object is the view as Slack gives it.
func (v *view) object(w *Workspace) map[string]any {
	o := map[string]any{
		"private_metadata": "", "callback_id": "", "external_id": "", "clear_on_close": false, "notify_on_close": false,
		"close": nil, "submit": nil, "title": map[string]any{"type": "plain_text", "text": w.cfg.App.Name},
	}
	maps.Copy(o, v.raw)
	maps.Copy(o, map[string]any{
		"id": v.id, "team_id": w.cfg.Team.ID, "app_id": w.cfg.App.ID, "bot_id": w.cfg.App.BotID, "app_installed_team_id": w.cfg.Team.ID,
		"hash": v.hash, "root_view_id": v.root, "previous_view_id": nil, "state": map[string]any{"values": w.entered(v)},
	})
	if v.previous != "" {
		o["previous_view_id"] = v.previous
	}
	return o
}

// entered is what the inputs of v hold; what was entered into inputs that are gone is gone too.
func (w *Workspace) entered(v *view) formValues {
	values, _ := w.form(v.user, v.blocks(), v.values)
	return values
}

func (v *view) blocks() json.RawMessage { raw, _ := v.raw["blocks"].(json.RawMessage); return raw }

func (v *view) flag(name string) bool { b, _ := v.raw[name].(bool); return b }

// show tells the user's page of a view.
func (w *Workspace) show(v *view, closed bool) {
	o := v.object(w)
	if closed {
		o["closed"] = true
	}
	w.publish(update{Type: "view", View: o}, func(user string) bool { return user == v.user })
	w.touch()
}

// newView stores a view of raw for user. The caller holds w.mu.
func (w *Workspace) newView(user string, raw map[string]any) *view {
	v := &view{id: w.id("V"), user: user, hash: w.hash()}
	v.root = v.id
	v.raw = w.named(raw)
	w.views[v.id] = v
	return v
}

// taken reports whether a view other than self has the external_id of raw.
func (w *Workspace) taken(raw map[string]any, self *view) bool {
	id, _ := raw["external_id"].(string)
	if id == "" {
		return false
	}
	same := func(v *view) bool { return v != self && v.raw["external_id"] == id }
	return slices.ContainsFunc(slices.Collect(maps.Values(w.views)), same) || slices.ContainsFunc(slices.Collect(maps.Values(w.homes)), same)
}

// named gives the blocks of a view their block_ids.
func (w *Workspace) named(raw map[string]any) map[string]any {
	raw = maps.Clone(raw)
	raw["blocks"] = w.nameBlocks(mustJSON(raw["blocks"]))
	return raw
}

func (w *Workspace) hash() string { return w.timestamp() + "." + w.id("")[:8] }

// Views returns the open modals of a user, the first at the bottom, as Slack gives them.
func (w *Workspace) Views(user string) []map[string]any {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.openViews(user)
}

func (w *Workspace) openViews(user string) []map[string]any {
	var out []map[string]any
	for _, v := range w.stack(user) {
		out = append(out, v.object(w))
	}
	return out
}

// HomeView returns what the app published on a user's Home tab, or nil.
func (w *Workspace) HomeView(user string) map[string]any {
	w.mu.Lock()
	defer w.mu.Unlock()
	if v := w.homes[user]; v != nil {
		return v.object(w)
	}
	return nil
}

// stack lists the open modals of a user, bottom first.
func (w *Workspace) stack(user string) []*view {
	var list []*view
	for _, v := range w.views {
		if v.user == user {
			list = append(list, v)
		}
	}
	slices.SortFunc(list, func(a, b *view) int { return w.depth(a) - w.depth(b) })
	return list
}

func (w *Workspace) depth(v *view) int {
	n := 0
	for v = w.views[v.previous]; v != nil; v = w.views[v.previous] {
		n++
	}
	return n
}

// closeViews closes v and what stands on top of it.
func (w *Workspace) closeViews(v *view) {
	for _, x := range slices.Backward(w.stack(v.user)) {
		if w.depth(x) >= w.depth(v) && x.root == v.root {
			w.show(x, true)
			delete(w.views, x.id)
		}
	}
}

var errNoView = localError{http.StatusNotFound, "view_not_found", "there is no such view for this user"}

// modal finds an open view of user, or the Home tab's.
func (w *Workspace) modal(user, id string) (*view, error) {
	if v := w.views[id]; v != nil && v.user == user {
		return v, nil
	}
	if v := w.homes[user]; v != nil && v.id == id {
		return v, nil
	}
	return nil, errNoView
}

// clickView uses an element of a view.
func (w *Workspace) clickView(a ClickArgs) error {
	v, err := w.modal(a.As, a.ViewID)
	if err != nil {
		return err
	}
	action, err := w.action(v.blocks(), a)
	if err != nil {
		return err
	}
	if _, err := w.form(a.As, v.blocks(), a.Values); err != nil {
		return err
	}
	v.values = given(a.Values, v.values)
	p := w.interaction("block_actions", a.As)
	p["actions"], p["view"] = []any{action}, v.object(w)
	p["container"] = map[string]any{"type": "view", "view_id": v.id}
	p["trigger_id"] = w.newTrigger(a.As, v.id)
	w.interactive("block_actions", p, nil)
	return nil
}

// CloseView closes a modal as user, and shows the one below again. With clear_on_close it
// closes all of them. The app hears of those that asked for that.
func (w *Workspace) CloseView(user, viewID string) error { return w.closeModal(user, viewID, false) }

// CloseViews closes a modal and all that stand under it, as the cross in their corner does.
func (w *Workspace) CloseViews(user, viewID string) error { return w.closeModal(user, viewID, true) }

func (w *Workspace) closeModal(user, viewID string, all bool) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	v := w.views[viewID]
	if v == nil || v.user != user {
		return errNoView
	}
	all = all || v.flag("clear_on_close")
	if root := w.views[v.root]; all && root != nil {
		v = root
	}
	for _, x := range w.stack(user) {
		if x.root == v.root && w.depth(x) >= w.depth(v) && x.flag("notify_on_close") {
			p := w.interaction("view_closed", user)
			p["view"], p["is_cleared"] = x.object(w), all
			w.interactive("view_closed", p, nil)
		}
	}
	w.closeViews(v)
	return nil
}
