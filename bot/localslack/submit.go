package localslack

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

// ViewErrors are the words that the app put under the inputs of a submitted
// view, by block_id. The view stays open.
type ViewErrors map[string]string

func (e ViewErrors) Error() string {
	return fmt.Sprintf("view_errors: the app refused %d of the inputs", len(e))
}

// Submit submits a modal as user and waits for the app's decision: nil where
// the app took it, ViewErrors where it did not, or where Slack itself does not: an input
// that must be filled in, say. values is state.values as Slack has it: block_id, then
// action_id, then the element's value; what is left out holds what it began with.
func (w *Workspace) Submit(ctx context.Context, user, viewID string, values json.RawMessage) error {
	w.mu.Lock()
	v, err := w.filled(user, viewID, values)
	if err != nil {
		w.mu.Unlock()
		return err
	}
	p := w.interaction("view_submission", user)
	p["view"], p["trigger_id"], p["response_urls"] = v.object(w), w.newTrigger(user, v.id), []any{}
	result := make(chan error, 1)
	w.deliver(outgoing{kind: kindInteractive, typ: "view_submission", payload: mustJSON(p), done: func(ack json.RawMessage, acked bool) {
		if !acked {
			result <- refuse(http.StatusGatewayTimeout, "operation_timeout", "the app did not react in time; try again")
			return
		}
		result <- w.submitted(v, ack)
	}})
	w.mu.Unlock()
	select {
	case err := <-result:
		return err
	case <-w.ctx.Done():
		return fmt.Errorf("submit view %s: the workspace is closed", viewID)
	case <-ctx.Done():
		return fmt.Errorf("submit view %s: %w", viewID, ctx.Err())
	}
}

// filled writes values into a modal that can be submitted.
func (w *Workspace) filled(user, viewID string, values json.RawMessage) (*view, error) {
	v := w.views[viewID]
	if v == nil || v.user != user {
		return nil, errNoView
	}
	if v.raw["submit"] == nil {
		return nil, refuse(http.StatusBadRequest, "no_submit", "the view has no button to submit it")
	}
	held, err := w.form(user, v.blocks(), given(values, v.values))
	if err != nil {
		return nil, err
	}
	v.values = given(values, v.values)
	if errs := complaints(v.blocks(), held); len(errs) > 0 {
		return nil, errs
	}
	return v, nil
}

// submitted does what the app's ack of a submission asks for.
func (w *Workspace) submitted(v *view, ack json.RawMessage) error {
	var a struct {
		Action string          `json:"response_action"`
		View   json.RawMessage `json:"view"`
		Errors ViewErrors      `json:"errors"`
	}
	if len(ack) > 0 && json.Unmarshal(ack, &a) != nil {
		return refuse(http.StatusBadGateway, "invalid_ack", "the app answered the submission with something unreadable")
	}
	switch a.Action {
	case "errors":
		return w.refused(v, a.Errors)
	case "update", "push":
		raw, f := readView(a.View, "modal")
		if f == nil && a.Action == "push" && w.depth(v) >= maxPushed {
			f = fail("push_limit_reached")
		}
		if f != nil {
			w.log.Error("the app answered a submission with an invalid view", "error", f.code, "messages", f.messages)
			return refuse(http.StatusBadGateway, f.code, "the app answered the submission with an invalid view")
		}
		if a.Action == "push" {
			w.push(v, raw)
			return nil
		}
		v.raw, v.hash = w.named(raw), w.hash()
		w.show(v, false)
	case "clear":
		if root := w.views[v.root]; root != nil {
			v = root
		}
		w.closeViews(v)
	default:
		w.closeViews(v)
	}
	return nil
}

// refused hands the app's errors on; each must stand under an input of the view.
func (w *Workspace) refused(v *view, errs ViewErrors) error {
	inputs := map[string]bool{}
	for _, h := range holders(v.blocks()) {
		inputs[h.block] = inputs[h.block] || h.input != nil
	}
	for _, block := range sortedKeys(errs) {
		if !inputs[block] {
			w.log.Error("the app put an error under a block that is no input", "block", block)
			return refuse(http.StatusBadGateway, "invalid_ack", "the app put an error under a block that is no input")
		}
	}
	if len(errs) == 0 {
		return refuse(http.StatusBadGateway, "invalid_ack", "the app refused the submission and named no error")
	}
	return errs
}

// push opens raw on top of v.
func (w *Workspace) push(v *view, raw map[string]any) *view {
	top := w.newView(v.user, raw)
	top.root, top.previous = v.root, v.id
	w.show(top, false)
	return top
}
