package localslack

import (
	"fmt"
	"sync"
	"testing"
)

// Everybody does everything at once; the race detector watches.
func TestEverythingAtOnce(t *testing.T) {
	w := start(t, grants("channels:history reactions:read", "message.channels", "reaction_added"))
	s := w.connect()
	go func() {
		var e map[string]any
		for s.ReadJSON(&e) == nil {
			if s.WriteJSON(map[string]any{"envelope_id": e["envelope_id"]}) != nil {
				return
			}
		}
	}()
	_, end := w.stream(Grace, "0")
	defer end()
	const rounds = 20
	var wg sync.WaitGroup
	for n := range 4 {
		wg.Go(func() {
			for i := range rounds {
				ts, err := w.Say(Ada, General, fmt.Sprintf("@verbatim %d %d", n, i))
				if err != nil {
					t.Error(err)
					return
				}
				if err := w.React(Grace, General, ts, "eyes"); err != nil {
					t.Error(err)
				}
				w.api("chat.postMessage", "channel", General, "thread_ts", ts, "text", "answer")
				w.api("conversations.history", "channel", General)
				w.request("GET", "/local/state?as="+Linus, "", "", "")
			}
		})
	}
	wg.Wait()
	messages := w.Messages(General)
	if len(messages) != 4*rounds*2 {
		t.Errorf("%d messages", len(messages))
	}
	for i := 1; i < len(messages); i++ {
		if messages[i-1].TS >= messages[i].TS {
			t.Fatalf("ts %s is followed by %s", messages[i-1].TS, messages[i].TS)
		}
	}
}
