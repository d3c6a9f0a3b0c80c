package index

import (
	"slices"
	"strings"
)

// QuestionKey is the same for questions that ask the same in other words of no content, another order or
// another form: the kind of thing asked for, and the terms of the words of content. It is "" for what is
// no question.
func QuestionKey(text string) string {
	languages := spoken(text, nil)
	q := ParseQuestion(text, languages)
	if q.Chat != ChatNone {
		return ""
	}
	var terms []string
	for _, w := range q.Words {
		if w.Content && !idle[fold(w.Text)] || denials[fold(w.Text)] {
			terms = append(terms, w.Terms[0])
		}
	}
	if len(terms) == 0 {
		return ""
	}
	slices.Sort(terms)
	return string(q.Kind) + ": " + strings.Join(slices.Compact(terms), " ")
}

// denials make another question of one, though they are no words of content.
var denials = set(`not no never none without cannot kein keine nicht nie ohne ne pas jamais sans nunca sin non mai senza nao sem niet geen`)
