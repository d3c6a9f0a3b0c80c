package index

import (
	"strings"
	"unicode"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/arabic"
	"github.com/blevesearch/snowballstem/danish"
	"github.com/blevesearch/snowballstem/dutch"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/finnish"
	"github.com/blevesearch/snowballstem/french"
	"github.com/blevesearch/snowballstem/german"
	"github.com/blevesearch/snowballstem/hungarian"
	"github.com/blevesearch/snowballstem/italian"
	"github.com/blevesearch/snowballstem/norwegian"
	"github.com/blevesearch/snowballstem/portuguese"
	"github.com/blevesearch/snowballstem/romanian"
	"github.com/blevesearch/snowballstem/russian"
	"github.com/blevesearch/snowballstem/spanish"
	"github.com/blevesearch/snowballstem/swedish"
	"github.com/blevesearch/snowballstem/turkish"
	"golang.org/x/text/unicode/norm"
)

// A stemmer cuts words of one language to the stem their forms share, by the Snowball rules. The
// zero stemmer leaves words alone.
type stemmer struct {
	stem func(*snowballstem.Env) bool
	env  *snowballstem.Env
	// hindi says that words are Hindi, for which Snowball has no rules here.
	hindi bool
	// english says that they are English, of which Snowball knows no plural without a vowel.
	english bool
}

func stemmerFor(lang string) stemmer {
	base, _, _ := strings.Cut(lang, "-")
	if stem := snowball(base); stem != nil {
		return stemmer{stem: stem, env: snowballstem.NewEnv(""), english: base == "en"}
	}
	return stemmer{hindi: base == "hi"}
}

func snowball(lang string) func(*snowballstem.Env) bool {
	switch lang {
	case "en":
		return english.Stem
	case "de":
		return german.Stem
	case "es":
		return spanish.Stem
	case "fr":
		return french.Stem
	case "it":
		return italian.Stem
	case "pt":
		return portuguese.Stem
	case "nl":
		return dutch.Stem
	case "sv":
		return swedish.Stem
	case "da":
		return danish.Stem
	case "nb", "nn", "no":
		return norwegian.Stem
	case "fi":
		return finnish.Stem
	case "ro":
		return romanian.Stem
	case "hu":
		return hungarian.Stem
	case "ru":
		return russian.Stem
	case "tr":
		return turkish.Stem
	case "ar":
		return arabic.Stem
	}
	return nil
}

// term returns the stem of a folded word. Words with a digit are names of things and stay whole, as
// does a word of which the rules leave nothing: each word has one term in every language.
func (s stemmer) term(word string) string {
	if s.hindi {
		return hindiStem(word)
	}
	if s.stem == nil || strings.ContainsAny(word, "0123456789") {
		return word
	}
	if s.english && consonantsOnly(word) && word != "mrs" {
		return word[:len(word)-1]
	}
	s.env.SetCurrent(word)
	s.stem(s.env)
	if stem := s.env.Current(); stem != "" {
		return stem
	}
	return word
}

// consonantsOnly says whether a word is an abbreviation in the plural, as people type it: "pdfs", "prs".
func consonantsOnly(word string) bool {
	return len(word) > 2 && strings.HasSuffix(word, "s") && !strings.HasSuffix(word, "ss") &&
		!strings.ContainsFunc(word, func(r rune) bool { return r < 'a' || r > 'z' || strings.ContainsRune("aeiou", r) })
}

// singular cuts the s of an abbreviation as it is written in many languages: "PDFs", "GPUs".
func singular(word string) string {
	letters, found := strings.CutSuffix(word, "s")
	if !found || len(letters) < 2 || strings.ContainsFunc(letters, func(r rune) bool { return r < 'A' || r > 'Z' }) {
		return word
	}
	return letters
}

// fold returns word in the form in which it is compared: compatibility forms replaced (NFKC), lower
// case, and Latin and Greek letters without accents, so that "Élysée" is found as "elysee". The
// result holds no white space, though compatibility forms do.
func fold(word string) string {
	ascii := true
	for i := 0; i < len(word); i++ {
		if word[i] >= 0x80 {
			ascii = false
			break
		}
	}
	if ascii {
		return strings.ToLower(word)
	}
	var b strings.Builder
	latin := false
	for _, r := range norm.NFKD.String(word) {
		if unicode.Is(unicode.Mn, r) && latin {
			continue
		}
		latin = unicode.In(r, unicode.Latin, unicode.Greek)
		if s := unaccented(r); s != "" {
			b.WriteString(s)
			continue
		}
		if !unicode.Is(unicode.Cf, r) && !unicode.IsSpace(r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return norm.NFC.String(b.String())
}

// unaccented spells out the Latin letters that Unicode does not decompose; "" for all others.
func unaccented(r rune) string {
	switch r {
	case 'ß', 'ẞ':
		return "ss"
	case 'æ', 'Æ':
		return "ae"
	case 'œ', 'Œ':
		return "oe"
	case 'ø', 'Ø':
		return "o"
	case 'đ', 'Đ', 'ð', 'Ð':
		return "d"
	case 'ł', 'Ł':
		return "l"
	case 'ı', 'İ':
		return "i"
	case 'þ', 'Þ':
		return "th"
	}
	return ""
}
