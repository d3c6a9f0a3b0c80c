package shared

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// TestObserverThatStoodStill stops the observer together with all others, as a machine that is paused stops all of its
// processes: nobody counts as dead for what could not be seen, and who is silent after that does.
func TestObserverThatStoodStill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := watch{}
		all := []Record{{Kind: kindReplica, ID: "other", Body: []byte(`{}`), Version: Version{SeqNo: 1}}}
		w.see(all, "own")
		time.Sleep(beatEvery)
		w.see(all, "own")
		time.Sleep(time.Hour)
		if dead := w.see(all, "own"); len(dead) > 0 {
			t.Errorf("%v counts as dead: nobody looked for an hour", dead)
		}
		for range deadAfter / beatEvery {
			time.Sleep(beatEvery)
			w.see(all, "own")
		}
		if dead := w.see(all, "own"); !slices.Equal(dead, []string{"other"}) {
			t.Errorf("dead after %v of silence: %v", deadAfter, dead)
		}
	})
}
