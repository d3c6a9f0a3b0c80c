package index

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// shortestPart is how many characters a part of a compound has at least.
const shortestPart = 4

// joints stand between the parts of a compound in the languages that write compounds as one word.
var joints = map[string][]string{
	"de": {"", "s", "es", "n", "en", "er", "e"},
	"nl": {"", "s", "en", "e"},
	"sv": {"", "s"},
	"da": {"", "s", "e"},
	"nb": {"", "s", "e"}, "nn": {"", "s", "e"}, "no": {"", "s", "e"},
	"fi": {""}, "hu": {""},
}

// A compound is one way to divide a word: the terms of its two parts.
type compound [2]string

// compounds returns the ways to divide a word in the languages of the index, which the index's own
// words then decide between.
func compounds(word string, languages []string) []compound {
	var list []compound
	form := fold(word)
	for _, lang := range languages {
		base, _, _ := strings.Cut(lang, "-")
		stem := stemmerFor(lang)
		for i := range form {
			if utf8.RuneCountInString(form[:i]) < shortestPart || utf8.RuneCountInString(form[i:]) < shortestPart {
				continue
			}
			for _, joint := range joints[base] {
				first, ok := strings.CutSuffix(form[:i], joint)
				if !ok || utf8.RuneCountInString(first) < shortestPart {
					continue
				}
				c := compound{stem.term(first), stem.term(form[i:])}
				if !slices.Contains(list, c) {
					list = append(list, c)
				}
			}
		}
	}
	return list
}
