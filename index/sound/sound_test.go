package sound_test

import (
	"strings"
	"testing"

	"verbatim/index/sound"
)

func TestOf(t *testing.T) {
	for word, want := range map[string]string{
		"": "", "knight": "nit", "night": "nit", "phone": "fon", "nation": "naSun", "judge": "JuJ", "xylophone": "zilofon", "year": "yir", "city": "siti",
		"write": "rit", "place": "plas", "large": "larJ", "house": "hos", "internet2": "internetu", "möbius": "mbius", "ff": "f",
	} {
		if got := sound.Of(word).String(); got != want {
			t.Errorf("%s sounds like %q, want %q", word, got, want)
		}
	}
	if n := sound.Of(strings.Repeat("ba", 100)).Len(); n > 63 {
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
		heard := sound.Of(tt.heard)
		said, not := sound.Alike(heard, sound.Of(tt.said), 0), sound.Alike(heard, sound.Of(tt.not), 0)
		if said <= not {
			t.Errorf("%s sounds %.2f like %s and %.2f like %s", tt.heard, said, tt.said, not, tt.not)
		}
		if over, under := sound.Alike(heard, sound.Of(tt.said), said+0.01), sound.Alike(heard, sound.Of(tt.said), said-0.01); over != 0 || under != said {
			t.Errorf("%s sounds %.2f like %s; of what is a little more alike %.2f, of what is a little less %.2f", tt.heard, said, tt.said, over, under)
		}
		if back := sound.Alike(sound.Of(tt.said), heard, 0); back < said-1e-6 || back > said+1e-6 {
			t.Errorf("%s sounds %.2f like %s, the other way round %.2f", tt.heard, said, tt.said, back)
		}
	}
	both := sound.Of("broad").Then(sound.Of("meadows"))
	if got := sound.Alike(both, sound.Of("broadmeadows"), 0.5); got < 0.95 {
		t.Errorf("%s sounds %.2f like one word", both, got)
	}
	if first, others := both.Cut(5); first.Then(others) != both || first.Len() != 5 {
		t.Errorf("%s is cut into %s and %s", both, first, others)
	}
	if got := sound.Alike(sound.Of(""), sound.Of("a"), 0); got != 0 {
		t.Errorf("nothing sounds %.2f like something", got)
	}
	if got := sound.Alike(sound.Of("tea"), sound.Of("intercontinental"), 0); got != 0 {
		t.Errorf("a short word sounds %.2f like a long one", got)
	}
}

func BenchmarkAlike(b *testing.B) {
	x, y := sound.Of("broadmeadows"), sound.Of("broadcasting")
	for b.Loop() {
		sound.Alike(x, y, 0.5)
	}
}
