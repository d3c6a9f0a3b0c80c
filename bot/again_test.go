package bot

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"verbatim/bot/localslack"
	"verbatim/index"
)

// TestAskAgain breaks once and wants a button below that, which asks again for who clicks.
func TestAskAgain(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		broken := true
		w.library.set("Broken?", func(ctx context.Context) (index.Answer, error) {
			if broken {
				return index.Answer{}, errors.New("engine is down")
			}
			return quoting(laptopQuote)(ctx)
		})
		b := w.start()
		w.say(localslack.Ada, localslack.General, "@verbatim Broken?")
		m := w.oneAnswer(localslack.General, time.Second)
		w.wantText(m, "Something broke on my side")
		broken = false
		var blocks []struct {
			ID       string `json:"block_id"`
			Elements []struct {
				Action string `json:"action_id"`
			} `json:"elements"`
		}
		if err := json.Unmarshal(m.Blocks, &blocks); err != nil {
			t.Fatal(err)
		}
		last := blocks[len(blocks)-1]
		if len(last.Elements) == 0 || !strings.HasPrefix(last.Elements[0].Action, actAskAgain) {
			t.Fatalf("the last block is no button to ask again: %s", m.Blocks)
		}
		click := localslack.ClickArgs{As: localslack.Grace, Channel: localslack.General, TS: m.TS, BlockID: last.ID, ActionID: last.Elements[0].Action}
		if err := w.slack.Click(click); err != nil {
			t.Fatal(err)
		}
		w.pass(time.Second)
		var told []localslack.Message
		for _, m := range w.slack.Whispers(localslack.Grace, localslack.General) {
			if m.BotID != "" && !strings.Contains(m.Text, "Something broke") {
				told = append(told, m)
			}
		}
		if len(told) != 1 {
			t.Fatalf("%d answers to the click, want 1: %v", len(told), texts(told))
		}
		w.wantText(told[0], laptopQuote)
		w.wantText(told[0], "You asked: Broken?")
		b.mustStop()
		wantClosed(t, w)
	})
}
