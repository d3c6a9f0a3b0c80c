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
// the app took it, ViewErrors where it did not. values is state.values as
// Slack has it: block_id, then action_id, then the element's value.
func (w *Workspace) Submit(ctx context.Context, user, viewID string, values json.RawMessage) error {
	w.mu.Lock()
	v, err := w.modal(user, viewID)
	if err != nil {
		w.mu.Unlock()
		return err
	}
	v.values = given(values, v.values)
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
		return a.Errors
	case "update", "push":
		raw, f := readView(a.View, "modal")
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

// push opens raw on top of v.
func (w *Workspace) push(v *view, raw map[string]any) *view {
	top := w.newView(v.user, raw)
	top.root, top.previous = v.root, v.id
	w.show(top, false)
	return top
}
