package corpus

import (
	"unicode"

	"github.com/abadojack/whatlanggo"
)

// Limits of language detection. The sample is large enough for trigrams to settle; from about 16 KiB
// on the library computes a negative confidence and so is never sure. A shorter text than
// minLetters is guessed wrong too often.
const (
	sampleBytes = 2 << 10
	minLetters  = 40
)

// DetectLanguage returns the two-letter BCP 47 code of the language that text is written in, or ""
// when it is unsure: the text is too short or too mixed. It looks at the first 2 KiB.
func DetectLanguage(text string) string {
	text = text[:runeStart(text, min(len(text), sampleBytes))]
	counts := countScripts(text)
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
	info := whatlanggo.Detect(text)
	if !info.IsReliable() {
		return ""
	}
	return info.Lang.Iso6391()
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
