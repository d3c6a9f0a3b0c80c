package corpus

import (
	"fmt"
	"testing"
)

func TestTurnOf(t *testing.T) {
	for text, want := range map[string]struct {
		turn Turn
		mark int
	}{
		"Q: Where is it?":       {Ask, 3},
		"q:where":               {Ask, 2},
		"**Q:** Where is it?":   {Ask, 7},
		"A: Here.":              {Reply, 3},
		"Antwort: Hier.":        {Reply, 9},
		"答：在这里。":                {Reply, 6},
		"A:":                    {NoTurn, 0},
		"Quite: not.":           {NoTurn, 0},
		"A is before B: always": {NoTurn, 0},
		"":                      {NoTurn, 0},
	} {
		if turn, mark := TurnOf(text); turn != want.turn || mark != want.mark {
			t.Errorf("TurnOf(%q) = %d, %d, want %d, %d", text, turn, mark, want.turn, want.mark)
		}
	}
}

// TestTurnsAreBlocks has questions and answers on lines of their own, without marks at their ends.
func TestTurnsAreBlocks(t *testing.T) {
	const text = "Q: where is the key\nand who has it\nA: in the lockbox,\nbehind the door\nQ: may I come\nA: sure.\n"
	want := "[Q: where is the key\nand who has it A: in the lockbox,\nbehind the door Q: may I come A: sure.]"
	for name, find := range map[string]func(string) []Block{"text": TextBlocks, "Markdown": MarkdownBlocks} {
		var parts []string
		for _, b := range find(text) {
			parts = append(parts, text[b.Start:b.End])
		}
		if got := fmt.Sprint(parts); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
