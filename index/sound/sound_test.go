package sound

import (
	"strings"
	"testing"
)

func TestOf(t *testing.T) {
	for word, want := range map[string]string{
		"": "", "knight": "nit", "night": "nit", "phone": "fon", "nation": "naSun", "judge": "JuJ", "xylophone": "zilofon", "year": "yir", "city": "siti",
		"write": "rit", "place": "plas", "large": "larJ", "house": "hos", "internet2": "internetu", "möbius": "mbius", "ff": "f", "ghost": "gost", "thought": "Tot", "daughter": "doter",
	} {
		if got := Of(word).text; got != want {
			t.Errorf("%s sounds like %q, want %q", word, got, want)
		}
	}
	if n := len(Of(strings.Repeat("ba", 100)).text); n > 63 {
		t.Errorf("%d sounds of a long word", n)
	}
}

// TestAlike takes pairs from what was heard and what was said, each beside a word that was not said.
func TestAlike(t *testing.T) {
	for _, tt := range []struct{ heard, said, not string }{
		{"broadmeadows", "broadmeadows", "broadcasting"}, {"mollymartin", "marleematlin", "militarymen"}, {"bedtogo", "bendigo", "bridge"},
		{"milanovich", "milanovic", "military"}, {"phase", "face", "fame"}, {"sarabi", "turabi", "somalia"}, {"grease", "greece", "grass"},
		{"hostile", "hostel", "hospital"}, {"bskyb", "bskyb", "busby"},
	} {
		heard := Of(tt.heard)
		said, not := Alike(heard, Of(tt.said), 0), Alike(heard, Of(tt.not), 0)
		if said <= not {
			t.Errorf("%s sounds %.2f like %s and %.2f like %s", tt.heard, said, tt.said, not, tt.not)
		}
		if over, under := Alike(heard, Of(tt.said), said+0.01), Alike(heard, Of(tt.said), said-0.01); over != 0 || under != said {
			t.Errorf("%s sounds %.2f like %s; of what is a little more alike %.2f, of what is a little less %.2f", tt.heard, said, tt.said, over, under)
		}
		if back := Alike(Of(tt.said), heard, 0); back < said-1e-6 || back > said+1e-6 {
			t.Errorf("%s sounds %.2f like %s, the other way round %.2f", tt.heard, said, tt.said, back)
		}
	}
	both := Of("broad").Then(Of("meadows"))
	if got := Alike(both, Of("broadmeadows"), 0.5); got < 0.95 {
		t.Errorf("%s sounds %.2f like one word", both.text, got)
	}
	if got := Of("in").Then(Of("north")); got != Of("inorth") {
		t.Errorf("two sounds that meet: %s", got.text)
	}
	if got := Alike(Of(""), Of("a"), 0); got != 0 {
		t.Errorf("nothing sounds %.2f like something", got)
	}
	if got := Alike(Of("tea"), Of("intercontinental"), 0); got != 0 {
		t.Errorf("a short word sounds %.2f like a long one", got)
	}
}

func BenchmarkAlike(b *testing.B) {
	x, y := Of("broadmeadows"), Of("broadcasting")
	for b.Loop() {
		Alike(x, y, 0.5)
	}
}
