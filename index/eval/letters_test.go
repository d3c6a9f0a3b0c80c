package eval

import "testing"

func TestLetters(t *testing.T) {
	for text, want := range map[string]string{
		"":                     "",
		"The *Two-hour* Call!": "thetwohourcall",
		"Straße, ΣΊΣΥΦΟΣ":      "strasseσίσυφοσ",
		"ﬁne ２４ ½":             "fine2412",
		"İstanbul":             "istanbul",
		"那 308分。":              "那308分",
		"हिन्दी":               "हनद",
		"a\xffb":               "ab",
	} {
		if got := letters(text); got != want {
			t.Errorf("letters of %q are %q, want %q", text, got, want)
		}
	}
}

func TestSpans(t *testing.T) {
	for _, tt := range []struct {
		text, part string
		want       int
	}{{"aaaa", "aa", 3}, {"abc", "", 0}, {"", "a", 0}, {"ééé", "éé", 2}, {"abcabc", "bc", 2}} {
		got := spans(tt.text, tt.part)
		if len(got) != tt.want {
			t.Errorf("%q in %q: %v, want %d places", tt.part, tt.text, got, tt.want)
		}
		for _, s := range got {
			if tt.text[s.start:s.end] != tt.part {
				t.Errorf("%q in %q: %v", tt.part, tt.text, s)
			}
		}
	}
}
