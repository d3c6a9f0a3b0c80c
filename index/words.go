package index

import (
	"slices"
	"strings"
)

// Two kinds of words tell little about what is asked. Asking words ("what", "is", "the") only make
// a question of it and are not searched at all: they cost recall at the first place (measured
// elsewhere on six sets: leaving them out gains 1.3 points of P@1). Function words ("of", "his")
// are searched, as their presence beside the others says something, but nobody asks for them: they
// do not count as missing. The words stand here folded (see fold), without accents.

// asksOnly says whether a folded word only serves to ask, in one of the languages.
func asksOnly(form string, languages []string) bool { return inLists(askingWords, form, languages) }

// isFunctionWord says whether a folded word has no content, in one of the languages.
func isFunctionWord(form string, languages []string) bool {
	return inLists(functionWords, form, languages)
}

// spoken returns the languages that a question may be asked in, going by its asking and function
// words: so "war" is no German verb in "When was the war?". Expected are the languages of the index,
// and English, in which people ask about documents in any; another one must hold clearly more of the
// words. English goes before others, and ties between those are all returned.
func spoken(text string, languages []string) []string {
	held := map[string]int{}
	for _, t := range Analyze(text, "") {
		form := fold(text[t.Start:t.End])
		for lang := range askingWords {
			if askingWords[lang][form] || functionWords[lang][form] {
				held[lang]++
			}
		}
	}
	expected := []string{"en"}
	for _, lang := range languages {
		base, _, _ := strings.Cut(lang, "-")
		expected = append(expected, base)
	}
	most := 0
	for lang, n := range held {
		if !slices.Contains(expected, lang) {
			n -= surprise
		}
		most = max(most, n)
	}
	if held["en"] == most {
		return expected[:1]
	}
	var likely []string
	for lang, n := range held {
		if n == most && slices.Contains(expected, lang) || n == most+surprise {
			likely = append(likely, lang)
		}
	}
	slices.Sort(likely)
	return likely
}

// surprise is how many more words a language that is not expected must hold.
const surprise = 1

// inList looks form up in the list of one language, of which the region does not matter.
func inList(lists map[string]map[string]bool, form, lang string) bool {
	base, _, _ := strings.Cut(lang, "-")
	return lists[base][form]
}

func inLists(lists map[string]map[string]bool, form string, languages []string) bool {
	return slices.ContainsFunc(languages, func(lang string) bool { return inList(lists, form, lang) })
}

// incidental words are said beside a question and need not stand in what answers it: greetings and thanks, whoever and whatever,
// and the days by which people say when they ask.
var incidental = wordLists(map[string]string{
	"en": `hi hey hello thanks thank thx sorry bother wondering somebody someone anybody anyone everybody everyone something anything
		nothing lot idea ideas today tonight tomorrow yesterday guys folks`,
	"de": `hallo hi hey danke dank sorry entschuldigung jemand jemanden irgendjemand irgendwer etwas irgendwas nichts idee ahnung heute
		morgen gestern kurze leute`,
	"fr": `bonjour salut merci desole quelqu quelque chose rien personne idee aujourd hui demain hier`,
	"es": `hola gracias perdon alguien algo nada nadie idea hoy manana ayer`,
	"it": `ciao salve grazie scusate qualcuno qualcosa niente nessuno idea oggi domani ieri`,
	"pt": `ola oi obrigado obrigada desculpe alguem algo nada ninguem ideia hoje amanha ontem`,
	"nl": `hallo hoi bedankt dank sorry iemand iets niets niemand idee vandaag morgen gisteren`,
})

var askingWords = wordLists(map[string]string{
	"en": `what who whom whose which when where why how is are was were be been being am do does did done
		the a an can could would should will shall may might please tell me i
		know knows want`,
	"de": `was womit woraus wodurch wofur wozu woran worin worauf wovon worum wer wen wem wessen welche welcher welches welchen welchem wann wo woher wohin warum weshalb wieso wie
		ist sind war waren wird werden wurde wurden hat haben hatte hatten der die das den dem des ein eine einen einem einer eines
		bitte kann konnte`,
	"fr": `que qu quoi qui quel quelle quels quelles quand ou pourquoi comment combien est sont etait etaient ont avait
		le la les l un une des du d ce c est-ce a il elle t s y`,
	"es": `que quien quienes cual cuales cuando donde adonde por como cuanto cuanta cuantos cuantas es son era eran fue fueron ha han hay
		el la los las un una unos unas del se`,
	"it": `che chi cosa quale quali quando dove perche come quanto quanta quanti quante e sono era erano fu ha hanno il lo la i gli le
		un uno una l del della`,
	"pt": `que quem qual quais quando onde por como quanto quanta quantos quantas e sao era eram foi foram tem o a os as um uma do da dos das`,
	"nl": `wat wie welke welk wanneer waar waarom hoe hoeveel is zijn was waren wordt werd werden heeft de het een kan`,
	"ru": `что кто кого кому чей какой какая какое какие когда где куда откуда почему зачем как сколько есть был была было были ли`,
	"tr": `ne kim kimi kimin hangi zaman nerede nereye neden niye nasil kac bir mi mu`,
	"zh": `什么 什麼 谁的 哪里 哪裡 哪个 哪些 何时 何時 为什 為什 怎么 怎麼 多少 几个 是什 么时 么是 的是 是谁 是哪`,
	"ja": `何が 何で だれ どこ いつ なぜ どう です ます した した は何 何人 どの`,
	"ar": `ما ماذا من متى اين لماذا كيف كم هل هو هي في اي`,
	"hi": `क्या कौन कब कहाँ कहां क्यों कैसे कितने कितना कितनी है हैं था थे थी`,
})

