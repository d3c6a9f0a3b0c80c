package corpus

import (
	"strings"
	"unicode/utf8"
)

// A class says how a word goes on after its full stop.
type class int

const (
	word      class = iota // an ordinary word: the full stop ends the sentence
	title                  // never ends a sentence: a name or an example follows ("Mr.", "e.g.")
	numbered               // an abbreviation before a number, else an ordinary word ("No. 5", "No.")
	shortened              // ends a sentence only before a word that commonly begins one ("Inc.")
	clock                  // "a.m." and "p.m."
)

// A vocabulary is what is known of the words of one language, or of all when it is unknown.
type vocabulary struct {
	lang  string
	greek bool // ";" is a question mark
}

func vocabularyOf(lang string) vocabulary {
	lang = primaryLanguage(lang)
	return vocabulary{lang: lang, greek: lang == "el"}
}

// class returns the class of a token that stands before a full stop. Languages without a list of
// their own use all lists, but for short words that another language might end a sentence with.
func (v vocabulary) class(token string) class {
	lower := strings.ToLower(token)
	if c := commonAbbreviation(lower); c != word {
		return c
	}
	if lower != token {
		if c := nameAbbreviation(lower); c != word {
			return c
		}
	}
	if lower == "etc" { // Before a capital it ends the sentence, but where all nouns have one.
		if v.lang == "de" || v.lang == "lb" || v.lang == "" {
			return shortened
		}
		return word
	}
	if c, known := v.ownClass(lower, lower != token); known {
		return c
	}
	if c := furtherAbbreviation(lower); c != word {
		return c
	}
	if lower == token && len(token) < 4 && strings.ContainsAny(token, "aeiou") && !strings.Contains(token, ".") {
		return word
	}
	for _, lang := range []string{"en", "de", "fr", "es", "nl", "ru", "hi"} {
		if c, _ := (vocabulary{lang: lang}).ownClass(lower, lower != token); c != word {
			return c
		}
	}
	return word
}

// ownClass returns the class of a word in the language's own list, and whether it has one.
func (v vocabulary) ownClass(lower string, capitalised bool) (c class, known bool) {
	switch v.lang {
	case "en":
		if capitalised {
			c = englishNameAbbreviation(lower)
		}
		if c == word {
			c = englishAbbreviation(lower)
		}
	case "de":
		c = germanAbbreviation(lower)
	case "fr":
		c = frenchAbbreviation(lower)
	case "es", "pt", "it", "ca", "gl":
		c = southernAbbreviation(lower)
	case "nl", "da", "sv", "nb", "nn", "no":
		c = northernAbbreviation(lower)
	case "ru", "uk", "be", "bg", "sr", "mk":
		c = cyrillicAbbreviation(lower)
	case "hi", "mr", "ne", "ar", "fa", "ur":
		c = easternAbbreviation(lower)
	default:
		return word, false
	}
	return c, true
}

// starts says whether a capitalised word commonly begins a sentence.
func (v vocabulary) starts(capitalised string) bool {
	if capitalised == "" || len(capitalised) > maxWord/2 {
		return false
	}
	if first, size := utf8.DecodeRuneInString(capitalised); size < len(capitalised) && strings.ToUpper(capitalised) == capitalised && first < utf8.RuneSelf {
		return false // An acronym, such as IT.
	}
	lower := strings.ToLower(capitalised)
	switch v.lang {
	case "en":
		return englishStarter(lower)
	case "de":
		return germanStarter(lower)
	case "fr":
		return frenchStarter(lower)
	case "es", "pt", "it", "ca", "gl":
		return southernStarter(lower)
	case "nl", "da", "sv", "nb", "nn", "no":
		return northernStarter(lower)
	case "ru", "uk", "be", "bg", "sr", "mk":
		return cyrillicStarter(lower)
	}
	return englishStarter(lower) || germanStarter(lower) || frenchStarter(lower) ||
		southernStarter(lower) || northernStarter(lower) || cyrillicStarter(lower)
}

// ordinals says whether the language writes ordinals as a number and a full stop.
func (v vocabulary) ordinals() bool {
	switch v.lang {
	case "de", "da", "nb", "nn", "no", "fi", "et", "lv", "hu", "cs", "sk", "sl", "hr", "sr", "bs", "pl", "tr", "is":
		return true
	}
	return false
}

// isOrdinalNoun says whether a German word commonly follows an ordinal; it is asked where the
// language is unknown.
func isOrdinalNoun(capitalised string) bool {
	switch capitalised {
	case "Januar", "Jänner", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September",
		"Oktober", "November", "Dezember", "Jahrhundert", "Jahrhunderts", "Platz", "Tag", "Auflage":
		return true
	}
	return false
}

// isParticle says whether a capitalised word may belong to a name after an initial, although it
// begins sentences too ("J. De Vries").
func isParticle(capitalised string) bool {
	switch capitalised {
	case "De", "La", "Le", "El", "Los", "Las", "Del", "Den", "Der", "Da", "Di", "Du", "Van", "Von", "Al", "A", "I", "O", "E", "Y":
		return true
	}
	return false
}

// isTimeWord says whether a capitalised English word may follow a time of day within a sentence.
func isTimeWord(capitalised string) bool {
	switch capitalised {
	case "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
		"January", "February", "March", "April", "May", "June", "July", "August",
		"September", "October", "November", "December",
		"Eastern", "Central", "Mountain", "Pacific", "Atlantic", "Greenwich", "Moscow", "Beijing", "Tokyo",
		"GMT", "UTC", "EST", "EDT", "ET", "CST", "CDT", "CT", "MST", "MDT", "PST", "PDT", "PT", "CET", "BST", "IST", "JST":
		return true
	}
	return false
}
