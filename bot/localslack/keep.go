package localslack

import (
	"slices"
	"time"
)

// trim lets go of what a long run no longer needs, if [Config.Keep] bounds it. The caller holds w.mu.
func (w *Workspace) trim() {
	keep := w.cfg.Keep
	if keep <= 0 {
		return
	}
	w.calls = newest(w.calls, keep)
	w.stray, w.ends = newest(w.stray, keep), newest(w.ends, keep)
	if len(w.envelopes) > 2*keep {
		old := w.envelopes[:len(w.envelopes)-keep]
		open := slices.DeleteFunc(slices.Clone(old), func(e *Envelope) bool { return !e.Acked.IsZero() || e.TimedOut })
		w.envelopes = append(open, w.envelopes[len(old):]...)
	}
	for _, ch := range w.channels {
		ch.msgs, ch.whispers = newest(ch.msgs, keep), newest(ch.whispers, keep)
	}
	if len(w.urls)+len(w.triggers) > 2*keep {
		now := time.Now()
		for key, u := range w.urls {
			if now.After(u.expires) {
				delete(w.urls, key)
			}
		}
		for key, t := range w.triggers {
			if now.After(t.expires) {
				delete(w.triggers, key)
			}
		}
	}
}

// newest returns the last elements of a list once it is twice as long as what is kept, so that each
// element is copied once.
func newest[T any](list []T, keep int) []T {
	if len(list) <= 2*keep {
		return list
	}
	return slices.Clone(list[len(list)-keep:])
}
