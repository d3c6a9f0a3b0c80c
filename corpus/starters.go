package corpus

// The words of each language that commonly begin a sentence and are seldom capitalised within one.
// They decide whether an abbreviation, an initial or an acronym ended the sentence before them.

func englishStarter(lower string) bool {
	switch lower {
	case "a", "an", "the", "this", "that", "these", "those", "it", "its", "he", "she", "they", "we", "i", "you", "his",
		"her", "their", "our", "my", "your", "there", "here", "who", "what", "when", "where", "why", "how", "which",
		"whose", "in", "on", "at", "by", "for", "from", "with", "without", "to", "of", "as", "if", "after", "before",
		"during", "since", "until", "while", "although", "though", "because", "under", "over", "between", "among",
		"within", "through", "throughout", "about", "against", "despite", "unlike", "like", "according", "following",
		"based", "due", "upon", "and", "but", "or", "nor", "so", "yet", "however", "therefore", "thus", "hence",
		"moreover", "furthermore", "nevertheless", "meanwhile", "instead", "also", "additionally", "similarly", "likewise",
		"otherwise", "consequently", "accordingly", "then", "now", "today", "later", "once", "soon", "still", "even",
		"only", "just", "perhaps", "often", "sometimes", "usually", "generally", "typically", "currently", "recently",
		"originally", "initially", "finally", "eventually", "subsequently", "afterwards", "both", "each", "every",
		"either", "neither", "all", "any", "some", "many", "most", "several", "few", "other", "others", "another", "such",
		"no", "not", "none", "one", "two", "three", "four", "five", "did", "do", "does", "is", "are", "was", "were", "has",
		"have", "had", "can", "could", "would", "should", "let", "please", "yes", "see", "note":
		return true
	}
	return false
}

func germanStarter(lower string) bool {
	switch lower {
	case "der", "die", "das", "dem", "den", "des", "ein", "eine", "einen", "einem", "einer", "eines", "er", "sie", "es",
		"wir", "ich", "ihr", "man", "sein", "seine", "seinen", "seiner", "ihre", "ihren", "ihrer", "unser", "unsere",
		"dies", "diese", "dieser", "dieses", "diesem", "diesen", "jene", "jeder", "jede", "jedes", "alle", "viele",
		"einige", "mehrere", "beide", "kein", "keine", "nichts", "in", "im", "am", "an", "auf", "aus", "bei", "beim",
		"bis", "durch", "für", "gegen", "hinter", "mit", "nach", "neben", "ohne", "seit", "trotz", "über", "um", "unter",
		"vom", "von", "vor", "während", "wegen", "zu", "zum", "zur", "zwischen", "als", "wenn", "weil", "obwohl", "da",
		"dass", "ob", "wie", "was", "wer", "wo", "warum", "wann", "welche", "welcher", "und", "oder", "aber", "denn",
		"doch", "jedoch", "sondern", "daher", "deshalb", "deswegen", "dennoch", "trotzdem", "außerdem", "zudem", "ferner",
		"danach", "dann", "damit", "dabei", "dadurch", "dafür", "dagegen", "darauf", "daraus", "darin", "darüber", "dort",
		"hier", "heute", "heutzutage", "später", "zuerst", "zunächst", "schließlich", "so", "somit", "also", "auch", "nur",
		"noch", "nun", "jetzt", "erst", "bereits", "allerdings", "insgesamt", "laut", "obgleich", "sowohl", "weder",
		"derzeit", "zurzeit", "gegenwärtig", "ursprünglich", "anschließend", "letztendlich", "letztlich", "ebenso",
		"ebenfalls", "gleichzeitig", "infolgedessen", "folglich", "häufig", "oft", "manchmal", "meist", "meistens",
		"normalerweise", "typischerweise", "vielleicht", "möglicherweise", "wahrscheinlich", "tatsächlich", "insbesondere",
		"beispielsweise", "zusätzlich", "darunter", "davon", "davor", "dazu", "daneben", "dahinter", "seitdem", "damals",
		"einst", "bald", "zwei", "drei", "manche", "solche", "andere", "anders", "ähnlich", "obschon", "aufgrund", "dank",
		"mithilfe", "innerhalb", "außerhalb", "gemäß", "entlang", "ab", "je", "nachdem", "bevor", "sobald", "sowie",
		"statt", "anstatt", "ist", "sind", "war", "hat", "gibt", "kann":
		return true
	}
	return false
}

func frenchStarter(lower string) bool {
	switch lower {
	case "le", "la", "les", "l", "un", "une", "des", "du", "au", "aux", "il", "elle", "ils", "elles", "on", "nous",
		"vous", "je", "j", "tu", "ce", "c", "cet", "cette", "ces", "cela", "ça", "son", "sa", "ses", "leur", "leurs",
		"notre", "nos", "votre", "mon", "ma", "mes", "en", "dans", "sur", "sous", "par", "pour", "avec", "sans", "chez",
		"vers", "entre", "depuis", "pendant", "durant", "après", "avant", "lors", "malgré", "selon", "d", "de", "dès", "à",
		"et", "mais", "ou", "où", "or", "donc", "car", "ni", "si", "quand", "lorsque", "puisque", "comme", "bien", "alors",
		"ainsi", "aussi", "cependant", "toutefois", "néanmoins", "pourtant", "enfin", "ensuite", "puis", "parfois",
		"souvent", "toujours", "aujourd", "hier", "demain", "ici", "là", "plus", "plusieurs", "certains", "certaines",
		"tous", "toutes", "tout", "toute", "chaque", "aucun", "aucune", "qui", "que", "qu", "quoi", "quel", "quelle",
		"quels", "quelles", "comment", "pourquoi", "combien", "est", "n", "ne", "s", "grâce", "contrairement":
		return true
	}
	return false
}

