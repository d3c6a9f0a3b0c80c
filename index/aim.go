package index

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// maxQuestion is how many bytes of a question are read; what follows a page of text adds no aim.
	maxQuestion = 4000
	// maxAimed is how many words a question has at most that is taken as a whole.
	maxAimed = 40
)

// aim divides a long message into what it asks and what it only tells: the sentences that end with a
// question mark, and the others. People tell how they came to a question before they ask it; what
// they tell helps to find the place but is not asked for. A short one, and one without a question
// mark, is taken as a whole.
func aim(text string) (asked, told string) {
	if len(strings.Fields(text)) <= maxAimed && len(text) <= maxQuestion {
		return text, ""
	}
	var asks, tells []string
	for _, s := range sentencesOf(text) {
		if asksBack(s) {
			asks = append(asks, s)
		} else {
			tells = append(tells, s)
		}
	}
	asked, told = strings.Join(asks, " "), strings.Join(tells, " ")
	if asked == "" {
		asked, told = told, ""
	}
	return cut(asked, maxQuestion), cut(told, maxQuestion)
}

// withoutPleasantries leaves out the sentences that are small talk, such as "Hi team!" or "Thanks!", but the last one of
// a text that has no others.
func withoutPleasantries(text string) string {
	list := sentencesOf(text)
	kept := slices.DeleteFunc(slices.Clone(list), func(s string) bool { return smallTalk(s) != ChatNone })
	switch len(kept) {
	case len(list):
		return text
	case 0:
		return list[len(list)-1]
	}
	return strings.Join(kept, " ")
}

// sentencesOf cuts a message at the marks that end sentences and at the ends of lines.
func sentencesOf(text string) []string {
	var list []string
	start, ended := 0, false
	for i, r := range text {
		switch {
		case r == '\n', ended && unicode.IsSpace(r), ended && unicode.Is(unicode.Han, r):
			if s := strings.TrimSpace(text[start:i]); s != "" {
				list = append(list, s)
			}
			start, ended = i, false
		default:
			ended = strings.ContainsRune(".!?。！？؟", r)
		}
	}
	if s := strings.TrimSpace(text[start:]); s != "" {
		list = append(list, s)
	}
	return list
}

// cut returns the first n bytes of text at most, up to the end of a word if there is one near.
func cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for !utf8.RuneStart(text[n]) {
		n--
	}
	if i := strings.LastIndexFunc(text[:n], unicode.IsSpace); i > n/2 {
		n = i
	}
	return text[:n]
}

// tells says whether a text is a statement: it has neither a question mark nor a word that asks, and
// begins as statements do. Only English ones are known.
func tells(text string) bool {
	if strings.ContainsAny(text, "?？؟") {
		return false
	}
	words := forms(text)
	return len(words) > 2 && statementStarts[words[0]] && !slices.ContainsFunc(words, func(w string) bool { return openers[w] || w == "which" })
}

var statementStarts = set(`the a an i im am my that this it its there he she we they you your our`)
