package index

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Kind is the kind of thing that a question asks for.
type Kind string

// The kinds; KindOther is everything that has no form of its own.
const (
	KindOther    Kind = ""
	KindPerson   Kind = "who"
	KindTime     Kind = "when"
	KindPlace    Kind = "where"
	KindNumber   Kind = "how many"
	KindDuration Kind = "how long"
	KindReason   Kind = "why"
)

// askedBy lists the openings that tell the kind, longest first where one contains another.
var askedBy = []struct {
	kind     Kind
	openings []string
}{
	{KindDuration, []string{"how long", "wie lange", "combien de temps", "cuanto tiempo", "quanto tempo", "hoe lang", "как долго", "what length", "what duration", "for how long"}},
	{KindNumber, []string{"how many", "how much", "how often", "how old", "how far", "how tall", "how big", "how large", "what percentage", "what number",
		"how high", "how fast", "what percent", "how few", "wie viele", "wie viel", "wieviele", "wieviel", "wie oft", "wie hoch", "wie alt", "combien", "cuantos",
		"cuantas", "cuanto", "cuanta", "quanti", "quante", "quanto", "quantos", "quantas", "hoeveel", "сколько", "多少", "几个"}},
	{KindTime, []string{"when", "what year", "which year", "what date", "what day", "what month", "what century", "what time", "in what year", "in which year",
		"what decade", "since when", "wann", "in welchem jahr", "quand", "en quelle annee", "cuando", "en que ano", "quando", "in che anno", "em que ano", "wanneer", "когда", "何时", "什么时候", "哪一年", "いつ"}},
	{KindPerson, []string{"who", "whom", "whose", "which person", "wer", "wen", "wem", "qui", "quien", "quienes", "chi", "quem", "wie is", "кто", "谁", "誰", "だれ"}},
	{KindPlace, []string{"where", "what city", "what country", "which country", "which city", "in what country", "in what city", "in which city", "in which country",
		"what location", "what place", "what state", "which state", "wo", "woher", "wohin", "ou", "donde", "dove", "onde", "waar", "где", "哪里", "哪裡", "どこ"}},
	{KindReason, []string{"why", "what is the reason", "what was the reason", "how come", "for what reason", "warum", "weshalb", "wieso", "pourquoi", "por que", "perche", "waarom", "почему", "为什么", "為什麼", "なぜ"}},
}

// kindOf returns the kind of thing a question asks for: that of the opening which comes first in it.
func kindOf(text string) Kind {
	form := " " + strings.Join(strings.FieldsFunc(fold(text), func(r rune) bool { return !isWord(r) }), " ") + " "
	kind, first := KindOther, len(form)
	for _, k := range askedBy {
		for _, opening := range k.openings {
			needle := " " + opening + " "
			if r, _ := utf8.DecodeRuneInString(opening); isBigram(r) {
				needle = opening
			}
			if i := strings.Index(form, needle); i >= 0 && i < first {
				kind, first = k.kind, i
			}
		}
	}
	return kind
}

// holds says how surely a sentence holds a thing of the kind asked for that the question did not
// name itself, 0 to 1. Tokens are the sentence's, and asked says which of them the question holds.
func (k Kind) holds(text string, tokens []Token, asked func(i int) bool) float64 {
	switch k {
	case KindNumber:
		return anyToken(text, tokens, asked, isNumber)
	case KindTime:
		return anyToken(text, tokens, asked, isTime)
	case KindDuration:
		return holdsDuration(text, tokens)
	case KindPerson:
		return holdsName(text, tokens, asked)
	case KindPlace:
		return holdsPlace(text, tokens, asked)
	case KindReason:
		return anyToken(text, tokens, func(int) bool { return false }, isReason)
	}
	return 0
}

func anyToken(text string, tokens []Token, asked func(int) bool, is func(string) bool) float64 {
	for i, t := range tokens {
		if !asked(i) && is(fold(text[t.Start:t.End])) {
			return 1
		}
	}
	return 0
}

func isNumber(form string) bool {
	return form != "" && form[0] >= '0' && form[0] <= '9' || numberWords[form]
}

func isTime(form string) bool {
	if len(form) == 4 && form[0] >= '1' && form[0] <= '2' && isNumber(form) && strings.Trim(form, "0123456789") == "" {
		return true
	}
	return timeWords[form]
}

func isReason(form string) bool { return reasonWords[form] }

// holdsDuration looks for a number close before a unit of time ("two-hour", "3 to 5 days").
func holdsDuration(text string, tokens []Token) float64 {
	since := 1 << 20
	for _, t := range tokens {
		form := fold(text[t.Start:t.End])
		since++
		if isNumber(form) {
			since = 0
		}
		if since <= 2 && timeUnits[form] {
			return 1
		}
	}
	return 0
}

// holdsName looks for names: capitalised words that do not open the sentence; two in a row are
// more surely a person's.
func holdsName(text string, tokens []Token, asked func(int) bool) float64 {
	best, run := 0.0, 0
	for i, t := range tokens {
		if !capitalised(text[t.Start:t.End]) || asked(i) {
			run = 0
			continue
		}
		run++
		if run >= 2 {
			return 1
		}
		if i > 0 {
			best = 0.6
		}
	}
	return best
}

// holdsPlace looks for a capitalised word after a preposition of place.
func holdsPlace(text string, tokens []Token, asked func(int) bool) float64 {
	for i := 1; i < len(tokens); i++ {
		if asked(i) || !capitalised(text[tokens[i].Start:tokens[i].End]) {
			continue
		}
		before := fold(text[tokens[i-1].Start:tokens[i-1].End])
		article := before == "the" && i > 1
		if article {
			before = fold(text[tokens[i-2].Start:tokens[i-2].End])
		}
		if placeWords[before] {
			return 1
		}
	}
	return 0
}

func capitalised(word string) bool {
	for _, r := range word {
		return unicode.IsUpper(r)
	}
	return false
}

var (
	numberWords = set(`one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty hundred thousand million billion
		once twice half dozen several multiple zwei drei vier funf sechs sieben acht neun zehn deux trois quatre cinq dos tres cuatro cinco`)
	timeWords = set(`january february march april june july august september october november december monday tuesday wednesday thursday
		friday saturday sunday century centuries yesterday today ago year years month months week weeks before after during since until
		januar februar marz mai juni juli oktober dezember jahrhundert jahr jahre enero febrero marzo abril mayo junio julio agosto
		septiembre octubre noviembre diciembre siglo ano anos janvier fevrier mars avril juin juillet aout septembre octobre novembre decembre siecle`)
	timeUnits = set(`second seconds minute minutes hour hours day days week weeks month months year years decade decades century centuries
		sekunde sekunden minuten stunde stunden tag tage woche wochen monat monate jahr jahre segundos minutos hora horas dia dias semana semanas
		mes meses ano anos secondes heure heures jour jours semaine semaines mois an ans annees`)
	reasonWords = set(`because since due owing reason reasons caused therefore attempt prompted allow allowing avoid prevent ensure order
		weil da deshalb wegen grund parce car afin raison porque debido razon`)
	placeWords = set(`in at from near to into across around toward towards through outside inside under aus nach zu bei von im a en desde dans de vers`)
)

func set(list string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		m[w] = true
	}
	return m
}
