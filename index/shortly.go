package index

import (
	"slices"
	"strings"
)

// askedShortly returns a question in the short form of one that asks how something is done, if it has a longer
// one: of "Is there a way to freeze bread?" all words before "freeze" only ask, though "way" is a word of content
// elsewhere.
func askedShortly(text string) string {
	words := spokenWords(text)
	for _, l := range asksHow {
		for _, phrase := range l.phrases {
			if len(words) > len(phrase) && slices.EqualFunc(words[:len(phrase)], phrase, func(w spokenWord, said string) bool {
				return strings.ReplaceAll(w.form, "’", "'") == said
			}) {
				return l.short + text[words[len(phrase)-1].end:]
			}
		}
	}
	return text
}

// asksHow are the beginnings of questions that ask how something is done, with the short form; a longer one
// stands before one that it begins with.
var asksHow = asksHowOf(`
	how to = what is the best way to, what's the best way to, what is the easiest way to, what's the easiest way to,
		what is the right way to, what's the right way to, what is the way to, is there a way to, is there any way to, is there an easy way to,
		is it possible to, is it possible for me to, would it be possible to, what are the steps to, what are the steps for, what is the procedure for,
		what is the procedure to, what do i have to do to, what do i need to do to, what do i do to, what must i do to, what should i do to,
		what can i do to, what do we have to do to, what do we need to do to
	how = can you tell me how, could you tell me how, can you explain how, could you explain how, can you show me how, could you show me how,
		please tell me how, please explain how, please show me how, tell me how, explain how, show me how, do you know how, does anyone know how,
		does anybody know how, i want to know how, i need to know how, i would like to know how, i'd like to know how
	wie kann ich = gibt es eine moglichkeit, gibt es einen weg, ist es moglich, was muss ich tun um, was muss ich machen um, was ist der beste weg um
	wie = kannst du mir sagen wie, konnt ihr mir sagen wie, konnen sie mir sagen wie, weisst du wie, weiss jemand wie
	comment = est il possible de, que dois je faire pour, comment faire pour, y a t il un moyen de,
		quel est le meilleur moyen de, pouvez vous me dire comment, peux tu me dire comment, sais tu comment
	como puedo = es posible, hay alguna manera de, hay alguna forma de, que tengo que hacer para, que debo hacer para, cual es la mejor manera de,
		cual es la mejor forma de
	como = me puedes decir como, puedes decirme como, me podria decir como, sabes como, alguien sabe como
`)

type howAsked struct {
	short   string
	phrases [][]string
}

func asksHowOf(list string) []howAsked {
	var all []howAsked
	for line := range strings.Lines(list) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		short, phrases, begins := strings.Cut(line, "=")
		if begins {
			all = append(all, howAsked{short: strings.TrimSpace(short)})
		} else {
			phrases = line
		}
		l := &all[len(all)-1]
		for phrase := range strings.SplitSeq(phrases, ",") {
			if words := strings.Fields(phrase); len(words) > 0 {
				l.phrases = append(l.phrases, words)
			}
		}
	}
	return all
}
