package index

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestAnalyze(t *testing.T) {
	for _, tt := range []struct{ name, lang, text, want string }{
		{"stems", "en", "The presidents discussed concerns", "the presid discuss concern"},
		{"no stems without a language", "", "presidents discussed", "presidents discussed"},
		{"hyphens divide", "en", "two-hour call", "two hour call"},
		{"possessives and clitics go", "en", "Putin's NATO’s don't we'll", "putin nato don we"},
		{"the United States by any abbreviation", "en", "U.S. US USA U.S.A.", "usa usa usa usa"},
		{"the pronoun is not the country", "en", "tell us", "tell us"},
		{"other acronyms", "en", "the E.U. and e.g. N.A.T.O.", "the eu and eg nato"},
		{"an initial is a word", "en", "John F. Kennedy", "john f kennedi"},
		{"numbers keep their point", "en", "3.5 million, 1,000. 5.", "3.5 million 1,000 5"},
		{"accents do not matter", "en", "Élysée Elysee ELYSÉE", "elyse elyse elyse"},
		{"letters without a decomposition", "", "Straße Ærø Łódź", "strasse aero lodz"},
		{"German forms", "de", "Häuser Haus", "haus haus"},
		{"ligatures and full width", "", "oﬃce ＡＢＣ", "office abc"},
		{"what nobody sees", "", "soft\u00adhyphen \u00ad re\u0301sume\u0301 zero\u200cwidth", "softhyphen resume zerowidth"},
		{"Chinese in pairs", "zh", "北京大学", "北京 京大 大学"},
		{"one character alone", "zh", "我 a", "我 a"},
		{"Chinese beside Latin", "zh", "用Go语言", "用 go 语言"},
		{"Korean in pairs", "ko", "한국어", "한국 국어"},
		{"Russian", "ru", "война войны", "войн войн"},
		{"Hindi loses its endings", "hi", "हिन्दी भाषा", "हिन्द भाष"},
		{"abbreviations in the plural", "en", "PDFs pdfs PDF, PRs pr, GPUs GPU, NGOs NGO, Mrs MRS, CSS BUS its", "pdf pdf pdf pr pr gpu gpu ngo ngo mrs mrs css bus it"},
		{"and in German", "de", "PDFs PDF, LKWs LKW", "pdf pdf lkw lkw"},
		{"punctuation alone", "en", "... — !?", ""},
		{"invalid bytes", "en", "a\xffb", "a b"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := strings.Join(termsOf(Analyze(tt.text, tt.lang)), " "); got != tt.want {
				t.Errorf("Analyze(%q, %q) = %q, want %q", tt.text, tt.lang, got, tt.want)
			}
		})
	}
}

func TestUnaccentedQueriesMeetAccentedText(t *testing.T) {
	for _, pair := range [][3]string{{"fr", "élections présidentielles", "elections presidentielles"}, {"es", "canción años", "cancion anos"}, {"de", "Größe", "Grosse"}} {
		a, b := termsOf(Analyze(pair[1], pair[0])), termsOf(Analyze(pair[2], pair[0]))
		if !slices.Equal(a, b) {
			t.Errorf("%s: %v is not %v", pair[0], a, b)
		}
	}
}

func FuzzAnalyze(f *testing.F) {
	for _, s := range []string{"The U.S. bombing of Iran’s sites", "北京大学 a.b.c 1.5", "\xff.\xff'", "i̇İß", "ู่", "Cairo \u064b built", "\ufdfa \ufc5e \u037a", "ـ"} {
		f.Add(s, "en")
		f.Add(s, "tr")
		f.Add(s, "ar")
	}
	f.Fuzz(func(t *testing.T, text, lang string) {
		last := 0
		for _, tok := range Analyze(text, lang) {
			if tok.Start < 0 || tok.End > len(text) || tok.Start >= tok.End {
				t.Fatalf("token %+v lies outside the text of %d bytes", tok, len(text))
			}
			if tok.Start < last {
				t.Fatalf("token %+v starts before one that came earlier, at %d", tok, last)
			}
			last = tok.Start
			if tok.Term == "" || strings.ContainsFunc(tok.Term, func(r rune) bool { return r == ' ' || r == '\n' }) {
				t.Fatalf("token %+v has a term that cannot be indexed", tok)
			}
			if utf8.ValidString(text) && !utf8.ValidString(tok.Term) {
				t.Fatalf("token %+v of valid text is not valid UTF-8", tok)
			}
		}
	})
}

func termsOf(tokens []Token) []string {
	terms := make([]string, len(tokens))
	for i, t := range tokens {
		terms[i] = t.Term
	}
	return terms
}
