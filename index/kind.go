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
	KindName     Kind = "which"
)

// askedBy lists the openings that tell the kind, longest first where one contains another.
var askedBy = []struct {
	kind     Kind
	openings []string
}{
	{KindDuration, []string{"how long", "wie lange", "combien de temps", "cuanto tiempo", "quanto tempo", "hoe lang", "как долго", "what length", "what duration", "for how long"}},
	{KindNumber, []string{"how many", "how much", "how often", "how old", "how far", "how tall", "how big", "how large", "what percentage", "what number",
		"how high", "how fast", "what percent", "what age", "what amount", "what proportion", "what fraction", "what temperature", "what population", "which percentage", "how few", "wie viele", "wie viel", "wieviele", "wieviel", "wie oft", "wie hoch", "wie alt", "combien", "cuantos",
		"cuantas", "cuanto", "cuanta", "quanti", "quante", "quanto", "quantos", "quantas", "hoeveel", "сколько", "多少", "几个"}},
	{KindTime, []string{"when", "what year", "which year", "what date", "what day", "what month", "what century", "what time", "in what year", "in which year",
		"what decade", "which century", "which decade", "what years", "which month", "which day", "what era", "since when", "wann", "in welchem jahr", "quand", "en quelle annee", "cuando", "en que ano", "quando", "in che anno", "em que ano", "wanneer", "когда", "何时", "什么时候", "哪一年", "いつ"}},
	{KindPerson, []string{"who", "whom", "whose", "which person", "wer", "wen", "wem", "qui", "quien", "quienes", "chi", "quem", "wie is", "кто", "谁", "誰", "だれ"}},
	{KindPlace, []string{"where", "what city", "what country", "which country", "which city", "in what country", "in what city", "in which city", "in which country",
		"what location", "what place", "what state", "which state", "what region", "which region", "what area", "what county", "what island", "what continent", "what town", "wo", "woher", "wohin", "ou", "donde", "dove", "onde", "waar", "где", "哪里", "哪裡", "どこ"}},
	{KindReason, []string{"why", "what is the reason", "what was the reason", "how come", "for what reason", "warum", "weshalb", "wieso", "pourquoi", "por que", "perche", "waarom", "почему", "为什么", "為什麼", "なぜ"}},
	{KindName, []string{"what is the name", "what was the name", "what president", "which president", "what organization", "which organization",
		"what company", "which company", "what group", "which group", "what party", "which party", "what language", "what war", "which war", "what book",
		"what university", "which university", "what team", "which team", "what river", "which river", "what king", "which king", "what nationality",
		"what religion", "what act", "what school", "which school", "what newspaper", "what museum", "what sea", "what mountain", "what program", "what are the names"}},
}

// kindOf returns the kind of thing a question asks for: that of the opening which comes first in it.
func kindOf(text string) Kind {
	form := " " + strings.Join(forms(text), " ") + " "
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

// number numbers the kinds from 1, for the ranking; 0 is KindOther.
func (k Kind) number() float64 {
	for i, by := range askedBy {
		if by.kind == k {
			return float64(i + 1)
		}
	}
	return 0
}

// holds says how surely token i of a sentence is a thing of the kind asked for that the question
// did not name itself, 0 to 1.
func (k Kind) holds(rd *reading, i int) float64 {
	t := rd.s.tokens[i]
	if k == KindReason {
		return is(t.marks&markReason != 0)
	}
	if rd.word[i] >= 0 {
		return 0
	}
	switch k {
	case KindNumber:
		return is(t.marks&markNumber != 0)
	case KindTime:
		return is(t.marks&markTime != 0)
	case KindDuration:
		return is(t.marks&markUnit != 0 && (i > 0 && rd.s.tokens[i-1].marks&markNumber != 0 || i > 1 && rd.s.tokens[i-2].marks&markNumber != 0))
	case KindPerson, KindName:
		return rd.name(i)
	case KindPlace:
		return rd.place(i)
	}
	return 0
}

func is(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// name looks for names: capitalised words that do not open the sentence; two in a row are more
// surely a person's.
func (rd *reading) name(i int) float64 {
	if rd.s.tokens[i].marks&(markCapital|markFirst) == 0 {
		return 0
	}
	if i > 0 && rd.word[i-1] < 0 && rd.s.tokens[i-1].marks&(markCapital|markFirst) != 0 {
		return 1
	}
	return 0.6 * is(rd.s.tokens[i].marks&markCapital != 0)
}

// place looks for a capitalised word, more surely a place after a preposition of place.
func (rd *reading) place(i int) float64 {
	if rd.s.tokens[i].marks&markCapital == 0 {
		return 0
	}
	for j := i - 1; j >= max(0, i-2); j-- {
		if rd.s.tokens[j].marks&markPlace != 0 {
			return 1
		}
	}
	return 0.5
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
		septiembre octubre noviembre diciembre siglo ano anos janvier fevrier mars avril juin juillet aout septembre octobre novembre decembre siecle
		gennaio febbraio marzo aprile maggio giugno luglio settembre ottobre dicembre secolo anno anni
		janeiro fevereiro marco maio junho julho setembro outubro dezembro seculo januari februari maart mei augustus eeuw jaren
		января февраля марта апреля мая июня июля августа сентября октября ноября декабря век века год года году лет`)
	timeUnits = set(`second seconds minute minutes hour hours day days week weeks month months year years decade decades century centuries
		sekunde sekunden minuten stunde stunden tag tage woche wochen monat monate jahr jahre segundos minutos hora horas dia dias semana semanas
		mes meses ano anos secondes heure heures jour jours semaine semaines mois an ans annees`)
	reasonWords = set(`because since due owing reason reasons caused therefore attempt prompted allow allowing avoid prevent ensure order
		weil da deshalb wegen grund parce car afin raison porque debido razon perche poiche siccome causa motivo pois omdat doordat wegens vanwege reden
		потому поскольку чтобы причина причине`)
	placeWords = set(`in at from near to into across around toward towards through outside inside under aus nach zu bei von im a en desde dans de vers`)
)

func set(list string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		m[w] = true
	}
	return m
}

var (
	moneyWords = set(`percent percentage dollars euros pounds prozent`)
	beWords    = set(`is are was were means called known refers became ist sind war waren es son fue est sont etait`)
	pronouns   = wordLists(map[string]string{
		"en": `he she it they this that these those his her its their him them such who which`,
		"de": `er sie es dies diese dieser dieses seine ihre sein ihr`,
		"fr": `il elle ils elles ce cette ces son sa ses leur`,
		"es": `el ella ello ellos ellas este esta esto estos estas su sus`,
	})
)
