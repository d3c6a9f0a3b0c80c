package bot

import (
	"slices"
	"strings"
)

// A lexicon holds the words of one language by which a follow-up shows that it leans on the question
// before. All are in lower case.
type lexicon struct {
	// openers begin a question: asking words and auxiliary verbs.
	openers []string
	// connectives lead on from what was said, and abouts ask the same of something else.
	connectives, abouts []string
	prepositions        []string
	// strong pronouns stand for a person or several, weak ones for anything, or for nothing.
	strong, weak []string
	determiners  []string
}

// lexiconOf returns the lexicon that knows most of the words: English, where none knows more.
func lexiconOf(words []string) *lexicon {
	all := lexicons()
	best, most := &all[0], -1
	for i := range all {
		n := 0
		for _, w := range words {
			if all[i].knows(w) {
				n++
			}
		}
		if n > most {
			best, most = &all[i], n
		}
	}
	return best
}

func (l *lexicon) knows(word string) bool {
	for _, list := range [][]string{l.openers, l.connectives, l.prepositions, l.strong, l.weak, l.determiners} {
		if slices.Contains(list, word) {
			return true
		}
	}
	return false
}

// lexicons are those of the languages in which follow-ups are understood, English first. In others a
// question is asked as it stands.
func lexicons() []lexicon { return append(germanic(), romance()...) }

// germanic are English, German and Dutch.
func germanic() []lexicon {
	w := strings.Fields
	return []lexicon{
		{
			openers: w(`what who whom whose which when where why how is are was were am do does did can could will would shall
				should may might must has have had`),
			connectives:  w(`and but or also so then ok okay`),
			abouts:       []string{"what about", "how about", "what of"},
			prepositions: w(`in on at for from by with during before after under since until of to`),
			strong:       w(`he him his she her hers they them their theirs`),
			weak:         w(`it its there this that these those`),
			determiners:  w(`the a an my our your any every each`),
		}, {
			openers: w(`was wer wen wem wessen welche welcher welches welchen welchem wann wo woher wohin warum weshalb wieso wie wieviel
				ist sind war waren hat haben hatte kann können konnte muss müssen darf dürfen soll wird werden gibt`),
			connectives:  w(`und aber oder auch also dann`),
			abouts:       []string{"was ist mit", "wie ist es mit", "wie steht es mit", "wie sieht es mit", "wie wäre es mit"},
			prepositions: w(`in im für von vom mit nach vor seit bis bei beim während unter zu zum zur an am auf`),
			strong:       w(`er ihm ihn ihr sie ihnen`),
			weak:         w(`es dort da dies das davon dafür damit darüber daran dabei danach diese dieser`),
			determiners:  w(`der die den dem des ein eine einen einem einer mein meine unser unsere jeder jede`),
		}, {
			openers: w(`wat wie welke welk wanneer waar waarom hoe hoeveel is zijn was waren heeft hebben kan kunnen mag moet
				wordt`),
			connectives:  w(`en maar of ook dus dan`),
			abouts:       []string{"hoe zit het met", "wat met", "hoe is het met"},
			prepositions: w(`in voor van met na sinds tijdens bij op onder tot`),
			strong:       w(`hij hem zij haar hen hun`),
			weak:         w(`het er daar dit dat deze die`),
			determiners:  w(`de een mijn onze elk elke`),
		},
	}
}

// romance are French, Spanish, Italian and Portuguese.
func romance() []lexicon {
	w := strings.Fields
	return []lexicon{
		{
			openers: w(`que qu'est-ce quoi qui quel quelle quels quelles quand où pourquoi comment combien est-ce est sont était
				peut peut-on doit faut`),
			connectives:  w(`et mais ou aussi alors`),
			abouts:       []string{"qu'en est-il de", "qu'en est-il pour", "quid de"},
			prepositions: w(`en dans pour de avec depuis pendant avant après chez à au aux sur sous`),
			strong:       w(`elle ils elles lui eux`),
			weak:         w(`il cela ça ce y là`),
			determiners:  w(`le la les un une des mon ma mes notre nos chaque`),
		}, {
			openers: w(`qué que quién quiénes cuál cuáles cuándo dónde cómo cuánto cuánta cuántos cuántas por es son fue era puede
				puedo hay tiene debe`),
			connectives:  w(`y e pero o también entonces`),
			abouts:       []string{"qué hay de", "qué pasa con", "qué tal"},
			prepositions: w(`en para de con desde durante antes después a sobre hasta`),
			strong:       w(`él ella ellos ellas`),
			weak:         w(`eso esto ello allí ahí`),
			determiners:  w(`el la los las un una unos unas mi mis nuestro nuestra cada`),
		}, {
			openers: w(`che chi cosa quale quali quando dove perché come quanto quanta quanti quante è sono era può posso deve
				c'è`),
			connectives:  w(`e ma o anche allora`),
			abouts:       []string{"che ne è di", "che dire di", "e per quanto riguarda"},
			prepositions: w(`in per di con da durante prima dopo a su nel nella`),
			strong:       w(`lui lei loro egli`),
			weak:         w(`ciò questo quello lì là ci`),
			determiners:  w(`il lo la i gli le un uno una mio mia nostro nostra ogni`),
		}, {
			openers:      w(`que quem qual quais quando onde porquê como quanto quanta quantos quantas é são foi era pode posso deve há`),
			connectives:  w(`e mas ou também então`),
			abouts:       []string{"que tal", "e quanto a", "quanto a"},
			prepositions: w(`em no na para de com desde durante antes depois a sobre até`),
			strong:       w(`ele ela eles elas`),
			weak:         w(`isso isto aquilo lá ali`),
			determiners:  w(`o os as um uma uns umas meu minha nosso nossa cada`),
		},
	}
}
