package index

import (
	"strings"
	"unicode/utf8"
)

// hindiStem cuts the ending that marks gender, number, case and tense off a Hindi word, as in
// Ramanathan and Rao, "A Lightweight Stemmer for Hindi" (2003): the longest of the list that leaves at
// least two letters. Spellings that people use alike are made one: nasal signs, and letters with and
// without a dot.
func hindiStem(word string) string {
	word = hindiSpelling.Replace(word)
	for _, ending := range hindiEndings {
		if stem, ok := strings.CutSuffix(word, ending); ok && utf8.RuneCountInString(stem) >= 2 {
			return stem
		}
	}
	return word
}

var (
	hindiSpelling = strings.NewReplacer("ँ", "ं", "़", "", "क़", "क", "ख़", "ख", "ग़", "ग", "ज़", "ज", "ड़", "ड", "ढ़", "ढ", "फ़", "फ", "य़", "य")
	// hindiEndings stand longest first.
	hindiEndings = strings.Fields(`ाएंगी ाएंगे ाऊंगी ाऊंगा ाइयाँ ाइयों ाइयां
		ाएगी ाएगा ाओगी ाओगे एंगी एंगे ूंगी ूंगा ातीं नाओं नाएं ताओं ताएं ियाँ ियों ियां
		ाकर ाइए ाई ाया ेगी ेगा ोगी ोगे ाने ाना ाते ाती ाता तीं ाओं ाएं ुओं ुएं ुआं
		कर ाओ िए ाई ाए ने नी ना ते ती ता ाँ ां ों ें
		ो े ू ु ी ि ा`)
)