func southernStarter(lower string) bool {
	switch lower {
	case "el", "la", "los", "las", "lo", "un", "una", "unos", "unas", "él", "ella", "ellos", "ellas", "nosotros",
		"usted", "yo", "este", "esta", "estos", "estas", "esto", "ese", "esa", "eso", "esos", "esas", "aquel", "aquella",
		"su", "sus", "mi", "nuestro", "nuestra", "en", "a", "al", "de", "del", "desde", "durante", "hasta", "hacia",
		"para", "por", "con", "sin", "sobre", "según", "tras", "ante", "entre", "y", "e", "o", "u", "pero", "aunque", "si",
		"no", "cuando", "como", "donde", "porque", "pues", "además", "también", "así", "entonces", "luego",
		"después", "antes", "ahora", "hoy", "ayer", "más", "muchos", "muchas", "varios", "varias", "algunos", "algunas",
		"todos", "todas", "cada", "otro", "otra", "otros", "otras", "ningún", "ninguna", "qué", "quién", "cuál", "cuándo",
		"cómo", "dónde", "cuánto", "cuántos", "hay", "es", "son", "fue", "era", "se", "tanto", "debido", "posteriormente",
		"finalmente", "actualmente", "os", "as", "um", "uma", "uns", "umas", "ele", "ela", "eles", "elas", "nós", "eu",
		"você", "isto", "isso", "aquilo", "essa", "esse", "seu", "sua", "seus", "suas", "meu", "minha", "na", "nos", "nas",
		"em", "ao", "aos", "à", "às", "do", "da", "dos", "das", "com", "sem", "após", "até", "mas", "ou", "quando", "onde",
		"embora", "porém", "contudo", "também", "além", "assim", "então", "depois", "agora", "hoje", "não", "há", "foi",
		"são", "quem", "qual", "segundo", "outros", "muitos", "il", "gli", "i", "le", "uno", "lui", "lei", "loro", "noi",
		"io", "questo", "questa", "questi", "queste", "quello", "quella", "ciò", "suo", "suoi", "sue", "nel", "nella",
		"nello", "nei", "nelle", "in", "dal", "dalla", "dei", "della", "delle", "dello", "per", "tra", "fra", "sul",
		"sulla", "dopo", "prima", "secondo", "ma", "però", "mentre", "poiché", "perché", "anche", "inoltre", "tuttavia",
		"quindi", "così", "poi", "ora", "oggi", "non", "è", "sono", "che", "chi", "cosa", "dove", "molti", "molte",
		"alcuni", "alcune", "tutti", "tutte", "ogni", "altri", "altre", "ci", "c", "l":
		return true
	}
	return false
}

func northernStarter(lower string) bool {
	switch lower {
	case "de", "het", "een", "hij", "zij", "ze", "wij", "we", "ik", "jij", "u", "men", "dit", "dat", "deze", "die",
		"er", "hier", "daar", "zijn", "haar", "hun", "ons", "onze", "mijn", "in", "op", "aan", "bij", "door", "met",
		"naar", "na", "om", "onder", "over", "sinds", "tegen", "tijdens", "tot", "tussen", "uit", "van", "vanaf",
		"volgens", "voor", "zonder", "als", "toen", "omdat", "hoewel", "terwijl", "wanneer", "en", "maar", "of", "want",
		"dus", "ook", "echter", "daarom", "daarna", "dan", "nu", "later", "vandaag", "toch", "alle", "veel", "sommige",
		"elke", "ieder", "geen", "niet", "wie", "wat", "waar", "waarom", "hoe", "welke", "is", "den", "det", "et", "ett",
		"han", "hon", "vi", "jeg", "jag", "du", "denne", "dette", "disse", "denna", "detta", "dessa", "i", "på", "av",
		"af", "til", "till", "fra", "från", "med", "uten", "uden", "utan", "etter", "efter", "før", "under", "ved", "vid",
		"når", "när", "da", "då", "hvis", "og", "och", "eller", "så", "også", "också", "derfor", "därför", "nå", "hva",
		"hvad", "vad", "hvem", "vem", "hvor", "var", "hvorfor", "varför", "hvordan", "hur", "alla", "mange", "många", "som":
		return true
	}
	return false
}

func cyrillicStarter(lower string) bool {
	switch lower {
	case "он", "она", "оно", "они", "мы", "вы", "я", "ты", "это", "этот", "эта", "эти", "тот", "та", "те", "его", "её",
		"ее", "их", "наш", "мой", "в", "во", "на", "по", "при", "под", "над", "за", "из", "к", "ко", "от", "до", "для",
		"без", "с", "со", "у", "о", "об", "после", "перед", "между", "через", "среди", "около", "согласно", "и", "а", "но",
		"или", "однако", "хотя", "если", "когда", "где", "как", "так", "также", "кроме", "поэтому", "потому", "затем",
		"потом", "тогда", "теперь", "сейчас", "сегодня", "ещё", "уже", "только", "даже", "не", "нет", "да", "все", "всё",
		"каждый", "многие", "некоторые", "другие", "один", "одна", "кто", "что", "какой", "какая", "почему", "зачем",
		"сколько", "там", "здесь", "тут", "был", "была", "было", "были", "есть", "чтобы", "пока", "благодаря", "несмотря",
		"впоследствии", "позже", "він", "вона", "вони", "ми", "ви", "це", "цей", "ця", "ці", "з", "із", "зі", "але", "або",
		"проте", "якщо", "коли", "де", "як", "також", "після", "під", "про", "його", "її", "їх", "що", "хто", "чому":
		return true
	}
	return false
}
