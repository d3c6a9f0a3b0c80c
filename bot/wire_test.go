package bot

import (
	"testing"
	"time"

	"verbatim/bot/localslack"
)

func TestMentionIsAnsweredInItsThread(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		b := w.start()
		ts := w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
		m := w.oneAnswer(localslack.General, time.Second)
		if m.ThreadTS != ts {
			t.Errorf("answered in thread %q, want %q", m.ThreadTS, ts)
		}
		w.wantText(m, laptopQuote)
		w.wantAcked()
		b.mustStop()
	})
}
