package bot

import (
	"errors"
	"strings"
	"testing"
	"time"

	"verbatim/bot/localslack"
)

// TestSocketModeOff switches Socket Mode off for ten minutes, in which new sockets greet and answer pings: the bot is
// not ready, says why, and answers again when it is on.
func TestSocketModeOff(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		b := w.start()
		w.pass(time.Second)
		if err := b.Ready(); err != nil {
			t.Fatalf("not ready before: %v", err)
		}
		w.slack.SocketMode(false)
		w.pass(10 * time.Second)
		for range 10 * time.Minute / time.Second {
			if err := b.Ready(); !errors.Is(err, errDeaf) {
				t.Fatalf("ready while nothing is heard: %v", err)
			}
			w.pass(time.Second)
		}
		if !strings.Contains(w.log.String(), "socket mode is switched off") {
			t.Error("the log does not tell why")
		}
		w.slack.SocketMode(true)
		w.pass(disabledPause + time.Minute)
		if err := b.Ready(); err != nil {
			t.Errorf("not ready after: %v", err)
		}
		w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
		w.oneAnswer(localslack.General, time.Minute)
		b.mustStop()
	})
}
