package eval

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// A Kind is what a question asks for, by how it is worded. It only sorts figures: the ranking has an
// idea of its own.
type Kind string

// The kinds. What covers "which" too; Other is what has no asking word, such as keywords.
const (
	Who     Kind = "who"
	When    Kind = "when"
	Where   Kind = "where"
	HowMany Kind = "how many"
	Why     Kind = "why"
	How     Kind = "how"
	What    Kind = "what"
	YesNo   Kind = "yes/no"
	Other   Kind = "other"
)

// kinds are all kinds in the order of a report.
var kinds = []Kind{Who, When, Where, HowMany, Why, How, What, YesNo, Other}

// wordedAs lists what each kind is asked with in nine languages: folded phrases of whole words,
// separated by commas. The first phrase of a question decides, of several at one place the longest.
var wordedAs = map[Kind]string{
	Who: "who,whom,whose,who s,wer,wen,wem,wessen,qui,quien,quienes,chi,quem,кто,кого,кому,кем,kim,kimin",
	When: "when,what year,which year,what date,what day,what month,which month,what century,what decade,what time,since when,wann,welchem jahr," +
		"welches jahr,welcher zeit,quand,quelle annee,cuando,que ano,que hora,quando,che anno,che ora,wanneer,welk jaar,когда,каком году,ne zaman",
	Where: "where,what city,which city,what country,which country,what place,which place,what location,which state,what state,wo,woher,wohin," +
		"welcher stadt,welchem land,ou,donde,que ciudad,que pais,dove,onde,aonde,waar,где,куда,откуда,nerede,nereye",
	HowMany: "how many,how much,how often,how old,how long,how far,how tall,how big,how large,how high,how fast,how deep,how few,how heavy," +
		"what number,what percentage,what percent,what proportion,wie viele,wie viel,wie vielen,wieviel,wieviele,wie oft,wie lange,wie hoch," +
		"wie alt,wie weit,wie gross,combien,cuanto,cuanta,cuantos,cuantas,quanto,quanta,quanti,quante,quantos,quantas,hoeveel,hoe lang,hoe vaak," +
		"сколько,kac,ne kadar",
	Why:  "why,how come,what reason,warum,weshalb,wieso,pourquoi,por que,perche,waarom,почему,зачем,neden,nicin",
	How:  "how,wie,comment,como,hoe,как,nasil",
	What: "what,which,was,welche,welcher,welches,welchen,welchem,wofur,womit,wodurch,woran,woraus,worauf,worin,wovon,wozu,quel,quelle,quels,quelles,que,qu,quoi,cual,cuales,qual,quais,quale,quali,che cosa,cosa,wat,welk,welke,что,чем,какой,какая,какое,какие,какую,каком,hangi,nedir",
	YesNo: "is,are,am,was,were,do,does,did,can,could,has,have,had,will,would,should,may,might,must,isn t,aren t,don t,doesn t,didn t,can t,ist,sind," +
		"waren,hat,haben,hatte,kann,konnen,darf,durfen,muss,mussen,soll,sollen,gibt,wird,werden,wurde,gilt,est ce que,est il,y a t il," +
		"peut on,puedo,puede,pueden,hay,debo,existe,posso,puo,kan,mag,moet,is er,zijn",
}

// characters lists the same for Chinese and Japanese, which do not part words.
var characters = map[Kind]string{
	Who:     "谁,誰,哪位,だれ",
	When:    "何时,何時,什么时候,什麼時候,哪年,哪一年,哪天,几年,いつ,何年",
	Where:   "哪里,哪裡,哪儿,何处,哪个国家,哪个城市,どこ",
	HowMany: "多少,几个,几次,多大,多长,多久,多高,多远,いくつ,いくら,何人,何回",
	Why:     "为什么,為什麼,为何,なぜ,どうして",
	How:     "如何,怎么,怎样,怎麼,どのように,どうやって",
	What:    "什么,什麼,哪,何,なに,どの,どれ",
	YesNo:   "吗,嗎,ですか,ますか",
}

// KindOf returns the kind of a question in English, German, French, Spanish, Italian, Portuguese,
// Dutch, Russian, Turkish, Chinese or Japanese; [Other] for what it does not know.
func KindOf(question string) Kind {
	folded := cases.Fold().String(norm.NFKC.String(question))
	form := words(folded)
	best, at, size := Other, len(form)+1, 0
	better := func(kind Kind, i, n int) {
		if i >= 0 && (i < at || i == at && n > size) {
			best, at, size = kind, i, n
		}
	}
	for _, kind := range kinds {
		for phrase := range strings.SplitSeq(wordedAs[kind], ",") {
			if kind == YesNo {
				if strings.HasPrefix(form, " "+phrase+" ") && !isGermanWhat(form) {
					return YesNo
				}
				continue
			}
			better(kind, strings.Index(form, " "+phrase+" "), len(phrase))
		}
	}
	if best != Other {
		return best
	}
	for _, kind := range kinds {
		for phrase := range strings.SplitSeq(characters[kind], ",") {
			if phrase != "" {
				better(kind, strings.Index(folded, phrase), len(phrase))
			}
		}
	}
	return best
}

// words returns the words of a folded text without accents, each between two spaces.
func words(folded string) string {
	plain, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn))), folded)
	if err != nil {
		plain = folded
	}
	return " " + strings.Join(strings.FieldsFunc(plain, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }), " ") + " "
}

// german are words that tell the German "was" (what) from the English one.
var german = strings.Fields("ist sind der die das den dem des ein eine einen wird wurde hat haben kann muss passiert bedeutet kostet tun ich man wir er es von vom beim bei im zum zur mit fur auf an nach")

// isGermanWhat says whether a question begins with the German "was".
func isGermanWhat(form string) bool {
	list := strings.Fields(form)
	return len(list) > 0 && list[0] == "was" && slices.ContainsFunc(list[1:], func(w string) bool { return slices.Contains(german, w) })
}
