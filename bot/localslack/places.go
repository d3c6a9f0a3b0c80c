package localslack

import (
	"context"
	"math/rand/v2"
)

// shutPlace waits until somebody asks in a channel, and then archives it for a while, or takes the app out of it, so
// that the answer finds it closed. Only from a public channel is the app taken: what it may read decides whether it can
// know what became of an answer, and should stay as it is.
func (w *Workspace) shutPlace(ctx context.Context, p *Plan, r *rand.Rand) {
	ch := w.nextPlace(ctx)
	if ch == nil {
		return
	}
	archive := ch.Kind != Public || r.IntN(2) == 0
	if archive {
		w.faults.meet("channel archived")
	} else {
		w.faults.meet("app removed from channel")
	}
	w.shut(ch, archive)
	pause(ctx, p.lasting())
	w.reopen(ch, archive)
}

// nextPlace is the channel in which the next question is asked; nil when ctx ends before.
func (w *Workspace) nextPlace(ctx context.Context) (ch *channel) {
	seen := -1
	err := w.wait(ctx, "a question in a channel", func() bool {
		list := w.ledger.list
		if seen < 0 || seen > len(list) { // at first, and when a reader has taken questions out
			seen = len(list)
		}
		for ; seen < len(list); seen++ {
			if ch = w.channels[list[seen].Channel]; ch != nil && ch.Kind != Direct {
				return true
			}
		}
		return false
	})
	if err != nil {
		return nil
	}
	return ch
}

// shut archives a channel, or takes the app out of it.
func (w *Workspace) shut(ch *channel, archive bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if archive {
		w.archive(ch, true)
	} else {
		w.leaveChannel(ch, w.cfg.App.BotUserID)
	}
}

// reopen undoes shut.
func (w *Workspace) reopen(ch *channel, archive bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if archive {
		w.archive(ch, false)
	} else {
		w.join(ch, w.cfg.App.BotUserID, "")
	}
}

// refuseToken makes Slack refuse one of the tokens for a while.
func (w *Workspace) refuseToken(ctx context.Context, p *Plan, r *rand.Rand) {
	token := []string{w.cfg.BotToken, w.cfg.AppToken}[r.IntN(2)]
	codes := words("invalid_auth account_inactive token_revoked token_expired")
	w.faults.meet("token refused")
	w.Revoke(token, codes[r.IntN(len(codes))])
	pause(ctx, p.lasting())
	w.Revoke(token, "")
}
