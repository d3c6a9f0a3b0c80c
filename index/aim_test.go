package index

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestAim(t *testing.T) {
	story := strings.Repeat("I tried to print the leaflet for the spring fair and nothing came out of it. ", 6)
	for _, tt := range []struct{ name, text, asked, told string }{
		{"short", "Nothing works. How do I reset it?", "Nothing works. How do I reset it?", ""},
		{"a story before the question", story + "How do I reset the printer?", "How do I reset the printer?", strings.TrimSpace(story)},
		{"two questions", "Who has the key? " + story + "Where is it?", "Who has the key? Where is it?", strings.TrimSpace(story)},
		{"lines", strings.ReplaceAll(story, ". ", "\n") + "How do I reset it?\n", "How do I reset it?", strings.TrimSpace(strings.ReplaceAll(story, ". ", " "))},
		{"no question mark", story, strings.TrimSpace(story), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if asked, told := aim(tt.text); asked != tt.asked || told != tt.told {
				t.Errorf("asked %q, told %q", asked, told)
			}
		})
	}
}

func TestCut(t *testing.T) {
	if got := cut("one two three", 9); got != "one two" {
		t.Errorf("cut to %q", got)
	}
	if got := cut(strings.Repeat("ü", 100), 9); len(got) != 8 || !utf8.ValidString(got) {
		t.Errorf("cut to %q", got)
	}
}

func TestToldWordsAreNotAskedFor(t *testing.T) {
	q := ParseQuestion(strings.Repeat("The leaflet for the spring fair did not come out of the machine. ", 5)+"How do I reset the printer?", []string{"en"})
	for _, w := range q.Words {
		if told := w.Text != "reset" && w.Text != "printer"; w.Aside != told || w.Content == told {
			t.Errorf("%q: aside %v, content %v", w.Text, w.Aside, w.Content)
		}
	}
	if len(q.Words) < 5 {
		t.Errorf("words %+v", q.Words)
	}
}

func TestTells(t *testing.T) {
	for text, want := range map[string]bool{
		"the printer on the second floor is broken": true, "I am busy right now": true, "a walk in the park": true,
		"the café is closed":                   true,
		"the printer is broken, who do I call": false, "hotel price limit": false, "is the office open": false,
		"the limit for hotels?": false, "the limit": false, "": false,
	} {
		if got := tells(text); got != want {
			t.Errorf("tells(%q) = %v", text, got)
		}
	}
}
