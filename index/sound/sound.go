// Package sound tells how alike English words sound, as far as their spelling tells it.
//
// Who speaks to a program is often misheard: "broad meadows" for "Broadmeadows", "Molly Martin" for "Marlee
// Matlin". The classes of sounds that are mixed up, and what a sound more or less counts, follow how sounds are
// made: voiced or not, where in the mouth, nasal or not, as in Zobel and Dart, "Phonetic String Matching" (1996).
package sound

import (
	"slices"
	"strings"
)

// longest is how many sounds of a word are looked at.
const longest = 63

// spellings are what several letters sound like; of those that begin at a letter, the first one holds. A letter
// that begins none stands for itself, or for what [letters] says.
var spellings = [][2]string{
	{"tion", "Sun"}, {"sion", "Sun"}, {"cian", "Sun"}, {"tious", "Sus"}, {"cious", "Sus"}, {"ture", "Cur"},
	{"ought", "ot"}, {"aught", "ot"}, {"augh", "af"}, {"ough", "of"}, {"eigh", "e"}, {"igh", "i"}, {"tch", "C"}, {"sch", "S"}, {"dge", "J"}, {"dj", "J"},
	{"ch", "C"}, {"sh", "S"}, {"ph", "f"}, {"th", "T"}, {"ck", "k"}, {"gh", ""}, {"wh", "w"}, {"ng", "N"},
	{"qu", "kw"}, {"ce", "se"}, {"ci", "si"}, {"cy", "si"}, {"ge", "Je"}, {"gi", "Ji"}, {"gy", "Ji"},
	{"ee", "i"}, {"ea", "i"}, {"oo", "u"}, {"ou", "o"}, {"ow", "o"}, {"ai", "e"}, {"ay", "e"}, {"ei", "e"},
	{"ey", "i"}, {"ie", "i"}, {"oa", "o"}, {"au", "o"}, {"aw", "o"}, {"ew", "u"}, {"ue", "u"}, {"oy", "oi"},
	{"eu", "u"}, {"ae", "e"}, {"oe", "o"},
}

var letters = map[byte]string{'c': "k", 'q': "k", 'x': "ks", 'j': "J", 'y': "i", 'h': "",
	'0': "ziro", '1': "wun", '2': "tu", '3': "Tri", '4': "for", '5': "faiv", '6': "siks", '7': "sevn", '8': "et", '9': "nain"}

// beginnings are letters at the beginning of a word of which the first is silent.
var beginnings = []string{"kn", "gn", "pn", "wr", "ps", "pt", "ct"}

// Sounds are what a word sounds like, or several that are said one after the other.
type Sounds struct {
	text   string // one byte for each
	weight float32
}

// Of returns the sounds of a word in small letters; two of the same that meet are one.
func Of(word string) Sounds {
	sounds := make([]byte, 0, len(word))
	put := func(s string) {
		for i := range len(s) {
			if n := len(sounds); n == 0 || sounds[n-1] != s[i] {
				sounds = append(sounds, s[i])
			}
		}
	}
	word = spoken(word)
	switch {
	case word == "":
	case word[0] == 'x':
		put("z")
		word = word[1:]
	case word[0] == 'y' || word[0] == 'h':
		put(word[:1])
		word = word[1:]
	case strings.HasPrefix(word, "gh"):
		put("g")
		word = word[2:]
	}
	for word != "" && len(sounds) < longest {
		n, s := next(word)
		put(s)
		word = word[n:]
	}
	return of(string(sounds[:min(len(sounds), longest)]))
}

func of(text string) Sounds {
	s := Sounds{text: text}
	for i := range len(text) {
		s.weight += gap[text[i]]
	}
	return s
}

// Then returns s and what is said right after it; two of the same that meet are one.
func (s Sounds) Then(t Sounds) Sounds {
	next := t.text
	if s.text != "" && next != "" && s.text[len(s.text)-1] == next[0] {
		next = next[1:]
	}
	text := s.text + next
	return of(text[:min(len(text), longest)])
}

// spoken returns a word without the letters that are not heard at its beginning and its end.
func spoken(word string) string {
	for _, b := range beginnings {
		if strings.HasPrefix(word, b) {
			word = word[1:]
			break
		}
	}
	n := len(word)
	if n < 4 || word[n-1] != 'e' || vowel(word[n-2]) {
		return word
	}
	switch word[n-2] {
	case 'c':
		return word[:n-2] + "s"
	case 'g':
		return word[:n-2] + "j"
	}
	return word[:n-1]
}

