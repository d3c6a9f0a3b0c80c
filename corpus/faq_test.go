package corpus

import (
	"slices"
	"testing"
)

func TestQuestionsAndAnswers(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{"an answer below its question", "# FAQ\n\nQ: Who pays?\n\nA: Nobody.\nReally.\n\nQ: When?\n\nA: Now.\n", []string{
			"heading 1 FAQ", "heading 2 Who pays?", "paragraph 0 Nobody.\nReally.", "heading 2 When?", "paragraph 0 Now.",
		}},
		{"without a heading above", "Q: Who?\n\nA: You.", []string{"heading 1 Who?", "paragraph 0 You."}},
		{"a question alone", "Q: Who?\n\nYou.", []string{"paragraph 0 Q: Who?", "paragraph 0 You."}},
		{"an empty answer", "Q: Who?\n\nA:", []string{"paragraph 0 Q: Who?", "paragraph 0 A:"}},
		{"in a list", "- Q: Who?\n- A: You.", []string{"item 0 Q: Who?", "item 0 A: You."}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, b := range MarkdownBlocks(tt.text) {
				got = append(got, string(b.Kind)+" "+string(rune('0'+b.Level))+" "+tt.text[b.Start:b.End])
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("blocks %q, want %q", got, tt.want)
			}
		})
	}
}
