package corpus

import (
	"strings"
	"unicode"

	"github.com/abadojack/whatlanggo"
)

// Limits of language detection. Trigrams are counted in up to samples pieces of sampleBytes: in
// pieces much longer than that, rare trigrams outweigh the telling ones and the library is never
// sure. A text with fewer than minLetters is guessed wrong too often, and so are guesses of less
// confidence than minConfidence. In texts of fewer than shortLetters a guess must be borne out by
// common words, or have shortConfidence where no list of them is at hand: a wrong language stems
// words wrongly and has every question read in one language more, none only leaves words as they are.
// Of the sentences of encyclopedias in English, German and Spanish and of their beginnings, 30,467
// with 40 letters or more, 16 are decided wrongly so, and 120 without common words; with 40 to 59
// letters 88 in 100 are decided rightly (90 without), with 60 to 79 94, with 100 or more 99.
const (
	samples         = 8
	sampleBytes     = 600
	minLetters      = 40
	minConfidence   = 0.4
	shortLetters    = 400
	shortConfidence = 0.8
)

// DetectLanguage returns the two-letter BCP 47 code of the language that text is written in, or ""
// when it is unsure: the text is too short or too mixed. Of a long text it reads samples from its
// start to its end.
func DetectLanguage(text string) string {
	pieces := sample(text)
	all := strings.Join(pieces, " ")
	counts := countScripts(all)
	switch {
	case counts.letters == 0:
		return ""
	case 10*counts.kana > counts.kana+counts.han:
		if 2*(counts.kana+counts.han) > counts.letters {
			return "ja"
		}
	case 2*counts.han > counts.letters:
		return "zh"
	}
	if counts.single != "" && 2*counts.singleLetters > counts.letters {
		return counts.single
	}
	if counts.letters < minLetters {
		return ""
	}
	if lang := cyrillicLanguage(all); lang != "" {
		return lang
	}
	if lang := plainly(all); lang != "" {
		return lang
	}
	lang, confidence := trigramLanguage(pieces)
	if counts.letters < shortLetters && !isBorneOut(all, lang, confidence) {
		return ""
	}
	return lang
}

// telling are words of English and German that are frequent there and in no other language with Latin
// letters.
var telling = map[string]string{
	"the": "en", "and": "en", "that": "en", "with": "en", "which": "en", "from": "en", "were": "en", "this": "en", "have": "en", "been": "en",
	"und": "de", "der": "de", "die": "de", "das": "de", "nicht": "de", "eine": "de", "ist": "de", "mit": "de", "von": "de", "auf": "de",
}

// A text of at least tellingWords words is plainly in a language when one word in tellingShare tells so, and
// tellingLead times as many as for the other. Trigrams take a hundred times as long.
const (
	tellingWords = 60
	tellingShare = 14
	tellingLead  = 8
)

// plainly returns the language that text is plainly in, "" for most languages.
func plainly(text string) string {
	words, en, de := 0, 0, 0
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
		words++
		if len(word) > 5 {
			continue
		}
		switch telling[strings.ToLower(word)] {
		case "en":
			en++
		case "de":
			de++
		}
	}
	switch {
	case words < tellingWords:
		return ""
	case en*tellingShare >= words && en >= tellingLead*de:
		return "en"
	case de*tellingShare >= words && de >= tellingLead*en:
		return "de"
	}
	return ""
}

// sample returns pieces of text, evenly spaced.
func sample(text string) []string {
	if len(text) <= samples*sampleBytes {
		var pieces []string
		for text != "" {
			end := runeStart(text, min(len(text), sampleBytes))
			pieces = append(pieces, text[:end])
			text = text[end:]
		}
		return pieces
	}
	pieces := make([]string, samples)
	for i := range pieces {
		start := runeStart(text, i*(len(text)-sampleBytes)/(samples-1))
		pieces[i] = text[start:runeStart(text, start+sampleBytes)]
	}
	return pieces
}

// trigramLanguage returns the language that most of the confidence is for and how much that is, from
// 0 to 1 for each piece; "" when that is too little.
func trigramLanguage(pieces []string) (string, float64) {
	guesses := guessed()
	confidence := map[whatlanggo.Lang]float64{}
	best, total := whatlanggo.Lang(-1), 0.0
	for _, piece := range pieces {
		info := whatlanggo.DetectWithOptions(piece, whatlanggo.Options{Whitelist: guesses})
		if info.Confidence <= 0 {
			continue
		}
		confidence[info.Lang] += info.Confidence
		total += info.Confidence
		if best < 0 || confidence[info.Lang] > confidence[best] {
			best = info.Lang
		}
	}
	if best < 0 || confidence[best] < minConfidence*float64(min(len(pieces), 2)) || 2*confidence[best] < total {
		return "", 0
	}
	return best.Iso6391(), confidence[best]
}