// next returns how many letters of a word make the next sounds, and which.
func next(word string) (n int, sounds string) {
	for _, s := range spellings {
		if strings.HasPrefix(word, s[0]) {
			return len(s[0]), s[1]
		}
	}
	c := word[0]
	if s, ok := letters[c]; ok {
		return 1, s
	}
	if c < 'a' || c > 'z' {
		return 1, "" // not English
	}
	return 1, word[:1]
}

func vowel(sound byte) bool { return strings.IndexByte("aeiou", sound) >= 0 }

// What it costs to hear one sound for another, and to hear one that was not there or miss one.
var other, gap = costs()

const (
	otherVowel     = 0.25
	otherConsonant = 1.0
	vowelForOther  = 1.2
	halfVowel      = 0.7 // a vowel for w, y or r, or the other way round
)

// alike are sounds that are taken for each other, and what that costs.
var alike = []struct {
	sounds string
	cost   float32
}{
	{"sz", 0.15}, {"bp", 0.25}, {"dt", 0.25}, {"gk", 0.25}, {"fv", 0.25}, {"SZCJ", 0.3}, {"mnN", 0.3}, {"fT", 0.3}, {"sS", 0.35},
	{"vb", 0.4}, {"Tdt", 0.4}, {"zJ", 0.5}, {"lr", 0.5}, {"wr", 0.5}, {"Ts", 0.5}, {"tC", 0.5}, {"dJ", 0.5}, {"gJ", 0.5}, {"kC", 0.5},
	{"lw", 0.6}, {"ptk", 0.6}, {"bdg", 0.6}, {"fsTS", 0.6}, {"nd", 0.6}, {"mb", 0.6}, {"yJ", 0.6}, {"hfk", 0.7},
}

func costs() (instead [128][128]float32, missed [128]float32) {
	for a := range byte(128) {
		missed[a] = gapOf(a)
		for b := range byte(128) {
			instead[a][b] = otherOf(a, b)
		}
	}
	for _, group := range slices.Backward(alike) { // of a pair in two groups the first one holds
		for _, a := range []byte(group.sounds) {
			for _, b := range []byte(group.sounds) {
				if a != b {
					instead[a][b] = group.cost
				}
			}
		}
	}
	return instead, missed
}

func gapOf(sound byte) float32 {
	switch {
	case vowel(sound):
		return 0.45
	case strings.IndexByte("hwy", sound) >= 0:
		return 0.4
	case strings.IndexByte("rltdn", sound) >= 0:
		return 0.65
	}
	return 0.8
}

func otherOf(a, b byte) float32 {
	switch {
	case a == b:
		return 0
	case vowel(a) && vowel(b):
		return otherVowel
	case !vowel(a) && !vowel(b):
		return otherConsonant
	case strings.IndexByte("wyr", a) >= 0 || strings.IndexByte("wyr", b) >= 0:
		return halfVowel
	}
	return vowelForOther
}

// farthest is how much more may be heard of one of two words that sound alike than of the other.
const farthest = 1.8

// Alike returns how alike two words sound, from 1 for the same down to least; 0 for what is less alike, and where
// much more is heard of one than of the other.
func Alike(a, b Sounds, least float64) float64 {
	most := max(a.weight, b.weight)
	if most == 0 || most > farthest*min(a.weight, b.weight) {
		return 0
	}
	dearest := float32(1-least) * most
	var rows [2][longest + 1]float32
	above, row := rows[0][:len(b.text)+1], rows[1][:len(b.text)+1]
	for j := range len(b.text) {
		above[j+1] = above[j] + gap[b.text[j]]
	}
	for i := range len(a.text) {
		instead, missed := &other[a.text[i]], gap[a.text[i]]
		last := above[0] + missed
		row[0] = last
		cheapest := last
		for j := range len(b.text) {
			s := b.text[j]
			last = min(above[j+1]+missed, last+gap[s], above[j]+instead[s])
			row[j+1] = last
			cheapest = min(cheapest, last)
		}
		if cheapest > dearest {
			return 0
		}
		above, row = row, above
	}
	if cost := above[len(b.text)]; cost <= dearest {
		return 1 - float64(cost/most)
	}
	return 0
}
