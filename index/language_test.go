package index

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

func TestCharacters(t *testing.T) {
	for _, tt := range []struct{ name, text, lang, want string }{
		{"Thai vowels and tones belong to their consonant", "ห้ามใช้", "th", "ห้าม ามใช้"},
		{"Chinese", "电话机", "zh", "电话 话机"},
		{"Korean", "도서관", "ko", "도서 서관"},
		{"Japanese", "タオル", "ja", "タオ オル"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var terms []string
			for _, token := range Analyze(tt.text, tt.lang) {
				terms = append(terms, token.Term)
				if tt.text[token.Start:token.End] == "" {
					t.Errorf("term %q stands nowhere", token.Term)
				}
			}
			if tt.lang == "th" {
				// No term begins with a mark, which would be half a character.
				for _, term := range terms {
					if strings.HasPrefix(term, "้") || strings.HasPrefix(term, "ั") {
						t.Errorf("term %q of %v begins with a mark", term, terms)
					}
				}
				return
			}
			if got := strings.Join(terms, " "); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestOneWord says which forms of a word must meet.
func TestOneWord(t *testing.T) {
	for _, tt := range []struct{ lang, a, b string }{
		{"hi", "कमरा", "कमरे"}, {"hi", "कमरों", "कमरे"}, {"hi", "पाँच", "पांच"}, {"hi", "हज़ार", "हजार"},
		{"ar", "الكتاب", "كتاب"}, {"ar", "مكتبة", "مكتبه"}, {"ar", "إسلام", "اسلام"},
		{"tr", "İstanbul", "istanbul"}, {"tr", "IŞIK", "ışık"},
		{"de", "Straße", "Strasse"}, {"de", "Schlüssel", "schlussel"}, {"de", "Häuser", "Haus"},
		{"es", "natación", "natacion"}, {"fr", "élève", "eleve"}, {"pt", "dicionário", "dicionarios"},
		{"ru", "часов", "часы"}, {"nl", "boeken", "boek"}, {"it", "scarpe", "scarpa"}, {"en", "policies", "policy"},
	} {
		if a, b := Analyze(tt.a, tt.lang), Analyze(tt.b, tt.lang); len(a) != 1 || len(b) != 1 || a[0].Term != b[0].Term {
			t.Errorf("%s: %s is %v, %s is %v", tt.lang, tt.a, a, tt.b, b)
		}
	}
}

func TestCompounds(t *testing.T) {
	for _, tt := range []struct{ word, lang, first, second string }{
		{"Gewinnbeteiligung", "de", "gewinn", "beteil"},
		{"Arbeitsvertrag", "de", "arbeit", "vertrag"},
		{"Kündigungsfrist", "de", "kundig", "frist"},
		{"huurcontract", "nl", "hur", "contract"},
	} {
		if ways := compounds(tt.word, []string{"en", tt.lang}); !slices.Contains(ways, compound{tt.first, tt.second}) {
			t.Errorf("%s: %v, want %s and %s among them", tt.word, ways, tt.first, tt.second)
		}
	}
	if ways := compounds("motorway", []string{"en"}); len(ways) > 0 {
		t.Errorf("English has no such compounds, got %v", ways)
	}
}

func TestRelatives(t *testing.T) {
	if n := len(relatedLines()); n < 5000 {
		t.Fatalf("%d terms have related ones", n)
	}
	if !slices.IsSorted(relatedLines()) {
		t.Error("the terms are not in order")
	}
	for _, pair := range [][2]string{{"die", "death"}, {"help", "aid"}, {"fund", "finance"}, {"begin", "start"}} {
		if tells := maps.Collect(relatives(pair[0]))[Analyze(pair[1], "en")[0].Term]; tells <= 0.5 || tells > 1 {
			t.Errorf("%s tells %g for %s", pair[1], tells, pair[0])
		}
	}
	for term := range relatives("qwxyz") {
		t.Errorf("%s is related to no word", term)
	}
}

func TestEnding(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want float64
	}{{"regain", "gain", 0.8}, {"gain", "regain", 0.8}, {"beteil", "gewinnbeteil", 12.0 / 18}, {"art", "part", 0}, {"travel", "visit", 0}} {
		if got := ending(tt.a, tt.b); got < tt.want-1e-9 || got > tt.want+1e-9 {
			t.Errorf("ending(%q, %q) = %g, want %g", tt.a, tt.b, got, tt.want)
		}
	}
}