// isBorneOut says whether text has more of the words that commonly begin sentences of lang than of
// those of any other list. Where there is no list of lang, confidence decides.
func isBorneOut(text, lang string, confidence float64) bool {
	own := starterList(lang)
	if own == "" {
		return confidence >= shortConfidence
	}
	lists := map[string]func(string) bool{
		"en": englishStarter, "de": germanStarter, "fr": frenchStarter, "es": southernStarter, "nl": northernStarter,
	}
	common := map[string]int{}
	for _, word := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) }) {
		for list, starts := range lists {
			if starts(word) {
				common[list]++
			}
		}
	}
	for list, n := range common {
		if list != own && n >= common[own] {
			return false
		}
	}
	return common[own] > 0
}

// starterList names the list of common words that serves lang by one of its languages; "" when none
// of the lists in Latin script does.
func starterList(lang string) string {
	switch lang {
	case "en", "de", "fr":
		return lang
	case "es", "pt", "it":
		return "es"
	case "nl", "da", "sv", "nb":
		return "nl"
	}
	return ""
}

// guessed returns the languages that are told apart by their trigrams: those of most documents. Of
// more languages more are taken for each other.
func guessed() map[whatlanggo.Lang]bool {
	return map[whatlanggo.Lang]bool{
		whatlanggo.Eng: true, whatlanggo.Deu: true, whatlanggo.Fra: true, whatlanggo.Spa: true,
		whatlanggo.Por: true, whatlanggo.Ita: true, whatlanggo.Nld: true, whatlanggo.Dan: true,
		whatlanggo.Swe: true, whatlanggo.Nob: true, whatlanggo.Fin: true, whatlanggo.Pol: true,
		whatlanggo.Ces: true, whatlanggo.Ron: true, whatlanggo.Hun: true, whatlanggo.Tur: true,
		whatlanggo.Ind: true, whatlanggo.Vie: true, whatlanggo.Hrv: true, whatlanggo.Slv: true,
		whatlanggo.Est: true, whatlanggo.Lav: true, whatlanggo.Lit: true,
		whatlanggo.Rus: true, whatlanggo.Ukr: true, whatlanggo.Bul: true, whatlanggo.Srp: true,
		whatlanggo.Mkd: true, whatlanggo.Bel: true,
		whatlanggo.Arb: true, whatlanggo.Pes: true, whatlanggo.Urd: true,
		whatlanggo.Hin: true, whatlanggo.Mar: true, whatlanggo.Nep: true,
	}
}

// cyrillicLanguage tells Belarusian, Ukrainian and Russian by letters that only they have, the last
// in the absence of the others'; "" when there are too few of them.
func cyrillicLanguage(text string) string {
	be, uk, ru := 0, 0, 0
	for _, r := range text {
		switch r {
		case 'ў', 'Ў':
			be++
		case 'ї', 'є', 'ґ', 'Ї', 'Є', 'Ґ':
			uk++
		case 'ы', 'э', 'ё', 'Ы', 'Э', 'Ё':
			ru++
		}
	}
	few := len(text) / 200
	switch {
	case be > few:
		return "be"
	case uk > few:
		return "uk"
	case ru > few:
		return "ru"
	}
	return ""
}

// scriptCounts is how often a text uses the letters of some scripts.
type scriptCounts struct {
	letters, han, kana int
	single             string // the language of the script that is written in one language
	singleLetters      int
}

// countScripts counts the letters of text by script.
func countScripts(text string) scriptCounts {
	var c scriptCounts
	for _, r := range text {
		switch {
		case !unicode.IsLetter(r):
			continue
		case unicode.Is(unicode.Han, r):
			c.han++
		case unicode.In(r, unicode.Hiragana, unicode.Katakana):
			c.kana++
		case r >= 0x370:
			if lang := scriptLanguage(r); lang != "" {
				c.single = lang
				c.singleLetters++
			}
		}
		c.letters++
	}
	return c
}

// scriptLanguage returns the language that is meant by r's script, "" when several are written in
// it.
func scriptLanguage(r rune) string {
	switch {
	case unicode.Is(unicode.Hangul, r):
		return "ko"
	case unicode.Is(unicode.Thai, r):
		return "th"
	case unicode.Is(unicode.Greek, r):
		return "el"
	case unicode.Is(unicode.Hebrew, r):
		return "he"
	case unicode.Is(unicode.Armenian, r):
		return "hy"
	case unicode.Is(unicode.Georgian, r):
		return "ka"
	case unicode.Is(unicode.Tamil, r):
		return "ta"
	case unicode.Is(unicode.Telugu, r):
		return "te"
	case unicode.Is(unicode.Bengali, r):
		return "bn"
	case unicode.Is(unicode.Khmer, r):
		return "km"
	case unicode.Is(unicode.Myanmar, r):
		return "my"
	case unicode.Is(unicode.Lao, r):
		return "lo"
	}
	return ""
}