// choosingWords ask for one of a kind of things, which the next word names.
var choosingWords = wordLists(map[string]string{
	"en": `what which whose many much`,
	"de": `welche welcher welches welchen welchem viele viel`,
	"fr": `quel quelle quels quelles`,
	"es": `que cual cuanto cuanta cuantos cuantas`,
	"it": `che quale quali quanto quanta quanti quante`,
	"pt": `que qual quais quanto quanta quantos quantas`,
	"nl": `welke welk hoeveel`,
	"ru": `какой какая какое какие сколько`,
	"tr": `hangi kac`,
	"ar": `اي كم`,
	"hi": `कितने कितना कितनी किस`,
})

var functionWords = wordLists(map[string]string{
	"en": `of in on at to for from by with without about into over under after before between during through against among as and or
		but if than then so not no nor also too very just only even still yet there here this that these those per it its he him his
		she her hers they them their theirs we us our you your my mine has have had having up down out off again further once since until
		besides except any some all both each few more most other such own same much many long old big get got give given go goes make made use used
		say said says one first last often ever never always usually really actually able happen happens happened s`,
	"de": `von zu in im an am auf aus bei mit nach vor uber unter zwischen durch gegen fur um bis seit wahrend als und oder aber wenn
		dass nicht kein keine auch nur noch schon sehr es er sie ihm ihr ihn ihre seine sein sich wir uns ihr man dieser diese dieses
		viele viel zum zur vom beim mehr hoch gross weit ausser lang lange gibt
		ich mich mir mein meine meinen meinem meiner meines unser unsere unseren unserem unserer du dich dir dein deine deinen
		muss mussen soll sollen sollte darf durfen konnen mochte passiert geschieht`,
	"fr": `de en dans sur sous avec sans pour par vers chez entre pendant depuis avant apres et ou mais si ne pas plus aussi tres
		ce cet cette ces son sa ses leur leurs il elle ils elles on nous vous se au aux qui dont
		je j me m mon ma mes tu te ton ta tes notre nos votre vos puis peux peut dois doit faut`,
	"es": `de en a con sin para sobre entre desde hasta durante antes despues contra segun y o pero si no mas tambien muy su sus le les
		lo este esta estos estas ese esa al qu ademas puedo puede tengo mi
		yo me mis tu tus nuestro nuestra nuestros nuestras podemos debo debe ocurre sucede`,
	"it": `di in a con senza per su tra fra da dal dalla nel nella sul sulla prima dopo durante ed o ma se non piu anche molto suo sua
		loro questo questa al alla
		io mi mio mia miei mie tu tuo tua noi nostro nostra posso puo devo deve succede`,
	"pt": `de em no na nos nas com sem para sobre entre desde ate durante antes depois contra e ou mas se nao mais tambem muito seu sua
		seus suas este esta ao aos
		eu me meu minha meus minhas nos nosso nossa posso pode devo deve acontece`,
	"nl": `van in op aan met zonder voor door over onder tussen tijdens na tot en of maar als niet ook nog zeer zijn haar hun dit dat deze die
		ik mij me mijn je jij jouw we wij ons onze moet moeten mag mogen kunnen gebeurt`,
	"ru": `в во на с со из к о об по за от до для и или но если не ни он она они его ее их это этот эта эти`,
	"tr": `ve veya ile icin bu su o da de`,
	"ar": `من الى على عن مع بعد قبل بين و او لا هذا هذه`,
	"hi": `का के की को में से पर और या नहीं यह वह ने`,
})

func wordLists(lists map[string]string) map[string]map[string]bool {
	m := make(map[string]map[string]bool, len(lists))
	for lang, list := range lists {
		m[lang] = map[string]bool{}
		for word := range strings.FieldsSeq(list) {
			m[lang][word] = true
		}
	}
	return m
}
